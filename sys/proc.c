/* SPDX-License-Identifier: MIT
 * proc.c - children: spawn, capture, time out, reap */
#include "sys/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"

enum {
	GRACE_MS = 5000, /* from TERM to KILL */
	LAST_READS = 16, /* of what is in the pipe when the child ends: as much as it holds */
	SPAWN_FLAGS = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP,
};

extern char **environ;

static struct proc *running; /* the kernel has one list of children, and so have we */

static void
flush_line(struct proc *p)
{
	if (p->n)
		p->line(p, (str){ p->text, p->n });
	p->n = 0;
}

static void
add_output(struct proc *p, str s)
{
	str head;

	while (s.n) {
		bool whole = str_cut(s, '\n', &head, &s);
		while (head.n) {
			size_t n = MIN(head.n, sizeof p->text - p->n);
			memcpy(p->text + p->n, head.p, n);
			p->n += n;
			head = str_from(head, n);
			if (p->n == sizeof p->text)
				flush_line(p);
		}
		if (whole)
			flush_line(p);
	}
}

/* some of what is there; false when there is no more */
static bool
take_output(struct proc *p)
{
	char buf[4096];
	ssize_t n;

	errno = 0;
	n = read(p->out.fd, buf, sizeof buf);
	if (n > 0)
		add_output(p, (str){ buf, (size_t)n });
	return n > 0;
}

static void
readable(struct io *io, unsigned events)
{
	struct proc *p = OWNER(io, struct proc, out);

	(void)events;
	if (!take_output(p) && errno != EAGAIN && errno != EINTR)
		io_forget(p->loop, io);
}

static void
kill_now(struct timer *t)
{
	kill(-OWNER(t, struct proc, timer)->pid, SIGKILL);
}

void
proc_kill(struct proc *p)
{
	kill(-p->pid, SIGTERM);
	if (p->timer.set && p->timer.fire == kill_now)
		return; /* the ladder has begun */
	p->timer.fire = kill_now;
	timer_set(p->loop, &p->timer, loop_now() + GRACE_MS);
}

static void
overdue(struct timer *t)
{
	struct proc *p = OWNER(t, struct proc, timer);

	p->timed_out = true;
	proc_kill(p);
}

/* we block what we read by signalfd and ignore PIPE; the child must not inherit that */
static bool
clean_slate(posix_spawnattr_t *at)
{
	sigset_t none, pipe;

	sigemptyset(&none);
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	return !posix_spawnattr_setsigmask(at, &none)
	    && !posix_spawnattr_setsigdefault(at, &pipe)
	    && !posix_spawnattr_setpgroup(at, 0)
	    && !posix_spawnattr_setflags(at, SPAWN_FLAGS);
}

static bool
plumb(posix_spawn_file_actions_t *fa, int out)
{
	return !posix_spawn_file_actions_addopen(fa, 0, "/dev/null", O_RDONLY, 0)
	    && !posix_spawn_file_actions_adddup2(fa, out, 1)
	    && !posix_spawn_file_actions_adddup2(fa, out, 2);
}

static int
spawn(struct proc *p, char *const argv[], int out)
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t at;
	int no = ENOMEM;

	posix_spawn_file_actions_init(&fa);
	posix_spawnattr_init(&at);
	if (plumb(&fa, out) && clean_slate(&at))
		no = posix_spawnp(&p->pid, argv[0], &fa, &at, argv, environ);
	posix_spawnattr_destroy(&at);
	posix_spawn_file_actions_destroy(&fa);
	return no;
}

bool
proc_start(struct proc *p, char *const argv[], struct err *e)
{
	int fds[2], no;

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_set(e, ERR_SYS, "pipe:");
	fcntl(fds[1], F_SETFL, 0); /* the child's end blocks, as programs expect */
	no = spawn(p, argv, fds[1]);
	close(fds[1]);
	if (no) {
		close(fds[0]);
		errno = no;
		return err_set(e, ERR_SYS, "run %s:", argv[0]);
	}
	p->timed_out = false;
	p->n = 0;
	p->next = running;
	running = p;
	p->out.ready = readable;
	p->timer.fire = overdue;
	io_arm(p->loop, &p->out, fds[0], EPOLLIN);
	if (p->timeout_ms)
		timer_set(p->loop, &p->timer, loop_now() + p->timeout_ms);
	return true;
}

static struct proc *
unlist(pid_t pid)
{
	for (struct proc **at = &running; *at; at = &(*at)->next) {
		struct proc *p = *at;
		if (p->pid == pid) {
			*at = p->next;
			return p;
		}
	}
	return NULL;
}

static void
finish(struct proc *p, int st)
{
	for (unsigned n = 0; n < LAST_READS && take_output(p); n++)
		continue;
	flush_line(p);
	io_forget(p->loop, &p->out);
	close(p->out.fd);
	timer_stop(p->loop, &p->timer);
	if (p->timed_out)
		kill(-p->pid, SIGKILL); /* what it left behind in its group */
	p->pid = 0;
	p->done(p, WIFEXITED(st) ? WEXITSTATUS(st) : 0, WIFSIGNALED(st) ? WTERMSIG(st) : 0);
}

void
proc_reap(void)
{
	pid_t pid;
	int st;

	while ((pid = waitpid(-1, &st, WNOHANG)) > 0) {
		struct proc *p = unlist(pid);
		if (p)
			finish(p, st);
	}
}
