/* SPDX-License-Identifier: MIT
 * fmt.c - values as Go's fmt prints them
 *
 * A directive is read into a struct verb; put_val() prints one value as it says, by the
 * value's kind. What does not fit prints itself as %!d(string=hi). */
#include "tmpl/fmt.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/val.h"
#include "tmpl/lit.h"
#include "tmpl/type.h"

enum {
	WIDTH_MAX = 1000000, /* of a width or precision, as in Go */
	DEPTH_MAX = 500,     /* lists and maps inside each other */
	DIGITS_MAX = 64,     /* of an integer, in base 2 */
	SHORT_MAX = 32,      /* bytes of a float's shortest text, %.17e */
};

struct verb {
	uint32_t c;  /* 'd' of "%5d" */
	bool plus, minus, sharp, space, zero; /* flags */
	bool plus_v, sharp_v;                 /* %+v %#v: and then not plus, not sharp */
	bool has_width, has_prec;
	int width, prec;
	unsigned depth; /* of the value in others */
};

/* prototype for a recursive function */
static void put_val(struct buf *, struct verb *, const struct val *);

static void
fill(struct buf *b, char c, size_t n)
{
	if (n) {
		memset(buf_room(b, n), c, n);
		buf_took(b, n);
	}
}

/* pads what was written since start to the width */
static void
pad(struct buf *b, const struct verb *f, size_t start, char with)
{
	size_t n = b->n - start, gap = f->has_width ? (size_t)f->width : 0;

	if (gap)
		gap -= MIN(gap, utf8_count(str_from(buf_str(b), start)));
	fill(b, f->minus ? ' ' : with, gap);
	if (gap && !f->minus) {
		memmove(b->p + start + gap, b->p + start, n);
		memset(b->p + start, with, gap);
	}
}

/* s padded; with zeros when f asks for that */
static void
put_padded(struct buf *b, const struct verb *f, str s)
{
	size_t gap = f->has_width ? (size_t)f->width : 0;

	if (gap)
		gap -= MIN(gap, utf8_count(s));
	if (!f->minus)
		fill(b, f->zero ? '0' : ' ', gap);
	buf_put(b, s);
	if (f->minus)
		fill(b, ' ', gap);
}

static void
put_rune(struct buf *b, uint32_t r)
{
	buf_took(b, utf8_put(buf_room(b, 4), r));
}

/* %!d(string=hi) */
static void
put_bad(struct buf *b, struct verb *f, const struct val *v)
{
	uint32_t c = f->c;

	buf_put(b, STR("%!"));
	put_rune(b, c);
	buf_char(b, '(');
	if (v->kind == VAL_NIL) {
		buf_put(b, STR("<nil>"));
	} else {
		struct val held = type_unboxed(*v);
		buf_put(b, str_of(type_name(&held)));
		buf_char(b, '=');
		f->c = 'v';
		put_val(b, f, &held);
		f->c = c;
	}
	buf_char(b, ')');
}

/* u's digits, in the end of text */
static str
digits_of(char text[static DIGITS_MAX], uint64_t u, unsigned base, bool upper)
{
	const char *names = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	size_t n = 0;

	do
		text[DIGITS_MAX - ++n] = names[u % base];
	while (u /= base);
	return (str){ text + DIGITS_MAX - n, n };
}

/* zeros before digits, until they are as many as `least` */
static void
put_digits(struct buf *b, str digits, size_t least)
{
	fill(b, '0', least > digits.n ? least - digits.n : 0);
	buf_put(b, digits);
}

static unsigned
base_of(uint32_t c)
{
	if (c == 'b')
		return 2;
	if (c == 'o' || c == 'O')
		return 8;
	return c == 'x' || c == 'X' ? 16 : 10;
}

static const char *
prefix_of(const struct verb *f, unsigned base, bool zero_first)
{
	if (f->c == 'O')
		return f->sharp && !zero_first ? "0o0" : "0o";
	if (!f->sharp || base == 10)
		return "";
	if (base == 8)
		return zero_first ? "" : "0";
	return base == 2 ? "0b" : f->c == 'X' ? "0X" : "0x";
}

static const char *
sign_of(const struct verb *f, bool minus)
{
	return minus ? "-" : f->plus ? "+" : f->space ? " " : "";
}

