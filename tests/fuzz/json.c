/* SPDX-License-Identifier: MIT
 * json.c - fuzzes base/json.c: what is read, written and read again stays the same */
#include <assert.h>

#include "tests/unit/golden.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct arena a = { .what = "fuzz" }, once = { .what = "once" },
	    twice = { .what = "twice" };
	struct err e;
	str got, again;

	a.cap = n ? data[0] * 64 : 0;
	got = golden_read(json_parse, &a, (str){ (const char *)data, n }, &once, &e);
	if (e.kind == ERR_NONE) {
		arena_empty(&a);
		a.cap = 0;
		again = golden_read(json_parse, &a, got, &twice, &e);
		assert(str_eq(got, again));
	}
	arena_empty(&a);
	arena_empty(&once);
	arena_empty(&twice);
	return 0;
}
