#!/bin/sh
# SPDX-License-Identifier: MIT
# seed.sh - the article's own resource and template, from both stores of etcd

. tests/lib.sh

etcd_start
seed "s,^dest.*,dest = \"$ROOT/dest/nginx.conf\","
for API in 2 3; do
	put /test/apache-8001 172.17.8.101:8001
	put /test/apache-8002 172.17.8.102:8002
	rm -f "$ROOT/dest/nginx.conf"
	uconfd -onetime -sync-only
	same "v$API" "$ROOT/dest/nginx.conf" tests/live/seed.want
done
