/* SPDX-License-Identifier: MIT
 * net.c - streams: tcp and unix, dialled by a list of endpoints
 *
 * Names are resolved by a short-lived child, because getaddrinfo blocks: a dead name
 * server delays nothing else. Start with dial(). */
#include "sys/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "sys/loop.h"

enum {
	RESOLVE_MS = 5000,    /* for one name */
	CONNECT_MS = 3000,    /* for one address */
	KEEP_IDLE_S = 30,     /* silence before the kernel asks whether the peer lives */
	KEEP_EVERY_S = 10,    /* between such questions */
	KEEP_COUNT = 3,       /* unanswered ones that end the connection */
	UNACKED_MS = 30000,   /* sent and not acknowledged: the connection is dead */
};

static bool
port_ok(str port)
{
	uint64_t n;

	return str_u64(port, &n) && n > 0 && n <= 65535;
}

/* host := name | v4 | "[" v6 "]", then [":" port] */
static bool
host_port(str s, str *host, str *port)
{
	if (s.n && s.p[0] == '[') {
		if (!str_cut(str_from(s, 1), ']', host, &s))
			return false;
		*port = s;
		if (s.n && s.p[0] == ':')
			*port = str_from(s, 1);
		return host->n && (!s.n || (s.p[0] == ':' && port->n));
	}
	if (!str_cut(s, ':', host, port))
		return host->n > 0;
	return host->n && port->n;
}

bool
endpoint_parse(struct arena *a, str text, const char *default_port, struct endpoint *ep,
    struct err *e)
{
	str s = text, host, port;

	if (str_starts(s, STR("unix://"))) {
		*ep = (struct endpoint){ .text = str_from(s, 7) };
		ep->port = str_z(a, ep->text);
		return (ep->port && ep->text.n) || err_set(e, ERR_INPUT,
		    "node \"%.*s\": want unix:///path/of/socket", ARG(text));
	}
	if (str_find(s, STR("@")) < s.n)
		return err_set(e, ERR_INPUT, "node: found '@', want no user or password in "
		    "it");
	if (str_starts(s, STR("https://")))
		return err_set(e, ERR_INPUT, "node \"%.*s\": this build speaks http:// only",
		    ARG(text));
	if (str_starts(s, STR("http://")))
		s = str_from(s, 7);
	if (str_ends(s, STR("/")))
		s = str_head(s, s.n - 1);
	if (!host_port(s, &host, &port) || str_find(s, STR("/")) < s.n)
		return err_set(e, ERR_INPUT, "node \"%.*s\": want [http://]HOST[:PORT]",
		    ARG(text));
	if (!port.n)
		port = str_of(default_port);
	if (!port_ok(port))
		return err_set(e, ERR_INPUT,
		    "node \"%.*s\": port \"%.*s\" is no number from 1 to 65535", ARG(text),
		    ARG(port));
	ep->host = str_z(a, host);
	ep->port = str_z(a, port);
	ep->text = str_find(host, STR(":")) < host.n /* an IPv6 address */
	    ? str_fmt(a, "[%.*s]:%.*s", ARG(host), ARG(port))
	    : str_fmt(a, "%.*s:%.*s", ARG(host), ARG(port));
	return ep->host != NULL || err_set(e, ERR_INPUT, "node: a NUL byte in the host");
}

/* eight hexadecimal digits: an address as /proc has it, in network byte order */
static bool
route_addr(str *line, uint32_t *addr)
{
	str word;

	str_cut(*line, '\t', &word, line);
	*addr = 0;
	for (size_t i = 0; i < word.n; i++) {
		if (hexval(word.p[i]) < 0)
			return false;
		*addr = *addr << 4 | (uint32_t)hexval(word.p[i]);
	}
	return word.n == 8;
}

/* /proc/net/route: interface, destination and gateway between tabs, one route a line */
static bool
default_route(str table, uint32_t *next)
{
	str line, iface;
	uint32_t dest;

	while (table.n) {
		str_cut(table, '\n', &line, &table);
		str_cut(line, '\t', &iface, &line);
		if (route_addr(&line, &dest) && route_addr(&line, next) && !dest && *next)
			return true;
	}
	return false;
}

bool
net_gateway(char text[static 16], struct err *e)
{
	char table[16 << 10];
	int fd = open("/proc/net/route", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, table, sizeof table);
	uint32_t next;

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return err_set(e, ERR_SYS, "host-gateway: read /proc/net/route:");
	if (!default_route((str){ table, (size_t)n }, &next))
		return err_set(e, ERR_RETRY, "host-gateway: there is no default route");
	return inet_ntop(AF_INET, &next, text, 16) != NULL;
}

