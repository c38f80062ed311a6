#!/bin/sh
# SPDX-License-Identifier: MIT
# fair.sh - resources that are busy all the time hold up neither others nor a poll nor HUP

. tests/lib.sh

# resource NAME [LINE ...]: renders to "/app/name"
resource()
{
	name=$1
	shift
	template "$name" 'keys = ["/app"]' "$@" <<-'END'
		{{getv "/app/name"}}
	END
}

etcd_start
put /app/name one
for name in a b; do
	resource $name '[template.check]' 'exec = ["sleep", "100"]' 'timeout = "1500ms"'
done
resource z
agent -interval 1
see 'polled: the last one is rendered' wait_for 8 dest_is z one
put /app/name two
see 'polled: and is followed' wait_for 10 dest_is z two
see 'polled: TERM' stop TERM "$AGENT"

rm "$CONFDIR/conf.d/"*
for name in a b c d; do
	resource $name '[template.reload]' 'exec = ["sleep", "0.4"]'
done
agent -watch
wait_for 5 dest_is d two
resource z
kill -HUP "$AGENT"
for n in $(seq 40); do
	put /app/name "$n"
	sleep 0.05
done
see 'watched: HUP comes through' logged 'Configuration has been read again'
see 'watched: at the end all is right' wait_for 5 dest_is z 40
see 'watched: TERM' stop TERM "$AGENT"
