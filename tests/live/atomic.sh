#!/bin/sh
# SPDX-License-Identifier: MIT
# atomic.sh - killed at 200 random instants under constant change, the file is always
# one of the two that it can be, and the next start clears up

. tests/lib.sh

flip()
{
	while put /gen A && put /gen B; do
		:
	done
}

# rendered GEN: what the template makes of it
rendered()
{
	seq 5000 | sed "s/.*/$1 stands in line &/"
}

valid()
{
	cmp -s "$ROOT/dest/app" "$ROOT/A" || cmp -s "$ROOT/dest/app" "$ROOT/B"
}

template app 'keys = ["/gen"]' <<'END'
{{range seq 1 5000}}{{getv "/gen"}} stands in line {{.}}
{{end -}}
END
rendered A >"$ROOT/A"
rendered B >"$ROOT/B"
etcd_start
put /gen A
uconfd -onetime
start "$ROOT/flip.log" flip
broken=0 staged=0
for _ in $(seq 200); do
	agent -watch
	sleep "0.0$(shuf -n 1 -i 0-59)"
	stop KILL "$AGENT"
	valid || broken=$((broken + 1))
	[ "$(find "$ROOT/dest" -name '.app.uconfd-*' ! -name '*-reload' | wc -l)" -eq 0 ] ||
		staged=$((staged + 1))
done
see "whole after 200 kills, $staged of them while it wrote" test $broken -eq 0
uconfd -onetime
see 'and whole after the next start' valid
see 'which leaves nothing beside it' test "$(ls -A "$ROOT/dest")" = app
