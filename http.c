/* SPDX-License-Identifier: MIT
 * http.c - HTTP/1.1 client: one exchange at a time over a stream
 *
 * http_feed() is a pure machine: bytes in, status, headers and body out. It never
 * reads, blocks or allocates, so tests/fuzz/http.c drives it directly. http_step() is
 * the exchange around it: dial, send, feed, keep or close. */
#include "http.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "sys/loop.h"
#include "sys/net.h"

static const char no_status[] = "it does not begin with HTTP/1.x and a status";

static enum feed
bad(struct err *e, const char *what)
{
	err_set(e, ERR_RETRY, "HTTP reply: %s", what);
	return FEED_BAD;
}

static bool
token_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
	    || (c && strchr("!#$%&'*+-.^_`|~", c));
}

/* one line off the head, without its CRLF or LF */
static str
head_line(str *head)
{
	str line;

	str_cut(*head, '\n', &line, head);
	return str_ends(line, STR("\r")) ? str_head(line, line.n - 1) : line;
}

/* status-line := "HTTP/1." digit SP 3digit [SP reason] */
static bool
status_line(struct http_reader *r, str line)
{
	uint64_t status;

	if (line.n < 12 || !str_starts(line, STR("HTTP/1.")) || line.p[8] != ' '
	    || (line.n > 12 && line.p[12] != ' '))
		return false;
	if (!str_u64((str){ line.p + 9, 3 }, &status) || status < 100)
		return false;
	r->status = (int)status;
	r->keep = line.p[7] == '1';
	return line.p[7] == '0' || line.p[7] == '1';
}

/* field-line := token ":" OWS value OWS */
static bool
field_line(str line, str *name, str *value)
{
	if (!str_cut(line, ':', name, value) || !name->n)
		return false;
	for (size_t i = 0; i < name->n; i++)
		if (!token_char(name->p[i]))
			return false;
	*value = str_trim(*value);
	return true;
}

/* is `token` the last member of a comma-separated list? */
static bool
last_member(str list, str token)
{
	size_t comma = str_last(list, ',');

	return str_eqi(str_trim(comma < list.n ? str_from(list, comma + 1) : list), token);
}

static bool
has_member(str list, str token)
{
	str member;

	while (list.n) {
		str_cut(list, ',', &member, &list);
		if (str_eqi(str_trim(member), token))
			return true;
	}
	return false;
}

static const char *
content_length(struct http_reader *r, str value)
{
	uint64_t n;

	if (!str_u64(value, &n) || n > INT64_MAX)
		return "Content-Length is no number";
	if (r->sized && n != r->left)
		return "two different Content-Length headers";
	r->sized = true;
	r->left = n;
	return NULL;
}

/* what the exchange itself needs to know of a header; NULL, or what is wrong */
static const char *
field(struct http_reader *r, str name, str value)
{
	if (str_eqi(name, STR("content-length")))
		return content_length(r, value);
	if (str_eqi(name, STR("transfer-encoding"))) {
		r->chunked = last_member(value, STR("chunked"));
		return r->chunked ? NULL : "Transfer-Encoding does not end in chunked";
	}
	if (str_eqi(name, STR("connection"))) {
		r->close |= has_member(value, STR("close"));
		r->keep |= has_member(value, STR("keep-alive"));
	}
	return NULL;
}

static const char *
parse_head(struct http_reader *r)
{
	str head = { r->head, r->n }, name, value;
	const char *wrong;

	if (!status_line(r, head_line(&head)))
		return no_status;
	for (str line = head_line(&head); line.n; line = head_line(&head)) {
		if (!field_line(line, &name, &value))
			return "a header line is not NAME: VALUE";
		if ((wrong = field(r, name, value)))
			return wrong;
	}
	if (r->chunked && r->sized)
		return "both Transfer-Encoding and Content-Length";
	return NULL;
}

