/* SPDX-License-Identifier: MIT
 * kv.c - the store as a sorted array; ranges are slices of it */
#include "base/kv.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"

enum {
	INDEX_MIN = 64,       /* pairs an index starts with */
	WASTE_MIN = 64 << 10, /* dead bytes below which copying is not worth it */
};

void
kv_init(struct kv *kv, struct arena *a)
{
	arena_drop(&kv->index);
	arena_empty(a);
	*kv = (struct kv){ .a = a };
}

void
kv_drop(struct kv *kv)
{
	kv_init(kv, kv->a);
	arena_drop(kv->a);
}

/* an index for cap pairs, in an arena of its own so that the old one is given back */
static void
resize(struct kv *kv, size_t cap)
{
	struct arena index = { .what = kv->a->what, .cap = kv->a->cap, .fail = kv->a->fail };
	struct pair *at = NEWS(&index, cap, struct pair);

	if (kv->n)
		memcpy(at, kv->at, kv->n * sizeof *at);
	arena_drop(&kv->index);
	kv->index = index;
	kv->at = at;
	kv->cap = cap;
}

/* compares a stored key with the key head+tail, without joining the two */
static int
compare(str stored, str head, str tail)
{
	size_t n = MIN(stored.n, head.n);
	int c = str_cmp(str_head(stored, n), str_head(head, n));

	if (c || stored.n < head.n)
		return c ? c : -1;
	return str_cmp(str_from(stored, head.n), tail);
}

