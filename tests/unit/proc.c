/* SPDX-License-Identifier: MIT
 * proc.c - tests of sys/proc.c, with real children
 *
 * A child is told as its lines, each with a '|', and how it ended: its exit code or the
 * signal. */
#include "../../sys/proc.c"

#include <poll.h>
#include <stdio.h>
#include <sys/prctl.h>

#include "base/mem.h"
#include "tests/check.h"

enum { LATE_MS = 10000 }; /* a test that takes so long has failed */

static struct loop loop;

struct child {
	struct proc proc;
	struct arena a;
	struct buf seen;
	size_t lines;
	bool silent;                   /* its lines are counted only */
	unsigned again;                /* times that done starts it once more */
	void (*hear)(struct child *);  /* on each line */
	bool leaves;                   /* a member of its group, which we must kill */
	pid_t group;
};

static void
hear(struct proc *p, str line)
{
	struct child *c = OWNER(p, struct child, proc);

	c->lines++;
	if (!c->silent)
		buf_fmt(&c->seen, "%.*s|", ARG(line));
	if (c->hear)
		c->hear(c);
}

static void run_again(struct child *);

static void
done(struct proc *p, int code, int signo)
{
	struct child *c = OWNER(p, struct child, proc);

	check(p->pid == 0 && !p->out.events && !p->timer.set);
	check(!code || !signo);
	buf_fmt(&c->seen, "%s%d%s", signo ? "signal " : "", signo ? signo : code,
	    p->timed_out ? ", late" : "");
	if (c->leaves)
		check(kill(-c->group, SIGKILL) == 0);
	if (c->again && c->again--)
		run_again(c);
}

static void
begin(struct child *c, const char *script)
{
	char *argv[] = { "sh", "-c", (char *)script, NULL };
	struct err e;

	c->proc.loop = &loop;
	c->proc.line = hear;
	c->proc.done = done;
	c->seen.a = &c->a;
	check(proc_start(&c->proc, argv, &e) && c->proc.pid > 0);
	c->group = c->proc.pid;
}

static void
run_again(struct child *c)
{
	begin(c, "exit 9");
}

/* every child is buried, and so are those that they have left us */
static bool
alone(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 && errno == ECHILD;
}

static void
signalled(struct loop *l, int signo)
{
	check(signo == SIGCHLD);
	proc_reap();
	l->stop = alone();
}

static void
late(struct timer *t)
{
	(void)t;
	check_at(false, __FILE__, __LINE__, "in time");
	exit(check_end("proc"));
}

/* turns the loop until no child is left */
static void
wait_all(void)
{
	struct timer guard = { .fire = late };

	timer_set(&loop, &guard, loop_now() + LATE_MS);
	loop_run(&loop);
	loop.stop = false;
	timer_stop(&loop, &guard);
	check(!running);
}

static void
check_child(struct child *c, const char *want, const char *name)
{
	check_text(buf_str(&c->seen), str_of(want), name);
	arena_drop(&c->a);
}

static void
scripts(void)
{
	static const struct {
		const char *script, *want;
	} cases[] = {
		{ "exit 0", "0" },
		{ "exit 7", "7" },
		{ "exit 255", "255" },
		{ "no-such-command 2>&-", "127" },
		{ "echo a; echo b >&2; echo c", "a|b|c|0" },
		{ "printf 'a\\n\\nb'", "a|b|0" },
		{ "printf a; printf b; echo c", "abc|0" },
		{ "cat; echo read", "read|0" },
		{ "echo last; kill -KILL $$", "last|signal 9" },
		{ "kill -TERM $$", "signal 15" },
		{ "kill -HUP $$", "signal 1" },
		{ "kill -USR1 $$", "signal 10" },
		{ "kill -PIPE $$", "signal 13" },
		{ "kill -TERM 0", "signal 15" },
		{ "ls /proc/self/fd", "0|1|2|3|0" },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		struct child c = { 0 };
		begin(&c, cases[i].script);
		wait_all();
		check_child(&c, cases[i].want, cases[i].script);
	}
}

