/* SPDX-License-Identifier: MIT
 * toml.h - TOML 1.0 to val */
#ifndef TOML_H
#define TOML_H

#include "base/base.h"

struct arena;
struct val;

/* The whole document as a VAL_MAP. Messages read "NAME:LINE:COLUMN: what"; columns
 * count bytes from 1. Every val carries its line and column. Dates and times are
 * VAL_TIME with their text. The door of this parser: throws nothing. */
bool toml_parse(struct arena *, str name, str text, struct val *, struct err *);

#endif
