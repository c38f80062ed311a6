/* SPDX-License-Identifier: MIT
 * mem.c - arenas: memory by lifetime */
#include "base/mem.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BLOCK_MIN = 64 << 10, /* bytes of the first block; untouched pages cost nothing */
	BLOCK_MAX = 8 << 20,  /* bytes; blocks stop doubling here */
};

struct block {
	struct block *older;
	size_t n, cap; /* bytes of data used, there */
	alignas(max_align_t) char data[];
};

/* how many bytes from n to the next place that suits any object */
static size_t
padding(size_t n)
{
	return -n & (alignof(max_align_t) - 1);
}

static struct block *
block_for(struct arena *a, size_t n)
{
	size_t cap = a->last ? MIN(a->last->cap * 2, (size_t)BLOCK_MAX) : BLOCK_MIN;
	struct block *b;

	cap = MAX(cap, n);
	if (cap > SIZE_MAX - sizeof *b || !(b = malloc(sizeof *b + cap)))
		return NULL;
	b->older = a->last;
	b->n = 0;
	b->cap = cap;
	a->last = b;
	return b;
}

/* n bytes, behind what is there */
static void *
take(struct arena *a, size_t n, bool aligned)
{
	struct block *b = a->last;
	size_t pad = b && aligned ? padding(b->n) : 0;
	void *p;

	if (a->cap && n + pad > a->cap - MIN(a->cap, a->used))
		return NULL;
	if (!b || n + pad > b->cap - b->n) {
		pad = 0;
		if (!(b = block_for(a, n)))
			return NULL;
	}
	p = b->data + b->n + pad;
	b->n += n + pad;
	a->used += n + pad;
	return p;
}

void *
arena_try(struct arena *a, size_t n, size_t size)
{
	void *p;

	if (size && n > SIZE_MAX / 2 / size)
		return NULL;
	p = take(a, n * size, size > 1);
	return p ? memset(p, 0, n * size) : NULL;
}

/* does p end where the next bytes of the arena would begin, and are they to be had? */
static bool
extends(struct arena *a, const char *p, size_t n, size_t more)
{
	struct block *b = a->last;

	return p && p + n == b->data + b->n && more <= b->cap - b->n
	    && take(a, more, false);
}

void *
arena_try_grow(struct arena *a, void *p, size_t n, size_t to)
{
	char *q = p;

	if (to > SIZE_MAX / 2)
		return NULL;
	if (!extends(a, q, n, to - n)) {
		if (!(q = take(a, to, true)))
			return NULL;
		if (n)
			memcpy(q, p, n);
	}
	memset(q + n, 0, to - n);
	return q;
}

static _Noreturn void
exhausted(const struct arena *a, size_t n)
{
	if (!a->fail) {
		fprintf(stderr, "uconfd: out of memory: %s: %zu bytes more\n", a->what, n);
		exit(1);
	}
	if (a->cap && n + alignof(max_align_t) > a->cap - MIN(a->cap, a->used))
		fail_throw(a->fail, ERR_LIMIT, "%s memory: over %zu bytes", a->what, a->cap);
	fail_throw(a->fail, ERR_SYS, "%s memory: the machine has no %zu bytes more",
	    a->what, n);
}

void *
arena_alloc(struct arena *a, size_t n, size_t size)
{
	void *p = arena_try(a, n, size);

	if (!p)
		exhausted(a, n * size);
	return p;
}

void *
arena_grow(struct arena *a, void *p, size_t n, size_t to)
{
	void *q = arena_try_grow(a, p, n, to);

	if (!q)
		exhausted(a, to);
	return q;
}

void
arena_empty(struct arena *a)
{
	struct block *b = a->last, *older;

	for (; b && b->older; b = older) {
		older = b->older;
		free(b);
	}
	if (b && b->cap > BLOCK_MIN) {
		free(b);
		b = NULL;
	}
	if (b)
		b->n = 0;
	a->last = b;
	a->used = 0;
}

void
arena_drop(struct arena *a)
{
	arena_empty(a);
	free(a->last);
	a->last = NULL;
}
