/* SPDX-License-Identifier: MIT
 * go.c - the functions every Go template has: and call eq html index js len ... */
#include <string.h>

#include "base/enc.h"
#include "tmpl/fmt.h"
#include "tmpl/impl.h"
#include "tmpl/lit.h"
#include "tmpl/type.h"

static _Noreturn void
no_type(struct call *c, const char *what, const struct val *v)
{
	struct val held = type_unboxed(*v);

	fail_throw(c->fail, ERR_INPUT, "%s %s", what, type_name(&held));
}

static struct val
not(struct call *c, const struct val *arg, size_t n)
{
	(void)c, (void)n;
	return val_bool(!type_truth(&arg[0]));
}

static struct val
len(struct call *c, const struct val *arg, size_t n)
{
	const struct val *v = &arg[0];

	(void)n;
	if (v->kind == VAL_STR)
		return val_int((int64_t)v->s.n);
	if (v->kind == VAL_LIST)
		return val_int((int64_t)v->list.n);
	if (v->kind == VAL_MAP && type_of(v) != GO_PAIR)
		return val_int((int64_t)v->map.n);
	if (v->kind != VAL_NIL)
		no_type(c, "len of type", v);
	fail_throw(c->fail, ERR_INPUT, "%s", type_is_boxed(v) ? "len of nil pointer"
	    : "reflect: call of reflect.Value.Type on zero Value");
}

/* an index into something of n elements, one behind them included */
static size_t
index_of(struct call *c, const struct val *i, size_t n)
{
	if (i->kind == VAL_NIL)
		fail_throw(c->fail, ERR_INPUT, "cannot index slice/array with nil");
	if (i->kind != VAL_INT)
		no_type(c, "cannot index slice/array with type", i);
	if (i->i < 0 || (uint64_t)i->i > n)
		fail_throw(c->fail, ERR_INPUT, "index out of range: %lld", (long long)i->i);
	return (size_t)i->i;
}

static struct val
index_map(struct call *c, const struct val *map, const struct val *key)
{
	const struct val *m;
	struct val held = type_unboxed(*key);

	if (key->kind == VAL_NIL)
		fail_throw(c->fail, ERR_INPUT, "value is nil; should be of type string");
	if (key->kind != VAL_STR)
		fail_throw(c->fail, ERR_INPUT, "value has type %s; should be string",
		    type_name(&held));
	m = type_member(map, key->s);
	return type_boxed(m ? *m : (struct val){ 0 });
}

static struct val
index_one(struct call *c, const struct val *v, const struct val *i)
{
	size_t n = v->kind == VAL_STR ? v->s.n : v->kind == VAL_LIST ? v->list.n : 0, at;

	if (v->kind == VAL_NIL)
		fail_throw(c->fail, ERR_INPUT, "index of nil pointer");
	if (v->kind == VAL_MAP && type_of(v) != GO_PAIR)
		return index_map(c, v, i);
	if (v->kind != VAL_STR && v->kind != VAL_LIST)
		no_type(c, "can't index item of type", v);
	at = index_of(c, i, n);
	if (at == n)
		fail_throw(c->fail, ERR_INPUT, "reflect: %s index out of range",
		    v->kind == VAL_STR ? "string" : "slice");
	if (v->kind == VAL_LIST)
		return type_element(v, at);
	return type_byte(v->s.p[at]);
}

static struct val
index_all(struct call *c, const struct val *arg, size_t n)
{
	struct val v = arg[0];

	if (v.kind == VAL_NIL)
		fail_throw(c->fail, ERR_INPUT, "index of untyped nil");
	for (size_t i = 1; i < n; i++)
		v = index_one(c, &v, &arg[i]);
	return v;
}

static void
check_slice(struct call *c, const struct val *v, size_t n)
{
	if (v->kind == VAL_NIL)
		fail_throw(c->fail, ERR_INPUT, "slice of untyped nil");
	if (n > 3)
		fail_throw(c->fail, ERR_INPUT, "too many slice indexes: %zu", n);
	if (v->kind == VAL_STR && n == 3)
		fail_throw(c->fail, ERR_INPUT, "cannot 3-index slice a string");
	if (v->kind != VAL_STR && v->kind != VAL_LIST)
		no_type(c, "can't slice item of type", v);
}

