/* SPDX-License-Identifier: MIT
 * node.h - what a template is made of */
#ifndef TMPL_NODE_H
#define TMPL_NODE_H

#include "base/val.h"

struct buf;
struct func;

enum node_kind {
	/* what a list holds */
	NODE_TEXT, NODE_ACTION, NODE_IF, NODE_RANGE, NODE_WITH, NODE_TEMPLATE,
	NODE_BREAK, NODE_CONTINUE,
	/* what ends one */
	NODE_END, NODE_ELSE,
	/* what computes */
	NODE_PIPE, NODE_COMMAND, NODE_FUNC, NODE_FIELD, NODE_VAR, NODE_CHAIN,
	NODE_DOT, NODE_NIL, NODE_BOOL, NODE_NUMBER, NODE_STRING,
};

struct field { /* .Name */
	str name;
	struct field *next;
};

enum { SLOT_NONE = -1 }; /* a variable that is assigned to, but was never declared */

struct node {
	enum node_kind kind;
	size_t at;         /* byte of the text, for messages */
	struct node *next; /* in its list, pipeline or command */
	union {
		str text;          /* TEXT */
		struct node *pipe; /* ACTION */
		struct {           /* IF, RANGE, WITH */
			struct node *pipe, *list, *orelse;
		} branch;
		struct {           /* TEMPLATE; pipe may be NULL */
			str name;
			struct node *pipe;
			struct define *define; /* NULL when there is none of that name */
			struct node *earlier;  /* the TEMPLATE parsed before it */
		} call;
		struct {           /* PIPE; decl: VARs */
			struct node *decl, *cmd;
			bool assign;
		} pipeline;
		struct node *args; /* COMMAND: the first is what is done */
		const struct func *func;
		struct {           /* FIELD, VAR, CHAIN: one of .a.b, $x.a.b, (of).a.b */
			str var;
			int slot;
			struct node *of;
			struct field *fields;
		} path;
		bool truth;
		struct {           /* NUMBER, STRING */
			str lit;
			struct val val; /* NUMBER that overflows int: nil */
			struct val i;   /* NUMBER as an int; nil when it is none */
		} constant;
	};
};

struct define {
	str name;
	struct node *list;
	size_t slots;        /* variables, $ included */
	struct define *next;
};

struct tmpl {
	str name, text;
	struct define *defines;
	struct define *main;
};

/* a node that computes, or a TEMPLATE, as Go's String() has it */
void node_text(struct buf *, const struct node *);

#endif
