/* SPDX-License-Identifier: MIT
 * str.c - tests of base/str.c */
#include "../../base/str.c"

#include <math.h>

#include "tests/check.h"

static const str none;

static void
compare(void)
{
	check(str_eq(none, STR("")) && str_eq(STR("a\0b"), STR("a\0b")));
	check(!str_eq(STR("a"), STR("b")) && !str_eq(STR("a"), STR("a\0")));
	check(str_cmp(none, STR("")) == 0 && str_cmp(STR("a"), STR("a")) == 0);
	check(str_cmp(none, STR("a")) < 0 && str_cmp(STR("a"), none) > 0);
	check(str_cmp(STR("a"), STR("ab")) < 0 && str_cmp(STR("b"), STR("ab")) > 0);
	check(str_cmp(STR("\xff"), STR("a")) > 0 && str_cmp(STR("a\0"), STR("a")) > 0);
	check(str_eqi(STR("Content-Length"), STR("content-LENGTH")));
	check(str_eqi(none, none) && !str_eqi(STR("a"), STR("ab")));
	check(!str_eqi(STR("@["), STR("`{")) && !str_eqi(STR("\xc3\x89"), STR("\xc3\xa9")));
	check(str_starts(STR("abc"), STR("ab")) && str_starts(STR("abc"), none));
	check(!str_starts(STR("a"), STR("ab")) && !str_starts(none, STR("a")));
	check(str_ends(STR("abc"), STR("bc")) && str_ends(none, none));
	check(!str_ends(STR("c"), STR("bc")) && !str_ends(STR("abc"), STR("b")));
}

static void
parts(void)
{
	check(str_of(NULL).n == 0 && str_eq(str_of("abc"), STR("abc")));
	check_text(str_head(STR("abc"), 2), STR("ab"), "head");
	check_text(str_from(STR("abc"), 2), STR("c"), "from");
	check_text(str_head(none, 0), none, "head of nothing");
	check_text(str_from(none, 0), none, "all of nothing");
	check(str_find(STR("abcbc"), STR("bc")) == 1 && str_find(STR("abc"), STR("x")) == 3);
	check(str_find(STR("abc"), none) == 0 && str_find(none, STR("a")) == 0);
	check(str_find(none, none) == 0 && str_find(STR("a\0b"), STR("\0b")) == 1);
	check(str_last(STR("a/b/c"), '/') == 3 && str_last(STR("abc"), '/') == 3);
	check(str_last(none, '/') == 0 && str_last(STR("/"), '/') == 0);
	check_text(str_trim(STR(" \t\r\na b\n ")), STR("a b"), "trim");
	check_text(str_trim(STR(" \n")), none, "trim all");
	check_text(str_trim(none), none, "trim nothing");
	check_text(str_trim(STR("\va\f")), STR("\va\f"), "no blank of ours");
}

static void
cut(const char *s, bool found, const char *head, const char *tail)
{
	str h, t;

	check_at(str_cut(str_of(s), '=', &h, &t) == found, s, 0, "is cut");
	check_text(h, str_of(head), s);
	check_text(t, str_of(tail), s);
}

static void
cuts(void)
{
	str s = STR("a,b"), head;

	cut("", false, "", "");
	cut("a", false, "a", "");
	cut("=", true, "", "");
	cut("a=", true, "a", "");
	cut("=b", true, "", "b");
	cut("a=b=c", true, "a", "b=c");
	check(str_cut(s, ',', &head, &s) && !str_cut(s, ',', &head, &s));
	check_text(head, STR("b"), "the same slice may be cut and be the tail");
}

static void
copies(void)
{
	struct arena a = { .what = "copies" };
	str s = STR("text"), copy = str_dup(&a, s);

	check(copy.p != s.p && str_eq(copy, s));
	check(str_dup(&a, none).n == 0);
	check(!strcmp(str_z(&a, s), "text") && !strcmp(str_z(&a, none), ""));
	check(!str_z(&a, STR("a\0b")) && !str_z(&a, STR("a\0")));
	check_text(str_fmt(&a, "%d %s", 42, "x"), STR("42 x"), "formatted");
	check_text(str_fmt(&a, "%s", ""), none, "formatted to nothing");
	check_text(str_fmt(&a, "%3000d", 1), str_fmt(&a, "%2999s%d", "", 1), "long");
	arena_drop(&a);
}

