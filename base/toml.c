/* SPDX-License-Identifier: MIT
 * toml.c - TOML 1.0 to val
 *
 * The document grows as a tree of items, each of which knows how it came to be: TOML
 * lets a table be reopened by some ways of writing and not by others. When all is read
 * the tree is settled into a val. Start with document(). */
#include "base/toml.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/val.h"

enum {
	DEPTH_MAX = 100, /* keys, arrays and tables in each other: bounds the recursion */
};

enum how {
	HOW_VALUE,    /* key = value; an array or inline table so written is closed */
	HOW_DOTTED,   /* the a of "a.b = 1": open to dotted keys and to headers below it */
	HOW_IMPLICIT, /* the a of "[a.b]": open to a header "[a]" */
	HOW_HEADER,   /* "[a]", the root, one element of "[[a]]" */
	HOW_LIST,     /* all elements of "[[a]]" */
};

struct item {
	str key;
	enum how how;
	unsigned line;              /* where it was first written */
	uint16_t col;
	struct val val;             /* of HOW_VALUE */
	struct item *first, *last;  /* members or elements, as written */
	size_t n;
	struct item *next;          /* in the table or list it belongs to */
	struct item *trie;          /* members by the hash of their key */
	struct item *branch[4];     /* in the trie it belongs to */
};

struct key {
	str name;
	size_t at; /* on the current line */
};

struct parser {
	struct arena *a;
	struct fail *fail;
	str name, text;
	size_t at;          /* the next byte to look at */
	size_t bol;         /* where its line begins */
	unsigned line;      /* its line, from 1 */
	unsigned depth;
	struct item root;
	struct item *table; /* of the last header: where keys go */
};

/* at: on the current line */
PRINTF(4, 5) static _Noreturn void
stop(const struct parser *p, enum errkind kind, size_t at, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	fail_throw(p->fail, kind, "%.*s:%u:%zu: %s", ARG(p->name), p->line,
	    at - p->bol + 1, what);
}

static _Noreturn void
unexpected(const struct parser *p, const char *wanted)
{
	str found = str_found(p->a, str_from(p->text, p->at));

	stop(p, ERR_INPUT, p->at, "found %.*s, expected %s", ARG(found), wanted);
}

/* the next byte; at the end a NUL, which the text does not hold */
static char
peek(const struct parser *p)
{
	return p->at < p->text.n ? p->text.p[p->at] : '\0';
}

static bool
accept(struct parser *p, str s)
{
	bool yes = str_starts(str_from(p->text, p->at), s);

	p->at += yes ? s.n : 0;
	return yes;
}

static void
expect(struct parser *p, str s, const char *wanted)
{
	if (!accept(p, s))
		unexpected(p, wanted);
}

static void
deeper(struct parser *p)
{
	if (p->depth == DEPTH_MAX)
		stop(p, ERR_LIMIT, p->at, "found more than %d levels of tables and arrays",
		    DEPTH_MAX);
	p->depth++;
}

static void
skip_blanks(struct parser *p)
{
	while (peek(p) == ' ' || peek(p) == '\t')
		p->at++;
}

static bool
skip_newline(struct parser *p)
{
	if (!accept(p, STR("\n")) && !accept(p, STR("\r\n")))
		return false;
	p->line++;
	p->bol = p->at;
	return true;
}

static void
skip_comment(struct parser *p)
{
	if (peek(p) == '#')
		while (peek(p) && peek(p) != '\n' && peek(p) != '\r')
			p->at++;
}

/* blanks, comments and line ends */
static void
skip_lines(struct parser *p)
{
	do {
		skip_blanks(p);
		skip_comment(p);
	} while (skip_newline(p));
}

static void
end_line(struct parser *p)
{
	skip_blanks(p);
	skip_comment(p);
	if (p->at < p->text.n && !skip_newline(p))
		unexpected(p, "the end of the line");
}

/* the last `digits` bytes of "\uXXXX" or "\UXXXXXXXX", p behind the "\" */
static uint32_t
code_point(struct parser *p, size_t digits)
{
	uint32_t v = 0;

	for (size_t i = 1; i <= digits; i++) {
		int d = p->at + i < p->text.n ? hexval(p->text.p[p->at + i]) : -1;
		if (d < 0)
			stop(p, ERR_INPUT, p->at - 1, "found '\\%c', expected %zu "
			    "hexadecimal digits behind it", peek(p), digits);
		v = v << 4 | (uint32_t)d;
	}
	if (v > RUNE_MAX || (v >= 0xD800 && v < 0xE000))
		stop(p, ERR_INPUT, p->at - 1, "found an escape that is no Unicode character");
	p->at += 1 + digits;
	return v;
}

