#!/bin/sh
# SPDX-License-Identifier: MIT
# binary.sh - one static file, and a small one

. tests/lib.sh

file "$UCONFD" >"$LOG"
see 'static' logged static
see 'stripped' logged ', stripped'
size=$(stat -c %s "$UCONFD")
see "$size bytes, at most 224 KiB" test "$size" -lt $((224 << 10))
