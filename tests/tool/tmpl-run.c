/* SPDX-License-Identifier: MIT
 * tmpl-run.c - renders templates by request, for tests/oracle to time and to compare
 *
 * A request is a line "RUNS KEYS TEXT", that many bytes of keys, each "key\0value\0",
 * and of the template, which is compiled once and rendered RUNS times. The answer is a
 * line "NANOSECONDS BYTES", for all renderings, and the output of the last, or
 * "error: " and the message. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/kv.h"
#include "base/mem.h"
#include "base/str.h"
#include "tmpl.h"

enum {
	OUTPUT_MAX = 64 << 20,  /* bytes */
	RENDER_MAX = 512 << 20, /* bytes: of output, and of what was computed for it */
};

struct rig {
	struct arena request, keys, compile, render;
	struct kv kv;
	struct kv_view view;
	long long ns;
};

static long long
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static str
bytes(struct arena *a, size_t n)
{
	char *p = arena_alloc(a, n, 1);

	if (fread(p, 1, n, stdin) != n)
		exit(1);
	return (str){ p, n };
}

static void
fill(struct rig *r, str keys)
{
	static const str root = { "/", 1 };
	struct span *spans;
	str key, val;

	kv_init(&r->kv, &r->keys);
	r->view.nspans = kv_spans(&r->keys, &root, 1, &spans);
	r->view.spans = spans;
	r->view.kv = &r->kv;
	while (str_cut(keys, 0, &key, &keys) && str_cut(keys, 0, &val, &keys))
		kv_put(&r->kv, key, val);
}

static str
run(struct rig *r, size_t runs, str text)
{
	struct tmpl *t;
	struct err e;
	str out;
	bool ok = tmpl_compile(&r->compile, STR("t"), text, &t, &e);

	r->ns = now();
	for (size_t i = 0; ok && i < runs; i++) {
		arena_empty(&r->render);
		ok = tmpl_render(t, &r->view, NULL, &r->render, OUTPUT_MAX, &out, &e);
	}
	r->ns = now() - r->ns;
	return ok ? out : str_fmt(&r->request, "error: %s", e.msg);
}

int
main(void)
{
	struct rig r = {
		.request = { .what = "request" },
		.keys = { .what = "keys" },
		.compile = { .what = "compile" },
		.render = { .what = "render", .cap = RENDER_MAX },
	};
	size_t runs, keys, text;
	str out;

	setlocale(LC_CTYPE, "C.UTF-8"); /* glibc needs it for letters, musl does not */
	while (scanf("%zu %zu %zu", &runs, &keys, &text) == 3 && getchar() == '\n') {
		fill(&r, bytes(&r.request, keys));
		out = run(&r, runs, bytes(&r.request, text));
		printf("%lld %zu\n", r.ns, out.n);
		if (out.n)
			fwrite(out.p, 1, out.n, stdout);
		fflush(stdout);
		arena_empty(&r.request);
		arena_empty(&r.compile);
		arena_empty(&r.render);
	}
	kv_drop(&r.kv);
	arena_drop(&r.request);
	arena_drop(&r.compile);
	arena_drop(&r.render);
	return 0;
}
