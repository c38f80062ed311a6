#!/bin/sh
# SPDX-License-Identifier: MIT
# hangup.sh - HUP brings a new configuration in force, unless it is a bad one; USR1
# renders all again

. tests/lib.sh

# resource NAME WORD [LINE ...]: renders to "WORD /app/name"
resource()
{
	name=$1 word=$2
	shift 2
	template "$name" 'keys = ["/app"]' "$@" <<-END
		$word {{getv "/app/name"}}
	END
}

etcd_start
put /app/name one
resource app is
agent -watch
wait_for 5 dest_is app 'is one'
echo edited >"$ROOT/dest/app"
kill -USR1 "$AGENT"
see 'USR1: an edited file is put right' wait_for 2 dest_is app 'is one'

resource app was
resource other is
kill -HUP "$AGENT"
see 'HUP: a changed template' wait_for 2 dest_is app 'was one'
see 'HUP: a new resource' wait_for 2 dest_is other 'is one'
put /app/name two
see 'HUP: and both are followed' wait_for 2 dest_is app 'was two'

resource app '{{'
kill -HUP "$AGENT"
see 'a bad template: told' wait_for 2 logged 'The old configuration stays in force'
put /app/name three
see 'a bad template: the old one is followed' wait_for 2 dest_is app 'was three'

resource app has '[template.reload]' "cmd = \"touch $ROOT/begun; sleep 100\"" \
	'timeout = "1s"'
kill -HUP "$AGENT"
wait_for 5 test -e "$ROOT/begun"
resource app had
kill -HUP "$AGENT"
see 'while a reload hangs: when it is over' wait_for 5 dest_is app 'had three'
see 'TERM' stop TERM "$AGENT"

: >"$LOG"
# an agent that reads a fifo has just been started, and waits
mkfifo "$ROOT/fifo"
mv "$CONFDIR/templates/app.tmpl" "$ROOT/app.tmpl"
ln -s "$ROOT/fifo" "$CONFDIR/templates/app.tmpl"
agent -watch
exec 3>"$ROOT/fifo"
rm "$CONFDIR/templates/app.tmpl"
kill -HUP "$AGENT"
resource app begins
cat "$ROOT/app.tmpl" >&3
exec 3>&-
see 'right after start' wait_for 5 dest_is app 'begins three'
see 'right after start: read again' \
	wait_for 2 logged 'Configuration has been read again: 2 resources'
