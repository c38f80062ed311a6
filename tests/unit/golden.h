/* SPDX-License-Identifier: MIT
 * golden.h - runs a data reader over files of cases
 *
 * A case is its name, a text, and what the text must be read as:
 *
 *	=== two members
 *	{"a": 1, "b": [true, null]}
 *	---
 *	{"a": 1, "b": [true, null]}
 *
 * <XX>, two upper-case hexadecimal digits, is that byte of the text; the last line end
 * belongs to no text. A float shows its point, a date stands without quotes; a failure
 * is "error: " and its message. What stands before the first case is a comment.
 *
 * Every case also runs on each head of its text, in a heap block that ends where the
 * text ends, and under every smaller cap of the arena. */
#ifndef GOLDEN_H
#define GOLDEN_H

#include <math.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/val.h"
#include "tests/check.h"

typedef bool golden_parse(struct arena *, str text, struct val *, struct err *);

static inline void
dump_float(struct buf *b, double f)
{
	size_t n = b->n;
	str s;

	buf_fmt(b, "%.17g", f);
	s = str_from(buf_str(b), n);
	str_skip(&s, "-");
	if (str_skip_digits(&s) && !s.n)
		buf_put(b, STR(".0"));
}

static void
dump(struct buf *b, const struct val *v)
{
	switch (v->kind) {
	case VAL_NIL:
		buf_put(b, STR("null"));
		break;
	case VAL_BOOL:
		buf_put(b, v->b ? STR("true") : STR("false"));
		break;
	case VAL_INT:
		buf_fmt(b, "%lld", (long long)v->i);
		break;
	case VAL_FLOAT:
		dump_float(b, v->f);
		break;
	case VAL_STR:
		json_quote(b, v->s);
		break;
	case VAL_TIME:
		buf_put(b, v->s);
		break;
	case VAL_LIST:
		buf_char(b, '[');
		for (size_t i = 0; i < v->list.n; i++) {
			buf_put(b, i ? STR(", ") : STR(""));
			dump(b, &v->list.at[i]);
		}
		buf_char(b, ']');
		break;
	case VAL_MAP:
		buf_char(b, '{');
		for (size_t i = 0; i < v->map.n; i++) {
			buf_put(b, i ? STR(", ") : STR(""));
			json_quote(b, v->map.at[i].key);
			buf_put(b, STR(": "));
			dump(b, &v->map.at[i].val);
		}
		buf_char(b, '}');
		break;
	}
}

/* what parse makes of text, written into the arena `out` */
static inline str
golden_read(golden_parse *parse, struct arena *a, str text, struct arena *out,
    struct err *e)
{
	struct buf b = { .a = out, .what = "dump" };
	struct val v;

	*e = (struct err){ 0 };
	if (!parse(a, text, &v, e))
		return str_fmt(out, "error: %s", e->msg);
	dump(&b, &v);
	return buf_str(&b);
}

/* the heads of text in blocks of their own, where ASan sees every byte too far */
static inline void
golden_heads(golden_parse *parse, str text, const char *name)
{
	struct arena a = { .what = "head" }, out = { .what = "dump" };
	struct err e;
	bool sound = true;

	for (size_t n = 0; n <= text.n; n++) {
		char *p = malloc(n ? n : 1);
		if (n)
			memcpy(p, text.p, n);
		golden_read(parse, &a, (str){ p, n }, &out, &e);
		sound &= e.kind == ERR_NONE || e.kind == ERR_INPUT || e.kind == ERR_LIMIT;
		free(p);
		arena_empty(&a);
		arena_empty(&out);
	}
	check_at(sound, name, 0, "every head is read or refused");
	arena_drop(&a);
	arena_drop(&out);
}

/* up to `used` bytes: the right answer, or that the arena is full */
static inline void
golden_caps(golden_parse *parse, str text, str want, size_t used, const char *name)
{
	struct arena a = { .what = "small" }, out = { .what = "dump" };
	struct err e;
	bool sound = true;

	for (a.cap = 1; a.cap <= used; a.cap += 16) {
		str got = golden_read(parse, &a, text, &out, &e);
		sound &= e.kind == ERR_LIMIT || str_eq(got, want);
		arena_empty(&a);
		arena_empty(&out);
	}
	check_at(sound, name, 0, "a full arena is said so");
	arena_drop(&a);
	arena_drop(&out);
}

static inline void
golden_case(golden_parse *parse, const char *name, str text, str want)
{
	struct arena a = { .what = "case" }, out = { .what = "dump" };
	struct err e;
	str got = golden_read(parse, &a, text, &out, &e);

	check_text(got, want, name);
	golden_heads(parse, text, name);
	golden_caps(parse, text, want, a.used, name);
	arena_drop(&a);
	arena_drop(&out);
}

/* <XX> becomes the byte */
static inline str
golden_bytes(struct arena *a, str s)
{
	struct buf b = { .a = a, .what = "case" };

	while (s.n) {
		int hi = s.n > 3 && s.p[3] == '>' ? hexval(s.p[1]) : -1;
		int lo = hi >= 0 ? hexval(s.p[2]) : -1;
		char c = s.p[0];
		size_t n = 1;
		if (c == '<' && lo >= 0) {
			c = (char)(hi << 4 | lo);
			n = 4;
		}
		buf_char(&b, c);
		s = str_from(s, n);
	}
	return buf_str(&b);
}

/* cuts s at mark: the part before it; the whole of s when it is not there */
static inline str
golden_cut(str *s, str mark)
{
	size_t at = str_find(*s, mark);
	str head = str_head(*s, at);

	*s = at < s->n ? str_from(*s, at + mark.n) : (str){ 0 };
	return head;
}

static inline str
golden_file(struct arena *a, const char *path)
{
	struct buf b = { .a = a, .what = "cases" };
	FILE *f = fopen(path, "r");
	size_t n;

	if (!check_at(f != NULL, path, 0, "cannot be opened"))
		return (str){ 0 };
	while ((n = fread(buf_room(&b, 4096), 1, 4096, f)))
		buf_took(&b, n);
	fclose(f);
	return buf_str(&b);
}

static inline void
golden_run(const char *path, golden_parse *parse)
{
	struct arena a = { .what = "cases" };
	str file = golden_file(&a, path);

	golden_cut(&file, STR("=== "));
	while (file.n) {
		str one = golden_cut(&file, STR("\n=== "));
		char *name = str_z(&a, golden_cut(&one, STR("\n")));
		str text = golden_cut(&one, STR("---\n"));
		text.n -= text.n > 0;
		golden_case(parse, name, golden_bytes(&a, text), str_trim(one));
	}
	arena_drop(&a);
}

#endif
