/* SPDX-License-Identifier: MIT
 * json.c - tests of base/json.c */
#include "../../base/json.c"

#include "tests/unit/golden.h"

static void
repeat(struct buf *b, const char *text, size_t n)
{
	while (n--)
		buf_put(b, str_of(text));
}

/* texts that break readers; each is read or refused in time linear in its length */
static void
attacks(void)
{
	struct arena a = { .what = "attack" };
	struct buf deep = { .a = &a }, flat = deep, twice = deep;
	struct val v;
	struct err e;

	repeat(&deep, "[", 100000);
	check(!json_parse(&a, buf_str(&deep), &v, &e));
	check(e.kind == ERR_LIMIT);
	check_text(str_of(e.msg), STR("1:101: found more than 100 levels of containers"),
	    "depth bomb");

	buf_char(&flat, '{');
	for (int i = 0; i < 160000; i++)
		buf_fmt(&flat, "%s\"k%d\":%d", i ? "," : "", i, i);
	buf_char(&flat, '}');
	check(json_parse(&a, buf_str(&flat), &v, &e));
	check(v.map.n == 160000 && v.map.at[159999].val.i == 159999);

	buf_put(&twice, STR("{\"same\":0"));
	repeat(&twice, ",\"same\":1", 100000);
	buf_put(&twice, STR(",\"same\":2}"));
	check(json_parse(&a, buf_str(&twice), &v, &e));
	check(v.map.n == 1 && v.map.at[0].val.i == 2);
	arena_drop(&a);
}

static void
levels(void)
{
	struct arena a = { .what = "levels" };
	struct buf b = { .a = &a };
	struct val v;
	struct err e;

	repeat(&b, "[", DEPTH_MAX);
	repeat(&b, "]", DEPTH_MAX);
	check(json_parse(&a, buf_str(&b), &v, &e));
	for (int i = 1; i < DEPTH_MAX; i++)
		v = v.list.at[0];
	check(v.kind == VAL_LIST && !v.list.n);
	arena_drop(&a);
}

static void
borrows(void)
{
	struct arena a = { .what = "borrows" };
	str text = STR("[\"plain\", \"esc\\u0061ped\"]");
	struct val v;
	struct err e;

	check(json_parse(&a, text, &v, &e));
	check(v.list.at[0].s.p == text.p + 2);
	check_text(v.list.at[1].s, STR("escaped"), "unescaped in the arena");
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
	check(json_parse(&a, STR("[1]"), &v, &e) && a.fail == &f);
	check(!json_parse(&a, STR("[1"), &v, &e) && a.fail == &f);
	arena_drop(&a);
}

static void
quotes(void)
{
	struct arena a = { .what = "quotes" };
	struct buf b = { .a = &a };

	json_quote(&b, STR(""));
	json_quote(&b, STR("a\"\\/\b\f\n\r\t\x01\x1f\x7f\0z"));
	json_quote(&b, STR("\xc3\xa9\xf0\x9f\x98\x80\xff\xc3"));
	check_text(buf_str(&b),
	    STR("\"\"\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\\u0000z\""
	    "\"\xc3\xa9\xf0\x9f\x98\x80\xef\xbf\xbd\xef\xbf\xbd\""), "quoted");
	arena_drop(&a);
}

int
main(void)
{
	golden_run("tests/json/values.txt", json_parse);
	golden_run("tests/json/errors.txt", json_parse);
	attacks();
	levels();
	borrows();
	door();
	quotes();
	return check_end("json");
}
