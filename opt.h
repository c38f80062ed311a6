/* SPDX-License-Identifier: MIT
 * opt.h - a setting is one row: flags, environment and TOML all go through it */
#ifndef OPT_H
#define OPT_H

#include "base/str.h"

struct arena;
struct val;

enum opt_type {
	OPT_STR,  /* str */
	OPT_LIST, /* struct strs: an array, or words between commas */
	OPT_BOOL, /* bool */
	OPT_ID,   /* int64_t, 0 to 2^32-2: a uid, a gid */
	OPT_TIME, /* int64_t ms: a number of seconds, or Go's "1m30s", "500ms" */
	OPT_MODE, /* int64_t: "0644", "644" and "0o644" are octal */
};
enum { OPT_RAW = 1 }; /* a command: its ${...} is the shell's, not ours */

struct option {
	const char *name;  /* '-' and '_' are the same, and so are A and a */
	enum opt_type type;
	size_t at;         /* offset of the member in the object */
	const char *help;
	const char *alias; /* another name, or NULL */
	unsigned flags;
};
struct options {
	const struct option *at;
	size_t n;
};

/* the row of that name, NULL when there is none */
const struct option *opt_find(struct options, str name);
/* " (did you mean X?)", or nothing */
str opt_hint(struct options, struct arena *, str name);
/* sets the member from a flag's or variable's text; lists grow. Messages say what was
 * found and what is expected, not where. */
bool opt_text(const struct option *, void *obj, struct arena *, str text, struct err *);
/* sets the member from a TOML value */
bool opt_val(const struct option *, void *obj, struct arena *, const struct val *,
    struct err *);
/* ${VAR} and ${VAR:-default} */
bool opt_expand(struct arena *, str, str *out, struct err *);

#endif
