/* SPDX-License-Identifier: MIT
 * mem.c - tests of base/mem.c and the errors that base/err.c makes of its limits */
#include "../../base/mem.c"

#include <errno.h>

#include "base/str.h"
#include "tests/check.h"

static bool
zeroed(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static bool
aligned(const void *p)
{
	return (uintptr_t)p % alignof(max_align_t) == 0;
}

/* fresh memory is zero, whatever was written there before */
static void
fresh(void)
{
	struct arena a = { .what = "fresh" };
	bool zero = true, fit = true;

	for (int round = 0; round < 3; round++) {
		for (size_t n = 1; n < 3000; n += 7) {
			char *bytes = arena_alloc(&a, n, 1);
			long double *wide = NEWS(&a, n % 9 + 1, long double);
			zero &= zeroed(bytes, n) && zeroed((char *)wide, (n % 9 + 1) * sizeof *wide);
			fit &= aligned(wide);
			memset(bytes, 0x55, n);
			memset(wide, 0x55, (n % 9 + 1) * sizeof *wide);
		}
		arena_empty(&a);
	}
	check(zero);
	check(fit);
	arena_drop(&a);
}

/* what was handed out stays apart and stays as it was written */
static void
apart(void)
{
	struct arena a = { .what = "apart" };
	char *at[500];
	bool same = true;

	for (size_t i = 0; i < countof(at); i++) {
		at[i] = arena_alloc(&a, i + 1, i % 3 ? 1 : 8);
		memset(at[i], (int)(i % 251), i + 1);
	}
	for (size_t i = 0; i < countof(at); i++)
		for (size_t j = 0; j <= i; j++)
			same &= at[i][j] == (char)(i % 251);
	check(same);
	check(aligned(NEW(&a, long double)));
	arena_drop(&a);
}

static void
packed(void)
{
	struct arena a = { .what = "packed" };
	char *p = arena_alloc(&a, 3, 1), *q = arena_alloc(&a, 5, 1);

	check(q == p + 3 && a.used == 8);
	check(arena_alloc(&a, 0, 1) != NULL && NEWS(&a, 0, struct err) != NULL);
	check(a.used <= 16);
	arena_drop(&a);
}

static void
grow(void)
{
	struct arena a = { .what = "grow" };
	char *p = arena_grow(&a, NULL, 0, 10), *q;

	check(aligned(p) && zeroed(p, 10));
	memcpy(p, "0123456789", 10);
	q = arena_grow(&a, p, 10, 1000);
	check(q == p && !memcmp(q, "0123456789", 10) && zeroed(q + 10, 990));
	memset(q + 10, 'x', 990);
	arena_alloc(&a, 1, 1);
	p = arena_grow(&a, q, 1000, 1001);
	check(p != q && !memcmp(p, q, 1000) && !p[1000] && aligned(p));
	q = arena_grow(&a, p, 1001, 1 << 20);
	check(!memcmp(q, p, 1001) && zeroed(q + 1001, (1 << 20) - 1001));
	check(arena_grow(&a, q, 1 << 20, 1 << 20) == q);
	arena_drop(&a);
}

/* emptying keeps the first block only, so an idle arena is small again */
static void
emptied(void)
{
	struct arena a = { .what = "emptied" };
	char *first = arena_alloc(&a, 16, 1);

	arena_alloc(&a, 3 << 20, 1);
	arena_alloc(&a, 16 << 20, 1);
	arena_empty(&a);
	check(a.used == 0 && a.last && !a.last->older);
	check(arena_alloc(&a, 16, 1) == first);
	arena_drop(&a);
	check(!a.last && !a.used);
	check(arena_alloc(&a, 16, 1) != NULL);
	arena_drop(&a);
	arena_drop(&a);
}

static void
caps(void)
{
	struct arena a = { .what = "caps", .cap = 1000 };
	char *p = arena_try(&a, 600, 1);

	check(p && !arena_try(&a, 401, 1) && arena_try(&a, 400, 1));
	check(a.used == 1000 && !arena_try(&a, 1, 1));
	arena_empty(&a);
	p = arena_try_grow(&a, NULL, 0, 500);
	check(p && arena_try_grow(&a, p, 500, 1000) == p);
	check(!arena_try_grow(&a, p, 1000, 1001) && a.used == 1000);
	arena_drop(&a);
}

static void
impossible(void)
{
	struct arena a = { .what = "impossible" };

	check(!arena_try(&a, SIZE_MAX, 1) && !arena_try(&a, SIZE_MAX / 8 + 2, 8));
	check(!arena_try(&a, 2, SIZE_MAX));
	check(!arena_try_grow(&a, NULL, 0, SIZE_MAX) && a.used == 0);
	arena_drop(&a);
}

/* a full arena lands at its door, with the limit's name */
static void
thrown(void)
{
	struct err e = { 0 };
	struct fail f = { .err = &e };
	struct arena a = { .what = "render", .cap = 100, .fail = &f };

	if (!setjmp(f.env)) {
		arena_alloc(&a, 101, 1);
		check(false);
	}
	check(e.kind == ERR_LIMIT);
	check_text(str_of(e.msg), STR("render memory: over 100 bytes"), "alloc");
	e = (struct err){ 0 };
	if (!setjmp(f.env)) {
		arena_grow(&a, NULL, 0, 101);
		check(false);
	}
	check(e.kind == ERR_LIMIT);
	arena_drop(&a);
}

static void
messages(void)
{
	struct err e;
	char longest[2000];

	errno = ENOENT;
	check(!err_set(&e, ERR_SYS, "open %s:", "/x") && e.kind == ERR_SYS);
	check(!strcmp(e.msg, "open /x: No such file or directory"));
	check(!err_wrap(&e, "res %s", "y") && e.kind == ERR_SYS);
	check(!strcmp(e.msg, "res y: open /x: No such file or directory"));
	err_set(&e, ERR_INPUT, "%s", "no colon");
	check(!strcmp(e.msg, "no colon") && e.kind == ERR_INPUT);
	memset(longest, 'x', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	err_set(&e, ERR_INPUT, "%s:", longest);
	check(strlen(e.msg) == sizeof e.msg - 1);
	err_wrap(&e, "%s", longest);
	check(strlen(e.msg) == sizeof e.msg - 1);
}

int
main(void)
{
	fresh();
	apart();
	packed();
	grow();
	emptied();
	caps();
	impossible();
	thrown();
	messages();
	return check_end("mem");
}
