#!/bin/sh
# SPDX-License-Identifier: MIT
# gateway.sh - the node http://host-gateway:PORT is the next hop of the default route,
# as a container sees its host: here in two network namespaces of our own

# shellcheck disable=SC2016 # for the shell that runs it
if [ "${1:-}" != inside ]; then
	unshare -rn true 2>/dev/null && exec unshare -rn "$0" inside
	echo 'skip gateway: no network namespace can be made'
	exit
fi
. tests/lib.sh

inner()
{
	nsenter -n -t "$container" "$@"
}

apart()
{
	[ "$(readlink "/proc/$container/ns/net")" != "$(readlink /proc/self/ns/net)" ]
}

start "$ROOT/container.log" unshare -n sleep 1000
container=$PID
wait_for 5 apart
ip link set lo up
ip link add host type veth peer name inner netns "$container"
ip addr add 10.1.2.1/24 dev host
ip link set host up
inner ip addr add 10.1.2.2/24 dev inner
inner ip link set inner up
inner ip route add default via 10.1.2.1

ETCD=http://10.1.2.1:$ETCD_PORT
etcd_start
template app 'keys = ["/app"]' <<'END'
{{getv "/app/name"}}
END
put /app/name one
inner "$UCONFD" -backend etcdv3 -node "http://host-gateway:$ETCD_PORT" \
	-confdir "$CONFDIR" -onetime 2>>"$LOG"
see 'found through host-gateway' dest_is app one
