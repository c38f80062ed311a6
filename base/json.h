/* SPDX-License-Identifier: MIT
 * json.h - JSON (RFC 8259) to val */
#ifndef JSON_H
#define JSON_H

#include "base/base.h"

struct arena;
struct buf;
struct val;

/* All of text is one JSON value. Strict: valid UTF-8, no duplicate-key check (the last
 * one wins, as in Go), at most 100 levels. Integers that fit are VAL_INT, other numbers
 * VAL_FLOAT. Messages give line:column. The door of this parser: throws nothing; the
 * val borrows from the arena, and from text where a string has no escapes. */
bool json_parse(struct arena *, str text, struct val *, struct err *);
/* a string as JSON writes it, quotes included */
void json_quote(struct buf *, str);

#endif
