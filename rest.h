/* SPDX-License-Identifier: MIT
 * rest.h - JSON over HTTP: one request at a time, to one of several nodes */
#ifndef REST_H
#define REST_H

#include "base/mem.h"
#include "base/str.h"
#include "http.h"
#include "sys/net.h"

struct val;

struct rest {
	const char *who;      /* "etcd": for messages */
	struct net net;
	struct http http;
	struct arena scratch; /* one request and its reply */
	struct buf in;        /* what has been received of the reply's body */
	bool endless;         /* once a reply of 200 has begun, silence is expected */
	bool begun;           /* the reply's head is there */
};

void rest_init(struct rest *, const char *who, const struct endpoint *, size_t n);
/* no request is under way */
bool rest_idle(const struct rest *);
/* begins a request; its text must live until the reply, in scratch if need be. headers:
 * whole lines, each with its CRLF; or empty */
void rest_start(struct rest *, const char *method, str target, str headers, str body);
/* STEP_DONE: the whole reply is in `in` */
enum step rest_fetch(struct rest *, struct err *);
/* STEP_DONE: the head or more bytes of the reply have come; *end: it is whole */
enum step rest_more(struct rest *, bool *end, struct err *);
int rest_status(const struct rest *);
/* what to wait for after a step */
int rest_fd(const struct rest *);
int64_t rest_due(const struct rest *);
str rest_node(const struct rest *);
/* "etcd 10.0.0.5:2379: status 503: no leader", from the reply and its JSON; always
 * false */
bool rest_refused(struct rest *, struct err *);
/* the reply, or a part of it, as JSON; a door */
bool rest_json(struct rest *, str text, struct val *, struct err *);
/* gives up what is under way, hangs up and lets go of all memory */
void rest_cancel(struct rest *);
/* the same, because the node is no good: the next request goes to the next one */
void rest_give_up(struct rest *);

#endif