static const struct endpoint *
current(const struct net *n)
{
	return &n->ends[n->turn];
}

static void
hang_up(struct stream *s)
{
	struct net *n = OWNER(s, struct net, stream);

	if (s->fd >= 0)
		close(s->fd);
	if (n->resolver > 0)
		kill(n->resolver, SIGKILL);
	s->fd = -1;
	s->due = NEVER;
	n->resolver = 0;
	n->phase = NET_IDLE;
}

/* in the child: every address of the name into the pipe, or the reason why there is
 * none */
static _Noreturn void
resolve_in_child(const struct endpoint *ep, int to)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
	struct addrinfo *found, *ai;
	struct addr a = { 0 };
	int no = getaddrinfo(ep->host, ep->port, &hints, &found);

	if (no) { /* n == 0: the text is the reason */
		snprintf((char *)&a.at, sizeof a.at, "%s", gai_strerror(no));
		_exit(write(to, &a, sizeof a) != sizeof a);
	}
	for (ai = found; ai; ai = ai->ai_next) {
		memcpy(&a.at, ai->ai_addr, ai->ai_addrlen);
		a.n = ai->ai_addrlen;
		if (write(to, &a, sizeof a) != sizeof a)
			_exit(1);
	}
	_exit(0);
}

static void
close_dial(struct stream *s)
{
	OWNER(s, struct net, stream)->tried = 0;
	hang_up(s);
}

static bool
start_resolver(struct net *n, struct err *e)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_set(e, ERR_SYS, "pipe:");
	n->resolver = fork();
	if (n->resolver == 0)
		resolve_in_child(current(n), fds[1]);
	close(fds[1]);
	n->stream.fd = fds[0];
	n->stream.due = loop_now() + RESOLVE_MS;
	n->got = 0;
	n->phase = NET_RESOLVE;
	return n->resolver > 0 || err_set(e, ERR_SYS, "fork a resolver:");
}

static bool
numeric(struct net *n, const char *host, const char *port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *ai;

	if (getaddrinfo(host, port, &hints, &ai))
		return false;
	memcpy(&n->addrs[0].at, ai->ai_addr, ai->ai_addrlen);
	n->addrs[0].n = ai->ai_addrlen;
	n->naddr = 1;
	freeaddrinfo(ai);
	return true;
}

static bool
unix_addr(struct net *n, const char *path, struct err *e)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof un.sun_path)
		return err_set(e, ERR_INPUT, "unix socket %s: path is over %zu bytes", path,
		    sizeof un.sun_path - 1);
	strcpy(un.sun_path, path);
	memcpy(&n->addrs[0].at, &un, sizeof un);
	n->addrs[0].n = sizeof un;
	n->naddr = 1;
	return true;
}

/* turns the endpoint into addresses, at once or by a child */
static bool
find_addrs(struct net *n, struct err *e)
{
	const struct endpoint *ep = current(n);
	char gateway[16];

	n->addr = 0;
	n->naddr = 0;
	n->phase = NET_CONNECT;
	if (!ep->host)
		return unix_addr(n, ep->port, e);
	if (!strcmp(ep->host, "host-gateway"))
		return net_gateway(gateway, e) && numeric(n, gateway, ep->port);
	return numeric(n, ep->host, ep->port) || start_resolver(n, e);
}

static enum step
resolve(struct net *n, struct err *e)
{
	const struct endpoint *ep = current(n);
	char *to = (char *)n->addrs;
	ssize_t r = 0;

	while (n->got < sizeof n->addrs) {
		r = read(n->stream.fd, to + n->got, sizeof n->addrs - n->got);
		if (r <= 0)
			break;
		n->got += (size_t)r;
	}
	if (r < 0 && errno == EAGAIN) {
		if (loop_now() < n->stream.due)
			return STEP_READ;
		err_set(e, ERR_RETRY, "resolve %s: no answer in %d ms", ep->host, RESOLVE_MS);
		return STEP_FAIL;
	}
	close(n->stream.fd);
	n->stream.fd = -1;
	n->resolver = 0; /* it exits by itself and is reaped with SIGCHLD */
	n->naddr = n->got / sizeof *n->addrs;
	n->phase = NET_CONNECT;
	if (n->naddr && n->addrs[0].n)
		return STEP_DONE;
	err_set(e, ERR_RETRY, "resolve %s: %s", ep->host,
	    n->naddr ? (char *)&n->addrs[0].at : "no answer");
	return STEP_FAIL;
}

static void
set(int fd, int level, int option, int value)
{
	setsockopt(fd, level, option, &value, sizeof value);
}

