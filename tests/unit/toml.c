/* SPDX-License-Identifier: MIT
 * toml.c - tests of base/toml.c */
#include "../../base/toml.c"

#include "tests/unit/golden.h"

static bool
parse(struct arena *a, str text, struct val *v, struct err *e)
{
	return toml_parse(a, STR("t"), text, v, e);
}

static void
repeat(struct buf *b, const char *text, size_t n)
{
	while (n--)
		buf_put(b, str_of(text));
}

/* head, then n times text, is refused for its depth */
static void
bomb(const char *head, const char *text, const char *name)
{
	struct arena a = { .what = "bomb" };
	struct buf b = { .a = &a };
	struct val v;
	struct err e;

	buf_put(&b, str_of(head));
	repeat(&b, text, 100000);
	check_at(!parse(&a, buf_str(&b), &v, &e), name, 0, "is refused");
	check_at(e.kind == ERR_LIMIT, name, 0, "is too deep");
	arena_drop(&a);
}

/* n times before, a number and behind: read in time linear in n */
static void
crowd(const char *before, const char *behind, size_t n, const char *name)
{
	struct arena a = { .what = "crowd" };
	struct buf b = { .a = &a };
	struct val v;
	struct err e;

	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, "%s%zu%s", before, i, behind);
	check_at(parse(&a, buf_str(&b), &v, &e), name, 0, "is read");
	check_at(v.map.n == n || v.map.at[0].val.map.n == n, name, 0, "is all there");
	arena_drop(&a);
}

static void
long_key(void)
{
	struct arena a = { .what = "key" };
	struct buf b = { .a = &a };
	struct val v;
	struct err e;

	for (int line = 0; line < 2; line++) {
		repeat(&b, "k", 1000000);
		buf_put(&b, STR(" = 1\n"));
		check(parse(&a, buf_str(&b), &v, &e) == !line);
	}
	check(str_starts(str_of(e.msg), STR("t:2:1: found key 'kkkkkk")));
	arena_drop(&a);
}

/* DEPTH_MAX levels are fine, whatever they are made of */
static void
levels(void)
{
	struct arena a = { .what = "levels" };
	struct buf b = { .a = &a };
	struct val v;
	struct err e;

	buf_put(&b, STR("a="));
	repeat(&b, "[", DEPTH_MAX - 1);
	repeat(&b, "]", DEPTH_MAX - 1);
	buf_put(&b, STR("\nb"));
	repeat(&b, ".a", DEPTH_MAX - 1);
	buf_put(&b, STR("=1\n[c"));
	repeat(&b, ".a", DEPTH_MAX - 2);
	buf_put(&b, STR("]\na=1\n"));
	check(parse(&a, buf_str(&b), &v, &e));
	buf_put(&b, STR("b.b=1"));
	check(!parse(&a, buf_str(&b), &v, &e) && e.kind == ERR_LIMIT);
	arena_drop(&a);
}

static unsigned
line_of(const struct val *v, const char *key)
{
	const struct val *found = val_get(v, str_of(key));

	return found ? found->line : 0;
}

static void
lines(void)
{
	static const char text[] = "a = 1\n[t]\nb = [\n 1,\n 2]\nc = '''\n\n'''\r\nd = 1\n"
	                           "[[l]]\n[[l]]\ni = { x = 1 }\n[u.v]\n[u]\ne.f = 1";
	struct arena a = { .what = "lines" };
	const struct val *t, *l;
	struct val v;
	struct err e;

	check(parse(&a, str_of(text), &v, &e));
	t = val_get(&v, STR("t"));
	l = val_get(&v, STR("l"));
	check(v.line == 1 && line_of(&v, "a") == 1);
	check(t->line == 2 && line_of(t, "b") == 3);
	check(val_get(t, STR("b"))->list.at[1].line == 5);
	check(line_of(t, "c") == 6 && line_of(t, "d") == 9);
	check(l->line == 10 && l->list.at[0].line == 10 && l->list.at[1].line == 11);
	check(line_of(val_get(&l->list.at[1], STR("i")), "x") == 12);
	check(line_of(&v, "u") == 14 && line_of(val_get(&v, STR("u")), "v") == 13);
	check(line_of(val_get(&v, STR("u")), "e") == 15);
	arena_drop(&a);
}

/* nothing of the val is borrowed from the text */
static void
copies(void)
{
	struct arena a = { .what = "copies" };
	struct buf b = { .a = &a };
	char text[] = "key = 'text'\nd = 1979-05-27\nn.\"q\" = 1";
	struct val v;
	struct err e;

	check(parse(&a, str_of(text), &v, &e));
	memset(text, 'X', sizeof text);
	dump(&b, &v);
	check_text(buf_str(&b),
	    STR("{\"key\": \"text\", \"d\": 1979-05-27, \"n\": {\"q\": 1}}"), "copies");
	arena_drop(&a);
}

/* the arena's own door is in force again after a call */
static void
door(void)
{
	struct arena a = { .what = "door" };
	struct err outer, e;
	struct fail f = { .err = &outer };
	struct val v;

	a.fail = &f;
	check(parse(&a, STR("a = 1"), &v, &e) && a.fail == &f);
	check(!parse(&a, STR("a = "), &v, &e) && a.fail == &f);
	arena_drop(&a);
}

int
main(void)
{
	golden_run("tests/toml/values.txt", parse);
	golden_run("tests/toml/errors.txt", parse);
	bomb("a = ", "[", "arrays");
	bomb("a = ", "{a = ", "inline tables");
	bomb("a = ", "[{a = ", "arrays of inline tables");
	bomb("a", ".a", "a dotted key");
	bomb("[a", ".a", "a header");
	bomb("a = ", "{a.a.a = ", "dotted keys in inline tables");
	crowd("k", " = 1\n", 160000, "keys");
	crowd("[k", "]\n", 100000, "tables");
	crowd("a.k", " = 1\n", 100000, "dotted keys");
	crowd("[[a]]\nk", " = 1\n", 100000, "an array of tables");
	long_key();
	levels();
	lines();
	copies();
	door();
	return check_end("toml");
}
