#!/bin/sh
# SPDX-License-Identifier: MIT
# slow.sh - a poll whose reply takes longer than the interval comes to its end

. tests/lib.sh

p=$(port)
printf 'HTTP/1.1 200 OK\r\nX-Etcd-Index: 7\r\n\r\n%s' \
	'{"node":{"key":"/app/name","value":"one","modifiedIndex":7}}' >"$ROOT/reply"
start "$ROOT/asked" "$BUILD/tool/serve" -d 1500 "$p" "$ROOT/reply"
asked()
{
	[ "$(wc -l <"$ROOT/asked")" -ge "$1" ]
}

API=2
ETCD=http://127.0.0.1:$p
template app 'keys = ["/app/name"]' <<'END'
{{getv "/app/name"}}
END
agent -interval 1
see 'it renders' wait_for 5 dest_is app one
see 'and polls again' wait_for 5 asked 2
