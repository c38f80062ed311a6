/* SPDX-License-Identifier: MIT
 * base.h - the words every file shares: slices, errors, steps */
#ifndef BASE_H
#define BASE_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct str { /* bytes somebody else keeps; not terminated, never freed */
	const char *p;
	size_t n;
} str;

#define STR(lit)         ((str){ "" lit "", sizeof(lit) - 1 })
#define ARG(s)           (int)(s).n, (s).p /* for "%.*s" */
#define countof(a)       (sizeof(a) / sizeof(*(a)))
#define MIN(a, b)        ((a) < (b) ? (a) : (b))
#define MAX(a, b)        ((a) > (b) ? (a) : (b))
#define PRINTF(fmt, arg) __attribute__((format(printf, fmt, arg)))

enum errkind {     /* named by what the agent does next */
	ERR_NONE,
	ERR_RETRY, /* the other side: back off, next endpoint */
	ERR_INPUT, /* template, TOML, JSON, reply: say where, keep last good file */
	ERR_LIMIT, /* a named limit was reached: as ERR_INPUT */
	ERR_SYS,   /* this machine said no: report, try again next round */
};
struct err {
	enum errkind kind;
	int no; /* errno, where its text ends the message; else 0 */
	char msg[504];
};

/* Always false, so that: return err_set(e, ERR_SYS, "open %s:", path);
 * a format that ends in ':' gets errno's text appended. */
bool err_set(struct err *, enum errkind, const char *fmt, ...) PRINTF(3, 4);
/* puts "what: " before the message that is there; always false */
bool err_wrap(struct err *, const char *fmt, ...) PRINTF(2, 3);

struct fail { /* one per parser door: where a throw lands */
	jmp_buf env;
	struct err *err;
};
_Noreturn void fail_throw(struct fail *, enum errkind, const char *fmt, ...) PRINTF(3, 4);
/* throws the message that is already in the door's struct err */
_Noreturn void fail_again(struct fail *);

/* what a step of input or output waits for */
enum step { STEP_FAIL = -1, STEP_DONE, STEP_READ, STEP_WRITE };

#endif
