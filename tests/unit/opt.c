/* SPDX-License-Identifier: MIT
 * opt.c - tests of opt.c
 *
 * A member is told as its value, a list with its members in brackets; a refusal as "! "
 * and its message. */
#include "../../opt.c"

#include "base/toml.h"
#include "tests/check.h"

struct settings {
	str text, command;
	struct strs list;
	bool yes;
	int64_t id, time, mode;
};

#define ROW(name, type, member, ...) \
	{ name, type, offsetof(struct settings, member), "", __VA_ARGS__ }

static const struct option rows[] = {
	ROW("text", OPT_STR, text, NULL, 0),
	ROW("check_cmd", OPT_STR, command, NULL, OPT_RAW),
	ROW("list", OPT_LIST, list, "names", 0),
	ROW("yes", OPT_BOOL, yes, NULL, 0),
	ROW("id", OPT_ID, id, NULL, 0),
	ROW("interval", OPT_TIME, time, NULL, 0),
	ROW("mode", OPT_MODE, mode, NULL, 0),
};
static const struct options options = { rows, countof(rows) };

#define WANT_BOOL "want true or false"
#define WANT_ID "want a number from 0 to 4294967294"
#define WANT_TIME "want seconds, or a duration such as \"1m30s\" or \"500ms\""
#define WANT_MODE "want octal digits such as \"0644\", at most \"7777\""
#define QUOTES "want a string: octal digits in quotes, such as \"0644\""

static const struct {
	const char *row, *text, *want;
} texts[] = {
	{ "text", "a b", "a b" },
	{ "text", "", "" },
	{ "text", "a,b", "a,b" },
	{ "text", "${SET}!", "value!" },
	{ "text", "${UNSET}", "! ${UNSET} is not set; ${UNSET:-DEFAULT} has a value even "
	    "then" },
	{ "check_cmd", "echo ${UNSET}", "echo ${UNSET}" },
	{ "list", "a", "[a]" },
	{ "list", "a,b,c", "[a][b][c]" },
	{ "list", " a , b ", "[a][b]" },
	{ "list", "", "" },
	{ "list", "${LIST}", "[x][y]" },
	{ "yes", "true", "true" },
	{ "yes", "1", "true" },
	{ "yes", "false", "false" },
	{ "yes", "0", "false" },
	{ "yes", "", "! found \"\", " WANT_BOOL },
	{ "yes", "yes", "! found \"yes\", " WANT_BOOL },
	{ "yes", "True", "! found \"True\", " WANT_BOOL },
	{ "id", "0", "0" },
	{ "id", "4294967294", "4294967294" },
	{ "id", "-1", "-1" },
	{ "id", "4294967295", "! found \"4294967295\", " WANT_ID },
	{ "id", "-2", "! found \"-2\", " WANT_ID },
	{ "id", "root", "! found \"root\", " WANT_ID },
	{ "id", "", "! found \"\", " WANT_ID },
	{ "id", "1 ", "! found \"1 \", " WANT_ID },
	{ "id", "99999999999999999999", "! found \"99999999999999999999\", " WANT_ID },
	{ "interval", "600", "600000" },
	{ "interval", "0", "0" },
	{ "interval", "5s", "5000" },
	{ "interval", "500ms", "500" },
	{ "interval", "1m30s", "90000" },
	{ "interval", "2h", "7200000" },
	{ "interval", "1h1m1s1ms", "3661001" },
	{ "interval", "0s", "0" },
	{ "interval", "1000000000", "1000000000000" },
	{ "interval", "277777h", "999997200000" },
	{ "interval", "277778h", "! found \"277778h\", " WANT_TIME },
	{ "interval", "1000000001", "! found \"1000000001\", " WANT_TIME },
	{ "interval", "9223372036854775807", "! found \"9223372036854775807\", " WANT_TIME },
	{ "interval", "", "! found \"\", " WANT_TIME },
	{ "interval", "-1", "! found \"-1\", " WANT_TIME },
	{ "interval", "-1s", "! found \"-1s\", " WANT_TIME },
	{ "interval", "+1s", "! found \"+1s\", " WANT_TIME },
	{ "interval", "1.5s", "! found \"1.5s\", " WANT_TIME },
	{ "interval", "5 s", "! found \"5 s\", " WANT_TIME },
	{ "interval", "s", "! found \"s\", " WANT_TIME },
	{ "interval", "1m30", "! found \"1m30\", " WANT_TIME },
	{ "interval", "1d", "! found \"1d\", " WANT_TIME },
	{ "interval", "1us", "! found \"1us\", " WANT_TIME },
	{ "mode", "0644", "420" },
	{ "mode", "644", "420" },
	{ "mode", "0o644", "420" },
	{ "mode", "0x1a4", "420" },
	{ "mode", "7777", "4095" },
	{ "mode", "00000000644", "420" },
	{ "mode", "10000", "! found \"10000\", " WANT_MODE },
	{ "mode", "0x1000", "! found \"0x1000\", " WANT_MODE },
	{ "mode", "77777777777777777777777", "! found \"77777777777777777777777\", "
	    WANT_MODE },
	{ "mode", "0688", "! found \"0688\", " WANT_MODE },
	{ "mode", "rw-r--r--", "! found \"rw-r--r--\", " WANT_MODE },
	{ "mode", "0o", "! found \"0o\", " WANT_MODE },
	{ "mode", "", "! found \"\", " WANT_MODE },
	{ "mode", "-644", "! found \"-644\", " WANT_MODE },
};

