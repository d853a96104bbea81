#!/bin/sh
# SPDX-License-Identifier: MIT
# What virt-install writes for Windows 11 — UEFI with Secure Boot, SMM, TPM 2.0, Hyper-V's features —
# comes up as far as there is something to start: the firmware says that the disk is empty. Under
# TCG, for a KVM that opens may not run a UEFI guest.
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/devices/lib.sh"

export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run" TMPDIR="$T"
test_name=windows_11_comes_up_to_its_firmware
why=$(t_missing qemu-system-x86_64 qemu-img swtpm swtpm_setup) ||
	{ [ -e /usr/share/OVMF/OVMF_CODE_4M.ms.fd ] || why="no /usr/share/OVMF/OVMF_CODE_4M.ms.fd"; }
if [ -n "$why" ]; then
	t_skip "$test_name" "$why"
	t_done
fi
with_images "$cases/virt-install-win11.xml"
t_run "$SLIPWAY" test --accel=tcg --timeout=300 --expect='BdsDxe: .*Boot0001' --sandbox-path="$T:rw" \
	"$T/virt-install-win11.xml"
if [ "$t_status" -eq 0 ]; then
	t_ok "$test_name"
else
	t_fail "$test_name" "it ended with $t_status: $(tail -n 1 "$T/err")"
fi
"$SLIPWAY" plan --format=json --accel=tcg "$T/virt-install-win11.xml" >"$T/plan" 2>/dev/null
t_contains its_store_is_the_smm_codes_alone 'property=secure,value=on' "$T/plan"
t_contains its_firmware_has_keys 'enrolled-keys' "$T/plan"
t_done
