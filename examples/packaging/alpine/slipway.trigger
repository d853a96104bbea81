#!/bin/sh
# SPDX-License-Identifier: MIT
# libvirt keeps what an emulator can until the emulator's file changes; ours does not when QEMU does.
# The trigger is of the whole folder, so the change times tell whether it was QEMU.
changed()
{
	stat -c %Z "$1" 2>/dev/null || echo 0
}

for qemu in "${1:-/usr/bin}"/qemu-system-x86_64 "${1:-/usr/bin}"/qemu-system-aarch64; do
	if [ "$(changed "$qemu")" -gt "$(changed "$qemu-slipway")" ]; then
		touch -c "$qemu-slipway"
	fi
done
