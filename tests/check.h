/* SPDX-License-Identifier: MIT
 * check.h - what a unit test needs: count, compare, report
 *
 * A test program calls check functions and ends with: return check_end("name"); */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

static unsigned check_passed, check_failed;

static inline bool
check_at(bool ok, const char *file, int line, const char *what)
{
	if (ok) {
		check_passed++;
	} else {
		check_failed++;
		printf("not ok %s:%d: %s\n", file, line, what);
	}
	return ok;
}
#define check(cond) check_at((cond), __FILE__, __LINE__, #cond)

static inline bool
check_text_at(str got, str want, const char *file, int line, const char *name)
{
	bool ok = got.n == want.n && (!got.n || !memcmp(got.p, want.p, got.n));

	check_at(ok, file, line, name);
	if (!ok)
		printf("--- got (%zu bytes)\n%.*s\n--- want (%zu bytes)\n%.*s\n---\n",
		    got.n, ARG(got), want.n, ARG(want));
	return ok;
}
/* name: which case, for the report */
#define check_text(got, want, name) \
	check_text_at((got), (want), __FILE__, __LINE__, (name))

static inline int
check_end(const char *name)
{
	printf("%s: %u passed, %u failed\n", name, check_passed, check_failed);
	return check_failed != 0;
}

#endif
