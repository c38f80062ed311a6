/* SPDX-License-Identifier: MIT
 * exec.c - tree and store to text
 *
 * walk() runs the nodes that a list holds, eval_...() compute values. x->at follows the
 * evaluation just as Go's does, because messages name the node. */
#include "tmpl/exec.h"

#include <stdio.h>
#include <string.h>

#include "tmpl/fmt.h"
#include "tmpl/lit.h"
#include "tmpl/node.h"
#include "tmpl/type.h"

enum {
	TEMPLATES_MAX = 1000,  /* templates that call each other */
	DEPTH_MAX = 4000,      /* lists and pipelines inside each other, through all of them */
	STEPS_MAX = 100000000, /* nodes and iterations of one rendering: some seconds */
	STACK_MIN = 64,        /* values */
	BLAME_MAX = 160,       /* bytes of a message that say where: the reason comes last */
};

enum flow { FLOW_ON, FLOW_BREAK, FLOW_CONTINUE };

/* prototypes for recursive functions */
static enum flow walk(struct exec *, const struct val *dot, const struct node *);
static struct val eval_pipe(struct exec *, const struct val *dot, const struct node *);
static struct val eval_func(struct exec *, const struct val *dot, const struct node *,
    const struct node *whole, const struct node *args, const struct val *final);

static _Noreturn void PRINTF(2, 3)
error(struct exec *x, const char *fmt, ...)
{
	char msg[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof msg, fmt, ap);
	va_end(ap);
	fail_throw(x->call.fail, ERR_INPUT, "%s", msg);
}

static void
enter(struct exec *x)
{
	if (++x->depth > DEPTH_MAX)
		fail_throw(x->call.fail, ERR_LIMIT, "exceeded maximum nesting (%d)", DEPTH_MAX);
}

static void
count_step(struct exec *x)
{
	if (++x->steps > STEPS_MAX)
		fail_throw(x->call.fail, ERR_LIMIT, "exceeded %d steps", STEPS_MAX);
}

/* n values more on the stack, which may move; the index of the first */
static size_t
reserve(struct exec *x, size_t n)
{
	size_t at = x->top, cap = MAX(x->cap, (size_t)STACK_MIN);

	while (cap < at + n)
		cap *= 2;
	if (cap > x->cap) {
		x->stack = arena_grow(x->call.a, x->stack, x->cap * sizeof *x->stack,
		    cap * sizeof *x->stack);
		x->cap = cap;
	}
	x->top += n;
	return at;
}

/* makes room for the variables of a template, of which $ is dot */
static void
open_frame(struct exec *x, const struct define *d, const struct val *dot)
{
	x->base = reserve(x, d->slots);
	memset(x->stack + x->base, 0, d->slots * sizeof *x->stack);
	x->stack[x->base] = *dot;
	x->define = d;
}

static struct val *
var(struct exec *x, const struct node *n)
{
	if (n->path.slot == SLOT_NONE)
		error(x, "undefined variable: %.*s", ARG(n->path.var));
	return &x->stack[x->base + (size_t)n->path.slot];
}

static str
text_of(struct exec *x, const struct node *n)
{
	struct buf b = { .a = x->call.a, .what = "message" };

	node_text(&b, n);
	return buf_str(&b);
}

static struct val
eval_member(struct exec *x, const struct val *v, str name, bool args)
{
	const struct val *m = type_member(v, name);
	bool pair = type_of(v) == GO_PAIR;

	if (pair && !m)
		error(x, "can't evaluate field %.*s in type %s", ARG(name), type_name(v));
	if (pair && args)
		error(x, "%.*s has arguments but cannot be invoked as function", ARG(name));
	if (args)
		error(x, "%.*s is not a method but has arguments", ARG(name));
	if (!m)
		return (struct val){ 0 };
	return pair ? *m : type_boxed(*m);
}

static struct val
eval_field(struct exec *x, const struct val *v, str name, bool args)
{
	if (v->kind == VAL_NIL && !type_is_boxed(v))
		return *v;
	if (v->kind == VAL_NIL)
		error(x, "nil pointer evaluating %s.%.*s", type_name(v), ARG(name));
	if (v->kind != VAL_MAP)
		error(x, "can't evaluate field %.*s in type %s", ARG(name), type_name(v));
	return eval_member(x, v, name, args);
}

