/* SPDX-License-Identifier: MIT
 * loop.c - tests of sys/loop.c
 *
 * Who is called is noted by a letter; '.' ends the loop. */
#include "../../sys/loop.c"

#include <fcntl.h>

#include "base/str.h"
#include "tests/check.h"

enum { LATE_MS = 5000 }; /* a test that takes so long has failed */

static struct loop loop;
static char seen[64];
static size_t nseen;

static void
note(char c)
{
	if (nseen < sizeof seen)
		seen[nseen++] = c;
	loop.stop |= c == '.';
}

struct bell {
	struct timer timer;
	char name;
	struct bell *other; /* stopped when this one rings */
};

static void
ring(struct timer *t)
{
	struct bell *b = OWNER(t, struct bell, timer);

	note(b->name);
	if (b->other)
		timer_stop(&loop, &b->other->timer);
}

static void
set_bell(struct bell *b, int64_t due)
{
	b->timer.fire = ring;
	timer_set(&loop, &b->timer, due);
}

static void
late(struct timer *t)
{
	(void)t;
	check_at(false, __FILE__, __LINE__, "in time");
	exit(check_end("loop"));
}

/* turns the loop until somebody notes '.' */
static void
run(const char *want, const char *name)
{
	struct timer guard = { .fire = late };

	timer_set(&loop, &guard, loop_now() + LATE_MS);
	loop_run(&loop);
	loop.stop = false;
	timer_stop(&loop, &guard);
	check_text(((str){ seen, nseen }), str_of(want), name);
	nseen = 0;
}

static void
timers(void)
{
	struct bell a = { .name = 'a' }, b = { .name = 'b' }, c = { .name = 'c' };
	struct bell d = { .name = 'd' }, end = { .name = '.' }, after = { .name = '!' };
	int64_t now = loop_now();

	set_bell(&end, now + 4);
	set_bell(&c, now + 2);
	set_bell(&a, now - 7);
	set_bell(&d, now + 2);
	set_bell(&b, now + 1);
	set_bell(&after, now + 4);
	run("abcd.", "in the order of their times, then of their setting");
	check(loop_now() >= now + 4);
	check(after.timer.set && !a.timer.set);
	timer_stop(&loop, &after.timer);
	timer_stop(&loop, &after.timer);
	check(!loop.soonest);

	now = loop_now();
	set_bell(&a, now + 1);
	set_bell(&b, now + 2);
	set_bell(&end, now + 3);
	set_bell(&a, now + 2);
	run("ba.", "set again is moved");

	now = loop_now();
	a.other = &b;
	set_bell(&a, now);
	set_bell(&b, now);
	set_bell(&end, now);
	run("a.", "stopped by another");
}

static void
sleeps(void)
{
	struct bell a = { .name = 'a' };

	check(patience(&loop) == -1);
	set_bell(&a, loop_now() - 1);
	check(patience(&loop) == 0);
	set_bell(&a, loop_now() + 1000);
	check(patience(&loop) > 900 && patience(&loop) <= 1000);
	set_bell(&a, INT64_MAX);
	check(patience(&loop) == INT_MAX);
	timer_stop(&loop, &a.timer);
}

/* a pipe that is always readable */
struct well {
	struct io io;
	int in;
	char name;
	unsigned turns;     /* to be called at most so often */
	struct well *other; /* forgotten and closed when this one is called */
};

static void
shut(struct well *w)
{
	if (w->in < 0)
		return;
	io_forget(&loop, &w->io);
	close(w->io.fd);
	close(w->in);
	w->in = -1;
}

static void
draw(struct io *io, unsigned events)
{
	struct well *w = OWNER(io, struct well, io);

	check(events & EPOLLIN);
	note(w->name);
	if (w->other)
		shut(w->other);
	if (!--w->turns)
		io_forget(&loop, io);
}

static void
dig(struct well *w)
{
	int fds[2];

	if (!check(pipe2(fds, O_CLOEXEC | O_NONBLOCK) == 0 && write(fds[1], "x", 1) == 1))
		exit(1);
	w->in = fds[1];
	w->io.ready = draw;
	io_arm(&loop, &w->io, fds[0], EPOLLIN);
}

