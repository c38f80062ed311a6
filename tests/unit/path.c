/* SPDX-License-Identifier: MIT
 * path.c - tests of base/path.c; what is expected is what Go's package path says */
#include "../../base/path.c"

#include "tests/check.h"

static const struct {
	const char *pattern, *name;
	int want;
} matches[] = {
	{ "", "", 1 },
	{ "", "a", 0 },
	{ "a", "", 0 },
	{ "*", "", 1 },
	{ "*", "/", 0 },
	{ "abc", "abc", 1 },
	{ "abc", "abcd", 0 },
	{ "abcd", "abc", 0 },
	{ "/test/*", "/test/a", 1 },
	{ "/test/*", "/test/", 1 },
	{ "/test/*", "/test", 0 },
	{ "/test/*", "/test/a/b", 0 },
	{ "/test/*/port", "/test/a/port", 1 },
	{ "/test/*/port", "/test/a/b/port", 0 },
	{ "*/*", "a/b", 1 },
	{ "*/*", "a/b/c", 0 },
	{ "*/", "a/", 1 },
	{ "/*", "/a", 1 },
	{ "/*", "a", 0 },
	{ "*a", "a", 1 },
	{ "*a", "ba", 1 },
	{ "*a", "ab", 0 },
	{ "a*", "a", 1 },
	{ "a*b*c", "abc", 1 },
	{ "a*b*c", "aXbYc", 1 },
	{ "a*b*c", "aXbY", 0 },
	{ "a*b*c", "a/b/c", 0 },
	{ "**", "abc", 1 },
	{ "***", "a/c", 0 },
	{ "a**b", "ab", 1 },
	{ "a**b", "axxb", 1 },
	{ "*b*", "abc", 1 },
	{ "*ab", "aab", 1 },
	{ "*aab", "aaaab", 1 },
	{ "a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaa", 0 },
	{ "a*/b", "a/b", 1 },
	{ "a*/b", "ax/b", 1 },
	{ "a*/b", "a/c/b", 0 },
	{ "?", "a", 1 },
	{ "?", "", 0 },
	{ "?", "/", 0 },
	{ "?", "\303\251", 1 },
	{ "?", "\377", 1 },
	{ "??", "\303\251", 0 },
	{ "a?c", "abc", 1 },
	{ "a?c", "a/c", 0 },
	{ "?*", "abc", 1 },
	{ "*?", "abc", 1 },
	{ "*?", "", 0 },
	{ "[a]", "a", 1 },
	{ "[a]", "b", 0 },
	{ "[a-c]", "b", 1 },
	{ "[a-c]", "d", 0 },
	{ "[c-a]", "b", 0 },
	{ "[^a]", "b", 1 },
	{ "[^a]", "a", 0 },
	{ "[!a]", "b", 0 },
	{ "[!a]", "!", 1 },
	{ "[^a-c]x", "dx", 1 },
	{ "[a-cx-z]", "y", 1 },
	{ "[a", "a", -1 },
	{ "[", "a", -1 },
	{ "[]", "a", -1 },
	{ "[]a]", "]", -1 },
	{ "[-]", "-", -1 },
	{ "[x-]", "x", -1 },
	{ "[-x]", "x", -1 },
	{ "[a-b-c]", "a", -1 },
	{ "[^]", "a", -1 },
	{ "[^^]", "^", 0 },
	{ "[^^]", "a", 1 },
	{ "[\\]]", "]", 1 },
	{ "[\\-]", "-", 1 },
	{ "[x\\-]", "-", 1 },
	{ "[x\\-]", "z", 0 },
	{ "[\\-x]", "x", 1 },
	{ "[a-\\c]", "b", 1 },
	{ "[\\", "a", -1 },
	{ "[a\\", "a", -1 },
	{ "[a-]", "a", -1 },
	{ "[a-", "a", -1 },
	{ "[/]", "/", 1 },
	{ "[^a]", "/", 1 },
	{ "a[/]b", "a/b", 1 },
	{ "[a-\303\251]", "b", 1 },
	{ "[\316\261-\317\211]", "\316\273", 1 },
	{ "[\316\261-\317\211]", "a", 0 },
	{ "[a]b", "ab", 1 },
	{ "[a]*", "abc", 1 },
	{ "*[a]", "bca", 1 },
	{ "*[a-c]x", "abx", 1 },
	{ "[]]", "]", -1 },
	{ "[a]]", "a]", 1 },
	{ "]", "]", 1 },
	{ "a]", "a]", 1 },
	{ "[[]", "[", 1 },
	{ "[[a]", "a", 1 },
	{ "[*]", "*", 1 },
	{ "[*]", "a", 0 },
	{ "[?]", "a", 0 },
	{ "[a*]b", "*b", 1 },
	{ "\\a", "a", 1 },
	{ "\\*", "*", 1 },
	{ "\\*", "a", 0 },
	{ "a\\*b", "a*b", 1 },
	{ "a\\", "a", -1 },
	{ "a\\", "a\\", -1 },
	{ "\\\\", "\\", 1 },
	{ "\\", "", -1 },
	{ "\\", "a", -1 },
	{ "a\\*", "ab", 0 },
	{ "\\[a]", "[a]", 1 },
	{ "\\\303\251", "\303\251", 1 },
	{ "a[", "", -1 },
	{ "a[", "a", -1 },
	{ "a[", "ab", -1 },
	{ "b[", "a", -1 },
	{ "*[", "a", -1 },
	{ "*x[", "a", -1 },
	{ "a*[", "b", -1 },
	{ "*/[", "a", -1 },
	{ "x*y[", "x", -1 },
	{ "b*[]a]", "a", -1 },
	{ "ab[c", "xy", -1 },
	{ "*a[-]", "b", -1 },
	{ "*\\", "a", -1 },
	{ "x\\", "a", -1 },
	{ "a*\\", "b", -1 },
	{ "?[", "/", -1 },
	{ "a/b[", "a/c", -1 },
	{ "*\303\251", "x\303\251", 1 },
	{ "*\377", "a\377", 1 },
	{ "\303\251", "\303", 0 },
	{ "\303?", "\303\251", 1 },
	{ "*.conf", "nginx.conf", 1 },
	{ "*.conf", ".conf", 1 },
	{ "*.conf", "a/b.conf", 0 },
	{ "[\377]", "\377", -1 },
	{ "[\377]", "\357\277\275", -1 },
	{ "[\377-\377]", "\376", -1 },
	{ "*x", "/x", 0 },
	{ "a*", "a/", 0 },
	{ "*/b", "/b", 1 },
};

