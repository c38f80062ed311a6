/* SPDX-License-Identifier: MIT
 * lib.c - confd's functions on text, numbers, lists; and every function by name */
#include "tmpl/lib.h"

#include <stdlib.h>
#include <wctype.h>

#include "base/json.h"
#include "base/path.h"
#include "tmpl/impl.h"
#include "tmpl/lit.h"
#include "tmpl/type.h"

static struct val
base(struct call *c, const struct val *arg, size_t n)
{
	(void)c, (void)n;
	return val_str(path_base(arg[0].s));
}

static struct val
dir(struct call *c, const struct val *arg, size_t n)
{
	(void)n;
	return val_str(path_dir(c->a, arg[0].s));
}

static struct val
contains(struct call *c, const struct val *arg, size_t n)
{
	(void)c, (void)n;
	return val_bool(!arg[1].s.n || str_find(arg[0].s, arg[1].s) < arg[0].s.n);
}

static struct val
trim_suffix(struct call *c, const struct val *arg, size_t n)
{
	str s = arg[0].s, suffix = arg[1].s;

	(void)c, (void)n;
	return val_str(str_ends(s, suffix) ? str_head(s, s.n - suffix.n) : s);
}

static struct val
map_runes(struct call *c, str s, wint_t (*to)(wint_t))
{
	struct buf *b = call_text(c);
	size_t n;

	for (; s.n; s = str_from(s, n)) {
		uint32_t r = (uint32_t)to((wint_t)utf8_get(s, &n));
		buf_took(b, utf8_put(buf_room(b, 4), r));
	}
	return call_done(c);
}

static struct val
to_upper(struct call *c, const struct val *arg, size_t n)
{
	(void)n;
	return map_runes(c, arg[0].s, towupper);
}

static struct val
to_lower(struct call *c, const struct val *arg, size_t n)
{
	(void)n;
	return map_runes(c, arg[0].s, towlower);
}

/* Where the next `old` begins. An empty one is before the first rune, when first, and
 * behind each; s.n + 1: nowhere. */
static size_t
next_old(str s, str old, bool first)
{
	size_t n;

	if (old.n) {
		n = str_find(s, old);
		return n < s.n ? n : s.n + 1;
	}
	if (first)
		return 0;
	if (!s.n)
		return 1;
	utf8_get(s, &n);
	return n;
}

/* replace s old new n: the first n; all when n is negative */
static struct val
replace(struct call *c, const struct val *arg, size_t n)
{
	struct buf *b = call_text(c);
	str s = arg[0].s, old = arg[1].s;
	int64_t left = arg[3].i;
	size_t at;

	(void)n;
	for (bool first = true; left != 0; first = false, left--) {
		at = next_old(s, old, first);
		if (at > s.n)
			break;
		buf_put(b, str_head(s, at));
		buf_put(b, arg[2].s);
		s = str_from(s, at + old.n);
	}
	buf_put(b, s);
	return call_done(c);
}

static struct val
runes(struct call *c, str s)
{
	struct vals l = { 0 };
	size_t n;

	for (; s.n; s = str_from(s, n)) {
		utf8_get(s, &n);
		*vals_add(c->a, &l) = val_str(str_head(s, n));
	}
	return type_list(&l, GO_STRINGS);
}

/* without a separator, every rune is a piece */
static struct val
split(struct call *c, const struct val *arg, size_t n)
{
	str s = arg[0].s, sep = arg[1].s;
	struct vals l = { 0 };
	size_t at;

	(void)n;
	if (!sep.n)
		return runes(c, s);
	while ((at = str_find(s, sep)) < s.n) {
		*vals_add(c->a, &l) = val_str(str_head(s, at));
		s = str_from(s, at + sep.n);
	}
	*vals_add(c->a, &l) = val_str(s);
	return type_list(&l, GO_STRINGS);
}

static struct val
join(struct call *c, const struct val *arg, size_t n)
{
	struct buf *b = call_text(c);

	(void)n;
	for (size_t i = 0; i < arg[0].list.n; i++) {
		if (i)
			buf_put(b, arg[1].s);
		buf_put(b, arg[0].list.at[i].s);
	}
	return call_done(c);
}

static _Noreturn void
no_int(struct call *c, str s, const char *why)
{
	struct buf b = { .a = c->a, .what = "message" };

	lit_quote(&b, s, '"', false);
	fail_throw(c->fail, ERR_INPUT, "strconv.Atoi: parsing %.*s: %s", ARG(buf_str(&b)),
	    why);
}

static struct val
atoi_(struct call *c, const struct val *arg, size_t n)
{
	str s = arg[0].s, digits = s;
	int64_t i;

	(void)n;
	if (s.n && (s.p[0] == '+' || s.p[0] == '-'))
		digits = str_from(s, 1);
	for (size_t at = 0; at < digits.n; at++)
		if (digits.p[at] < '0' || digits.p[at] > '9')
			no_int(c, s, "invalid syntax");
	if (!digits.n)
		no_int(c, s, "invalid syntax");
	if (!str_i64(s.p[0] == '+' ? digits : s, &i))
		no_int(c, s, "value out of range");
	return val_int(i);
}

/* as Go's int, it wraps around */
static struct val
add(struct call *c, const struct val *arg, size_t n)
{
	(void)c, (void)n;
	return val_int((int64_t)((uint64_t)arg[0].i + (uint64_t)arg[1].i));
}

static struct val
sub(struct call *c, const struct val *arg, size_t n)
{
	(void)c, (void)n;
	return val_int((int64_t)((uint64_t)arg[0].i - (uint64_t)arg[1].i));
}

