#!/bin/sh
# SPDX-License-Identifier: MIT
# units.sh - systemd takes the units as they are, but for where uconfd lies

. tests/lib.sh

for unit in units/*; do
	sed "s,/opt/bin/uconfd,$UCONFD," "$unit" >"$ROOT/${unit##*/}"
done
see "systemd-analyze verify" systemd-analyze verify --man=no "$ROOT"/*.service
