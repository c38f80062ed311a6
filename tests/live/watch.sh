#!/bin/sh
# SPDX-License-Identifier: MIT
# watch.sh - a watch follows puts and deletes at once, and TERM ends it well

. tests/lib.sh

etcd_start
template app 'keys = ["/app"]' <<'END'
{{range gets "/app/*"}}{{base .Key}}={{.Value}} {{end}}
END
for API in 2 3; do
	put /app/a 1
	agent -watch
	see "v$API: the first file" wait_for 2 dest_is app 'a=1 '
	put /app/b 2
	see "v$API: a put" wait_for 1 dest_is app 'a=1 b=2 '
	put /app/a 3
	see "v$API: another value" wait_for 1 dest_is app 'a=3 b=2 '
	del /app/a
	see "v$API: a delete" wait_for 1 dest_is app 'b=2 '
	put /other/a 4
	del /app/b
	see "v$API: the last delete" wait_for 1 dest_is app ''
	see "v$API: TERM" stop TERM "$AGENT"
	rm "$ROOT/dest/app"
done
