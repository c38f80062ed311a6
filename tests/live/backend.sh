#!/bin/sh
# SPDX-License-Identifier: MIT
# backend.sh - "etcd" is the v2 store where the server has it, else v3

. tests/lib.sh

template app 'keys = ["/app"]' <<'END'
{{getv "/app/name"}}
END
probe()
{
	"$UCONFD" -backend etcd -node "$ETCD" -confdir "$CONFDIR" -onetime 2>>"$LOG"
}
etcd_start
API=2
put /app/name 'of v2'
API=3
put /app/name 'of v3'
probe
see 'v2 where it is served' dest_is app 'of v2'
etcd_kill
ETCD_V2=false
etcd_start
probe
see 'else v3' dest_is app 'of v3'
