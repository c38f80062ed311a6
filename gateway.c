/* SPDX-License-Identifier: MIT
 * gateway.c - etcd v3's JSON gateway: ranges and watches over HTTP/1.1
 *
 * A range is one POST. A watch is a POST whose response never ends: one JSON object a
 * line. Keys and values travel in base64, 64-bit integers as strings. */
#include "gateway.h"

#include "base/enc.h"
#include "base/val.h"

void
gateway_init(struct gateway *g, const struct endpoint *ends, size_t n)
{
	*g = (struct gateway){ 0 };
	rest_init(&g->rest, "etcd", ends, n);
}

void
gateway_cancel(struct gateway *g)
{
	rest_cancel(&g->rest);
	g->base = NULL; /* another node may be another version */
}

static enum step
give_up(struct gateway *g)
{
	gateway_cancel(g);
	rest_give_up(&g->rest);
	return STEP_FAIL;
}

static str
node(const struct gateway *g)
{
	return rest_node(&g->rest);
}

/* cluster ids use all 64 bits */
static uint64_t
identity(const struct val *object, str key)
{
	uint64_t n = 0;

	return str_u64(val_text(object, key), &n) ? n : 0;
}

/* "3.3.8" speaks /v3beta, "3.2.26" /v3alpha, all later ones /v3 */
static bool
base_for(struct gateway *g, str version, struct err *e)
{
	str major, minor, rest;
	uint64_t x, y;

	str_cut(version, '.', &major, &rest);
	str_cut(rest, '.', &minor, &rest);
	if (!str_u64(major, &x) || !str_u64(minor, &y))
		return err_set(e, ERR_RETRY, "etcd %.*s: GET /version found no version",
		    ARG(node(g)));
	if (x < 3)
		return err_set(e, ERR_RETRY, "etcd %.*s is version %.*s and has no v3 API: "
		    "use -backend etcdv2", ARG(node(g)), ARG(version));
	g->base = x > 3 || y > 3 ? "/v3" : y == 3 ? "/v3beta" : "/v3alpha";
	return true;
}

/* STEP_DONE once the node's path prefix is known */
static enum step
learn_base(struct gateway *g, struct err *e)
{
	struct val v;
	enum step s;

	if (g->base)
		return STEP_DONE;
	if (rest_idle(&g->rest))
		rest_start(&g->rest, "GET", STR("/version"), (str){ 0 }, (str){ 0 });
	if ((s = rest_fetch(&g->rest, e)) != STEP_DONE)
		return s;
	if (rest_status(&g->rest) != 200)
		rest_refused(&g->rest, e);
	else if (rest_json(&g->rest, buf_str(&g->rest.in), &v, e)
	    && base_for(g, val_text(&v, STR("etcdserver")), e))
		return STEP_DONE;
	return STEP_FAIL;
}

static void
put_base64(struct buf *b, const char *name, str s)
{
	buf_fmt(b, "\"%s\":\"", name);
	enc_base64(b, s);
	buf_char(b, '"');
}

static void
put_span(struct buf *b, struct span s)
{
	put_base64(b, "key", s.lo);
	buf_char(b, ',');
	put_base64(b, "range_end", s.hi);
}

/* A door: begins the POST of a range or, with q NULL, of a watch. A watch on a member
 * that has lost its leader is silent for ever; hasleader makes it fail instead. */
static bool
post(struct gateway *g, const struct range_request *q, const struct watch_request *w,
    struct err *e)
{
	struct fail f = { .err = e };
	struct arena *a = &g->rest.scratch;
	struct buf b = { .a = a, .what = "etcd request" };

	if (setjmp(f.env)) {
		a->fail = NULL;
		return false;
	}
	arena_empty(a);
	a->fail = &f;
	buf_put(&b, q ? STR("{") : STR("{\"create_request\":{"));
	put_span(&b, q ? q->span : w->span);
	if (q)
		buf_fmt(&b, ",\"limit\":\"%u\",\"revision\":\"%lld\"}", q->limit,
		    (long long)q->revision);
	else
		buf_fmt(&b, ",\"start_revision\":\"%lld\"}}", (long long)w->start);
	g->taken = g->searched = 0;
	rest_start(&g->rest, "POST", str_fmt(a, "%s/%s", g->base, q ? "kv/range" : "watch"),
	    q ? (str){ 0 } : STR("Grpc-Metadata-hasleader: true\r\n"), buf_str(&b));
	g->rest.endless = !q;
	a->fail = NULL;
	return true;
}

