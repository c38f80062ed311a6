/* SPDX-License-Identifier: MIT
 * opt.c - a setting is one row: flags, environment and TOML all go through it */
#include "opt.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/val.h"

enum {
	NAMES_MAX = 64,           /* rows that opt_hint looks at */
	SECONDS_MAX = 1000000000, /* of an OPT_TIME */
};

static bool
same_name(str a, str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		bool dashes = (a.p[i] == '-' || a.p[i] == '_')
		    && (b.p[i] == '-' || b.p[i] == '_');
		if (!dashes && !str_eqi((str){ a.p + i, 1 }, (str){ b.p + i, 1 }))
			return false;
	}
	return true;
}

const struct option *
opt_find(struct options o, str name)
{
	for (size_t i = 0; i < o.n; i++) {
		const struct option *row = &o.at[i];
		if (same_name(name, str_of(row->name))
		    || (row->alias && same_name(name, str_of(row->alias))))
			return row;
	}
	return NULL;
}

str
opt_hint(struct options o, struct arena *a, str name)
{
	str names[NAMES_MAX], near;
	size_t n;

	for (n = 0; n < o.n && n < NAMES_MAX; n++)
		names[n] = str_of(o.at[n].name);
	near = str_nearest(name, names, n);
	if (!near.n)
		return (str){ 0 };
	return str_fmt(a, " (did you mean %.*s?)", ARG(near));
}

/* "${" NAME [":-" default] "}", s behind its "${" */
static bool
variable(struct buf *b, str *s, struct err *e)
{
	size_t end = str_find(*s, STR("}")), colon;
	str name = str_head(*s, end), other = { 0 };
	const char *z, *v;

	if (end == s->n)
		return err_set(e, ERR_INPUT, "\"${%.*s\" has no }", ARG(*s));
	*s = str_from(*s, end + 1);
	colon = str_find(name, STR(":-"));
	if (colon < name.n) {
		other = str_from(name, colon + 2);
		name = str_head(name, colon);
	}
	if (!(z = str_z(b->a, name)))
		return err_set(e, ERR_INPUT, "a NUL byte in the name of a variable");
	v = getenv(z);
	if (!v && !other.p)
		return err_set(e, ERR_INPUT, "${%.*s} is not set; ${%.*s:-DEFAULT} has a "
		    "value even then", ARG(name), ARG(name));
	buf_put(b, v && *v ? str_of(v) : other);
	return true;
}

bool
opt_expand(struct arena *a, str s, str *out, struct err *e)
{
	struct buf b = { .a = a, .what = "value" };

	for (;;) {
		size_t at = str_find(s, STR("${"));
		buf_put(&b, str_head(s, at));
		if (at == s.n)
			break;
		s = str_from(s, at + 2);
		if (!variable(&b, &s, e))
			return false;
	}
	*out = buf_str(&b);
	return true;
}

static bool
parse_bool(str s, bool *b)
{
	*b = str_eq(s, STR("true")) || str_eq(s, STR("1"));
	return *b || str_eq(s, STR("false")) || str_eq(s, STR("0"));
}

static size_t
digits(str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n;
}

/* Go's time.ParseDuration without fractions: { number unit } */
static bool
duration(str s, int64_t *ms)
{
	static const struct { str unit; int64_t ms; } units[] = {
		{ STR("ms"), 1 }, { STR("s"), 1000 }, { STR("m"), 60000 },
		{ STR("h"), 3600000 },
	};
	int64_t n, total = 0;

	while (s.n) {
		size_t i, d = digits(s);
		if (d > 9 || !str_i64(str_head(s, d), &n))
			return false;
		s = str_from(s, d);
		for (i = 0; i < countof(units) && !str_starts(s, units[i].unit); i++)
			continue;
		if (i == countof(units))
			return false;
		s = str_from(s, units[i].unit.n);
		total += n * units[i].ms;
		if (total > (int64_t)SECONDS_MAX * 1000)
			return false;
	}
	*ms = total;
	return true;
}

static bool
seconds(int64_t n, int64_t *ms)
{
	if (n < 0 || n > SECONDS_MAX)
		return false;
	*ms = n * 1000;
	return true;
}

static bool
parse_time(str s, int64_t *ms)
{
	int64_t n;

	if (str_i64(s, &n))
		return seconds(n, ms);
	return s.n && duration(s, ms);
}

