/* SPDX-License-Identifier: MIT
 * act.h - one action: a command, or a signal to a container */
#ifndef ACT_H
#define ACT_H

#include "base/mem.h"
#include "opt.h"
#include "sys/loop.h"

struct endpoint;
struct tmpl;

struct action {
	enum { ACT_NONE, ACT_CMD, ACT_EXEC, ACT_DOCKER } kind;
	const char *name;    /* "check_cmd", "reload": for messages */
	struct tmpl **words; /* of the command: one string, or argv */
	size_t n;
	str container, signal;
	int64_t timeout_ms;
};

/* compiles the words, which may use {{.src}} and {{.dest}} */
bool action_compile(struct action *, struct arena *, const str *words, size_t n,
    struct err *);

/* An action that is running. Zeroed but for the first members it is idle. */
struct act {
	struct loop *loop;
	const struct endpoint *docker;
	void (*said)(struct act *, str line);         /* each line a command prints */
	void (*done)(struct act *, const struct err *failed); /* NULL: it worked */
	/* ours */
	const struct action *action;
	struct arena a;      /* the run; given back when it is over */
	struct run *run;     /* NULL: idle */
};
/* done will be called; false when it could not even be started */
bool act_start(struct act *, const struct action *, const char *src, const char *dest,
    struct err *);
/* makes a running one end soon; done is still called */
void act_hurry(struct act *);

#endif