/* first to last, both included */
static struct val
seq(struct call *c, const struct val *arg, size_t n)
{
	int64_t first = arg[0].i, last = arg[1].i;
	size_t count = first <= last ? (size_t)((uint64_t)last - (uint64_t)first) : 0;
	struct val *at;

	(void)n;
	if (first > last)
		return type_list(&(struct vals){ 0 }, GO_INTS);
	at = NEWS(c->a, MIN(count, SIZE_MAX - 1) + 1, struct val);
	for (size_t i = 0; i <= count; i++)
		at[i] = val_int(first + (int64_t)i);
	return type_list(&(struct vals){ .at = at, .n = count + 1 }, GO_INTS);
}

static int
by_key(const void *x, const void *y)
{
	const struct member *a = *(struct member *const *)x, *b = *(struct member *const *)y;
	int order = str_cmp(a->key, b->key);

	return order ? order : (a > b) - (a < b);
}

/* sorted by key; of several members with one key the last counts */
static struct val
sorted(struct arena *a, struct member *m, size_t n)
{
	struct member **order = NEWS(a, n, struct member *);
	struct member *at = NEWS(a, n, struct member);
	size_t used = 0;

	for (size_t i = 0; i < n; i++)
		order[i] = &m[i];
	if (n)
		qsort(order, n, sizeof *order, by_key);
	for (size_t i = 0; i < n; i++)
		if (i + 1 == n || !str_eq(order[i]->key, order[i + 1]->key))
			at[used++] = *order[i];
	return (struct val){ .kind = VAL_MAP, .map = { at, used } };
}

/* map "key" value ... */
static struct val
map(struct call *c, const struct val *arg, size_t n)
{
	struct member *m = NEWS(c->a, n / 2, struct member);

	if (n % 2)
		fail_throw(c->fail, ERR_INPUT, "invalid map call");
	for (size_t i = 0; i < n; i += 2) {
		if (arg[i].kind != VAL_STR)
			fail_throw(c->fail, ERR_INPUT, "map keys must be strings");
		m[i / 2] = (struct member){ arg[i].s, arg[i + 1] };
	}
	return sorted(c->a, m, n / 2);
}

/* v, fresh from the parser: maps sorted, integers marked */
static void
adopt(struct arena *a, struct val *v)
{
	if (v->kind == VAL_INT)
		v->type = GO_NUMBER;
	if (v->kind == VAL_LIST)
		for (size_t i = 0; i < v->list.n; i++)
			adopt(a, (struct val *)&v->list.at[i]);
	if (v->kind != VAL_MAP)
		return;
	*v = sorted(a, (struct member *)v->map.at, v->map.n);
	for (size_t i = 0; i < v->map.n; i++)
		adopt(a, (struct val *)&v->map.at[i].val);
}

static const char *
json_name(enum val_kind kind)
{
	switch (kind) {
	case VAL_BOOL:
		return "bool";
	case VAL_INT:
	case VAL_FLOAT:
		return "number";
	case VAL_LIST:
		return "array";
	case VAL_MAP:
		return "object";
	case VAL_NIL:
	case VAL_STR:
	case VAL_TIME:
		break;
	}
	return "string";
}

/* null becomes an empty one of the kind */
static struct val
parse_json(struct call *c, str text, enum val_kind kind)
{
	struct val v, empty = { .kind = kind };
	struct err e;

	if (!json_parse(c->a, text, &v, &e))
		fail_throw(c->fail, e.kind, "%s", e.msg);
	if (v.kind == VAL_NIL)
		return empty;
	if (v.kind != kind)
		fail_throw(c->fail, ERR_INPUT, "json: cannot unmarshal %s into Go value of type %s",
		    json_name(v.kind), type_name(&empty));
	adopt(c->a, &v);
	return v;
}

static struct val
json(struct call *c, const struct val *arg, size_t n)
{
	(void)n;
	return parse_json(c, arg[0].s, VAL_MAP);
}

static struct val
json_array(struct call *c, const struct val *arg, size_t n)
{
	(void)n;
	return parse_json(c, arg[0].s, VAL_LIST);
}

static const struct func rows[] = {
	{ "add",        "ii",   add },
	{ "atoi",       "s",    atoi_ },
	{ "base",       "s",    base },
	{ "contains",   "ss",   contains },
	{ "dir",        "s",    dir },
	{ "join",       "ls",   join },
	{ "json",       "s",    json },
	{ "jsonArray",  "s",    json_array },
	{ "map",        "a*",   map },
	{ "replace",    "sssi", replace },
	{ "seq",        "ii",   seq },
	{ "split",      "ss",   split },
	{ "sub",        "ii",   sub },
	{ "toLower",    "s",    to_lower },
	{ "toUpper",    "s",    to_upper },
	{ "trimSuffix", "ss",   trim_suffix },
};
const struct funcs lib_funcs = { rows, countof(rows) };

static int
by_name(const void *name, const void *f)
{
	return str_cmp(*(const str *)name, str_of(((const struct func *)f)->name));
}

const struct func *
func_find(str name)
{
	static const struct funcs *const tables[] = {
		&go_funcs, &kv_funcs, &lib_funcs, &sys_funcs,
	};
	const struct func *f = NULL;

	for (size_t i = 0; i < countof(tables) && !f; i++)
		f = bsearch(&name, tables[i]->at, tables[i]->n, sizeof *f, by_name);
	return f;
}
