/* SPDX-License-Identifier: MIT
 * docker.c - signals to sibling containers, through docker.sock
 *
 * The path has no version in it, so any Engine takes it as its own newest API. The
 * reply is read: a signal counts as sent when the Engine says 204. */
#include "docker.h"

#include <errno.h>

#include "base/enc.h"

void
docker_init(struct docker *d, const struct endpoint *end, str container, str signal)
{
	*d = (struct docker){ .end = end, .container = container, .signal = signal };
	rest_init(&d->rest, "docker", end, 1);
}

bool
docker_signal_ok(str s)
{
	static const str names[] = {
		STR("HUP"), STR("INT"), STR("QUIT"), STR("KILL"), STR("USR1"), STR("USR2"),
		STR("TERM"), STR("CONT"), STR("STOP"), STR("WINCH"), STR("ALRM"), STR("PIPE"),
		STR("ABRT"), STR("CHLD"), STR("TTIN"), STR("TTOU"), STR("TSTP"), STR("PWR"),
		STR("IO"), STR("URG"),
	};
	uint64_t n;

	if (str_u64(s, &n))
		return n >= 1 && n <= 64;
	if (str_starts(s, STR("SIG")))
		s = str_from(s, 3);
	for (size_t i = 0; i < countof(names); i++)
		if (str_eq(s, names[i]))
			return true;
	return str_starts(s, STR("RTMIN")) || str_starts(s, STR("RTMAX"));
}

/* a door */
static bool
begin(struct docker *d, struct err *e)
{
	struct fail f = { .err = e };
	struct arena *a = &d->rest.scratch;
	struct buf b = { .a = a, .what = "docker request" };

	if (setjmp(f.env)) {
		a->fail = NULL;
		return false;
	}
	a->fail = &f;
	buf_put(&b, STR("/containers/"));
	enc_percent(&b, d->container, "");
	buf_put(&b, STR("/kill?signal="));
	enc_percent(&b, d->signal, "");
	rest_start(&d->rest, "POST", buf_str(&b), (str){ 0 }, (str){ 0 });
	a->fail = NULL;
	return true;
}

/* what the user can do about a socket that does not answer */
static void
advise(const struct docker *d, struct err *e)
{
	str path = d->end->text;
	int no = e->no;

	if (no == ENOENT)
		err_set(e, ERR_SYS, "docker: there is no socket %.*s: mount it into this "
		    "container (-v /var/run/docker.sock:/var/run/docker.sock) or set "
		    "-docker-host", ARG(path));
	else if (no == EACCES || no == EPERM)
		err_set(e, ERR_SYS, "docker: no permission to use %.*s: run as root or as a "
		    "member of the socket's group", ARG(path));
	else if (no == ECONNREFUSED)
		err_set(e, ERR_RETRY, "docker: nobody listens on %.*s: is the Docker Engine "
		    "running?", ARG(path));
}

static bool
verdict(struct docker *d, struct err *e)
{
	int status = rest_status(&d->rest);

	if (status == 204)
		return true;
	if (status == 404)
		return err_set(e, ERR_RETRY, "docker: no such container: %.*s (docker ps -a "
		    "lists them)", ARG(d->container));
	if (status == 409)
		return err_set(e, ERR_RETRY, "docker: container %.*s is not running",
		    ARG(d->container));
	return rest_refused(&d->rest, e);
}

enum step
docker_step(struct docker *d, struct err *e)
{
	enum step s;

	if (rest_idle(&d->rest) && !begin(d, e))
		return STEP_FAIL;
	s = rest_fetch(&d->rest, e);
	if (s == STEP_FAIL && !d->rest.begun)
		advise(d, e);
	if (s == STEP_DONE && !verdict(d, e))
		s = STEP_FAIL;
	if (s == STEP_DONE || s == STEP_FAIL)
		rest_cancel(&d->rest);
	return s;
}