/* escape := "\" (one of btnfr"\ | "u" 4 hex | "U" 8 hex | line end {white space}):
 * writes what it stands for and returns its bytes */
static size_t
escape(struct parser *p, char *to)
{
	static const char names[] = "btnfr\"\\", bytes[] = "\b\t\n\f\r\"\\";
	size_t at = p->at++;
	const char *name = peek(p) ? strchr(names, peek(p)) : NULL;

	if (name) {
		p->at++;
		*to = bytes[name - names];
		return 1;
	}
	if (peek(p) == 'u' || peek(p) == 'U')
		return utf8_put(to, code_point(p, peek(p) == 'u' ? 4 : 8));
	skip_blanks(p);
	if (!skip_newline(p))
		stop(p, ERR_INPUT, at, "found a bad escape in a string");
	do
		skip_blanks(p);
	while (skip_newline(p));
	return 0;
}

/* where the quotes that close a string begin, p behind those at `open` */
static size_t
closing(const struct parser *p, str quotes, size_t open)
{
	bool escapes = quotes.p[0] == '"', lines = quotes.n == 3;

	for (size_t i = p->at; i < p->text.n; i++) {
		str rest = str_from(p->text, i);
		size_t more = 0;
		if (*rest.p == '\n' && !lines)
			break;
		if (str_starts(rest, quotes)) {
			/* of """""" the first two may be text */
			while (lines && more < 2 && str_starts(str_from(rest, more + 1), quotes))
				more++;
			return i + more;
		}
		if (*rest.p == '\\' && escapes && rest.n > 1 && rest.p[1] != '\n')
			i++;
	}
	stop(p, ERR_INPUT, open, "found a string without its closing %.*s", ARG(quotes));
}

/* string := quotes {byte | escape} quotes */
static str
string(struct parser *p, str quotes)
{
	size_t open = p->at, end, n = 0;
	char *to;

	p->at += quotes.n;
	end = closing(p, quotes, open);
	to = arena_alloc(p->a, end - p->at, 1); /* every escape is longer than its text */
	if (quotes.n == 3)
		skip_newline(p);
	while (p->at < end) {
		if (skip_newline(p))
			to[n++] = '\n';
		else if (peek(p) == '\\' && quotes.p[0] == '"')
			n += escape(p, to + n);
		else
			to[n++] = p->text.p[p->at++];
	}
	p->at += quotes.n;
	return (str){ to, n };
}

static bool
bare(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
	    || c == '_' || c == '-';
}

/* part of a key := string | {a-z | A-Z | 0-9 | "_" | "-"} */
static struct key
key_part(struct parser *p)
{
	struct key k = { .at = p->at };

	if (peek(p) == '"' || peek(p) == '\'') {
		k.name = string(p, peek(p) == '"' ? STR("\"") : STR("'"));
		return k;
	}
	while (bare(peek(p)))
		p->at++;
	if (p->at == k.at)
		unexpected(p, "a key");
	k.name = str_dup(p->a, str_head(str_from(p->text, k.at), p->at - k.at));
	return k;
}

/* the place of a member, empty or not, in the trie of its table */
static struct item **
find(struct item *table, str key)
{
	struct item **at = &table->trie;
	uint64_t h = enc_fnv1a(0, key.p, key.n);

	for (; *at && !str_eq((*at)->key, key); h <<= 2)
		at = &(*at)->branch[h >> 62];
	return at;
}

static uint16_t
column(const struct parser *p, size_t at)
{
	return (uint16_t)MIN(at - p->bol + 1, (size_t)UINT16_MAX);
}

static struct item *
append(struct parser *p, struct item *to, enum how how)
{
	struct item *it = NEW(p->a, struct item);

	it->how = how;
	it->line = p->line;
	it->col = column(p, p->at);
	if (to->last)
		to->last->next = it;
	else
		to->first = it;
	to->last = it;
	to->n++;
	return it;
}

static struct item *
add(struct parser *p, struct item *table, str key, enum how how)
{
	struct item *it = append(p, table, how);

	it->key = key;
	return *find(table, key) = it;
}

