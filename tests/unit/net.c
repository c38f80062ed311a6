/* SPDX-License-Identifier: MIT
 * net.c - tests of sys/net.c, over loopback and unix sockets */
#include "../../sys/net.c"

#include <poll.h>
#include <sys/wait.h>

#include "tests/check.h"

enum { LATE_MS = 10000 }; /* a dial that takes so long has failed */

static const struct {
	const char *text, *want; /* "host|port|text", or "! " and the message */
} endpoints[] = {
	{ "10.0.0.5", "10.0.0.5|2379|10.0.0.5:2379" },
	{ "10.0.0.5:4001", "10.0.0.5|4001|10.0.0.5:4001" },
	{ "http://etcd", "etcd|2379|etcd:2379" },
	{ "http://etcd:80/", "etcd|80|etcd:80" },
	{ "etcd/", "etcd|2379|etcd:2379" },
	{ "host-gateway:1", "host-gateway|1|host-gateway:1" },
	{ "[::1]", "::1|2379|[::1]:2379" },
	{ "http://[fe80::1]:65535", "fe80::1|65535|[fe80::1]:65535" },
	{ "unix:///run/docker.sock", "-|/run/docker.sock|/run/docker.sock" },
	{ "unix://rel", "-|rel|rel" },
	{ "unix://", "! node \"unix://\": want unix:///path/of/socket" },
	{ "https://etcd:2379",
	    "! node \"https://etcd:2379\": this build speaks http:// only" },
	{ "http://root:secret@etcd", "! node: found '@', want no user or password in it" },
	{ "", "! node \"\": want [http://]HOST[:PORT]" },
	{ "http://", "! node \"http://\": want [http://]HOST[:PORT]" },
	{ ":2379", "! node \":2379\": want [http://]HOST[:PORT]" },
	{ "etcd:", "! node \"etcd:\": want [http://]HOST[:PORT]" },
	{ "etcd:80/v2", "! node \"etcd:80/v2\": want [http://]HOST[:PORT]" },
	{ "etcd/v2", "! node \"etcd/v2\": want [http://]HOST[:PORT]" },
	{ "[::1", "! node \"[::1\": want [http://]HOST[:PORT]" },
	{ "[]", "! node \"[]\": want [http://]HOST[:PORT]" },
	{ "[::1]:", "! node \"[::1]:\": want [http://]HOST[:PORT]" },
	{ "[::1]2379", "! node \"[::1]2379\": want [http://]HOST[:PORT]" },
	{ "etcd:0", "! node \"etcd:0\": port \"0\" is no number from 1 to 65535" },
	{ "etcd:65536", "! node \"etcd:65536\": port \"65536\" is no number from 1 to 65535" },
	{ "etcd:http", "! node \"etcd:http\": port \"http\" is no number from 1 to 65535" },
	{ "etcd:+1", "! node \"etcd:+1\": port \"+1\" is no number from 1 to 65535" },
	{ "::1", "! node \"::1\": want [http://]HOST[:PORT]" },
	{ "fe80::1", "! node \"fe80::1\": port \":1\" is no number from 1 to 65535" },
};

static void
parse(void)
{
	struct arena a = { .what = "endpoints" };
	struct endpoint ep;
	struct err e;

	for (size_t i = 0; i < countof(endpoints); i++) {
		str got;
		if (endpoint_parse(&a, str_of(endpoints[i].text), "2379", &ep, &e))
			got = str_fmt(&a, "%s|%s|%.*s", ep.host ? ep.host : "-", ep.port,
			    ARG(ep.text));
		else
			got = str_fmt(&a, "! %s", e.msg);
		check_text(got, str_of(endpoints[i].want), endpoints[i].text);
	}
	check(!endpoint_parse(&a, STR("a\0b"), "2379", &ep, &e));
	check_text(str_of(e.msg), STR("node: a NUL byte in the host"), "a NUL");
	check(!endpoint_parse(&a, STR("unix://a\0b"), "2379", &ep, &e));
	arena_drop(&a);
}

#define HEAD "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n"
#define REST "\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"

