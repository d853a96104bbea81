#!/bin/sh
# SPDX-License-Identifier: MIT
# Before: the script that many have, with the firmware's path of one distribution, a copy of the
# variables that nobody locks or checks, and no sandbox. After: shell-script.xml.
#
# Or as it is, with firmware that is found here, and confined: put `slipway exec --` in front of
# qemu-system-x86_64.
set -e

code=/usr/share/OVMF/OVMF_CODE_4M.fd
vars=$PWD/web_VARS.fd
[ -e "$vars" ] || cp /usr/share/OVMF/OVMF_VARS_4M.fd "$vars"

exec qemu-system-x86_64 -name web -machine q35,accel=kvm -cpu host -smp 4 -m 4096 \
	-drive if=pflash,format=raw,unit=0,readonly=on,file="$code" \
	-drive if=pflash,format=raw,unit=1,file="$vars" \
	-drive if=virtio,format=qcow2,file="$PWD/web.qcow2" \
	-netdev user,id=net0,hostfwd=tcp:127.0.0.1:8080-:80 -device virtio-net-pci,netdev=net0 \
	-device virtio-rng-pci -nographic
