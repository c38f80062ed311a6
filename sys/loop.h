/* SPDX-License-Identifier: MIT
 * loop.h - epoll, deadlines, signals; tasks that go on when either says so
 *
 * One thread, one epoll. Everything is embedded in its owner; the loop allocates
 * nothing and with nothing due it sleeps for ever. */
#ifndef LOOP_H
#define LOOP_H

#include <sys/epoll.h>

#include "base/base.h"

struct loop;

/* the struct that holds this member: how a callback finds its owner */
#define OWNER(p, T, member) ((T *)(void *)((char *)(p) - offsetof(T, member)))

struct io {
	int fd;
	unsigned events; /* armed for: EPOLLIN, EPOLLOUT; 0: not in the loop */
	void (*ready)(struct io *, unsigned events);
};
struct timer {
	int64_t due;     /* ms, as loop_now() */
	void (*fire)(struct timer *);
	struct timer *later;
	bool set;
};
struct loop {
	int epfd;
	struct timer *soonest;
	struct epoll_event *batch; /* events not yet handled */
	int nbatch;
	struct io signals;
	void (*on_signal)(struct loop *, int signo);
	bool stop;
};

enum { NEVER = 0 }; /* a deadline that does not come */

bool loop_init(struct loop *, struct err *);
/* TERM, INT, HUP, CHLD, USR1 arrive as calls of on_signal from now on; PIPE is
 * ignored */
bool loop_signals(struct loop *, void (*on_signal)(struct loop *, int), struct err *);
/* until loop->stop */
void loop_run(struct loop *);
/* ms, CLOCK_MONOTONIC, never 0 */
int64_t loop_now(void);

/* events 0 takes it out; the fd may have been closed, or be another than last time */
void io_arm(struct loop *, struct io *, int fd, unsigned events);
/* out of the loop, and out of what is left of the present batch */
void io_forget(struct loop *, struct io *);
void timer_set(struct loop *, struct timer *, int64_t due);
void timer_stop(struct loop *, struct timer *);

/* Something that proceeds by steps: while a step answers STEP_READ or STEP_WRITE, the
 * loop waits for fd or for due and calls it again. done may start the task anew. */
struct task {
	struct loop *loop;
	enum step (*step)(struct task *, struct err *);
	void (*done)(struct task *, const struct err *failed); /* NULL: it worked */
	void (*waits)(struct task *); /* the step has to wait, and will be called; or NULL */
	int fd;          /* set by the step: what it waits for */
	int64_t due;     /* set by the step: when to call it even so; NEVER */
	struct io io;
	struct timer timer;
};
void task_run(struct task *);
/* the first step when the loop turns, not now */
void task_later(struct task *);
void task_stop(struct task *);

#endif
