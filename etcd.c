/* SPDX-License-Identifier: MIT
 * etcd.c - the etcd v3 store: fetch and watch, on whichever wire
 *
 * A fetch reads page by page, all pages at the revision of the first, so the snapshot
 * is consistent. One watch over all paths carries on from that revision, so the
 * events of a transaction arrive together. After a lost connection a probe asks
 * whether the newest key we know was the same at our revision: a store that was wiped
 * or restored, or that has compacted our revision, is fetched anew. Start with get()
 * and watch(). */
#include "etcd.h"

#include <string.h>

#include "base/str.h"

enum {
	PAGE_KEYS = 1000,   /* keys per request: bounds a reply, not the store */
	TEXT_MAX = 8 << 20, /* bytes of one span; etcd takes requests of 1.5 MB */
};

static void
init(struct store *s)
{
	struct etcd *x = (struct etcd *)s;

	gateway_init(&x->wire, s->nodes, s->nnodes);
	x->text = (struct arena){ .what = "etcd key", .cap = TEXT_MAX };
}

static void
cancel(struct store *s)
{
	struct etcd *x = (struct etcd *)s;

	gateway_cancel(&x->wire);
	x->store.live = false;
	arena_drop(&x->text);
	x->phase = ETCD_IDLE;
}

static enum step
fail(struct etcd *x)
{
	x->phase = ETCD_IDLE;
	x->lost = true;
	x->store.live = false;
	return STEP_FAIL;
}

/* what the wire waits for, the store waits for */
static enum step
wait(struct etcd *x, enum step s)
{
	x->store.fd = rest_fd(&x->wire.rest);
	x->store.due = rest_due(&x->wire.rest);
	return s == STEP_FAIL ? fail(x) : s;
}

static void
remember(struct etcd *x, const struct seen *newest)
{
	if (newest->revision <= x->newest.revision)
		return;
	x->newest = *newest;
	x->newest.key = (str){ x->key, newest->key.n };
	if (newest->key.n <= sizeof x->key)
		memcpy(x->key, newest->key.p, newest->key.n);
	else
		x->newest.key = (str){ 0 }; /* too long to ask for: fetch anew then */
}

/* a door: the span of the next request, from `after` on when it is a key */
static bool
ask(struct etcd *x, struct span *span, const str *paths, size_t n, str after,
    struct err *e)
{
	struct fail f = { .err = e };

	if (setjmp(f.env)) {
		x->text.fail = NULL;
		return false;
	}
	arena_empty(&x->text);
	x->text.fail = &f;
	*span = kv_cover(&x->text, paths, n);
	if (after.n)
		span->lo = kv_after(&x->text, after);
	x->text.fail = NULL;
	return true;
}

static bool
begin_get(struct etcd *x, struct kv *kv, struct err *e)
{
	kv_init(kv, kv->a);
	x->newest = (struct seen){ 0 };
	x->cluster = 0;
	x->path = 0;
	x->page = (struct range_request){ .limit = PAGE_KEYS,
		.keep = x->store.spans, .nkeep = x->store.nspans };
	x->phase = ETCD_PAGES;
	return ask(x, &x->page.span, x->store.paths, 1, (str){ 0 }, e);
}

/* asks for what comes after this page; *end: that was all */
static bool
next_page(struct etcd *x, const struct range_reply *r, bool *end, struct err *e)
{
	if (!x->page.revision) {
		x->page.revision = x->store.revision = r->header.revision;
		x->cluster = r->header.cluster;
	}
	remember(x, &r->newest);
	if (!r->more)
		x->path++;
	*end = x->path == x->store.npaths;
	return *end || ask(x, &x->page.span, &x->store.paths[x->path], 1,
	    r->more ? r->last : (str){ 0 }, e);
}

