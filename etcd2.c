/* SPDX-License-Identifier: MIT
 * etcd2.c - the etcd v2 store
 *
 * v2 has no revisions to read at, so that all paths are seen at one moment they are
 * read by one recursive GET of the directory they share. A watch is a long poll for
 * the first event after an index; etcd keeps the last 1000 events, and answers 401
 * when ours is not among them: then, or when the index went backwards, everything is
 * fetched anew. Start with get() and watch(). */
#include "etcd2.h"

#include <string.h>

#include "base/enc.h"
#include "base/val.h"

enum {
	KEY_NOT_FOUND = 100, /* errorCode */
	INDEX_CLEARED = 401,
};

/* what all paths share, cut at a slash: "/a/x" and "/a/y" lie in "/a" */
static str
shared(const str *paths, size_t n)
{
	str top = n ? paths[0] : STR("/");

	for (size_t i = 1; i < n; i++) {
		size_t same = 0, most = MIN(top.n, paths[i].n);
		while (same < most && top.p[same] == paths[i].p[same])
			same++;
		if ((same < top.n && top.p[same] != '/')
		    || (same < paths[i].n && paths[i].p[same] != '/'))
			same = str_last(str_head(top, same), '/');
		top = str_head(top, same);
	}
	return top.n ? top : STR("/");
}

static void
init(struct store *s)
{
	struct etcd2 *x = (struct etcd2 *)s;

	rest_init(&x->rest, "etcd", s->nodes, s->nnodes);
}

static void
cancel(struct store *s)
{
	struct etcd2 *x = (struct etcd2 *)s;

	rest_cancel(&x->rest);
	x->store.live = false;
	x->phase = ETCD2_IDLE;
}

static enum step
fail(struct etcd2 *x)
{
	cancel(&x->store);
	rest_give_up(&x->rest);
	x->lost = true;
	return STEP_FAIL;
}

static enum step
wait(struct etcd2 *x, enum step s)
{
	x->store.fd = rest_fd(&x->rest);
	x->store.due = rest_due(&x->rest);
	return s == STEP_FAIL ? fail(x) : s;
}

static uint64_t
print(str s)
{
	return enc_fnv1a(0, s.p, s.n);
}

static void
remember(struct etcd2 *x, const struct val *node)
{
	int64_t index = val_number(node, STR("modifiedIndex"));
	str key = val_text(node, STR("key"));

	if (index <= x->newest)
		return;
	x->newest = index;
	x->print = print(val_text(node, STR("value")));
	if (key.n >= sizeof x->key)
		key.n = 0;
	memcpy(x->key, key.p, key.n);
	x->key[key.n] = 0;
}

/* a door: begins GET /v2/keys PATH ? QUERY */
static bool
ask(struct etcd2 *x, str path, const char *query, int64_t index, struct err *e)
{
	struct fail f = { .err = e };
	struct arena *a = &x->rest.scratch;
	struct buf b = { .a = a, .what = "etcd request" };

	if (setjmp(f.env)) {
		a->fail = NULL;
		return false;
	}
	arena_empty(a);
	a->fail = &f;
	buf_put(&b, STR("/v2/keys"));
	enc_percent(&b, path, "/");
	buf_put(&b, str_of(query));
	if (index)
		buf_fmt(&b, "&waitIndex=%lld", (long long)index);
	rest_start(&x->rest, "GET", buf_str(&b), (str){ 0 }, (str){ 0 });
	a->fail = NULL;
	return true;
}

/* the store's index, which each reply names in a header */
static int64_t
store_index(const struct etcd2 *x)
{
	int64_t index = 0;
	str v;

	if (http_header(&x->rest.http.reader, STR("X-Etcd-Index"), &v))
		str_i64(v, &index);
	return index;
}

/* puts the node and all below it; json.c bounds the depth */
static void
take_node(struct etcd2 *x, const struct val *node, struct kv *kv)
{
	struct val nodes = val_items(node, STR("nodes"));

	if (!val_true(node, STR("dir"))) {
		str key = val_text(node, STR("key"));
		if (kv_covers(x->store.spans, x->store.nspans, key))
			kv_put(kv, key, val_text(node, STR("value")));
		remember(x, node);
	}
	for (size_t i = 0; i < nodes.list.n; i++)
		take_node(x, &nodes.list.at[i], kv);
}

