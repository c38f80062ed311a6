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
	bool integral;     /* i is its value: also of 1e3 */
	bool fractional;   /* it is written as a float */
	int64_t i;
	double f;
};
/* LIT_HUGE: an integer over int64, but within uint64, which is an error only when used;
 * LIT_OVER: over both */
enum lit { LIT_OK, LIT_BAD, LIT_HUGE, LIT_OVER };
enum lit lit_number(struct arena *, str lit, struct number *);

#endif
