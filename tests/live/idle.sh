#!/bin/sh
# SPDX-License-Identifier: MIT
# idle.sh - with nothing to do, ten seconds pass in which uconfd is never scheduled

. tests/lib.sh

# field NAME PID
field()
{
	sed -n "s/^$1:[^0-9]*\([0-9]*\).*/\1/p" "/proc/$2/status"
}

switches()
{
	grep ctxt_switches "/proc/$1/status"
}

# half a second without being scheduled
quiet()
{
	before=$(switches "$1")
	sleep 0.5
	[ "$(switches "$1")" = "$before" ]
}

etcd_start
template app 'keys = ["/app"]' <<'END'
{{getv "/app/name"}}
END
for API in 2 3; do
	put /app/name one
	agent -watch
	see "v$API: awake at first" wait_for 5 dest_is app one
	wait_for 5 quiet "$AGENT"
	eval "agent$API=$AGENT"
	switches "$AGENT" >"$ROOT/before$API"
	rm "$ROOT/dest/app"
done
sleep 10 # the measurement
for API in 2 3; do
	eval "pid=\$agent$API"
	switches "$pid" >"$ROOT/after$API"
	same "v$API: no context switch" "$ROOT/after$API" "$ROOT/before$API"
	kb=$(field VmRSS "$pid")
	see "v$API: $kb kB resident" test "$kb" -lt 1024
	see "v$API: one thread" test "$(field Threads "$pid")" -eq 1
	put /app/name two
	see "v$API: awake when needed" wait_for 1 dest_is app two
done
