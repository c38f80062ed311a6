/* SPDX-License-Identifier: MIT
 * res.c - a resource: render, compare, stage, check, swap, reload
 *
 * A pass renders in memory and touches the disk only when the result differs from dest.
 * The stage is checked before it replaces dest. A reload is due from the swap until it
 * succeeds, whatever happens in between: a marker beside dest says so even to the next
 * process. Whatever fails is tried again with back-off. Start with res_pass(). */
#include "res.h"

#include <string.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/kv.h"
#include "base/str.h"
#include "conf.h"
#include "sys/log.h"
#include "tmpl.h"

enum {
	OUTPUT_MAX = 64 << 20, /* bytes of a rendered file */
	RETRY_MIN = 1000,      /* ms before a failed pass is tried again; doubles ... */
	RETRY_MAX = 10000,     /* ... up to this */
};

enum said { SAID_PASS, SAID_RELOAD };

static void
wants(struct timer *t)
{
	struct res *r = OWNER(t, struct res, retry);

	r->dirty = true;
	r->wants(r);
}

static void
said(struct act *x, str line)
{
	struct res *r = OWNER(x, struct res, act);

	log_at(LOG_DEBUG, "%.*s: %s: %.*s", ARG(r->spec->name), x->action->name, ARG(line));
}

/* Says each failure once: a retry that fails in the same way is not news. What only new
 * data or a new template can mend is not retried. */
static void
failure(struct res *r, enum said what, const struct err *e)
{
	uint64_t print = enc_fnv1a(0, e->msg, strlen(e->msg));
	int64_t wait = RETRY_MIN << MIN(r->failures, 4u);
	bool news = print != r->said[what];

	r->failed = true;
	r->said[what] = print;
	log_at(news ? LOG_ERROR : LOG_DEBUG, "%.*s: %s", ARG(r->spec->name), e->msg);
	if (e->kind == ERR_INPUT || e->kind == ERR_LIMIT)
		return;
	r->failures++;
	if (!r->stopping)
		timer_set(r->loop, &r->retry, loop_now() + MIN(wait, (int64_t)RETRY_MAX));
}

static bool
end_pass(struct res *r, bool running)
{
	if (running)
		return true;
	r->phase = RES_IDLE;
	arena_drop(&r->run);
	return false;
}

static void
idle_unless(struct res *r, bool running)
{
	if (!end_pass(r, running))
		r->idle(r);
}

static void
success(struct res *r)
{
	if (r->failed)
		return; /* an older reload has got through, this pass has not */
	r->failures = 0;
	memset(r->said, 0, sizeof r->said);
}

static void
updated(struct res *r)
{
	log_at(LOG_INFO, "Target config %s has been updated", r->spec->dest);
	success(r);
}

static void
reload_failed(struct res *r, const struct err *why)
{
	struct err e = *why;

	err_wrap(&e, "%s is new, but its reload is pending", r->spec->dest);
	failure(r, SAID_RELOAD, &e);
}

static void
reloaded(struct act *x, const struct err *failed)
{
	struct res *r = OWNER(x, struct res, act);

	if (failed) {
		reload_failed(r, failed);
	} else {
		r->reload_due = false;
		mark_clear(r->real);
		updated(r);
	}
	idle_unless(r, false);
}

static bool
start_reload(struct res *r)
{
	struct err e;

	r->phase = RES_RELOAD;
	r->act.done = reloaded;
	if (act_start(&r->act, &r->spec->reload, r->real, r->real, &e))
		return true;
	reload_failed(r, &e);
	return false;
}

static bool
reloads(const struct res *r)
{
	const struct conf *c = r->conf;

	return r->spec->reload.kind != ACT_NONE && !c->sync_only && !c->noop;
}

/* Ends a pass that failed before its swap. A reload that is still due from an earlier
 * one is tried even so. Returns whether something is running. */
static bool
give_up(struct res *r, const struct err *e)
{
	stage_drop(&r->stage, r->conf->keep_stage_file);
	failure(r, SAID_PASS, e);
	return r->reload_due && reloads(r) && !r->stopping && start_reload(r);
}

/* the stage is good: swap it in, then reload */
static bool
swap(struct res *r)
{
	struct err e;

	if (reloads(r) && !mark_set(r->real, &e))
		return give_up(r, &e);
	if (!stage_settle(&r->stage, &e)) {
		if (!r->reload_due)
			mark_clear(r->real);
		return give_up(r, &e);
	}
	r->reload_due = reloads(r);
	if (r->reload_due)
		return start_reload(r);
	updated(r);
	return false;
}

