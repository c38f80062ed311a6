/* SPDX-License-Identifier: MIT
 * val.c - the one tree: nil bool int float str list map */
#include "base/val.h"

#include "base/mem.h"
#include "base/str.h"

struct val
val_str(str s)
{
	return (struct val){ .kind = VAL_STR, .s = s };
}

struct val
val_int(int64_t i)
{
	return (struct val){ .kind = VAL_INT, .i = i };
}

struct val
val_bool(bool b)
{
	return (struct val){ .kind = VAL_BOOL, .b = b };
}

struct val
val_float(double f)
{
	return (struct val){ .kind = VAL_FLOAT, .f = f };
}

const char *
val_kind_name(enum val_kind kind)
{
	static const char *const names[] = {
		[VAL_NIL] = "null",      [VAL_BOOL] = "a boolean", [VAL_INT] = "an integer",
		[VAL_FLOAT] = "a float", [VAL_STR] = "a string",   [VAL_TIME] = "a date",
		[VAL_LIST] = "an array", [VAL_MAP] = "a table",
	};

	return names[kind];
}

const struct val *
val_get(const struct val *v, str key)
{
	if (v->kind != VAL_MAP)
		return NULL;
	for (size_t i = 0; i < v->map.n; i++)
		if (str_eq(v->map.at[i].key, key))
			return &v->map.at[i].val;
	return NULL;
}

static struct val
member(const struct val *v, str key)
{
	const struct val *m = v ? val_get(v, key) : NULL;

	return m ? *m : (struct val){ .kind = VAL_NIL };
}

str
val_text(const struct val *v, str key)
{
	struct val m = member(v, key);

	return m.kind == VAL_STR ? m.s : (str){ 0 };
}

int64_t
val_number(const struct val *v, str key)
{
	struct val m = member(v, key);
	int64_t n = 0;

	if (m.kind == VAL_INT)
		return m.i;
	if (m.kind == VAL_STR && !str_i64(m.s, &n))
		return 0;
	return n;
}

bool
val_true(const struct val *v, str key)
{
	struct val m = member(v, key);

	return m.kind == VAL_BOOL && m.b;
}

struct val
val_items(const struct val *v, str key)
{
	struct val m = member(v, key);

	return m.kind == VAL_LIST ? m : (struct val){ .kind = VAL_LIST };
}

struct val *
vals_add(struct arena *a, struct vals *l)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 4;
		l->at = arena_grow(a, l->at, l->n * sizeof *l->at, cap * sizeof *l->at);
		l->cap = cap;
	}
	return &l->at[l->n++];
}

struct val
val_list(const struct vals *l)
{
	return (struct val){ .kind = VAL_LIST, .list = { l->at, l->n } };
}
