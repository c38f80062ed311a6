/* SPDX-License-Identifier: MIT
 * conf.c - flags + environment + confd.toml: what this process is to do
 *
 * A setting is a row of rows[]. conf_load() applies, in this order, the defaults, the
 * file, the environment and the flags; what comes later wins. */
#include "conf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/toml.h"
#include "base/val.h"
#include "sys/file.h"
#include "sys/net.h"

enum {
	FILE_MAX = 1 << 20,       /* bytes of confd.toml */
	INTERVAL_MS = 600 * 1000, /* between polls, when nobody says otherwise */
};

#define ROW(name, type, member, help) \
	{ name, type, offsetof(struct conf, member), help, NULL, 0 }
static const struct option rows[] = {
	ROW("backend", OPT_STR, backend, "etcd, etcdv2, etcdv3; none: what the node speaks"),
	{ "node", OPT_LIST, offsetof(struct conf, nodes),
	    "a store's address, repeatable: [http://]HOST[:PORT]", "nodes", 0 },
	ROW("prefix", OPT_STR, prefix, "put before every key"),
	ROW("confdir", OPT_STR, confdir, "holds conf.d/ and templates/"),
	ROW("config-file", OPT_STR, config_file, "these settings, as TOML"),
	ROW("watch", OPT_BOOL, watch, "follow the store's changes"),
	ROW("interval", OPT_TIME, interval_ms, "between polls or, with -watch, full passes"),
	ROW("onetime", OPT_BOOL, onetime, "render once, then exit: 1 if anything failed"),
	ROW("noop", OPT_BOOL, noop, "say what would change, and change nothing"),
	ROW("sync-only", OPT_BOOL, sync_only, "write files, run neither check nor reload"),
	ROW("keep-stage-file", OPT_BOOL, keep_stage_file, "leave staged files in place"),
	ROW("strict", OPT_BOOL, strict, "having no resource at all is an error"),
	ROW("log-level", OPT_STR, log_level, "debug, info, warning, error"),
	ROW("docker-host", OPT_STR, docker_host, "unix:///var/run/docker.sock"),
	ROW("version", OPT_BOOL, version, "print the version and exit"),
	ROW("help", OPT_BOOL, help, "print this and exit"),
};
static const struct options options = { rows, countof(rows) };

void
conf_warn(struct arena *a, struct strs *to, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	strs_add(a, to, str_dup(a, str_of(text)));
}

void
conf_usage(void)
{
	printf("usage: uconfd [-backend etcd] [-node URL]... [-watch | -interval N | "
	       "-onetime]\n\n");
	for (size_t i = 0; i < countof(rows); i++)
		printf("  -%-16s %s\n", rows[i].name, rows[i].help);
	printf("\nFlags take one or two dashes; each is also CONFD_NAME in the environment "
	       "and a key of\nconfd.toml. See uconfd(8).\n");
}

/* a list that a stronger source sets does not grow, it begins anew */
static void
begin_source(struct conf *c, const struct option *o, unsigned *fresh)
{
	unsigned bit = 1u << (o - rows);

	if (o->type == OPT_LIST && !(*fresh & bit))
		*(struct strs *)(void *)((char *)c + o->at) = (struct strs){ 0 };
	*fresh |= bit;
}

static void
defaults(struct conf *c)
{
	c->confdir = STR("/etc/confd");
	c->config_file = STR("/etc/confd/confd.toml");
	c->log_level = STR("info");
	c->docker_host = STR("unix:///var/run/docker.sock");
	c->interval_ms = -1;
}

/* -name value, -name=value, --name ...; a boolean alone is true */
static bool
flag(struct conf *c, int *i, int argc, char *const argv[], unsigned *fresh,
    struct err *e)
{
	str word = str_of(argv[*i]), name, text;
	const struct option *o;
	bool given;

	if (word.n < 2 || word.p[0] != '-')
		return err_set(e, ERR_INPUT, "found \"%s\", want a flag such as -watch",
		    argv[*i]);
	given = str_cut(str_from(word, 1 + (word.p[1] == '-')), '=', &name, &text);
	o = opt_find(options, str_eq(name, STR("h")) ? STR("help") : name);
	if (!o)
		return err_set(e, ERR_INPUT, "unknown flag -%.*s%.*s", ARG(name),
		    ARG(opt_hint(options, c->a, name)));
	if (!given && o->type == OPT_BOOL)
		text = STR("true");
	else if (!given && ++*i < argc)
		text = str_of(argv[*i]);
	else if (!given)
		return err_set(e, ERR_INPUT, "-%s wants a value: %s", o->name, o->help);
	begin_source(c, o, fresh);
	return opt_text(o, c, c->a, text, e) || err_wrap(e, "-%s", o->name);
}

