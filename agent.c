/* SPDX-License-Identifier: MIT
 * agent.c - what is due: fetch, follow, fan out, back off
 *
 * A setup is everything that the command line, confd.toml and conf.d say; SIGHUP
 * builds a second one beside it and changes over when nothing is running. One task
 * drives the store: get, then watch for ever, its deltas applied to the snapshot in
 * force. After each batch of them the resources that they touch have a pass. Start
 * with turn(). */
#include "agent.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/kv.h"
#include "base/str.h"
#include "conf.h"
#include "res.h"
#include "spec.h"
#include "store.h"
#include "sys/log.h"
#include "sys/loop.h"
#include "sys/proc.h"

enum {
	SETUP_MAX = 64 << 20,   /* bytes of settings and compiled templates */
	SNAP_MAX = 1024 << 20,  /* bytes of a snapshot of the store */
	DELTA_MAX = 256 << 20,  /* bytes of one batch of changes */
	RENDER_MAX = 512 << 20, /* bytes of one rendering with its scratch */
	BATCH_MAX = 256,        /* deltas applied before a pass is due even so */
	PAUSE_MIN = 100,        /* ms before the store is tried again; doubles ... */
	PAUSE_MAX = 1000,       /* ... up to this, and up to a quarter more by chance */
	STOP_MS = 4000,         /* for running commands to end after TERM */
	RUNNING_MAX = 32,       /* resources whose check or reload runs at once */
};

struct setup {
	struct arena a;
	struct conf conf;
	struct spec *specs;
	struct res *res;
	size_t n;               /* resources */
	size_t bad;             /* resources that could not be read */
	struct strs paths;      /* of all keys */
	struct store *store;
	enum log_level level;
};

struct agent {
	struct loop loop;
	int argc;
	char *const *argv;
	struct setup setups[2], *now;
	bool reload_due;        /* SIGHUP came while a pass was running */
	struct arena snap_mem[2], delta, render;
	struct kv snaps[2], *snap; /* the one in force; NULL: nothing fetched yet */
	struct task task;       /* drives the store */
	bool getting;           /* the task fetches; else it watches, or has ended */
	bool fresh;             /* nothing has come of the watch since the last fetch */
	bool told;              /* which store it is has been logged */
	unsigned failures;      /* of the store, in a row */
	struct err last;        /* the failure that was logged last */
	struct timer pause, interval, deadline, change;
	bool poll_due;          /* the interval passed while a pass was running */
	size_t turn;            /* of the resources: whose it is */
	bool stopping;
	int status;
};

/* resources that wait for a check or a reload */
static size_t
busy(const struct agent *ag)
{
	size_t n = 0;

	for (size_t i = 0; i < ag->now->n; i++)
		n += ag->now->res[i].phase != RES_IDLE;
	return n;
}

static bool
any_failed(const struct agent *ag)
{
	for (size_t i = 0; i < ag->now->n; i++)
		if (ag->now->res[i].failed)
			return true;
	return ag->now->bad > 0;
}

static void
quit(struct agent *ag, int status)
{
	ag->status = status;
	ag->loop.stop = true;
}

static void settle(struct agent *ag);

/* Renders what is due, all of it from the snapshot as it is now. Outside of watch mode
 * one resource comes after the other, in the order of their names. Each has its turn,
 * however slow others are, and what waits for all to be idle is not kept waiting. */
static void
pass(struct agent *ag)
{
	size_t most = ag->now->conf.watch ? RUNNING_MAX : 1, running = busy(ag);
	size_t n = ag->now->n, first = ag->turn;
	bool hold = ag->stopping || ag->reload_due || ag->poll_due, due = false;

	for (size_t i = 0; i < n; i++) {
		struct res *r = &ag->now->res[(first + i) % n];
		if (!r->dirty || r->phase != RES_IDLE)
			continue;
		due = hold || running == most;
		if (due)
			break;
		ag->turn = (first + i + 1) % n;
		running += ag->snap ? res_pass(r, ag->snap) : res_resume(r);
	}
	if (!due)
		ag->turn = 0;
	if (!running)
		settle(ag);
}