static _Noreturn void
again(const struct parser *p, struct key k, const struct item *it)
{
	str name = str_printable(p->a, k.name);

	stop(p, ERR_INPUT, k.at, "found key '%.*s' again, it is defined in line %u",
	    ARG(name), it->line);
}

/* the table k in t, on the way to a key of which k is not the last part */
static struct item *
into(struct parser *p, struct item *t, struct key k, enum how how)
{
	struct item *it = *find(t, k.name);

	if (!it)
		return add(p, t, k.name, how);
	if (it->how == HOW_VALUE || (how == HOW_DOTTED && it->how != HOW_DOTTED))
		again(p, k, it);
	return it->how == HOW_LIST ? it->last : it;
}

/* key := part {"." part}: the table of its last part, which is put into k */
static struct item *
walk(struct parser *p, struct item *t, enum how how, struct key *k)
{
	for (;;) {
		skip_blanks(p);
		*k = key_part(p);
		deeper(p);
		skip_blanks(p);
		if (!accept(p, STR(".")))
			return t;
		t = into(p, t, *k, how);
	}
}

static struct val value(struct parser *);

/* pair := key "=" value */
static void
pair(struct parser *p, struct item *table)
{
	unsigned depth = p->depth;
	struct key k;
	struct item *t = walk(p, table, HOW_DOTTED, &k), *it = *find(t, k.name);

	if (it)
		again(p, k, it);
	it = add(p, t, k.name, HOW_VALUE);
	expect(p, STR("="), "'=' or '.'");
	skip_blanks(p);
	it->val = value(p);
	p->depth = depth;
}

static struct val settle(struct parser *, const struct item *);

static struct val
settle_list(struct parser *p, const struct item *list)
{
	struct val *at = NEWS(p->a, list->n, struct val);
	size_t n = 0;

	for (const struct item *it = list->first; it; it = it->next)
		at[n++] = settle(p, it);
	return (struct val){ .kind = VAL_LIST, .col = list->col, .line = list->line,
		.list = { at, n } };
}

static struct val
settle_table(struct parser *p, const struct item *table)
{
	struct member *at = NEWS(p->a, table->n, struct member);
	size_t n = 0;

	for (const struct item *it = table->first; it; it = it->next)
		at[n++] = (struct member){ it->key, settle(p, it) };
	return (struct val){ .kind = VAL_MAP, .col = table->col, .line = table->line,
		.map = { at, n } };
}

static struct val
settle(struct parser *p, const struct item *it)
{
	switch (it->how) {
	case HOW_VALUE:
		return it->val;
	case HOW_LIST:
		return settle_list(p, it);
	case HOW_DOTTED:
	case HOW_IMPLICIT:
	case HOW_HEADER:
		break;
	}
	return settle_table(p, it);
}

/* inline table := "{" [pair {"," pair}] "}", all on one line */
static struct val
inline_table(struct parser *p)
{
	struct item t = { .line = p->line, .col = column(p, p->at) };

	p->at++;
	deeper(p);
	skip_blanks(p);
	for (bool more = peek(p) != '}'; more; more = accept(p, STR(","))) {
		pair(p, &t);
		skip_blanks(p);
	}
	expect(p, STR("}"), "',' or '}'");
	p->depth--;
	return settle_table(p, &t);
}

/* array := "[" [value {"," value} [","]] "]", over any number of lines */
static struct val
array(struct parser *p)
{
	struct vals l = { 0 };

	p->at++;
	deeper(p);
	skip_lines(p);
	while (peek(p) != ']') {
		*vals_add(p->a, &l) = value(p);
		skip_lines(p);
		if (!accept(p, STR(",")))
			break;
		skip_lines(p);
	}
	expect(p, STR("]"), "',' or ']'");
	p->depth--;
	return val_list(&l);
}

static bool
is_digit(char c, int base)
{
	int d = hexval(c);

	return d >= 0 && d < base;
}

static bool
is_whole(str s)
{
	str_skip(&s, "-");
	return str_skip_digits(&s) && !s.n;
}

/* takes n digits of a number from lo to hi off s */
static bool
skip_field(str *s, size_t n, uint64_t lo, uint64_t hi, uint64_t *v)
{
	if (s->n < n || !str_u64(str_head(*s, n), v) || *v < lo || *v > hi)
		return false;
	*s = str_from(*s, n);
	return true;
}

