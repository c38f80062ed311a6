/* SPDX-License-Identifier: MIT
 * log.c - one line per event, on stderr */
#include "sys/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"

enum { LINE_SIZE = 2048 }; /* bytes; what is longer is cut */

static const struct {
	const char *name, *priority; /* syslog(3)'s */
} levels[] = {
	[LOG_DEBUG] = { "DEBUG", "<7>" }, [LOG_INFO] = { "INFO", "<6>" },
	[LOG_WARNING] = { "WARNING", "<4>" }, [LOG_ERROR] = { "ERROR", "<3>" },
	[LOG_FATAL] = { "FATAL", "<2>" },
};

static enum log_level least = LOG_INFO;
static bool journald;
static char host[65];

/* sd_journal_stream_fd(3): the variable names the stream that journald reads */
static bool
journal_is_stderr(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char mine[64];
	struct stat st;

	if (!stream || fstat(STDERR_FILENO, &st) < 0)
		return false;
	snprintf(mine, sizeof mine, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return !strcmp(stream, mine);
}

void
log_init(void)
{
	journald = journal_is_stderr();
	if (gethostname(host, sizeof host - 1) < 0)
		strcpy(host, "localhost");
}

void
log_level(enum log_level level)
{
	least = level;
}

bool
log_level_named(str name, enum log_level *level)
{
	for (size_t i = 0; i < countof(levels); i++) {
		if (str_eqi(name, str_of(levels[i].name))) {
			*level = (enum log_level)i;
			return true;
		}
	}
	if (str_eqi(name, STR("warn"))) {
		*level = LOG_WARNING;
		return true;
	}
	*level = LOG_FATAL;
	return str_eqi(name, STR("panic"));
}

static size_t
head(char *line, size_t size, enum log_level level)
{
	time_t now = time(NULL);
	struct tm t;
	int n;

	if (journald)
		return (size_t)snprintf(line, size, "%s", levels[level].priority);
	gmtime_r(&now, &t);
	n = snprintf(line, size, "%d-%02d-%02dT%02d:%02d:%02dZ %s uconfd[%d]: %s ",
	    t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, host,
	    (int)getpid(), levels[level].name);
	return (size_t)n;
}

void
log_at(enum log_level level, const char *fmt, ...)
{
	char line[LINE_SIZE];
	size_t n;
	va_list ap;
	int more;

	if (level < least)
		return;
	n = head(line, sizeof line, level);
	va_start(ap, fmt);
	more = vsnprintf(line + n, sizeof line - n - 1, fmt, ap);
	va_end(ap);
	for (char *p = line + n; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	n = MIN(n + (size_t)MAX(more, 0), sizeof line - 2);
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, n) < 0)
		return; /* nobody is left to tell */
}