/* a reply that is no JSON says most by its status */
static bool
parse(struct etcd2 *x, struct val *v, struct err *e)
{
	if (rest_json(&x->rest, buf_str(&x->rest.in), v, e))
		return true;
	if (rest_status(&x->rest) == 404)
		return err_set(e, ERR_RETRY, "etcd %.*s has no v2 API: use -backend etcdv3, "
		    "or start it with --enable-v2", ARG(rest_node(&x->rest)));
	return rest_status(&x->rest) != 200 && rest_refused(&x->rest, e);
}

static bool
missing(const struct val *reply)
{
	return val_number(reply, STR("errorCode")) == KEY_NOT_FOUND;
}

/* a door: the reply to the recursive GET */
static bool
take_all(struct etcd2 *x, struct kv *kv, struct err *e)
{
	struct fail f = { .err = e };
	const struct val *node;
	struct val v;

	if (setjmp(f.env)) {
		kv->a->fail = NULL;
		return false;
	}
	kv->a->fail = &f;
	if (!parse(x, &v, e))
		fail_again(&f);
	node = val_get(&v, STR("node"));
	if (!node && !missing(&v)) {
		rest_refused(&x->rest, e);
		fail_again(&f);
	}
	if (node)
		take_node(x, node, kv);
	x->store.revision = store_index(x);
	kv->a->fail = NULL;
	return true;
}

static enum step
get(struct store *s, struct kv *kv, struct err *e)
{
	struct etcd2 *x = (struct etcd2 *)s;
	enum step st;

	if (x->phase != ETCD2_GET) {
		kv_init(kv, kv->a);
		x->top = shared(s->paths, s->npaths);
		x->newest = 0;
		x->key[0] = 0;
		x->phase = ETCD2_GET;
		if (!ask(x, x->top, "?recursive=true&sorted=true&quorum=true", 0, e))
			return fail(x);
	}
	if ((st = rest_fetch(&x->rest, e)) != STEP_DONE)
		return wait(x, st);
	if (!take_all(x, kv, e))
		return fail(x);
	x->phase = ETCD2_IDLE;
	x->lost = false;
	x->store.live = true;
	return STEP_DONE;
}

static enum step
fetch_again(struct etcd2 *x)
{
	cancel(&x->store);
	return STEP_DONE; /* with an empty delta */
}

static bool
begin_watch(struct etcd2 *x, struct err *e)
{
	x->phase = ETCD2_WATCH;
	if (!ask(x, x->top, "?wait=true&recursive=true", x->store.revision + 1, e))
		return false;
	x->rest.endless = true;
	return true;
}

/* is the newest node we know still there, untouched? */
static enum step
probe(struct etcd2 *x, bool *other, struct err *e)
{
	enum step s = rest_fetch(&x->rest, e);
	const struct val *node;
	struct val v;

	if (s != STEP_DONE)
		return s;
	if (rest_status(&x->rest) == 404) {
		*other = true; /* the key is gone, or the v2 API: get() will tell */
		return STEP_DONE;
	}
	if (!parse(x, &v, e))
		return STEP_FAIL;
	node = val_get(&v, STR("node"));
	*other = !node || val_number(node, STR("modifiedIndex")) != x->newest
	    || print(val_text(node, STR("value"))) != x->print
	    || store_index(x) < x->store.revision;
	x->lost = false;
	return *other || begin_watch(x, e) ? STEP_DONE : STEP_FAIL;
}

/* What an event does to the keys. A directory that is updated has a new TTL and keeps
 * what is in it; one that is set is empty, even where a key was before. */
static bool
change(const struct val *v, struct change *c)
{
	const struct val *node = val_get(v, STR("node"));
	str action = val_text(v, STR("action"));
	bool dir = val_true(node, STR("dir"));
	bool gone = str_eq(action, STR("delete")) || str_eq(action, STR("expire"))
	    || str_eq(action, STR("compareAndDelete"));

	*c = (struct change){
		.kind = dir ? CHANGE_DEL_TREE : gone ? CHANGE_DEL : CHANGE_PUT,
		.key = val_text(node, STR("key")),
		.val = val_text(node, STR("value")),
	};
	return !(dir && str_eq(action, STR("update")));
}