static struct val
slice(struct call *c, const struct val *arg, size_t n)
{
	struct val v = type_unboxed(arg[0]);
	size_t size = v.kind == VAL_STR ? v.s.n : v.kind == VAL_LIST ? v.list.n : 0;
	size_t at[3] = { 0, size, size };

	check_slice(c, &v, n - 1);
	for (size_t i = 1; i < n; i++)
		at[i - 1] = index_of(c, &arg[i], size);
	for (size_t i = 0; i < 2; i++)
		if (at[i] > at[i + 1])
			fail_throw(c->fail, ERR_INPUT, "invalid slice index: %zu > %zu", at[i],
			    at[i + 1]);
	if (v.kind == VAL_STR)
		return val_str(str_head(str_from(v.s, at[0]), at[1] - at[0]));
	if (at[0])
		v.list.at += at[0];
	v.list.n = at[1] - at[0];
	return v;
}

static struct val
print(struct call *c, const struct val *arg, size_t n)
{
	struct buf *b = call_text(c);

	fmt_print(b, arg, n);
	return call_done(c);
}

static struct val
println(struct call *c, const struct val *arg, size_t n)
{
	struct buf *b = call_text(c);

	fmt_println(b, arg, n);
	return call_done(c);
}

static struct val
printf_(struct call *c, const struct val *arg, size_t n)
{
	struct buf *b = call_text(c);

	fmt_printf(b, arg[0].s, arg + 1, n - 1);
	return call_done(c);
}

/* the arguments as one text, as print would have it but for nil */
static str
text_of(struct call *c, const struct val *arg, size_t n)
{
	struct buf b = { .a = c->a, .what = "text" };
	struct val *v = NEWS(c->a, n, struct val);

	if (n == 1 && arg[0].kind == VAL_STR)
		return arg[0].s;
	for (size_t i = 0; i < n; i++)
		v[i] = arg[i].kind == VAL_NIL ? val_str(STR("<no value>")) : arg[i];
	fmt_print(&b, v, n);
	return buf_str(&b);
}

static const char *
html_name(char c)
{
	switch (c) {
	case '\0':
		return "\xEF\xBF\xBD";
	case '"':
		return "&#34;";
	case '\'':
		return "&#39;";
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	default:
		return NULL;
	}
}

static struct val
html(struct call *c, const struct val *arg, size_t n)
{
	struct buf *b = call_text(c);
	str s = text_of(c, arg, n);

	for (size_t i = 0; i < s.n;) {
		const char *name = html_name(s.p[i]);
		if (name) {
			buf_put(b, str_head(s, i));
			buf_put(b, str_of(name));
			s = str_from(s, i + 1);
		}
		i = name ? 0 : i + 1;
	}
	buf_put(b, s);
	return call_done(c);
}

static void
put_js(struct buf *b, uint32_t r, str as)
{
	if (r == '\\' || r == '\'' || r == '"') {
		buf_char(b, '\\');
		buf_char(b, (char)r);
	} else if (r < ' ' || (r < 0x80 && strchr("<>&=", (int)r))) {
		buf_fmt(b, "\\u%04X", (unsigned)r);
	} else if (r < 0x80 || rune_is_print(r)) {
		buf_put(b, as);
	} else {
		buf_fmt(b, "\\u%04X", (unsigned)r);
	}
}

static struct val
js(struct call *c, const struct val *arg, size_t n)
{
	struct buf *b = call_text(c);
	str s = text_of(c, arg, n);
	size_t bytes;

	for (; s.n; s = str_from(s, bytes)) {
		uint32_t r = utf8_get(s, &bytes);
		put_js(b, r, str_head(s, bytes));
	}
	return call_done(c);
}

static struct val
urlquery(struct call *c, const struct val *arg, size_t n)
{
	struct buf *b = call_text(c);
	str s = text_of(c, arg, n), word;

	while (str_cut(s, ' ', &word, &s)) {
		enc_percent(b, word, "");
		buf_char(b, '+');
	}
	enc_percent(b, word, "");
	return call_done(c);
}

/* kinds that compare by value; integers of JSON do so with both kinds of number */
static bool
is_basic(const struct val *v)
{
	return v->kind == VAL_BOOL || v->kind == VAL_INT || v->kind == VAL_FLOAT
	    || v->kind == VAL_STR;
}

static bool
is_json_pair(const struct val *a, const struct val *b)
{
	return (a->kind == VAL_FLOAT && b->kind == VAL_INT && type_of(b) == GO_NUMBER)
	    || (b->kind == VAL_FLOAT && a->kind == VAL_INT && type_of(a) == GO_NUMBER);
}

static double
as_float(const struct val *v)
{
	return v->kind == VAL_INT ? (double)v->i : v->f;
}

static _Noreturn void
incompatible(struct call *c, const struct val *a, const struct val *b)
{
	struct val x = type_unboxed(*a), y = type_unboxed(*b);

	fail_throw(c->fail, ERR_INPUT, "incompatible types for comparison: %s and %s",
	    type_name(&x), type_name(&y));
}

