/* SPDX-License-Identifier: MIT
 * tmpl.c - compile, render: the doors of the wing tmpl/
 *
 * Everything below throws; what is thrown lands here. Read on in tmpl/parse.c (what a
 * template is), tmpl/exec.c (what it does) and tmpl/lib.c (its functions). */
#include "tmpl.h"

#include "base/kv.h"
#include "base/mem.h"
#include "base/val.h"
#include "tmpl/exec.h"
#include "tmpl/parse.h"

bool
tmpl_compile(struct arena *a, str name, str text, struct tmpl **out, struct err *e)
{
	struct fail f = { .err = e }, *outer = a->fail;

	a->fail = &f;
	if (setjmp(f.env)) {
		a->fail = outer;
		return false;
	}
	*out = parse_template(a, name, text);
	a->fail = outer;
	return true;
}

/* the door around the evaluation; x, which it changes, is outside of it */
static bool
run(struct exec *x, const struct val *dot, struct err *e)
{
	struct fail f = { .err = e };

	x->call.a->fail = x->call.fail = &f;
	if (setjmp(f.env))
		return false;
	exec_run(x, dot);
	return true;
}

bool
tmpl_render(const struct tmpl *t, const struct kv_view *view, const struct val *dot,
    struct arena *a, size_t max, str *out, struct err *e)
{
	static const struct kv empty;
	static const struct kv_view nothing = { .kv = &empty };
	static const struct val nil;
	struct exec x = {
		.t = t,
		.call = {
			.a = a,
			.view = view ? view : &nothing,
			.text = { .a = a, .what = "text" },
		},
		.out = { .a = a, .what = "template output", .max = max },
	};
	struct fail *outer = a->fail;
	bool done = run(&x, dot ? dot : &nil, e);

	a->fail = outer;
	if (!done)
		exec_blame(&x, e);
	*out = buf_str(&x.out);
	return done;
}
