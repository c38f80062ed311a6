/* SPDX-License-Identifier: MIT
 * spec.c - conf.d/NAME.toml: what a resource wants
 *
 * A key is a row of rows[] or, in [template.check] and [template.reload], of
 * act_rows[]. */
#include "spec.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/toml.h"
#include "base/val.h"
#include "conf.h"
#include "docker.h"
#include "sys/file.h"
#include "tmpl.h"

enum {
	DIRS_MAX = 8,            /* levels of directories under conf.d */
	TOML_MAX = 1 << 20,      /* bytes */
	TMPL_MAX = 4 << 20,      /* bytes */
	CHECK_MS = 30 * 1000,    /* when no timeout is given */
	RELOAD_MS = 60 * 1000,
};

struct text { /* a spec as it is read */
	str src, dest, prefix, owner, group, check_cmd, reload_cmd;
	struct strs keys;
	int64_t mode, uid, gid;
};
struct act_text {
	str cmd, docker, signal;
	struct strs exec;
	int64_t timeout_ms;
};

#define ROW(name, type, member, flags) \
	{ name, type, offsetof(struct text, member), NULL, NULL, flags }
static const struct option rows[] = {
	ROW("src", OPT_STR, src, 0),
	ROW("dest", OPT_STR, dest, 0),
	ROW("keys", OPT_LIST, keys, 0),
	ROW("prefix", OPT_STR, prefix, 0),
	ROW("mode", OPT_MODE, mode, 0),
	ROW("uid", OPT_ID, uid, 0),
	ROW("gid", OPT_ID, gid, 0),
	ROW("owner", OPT_STR, owner, 0),
	ROW("group", OPT_STR, group, 0),
	ROW("check_cmd", OPT_STR, check_cmd, OPT_RAW),
	ROW("reload_cmd", OPT_STR, reload_cmd, OPT_RAW),
};
static const struct options options = { rows, countof(rows) };
#undef ROW
#define ROW(name, type, member, flags) \
	{ name, type, offsetof(struct act_text, member), NULL, NULL, flags }
static const struct option act_rows[] = {
	ROW("cmd", OPT_STR, cmd, OPT_RAW),
	ROW("exec", OPT_LIST, exec, OPT_RAW),
	ROW("docker", OPT_STR, docker, 0),
	ROW("signal", OPT_STR, signal, 0),
	ROW("timeout", OPT_TIME, timeout_ms, 0),
};
static const struct options act_options = { act_rows, countof(act_rows) };
#undef ROW

/* the TOML being read: where messages point to */
struct reader {
	struct arena *a;
	str file;
	struct strs *warnings;
	struct err *e;
};

/* FILE:LINE:COLUMN: and the message; always false */
static bool PRINTF(3, 4)
complain(struct reader *r, const struct val *at, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return err_set(r->e, ERR_INPUT, "%.*s:%u:%u: %s", ARG(r->file), at->line, at->col,
	    text);
}

/* the same around a message that is there already */
static bool
place(struct reader *r, const struct val *at)
{
	return err_wrap(r->e, "%.*s:%u:%u", ARG(r->file), at->line, at->col);
}

static bool
set_key(struct reader *r, struct options o, void *obj, const char *table,
    const struct member *m)
{
	const struct option *row = opt_find(o, m->key);

	if (!row) {
		conf_warn(r->a, r->warnings, "%.*s:%u: unknown key \"%.*s\" in [%s]%.*s",
		    ARG(r->file), m->val.line, ARG(m->key), table,
		    ARG(opt_hint(o, r->a, m->key)));
		return true;
	}
	if (opt_val(row, obj, r->a, &m->val, r->e))
		return true;
	err_wrap(r->e, "%.*s", ARG(m->key));
	return place(r, &m->val);
}

/* the value of a key, in whichever spelling; the table when it has none */
static const struct val *
find(struct options o, const struct val *table, const char *name)
{
	for (size_t i = 0; i < table->map.n; i++) {
		const struct option *row = opt_find(o, table->map.at[i].key);
		if (row && !strcmp(row->name, name))
			return &table->map.at[i].val;
	}
	return table;
}

/* one of cmd, exec and docker */
static bool
one_action(struct reader *r, const struct act_text *t, const struct val *table,
    struct action *x)
{
	int n = (t->cmd.n > 0) + (t->exec.n > 0) + (t->docker.n > 0);

