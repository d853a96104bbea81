# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# The stage of the NVRAM tests: a host with one UEFI firmware in its own root, a VM that uses it,
# and the probe in QEMU's place. Source it behind lib.sh.
#
# Sets probe, root, code, template (540,672 bytes) and vm (the spec), in $T.

probe=$BUILD/obj/tests/integration/probe
root=$T/root
code=$root/usr/share/OVMF/OVMF_CODE_4M.fd
template=$root/usr/share/OVMF/OVMF_VARS_4M.fd
vm=$T/vm.xml
export XDG_STATE_HOME="$T/state"
unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM SLIPWAY_SANDBOX

# nvram_spec NAME: a UEFI domain of that name on stdout
nvram_spec()
{
	cat <<-XML
		<domain type='qemu'>
		  <name>$1</name>
		  <memory unit='MiB'>64</memory>
		  <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os>
		  <features><acpi/></features>
		</domain>
	XML
}

mkdir -p "$root/usr/share/OVMF" "$root/usr/share/qemu/firmware"
truncate -s 3653632 "$code"
truncate -s 540672 "$template"
printf template | dd of="$template" conv=notrunc bs=1 seek=4096 2>/dev/null
nvram_spec "vm-of-$$" >"$vm"

# slipway_vm STORE [OPTION...]: one start of the VM with the probe
slipway_vm()
{
	nvram_store=$1
	shift
	"$SLIPWAY" --root="$root" --emulator="$probe" --nvram="$nvram_store" "$@" "$vm"
}
