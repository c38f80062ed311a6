/* SPDX-License-Identifier: MIT
 * res.h - a resource: render, compare, stage, check, swap, reload */
#ifndef RES_H
#define RES_H

#include "act.h"
#include "spec.h"
#include "sys/file.h"
#include "sys/loop.h"

struct kv;

struct res {
	/* set by the caller */
	const struct spec *spec;
	const struct conf *conf;
	struct loop *loop;
	struct arena *render;           /* shared scratch of all resources */
	void (*idle)(struct res *);     /* a pass that had to wait has ended */
	void (*wants)(struct res *);    /* dirty again: its back-off is over */
	/* for the caller */
	bool dirty;                     /* a pass is due */
	bool failed;                    /* the last pass did not get through */
	/* ours */
	enum res_phase { RES_IDLE, RES_CHECK, RES_RELOAD } phase;
	bool reload_due;                /* dest is new, and the service does not know yet */
	unsigned failures;              /* in a row */
	struct timer retry;
	struct stage stage;
	char *real;                     /* where dest is, links followed; in run */
	struct arena run;               /* this pass */
	struct act act;
	uint64_t said[2];               /* prints of the failures last logged: of passes, */
	                                /* of reloads */
	bool stopping;                  /* nothing new is begun any more */
};

/* zeroed but for the first members: looks for what an earlier process left behind */
void res_init(struct res *);
/* One pass over the snapshot. It may end at once; true: it goes on, and idle will be
 * called when it ends. */
bool res_pass(struct res *, const struct kv *);
/* A pass without a snapshot: a reload that is due, perhaps since an earlier process,
 * does not wait for the store. As res_pass: true when it is running. */
bool res_resume(struct res *);
/* lets what is running end, and begins nothing any more */
void res_stop(struct res *);
/* makes it end soon */
void res_hurry(struct res *);

#endif
