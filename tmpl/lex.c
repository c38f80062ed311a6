/* SPDX-License-Identifier: MIT
 * lex.c - text to tokens
 *
 * lex_next() is outside() of the delimiters or inside() them; what is past, start to
 * pos, becomes the token. */
#include "tmpl/lex.h"

#include <string.h>

#include "base/str.h"
#include "tmpl/lit.h"

enum { RUNE_END = 0x7FFFFFFF }; /* no rune: the text has ended */

static const str left_delim = { "{{", 2 }, right_delim = { "}}", 2 };
static const str comment_begin = { "/*", 2 }, comment_end = { "*/", 2 };

static str
rest(const struct lex *l)
{
	return str_from(l->in, l->pos);
}

static uint32_t
peek(const struct lex *l, size_t *n)
{
	*n = 0;
	return l->pos < l->in.n ? utf8_get(rest(l), n) : RUNE_END;
}

static uint32_t
take(struct lex *l)
{
	size_t n;
	uint32_t r = peek(l, &n);

	l->pos += n;
	return r;
}

static bool
accept(struct lex *l, const char *set)
{
	char c = l->pos < l->in.n ? l->in.p[l->pos] : 0;

	if (!c || !strchr(set, c))
		return false;
	l->pos++;
	return true;
}

static void
accept_run(struct lex *l, const char *set)
{
	while (accept(l, set))
		;
}

static bool
is_space(uint32_t r)
{
	return r == ' ' || r == '\t' || r == '\r' || r == '\n';
}

static str
past(const struct lex *l)
{
	return str_head(str_from(l->in, l->start), l->pos - l->start);
}

static struct tok
token(struct lex *l, enum tok_kind kind)
{
	struct tok t = { kind, l->lines + 1, l->start, past(l) };

	for (; l->start < l->pos; l->start++)
		l->lines += l->in.p[l->start] == '\n';
	return t;
}

/* forgets what is past */
static void
skip(struct lex *l)
{
	token(l, TOK_SPACE);
}

static struct tok
error(const struct lex *l, str message)
{
	return (struct tok){ TOK_ERROR, l->lines + 1, l->start, message };
}

/* the rune as Go's %#U shows it */
static struct tok
bad_rune(const struct lex *l, const char *what, uint32_t r)
{
	char utf8[4];
	int n = (int)utf8_put(utf8, r);
	bool shown = rune_is_print(r);

	return error(l, str_fmt(l->a, "%s U+%04X%s%.*s%s", what, (unsigned)r,
	    shown ? " '" : "", shown ? n : 0, utf8, shown ? "'" : ""));
}

/* at " -}}": the marker that trims the text to come */
static bool
at_right_trim(str s)
{
	return s.n >= 2 && is_space((unsigned char)s.p[0]) && s.p[1] == '-'
	    && str_starts(str_from(s, 2), right_delim);
}

static bool
at_left_trim(str s)
{
	return s.n >= 2 && s.p[0] == '-' && is_space((unsigned char)s.p[1]);
}

/* takes the right delimiter, its marker, and the space which that eats; the token holds
 * the delimiter only */
static struct tok
right(struct lex *l)
{
	bool trim = at_right_trim(rest(l));
	struct tok t;

	l->pos += trim ? 2 : 0;
	skip(l);
	l->pos += right_delim.n;
	t = token(l, TOK_RIGHT);
	if (trim)
		accept_run(l, " \t\r\n");
	skip(l);
	return t;
}

static bool
at_right(const struct lex *l)
{
	return at_right_trim(rest(l)) || str_starts(rest(l), right_delim);
}

/* takes a comment and its right delimiter; false with the error in *t */
static bool
comment(struct lex *l, struct tok *t)
{
	size_t end;

	l->pos += comment_begin.n;
	end = str_find(rest(l), comment_end);
	if (end == rest(l).n) {
		*t = error(l, STR("unclosed comment"));
		return false;
	}
	l->pos += end + comment_end.n;
	if (!at_right(l)) {
		*t = error(l, STR("comment ends before closing delimiter"));
		return false;
	}
	right(l);
	return true;
}

/* the text up to the next action, or to the end */
static struct tok
text(struct lex *l)
{
	size_t next = str_find(rest(l), left_delim), end = l->pos + next, stop = end;
	struct tok t;

	if (end < l->in.n && at_left_trim(str_from(l->in, end + left_delim.n)))
		while (stop > l->pos && is_space((unsigned char)l->in.p[stop - 1]))
			stop--;
	l->pos = stop;
	t = token(l, TOK_TEXT);
	l->pos = end;
	skip(l);
	return t;
}

static struct tok
outside(struct lex *l)
{
	struct tok t;

	for (;;) {
		size_t trim;
		t = text(l);
		if (t.text.n)
			return t;
		if (l->pos == l->in.n)
			return token(l, TOK_EOF);
		l->pos += left_delim.n;
		trim = at_left_trim(rest(l)) ? 2 : 0;
		if (!str_starts(str_from(rest(l), trim), comment_begin)) {
			t = token(l, TOK_LEFT);
			l->pos += trim;
			skip(l);
			l->action = true;
			l->paren = 0;
			return t;
		}
		l->pos += trim;
		skip(l);
		if (!comment(l, &t))
			return t;
	}
}

/* space ends before a trim marker, which begins with one */
static struct tok
space(struct lex *l)
{
	accept_run(l, " \t\r\n");
	if (at_right_trim(str_from(l->in, l->pos - 1)))
		l->pos--;
	if (l->pos > l->start)
		return token(l, TOK_SPACE);
	l->action = false;
	return right(l);
}

