/* SPDX-License-Identifier: MIT
 * rest.c - JSON over HTTP: one request at a time, to one of several nodes */
#include "rest.h"

#include "base/json.h"
#include "base/val.h"

enum {
	REPLY_MAX = 256 << 20,    /* bytes of a reply */
	SCRATCH_MAX = 1024 << 20, /* bytes of a reply, its tokens and its tree */
	SILENCE_MS = 10000,       /* a node that says nothing for so long has failed */
	REASON_MAX = 200,         /* bytes of a refusal's text that we repeat */
};

void
rest_init(struct rest *r, const char *who, const struct endpoint *ends, size_t n)
{
	*r = (struct rest){ .who = who, .scratch = { .what = "reply", .cap = SCRATCH_MAX } };
	net_init(&r->net, ends, n);
}

bool
rest_idle(const struct rest *r)
{
	return r->http.phase == HTTP_IDLE;
}

void
rest_start(struct rest *r, const char *method, str target, str headers, str body)
{
	struct http_request q = {
		.method = method,
		.target = target,
		.headers = headers,
		.body = body,
		.timeout_ms = SILENCE_MS,
	};

	r->in = (struct buf){ .a = &r->scratch, .what = "reply", .max = REPLY_MAX };
	r->endless = r->begun = false;
	http_start(&r->http, &r->net.stream, &q);
}

int
rest_status(const struct rest *r)
{
	return r->http.reader.status;
}

enum step
rest_more(struct rest *r, bool *end, struct err *e)
{
	enum feed what;
	str body;
	enum step s = http_step(&r->http, &what, &body, e);

	if (s == STEP_FAIL)
		err_wrap(e, "%s", r->who);
	if (s != STEP_DONE)
		return s;
	*end = what == FEED_DONE;
	r->begun = true;
	if (what == FEED_HEAD && r->endless && rest_status(r) == 200) {
		r->http.req.timeout_ms = 0;
		r->http.due = 0;
	}
	return what != FEED_BODY || buf_try(&r->in, body, e) ? STEP_DONE : STEP_FAIL;
}

enum step
rest_fetch(struct rest *r, struct err *e)
{
	bool end = false;
	enum step s = STEP_DONE;

	while (s == STEP_DONE && !end)
		s = rest_more(r, &end, e);
	return s;
}

int
rest_fd(const struct rest *r)
{
	return r->net.stream.fd;
}

int64_t
rest_due(const struct rest *r)
{
	return http_due(&r->http);
}

str
rest_node(const struct rest *r)
{
	return r->net.stream.ops->peer(&r->net.stream);
}

bool
rest_json(struct rest *r, str text, struct val *v, struct err *e)
{
	return json_parse(&r->scratch, text, v, e)
	    || err_wrap(e, "%s %.*s: reply", r->who, ARG(rest_node(r)));
}

/* {"message":"..."}, {"error":"..."}, {"error":{"message":"..."}} or plain text */
static str
reason(struct rest *r, str body)
{
	struct val v;
	struct err none;
	str why;

	if (!rest_json(r, body, &v, &none))
		return body;
	why = val_text(&v, STR("message"));
	if (!why.n)
		why = val_text(&v, STR("error"));
	if (!why.n)
		why = val_text(val_get(&v, STR("error")), STR("message"));
	return why.n ? why : body;
}

bool
rest_refused(struct rest *r, struct err *e)
{
	str why = str_trim(reason(r, buf_str(&r->in)));

	why = str_head(why, MIN(why.n, (size_t)REASON_MAX));
	return err_set(e, ERR_RETRY, "%s %.*s: status %d%s%.*s", r->who, ARG(rest_node(r)),
	    rest_status(r), why.n ? ": " : ", without a reason", ARG(why));
}

void
rest_cancel(struct rest *r)
{
	if (r->http.stream)
		http_cancel(&r->http);
	arena_drop(&r->scratch);
	r->in = (struct buf){ 0 };
}

void
rest_give_up(struct rest *r)
{
	rest_cancel(r);
	net_next(&r->net);
}
