/* SPDX-License-Identifier: MIT
 * str.c - slices, text buffers, numbers, UTF-8 */
#include "base/str.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	BUF_MIN = 256,  /* bytes of a buffer's first room */
	WORD_MAX = 64,  /* bytes of a name that str_distance compares */
	FOUND_MAX = 40, /* bytes of a word that str_found quotes */
};

str
str_of(const char *z)
{
	return z ? (str){ z, strlen(z) } : (str){ 0 };
}

bool
str_eq(str a, str b)
{
	return a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n));
}

int
str_cmp(str a, str b)
{
	size_t n = MIN(a.n, b.n);
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool
str_starts(str s, str prefix)
{
	return s.n >= prefix.n && str_eq(str_head(s, prefix.n), prefix);
}

bool
str_ends(str s, str suffix)
{
	return s.n >= suffix.n && str_eq(str_from(s, s.n - suffix.n), suffix);
}

static int
lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

bool
str_eqi(str a, str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

str
str_head(str s, size_t n)
{
	assert(n <= s.n);
	return (str){ s.p, n };
}

str
str_from(str s, size_t n)
{
	assert(n <= s.n);
	return (str){ n ? s.p + n : s.p, s.n - n };
}

size_t
str_find(str s, str needle)
{
	const char *at;

	if (!needle.n || !s.n)
		return 0;
	at = memmem(s.p, s.n, needle.p, needle.n);
	return at ? (size_t)(at - s.p) : s.n;
}

size_t
str_last(str s, char c)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == c)
			return i - 1;
	return s.n;
}

