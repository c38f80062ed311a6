/* SPDX-License-Identifier: MIT
 * enc.c - tests of base/enc.c */
#include "../../base/enc.c"

#include "tests/check.h"

static void
base64(void)
{
	static const struct {
		const char *plain, *coded;
	} rows[] = { /* RFC 4648, section 10 */
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xbe", "+/++" },
	};
	struct arena a = { .what = "base64" };
	size_t at;
	str out;

	for (size_t i = 0; i < countof(rows); i++) {
		struct buf b = { .a = &a, .what = "base64" };
		enc_base64(&b, str_of(rows[i].plain));
		check_text(buf_str(&b), str_of(rows[i].coded), rows[i].plain);
		check(dec_base64(&a, str_of(rows[i].coded), &out, &at));
		check_text(out, str_of(rows[i].plain), rows[i].coded);
	}
	arena_drop(&a);
}

/* all bytes, in texts of every length */
static void
base64_bytes(void)
{
	struct arena a = { .what = "base64" };
	char all[256];
	bool same = true;
	size_t at;
	str out;

	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	for (size_t n = 0; n <= sizeof all; n++) {
		struct buf b = { .a = &a, .what = "base64" };
		str in = { all, n };
		enc_base64(&b, in);
		same &= dec_base64(&a, buf_str(&b), &out, &at) && str_eq(in, out);
	}
	check(same);
	arena_drop(&a);
}

static void
base64_strict(void)
{
	static const struct {
		const char *text;
		size_t at;
	} rows[] = {
		{ "Z", 1 }, { "Zg", 2 }, { "Zg=", 3 }, { "Zm9vY", 5 }, { "Zm9v\n", 5 },
		{ "=", 1 }, { "====", 0 }, { "Z===", 1 }, { "Zg=v", 3 }, { "Zg==Zg==", 2 },
		{ "Zm9vZg==Zm9v", 6 }, { "Zm 9", 2 }, { "Zm-_", 2 }, { "Zm9\xc3", 3 },
		{ "Zm9vZm9v=", 9 }, { "\nZm9", 0 },
	};
	struct arena a = { .what = "base64" };

	for (size_t i = 0; i < countof(rows); i++) {
		size_t at = 99;
		str out;
		check_at(!dec_base64(&a, str_of(rows[i].text), &out, &at), rows[i].text, 0,
		    "is refused");
		check_at(at == rows[i].at, rows[i].text, 0, "is refused at its bad byte");
	}
	arena_drop(&a);
}

static void
percent(void)
{
	struct arena a = { .what = "percent" };
	struct buf b = { .a = &a }, c = { .a = &a };

	enc_percent(&b, STR("azAZ09-._~ /%\0\xff\xc3\xa9"), "/");
	check_text(buf_str(&b), STR("azAZ09-._~%20/%25%00%FF%C3%A9"), "keep /");
	enc_percent(&c, STR("a/b?c=d&e"), "");
	check_text(buf_str(&c), STR("a%2Fb%3Fc%3Dd%26e"), "keep nothing");
	arena_drop(&a);
}

/* the values of the FNV test suite */
static void
fingerprints(void)
{
	uint64_t head = enc_fnv1a(0, "foo", 3);

	check(enc_fnv1a(0, "", 0) == 0xcbf29ce484222325);
	check(enc_fnv1a(0, "a", 1) == 0xaf63dc4c8601ec8c);
	check(enc_fnv1a(0, "foobar", 6) == 0x85944171f73967e8);
	check(enc_fnv1a(head, "bar", 3) == 0x85944171f73967e8);
}

int
main(void)
{
	base64();
	base64_bytes();
	base64_strict();
	percent();
	fingerprints();
	return check_end("enc");
}
