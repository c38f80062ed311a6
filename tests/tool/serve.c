/* SPDX-License-Identifier: MIT
 * serve.c - a server whose answers are ready: serve PORT|PATH FILE ...
 *
 * The first connection is answered with the bytes of the first file, and so on; the
 * last file serves all that follow. What was asked does not matter. PORT is one of
 * 127.0.0.1, PATH a unix socket. A FILE of "-" is no answer at all. */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
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
answer(int fd, const char *file)
{
	char request[CHUNK];
	int from = open(file, O_RDONLY);

	if (from < 0)
		err(1, "open %s", file);
	if (read(fd, request, sizeof(request)) > 0)
		while (sendfile(fd, from, NULL, CHUNK) > 0)
			;
	shutdown(fd, SHUT_WR);
	while (read(fd, request, sizeof(request)) > 0)
		;
	close(from);
	close(fd);
}

int
main(int argc, char **argv)
{
	if (argc < 3)
		errx(2, "usage: serve PORT|PATH FILE ...");
	int door = strchr(argv[1], '/') ? listen_unix(argv[1]) : listen_tcp(argv[1]);

	signal(SIGPIPE, SIG_IGN);
	for (int i = 2;; i += i < argc - 1) {
		int fd = accept(door, NULL, NULL);
		if (fd < 0)
			err(1, "accept");
		if (!strcmp(argv[i], "-"))
			pause();
		answer(fd, argv[i]);
	}
}
