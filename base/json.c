/* SPDX-License-Identifier: MIT
 * json.c - JSON (RFC 8259) to val, over jsmn's tokens
 *
 * jsmn says where tokens begin and end and how many a container holds; it accepts far
 * more than JSON. So the text is walked beside the tokens, and all that stands between
 * them, in a string or in a number is checked here. Start with value(). */
#include "base/json.h"

#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS /* or closing containers is quadratic in their members */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wsign-compare"
#include <jsmn.h>
#pragma GCC diagnostic pop

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/val.h"

enum {
	DEPTH_MAX = 100,    /* containers in each other: bounds the recursion */
	TEXT_MAX = 1 << 30, /* bytes; jsmn counts in int */
	TOKEN_BYTES = 12,   /* of text per token, at a guess: sizes the first token array */
};

struct parser {
	struct arena *a;
	struct fail *fail;
	str text;
	size_t at;            /* the next byte to look at */
	const jsmntok_t *tok; /* the next token */
	unsigned depth;
};

PRINTF(4, 5) static _Noreturn void
stop(const struct parser *p, enum errkind kind, size_t at, const char *fmt, ...)
{
	size_t line = 1, begin = 0;
	char what[200];
	va_list ap;

	for (size_t i = 0; i < at; i++) {
		if (p->text.p[i] == '\n') {
			line++;
			begin = i + 1;
		}
	}
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	fail_throw(p->fail, kind, "%zu:%zu: %s", line, at - begin + 1, what);
}

static _Noreturn void
bad_string(const struct parser *p, const char *where, const char *what)
{
	stop(p, ERR_INPUT, (size_t)(where - p->text.p), "found %s", what);
}

static _Noreturn void
unexpected(const struct parser *p, const char *wanted)
{
	str found = str_found(p->a, str_from(p->text, p->at));

	stop(p, ERR_INPUT, p->at, "found %.*s, expected %s", ARG(found), wanted);
}

/* the next byte that is no white space; at the end a NUL, which nothing accepts */
static char
peek(struct parser *p)
{
	for (; p->at < p->text.n; p->at++) {
		char c = p->text.p[p->at];
		if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
			return c;
	}
	return '\0';
}

static bool
accept(struct parser *p, char c)
{
	bool yes = peek(p) == c;

	p->at += yes;
	return yes;
}

static struct val
number(struct parser *p, str s)
{
	int64_t i;
	double f;

	if (!str_f64(p->a, s, &f))
		unexpected(p, "a value");
	if (str_i64(s, &i))
		return val_int(i);
	if (isinf(f))
		stop(p, ERR_INPUT, p->at, "found a number out of range");
	return val_float(f);
}

static struct val
scalar(struct parser *p, str s)
{
	struct val v;

	if (str_eq(s, STR("null")))
		v = (struct val){ .kind = VAL_NIL };
	else if (str_eq(s, STR("true")))
		v = val_bool(true);
	else if (str_eq(s, STR("false")))
		v = val_bool(false);
	else
		v = number(p, s);
	p->at += s.n;
	return v;
}