static void
shown(void)
{
	struct arena a = { .what = "shown" };

	check_text(str_printable(&a, STR("a b\xc3\xa9")), STR("a b\xc3\xa9"), "harmless");
	check_text(str_printable(&a, STR("\n\t\r\x1b\x7f\0")),
	    STR("\\n\\t\\x0d\\x1b\\x7f\\x00"), "control bytes");
	check_text(str_printable(&a, STR("\xff\xc3")), STR("\\xff\\xc3"), "broken");
	check_text(str_printable(&a, STR("\xef\xbf\xbd")), STR("\xef\xbf\xbd"), "U+FFFD");
	check_text(str_printable(&a, none), none, "nothing");
	check_text(str_found(&a, none), STR("the end"), "the end");
	check_text(str_found(&a, STR("\nx")), STR("the end of the line"), "line end");
	check_text(str_found(&a, STR("word, x")), STR("'word'"), "a word");
	check_text(str_found(&a, STR(", x")), STR("','"), "a byte");
	check_text(str_found(&a, STR("\xc3\xa9x")), STR("'\xc3\xa9'"), "a rune");
	check_text(str_found(&a, STR("\0x")), STR("'\\x00'"), "a NUL");
	check_text(str_found(&a, STR("0123456789012345678901234567890123456789x")),
	    STR("'0123456789012345678901234567890123456789'"), "a long word");
	arena_drop(&a);
}

static void
unsigned_numbers(void)
{
	static const char *const bad[] = {
		"", "-", "-1", "+1", " 1", "1 ", "0x1", "1a", "18446744073709551616",
		"99999999999999999999", "1.0",
	};
	uint64_t v = 7;

	check(str_u64(STR("0"), &v) && v == 0);
	check(str_u64(STR("007"), &v) && v == 7);
	check(str_u64(STR("18446744073709551615"), &v) && v == UINT64_MAX);
	v = 7;
	for (size_t i = 0; i < countof(bad); i++)
		check_at(!str_u64(str_of(bad[i]), &v), bad[i], 0, "is no number");
	check(!str_u64(STR("1\0"), &v) && v == 7);
}

static void
signed_numbers(void)
{
	static const char *const bad[] = {
		"", "-", "--1", "+1", "9223372036854775808", "-9223372036854775809", "- 1",
	};
	int64_t v = 7;

	check(str_i64(STR("-0"), &v) && v == 0);
	check(str_i64(STR("-12"), &v) && v == -12);
	check(str_i64(STR("9223372036854775807"), &v) && v == INT64_MAX);
	check(str_i64(STR("-9223372036854775808"), &v) && v == INT64_MIN);
	v = 7;
	for (size_t i = 0; i < countof(bad); i++)
		check_at(!str_i64(str_of(bad[i]), &v), bad[i], 0, "is no number");
	check(v == 7);
}

static void
floats(void)
{
	static const char *const bad[] = {
		"", "-", ".5", "1.", "01", "-01", "1e", "1e+", "+1", "1.e1", "inf", "nan",
		"0x1p1", "1 ", " 1", "1_0", "1e1.5", "--1",
	};
	struct arena a = { .what = "floats" };
	double f;

	check(str_f64(&a, STR("0"), &f) && f == 0);
	check(str_f64(&a, STR("-0"), &f) && f == 0 && signbit(f));
	check(str_f64(&a, STR("1.5e3"), &f) && f == 1500);
	check(str_f64(&a, STR("1E-2"), &f) && f == 0.01);
	check(str_f64(&a, STR("1e999"), &f) && isinf(f));
	check(str_f64(&a, STR("1e-999"), &f) && f == 0);
	check(str_f64(&a, str_head(STR("12"), 1), &f) && f == 1);
	for (size_t i = 0; i < countof(bad); i++)
		check_at(!str_f64(&a, str_of(bad[i]), &f), bad[i], 0, "is no number");
	check(!str_f64(&a, STR("1\0"), &f));
	arena_drop(&a);
}

static void
skips(void)
{
	str s = STR("-12x"), nul = STR("\0");

	check(!str_skip(&s, "+x") && str_skip(&s, "+-"));
	check(str_skip_digits(&s) && !str_skip_digits(&s));
	check_text(s, STR("x"), "what is left");
	check(str_skip(&s, "x") && !str_skip(&s, "x") && !str_skip_digits(&s));
	check(!str_skip(&nul, "x"));
	check(hexval('0') == 0 && hexval('9') == 9 && hexval('a') == 10 && hexval('F') == 15);
	check(hexval('g') < 0 && hexval('/') < 0 && hexval(':') < 0 && hexval('@') < 0);
	check(hexval('`') < 0 && hexval(0) < 0 && hexval((char)0xff) < 0);
}