/* the same kind to Go, to which a pair is a struct */
static bool
is_same_kind(const struct val *a, const struct val *b)
{
	return a->kind == b->kind && (type_of(a) == GO_PAIR) == (type_of(b) == GO_PAIR);
}

/* two values of which neither is basic */
static bool
equal_other(struct call *c, const struct val *a, const struct val *b)
{
	struct buf text = { .a = c->a, .what = "message" };
	struct val x = type_unboxed(*a), y = type_unboxed(*b);

	if (x.kind == VAL_NIL || y.kind == VAL_NIL)
		return x.kind == y.kind;
	if (!is_same_kind(&x, &y)) {
		fmt_printf(&text, STR("%s"), &x, 1);
		buf_fmt(&text, ": %s, %s: ", type_name(&x), type_name(&y));
		fmt_val(&text, &y);
		fail_throw(c->fail, ERR_INPUT, "non-comparable types %.*s",
		    ARG(buf_str(&text)));
	}
	if (type_of(&x) == GO_PAIR)
		return str_eq(x.map.at[0].val.s, y.map.at[0].val.s)
		    && str_eq(x.map.at[1].val.s, y.map.at[1].val.s);
	fmt_printf(&text, STR("%s"), &y, 1);
	fail_throw(c->fail, ERR_INPUT, "non-comparable type %.*s: %s",
	    ARG(buf_str(&text)), type_name(&y));
}

static bool
equal(struct call *c, const struct val *a, const struct val *b)
{
	if (!is_basic(a) && !is_basic(b))
		return equal_other(c, a, b);
	if (is_json_pair(a, b))
		return as_float(a) == as_float(b);
	if (a->kind != b->kind) {
		if (a->kind != VAL_NIL && b->kind != VAL_NIL)
			incompatible(c, a, b);
		return false;
	}
	if (a->kind == VAL_STR)
		return str_eq(a->s, b->s);
	if (a->kind == VAL_INT)
		return a->i == b->i;
	return a->kind == VAL_BOOL ? a->b == b->b : a->f == b->f;
}

static bool
less(struct call *c, const struct val *a, const struct val *b)
{
	if (!is_basic(a) || !is_basic(b))
		fail_throw(c->fail, ERR_INPUT, "invalid type for comparison");
	if (is_json_pair(a, b))
		return as_float(a) < as_float(b);
	if (a->kind != b->kind)
		incompatible(c, a, b);
	if (a->kind == VAL_BOOL)
		fail_throw(c->fail, ERR_INPUT, "invalid type for comparison");
	if (a->kind == VAL_STR)
		return str_cmp(a->s, b->s) < 0;
	return a->kind == VAL_INT ? a->i < b->i : a->f < b->f;
}

/* is the first one of the others? */
static struct val
eq(struct call *c, const struct val *arg, size_t n)
{
	if (n < 2)
		fail_throw(c->fail, ERR_INPUT, "missing argument for comparison");
	for (size_t i = 1; i < n; i++)
		if (equal(c, &arg[0], &arg[i]))
			return val_bool(true);
	return val_bool(false);
}

static struct val
ne(struct call *c, const struct val *arg, size_t n)
{
	(void)n;
	return val_bool(!equal(c, &arg[0], &arg[1]));
}

static struct val
lt(struct call *c, const struct val *arg, size_t n)
{
	(void)n;
	return val_bool(less(c, &arg[0], &arg[1]));
}

static struct val
le(struct call *c, const struct val *arg, size_t n)
{
	(void)n;
	return val_bool(less(c, &arg[0], &arg[1]) || equal(c, &arg[0], &arg[1]));
}

static struct val
gt(struct call *c, const struct val *arg, size_t n)
{
	return val_bool(!le(c, arg, n).b);
}

static struct val
ge(struct call *c, const struct val *arg, size_t n)
{
	return val_bool(!lt(c, arg, n).b);
}

static const struct func rows[] = {
	{ "and",      "vv*", NULL },
	{ "call",     "vv*", NULL },
	{ "eq",       "vv*", eq },
	{ "ge",       "vv",  ge },
	{ "gt",       "vv",  gt },
	{ "html",     "a*",  html },
	{ "index",    "vv*", index_all },
	{ "js",       "a*",  js },
	{ "le",       "vv",  le },
	{ "len",      "v",   len },
	{ "lt",       "vv",  lt },
	{ "ne",       "vv",  ne },
	{ "not",      "v",   not },
	{ "or",       "vv*", NULL },
	{ "print",    "a*",  print },
	{ "printf",   "sa*", printf_ },
	{ "println",  "a*",  println },
	{ "slice",    "vv*", slice },
	{ "urlquery", "a*",  urlquery },
};
const struct funcs go_funcs = { rows, countof(rows) };
