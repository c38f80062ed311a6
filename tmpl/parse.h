/* SPDX-License-Identifier: MIT
 * parse.h - text to a tree */
#ifndef TMPL_PARSE_H
#define TMPL_PARSE_H

#include "base/base.h"

struct arena;
struct tmpl;

/* the template in text, both copied; throws through the arena's fail */
struct tmpl *parse_template(struct arena *, str name, str text);

#endif
