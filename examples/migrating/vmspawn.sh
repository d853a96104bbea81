#!/bin/sh
# SPDX-License-Identifier: MIT
# Before: systemd-vmspawn with an image of a system that mkosi has built. After: vmspawn.xml.
set -e

exec systemd-vmspawn --image="$PWD/image.raw" --cpus=2 --ram=2G --kvm=yes --secure-boot=no --tpm=yes \
	--network-user-mode --console=native
