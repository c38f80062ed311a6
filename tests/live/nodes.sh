#!/bin/sh
# SPDX-License-Identifier: MIT
# nodes.sh - the first node is dead, the second answers

. tests/lib.sh

etcd_start
template app 'keys = ["/app"]' <<'END'
{{getv "/app/name"}}
END
dead=http://127.0.0.1:$(port)
for API in 2 3; do
	put /app/name "one$API"
	"$UCONFD" -backend "etcdv$API" -node "$dead" -node "$ETCD" -confdir "$CONFDIR" \
		-onetime 2>>"$LOG"
	see "onetime v$API" dest_is app "one$API"
	start "$LOG" "$UCONFD" -backend "etcdv$API" -node "$dead" -node "$ETCD" \
		-confdir "$CONFDIR" -watch
	put /app/name "two$API"
	see "watch v$API" wait_for 5 dest_is app "two$API"
	stop TERM "$PID"
done
