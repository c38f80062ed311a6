#!/bin/sh
# SPDX-License-Identifier: MIT
# beside.sh - what lies beside a dest: the stage that is kept, the mark of a reload that
# is due; and that -noop touches neither

. tests/lib.sh

mark=$ROOT/dest/.app.uconfd-reload

# resource LINE ...: of TOML
resource()
{
	template app 'keys = ["/app"]' "$@" <<-'END'
		{{getv "/app/name"}}
	END
}

checked()
{
	[ "$(wc -l <"$ROOT/checks")" -ge "$1" ]
}

# beside: the names, sorted and without their random ends
beside()
{
	find "$ROOT/dest" -type f -printf '%f\n' | sed 's/uconfd-......$/uconfd-XXXXXX/' | sort
}

etcd_start
: >"$ROOT/checks"
resource "check_cmd = \"echo >>$ROOT/checks; false\""
agent -watch -keep-stage-file
for n in 1 2 3 4; do
	put /app/name "$n"
	wait_for 5 checked "$n"
done
stop TERM "$AGENT"
see 'four checks have failed' checked 4
see 'the last stage is kept, and no other' test "$(beside)" = .app.uconfd-XXXXXX
see 'it holds what has failed' grep -qx 4 "$ROOT"/dest/.app.uconfd-*

touch "$mark"
listed()
{
	find "$ROOT/dest" -printf '%p %i %m %C@ %T@\n' | sort
}
resource 'reload_cmd = "true"'
listed >"$ROOT/before"
uconfd -onetime -noop
listed >"$ROOT/after"
same 'noop: all is as it was' "$ROOT/after" "$ROOT/before"
see 'noop: told' logged "Noop mode enabled. $ROOT/dest/app will not be modified"

uconfd -onetime
see 'then the leavings go' test "$(beside)" = app
touch "$mark"
resource
uconfd -onetime
see 'no reload any more: no mark' test "$(beside)" = app

etcd_kill
touch "$mark"
resource "reload_cmd = \"cp {{.dest}} $ROOT/loaded\""
agent -watch
see 'a mark that is found is acted on without etcd' \
	wait_for 5 cmp -s "$ROOT/dest/app" "$ROOT/loaded"
see 'and goes' wait_for 2 test ! -e "$mark"
