/* SPDX-License-Identifier: MIT
 * str.h - slices, text buffers, numbers, UTF-8
 *
 * All arithmetic on lengths lives here; everyone else compares and passes. */
#ifndef STR_H
#define STR_H

#include <stdarg.h>

#include "base/base.h"

struct arena;

/* a C string as a slice; NULL is the empty one */
str str_of(const char *);
bool str_eq(str, str);
/* byte order: <0, 0, >0 */
int str_cmp(str, str);
bool str_starts(str, str prefix);
bool str_ends(str, str suffix);
/* equal but for the case of ASCII letters */
bool str_eqi(str, str);
/* the first n bytes; the bytes from n on; n is at most s.n */
str str_head(str s, size_t n);
str str_from(str s, size_t n);
/* where needle begins in s; s.n when it does not */
size_t str_find(str s, str needle);
/* where c stands last in s; s.n when it does not */
size_t str_last(str s, char c);
/* cuts s at its first sep: true, and the parts before and after it; without one false,
 * head is s and tail is empty */
bool str_cut(str s, char sep, str *head, str *tail);
/* without blanks, tabs and line ends around it */
str str_trim(str);

str str_dup(struct arena *, str);
/* a C string for a system call; NULL when s holds a NUL */
char *str_z(struct arena *, str);
str str_fmt(struct arena *, const char *fmt, ...) PRINTF(2, 3);
/* printable: control bytes and broken UTF-8 become \n, \t, \xNN */
str str_printable(struct arena *, str);
/* what is at the head of s, for a message: "'word'", "'!'", "the end" (of the line) */
str str_found(struct arena *, str s);

/* decimal digits only, all of s, no overflow */
bool str_u64(str, uint64_t *);
/* the same after an optional '-' */
bool str_i64(str, int64_t *);
/* a number as JSON writes it, all of s; infinite when it is too large */
bool str_f64(struct arena *, str, double *);
/* takes one byte off the head of s, if it is one of `any` */
bool str_skip(str *s, const char *any);
/* takes decimal digits off the head of s; false when there are none */
bool str_skip_digits(str *s);
/* -1 when c is no hexadecimal digit */
int hexval(int c);

/* how many edits (insert, delete, replace, swap) make a into b; at most `most` + 1 */
unsigned str_distance(str a, str b, unsigned most);
/* the name of `names` nearest to s; the empty slice when none is near */
str str_nearest(str s, const str *names, size_t n);

enum { RUNE_BAD = 0xFFFD, RUNE_MAX = 0x10FFFF };
/* the first rune of s (not empty) and its bytes; broken: RUNE_BAD and 1, as Go does */
uint32_t utf8_get(str s, size_t *n);
/* writes at most 4 bytes and returns how many; what is no rune becomes RUNE_BAD */
size_t utf8_put(char *to, uint32_t rune);
bool utf8_valid(str);
/* runes in s; every broken byte counts as one */
size_t utf8_count(str);

struct strs { /* a list of slices */
	str *at;
	size_t n, cap;
};
void strs_add(struct arena *, struct strs *, str);
/* in byte order */
void strs_sort(struct strs *);

/* Text that grows in an arena, up to a limit with a name. Zero max: no limit but the
 * arena's. The put functions throw through the arena's fail. */
struct buf {
	struct arena *a;
	const char *what; /* "template output" */
	size_t max;       /* bytes */
	char *p;
	size_t n, cap;
};
void buf_put(struct buf *, str);
void buf_char(struct buf *, char);
void buf_fmt(struct buf *, const char *fmt, ...) PRINTF(2, 3);
/* room for n more bytes, at the end; buf_took says how many were used */
char *buf_room(struct buf *, size_t n);
void buf_took(struct buf *, size_t n);
/* as buf_put, outside of any door: false at the limit or without memory */
bool buf_try(struct buf *, str, struct err *);
str buf_str(const struct buf *);

#endif
