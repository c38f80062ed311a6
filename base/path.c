/* SPDX-License-Identifier: MIT
 * path.c - slash-separated paths, as Go's package path has them */
#include "base/path.h"

#include "base/mem.h"
#include "base/str.h"

/* takes one rune off the head of s */
static uint32_t
rune(str *s)
{
	size_t n;
	uint32_t r = utf8_get(*s, &n);

	*s = str_from(*s, n);
	return r;
}

/* one end of a range: a rune, or '\\' and a rune; false on a syntax error */
static bool
class_end(str *p, uint32_t *r)
{
	size_t n;

	if (!p->n || p->p[0] == '-' || p->p[0] == ']')
		return false;
	if (p->p[0] == '\\') {
		*p = str_from(*p, 1);
		if (!p->n)
			return false;
	}
	*r = utf8_get(*p, &n);
	if (*r == RUNE_BAD && n == 1)
		return false;
	*p = str_from(*p, n);
	return p->n > 0; /* a ']' must still come */
}

/* class := "[" ["^"] lo ["-" hi] {lo ["-" hi]} "]", p behind its "[" */
static int
class_match(str *p, uint32_t c)
{
	bool not = p->n && p->p[0] == '^', hit = false;
	uint32_t lo, hi;

	if (not)
		*p = str_from(*p, 1);
	for (unsigned n = 0; !(n && p->n && p->p[0] == ']'); n++) {
		if (!class_end(p, &lo))
			return -1;
		hi = lo;
		if (p->p[0] == '-') {
			*p = str_from(*p, 1);
			if (!class_end(p, &hi))
				return -1;
		}
		hit |= lo <= c && c <= hi;
	}
	*p = str_from(*p, 1);
	return hit != not;
}

/* the pattern up to its next '*' against the head of s: 1 and s behind it, 0, -1.
 * After a mismatch the rest is only checked for its syntax, as Go does. */
static int
chunk_match(str p, str *s)
{
	bool failed = false;

	while (p.n) {
		char c = p.p[0];
		uint32_t r;
		int hit;
		failed = failed || !s->n;
		p = str_from(p, 1);
		if (c == '[') {
			r = failed ? 0 : rune(s);
			if ((hit = class_match(&p, r)) < 0)
				return -1;
			failed = failed || !hit;
			continue;
		}
		if (c == '?') {
			failed = failed || s->p[0] == '/';
			if (!failed)
				rune(s);
			continue;
		}
		if (c == '\\') {
			if (!p.n)
				return -1;
			c = p.p[0];
			p = str_from(p, 1);
		}
		if (!failed) {
			failed = s->p[0] != c;
			*s = str_from(*s, 1);
		}
	}
	return !failed;
}

/* cuts the chunk off p: the stars before it (any: true) and the bytes up to the next */
static bool
next_chunk(str *p, str *chunk)
{
	bool star = false, in_class = false;
	size_t i;

	for (; p->n && p->p[0] == '*'; star = true)
		*p = str_from(*p, 1);
	for (i = 0; i < p->n && (in_class || p->p[i] != '*'); i++) {
		if (p->p[i] == '\\' && i + 1 < p->n)
			i++;
		else if (p->p[i] == '[')
			in_class = true;
		else if (p->p[i] == ']')
			in_class = false;
	}
	*chunk = str_head(*p, i);
	*p = str_from(*p, i);
	return star;
}

/* the chunk somewhere behind a star, which crosses no '/' */
static int
star_match(str chunk, bool last, str *s)
{
	for (size_t i = 0; i < s->n && s->p[i] != '/'; i++) {
		str t = str_from(*s, i + 1);
		int hit = chunk_match(chunk, &t);
		if (hit < 0)
			return -1;
		if (hit && !(last && t.n)) {
			*s = t;
			return 1;
		}
	}
	return 0;
}

/* a chunk that is not looked at any more is still checked for its syntax */
static int
mismatch(str p)
{
	str chunk, none = { 0 };

	while (p.n) {
		next_chunk(&p, &chunk);
		if (chunk_match(chunk, &none) < 0)
			return -1;
	}
	return 0;
}

int
path_match(str p, str s)
{
	while (p.n) {
		str chunk, t = s;
		bool star = next_chunk(&p, &chunk);
		int hit;
		if (star && !chunk.n)
			return str_find(s, STR("/")) == s.n;
		hit = chunk_match(chunk, &t);
		if (hit > 0 && (!t.n || p.n)) {
			s = t;
			continue;
		}
		if (hit >= 0 && star)
			hit = star_match(chunk, !p.n, &s);
		else
			hit = MIN(hit, 0);
		if (hit < 0)
			return -1;
		if (!hit)
			return mismatch(p);
	}
	return !s.n;
}

str
path_literal(str p)
{
	size_t i = 0;

	while (i < p.n && p.p[i] != '*' && p.p[i] != '?' && p.p[i] != '[' && p.p[i] != '\\')
		i++;
	return str_head(p, i);
}

/* takes ".." back: what is written loses its last element; false at the root or when
 * only ".." elements stand there */
static bool
pop(struct buf *b, size_t floor)
{
	if (b->n <= floor)
		return false;
	do
		b->n--;
	while (b->n > floor && b->p[b->n] != '/');
	return true;
}

str
path_clean(struct arena *a, str s)
{
	struct buf b = { .a = a, .what = "path" };
	bool rooted = s.n && s.p[0] == '/';
	size_t floor = rooted;
	str part;

	if (rooted)
		buf_char(&b, '/');
	while (s.n) {
		str_cut(s, '/', &part, &s);
		if (!part.n || str_eq(part, STR(".")))
			continue;
		if (str_eq(part, STR("..")) && (pop(&b, floor) || rooted))
			continue;
		if (b.n > rooted)
			buf_char(&b, '/');
		buf_put(&b, part);
		if (str_eq(part, STR("..")))
			floor = b.n;
	}
	return b.n ? buf_str(&b) : STR(".");
}

str
path_base(str s)
{
	size_t slash;

	if (!s.n)
		return STR(".");
	while (s.n && s.p[s.n - 1] == '/')
		s.n--;
	slash = str_last(s, '/');
	if (slash < s.n)
		s = str_from(s, slash + 1);
	return s.n ? s : STR("/");
}

str
path_dir(struct arena *a, str s)
{
	size_t slash = str_last(s, '/');

	return path_clean(a, str_head(s, slash < s.n ? slash + 1 : 0));
}

str
path_join(struct arena *a, str x, str y)
{
	struct buf b = { .a = a, .what = "path" };

	if (!x.n && !y.n)
		return (str){ 0 };
	if (!x.n)
		return path_clean(a, y);
	buf_put(&b, x);
	buf_char(&b, '/');
	buf_put(&b, y);
	return path_clean(a, buf_str(&b));
}
