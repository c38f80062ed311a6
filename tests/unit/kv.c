/* SPDX-License-Identifier: MIT
 * kv.c - tests of base/kv.c beside a model that knows no order */
#include "../../base/kv.c"

#include "base/mem.h"
#include "tests/check.h"

enum { MODEL_MAX = 64, ROUNDS = 200, STEPS = 100 };

/* keys that are neighbours in byte order, but not all in a tree */
static const char *const keys[] = {
	"/", "/a", "/a-b", "/a-b/c", "/a/", "/a/x", "/a/x-1", "/a/x/1", "/a/x/2", "/a0",
	"/ab", "/b", "/b/y", "/b/y/z", "/c", "/a/\xff", "/\xc3\xa9", "/A/x",
};
static const char *const dirs[] = {
	"/", "/a", "/a/x", "/a-b", "/b", "/b/y/z", "/nothing", "/A", "/a0",
};
static const char *const vals[] = { "", "1", "two", "a longer value than those" };

struct model {
	struct pair at[MODEL_MAX];
	size_t n;
};

static unsigned seed = 1;

static unsigned
dice(size_t sides)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % (unsigned)sides;
}

static bool
in_tree(str key, str dir)
{
	if (str_eq(dir, STR("/")))
		return true;
	return str_starts(key, dir) && (key.n == dir.n || key.p[dir.n] == '/');
}

static size_t
model_find(const struct model *m, str key)
{
	size_t i = 0;

	while (i < m->n && !str_eq(m->at[i].key, key))
		i++;
	return i;
}

static void
model_change(struct model *m, const struct change *c)
{
	size_t i = model_find(m, c->key), left = 0;

	if (c->kind == CHANGE_PUT) {
		m->at[i] = (struct pair){ c->key, c->val };
		m->n = MAX(m->n, i + 1);
		return;
	}
	for (i = 0; i < m->n; i++) {
		bool gone = c->kind == CHANGE_DEL ? str_eq(m->at[i].key, c->key)
		                                  : in_tree(m->at[i].key, c->key);
		if (!gone)
			m->at[left++] = m->at[i];
	}
	m->n = left;
}

static struct change
any_change(void)
{
	struct change c = { .kind = dice(4) ? CHANGE_PUT : CHANGE_DEL };

	c.key = str_of(keys[dice(countof(keys))]);
	c.val = str_of(vals[dice(countof(vals))]);
	if (!dice(20)) {
		c.kind = CHANGE_DEL_TREE;
		c.key = str_of(dirs[dice(countof(dirs))]);
	}
	return c;
}

/* sorted, each key once, and the same pairs as in the model */
static bool
agrees(const struct kv *kv, const struct model *m)
{
	size_t live = 0;

	for (size_t i = 0; i < kv->n; i++) {
		size_t j = model_find(m, kv->at[i].key);
		if (i && str_cmp(kv->at[i - 1].key, kv->at[i].key) >= 0)
			return false;
		if (j == m->n || !str_eq(m->at[j].val, kv->at[i].val))
			return false;
		live += kv->at[i].key.n + kv->at[i].val.n;
	}
	return kv->n == m->n && kv->live == live;
}

static void
changes(void)
{
	struct arena a = { .what = "kv" }, b = { .what = "copy" }, d = { .what = "delta" };
	struct kv kv = { 0 }, copy = { .a = &b };
	bool same = true, copied = true;
	struct err e;

	for (int round = 0; round < ROUNDS; round++) {
		struct model m = { .n = 0 };
		struct kv_delta delta = { 0 };
		kv_init(&kv, &a);
		for (int step = 0; step < STEPS; step++) {
			struct change c = any_change();
			kv_delta_add(&d, &delta, c);
			model_change(&m, &c);
			if (dice(8))
				continue;
			same &= kv_apply(&kv, &delta, &e) && agrees(&kv, &m);
			delta.n = 0;
		}
		same &= kv_apply(&kv, &delta, &e) && agrees(&kv, &m);
		copied &= kv_copy(&copy, &kv, &e) && agrees(&copy, &m);
		copied &= copy.cap == copy.n;
		arena_empty(&d);
	}
	check(same);
	check(copied);
	kv_drop(&kv);
	kv_drop(&copy);
	arena_drop(&d);
}

