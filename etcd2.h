/* SPDX-License-Identifier: MIT
 * etcd2.h - the etcd v2 store */
#ifndef ETCD2_H
#define ETCD2_H

#include "rest.h"
#include "store.h"

struct etcd2 {
	struct store store;  /* first: the table sees us as this */
	struct rest rest;
	str top;             /* the directory that holds every path; in the store's paths */
	int64_t newest;      /* modifiedIndex of the newest node delivered; 0: none */
	char key[1024];      /* its key; "" when that is longer */
	uint64_t print;      /* and a fingerprint of its value */
	enum etcd2_phase { ETCD2_IDLE, ETCD2_GET, ETCD2_PROBE, ETCD2_WATCH } phase;
	bool lost;           /* the watch was cut: is it still the same store? */
};
extern const struct store_ops etcd2_ops;

#endif