/* "0644", "644" and "0o644" alike; "0x1a4" is what it says */
static bool
parse_mode(str s, int64_t *mode)
{
	unsigned base = 8;

	if (str_starts(s, STR("0x")) || str_starts(s, STR("0o"))) {
		base = s.p[1] == 'x' ? 16 : 8;
		s = str_from(s, 2);
	}
	*mode = 0;
	for (size_t i = 0; i < s.n; i++) {
		int d = hexval(s.p[i]);
		if (d < 0 || (unsigned)d >= base || *mode > 07777)
			return false;
		*mode = *mode * base + d;
	}
	return s.n && *mode <= 07777;
}

static bool
parse_id(int64_t n, int64_t *id)
{
	*id = n;
	return n >= -1 && n < UINT32_MAX;
}

static const char *
wanted(enum opt_type type)
{
	static const char *const names[] = {
		[OPT_STR] = "a string",
		[OPT_LIST] = "an array of strings",
		[OPT_BOOL] = "true or false",
		[OPT_ID] = "a number from 0 to 4294967294",
		[OPT_TIME] = "seconds, or a duration such as \"1m30s\" or \"500ms\"",
		[OPT_MODE] = "octal digits such as \"0644\", at most \"7777\"",
	};

	return names[type];
}

static bool
set(const struct option *o, void *obj, struct arena *a, str s)
{
	void *at = (char *)obj + o->at;
	int64_t n;

	switch (o->type) {
	case OPT_STR:
		*(str *)at = s;
		return true;
	case OPT_LIST:
		strs_add(a, at, s);
		return true;
	case OPT_BOOL:
		return parse_bool(s, at);
	case OPT_ID:
		return str_i64(s, &n) && parse_id(n, at);
	case OPT_TIME:
		return parse_time(s, at);
	case OPT_MODE:
		return parse_mode(s, at);
	}
	return false;
}

/* a flag's words between commas are a list's members */
static bool
set_words(const struct option *o, void *obj, struct arena *a, str s)
{
	str word;

	if (o->type != OPT_LIST)
		return set(o, obj, a, s);
	while (s.n) {
		str_cut(s, ',', &word, &s);
		set(o, obj, a, str_trim(word));
	}
	return true;
}

bool
opt_text(const struct option *o, void *obj, struct arena *a, str text, struct err *e)
{
	str s;

	if (o->flags & OPT_RAW)
		s = text;
	else if (!opt_expand(a, text, &s, e))
		return false;
	return set_words(o, obj, a, s) || err_set(e, ERR_INPUT, "found \"%.*s\", want %s",
	    ARG(text), wanted(o->type));
}

static bool
set_string(const struct option *o, void *obj, struct arena *a, str s, struct err *e)
{
	str text = s;

	if (!(o->flags & OPT_RAW) && !opt_expand(a, s, &text, e))
		return false;
	return set(o, obj, a, text)
	    || err_set(e, ERR_INPUT, "found \"%.*s\", want %s", ARG(s), wanted(o->type));
}

static bool
set_list(const struct option *o, void *obj, struct arena *a, const struct val *v,
    struct err *e)
{
	for (size_t i = 0; i < v->list.n; i++) {
		const struct val *m = &v->list.at[i];
		if (m->kind != VAL_STR)
			return err_set(e, ERR_INPUT, "found %s in the array, want strings",
			    val_kind_name(m->kind));
		if (!set_string(o, obj, a, m->s, e))
			return false;
	}
	return true;
}

static bool
set_number(const struct option *o, void *at, int64_t n, struct err *e)
{
	bool ok = false;

	if (o->type == OPT_TIME)
		ok = seconds(n, at);
	else if (o->type == OPT_ID)
		ok = parse_id(n, at);
	else if (o->type == OPT_MODE)
		return err_set(e, ERR_INPUT, "found the number %lld, want a string: "
		    "octal digits in quotes, such as \"0644\"", (long long)n);
	return ok || err_set(e, ERR_INPUT, "found %lld, want %s", (long long)n,
	    wanted(o->type));
}

bool
opt_val(const struct option *o, void *obj, struct arena *a, const struct val *v,
    struct err *e)
{
	void *at = (char *)obj + o->at;

	if (v->kind == VAL_STR && o->type != OPT_BOOL)
		return opt_text(o, obj, a, v->s, e);
	if (v->kind == VAL_LIST && o->type == OPT_LIST)
		return set_list(o, obj, a, v, e);
	if (v->kind == VAL_INT && o->type != OPT_STR && o->type != OPT_BOOL)
		return set_number(o, at, v->i, e);
	if (v->kind == VAL_BOOL && o->type == OPT_BOOL) {
		*(bool *)at = v->b;
		return true;
	}
	return err_set(e, ERR_INPUT, "found %s, want %s", val_kind_name(v->kind),
	    wanted(o->type));
}