/* the fields of n, one after the other; args: something is given to the last */
static struct val
eval_fields(struct exec *x, struct val v, const struct node *n, bool args)
{
	for (const struct field *f = n->path.fields; f; f = f->next)
		v = eval_field(x, &v, f->name, args && !f->next);
	return v;
}

static struct val
eval_chain(struct exec *x, const struct val *dot, const struct node *n, bool args)
{
	const struct node *of = n->path.of;
	struct val v;

	x->at = of;
	if (of->kind == NODE_PIPE)
		v = eval_pipe(x, dot, of);
	else
		v = eval_func(x, dot, of, of, NULL, NULL);
	return eval_fields(x, v, n, args);
}

static struct val
constant(struct exec *x, const struct node *n)
{
	if (n->kind == NODE_BOOL)
		return val_bool(n->truth);
	if (n->constant.val.kind == VAL_NIL)
		error(x, "%.*s overflows int", ARG(n->constant.lit));
	return n->constant.val;
}

/* what a letter of a signature asks for, as Go names it */
static const char *
wanted(char letter)
{
	switch (letter) {
	case 's':
		return "string";
	case 'i':
		return "int";
	case 'l':
		return "[]string";
	case 'a':
		return "interface {}";
	default:
		return "reflect.Value";
	}
}

/* a literal as an argument; n is none but BOOL, NUMBER, STRING */
static struct val
literal(struct exec *x, const struct node *n, char letter)
{
	if (letter == 'a' || letter == 'v')
		return constant(x, n);
	if (letter == 's' && n->kind == NODE_STRING)
		return n->constant.val;
	if (letter == 'i' && n->kind == NODE_NUMBER && n->constant.i.kind == VAL_INT)
		return n->constant.i;
	if (letter == 'l')
		error(x, "can't handle %.*s for arg of type []string", ARG(text_of(x, n)));
	error(x, "expected %s; found %.*s", letter == 'i' ? "integer" : "string",
	    ARG(text_of(x, n)));
}

static bool
suits(const struct val *v, char letter)
{
	switch (letter) {
	case 's':
		return v->kind == VAL_STR;
	case 'i':
		return v->kind == VAL_INT && type_of(v) != GO_BYTE;
	case 'l':
		return v->kind == VAL_LIST && type_of(v) == GO_STRINGS;
	default:
		return true;
	}
}

/* v as an argument */
static struct val
validate(struct exec *x, struct val v, char letter)
{
	struct val held = type_unboxed(v);

	if (letter == 'v')
		return v;
	if (letter == 'l' && v.kind == VAL_NIL && !type_is_boxed(&v))
		return (struct val){ .kind = VAL_LIST, .type = GO_STRINGS };
	if (suits(&held, letter))
		return held;
	if (v.kind == VAL_NIL && !type_is_boxed(&v))
		error(x, "invalid value; expected %s", wanted(letter));
	error(x, "wrong type for value; expected %s; got %s", wanted(letter),
	    type_name(v.kind == VAL_NIL ? &v : &held));
}

static struct val
eval_operand(struct exec *x, const struct val *dot, const struct node *n)
{
	if (n->kind == NODE_FIELD)
		return eval_fields(x, *dot, n, false);
	if (n->kind == NODE_VAR)
		return eval_fields(x, *var(x, n), n, false);
	if (n->kind == NODE_CHAIN)
		return eval_chain(x, dot, n, false);
	if (n->kind == NODE_PIPE)
		return eval_pipe(x, dot, n);
	if (n->kind == NODE_FUNC)
		return eval_func(x, dot, n, n, NULL, NULL);
	return *dot;
}

static struct val
eval_arg(struct exec *x, const struct val *dot, const struct node *n, char letter)
{
	x->at = n;
	if (n->kind == NODE_NIL) {
		if (letter == 's' || letter == 'i')
			error(x, "cannot assign nil to %s", wanted(letter));
		return validate(x, (struct val){ 0 }, letter);
	}
	if (n->kind == NODE_BOOL || n->kind == NODE_NUMBER || n->kind == NODE_STRING)
		return literal(x, n, letter);
	return validate(x, eval_operand(x, dot, n), letter);
}

