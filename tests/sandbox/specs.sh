#!/bin/sh
# SPDX-License-Identifier: MIT
# The cages that slipway itself makes, around real QEMU: every machine of tests/integration/devices
# is started by `slipway test`, whose witness names what is denied. A machine that comes as far as
# its firmware without a denial has all that it needs; the matrix has chosen its policies by hand.
#
#	specs.sh [NAME...]
set -u
# shellcheck source=tests/support/lib.sh
. "$(dirname "$0")/../support/lib.sh"
# shellcheck source=tests/integration/devices/lib.sh
. "$SRCDIR/tests/integration/devices/lib.sh"

export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run"
only=" $* "
count=0
# QEMU's words for what a cage denies
denial="sandbox: QEMU called|Permission denied|Function not implemented|Operation not permitted"

# kept_short NAME: other machines have no firmware that says what it did
kept_short()
{
	grep -q "arch=['\"]x86_64['\"]" "$cases/$1.xml" || echo 4s
}

for spec in "$cases"/*.xml; do
	one=$(basename "$spec" .xml)
	case $only in "  " | *" $one "*) ;; *) continue ;; esac
	with_images "$spec"
	rm -f "$T/images/pipe.in" "$T/images/pipe.out"
	mkfifo "$T/images/pipe.in" "$T/images/pipe.out"
	exec 3<>"$T/images/pipe.in" 4<>"$T/images/pipe.out"
	short=$(kept_short "$one")
	t_run timeout -k 5 120 "$SLIPWAY" test --keep --nvram=ephemeral --firmware=none --accel=tcg \
		--console=off --timeout="${short:-20s}" "$T/$one.xml"
	exec 3>&- 4>&-
	case $t_status in
	125 | 126 | 127)
		t_skip "a_spec_has_what_it_needs: $one" "$(tail -n 1 "$T/err")"
		continue
		;;
	esac
	count=$((count + 1))
	if grep -Eq "$denial" "$T/err"; then
		t_fail "a_spec_has_what_it_needs: $one" "$(grep -Em 1 "$denial" "$T/err" | cut -c -300)"
	elif grep -q 'QEMU ended with status' "$T/err"; then
		t_skip "a_spec_has_what_it_needs: $one" "$(tail -n 1 "$T/err" | cut -c -200)"
	else
		t_ok "a_spec_has_what_it_needs: $one"
	fi
done
echo "machines: $count"
t_done
