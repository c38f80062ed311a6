/* SPDX-License-Identifier: MIT
 * http.c - tests of http.c
 *
 * A reply is told as "STATUS keep: BODY", then "! WHY" when it is refused and "+N" when
 * N bytes lie behind its end. Start with the table replies[], then with struct fake. */
#include "../../http.c"

#include "base/mem.h"
#include "tests/check.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"
#define NO_START "! it does not begin with HTTP/1.x and a status"
#define NO_FIELD "! a header line is not NAME: VALUE"
#define NO_LENGTH "! Content-Length is no number"
#define NO_SIZE "200 keep: ! a chunk size is no hexadecimal number"
#define NO_CRLF "200 keep: ! a chunk size line does not end in CRLF"
#define CUT "! the connection was closed in the middle of it"

static const struct reply {
	const char *name;
	str wire;
	const char *want;
} replies[] = {
	{ "sized", STR(OK "Content-Length: 5\r\n\r\nhello"), "200 keep: hello" },
	{ "sized, empty", STR(OK "Content-Length: 0\r\n\r\n"), "200 keep: " },
	{ "to the end, empty", STR(OK "\r\n"), "200 close: " },
	{ "no reason", STR("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"), "200 keep: " },
	{ "no reason, no blank", STR("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"),
	    "200 keep: " },
	{ "bare LF", STR("HTTP/1.1 200 OK\nContent-Length: 2\n\nhi"), "200 keep: hi" },
	{ "any case", STR(OK "cOnTeNt-lEnGtH: 1\r\n\r\nx"), "200 keep: x" },
	{ "blanks about the value", STR(OK "Content-Length: \t 1 \t\r\n\r\nx"),
	    "200 keep: x" },
	{ "no blank before the value", STR(OK "Content-Length:1\r\n\r\nx"), "200 keep: x" },
	{ "an empty value", STR(OK "X:\r\nContent-Length: 1\r\n\r\nx"), "200 keep: x" },
	{ "the same length twice",
	    STR(OK "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx"), "200 keep: x" },
	{ "204", STR("HTTP/1.1 204 No Content\r\n\r\n"), "204 keep: " },
	{ "304 with a length", STR("HTTP/1.1 304 -\r\nContent-Length: 3\r\n\r\n"),
	    "304 keep: " },
	{ "304, chunked", STR("HTTP/1.1 304 -\r\nTransfer-Encoding: chunked\r\n\r\n"),
	    "304 keep: " },
	{ "100 before", STR("HTTP/1.1 100 Continue\r\n\r\n" OK "Content-Length: 1\r\n\r\nx"),
	    "200 keep: x" },
	{ "two interim replies, their headers are theirs",
	    STR("HTTP/1.1 102 -\r\nContent-Length: 7\r\n\r\n"
	    "HTTP/1.1 103 -\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
	    "HTTP/1.1 404 -\r\nContent-Length: 1\r\n\r\nx"), "404 keep: x" },
	{ "1.0 closes", STR("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx"),
	    "200 close: x" },
	{ "1.0 keeps when it says so",
	    STR("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx"),
	    "200 keep: x" },
	{ "1.1 closes when it says so",
	    STR(OK "Connection: close\r\nContent-Length: 1\r\n\r\nx"), "200 close: x" },
	{ "close among others",
	    STR(OK "Connection: upgrade , CLOSE,x\r\nContent-Length: 1\r\n\r\nx"),
	    "200 close: x" },
	{ "close stays close",
	    STR(OK "Connection: close\r\nConnection: keep-alive\r\nContent-Length: 1\r\n"
	    "\r\nx"), "200 close: x" },
	{ "closed is not close", STR(OK "Connection: closed\r\nContent-Length: 1\r\n\r\nx"),
	    "200 keep: x" },
	{ "chunked", STR(CHUNKED "5\r\nhello\r\n0\r\n\r\n"), "200 keep: hello" },
	{ "chunked, empty", STR(CHUNKED "0\r\n\r\n"), "200 keep: " },
	{ "chunks", STR(CHUNKED "1\r\nh\r\n0A\r\nello world\r\n00\r\n\r\n"),
	    "200 keep: hello world" },
	{ "a chunk of line ends", STR(CHUNKED "4\r\n\r\n\r\n\r\n0\r\n\r\n"),
	    "200 keep: \r\n\r\n" },
	{ "chunk sizes in any case", STR(CHUNKED "a\r\n0123456789\r\nA\r\n0123456789\r\n"
	    "0\r\n\r\n"), "200 keep: 01234567890123456789" },
	{ "chunk extensions", STR(CHUNKED "1;a=b;c=\"0\"\r\nx\r\n1 ;d\r\ny\r\n0;e\r\n\r\n"),
	    "200 keep: xy" },
	{ "blanks behind a chunk size", STR(CHUNKED "1  \r\nx\r\n0\t\r\n\r\n"),
	    "200 keep: x" },
	{ "trailers", STR(CHUNKED "1\r\nx\r\n0\r\nA: b\r\nContent-Length: 9\r\n\r\n"),
	    "200 keep: x" },
	{ "15 digits of chunk size", STR(CHUNKED "000000000000001\r\nx\r\n0\r\n\r\n"),
	    "200 keep: x" },
	{ "codings before chunked",
	    STR(OK "Transfer-Encoding: gzip, Chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
	    "200 keep: x" },
	{ "chunked and to close",
	    STR(OK "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
	    "200 close: " },
};

/* whole without their last `spare` bytes as well */
static const struct {
	size_t spare;
	struct reply reply;
} loose[] = {
	{ 3, { "sized, more behind", STR(OK "Content-Length: 2\r\n\r\nhello"),
	    "200 keep: he+3" } },
	{ 5, { "to the end", STR(OK "\r\nhello"), "200 close: hello" } },
	{ 3, { "204 with a length", STR("HTTP/1.1 204 -\r\nContent-Length: 3\r\n\r\nabc"),
	    "204 keep: +3" } },
	{ 1, { "1.0 to the end", STR("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nx"),
	    "200 close: x" } },
	{ 4, { "chunked, more behind", STR(CHUNKED "1\r\nx\r\n0\r\n\r\nHTTP"),
	    "200 keep: x+4" } },
};

#define INTERIM "HTTP/1.1 100 -\r\n\r\n"

static const struct reply refusals[] = {
	{ "nothing", STR(""), "! the connection was closed before it" },
	{ "half a head", STR("HTTP/1.1 200 OK\r\n"), CUT },
	{ "half a body", STR(OK "Content-Length: 5\r\n\r\nhel"), "200 keep: hel" CUT },
	{ "half a chunk", STR(CHUNKED "5\r\nhel"), "200 keep: hel" CUT },
	{ "no last chunk", STR(CHUNKED "3\r\nhel\r\n"), "200 keep: hel" CUT },
	{ "no end of the trailers", STR(CHUNKED "0\r\n"), "200 keep: " CUT },
	{ "only an interim reply", STR("HTTP/1.1 100 Continue\r\n\r\n"),
	    "! the connection was closed before it" },
	{ "interim replies without end", STR(INTERIM INTERIM INTERIM INTERIM INTERIM INTERIM
	    INTERIM INTERIM INTERIM OK "\r\n"), "! over 8 of status 1xx before it" },
	{ "an empty line", STR("\r\nHTTP/1.1 200 OK\r\n\r\n"), NO_START },
	{ "another protocol", STR("SSH-2.0-OpenSSH\r\n\r\n"), NO_START },
	{ "2.0", STR("HTTP/2.0 200 OK\r\n\r\n"), NO_START },
	{ "1.2", STR("HTTP/1.2 200 OK\r\n\r\n"), NO_START },
	{ "1.", STR("HTTP/1. 200 OK\r\n\r\n"), NO_START },
	{ "lower case", STR("http/1.1 200 OK\r\n\r\n"), NO_START },
	{ "no status", STR("HTTP/1.1\r\n\r\n"), NO_START },
	{ "two blanks", STR("HTTP/1.1  200 OK\r\n\r\n"), NO_START },
	{ "a tab", STR("HTTP/1.1\t200 OK\r\n\r\n"), NO_START },
	{ "two digits", STR("HTTP/1.1 20 OK\r\n\r\n"), NO_START },
	{ "four digits", STR("HTTP/1.1 2000 OK\r\n\r\n"), NO_START },
	{ "below 100", STR("HTTP/1.1 099 OK\r\n\r\n"), NO_START },
	{ "a signed status", STR("HTTP/1.1 +20 OK\r\n\r\n"), NO_START },
	{ "the second reply is bad", STR("HTTP/1.1 100 -\r\n\r\nHTTP/1.1\r\n\r\n"), NO_START },
	{ "a NUL in the status line", STR("HTTP/1.1 200 O\0K\r\n\r\n"),
	    "! a NUL byte in its head" },
	{ "a NUL in a header", STR(OK "A: \0\r\n\r\n"), "! a NUL byte in its head" },
	{ "no colon", STR(OK "Content-Length 5\r\n\r\n"), NO_FIELD },
	{ "no name", STR(OK ": 5\r\n\r\n"), NO_FIELD },
	{ "a blank before the colon", STR(OK "Content-Length : 5\r\n\r\n"), NO_FIELD },
	{ "a blank in the name", STR(OK "Content Length: 5\r\n\r\n"), NO_FIELD },
	{ "a folded line", STR(OK "A: b\r\n c: d\r\n\r\n"), NO_FIELD },
	{ "two CRs", STR(OK "A: b\r\n\r\r\n\r\n"), NO_FIELD },
	{ "two lengths", STR(OK "Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
	    "! two different Content-Length headers" },
	{ "a list of lengths", STR(OK "Content-Length: 1, 1\r\n\r\n"), NO_LENGTH },
	{ "no length", STR(OK "Content-Length:\r\n\r\n"), NO_LENGTH },
	{ "a signed length", STR(OK "Content-Length: +1\r\n\r\n"), NO_LENGTH },
	{ "a negative length", STR(OK "Content-Length: -1\r\n\r\n"), NO_LENGTH },
	{ "a hexadecimal length", STR(OK "Content-Length: 0x1\r\n\r\n"), NO_LENGTH },
	{ "a length of 2^63", STR(OK "Content-Length: 9223372036854775808\r\n\r\n"),
	    NO_LENGTH },
	{ "a length of 2^64 + 1", STR(OK "Content-Length: 18446744073709551617\r\n\r\n"),
	    NO_LENGTH },
	{ "chunked and a length",
	    STR(OK "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n"),
	    "! both Transfer-Encoding and Content-Length" },
	{ "a length and chunked",
	    STR(OK "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
	    "! both Transfer-Encoding and Content-Length" },
	{ "chunked, then another coding", STR(OK "Transfer-Encoding: chunked, gzip\r\n\r\n"),
	    "! Transfer-Encoding does not end in chunked" },
	{ "a coding alone", STR(OK "Transfer-Encoding: identity\r\n\r\n"),
	    "! Transfer-Encoding does not end in chunked" },
	{ "a signed chunk size", STR(CHUNKED "+5\r\nhello\r\n0\r\n\r\n"), NO_SIZE },
	{ "a blank chunk size", STR(CHUNKED " 5\r\nhello\r\n0\r\n\r\n"), NO_SIZE },
	{ "0x", STR(CHUNKED "0x5\r\nhello\r\n0\r\n\r\n"), NO_SIZE },
	{ "an empty chunk size", STR(CHUNKED "\r\nhello\r\n0\r\n\r\n"), NO_SIZE },
	{ "an extension alone", STR(CHUNKED ";a=b\r\n"), NO_SIZE },
	{ "a chunk size and a bare LF", STR(CHUNKED "5\nhello\r\n0\r\n\r\n"), NO_SIZE },
	{ "16 digits of chunk size", STR(CHUNKED "0000000000000001\r\nx\r\n0\r\n\r\n"),
	    "200 keep: ! a chunk size of over 15 digits" },
	{ "a huge chunk", STR(CHUNKED "fffffffffffffff\r\nx"), "200 keep: x" CUT },
	{ "a CR alone", STR(CHUNKED "1\rx"), NO_CRLF },
	{ "a CR in an extension", STR(CHUNKED "1;a\rb\r\n"), NO_CRLF },
	{ "an extension and a bare LF", STR(CHUNKED "1;a\nx\r\n"),
	    "200 keep: ! a chunk size line ends in a bare LF" },
	{ "a chunk too long", STR(CHUNKED "1\r\nxy\r\n0\r\n\r\n"),
	    "200 keep: x! a chunk is longer than its size" },
	{ "a bare LF behind a chunk", STR(CHUNKED "1\r\nx\n0\r\n\r\n"),
	    "200 keep: x! a chunk is longer than its size" },
	{ "a bare CR behind a chunk", STR(CHUNKED "1\r\nx\r0\r\n\r\n"),
	    "200 keep: x! a chunk is longer than its size" },
};

static void
tell(struct buf *seen, const struct http_reader *r, enum feed f, str body)
{
	if (f == FEED_HEAD)
		buf_fmt(seen, "%d %s: ", r->status, r->keep ? "keep" : "close");
	else if (f == FEED_BODY)
		buf_put(seen, body);
}

static enum feed
feed_all(struct http_reader *r, str *in, struct buf *seen, struct err *e)
{
	enum feed f;
	str body;

	while ((f = http_feed(r, in, &body, e)) == FEED_HEAD || f == FEED_BODY)
		tell(seen, r, f, body);
	return f;
}

/* feeds the first n bytes of wire from a block of their own, where ASan sees every byte
 * too far; takes off wire what was used */
static enum feed
feed_piece(struct http_reader *r, str *wire, size_t n, struct buf *seen, struct err *e)
{
	char *p = malloc(n ? n : 1);
	str in = { p, n };
	enum feed f;

	if (n)
		memcpy(p, wire->p, n);
	f = feed_all(r, &in, seen, e);
	*wire = str_from(*wire, n - in.n);
	free(p);
	return f;
}

/* what is seen of wire, when it comes as `first` bytes and then `each` at a time */
static str
replay(struct arena *a, str wire, size_t first, size_t each)
{
	struct http_reader r = { 0 };
	struct buf seen = { .a = a, .what = "seen" };
	struct err e = { 0 };
	enum feed f = FEED_MORE;

	for (size_t n = first; f == FEED_MORE && wire.n; n = each)
		f = feed_piece(&r, &wire, MIN(n, wire.n), &seen, &e);
	if (f == FEED_MORE)
		f = http_feed_end(&r, &e);
	if (f == FEED_BAD) {
		str why = str_of(e.msg);
		check(e.kind == ERR_RETRY && str_starts(why, STR("HTTP reply: ")));
		buf_fmt(&seen, "! %.*s", ARG(str_from(why, STR("HTTP reply: ").n)));
	} else if (wire.n) {
		buf_fmt(&seen, "+%zu", wire.n);
	}
	return buf_str(&seen);
}

/* whole, byte by byte, and in two: packets must not matter */
static void
every_split(str wire, str want, const char *name)
{
	struct arena a = { .what = "split" };
	size_t stride = 1 + wire.n / 256;

	check_text(replay(&a, wire, wire.n, 1), want, name);
	check_text(replay(&a, wire, 1, 1), want, name);
	for (size_t cut = 0; cut < wire.n; cut += stride) {
		if (!check_text(replay(&a, wire, cut, wire.n), want, name))
			break;
		arena_empty(&a);
	}
	arena_drop(&a);
}

/* it is whole with `spare` bytes less, and with any less than that it is not */
static void
every_head(const struct reply *c, size_t spare)
{
	struct arena a = { .what = "head" };
	size_t whole = c->wire.n - spare;

	for (size_t n = 0; n < c->wire.n; n++) {
		str seen = replay(&a, str_head(c->wire, n), n, 1);
		bool refused = str_ends(seen, STR(CUT))
		    || str_ends(seen, STR("! the connection was closed before it"));
		if (!check_at(refused == (n < whole), __FILE__, __LINE__, c->name))
			break;
		arena_empty(&a);
	}
	arena_drop(&a);
}

static void
reader(void)
{
	for (size_t i = 0; i < countof(replies); i++) {
		every_split(replies[i].wire, str_of(replies[i].want), replies[i].name);
		every_head(&replies[i], 0);
	}
	for (size_t i = 0; i < countof(loose); i++) {
		const struct reply *c = &loose[i].reply;
		every_split(c->wire, str_of(c->want), c->name);
		every_head(c, loose[i].spare);
	}
	for (size_t i = 0; i < countof(refusals); i++)
		every_split(refusals[i].wire, str_of(refusals[i].want), refusals[i].name);
	every_split(STR(OK "Content-Length: 3\r\n\r\n\0\r\n"), STR("200 keep: \0\r\n"),
	    "a NUL in the body");
}

/* head, n bytes of `fill`, tail */
static str
padded(struct arena *a, str head, size_t n, char fill, str tail)
{
	struct buf b = { .a = a, .what = "padded" };

	buf_put(&b, head);
	if (n)
		memset(buf_room(&b, n), fill, n);
	buf_took(&b, n);
	buf_put(&b, tail);
	return buf_str(&b);
}

static void
limits(void)
{
	struct arena a = { .what = "limits" };
	str head = STR(OK "Content-Length: 1\r\nA: "), sized = STR("\r\n\r\nx");
	str ext = STR(CHUNKED "1;"), last = STR(CHUNKED "0\r\nA"), end = STR("\r\n\r\n");
	str chunk = STR("\r\nx\r\n0\r\n\r\n");
	size_t n = HTTP_HEAD_MAX - head.n - STR("\r\n\r\n").n;

	every_split(padded(&a, head, n, 'y', sized), STR("200 keep: x"), "16384 of head");
	every_split(padded(&a, head, n + 1, 'y', sized),
	    STR("! its head is over 16384 bytes"), "16385 of head");
	every_split(padded(&a, ext, HTTP_TRAILER_MAX - 3, 'e', chunk), STR("200 keep: x"),
	    "4096 of extension and trailer");
	every_split(padded(&a, ext, HTTP_TRAILER_MAX, 'e', chunk),
	    STR("200 keep: ! over 4096 bytes of chunk extensions and trailers"),
	    "4097 of extension");
	every_split(padded(&a, last, HTTP_TRAILER_MAX - 5, 't', end), STR("200 keep: "),
	    "4096 of trailers");
	every_split(padded(&a, last, HTTP_TRAILER_MAX - 4, 't', end),
	    STR("200 keep: ! over 4096 bytes of chunk extensions and trailers"),
	    "4097 of trailers");
	every_split(padded(&a, last, 9000, '\r', STR("")),
	    STR("200 keep: ! over 4096 bytes of chunk extensions and trailers"),
	    "endless CRs");
	arena_drop(&a);
}

static void
headers(void)
{
	struct http_reader r = { 0 };
	struct arena a = { .what = "headers" };
	struct buf seen = { .a = &a, .what = "seen" };
	str in = STR("HTTP/1.1 103 -\r\nEarly: x\r\n\r\n" OK "Content-Length: 0\r\n"
	    "X-Index:\t 7 8 \r\nx-index: 9\r\nEmpty:\r\nUrl: a:b\r\n\r\n");
	str v;
	struct err e;

	check(feed_all(&r, &in, &seen, &e) == FEED_DONE);
	check(http_header(&r, STR("x-iNDEX"), &v));
	check_text(v, STR("7 8"), "the first of two");
	check(http_header(&r, STR("empty"), &v) && !v.n);
	check(http_header(&r, STR("Url"), &v));
	check_text(v, STR("a:b"), "a colon in the value");
	check(!http_header(&r, STR("Early"), &v));
	check(!http_header(&r, STR("X-Inde"), &v));
	check(!http_header(&r, STR("HTTP/1.1 200 OK"), &v));
	arena_drop(&a);
}

/* A stream whose other side follows a script: at each dial the next visit, which sends
 * its reply as we read, and then waits, ends, or fails. `sent` holds what it was sent,
 * with a '|' for each dial. */
struct fake {
	struct stream stream; /* first: the ops see us as this */
	struct visit {
		str reply;
		enum after { WAITS, ENDS, READ_FAILS, WRITE_FAILS } after;
	} visits[2];
	size_t most;          /* bytes of one read or write; 0: any number */
	unsigned wait, stuck; /* the call, from 1, that waits once; from which all wait */
	const char *name;
	/* what has happened */
	unsigned calls, writes, dials;
	str left;             /* of the present reply */
	struct buf sent;
};

static struct fake *
fake_of(const struct stream *s)
{
	return OWNER(s, struct fake, stream);
}

static const struct visit *
visit(const struct fake *f)
{
	return &f->visits[f->dials - 1];
}

static bool
must_wait(struct fake *f)
{
	f->calls++;
	return f->calls == f->wait || (f->stuck && f->calls >= f->stuck);
}

static enum step
fake_dial(struct stream *s, struct err *e)
{
	struct fake *f = fake_of(s);

	if (must_wait(f))
		return STEP_WRITE;
	if (f->dials == countof(f->visits)) {
		err_set(e, ERR_RETRY, "fake: refused");
		return STEP_FAIL;
	}
	f->left = f->visits[f->dials++].reply;
	s->fd = 1000;
	buf_char(&f->sent, '|');
	return STEP_DONE;
}

static enum step
fake_read(struct stream *s, char *p, size_t cap, size_t *n, struct err *e)
{
	struct fake *f = fake_of(s);

	if (must_wait(f) || (!f->left.n && visit(f)->after == WAITS))
		return STEP_READ;
	if (!f->left.n && visit(f)->after == READ_FAILS) {
		err_set(e, ERR_RETRY, "fake: reset");
		return STEP_FAIL;
	}
	*n = MIN(f->left.n, f->most ? f->most : cap);
	if (*n)
		memcpy(p, f->left.p, *n);
	f->left = str_from(f->left, *n);
	return STEP_DONE;
}

static enum step
fake_write(struct stream *s, str data, size_t *n, struct err *e)
{
	struct fake *f = fake_of(s);

	if (must_wait(f))
		return STEP_WRITE;
	if (!f->left.n && visit(f)->after == WRITE_FAILS) {
		err_set(e, ERR_RETRY, "fake: broken pipe");
		return STEP_FAIL;
	}
	*n = MIN(data.n, f->most ? f->most : data.n);
	buf_put(&f->sent, str_head(data, *n));
	f->writes++;
	return STEP_DONE;
}

static void
fake_close(struct stream *s)
{
	s->fd = -1;
}

static str
fake_peer(const struct stream *s)
{
	return str_of(fake_of(s)->name);
}

static const struct stream_ops fake_ops = {
	fake_dial, fake_read, fake_write, fake_close, fake_peer,
};

static struct fake
fake_new(struct arena *a, str reply, enum after after)
{
	return (struct fake){ .stream = { &fake_ops, -1, 0 }, .name = "fake:1",
		.visits = { { reply, after } }, .sent = { .a = a, .what = "sent" } };
}

/* one exchange, told as a reply is */
static str
talk(struct http *h, struct fake *f, const struct http_request *q)
{
	struct buf seen = { .a = f->sent.a, .what = "seen" };
	enum feed what = FEED_MORE;
	enum step s;
	struct err e;
	str body;

	http_start(h, &f->stream, q);
	do {
		s = http_step(h, &what, &body, &e);
		if (s == STEP_DONE)
			tell(&seen, &h->reader, what, body);
	} while (s > STEP_DONE || (s == STEP_DONE && what != FEED_DONE));
	if (s == STEP_FAIL)
		buf_fmt(&seen, "! %s", e.msg);
	check(h->phase == HTTP_IDLE);
	check(s != STEP_FAIL || f->stream.fd < 0);
	return buf_str(&seen);
}

#define SIZED(n, body) OK "Content-Length: " #n "\r\n\r\n" body

static void
requests(void)
{
	static const struct {
		const char *name, *peer;
		struct http_request q;
		const char *want;
	} cases[] = {
		{ "GET", "10.0.0.5:2379", { .method = "GET", .target = STR("/version") },
		    "|GET /version HTTP/1.1\r\nHost: 10.0.0.5:2379\r\n\r\n" },
		{ "over a unix socket", "/run/docker.sock",
		    { .method = "GET", .target = STR("/_ping") },
		    "|GET /_ping HTTP/1.1\r\nHost: localhost\r\n\r\n" },
		{ "POST", "a:1", { .method = "POST", .target = STR("/"), .body = STR("{}") },
		    "|POST / HTTP/1.1\r\nHost: a:1\r\nContent-Length: 2\r\n\r\n{}" },
		{ "POST, no body", "a:1", { .method = "POST", .target = STR("/kill") },
		    "|POST /kill HTTP/1.1\r\nHost: a:1\r\nContent-Length: 0\r\n\r\n" },
		{ "PUT with headers", "a:1", { .method = "PUT", .target = STR("/k?a=b"),
		    .headers = STR("A: b\r\nC: d\r\n"), .body = STR("v") },
		    "|PUT /k?a=b HTTP/1.1\r\nHost: a:1\r\nA: b\r\nC: d\r\n"
		    "Content-Length: 1\r\n\r\nv" },
	};
	struct arena a = { .what = "requests" };

	for (size_t i = 0; i < countof(cases); i++) {
		struct fake f = fake_new(&a, STR(SIZED(2, "ok")), WAITS);
		struct http h = { 0 };
		f.name = cases[i].peer;
		check_text(talk(&h, &f, &cases[i].q), STR("200 keep: ok"), cases[i].name);
		check_text(buf_str(&f.sent), str_of(cases[i].want), cases[i].name);
		check_at(f.writes == 1, __FILE__, __LINE__, cases[i].name);
	}
	arena_drop(&a);
}

/* a body goes out with its head where both fit into 16 KiB, and behind it otherwise */
static void
bodies(void)
{
	static const size_t mosts[] = { 0, 1, 1000, 16384 };
	struct arena a = { .what = "bodies" };
	str head = STR("|PUT / HTTP/1.1\r\nHost: fake:1\r\nContent-Length: 16329\r\n\r\n");
	size_t room = HTTP_HEAD_MAX - (head.n - 1);

	for (size_t n = room - 1; n <= room + 1; n++) {
		str body = padded(&a, STR("<"), n - 2, 'b', STR(">"));
		struct http_request q = { .method = "PUT", .target = STR("/"), .body = body };
		str want = str_fmt(&a, "%.*s%zu\r\n\r\n%.*s", ARG(str_head(head, head.n - 9)),
		    n, ARG(body));
		for (size_t i = 0; i < countof(mosts); i++) {
			struct fake f = fake_new(&a, STR(SIZED(0, "")), WAITS);
			struct http h = { 0 };
			f.most = mosts[i];
			check_text(talk(&h, &f, &q), STR("200 keep: "), "a body");
			check(str_eq(buf_str(&f.sent), want));
			check(f.most || f.writes == (n <= room ? 1 : 2));
		}
	}
	arena_drop(&a);
}

/* whatever a call takes or gives, and whichever of them must wait */
static void
every_wait(void)
{
	static const size_t mosts[] = { 0, 1, 7, 64 };
	static const struct http_request q = {
		.method = "POST", .target = STR("/"), .body = STR("a body"),
	};
	struct arena a = { .what = "waits" };

	for (size_t i = 0; i < countof(mosts); i++) {
		struct fake f = { .calls = 1 };
		for (unsigned wait = 0; wait <= f.calls; wait++) {
			struct http h = { 0 };
			f = fake_new(&a, STR(CHUNKED "5\r\nhello\r\n3\r\n, x\r\n0\r\n\r\n"), WAITS);
			f.most = mosts[i];
			f.wait = wait;
			check_text(talk(&h, &f, &q), STR("200 keep: hello, x"), "wait");
			check_text(buf_str(&f.sent), STR("|POST / HTTP/1.1\r\nHost: fake:1\r\n"
			    "Content-Length: 6\r\n\r\na body"), "wait");
			check(f.stream.fd >= 0 && f.dials == 1);
		}
	}
	arena_drop(&a);
}

/* when the connection serves the next exchange, too */
static void
keeps(void)
{
	static const struct http_request q = { .method = "GET", .target = STR("/") };
	static const struct {
		const char *name;
		str reply;
		enum after after;
		bool kept;
		const char *want;
	} cases[] = {
		{ "1.1", STR(SIZED(1, "x")), WAITS, true, "200 keep: x" },
		{ "close", STR("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx"), WAITS, false,
		    "200 close: x" },
		{ "to the end", STR(OK "\r\nx"), ENDS, false, "200 close: x" },
		{ "bytes behind the reply", STR(SIZED(1, "xHTTP")), WAITS, false,
		    "200 keep: x" },
		{ "bad", STR("HTTP/3\r\n\r\n"), WAITS, false, "! fake:1: HTTP reply: "
		    "it does not begin with HTTP/1.x and a status" },
		{ "ends before", STR(""), ENDS, false,
		    "! fake:1: HTTP reply: the connection was closed before it" },
		{ "ends within", STR(SIZED(2, "x")), ENDS, false,
		    "200 keep: x! fake:1: HTTP reply: the connection was closed in the middle "
		    "of it" },
		{ "fails within", STR(SIZED(2, "x")), READ_FAILS, false,
		    "200 keep: x! fake: reset" },
		{ "takes nothing", STR(""), WRITE_FAILS, false, "! fake: broken pipe" },
	};
	struct arena a = { .what = "keeps" };

	for (size_t i = 0; i < countof(cases); i++) {
		struct fake f = fake_new(&a, cases[i].reply, cases[i].after);
		struct http h = { 0 };
		check_text(talk(&h, &f, &q), str_of(cases[i].want), cases[i].name);
		check_at((f.stream.fd >= 0) == cases[i].kept, __FILE__, __LINE__,
		    cases[i].name);
		check(f.dials == 1);
	}
	arena_drop(&a);
}

/* a kept connection that has gone stale: once more on a new one, from the first byte */
static void
stale(void)
{
	static const enum after afters[] = { ENDS, READ_FAILS, WRITE_FAILS };
	static const char *const sent[] = { "|12|2", "|12|2", "|1|2" };
	struct arena a = { .what = "stale" };
	str one = STR("PUT /1 HTTP/1.1\r\nHost: fake:1\r\nContent-Length: 1\r\n\r\n1");
	str body = padded(&a, STR("<"), 20000, 'b', STR(">"));
	str two = str_fmt(&a, "PUT /2 HTTP/1.1\r\nHost: fake:1\r\nContent-Length: %zu\r\n\r\n"
	    "%.*s", body.n, ARG(body));
	struct http_request first = { .method = "PUT", .target = STR("/1"), .body = STR("1") };
	struct http_request second = { .method = "PUT", .target = STR("/2"), .body = body };

	for (size_t i = 0; i < countof(afters); i++) {
		struct fake f = fake_new(&a, STR(SIZED(1, "1")), afters[i]);
		struct buf want = { .a = &a, .what = "want" };
		struct http h = { 0 };
		f.visits[1].reply = STR(SIZED(1, "2"));
		check_text(talk(&h, &f, &first), STR("200 keep: 1"), "before it is stale");
		check_text(talk(&h, &f, &second), STR("200 keep: 2"), "dialled anew");
		for (const char *p = sent[i]; *p; p++)
			buf_put(&want, *p == '|' ? STR("|") : *p == '1' ? one : two);
		check(str_eq(buf_str(&f.sent), buf_str(&want)));
	}
	arena_drop(&a);
}

/* ... but only once, and never when a reply has begun */
static void
stale_no_more(void)
{
	static const struct http_request q = { .method = "GET", .target = STR("/") };
	struct arena a = { .what = "stale" };
	struct fake f = fake_new(&a, STR(SIZED(1, "1")), ENDS);
	struct http h = { 0 };

	f.visits[1].after = ENDS;
	talk(&h, &f, &q);
	check_text(talk(&h, &f, &q),
	    STR("! fake:1: HTTP reply: the connection was closed before it"), "stale twice");
	check(f.dials == 2);

	f = fake_new(&a, STR(SIZED(1, "1") OK), ENDS);
	f.most = STR(SIZED(1, "1")).n;
	talk(&h, &f, &q);
	check_text(talk(&h, &f, &q), STR("! fake:1: HTTP reply: the connection was closed in "
	    "the middle of it"), "a reply had begun");
	check(f.dials == 1);
	arena_drop(&a);
}

static void
long_head(void)
{
	struct arena a = { .what = "long" };
	str line = STR("GET ");
	size_t n = HTTP_HEAD_MAX - line.n - STR(" HTTP/1.1\r\nHost: fake:1\r\n\r\n").n;

	for (size_t more = 0; more < 40; more++) {
		struct http_request q = { .method = "GET",
			.target = padded(&a, STR("/"), n - 3 + more, 'y', STR("")) };
		struct fake f = fake_new(&a, STR(SIZED(0, "")), WAITS);
		struct http h = { 0 };
		str seen = talk(&h, &f, &q);
		if (f.sent.n == 1)
			check_text(seen, STR("! HTTP request: its head is over 16383 bytes"),
			    "a long head");
		else
			check(more < 3 && str_ends(buf_str(&f.sent), STR("1\r\n\r\n")));
	}
	arena_drop(&a);
}

/* silence at any point ends the exchange in time, and says so; but for the dial, call 1,
 * which has deadlines of its own */
static void
deadline(void)
{
	static const struct http_request q = {
		.method = "POST", .target = STR("/"), .body = STR("x"), .timeout_ms = 2,
	};
	struct arena a = { .what = "deadline" };
	unsigned total = 1;

	for (unsigned stuck = 0; stuck < total; stuck++) {
		struct fake f = fake_new(&a, STR(SIZED(1, "x")), WAITS);
		struct http h = { 0 };
		str seen;
		f.stuck = stuck ? stuck + 1 : 0;
		f.most = 30;
		seen = talk(&h, &f, &q);
		check(str_ends(seen, stuck ? STR("! fake:1: no answer in 2 ms") : STR("x")));
		total = stuck ? total : f.calls;
	}
	check(total == 5);
	arena_drop(&a);
}

static void
due(void)
{
	struct arena a = { .what = "due" };
	struct fake f = fake_new(&a, STR(SIZED(1, "x")), WAITS);
	struct http_request q = { .method = "GET", .target = STR("/"), .timeout_ms = 60000 };
	struct http h = { 0 };
	int64_t now = loop_now();

	http_start(&h, &f.stream, &q); /* to be dialled: the stream's own deadline */
	check(http_due(&h) == NEVER);
	f.stream.due = now + 3000;
	check(http_due(&h) == now + 3000);

	f.stream.fd = 1; /* a kept connection */
	f.stream.due = NEVER;
	http_start(&h, &f.stream, &q);
	check(http_due(&h) >= now + 60000 && http_due(&h) <= loop_now() + 60000);
	q.timeout_ms = 0;
	http_start(&h, &f.stream, &q);
	check(http_due(&h) == NEVER);
	arena_drop(&a);
}

static void
cancel(void)
{
	struct arena a = { .what = "cancel" };
	struct fake f = fake_new(&a, STR(SIZED(5, "hel")), WAITS);
	struct http_request q = { .method = "GET", .target = STR("/") };
	struct http h = { 0 };
	enum feed what;
	struct err e;
	str body;

	http_cancel(&h);
	check(http_step(&h, &what, &body, &e) == STEP_FAIL && e.kind == ERR_SYS);
	http_start(&h, &f.stream, &q);
	while (http_step(&h, &what, &body, &e) == STEP_DONE)
		continue;
	check(h.phase == HTTP_RECV && f.stream.fd >= 0);
	http_cancel(&h);
	check(h.phase == HTTP_IDLE && f.stream.fd < 0);
	f.visits[1].reply = STR(SIZED(1, "x"));
	check_text(talk(&h, &f, &q), STR("200 keep: x"), "after it was cancelled");
	arena_drop(&a);
}

int
main(void)
{
	reader();
	limits();
	headers();
	requests();
	bodies();
	every_wait();
	keeps();
	stale();
	stale_no_more();
	long_head();
	deadline();
	due();
	cancel();
	return check_end("http");
}
