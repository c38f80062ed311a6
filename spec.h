/* SPDX-License-Identifier: MIT
 * spec.h - conf.d/NAME.toml: what a resource wants */
#ifndef SPEC_H
#define SPEC_H

#include "act.h"
#include "base/kv.h"
#include "opt.h"

struct conf;
struct tmpl;

struct spec {
	str file;            /* the path of its TOML */
	str name;            /* the last part of it: for messages */
	str src, prefix;     /* as written */
	struct strs keys;
	char *dest;
	int64_t mode, uid, gid; /* -1: not said */
	struct action check, reload;
	/* worked out */
	str root;            /* the joined prefix, "" for the root */
	str *paths;          /* full paths of the keys */
	struct span *spans;
	size_t nspans;
	struct tmpl *tmpl;
};

/* the paths of all resources under CONFDIR/conf.d, in the order of their names; none
 * when there is no such directory */
bool spec_list(struct arena *, const struct conf *, struct strs *paths, struct err *);
/* reads one, compiles its template; what is unknown in it becomes a warning */
bool spec_load(struct arena *, const struct conf *, str path, struct spec *,
    struct strs *warnings, struct err *);
/* all paths of the specs, in byte order, without those that lie below another */
void spec_paths(struct arena *, const struct spec *, size_t n, struct strs *);

#endif
