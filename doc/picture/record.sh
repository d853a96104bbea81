#!/bin/sh
# SPDX-License-Identifier: MIT
# The picture of README.md: runs the commands of session.txt on a terminal and draws what they print, in
# the time that they took (pauses cut short).
#
#	make guests && sh doc/picture/record.sh ./slipway examples >doc/picture/session.svg
#
# Wanted: script (util-linux), QEMU and OVMF. Each command runs in a folder of its own with the specs of
# the second argument; state goes to a folder that is gone afterwards.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
slipway=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
specs=$(cd "$2" && pwd)
session=${3:-$here/session.txt}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/bin" "$work/vm"
ln -s "$slipway" "$work/bin/slipway"
cp "$specs"/*.xml "$work/vm/"
[ ! -d "$specs/guest" ] || ln -s "$specs/guest" "$work/vm/guest"

cat >"$work/play.sh" <<'END'
cd "$1"
while IFS= read -r command <&3; do
	printf '$ %s\n' "$command"
	sleep 0.6
	eval "$command" </dev/null 3<&-
	sleep 0.8
done 3<"$2"
END
export PATH="$work/bin:$PATH" XDG_STATE_HOME="$work/state" COLUMNS=100 LC_ALL=C.UTF-8
unset SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM SLIPWAY_SANDBOX QEMU_OPTS
script -q -T "$work/times" -O "$work/typescript" -c "sh '$work/play.sh' '$work/vm' '$session'" \
	>/dev/null </dev/null
LC_ALL=C awk -v folder="$work/vm" -f "$here/draw.awk" "$work/times" "$work/typescript"