static void
checked(struct act *x, const struct err *failed)
{
	struct res *r = OWNER(x, struct res, act);
	struct err e;

	if (failed) {
		e = *failed;
		err_wrap(&e, "Config check failed");
		idle_unless(r, give_up(r, &e));
	} else if (r->stopping) {
		stage_drop(&r->stage, false); /* the next process begins anew */
		idle_unless(r, false);
	} else {
		idle_unless(r, swap(r));
	}
}

static bool
check(struct res *r)
{
	char path[PATH_MAX];
	struct err e;

	if (r->spec->check.kind == ACT_NONE || r->conf->sync_only)
		return swap(r);
	stage_path(&r->stage, path);
	r->phase = RES_CHECK;
	r->act.done = checked;
	return act_start(&r->act, &r->spec->check, path, r->real, &e) || give_up(r, &e);
}

/* what dest should be: as the resource says, else as it is, else ours and 0644 */
static struct meta
wanted(const struct spec *s, bool exists, const struct meta *now)
{
	struct meta m = { 0644, geteuid(), getegid() };

	if (exists)
		m = *now;
	if (s->mode >= 0)
		m.mode = (mode_t)s->mode;
	if (s->uid >= 0)
		m.uid = (uid_t)s->uid;
	if (s->gid >= 0)
		m.gid = (gid_t)s->gid;
	return m;
}

static bool
same_meta(const struct meta *a, const struct meta *b)
{
	return a->mode == b->mode && a->uid == b->uid && a->gid == b->gid;
}

static bool
in_sync(struct res *r)
{
	log_at(LOG_DEBUG, "Target config %s in sync", r->spec->dest);
	if (r->reload_due && reloads(r))
		return start_reload(r);
	success(r);
	return false;
}

/* compares before anything on disk is touched */
static bool
compare(struct res *r, str text, struct meta *want, bool *same, struct err *e)
{
	struct meta now;
	bool exists;

	if (!file_meta(r->real, &exists, &now, e) || !file_same(r->real, text, same, e))
		return err_wrap(e, "dest");
	*want = wanted(r->spec, exists, &now);
	*same = *same && same_meta(want, &now);
	return true;
}

static bool
put_in_place(struct res *r, str text)
{
	struct meta want;
	struct err e;
	bool same;

	if (!compare(r, text, &want, &same, &e))
		return give_up(r, &e);
	if (same)
		return in_sync(r);
	if (r->conf->noop) {
		log_at(LOG_WARNING, "Noop mode enabled. %s will not be modified",
		    r->spec->dest);
		return false;
	}
	log_at(LOG_DEBUG, "Target config %s out of sync", r->spec->dest);
	stage_sweep(r->real); /* -keep-stage-file keeps the last one */
	if (!stage_write(&r->stage, r->real, text, &want, &e))
		return give_up(r, &e);
	return check(r);
}

static bool
render(struct res *r, const struct kv *kv, str *text, struct err *e)
{
	const struct spec *s = r->spec;
	struct kv_view view = { kv, s->root, s->spans, s->nspans };

	arena_empty(r->render);
	return tmpl_render(s->tmpl, &view, NULL, r->render, OUTPUT_MAX, text, e);
}

/* the path behind a symbolic link, in memory of the pass */
static bool
resolve(struct res *r, struct err *e)
{
	char real[PATH_MAX];

	r->run = (struct arena){ .what = "resource" };
	if (!file_resolve(r->spec->dest, real, e))
		return false;
	r->real = str_z(&r->run, str_of(real));
	return true;
}

bool
res_pass(struct res *r, const struct kv *kv)
{
	struct err e;
	str text;
	bool running;

	r->dirty = r->failed = false;
	timer_stop(r->loop, &r->retry);
	if (!resolve(r, &e)) {
		failure(r, SAID_PASS, &e);
		return end_pass(r, false);
	}
	if (render(r, kv, &text, &e))
		running = put_in_place(r, text);
	else
		running = give_up(r, &e);
	arena_empty(r->render);
	return end_pass(r, running);
}

bool
res_resume(struct res *r)
{
	struct err e;

	r->dirty = false;
	if (!r->reload_due || !reloads(r) || !resolve(r, &e))
		return false;
	r->failed = false;
	return end_pass(r, start_reload(r));
}

void
res_init(struct res *r)
{
	char real[PATH_MAX];
	struct err none;

	r->retry.fire = wants;
	r->act.loop = r->loop;
	r->act.docker = r->conf->docker;
	r->act.said = said;
	if (!file_resolve(r->spec->dest, real, &none))
		return; /* the first pass will say why */
	if (!r->conf->noop)
		stage_sweep(real);
	if (r->spec->reload.kind == ACT_NONE)
		mark_clear(real);
	r->reload_due = mark_there(real);
}

void
res_stop(struct res *r)
{
	r->stopping = true;
	timer_stop(r->loop, &r->retry);
}

void
res_hurry(struct res *r)
{
	act_hurry(&r->act);
}
