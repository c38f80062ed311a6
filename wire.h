/* SPDX-License-Identifier: MIT
 * wire.h - what etcd v3's logic asks of a wire, and what it hears */
#ifndef WIRE_H
#define WIRE_H

#include "base/kv.h"

struct header {           /* etcd's ResponseHeader, as far as we look at it */
	uint64_t cluster;
	int64_t revision;
};
struct seen {             /* the newest key that a reply has shown */
	str key;          /* the wire's, until its next call; and so is `last` */
	int64_t revision; /* its mod_revision; 0: nothing seen */
	uint64_t print;   /* a fingerprint of it: value, version, create_revision */
};
struct range_request {
	struct span span;
	int64_t revision; /* 0: the newest */
	unsigned limit;   /* keys */
	const struct span *keep; /* of the pairs in the span, only those in here are kept */
	size_t nkeep;
};
struct range_reply {
	struct header header;
	bool lost;        /* compacted, or not yet reached: that revision cannot be read */
	bool more;
	str last;         /* the last key, when there is more */
	struct seen newest;
};
struct watch_request {
	struct span span;
	int64_t start;    /* the first revision wanted */
	const struct span *keep; /* as above, of the changes */
	size_t nkeep;
};
struct watch_reply {
	struct header header;
	bool created;
	bool lost;        /* start has been compacted */
	int64_t last;     /* revision of the last event; 0: there was none */
	struct seen newest;
};

#endif
