#!/bin/sh
# SPDX-License-Identifier: MIT
# dest.sh - a dest that is a mount of its own, or a symbolic link, stays what it is

if [ "${1:-}" != inside ]; then
	unshare -rm true 2>/dev/null && exec unshare -rm "$0" inside
	echo 'skip dest: no mount namespace can be made'
	exit
fi
. tests/lib.sh

etcd_start
put /app/name one
for f in mount link; do
	template "$f" 'keys = ["/app"]' \
		"reload_cmd = \"cp {{.dest}} $ROOT/loaded-$f\"" <<-'END'
		{{getv "/app/name"}}
	END
done
mkdir "$ROOT/real"
echo 'a long text that was there before' >"$ROOT/real/mount"
touch "$ROOT/dest/mount"
mount --bind "$ROOT/real/mount" "$ROOT/dest/mount"
echo before >"$ROOT/real/link"
ln -s ../real/link "$ROOT/dest/link"
inode=$(stat -c %i "$ROOT/real/mount")

agent -watch
for value in one two; do
	put /app/name "$value"
	for f in mount link; do
		see "$f: $value" wait_for 5 dest_is "$f" "$value"
		see "$f: $value in the real file" grep -qx "$value" "$ROOT/real/$f"
		see "$f: $value reloaded" wait_for 5 cmp -s "$ROOT/real/$f" "$ROOT/loaded-$f"
	done
done
stop TERM "$AGENT"
see 'mount: the inode is the same' test "$(stat -c %i "$ROOT/real/mount")" = "$inode"
see 'link: it is one still' test "$(readlink "$ROOT/dest/link")" = ../real/link
see 'nothing else is beside them' test -z "$(find "$ROOT" -name '.*.uconfd-*')"
umount "$ROOT/dest/mount"