static void
res_calls(struct res *r)
{
	pass(OWNER(r->loop, struct agent, loop));
}

static void
all_dirty(struct agent *ag)
{
	for (size_t i = 0; i < ag->now->n; i++)
		ag->now->res[i].dirty = true;
}

/* only those that may read one of the changed keys */
static void
touched_dirty(struct agent *ag, const struct kv_delta *d)
{
	for (size_t i = 0; i < ag->now->n; i++) {
		const struct spec *s = &ag->now->specs[i];
		for (size_t j = 0; j < d->n && !ag->now->res[i].dirty; j++)
			ag->now->res[i].dirty = kv_touches(s->spans, s->nspans, &d->at[j]);
	}
}

/* what has been fetched takes the place of what was in force */
static void
take_snapshot(struct agent *ag, struct kv *fresh)
{
	if (ag->snap)
		kv_drop(ag->snap);
	ag->snap = fresh;
}

static struct kv *
spare(struct agent *ag)
{
	return &ag->snaps[ag->snap == &ag->snaps[0]];
}

/* dead text outweighs the living: moves the living to the other arena */
static void
compact(struct agent *ag)
{
	struct kv *to = spare(ag);
	struct err e;

	if (!kv_wasteful(ag->snap))
		return;
	if (kv_copy(to, ag->snap, &e))
		take_snapshot(ag, to);
	else
		kv_drop(to);
}

static void
poll_later(struct agent *ag)
{
	if (ag->now->conf.interval_ms)
		timer_set(&ag->loop, &ag->interval, loop_now() + ag->now->conf.interval_ms);
}

static enum step
get(struct agent *ag, struct err *e)
{
	struct setup *s = ag->now;
	struct kv *fresh = spare(ag);
	enum step st = s->store->ops->get(s->store, fresh, e);

	if (st != STEP_DONE)
		return st;
	take_snapshot(ag, fresh);
	log_at(LOG_DEBUG, "fetched %zu keys at revision %lld", fresh->n,
	    (long long)s->store->revision);
	all_dirty(ag);
	ag->getting = false;
	ag->fresh = true;
	poll_later(ag);
	return STEP_DONE;
}

/* A snapshot that took only half of the changes is no revision at all. */
static enum step
torn(struct agent *ag)
{
	ag->now->store->ops->cancel(ag->now->store);
	kv_drop(ag->snap);
	ag->snap = NULL;
	ag->getting = true;
	return STEP_FAIL;
}

/* a batch of changes, or an order to fetch again */
static enum step
follow(struct agent *ag, struct err *e)
{
	struct store *s = ag->now->store;
	struct kv_delta d = { 0 };
	enum step st = s->ops->watch(s, &ag->delta, &d, e);

	if (st != STEP_DONE)
		return st;
	if (d.n) {
		if (!kv_apply(ag->snap, &d, e))
			return torn(ag);
		touched_dirty(ag, &d);
		compact(ag);
		ag->fresh = false;
		return STEP_DONE;
	}
	ag->getting = true;
	if (!ag->fresh)
		return STEP_DONE;
	err_set(e, ERR_RETRY, "the store cannot be watched from revision %lld, at which it "
	    "was just read", (long long)s->revision);
	return STEP_FAIL;
}

/* says once which store it is, and after an outage that it is back */
static void
note_live(struct agent *ag)
{
	struct store *s = ag->now->store;
	str about;

	if (!s->live || (ag->told && !ag->failures))
		return;
	arena_empty(&ag->render);
	about = s->ops->about(s, &ag->render);
	log_at(LOG_INFO, ag->told ? "Backend is back: %.*s" : "Backend set to %.*s",
	    ARG(about));
	ag->told = true;
	ag->failures = 0;
	ag->last.msg[0] = 0;
}

