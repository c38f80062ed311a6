# SPDX-License-Identifier: MIT
# order.awk - awk -f tests/order.awk FILE...: may each file include what it includes?
#
# The files come in the order of the Makefile's list, headers among them. A file may
# include only what stands above it; x.h stands where x.c stands, unless listed itself.
BEGIN {
	at["base/base.h"] = 0
	for (i = 1; i < ARGC; i++) {
		h = ARGV[i]
		sub(/\.c$/, ".h", h)
		if (!(ARGV[i] in at))
			at[ARGV[i]] = i
		if (!(h in at))
			at[h] = i
	}
}
/^#include "/ {
	split($0, q, "\"")
	if (!(q[2] in at) || at[q[2]] > at[FILENAME]) {
		print FILENAME ":" FNR ": may not include " q[2]
		bad = 1
	}
}
END { exit bad }