static const struct {
	const char *row, *toml, *want;
} values[] = {
	{ "text", "'a'", "a" },
	{ "text", "'${SET}'", "value" },
	{ "text", "'${'", "! \"${\" has no }" },
	{ "text", "1", "! found an integer, want a string" },
	{ "text", "true", "! found a boolean, want a string" },
	{ "text", "['a']", "! found an array, want a string" },
	{ "check_cmd", "'for i in ${X}'", "for i in ${X}" },
	{ "list", "['a', 'b,c']", "[a][b,c]" },
	{ "list", "[]", "" },
	{ "list", "['${LIST}', '${SET}']", "[x,y][value]" },
	{ "list", "'a,b'", "[a][b]" },
	{ "list", "['a', 1]", "! found an integer in the array, want strings" },
	{ "list", "['${']", "! \"${\" has no }" },
	{ "list", "1", "! found 1, want an array of strings" },
	{ "list", "{}", "! found a table, want an array of strings" },
	{ "yes", "true", "true" },
	{ "yes", "false", "false" },
	{ "yes", "'true'", "! found a string, " WANT_BOOL },
	{ "yes", "1", "! found an integer, " WANT_BOOL },
	{ "id", "33", "33" },
	{ "id", "'33'", "33" },
	{ "id", "-1", "-1" },
	{ "id", "4294967295", "! found 4294967295, " WANT_ID },
	{ "id", "'www'", "! found \"www\", " WANT_ID },
	{ "id", "33.0", "! found a float, " WANT_ID },
	{ "interval", "60", "60000" },
	{ "interval", "'1m'", "60000" },
	{ "interval", "'${SECS}'", "7000" },
	{ "interval", "-1", "! found -1, " WANT_TIME },
	{ "interval", "9223372036854775807", "! found 9223372036854775807, " WANT_TIME },
	{ "interval", "1.5", "! found a float, " WANT_TIME },
	{ "mode", "'0644'", "420" },
	{ "mode", "0o644", "! found the number 420, " QUOTES },
	{ "mode", "644", "! found the number 644, " QUOTES },
	{ "mode", "true", "! found a boolean, " WANT_MODE },
};

static const struct {
	str text;
	const char *want;
} expansions[] = {
	{ STR(""), "" },
	{ STR("plain $ text } {"), "plain $ text } {" },
	{ STR("$SET"), "$SET" },
	{ STR("${SET}"), "value" },
	{ STR("<${SET}${SET}>"), "<valuevalue>" },
	{ STR("${SET:-other}"), "value" },
	{ STR("${UNSET:-other}"), "other" },
	{ STR("${UNSET:-a:-b}"), "a:-b" },
	{ STR("${UNSET:-}"), "" },
	{ STR("${EMPTY}"), "" },
	{ STR("${EMPTY:-other}"), "other" },
	{ STR("${UNSET:-${SET}"), "${SET" },
	{ STR("$${SET}"), "$value" },
	{ STR("${DOLLAR}"), "${SET}" },
	{ STR("a${SET"), "! \"${SET\" has no }" },
	{ STR("${}"), "! ${} is not set; ${:-DEFAULT} has a value even then" },
	{ STR("${set}"), "! ${set} is not set; ${set:-DEFAULT} has a value even then" },
	{ STR("${SET }"), "! ${SET } is not set; ${SET :-DEFAULT} has a value even then" },
	{ STR("${SET\0}"), "! a NUL byte in the name of a variable" },
};

