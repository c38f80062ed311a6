/* SPDX-License-Identifier: MIT
 * path.h - slash-separated paths, as Go's package path has them */
#ifndef PATH_H
#define PATH_H

#include "base/base.h"

struct arena;

/* path.Match: * ? [a-z] [^x] \c, where * and ? never cross a '/'.
 * 1 match, 0 none, -1 syntax error in pattern */
int path_match(str pattern, str name);
/* the bytes of a pattern before its first special one: every match begins with them */
str path_literal(str pattern);
/* path.Clean, path.Base, path.Dir */
str path_clean(struct arena *, str);
str path_base(str);
str path_dir(struct arena *, str);
/* path.Join(a, b) */
str path_join(struct arena *, str a, str b);

#endif
