#!/bin/sh
# SPDX-License-Identifier: MIT
# silent.sh - of three nodes the first takes connections and never answers: another one
# is found in time, and one that answers is kept

. tests/lib.sh

# run NAME API FLAG: renders to $ROOT/dest/NAME
run()
{
	start "$LOG" env RUN="$1" "$UCONFD" -backend "etcdv$2" -node "$silent" \
		-node "$ETCD" -node "$silent" -confdir "$CONFDIR" "$3"
}

p=$(port)
silent=http://127.0.0.1:$p
start "$ROOT/serve.log" "$BUILD/tool/serve" "$p" -
etcd_start
echo '{{getv "/app/name"}}' >"$CONFDIR/templates/app.tmpl"
cat >"$CONFDIR/conf.d/app.toml" <<END
[template]
src = "app.tmpl"
dest = "$ROOT/dest/\${RUN}"
keys = ["/app"]
END
for API in 2 3; do
	put /app/name one
	run "onetime$API" "$API" -onetime
	run "watch$API" "$API" -watch
done
spare=$(port)
start "$ROOT/asked" "$BUILD/tool/serve" "$spare" /dev/null
RUN=interval agent -node "http://127.0.0.1:$spare" -interval 1

began=$(now)
for API in 2 3; do
	for mode in onetime watch; do
		see "v$API: $mode" wait_for 15 dest_is "$mode$API" one
	done
	put /app/name two
	see "v$API: and it is followed" wait_for 2 dest_is "watch$API" two
done
took=$(($(now) - began))
see "all in $took ms" test "$took" -lt 15000
see 'polled: it is followed' wait_for 2 dest_is interval two
see 'polled: the second node is not asked' test ! -s "$ROOT/asked"