/* RFC 9112, section 6.3: how long the body is */
static enum http_state
framing(const struct http_reader *r)
{
	if (r->status == 204 || r->status == 304)
		return HTTP_END;
	if (r->chunked)
		return HTTP_CHUNK_SIZE;
	if (r->sized)
		return r->left ? HTTP_SIZED : HTTP_END;
	return HTTP_TO_END;
}

/* 100 Continue and its kin only announce the real one */
static enum feed
interim(struct http_reader *r, struct err *e)
{
	unsigned n = r->interim + 1;

	if (n > HTTP_INTERIM_MAX)
		return bad(e, "over 8 of status 1xx before it");
	memset(r, 0, offsetof(struct http_reader, head));
	r->interim = n;
	return FEED_MORE;
}

/* collects the head; an empty line ends it */
static enum feed
head_byte(struct http_reader *r, char c, struct err *e)
{
	const char *wrong;
	bool empty;

	if (r->n == sizeof r->head)
		return bad(e, "its head is over 16384 bytes");
	r->head[r->n++] = c;
	if (r->n <= 7 && c != "HTTP/1."[r->n - 1])
		return bad(e, no_status);
	if (!c)
		return bad(e, "a NUL byte in its head");
	if (c != '\n') {
		r->line++;
		return FEED_MORE;
	}
	empty = !r->line || (r->line == 1 && r->head[r->n - 2] == '\r');
	r->line = 0;
	if (!empty)
		return FEED_MORE;
	if ((wrong = parse_head(r)))
		return bad(e, wrong);
	if (r->status < 200)
		return interim(r, e);
	r->state = framing(r);
	r->keep = r->keep && !r->close && r->state != HTTP_TO_END;
	return FEED_HEAD;
}

static enum feed
chunk_size(struct http_reader *r, char c, struct err *e)
{
	int d = hexval(c);

	if (d >= 0) {
		r->left = r->left * 16 + (unsigned)d;
		return ++r->digits <= 15 ? FEED_MORE
		                         : bad(e, "a chunk size of over 15 digits");
	}
	if (!r->digits || !(c == '\r' || c == ';' || c == ' ' || c == '\t'))
		return bad(e, "a chunk size is no hexadecimal number");
	r->state = HTTP_CHUNK_EXT;
	r->line = c == '\r';
	return FEED_MORE;
}

static enum feed
extra(struct http_reader *r, struct err *e)
{
	return ++r->extra <= HTTP_TRAILER_MAX
	    ? FEED_MORE : bad(e, "over 4096 bytes of chunk extensions and trailers");
}

/* the rest of the size line; r->line: the byte before was its CR */
static enum feed
chunk_ext(struct http_reader *r, char c, struct err *e)
{
	if (r->line && c != '\n')
		return bad(e, "a chunk size line does not end in CRLF");
	if (!r->line && c == '\n')
		return bad(e, "a chunk size line ends in a bare LF");
	if (!r->line) {
		r->line = c == '\r';
		return extra(r, e);
	}
	r->line = 0;
	r->state = r->left ? HTTP_CHUNK : HTTP_TRAILER;
	r->digits = 0;
	return FEED_MORE;
}

/* the CRLF behind a chunk's data */
static enum feed
chunk_end(struct http_reader *r, char c, struct err *e)
{
	if (c != (r->line ? '\n' : '\r'))
		return bad(e, "a chunk is longer than its size");
	if (r->line)
		r->state = HTTP_CHUNK_SIZE;
	r->line = !r->line;
	return FEED_MORE;
}

/* trailer lines are skipped; an empty one ends the message */
static enum feed
trailer(struct http_reader *r, char c, struct err *e)
{
	if (c == '\n') {
		if (!r->line)
			r->state = HTTP_END;
		r->line = 0;
	} else if (c != '\r') {
		r->line++;
	}
	return extra(r, e);
}