/* takes "\uXXXX" off s; -1 and nothing taken when it does not begin so */
static int32_t
skip_u(str *s)
{
	int32_t v = 0;

	if (s->n < 6 || s->p[0] != '\\' || s->p[1] != 'u')
		return -1;
	for (size_t i = 2; i < 6; i++) {
		int d = hexval(s->p[i]);
		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	*s = str_from(*s, 6);
	return v;
}

/* "\u" escapes: one, or the two of a surrogate pair. Half a pair is no rune: U+FFFD */
static uint32_t
skip_rune(struct parser *p, str *s)
{
	int32_t hi = skip_u(s), lo;
	str rest = *s;

	if (hi < 0)
		bad_string(p, s->p, "a bad escape in a string");
	if (hi < 0xD800 || hi >= 0xDC00)
		return (uint32_t)hi;
	lo = skip_u(&rest);
	if (lo < 0xDC00 || lo >= 0xE000)
		return RUNE_BAD;
	*s = rest;
	return 0x10000 + ((uint32_t)(hi & 0x3ff) << 10 | (uint32_t)(lo & 0x3ff));
}

/* takes one escape off s, writes what it stands for and returns its bytes */
static size_t
escape(struct parser *p, str *s, char *to)
{
	static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	const char *name = s->n > 1 && s->p[1] ? strchr(names, s->p[1]) : NULL;

	if (!name)
		return utf8_put(to, skip_rune(p, s));
	*to = bytes[name - names];
	*s = str_from(*s, 2);
	return 1;
}

static str
unescape(struct parser *p, str s)
{
	char *to = arena_alloc(p->a, s.n, 1); /* every escape is longer than its text */
	size_t n = 0;

	while (s.n) {
		if (*s.p == '\\') {
			n += escape(p, &s, to + n);
		} else {
			to[n++] = *s.p;
			s = str_from(s, 1);
		}
	}
	return (str){ to, n };
}

/* checks what stands between the quotes; true when there are escapes */
static bool
has_escapes(struct parser *p, str s)
{
	bool yes = false;

	for (size_t i = 0, n; i < s.n; i += n) {
		unsigned char c = (unsigned char)s.p[i];
		char to[4];
		str rest;
		n = 1;
		if (c >= 0x20 && c < 0x80 && c != '\\')
			continue;
		rest = str_from(s, i);
		if (c < 0x20)
			bad_string(p, rest.p, "a control byte in a string");
		if (c == '\\') {
			yes = true;
			escape(p, &rest, to);
			n = s.n - i - rest.n;
		} else if (utf8_get(rest, &n) == RUNE_BAD && n == 1) {
			bad_string(p, rest.p, "broken UTF-8 in a string");
		}
	}
	return yes;
}

static str
string(struct parser *p, str s)
{
	const char *open = s.p - 1, *end = s.p + s.n;
	bool closed = end < p->text.p + p->text.n;

	if (has_escapes(p, s))
		s = unescape(p, s);
	if (!closed)
		bad_string(p, open, "a string without its closing quote");
	p->at = (size_t)(end + 1 - p->text.p);
	return s;
}

/* the token that begins here */
static const jsmntok_t *
take(struct parser *p, const char *wanted)
{
	const jsmntok_t *t = p->tok;
	char c = peek(p);

	if ((size_t)t->start != p->at + (c == '"'))
		unexpected(p, wanted);
	p->tok++;
	return t;
}

static str
text_of(const struct parser *p, const jsmntok_t *t)
{
	return str_head(str_from(p->text, (size_t)t->start), (size_t)(t->end - t->start));
}

static void
enter(struct parser *p)
{
	if (p->depth == DEPTH_MAX)
		stop(p, ERR_LIMIT, p->at, "found more than %d levels of containers",
		    DEPTH_MAX);
	p->depth++;
	p->at++;
}

static void
leave(struct parser *p, char bracket, const char *wanted)
{
	if (!accept(p, bracket))
		unexpected(p, wanted);
	p->depth--;
}

static struct val value(struct parser *);

/* array := "[" [value {"," value}] "]" */
static struct val
array(struct parser *p, size_t size)
{
	struct val *at = NEWS(p->a, size, struct val);
	size_t n = 0;

	enter(p);
	for (bool more = peek(p) != ']'; more; more = accept(p, ','))
		at[n++] = value(p);
	leave(p, ']', "',' or ']'");
	return (struct val){ .kind = VAL_LIST, .list = { at, n } };
}

static int
by_key(const void *x, const void *y)
{
	const struct member *a = *(struct member *const *)x, *b = *(struct member *const *)y;
	int c = str_cmp(a->key, b->key);

	return c ? c : (a > b) - (a < b);
}

/* of several members with one key the last counts; how many are left */
static size_t
last_wins(struct parser *p, struct member *m, size_t n)
{
	struct member **sorted = NEWS(p->a, n, struct member *);
	size_t left = 0;

	for (size_t i = 0; i < n; i++)
		sorted[i] = &m[i];
	if (n)
		qsort(sorted, n, sizeof *sorted, by_key);
	for (size_t i = 1; i < n; i++)
		if (str_eq(sorted[i - 1]->key, sorted[i]->key))
			sorted[i - 1]->key.p = NULL; /* no key that was read is */
	for (size_t i = 0; i < n; i++)
		if (m[i].key.p)
			m[left++] = m[i];
	return left;
}

static str
key(struct parser *p)
{
	static const char wanted[] = "a key in quotes";
	str s;

	if (peek(p) != '"')
		unexpected(p, wanted);
	s = string(p, text_of(p, take(p, wanted)));
	if (!accept(p, ':'))
		unexpected(p, "':'");
	return s;
}

/* object := "{" [string ":" value {"," string ":" value}] "}" */
static struct val
object(struct parser *p, size_t size)
{
	struct member *at = NEWS(p->a, size, struct member);
	size_t n = 0;

	enter(p);
	for (bool more = peek(p) != '}'; more; more = accept(p, ',')) {
		at[n].key = key(p);
		at[n++].val = value(p);
	}
	leave(p, '}', "',' or '}'");
	return (struct val){ .kind = VAL_MAP, .map = { at, last_wins(p, at, n) } };
}

/* value := object | array | string | number | "true" | "false" | "null" */
static struct val
value(struct parser *p)
{
	const jsmntok_t *t = take(p, "a value");

	switch (peek(p)) {
	case '{':
		return object(p, (size_t)t->size);
	case '[':
		return array(p, (size_t)t->size);
	case '"':
		return val_str(string(p, text_of(p, t)));
	default:
		return scalar(p, text_of(p, t));
	}
}

/* The last token is what jsmn could not finish, up to the end of the text: so the walk
 * meets the error where it is. A bare number at the end is unfinished to strict jsmn as
 * well, and no error. */
static const jsmntok_t *
tokens(struct parser *p)
{
	size_t n = 0, cap = p->text.n / TOKEN_BYTES + 4;
	jsmntok_t *t = NULL;
	jsmn_parser j;
	bool quote;

	jsmn_init(&j);
	do {
		t = arena_grow(p->a, t, n * sizeof *t, cap * sizeof *t);
		n = cap;
		cap *= 2;
	} while (jsmn_parse(&j, p->text.p, p->text.n, t, (unsigned)n - 1)
	    == JSMN_ERROR_NOMEM);
	quote = j.pos < p->text.n && p->text.p[j.pos] == '"';
	t[j.toknext] = (jsmntok_t){ .start = (int)j.pos + quote, .end = (int)p->text.n };
	if (j.toksuper >= 0)
		t[j.toksuper].size++;
	return t;
}

static struct val
document(struct parser *p)
{
	struct val v;
	size_t nul;

	if (p->text.n > TEXT_MAX)
		fail_throw(p->fail, ERR_LIMIT, "JSON over %d bytes", TEXT_MAX);
	nul = str_find(p->text, (str){ "", 1 });
	if (nul < p->text.n) /* to jsmn it is the end of the text */
		stop(p, ERR_INPUT, nul, "found a NUL byte");
	p->tok = tokens(p);
	v = value(p);
	if (peek(p) || p->at < p->text.n)
		unexpected(p, "the end");
	return v;
}

bool
json_parse(struct arena *a, str text, struct val *v, struct err *e)
{
	struct fail f = { .err = e }, *outer = a->fail;
	struct parser p = { .a = a, .fail = &f, .text = text };

	a->fail = &f;
	if (setjmp(f.env)) {
		a->fail = outer;
		return false;
	}
	*v = document(&p);
	a->fail = outer;
	return true;
}

static void
quote_rune(struct buf *b, str s, size_t n, uint32_t rune)
{
	static const char names[] = "\"\\bfnrt", bytes[] = "\"\\\b\f\n\r\t";
	const char *byte = rune && rune < 0x80 ? strchr(bytes, (int)rune) : NULL;

	if (byte) {
		buf_char(b, '\\');
		buf_char(b, names[byte - bytes]);
	} else if (rune < 0x20) {
		buf_fmt(b, "\\u%04x", (unsigned)rune);
	} else if (rune == RUNE_BAD) {
		buf_put(b, STR("\xEF\xBF\xBD"));
	} else {
		buf_put(b, str_head(s, n));
	}
}

void
json_quote(struct buf *b, str s)
{
	size_t n;

	buf_char(b, '"');
	for (; s.n; s = str_from(s, n)) {
		uint32_t rune = utf8_get(s, &n);
		quote_rune(b, s, n, rune);
	}
	buf_char(b, '"');
}
