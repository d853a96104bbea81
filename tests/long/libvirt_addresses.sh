#!/bin/sh
# SPDX-License-Identifier: MIT
# What tests/integration/devices.sh compares with is what libvirt says: each spec in devices/ through
# `virsh domxml-to-native` of a driver in its own folder, without a daemon.
#
#	libvirt_addresses.sh [--update]
#
# --update writes NAME.devices anew; the difference is to be looked at before it is believed. The
# files are of libvirt 9.0; another one may place devices otherwise, and that is worth a look, too.
. "$(dirname "$0")/../support/lib.sh"
. "$SRCDIR/tests/integration/devices/lib.sh"

name=libvirt_places_devices_so
if why=$(t_missing virsh qemu-system-x86_64 qemu-system-aarch64 qemu-system-riscv64 qemu-system-arm); then
	t_skip "$name" "$why"
	t_done
fi
version=$(virsh --version)
case $version in
9.0.*) ;;
*)
	t_skip "$name" "the lists are libvirt 9.0's, this is $version"
	t_done
	;;
esac

root=$T/libvirt
mkdir -p "$root/etc"
libvirt_configuration >"$root/etc/qemu.conf"

native() # NAME
{
	with_images "$cases/$1.xml"
	timeout 120 virsh -c "qemu:///embed?root=$root" domxml-to-native qemu-argv "$T/$1.xml" \
		>"$T/native" 2>"$T/err" </dev/null && devices_of "$T/native" >"$T/devices"
}

if ! native min-q35; then
	t_skip "$name" "libvirt does not run here: $(grep error: "$T/err" | head -n 1)"
	t_done
fi
for spec in "$cases"/*.xml; do
	one=$(basename "$spec" .xml)
	if ! native "$one"; then
		t_fail "$name: $one" "libvirt refuses it: $(grep error: "$T/err" | tail -n 1)"
	elif [ "${1-}" = --update ]; then
		cp "$T/devices" "$cases/$one.devices"
		t_ok "$name: $one"
	elif cmp -s "$T/devices" "$cases/$one.devices"; then
		t_ok "$name: $one"
	else
		t_fail "$name: $one" "not as the list says:"
		diff -u "$cases/$one.devices" "$T/devices" | sed 1,2d
	fi
done
t_done
