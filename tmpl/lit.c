/* SPDX-License-Identifier: MIT
 * lit.c - Go's literals: strings, runes and numbers, read and written */
#include "tmpl/lit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "base/mem.h"
#include "base/str.h"

bool
rune_is_word(uint32_t r)
{
	if (r < 0x80)
		return r == '_' || (r >= '0' && r <= '9') || ((r | 32) >= 'a' && (r | 32) <= 'z');
	return iswalnum((wint_t)r);
}

bool
rune_is_print(uint32_t r)
{
	static const struct { uint32_t lo, hi; } not[] = { /* spaces, formats, private use */
		{ 0x7f, 0xa0 }, { 0xad, 0xad }, { 0x600, 0x605 }, { 0x61c, 0x61c },
		{ 0x6dd, 0x6dd }, { 0x70f, 0x70f }, { 0x1680, 0x1680 }, { 0x180e, 0x180e },
		{ 0x2000, 0x200f }, { 0x2028, 0x202f }, { 0x205f, 0x206f },
		{ 0x3000, 0x3000 }, { 0xd800, 0xf8ff }, { 0xfeff, 0xfeff },
		{ 0xfff0, 0xfffb }, { 0xe0000, 0xe00ff }, { 0xf0000, UINT32_MAX },
	};

	if (r < 0x7f)
		return r >= 0x20;
	for (size_t i = 0; i < countof(not); i++)
		if (r >= not[i].lo && r <= not[i].hi)
			return false;
	return iswprint((wint_t)r);
}

/* takes a rune, or a broken byte, off s */
static void
quote_rune(struct buf *b, str *s, char q, bool ascii)
{
	static const char names[] = "abfnrtv", bytes[] = "\a\b\f\n\r\t\v";
	size_t n;
	uint32_t r = utf8_get(*s, &n);
	const char *byte = r && r < 0x80 ? strchr(bytes, (int)r) : NULL;

	if (r == RUNE_BAD && n == 1) {
		buf_fmt(b, "\\x%02x", (unsigned char)s->p[0]);
	} else if (r == (unsigned char)q || r == '\\') {
		buf_char(b, '\\');
		buf_char(b, (char)r);
	} else if (rune_is_print(r) && !(ascii && r >= 0x80)) {
		buf_put(b, str_head(*s, n));
	} else if (byte) {
		buf_char(b, '\\');
		buf_char(b, names[byte - bytes]);
	} else if (r < 0x20 || r == 0x7f) {
		buf_fmt(b, "\\x%02x", (unsigned)r);
	} else {
		buf_fmt(b, r < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)r);
	}
	*s = str_from(*s, n);
}

/* the bytes before the first that may need more than to be copied */
static size_t
plain(str s, char q)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= ' ' && s.p[n] < 0x7f && s.p[n] != q && s.p[n] != '\\')
		n++;
	return n;
}

void
lit_quote(struct buf *b, str s, char q, bool ascii)
{
	buf_char(b, q);
	while (s.n) {
		size_t n = plain(s, q);
		buf_put(b, str_head(s, n));
		s = str_from(s, n);
		if (s.n)
			quote_rune(b, &s, q, ascii);
	}
	buf_char(b, q);
}

/* takes n digits of the base off s */
static bool
digits(str *s, size_t n, unsigned base, uint32_t *r)
{
	*r = 0;
	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int d = hexval(s->p[i]);
		if (d < 0 || (unsigned)d >= base)
			return false;
		*r = *r * base + (unsigned)d;
	}
	*s = str_from(*s, n);
	return true;
}

static bool
is_rune(uint32_t r)
{
	return r <= RUNE_MAX && !(r >= 0xD800 && r <= 0xDFFF);
}

/* takes an escape off s, behind its backslash; byte: it stands for one, not a rune */
static bool
escape(str *s, char q, uint32_t *r, bool *byte)
{
	static const char names[] = "abfnrtv\\", bytes[] = "\a\b\f\n\r\t\v\\";
	const char *name;
	char c;

	if (!s->n)
		return false;
	c = s->p[0];
	*byte = c == 'x' || (c >= '0' && c <= '7');
	if (c >= '0' && c <= '7')
		return digits(s, 3, 8, r) && *r <= 255;
	*s = str_from(*s, 1);
	if (c == 'x')
		return digits(s, 2, 16, r);
	if (c == 'u')
		return digits(s, 4, 16, r) && is_rune(*r);
	if (c == 'U')
		return digits(s, 8, 16, r) && is_rune(*r);
	name = c ? strchr(names, c) : NULL;
	*r = (unsigned char)(name ? bytes[name - names] : c);
	return name || c == q;
}

/* takes a rune, or a byte, as it stands between quotes off s */
static bool
take_rune(str *s, char q, uint32_t *r, bool *byte)
{
	size_t n;

	*byte = false;
	if (s->p[0] == '\\') {
		*s = str_from(*s, 1);
		return escape(s, q, r, byte);
	}
	*r = utf8_get(*s, &n);
	*s = str_from(*s, n);
	return *r != (unsigned char)q;
}

