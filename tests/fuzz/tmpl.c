/* SPDX-License-Identifier: MIT
 * tmpl.c - fuzzes templates: a template, and behind a NUL lines "/key value" of a store */
#include "../../tmpl.c"

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct arena keys = { .what = "keys" };
	static struct arena compile = { .what = "compile", .cap = 1 << 20 };
	static struct arena render = { .what = "render", .cap = 1 << 20 };
	const str root = STR("/");
	struct kv kv = { 0 };
	struct span *spans;
	struct kv_view view = { .kv = &kv };
	struct tmpl *t;
	struct err e;
	str text, lines, line, key, val, out;

	kv_init(&kv, &keys);
	view.nspans = kv_spans(&keys, &root, 1, &spans);
	view.spans = spans;
	str_cut((str){ (const char *)data, n }, 0, &text, &lines);
	while (str_cut(lines, '\n', &line, &lines)) {
		str_cut(line, ' ', &key, &val);
		kv_put(&kv, key, val);
	}
	if (tmpl_compile(&compile, STR("t"), text, &t, &e))
		tmpl_render(t, &view, NULL, &render, 1 << 16, &out, &e);
	kv_drop(&kv);
	arena_empty(&compile);
	arena_empty(&render);
	return 0;
}
