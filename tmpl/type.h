/* SPDX-License-Identifier: MIT
 * type.h - Go's types over val
 *
 * All maps of the template wing are sorted by key: a lookup is a binary search, a range
 * needs no sorting. */
#ifndef TMPL_TYPE_H
#define TMPL_TYPE_H

#include "base/val.h"

struct arena;

/* val.type: what Go would call it, where the kind does not tell */
enum go_type {
	GO_KIND,    /* int, float64, string, []interface {}, map[string]interface {} */
	GO_NUMBER,  /* VAL_INT: an integer of JSON, float64 to Go, exact to us */
	GO_BYTE,    /* VAL_INT: uint8, a byte of a string */
	GO_STRINGS, /* VAL_LIST: []string */
	GO_INTS,    /* VAL_LIST: []int */
	GO_PAIRS,   /* VAL_LIST: memkv.KVPairs */
	GO_PAIR,    /* VAL_MAP: memkv.KVPair, a struct of Key and Value */
	/* a bit besides: held by an interface {}. A VAL_NIL with it is a null that is there;
	 * without it, nothing is. */
	GO_BOXED = 0x80,
};

static inline enum go_type
type_of(const struct val *v)
{
	return (enum go_type)(v->type & ~GO_BOXED);
}

static inline bool
type_is_boxed(const struct val *v)
{
	return v->type & GO_BOXED;
}

static inline struct val
type_boxed(struct val v)
{
	v.type = (unsigned char)(v.type | GO_BOXED);
	return v;
}

static inline struct val
type_unboxed(struct val v)
{
	if (type_is_boxed(&v))
		v.type = (unsigned char)type_of(&v);
	return v;
}

/* as Go writes it: "int", "[]string"; "interface {}" when boxed */
const char *type_name(const struct val *);
/* the list with the type */
struct val type_list(const struct vals *, enum go_type);
/* an uint8 */
struct val type_byte(char);
/* a memkv.KVPair */
struct val type_pair(struct arena *, str key, str val);
/* what if, and, or, not see in v */
bool type_truth(const struct val *);
/* the member of a map or pair; NULL when there is none */
const struct val *type_member(const struct val *map, str key);
/* element i of a list, boxed where Go has it in an interface {} */
struct val type_element(const struct val *list, size_t i);

#endif
