#!/bin/sh
# SPDX-License-Identifier: MIT
# errors.sh - what uconfd says of each mistake in errors.txt: exactly that, and the file
# that was there stays
#
# A case begins with "=== NAME" and has sections that begin with "--- FILE":
#	toml, tmpl, confd.toml	instead of the sound ones below
#	args			instead of -onetime -node NODE
#	reply, reply2 ...	a server's bytes, as printf takes them, instead of etcd
#	setup			commands before
#	dest			what it is then, where it is not the last good file
#	want			the exit status, and what is logged of warnings and worse
# ROOT stands for the directory of all, NODE for the server's host and port.

if [ "${1:-}" != inside ]; then
	unshare -rm true 2>/dev/null && exec unshare -rm "$0" inside
	echo 'skip errors: no mount namespace can be made'
	exit
fi
. tests/lib.sh

cases=$ROOT/cases
mkdir "$cases"
awk -v dir="$cases" '
	/^=== / { at = sprintf("%s/%02d", dir, ++n); system("mkdir " at); to = at "/name" }
	/^--- / { close(to); to = at "/" $2; printf "" >to; next }
	{ print > to }' tests/live/errors.txt

# section NAME TO: the section where there is one, else standard input
section()
{
	if [ -e "$case/$1" ]; then
		sed "s,ROOT,$ROOT,g; s,NODE,$node,g" "$case/$1"
	else
		cat
	fi >"$2"
}

# $node is etcd, or the server of this case with its replies
serve()
{
	node=127.0.0.1:$ETCD_PORT
	[ -e "$case/reply" ] || return
	for reply in "$case"/reply*; do
		# shellcheck disable=SC2059 # it is a format
		printf "$(tr -d '\n' <"$reply")" >"$reply.bytes"
	done
	p=$(port)
	node=127.0.0.1:$p
	start "$ROOT/serve.log" "$BUILD/tool/serve" "$p" "$case"/reply*.bytes
	wait_for 5 sh -c "ss -Hltn 'sport = :$p' | grep -q ."
}

prepare()
{
	rm -rf "$CONFDIR" "$ROOT/dest"
	mkdir -p "$CONFDIR/conf.d" "$CONFDIR/templates" "$ROOT/dest"
	echo 'last good' >"$ROOT/dest/app"
	section toml "$CONFDIR/conf.d/app.toml" <<-END
		[template]
		src = "app.tmpl"
		dest = "$ROOT/dest/app"
		keys = ["/app"]
	END
	section tmpl "$CONFDIR/templates/app.tmpl" <<-END
		name = {{getv "/app/name"}}
	END
	section confd.toml "$CONFDIR/confd.toml" </dev/null
	echo 'last good' | section dest "$ROOT/after"
	section args "$ROOT/args" <<-END
		-onetime -node $node
	END
	section setup "$ROOT/setup" </dev/null
	# shellcheck disable=SC1091 # the case's own
	. "$ROOT/setup"
}

# what remains of a line is its level and its text
heard()
{
	sed -n "s/^[^ ]* [^ ]* uconfd\[[0-9]*\]: \([EFW][A-Z]* .*\)/\1/p" "$LOG" |
		sed "s,$ROOT,ROOT,g; s,$node,NODE,g; s,uconfd-......\>,uconfd-XXXXXX,g"
}

# dest is as it should be, and no stage file is beside it
kept()
{
	[ -d "$ROOT/dest/app" ] || cmp -s "$ROOT/dest/app" "$ROOT/after" || return
	[ -z "$(find "$ROOT/dest" -name '.app.uconfd-*' ! -name '*-reload')" ]
}

try()
{
	: >"$LOG"
	serve
	prepare
	# shellcheck disable=SC2046 # a list of words
	timeout 20 "$UCONFD" -confdir "$CONFDIR" -config-file "$CONFDIR/confd.toml" \
		-backend etcdv3 $(cat "$ROOT/args") 2>>"$LOG"
	{ echo "exit $?"; heard; } >"$ROOT/got"
	same "$name" "$ROOT/got" "$case/want"
	kept || not_ok "$name" 'the file has changed'
	[ ! -e "$case/reply" ] || stop TERM "$PID"
	rm -f "$ROOT/docker.sock"
	! mountpoint -q "$ROOT/dest" || umount "$ROOT/dest"
}

etcd_start
put /app/name one
for case in "$cases"/*; do
	name=$(sed 's/^=== //' "$case/name")
	try
done
