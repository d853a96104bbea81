#!/bin/sh
# SPDX-License-Identifier: MIT
# Inside namespaces of its own (peers.sh): virsh start of $B/peer.xml, with a libvirtd that is up.
set -u
: "${B:?}"
mount --make-rprivate / || exit 1
cp -a /etc/libvirt "$B/etc-libvirt" || exit 1
for folder in /run /etc/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt; do
	mkdir -p "$folder" && mount -t tmpfs tmpfs "$folder" || exit 1
done
cp -a "$B/etc-libvirt/." /etc/libvirt/
rm -rf /etc/libvirt/qemu /etc/libvirt/storage
mkdir -p /run/lock
printf 'security_driver = "none"\nnamespaces = []\ncgroup_controllers = []\nstdio_handler = "file"\n' \
	>/etc/libvirt/qemu.conf
printf 'user = "root"\ngroup = "root"\n' >>/etc/libvirt/qemu.conf
libvirtd >"$B/libvirtd.log" 2>&1 </dev/null &
daemon=$!
trap 'kill $daemon' EXIT
export LIBVIRT_DEFAULT_URI=qemu:///system
tries=0
until virsh -q list >/dev/null 2>&1; do
	tries=$((tries + 1))
	if [ $tries -gt 100 ]; then
		echo "libvirtd does not start" >&2
		exit 1
	fi
	sleep 0.1
done
virsh -q define "$B/peer.xml" >&2 || exit 1
"$B/measure" 5 1 /dev/null +++ "bare exec" - - "$B/bin/qemu-system-x86_64" -machine q35 \
	+++ "virsh start, libvirtd is up" - "$B/bin/started" virsh -q start peer | tail -n 1
