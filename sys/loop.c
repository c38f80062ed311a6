/* SPDX-License-Identifier: MIT
 * loop.c - epoll, deadlines, signals */
#include "sys/loop.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 16 }; /* events taken from the kernel at once */

int64_t
loop_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + 1;
}

bool
loop_init(struct loop *l, struct err *e)
{
	*l = (struct loop){ .epfd = epoll_create1(EPOLL_CLOEXEC), .signals = { .fd = -1 } };
	return l->epfd >= 0 || err_set(e, ERR_SYS, "epoll_create:");
}

static void
read_signals(struct io *io, unsigned events)
{
	struct loop *l = OWNER(io, struct loop, signals);
	struct signalfd_siginfo info;

	(void)events;
	while (read(io->fd, &info, sizeof info) == sizeof info)
		l->on_signal(l, (int)info.ssi_signo);
}

bool
loop_signals(struct loop *l, void (*on_signal)(struct loop *, int), struct err *e)
{
	static const int ours[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGUSR1 };
	sigset_t set;
	int fd;

	sigemptyset(&set);
	for (size_t i = 0; i < countof(ours); i++)
		sigaddset(&set, ours[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR
	    || (fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC)) < 0)
		return err_set(e, ERR_SYS, "signalfd:");
	l->on_signal = on_signal;
	l->signals.ready = read_signals;
	io_arm(l, &l->signals, fd, EPOLLIN);
	return true;
}

void
io_arm(struct loop *l, struct io *io, int fd, unsigned events)
{
	struct epoll_event ev = { .events = events, .data.ptr = io };
	bool same = io->events && io->fd == fd;

	if (!events || (io->events && !same)) {
		io_forget(l, io);
		if (!events)
			return;
	}
	io->fd = fd;
	io->events = events;
	/* a closed fd has left the set by itself, and its number may be ours again */
	if (!same || epoll_ctl(l->epfd, EPOLL_CTL_MOD, fd, &ev) < 0)
		epoll_ctl(l->epfd, EPOLL_CTL_ADD, fd, &ev);
}

void
io_forget(struct loop *l, struct io *io)
{
	if (io->events)
		epoll_ctl(l->epfd, EPOLL_CTL_DEL, io->fd, NULL);
	io->events = 0;
	for (int i = 0; i < l->nbatch; i++)
		if (l->batch[i].data.ptr == io)
			l->batch[i].data.ptr = NULL;
}

void
timer_stop(struct loop *l, struct timer *t)
{
	struct timer **at = &l->soonest;

	if (!t->set)
		return;
	while (*at != t)
		at = &(*at)->later;
	*at = t->later;
	t->set = false;
}

void
timer_set(struct loop *l, struct timer *t, int64_t due)
{
	struct timer **at = &l->soonest;

	timer_stop(l, t);
	while (*at && (*at)->due <= due)
		at = &(*at)->later;
	t->due = due;
	t->later = *at;
	t->set = true;
	*at = t;
}

static void
fire_due(struct loop *l)
{
	int64_t now = l->soonest ? loop_now() : 0;

	while (!l->stop && l->soonest && l->soonest->due <= now) {
		struct timer *t = l->soonest;
		timer_stop(l, t);
		t->fire(t);
	}
}

static int
patience(const struct loop *l)
{
	const struct timer *t = l->soonest;
	int64_t now;

	if (!t)
		return -1; /* until an fd speaks */
	now = loop_now();
	return t->due <= now ? 0 : (int)MIN(t->due - now, INT_MAX);
}

void
loop_run(struct loop *l)
{
	struct epoll_event batch[BATCH];

	while (!l->stop) {
		int n = epoll_wait(l->epfd, batch, BATCH, patience(l));
		for (l->batch = batch; n > 0 && !l->stop; n--) {
			struct epoll_event ev = *l->batch++;
			struct io *io = ev.data.ptr;
			l->nbatch = n - 1;
			if (io)
				io->ready(io, ev.events);
		}
		l->nbatch = 0;
		fire_due(l);
	}
}

static void
task_ready(struct io *io, unsigned events)
{
	(void)events;
	task_run(OWNER(io, struct task, io));
}

static void
task_fire(struct timer *t)
{
	task_run(OWNER(t, struct task, timer));
}

void
task_later(struct task *t)
{
	t->timer.fire = task_fire;
	timer_set(t->loop, &t->timer, loop_now());
}

void
task_stop(struct task *t)
{
	io_forget(t->loop, &t->io);
	timer_stop(t->loop, &t->timer);
}

void
task_run(struct task *t)
{
	struct err e = { 0 };
	enum step s = t->step(t, &e);

	if (s == STEP_DONE || s == STEP_FAIL) {
		task_stop(t);
		t->done(t, s == STEP_FAIL ? &e : NULL);
		return;
	}
	t->io.ready = task_ready;
	t->timer.fire = task_fire;
	io_arm(t->loop, &t->io, t->fd, s == STEP_READ ? EPOLLIN : EPOLLOUT);
	if (t->due == NEVER)
		timer_stop(t->loop, &t->timer);
	else
		timer_set(t->loop, &t->timer, t->due);
	if (t->waits)
		t->waits(t);
}
