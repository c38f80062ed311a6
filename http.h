/* SPDX-License-Identifier: MIT
 * http.h - HTTP/1.1 client (RFC 9112): one exchange at a time over a stream */
#ifndef HTTP_H
#define HTTP_H

#include "base/base.h"

struct stream;

enum {
	HTTP_HEAD_MAX = 16 << 10,  /* bytes of status line and headers together */
	HTTP_TRAILER_MAX = 4 << 10, /* bytes of chunk extensions and trailers together */
	HTTP_INTERIM_MAX = 8        /* replies of status 1xx before the real one */
};

enum feed { FEED_BAD = -1, FEED_MORE, FEED_HEAD, FEED_BODY, FEED_DONE };

/* The pure reader of one response: bytes in, status, headers and body out. It never
 * reads, blocks or allocates. Zeroed is its start. */
struct http_reader {
	enum http_state {
		HTTP_HEAD, HTTP_SIZED, HTTP_TO_END, HTTP_CHUNK_SIZE, HTTP_CHUNK_EXT,
		HTTP_CHUNK, HTTP_CHUNK_END, HTTP_TRAILER, HTTP_END
	} state;
	int status;
	bool keep;         /* the connection may be used again */
	bool close;        /* the peer has said that it may not */
	bool chunked;
	bool sized;        /* there was a Content-Length */
	uint64_t left;     /* bytes of body or chunk still to come */
	unsigned digits;   /* of the chunk size read so far */
	unsigned extra;    /* bytes of extensions and trailers */
	unsigned interim;  /* replies of status 1xx before this one */
	size_t line;       /* bytes of the line being read */
	size_t n;          /* bytes of head */
	char head[HTTP_HEAD_MAX];
};
/* Takes bytes off the front of *in: FEED_HEAD once status and headers are known,
 * FEED_BODY for each piece of body (a slice of in), FEED_DONE at its end, FEED_MORE
 * when in is used up, FEED_BAD with a reason. */
enum feed http_feed(struct http_reader *, str *in, str *body, struct err *);
/* the peer has closed: FEED_DONE when the response is whole */
enum feed http_feed_end(struct http_reader *, struct err *);
/* the value of a header of the response, without blanks around it; name in any case */
bool http_header(const struct http_reader *, str name, str *value);

struct http_request {
	const char *method;
	str target;         /* origin-form: /v3/kv/range */
	str headers;        /* whole lines, each with its CRLF; or empty */
	str body;
	int64_t timeout_ms; /* of silence, once connected; 0: for ever */
};

/* The exchange around it: dial, send, feed, keep or close. Zeroed it is idle. What the
 * request points to must live until FEED_DONE or a failure. */
struct http {
	struct stream *stream;
	struct http_request req;
	enum http_phase { HTTP_IDLE, HTTP_DIAL, HTTP_SEND, HTTP_RECV } phase;
	bool reused;        /* the connection served an earlier exchange */
	int64_t due;        /* when silence has lasted too long; 0: never */
	size_t sent, total; /* bytes of the request */
	size_t nout;        /* bytes of it that are in buf; the others are in req.body */
	struct http_reader reader;
	str pending;        /* received and not yet fed */
	char buf[HTTP_HEAD_MAX]; /* the request's head, then what is received */
};
void http_start(struct http *, struct stream *, const struct http_request *);
/* STEP_DONE: *what is FEED_HEAD, FEED_BODY (with *body, valid until the next step) or
 * FEED_DONE, after which the exchange is idle. After STEP_FAIL it is idle and closed.
 * Else wait for stream->fd, or until http_due(). */
enum step http_step(struct http *, enum feed *what, str *body, struct err *);
int64_t http_due(const struct http *);
/* gives up what is under way and closes the stream */
void http_cancel(struct http *);

#endif
