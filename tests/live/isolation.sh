#!/bin/sh
# SPDX-License-Identifier: MIT
# isolation.sh - a resource that fails does not hold up the others

. tests/lib.sh

etcd_start
put /app/name one
template a 'keys = ["/app"]' <<'END'
{{getv "/app/missing"}}
END
template b 'keys = ["/app"]' 'check_cmd = "false"' <<'END'
{{getv "/app/name"}}
END
template c 'keys = ["/app"' <<'END'
{{getv "/app/name"}}
END
template d 'keys = ["/app"]' <<'END'
{{getv "/app/name"}}
END
uconfd -onetime
see 'onetime tells by its status' test $? -eq 1
see 'and the good one is there' dest_is d one
agent -watch
put /app/name two
see 'the good one is followed' wait_for 5 dest_is d two
put /app/missing three
see 'a bad one once it can be rendered' wait_for 5 dest_is a three
see 'the one that fails its check is not there' test ! -e "$ROOT/dest/b"