static bool
watches(const struct agent *ag)
{
	return ag->now->conf.watch && ag->now->store->ops->watch;
}

/* One step of the store's task. All changes that have arrived are applied before the
 * resources that they touch are rendered: a burst is one pass. */
static enum step
turn(struct task *t, struct err *e)
{
	struct agent *ag = OWNER(t, struct agent, task);
	struct store *s = ag->now->store;
	enum step st = STEP_DONE;

	for (unsigned n = 0; st == STEP_DONE && n < BATCH_MAX; n++) {
		bool getting = ag->getting;
		st = getting ? get(ag, e) : follow(ag, e);
		note_live(ag);
		if (getting && st == STEP_DONE && !watches(ag))
			return STEP_DONE;
	}
	t->fd = s->fd;
	t->due = st == STEP_DONE ? loop_now() : s->due; /* there may be more: come back */
	return st == STEP_DONE ? STEP_READ : st;
}

static void
store_waits(struct task *t)
{
	pass(OWNER(t, struct agent, task));
}

static void
start_store(struct agent *ag)
{
	ag->getting = true;
	timer_stop(&ag->loop, &ag->pause);
	if (ag->now->paths.n) {
		task_run(&ag->task);
		return;
	}
	/* no resource asks for a key: there is nothing to fetch, but all to render */
	kv_init(spare(ag), spare(ag)->a);
	take_snapshot(ag, spare(ag));
	all_dirty(ag);
	poll_later(ag);
	pass(ag);
}

static void
store_failed(struct agent *ag, const struct err *e)
{
	bool news = strcmp(e->msg, ag->last.msg) != 0;
	int64_t wait = MIN((int64_t)PAUSE_MIN << MIN(ag->failures, 8u), (int64_t)PAUSE_MAX);

	log_at(news ? LOG_ERROR : LOG_DEBUG, "%s", e->msg);
	ag->last = *e;
	ag->failures++;
	ag->fresh = false;
	if (ag->getting)
		kv_drop(spare(ag)); /* what has come of it so far */
	if (ag->now->conf.onetime && ag->failures >= ag->now->store->nnodes)
		quit(ag, 1); /* each node has had its chance */
	else
		timer_set(&ag->loop, &ag->pause, loop_now() + wait + rand() % (wait / 4));
	pass(ag); /* of what had arrived before */
}

static void
store_done(struct task *t, const struct err *failed)
{
	struct agent *ag = OWNER(t, struct agent, task);

	if (failed)
		store_failed(ag, failed);
	else
		pass(ag);
}

static void
pause_over(struct timer *t)
{
	task_run(&OWNER(t, struct agent, pause)->task);
}

static void
cancel_store(struct agent *ag)
{
	task_stop(&ag->task);
	timer_stop(&ag->loop, &ag->pause);
	ag->now->store->ops->cancel(ag->now->store);
}

/* a full pass: now, or when the present one is over */
static void
interval_over(struct timer *t)
{
	struct agent *ag = OWNER(t, struct agent, interval);

	ag->poll_due = busy(ag); /* settle() comes back to it */
	if (ag->poll_due)
		return;
	if (watches(ag))
		cancel_store(ag);
	start_store(ag);
}

static bool
load_specs(struct setup *s, const struct strs *files, struct strs *warnings,
    struct err *e)
{
	struct span *spans;

	s->specs = NEWS(&s->a, files->n, struct spec);
	for (size_t i = 0; i < files->n; i++) {
		if (spec_load(&s->a, &s->conf, files->at[i], &s->specs[s->n], warnings, e)) {
			s->n++;
		} else {
			s->bad++;
			log_at(LOG_ERROR, "%s", e->msg);
		}
	}
	spec_paths(&s->a, s->specs, s->n, &s->paths);
	s->store = store_new(&s->a, s->conf.backend, s->conf.nodes.at, s->conf.nodes.n, e);
	if (!s->store)
		return false;
	s->store->paths = s->paths.at;
	s->store->npaths = s->paths.n;
	s->store->nspans = kv_spans(&s->a, s->paths.at, s->paths.n, &spans);
	s->store->spans = spans;
	s->res = NEWS(&s->a, s->n, struct res);
	return true;
}