/* the index of the first key that is not below head+tail */
static size_t
lower_bound(const struct kv *kv, str head, str tail)
{
	size_t lo = 0, hi = kv->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (compare(kv->at[mid].key, head, tail) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static size_t
place(const struct kv *kv, str key, bool *found)
{
	size_t i = kv->n;

	if (kv->n && str_cmp(kv->at[kv->n - 1].key, key) >= 0)
		i = lower_bound(kv, key, (str){ 0 });
	*found = i < kv->n && str_eq(kv->at[i].key, key);
	return i;
}

static void
replace(struct kv *kv, struct pair *p, str val)
{
	size_t old = p->val.n;

	if (val.n && val.n <= old) {
		/* nobody borrows from a snapshot while it changes */
		memcpy((char *)p->val.p, val.p, val.n);
		p->val.n = val.n;
	} else {
		p->val = str_dup(kv->a, val);
	}
	kv->live = kv->live - old + val.n;
}

void
kv_put(struct kv *kv, str key, str val)
{
	bool found;
	size_t i = place(kv, key, &found);
	struct pair p;

	if (found) {
		replace(kv, &kv->at[i], val);
		return;
	}
	p = (struct pair){ str_dup(kv->a, key), str_dup(kv->a, val) };
	if (kv->n == kv->cap)
		resize(kv, kv->cap + kv->cap / 2 + INDEX_MIN);
	memmove(kv->at + i + 1, kv->at + i, (kv->n - i) * sizeof p);
	kv->at[i] = p;
	kv->n++;
	kv->live += key.n + val.n;
}

static void
cut(struct kv *kv, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		kv->live -= kv->at[i].key.n + kv->at[i].val.n;
	memmove(kv->at + from, kv->at + to, (kv->n - to) * sizeof *kv->at);
	kv->n -= to - from;
}

void
kv_del(struct kv *kv, str key)
{
	bool found;
	size_t i = place(kv, key, &found);

	if (found)
		cut(kv, i, i + 1);
}

/* the part of a path that a '/' follows in the keys under it */
static str
root_empty(str path)
{
	return str_eq(path, STR("/")) ? (str){ 0 } : path;
}

void
kv_del_tree(struct kv *kv, str dir)
{
	size_t from, to;

	kv_del(kv, dir);
	dir = root_empty(dir);
	from = lower_bound(kv, dir, STR("/"));
	to = lower_bound(kv, dir, STR("0"));
	if (from < to)
		cut(kv, from, to);
}

bool
kv_copy(struct kv *to, const struct kv *from, struct err *e)
{
	struct fail f = { .err = e };

	kv_init(to, to->a);
	if (setjmp(f.env)) {
		to->a->fail = NULL;
		return false;
	}
	to->a->fail = &f;
	resize(to, from->n);
	for (size_t i = 0; i < from->n; i++)
		kv_put(to, from->at[i].key, from->at[i].val);
	to->a->fail = NULL;
	return true;
}

bool
kv_wasteful(const struct kv *kv)
{
	return kv->a->used > 2 * kv->live + WASTE_MIN;
}

void
kv_delta_add(struct arena *a, struct kv_delta *d, struct change c)
{
	if (d->n == d->cap) {
		size_t cap = d->cap ? d->cap * 2 : 8;
		d->at = arena_grow(a, d->at, d->n * sizeof c, cap * sizeof c);
		d->cap = cap;
	}
	d->at[d->n++] = c;
}

static void
apply(struct kv *kv, const struct change *c)
{
	switch (c->kind) {
	case CHANGE_PUT:
		kv_put(kv, c->key, c->val);
		break;
	case CHANGE_DEL:
		kv_del(kv, c->key);
		break;
	case CHANGE_DEL_TREE:
		kv_del_tree(kv, c->key);
		break;
	}
}

bool
kv_apply(struct kv *kv, const struct kv_delta *d, struct err *e)
{
	struct fail f = { .err = e };
	struct arena *a = kv->a;

	if (setjmp(f.env)) {
		a->fail = NULL;
		return false;
	}
	a->fail = &f;
	for (size_t i = 0; i < d->n; i++)
		apply(kv, &d->at[i]);
	a->fail = NULL;
	return true;
}

static int
by_lo(const void *x, const void *y)
{
	return str_cmp(((const struct span *)x)->lo, ((const struct span *)y)->lo);
}

/* joins neighbours that touch or overlap */
static size_t
merge(struct span *s, size_t n)
{
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		if (used && str_cmp(s[i].lo, s[used - 1].hi) <= 0) {
			if (str_cmp(s[i].hi, s[used - 1].hi) > 0)
				s[used - 1].hi = s[i].hi;
		} else {
			s[used++] = s[i];
		}
	}
	return used;
}

/* s and one byte more */
static str
with(struct arena *a, str s, char c)
{
	char *p = arena_alloc(a, s.n + 1, 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = c;
	return (str){ p, s.n + 1 };
}

struct span
kv_cover(struct arena *a, const str *paths, size_t n)
{
	struct span s = { paths[0], { 0 } };

	for (size_t i = 0; i < n; i++) {
		str hi = with(a, root_empty(paths[i]), '0'); /* '0' follows '/' */
		if (str_cmp(paths[i], s.lo) < 0)
			s.lo = paths[i];
		if (str_cmp(hi, s.hi) > 0)
			s.hi = hi;
	}
	return s;
}

str
kv_after(struct arena *a, str key)
{
	return with(a, key, 0);
}

size_t
kv_spans(struct arena *a, const str *paths, size_t n, struct span **out)
{
	struct span *s = NEWS(a, 2 * n, struct span);

	for (size_t i = 0; i < n; i++) {
		str path = root_empty(paths[i]);
		s[2 * i] = (struct span){ path, kv_after(a, path) };
		s[2 * i + 1] = (struct span){ with(a, path, '/'), with(a, path, '0') };
	}
	if (n)
		qsort(s, 2 * n, sizeof *s, by_lo);
	*out = s;
	return merge(s, 2 * n);
}

bool
kv_covers(const struct span *s, size_t n, str key)
{
	size_t lo = 0, hi = n;

	while (lo < hi) { /* the first span that begins above key */
		size_t mid = lo + (hi - lo) / 2;
		if (str_cmp(s[mid].lo, key) <= 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && str_cmp(key, s[lo - 1].hi) < 0;
}

/* is key, or what may lie below it, a neighbour of the span's lower end? */
static bool
below(str dir, str key)
{
	return str_eq(dir, STR("/"))
	    || (str_starts(key, dir) && (key.n == dir.n || key.p[dir.n] == '/'));
}

bool
kv_touches(const struct span *s, size_t n, const struct change *c)
{
	if (kv_covers(s, n, c->key))
		return true;
	if (c->kind != CHANGE_DEL_TREE)
		return false;
	for (size_t i = 0; i < n; i++)
		if (below(c->key, s[i].lo))
			return true;
	return false;
}

bool
kv_get(const struct kv_view *v, str key, str *val)
{
	const struct kv *kv = v->kv;
	size_t i;

	if (v->prefix.n && str_eq(key, STR("/"))) /* the key that is the prefix itself */
		key.n = 0;
	i = lower_bound(kv, v->prefix, key);
	if (i == kv->n || compare(kv->at[i].key, v->prefix, key)
	    || !kv_covers(v->spans, v->nspans, kv->at[i].key))
		return false;
	*val = kv->at[i].val;
	return true;
}

struct kv_iter
kv_begin(const struct kv_view *v, str begin)
{
	if (v->prefix.n && str_eq(begin, STR("/")))
		begin.n = 0; /* the prefix itself is shown as "/" */
	return (struct kv_iter){ .view = v, .begin = begin };
}

/* the pairs of the next span, from prefix+begin on; false after the last */
static bool
enter(struct kv_iter *it)
{
	const struct kv_view *v = it->view;
	const struct kv *kv = v->kv;
	const struct span *s;
	size_t from, to, first;

	if (it->span == v->nspans || !kv->n)
		return false;
	s = &v->spans[it->span++];
	first = lower_bound(kv, v->prefix, it->begin);
	from = MAX(first, lower_bound(kv, s->lo, (str){ 0 }));
	to = MAX(from, lower_bound(kv, s->hi, (str){ 0 }));
	it->at = kv->at + from;
	it->end = kv->at + to;
	return true;
}

/* cuts prefix off key; false: the key lies beside it, as "/a-b" lies beside "/a" */
static bool
inside(str *key, str prefix)
{
	if (!str_starts(*key, prefix))
		return false;
	*key = str_from(*key, prefix.n);
	return !prefix.n || !key->n || key->p[0] == '/';
}

bool
kv_next(struct kv_iter *it, struct pair *p)
{
	for (;;) {
		while (it->at == it->end)
			if (!enter(it))
				return false;
		*p = *it->at++;
		if (!inside(&p->key, it->view->prefix))
			continue;
		if (str_starts(p->key, it->begin))
			break;
		it->at = it->end; /* sorted: no more in this span */
	}
	if (!p->key.n)
		p->key = STR("/");
	return true;
}
