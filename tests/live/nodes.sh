#!/bin/sh
# SPDX-License-Identifier: MIT
# nodes.sh - the first node is dead, or is no etcd; the second answers

. tests/lib.sh

etcd_start
template app 'keys = ["/app"]' <<'END'
{{getv "/app/name"}}
END
dead=$(port) other=$(port)
printf 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n' >"$ROOT/reply"
start "$ROOT/serve.log" "$BUILD/tool/serve" "$other" "$ROOT/reply"
for first in "$dead" "$other"; do
	[ "$first" = "$dead" ] && what=dead || what='no etcd'
	for API in 2 3; do
		nodes="-node http://127.0.0.1:$first -node $ETCD"
		put /app/name "one$API"
		# shellcheck disable=SC2086 # a list of words
		"$UCONFD" -backend "etcdv$API" $nodes -confdir "$CONFDIR" -onetime 2>>"$LOG"
		see "v$API: first $what, onetime" dest_is app "one$API"
		# shellcheck disable=SC2086 # a list of words
		start "$LOG" "$UCONFD" -backend "etcdv$API" $nodes -confdir "$CONFDIR" -watch
		put /app/name "two$API"
		see "v$API: first $what, watch" wait_for 5 dest_is app "two$API"
		stop TERM "$PID"
	done
done
