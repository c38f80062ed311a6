/* SPDX-License-Identifier: MIT
 * kv.c - functions over the store: get, getv, gets, getvs, exists, ls, lsdir */
#include "base/kv.h"

#include "base/path.h"
#include "tmpl/impl.h"
#include "tmpl/type.h"

static struct val
exists(struct call *c, const struct val *arg, size_t n)
{
	str val;

	(void)n;
	return val_bool(kv_get(c->view, arg[0].s, &val));
}

static _Noreturn void
no_key(struct call *c, str key)
{
	fail_throw(c->fail, ERR_INPUT, "key does not exist: %.*s", ARG(key));
}

static struct val
get(struct call *c, const struct val *arg, size_t n)
{
	str val;

	(void)n;
	if (!kv_get(c->view, arg[0].s, &val))
		no_key(c, arg[0].s);
	return type_pair(c->a, arg[0].s, val);
}

static struct val
getv(struct call *c, const struct val *arg, size_t n)
{
	str val;

	if (kv_get(c->view, arg[0].s, &val))
		return val_str(val);
	if (n < 2)
		no_key(c, arg[0].s);
	return arg[1];
}

/* a walk over the pairs whose key matches a pattern */
struct search {
	struct kv_iter it;
	size_t literal; /* bytes that all keys of the walk share with the pattern */
	str rest;       /* of the pattern, behind them */
};

static struct search
search(struct call *c, str pattern)
{
	str literal = path_literal(pattern);

	if (path_match(pattern, (str){ 0 }) < 0)
		fail_throw(c->fail, ERR_INPUT, "syntax error in pattern");
	return (struct search){ kv_begin(c->view, literal), literal.n,
	    str_from(pattern, literal.n) };
}

static bool
next_match(struct search *s, struct pair *p)
{
	while (kv_next(&s->it, p))
		if (path_match(s->rest, str_from(p->key, s->literal)) > 0)
			return true;
	return false;
}

static struct val
gets(struct call *c, const struct val *arg, size_t n)
{
	struct search s = search(c, arg[0].s);
	struct vals found = { 0 };
	struct pair p;

	(void)n;
	while (next_match(&s, &p))
		*vals_add(c->a, &found) = type_pair(c->a, p.key, p.val);
	return type_list(&found, GO_PAIRS);
}

static struct val
strings(struct arena *a, const struct strs *l)
{
	struct vals v = { NEWS(a, l->n, struct val), l->n, l->n };

	for (size_t i = 0; i < l->n; i++)
		v.at[i] = (struct val){ .kind = VAL_STR, .s = l->at[i] };
	return type_list(&v, GO_STRINGS);
}

static struct val
getvs(struct call *c, const struct val *arg, size_t n)
{
	struct search s = search(c, arg[0].s);
	struct strs found = { 0 };
	struct pair p;

	(void)n;
	while (next_match(&s, &p))
		strs_add(c->a, &found, p.val);
	strs_sort(&found);
	return strings(c->a, &found);
}

static void
add_name(struct arena *a, struct strs *l, str name)
{
	if (!l->n || !str_eq(l->at[l->n - 1], name))
		strs_add(a, l, name);
}

/* The names right below dir; dirs: only of those that have something below them.
 * Neighbours in the store may come back to a name ("a/x", "a-b", "a/y"): hence the
 * sorting, after which equal ones stand side by side. */
static struct val
children(struct call *c, str dir, bool dirs, struct strs *all)
{
	struct buf begin = { .a = c->a, .what = "path" };
	struct strs names = { 0 };
	struct kv_iter it;
	struct pair p;
	str name, below;

	buf_put(&begin, path_clean(c->a, dir));
	if (!str_eq(buf_str(&begin), STR("/")))
		buf_char(&begin, '/');
	it = kv_begin(c->view, buf_str(&begin));
	while (kv_next(&it, &p))
		if (str_cut(str_from(p.key, begin.n), '/', &name, &below) || !dirs)
			if (name.n)
				add_name(c->a, all, name);
	strs_sort(all);
	for (size_t i = 0; i < all->n; i++)
		add_name(c->a, &names, all->at[i]);
	return strings(c->a, &names);
}

/* a key's own base name is among what is below it */
static struct val
ls(struct call *c, const struct val *arg, size_t n)
{
	struct strs all = { 0 };
	str val;

	(void)n;
	if (kv_get(c->view, arg[0].s, &val))
		add_name(c->a, &all, path_base(arg[0].s));
	return children(c, arg[0].s, false, &all);
}

static struct val
lsdir(struct call *c, const struct val *arg, size_t n)
{
	struct strs all = { 0 };

	(void)n;
	return children(c, arg[0].s, true, &all);
}

static const struct func rows[] = {
	{ "exists", "s",   exists },
	{ "get",    "s",   get },
	{ "gets",   "s",   gets },
	{ "getv",   "ss*", getv },
	{ "getvs",  "s",   getvs },
	{ "ls",     "s",   ls },
	{ "lsdir",  "s",   lsdir },
};
const struct funcs kv_funcs = { rows, countof(rows) };