/* The liveness of a silent peer is the kernel's job: a timer of ours would wake us. */
static void
tune(int fd)
{
	set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEP_IDLE_S);
	set(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEP_EVERY_S);
	set(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEP_COUNT);
	set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, UNACKED_MS);
}

/* begins to connect to the present address; 0 or an errno */
static int
begin_connect(struct net *n)
{
	const struct addr *a = &n->addrs[n->addr];
	int fd = socket(a->at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	if (a->at.ss_family != AF_UNIX)
		tune(fd);
	n->stream.fd = fd;
	n->stream.due = loop_now() + CONNECT_MS;
	if (connect(fd, (const struct sockaddr *)&a->at, a->n) == 0)
		return 0;
	return errno;
}

/* how the connect under way stands: 0, EINPROGRESS or an errno */
static int
ask_connect(struct net *n)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof peer;
	int no = 0;
	socklen_t size = sizeof no;

	if (getsockopt(n->stream.fd, SOL_SOCKET, SO_ERROR, &no, &size) < 0)
		return errno;
	if (no)
		return no;
	if (getpeername(n->stream.fd, (struct sockaddr *)&peer, &len) == 0)
		return 0;
	return loop_now() < n->stream.due ? EINPROGRESS : ETIMEDOUT;
}

static enum step
connect_step(struct net *n, struct err *e)
{
	int no = 0;

	for (; n->addr < n->naddr; n->addr++) {
		no = n->stream.fd < 0 ? begin_connect(n) : ask_connect(n);
		if (no == EINPROGRESS)
			return STEP_WRITE;
		if (!no) {
			n->phase = NET_OPEN;
			n->stream.due = NEVER;
			return STEP_DONE;
		}
		if (n->stream.fd >= 0)
			close(n->stream.fd);
		n->stream.fd = -1;
	}
	errno = no;
	err_set(e, no == EACCES || no == ENOENT ? ERR_SYS : ERR_RETRY, "connect to %.*s:",
	    ARG(current(n)->text));
	return STEP_FAIL;
}

static enum step
dial_one(struct net *n, struct err *e)
{
	for (;;) {
		enum step s = STEP_DONE;
		switch (n->phase) {
		case NET_IDLE:
			if (!find_addrs(n, e))
				return STEP_FAIL;
			break;
		case NET_RESOLVE:
			s = resolve(n, e);
			break;
		case NET_CONNECT:
			return connect_step(n, e);
		case NET_OPEN:
			return STEP_DONE;
		}
		if (s != STEP_DONE)
			return s;
	}
}

static void
advance(struct net *n)
{
	hang_up(&n->stream);
	n->turn = (n->turn + 1) % n->n;
}

static enum step
dial(struct stream *st, struct err *e)
{
	struct net *n = OWNER(st, struct net, stream);
	enum step s;

	n->spent = false;
	while ((s = dial_one(n, e)) == STEP_FAIL) {
		advance(n);
		if (++n->tried < n->n)
			continue;
		if (n->n > 1)
			err_wrap(e, "none of %zu nodes answers, the last", n->n);
		n->spent = true;
		break;
	}
	if (s == STEP_DONE || s == STEP_FAIL)
		n->tried = 0;
	return s;
}

static enum step
receive(struct stream *s, char *p, size_t cap, size_t *n, struct err *e)
{
	ssize_t r = read(s->fd, p, cap);

	if (r >= 0) {
		*n = (size_t)r;
		return STEP_DONE;
	}
	if (errno == EAGAIN || errno == EINTR)
		return STEP_READ;
	err_set(e, ERR_RETRY, "read from %.*s:", ARG(s->ops->peer(s)));
	return STEP_FAIL;
}

static enum step
transmit(struct stream *s, str data, size_t *n, struct err *e)
{
	ssize_t r = send(s->fd, data.p, data.n, MSG_NOSIGNAL);

	if (r >= 0) {
		*n = (size_t)r;
		return STEP_DONE;
	}
	if (errno == EAGAIN || errno == EINTR)
		return STEP_WRITE;
	err_set(e, ERR_RETRY, "write to %.*s:", ARG(s->ops->peer(s)));
	return STEP_FAIL;
}

static str
peer(const struct stream *s)
{
	return current(OWNER(s, const struct net, stream))->text;
}

static const struct stream_ops net_ops = { dial, receive, transmit, close_dial, peer };

void
net_init(struct net *n, const struct endpoint *ends, size_t count)
{
	*n = (struct net){ .stream = { &net_ops, -1, NEVER }, .ends = ends, .n = count };
}

void
net_next(struct net *n)
{
	if (n->spent)
		n->spent = false; /* none is better than another */
	else
		advance(n);
}
