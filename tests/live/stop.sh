#!/bin/sh
# SPDX-License-Identifier: MIT
# stop.sh - TERM waits for the reload that runs, and INT is as good

. tests/lib.sh

etcd_start
put /app/name one
template app 'keys = ["/app"]' \
	"reload_cmd = \"touch $ROOT/begun; sleep 0.5; touch $ROOT/ended\"" <<'END'
{{getv "/app/name"}}
END
agent -watch
wait_for 5 test -e "$ROOT/begun"
see 'TERM during a reload' stop TERM "$AGENT"
see 'the reload came to its end' test -e "$ROOT/ended"
agent -watch
put /app/name two
wait_for 5 dest_is app two
see INT stop INT "$AGENT"