static str
unbase64(struct gateway *g, struct arena *a, const struct val *object, str key)
{
	str s = val_text(object, key), out = { 0 };
	size_t at;

	if (s.n && !dec_base64(a, s, &out, &at))
		fail_throw(g->rest.scratch.fail, ERR_RETRY, "etcd %.*s: %.*s is no base64",
		    ARG(node(g)), ARG(key));
	return out;
}

/* remembers the pair when it is the newest so far */
static void
look(struct seen *newest, const struct val *kv, str key, str value)
{
	int64_t more[] = { val_number(kv, STR("mod_revision")), val_number(kv, STR("version")),
		val_number(kv, STR("create_revision")) };

	if (more[0] <= newest->revision)
		return;
	newest->revision = more[0];
	newest->key = key;
	newest->print = enc_fnv1a(enc_fnv1a(0, value.p, value.n), more, sizeof more);
}

static struct header
header(const struct val *reply)
{
	const struct val *h = val_get(reply, STR("header"));

	if (!h)
		return (struct header){ 0 };
	return (struct header){ identity(h, STR("cluster_id")),
		val_number(h, STR("revision")) };
}

static void
take_page(struct gateway *g, const struct range_request *q, const struct val *v,
    struct kv *kv, struct range_reply *r)
{
	struct val kvs = val_items(v, STR("kvs"));

	r->header = header(v);
	r->more = val_true(v, STR("more"));
	for (size_t i = 0; i < kvs.list.n; i++) {
		const struct val *pair = &kvs.list.at[i];
		str key = unbase64(g, &g->rest.scratch, pair, STR("key"));
		str value = unbase64(g, &g->rest.scratch, pair, STR("value"));
		if (kv && kv_covers(q->keep, q->nkeep, key))
			kv_put(kv, key, value);
		look(&r->newest, pair, key, value);
		r->last = key;
	}
	if (!r->header.revision)
		fail_throw(g->rest.scratch.fail, ERR_RETRY, "etcd %.*s: reply has no revision",
		    ARG(node(g)));
}

/* what is no JSON does not come from etcd: the next node may do better */
static struct val
parse(struct gateway *g, str body)
{
	struct fail *f = g->rest.scratch.fail;
	struct val v;

	if (rest_json(&g->rest, body, &v, f->err))
		return v;
	f->err->kind = ERR_RETRY;
	fail_again(f);
}

/* a door: the page that has been received */
static bool
decode_page(struct gateway *g, const struct range_request *q, struct kv *kv,
    struct range_reply *r, struct err *e)
{
	struct fail f = { .err = e };
	struct val v;

	if (setjmp(f.env)) {
		g->rest.scratch.fail = NULL;
		if (kv)
			kv->a->fail = NULL;
		return false;
	}
	g->rest.scratch.fail = &f;
	if (kv)
		kv->a->fail = &f;
	v = parse(g, buf_str(&g->rest.in));
	take_page(g, q, &v, kv, r);
	g->rest.scratch.fail = NULL;
	if (kv)
		kv->a->fail = NULL;
	return true;
}

/* etcd's ErrCompacted and ErrFutureRev come with status 400 */
static bool
revision_lost(str body)
{
	return str_find(body, STR("revision has been compacted")) < body.n
	    || str_find(body, STR("is a future revision")) < body.n;
}

static enum step
range(struct gateway *g, const struct range_request *q, struct kv *kv,
    struct range_reply *r, struct err *e)
{
	enum step s = learn_base(g, e);

	if (s != STEP_DONE)
		return s;
	if (rest_idle(&g->rest) && !post(g, q, NULL, e))
		return STEP_FAIL;
	if ((s = rest_fetch(&g->rest, e)) != STEP_DONE)
		return s;
	if (rest_status(&g->rest) == 400 && revision_lost(buf_str(&g->rest.in))) {
		r->lost = true;
		return STEP_DONE;
	}
	if (rest_status(&g->rest) != 200) {
		rest_refused(&g->rest, e);
		return STEP_FAIL;
	}
	return decode_page(g, q, kv, r, e) ? STEP_DONE : STEP_FAIL;
}

enum step
gateway_range(struct gateway *g, const struct range_request *q, struct kv *kv,
    struct range_reply *r, struct err *e)
{
	enum step s;

	*r = (struct range_reply){ 0 };
	s = range(g, q, kv, r, e);
	return s == STEP_FAIL ? give_up(g) : s;
}

