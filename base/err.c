/* SPDX-License-Identifier: MIT
 * err.c - what went wrong: words for people, a kind for us */
#include "base/base.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void PRINTF(3, 0)
put(struct err *e, enum errkind kind, const char *fmt, va_list ap)
{
	int no = errno;
	size_t n = strlen(fmt);
	int used = vsnprintf(e->msg, sizeof e->msg, fmt, ap);

	e->kind = kind;
	e->no = 0;
	if (n && fmt[n - 1] == ':' && used > 0 && (size_t)used < sizeof e->msg) {
		e->no = no;
		snprintf(e->msg + used, sizeof e->msg - (size_t)used, " %s", strerror(no));
	}
}

bool
err_set(struct err *e, enum errkind kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put(e, kind, fmt, ap);
	va_end(ap);
	return false;
}

bool
err_wrap(struct err *e, const char *fmt, ...)
{
	char what[sizeof e->msg / 2];
	size_t n, room;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what - 2, fmt, ap);
	va_end(ap);
	strcat(what, ": ");
	n = strlen(what);
	room = sizeof e->msg - n - 1;
	memmove(e->msg + n, e->msg, room);
	memcpy(e->msg, what, n);
	e->msg[n + room] = 0;
	return false;
}

void
fail_throw(struct fail *f, enum errkind kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put(f->err, kind, fmt, ap);
	va_end(ap);
	longjmp(f->env, 1);
}

void
fail_again(struct fail *f)
{
	longjmp(f->env, 1);
}
