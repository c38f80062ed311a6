/* SPDX-License-Identifier: MIT
 * act.c - one action: a command, or a signal to a container
 *
 * A command string is for /bin/sh. Where there is none, plain words are executed as
 * they stand, and where there is no docker client we do "docker kill" ourselves. */
#include "act.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/str.h"
#include "base/val.h"
#include "docker.h"
#include "sys/proc.h"
#include "tmpl.h"

enum {
	WORDS_MAX = 64,     /* words of a command that is run without a shell */
	WORD_SIZE = 64 << 10, /* bytes of one rendered word */
	SAID_MAX = 240,     /* bytes of output that a failure quotes */
	RUN_MAX = 4 << 20,  /* bytes of memory for one run */
	DOCKER_MS = 60000,  /* for docker's reply, where timeout = 0 asks for no limit */
};

struct run {
	struct proc proc;
	struct docker docker;
	struct task task;   /* of docker */
	int64_t due;        /* when docker's time is over */
	struct act *act;
	size_t nsaid;
	char said[SAID_MAX];
};

bool
action_compile(struct action *x, struct arena *a, const str *words, size_t n,
    struct err *e)
{
	x->words = NEWS(a, n, struct tmpl *);
	x->n = n;
	for (size_t i = 0; i < n; i++)
		if (!tmpl_compile(a, str_of(x->name), words[i], &x->words[i], e))
			return false;
	return true;
}

static void
finish(struct act *x, const struct err *failed)
{
	struct err e;

	if (failed)
		e = *failed; /* it may lie in the arena */
	x->run = NULL;
	arena_drop(&x->a);
	x->done(x, failed ? &e : NULL);
}

/* keeps the first lines for the message of a failure */
static void
line(struct proc *p, str s)
{
	struct run *r = OWNER(p, struct run, proc);
	size_t room = sizeof r->said - r->nsaid;

	r->act->said(r->act, s);
	if (r->nsaid && room > 3) {
		memcpy(r->said + r->nsaid, " | ", 3);
		r->nsaid += 3;
		room -= 3;
	}
	s = str_head(s, MIN(s.n, room));
	if (s.n)
		memcpy(r->said + r->nsaid, s.p, s.n);
	r->nsaid += s.n;
}

static void
exited(struct proc *p, int code, int signal)
{
	struct run *r = OWNER(p, struct run, proc);
	const struct action *x = r->act->action;
	str said = { r->said, r->nsaid };
	struct err e;

	if (p->timed_out)
		err_set(&e, ERR_RETRY, "%s: timed out after %lld ms", x->name,
		    (long long)x->timeout_ms);
	else if (signal)
		err_set(&e, ERR_RETRY, "%s: ended by signal %d", x->name, signal);
	else if (code)
		err_set(&e, ERR_RETRY, "%s: exit status %d%s%.*s", x->name, code,
		    said.n ? ": " : ", no output", ARG(said));
	finish(r->act, p->timed_out || signal || code ? &e : NULL);
}

static enum step
docker_task(struct task *t, struct err *e)
{
	struct run *r = OWNER(t, struct run, task);
	enum step s = docker_step(&r->docker, e);

	if (s > STEP_DONE && loop_now() >= r->due) {
		rest_cancel(&r->docker.rest);
		err_set(e, ERR_RETRY, "docker: timed out after %lld ms",
		    (long long)r->act->action->timeout_ms);
		return STEP_FAIL;
	}
	t->fd = rest_fd(&r->docker.rest);
	t->due = rest_due(&r->docker.rest);
	if (t->due == NEVER || t->due > r->due)
		t->due = r->due;
	return s;
}

static void
docker_done(struct task *t, const struct err *failed)
{
	struct run *r = OWNER(t, struct run, task);
	struct err e;

	if (failed) {
		e = *failed;
		err_wrap(&e, "%s", r->act->action->name);
	}
	finish(r->act, failed ? &e : NULL);
}

/* the first step is taken from the loop, so that done never comes before act_start
 * returns */
static bool
start_docker(struct act *x, str container, str signal)
{
	struct run *r = x->run;

	docker_init(&r->docker, x->docker, container, signal);
	r->due = loop_now() + (x->action->timeout_ms ? x->action->timeout_ms : DOCKER_MS);
	r->task = (struct task){ .loop = x->loop, .step = docker_task, .done = docker_done };
	task_later(&r->task);
	return true;
}

static bool
start_proc(struct act *x, char *const argv[], struct err *e)
{
	struct run *r = x->run;

	r->proc.loop = x->loop;
	r->proc.timeout_ms = x->action->timeout_ms;
	r->proc.line = line;
	r->proc.done = exited;
	return proc_start(&r->proc, argv, e) || err_wrap(e, "%s", x->action->name);
}

/* cuts plain words at blanks; 0 when some character is the shell's, or a word too
 * many */
