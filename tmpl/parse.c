/* SPDX-License-Identifier: MIT
 * parse.c - tokens to a tree
 *
 * Each function has its grammar rule above it; the file reads as the grammar from its
 * end up. Variables get their slots and functions their rows here, so that executing
 * looks nothing up by name but the fields of maps. */
#include "tmpl/parse.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "tmpl/lex.h"
#include "tmpl/lib.h"
#include "tmpl/lit.h"
#include "tmpl/node.h"

enum {
	DEPTH_MAX = 500,    /* parentheses and actions inside each other */
	VARS_MAX = 1000,    /* variables of one template, at one point */
	DEFINES_MAX = 1000, /* templates of one text */
};

struct var {
	str name;
	int slot;
};

/* what each {{define}} and {{block}} has for itself */
struct scope {
	struct define *define;
	size_t first;    /* of its variables */
	unsigned line;   /* of the action being read; 0: none */
	unsigned ranges; /* around this point */
};

struct parser {
	struct arena *a;
	struct lex lex;
	struct tok tok[3]; /* tok[0] is the newest; back of them are to be read again */
	unsigned back;
	struct tmpl *t;
	struct define **tail;
	size_t ndefines;
	struct node *calls; /* the newest TEMPLATE */
	struct scope scope;
	struct var vars[VARS_MAX];
	size_t nvars;
	unsigned depth;
};

/* prototypes for recursive rules */
static struct node *list(struct parser *, struct node **);
static struct node *branch(struct parser *, enum node_kind);
static struct node *pipeline(struct parser *, const char *context, enum tok_kind end);

static _Noreturn void PRINTF(2, 3)
error(struct parser *p, const char *fmt, ...)
{
	char msg[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof msg, fmt, ap);
	va_end(ap);
	fail_throw(p->a->fail, ERR_INPUT, "template: %.*s:%u: %s", ARG(p->t->name),
	    p->tok[0].line, msg);
}

static str
quote(struct parser *p, str s)
{
	struct buf b = { .a = p->a, .what = "message" };

	lit_quote(&b, s, '"', false);
	return buf_str(&b);
}

/* a token, shown in a message */
static str
shown(struct parser *p, struct tok t)
{
	str s = t.text;
	size_t cut = 0, n;

	if (t.kind == TOK_EOF)
		return STR("EOF");
	if (t.kind > TOK_KEYWORD)
		return str_fmt(p->a, "<%.*s>", ARG(s));
	if (s.n <= 10)
		return quote(p, s);
	for (int runes = 0; runes < 10 && cut < s.n; runes++, cut += n)
		utf8_get(str_from(s, cut), &n);
	return str_fmt(p->a, "%.*s...", ARG(quote(p, str_head(s, cut))));
}

static _Noreturn void
unexpected(struct parser *p, struct tok t, const char *context)
{
	unsigned line = p->scope.line;
	const char *in = str_ends(t.text, STR(" action")) ? "" : " in action";

	if (t.kind != TOK_ERROR)
		error(p, "unexpected %.*s in %s", ARG(shown(p, t)), context);
	if (!line || line == t.line)
		error(p, "%.*s", ARG(t.text));
	error(p, "%.*s%s started at %.*s:%u", ARG(t.text), in, ARG(p->t->name), line);
}

static struct tok
next(struct parser *p)
{
	if (p->back)
		return p->tok[--p->back];
	return p->tok[0] = lex_next(&p->lex);
}

static struct tok
peek(struct parser *p)
{
	struct tok t = next(p);

	p->back++;
	return t;
}

static struct tok
next_word(struct parser *p)
{
	struct tok t;

	do
		t = next(p);
	while (t.kind == TOK_SPACE);
	return t;
}

static struct tok
peek_word(struct parser *p)
{
	struct tok t = next_word(p);

	p->back++;
	return t;
}