	if (n != 1)
		return complain(r, table, "[template.%s] %s: want one of cmd, exec, docker",
		    x->name, n ? "has several actions" : "has no action");
	if (t->docker.n) {
		x->kind = ACT_DOCKER;
		x->container = t->docker;
		x->signal = t->signal.n ? t->signal : STR("HUP");
		return docker_signal_ok(x->signal) || complain(r, find(act_options, table, "signal"),
		    "signal: found \"%.*s\", want a signal such as HUP or USR1",
		    ARG(t->signal));
	}
	if (t->signal.n)
		return complain(r, find(act_options, table, "signal"), "signal goes with docker");
	x->kind = t->cmd.n ? ACT_CMD : ACT_EXEC;
	return action_compile(x, r->a, t->cmd.n ? &t->cmd : t->exec.at,
	    t->cmd.n ? 1 : t->exec.n, r->e)
	    || place(r, find(act_options, table, t->cmd.n ? "cmd" : "exec"));
}

static bool
read_action(struct reader *r, const struct val *table, const char *name,
    struct action *x)
{
	struct act_text t = { .timeout_ms = x->timeout_ms };
	str title = str_fmt(r->a, "template.%s", name);

	if (table->kind != VAL_MAP)
		return complain(r, table, "%s: found %s, want a table [template.%s]; a "
		    "command is %s_cmd", name, val_kind_name(table->kind), name, name);
	for (size_t i = 0; i < table->map.n; i++)
		if (!set_key(r, act_options, &t, title.p, &table->map.at[i]))
			return false;
	if (x->kind != ACT_NONE)
		return complain(r, table, "%s_cmd and [template.%s] are both there: want one "
		    "of them", name, name);
	x->name = name;
	x->timeout_ms = t.timeout_ms;
	return one_action(r, &t, table, x);
}

/* check_cmd, reload_cmd: the older spelling of a cmd action */
static bool
read_cmd(struct reader *r, const struct val *template, const char *key, str cmd,
    struct action *x)
{
	if (!cmd.n)
		return true;
	x->kind = ACT_CMD;
	x->name = key;
	return action_compile(x, r->a, &cmd, 1, r->e)
	    || place(r, find(options, template, key));
}

static bool
read_actions(struct reader *r, const struct val *template, const struct text *t,
    struct spec *s)
{
	const struct val *check = val_get(template, STR("check"));
	const struct val *reload = val_get(template, STR("reload"));

	s->check.timeout_ms = CHECK_MS;
	s->reload.timeout_ms = RELOAD_MS;
	return read_cmd(r, template, "check_cmd", t->check_cmd, &s->check)
	    && read_cmd(r, template, "reload_cmd", t->reload_cmd, &s->reload)
	    && (!check || read_action(r, check, "check", &s->check))
	    && (!reload || read_action(r, reload, "reload", &s->reload));
}

static bool
subtable(const struct member *m)
{
	return str_eq(m->key, STR("check")) || str_eq(m->key, STR("reload"));
}

static const struct val *
template_table(struct reader *r, const struct val *doc)
{
	const struct val *t = val_get(doc, STR("template"));

	for (size_t i = 0; i < doc->map.n; i++) {
		const struct member *m = &doc->map.at[i];
		if (!str_eq(m->key, STR("template")))
			conf_warn(r->a, r->warnings, "%.*s:%u: unknown key \"%.*s\", want "
			    "only [template]", ARG(r->file), m->val.line, ARG(m->key));
	}
	if (t && t->kind == VAL_MAP)
		return t;
	err_set(r->e, ERR_INPUT, "%.*s: there is no [template] table", ARG(r->file));
	return NULL;
}

/* NAME:password:ID:... lines, as in /etc/passwd and /etc/group */
static bool
look_up(struct reader *r, const struct val *table, const char *key, const char *file,
    str name, int64_t *id)
{
	const struct val *at = find(options, table, key);
	str text, line, field;

	if (!name.n || *id >= 0)
		return true; /* not asked for, or said in numbers, which win */
	if (!file_read(r->a, file, TOML_MAX, &text, r->e))
		return err_wrap(r->e, "%s", key) || place(r, at);
	while (text.n) {
		str_cut(text, '\n', &line, &text);
		str_cut(line, ':', &field, &line);
		if (!str_eq(field, name))
			continue;
		str_cut(line, ':', &field, &line);
		str_cut(line, ':', &field, &line);
		if (str_i64(field, id))
			return true;
	}
	return complain(r, at, "%s: found \"%.*s\", want a name from %s", key, ARG(name),
	    file);
}

static bool
required(struct reader *r, const struct val *table, const struct text *t)
{
	const char *missing = !t->src.n ? "src" : !t->dest.n ? "dest" : NULL;

	if (missing)
		return complain(r, table, "[template] has no %s", missing);
	if (t->dest.p[0] != '/')
		return complain(r, find(options, table, "dest"), "dest: found \"%.*s\", want "
		    "an absolute path", ARG(t->dest));
	return true;
}

