/* SPDX-License-Identifier: MIT
 * etcd.h - the etcd v3 store */
#ifndef ETCD_H
#define ETCD_H

#include "gateway.h"
#include "store.h"

struct etcd {
	struct store store;  /* first: the table sees us as this */
	struct gateway wire;
	struct arena text;   /* the span that is asked for */
	enum etcd_phase { ETCD_IDLE, ETCD_PAGES, ETCD_PROBE, ETCD_WATCH } phase;
	size_t path;         /* being fetched */
	struct range_request page;
	struct watch_request watch;
	uint64_t cluster;    /* its id; another one is another store */
	struct seen newest;  /* of what get and watch have delivered; its key is in key[] */
	bool lost;           /* the watch was cut: is it still the same store? */
	char key[1024];
};
extern const struct store_ops etcd_ops;

#endif