static void
distances(void)
{
	static const struct {
		const char *a, *b;
		unsigned want;
	} rows[] = {
		{ "", "", 0 }, { "", "abc", 3 }, { "abc", "", 3 }, { "abc", "abc", 0 },
		{ "abc", "ABC", 0 }, { "kitten", "sitting", 3 }, { "reload", "relaod", 1 },
		{ "interval", "intreval", 1 }, { "ab", "ba", 1 }, { "abcd", "badc", 2 },
		{ "prefix", "prefx", 1 }, { "prefix", "prefixx", 1 }, { "a", "xyz", 3 },
	};
	char longer[WORD_MAX + 1];

	for (size_t i = 0; i < countof(rows); i++) {
		str a = str_of(rows[i].a), b = str_of(rows[i].b);
		check_at(str_distance(a, b, 9) == rows[i].want, rows[i].a, 0, rows[i].b);
		check_at(str_distance(b, a, 9) == rows[i].want, rows[i].b, 0, rows[i].a);
		check_at(str_distance(a, b, 1) == MIN(rows[i].want, 2), rows[i].a, 1,
		    rows[i].b);
	}
	memset(longer, 'x', sizeof longer);
	check(str_distance((str){ longer, WORD_MAX }, (str){ longer, WORD_MAX }, 3) == 0);
	check(str_distance((str){ longer, sizeof longer }, STR("x"), 3) == 4);
}

static void
nearest(void)
{
	static const str names[] = {
		{ "backend", 7 }, { "interval", 8 }, { "node", 4 }, { "noop", 4 },
	};

	check_text(str_nearest(STR("intervall"), names, 4), STR("interval"), "one more");
	check_text(str_nearest(STR("bakcend"), names, 4), STR("backend"), "a swap");
	check_text(str_nearest(STR("nod"), names, 4), STR("node"), "the nearer of two");
	check_text(str_nearest(STR("password"), names, 4), none, "none is near");
	check_text(str_nearest(none, names, 4), none, "nothing");
	check_text(str_nearest(STR("node"), names, 0), none, "no names");
}

static void
rune(const char *bytes, uint32_t want, size_t want_n)
{
	size_t n;

	check_at(utf8_get(str_of(bytes), &n) == want, "rune", __LINE__, bytes);
	check_at(n == want_n, "bytes of a rune", __LINE__, bytes);
	check_at(utf8_valid(str_of(bytes)) == (want != RUNE_BAD || n == 3), "valid", __LINE__,
	    bytes);
}

static void
runes(void)
{
	size_t n;

	rune("a", 'a', 1);
	rune("\x7f", 0x7f, 1);
	rune("\xc2\x80", 0x80, 2);
	rune("\xdf\xbf", 0x7ff, 2);
	rune("\xe0\xa0\x80", 0x800, 3);
	rune("\xed\x9f\xbf", 0xd7ff, 3);
	rune("\xee\x80\x80", 0xe000, 3);
	rune("\xef\xbf\xbd", RUNE_BAD, 3);
	rune("\xf0\x90\x80\x80", 0x10000, 4);
	rune("\xf4\x8f\xbf\xbf", RUNE_MAX, 4);
	rune("\x80", RUNE_BAD, 1);
	rune("\xc0\xaf", RUNE_BAD, 1);
	rune("\xc1\xbf", RUNE_BAD, 1);
	rune("\xc3", RUNE_BAD, 1);
	rune("\xc3\x28", RUNE_BAD, 1);
	rune("\xe0\x9f\xbf", RUNE_BAD, 1);
	rune("\xe2\x82", RUNE_BAD, 1);
	rune("\xed\xa0\x80", RUNE_BAD, 1);
	rune("\xf0\x8f\xbf\xbf", RUNE_BAD, 1);
	rune("\xf4\x90\x80\x80", RUNE_BAD, 1);
	rune("\xf5\x80\x80\x80", RUNE_BAD, 1);
	rune("\xff", RUNE_BAD, 1);
	check(utf8_get(STR("\0"), &n) == 0 && n == 1);
	check(utf8_valid(none) && utf8_count(none) == 0);
	check(utf8_count(STR("a\xc3\xa9\xe2\x82\xac")) == 3);
	check(utf8_count(STR("\xe2\x82")) == 2);
}

