/* SPDX-License-Identifier: MIT
 * kv.h - the store as a sorted array; ranges are slices of it
 *
 * A kv holds every key that any resource asked for, as of one revision. A view is what
 * one resource sees of it: the keys it names, without its prefix. */
#ifndef KV_H
#define KV_H

#include "base/mem.h"

struct pair { str key, val; };

struct kv {
	struct arena *a;  /* keys and values; throws through its fail */
	struct arena index;
	struct pair *at;  /* in index: sorted by key, each key once */
	size_t n, cap;
	size_t live;      /* bytes of the keys and values in force */
};

/* an empty one, where there was one or all is zero; empties the arena */
void kv_init(struct kv *, struct arena *);
/* gives back all of its memory */
void kv_drop(struct kv *);
/* puts a copy of the pair; in key order it costs nothing to find the place */
void kv_put(struct kv *, str key, str val);
void kv_del(struct kv *, str key);
/* deletes dir itself and all below it */
void kv_del_tree(struct kv *, str dir);
/* makes `to` a copy whose memory is as small as it can be; a door: false when its arena
 * is at its cap */
bool kv_copy(struct kv *to, const struct kv *from, struct err *);
/* true when dead bytes outweigh the live ones, and enough of them: time for kv_copy */
bool kv_wasteful(const struct kv *);

/* what a watch saw change */
enum change_kind { CHANGE_PUT, CHANGE_DEL, CHANGE_DEL_TREE };
struct change {
	enum change_kind kind;
	str key, val;
};
struct kv_delta {
	struct change *at;
	size_t n, cap;
};
void kv_delta_add(struct arena *, struct kv_delta *, struct change);
/* a door: false and the reason when the arena of kv is at its cap */
bool kv_apply(struct kv *, const struct kv_delta *, struct err *);

/* keys from lo up to but not including hi */
struct span { str lo, hi; };
/* the sorted, disjoint spans of full paths: each path itself and all below it */
size_t kv_spans(struct arena *, const str *paths, size_t n, struct span **);
/* the smallest span that holds all of them; n is not 0 */
struct span kv_cover(struct arena *, const str *paths, size_t n);
/* the least key above this one */
str kv_after(struct arena *, str key);
bool kv_covers(const struct span *, size_t n, str key);
bool kv_touches(const struct span *, size_t n, const struct change *);

struct kv_view {
	const struct kv *kv;
	str prefix;               /* cleaned, "" for the root; taken off every key */
	const struct span *spans; /* of full paths; what the resource may see */
	size_t nspans;
};
/* the value at key; false when there is none */
bool kv_get(const struct kv_view *, str key, str *val);

/* walks the pairs whose key begins with `begin`, in key order; costs O(log n) and
 * what it yields. Keys and values are borrowed from the snapshot. */
struct kv_iter {
	const struct kv_view *view;
	str begin;
	size_t span;               /* the next span */
	const struct pair *at, *end;
};
struct kv_iter kv_begin(const struct kv_view *, str begin);
bool kv_next(struct kv_iter *, struct pair *);

#endif