static struct tok
expect(struct parser *p, enum tok_kind kind, const char *context)
{
	struct tok t = next_word(p);

	if (t.kind != kind)
		unexpected(p, t, context);
	return t;
}

static struct node *
node(struct parser *p, enum node_kind kind, size_t at)
{
	struct node *n = NEW(p->a, struct node);

	n->kind = kind;
	n->at = at;
	return n;
}

static void
enter(struct parser *p, const char *what)
{
	if (++p->depth > DEPTH_MAX)
		error(p, "max %s depth exceeded", what);
}

static int
find_slot(const struct parser *p, str name, bool *found)
{
	*found = true;
	for (size_t i = p->nvars; i > p->scope.first; i--)
		if (str_eq(p->vars[i - 1].name, name))
			return p->vars[i - 1].slot;
	*found = false;
	return SLOT_NONE;
}

/* Makes room for a variable that is visible from now on, but until its pipeline is
 * complete, it is the one of that name before it. */
static void
add_var(struct parser *p, str name)
{
	struct define *d = p->scope.define;
	bool found;

	if (p->nvars == VARS_MAX)
		error(p, "more than %d variables", VARS_MAX);
	p->vars[p->nvars] = (struct var){ name, find_slot(p, name, &found) };
	p->nvars++;
	d->slots = MAX(d->slots, p->nvars - p->scope.first);
}

/* the variables from `first` on, which the pipeline declares or assigns to */
static void
bind(struct parser *p, struct node *pipe, size_t first)
{
	struct node *v = pipe->pipeline.decl;

	for (size_t i = first; v; v = v->next, i++) {
		if (!pipe->pipeline.assign)
			p->vars[i].slot = (int)(i - p->scope.first);
		v->path.slot = p->vars[i].slot;
	}
}

/* declarations := [ var [ "," var ] ( ":=" | "=" ) ], two in a range only */
static void
declarations(struct parser *p, struct node *pipe, const char *context)
{
	struct node **tail = &pipe->pipeline.decl;

	while (peek_word(p).kind == TOK_VAR) {
		struct tok var = next(p), after = peek(p), op = peek_word(p);
		bool comma = op.kind == TOK_CHAR && str_eq(op.text, STR(","));
		if (!comma && op.kind != TOK_ASSIGN && op.kind != TOK_DECLARE) {
			if (after.kind == TOK_SPACE)
				p->tok[p->back++] = after;
			p->tok[p->back++] = var;
			return;
		}
		next_word(p);
		*tail = node(p, NODE_VAR, var.at);
		(*tail)->path.var = var.text;
		add_var(p, var.text);
		pipe->pipeline.assign = op.kind == TOK_ASSIGN;
		if (!comma)
			return;
		if (strcmp(context, "range") || tail != &pipe->pipeline.decl)
			error(p, "too many declarations in %s", context);
		tail = &(*tail)->next;
		op = peek_word(p);
		if (op.kind != TOK_VAR && op.kind != TOK_RIGHT && op.kind != TOK_RPAREN)
			error(p, "range can only initialize variables");
	}
}

static struct node *
number(struct parser *p, struct tok t)
{
	struct node *n = node(p, NODE_NUMBER, t.at);
	struct number num;

	n->constant.lit = t.text;
	if (str_ends(t.text, STR("i")))
		error(p, "complex numbers are not supported: %.*s", ARG(t.text));
	switch (lit_number(p->a, t.text, &num)) {
	case LIT_BAD:
		error(p, "illegal number syntax: %.*s", ARG(quote(p, t.text)));
	case LIT_OVER:
		error(p, "integer overflow: %.*s", ARG(quote(p, t.text)));
	case LIT_HUGE:
	case LIT_OK:
		break;
	}
	if (num.integral)
		n->constant.i = val_int(num.i);
	n->constant.val = num.fractional ? val_float(num.f) : n->constant.i;
	return n;
}

