#!/bin/sh
# SPDX-License-Identifier: MIT
# lossless.sh - 500 random puts and deletes while etcd dies five times, and check and
# reload take random times: at the end the file is the store, and was reloaded

. tests/lib.sh

SEED=${SEED:-$(now)}
# shellcheck disable=SC2016 # it is for the shell that runs the command
nap='sleep 0.0$(shuf -n 1 -i 0-9)'

# put /k/17 value, del /k/17 or crash, one a line
script()
{
	awk -v seed="$SEED" 'BEGIN {
		srand(seed)
		for (i = 1; i <= 500; i++) {
			key = sprintf("/k/%02d", rand() * 50)
			print(rand() < 0.3 ? "del " key : "put " key " v" i)
			if (i % 100 == 0)
				print("crash")
		}
	}'
}

crash()
{
	etcd_kill
	sleep "0.$(shuf -n 1 -i 0-9)"
	etcd_start
}

# the store, by another way
dump()
{
	case $API in
	2) curl -s "$ETCD/v2/keys/k?recursive=true" |
		grep -o '"key":"[^"]*","value":"[^"]*"' |
		sed 's/"key":"\(.*\)","value":"\(.*\)"/\1=\2/' | sort ;;
	3) ETCDCTL_API=3 etcdctl --endpoints "$ETCD" get --prefix /k/ | paste -d = - - ;;
	esac
}

template app 'keys = ["/k"]' "check_cmd = \"$nap; test -s {{.src}}\"" \
	"reload_cmd = \"cp {{.dest}} $ROOT/now && $nap && mv $ROOT/now $ROOT/loaded\"" <<'END'
{{range gets "/k/*"}}{{.Key}}={{.Value}}
{{end -}}
END
script >"$ROOT/script"
etcd_start
for API in 2 3; do
	put /k/first 0
	agent -watch
	while read -r op key value; do
		$op "$key" "$value"
	done <"$ROOT/script"
	dump >"$ROOT/want"
	wait_for 2 cmp -s "$ROOT/dest/app" "$ROOT/want"
	same "v$API: the file is the store (SEED=$SEED)" "$ROOT/dest/app" "$ROOT/want"
	wait_for 2 cmp -s "$ROOT/loaded" "$ROOT/want"
	same "v$API: and was reloaded" "$ROOT/loaded" "$ROOT/want"
	stop TERM "$AGENT"
done
