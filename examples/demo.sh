#!/bin/sh
# SPDX-License-Identifier: MIT
# The main job, shown: each guest is started twice from its spec and counts its boots in a UEFI
# variable, 1 and then 2, so the NVRAM that slipway made has lived from one start to the next.
# Environment: SLIPWAY (the program), BUILD (where the guests' images are), SRCDIR.
set -eu

: "${SLIPWAY:?} ${BUILD:?} ${SRCDIR:?}"
guests=${*:-hello hello-aarch64}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME="$work/state"

failed=0
for guest in $guests; do
	# a spec's relative paths begin at its own folder
	mkdir -p "$work/examples"
	cp "$SRCDIR/examples/$guest.xml" "$work/examples/"
	ln -sfn "$BUILD/examples/guest" "$work/examples/guest"
	for count in 1 2; do
		printf '\n$ slipway --nvram=%s examples/%s.xml\n' "${guest}_VARS.fd" "$guest"
		log=$work/$guest-$count.log
		"$SLIPWAY" --nvram="$work/${guest}_VARS.fd" "$work/examples/$guest.xml" \
			</dev/null >"$log" 2>&1 || failed=1
		# firmware clears the screen and moves the cursor: only the guest's own lines are shown
		tr -d '\r' <"$log" | grep -ao 'slipway.*' || { cat "$log"; failed=1; }
		grep -aq "boot count $count" "$log" || {
			echo "demo: $guest did not count boot $count" >&2
			failed=1
		}
	done
done
[ "$failed" = 0 ] && printf '\ndemo: every guest booted twice and remembered it\n'
exit "$failed"
