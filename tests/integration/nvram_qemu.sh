#!/bin/sh
# SPDX-License-Identifier: MIT
# The kinds of variable stores with the real QEMU and the firmware of this distribution: each one
# takes the guest's firmware to its boot manager, while the store is locked.
. "$(dirname "$0")/../support/lib.sh"

unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM SLIPWAY_SANDBOX
export XDG_STATE_HOME="$T/state"
limit=${SLIPWAY_BOOT_LIMIT:-300} # seconds; TCG on a busy machine

# spec NAME ARCH MACHINE [OS-ATTRIBUTE OS-ELEMENTS]: on stdout
spec()
{
	cat <<-XML
		<domain type='qemu'>
		  <name>$1</name>
		  <memory unit='MiB'>256</memory>
		  <os ${4-firmware='efi'}><type arch='$2' machine='$3'>hvm</type>${5-}</os>
		  <features><acpi/></features>
		  <cpu mode='maximum'/>
		  <devices><serial type='stdio'/></devices>
		</domain>
	XML
}

# begin PATTERN SPEC [OPTION...]: starts it and waits until PATTERN is on the console (true), or it
# has ended or the time is over. slipway becomes QEMU: $vm_pid is both.
begin()
{
	begin_pattern=$1 begin_spec=$2 begin_left=$((limit * 5))
	shift 2
	: >"$T/console" # the last one's words are not this one's
	"$SLIPWAY" "$@" "$begin_spec" >"$T/console" 2>"$T/err" </dev/null &
	vm_pid=$!
	until grep -qs "$begin_pattern" "$T/console"; do
		begin_left=$((begin_left - 1))
		[ "$begin_left" -gt 0 ] && kill -0 "$vm_pid" 2>/dev/null || return 1
		sleep 0.2
	done
}

# halt: ends the guest that begin left running
halt()
{
	kill "$vm_pid" 2>/dev/null
	wait "$vm_pid"
}

# boots NAME PATTERN SPEC [OPTION...]
boots()
{
	boots_name=$1
	shift
	if begin "$@"; then
		t_ok "$boots_name"
	else
		t_fail "$boots_name" "'$1' is not on the console"
		cat "$T/err" "$T/console"
	fi
}

skip_all() # REASON NAME...
{
	skip_reason=$1
	shift
	for skip_name; do t_skip "$skip_name" "$skip_reason"; done
}

x86_names='a_network_store_boots the_guest_writes_a_network_store a_raw_store_boots the_running_vm_is_named the_guest_writes_its_store an_ephemeral_store_boots a_converted_store_boots a_converted_store_is_qcow2'
x86_missing=$(t_missing qemu-system-x86_64)
if [ -n "$x86_missing" ]; then
	# shellcheck disable=SC2086 # a list of names
	skip_all "$x86_missing" $x86_names
elif ! [ -e /usr/share/OVMF/OVMF_VARS_4M.fd ]; then
	# shellcheck disable=SC2086 # a list of names
	skip_all "there is no /usr/share/OVMF/OVMF_VARS_4M.fd" $x86_names
else
	vm=nvram
	store=$T/vm_VARS.fd
	spec "$vm" x86_64 q35 >"$T/vm.xml"
	boots a_raw_store_boots BdsDxe "$T/vm.xml" --nvram="$store" --secure-boot=no
	t_refuses the_running_vm_is_named 125 "is in use by process $vm_pid (qemu-system-x86_64 -name $vm)" \
		"$SLIPWAY" --nvram="$store" --secure-boot=no "$T/vm.xml"
	halt
	t_true the_guest_writes_its_store sh -c '! cmp -s "$1" /usr/share/OVMF/OVMF_VARS_4M.fd' sh "$store"

	boots an_ephemeral_store_boots BdsDxe "$T/vm.xml" --nvram=ephemeral --secure-boot=no
	halt
	x86_missing=$(t_missing qemu-nbd)
	if [ -n "$x86_missing" ]; then
		skip_all "$x86_missing" a_network_store_boots the_guest_writes_a_network_store
	else
		cp /usr/share/OVMF/OVMF_VARS_4M.fd "$T/served.fd"
		qemu-nbd -f raw -k "$T/nbd.sock" --fork --pid-file="$T/nbd.pid" "$T/served.fd"
		spec "$vm" x86_64 q35 "firmware='efi'" "<firmware><feature enabled='no' name='secure-boot'/></firmware>
			<nvram type='network'><source protocol='nbd'><host transport='unix'
				socket='$T/nbd.sock'/></source></nvram>" >"$T/nbd.xml"
		boots a_network_store_boots BdsDxe "$T/nbd.xml" \
			--firmware=/usr/share/OVMF/OVMF_CODE_4M.fd
		halt
		kill "$(cat "$T/nbd.pid")" # a client is gone with its QEMU; the server stays
		t_true the_guest_writes_a_network_store \
			sh -c '! cmp -s "$1" /usr/share/OVMF/OVMF_VARS_4M.fd' sh "$T/served.fd"
	fi
	x86_missing=$(t_missing qemu-img)
	if [ -n "$x86_missing" ]; then
		skip_all "$x86_missing" a_converted_store_boots a_converted_store_is_qcow2
	else
		spec "$vm" x86_64 q35 '' \
			"<loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>
			<nvram template='/usr/share/OVMF/OVMF_VARS_4M.fd' templateFormat='raw'
				format='qcow2'>$T/vm.qcow2</nvram>" >"$T/qcow2.xml"
		boots a_converted_store_boots BdsDxe "$T/qcow2.xml"
		halt
		t_eq a_converted_store_is_qcow2 QFI "$(head -c 3 "$T/vm.qcow2")"
	fi
fi

arm_missing=$(t_missing qemu-system-aarch64)
arm_code=/usr/share/qemu-efi-aarch64/QEMU_EFI.fd arm_vars=/usr/share/AAVMF/AAVMF_VARS.fd
if [ -n "$arm_missing" ]; then
	t_skip a_padded_copy_of_the_code_boots "$arm_missing"
elif ! [ -e "$arm_code" ] || ! [ -e "$arm_vars" ]; then
	t_skip a_padded_copy_of_the_code_boots "there is no $arm_code or no $arm_vars"
else
	vm=nvram-arm
	spec "$vm" aarch64 virt >"$T/arm.xml"
	size=$(stat -L -c %s "$arm_code")
	boots a_padded_copy_of_the_code_boots 'UEFI firmware' "$T/arm.xml" --nvram="$T/arm.fd" \
		--firmware="$arm_code:$arm_vars"
	halt
	t_eq the_systems_file_is_as_it_was "$size" "$(stat -L -c %s "$arm_code")"
	t_true a_sparse_store_takes_less_than_2_mib test "$(du -k "$T/arm.fd" | cut -f 1)" -lt 2048
fi

t_done
