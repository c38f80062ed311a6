#!/bin/sh
# SPDX-License-Identifier: MIT
# cut-short.sh - TERM during a long check, with an older reload still pending: a clean
# end in time, after which the next process knows of the reload

. tests/lib.sh

etcd_start
put /app/name one
template app 'keys = ["/app"]' 'reload_cmd = "false"' \
	"check_cmd = \"grep -q one {{.src}} || { touch $ROOT/begun; sleep 100; }\"" <<'END'
{{getv "/app/name"}}
END

# ended NAME MS: TERM has done its work
ended()
{
	took=$(($(now) - began))
	see "$1: after $took ms" test "$took" -lt "$2"
	see "$1: the last good file" dest_is app one
	see "$1: its reload is still marked" test -e "$ROOT/dest/.app.uconfd-reload"
	see "$1: and no stage is left" test "$(find "$ROOT/dest" -type f | wc -l)" -eq 2
}

agent -watch
wait_for 5 logged 'its reload is pending'
put /app/name two
wait_for 5 test -e "$ROOT/begun"
began=$(now)
see 'TERM: exit status' stop TERM "$AGENT"
ended TERM 6000

rm "$ROOT/begun"
agent -watch
wait_for 5 test -e "$ROOT/begun"
began=$(now)
kill -TERM "$AGENT"
wait_for 5 logged 'Captured terminated'
see 'TERM twice: exit status' stop TERM "$AGENT"
ended 'TERM twice' 2000