static void
gateway(void)
{
	static const struct {
		const char *name;
		str table;
		uint32_t want; /* 0: none */
	} tables[] = {
		{ "empty", STR(""), 0 },
		{ "the head alone", STR(HEAD), 0 },
		{ "default", STR(HEAD "eth0\t00000000\t010011AC" REST), 0x010011AC },
		{ "lower case", STR(HEAD "eth0\t00000000\t010011ac" REST), 0x010011AC },
		{ "behind another", STR(HEAD "eth0\t000011AC\t00000000" REST
		    "eth0\t00000000\t0102A8C0" REST), 0x0102A8C0 },
		{ "the first of two", STR(HEAD "eth0\t00000000\t01000001" REST
		    "eth1\t00000000\t01000002" REST), 0x01000001 },
		{ "without a gateway", STR(HEAD "tun0\t00000000\t00000000" REST), 0 },
		{ "to one net", STR(HEAD "eth0\t0000000A\t010011AC" REST), 0 },
		{ "no last line end", STR("eth0\t00000000\t010011AC"), 0x010011AC },
		{ "a cut number", STR("eth0\t00000000\t010011A"), 0 },
		{ "a cut line", STR("eth0\t00000000"), 0 },
		{ "no number", STR("eth0\t0000000x\t010011AC" REST), 0 },
	};

	for (size_t i = 0; i < countof(tables); i++) {
		uint32_t next;
		bool found = default_route(tables[i].table, &next);
		check_at(found == (tables[i].want != 0) && (!found || next == tables[i].want),
		    __FILE__, __LINE__, tables[i].name);
	}
}

static int
listener(const struct sockaddr *at, socklen_t n)
{
	int fd = socket(at->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	check(fd >= 0 && bind(fd, at, n) == 0);
	return fd;
}

/* a socket on a free port of 127.0.0.1; it refuses until it listens */
static int
bound(char port[static 6])
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t n = sizeof at;
	int fd;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = listener((struct sockaddr *)&at, n);
	check(getsockname(fd, (struct sockaddr *)&at, &n) == 0);
	snprintf(port, 6, "%u", (unsigned)ntohs(at.sin_port));
	return fd;
}

static struct endpoint
endpoint(struct arena *a, const char *host, const char *port)
{
	struct endpoint ep = { 0 };
	struct err e;

	check(endpoint_parse(a, str_fmt(a, "%s:%s", host, port), "1", &ep, &e));
	return ep;
}

/* steps, as the loop would, until the dial is over */
static enum step
dial_all(struct net *n, struct err *e)
{
	int64_t end = loop_now() + LATE_MS;
	enum step s;

	while ((s = n->stream.ops->dial(&n->stream, e)) > STEP_DONE) {
		struct pollfd p = { .fd = n->stream.fd, .events = POLLIN };
		p.events = s == STEP_WRITE ? POLLOUT : POLLIN;
		check(n->stream.fd >= 0 && n->stream.due != NEVER);
		if (!check(loop_now() < end))
			exit(check_end("net"));
		poll(&p, 1, (int)(n->stream.due - MIN(loop_now(), n->stream.due)));
	}
	check(n->stream.due == NEVER && (n->stream.fd >= 0) == (s == STEP_DONE));
	return s;
}

static void
wait_readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	check(poll(&p, 1, LATE_MS) == 1);
}

/* there and back over an open stream, then the end, then silence */
static void
talk(struct net *n, int listening)
{
	struct stream *s = &n->stream;
	int peer = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	char buf[8];
	size_t got;
	struct err e;

	check(peer >= 0);
	check(s->ops->read(s, buf, sizeof buf, &got, &e) == STEP_READ);
	check(s->ops->write(s, STR("there"), &got, &e) == STEP_DONE && got == 5);
	check(read(peer, buf, sizeof buf) == 5 && !memcmp(buf, "there", 5));
	check(write(peer, "back", 4) == 4);
	wait_readable(s->fd);
	check(s->ops->read(s, buf, sizeof buf, &got, &e) == STEP_DONE && got == 4);
	close(peer);
	wait_readable(s->fd);
	check(s->ops->read(s, buf, sizeof buf, &got, &e) == STEP_DONE && got == 0);
	s->ops->close(s);
	check(s->fd < 0 && n->phase == NET_IDLE);
}