/* how many arguments f is given; throws when they are too few or too many */
static size_t
count_args(struct exec *x, const struct func *f, const struct node *args, bool final)
{
	size_t want = strlen(f->sig), n = 0;
	bool repeats = want && f->sig[want - 1] == '*';

	want -= repeats ? 2 : 0;
	for (; args; args = args->next)
		n++;
	if (repeats && n + final < want)
		error(x, "wrong number of args for %s: want at least %zu got %zu", f->name,
		    want, n);
	if (!repeats && n + final != want)
		error(x, "wrong number of args for %s: want %zu got %zu", f->name, want,
		    n + final);
	return n + final;
}

/* the letter of the next argument; a repeated one stays */
static const char *
next_letter(const char *sig)
{
	return sig[1] && sig[1] != '*' ? sig + 1 : sig;
}

/* "and", "or": the first argument that decides, or the last */
static struct val
eval_lazy(struct exec *x, const struct val *dot, const struct func *f,
    const struct node *args, const struct val *final)
{
	bool enough = !strcmp(f->name, "or");
	struct val v = { 0 };

	for (; args; args = args->next) {
		v = eval_arg(x, dot, args, 'v');
		if (type_truth(&v) == enough)
			return v;
	}
	return final ? *final : v;
}

/* No value of ours is a function. What "call" is given is named as it is written or,
 * out of a pipe, as Go's reflect has it. */
static _Noreturn void
no_function(struct exec *x, const struct val *dot, const struct func *f,
    const struct node *whole, const struct node *args, const struct val *final)
{
	struct val v = type_unboxed(args ? eval_arg(x, dot, args, 'v') : *final);
	str name = args ? text_of(x, args)
	    : v.kind == VAL_STR ? v.s
				: str_fmt(x->call.a, "<%s Value>", type_name(&v));

	for (args = args ? args->next : NULL; args; args = args->next)
		eval_arg(x, dot, args, 'v');
	x->at = whole;
	x->calling = f;
	if (v.kind == VAL_NIL)
		error(x, "call of nil");
	error(x, "non-function %.*s of type %s", ARG(name), type_name(&v));
}

/* the function's result, with `whole` to blame for an error of its own */
static struct val
call(struct exec *x, const struct func *f, size_t first, size_t n,
    const struct node *whole)
{
	const struct node *was = x->at;
	struct val v;

	x->at = whole;
	x->calling = f;
	v = f->call(&x->call, x->stack + first, n);
	x->calling = NULL;
	x->at = was;
	return v;
}

static struct val
eval_func(struct exec *x, const struct val *dot, const struct node *n,
    const struct node *whole, const struct node *args, const struct val *final)
{
	const struct func *f = n->func;
	const char *letter = f->sig;
	size_t count, first, i = 0;
	struct val v;

	x->at = n;
	count = count_args(x, f, args, final != NULL);
	if (!f->call && !strcmp(f->name, "call"))
		no_function(x, dot, f, whole, args, final);
	if (!f->call)
		return eval_lazy(x, dot, f, args, final);
	first = reserve(x, count);
	for (; args; args = args->next, letter = next_letter(letter)) {
		v = eval_arg(x, dot, args, *letter);
		x->stack[first + i++] = v;
	}
	if (final)
		x->stack[first + i] = validate(x, *final, *letter);
	v = call(x, f, first, count, whole);
	x->top = first;
	return v;
}

/* a first word that takes no arguments */
static struct val
eval_word(struct exec *x, const struct val *dot, const struct node *n,
    const struct val *final)
{
	if (n->kind == NODE_VAR)
		var(x, n); /* that it is undefined is said first */
	if (n->next || final)
		error(x, "can't give argument to non-function %.*s", ARG(text_of(x, n)));
	if (n->kind == NODE_NIL)
		error(x, "nil is not a command");
	if (n->kind == NODE_BOOL || n->kind == NODE_NUMBER || n->kind == NODE_STRING)
		return constant(x, n);
	return eval_operand(x, dot, n);
}