static void
put_integer(struct buf *b, const struct verb *f, int64_t i)
{
	char text[DIGITS_MAX];
	unsigned base = base_of(f->c);
	str digits = digits_of(text, i < 0 ? -(uint64_t)i : (uint64_t)i, base, f->c == 'X');
	const char *sign = sign_of(f, i < 0);
	size_t least = f->has_prec ? (size_t)f->prec : 0, start = b->n;

	if (f->has_prec && !least && !i) { /* no digits at all */
		pad(b, f, start, ' ');
		return;
	}
	if (!f->has_prec && f->zero && !f->minus && f->has_width)
		least = (size_t)MAX(f->width - (int)strlen(sign), 0);
	buf_put(b, str_of(sign));
	buf_put(b, str_of(prefix_of(f, base, digits.p[0] == '0' || least > digits.n)));
	put_digits(b, digits, least);
	pad(b, f, start, ' ');
}

/* U+0041, with # U+0041 'A' */
static void
put_unicode(struct buf *b, const struct verb *f, uint64_t u)
{
	char text[DIGITS_MAX];
	size_t start = b->n;

	buf_put(b, STR("U+"));
	put_digits(b, digits_of(text, u, 16, true), f->has_prec ? (size_t)MAX(f->prec, 4) : 4);
	if (f->sharp && u <= RUNE_MAX && rune_is_print((uint32_t)u)) {
		buf_put(b, STR(" '"));
		put_rune(b, (uint32_t)u);
		buf_char(b, '\'');
	}
	pad(b, f, start, ' ');
}

/* an integer as a character, in quotes for %q */
static void
put_char(struct buf *b, const struct verb *f, uint64_t u)
{
	char utf8[4];
	str s = { utf8, utf8_put(utf8, u > RUNE_MAX ? RUNE_BAD : (uint32_t)u) };
	size_t start = b->n;

	if (f->c == 'q')
		lit_quote(b, s, '\'', f->plus);
	else
		buf_put(b, s);
	pad(b, f, start, f->zero ? '0' : ' ');
}

/* v >= 0 as %e has it, in the fewest digits that read back as v; how many these are */
static int
shortest(double v, char text[static SHORT_MAX])
{
	int prec = v < DBL_MIN ? 0 : DBL_DIG - 1;

	for (;; prec++) {
		snprintf(text, SHORT_MAX, "%.*e", prec, v);
		if (prec == DBL_DECIMAL_DIG - 1 || strtod(text, NULL) == v)
			break;
	}
	while (prec && text[prec + 1] == '0') /* behind the first digit and the point */
		prec--;
	return prec + 1;
}

/* %g of v >= 0, in its fewest digits, for '#' 6: a %e or, where that is short, a %f */
static void
generalize(struct verb *f, double v)
{
	char text[SHORT_MAX];
	int digits = shortest(v, text);
	int exp = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
	bool fixed = exp >= -4 && exp < 6;

	if (f->sharp)
		digits = MAX(digits, 6);
	f->prec = fixed ? MAX(digits - 1 - exp, 0) : digits - 1;
	f->has_prec = true;
	f->c = fixed ? 'f' : f->c == 'G' ? 'E' : 'e';
}

/* v >= 0, without sign */
static void
put_magnitude(struct buf *b, struct verb f, double v)
{
	int prec;

	if (!f.has_prec && (f.c == 'v' || f.c == 'g' || f.c == 'G'))
		generalize(&f, v);
	prec = f.has_prec ? f.prec : 6;
	switch (f.c) {
	case 'e':
		buf_fmt(b, f.sharp ? "%#.*e" : "%.*e", prec, v);
		break;
	case 'E':
		buf_fmt(b, f.sharp ? "%#.*E" : "%.*E", prec, v);
		break;
	case 'f':
	case 'F':
		buf_fmt(b, f.sharp ? "%#.*f" : "%.*f", prec, v);
		break;
	case 'G':
		buf_fmt(b, f.sharp ? "%#.*G" : "%.*G", prec, v);
		break;
	default:
		buf_fmt(b, f.sharp ? "%#.*g" : "%.*g", prec, v);
	}
}

static void
put_float(struct buf *b, const struct verb *f, double v)
{
	str sign = str_of(sign_of(f, signbit(v)));
	size_t start = b->n;
	struct verb rest = *f;

	buf_put(b, sign);
	if (f->zero && !f->minus) { /* between the sign and the digits */
		rest.width = MAX(rest.width - (int)sign.n, 0);
		start = b->n;
	}
	put_magnitude(b, *f, fabs(v));
	pad(b, &rest, start, f->zero ? '0' : ' ');
}

