/* SPDX-License-Identifier: MIT
 * enc.c - base64, percent, fingerprints */
#include "base/enc.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                             "0123456789+/";

void
enc_base64(struct buf *b, str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	char *to = buf_room(b, (s.n + 2) / 3 * 4);
	size_t i, o = 0;

	for (i = 0; i + 2 < s.n; i += 3) {
		unsigned v = (unsigned)p[i] << 16 | (unsigned)p[i + 1] << 8 | p[i + 2];
		to[o++] = digits[v >> 18];
		to[o++] = digits[v >> 12 & 63];
		to[o++] = digits[v >> 6 & 63];
		to[o++] = digits[v & 63];
	}
	if (i < s.n) {
		bool two = i + 1 < s.n;
		unsigned v = (unsigned)p[i] << 16 | (two ? (unsigned)p[i + 1] << 8 : 0);
		to[o++] = digits[v >> 18];
		to[o++] = digits[v >> 12 & 63];
		to[o++] = two ? digits[v >> 6 & 63] : '=';
		to[o++] = '=';
	}
	buf_took(b, o);
}

static int
digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* four digits, the last group with its padding; false and *bad, which byte is wrong */
static bool
group(const char *in, bool last, char *to, size_t *n, size_t *bad)
{
	unsigned v = 0, pad = 0;

	for (size_t i = 0; i < 4; i++) {
		int d = digit(in[i]);
		if (d < 0 && !(in[i] == '=' && last && i >= 2)) {
			*bad = i;
			return false;
		}
		if (pad && d >= 0) {
			*bad = i;
			return false;
		}
		pad += d < 0;
		v = v << 6 | (unsigned)(d < 0 ? 0 : d);
	}
	*n = 3 - pad;
	for (size_t i = 0; i < *n; i++)
		to[i] = (char)(v >> (16 - 8 * i) & 0xff);
	return true;
}

bool
dec_base64(struct arena *a, str s, str *out, size_t *at)
{
	char *to = arena_alloc(a, s.n / 4 * 3 + 1, 1);
	size_t o = 0, n, bad;

	for (size_t i = 0; i + 4 <= s.n; i += 4) {
		if (!group(s.p + i, i + 4 == s.n, to + o, &n, &bad)) {
			*at = i + bad;
			return false;
		}
		o += n;
	}
	*at = s.n;
	*out = (str){ to, o };
	return s.n % 4 == 0;
}

static bool
unreserved(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
	    || (c && strchr("-._~", c));
}

void
enc_percent(struct buf *b, str s, const char *keep)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (unreserved(c) || (c && strchr(keep, c)))
			buf_char(b, (char)c);
		else
			buf_fmt(b, "%%%02X", c);
	}
}

uint64_t
enc_fnv1a(uint64_t h, const void *data, size_t n)
{
	const unsigned char *p = data;

	if (!h)
		h = 0xcbf29ce484222325;
	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3;
	return h;
}
