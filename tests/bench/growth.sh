# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# How the cost grows with descriptors, disks and starts at once.

# slope WHAT: of lines "N MS", the cost of one more, and whether it grows with N
slope()
{
	awk -v what="$1" '
	{ n[NR] = $1; ms[NR] = $2; printf "  %8d %-22s %10.2f ms\n", $1, what, $2 }
	END {
		for (i = 2; i <= NR; i++)
			slopes = slopes sprintf(" %.1f", (ms[i] - ms[i - 1]) / (n[i] - n[i - 1]) * 1000)
		printf "           slope, us for one more:  %s\n", slopes
	}'
}

# A root with COUNT descriptors, of which the last one fits
descriptors_root() # COUNT
{
	rm -rf "$B/root"
	mkdir -p "$B/root/usr/share/qemu/firmware" "$B/root/usr/share/OVMF"
	cp "$FIRMWARE_CODE" "$FIRMWARE_VARS" "$B/root/usr/share/OVMF/"
	awk -v count="$1" -v folder="$B/root/usr/share/qemu/firmware" '
	BEGIN {
		for (i = 1; i <= count; i++) {
			file = sprintf("%s/%05d.json", folder, i)
			printf "{\"description\": \"UEFI\", \"interface-types\": [\"uefi\"], " \
				"\"mapping\": {\"device\": \"flash\", \"executable\": {\"filename\": " \
				"\"/usr/share/OVMF/OVMF_CODE_4M.fd\", \"format\": \"raw\"}, " \
				"\"nvram-template\": {\"filename\": \"/usr/share/OVMF/OVMF_VARS_4M.fd\", " \
				"\"format\": \"raw\"}}, \"targets\": [{\"architecture\": \"%s\", " \
				"\"machines\": [\"pc-q35-*\"]}], \"features\": [\"acpi-s3\"], \"tags\": []}\n",
				i == count ? "x86_64" : "aarch64" >file
			close(file)
		}
	}'
}

growth_of_descriptors()
{
	for count in 7 100 1000 10000; do
		descriptors_root $count
		measure 7 1 +++ d - - "$SLIPWAY" -q --root="$B/root" --sandbox=off \
			--nvram="$B/nvram/root.fd" "$B/keep.xml" | awk -v n=$count '{ print n, $2 }' FS='\t'
	done | slope descriptors
	rm -rf "$B/root"
}

start_of_disks() # SPEC
{
	"$SLIPWAY" -q --nvram="$B/nvram/disks.fd" "$1"
}

growth_of_disks()
{
	for count in 1 16 256; do
		spec disks x86_64 q35 $count | planned_anew >"$B/disks.xml"
		measure 15 1 +++ d - - "$SLIPWAY" -q --nvram="$B/nvram/disks.fd" "$B/disks.xml" |
			awk -v n=$count '{ print n, $2 }' FS='\t'
	done | slope "disks, planned anew"
	for count in 1 16 256; do
		spec disks x86_64 q35 $count >"$B/disks$count.xml"
		start_of_disks "$B/disks$count.xml"
	done >/dev/null
	sleep 3 # what changed within two seconds is not trusted by a later start
	for count in 1 16 256; do
		start_of_disks "$B/disks$count.xml" >/dev/null
		measure 15 1 +++ d - - "$SLIPWAY" -q --nvram="$B/nvram/disks.fd" "$B/disks$count.xml" |
			awk -v n=$count '{ print n, $2 }' FS='\t'
	done | slope "disks, an earlier plan"
}

# Each has an NVRAM of its own, else all but one would be refused
growth_of_starts()
{
	cat >"$B/one.sh" <<-END
		#!/bin/sh
		exec "$SLIPWAY" -q --nvram=ephemeral "$B/keep.xml"
	END
	chmod +x "$B/one.sh"
	for count in 1 50 200; do
		measure 5 $count +++ d - - "$B/one.sh" | awk -v n=$count '{ print n, $2 }' FS='\t'
	done | slope "starts at once"
}

part_growth()
{
	say "" "Growth, medians:"
	[ -r "$FIRMWARE_VARS" ] || { skipped growth "no $FIRMWARE_VARS here"; return; }
	[ -e "$B/keep.xml" ] || spec keep x86_64 q35 >"$B/keep.xml"
	growth_of_descriptors
	growth_of_disks
	growth_of_starts
}