/* the first prec runes */
static str
cut(const struct verb *f, str s)
{
	size_t at = 0, n;

	if (!f->has_prec)
		return s;
	for (int runes = 0; runes < f->prec && at < s.n; runes++, at += n)
		utf8_get(str_from(s, at), &n);
	return str_head(s, at);
}

/* may s stand in backquotes? */
static bool
is_raw(str s)
{
	size_t n;

	for (; s.n; s = str_from(s, n)) {
		uint32_t r = utf8_get(s, &n);
		if (n > 1 ? r == 0xFEFF : r == RUNE_BAD || (r < ' ' && r != '\t') || r == '`'
		    || r == 0x7F)
			return false;
	}
	return true;
}

static void
put_quoted(struct buf *b, const struct verb *f, str s)
{
	size_t start = b->n;

	s = cut(f, s);
	if (f->sharp && is_raw(s)) {
		buf_char(b, '`');
		buf_put(b, s);
		buf_char(b, '`');
	} else {
		lit_quote(b, s, '"', f->plus);
	}
	pad(b, f, start, f->zero ? '0' : ' ');
}

/* the bytes of s in hexadecimal; with ' ' apart, with '#' behind 0x */
static void
put_hex(struct buf *b, const struct verb *f, str s)
{
	const char *digits = f->c == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	size_t start = b->n;

	if (f->has_prec && (size_t)f->prec < s.n)
		s = str_head(s, (size_t)f->prec);
	for (size_t i = 0; i < s.n; i++) {
		if (i && f->space)
			buf_char(b, ' ');
		if (f->sharp && (!i || f->space))
			buf_put(b, f->c == 'X' ? STR("0X") : STR("0x"));
		buf_char(b, digits[(unsigned char)s.p[i] >> 4]);
		buf_char(b, digits[s.p[i] & 15]);
	}
	pad(b, f, start, f->zero ? '0' : ' ');
}

static void
put_str(struct buf *b, struct verb *f, const struct val *v)
{
	switch (f->c) {
	case 'v':
		if (f->sharp_v)
			put_quoted(b, f, v->s);
		else
			put_padded(b, f, cut(f, v->s));
		break;
	case 's':
		put_padded(b, f, cut(f, v->s));
		break;
	case 'q':
		put_quoted(b, f, v->s);
		break;
	case 'x':
	case 'X':
		put_hex(b, f, v->s);
		break;
	default:
		put_bad(b, f, v);
	}
}

static bool
is_one_of(uint32_t c, const char *set)
{
	return c && c < 0x80 && strchr(set, (int)c);
}

static void
put_int(struct buf *b, struct verb *f, const struct val *v)
{
	if (f->c == 'v' && f->sharp_v && v->type == GO_BYTE) {
		buf_fmt(b, "%#x", (unsigned)v->i);
	} else if (is_one_of(f->c, "vdboOxX")) {
		put_integer(b, f, v->i);
	} else if (f->c == 'c' || f->c == 'q') {
		put_char(b, f, (uint64_t)v->i);
	} else if (f->c == 'U') {
		put_unicode(b, f, (uint64_t)v->i);
	} else if (type_of(v) == GO_NUMBER && is_one_of(f->c, "eEfFgG")) {
		put_float(b, f, (double)v->i);
	} else {
		put_bad(b, f, v);
	}
}

static void
put_separator(struct buf *b, const struct verb *f, size_t i)
{
	if (i)
		buf_put(b, f->sharp_v ? STR(", ") : STR(" "));
}

static void
put_list(struct buf *b, struct verb *f, const struct val *v)
{
	if (f->sharp_v)
		buf_put(b, str_of(type_name(v)));
	buf_char(b, f->sharp_v ? '{' : '[');
	for (size_t i = 0; i < v->list.n; i++) {
		put_separator(b, f, i);
		put_val(b, f, &v->list.at[i]);
	}
	buf_char(b, f->sharp_v ? '}' : ']');
}

static void
put_pair(struct buf *b, struct verb *f, const struct val *v)
{
	if (f->sharp_v)
		buf_put(b, str_of(type_name(v)));
	buf_char(b, '{');
	for (size_t i = 0; i < v->map.n; i++) {
		put_separator(b, f, i);
		if (f->plus_v || f->sharp_v)
			buf_fmt(b, "%.*s:", ARG(v->map.at[i].key));
		put_val(b, f, &v->map.at[i].val);
	}
	buf_char(b, '}');
}