static enum step
get(struct store *s, struct kv *kv, struct err *e)
{
	struct etcd *x = (struct etcd *)s;
	struct range_reply r;
	bool end = false;

	if (x->phase != ETCD_PAGES && !begin_get(x, kv, e))
		return fail(x);
	while (!end) {
		enum step st = gateway_range(&x->wire, &x->page, kv, &r, e);
		if (st != STEP_DONE)
			return wait(x, st);
		if (r.lost) {
			err_set(e, ERR_RETRY, "etcd: revision %lld was compacted while it "
			    "was being read", (long long)x->page.revision);
			return fail(x);
		}
		if (r.more && !r.last.n) {
			err_set(e, ERR_RETRY, "etcd: a page that is not the last is empty");
			return fail(x);
		}
		if (!next_page(x, &r, &end, e))
			return fail(x);
	}
	x->phase = ETCD_IDLE;
	x->lost = false;
	x->store.live = true;
	return STEP_DONE;
}

/* the snapshot in force cannot be carried on from */
static enum step
fetch_again(struct etcd *x)
{
	cancel(&x->store);
	return STEP_DONE; /* with an empty delta */
}

static bool
begin_watch(struct etcd *x, struct err *e)
{
	bool probe = x->lost && x->newest.key.n;

	x->phase = probe ? ETCD_PROBE : ETCD_WATCH;
	x->watch = (struct watch_request){ .start = x->store.revision + 1,
		.keep = x->store.spans, .nkeep = x->store.nspans };
	x->page = (struct range_request){ .revision = x->store.revision, .limit = 1 };
	if (probe)
		return ask(x, &x->page.span, &x->newest.key, 1, (str){ 0 }, e);
	return ask(x, &x->watch.span, x->store.paths, x->store.npaths, (str){ 0 }, e);
}

static bool
same_store(const struct etcd *x, const struct range_reply *r)
{
	return !r->lost && r->header.cluster == x->cluster
	    && r->newest.revision == x->newest.revision
	    && r->newest.print == x->newest.print;
}

/* STEP_DONE: the watch may begin, or with *other: not on this store */
static enum step
probe(struct etcd *x, bool *other, struct err *e)
{
	struct range_reply r;
	enum step s = gateway_range(&x->wire, &x->page, NULL, &r, e);

	if (s != STEP_DONE)
		return wait(x, s);
	*other = !same_store(x, &r);
	x->lost = false;
	return *other || begin_watch(x, e) ? STEP_DONE : fail(x);
}

/* one message of the watch; *other: fetch again */
static enum step
follow(struct etcd *x, struct arena *a, struct kv_delta *d, bool *other, struct err *e)
{
	struct watch_reply r;
	enum step s = gateway_watch(&x->wire, &x->watch, a, d, &r, e);

	if (s == STEP_FAIL && e->kind == ERR_LIMIT) {
		*other = true; /* a message too large to be taken: all at once, then */
		return STEP_DONE;
	}
	if (s != STEP_DONE)
		return wait(x, s);
	*other = r.lost || r.header.cluster != x->cluster
	    || (r.created && r.header.revision < x->store.revision);
	x->store.live = true;
	x->store.revision = MAX(x->store.revision, r.last);
	remember(x, &r.newest);
	return STEP_DONE;
}

static enum step
watch(struct store *st, struct arena *a, struct kv_delta *d, struct err *e)
{
	struct etcd *x = (struct etcd *)st;
	bool other = false;
	enum step s = STEP_DONE;

	if (x->phase == ETCD_IDLE) {
		if (x->lost && !x->newest.key.n)
			return fetch_again(x);
		if (!begin_watch(x, e))
			return fail(x);
	}
	if (x->phase == ETCD_PROBE)
		s = probe(x, &other, e);
	arena_empty(a);
	*d = (struct kv_delta){ 0 };
	while (s == STEP_DONE && !other && !d->n)
		s = follow(x, a, d, &other, e);
	if (other) {
		*d = (struct kv_delta){ 0 };
		return fetch_again(x);
	}
	return s;
}

static str
about(const struct store *s, struct arena *a)
{
	const struct etcd *x = (const struct etcd *)s;

	return str_fmt(a, "etcd v3 (JSON gateway) at %.*s", ARG(rest_node(&x->wire.rest)));
}

const struct store_ops etcd_ops = {
	.name = "etcdv3",
	.size = sizeof(struct etcd),
	.init = init,
	.get = get,
	.watch = watch,
	.cancel = cancel,
	.about = about,
};
