#!/bin/sh
# SPDX-License-Identifier: MIT
# Real file systems that are too small for a store, of every size around it: the start is refused with
# the reason and leaves nothing, or the store is whole. In a mount namespace of the test's own.
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/../support/nvram.sh"
head -c 540672 /dev/zero | tr '\0' x >"$template" # without holes

# in_a_full_disk KIND SIZE-KIB: as a process of its own, behind unshare
if [ "${1-}" = --inside ]; then
	kind=$2 kib=$3 scene=$4
	mkdir -p "$scene/disk"
	case $kind in
	tmpfs) mount -t tmpfs -o "size=${kib}k,mode=0700" tmpfs "$scene/disk" || exit 77 ;;
	*)
		truncate -s "${kib}k" "$scene/image"
		mkfs.ext4 -q -F -m 0 -O ^has_journal "$scene/image" 2>/dev/null || exit 77
		mount -o loop "$scene/image" "$scene/disk" 2>/dev/null || exit 77
		chmod 0700 "$scene/disk"
		;;
	esac
	store=$scene/disk/vm_VARS.fd
	if slipway_vm "$store" --sandbox=off --quiet >"$scene/out" 2>"$scene/err" </dev/null; then
		cmp -s "$store" "$template" || echo "$kib KiB: it started with half a store"
		echo ran >>"$scene/ends"
	else
		[ $? -eq 125 ] || echo "$kib KiB: another status"
		grep -q '^slipway: .*No space left on device' "$scene/err" || echo "$kib KiB: $(head -n 1 "$scene/err")"
		[ -z "$(find "$scene/disk" -name '*vm_VARS*')" ] || echo "$kib KiB: something is left: $(ls -A "$scene/disk")"
		echo refused >>"$scene/ends"
	fi
	umount "$scene/disk"
	exit 0
fi

for kind in tmpfs ext4; do
	name="a_store_is_whole_or_absent_on_a_small_$kind"
	scene=$T/$kind
	mkdir "$scene"
	: >"$scene/wrong"
	sizes='4 64 256 512 524 528 532 536 800'
	[ $kind = tmpfs ] || sizes='256 400 512 600 700 1024'
	status=0
	for kib in $sizes; do
		unshare -m --propagation private sh "$0" --inside $kind "$kib" "$scene" >>"$scene/wrong" 2>"$scene/why" ||
			status=$?
	done
	if [ $status -ne 0 ]; then
		t_skip "$name" "it cannot be mounted here"
	elif [ -s "$scene/wrong" ]; then
		t_fail "$name" "$(head -n 1 "$scene/wrong")"
		cat "$scene/wrong"
	else
		t_ok "$name: $(grep -c refused "$scene/ends") refused, $(grep -c ran "$scene/ends") started"
		t_eq "$name: there_were_both" yes "$(grep -q ran "$scene/ends" && grep -q refused "$scene/ends" && echo yes)"
	fi
done
t_done
