#!/bin/sh
# SPDX-License-Identifier: MIT
# pending.sh - a reload that failed or was cut short is done again until it succeeds

. tests/lib.sh

marker=$ROOT/dest/.app.uconfd-reload
etcd_start
put /app/name one
template app 'keys = ["/app"]' \
	"reload_cmd = \"test -e $ROOT/able && cp {{.dest}} $ROOT/loaded\"" <<'END'
{{getv "/app/name"}}
END
loaded()
{
	[ "$(cat "$ROOT/loaded" 2>/dev/null)" = "$1" ]
}

agent -watch
see 'the file is new' wait_for 5 dest_is app one
see 'its reload failed' wait_for 5 logged ERROR
see 'and is marked' test -e "$marker"
touch "$ROOT/able"
see 'it is tried again' wait_for 10 loaded one
see 'and no longer marked' wait_for 2 test ! -e "$marker"

rm "$ROOT/able"
put /app/name two
wait_for 5 dest_is app two
stop KILL "$AGENT"
see 'marked when uconfd is killed' test -e "$marker"
touch "$ROOT/able"
uconfd -onetime
see 'the next start does it' loaded two
see 'and takes the mark away' test ! -e "$marker"
