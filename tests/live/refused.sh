#!/bin/sh
# SPDX-License-Identifier: MIT
# refused.sh - a server that refuses is asked again with patience, and its refusal does
# not decide which etcd it is

. tests/lib.sh

# reply FILE HEAD BODY
reply()
{
	printf "HTTP/1.1 $2\r\n\r\n%s" "$3" >"$ROOT/$1"
}

# serve FILE ...: at $ETCD; what it was asked is in $ROOT/asked
serve()
{
	p=$(port)
	ETCD=http://127.0.0.1:$p
	start "$ROOT/asked" "$BUILD/tool/serve" "$p" "$@"
}

reply found '200 OK\r\nX-Etcd-Index: 7' \
	'{"node":{"key":"/app/name","value":"one","modifiedIndex":7}}'
reply refused '403 Forbidden' '{"message":"not for you"}'
reply busy '503 Service Unavailable' 'busy'
template app 'keys = ["/app/name"]' <<'END'
{{getv "/app/name"}}
END

# each fetch succeeds, each watch is refused
set --
for _ in $(seq 100); do
	set -- "$@" "$ROOT/found" "$ROOT/refused"
done
serve "$@"
API=2
agent -watch
see 'what can be read is rendered' wait_for 5 dest_is app one
sleep 2 # the measurement
n=$(wc -l <"$ROOT/asked")
see "no watch: $n requests in two seconds" test "$n" -le 12
see 'no watch: told' logged 'status 403: not for you'
stop TERM "$AGENT"

rm "$ROOT/dest/app"
: >"$LOG"
serve "$ROOT/busy" "$ROOT/found"
start "$LOG" "$UCONFD" -backend etcd -node "$ETCD" -confdir "$CONFDIR" -interval 60
see 'busy at first: asked again' wait_for 5 dest_is app one
see 'busy at first: it is v2' logged 'Backend set to etcd v2'