/* may a word end here? */
static bool
at_terminator(const struct lex *l)
{
	size_t n;
	uint32_t r = peek(l, &n);

	return r == RUNE_END || is_space(r) || (r < 0x80 && r && strchr(".,|:)(", (int)r))
	    || str_starts(rest(l), right_delim);
}

static struct tok
word(struct lex *l, enum tok_kind kind)
{
	size_t n;

	while (rune_is_word(peek(l, &n)))
		l->pos += n;
	if (!at_terminator(l))
		return bad_rune(l, "bad character", peek(l, &n));
	return token(l, kind);
}

static struct tok
identifier(struct lex *l)
{
	static const struct { const char *name; enum tok_kind kind; } keywords[] = {
		{ "block", TOK_BLOCK }, { "break", TOK_BREAK }, { "continue", TOK_CONTINUE },
		{ "define", TOK_DEFINE }, { "else", TOK_ELSE }, { "end", TOK_END },
		{ "false", TOK_BOOL }, { "if", TOK_IF }, { "nil", TOK_NIL },
		{ "range", TOK_RANGE }, { "template", TOK_TEMPLATE }, { "true", TOK_BOOL },
		{ "with", TOK_WITH },
	};
	struct tok t = word(l, TOK_IDENT);

	for (size_t i = 0; t.kind == TOK_IDENT && i < countof(keywords); i++)
		if (str_eq(t.text, str_of(keywords[i].name)))
			t.kind = keywords[i].kind;
	return t;
}

/* number := [sign] ["0x" | "0o" | "0b"] {digit} ["." {digit}] [exponent] ["i"]
 * That is loose: lit_number() sees what is wrong. */
static bool
scan_number(struct lex *l)
{
	const char *digits = "0123456789_", *exponent = "eE";
	size_t n;

	accept(l, "+-");
	if (accept(l, "0")) {
		if (accept(l, "xX")) {
			digits = "0123456789abcdefABCDEF_";
			exponent = "pP";
		} else if (accept(l, "oO")) {
			digits = "01234567_";
			exponent = "";
		} else if (accept(l, "bB")) {
			digits = "01_";
			exponent = "";
		}
	}
	accept_run(l, digits);
	if (accept(l, "."))
		accept_run(l, digits);
	if (accept(l, exponent)) {
		accept(l, "+-");
		accept_run(l, "0123456789_");
	}
	accept(l, "i");
	if (!rune_is_word(peek(l, &n)))
		return true;
	l->pos += n;
	return false;
}

/* a second part after a sign makes it complex */
static struct tok
number(struct lex *l)
{
	struct buf b = { .a = l->a, .what = "message" };
	bool good = scan_number(l);

	if (good && l->pos < l->in.n && memchr("+-", l->in.p[l->pos], 2))
		good = scan_number(l) && l->in.p[l->pos - 1] == 'i';
	if (good)
		return token(l, TOK_NUMBER);
	buf_put(&b, STR("bad number syntax: "));
	lit_quote(&b, past(l), '"', false);
	return error(l, buf_str(&b));
}

/* up to the closing quote q, the opening one is past */
static struct tok
quoted(struct lex *l, uint32_t q, enum tok_kind kind, const char *what)
{
	bool raw = q == '`';

	for (;;) {
		uint32_t r = take(l);
		if (r == '\\' && !raw && (r = take(l)) != RUNE_END && r != '\n')
			continue;
		if (r == RUNE_END || (r == '\n' && !raw))
			return error(l, str_fmt(l->a, "unterminated %s", what));
		if (r == q)
			return token(l, kind);
	}
}

static struct tok
field_or_number(struct lex *l)
{
	bool end = l->pos == l->in.n;
	char c = end ? 0 : l->in.p[l->pos];

	if (end || (c >= '0' && c <= '9')) {
		l->pos = l->start;
		return number(l);
	}
	return at_terminator(l) ? token(l, TOK_DOT) : word(l, TOK_FIELD);
}

static struct tok
paren(struct lex *l, uint32_t r)
{
	if (r == '(') {
		l->paren++;
		return token(l, TOK_LPAREN);
	}
	if (!l->paren)
		return error(l, STR("unexpected right paren"));
	l->paren--;
	return token(l, TOK_RPAREN);
}

static struct tok
symbol(struct lex *l, uint32_t r)
{
	switch (r) {
	case '=':
		return token(l, TOK_ASSIGN);
	case ':':
		return take(l) == '=' ? token(l, TOK_DECLARE) : error(l, STR("expected :="));
	case '|':
		return token(l, TOK_PIPE);
	case '"':
		return quoted(l, r, TOK_STRING, "quoted string");
	case '`':
		return quoted(l, r, TOK_RAW, "raw quoted string");
	case '\'':
		return quoted(l, r, TOK_RUNE, "character constant");
	case '$':
		return at_terminator(l) ? token(l, TOK_VAR) : word(l, TOK_VAR);
	case '.':
		return field_or_number(l);
	case '(':
	case ')':
		return paren(l, r);
	default:
		if (r >= ' ' && r <= '~')
			return token(l, TOK_CHAR);
		return bad_rune(l, "unrecognized character in action:", r);
	}
}

static struct tok
inside(struct lex *l)
{
	size_t n;
	uint32_t r = peek(l, &n);

	if (at_right(l)) {
		if (l->paren)
			return error(l, STR("unclosed left paren"));
		l->action = false;
		return right(l);
	}
	if (r == RUNE_END)
		return error(l, STR("unclosed action"));
	if (is_space(r))
		return space(l);
	if (r == '+' || r == '-' || (r >= '0' && r <= '9'))
		return number(l);
	if (rune_is_word(r))
		return identifier(l);
	l->pos += n;
	return symbol(l, r);
}

struct tok
lex_next(struct lex *l)
{
	return l->action ? inside(l) : outside(l);
}