/* every rune is read as it was written */
static void
every_rune(void)
{
	bool same = true;
	char to[4];
	size_t n;

	for (uint32_t r = 0; r <= RUNE_MAX + 1; r++) {
		bool is_rune = r <= RUNE_MAX && (r < 0xD800 || r > 0xDFFF);
		str s = { to, utf8_put(to, r) };
		same &= utf8_get(s, &n) == (is_rune ? r : RUNE_BAD) && n == s.n;
	}
	check(same);
}

static void
buffers(void)
{
	struct arena a = { .what = "buffers" };
	struct buf b = { .a = &a, .what = "text" };

	check(buf_str(&b).n == 0);
	buf_put(&b, none);
	buf_put(&b, STR("one"));
	buf_char(&b, ' ');
	buf_fmt(&b, "%d", 2);
	memcpy(buf_room(&b, 10), " three", 6);
	buf_took(&b, 6);
	check_text(buf_str(&b), STR("one 2 three"), "all kinds of putting");
	for (int i = 0; i < 100000; i++)
		buf_char(&b, 'x');
	check(b.n == 100011 && b.p[100010] == 'x');
	check_text(str_head(buf_str(&b), 12), STR("one 2 threex"), "still there");
	arena_drop(&a);
}

/* a buffer takes its maximum, and not a byte more */
static void
limits(void)
{
	struct err e = { 0 };
	struct fail f = { .err = &e };
	struct arena a = { .what = "limits", .fail = &f };
	struct buf b = { .a = &a, .what = "small text", .max = 300 };

	for (int i = 0; i < 300; i++)
		check(buf_try(&b, STR("x"), &e));
	check(!buf_try(&b, STR("x"), &e) && e.kind == ERR_LIMIT && b.n == 300);
	check_text(str_of(e.msg), STR("small text: over 300 bytes"), "the limit is named");
	check(buf_try(&b, none, &e));
	e = (struct err){ 0 };
	if (!setjmp(f.env))
		buf_char(&b, 'x');
	check(e.kind == ERR_LIMIT);
	a.cap = a.used;
	b.max = 0;
	check(!buf_try(&b, STR("x"), &e) && e.kind == ERR_LIMIT);
	arena_drop(&a);
}

static void
lists(void)
{
	struct arena a = { .what = "lists" };
	struct strs l = { 0 };

	for (int i = 0; i < 100; i++)
		strs_add(&a, &l, str_fmt(&a, "%d", i));
	check(l.n == 100);
	check_text(l.at[0], STR("0"), "the first");
	check_text(l.at[99], STR("99"), "the last");
	arena_drop(&a);
}

static int
by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const str *)a, *(const str *)b);
}

/* n strings of the alphabet, shorter than `size`; 0: heads of one text */
static bool
sorts(size_t n, const char *alphabet, size_t letters, size_t size)
{
	struct arena a = { .what = "lists" };
	struct strs l = { 0 }, want = { 0 };
	char *text = arena_alloc(&a, n + size, 1);
	bool same = true;

	for (size_t i = 0; i < n; i++) {
		size_t bytes = size ? (size_t)rand() % size : n - i;
		for (size_t j = 0; size && j < bytes; j++)
			text[j] = alphabet[(size_t)rand() % letters];
		strs_add(&a, &l, size ? str_dup(&a, (str){ text, bytes }) : (str){ text, bytes });
		strs_add(&a, &want, l.at[i]);
	}
	strs_sort(&l);
	if (n)
		qsort(want.at, n, sizeof *want.at, by_bytes);
	for (size_t i = 0; i < n; i++)
		same &= str_eq(l.at[i], want.at[i]);
	arena_drop(&a);
	return same;
}

static void
sorting(void)
{
	for (size_t n = 0; n < 200; n++) {
		check(sorts(n, "ab", 2, 4));
		check(sorts(n, "a\0\xff\x80\x7f", 5, 7));
	}
	check(sorts(1000, "0123456789", 10, 2));
	check(sorts(3000, "0123456789", 10, 20));
	check(sorts(3000, "", 0, 0));
}

int
main(void)
{
	compare();
	parts();
	cuts();
	copies();
	shown();
	unsigned_numbers();
	signed_numbers();
	floats();
	skips();
	distances();
	nearest();
	runes();
	every_rune();
	buffers();
	limits();
	lists();
	sorting();
	return check_end("str");
}
