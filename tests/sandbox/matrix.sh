#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034,SC2086 # words and variables of the parts in matrix.d
# Real QEMU under the strict form of the cage: whatever is not allowed kills. Each configuration has
# the policies and paths that its features need and no others; it starts, or boots firmware, does
# what its QMP script says, and ends with its own status. A denial is status 159.
#
#	matrix.sh [--open] [NAME...]	--open: without the cage, to see what a configuration does here
#
# TCG everywhere; KVM with SeaBIOS where /dev/kvm can be opened.
set -u
# shellcheck source=tests/support/lib.sh
. "$(dirname "$0")/../support/lib.sh"
# shellcheck source=tests/sandbox/lib.sh
. "$SRCDIR/tests/sandbox/lib.sh"

mode=--mode=strict
[ "${1-}" = --open ] && mode=--mode=off && shift
only=" $* "
count=0
X86=$(command -v qemu-system-x86_64)
ARM64=$(command -v qemu-system-aarch64)
RISCV=$(command -v qemu-system-riscv64)

# What every QEMU reads (a host without one of them is served as well)
system="--path=/usr:r --path=/lib:r --path=/lib64:r --path=/etc/ld.so.cache:r --path=/dev/null:rwd --path=/dev/urandom:r"
monitor="-chardev socket,id=q,fd=3 -mon chardev=q,mode=control"
debug="-chardev file,id=d,path=$T/home/debug -device isa-debugcon,iobase=0x402,chardev=d"
disk="-drive file=$T/home/disk.img,format=raw,if=none,id=disk0 -device virtio-blk-pci,drive=disk0"
booted="!text $T/home/debug Booting from 0000:7c00"
started='{"execute":"query-status"}'

# wanted NAME
wanted()
{
	case $only in "  " | *" $1 "*) return 0 ;; esac
	return 1
}

# fresh: a home with a bootable disk, for one configuration
fresh()
{
	rm -rf "${T:?}/home"
	mkdir -m 777 "$T/home" "$T/home/share"
	truncate -s 1M "$T/home/disk.img"
	# An endless loop and the signature: enough for SeaBIOS to say that it boots from it
	printf '\353\376' | dd of="$T/home/disk.img" conv=notrunc status=none
	printf '\125\252' | dd of="$T/home/disk.img" bs=1 seek=510 conv=notrunc status=none
	: >"$T/home/debug"
}

# run NAME POLICIES SCRIPT QEMU ARGUMENT...: EXTRA holds more options of run_confined
run()
{
	run_name=$1 run_policies=$2 run_script=$3
	shift 3
	if [ -z "$1" ]; then
		t_skip "$run_name" "this QEMU is not installed"
		return
	fi
	count=$((count + 1))
	run_status=0
	# shellcheck disable=SC2086 # options are several words
	printf '%s\n' "$run_script" | "$T/qmp" --seconds=90 -- "$CONFINED" $mode --keep=3 \
		--policy="base,socket,$run_policies" $system --path="$T/home:rw" ${EXTRA-} -- \
		"$@" -nodefaults $monitor >"$T/out" 2>"$T/err" || run_status=$?
	EXTRA=
	if [ "$run_status" -eq 0 ]; then
		t_ok "$run_name"
	else
		t_fail "$run_name" "ended with $run_status$([ "$run_status" = 159 ] && echo ': a denial')"
		sed 's/^/    /' "$T/err" "$T/out" | cut -c -300 | tail -n 12
	fi
}

# tcg, kvm NAME POLICIES SCRIPT ARGUMENT...: an x86 guest with SeaBIOS's debug port
tcg()
{
	wanted "tcg_$1" || { EXTRA='' && return 0; }
	tcg_name=$1 tcg_policies=$2 tcg_script=$3
	shift 3
	run "tcg_$tcg_name" "tcg${tcg_policies:+,$tcg_policies}" "$tcg_script" "$X86" -accel tcg \
		-m 64 -display none $debug "$@"
}

kvm()
{
	wanted "kvm_$1" || { EXTRA='' && return 0; }
	if ! [ -r /dev/kvm ] || ! [ -w /dev/kvm ]; then
		t_skip "kvm_$1" "/dev/kvm cannot be opened"
		EXTRA=
		return 0
	fi
	kvm_name=$1 kvm_policies=$2 kvm_script=$3
	shift 3
	EXTRA="${EXTRA-} --path=/dev/kvm:rwd"
	run "kvm_$kvm_name" "kvm${kvm_policies:+,$kvm_policies}" "$kvm_script" "$X86" -accel kvm \
		-m 64 -display none $debug "$@"
}

# Both, each with a fresh home and the same EXTRA
both()
{
	both_extra=${EXTRA-}
	fresh && tcg "$@"
	EXTRA=$both_extra
	fresh && kvm "$@"
}

# one NAME POLICIES SCRIPT ARGUMENT...: TCG alone
one()
{
	fresh && tcg "$@"
}

if ! sandbox_reason=$(sandbox_driver && sandbox_attacker); then
	t_skip real_qemu_runs_in_the_strict_cage "$sandbox_reason"
	t_done
fi
if ! ${CC:-cc} -std=c17 -D_GNU_SOURCE -O1 -o "$T/qmp" "$SRCDIR/tests/sandbox/qmp.c" 2>"$T/err"; then
	t_skip real_qemu_runs_in_the_strict_cage "qmp does not build: $(head -n 1 "$T/err")"
	t_done
fi
for part in "$SRCDIR"/tests/sandbox/matrix.d/*.sh; do
	# shellcheck source=/dev/null
	. "$part"
done
echo "configurations: $count"
t_done
