/* SPDX-License-Identifier: MIT
 * node.c - the nodes of a template as Go writes them */
#include "tmpl/node.h"

#include "base/str.h"
#include "tmpl/impl.h"
#include "tmpl/lit.h"

/* prototype for a recursive function */
static void pipe_text(struct buf *, const struct node *);

static void
path_text(struct buf *b, const struct node *n)
{
	if (n->path.of && n->path.of->kind == NODE_PIPE) {
		buf_char(b, '(');
		pipe_text(b, n->path.of);
		buf_char(b, ')');
	} else if (n->path.of) {
		node_text(b, n->path.of);
	}
	buf_put(b, n->path.var);
	for (const struct field *f = n->path.fields; f; f = f->next) {
		buf_char(b, '.');
		buf_put(b, f->name);
	}
}

static void
command_text(struct buf *b, const struct node *n)
{
	for (const struct node *arg = n->args; arg; arg = arg->next) {
		bool pipe = arg->kind == NODE_PIPE;
		if (arg != n->args)
			buf_char(b, ' ');
		if (pipe)
			buf_char(b, '(');
		node_text(b, arg);
		if (pipe)
			buf_char(b, ')');
	}
}

static void
pipe_text(struct buf *b, const struct node *n)
{
	const struct node *i;

	for (i = n->pipeline.decl; i; i = i->next) {
		path_text(b, i);
		buf_put(b, i->next ? STR(", ") : n->pipeline.assign ? STR(" = ") : STR(" := "));
	}
	for (i = n->pipeline.cmd; i; i = i->next) {
		command_text(b, i);
		if (i->next)
			buf_put(b, STR(" | "));
	}
}

static void
template_text(struct buf *b, const struct node *n)
{
	buf_put(b, STR("{{template "));
	lit_quote(b, n->call.name, '"', false);
	if (n->call.pipe) {
		buf_char(b, ' ');
		pipe_text(b, n->call.pipe);
	}
	buf_put(b, STR("}}"));
}

void
node_text(struct buf *b, const struct node *n)
{
	switch (n->kind) {
	case NODE_TEMPLATE:
		template_text(b, n);
		break;
	case NODE_PIPE:
		pipe_text(b, n);
		break;
	case NODE_COMMAND:
		command_text(b, n);
		break;
	case NODE_FUNC:
		buf_put(b, str_of(n->func->name));
		break;
	case NODE_FIELD:
	case NODE_VAR:
	case NODE_CHAIN:
		path_text(b, n);
		break;
	case NODE_DOT:
		buf_char(b, '.');
		break;
	case NODE_NIL:
		buf_put(b, STR("nil"));
		break;
	case NODE_BOOL:
		buf_put(b, n->truth ? STR("true") : STR("false"));
		break;
	case NODE_NUMBER:
	case NODE_STRING:
		buf_put(b, n->constant.lit);
		break;
	case NODE_TEXT: case NODE_ACTION: case NODE_IF: case NODE_RANGE: case NODE_WITH:
	case NODE_BREAK: case NODE_CONTINUE: case NODE_END: case NODE_ELSE:
		break; /* nothing fails at these */
	}
}
