# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# For the tests of devices: command lines as lists of devices, and specs with images that are there.

cases=$SRCDIR/tests/integration/devices

# words_of FILE: the words of a command line that is quoted for a shell, one a line
words_of()
{
	(eval "set -- $(cat "$1")" && printf '%s\n' "$@")
}

# devices_of FILE: its devices, sorted
devices_of()
{
	words_of "$1" | LC_ALL=C awk -f "$cases/devices.awk" | LC_ALL=C sort
}

# with_images SPEC: the spec in $T, its images in $T as well
with_images()
{
	sed "s,/images/,$T/images/,g" "$1" >"$T/$(basename "$1")"
	mkdir -p "$T/images"
	grep -o "$T/images/[a-z0-9-]*\.[a-z0-9]*" "$T/$(basename "$1")" | sort -u | while read -r image; do
		case $image in
		*.qcow2) [ -e "$image" ] || qemu-img create -q -f qcow2 "$image" 64M ;;
		*.img) [ -e "$image" ] || truncate -s 1440K "$image" ;;
		*) [ -e "$image" ] || truncate -s 8M "$image" ;;
		esac
	done
	mkdir -p "$T/images/share" "$T/images/second"
}