static enum feed
body_piece(struct http_reader *r, str *in, str *body)
{
	size_t n = r->state == HTTP_TO_END ? in->n : (size_t)MIN(r->left, in->n);

	*body = str_head(*in, n);
	*in = str_from(*in, n);
	r->left -= r->state == HTTP_TO_END ? 0 : n;
	if (r->state == HTTP_SIZED && !r->left)
		r->state = HTTP_END;
	if (r->state == HTTP_CHUNK && !r->left)
		r->state = HTTP_CHUNK_END;
	return FEED_BODY;
}

static enum feed
byte(struct http_reader *r, char c, struct err *e)
{
	switch (r->state) {
	case HTTP_HEAD:
		return head_byte(r, c, e);
	case HTTP_CHUNK_SIZE:
		return chunk_size(r, c, e);
	case HTTP_CHUNK_EXT:
		return chunk_ext(r, c, e);
	case HTTP_CHUNK_END:
		return chunk_end(r, c, e);
	case HTTP_TRAILER:
		return trailer(r, c, e);
	case HTTP_SIZED:
	case HTTP_TO_END:
	case HTTP_CHUNK:
	case HTTP_END:
		break; /* not read by the byte */
	}
	return FEED_MORE;
}

enum feed
http_feed(struct http_reader *r, str *in, str *body, struct err *e)
{
	while (r->state != HTTP_END && in->n) {
		enum feed f;
		char c = in->p[0];
		if (r->state == HTTP_SIZED || r->state == HTTP_TO_END
		    || r->state == HTTP_CHUNK)
			return body_piece(r, in, body);
		*in = str_from(*in, 1);
		if ((f = byte(r, c, e)) != FEED_MORE)
			return f;
	}
	return r->state == HTTP_END ? FEED_DONE : FEED_MORE;
}

enum feed
http_feed_end(struct http_reader *r, struct err *e)
{
	if (r->state == HTTP_END || r->state == HTTP_TO_END)
		return FEED_DONE;
	return bad(e, r->n ? "the connection was closed in the middle of it"
	                   : "the connection was closed before it");
}

bool
http_header(const struct http_reader *r, str want, str *value)
{
	str head = { r->head, r->n }, name;

	head_line(&head);
	for (str line = head_line(&head); line.n; line = head_line(&head))
		if (field_line(line, &name, value) && str_eqi(name, want))
			return true;
	return false;
}

void
http_start(struct http *h, struct stream *s, const struct http_request *req)
{
	h->stream = s;
	h->req = *req;
	h->reused = s->fd >= 0;
	h->phase = h->reused ? HTTP_SEND : HTTP_DIAL;
	h->sent = h->nout = 0;
	h->pending = (str){ 0 };
	memset(&h->reader, 0, offsetof(struct http_reader, head));
	h->due = NEVER; /* a dial has deadlines of its own */
	if (h->reused && req->timeout_ms)
		h->due = loop_now() + req->timeout_ms;
}

void
http_cancel(struct http *h)
{
	if (h->stream)
		h->stream->ops->close(h->stream);
	h->phase = HTTP_IDLE;
}

int64_t
http_due(const struct http *h)
{
	int64_t dial = h->stream->due;

	return dial && (!h->due || dial < h->due) ? dial : h->due;
}

static void
progress(struct http *h)
{
	h->due = h->req.timeout_ms ? loop_now() + h->req.timeout_ms : NEVER;
}

static bool
write_head(struct http *h, struct err *e)
{
	const struct http_request *q = &h->req;
	str peer = h->stream->ops->peer(h->stream);
	bool unix_path = peer.n && peer.p[0] == '/';
	char length[48] = "";
	int n;

	if (q->body.n || !strcmp(q->method, "POST"))
		snprintf(length, sizeof length, "Content-Length: %zu\r\n", q->body.n);
	n = snprintf(h->buf, sizeof h->buf, "%s %.*s HTTP/1.1\r\nHost: %.*s\r\n%.*s%s\r\n",
	    q->method, ARG(q->target), ARG(unix_path ? STR("localhost") : peer),
	    ARG(q->headers), length);
	if (n < 0 || (size_t)n >= sizeof h->buf)
		return err_set(e, ERR_LIMIT, "HTTP request: its head is over %zu bytes",
		    sizeof h->buf - 1);
	h->nout = (size_t)n;
	return true;
}

