/* SPDX-License-Identifier: MIT
 * tmpl.c - tests of tmpl.c and the wing tmpl/
 *
 * tests/tmpl/NAME.txt holds cases; what real Go makes of them was written there by
 * tests/oracle. A case is its name, keys of the store with their values, the template,
 * and its output or "error: " and the message:
 *
 *	=== getv
 *	/name web
 *	---
 *	server {{getv "/name"}}
 *	---
 *	server web
 *
 * <XX>, two upper-case hexadecimal digits, is that byte; the last line end is in no
 * text. Keys before the first case are in the store for all of them. The template is
 * called "t", and its dot is nil.
 *
 * Every case also runs on each head of its template, in a heap block that ends where it
 * ends, and under smaller caps of both arenas. */
#include "../../tmpl.c"

#include <glob.h>
#include <locale.h>

#include "base/str.h"
#include "tests/unit/golden.h"
#include "tmpl/impl.h"

enum {
	CAPS = 24,          /* caps that are tried, for each arena of each case */
	OUTPUT_MAX = 1 << 20,
};

struct rig {
	struct arena keys, compile, render;
	struct kv kv;
	struct kv_view view;
	struct err e;
};

static void
rig_init(struct rig *r)
{
	static const str root = { "/", 1 };
	struct span *spans;

	*r = (struct rig){
		.keys = { .what = "keys" },
		.compile = { .what = "compile" },
		.render = { .what = "render" },
	};
	kv_init(&r->kv, &r->keys);
	r->view.nspans = kv_spans(&r->keys, &root, 1, &spans);
	r->view.spans = spans;
	r->view.kv = &r->kv;
}

static void
rig_drop(struct rig *r)
{
	kv_drop(&r->kv);
	arena_drop(&r->compile);
	arena_drop(&r->render);
}

/* lines "/key value" */
static void
rig_keys(struct rig *r, str lines)
{
	while (lines.n) {
		str line, key, val;
		str_cut(lines, '\n', &line, &lines);
		if (!str_starts(line, STR("/")))
			continue;
		str_cut(line, ' ', &key, &val);
		kv_put(&r->kv, key, golden_bytes(&r->keys, val));
	}
}

static str
rig_error(struct rig *r)
{
	return str_fmt(&r->keys, "error: %s", r->e.msg);
}

/* the output of text, or the error; both arenas are left as they are then */
static str
rig_run(struct rig *r, str text)
{
	struct tmpl *t;
	str out;

	r->e = (struct err){ 0 };
	if (!tmpl_compile(&r->compile, STR("t"), text, &t, &r->e))
		return rig_error(r);
	if (!tmpl_render(t, &r->view, NULL, &r->render, OUTPUT_MAX, &out, &r->e))
		return rig_error(r);
	return out;
}

static void
rig_empty(struct rig *r)
{
	arena_empty(&r->compile);
	arena_empty(&r->render);
}

static void
heads(struct rig *r, str text, const char *name)
{
	bool sound = true;

	for (size_t n = 0; n <= text.n; n++) {
		char *p = malloc(n ? n : 1);
		if (n)
			memcpy(p, text.p, n);
		rig_run(r, (str){ p, n });
		sound &= r->e.kind == ERR_NONE || r->e.kind == ERR_INPUT
		    || r->e.kind == ERR_LIMIT;
		sound &= !r->compile.fail && !r->render.fail;
		free(p);
		rig_empty(r);
	}
	check_at(sound, name, 0, "every head is rendered or refused");
}

/* up to what a took: the right answer, or that it is full */
static void
caps(struct rig *r, struct arena *a, str text, str want, const char *name)
{
	size_t used = a->used, step = used / CAPS / 16 * 16 + 16;
	bool sound = true;

	for (a->cap = 8; a->cap <= used; a->cap += step) {
		str got;
		rig_empty(r);
		got = rig_run(r, text);
		sound &= r->e.kind == ERR_LIMIT || str_eq(got, want);
	}
	a->cap = 0;
	check_at(sound, name, 0, "a full arena is said so");
}

static void
run_case(const char *name, str shared, str keys, str text, str want)
{
	struct rig r;

	rig_init(&r);
	rig_keys(&r, shared);
	rig_keys(&r, keys);
	check_text(rig_run(&r, text), want, name);
	caps(&r, &r.render, text, want, name);
	rig_empty(&r);
	rig_run(&r, text);
	caps(&r, &r.compile, text, want, name);
	rig_empty(&r);
	heads(&r, text, name);
	rig_drop(&r);
}

static void
run_file(const char *path)
{
	struct arena a = { .what = "cases" };
	str file = golden_file(&a, path), shared = golden_cut(&file, STR("\n=== "));

	while (file.n) {
		str one = golden_cut(&file, STR("\n=== "));
		str title = golden_cut(&one, STR("\n"));
		str keys = golden_cut(&one, STR("---\n"));
		str text = golden_cut(&one, STR("\n---\n"));
		while (one.n && one.p[one.n - 1] == '\n')
			one.n--;
		run_case(str_fmt(&a, "%s: %.*s%c", path, ARG(title), 0).p, shared, keys,
		    golden_bytes(&a, text), golden_bytes(&a, one));
	}
	arena_drop(&a);
}

static void
goldens(const char *dir)
{
	char pattern[256];
	glob_t g;

	snprintf(pattern, sizeof pattern, "%s/*.txt", dir);
	check(!glob(pattern, 0, NULL, &g));
	for (size_t i = 0; i < g.gl_pathc; i++)
		run_file(g.gl_pathv[i]);
	globfree(&g);
}

