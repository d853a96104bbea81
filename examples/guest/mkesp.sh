#!/bin/sh
# SPDX-License-Identifier: MIT
#
# mkesp.sh OUTPUT.img APP.efi ARCH [MODE [ARGUMENT]]
#
# Makes a disk image that UEFI firmware boots by itself: a FAT file system with APP.efi under the
# name that the firmware tries on removable media (UEFI 2.10, 3.5.1.1), and \slipway.cfg when a MODE
# is given and not empty. Needs no root. The same arguments give the same bytes; OUTPUT.img appears
# whole or not at all.
#
# ARCH is x86_64 or aarch64. The tools may be named by MFORMAT, MMD and MCOPY.

set -eu

die()
{
	printf 'mkesp.sh: %s\n' "$1" >&2
	exit 1
}

if [ $# -lt 3 ] || [ $# -gt 5 ]; then
	die 'usage: mkesp.sh OUTPUT.img APP.efi ARCH [MODE [ARGUMENT]]'
fi
output=$1
app=$2
case $3 in
x86_64) name=BOOTX64.EFI ;;
aarch64) name=BOOTAA64.EFI ;;
*) die "no boot file name is known for the architecture '$3'; known: x86_64 aarch64" ;;
esac
mode=${4-}
argument=${5-}
[ -n "$mode" ] || [ -z "$argument" ] || die "the argument '$argument' has no mode"

mformat=${MFORMAT:-mformat}
mmd=${MMD:-mmd}
mcopy=${MCOPY:-mcopy}
for tool in "$mformat" "$mmd" "$mcopy"; do
	command -v "$tool" >/dev/null || die "'$tool' is not there; it comes with the package mtools"
done
[ -f "$app" ] || die "'$app' is not there or no file"

# Times inside the image: the given one, else the first that FAT can hold; not local time.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-315532800}
TZ=UTC0
# The user's own ~/.mtoolsrc shall not matter.
MTOOLSRC=/dev/null
export SOURCE_DATE_EPOCH TZ MTOOLSRC

image=$output.new.$$
trap 'rm -f -- "$image"' EXIT
trap 'exit 1' HUP INT TERM
rm -f -- "$image"

# 1 MiB: 2048 sectors, 64 tracks of 2 heads of 16; EDK2 takes FAT12, which this is, as well as FAT16
# and FAT32. There is no partition table to make: mformat writes one entry that spans the whole
# disk, sector 0 included, and EDK2 boots from it, as it does when that entry is wiped.
# -N fixes the serial number, which is random otherwise.
"$mformat" -C -i "$image" -t 64 -h 2 -s 16 -N 511b0a75 -v SLIPWAY ::
"$mmd" -i "$image" ::/EFI ::/EFI/BOOT
"$mcopy" -i "$image" "$app" "::/EFI/BOOT/$name"
if [ -n "$mode" ]; then
	printf '%s\n' "$mode${argument:+ $argument}" | "$mcopy" -i "$image" - ::/slipway.cfg
fi
mv -f -- "$image" "$output"