static void
add_change(struct etcd2 *x, const struct val *v, struct arena *a, struct kv_delta *d)
{
	const struct val *node = val_get(v, STR("node"));
	struct change c;

	if (change(v, &c) && kv_touches(x->store.spans, x->store.nspans, &c)) {
		c.key = str_dup(a, c.key);
		c.val = str_dup(a, c.val);
		kv_delta_add(a, d, c);
	}
	x->store.revision = val_number(node, STR("modifiedIndex"));
	if (c.kind == CHANGE_PUT)
		remember(x, node);
}

/* a door: the event of a long poll that has ended, or why there is none */
static bool
take_event(struct etcd2 *x, struct arena *a, struct kv_delta *d, bool *other,
    struct err *e)
{
	struct fail f = { .err = e };
	struct val v;

	if (setjmp(f.env)) {
		a->fail = NULL;
		return false;
	}
	if (!buf_str(&x->rest.in).n)
		return err_set(e, ERR_RETRY, "etcd %.*s has ended the watch",
		    ARG(rest_node(&x->rest)));
	a->fail = &f;
	if (!parse(x, &v, e))
		fail_again(&f);
	*other = val_number(&v, STR("errorCode")) == INDEX_CLEARED;
	if (!*other && !val_number(val_get(&v, STR("node")), STR("modifiedIndex"))) {
		rest_refused(&x->rest, e);
		fail_again(&f);
	}
	if (!*other)
		add_change(x, &v, a, d);
	a->fail = NULL;
	return true;
}

/* one long poll; *other: fetch again */
static enum step
follow(struct etcd2 *x, struct arena *a, struct kv_delta *d, bool *other, struct err *e)
{
	bool end = false;

	while (!end) {
		enum step s = rest_more(&x->rest, &end, e);
		if (s != STEP_DONE)
			return s;
		if (rest_status(&x->rest) != 200)
			continue;
		x->store.live = true;
		if (store_index(x) < x->store.revision) {
			*other = true;
			return STEP_DONE;
		}
	}
	x->phase = ETCD2_IDLE;
	return take_event(x, a, d, other, e) ? STEP_DONE : STEP_FAIL;
}

static bool
begin(struct etcd2 *x, struct err *e)
{
	if (!x->lost)
		return begin_watch(x, e);
	x->phase = ETCD2_PROBE;
	return ask(x, str_of(x->key), "?quorum=true", 0, e);
}

/* whatever is next: the probe, or one long poll */
static enum step
proceed(struct etcd2 *x, struct arena *a, struct kv_delta *d, bool *other,
    struct err *e)
{
	enum step s = STEP_DONE;

	if (x->phase == ETCD2_IDLE) {
		*other = x->lost && !x->key[0];
		if (*other)
			return STEP_DONE;
		if (!begin(x, e))
			return STEP_FAIL;
	}
	if (x->phase == ETCD2_PROBE)
		s = probe(x, other, e);
	return s == STEP_DONE && !*other ? follow(x, a, d, other, e) : s;
}

static enum step
watch(struct store *st, struct arena *a, struct kv_delta *d, struct err *e)
{
	struct etcd2 *x = (struct etcd2 *)st;
	bool other = false;
	enum step s = STEP_DONE;

	arena_empty(a);
	*d = (struct kv_delta){ 0 };
	while (s == STEP_DONE && !other && !d->n)
		s = proceed(x, a, d, &other, e);
	if (s != STEP_DONE)
		return wait(x, s);
	return other ? fetch_again(x) : STEP_DONE;
}

static str
about(const struct store *s, struct arena *a)
{
	const struct etcd2 *x = (const struct etcd2 *)s;

	return str_fmt(a, "etcd v2 at %.*s", ARG(rest_node(&x->rest)));
}

const struct store_ops etcd2_ops = {
	.name = "etcdv2",
	.size = sizeof(struct etcd2),
	.init = init,
	.get = get,
	.watch = watch,
	.cancel = cancel,
	.about = about,
};
