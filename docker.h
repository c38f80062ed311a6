/* SPDX-License-Identifier: MIT
 * docker.h - signals to sibling containers, through docker.sock */
#ifndef DOCKER_H
#define DOCKER_H

#include "rest.h"

struct docker {
	struct rest rest;
	const struct endpoint *end; /* the Engine's socket */
	str container;              /* name or id */
	str signal;                 /* "HUP", "SIGHUP", "1" */
};

/* POST /containers/NAME/kill; what the strings point to must live until it is done */
void docker_init(struct docker *, const struct endpoint *, str container, str signal);
/* STEP_DONE: the Engine has confirmed it */
enum step docker_step(struct docker *, struct err *);
/* a signal's name or number, as Docker takes them */
bool docker_signal_ok(str);

#endif
