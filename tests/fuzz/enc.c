/* SPDX-License-Identifier: MIT
 * enc.c - fuzzes base/enc.c: what is encoded is decoded to the same */
#include "base/enc.h"

#include <assert.h>

#include "base/mem.h"
#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct arena a = { .what = "fuzz" };
	struct buf text = { .a = &a }, url = { .a = &a };
	str in = { (const char *)data, n }, out;
	size_t at;

	enc_base64(&text, in);
	assert(text.n == (n + 2) / 3 * 4);
	assert(dec_base64(&a, buf_str(&text), &out, &at) && str_eq(in, out));
	if (dec_base64(&a, in, &out, &at))
		assert(out.n <= n / 4 * 3);
	else
		assert(at <= n);
	enc_percent(&url, in, "/");
	assert(url.n >= n && url.n <= 3 * n);
	arena_empty(&a);
	return 0;
}