bool
str_cut(str s, char sep, str *head, str *tail)
{
	const char *at = s.n ? memchr(s.p, sep, s.n) : NULL;

	*head = at ? (str){ s.p, (size_t)(at - s.p) } : s;
	*tail = at ? (str){ at + 1, s.n - head->n - 1 } : (str){ 0 };
	return at != NULL;
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

str
str_trim(str s)
{
	while (s.n && blank(s.p[0]))
		s = str_from(s, 1);
	while (s.n && blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

str
str_dup(struct arena *a, str s)
{
	char *p;

	if (!s.n)
		return (str){ 0 };
	p = arena_alloc(a, s.n, 1);
	memcpy(p, s.p, s.n);
	return (str){ p, s.n };
}

char *
str_z(struct arena *a, str s)
{
	char *z;

	if (s.n && memchr(s.p, 0, s.n))
		return NULL;
	z = arena_alloc(a, s.n + 1, 1);
	if (s.n)
		memcpy(z, s.p, s.n);
	return z;
}

str
str_fmt(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	int n;
	char *p;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	p = arena_alloc(a, (size_t)n + 1, 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (str){ p, (size_t)n };
}

static void
put_printable(struct buf *b, str s, size_t n, uint32_t rune)
{
	if (rune == '\n')
		buf_put(b, STR("\\n"));
	else if (rune == '\t')
		buf_put(b, STR("\\t"));
	else if (rune < 0x20 || rune == 0x7f || (n == 1 && rune == RUNE_BAD))
		buf_fmt(b, "\\x%02x", (unsigned char)s.p[0]);
	else
		buf_put(b, str_head(s, n));
}

str
str_printable(struct arena *a, str s)
{
	struct buf b = { .a = a, .what = "printable text" };
	size_t n;

	for (; s.n; s = str_from(s, n)) {
		uint32_t rune = utf8_get(s, &n);
		put_printable(&b, s, n, rune);
	}
	return buf_str(&b);
}

static bool
in_word(char c)
{
	return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z')
	    || (c && strchr("_+-.:", c));
}

str
str_found(struct arena *a, str s)
{
	size_t n = 0;

	if (!s.n)
		return STR("the end");
	if (*s.p == '\n' || *s.p == '\r')
		return STR("the end of the line");
	while (n < MIN(s.n, (size_t)FOUND_MAX) && in_word(s.p[n]))
		n++;
	if (!n)
		utf8_get(s, &n);
	s = str_printable(a, str_head(s, n));
	return str_fmt(a, "'%.*s'", ARG(s));
}

bool
str_u64(str s, uint64_t *v)
{
	uint64_t n = 0;

	if (!s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned)(s.p[i] - '0');
		if (d > 9 || n > (UINT64_MAX - d) / 10)
			return false;
		n = n * 10 + d;
	}
	*v = n;
	return true;
}

bool
str_i64(str s, int64_t *v)
{
	bool minus = s.n && s.p[0] == '-';
	uint64_t n;

	if (!str_u64(minus ? str_from(s, 1) : s, &n))
		return false;
	if (n > (uint64_t)INT64_MAX + minus)
		return false;
	*v = minus ? (int64_t)-n : (int64_t)n;
	return true;
}

bool
str_skip(str *s, const char *any)
{
	bool yes = s->n && *s->p && strchr(any, *s->p);

	*s = str_from(*s, yes);
	return yes;
}

bool
str_skip_digits(str *s)
{
	size_t n = s->n;

	while (str_skip(s, "0123456789")) {
	}
	return s->n < n;
}

/* number := ["-"] ("0" | digits) ["." digits] [("e" | "E") ["+" | "-"] digits] */
static bool
is_number(str s)
{
	str_skip(&s, "-");
	if (!str_skip(&s, "0") && !str_skip_digits(&s))
		return false;
	if (str_skip(&s, ".") && !str_skip_digits(&s))
		return false;
	if (str_skip(&s, "eE")) {
		str_skip(&s, "+-");
		if (!str_skip_digits(&s))
			return false;
	}
	return !s.n;
}

bool
str_f64(struct arena *a, str s, double *v)
{
	if (!is_number(s))
		return false;
	*v = strtod(str_z(a, s), NULL);
	return true;
}

int
hexval(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* one row of the table: the distances of b's heads to a's first i bytes */
static unsigned
distance_row(str a, str b, size_t i, const unsigned char *two, const unsigned char *one,
    unsigned char *row)
{
	unsigned least = row[0] = (unsigned char)i;

	for (size_t j = 1; j <= b.n; j++) {
		bool same = lower(a.p[i - 1]) == lower(b.p[j - 1]);
		unsigned d = one[j - 1] + !same;
		d = MIN(d, one[j] + 1u);
		d = MIN(d, row[j - 1] + 1u);
		if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
			d = MIN(d, two[j - 2] + 1u);
		row[j] = (unsigned char)d;
		least = MIN(least, d);
	}
	return least;
}

unsigned
str_distance(str a, str b, unsigned most)
{
	unsigned char rows[3][WORD_MAX + 1] = { { 0 } };

	if (a.n > WORD_MAX || b.n > WORD_MAX)
		return most + 1;
	for (size_t j = 0; j <= b.n; j++)
		rows[0][j] = (unsigned char)j;
	for (size_t i = 1; i <= a.n; i++)
		if (distance_row(a, b, i, rows[(i + 1) % 3], rows[(i + 2) % 3], rows[i % 3])
		    > most)
			return most + 1;
	return MIN(rows[a.n % 3][b.n], most + 1);
}

str
str_nearest(str s, const str *names, size_t n)
{
	unsigned best = (unsigned)MIN(s.n / 3 + 1, 3) + 1;
	str near = { 0 };

	for (size_t i = 0; i < n; i++) {
		unsigned d = str_distance(s, names[i], best - 1);
		if (d < best) {
			best = d;
			near = names[i];
		}
	}
	return near;
}

/* the bytes of the rune that the lead byte announces; 0: no lead byte */
static size_t
rune_bytes(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xC2 && lead <= 0xDF)
		return 2;
	if (lead >= 0xE0 && lead <= 0xEF)
		return 3;
	return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

uint32_t
utf8_get(str s, size_t *n)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead = (unsigned char)s.p[0];
	size_t want = rune_bytes(lead);
	uint32_t rune = want > 1 ? lead & (0x7fu >> want) : lead;

	*n = 1;
	if (!want || want > s.n)
		return RUNE_BAD;
	for (size_t i = 1; i < want; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if ((c & 0xC0) != 0x80)
			return RUNE_BAD;
		rune = rune << 6 | (c & 0x3F);
	}
	if (rune < least[want] || rune > RUNE_MAX || (rune >= 0xD800 && rune <= 0xDFFF))
		return RUNE_BAD;
	*n = want;
	return rune;
}

size_t
utf8_put(char *to, uint32_t r)
{
	if (r > RUNE_MAX || (r >= 0xD800 && r <= 0xDFFF))
		r = RUNE_BAD;
	if (r < 0x80) {
		to[0] = (char)r;
		return 1;
	}
	if (r < 0x800) {
		to[0] = (char)(0xC0 | r >> 6);
		to[1] = (char)(0x80 | (r & 0x3F));
		return 2;
	}
	if (r < 0x10000) {
		to[0] = (char)(0xE0 | r >> 12);
		to[1] = (char)(0x80 | (r >> 6 & 0x3F));
		to[2] = (char)(0x80 | (r & 0x3F));
		return 3;
	}
	to[0] = (char)(0xF0 | r >> 18);
	to[1] = (char)(0x80 | (r >> 12 & 0x3F));
	to[2] = (char)(0x80 | (r >> 6 & 0x3F));
	to[3] = (char)(0x80 | (r & 0x3F));
	return 4;
}

bool
utf8_valid(str s)
{
	size_t n;

	for (; s.n; s = str_from(s, n))
		if (utf8_get(s, &n) == RUNE_BAD && n == 1)
			return false;
	return true;
}

size_t
utf8_count(str s)
{
	size_t count = 0, n;

	for (; s.n; s = str_from(s, n), count++)
		utf8_get(s, &n);
	return count;
}

void
strs_add(struct arena *a, struct strs *l, str s)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 4;
		l->at = arena_grow(a, l->at, l->n * sizeof s, cap * sizeof s);
		l->cap = cap;
	}
	l->at[l->n++] = s;
}

/* what orders s behind its first d bytes: the next one, or that there is none */
static unsigned
letter(str s, size_t d)
{
	return s.n > d ? 1u + (unsigned char)s.p[d] : 0;
}

static void
swap(str *a, str *b)
{
	str was = *a;

	*a = *b;
	*b = was;
}

/* Sorts strings that share their first d bytes, by multikey quicksort: in three parts,
 * below, at and above a letter. The largest of them is left to the loop, so that the
 * recursion is log n deep. */
static void
sort(str *at, size_t n, size_t d)
{
	while (n > 1) {
		unsigned pivot = letter(at[n / 2], d);
		size_t lo = 0, i = 0, hi = n, large;
		while (i < hi) {
			unsigned c = letter(at[i], d);
			if (c < pivot)
				swap(&at[lo++], &at[i++]);
			else if (c > pivot)
				swap(&at[i], &at[--hi]);
			else
				i++;
		}
		struct { str *at; size_t n, d; } part[] = {
			{ at, lo, d },
			{ at + lo, pivot ? hi - lo : 0, d + 1 },
			{ at + hi, n - hi, d },
		};
		large = part[0].n < part[1].n;
		large = part[large].n < part[2].n ? 2 : large;
		for (i = 0; i < countof(part); i++)
			if (i != large)
				sort(part[i].at, part[i].n, part[i].d);
		at = part[large].at;
		n = part[large].n;
		d = part[large].d;
	}
}

void
strs_sort(struct strs *l)
{
	sort(l->at, l->n, 0);
}

/* how large the buffer should become to hold n more bytes */
static size_t
roomy(const struct buf *b, size_t n)
{
	size_t cap = MAX(b->cap * 2, (size_t)BUF_MIN);

	cap = MAX(cap, b->n + n);
	return b->max ? MIN(cap, b->max) : cap;
}

static bool
fits(const struct buf *b, size_t n)
{
	return n <= (b->max ? b->max : SIZE_MAX / 4) - b->n;
}

char *
buf_room(struct buf *b, size_t n)
{
	if (!fits(b, n))
		fail_throw(b->a->fail, ERR_LIMIT, "%s: over %zu bytes", b->what, b->max);
	if (!b->p || n > b->cap - b->n) {
		size_t cap = roomy(b, n);
		b->p = arena_grow(b->a, b->p, b->cap, cap);
		b->cap = cap;
	}
	return b->p + b->n;
}

void
buf_took(struct buf *b, size_t n)
{
	assert(n <= b->cap - b->n);
	b->n += n;
}

void
buf_put(struct buf *b, str s)
{
	if (!s.n)
		return;
	memcpy(buf_room(b, s.n), s.p, s.n);
	b->n += s.n;
}

void
buf_char(struct buf *b, char c)
{
	*buf_room(b, 1) = c;
	b->n++;
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
	size_t room = b->p ? b->cap - b->n : 0;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(room ? b->p + b->n : NULL, room, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	if ((size_t)n >= room) {
		va_start(ap, fmt);
		vsnprintf(buf_room(b, (size_t)n + 1), (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	b->n += (size_t)n;
}

bool
buf_try(struct buf *b, str s, struct err *e)
{
	if (!fits(b, s.n))
		return err_set(e, ERR_LIMIT, "%s: over %zu bytes", b->what, b->max);
	if (s.n > b->cap - b->n) {
		size_t cap = roomy(b, s.n);
		char *p = arena_try_grow(b->a, b->p, b->cap, cap);
		if (!p)
			return err_set(e, ERR_LIMIT, "%s: no memory for %zu bytes",
			    b->what, cap);
		b->p = p;
		b->cap = cap;
	}
	if (s.n)
		memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
	return true;
}

str
buf_str(const struct buf *b)
{
	return (str){ b->p, b->n };
}
