/* SPDX-License-Identifier: MIT
 * main.c - argv in, exit status out */
#include "agent.h"

int
main(int argc, char *argv[])
{
	return agent_run(argc, argv);
}