static bool
load_all(struct agent *ag, struct setup *s, bool *usage, struct err *e)
{
	struct strs files;

	if (!conf_load(&s->conf, &s->a, ag->argc, ag->argv, usage, e))
		return false;
	if (s->conf.help || s->conf.version)
		return true;
	if (!log_level_named(s->conf.log_level, &s->level))
		return err_set(e, ERR_INPUT, "log-level: found \"%.*s\", want debug, info, "
		    "warning or error", ARG(s->conf.log_level));
	if (!spec_list(&s->a, &s->conf, &files, e)
	    || !load_specs(s, &files, &s->conf.warnings, e))
		return false;
	for (size_t i = 0; i < s->conf.warnings.n; i++)
		log_at(LOG_WARNING, "%.*s", ARG(s->conf.warnings.at[i]));
	return true;
}

/* a door: reads confd.toml and conf.d into a setup; what is wrong with one resource
 * costs only that one */
static bool
load(struct agent *ag, struct setup *s, bool *usage, struct err *e)
{
	struct fail f = { .err = e };
	bool ok;

	*s = (struct setup){ .a = { .what = "settings", .cap = SETUP_MAX, .fail = &f } };
	ok = !setjmp(f.env) && load_all(ag, s, usage, e);
	s->a.fail = NULL;
	return ok;
}

/* makes a loaded setup the one in force and starts to work by it */
static void
activate(struct agent *ag, struct setup *s)
{
	ag->now = s;
	log_level(s->level);
	for (size_t i = 0; i < s->n; i++) {
		s->res[i] = (struct res){
			.spec = &s->specs[i], .conf = &s->conf, .loop = &ag->loop,
			.render = &ag->render, .idle = res_calls, .wants = res_calls,
		};
		res_init(&s->res[i]);
		res_resume(&s->res[i]);
	}
	ag->told = false;
	ag->failures = 0;
	start_store(ag);
}

static struct setup *
other(struct agent *ag)
{
	return &ag->setups[ag->now == &ag->setups[0]];
}

/* nothing is running: the old setup goes, and with it what it fetched */
static void
change_over(struct timer *t)
{
	struct agent *ag = OWNER(t, struct agent, change);
	struct setup *old = ag->now;

	if (busy(ag) || !ag->reload_due || ag->stopping)
		return; /* settle() comes back to it */
	ag->reload_due = false;
	cancel_store(ag);
	timer_stop(&ag->loop, &ag->interval);
	for (size_t i = 0; i < old->n; i++)
		res_stop(&old->res[i]);
	if (ag->snap)
		kv_drop(ag->snap);
	ag->snap = NULL;
	activate(ag, other(ag));
	arena_drop(&old->a);
	log_at(LOG_INFO, "Configuration has been read again: %zu resources", ag->now->n);
}

static void
settle(struct agent *ag)
{
	if (ag->stopping)
		quit(ag, 0);
	else if (ag->now->conf.onetime && ag->snap)
		quit(ag, any_failed(ag));
	else if (ag->reload_due)
		timer_set(&ag->loop, &ag->change, loop_now());
	else if (ag->poll_due)
		timer_set(&ag->loop, &ag->interval, loop_now());
}

/* SIGHUP: a bad new configuration changes nothing */
static void
reload(struct agent *ag)
{
	struct setup *next = other(ag);
	bool usage;
	struct err e;

	arena_drop(&next->a);
	if (!load(ag, next, &usage, &e)) {
		log_at(LOG_ERROR, "%s", e.msg);
	} else if (!next->bad) {
		ag->reload_due = true;
		timer_set(&ag->loop, &ag->change, loop_now());
		return;
	}
	log_at(LOG_ERROR, "The old configuration stays in force");
	ag->reload_due = false;
	arena_drop(&next->a);
}

