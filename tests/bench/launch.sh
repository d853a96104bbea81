# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# From the start of a launcher to QEMU's main(), by a stub in QEMU's place.

FIRMWARE_CODE=/usr/share/OVMF/OVMF_CODE_4M.fd
FIRMWARE_VARS=/usr/share/OVMF/OVMF_VARS_4M.fd

# The command line that the scripts and the emulator mode have
qemu_words="-machine q35 -m 256 -display none -nodefaults \
-drive if=pflash,format=raw,readonly=on,file=$FIRMWARE_CODE \
-drive if=pflash,format=raw,file=$B/nvram/sh_VARS.fd \
-drive if=virtio,format=raw,file=$B/disk.img -serial file:$B/serial.log"

# A line with a descriptor of the caller's, of which no plan is kept: libvirt's are such
handed_over="-add-fd fd=0,set=9"

scripts()
{
	cat >"$B/keep.sh" <<-END
		#!/bin/sh
		[ -e "$B/nvram/sh_VARS.fd" ] || cp $FIRMWARE_VARS "$B/nvram/sh_VARS.fd"
		exec "$B/bin/qemu-system-x86_64" $qemu_words
	END
	sed 's/sh_VARS/new_sh_VARS/g' "$B/keep.sh" >"$B/new.sh"
	chmod +x "$B"/*.sh
	cp "$FIRMWARE_VARS" "$B/nvram/sh_VARS.fd"
}

# Starts that come before the first that is measured: what they make stays
first_starts()
{
	spec keep x86_64 q35 >"$B/keep.xml"
	spec new x86_64 q35 >"$B/new.xml"
	planned_anew <"$B/keep.xml" >"$B/first.xml"
	for pause in 0 0 3 0; do # what changed within two seconds is not trusted by a later start
		sleep "$pause"
		"$SLIPWAY" --nvram="$B/nvram/keep_VARS.fd" "$B/keep.xml" >/dev/null || return 1
		"$SLIPWAY" -q --sandbox=off --nvram="$B/nvram/keep_VARS.fd" "$B/keep.xml" >/dev/null || return 1
		rm -f "$B/nvram/new_VARS.fd"
		"$SLIPWAY" --nvram="$B/nvram/new_VARS.fd" "$B/new.xml" >/dev/null || return 1
		# shellcheck disable=SC2086 # words
		"$B/em/qemu-system-x86_64-slipway" $qemu_words >/dev/null || return 1
	done
}

part_launch()
{
	say "" "Launch, $BENCH_ROUNDS rounds, ratios to a bare exec of the same round:"
	if [ ! -r "$FIRMWARE_VARS" ]; then
		skipped launch "no $FIRMWARE_VARS here"
		return
	fi
	scripts
	first_starts || { skipped launch "slipway does not start the stub"; return; }
	# shellcheck disable=SC2086 # words
	measure "$BENCH_ROUNDS" 1 \
		+++ "bare exec" - - "$B/bin/qemu-system-x86_64" $qemu_words \
		+++ "sh script, NVRAM is there" - - "$B/keep.sh" \
		+++ "sh script, cp of the NVRAM" "$B/nvram/new_sh_VARS.fd" - "$B/new.sh" \
		+++ "slipway, NVRAM is there" - - "$SLIPWAY" --nvram="$B/nvram/keep_VARS.fd" "$B/keep.xml" \
		+++ "slipway, NVRAM created with fsync" "$B/nvram/new_VARS.fd" - \
		"$SLIPWAY" --nvram="$B/nvram/new_VARS.fd" "$B/new.xml" \
		+++ "slipway, NVRAM is there, no earlier plan" - - \
		"$SLIPWAY" --nvram="$B/nvram/keep_VARS.fd" "$B/first.xml" \
		+++ "slipway, NVRAM is there, no sandbox" - - \
		"$SLIPWAY" -q --sandbox=off --nvram="$B/nvram/keep_VARS.fd" "$B/keep.xml" \
		+++ "slipway as the emulator" - - "$B/em/qemu-system-x86_64-slipway" $qemu_words \
		+++ "slipway as the emulator, no earlier plan" - - \
		"$B/em/qemu-system-x86_64-slipway" $qemu_words $handed_over \
		+++ "slipway as the emulator, probing" - - "$B/em/qemu-system-x86_64-slipway" -version \
		>"$B/launch"
	table <"$B/launch"
	cat "$B/launch" >>"$B/rows"
	launch_calls
}

launch_calls()
{
	command -v strace >/dev/null || { skipped "system calls" "no strace here"; return; }
	say "" "System calls up to QEMU's exec:"
	say "  NVRAM is there    $(calls_of "$SLIPWAY" --nvram="$B/nvram/keep_VARS.fd" "$B/keep.xml")"
	rm -f "$B/nvram/new_VARS.fd"
	say "  NVRAM created     $(calls_of "$SLIPWAY" --nvram="$B/nvram/new_VARS.fd" "$B/new.xml")"
	# shellcheck disable=SC2086 # words
	say "  as the emulator   $(calls_of "$B/em/qemu-system-x86_64-slipway" $qemu_words)"
	say "  probing           $(calls_of "$B/em/qemu-system-x86_64-slipway" -version)"
	say "  sh, NVRAM there   $(calls_of "$B/keep.sh")"
}
