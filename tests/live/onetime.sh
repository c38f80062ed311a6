#!/bin/sh
# SPDX-License-Identifier: MIT
# onetime.sh - one pass, its exit status, and what an etcd that is away leaves alone

. tests/lib.sh

etcd_start
template app 'keys = ["/app"]' <<'END'
name = {{getv "/app/name"}}
END
for API in 2 3; do
	put /app/name "one$API"
	see "v$API succeeds" uconfd -onetime
	see "v$API writes" dest_is app "name = one$API"
done
put /app/name two
uconfd -onetime -noop
see 'noop writes nothing' dest_is app 'name = one3'
etcd_kill
uconfd -onetime
see 'without etcd it fails' test $? -eq 1
see 'and the last file stays' dest_is app 'name = one3'
