#!/bin/sh
# SPDX-License-Identifier: MIT
# expire.sh - a key with a time to live leaves the file when its time is over, and a
# tree that is deleted as a whole leaves as a whole

. tests/lib.sh

# put_for SECONDS KEY VALUE
put_for()
{
	case $API in
	2) curl -sSf -X PUT -d "value=$3" -d "ttl=$1" "$ETCD/v2/keys$2" ;;
	3) lease=$(v3 lease/grant "{\"TTL\":$1}" | sed 's/.*"ID":"\([0-9]*\)".*/\1/')
		v3 kv/put "{\"key\":\"$(b64 "$2")\",\"value\":\"$(b64 "$3")\",
			\"lease\":\"$lease\"}" ;;
	esac >/dev/null
}

del_tree()
{
	case $API in
	2) curl -sSf -X DELETE "$ETCD/v2/keys$1?recursive=true" ;;
	3) v3 kv/deleterange "{\"key\":\"$(b64 "$1/")\",\"range_end\":\"$(b64 "${1}0")\"}" ;;
	esac >/dev/null
}

etcd_start
template app 'keys = ["/app"]' <<'END'
{{range gets "/app/*/*"}}{{.Value}} {{end}}
END
for API in 2 3; do
	put /app/a/1 one
	put /app/b/1 two
	put_for 1 /app/a/2 soon
	agent -watch
	see "v$API: all three" wait_for 2 dest_is app 'one soon two '
	see "v$API: one has expired" wait_for 5 dest_is app 'one two '
	put /app/a/3 three
	wait_for 2 dest_is app 'one three two '
	del_tree /app/a
	see "v$API: a tree is gone" wait_for 2 dest_is app 'two '
	put /app/a/4 four
	see "v$API: and grows again" wait_for 2 dest_is app 'four two '
	del_tree /app
	see "v$API: all is gone" wait_for 2 dest_is app ''
	stop TERM "$AGENT"
done
