/* SPDX-License-Identifier: MIT
 * path.c - fuzzes base/path.c with a pattern, a line end and a name */
#include "base/path.h"

#include <assert.h>

#include "base/mem.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct arena a = { .what = "fuzz" };
	str pattern, name, clean;
	int hit;

	str_cut((str){ (const char *)data, n }, '\n', &pattern, &name);
	hit = path_match(pattern, name);
	assert(hit >= -1 && hit <= 1);
	assert(hit != 1 || str_starts(name, path_literal(pattern)));
	assert(str_starts(pattern, path_literal(pattern)));

	clean = path_clean(&a, name);
	assert(clean.n && str_eq(clean, path_clean(&a, clean)));
	assert(str_find(clean, STR("//")) == clean.n);
	assert(clean.n == 1 || clean.p[clean.n - 1] != '/');
	assert(str_eq(path_join(&a, path_dir(&a, clean), path_base(clean)), clean)
	    || str_eq(path_base(clean), STR("..")) || str_eq(clean, STR(".")));
	arena_empty(&a);
	return 0;
}
