/* SPDX-License-Identifier: MIT
 * lib.h - every function by name */
#ifndef TMPL_LIB_H
#define TMPL_LIB_H

#include "base/base.h"

struct func;

/* NULL when there is none of that name */
const struct func *func_find(str name);

#endif
