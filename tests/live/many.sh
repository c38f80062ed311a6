#!/bin/sh
# SPDX-License-Identifier: MIT
# many.sh - 200 resources are checked with few descriptors, and none fails

. tests/lib.sh

rendered()
{
	[ "$(find "$ROOT/dest" -name 'app-*' | wc -l)" -eq 200 ]
}

etcd_start
put /app/name one
for n in $(seq 200); do
	template "app-$n" 'keys = ["/app"]' 'check_cmd = "sleep 0.1; test -s {{.src}}"' <<-END
		{{getv "/app/name"}}
	END
done
start "$LOG" prlimit --nofile=256 \
	"$UCONFD" -backend etcdv3 -node "$ETCD" -confdir "$CONFDIR" -watch
see 'all are there' wait_for 20 rendered
see 'and none had failed' test "$(grep -c ERROR "$LOG")" -eq 0
