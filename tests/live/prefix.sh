#!/bin/sh
# SPDX-License-Identifier: MIT
# prefix.sh - the prefixes are joined, and templates do not see them

. tests/lib.sh

etcd_start
template app 'keys = ["/name"]' 'prefix = "/app"' <<'END'
{{range gets "/*"}}{{.Key}}={{.Value}} {{end}}
END
for API in 2 3; do
	put /production/app/name one
	put /app/name other
	uconfd -onetime -prefix /production
	see "onetime v$API" dest_is app '/name=one '
	agent -watch -prefix production/
	put /production/app/name two
	see "watch v$API" wait_for 5 dest_is app '/name=two '
	stop TERM "$AGENT"
done
