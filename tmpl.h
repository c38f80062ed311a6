/* SPDX-License-Identifier: MIT
 * tmpl.h - Go's text/template: compile, render; the door of the wing tmpl/ */
#ifndef TMPL_H
#define TMPL_H

#include "base/base.h"

struct arena;
struct kv_view;
struct tmpl;
struct val;

/* Compiles text into the arena. Messages read as Go words them:
 * "template: nginx.conf.tmpl:12: unexpected ...". Both functions are doors: they throw
 * nothing, and what is half-built stays in the arena until it is emptied. The arenas'
 * fail is theirs during the call and restored afterwards. */
bool tmpl_compile(struct arena *, str name, str text, struct tmpl **, struct err *);

/* Runs it: text of at most `max` bytes in the arena `a`, which may also hold scratch.
 * view: what getv and its kin see; dot: the value of {{.}} at the top; NULL: nil. */
bool tmpl_render(const struct tmpl *, const struct kv_view *view, const struct val *dot,
    struct arena *a, size_t max, str *out, struct err *);

#endif