static struct node *
rune(struct parser *p, struct tok t)
{
	struct node *n = node(p, NODE_NUMBER, t.at);
	uint32_t r;
	str rest;

	if (!lit_rune(t.text, &r, &rest))
		error(p, "invalid syntax");
	if (!str_eq(rest, STR("'")))
		error(p, "malformed character constant: %.*s", ARG(t.text));
	n->constant.lit = t.text;
	n->constant.val = n->constant.i = val_int(r);
	return n;
}

static str
unquoted(struct parser *p, struct tok t)
{
	str s;

	if (!lit_string(p->a, t.text, &s))
		error(p, "invalid syntax");
	return s;
}

static struct node *
string(struct parser *p, struct tok t)
{
	struct node *n = node(p, NODE_STRING, t.at);

	n->constant.lit = t.text;
	n->constant.val = val_str(unquoted(p, t));
	return n;
}

static struct node *
function(struct parser *p, struct tok t)
{
	struct node *n = node(p, NODE_FUNC, t.at);

	n->func = func_find(t.text);
	if (!n->func)
		error(p, "function %.*s not defined", ARG(quote(p, t.text)));
	return n;
}

static struct node *
variable(struct parser *p, struct tok t)
{
	struct node *n = node(p, NODE_VAR, t.at);
	bool found;

	n->path.var = t.text;
	n->path.slot = find_slot(p, t.text, &found);
	if (!found)
		error(p, "undefined variable %.*s", ARG(quote(p, t.text)));
	return n;
}

static struct field *
field(struct parser *p, struct tok t)
{
	struct field *f = NEW(p->a, struct field);

	f->name = str_from(t.text, 1);
	return f;
}

/* paren := "(" pipeline ")" */
static struct node *
paren(struct parser *p)
{
	struct node *n;

	enter(p, "expression");
	n = pipeline(p, "parenthesized pipeline", TOK_RPAREN);
	p->depth--;
	return n;
}

/* term := literal | function | var | field | "." | "nil" | paren
 * NULL: what comes next begins none */
static struct node *
term(struct parser *p)
{
	struct tok t = next_word(p);
	struct node *n;

	switch ((int)t.kind) {
	case TOK_IDENT:
		return function(p, t);
	case TOK_DOT:
		return node(p, NODE_DOT, t.at);
	case TOK_NIL:
		return node(p, NODE_NIL, t.at);
	case TOK_VAR:
		return variable(p, t);
	case TOK_FIELD:
		n = node(p, NODE_FIELD, t.at);
		n->path.fields = field(p, t);
		return n;
	case TOK_BOOL:
		n = node(p, NODE_BOOL, t.at);
		n->truth = t.text.p[0] == 't';
		return n;
	case TOK_NUMBER:
		return number(p, t);
	case TOK_RUNE:
		return rune(p, t);
	case TOK_STRING:
	case TOK_RAW:
		return string(p, t);
	case TOK_LPAREN:
		return paren(p);
	default:
		p->back++;
		return NULL;
	}
}

/* the node that takes the fields after term n: itself, or a chain around it */
static struct node *
fielded(struct parser *p, struct node *n)
{
	struct node *chain;

	if (n->kind == NODE_FIELD || n->kind == NODE_VAR) {
		n->at = peek(p).at;
		return n;
	}
	chain = node(p, NODE_CHAIN, peek(p).at);
	chain->path.of = n;
	return chain;
}

/* what takes fields must be able to have some */
static void
check_chain(struct parser *p, const struct node *n)
{
	struct buf b = { .a = p->a, .what = "message" };

	if (n->kind != NODE_CHAIN || n->path.of->kind == NODE_PIPE
	    || n->path.of->kind == NODE_FUNC)
		return;
	node_text(&b, n->path.of);
	error(p, "unexpected . after term %.*s", ARG(quote(p, buf_str(&b))));
}

