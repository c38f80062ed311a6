#!/bin/sh
# SPDX-License-Identifier: MIT
# outage.sh - what happened while the watch was cut off is not lost: etcd has
# forgotten the history, or everything

. tests/lib.sh

# forget: so many writes that v2 drops its events, and v3 is told to
forget()
{
	if [ $API -eq 3 ]; then
		rev=$(v3 kv/range '{"key":"AA=="}' | sed 's/.*"revision":"\([0-9]*\)".*/\1/')
		v3 kv/compaction "{\"revision\":\"$rev\",\"physical\":true}" >/dev/null
		return
	fi
	seq 1100 |
		sed "s,.*,url=$ETCD/v2/keys/noise\nrequest=PUT\ndata=value=&,; \$!s,\$,\nnext," |
		curl -sf -K - >/dev/null
}

etcd_start
template app 'keys = ["/app"]' <<'END'
{{range gets "/app/*"}}{{.Value}} {{end}}
END
for API in 2 3; do
	put /app/a one
	put /app/b two
	agent -watch
	see "v$API: at first" wait_for 5 dest_is app 'one two '

	kill -STOP "$AGENT"
	etcd_kill
	etcd_start
	put /app/a three
	del /app/b
	forget
	kill -CONT "$AGENT"
	see "v$API: history forgotten" wait_for 5 dest_is app 'three '
	put /app/a four
	see "v$API: and followed again" wait_for 2 dest_is app 'four '

	etcd_kill
	rm -r "$ETCD_DATA"
	etcd_start
	put /app/a five
	see "v$API: everything forgotten" wait_for 5 dest_is app 'five '
	put /app/a six
	see "v$API: and followed again from the start" wait_for 2 dest_is app 'six '

	kill -STOP "$AGENT"
	etcd_kill
	rm -r "$ETCD_DATA"
	etcd_start
	for n in $(seq 20); do
		put /app/b "$n"
	done
	kill -CONT "$AGENT"
	see "v$API: another history, longer than ours" wait_for 5 dest_is app '20 '
	stop TERM "$AGENT"
done
