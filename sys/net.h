/* SPDX-License-Identifier: MIT
 * net.h - streams: tcp and unix, dialled by a list of endpoints
 *
 * A stream is what HTTP stands on; it may be a plain socket or, one day, a stream
 * over a stream. Nothing here blocks: a step that must wait says so, and stream->fd
 * is what to wait on. */
#ifndef NET_H
#define NET_H

#include <sys/socket.h>
#include <sys/types.h>

#include "base/base.h"

struct arena;

struct stream;
struct stream_ops {
	/* to the next endpoint that answers */
	enum step (*dial)(struct stream *, struct err *);
	/* STEP_DONE with *n == 0: the other side has closed */
	enum step (*read)(struct stream *, char *p, size_t cap, size_t *n, struct err *);
	/* STEP_DONE: *n bytes are on their way, maybe fewer than asked for */
	enum step (*write)(struct stream *, str, size_t *n, struct err *);
	void (*close)(struct stream *);
	/* host[:port] for Host:, and for messages; valid once dialled */
	str (*peer)(const struct stream *);
};
struct stream {
	const struct stream_ops *ops;
	int fd;      /* to wait on; -1: closed */
	int64_t due; /* ms: when a dial must be stepped again; 0: never */
};

struct endpoint {
	str text;   /* "10.0.0.5:2379", "/var/run/docker.sock": for messages and Host: */
	char *host; /* a name, an address, or "host-gateway"; NULL: a unix socket */
	char *port; /* digits; the path of a unix socket */
};
/* [http://]host[:port], [http://][v6]:port, unix://path; what it understood, or why
 * not */
bool endpoint_parse(struct arena *, str text, const char *default_port,
    struct endpoint *, struct err *);

enum { ADDRS_MAX = 8 }; /* addresses of one name that are tried */
struct addr {
	socklen_t n;
	struct sockaddr_storage at;
};

/* A plain socket to one of several endpoints. Zeroed but for the first three it is
 * closed; placed by the caller, never copied while it is open. */
struct net {
	struct stream stream; /* first: the ops see us as this */
	const struct endpoint *ends;
	size_t n;             /* endpoints */
	/* ours */
	size_t turn;          /* the endpoint in use or next in turn */
	size_t tried;         /* endpoints that this dial has given up */
	bool spent;           /* the last dial has tried them all */
	enum net_phase { NET_IDLE, NET_RESOLVE, NET_CONNECT, NET_OPEN } phase;
	pid_t resolver;
	size_t naddr, addr, got; /* addresses found; the one being tried; bytes read */
	struct addr addrs[ADDRS_MAX];
};
void net_init(struct net *, const struct endpoint *, size_t n);
/* The endpoint in use is no good: the next dial begins with the one after it, unless
 * the last one has tried them all. */
void net_next(struct net *);

/* the default route's next hop, dotted: from inside a container, the host */
bool net_gateway(char text[static 16], struct err *);

#endif
