/* SPDX-License-Identifier: MIT
 * enc.h - base64, percent, fingerprints */
#ifndef ENC_H
#define ENC_H

#include "base/base.h"

struct arena;
struct buf;

/* RFC 4648, section 4, with padding */
void enc_base64(struct buf *, str);
/* strict: padding needed, nothing else allowed; false and *at, the first bad byte */
bool dec_base64(struct arena *, str, str *out, size_t *at);
/* RFC 3986: all but unreserved bytes and those of `keep` */
void enc_percent(struct buf *, str, const char *keep);

/* FNV-1a, 64 bits: tells values apart where nobody means harm. h: 0, or that of the
 * text before */
uint64_t enc_fnv1a(uint64_t h, const void *, size_t n);

#endif