static bool
flags(struct conf *c, int argc, char *const argv[], struct err *e)
{
	unsigned fresh = 0;

	for (int i = 1; i < argc; i++)
		if (!flag(c, &i, argc, argv, &fresh, e))
			return false;
	return true;
}

/* CONFD_LOG_LEVEL for log-level */
static void
variable_name(char *to, size_t size, const char *name)
{
	snprintf(to, size, "CONFD_%s", name);
	for (char *p = to; *p; p++)
		*p = *p == '-' ? '_' : *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
}

static bool
variable(struct conf *c, const struct option *o, const char *name, unsigned *fresh,
    struct err *e)
{
	const char *text = getenv(name);

	if (!text || !*text)
		return true;
	begin_source(c, o, fresh);
	return opt_text(o, c, c->a, str_of(text), e) || err_wrap(e, "%s", name);
}

static bool
environment(struct conf *c, struct err *e)
{
	unsigned fresh = 0;
	char name[64];

	if (!variable(c, opt_find(options, STR("docker-host")), "DOCKER_HOST", &fresh, e)
	    || !variable(c, opt_find(options, STR("node")), "ETCDCTL_PEERS", &fresh, e))
		return false;
	fresh = 0; /* CONFD_NODE beats ETCDCTL_PEERS, it does not add to it */
	for (size_t i = 0; i < countof(rows); i++) {
		variable_name(name, sizeof name, rows[i].name);
		if (!variable(c, &rows[i], name, &fresh, e))
			return false;
	}
	return true;
}

static bool
file_key(struct conf *c, const struct member *m, unsigned *fresh, struct err *e)
{
	const struct option *o = opt_find(options, m->key);

	if (!o) {
		conf_warn(c->a, &c->warnings, "%.*s:%u: unknown key \"%.*s\"%.*s",
		    ARG(c->config_file), m->val.line, ARG(m->key),
		    ARG(opt_hint(options, c->a, m->key)));
		return true;
	}
	begin_source(c, o, fresh);
	return opt_val(o, c, c->a, &m->val, e)
	    || err_wrap(e, "%.*s:%u:%u: %.*s", ARG(c->config_file), m->val.line,
	        m->val.col, ARG(m->key));
}

/* a file that nobody named may be missing */
static bool
file(struct conf *c, bool named, struct err *e)
{
	char *path = str_z(c->a, c->config_file);
	unsigned fresh = 0;
	struct val doc;
	str text;

	if (!named && !file_exists(path))
		return true;
	if (!file_read(c->a, path, FILE_MAX, &text, e)
	    || !toml_parse(c->a, c->config_file, text, &doc, e))
		return false;
	for (size_t i = 0; i < doc.map.n; i++)
		if (!file_key(c, &doc.map.at[i], &fresh, e))
			return false;
	return true;
}

static bool
validate(struct conf *c, struct err *e)
{
	struct endpoint *ep = NEW(c->a, struct endpoint);

	c->watch = c->watch && !c->onetime;
	if (c->interval_ms == 0)
		return err_set(e, ERR_INPUT, "interval: found 0, want at least 1ms");
	if (c->interval_ms < 0)
		c->interval_ms = c->watch ? 0 : INTERVAL_MS;
	if (!str_starts(c->docker_host, STR("unix://")))
		return err_set(e, ERR_INPUT, "docker-host: found \"%.*s\", want "
		    "unix:///path/of/docker.sock", ARG(c->docker_host));
	c->docker = ep;
	return endpoint_parse(c->a, c->docker_host, "0", ep, e)
	    || err_wrap(e, "docker-host");
}

bool
conf_load(struct conf *c, struct arena *a, int argc, char *const argv[], bool *usage,
    struct err *e)
{
	struct conf first = { .a = a };
	bool named;

	*usage = true;
	if (!flags(&first, argc, argv, e)) /* to learn which file to read */
		return false;
	*usage = false;
	if (!first.config_file.n && !environment(&first, e))
		return false;
	*c = (struct conf){ .a = a };
	defaults(c);
	named = first.config_file.n > 0;
	if (named)
		c->config_file = first.config_file;
	return file(c, named, e) && environment(c, e) && flags(c, argc, argv, e)
	    && validate(c, e);
}