/* operand := term {field} */
static struct node *
operand(struct parser *p)
{
	struct node *n = term(p);
	struct field **tail;

	if (!n || peek(p).kind != TOK_FIELD)
		return n;
	n = fielded(p, n);
	tail = &n->path.fields;
	while (*tail)
		tail = &(*tail)->next;
	for (; peek(p).kind == TOK_FIELD; tail = &(*tail)->next)
		*tail = field(p, next(p));
	check_chain(p, n);
	return n;
}

/* command := operand {space operand} [ "|" ] */
static struct node *
command(struct parser *p)
{
	struct node *n = node(p, NODE_COMMAND, peek_word(p).at), **tail = &n->args;
	struct tok t;

	do {
		peek_word(p);
		*tail = operand(p);
		if (*tail)
			tail = &(*tail)->next;
		t = next(p);
	} while (t.kind == TOK_SPACE);
	if (t.kind == TOK_RIGHT || t.kind == TOK_RPAREN)
		p->back++;
	else if (t.kind != TOK_PIPE)
		unexpected(p, t, "operand");
	if (!n->args)
		error(p, "empty command");
	return n;
}

static bool
begins_command(enum tok_kind k)
{
	return (k >= TOK_BOOL && k <= TOK_IDENT) || k == TOK_DOT || k == TOK_NIL
	    || k == TOK_LPAREN;
}

/* only the first command of a pipeline may be a plain value */
static void
check_stages(struct parser *p, const struct node *pipe, const char *context)
{
	const struct node *cmd = pipe->pipeline.cmd;

	if (!cmd)
		error(p, "missing value for %s", context);
	for (int stage = 2; (cmd = cmd->next); stage++) {
		enum node_kind k = cmd->args->kind;
		if (k == NODE_DOT || k == NODE_NIL || k == NODE_BOOL || k == NODE_NUMBER
		    || k == NODE_STRING)
			error(p, "non executable command in pipeline stage %d", stage);
	}
}

/* pipeline := declarations command { "|" command } end */
static struct node *
pipeline(struct parser *p, const char *context, enum tok_kind end)
{
	struct node *n = node(p, NODE_PIPE, peek_word(p).at);
	struct node **tail = &n->pipeline.cmd;
	size_t first = p->nvars;
	struct tok t;

	declarations(p, n, context);
	while ((t = next_word(p)).kind != end) {
		if (!begins_command(t.kind))
			unexpected(p, t, context);
		p->back++;
		*tail = command(p);
		tail = &(*tail)->next;
	}
	check_stages(p, n, context);
	bind(p, n, first);
	return n;
}

/* otherwise := "}}" list "{{end}}" | branch, of the kind that it follows */
static struct node *
otherwise(struct parser *p, enum node_kind kind)
{
	enum tok_kind again = kind == NODE_IF ? TOK_IF : TOK_WITH;
	struct node *n = NULL;

	if (kind != NODE_RANGE && peek(p).kind == again) {
		next(p);
		return branch(p, kind);
	}
	if (list(p, &n)->kind != NODE_END)
		error(p, "expected end; found {{else}}");
	return n;
}

/* Behind a list, the variables from `first` on that it declared are still known, but in
 * an {{else}} they are those of their names before it, or none. */
static void
forget(struct parser *p, size_t first)
{
	size_t n = p->nvars;
	bool found;

	p->nvars = first;
	for (size_t i = first; i < n; i++)
		p->vars[i].slot = find_slot(p, p->vars[i].name, &found);
	p->nvars = n;
}

/* branch := pipeline "}}" list ( "{{end}}" | "{{else" otherwise ) */
static struct node *
branch(struct parser *p, enum node_kind kind)
{
	const char *context = kind == NODE_IF ? "if" : kind == NODE_WITH ? "with" : "range";
	struct node *n = node(p, kind, p->tok[0].at);
	size_t vars = p->nvars, inner;
	bool more;

	enter(p, "action");
	n->branch.pipe = pipeline(p, context, TOK_RIGHT);
	inner = p->nvars;
	p->scope.ranges += kind == NODE_RANGE;
	more = list(p, &n->branch.list)->kind == NODE_ELSE;
	p->scope.ranges -= kind == NODE_RANGE;
	if (more) {
		forget(p, inner);
		n->branch.orelse = otherwise(p, kind);
	}
	p->nvars = vars;
	p->depth--;
	return n;
}

