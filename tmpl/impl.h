/* SPDX-License-Identifier: MIT
 * impl.h - what the template wing shares: how a function plugs in */
#ifndef TMPL_IMPL_H
#define TMPL_IMPL_H

#include "base/mem.h"
#include "base/str.h"
#include "base/val.h"

struct kv_view;

/* what a function sees of the rendering */
struct call {
	struct arena *a;
	const struct kv_view *view;
	struct fail *fail; /* throw the bare reason: the door says where */
	struct buf text;   /* see call_text */
};

/* an empty buffer for the text that a function makes */
static inline struct buf *
call_text(struct call *c)
{
	c->text.n = 0;
	return &c->text;
}

/* what was written to it, as the function's value */
static inline struct val
call_done(struct call *c)
{
	return val_str(str_dup(c->a, buf_str(&c->text)));
}

/* A function is a row in the table of its file. sig is a letter for each parameter:
 *   s string   i int   l []string   a interface {}   v reflect.Value: as a, still boxed
 * and ends in '*' when the last one takes any number. Arguments are counted and checked
 * before the call. */
struct func {
	const char *name;
	const char *sig;
	/* NULL: exec.c evaluates "and", "or" as far as it must, "call" to an error */
	struct val (*call)(struct call *, const struct val *arg, size_t n);
};
struct funcs {
	const struct func *at; /* sorted by name */
	size_t n;
};

/* the tables, by file; lib.c knows them all */
extern const struct funcs go_funcs, kv_funcs, lib_funcs, sys_funcs;

#endif