static void
wells(void)
{
	struct well a = { .name = 'a', .turns = 3 }, b = { .name = 'b', .turns = 1 };
	struct bell end = { .name = '.' };

	dig(&a);
	set_bell(&end, loop_now() + 2);
	run("aaa.", "as long as it is armed");
	check(a.io.events == 0);
	shut(&a);

	a.turns = b.turns = 1;
	a.other = &b;
	b.other = &a;
	dig(&a);
	dig(&b);
	set_bell(&end, loop_now() + 2);
	run("a.", "forgotten within the batch");
	shut(&a);
}

/* its number is another file by now, as happens when a dial goes to the next address */
static void
reused_number(void)
{
	struct well a = { .name = 'a', .turns = 1 }, b = { .name = 'b', .turns = 1 };
	struct bell end = { .name = '.' };
	int fd;

	dig(&a);
	dig(&b);
	io_forget(&loop, &b.io);
	fd = a.io.fd;
	check(dup3(b.io.fd, fd, O_CLOEXEC) == fd);
	io_arm(&loop, &a.io, fd, EPOLLIN);
	set_bell(&end, loop_now() + 2);
	run("a.", "the same number, another file");

	shut(&b);
	dig(&b);
	io_arm(&loop, &b.io, fd, EPOLLIN);
	set_bell(&end, loop_now() + 2);
	run("b.", "another number");
	io_arm(&loop, &b.io, fd, 0);
	check(b.io.events == 0);
	shut(&a);
}

/* A task that plays a script: 'r' waits for a pipe, 'w' is writable at once, 't' waits
 * for a moment, 'd' is done, 'f' fails; then done takes a letter, and begins anew at
 * 'a'. '-' is noted when it has to wait. */
struct player {
	struct task task;
	const char *script;
	int fds[2];
};

static enum step
play(struct task *t, struct err *e)
{
	struct player *p = OWNER(t, struct player, task);
	char c = *p->script++;

	note(c);
	t->fd = p->fds[c == 'w'];
	t->due = c == 't' ? loop_now() + 1 : NEVER;
	if (c == 'w')
		check(write(p->fds[1], "x", 1) == 1);
	if (c == 'f')
		err_set(e, ERR_INPUT, "it failed");
	return c == 'd' ? STEP_DONE : c == 'f' ? STEP_FAIL : c == 'w' ? STEP_WRITE : STEP_READ;
}

static void
waited(struct task *t)
{
	check(t->io.events != 0);
	note('-');
}

static void
played(struct task *t, const struct err *failed)
{
	struct player *p = OWNER(t, struct player, task);

	check(!t->io.events && !t->timer.set);
	check(!failed == (p->script[-1] == 'd'));
	if (failed)
		check_text(str_of(failed->msg), STR("it failed"), "the task's error");
	note(*p->script);
	if (*p->script++ == 'a')
		task_later(t);
}

static void
tasks(void)
{
	struct player p = { .task = {
		.loop = &loop, .step = play, .done = played, .waits = waited,
	} };

	check(pipe2(p.fds, O_CLOEXEC | O_NONBLOCK) == 0);
	p.script = "d.";
	task_run(&p.task);
	run("d.", "done at once");
	p.script = "f.";
	task_later(&p.task);
	check(!nseen);
	run("f.", "failed, later");
	p.script = "twrtd.";
	task_run(&p.task);
	run("t-w-r-t-d.", "waits for a moment, to write, to read");
	p.script = "wrfatdawd.";
	task_run(&p.task);
	run("w-r-fat-daw-d.", "begins anew when it is done");

	p.script = "w";
	task_run(&p.task);
	task_stop(&p.task);
	check(!p.task.io.events && !p.task.timer.set && !loop.soonest);
	nseen = 0;
	close(p.fds[0]);
	close(p.fds[1]);
}

static void
told(struct loop *l, int signo)
{
	check(l == &loop);
	note(signo == SIGUSR1 ? 'u' : signo == SIGHUP ? 'h' : '.');
}

static void
signals(void)
{
	struct err e;
	int fds[2];

	check(loop_signals(&loop, told, &e));
	raise(SIGHUP);
	raise(SIGUSR1);
	raise(SIGTERM);
	run("hu.", "signals");
	check(pipe(fds) == 0 && close(fds[0]) == 0);
	check(write(fds[1], "x", 1) < 0 && errno == EPIPE);
	close(fds[1]);
}

int
main(void)
{
	struct err e;

	check(loop_now() > 0);
	check(loop_init(&loop, &e));
	timers();
	sleeps();
	wells();
	reused_number();
	tasks();
	signals();
	return check_end("loop");
}