static bool
read_toml(struct reader *r, str text, struct spec *s)
{
	struct text t = { .mode = -1, .uid = -1, .gid = -1 };
	const struct val *table;
	struct val doc;

	if (!toml_parse(r->a, r->file, text, &doc, r->e)
	    || !(table = template_table(r, &doc)))
		return false;
	for (size_t i = 0; i < table->map.n; i++)
		if (!subtable(&table->map.at[i])
		    && !set_key(r, options, &t, "template", &table->map.at[i]))
			return false;
	if (!required(r, table, &t)
	    || !look_up(r, table, "owner", "/etc/passwd", t.owner, &t.uid)
	    || !look_up(r, table, "group", "/etc/group", t.group, &t.gid)
	    || !read_actions(r, table, &t, s))
		return false;
	s->src = t.src;
	s->prefix = t.prefix;
	s->keys = t.keys;
	s->mode = t.mode;
	s->uid = t.uid;
	s->gid = t.gid;
	s->dest = str_z(r->a, t.dest);
	return s->dest || err_set(r->e, ERR_INPUT, "%.*s: dest holds a NUL", ARG(r->file));
}

/* the global prefix and the resource's are joined */
static void
resolve_keys(struct arena *a, const struct conf *c, struct spec *s)
{
	str root = path_join(a, STR("/"), path_join(a, c->prefix, s->prefix));

	s->root = str_eq(root, STR("/")) ? (str){ 0 } : root;
	s->paths = NEWS(a, s->keys.n, str);
	for (size_t i = 0; i < s->keys.n; i++)
		s->paths[i] = path_join(a, root, s->keys.at[i]);
	s->nspans = kv_spans(a, s->paths, s->keys.n, &s->spans);
}

static bool
read_template(struct reader *r, const struct conf *c, struct spec *s)
{
	str path = path_join(r->a, c->confdir, path_join(r->a, STR("templates"), s->src));
	char *z = str_z(r->a, path);
	str text;

	if (!z || !file_exists(z))
		return err_set(r->e, ERR_INPUT, "%.*s: src: missing template: %.*s",
		    ARG(r->file), ARG(path));
	return file_read(r->a, z, TMPL_MAX, &text, r->e)
	    && tmpl_compile(r->a, path_base(path), text, &s->tmpl, r->e);
}

bool
spec_load(struct arena *a, const struct conf *c, str path, struct spec *s,
    struct strs *warnings, struct err *e)
{
	struct reader r = { a, path, warnings, e };
	str text;

	*s = (struct spec){ .file = path, .name = path_base(path) };
	if (!file_read(a, path.p, TOML_MAX, &text, e) || !read_toml(&r, text, s))
		return false;
	resolve_keys(a, c, s);
	return read_template(&r, c, s);
}

static bool
walk(struct arena *a, str dir, unsigned depth, struct strs *found, struct err *e)
{
	struct strs names;

	if (depth > DIRS_MAX)
		return err_set(e, ERR_LIMIT, "%.*s: over %d directories deep", ARG(dir),
		    DIRS_MAX);
	if (!file_list(a, dir.p, &names, e))
		return false;
	for (size_t i = 0; i < names.n; i++) {
		str path = str_fmt(a, "%.*s/%.*s", ARG(dir), ARG(names.at[i]));
		if (file_is_dir(path.p)) {
			if (!walk(a, path, depth + 1, found, e))
				return false;
		} else if (str_ends(names.at[i], STR("toml"))) {
			strs_add(a, found, path);
		}
	}
	return true;
}

bool
spec_list(struct arena *a, const struct conf *c, struct strs *paths, struct err *e)
{
	str dir = str_fmt(a, "%.*s/conf.d", ARG(c->confdir));

	*paths = (struct strs){ 0 };
	return !file_exists(dir.p) || walk(a, dir, 0, paths, e);
}

/* byte order, but '/' before all others: what lies below a path follows it at once */
static int
by_path(const void *x, const void *y)
{
	str a = *(const str *)x, b = *(const str *)y;
	size_t i = 0;

	while (i < a.n && i < b.n && a.p[i] == b.p[i])
		i++;
	if (i == a.n || i == b.n)
		return (a.n > b.n) - (a.n < b.n);
	if (a.p[i] == '/' || b.p[i] == '/')
		return a.p[i] == '/' ? -1 : 1;
	return (unsigned char)a.p[i] - (unsigned char)b.p[i];
}

static bool
below(str path, str dir)
{
	return str_eq(dir, STR("/")) || str_eq(path, dir)
	    || (str_starts(path, dir) && path.p[dir.n] == '/');
}

void
spec_paths(struct arena *a, const struct spec *s, size_t n, struct strs *out)
{
	struct strs all = { 0 };

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < s[i].keys.n; j++)
			strs_add(a, &all, s[i].paths[j]);
	if (all.n)
		qsort(all.at, all.n, sizeof *all.at, by_path);
	*out = (struct strs){ 0 };
	for (size_t i = 0; i < all.n; i++)
		if (!out->n || !below(all.at[i], out->at[out->n - 1]))
			strs_add(a, out, all.at[i]);
	strs_sort(out);
}
