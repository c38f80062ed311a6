/* SPDX-License-Identifier: MIT
 * store.h - what a store must do
 *
 * A store is a file and a row in store.c. It never blocks and never logs: its steps say
 * what they wait for, and their errors say what happened. */
#ifndef STORE_H
#define STORE_H

#include "base/kv.h"

struct conf;
struct endpoint;
struct stream;

struct store {
	const struct store_ops *ops;
	const struct endpoint *nodes;
	size_t nnodes;
	const str *paths;  /* full, in byte order, none below another */
	size_t npaths;
	const struct span *spans; /* of the paths: what is in none of them is left out */
	size_t nspans;
	int64_t revision;  /* of what get and watch have delivered */
	bool live;         /* the last get has succeeded, and its watch stands */
	int fd;            /* what the last step waits for */
	int64_t due;       /* ms: or until when; 0: for ever */
};
struct store_ops {
	const char *name;
	size_t size;       /* of the object behind struct store */
	void (*init)(struct store *);
	/* STEP_DONE: kv holds everything under the paths, as of one revision */
	enum step (*get)(struct store *, struct kv *, struct err *);
	/* STEP_DONE: what has changed since, its text in the arena, which is emptied first;
	 * an empty delta: fetch again. NULL: this store cannot watch. */
	enum step (*watch)(struct store *, struct arena *, struct kv_delta *, struct err *);
	/* gives up what is under way; the next get or watch begins anew */
	void (*cancel)(struct store *);
	/* "etcd v3 at 127.0.0.1:2379": for the log, once get has succeeded */
	str (*about)(const struct store *, struct arena *);
};

/* the store of that name, with its nodes, in the arena; NULL when there is none. The
 * caller sets its paths before the first get. */
struct store *store_new(struct arena *, str backend, const str *nodes, size_t nnodes,
    struct err *);

#endif