static void
nodes(void)
{
	struct arena a = { .what = "nodes" };
	char port[3][6];
	int fd[3] = { bound(port[0]), bound(port[1]), bound(port[2]) };
	struct endpoint ends[3];
	struct net n;
	struct err e;

	for (size_t i = 0; i < 3; i++)
		ends[i] = endpoint(&a, "127.0.0.1", port[i]);
	net_init(&n, ends, 3);
	check(n.stream.fd < 0);
	check(listen(fd[1], 8) == 0);
	check(dial_all(&n, &e) == STEP_DONE);
	check_text(n.stream.ops->peer(&n.stream), ends[1].text, "the second answers");
	check(dial_all(&n, &e) == STEP_DONE);
	talk(&n, fd[1]);
	check(dial_all(&n, &e) == STEP_DONE);
	check_text(n.stream.ops->peer(&n.stream), ends[1].text, "it is asked again");
	talk(&n, fd[1]);

	check(listen(fd[0], 8) == 0);
	net_next(&n);
	check(dial_all(&n, &e) == STEP_DONE);
	check_text(n.stream.ops->peer(&n.stream), ends[0].text, "the next in the circle");
	talk(&n, fd[0]);
	for (size_t i = 0; i < 3; i++)
		close(fd[i]);
	arena_drop(&a);
}

static void
all_refuse(void)
{
	struct arena a = { .what = "nodes" };
	char port[2][6];
	int fd[2] = { bound(port[0]), bound(port[1]) };
	struct endpoint ends[2];
	struct net n;
	struct err e;

	for (size_t i = 0; i < 2; i++)
		ends[i] = endpoint(&a, "127.0.0.1", port[i]);
	net_init(&n, ends, 1);
	check(dial_all(&n, &e) == STEP_FAIL && e.kind == ERR_RETRY);
	check_text(str_of(e.msg), str_fmt(&a, "connect to %.*s: Connection refused",
	    ARG(ends[0].text)), "one node");

	net_init(&n, ends, 2);
	for (int i = 0; i < 2; i++) { /* every dial tries all of them */
		check(dial_all(&n, &e) == STEP_FAIL && e.kind == ERR_RETRY);
		check_text(str_of(e.msg), str_fmt(&a, "none of 2 nodes answers, the last: "
		    "connect to %.*s: Connection refused", ARG(ends[1].text)), "two nodes");
	}
	close(fd[0]);
	close(fd[1]);
	arena_drop(&a);
}

/* a dial that is given up half-way takes nothing away from the next one */
static void
given_up(void)
{
	struct arena a = { .what = "nodes" };
	char port[2][6];
	int fd[2] = { bound(port[0]), bound(port[1]) };
	struct endpoint ends[2];
	struct net n;
	struct err e;

	ends[0] = endpoint(&a, "127.0.0.1", port[0]);
	ends[1] = endpoint(&a, "localhost", port[1]);
	net_init(&n, ends, 2);
	do { /* a resolver that is quick leaves nothing to give up: once more */
		n.stream.ops->close(&n.stream);
		n.turn = 0;
		while (n.stream.ops->dial(&n.stream, &e) > STEP_DONE && n.turn == 0)
			continue;
	} while (n.turn != 1 || n.phase != NET_RESOLVE);
	n.stream.ops->close(&n.stream);
	check(n.stream.fd < 0 && n.stream.due == NEVER);
	check(listen(fd[0], 8) == 0);
	check(dial_all(&n, &e) == STEP_DONE);
	check_text(n.stream.ops->peer(&n.stream), ends[0].text, "the other one");
	talk(&n, fd[0]);
	close(fd[0]);
	close(fd[1]);
	arena_drop(&a);
}