bool
lit_rune(str lit, uint32_t *r, str *rest)
{
	bool byte;

	*rest = str_from(lit, 1);
	return rest->n && take_rune(rest, '\'', r, &byte);
}

static str
raw(struct arena *a, str s)
{
	struct buf b = { .a = a, .what = "string" };
	str line;

	if (!memchr(s.p, '\r', s.n))
		return s;
	while (str_cut(s, '\r', &line, &s))
		buf_put(&b, line);
	buf_put(&b, line);
	return buf_str(&b);
}

bool
lit_string(struct arena *a, str lit, str *out)
{
	struct buf b = { .a = a, .what = "string" };
	char q = lit.p[0], utf8[4];
	str s = str_from(str_head(lit, lit.n - 1), 1);

	if (q == '`' || (!memchr(s.p, '\\', s.n) && utf8_valid(s))) {
		*out = q == '`' ? raw(a, s) : s;
		return true;
	}
	while (s.n) {
		uint32_t r;
		bool byte;
		if (!take_rune(&s, q, &r, &byte))
			return false;
		if (byte)
			buf_char(&b, (char)r);
		else
			buf_put(&b, (str){ utf8, utf8_put(utf8, r) });
	}
	*out = buf_str(&b);
	return true;
}

/* Underscores only between digits, or behind a base prefix. Copies lit without them and
 * without its sign. */
static bool
bare(struct arena *a, str lit, str *out)
{
	char *to = arena_alloc(a, lit.n + 1, 1), last = 0;
	bool hex = false;

	*out = (str){ to, 0 };
	for (size_t i = 0; i < lit.n; i++) {
		char c = lit.p[i];
		bool digit = (c >= '0' && c <= '9') || (hex && hexval(c) >= 0);
		if (i == 1 && lit.p[0] == '0' && strchr("bBoOxX", c)) {
			hex = c == 'x' || c == 'X';
			digit = true;
		}
		if ((c == '_' && last != '0') || (!digit && last == '_'))
			return false;
		last = digit ? '0' : c;
		if (c != '_')
			to[out->n++] = c;
	}
	return last != '_';
}

/* digits, behind a base prefix or not */
static bool
whole(str s, uint64_t *u)
{
	unsigned base = 10;

	if (s.n > 1 && s.p[0] == '0') {
		char c = s.p[1] | 32;
		base = c == 'x' ? 16 : c == 'b' ? 2 : 8;
		s = str_from(s, (c == 'x' || c == 'b' || c == 'o') && s.n > 2 ? 2 : 1);
	}
	*u = 0;
	for (size_t i = 0; i < s.n; i++) {
		int d = hexval(s.p[i]);
		if (d < 0 || (unsigned)d >= base || *u > (UINT64_MAX - (unsigned)d) / base)
			return false;
		*u = *u * base + (unsigned)d;
	}
	return s.n > 0;
}

static bool
is_fraction(str s)
{
	bool hex = s.n > 2 && s.p[0] == '0' && (s.p[1] | 32) == 'x';

	for (size_t i = 0; i < s.n; i++)
		if (strchr(hex ? "pP" : ".eEpP", s.p[i]))
			return true;
	return false;
}

/* digits holds lit without underscores and sign */
static bool
real(str digits, double *f)
{
	bool hex = digits.n > 1 && (digits.p[1] | 32) == 'x';
	char *end;

	*f = strtod(digits.p, &end);
	if (hex && !is_fraction(digits))
		return false; /* a hexadecimal float has an exponent */
	return end == digits.p + digits.n && isfinite(*f);
}

enum lit
lit_number(struct arena *a, str lit, struct number *n)
{
	bool sign = lit.n && (lit.p[0] == '-' || lit.p[0] == '+');
	bool minus = sign && lit.p[0] == '-';
	uint64_t u;
	str s;

	*n = (struct number){ .fractional = is_fraction(lit) };
	if (!bare(a, sign ? str_from(lit, 1) : lit, &s) || !s.n)
		return LIT_BAD;
	if (whole(s, &u) && u <= (uint64_t)INT64_MAX + minus) {
		n->integral = true;
		n->i = minus ? (int64_t)-u : (int64_t)u;
		n->f = (double)n->i;
		return LIT_OK;
	}
	if (whole(s, &u) && !sign)
		return LIT_HUGE;
	if (!real(s, &n->f))
		return LIT_BAD;
	if (!strpbrk(s.p, ".eEpP"))
		return LIT_OVER;
	n->f = minus ? -n->f : n->f;
	n->integral = n->f >= -0x1p63 && n->f < 0x1p63 && n->f == trunc(n->f);
	n->i = n->integral ? (int64_t)n->f : 0;
	return LIT_OK;
}
