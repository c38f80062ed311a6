/* SPDX-License-Identifier: MIT
 * proc.h - children: spawn, capture, time out, reap */
#ifndef PROC_H
#define PROC_H

#include <sys/types.h>

#include "sys/loop.h"

enum { PROC_LINE = 1024 }; /* bytes of one output line; longer ones are cut in pieces */

struct proc {
	/* set by the caller */
	struct loop *loop;
	int64_t timeout_ms;                  /* TERM then, KILL 5 s later; 0: none */
	void (*line)(struct proc *, str);    /* each line of stdout and stderr */
	void (*done)(struct proc *, int code, int signal); /* one of the two is 0 */
	/* ours */
	pid_t pid;      /* also its process group; 0: not running */
	bool timed_out;
	struct io out;
	struct timer timer;
	struct proc *next;
	size_t n;       /* bytes of an unfinished line */
	char text[PROC_LINE];
};

/* Starts argv (searched in PATH) with stdin from /dev/null, a clean signal mask and a
 * process group of its own. done is called from proc_reap only. */
bool proc_start(struct proc *, char *const argv[], struct err *);
/* ends it before its time: TERM now, KILL later */
void proc_kill(struct proc *);
/* SIGCHLD: buries whoever died, ours and strangers that PID 1 inherits */
void proc_reap(void);

#endif
