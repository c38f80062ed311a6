/* SPDX-License-Identifier: MIT
 * exec.h - tree and store to text */
#ifndef TMPL_EXEC_H
#define TMPL_EXEC_H

#include "tmpl/impl.h"

struct define;
struct node;
struct tmpl;

struct exec {
	const struct tmpl *t;
	struct call call;
	struct buf out;
	/* where it is, for messages */
	const struct define *define;
	const struct node *at;
	const struct func *calling; /* NULL: none */
	/* variables of the templates that are running, and arguments */
	struct val *stack;
	size_t base, top, cap;
	unsigned depth, templates;
	uint64_t steps;
};

/* runs the main template; throws the bare reason through the arena's fail */
void exec_run(struct exec *, const struct val *dot);
/* puts what Go puts before it in front of a reason that was thrown */
void exec_blame(const struct exec *, struct err *);

#endif