static size_t
plain_words(struct arena *a, str s, char **argv)
{
	size_t n = 0;
	str word;

	for (s = str_trim(s); s.n; s = str_trim(s)) {
		size_t i = 0;
		while (i < s.n && s.p[i] != ' ' && s.p[i] != '\t') {
			if (strchr("|&;<>()$`\\\"'*?[]#~!\n", s.p[i]))
				return 0;
			i++;
		}
		word = str_head(s, i);
		if (n == WORDS_MAX || (!n && str_find(word, STR("=")) < word.n))
			return 0;
		argv[n++] = str_z(a, word);
		s = str_from(s, i);
	}
	argv[n] = NULL;
	return n;
}

/* would execvp find it? */
static bool
runnable(struct arena *a, const char *name)
{
	str path = str_of(getenv("PATH")), dir;

	if (strchr(name, '/'))
		return access(name, X_OK) == 0;
	while (path.n) {
		str_cut(path, ':', &dir, &path);
		if (access(str_fmt(a, "%.*s/%s", ARG(dir), name).p, X_OK) == 0)
			return true;
	}
	return false;
}

/* "docker kill [-s SIGNAL] NAME", in docker's own spellings and with its default */
static bool
docker_kill(char **argv, str *container, str *signal)
{
	*signal = STR("KILL");
	*container = (str){ 0 };
	if (!argv[0] || !argv[1] || !str_eq(path_base(str_of(argv[0])), STR("docker"))
	    || strcmp(argv[1], "kill") != 0)
		return false;
	for (argv += 2; *argv; argv++) {
		str word = str_of(*argv);
		if (str_starts(word, STR("--signal=")))
			*signal = str_from(word, 9);
		else if ((str_eq(word, STR("-s")) || str_eq(word, STR("--signal"))) && argv[1])
			*signal = str_of(*++argv);
		else if (str_starts(word, STR("-s")))
			*signal = str_from(word, 2);
		else if (str_starts(word, STR("-")) || container->n)
			return false;
		else
			*container = word;
	}
	return container->n > 0;
}

static bool
start_cmd(struct act *x, str cmd, struct err *e)
{
	char *argv[WORDS_MAX + 1] = { 0 };
	size_t n = plain_words(&x->a, cmd, argv);
	str container, signal;

	if (n && docker_kill(argv, &container, &signal) && !runnable(&x->a, argv[0]))
		return start_docker(x, container, signal);
	if (access("/bin/sh", X_OK) == 0) {
		char *sh[] = { "/bin/sh", "-c", str_z(&x->a, cmd), NULL };
		return start_proc(x, sh, e);
	}
	if (n)
		return start_proc(x, argv, e);
	return err_set(e, ERR_INPUT, "%s needs a shell, and there is no /bin/sh here: use "
	    "exec = [\"PROGRAM\", \"ARGUMENT\"] or docker = \"NAME\"", x->action->name);
}

static bool
start_exec(struct act *x, const str *words, size_t n, struct err *e)
{
	char **argv = NEWS(&x->a, n + 1, char *);

	for (size_t i = 0; i < n; i++)
		if (!(argv[i] = str_z(&x->a, words[i])))
			return err_set(e, ERR_INPUT, "%s: a NUL byte in word %zu",
			    x->action->name, i + 1);
	return start_proc(x, argv, e);
}

/* the words with {{.src}} and {{.dest}} filled in */
static bool
render_words(struct act *x, const char *src, const char *dest, str *words,
    struct err *e)
{
	const struct member members[] = {
		{ STR("dest"), val_str(str_of(dest)) },
		{ STR("src"), val_str(str_of(src)) },
	};
	struct val dot = { .kind = VAL_MAP, .map = { members, countof(members) } };

	for (size_t i = 0; i < x->action->n; i++)
		if (!tmpl_render(x->action->words[i], NULL, &dot, &x->a, WORD_SIZE,
		    &words[i], e))
			return false;
	return true;
}

static bool
start(struct act *x, const char *src, const char *dest, struct err *e)
{
	str *words = NEWS(&x->a, x->action->n + 1, str);

	x->run = NEW(&x->a, struct run);
	x->run->act = x;
	if (!render_words(x, src, dest, words, e))
		return false;
	switch (x->action->kind) {
	case ACT_NONE:
		break;
	case ACT_CMD:
		return start_cmd(x, words[0], e);
	case ACT_EXEC:
		return start_exec(x, words, x->action->n, e);
	case ACT_DOCKER:
		return start_docker(x, x->action->container, x->action->signal);
	}
	return err_set(e, ERR_INPUT, "no action");
}

bool
act_start(struct act *x, const struct action *action, const char *src, const char *dest,
    struct err *e)
{
	struct fail f = { .err = e };

	x->action = action;
	x->a = (struct arena){ .what = "action", .cap = RUN_MAX, .fail = &f };
	if (!setjmp(f.env) && start(x, src, dest, e)) {
		x->a.fail = NULL;
		return true;
	}
	x->run = NULL;
	arena_drop(&x->a);
	return false;
}

void
act_hurry(struct act *x)
{
	if (x->run && x->run->proc.pid) {
		proc_kill(&x->run->proc);
	} else if (x->run) {
		x->run->due = loop_now();
		task_later(&x->run->task);
	}
}
