/* SPDX-License-Identifier: MIT
 * etcdany.h - etcd, by whichever API the node speaks */
#ifndef ETCDANY_H
#define ETCDANY_H

#include "etcd.h"
#include "etcd2.h"

struct etcdany {
	struct store store;   /* first: the table sees us as this */
	struct rest rest;     /* asks which it is */
	struct store *chosen; /* one of the two; NULL: not yet known */
	struct etcd v3;
	struct etcd2 v2;
};
/* v2 where the node serves /v2/keys, else v3: confd's -backend etcd */
extern const struct store_ops etcd_v2_first_ops;
/* v3, but v2 on a node of version 2 and below */
extern const struct store_ops etcd_v3_first_ops;

#endif
