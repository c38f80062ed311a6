/* SPDX-License-Identifier: MIT
 * lit.h - Go's literals: strings, runes and numbers, read and written */
#ifndef TMPL_LIT_H
#define TMPL_LIT_H

#include "base/base.h"

struct arena;
struct buf;

/* a letter, digit or underscore; a rune that prints by itself */
bool rune_is_word(uint32_t);
bool rune_is_print(uint32_t);

/* s between quotes q, escaped; ascii: other runes too */
void lit_quote(struct buf *, str s, char q, bool ascii);
/* what "..." or `...` stands for; false on a syntax error */
bool lit_string(struct arena *, str lit, str *out);
/* what '...' stands for; *rest is what follows its rune and should be "'" */
bool lit_rune(str lit, uint32_t *rune, str *rest);

struct number {
	bool integral, real, huge; /* fits int64; fits float64; an integer, but over int64 */
	int64_t i;
	double f;
};
/* false when lit is no number of Go's */
bool lit_number(struct arena *, str lit, struct number *);

#endif
