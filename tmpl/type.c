/* SPDX-License-Identifier: MIT
 * type.c - Go's types over val */
#include "tmpl/type.h"

#include "base/mem.h"
#include "base/str.h"

static const char *
list_name(enum go_type t)
{
	if (t == GO_STRINGS)
		return "[]string";
	if (t == GO_INTS)
		return "[]int";
	return t == GO_PAIRS ? "memkv.KVPairs" : "[]interface {}";
}

const char *
type_name(const struct val *v)
{
	if (type_is_boxed(v))
		return "interface {}";
	switch (v->kind) {
	case VAL_NIL:
		return "<nil>";
	case VAL_BOOL:
		return "bool";
	case VAL_INT:
		return v->type == GO_BYTE ? "uint8" : v->type == GO_NUMBER ? "float64" : "int";
	case VAL_FLOAT:
		return "float64";
	case VAL_STR:
		return "string";
	case VAL_TIME:
		return "time.Time";
	case VAL_LIST:
		return list_name(type_of(v));
	case VAL_MAP:
		return v->type == GO_PAIR ? "memkv.KVPair" : "map[string]interface {}";
	}
	return "";
}

struct val
type_list(const struct vals *l, enum go_type t)
{
	struct val v = val_list(l);

	v.type = (unsigned char)t;
	return v;
}

struct val
type_byte(char c)
{
	return (struct val){ .kind = VAL_INT, .type = GO_BYTE, .i = (unsigned char)c };
}

struct val
type_pair(struct arena *a, str key, str value)
{
	struct member *m = NEWS(a, 2, struct member);
	struct val v = { .kind = VAL_MAP, .type = GO_PAIR, .map = { m, 2 } };

	m[0] = (struct member){ STR("Key"), val_str(key) };
	m[1] = (struct member){ STR("Value"), val_str(value) };
	return v;
}

bool
type_truth(const struct val *v)
{
	switch (v->kind) {
	case VAL_NIL:
		return false;
	case VAL_BOOL:
		return v->b;
	case VAL_INT:
		return v->i != 0;
	case VAL_FLOAT:
		return v->f != 0;
	case VAL_STR:
		return v->s.n > 0;
	case VAL_TIME:
		return true;
	case VAL_LIST:
		return v->list.n > 0;
	case VAL_MAP:
		return v->map.n > 0;
	}
	return false;
}

const struct val *
type_member(const struct val *map, str key)
{
	size_t lo = 0, hi = map->map.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = str_cmp(map->map.at[mid].key, key);
		if (!c)
			return &map->map.at[mid].val;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

struct val
type_element(const struct val *list, size_t i)
{
	struct val v = list->list.at[i];

	return type_of(list) == GO_KIND ? type_boxed(v) : v;
}
