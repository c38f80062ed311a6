#!/bin/sh
# SPDX-License-Identifier: MIT
# interval.sh - polling finds each change, also one made while etcd was away

. tests/lib.sh

etcd_start
template app 'keys = ["/app"]' <<'END'
{{getv "/app/name"}}
END
put /app/name one
agent -interval 1
see 'the first pass is at once' wait_for 2 dest_is app one
put /app/name two
see 'the next one sees a change' wait_for 3 dest_is app two
etcd_kill
wait_for 5 logged ERROR
etcd_start
put /app/name three
see 'and again after an outage' wait_for 5 dest_is app three
