/* SPDX-License-Identifier: MIT
 * log.h - one line per event, on stderr */
#ifndef LOG_H
#define LOG_H

#include "base/base.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_FATAL };

/* Learns the host's name and whether journald reads us (JOURNAL_STREAM); then lines
 * carry its <priority> and no time. Starts at LOG_INFO. */
void log_init(void);
void log_level(enum log_level);
/* "warning", "warn", any case; false when it is no level */
bool log_level_named(str name, enum log_level *);
/* control bytes become visible: a line is always one line */
void log_at(enum log_level, const char *fmt, ...) PRINTF(2, 3);

#endif
