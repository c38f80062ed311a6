#!/bin/sh
# SPDX-License-Identifier: MIT
# unprivileged.sh - as a user who may write to a directory and not read it: the file is
# replaced there and the reload runs

. tests/lib.sh

[ "$(id -u)" -eq 0 ] || skip 'only root can become somebody else'
cp "$UCONFD" "$ROOT/uconfd"
chmod 711 "$ROOT"
chmod 733 "$ROOT/dest"
chmod -R a+rX "$CONFDIR"
etcd_start
put /app/name one
template app 'keys = ["/app"]' "reload_cmd = \"cp {{.dest}} $ROOT/dest/loaded\"" <<'END'
{{getv "/app/name"}}
END
for n in one two; do
	put /app/name "$n"
	setpriv --reuid 65534 --regid 65534 --clear-groups "$ROOT/uconfd" -backend etcdv3 \
		-node "$ETCD" -confdir "$CONFDIR" -onetime 2>>"$LOG"
	see "$n: exit status" test $? -eq 0
	see "$n: the file" dest_is app "$n"
	see "$n: the reload" dest_is loaded "$n"
done
see 'nothing else is there' test "$(find "$ROOT/dest" -type f | wc -l)" -eq 2
