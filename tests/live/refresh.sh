#!/bin/sh
# SPDX-License-Identifier: MIT
# refresh.sh - an etcd v2 directory whose time to live is renewed keeps its keys, one
# that expires loses them

. tests/lib.sh

# directory TTL [prevExist=true]
directory()
{
	curl -sSf --max-time 5 -X PUT -o /dev/null -d dir=true -d "ttl=$1" ${2:+-d "$2"} \
		"$ETCD/v2/keys/app/units"
}

etcd_start
API=2
template app 'keys = ["/app"]' <<'END'
{{range gets "/app/units/*"}}{{.Value}} {{end}}
END
directory 600
put /app/units/a one
agent -watch
see 'at first' wait_for 2 dest_is app 'one '
directory 600 prevExist=true
put /app/units/b two
see 'renewed: its keys are kept' wait_for 2 dest_is app 'one two '
directory 1 prevExist=true
see 'expired: its keys are gone' wait_for 5 dest_is app ''