static void
put_map(struct buf *b, struct verb *f, const struct val *v)
{
	buf_put(b, f->sharp_v ? str_of(type_name(v)) : STR("map"));
	buf_char(b, f->sharp_v ? '{' : '[');
	for (size_t i = 0; i < v->map.n; i++) {
		struct val key = val_str(v->map.at[i].key);
		put_separator(b, f, i);
		put_val(b, f, &key);
		buf_char(b, ':');
		put_val(b, f, &v->map.at[i].val);
	}
	buf_char(b, f->sharp_v ? '}' : ']');
}

static void
put_nil(struct buf *b, struct verb *f, const struct val *v)
{
	if (f->depth > 1)
		buf_put(b, f->sharp_v ? STR("interface {}(nil)") : STR("<nil>"));
	else if (f->c == 'v')
		put_padded(b, f, STR("<nil>"));
	else
		put_bad(b, f, v);
}

static void
put_by_kind(struct buf *b, struct verb *f, const struct val *v)
{
	switch (v->kind) {
	case VAL_NIL:
		put_nil(b, f, v);
		break;
	case VAL_BOOL:
		if (f->c == 't' || f->c == 'v')
			put_padded(b, f, v->b ? STR("true") : STR("false"));
		else
			put_bad(b, f, v);
		break;
	case VAL_INT:
		put_int(b, f, v);
		break;
	case VAL_FLOAT:
		if (is_one_of(f->c, "veEfFgG"))
			put_float(b, f, v->f);
		else
			put_bad(b, f, v);
		break;
	case VAL_STR:
	case VAL_TIME:
		put_str(b, f, v);
		break;
	case VAL_LIST:
		put_list(b, f, v);
		break;
	case VAL_MAP:
		if (type_of(v) == GO_PAIR)
			put_pair(b, f, v);
		else
			put_map(b, f, v);
		break;
	}
}

static void
put_val(struct buf *b, struct verb *f, const struct val *v)
{
	struct val held = type_unboxed(*v);

	if (++f->depth > DEPTH_MAX)
		fail_throw(b->a->fail, ERR_LIMIT, "value nested more than %d deep", DEPTH_MAX);
	if (f->c == 'w') /* for errors, of which there are none */
		put_bad(b, f, &held);
	else
		put_by_kind(b, f, &held);
	f->depth--;
}

void
fmt_val(struct buf *b, const struct val *v)
{
	struct verb f = { .c = 'v' };

	if (v->kind == VAL_STR)
		buf_put(b, v->s);
	else
		put_val(b, &f, v);
}

void
fmt_print(struct buf *b, const struct val *arg, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i && arg[i].kind != VAL_STR && arg[i - 1].kind != VAL_STR)
			buf_char(b, ' ');
		fmt_val(b, &arg[i]);
	}
}

void
fmt_println(struct buf *b, const struct val *arg, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(b, ' ');
		fmt_val(b, &arg[i]);
	}
	buf_char(b, '\n');
}

/* a format being read */
struct format {
	str rest;
	const struct val *arg;
	size_t n, next;              /* arguments, and the one to print next */
	bool indexed, bad, afresh;   /* %[1]d was seen; its index is bad; just now */
};

static bool
at(const struct format *in, char c)
{
	return in->rest.n && in->rest.p[0] == c;
}

static bool
accept(struct format *in, char c)
{
	bool there = at(in, c);

	if (there)
		in->rest = str_from(in->rest, 1);
	return there;
}

static void
read_flags(struct format *in, struct verb *f)
{
	for (;;) {
		if (accept(in, '#'))
			f->sharp = true;
		else if (accept(in, '0'))
			f->zero = true;
		else if (accept(in, '+'))
			f->plus = true;
		else if (accept(in, '-'))
			f->minus = true;
		else if (accept(in, ' '))
			f->space = true;
		else
			return;
	}
}

/* digits off the head of s; false when there are none. Too many eat all of s. */
static bool
read_digits(str *s, int *n)
{
	size_t i = 0;

	for (*n = 0; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
		if (*n > WIDTH_MAX) {
			*s = str_from(*s, s->n);
			*n = 0;
			return false;
		}
		*n = *n * 10 + (s->p[i] - '0');
	}
	*s = str_from(*s, i);
	return i > 0;
}