/* date := year "-" month "-" day */
static bool
skip_date(str *s)
{
	static const uint64_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	uint64_t y, m, d;

	if (!skip_field(s, 4, 0, 9999, &y) || !str_skip(s, "-")
	    || !skip_field(s, 2, 1, 12, &m) || !str_skip(s, "-")
	    || !skip_field(s, 2, 1, days[m - 1], &d))
		return false;
	return m != 2 || d < 29 || (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
}

/* time := hour ":" minute ":" second ["." digits]; a second 60 may be a leap second */
static bool
skip_time(str *s)
{
	uint64_t v;

	if (!skip_field(s, 2, 0, 23, &v) || !str_skip(s, ":")
	    || !skip_field(s, 2, 0, 59, &v) || !str_skip(s, ":")
	    || !skip_field(s, 2, 0, 60, &v))
		return false;
	return !str_skip(s, ".") || str_skip_digits(s);
}

/* offset := "Z" | ("+" | "-") hour ":" minute */
static bool
skip_offset(str *s)
{
	uint64_t v;

	if (str_skip(s, "Zz"))
		return true;
	return str_skip(s, "+-") && skip_field(s, 2, 0, 23, &v) && str_skip(s, ":")
	    && skip_field(s, 2, 0, 59, &v);
}

/* moment := date [("T" | " ") time [offset]] | time */
static bool
is_moment(str s)
{
	str t = s;

	if (skip_time(&t))
		return !t.n;
	if (!skip_date(&s))
		return false;
	if (s.n && !(str_skip(&s, "Tt ") && skip_time(&s)))
		return false;
	return !s.n || (skip_offset(&s) && !s.n);
}

/* as RFC 3339 writes it */
static struct val
moment(struct parser *p, str s)
{
	char *to = arena_alloc(p->a, s.n, 1);

	memcpy(to, s.p, s.n);
	if (s.n > 10 && to[4] == '-')
		to[10] = 'T';
	if (to[s.n - 1] == 'z')
		to[s.n - 1] = 'Z';
	return (struct val){ .kind = VAL_TIME, .s = { to, s.n } };
}

static bool
is_special(str s, double *f)
{
	bool minus = str_starts(s, STR("-"));

	str_skip(&s, "+-");
	*f = str_eq(s, STR("inf")) ? HUGE_VAL : NAN;
	if (minus)
		*f = -*f;
	return str_eq(s, STR("inf")) || str_eq(s, STR("nan"));
}

static bool
drop_underscores(struct parser *p, str *s, int base)
{
	char *to = arena_alloc(p->a, s->n, 1);
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->p[i] != '_')
			to[n++] = s->p[i];
		else if (i == 0 || i + 1 == s->n || !is_digit(s->p[i - 1], base)
		    || !is_digit(s->p[i + 1], base))
			return false;
	}
	*s = (str){ to, n };
	return true;
}

static _Noreturn void
no_value(const struct parser *p)
{
	unexpected(p, "a value (text takes quotes)");
}

static _Noreturn void
out_of_range(const struct parser *p)
{
	stop(p, ERR_INPUT, p->at, "found a number out of range");
}

/* digits of a base that is a power of two */
static int64_t
digits(struct parser *p, str s, int base)
{
	int64_t n = 0;

	if (!s.n)
		no_value(p);
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i], base))
			no_value(p);
		if (n > INT64_MAX / base)
			out_of_range(p);
		n = n * base + hexval(s.p[i]);
	}
	return n;
}

static int
base_of(str s)
{
	if (str_starts(s, STR("0x")))
		return 16;
	if (str_starts(s, STR("0o")))
		return 8;
	return str_starts(s, STR("0b")) ? 2 : 10;
}

/* integer := ["+" | "-"] decimal | "0x" hex | "0o" octal | "0b" binary
 * Decimals and floats are as in JSON. An underscore may stand between digits. */
static struct val
number(struct parser *p, str s)
{
	int base = base_of(s);
	int64_t i;
	double f;

	if (!drop_underscores(p, &s, base))
		no_value(p);
	if (base != 10)
		return val_int(digits(p, str_from(s, 2), base));
	if (s.n > 1 && *s.p == '+' && is_digit(s.p[1], 10))
		s = str_from(s, 1);
	if (!str_f64(p->a, s, &f))
		no_value(p);
	if (str_i64(s, &i))
		return val_int(i);
	if (isinf(f) || is_whole(s))
		out_of_range(p);
	return val_float(f);
}

static bool
in_word(char c)
{
	return bare(c) || c == '+' || c == '.' || c == ':';
}

