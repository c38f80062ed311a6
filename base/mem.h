/* SPDX-License-Identifier: MIT
 * mem.h - arenas: memory by lifetime
 *
 * Nothing is freed by itself: a lifetime ends and its arena is emptied. Blocks are
 * chained and double in size; emptying keeps the first and returns the rest. */
#ifndef MEM_H
#define MEM_H

#include "base/base.h"

struct block;
struct arena {
	const char *what;   /* "render": names the limit in messages */
	size_t cap;         /* bytes handed out at most; 0: no limit */
	size_t used;        /* bytes handed out */
	struct fail *fail;  /* where the cap throws; NULL: the process ends */
	struct block *last; /* the newest block; the others hang behind it */
};

/* n objects of size bytes, zeroed; never NULL. Objects of one byte are packed, others
 * aligned for anything. */
void *arena_alloc(struct arena *, size_t n, size_t size);
/* the same; NULL at the cap or when the machine has no more */
void *arena_try(struct arena *, size_t n, size_t size);
/* the n bytes at p made `to` bytes long, in place when p is the newest allocation;
 * the new bytes are zero. p is NULL or from arena_grow. */
void *arena_grow(struct arena *, void *p, size_t n, size_t to);
/* as arena_grow; NULL at the cap or when the machine has no more */
void *arena_try_grow(struct arena *, void *p, size_t n, size_t to);
void arena_empty(struct arena *);
/* gives back the first block too; the arena may be used again */
void arena_drop(struct arena *);

#define NEW(a, T)     ((T *)arena_alloc((a), 1, sizeof(T)))
#define NEWS(a, n, T) ((T *)arena_alloc((a), (n), sizeof(T)))

#endif