/* an index: "[3]" makes the third argument the next one */
static void
read_index(struct format *in)
{
	str inner, tail;
	int n;

	in->afresh = false;
	if (!at(in, '['))
		return;
	in->indexed = true;
	if (!str_cut(str_from(in->rest, 1), ']', &inner, &tail)) {
		in->bad = true;
		in->rest = str_from(in->rest, 1);
		return;
	}
	in->rest = tail;
	in->afresh = read_digits(&inner, &n) && !inner.n;
	if (in->afresh && n >= 1 && (size_t)n <= in->n)
		in->next = (size_t)n - 1;
	else
		in->bad = true;
}

/* a width or precision that is the next argument */
static bool
read_star(struct format *in, int *n)
{
	const struct val *v = in->next < in->n ? &in->arg[in->next] : NULL;

	in->afresh = false;
	in->next += v != NULL;
	if (!v || v->kind != VAL_INT || v->i > WIDTH_MAX || v->i < -WIDTH_MAX) {
		*n = 0;
		return false;
	}
	*n = (int)v->i;
	return true;
}

static void
read_width(struct buf *b, struct format *in, struct verb *f)
{
	if (!accept(in, '*')) {
		f->has_width = read_digits(&in->rest, &f->width);
		in->bad |= in->afresh && f->has_width; /* "%[3]2d" */
		return;
	}
	f->has_width = read_star(in, &f->width);
	if (!f->has_width)
		buf_put(b, STR("%!(BADWIDTH)"));
	if (f->width < 0) {
		f->width = -f->width;
		f->minus = true;
		f->zero = false;
	}
}

static void
read_precision(struct buf *b, struct format *in, struct verb *f)
{
	if (in->rest.n < 2 || !accept(in, '.'))
		return;
	in->bad |= in->afresh; /* "%[3].2d" */
	read_index(in);
	if (!accept(in, '*')) {
		read_digits(&in->rest, &f->prec);
		f->has_prec = true;
		return;
	}
	f->has_prec = read_star(in, &f->prec) && f->prec >= 0;
	if (!f->has_prec) {
		f->prec = 0;
		buf_put(b, STR("%!(BADPREC)"));
	}
}

static void
put_arg(struct buf *b, struct verb *f, const struct val *v)
{
	struct val held = type_unboxed(*v);
	bool natural = f->c == 'v' || f->c == 'w';

	f->sharp_v = natural && f->sharp;
	f->plus_v = natural && f->plus;
	if (natural)
		f->sharp = f->plus = false;
	if (f->c == 'T' && v->kind != VAL_NIL)
		put_padded(b, f, cut(f, str_of(type_name(&held))));
	else if (f->c == 'T')
		put_padded(b, f, STR("<nil>"));
	else
		put_val(b, f, v);
}

static void
put_complaint(struct buf *b, uint32_t verb, const char *what)
{
	buf_put(b, STR("%!"));
	put_rune(b, verb);
	buf_put(b, str_of(what));
}

/* one directive, behind its '%' */
static void
directive(struct buf *b, struct format *in)
{
	struct verb f = { 0 };
	size_t n;

	in->bad = in->afresh = false;
	read_flags(in, &f);
	read_index(in);
	read_width(b, in, &f);
	read_precision(b, in, &f);
	if (!in->afresh)
		read_index(in);
	if (!in->rest.n) {
		buf_put(b, STR("%!(NOVERB)"));
		return;
	}
	f.c = utf8_get(in->rest, &n);
	in->rest = str_from(in->rest, n);
	if (f.c == '%')
		buf_char(b, '%');
	else if (in->bad)
		put_complaint(b, f.c, "(BADINDEX)");
	else if (in->next >= in->n)
		put_complaint(b, f.c, "(MISSING)");
	else
		put_arg(b, &f, &in->arg[in->next++]);
}

static void
put_extra(struct buf *b, const struct val *arg, size_t n)
{
	buf_put(b, STR("%!(EXTRA "));
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_put(b, STR(", "));
		if (arg[i].kind != VAL_NIL)
			buf_fmt(b, "%s=", type_name(&arg[i]));
		fmt_val(b, &arg[i]);
	}
	buf_char(b, ')');
}

void
fmt_printf(struct buf *b, str format, const struct val *arg, size_t n)
{
	struct format in = { .rest = format, .arg = arg, .n = n };
	str text;

	while (str_cut(in.rest, '%', &text, &in.rest)) {
		buf_put(b, text);
		directive(b, &in);
	}
	buf_put(b, text);
	if (!in.indexed && in.next < n)
		put_extra(b, arg + in.next, n - in.next);
}
