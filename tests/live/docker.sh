#!/bin/sh
# SPDX-License-Identifier: MIT
# docker.sh - from its scratch image uconfd signals a real nginx in a container; what
# stands in the way is told, and the reload waits until it can be done

. tests/lib.sh

name=nginx-$$.service
lb=$(port) a=$(port) b=$(port)
LB=http://127.0.0.1:$lb/

# the signals that nginx was sent
hups()
{
	docker events --since "$began" --until "$(date +%s.%N)" --filter "container=$name" \
		--filter event=kill --format '{{.Actor.Attributes.signal}}' | grep -c '^1$'
}

told()
{
	docker logs "$1" >"$LOG" 2>&1
	logged "$2"
}

config_has()
{
	grep -q "server 127.0.0.1:$1;" "$ROOT/dest/nginx.conf" 2>/dev/null
}

docker_up || skip 'no Docker Engine can be used or started'
uconfd_image uconfd:test && nginx_image nginx:test || exit
began=$(date +%s)
etcd_start
backends "$a" "$b"
put /test/apache-1 "127.0.0.1:$a"
seed "s,^reload_cmd.*,[template.reload]\ndocker = \"$name\",
	s,server_name,listen 127.0.0.1:$lb; &,"

container "uconfd-$$" -v "$CONFDIR:/etc/confd:ro" -v "$ROOT/dest:/etc/nginx" \
	-v "$DOCKER_SOCK:/var/run/docker.sock" \
	uconfd:test -watch -backend etcdv3 -node "$ETCD"
see 'no container: the file is written' wait_for 10 config_has "$a"
see 'no container: told' \
	wait_for 5 told "uconfd-$$" "docker: no such container: $name"
CONTAINERS="$CONTAINERS $name"
cp /etc/nginx/mime.types "$ROOT/dest"
docker create --network host --name "$name" -v "$ROOT/dest:/etc/nginx" nginx:test \
	>/dev/null
see 'stopped container: told' \
	wait_for 10 told "uconfd-$$" "docker: container $name is not running"
docker start "$name" >/dev/null
see 'started: the reload is done at last' \
	wait_for 20 told "uconfd-$$" 'nginx.conf has been updated'
see 'and nginx had its signal' test "$(hups)" -eq 1
see 'it serves what there is' wait_for 5 serves "$a"

put /test/apache-2 "127.0.0.1:$b"
see 'a change is live' wait_for 5 serves "$b"
del /test/apache-1
see 'and another' wait_for 5 forgot "$a"
docker stop -t 5 "uconfd-$$" >/dev/null
see 'docker stop is a clean end' \
	test "$(docker inspect -f '{{.State.ExitCode}}' "uconfd-$$")" -eq 0

sed -i "s,/etc/nginx/nginx.conf,$ROOT/dest/nginx.conf," "$CONFDIR/conf.d/nginx.toml"
agent -watch -docker-host "unix://$ROOT/absent.sock"
put /test/apache-1 "127.0.0.1:$a"
see 'no socket: told' \
	wait_for 5 logged "docker: there is no socket $ROOT/absent.sock: mount it"
see 'no socket: nginx does not know' forgot "$a"
ln -s "$DOCKER_SOCK" "$ROOT/absent.sock"
see 'once it is there the change is live' wait_for 20 serves "$a"
