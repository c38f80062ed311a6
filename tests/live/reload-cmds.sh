#!/bin/sh
# SPDX-License-Identifier: MIT
# reload-cmds.sh - both reload commands that the article has had: docker's client, where
# there is none and no shell either, and netcat on docker.sock

. tests/lib.sh

name=nginx-$$.service
lb=$(port) a=$(port) b=$(port) c=$(port)
LB=http://127.0.0.1:$lb/
seeded="s,server_name,listen 127.0.0.1:$lb; &,"

docker_up || skip 'no Docker Engine can be used or started'
uconfd_image uconfd:test && nginx_image nginx:test || exit
etcd_start
backends "$a" "$b" "$c"
put /test/apache-1 "127.0.0.1:$a"
cp /etc/nginx/mime.types "$ROOT/dest"
seed "$seeded; s,^dest.*,dest = \"$ROOT/dest/nginx.conf\","
uconfd -onetime -sync-only
container "$name" -v "$ROOT/dest:/etc/nginx" nginx:test
see 'nginx has the first configuration' wait_for 10 serves "$a"

seed "$seeded; s,nginx.service,$name,"
container "uconfd-$$" -v "$CONFDIR:/etc/confd:ro" -v "$ROOT/dest:/etc/nginx" \
	-v "$DOCKER_SOCK:/var/run/docker.sock" \
	uconfd:test -watch -backend etcdv3 -node "$ETCD"
put /test/apache-2 "127.0.0.1:$b"
see 'docker kill -s HUP, from scratch' wait_for 10 serves "$b"
docker stop -t 5 "uconfd-$$" >/dev/null

cat >"$ROOT/reload_nginx.sh" <<END
#!/bin/bash
echo -e "POST /containers/$name/kill?signal=HUP HTTP/1.0\r\n" | \\
  nc -U $DOCKER_SOCK
END
seed "$seeded; s,^dest.*,dest = \"$ROOT/dest/nginx.conf\",
	s,^reload_cmd.*,reload_cmd = \"/bin/bash $ROOT/reload_nginx.sh\","
agent -watch
put /test/apache-3 "127.0.0.1:$c"
see 'nc -U docker.sock, on a host' wait_for 10 serves "$c"