static struct val
eval_command(struct exec *x, const struct val *dot, const struct node *cmd,
    const struct val *final)
{
	const struct node *n = cmd->args;
	bool args = n->next || final;

	if (n->kind == NODE_FUNC)
		return eval_func(x, dot, n, cmd, n->next, final);
	if (n->kind != NODE_PIPE)
		x->at = n;
	if (n->kind == NODE_FIELD)
		return eval_fields(x, *dot, n, args);
	if (n->kind == NODE_CHAIN)
		return eval_chain(x, dot, n, args);
	if (n->kind == NODE_VAR && n->path.fields)
		return eval_fields(x, *var(x, n), n, args);
	return eval_word(x, dot, n, final);
}

/* n may be NULL: nil */
static struct val
eval_pipe(struct exec *x, const struct val *dot, const struct node *n)
{
	struct val v = { 0 };
	const struct node *i;

	if (!n)
		return v;
	enter(x);
	x->at = n;
	i = n->pipeline.cmd;
	v = type_unboxed(eval_command(x, dot, i, NULL));
	while ((i = i->next)) {
		struct val final = v;
		v = type_unboxed(eval_command(x, dot, i, &final));
	}
	for (i = n->pipeline.decl; i; i = i->next)
		*var(x, i) = v;
	x->depth--;
	return v;
}

static void
print(struct exec *x, const struct val *v)
{
	if (v->kind == VAL_STR)
		buf_put(&x->out, v->s);
	else if (v->kind == VAL_NIL)
		buf_put(&x->out, STR("<no value>"));
	else
		fmt_val(&x->out, v);
}

static enum flow
walk_branch(struct exec *x, const struct val *dot, const struct node *n)
{
	struct val v = eval_pipe(x, dot, n->branch.pipe);

	if (!type_truth(&v))
		return walk(x, dot, n->branch.orelse);
	return walk(x, n->kind == NODE_WITH ? &v : dot, n->branch.list);
}

/* one turn of a range, the variables set: false after a break */
static bool
turn(struct exec *x, const struct node *n, const struct val *key,
    const struct val *element)
{
	const struct node *decl = n->branch.pipe->pipeline.decl;

	count_step(x);
	if (decl && decl->next) {
		*var(x, decl) = *key;
		decl = decl->next;
	}
	if (decl)
		*var(x, decl) = *element;
	return walk(x, element, n->branch.list) != FLOW_BREAK;
}

static void
range_ints(struct exec *x, const struct node *n, const struct val *v)
{
	const struct node *decl = n->branch.pipe->pipeline.decl;

	if (decl && decl->next)
		error(x, "can't use %lld to iterate over more than one variable",
		    (long long)v->i);
	for (int64_t i = 0; i < v->i; i++) {
		struct val element = *v;
		element.i = i;
		if (!turn(x, n, NULL, &element))
			return;
	}
}

static void
range_list(struct exec *x, const struct node *n, const struct val *v)
{
	for (size_t i = 0; i < v->list.n; i++) {
		struct val key = val_int((int64_t)i), element = type_element(v, i);
		if (!turn(x, n, &key, &element))
			return;
	}
}

static void
range_map(struct exec *x, const struct node *n, const struct val *v)
{
	for (size_t i = 0; i < v->map.n; i++) {
		const struct member *m = &v->map.at[i];
		struct val key = val_str(m->key), element = type_boxed(m->val);
		if (!turn(x, n, &key, &element))
			return;
	}
}

static _Noreturn void
no_range(struct exec *x, const struct val *v)
{
	struct buf b = { .a = x->call.a, .what = "message" };

	fmt_val(&b, v);
	error(x, "range can't iterate over %.*s", ARG(buf_str(&b)));
}

static enum flow
walk_range(struct exec *x, const struct val *dot, const struct node *n)
{
	struct val v = eval_pipe(x, dot, n->branch.pipe);
	enum flow flow;

	if (v.kind == VAL_INT)
		range_ints(x, n, &v);
	else if (v.kind == VAL_LIST)
		range_list(x, n, &v);
	else if (v.kind == VAL_MAP && type_of(&v) != GO_PAIR)
		range_map(x, n, &v);
	else if (v.kind != VAL_NIL)
		no_range(x, &v);
	if (v.kind == VAL_INT ? v.i > 0 : type_truth(&v))
		return FLOW_ON;
	/* as in Go, a break there leaves this range, a continue the one around it */
	flow = walk(x, dot, n->branch.orelse);
	return flow == FLOW_BREAK ? FLOW_ON : flow;
}