static const struct {
	const char *path, *clean, *base, *dir;
} paths[] = {
	{ "", ".", ".", "." },
	{ "/", "/", "/", "/" },
	{ "//", "/", "/", "/" },
	{ "///", "/", "/", "/" },
	{ ".", ".", ".", "." },
	{ "..", "..", "..", "." },
	{ "./", ".", ".", "." },
	{ "../", "..", "..", ".." },
	{ "/.", "/", ".", "/" },
	{ "/..", "/", "..", "/" },
	{ "/../a", "/a", "a", "/" },
	{ "a", "a", "a", "." },
	{ "a/", "a", "a", "a" },
	{ "/a", "/a", "a", "/" },
	{ "/a/", "/a", "a", "/a" },
	{ "//a", "/a", "a", "/" },
	{ "a//b", "a/b", "b", "a" },
	{ "a/./b", "a/b", "b", "a" },
	{ "a/../b", "b", "b", "." },
	{ "a/b/..", "a", "..", "a/b" },
	{ "a/b/../..", ".", "..", "a" },
	{ "a/b/../../..", "..", "..", "." },
	{ "a/b/../../../..", "../..", "..", ".." },
	{ "/a/b/../../..", "/", "..", "/" },
	{ "../a", "../a", "a", ".." },
	{ "../../a", "../../a", "a", "../.." },
	{ "./../a", "../a", "a", ".." },
	{ "../a/..", "..", "..", "../a" },
	{ "../a/../..", "../..", "..", ".." },
	{ "a/../../b", "../b", "b", ".." },
	{ "/a/./b//c/../d/", "/a/b/d", "d", "/a/b/d" },
	{ "...", "...", "...", "." },
	{ "a/...", "a/...", "...", "a" },
	{ "..a", "..a", "..a", "." },
	{ "a..", "a..", "a..", "." },
	{ "a/..b", "a/..b", "..b", "a" },
	{ "../..b", "../..b", "..b", ".." },
	{ "./.", ".", ".", "." },
	{ "././a", "a", "a", "." },
	{ "/./a", "/a", "a", "/" },
	{ "a/.", "a", ".", "a" },
	{ "/...", "/...", "...", "/" },
	{ "abc/def/../ghi", "abc/ghi", "ghi", "abc" },
	{ "abc/../../def", "../def", "def", ".." },
	{ "../../abc/../def", "../../def", "def", "../.." },
	{ "/abc/./../def", "/def", "def", "/" },
};