static str
told(struct arena *a, const struct option *o, const struct settings *s)
{
	struct buf b = { .a = a, .what = "told" };
	const void *at = (const char *)s + o->at;

	switch (o->type) {
	case OPT_STR:
		return *(const str *)at;
	case OPT_LIST:
		for (size_t i = 0; i < s->list.n; i++)
			buf_fmt(&b, "[%.*s]", ARG(s->list.at[i]));
		return buf_str(&b);
	case OPT_BOOL:
		return *(const bool *)at ? STR("true") : STR("false");
	case OPT_ID:
	case OPT_TIME:
	case OPT_MODE:
		break;
	}
	return str_fmt(a, "%lld", *(const long long *)at);
}

static void
from_text(void)
{
	struct arena a = { .what = "texts" };

	for (size_t i = 0; i < countof(texts); i++) {
		const struct option *o = opt_find(options, str_of(texts[i].row));
		struct settings s = { .yes = true, .time = 9 };
		struct err e;
		bool ok = opt_text(o, &s, &a, str_of(texts[i].text), &e);
		str got = ok ? told(&a, o, &s) : str_fmt(&a, "! %s", e.msg);
		check_text(got, str_of(texts[i].want), texts[i].text);
		check(ok || e.kind == ERR_INPUT);
	}
	arena_drop(&a);
}

static void
from_toml(void)
{
	struct arena a = { .what = "values" };

	for (size_t i = 0; i < countof(values); i++) {
		const struct option *o = opt_find(options, str_of(values[i].row));
		struct settings s = { .time = 9 };
		str text = str_fmt(&a, "v = %s", values[i].toml), got;
		struct val v;
		struct err e;
		bool ok = check(toml_parse(&a, STR("case"), text, &v, &e))
		    && opt_val(o, &s, &a, val_get(&v, STR("v")), &e);
		got = ok ? told(&a, o, &s) : str_fmt(&a, "! %s", e.msg);
		check_text(got, str_of(values[i].want), values[i].toml);
		check(ok || e.kind == ERR_INPUT);
	}
	arena_drop(&a);
}

static void
expand(void)
{
	struct arena a = { .what = "expansions" };

	for (size_t i = 0; i < countof(expansions); i++) {
		struct err e;
		str got;
		if (!opt_expand(&a, expansions[i].text, &got, &e))
			got = str_fmt(&a, "! %s", e.msg);
		check_text(got, str_of(expansions[i].want), expansions[i].text.p);
	}
	arena_drop(&a);
}

/* many parts make no number too large to count */
static void
long_duration(void)
{
	struct arena a = { .what = "durations" };
	struct buf b = { .a = &a, .what = "duration" };
	struct settings s;
	struct err e;

	for (int i = 0; i < 10000; i++)
		buf_put(&b, STR("999999999h"));
	check(!opt_text(opt_find(options, STR("interval")), &s, &a, buf_str(&b), &e));
	arena_drop(&a);
}

/* a flag that is given twice adds to its list */
static void
lists_grow(void)
{
	struct arena a = { .what = "lists" };
	const struct option *o = opt_find(options, STR("list"));
	struct settings s = { 0 };
	struct err e;

	check(opt_text(o, &s, &a, STR("a,b"), &e) && opt_text(o, &s, &a, STR("c"), &e));
	check_text(told(&a, o, &s), STR("[a][b][c]"), "twice");
	arena_drop(&a);
}

static void
names(void)
{
	check(opt_find(options, STR("check_cmd")) == &rows[1]);
	check(opt_find(options, STR("check-cmd")) == &rows[1]);
	check(opt_find(options, STR("Check-CMD")) == &rows[1]);
	check(opt_find(options, STR("names")) == &rows[2]);
	check(!opt_find(options, STR("checkcmd")));
	check(!opt_find(options, STR("check cmd")));
	check(!opt_find(options, STR("lis")));
	check(!opt_find(options, STR("lists")));
	check(!opt_find(options, STR("")));
}

static void
hints(void)
{
	struct arena a = { .what = "hints" };

	check_text(opt_hint(options, &a, STR("intervall")),
	    STR(" (did you mean interval?)"), "one letter more");
	check_text(opt_hint(options, &a, STR("Chekc_cmd")),
	    STR(" (did you mean check_cmd?)"), "two swapped");
	check_text(opt_hint(options, &a, STR("tls-certificate")), STR(""), "nothing near");
	arena_drop(&a);
}

int
main(void)
{
	setenv("SET", "value", 1);
	setenv("EMPTY", "", 1);
	setenv("LIST", "x,y", 1);
	setenv("SECS", "7", 1);
	setenv("DOLLAR", "${SET}", 1);
	unsetenv("UNSET");
	from_text();
	from_toml();
	expand();
	long_duration();
	lists_grow();
	names();
	hints();
	return check_end("opt");
}
