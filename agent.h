/* SPDX-License-Identifier: MIT
 * agent.h - what is due: fetch, follow, fan out, back off */
#ifndef AGENT_H
#define AGENT_H

/* Runs until it is done or told to stop, and returns the exit status: 0, 1 when
 * something failed that cannot be tried again, 2 when the command line is wrong. */
int agent_run(int argc, char *const argv[]);

#endif