/* a short body goes out with the head, in one packet */
static void
join_body(struct http *h)
{
	str body = h->req.body;

	h->total = h->nout + body.n;
	if (body.n && body.n <= sizeof h->buf - h->nout) {
		memcpy(h->buf + h->nout, body.p, body.n);
		h->nout = h->total;
	}
}

static enum step
send_all(struct http *h, struct err *e)
{
	size_t n;

	if (!h->nout) {
		if (!write_head(h, e))
			return STEP_FAIL;
		join_body(h);
	}
	while (h->sent < h->total) {
		str rest = h->sent < h->nout
		    ? (str){ h->buf + h->sent, h->nout - h->sent }
		    : str_from(h->req.body, h->sent - h->nout);
		enum step s = h->stream->ops->write(h->stream, rest, &n, e);
		if (s != STEP_DONE)
			return s;
		h->sent += n;
		progress(h);
	}
	h->phase = HTTP_RECV;
	return STEP_DONE;
}

static enum step
finish(struct http *h, enum feed f, enum feed *what, struct err *e)
{
	*what = f;
	if (f == FEED_BAD) {
		err_wrap(e, "%.*s", ARG(h->stream->ops->peer(h->stream)));
		return STEP_FAIL;
	}
	if (f == FEED_DONE) {
		if (!h->reader.keep || h->pending.n)
			h->stream->ops->close(h->stream);
		h->phase = HTTP_IDLE;
	}
	return STEP_DONE;
}

static enum step
receive(struct http *h, enum feed *what, str *body, struct err *e)
{
	for (;;) {
		size_t n;
		enum step s;
		enum feed f = http_feed(&h->reader, &h->pending, body, e);
		if (f != FEED_MORE)
			return finish(h, f, what, e);
		s = h->stream->ops->read(h->stream, h->buf, sizeof h->buf, &n, e);
		if (s != STEP_DONE)
			return s;
		if (!n)
			return finish(h, http_feed_end(&h->reader, e), what, e);
		h->pending = (str){ h->buf, n };
		progress(h);
	}
}

static enum step
proceed(struct http *h, enum feed *what, str *body, struct err *e)
{
	enum step s;

	switch (h->phase) {
	case HTTP_IDLE:
		break;
	case HTTP_DIAL:
		if ((s = h->stream->ops->dial(h->stream, e)) != STEP_DONE)
			return s;
		progress(h);
		h->phase = HTTP_SEND;
		/* fall through */
	case HTTP_SEND:
		if ((s = send_all(h, e)) != STEP_DONE)
			return s;
		/* fall through */
	case HTTP_RECV:
		return receive(h, what, body, e);
	}
	err_set(e, ERR_SYS, "HTTP: no exchange is under way");
	return STEP_FAIL;
}

/* a kept connection that the peer closed in the meantime tells us so only now */
static bool
went_stale(const struct http *h)
{
	return h->reused && h->phase != HTTP_DIAL && !h->reader.n;
}

enum step
http_step(struct http *h, enum feed *what, str *body, struct err *e)
{
	enum step s = proceed(h, what, body, e);

	if (s == STEP_FAIL && went_stale(h)) {
		struct http_request req = h->req;
		http_cancel(h);
		http_start(h, h->stream, &req);
		s = proceed(h, what, body, e);
	}
	if (s > STEP_DONE && h->due && loop_now() >= h->due) {
		err_set(e, ERR_RETRY, "%.*s: no answer in %d ms",
		    ARG(h->stream->ops->peer(h->stream)), (int)h->req.timeout_ms);
		s = STEP_FAIL;
	}
	if (s == STEP_FAIL)
		http_cancel(h);
	return s;
}