static const struct {
	const char *a, *b, *want;
} joins[] = {
	{ "", "", "" },
	{ "a", "", "a" },
	{ "", "a", "a" },
	{ "", "/", "/" },
	{ "/", "", "/" },
	{ "a", "b", "a/b" },
	{ "a", "/b", "a/b" },
	{ "/a", "b", "/a/b" },
	{ "a/", "b", "a/b" },
	{ "a/", "/b", "a/b" },
	{ "/", "a", "/a" },
	{ "/", "/", "/" },
	{ "a", "../b", "b" },
	{ "a", "../../b", "../b" },
	{ "/a", "..", "/" },
	{ "/a", "../..", "/" },
	{ "", "../a", "../a" },
	{ ".", "a", "a" },
	{ "..", "a", "../a" },
	{ "a", ".", "a" },
	{ "//a", "b//c", "/a/b/c" },
	{ "", "", "" },
	{ "/app", "/db/host", "/app/db/host" },
};

static void
match(void)
{
	for (size_t i = 0; i < countof(matches); i++) {
		const char *pattern = matches[i].pattern;
		int got = path_match(str_of(pattern), str_of(matches[i].name));
		if (!check_at(got == matches[i].want, __FILE__, __LINE__, pattern))
			printf("%s: got %d\n", matches[i].name, got);
	}
}

/* a name may hold anything, a NUL too */
static void
match_bytes(void)
{
	check(path_match(STR("a*b"), STR("a\0b")) == 1);
	check(path_match(STR("a?b"), STR("a\0b")) == 1);
	check(path_match(STR("a\0b"), STR("a\0b")) == 1);
	check(path_match(STR("[^a]"), STR("\0")) == 1);
	check(path_match((str){ 0 }, (str){ 0 }) == 1);
}

/* stars that backtrack cost no more than the name times the pattern */
static void
match_stars(void)
{
	char pattern[401], name[20001];

	for (size_t i = 0; i < 200; i++)
		memcpy(pattern + 2 * i, "*a", 2);
	pattern[400] = 'b';
	memset(name, 'a', sizeof name);
	check(path_match((str){ pattern, 401 }, (str){ name, 20001 }) == 0);
	name[20000] = 'b';
	check(path_match((str){ pattern, 401 }, (str){ name, 20001 }) == 1);
}

static void
literal(void)
{
	check_text(path_literal(STR("/a/b")), STR("/a/b"), "no special byte");
	check_text(path_literal(STR("/a/*/b")), STR("/a/"), "*");
	check_text(path_literal(STR("/a?")), STR("/a"), "?");
	check_text(path_literal(STR("/a[b]")), STR("/a"), "[");
	check_text(path_literal(STR("/a\\*")), STR("/a"), "\\");
	check_text(path_literal(STR("*")), STR(""), "all special");
	check_text(path_literal(STR("")), STR(""), "empty");
}

static void
clean(void)
{
	struct arena a = { .what = "paths" };

	for (size_t i = 0; i < countof(paths); i++) {
		str p = str_of(paths[i].path);
		check_text(path_clean(&a, p), str_of(paths[i].clean), paths[i].path);
		check_text(path_base(p), str_of(paths[i].base), paths[i].path);
		check_text(path_dir(&a, p), str_of(paths[i].dir), paths[i].path);
	}
	arena_drop(&a);
}

static void
join(void)
{
	struct arena a = { .what = "paths" };

	for (size_t i = 0; i < countof(joins); i++)
		check_text(path_join(&a, str_of(joins[i].a), str_of(joins[i].b)),
		    str_of(joins[i].want), joins[i].a);
	check_text(path_join(&a, STR("a\0b"), STR("c\0d")), STR("a\0b/c\0d"), "NUL");
	arena_drop(&a);
}

int
main(void)
{
	match();
	match_bytes();
	match_stars();
	literal();
	clean();
	join();
	return check_end("path");
}
