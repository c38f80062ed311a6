/* SPDX-License-Identifier: MIT
 * gateway.h - etcd v3's JSON gateway: ranges and watches over HTTP/1.1 */
#ifndef GATEWAY_H
#define GATEWAY_H

#include "rest.h"
#include "wire.h"

struct gateway {
	struct rest rest;
	const char *base; /* "/v3", as the node's version has it; NULL: not known */
	size_t taken;     /* bytes of the watch's reply that have been decoded */
	size_t searched;  /* and those without a line end, as far as is known */
};

void gateway_init(struct gateway *, const struct endpoint *, size_t n);
/* STEP_DONE: the pairs of one page are in kv (may be NULL) */
enum step gateway_range(struct gateway *, const struct range_request *, struct kv *,
    struct range_reply *, struct err *);
/* STEP_DONE for each message of the watch, which goes on until it fails or is
 * cancelled; changes go to the delta, their text to the arena */
enum step gateway_watch(struct gateway *, const struct watch_request *, struct arena *,
    struct kv_delta *, struct watch_reply *, struct err *);
/* gives up what is under way and hangs up */
void gateway_cancel(struct gateway *);

#endif
