/* SPDX-License-Identifier: MIT
 * http.c - fuzzes http.c's reader: the same reply in pieces is read to the same */
#include "http.h"

#include <assert.h>

#include "base/enc.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* a fingerprint of all that is read from s, `each` bytes at a time */
static uint64_t
read_all(str s, size_t each)
{
	struct http_reader r = { 0 };
	struct err e = { 0 };
	uint64_t seen = 0;
	enum feed f = FEED_MORE;
	str in, body;

	for (; f == FEED_MORE && s.n; s = str_from(s, MIN(each, s.n) - in.n)) {
		in = str_head(s, MIN(each, s.n));
		while ((f = http_feed(&r, &in, &body, &e)) == FEED_BODY || f == FEED_HEAD)
			seen = f == FEED_BODY ? enc_fnv1a(seen, body.p, body.n)
			                      : enc_fnv1a(seen, &r.status, sizeof r.status);
	}
	if (f == FEED_MORE)
		http_feed_end(&r, &e);
	return enc_fnv1a(seen, e.msg, sizeof e.msg) ^ s.n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	str s = { (const char *)data, n };
	assert(read_all(s, n + 1) == read_all(s, n ? data[n - 1] % 16u + 1 : 1));
	return 0;
}
