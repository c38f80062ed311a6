#!/bin/sh
# SPDX-License-Identifier: MIT
# output.sh - a command that prints much is not held up when the watch breaks off in the
# same instant, and one that prints for ever holds up nothing

. tests/lib.sh

# the stopped agent has bytes to read
event_is_there()
{
	ss -Htn state established "dport = :$ETCD_PORT" | awk '$1 { n++ } END { exit !n }'
}

etcd_start
template app 'keys = ["/app"]' \
	"reload_cmd = \"seq 60000; cp {{.dest}} $ROOT/loaded\"" <<'END'
{{getv "/app/name"}}
END
for API in 2 3; do
	rm -f "$ROOT/loaded"
	put /app/name one
	agent -watch
	wait_for 5 cmp -s "$ROOT/dest/app" "$ROOT/loaded"
	kill -STOP "$AGENT"
	put /app/name two
	wait_for 2 event_is_there
	etcd_kill
	kill -CONT "$AGENT"
	see "v$API: a change, and the end of the watch" wait_for 2 dest_is app two
	see "v$API: 340 kB of output" wait_for 3 cmp -s "$ROOT/dest/app" "$ROOT/loaded"
	stop TERM "$AGENT"
	etcd_start
done

template app 'keys = ["/app"]' '[template.reload]' 'exec = ["yes"]' \
	'timeout = "1s"' <<'END'
{{getv "/app/name"}} for ever
END
LOG=/dev/null # which every line of output goes to
began=$(now)
uconfd -onetime -log-level debug
took=$(($(now) - began))
see "output without end: over after $took ms" test "$took" -lt 4000
see 'output without end: not in vain' dest_is app 'two for ever'
agent -watch -log-level debug
wait_for 5 pgrep -x -P "$AGENT" yes >/dev/null
began=$(now)
see 'output without end: TERM' stop TERM "$AGENT"
took=$(($(now) - began))
see "output without end: ended after $took ms" test "$took" -lt 4000
