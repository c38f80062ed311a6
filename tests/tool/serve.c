/* SPDX-License-Identifier: MIT
 * serve.c - a server whose answers are ready: serve [-d MS] PORT|PATH FILE ...
 *
 * The first connection is answered with the bytes of the first file, and so on; the
 * last file serves all that follow. What was asked does not matter, its first line is
 * repeated on standard output. PORT is one of 127.0.0.1, PATH a unix socket. A FILE of
 * "-" is no answer at all. Each answer waits for the milliseconds of -d. */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CHUNK = 64 << 10 };

static int
listen_tcp(const char *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	at.sin_port = htons((uint16_t)atoi(port));
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, 16))
		err(1, "listen on port %s", port);
	return fd;
}

static int
listen_unix(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (strlen(path) >= sizeof(at.sun_path))
		errx(1, "%s: the path is too long", path);
	strcpy(at.sun_path, path);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, 16))
		err(1, "listen on %s", path);
	return fd;
}

/* a close with unread bytes would be a reset, and might take the answer with it */
static void
answer(int fd, const char *file, int delay)
{
	char request[CHUNK];
	int from = open(file, O_RDONLY);
	ssize_t n;

	if (from < 0)
		err(1, "open %s", file);
	n = read(fd, request, sizeof(request) - 1);
	if (n > 0) {
		request[n] = 0;
		printf("%.*s\n", (int)strcspn(request, "\r\n"), request);
		poll(NULL, 0, delay);
		while (sendfile(fd, from, NULL, CHUNK) > 0)
			;
	}
	shutdown(fd, SHUT_WR);
	while (read(fd, request, sizeof(request)) > 0)
		;
	close(from);
	close(fd);
}

_Noreturn static void
usage(void)
{
	errx(2, "usage: serve [-d MS] PORT|PATH FILE ...");
}

int
main(int argc, char **argv)
{
	int delay = 0, door;

	for (int opt; (opt = getopt(argc, argv, "d:")) != -1;)
		if (opt == 'd')
			delay = atoi(optarg);
		else
			usage();
	argv += optind;
	if (argc < optind + 2)
		usage();
	door = strchr(argv[0], '/') ? listen_unix(argv[0]) : listen_tcp(argv[0]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	for (char **file = argv + 1;; file += file[1] != NULL) {
		int fd = accept(door, NULL, NULL);
		if (fd < 0)
			err(1, "accept");
		if (!strcmp(*file, "-"))
			pause();
		answer(fd, *file, delay);
	}
}