static _Noreturn void
no_template(struct exec *x, str name)
{
	struct buf b = { .a = x->call.a, .what = "message" };

	lit_quote(&b, name, '"', false);
	error(x, "template %.*s not defined", ARG(buf_str(&b)));
}

static void
walk_template(struct exec *x, const struct val *dot, const struct node *n)
{
	const struct define *callee = n->call.define, *caller = x->define;
	size_t base = x->base, top = x->top;
	struct val v;

	x->at = n;
	if (!callee)
		no_template(x, n->call.name);
	if (++x->templates > TEMPLATES_MAX)
		fail_throw(x->call.fail, ERR_LIMIT, "exceeded maximum template depth (%d)",
		    TEMPLATES_MAX);
	v = eval_pipe(x, dot, n->call.pipe);
	open_frame(x, callee, &v);
	walk(x, &v, callee->list);
	x->define = caller;
	x->base = base;
	x->top = top;
	x->templates--;
}

static void
walk_action(struct exec *x, const struct val *dot, const struct node *n)
{
	struct val v = eval_pipe(x, dot, n->pipe);

	if (!n->pipe->pipeline.decl)
		print(x, &v);
}

static enum flow
step(struct exec *x, const struct val *dot, const struct node *n)
{
	switch (n->kind) {
	case NODE_TEXT:
		x->at = NULL; /* only a limit fails here: that is nobody's fault */
		buf_put(&x->out, n->text);
		return FLOW_ON;
	case NODE_ACTION:
		walk_action(x, dot, n);
		return FLOW_ON;
	case NODE_IF:
	case NODE_WITH:
		return walk_branch(x, dot, n);
	case NODE_RANGE:
		return walk_range(x, dot, n);
	case NODE_TEMPLATE:
		walk_template(x, dot, n);
		return FLOW_ON;
	case NODE_BREAK:
		return FLOW_BREAK;
	case NODE_CONTINUE:
		return FLOW_CONTINUE;
	case NODE_END: case NODE_ELSE: case NODE_PIPE: case NODE_COMMAND: case NODE_FUNC:
	case NODE_FIELD: case NODE_VAR: case NODE_CHAIN: case NODE_DOT: case NODE_NIL:
	case NODE_BOOL: case NODE_NUMBER: case NODE_STRING:
		break; /* no list holds these */
	}
	return FLOW_ON;
}

static enum flow
walk(struct exec *x, const struct val *dot, const struct node *n)
{
	enum flow flow = FLOW_ON;

	enter(x);
	for (; n && flow == FLOW_ON; n = n->next) {
		count_step(x);
		flow = step(x, dot, n);
	}
	x->depth--;
	return flow;
}

void
exec_run(struct exec *x, const struct val *dot)
{
	buf_room(&x->out, MIN(x->t->text.n, x->out.max)); /* most of it is plain text */
	open_frame(x, x->t->main, dot);
	walk(x, dot, x->define->list);
}

/* executing "NAME" at <NODE: false when b holds less than all of it */
static bool
describe(const struct exec *x, struct buf *b)
{
	struct err ignored;
	struct fail full = { .err = &ignored };
	struct arena none = { .fail = &full };

	if (setjmp(full.env))
		return false;
	b->a = &none;
	buf_put(b, STR("executing "));
	lit_quote(b, x->define->name, '"', false);
	buf_put(b, STR(" at <"));
	node_text(b, x->at);
	return true;
}

void
exec_blame(const struct exec *x, struct err *e)
{
	char room[BLAME_MAX];
	struct buf b = { .p = room, .cap = sizeof room, .max = sizeof room };
	unsigned line = 1;
	size_t begin = 0;
	bool whole;

	if (!x->at) {
		err_wrap(e, "template: %.*s", ARG(x->t->name));
		return;
	}
	for (size_t i = 0; i < x->at->at; i++) {
		if (x->t->text.p[i] == '\n') {
			line++;
			begin = i + 1;
		}
	}
	if (x->calling)
		err_wrap(e, "error calling %s", x->calling->name);
	whole = describe(x, &b);
	err_wrap(e, "template: %.*s:%u:%zu: %.*s%s>", ARG(x->t->name), line,
	    x->at->at - begin, ARG(buf_str(&b)), whole ? "" : "...");
}
