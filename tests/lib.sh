# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034 # what is set here is used elsewhere
# lib.sh - what the live tests and the demo share: a root, real parts, patience
#
# Sourced from the top directory. Everything that a script makes is under $ROOT or in
# $PIDS, $CONTAINERS, $IMAGES, and goes when the script ends, however it ends.

set -u
PATH=$PATH:/usr/sbin:/sbin
unset http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy ALL_PROXY DOCKER_CONTEXT

UCONFD=${UCONFD:-$PWD/uconfd}
TEST=$(basename "$0" .sh)
ROOT=$(mktemp -d "${TMPDIR:-/tmp}/uconfd-$TEST.XXXXXX")
CONFDIR=$ROOT/confd
LOG=$ROOT/uconfd.log
BAD=0 PIDS='' CONTAINERS='' IMAGES=''
mkdir -p "$CONFDIR/conf.d" "$CONFDIR/templates" "$ROOT/dest"
: >"$LOG"

# TERM, and KILL for those that do not heed it; nginx would leave its workers behind
# shellcheck disable=SC2086 # a list of pids
stop_all()
{
	kill -TERM $PIDS
	(sleep 5; kill -KILL $PIDS) &
	last=$!
	wait $PIDS
	kill $last
}

leave()
{
	status=$?
	# shellcheck disable=SC2086 # lists of names
	{
		[ -z "$CONTAINERS" ] || docker rm -f -v $CONTAINERS
		[ -z "$IMAGES" ] || docker rmi $IMAGES
		[ -z "$PIDS" ] || stop_all
		umount "$ROOT/docker/exec/netns/default" # an engine's own leavings
	} >/dev/null 2>&1
	rm -rf "$ROOT"
	[ $status -ne 0 ] || status=$BAD
	exit $status
}
trap leave EXIT
trap 'exit 1' HUP INT PIPE TERM

ok()
{
	echo "ok $TEST: $1"
}

not_ok()
{
	BAD=1
	echo "not ok $TEST: $1: $2"
	tail -n 20 "$LOG" | sed 's/^/# /'
}

# skip WHY: ends the script
skip()
{
	echo "skip $TEST: $1"
	exit
}

# see NAME COMMAND ...: ok when the command succeeds
see()
{
	seen=$1
	shift
	if "$@"; then
		ok "$seen"
	else
		not_ok "$seen" "$*"
	fi
}

# same NAME GOT WANT: ok when the two files are equal
same()
{
	if diff -u "$3" "$2" >"$ROOT/diff" 2>&1; then
		ok "$1"
	else
		not_ok "$1" "differs from what was expected"
		sed 's/^/# /' "$ROOT/diff"
	fi
}

# milliseconds
now()
{
	date +%s%3N
}

# wait_for SECONDS COMMAND ...: until it succeeds
wait_for()
{
	patience=$(($(now) + $1 * 1000))
	shift
	until "$@"; do
		[ "$(now)" -lt "$patience" ] || return 1
		sleep 0.01
	done
}

# a free loopback port, from below those that clients get: out there a client that
# dials a dead server's port may find itself at the other end
port()
{
	while p=$(shuf -n 1 -i 20000-32000); nc -z 127.0.0.1 "$p"; do
		:
	done
	echo "$p"
}

# start LOG COMMAND ...: in the background; its pid is $PID
start()
{
	log=$1
	shift
	"$@" >>"$log" 2>&1 &
	PID=$!
	PIDS="$PIDS $PID"
}

# stop SIGNAL PID: returns its exit status
stop()
{
	left=
	for pid in $PIDS; do
		[ "$pid" = "$2" ] || left="$left $pid"
	done
	PIDS=$left
	kill -"$1" "$2"
	wait "$2" 2>/dev/null
}

# ---- etcd, at $ETCD

ETCD_PORT=$(port)
ETCD=http://127.0.0.1:$ETCD_PORT
ETCD_DATA=$ROOT/etcd
ETCD_V2=true # whether it serves the old store
API=3 # which of its two stores put and del speak to

# with the data that it had; a member alone needs no long election
etcd_start()
{
	start "$ROOT/etcd.log" etcd --data-dir "$ETCD_DATA" --enable-v2="$ETCD_V2" \
		--listen-client-urls "$ETCD" --advertise-client-urls "$ETCD" \
		--listen-peer-urls http://127.0.0.1:0 \
		--heartbeat-interval 20 --election-timeout 200
	ETCD_PID=$PID
	wait_for 20 curl -sf -o /dev/null "$ETCD/health"
}

etcd_kill()
{
	stop KILL "$ETCD_PID"
}

b64()
{
	printf %s "$1" | base64 -w 0
}

# v3 METHOD JSON
v3()
{
	curl -sSf --max-time 5 -d "$2" "$ETCD/v3/$1"
}

put()
{
	case $API in
	2) curl -sSf --max-time 5 -X PUT --data-urlencode "value=$2" "$ETCD/v2/keys$1" ;;
	3) v3 kv/put "{\"key\":\"$(b64 "$1")\",\"value\":\"$(b64 "$2")\"}" ;;
	esac >/dev/null
}

# 404 is for v2: the key was not there
del()
{
	case $API in
	2) [ "$(curl -sS --max-time 5 -X DELETE -o /dev/null -w '%{http_code}' \
		"$ETCD/v2/keys$1")" -lt 405 ] ;;
	3) v3 kv/deleterange "{\"key\":\"$(b64 "$1")\"}" >/dev/null ;;
	esac
}

# ---- uconfd

