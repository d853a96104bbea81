#!/bin/sh
# SPDX-License-Identifier: MIT
# Every fuzz target with every input of its corpus, without a fuzzer (tests/fuzz/run.sh has one).
. "$(dirname "$0")/../support/lib.sh"

fuzz=$SRCDIR/tests/fuzz
export TMPDIR="$T"
for source in "$fuzz"/fuzz_*.c; do
	language=${source##*/fuzz_} language=${language%.c}
	set -- "$fuzz/corpus/$language"
	[ "$language" != spec ] || set -- "$@" "$SRCDIR/examples" "$SRCDIR/tests/unit/spec/parts" \
		"$SRCDIR/tests/integration/devices"
	t_run "$BUILD/obj/tests/fuzz/fuzz_$language" "$@"
	inputs=$(sed -n 's/^\([0-9]*\) inputs$/\1/p' "$T/out")
	if [ "$t_status" -eq 0 ] && [ "${inputs:-0}" -ge 1 ]; then
		t_ok "replayed: $language, $inputs inputs"
	else
		t_fail "replayed: $language" "status $t_status at $(tail -n 1 "$T/out")"
		cat "$T/err"
	fi
done
t_done