/* some of dirs; none are fine, too */
static size_t
any_paths(str *paths)
{
	size_t n = dice(4);

	for (size_t i = 0; i < n; i++)
		paths[i] = str_of(dirs[dice(countof(dirs))]);
	return n;
}

static bool
seen(const str *paths, size_t n, str key)
{
	for (size_t i = 0; i < n; i++)
		if (in_tree(key, paths[i]))
			return true;
	return false;
}

/* what the view must show of key; false: it is hidden */
static bool
shown(const str *paths, size_t n, str prefix, str key, str *as)
{
	if (!seen(paths, n, key) || !in_tree(key, prefix.n ? prefix : STR("/")))
		return false;
	*as = key.n > prefix.n ? str_from(key, prefix.n) : STR("/");
	return true;
}

static bool
walk_agrees(const struct kv_view *v, const str *paths, size_t n, str begin)
{
	struct kv_iter it = kv_begin(v, begin);
	struct pair p;
	str as;

	for (size_t i = 0; i < v->kv->n; i++) {
		if (!shown(paths, n, v->prefix, v->kv->at[i].key, &as)
		    || !str_starts(as, begin))
			continue;
		if (!kv_next(&it, &p) || !str_eq(p.key, as)
		    || !str_eq(p.val, v->kv->at[i].val))
			return false;
	}
	return !kv_next(&it, &p) && !kv_next(&it, &p);
}

static bool
get_agrees(const struct kv_view *v, const str *paths, size_t n)
{
	str val, as;

	for (size_t i = 0; i < v->kv->n; i++) {
		str key = v->kv->at[i].key;
		if (v->prefix.n && str_starts(key, v->prefix) && key.n == v->prefix.n + 1)
			continue; /* "/a/" is shown as "/", and so is "/a" */
		if (shown(paths, n, v->prefix, key, &as)
		    && !(kv_get(v, as, &val) && str_eq(val, v->kv->at[i].val)))
			return false;
		if (!seen(paths, n, key) && str_starts(key, v->prefix)
		    && kv_get(v, str_from(key, v->prefix.n), &val))
			return false;
	}
	return !kv_get(v, STR("/no such key"), &val);
}

static void
views(void)
{
	static const char *const prefixes[] = { "", "/a", "/a/x", "/b", "/nothing" };
	static const char *const begins[] = { "", "/", "/a", "/a/", "/x", "/x/", "/b", "/z" };
	struct arena a = { .what = "kv" }, s = { .what = "spans" };
	bool walks = true, gets = true;
	struct kv kv = { 0 };
	str paths[4];

	for (int round = 0; round < ROUNDS * 10; round++) {
		struct span *spans;
		struct kv_view v = { .kv = &kv };
		size_t n = any_paths(paths);
		kv_init(&kv, &a);
		for (unsigned i = dice(12); i > 0; i--)
			kv_put(&kv, str_of(keys[dice(countof(keys))]), STR("v"));
		v.prefix = str_of(prefixes[dice(countof(prefixes))]);
		v.nspans = kv_spans(&s, paths, n, &spans);
		v.spans = spans;
		walks &= walk_agrees(&v, paths, n, str_of(begins[dice(countof(begins))]));
		gets &= get_agrees(&v, paths, n);
		arena_empty(&s);
	}
	check(walks);
	check(gets);
	kv_drop(&kv);
	arena_drop(&s);
}

static void
spans(void)
{
	static const str paths[] = {
		{ "/b", 2 }, { "/a", 2 }, { "/a/x", 4 }, { "/a", 2 },
	};
	struct arena a = { .what = "spans" };
	struct span *s, cover;

	check(kv_spans(&a, paths, 0, &s) == 0);
	check(kv_spans(&a, paths, countof(paths), &s) == 4);
	check_text(s[0].lo, STR("/a"), "the key itself");
	check_text(s[0].hi, STR("/a\0"), "up to the next one");
	check_text(s[1].lo, STR("/a/"), "what is below");
	check_text(s[1].hi, STR("/a0"), "up to its neighbour");
	check_text(s[2].lo, STR("/b"), "the second key");
	cover = kv_cover(&a, paths, countof(paths));
	check_text(cover.lo, STR("/a"), "cover from");
	check_text(cover.hi, STR("/b0"), "cover to");
	check_text(kv_after(&a, STR("/k")), STR("/k\0"), "the next key");
	arena_drop(&a);
}

