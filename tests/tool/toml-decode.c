/* SPDX-License-Identifier: MIT
 * toml-decode.c - TOML on stdin to the tagged JSON of toml-test on stdout
 *
 * github.com/toml-lang/toml-test, the public suite, drives it:
 *	toml-test -toml 1.0.0 build/test/tool/toml-decode */
#include <math.h>
#include <stdio.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/toml.h"
#include "base/val.h"

static void
put_tagged(struct buf *b, const char *type, str text)
{
	buf_fmt(b, "{\"type\": \"%s\", \"value\": ", type);
	json_quote(b, text);
	buf_char(b, '}');
}

static void
put_float(struct buf *b, double f)
{
	if (isnan(f))
		put_tagged(b, "float", STR("nan"));
	else if (isinf(f))
		put_tagged(b, "float", f < 0 ? STR("-inf") : STR("inf"));
	else
		put_tagged(b, "float", str_fmt(b->a, "%.17g", f));
}

static const char *
time_type(str s)
{
	if (s.p[2] == ':')
		return "time-local";
	if (s.n == 10)
		return "date-local";
	s = str_from(s, 10);
	return str_find(s, STR("Z")) < s.n || str_find(s, STR("+")) < s.n
	    || str_find(s, STR("-")) < s.n ? "datetime" : "datetime-local";
}

static void put(struct buf *, const struct val *);

static void
put_list(struct buf *b, const struct val *v)
{
	buf_char(b, '[');
	for (size_t i = 0; i < v->list.n; i++) {
		buf_put(b, i ? STR(",") : STR(""));
		put(b, &v->list.at[i]);
	}
	buf_char(b, ']');
}

static void
put_map(struct buf *b, const struct val *v)
{
	buf_char(b, '{');
	for (size_t i = 0; i < v->map.n; i++) {
		buf_put(b, i ? STR(",") : STR(""));
		json_quote(b, v->map.at[i].key);
		buf_char(b, ':');
		put(b, &v->map.at[i].val);
	}
	buf_char(b, '}');
}

static void
put(struct buf *b, const struct val *v)
{
	switch (v->kind) {
	case VAL_NIL:
		break;
	case VAL_BOOL:
		put_tagged(b, "bool", v->b ? STR("true") : STR("false"));
		break;
	case VAL_INT:
		put_tagged(b, "integer", str_fmt(b->a, "%lld", (long long)v->i));
		break;
	case VAL_FLOAT:
		put_float(b, v->f);
		break;
	case VAL_STR:
		put_tagged(b, "string", v->s);
		break;
	case VAL_TIME:
		put_tagged(b, time_type(v->s), v->s);
		break;
	case VAL_LIST:
		put_list(b, v);
		break;
	case VAL_MAP:
		put_map(b, v);
		break;
	}
}

int
main(void)
{
	struct arena a = { .what = "toml-decode" };
	struct buf in = { .a = &a, .what = "stdin" }, out = { .a = &a, .what = "stdout" };
	struct val v;
	struct err e;
	size_t n;
	bool ok;

	while ((n = fread(buf_room(&in, 4096), 1, 4096, stdin)))
		buf_took(&in, n);
	ok = toml_parse(&a, STR("stdin"), buf_str(&in), &v, &e);
	if (ok) {
		put(&out, &v);
		fwrite(out.p, 1, out.n, stdout);
	} else {
		fprintf(stderr, "%s\n", e.msg);
	}
	arena_drop(&a);
	return !ok;
}
