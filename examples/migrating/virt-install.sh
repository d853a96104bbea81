#!/bin/sh
# SPDX-License-Identifier: MIT
# Before: a guest made by virt-install, which defines it in libvirt. With --print-xml it is written as
# XML instead, and that runs as it is: virt-install.xml is what this prints (libvirt 9.0, Debian 12).
#
#	sh virt-install.sh --print-xml >virt-install.xml
#	slipway virt-install.xml
#
# A guest that is in libvirt already: virsh dumpxml NAME >NAME.xml
set -e

exec virt-install --connect "${LIBVIRT_DEFAULT_URI:-qemu:///system}" --name mail --osinfo debian11 \
	--virt-type qemu --memory 2048 --vcpus 2 --boot uefi --import \
	--disk path=/var/lib/slipway/images/mail.qcow2,format=qcow2 \
	--network user --graphics none --serial pty --noautoconsole "$@"