static void
unix_sockets(void)
{
	struct arena a = { .what = "unix" };
	char dir[] = "/tmp/uconfd-net-XXXXXX";
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct endpoint ep, far = { .text = STR("far"), .port = "far" };
	char deep[200] = "/";
	struct net n;
	struct err e;
	int fd;

	check(mkdtemp(dir) != NULL);
	snprintf(at.sun_path, sizeof at.sun_path, "%s/s", dir);
	check(endpoint_parse(&a, str_fmt(&a, "unix://%s/s", dir), "1", &ep, &e));
	net_init(&n, &ep, 1);
	check(dial_all(&n, &e) == STEP_FAIL && e.kind == ERR_SYS);
	check_text(str_of(e.msg),
	    str_fmt(&a, "connect to %s: No such file or directory", at.sun_path), "missing");

	fd = listener((struct sockaddr *)&at, sizeof at);
	check(dial_all(&n, &e) == STEP_FAIL && e.kind == ERR_RETRY);
	check_text(str_of(e.msg),
	    str_fmt(&a, "connect to %s: Connection refused", at.sun_path), "not listening");
	check(listen(fd, 8) == 0);
	check(dial_all(&n, &e) == STEP_DONE);
	talk(&n, fd);
	close(fd);
	unlink(at.sun_path);
	rmdir(dir);

	memset(deep, 'd', sizeof deep - 1);
	far.port = deep;
	net_init(&n, &far, 1);
	check(dial_all(&n, &e) == STEP_FAIL && e.kind == ERR_INPUT);
	check(str_ends(str_of(e.msg), STR(": path is over 107 bytes")));
	arena_drop(&a);
}

/* through the child that resolves */
static void
resolved(void)
{
	struct arena a = { .what = "names" };
	char port[6];
	int fd = bound(port);
	struct endpoint here = endpoint(&a, "localhost", port);
	struct endpoint nowhere = endpoint(&a, "no-such-name.invalid", port);
	struct net n;
	struct err e;

	check(listen(fd, 8) == 0);
	net_init(&n, &here, 1);
	check(n.stream.ops->dial(&n.stream, &e) == STEP_READ && n.phase == NET_RESOLVE);
	check(dial_all(&n, &e) == STEP_DONE);
	talk(&n, fd);

	net_init(&n, &nowhere, 1);
	check(dial_all(&n, &e) == STEP_FAIL && e.kind == ERR_RETRY);
	check(str_starts(str_of(e.msg), STR("resolve no-such-name.invalid: ")));
	check(strlen(e.msg) > strlen("resolve no-such-name.invalid: "));
	close(fd);
	arena_drop(&a);
}

/* deadlines of a dial: nobody answers in time, and the next one is asked */
static void
overdue(void)
{
	struct arena a = { .what = "overdue" };
	char port[6];
	int fd = bound(port), fds[2];
	struct endpoint ends[2];
	struct net n;
	struct err e;

	ends[0] = endpoint(&a, "localhost", "1");
	ends[1] = endpoint(&a, "127.0.0.1", port);
	check(listen(fd, 8) == 0 && pipe2(fds, O_CLOEXEC | O_NONBLOCK) == 0);
	net_init(&n, ends, 1);
	n.phase = NET_RESOLVE;
	n.stream.fd = dup(fds[0]);
	n.stream.due = loop_now() - 1;
	check(n.stream.ops->dial(&n.stream, &e) == STEP_FAIL && n.phase == NET_IDLE);
	check_text(str_of(e.msg), STR("resolve localhost: no answer in 5000 ms"), "resolver");

	net_init(&n, ends, 2);
	n.phase = NET_CONNECT;
	n.naddr = 1;
	n.stream.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	n.stream.due = loop_now() - 1;
	check(dial_all(&n, &e) == STEP_DONE);
	check_text(n.stream.ops->peer(&n.stream), ends[1].text, "after one that is silent");
	talk(&n, fd);
	close(fd);
	close(fds[0]);
	close(fds[1]);
	arena_drop(&a);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	parse();
	gateway();
	nodes();
	all_refuse();
	given_up();
	unix_sockets();
	resolved();
	overdue();
	while (wait(NULL) > 0)
		continue; /* the resolvers */
	return check_end("net");
}
