/* SPDX-License-Identifier: MIT
 * store.c - the table: name to store */
#include "store.h"

#include "base/str.h"
#include "etcdany.h"
#include "sys/net.h"

static const struct store_ops *const stores[] = {
	&etcd_v3_first_ops, /* no name at all */
	&etcd_v2_first_ops,
	&etcd_ops,
	&etcd2_ops,
};

static const struct store_ops *
find(str name)
{
	for (size_t i = 0; i < countof(stores); i++)
		if (str_eq(name, str_of(stores[i]->name)))
			return stores[i];
	return NULL;
}

/* etcd's ports of today and of 2014, on this host */
static const str default_nodes[] = { STR("127.0.0.1:2379"), STR("127.0.0.1:4001") };

struct store *
store_new(struct arena *a, str backend, const str *nodes, size_t n, struct err *e)
{
	const struct store_ops *ops = find(backend);
	struct endpoint *ends;
	struct store *s;

	if (!ops) {
		err_set(e, ERR_INPUT, "backend: found \"%.*s\", want etcd, etcdv2 or etcdv3",
		    ARG(backend));
		return NULL;
	}
	if (!n) {
		nodes = default_nodes;
		n = countof(default_nodes);
	}
	ends = NEWS(a, n, struct endpoint);
	for (size_t i = 0; i < n; i++)
		if (!endpoint_parse(a, nodes[i], "2379", &ends[i], e))
			return NULL;
	s = arena_alloc(a, 1, ops->size);
	s->ops = ops;
	s->nodes = ends;
	s->nnodes = n;
	ops->init(s);
	return s;
}
