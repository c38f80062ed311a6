#!/bin/sh
# SPDX-License-Identifier: MIT
# foreign.sh - changes that lie between the keys that are asked for, and are none of
# them, take no memory and render nothing

. tests/lib.sh

# what curl is told to put something at /foreign/$1; L2ZvcmVpZ24v is "/foreign/" in
# base64, and digits may follow it
foreign()
{
	case $API in
	2) printf 'url=%s/v2/keys/foreign/%s\nrequest=PUT\ndata=value=%s\nfail\n' \
		"$ETCD" "$1" "$kilobyte" ;;
	3) printf 'url=%s/v3/kv/put\ndata={"key":"L2ZvcmVpZ24v%s","value":"%s"}\nfail\n' \
		"$ETCD" "$1" "$kilobyte" ;;
	esac
}

flood()
{
	for n in $(seq -w 2000); do
		[ "$n" = 0001 ] || echo next
		foreign "$n"
	done | curl -sS --fail-early -K - >/dev/null
}

# kB
resident()
{
	sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$AGENT/status"
}

passes()
{
	[ "$(grep -Ec ' in sync| has been updated' "$LOG")" -eq "$1" ]
}

kilobyte=$(printf '%01000d' 0)
etcd_start
template app 'keys = ["/app", "/zapp"]' <<'END'
{{range gets "/*/*"}}{{.Value}} {{end}}
END
for API in 2 3; do
	put /app/name one
	put /zapp/name two
	agent -watch -log-level debug
	wait_for 2 passes 1
	before=$(resident)
	see "v$API: 2000 puts of others" flood
	put /zapp/name three
	see "v$API: a put of ours" wait_for 5 dest_is app 'one three '
	grown=$(($(resident) - before))
	see "v$API: $grown kB grown" test "$grown" -lt 300
	see "v$API: one pass" wait_for 2 passes 2
	stop TERM "$AGENT"
	: >"$LOG"
done
