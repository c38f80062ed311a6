/* SPDX-License-Identifier: MIT
 * toml.c - fuzzes base/toml.c: a small arena gives the same answer, or none */
#include "base/toml.h"

#include <assert.h>

#include "tests/unit/golden.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static bool
parse(struct arena *a, str text, struct val *v, struct err *e)
{
	return toml_parse(a, STR("fuzz"), text, v, e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct arena a = { .what = "fuzz" }, out = { .what = "out" };
	str text = { (const char *)data, n }, all, small;
	struct err e;

	a.cap = 0;
	all = golden_read(parse, &a, text, &out, &e);
	assert(e.kind != ERR_NONE || utf8_valid(all));
	a.cap = a.used / 2 + 1;
	arena_empty(&a);
	small = golden_read(parse, &a, text, &out, &e);
	assert(e.kind == ERR_LIMIT || str_eq(all, small));
	arena_empty(&a);
	arena_empty(&out);
	return 0;
}