/* leave := "break" "}}" | "continue" "}}" */
static struct node *
leave(struct parser *p, struct tok t, enum node_kind kind)
{
	const char *what = kind == NODE_BREAK ? "{{break}}" : "{{continue}}";

	expect(p, TOK_RIGHT, what);
	if (!p->scope.ranges)
		error(p, "%s outside {{range}}", what);
	return node(p, kind, t.at);
}

/* else := "else" "}}" | "else", before "if" and "with", which are left to be read */
static struct node *
orelse(struct parser *p)
{
	struct tok t = peek_word(p);

	if (t.kind != TOK_IF && t.kind != TOK_WITH)
		expect(p, TOK_RIGHT, "else");
	return node(p, NODE_ELSE, t.at);
}

static bool
is_empty(const struct node *n)
{
	for (; n; n = n->next)
		if (n->kind != NODE_TEXT || str_trim(n->text).n)
			return false;
	return true;
}

static struct define *
find_define(const struct tmpl *t, str name)
{
	struct define *d = t->defines;

	while (d && !str_eq(d->name, name))
		d = d->next;
	return d;
}

/* the template that begins here, with its one variable $; the scope to return to */
static struct scope
open_scope(struct parser *p, str name)
{
	struct scope outer = p->scope;

	p->scope = (struct scope){ NEW(p->a, struct define), p->nvars, 0, 0 };
	p->scope.define->name = name;
	add_var(p, STR("$"));
	p->vars[p->scope.first].slot = 0;
	return outer;
}

/* Ends it. Of several with one name, all but one must be empty. */
static void
close_scope(struct parser *p, struct scope outer)
{
	struct define *d = p->scope.define, *old = find_define(p->t, d->name);

	p->nvars = p->scope.first;
	p->scope = outer;
	if (!old) {
		if (++p->ndefines > DEFINES_MAX)
			error(p, "more than %d templates", DEFINES_MAX);
		*p->tail = d;
		p->tail = &d->next;
	} else if (is_empty(old->list)) {
		old->list = d->list;
		old->slots = d->slots;
	} else if (!is_empty(d->list)) {
		error(p, "template: multiple definition of template %.*s",
		    ARG(quote(p, d->name)));
	}
}

static struct tok
template_name(struct parser *p, const char *context)
{
	struct tok t = next_word(p);

	if (t.kind != TOK_STRING && t.kind != TOK_RAW)
		unexpected(p, t, context);
	t.text = unquoted(p, t);
	return t;
}

/* body := list "{{end}}"; line: which one to blame when it is not 0 */
static void
body(struct parser *p, str name, const char *context, unsigned line)
{
	struct scope outer = open_scope(p, name);

	if (list(p, &p->scope.define->list)->kind != NODE_END) {
		p->tok[0].line = line ? line : p->tok[0].line;
		error(p, "unexpected {{else}} in %s", context);
	}
	close_scope(p, outer);
}

static struct node *
call(struct parser *p, struct tok name)
{
	struct node *n = node(p, NODE_TEMPLATE, name.at);

	n->call.name = name.text;
	n->call.earlier = p->calls;
	p->calls = n;
	return n;
}

/* template := "template" name [ pipeline ] "}}" */
static struct node *
template(struct parser *p)
{
	static const char context[] = "template clause";
	struct node *n = call(p, template_name(p, context));

	if (next_word(p).kind != TOK_RIGHT) {
		p->back++;
		n->call.pipe = pipeline(p, context, TOK_RIGHT);
	}
	return n;
}