/* the run of bytes a scalar may be made of; "1979-05-27 07:32:00" is one */
static str
word(const struct parser *p)
{
	str s = str_from(p->text, p->at);
	size_t n = 0;

	while (n < s.n && (in_word(s.p[n]) || (n == 10 && s.p[n] == ' ' && s.p[4] == '-'
	    && n + 1 < s.n && is_digit(s.p[n + 1], 10))))
		n++;
	return str_head(s, n);
}

static struct val
scalar(struct parser *p)
{
	str s = word(p);
	struct val v;
	double f;

	if (str_eq(s, STR("true")) || str_eq(s, STR("false")))
		v = val_bool(s.n == 4);
	else if (is_special(s, &f))
		v = val_float(f);
	else if (is_moment(s))
		v = moment(p, s);
	else
		v = number(p, s);
	p->at += s.n;
	return v;
}

/* value := string | array | inline table | boolean | date, time | integer, float */
static struct val
value(struct parser *p)
{
	str three = peek(p) == '"' ? STR("\"\"\"") : STR("'''");
	uint16_t col = column(p, p->at);
	unsigned line = p->line;
	struct val v;

	switch (peek(p)) {
	case '"':
	case '\'':
		if (!str_starts(str_from(p->text, p->at), three))
			three.n = 1;
		v = val_str(string(p, three));
		break;
	case '[':
		v = array(p);
		break;
	case '{':
		v = inline_table(p);
		break;
	default:
		v = scalar(p);
	}
	v.line = line;
	v.col = col;
	return v;
}

static struct item *
open_table(struct parser *p, struct item *in, struct key k)
{
	struct item *it = *find(in, k.name);

	if (!it)
		it = add(p, in, k.name, HOW_IMPLICIT);
	if (it->how != HOW_IMPLICIT)
		again(p, k, it);
	it->how = HOW_HEADER;
	it->line = p->line;
	it->col = column(p, k.at);
	return it;
}

static struct item *
open_element(struct parser *p, struct item *in, struct key k)
{
	struct item *it = *find(in, k.name);

	if (!it)
		it = add(p, in, k.name, HOW_LIST);
	if (it->how != HOW_LIST)
		again(p, k, it);
	return append(p, it, HOW_HEADER);
}

/* header := "[" key "]" | "[[" key "]]" */
static void
header(struct parser *p)
{
	bool list = accept(p, STR("[["));
	str close = list ? STR("]]") : STR("]");
	struct item *in;
	struct key k;

	p->at += !list;
	p->depth = 0;
	in = walk(p, &p->root, HOW_IMPLICIT, &k);
	p->table = list ? open_element(p, in, k) : open_table(p, in, k);
	if (!accept(p, close))
		unexpected(p, list ? "']]' or '.'" : "']' or '.'");
}

/* what may stand nowhere in a document */
static void
check_bytes(struct parser *p)
{
	while (p->at < p->text.n) {
		unsigned char c = (unsigned char)peek(p);
		size_t n = 1;
		if (skip_newline(p))
			continue;
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			stop(p, ERR_INPUT, p->at, "found a control byte (0x%02x)", c);
		if (c >= 0x80 && utf8_get(str_from(p->text, p->at), &n) == RUNE_BAD && n == 1)
			stop(p, ERR_INPUT, p->at, "found broken UTF-8 (0x%02x)", c);
		p->at += n;
	}
}

static void
restart(struct parser *p)
{
	p->at = p->bol = 0;
	p->line = 1;
	if (accept(p, STR("\xEF\xBB\xBF")))
		p->bol = p->at;
}

/* document := {[header | pair] line end} */
static struct val
document(struct parser *p)
{
	restart(p);
	check_bytes(p);
	restart(p);
	p->table = &p->root;
	p->root.line = 1;
	for (skip_lines(p); p->at < p->text.n; skip_lines(p)) {
		if (peek(p) == '[')
			header(p);
		else
			pair(p, p->table);
		end_line(p);
	}
	return settle_table(p, &p->root);
}

bool
toml_parse(struct arena *a, str name, str text, struct val *v, struct err *e)
{
	struct fail f = { .err = e }, *outer = a->fail;
	struct parser p = { .a = a, .fail = &f, .name = name, .text = text };

	a->fail = &f;
	if (setjmp(f.env)) {
		a->fail = outer;
		return false;
	}
	*v = document(&p);
	a->fail = outer;
	return true;
}