static void
tables_are_sorted(void)
{
	const struct funcs *const all[] = { &go_funcs, &kv_funcs, &lib_funcs, &sys_funcs };

	for (size_t t = 0; t < countof(all); t++)
		for (size_t i = 1; i < all[t]->n; i++)
			check_at(strcmp(all[t]->at[i - 1].name, all[t]->at[i].name) < 0,
			    all[t]->at[i].name, 0, "stands in order");
}

/* what check_cmd and reload_cmd are given; there is no store then */
static void
commands(void)
{
	const struct member at[] = {
		{ STR("dest"), { .kind = VAL_STR, .s = { "/etc/x", 6 } } },
		{ STR("src"), { .kind = VAL_STR, .s = { "/etc/.x1", 8 } } },
	};
	struct val dot = { .kind = VAL_MAP, .map = { at, 2 } };
	str text = STR("check -c {{.src}} {{.dest}}{{getvs \"/*\"}}{{ls \"/\"}}{{.x}}");
	struct tmpl *t;
	struct rig r;
	str out;

	rig_init(&r);
	check(tmpl_compile(&r.compile, STR("check_cmd"), text, &t, &r.e));
	check(tmpl_render(t, NULL, &dot, &r.render, 100, &out, &r.e));
	check_text(out, STR("check -c /etc/.x1 /etc/x[][]<no value>"), "check_cmd");
	rig_drop(&r);
}

/* templates that would never end, or fill the machine, meet a limit with a name */
static void
limits(void)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "{{range 100000000}}{{end}}",
		    "error: template: t:1:8: executing \"t\" at <100000000>: exceeded" },
		{ "{{range 1000000}}abcdefgh{{end}}",
		    "error: template: t: template output: over 1048576 bytes" },
		{ "{{range seq 1 9223372036854775807}}{{end}}",
		    "error: template: t:1:8: executing \"t\" at <seq 1 9223372036854775807>: "
		    "error calling seq: render memory: over 16777216 bytes" },
		{ "{{$x := 0}}{{range 1000}}{{$x = map \"a\" $x}}{{end}}{{$x}}",
		    "error: template: t:1:53: executing \"t\" at <$x>: "
		    "value nested more than 500 deep" },
		{ "{{define \"a\"}}{{if 1}}{{if 1}}{{if 1}}{{if 1}}{{template \"a\"}}{{end}}"
		  "{{end}}{{end}}{{end}}{{end}}{{template \"a\"}}",
		    "error: template: t:1:35: executing \"a\" at <1>: exceeded maximum nesting" },
	};
	struct rig r;

	for (size_t i = 0; i < countof(cases); i++) {
		rig_init(&r);
		r.render.cap = 16 << 20;
		str got = rig_run(&r, str_of(cases[i].text));
		str want = str_of(cases[i].want);
		check(r.e.kind == ERR_LIMIT);
		check_text(str_head(got, MIN(got.n, want.n)), want, cases[i].text);
		rig_drop(&r);
	}
}

/* n times begin, then n times end */
static str
nested(struct arena *a, size_t n, const char *begin, const char *end)
{
	struct buf b = { .a = a };

	for (size_t i = 0; i < n; i++)
		buf_put(&b, str_of(begin));
	for (size_t i = 0; i < n; i++)
		buf_put(&b, str_of(end));
	return buf_str(&b);
}

static void
depths(void)
{
	struct rig r;
	str text;

	rig_init(&r);
	text = nested(&r.keys, 400, "{{if 1}}", "x{{end}}");
	check(rig_run(&r, text).n == 400);
	text = nested(&r.keys, 100000, "{{if 1}}", "{{end}}");
	check_text(rig_run(&r, text), STR("error: template: t:1: max action depth exceeded"),
	    "actions");
	text = nested(&r.keys, 100000, "{{((((((((((", "");
	check_text(rig_run(&r, text),
	    STR("error: template: t:1: unexpected \"{\" in parenthesized pipeline"), "brace");
	text = nested(&r.keys, 100000, "(", ")");
	text = str_fmt(&r.keys, "{{print %.*s}}", ARG(text));
	check_text(rig_run(&r, text),
	    STR("error: template: t:1: max expression depth exceeded"), "parentheses");
	rig_drop(&r);
}

/* a node that is too long for a message is cut, and the reason stands behind it */
static void
long_blame(void)
{
	struct rig r;
	str got;

	rig_init(&r);
	got = nested(&r.keys, 300, "x", "");
	got = rig_run(&r, str_fmt(&r.keys, "{{add (len \"%.*s\") \"1\" | add 1}}", ARG(got)));
	check_text(got, STR("error: template: t:1:315: executing \"t\" at <\"1\">: "
	    "expected integer; found \"1\""), "a short node");
	got = nested(&r.keys, 300, "x", "");
	got = rig_run(&r, str_fmt(&r.keys, "{{index \"%.*s\" 301}}", ARG(got)));
	check_text(got, STR("error: template: t:1:2: executing \"t\" at <index ...>: "
	    "error calling index: index out of range: 301"), "a long node");
	rig_drop(&r);
}

int
main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "C.UTF-8"); /* glibc needs it for letters, musl does not */
	setenv("TMPL_SET", "set", 1);
	setenv("TMPL_EMPTY", "", 1);
	tables_are_sorted();
	commands();
	limits();
	depths();
	long_blame();
	goldens(argc > 1 ? argv[1] : "tests/tmpl");
	return check_end("tmpl");
}