static void
overtime(struct timer *t)
{
	struct agent *ag = OWNER(t, struct agent, deadline);

	for (size_t i = 0; i < ag->now->n; i++)
		res_hurry(&ag->now->res[i]);
}

/* TERM, INT: what is running may end, nothing new begins; said twice, it must end */
static void
stop(struct agent *ag, int signo)
{
	if (ag->stopping) {
		overtime(&ag->deadline);
		return;
	}
	log_at(LOG_INFO, "Captured %s. Exiting...",
	    signo == SIGINT ? "interrupt" : "terminated");
	ag->stopping = true;
	cancel_store(ag);
	timer_stop(&ag->loop, &ag->interval);
	for (size_t i = 0; i < ag->now->n; i++)
		res_stop(&ag->now->res[i]);
	timer_set(&ag->loop, &ag->deadline, loop_now() + STOP_MS);
	if (!busy(ag))
		quit(ag, 0);
}

static void
on_signal(struct loop *l, int signo)
{
	struct agent *ag = OWNER(l, struct agent, loop);

	switch (signo) {
	case SIGCHLD:
		proc_reap();
		break;
	case SIGHUP:
		reload(ag);
		break;
	case SIGUSR1:
		all_dirty(ag);
		pass(ag);
		break;
	default:
		stop(ag, signo);
	}
}

static void
init(struct agent *ag, int argc, char *const argv[])
{
	*ag = (struct agent){
		.argc = argc,
		.argv = argv,
		.snap_mem = { { .what = "store", .cap = SNAP_MAX },
		    { .what = "store", .cap = SNAP_MAX } },
		.delta = { .what = "store changes", .cap = DELTA_MAX },
		.render = { .what = "template", .cap = RENDER_MAX },
		.task = { .loop = &ag->loop, .step = turn, .done = store_done,
		    .waits = store_waits },
		.pause = { .fire = pause_over },
		.interval = { .fire = interval_over },
		.deadline = { .fire = overtime },
		.change = { .fire = change_over },
	};
	for (size_t i = 0; i < countof(ag->snaps); i++)
		ag->snaps[i].a = &ag->snap_mem[i];
	srand((unsigned)getpid() ^ (unsigned)loop_now());
}

/* what is asked for is answered here; else *go, and there is work to do */
static int
begin(struct agent *ag, bool *go)
{
	struct setup *s = &ag->setups[0];
	bool usage = false;
	struct err e;

	*go = false;
	if (!load(ag, s, &usage, &e)) {
		log_at(LOG_FATAL, "%s%s", e.msg, usage ? "; -help lists the flags" : "");
		return usage ? 2 : 1;
	}
	if (s->conf.help)
		conf_usage();
	else if (s->conf.version)
		printf("uconfd " VERSION "\n");
	if (s->conf.help || s->conf.version)
		return 0;
	*go = s->n > 0;
	if (!s->n && !s->bad)
		log_at(LOG_WARNING, "Found no templates in %.*s/conf.d",
		    ARG(s->conf.confdir));
	return s->bad || s->conf.strict;
}

int
agent_run(int argc, char *const argv[])
{
	static struct agent ag;
	struct err e;
	bool go;
	int status;

	log_init();
	init(&ag, argc, argv);
	if (!loop_init(&ag.loop, &e) || !loop_signals(&ag.loop, on_signal, &e)) {
		log_at(LOG_FATAL, "%s", e.msg);
		return 1;
	}
	status = begin(&ag, &go);
	if (!go)
		return status;
	activate(&ag, &ag.setups[0]);
	loop_run(&ag.loop);
	return ag.status;
}
