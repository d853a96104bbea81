#!/bin/sh
# SPDX-License-Identifier: MIT
# The whole check of the cage, with its numbers at the end: calls allowed, attempts, configurations.
set -u
# shellcheck source=tests/support/lib.sh
. "$(dirname "$0")/../support/lib.sh"
# shellcheck source=tests/sandbox/lib.sh
. "$SRCDIR/tests/sandbox/lib.sh"

failed=0
sandbox_driver || exit 1
for script in attack matrix specs; do
	sh "$SRCDIR/tests/sandbox/$script.sh" >"$T/$script" 2>&1 || failed=1
	grep -v '^ok ' "$T/$script"
done
echo
for accel in tcg kvm; do
	echo "calls allowed in a plain $accel guest: $("$CONFINED" --policy=base,$accel,qemu-sandbox --count)"
done
sed -n 's/^attempts /attempts in the cage /p' "$T/attack"
echo "configurations of QEMU without a denial: $(grep -c '^ok ' "$T/matrix") of" \
	"$(sed -n 's/^configurations: //p' "$T/matrix")"
echo "machines that slipway itself has made a cage for, without a denial:" \
	"$(grep -c '^ok ' "$T/specs") of $(sed -n 's/^machines: //p' "$T/specs")"
exit $failed
