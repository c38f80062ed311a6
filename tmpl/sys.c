/* SPDX-License-Identifier: MIT
 * sys.c - functions that look outside: getenv */
#include <stdlib.h>

#include "tmpl/impl.h"

/* a second argument stands in for a variable that is unset or empty */
static struct val
get_env(struct call *c, const struct val *arg, size_t n)
{
	const char *name = str_z(c->a, arg[0].s);
	str value = str_of(name ? getenv(name) : NULL);

	return n > 1 && !value.n ? arg[1] : val_str(value);
}

static const struct func rows[] = {
	{ "getenv", "ss*", get_env },
};
const struct funcs sys_funcs = { rows, countof(rows) };
