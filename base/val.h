/* SPDX-License-Identifier: MIT
 * val.h - the one tree: nil bool int float str list map
 *
 * What JSON and TOML are read into and what templates compute with. A val is passed by
 * value and borrows what it points to from an arena. */
#ifndef VAL_H
#define VAL_H

#include "base/base.h"

struct arena;

enum val_kind {
	VAL_NIL, VAL_BOOL, VAL_INT, VAL_FLOAT, VAL_STR, VAL_TIME, VAL_LIST, VAL_MAP
};

struct val {
	enum val_kind kind : 8;
	unsigned type : 8; /* how Go types it, for who cares: see tmpl/impl.h; else 0 */
	unsigned col : 16; /* where it was read in its line, in bytes from 1; 0: not known */
	unsigned line;     /* and in which, from 1 */
	union {
		bool b;
		int64_t i;
		double f;
		str s;     /* VAL_STR; VAL_TIME: its RFC 3339 text */
		struct { const struct val *at; size_t n; } list;
		struct { const struct member *at; size_t n; } map; /* in the order read */
	};
};
struct member {
	str key;
	struct val val;
};

struct val val_str(str);
struct val val_int(int64_t);
struct val val_bool(bool);
struct val val_float(double);
/* "a string", "an integer", ...: for messages */
const char *val_kind_name(enum val_kind);
/* the member of a map; NULL when v is no map or has none of that name */
const struct val *val_get(const struct val *v, str key);
/* members of a map (v may be NULL), for protocols: what is not there, or of another
 * kind, is empty. val_number also reads digits in a string. */
str val_text(const struct val *v, str key);
int64_t val_number(const struct val *v, str key);
bool val_true(const struct val *v, str key);
struct val val_items(const struct val *v, str key);

/* a list that is being read: grows in the arena, then becomes a val */
struct vals { struct val *at; size_t n, cap; };
struct val *vals_add(struct arena *, struct vals *);
struct val val_list(const struct vals *);

#endif