static void
take_event(struct gateway *g, const struct watch_request *q, const struct val *event,
    struct arena *a, struct kv_delta *d, struct watch_reply *r)
{
	const struct val *kv = val_get(event, STR("kv"));
	struct change c = { .kind = CHANGE_PUT };

	if (!kv)
		fail_throw(g->rest.scratch.fail, ERR_RETRY,
		    "etcd %.*s: an event without a key", ARG(node(g)));
	if (str_eq(val_text(event, STR("type")), STR("DELETE")))
		c.kind = CHANGE_DEL;
	r->last = MAX(r->last, val_number(kv, STR("mod_revision")));
	c.key = unbase64(g, a, kv, STR("key"));
	c.val = unbase64(g, a, kv, STR("value"));
	if (kv_covers(q->keep, q->nkeep, c.key))
		kv_delta_add(a, d, c);
	if (c.kind == CHANGE_PUT)
		look(&r->newest, kv, c.key, c.val);
}

static void
take_message(struct gateway *g, const struct watch_request *q, str line,
    struct arena *a, struct kv_delta *d, struct watch_reply *r)
{
	struct fail *f = g->rest.scratch.fail;
	struct val v = parse(g, line), events;
	const struct val *result = val_get(&v, STR("result"));

	if (!result)
		fail_throw(f, ERR_RETRY, "etcd %.*s: watch: %.*s", ARG(node(g)),
		    ARG(val_text(val_get(&v, STR("error")), STR("message"))));
	r->header = header(result);
	r->created = val_true(result, STR("created"));
	r->lost = val_number(result, STR("compact_revision")) > 0;
	if (val_true(result, STR("canceled")) && !r->lost)
		fail_throw(f, ERR_RETRY, "etcd %.*s: watch cancelled: %.*s", ARG(node(g)),
		    ARG(val_text(result, STR("cancel_reason"))));
	events = val_items(result, STR("events"));
	for (size_t i = 0; i < events.list.n; i++)
		take_event(g, q, &events.list.at[i], a, d, r);
}

/* a door: one line of the watch */
static bool
decode_message(struct gateway *g, const struct watch_request *q, str line,
    struct arena *a, struct kv_delta *d, struct watch_reply *r, struct err *e)
{
	struct fail f = { .err = e };

	if (setjmp(f.env)) {
		g->rest.scratch.fail = a->fail = NULL;
		return false;
	}
	g->rest.scratch.fail = a->fail = &f;
	take_message(g, q, line, a, d, r);
	g->rest.scratch.fail = a->fail = NULL;
	return true;
}

/* the next whole line that has been received; false when there is none yet */
static bool
next_line(struct gateway *g, str *line)
{
	struct buf *in = &g->rest.in;
	str rest;

	if (g->taken && g->taken == in->n) {
		/* nothing is left over: the next message begins with an empty arena */
		arena_empty(&g->rest.scratch);
		in->p = NULL;
		in->n = in->cap = g->taken = g->searched = 0;
	}
	g->searched = MAX(g->searched, g->taken);
	if (!str_cut(str_from(buf_str(in), g->searched), '\n', line, &rest)) {
		g->searched = in->n;
		return false;
	}
	*line = (str){ in->p + g->taken, g->searched - g->taken + line->n };
	g->taken += line->n + 1;
	return true;
}

static enum step
watch(struct gateway *g, const struct watch_request *q, struct arena *a,
    struct kv_delta *d, struct watch_reply *r, struct err *e)
{
	enum step s = learn_base(g, e);
	bool end = false;
	str line;

	if (s != STEP_DONE)
		return s;
	if (rest_idle(&g->rest) && !post(g, NULL, q, e))
		return STEP_FAIL;
	while (!end && (!g->rest.begun || rest_status(&g->rest) != 200
	    || !next_line(g, &line)))
		if ((s = rest_more(&g->rest, &end, e)) != STEP_DONE)
			return s;
	if (!end)
		return decode_message(g, q, line, a, d, r, e) ? STEP_DONE : STEP_FAIL;
	if (rest_status(&g->rest) != 200)
		rest_refused(&g->rest, e);
	else
		err_set(e, ERR_RETRY, "etcd %.*s has ended the watch", ARG(node(g)));
	return STEP_FAIL;
}

enum step
gateway_watch(struct gateway *g, const struct watch_request *q, struct arena *a,
    struct kv_delta *d, struct watch_reply *r, struct err *e)
{
	enum step s;

	*r = (struct watch_reply){ 0 };
	s = watch(g, q, a, d, r, e);
	return s == STEP_FAIL ? give_up(g) : s;
}