static void
long_lines(void)
{
	struct child c = { .silent = true }, d = { .silent = true };

	begin(&c, "printf '%01024d\\n' 0; printf '%01025d\\n' 0; printf '%03000d' 0");
	begin(&d, "i=0; while [ $i -lt 3000 ]; do echo $i; i=$((i+1)); done");
	wait_all();
	check(c.lines == 1 + 2 + 3);
	check(d.lines == 3000);
	check_child(&c, "0", "long lines");
	check_child(&d, "0", "many lines");
}

/* reads on when there is more to be read: nobody ever sees its pipe empty */
static void
lag(struct child *c)
{
	struct pollfd more = { .fd = c->proc.out.fd, .events = POLLIN };

	poll(&more, 1, -1);
}

static void
overtime(void)
{
	struct child c = { .proc = { .timeout_ms = 30 } };
	struct child d = { .proc = { .timeout_ms = LATE_MS } };
	struct child e = { .proc = { .timeout_ms = 50 }, .silent = true, .hear = lag };

	begin(&c, "exec sleep 60");
	begin(&d, "exit 3");
	begin(&e, "exec yes");
	wait_all();
	check(e.lines > 0);
	check_child(&c, "signal 15, late", "overtime");
	check_child(&d, "3", "in time");
	check_child(&e, "signal 15, late", "talks without end");
}

/* it has said that it ignores TERM: the time of grace is cut short for us */
static void
insist(struct child *c)
{
	int64_t now = loop_now();

	proc_kill(&c->proc);
	check(c->proc.timer.set && c->proc.timer.fire == kill_now);
	check(c->proc.timer.due >= now + GRACE_MS);
	check(c->proc.timer.due <= loop_now() + GRACE_MS);
	timer_set(&loop, &c->proc.timer, now);
}

static void
deaf(void)
{
	struct child c = { .hear = insist };

	begin(&c, "trap '' TERM; echo deaf; while :; do sleep 60; done");
	wait_all();
	check_child(&c, "deaf|signal 9", "TERM, then KILL");
}

static void
expire(struct child *c)
{
	timer_set(&loop, &c->proc.timer, loop_now());
}

/* what a child leaves in its group is killed when the child was late, else it may stay;
 * either way it is reaped when it ends */
static void
left_behind(void)
{
	struct child c = { .proc = { .timeout_ms = LATE_MS }, .hear = expire };
	struct child d = { .leaves = true };

	begin(&c, "(trap '' TERM; echo deaf; exec sleep 60) & wait");
	wait_all();
	check_child(&c, "deaf|signal 15, late", "its group is killed");
	begin(&d, "sleep 60 & echo left");
	wait_all();
	check_child(&d, "left|0", "its output is not waited for");
}

static void
again(void)
{
	struct child c = { .again = 2 };

	begin(&c, "exit 8");
	wait_all();
	check_child(&c, "899", "started anew when it is done");
}

static void
refused(void)
{
	char *none[] = { "/no/such/command", NULL }, *dir[] = { "/", NULL };
	struct child c = { .proc = { .loop = &loop } };
	struct err e;

	check(!proc_start(&c.proc, none, &e) && e.kind == ERR_SYS);
	check_text(str_of(e.msg), STR("run /no/such/command: No such file or directory"),
	    "no such command");
	check(!proc_start(&c.proc, dir, &e));
	check_text(str_of(e.msg), STR("run /: Permission denied"), "a directory");
	check(!running && !c.proc.out.events && alone());
}

int
main(void)
{
	struct err e;

	for (int fd = 3; fd < 1024; fd++)
		close(fd); /* what our caller left open */
	check(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
	check(loop_init(&loop, &e) && loop_signals(&loop, signalled, &e));
	scripts();
	long_lines();
	overtime();
	deaf();
	left_behind();
	again();
	refused();
	return check_end("proc");
}