# template NAME: standard input is templates/NAME.tmpl, and the resource that renders
# it to $ROOT/dest/NAME is made with the rest of the arguments as lines of TOML
template()
{
	file=$1
	shift
	cat >"$CONFDIR/templates/$file.tmpl"
	{
		echo '[template]'
		printf '%s = "%s"\n' src "$file.tmpl" dest "$ROOT/dest/$file"
		printf '%s\n' "$@"
	} >"$CONFDIR/conf.d/$file.toml"
}

# uconfd ARG ...: on our etcd and confdir, in the foreground
uconfd()
{
	"$UCONFD" -backend "etcdv$API" -node "$ETCD" -confdir "$CONFDIR" "$@" 2>>"$LOG"
}

# the same in the background; its pid is $AGENT
agent()
{
	start "$LOG" \
		"$UCONFD" -backend "etcdv$API" -node "$ETCD" -confdir "$CONFDIR" "$@"
	AGENT=$PID
}

# dest_is NAME TEXT
dest_is()
{
	[ -e "$ROOT/dest/$1" ] && [ "$(cat "$ROOT/dest/$1")" = "$2" ]
}

# logged TEXT: literally
logged()
{
	grep -qF -- "$1" "$LOG"
}

# ---- nginx, the load balancer at $LB

# what only root may write to otherwise
NGINX_TEMPS=$(printf '%s_temp_path %s; ' client_body tmp/body proxy tmp/proxy \
	fastcgi tmp/fastcgi uwsgi tmp/uwsgi scgi tmp/scgi)

# seed SED-SCRIPT: the article's resource and template, edited, in our confdir
seed()
{
	for f in conf.d/nginx.toml templates/nginx.conf.tmpl; do
		sed "$1" "demo/confd/$f" >"$CONFDIR/$f"
	done
}

# nginx_start NAME CONF: its log is $ROOT/NAME.log
nginx_start()
{
	mkdir -p "$ROOT/tmp"
	start "$ROOT/$1.log" nginx -p "$ROOT" -e "$ROOT/$1.log" -c "$2" -g 'daemon off;'
}

# backends PORT ...: web servers of which each answers with its port
backends()
{
	{
		echo "pid $ROOT/backends.pid; events {} http { access_log off; $NGINX_TEMPS"
		for p; do
			printf 'server { listen 127.0.0.1:%s; return 200 %s\\n; }\n' "$p" "$p"
		done
		echo '}'
	} >"$ROOT/backends.conf"
	nginx_start backends "$ROOT/backends.conf"
	for p; do
		wait_for 10 curl -sf -o /dev/null "http://127.0.0.1:$p/" || return
	done
}

# the ports that answered three requests
answers()
{
	curl -s --max-time 2 "$LB" "$LB" "$LB"
}

serves()
{
	answers | grep -qx "$1"
}

forgot()
{
	[ "$(answers | grep -cvx "$1")" -eq 3 ]
}

# ---- Docker

# the engine that runs, else one of our own; $DOCKER_SOCK is its socket
docker_up()
{
	command -v docker >/dev/null || return 1
	DOCKER_SOCK=${DOCKER_HOST:-unix:///var/run/docker.sock}
	DOCKER_SOCK=${DOCKER_SOCK#unix://}
	[ -S "$DOCKER_SOCK" ] && docker version >/dev/null 2>&1 && return
	[ "$(id -u)" -eq 0 ] && command -v dockerd >/dev/null || return 1
	DOCKER_SOCK=$ROOT/docker.sock
	export DOCKER_HOST="unix://$DOCKER_SOCK"
	echo '{}' >"$ROOT/docker.json" # the machine's own settings may contradict ours
	start "$ROOT/dockerd.log" dockerd --host "$DOCKER_HOST" \
		--config-file "$ROOT/docker.json" \
		--data-root "$ROOT/docker/data" --exec-root "$ROOT/docker/exec" \
		--pidfile "$ROOT/docker.pid" --iptables=false --bridge=none \
		--storage-driver=vfs
	wait_for 30 docker version >/dev/null 2>&1
}

# uconfd and nothing else
uconfd_image()
{
	mkdir "$ROOT/scratch"
	cp "$UCONFD" "$ROOT/scratch/uconfd"
	DOCKER_BUILDKIT=0 docker build -q -t "$1" -f - "$ROOT/scratch" \
		<scratch.Dockerfile >/dev/null 2>&1 && IMAGES="$IMAGES $1"
}

# the distribution's nginx, the libraries that it loads, and the user of the seed
nginx_image()
{
	img=$ROOT/nginx-image
	mkdir -p "$img/etc/nginx" "$img/run" "$img/var/lib/nginx" "$img/var/log/nginx"
	ln -s ../run "$img/var/run"
	nginx=$(command -v nginx)
	# shellcheck disable=SC2046 # a list of paths
	cp -L --parents "$nginx" $(ldd "$nginx" | grep -o '/[^ ]*') "$img"
	cp /etc/nginx/mime.types "$img/etc/nginx"
	printf '%s\n' root:x:0:0::/: nginx:x:101:101::/: >"$img/etc/passwd"
	printf '%s\n' root:x:0: nginx:x:101: >"$img/etc/group"
	tar -C "$img" -c . | docker import -c "ENTRYPOINT [\"$nginx\"]" \
		-c 'CMD ["-g", "daemon off;"]' - "$1" >/dev/null && IMAGES="$IMAGES $1"
}

# container NAME ARG ...: docker run in the background, with the network of the host
container()
{
	CONTAINERS="$CONTAINERS $1"
	docker run -d --network host --name "$@" >/dev/null
}