/* block := "block" name pipeline "}}" body */
static struct node *
block(struct parser *p)
{
	static const char context[] = "block clause";
	struct node *n = call(p, template_name(p, context));

	n->call.pipe = pipeline(p, context, TOK_RIGHT);
	enter(p, "action");
	body(p, n->call.name, context, p->tok[0].line);
	p->depth--;
	return n;
}

/* define := "define" name "}}" body */
static void
define(struct parser *p)
{
	static const char context[] = "define clause";
	str name = template_name(p, context).text;

	expect(p, TOK_RIGHT, context);
	body(p, name, context, 0);
}

/* action := branch | block | template | leave | else | "end" "}}" | pipeline "}}" */
static struct node *
action(struct parser *p)
{
	struct tok t = next_word(p);
	struct node *n;

	switch ((int)t.kind) {
	case TOK_BLOCK:
		return block(p);
	case TOK_BREAK:
		return leave(p, t, NODE_BREAK);
	case TOK_CONTINUE:
		return leave(p, t, NODE_CONTINUE);
	case TOK_ELSE:
		return orelse(p);
	case TOK_END:
		expect(p, TOK_RIGHT, "end");
		return node(p, NODE_END, t.at);
	case TOK_IF:
		return branch(p, NODE_IF);
	case TOK_RANGE:
		return branch(p, NODE_RANGE);
	case TOK_TEMPLATE:
		return template(p);
	case TOK_WITH:
		return branch(p, NODE_WITH);
	default:
		p->back++;
		n = node(p, NODE_ACTION, t.at);
		n->pipe = pipeline(p, "command", TOK_RIGHT);
		return n;
	}
}

/* item := text | "{{" action */
static struct node *
item(struct parser *p)
{
	struct tok t = next_word(p);
	struct node *n;

	if (t.kind == TOK_TEXT) {
		n = node(p, NODE_TEXT, t.at);
		n->text = t.text;
		return n;
	}
	if (t.kind != TOK_LEFT)
		unexpected(p, t, "input");
	p->scope.line = t.line;
	n = action(p);
	p->scope.line = 0;
	return n;
}

/* list := {item}, up to the "{{end}}" or "{{else}}" that is returned */
static struct node *
list(struct parser *p, struct node **tail)
{
	while (peek_word(p).kind != TOK_EOF) {
		struct node *n = item(p);
		if (n->kind == NODE_END || n->kind == NODE_ELSE)
			return n;
		*tail = n;
		tail = &n->next;
	}
	error(p, "unexpected EOF");
}

/* at "{{define"? Then both are past. */
static bool
at_define(struct parser *p)
{
	struct tok left;

	if (peek(p).kind != TOK_LEFT)
		return false;
	left = next(p);
	if (next_word(p).kind == TOK_DEFINE)
		return true;
	p->back = 1;
	p->tok[p->back++] = left;
	return false;
}

/* text := { item | "{{" define } */
static void
text(struct parser *p)
{
	struct scope none = open_scope(p, p->t->name);
	struct node **tail = &p->scope.define->list;

	while (peek(p).kind != TOK_EOF) {
		struct node *n;
		if (at_define(p)) {
			define(p);
			continue;
		}
		n = item(p);
		if (n->kind == NODE_END || n->kind == NODE_ELSE)
			error(p, "unexpected %s", n->kind == NODE_END ? "{{end}}" : "{{else}}");
		*tail = n;
		tail = &n->next;
	}
	close_scope(p, none);
}

struct tmpl *
parse_template(struct arena *a, str name, str source)
{
	struct tmpl *t = NEW(a, struct tmpl);
	struct parser p = { .a = a, .lex = { .a = a }, .t = t, .tail = &t->defines };

	t->name = str_dup(a, name);
	t->text = p.lex.in = str_dup(a, source);
	text(&p);
	for (struct node *n = p.calls; n; n = n->call.earlier)
		n->call.define = find_define(t, n->call.name);
	t->main = find_define(t, t->name);
	return t;
}
