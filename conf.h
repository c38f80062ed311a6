/* SPDX-License-Identifier: MIT
 * conf.h - flags + environment + confd.toml: what this process is to do */
#ifndef CONF_H
#define CONF_H

#include "base/mem.h"
#include "opt.h"

struct endpoint;

struct conf {
	struct arena *a;  /* everything here lives in it */
	str backend, confdir, config_file, prefix, log_level, docker_host;
	struct strs nodes;
	int64_t interval_ms; /* 0: -watch alone, no passes but for changes */
	bool watch, onetime, noop, sync_only, keep_stage_file, strict;
	bool help, version;
	const struct endpoint *docker;   /* of docker_host */
	struct strs warnings; /* of the file: unknown keys; for who logs */
};

/* Reads argv, the environment and the file, in this order of precedence, on top of the
 * defaults. usage: true when it is the command line that is wrong. */
bool conf_load(struct conf *, struct arena *, int argc, char *const argv[], bool *usage,
    struct err *);
/* puts one line a row on stdout */
void conf_usage(void);
/* adds a line to the warnings */
void conf_warn(struct arena *, struct strs *, const char *fmt, ...) PRINTF(3, 4);

#endif