static bool
touches(const str *paths, size_t n, const struct change *c)
{
	for (size_t i = 0; i < n; i++)
		if (in_tree(c->key, paths[i])
		    || (c->kind == CHANGE_DEL_TREE && in_tree(paths[i], c->key)))
			return true;
	return false;
}

static void
touched(void)
{
	struct arena a = { .what = "spans" };
	bool same = true;
	str paths[4];

	for (int round = 0; round < ROUNDS * 50; round++) {
		struct change c = any_change();
		size_t n = any_paths(paths);
		struct span *s;
		size_t found = kv_spans(&a, paths, n, &s);
		same &= kv_touches(s, found, &c) == touches(paths, n, &c);
		arena_empty(&a);
	}
	check(same);
	arena_drop(&a);
}

/* a change that does not fit is refused, and what is in force stays sound */
static void
caps(void)
{
	struct arena d = { .what = "delta" };
	struct kv_delta delta = { 0 };
	bool sound = true, fits = false;

	for (size_t i = 0; i < countof(keys); i++)
		for (size_t j = 0; j < countof(vals); j++)
			kv_delta_add(&d, &delta, (struct change){ CHANGE_PUT, str_of(keys[i]),
			    str_of(vals[j]) });
	for (size_t cap = 1; !fits; cap += 16) {
		struct arena a = { .what = "small", .cap = cap };
		struct kv kv = { 0 };
		struct err e = { 0 };
		size_t live = 0;
		kv_init(&kv, &a);
		fits = kv_apply(&kv, &delta, &e);
		sound &= fits || e.kind == ERR_LIMIT;
		for (size_t i = 0; i < kv.n; i++)
			live += kv.at[i].key.n + kv.at[i].val.n;
		sound &= live == kv.live;
		kv_drop(&kv);
	}
	check(sound);
	arena_drop(&d);
}

static void
copy_caps(void)
{
	struct arena a = { .what = "kv" }, b = { .what = "copy", .cap = 48 };
	struct kv kv = { 0 }, copy = { .a = &b };
	struct err e;

	kv_init(&kv, &a);
	kv_put(&kv, STR("/k"), STR("0123456789abcdef0123456789abcdef0123456789abcdef"));
	check(!kv_copy(&copy, &kv, &e) && e.kind == ERR_LIMIT);
	b.cap = 256;
	check(kv_copy(&copy, &kv, &e) && copy.n == 1);
	kv_drop(&kv);
	kv_drop(&copy);
}

/* the same key over and over: the snapshot becomes wasteful, its copy is not */
static void
waste(void)
{
	struct arena a = { .what = "kv" }, b = { .what = "copy" }, v = { .what = "text" };
	struct kv kv, copy = { .a = &b };
	struct buf val = { .a = &v };
	struct err e;
	size_t puts = 0;

	kv_init(&kv, &a);
	for (; puts < 10000 && !kv_wasteful(&kv); puts++) {
		buf_char(&val, 'x'); /* longer each time: never in place */
		kv_put(&kv, STR("/k"), buf_str(&val));
	}
	check(puts > 100 && puts < 10000);
	check(kv_copy(&copy, &kv, &e) && !kv_wasteful(&copy));
	check(b.used < a.used / 10);
	kv_drop(&kv);
	kv_drop(&copy);
	arena_drop(&v);
}

/* keys that come in order, as from etcd, are appended */
static void
in_order(void)
{
	struct arena a = { .what = "kv" };
	struct kv kv = { 0 };
	char key[16];

	kv_init(&kv, &a);
	for (int i = 0; i < 100000; i++) {
		snprintf(key, sizeof key, "/k/%06d", i);
		kv_put(&kv, str_of(key), STR("v"));
	}
	check(kv.n == 100000);
	check_text(kv.at[99999].key, STR("/k/099999"), "the last one");
	kv_drop(&kv);
}

int
main(void)
{
	changes();
	views();
	spans();
	touched();
	caps();
	copy_caps();
	waste();
	in_order();
	return check_end("kv");
}
