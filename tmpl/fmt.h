/* SPDX-License-Identifier: MIT
 * fmt.h - values as Go's fmt prints them */
#ifndef TMPL_FMT_H
#define TMPL_FMT_H

#include "base/base.h"

struct buf;
struct val;

/* %v */
void fmt_val(struct buf *, const struct val *);
/* Sprint, Sprintln, Sprintf */
void fmt_print(struct buf *, const struct val *arg, size_t n);
void fmt_println(struct buf *, const struct val *arg, size_t n);
void fmt_printf(struct buf *, str format, const struct val *arg, size_t n);

#endif
