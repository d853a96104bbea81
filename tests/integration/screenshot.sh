#!/bin/sh
# SPDX-License-Identifier: MIT
# `slipway test` with a program in QEMU's place: the picture of its screen, what else it says on the
# control socket, and the files that a test writes. watch.sh has the ways to end.
. "$(dirname "$0")/../support/lib.sh"

fake=$BUILD/obj/tests/integration/fake_emulator
export XDG_STATE_HOME="$T/state" TMPDIR="$T/tmp"
mkdir "$T/tmp"
unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM \
	SLIPWAY_SANDBOX GITHUB_ACTIONS GITLAB_CI

# spec NAME DEVICE-XML
spec()
{
	cat >"$T/$1.xml" <<-XML
		<domain type='qemu'>
		  <name>$1</name>
		  <memory unit='MiB'>64</memory>
		  <os><type arch='x86_64' machine='q35'>hvm</type></os>
		  <features><acpi/></features>
		  <devices>$2<serial type='pty'/></devices>
		</domain>
	XML
}
spec vm ''

# test_as MODE ARGUMENT OPTION...
test_as()
{
	mode=$1 argument=$2
	shift 2
	t_run "$SLIPWAY" test --emulator="$fake" --timeout=2s "$@" "$T/vm.xml" -- -fake "$mode" "$argument"
}

# ---- the picture
test_as screen '' --screenshot="$T/screen.png"
t_eq one_that_hangs_has_timed_out 124 "$t_status"
t_eq its_screen_is_in_the_file "$(printf '\211PNG of a screen')" "$(cat "$T/screen.png")"
t_eq a_picture_is_for_everyone 644 "$(stat -c %a "$T/screen.png")"
test_as screen no --screenshot="$T/none.png"
t_contains why_there_is_no_picture_is_said 'no screenshot: there is no screen' "$T/err"
t_eq and_there_is_no_file "" "$(ls "$T/none.png" 2>/dev/null)"
test_as screen cut --screenshot="$T/none.png"
t_eq a_qemu_that_ends_meanwhile_has_none "" "$(ls "$T/none.png" 2>/dev/null)"
test_as poweroff '' --screenshot="$T/none.png"
t_eq one_that_passed_has_passed 0 "$t_status"
t_eq its_screen_is_not_kept "" "$(ls "$T/none.png" 2>/dev/null)"
test_as screen '' --expect='look at me' --screenshot="$T/passed.png" --screenshot-always
t_eq one_that_passed_has_a_picture_when_it_must "0 $(printf '\211PNG of a screen')" \
	"$t_status $(cat "$T/passed.png")"
test_as hang '' --expect=hanging --screenshot="$T/none.png" --screenshot-always
t_eq a_qemu_that_does_not_answer_is_not_waited_for 0 "$t_status"
test_as screen '' --screenshot="$T/none/screen.png"
t_contains a_place_that_is_none_is_named "cannot write '$T/none/screen.png': No such file" "$T/err"
mkdir "$T/folder.png"
test_as screen '' --screenshot="$T/folder.png"
t_contains a_folder_is_not_replaced "cannot write '$T/folder.png'" "$T/err"
t_eq nothing_is_left_beside_it "" "$(ls -d "$T"/folder.png.* 2>/dev/null)"
test_as poweroff '' --console-log="$T/none/log"
t_contains a_log_that_cannot_be_written_is_named "--console-log: cannot write '$T/none/log'" "$T/err"

# ---- the control socket
test_as chatter ''
t_contains chatter_is_no_verdict 'slipway: passed: the guest powered off' "$T/err"
t_contains a_refused_command_is_told "QEMU refused 'cont': not now" "$T/err"
t_contains one_without_a_name_as_well "QEMU refused '': no reason given" "$T/err"
test_as reset-ends ''
t_eq a_reset_is_no_power_off 1 "$t_status"
t_contains it_is_a_reboot 'reboot' "$T/err"

# ---- network boot: how it is meant decides whether a firmware that tries it has failed
line='>>Start PXE over IPv4.\n'
test_as say "$line"
t_eq a_network_boot_that_nobody_asked_for_fails 1 "$t_status"
spec vm "<interface type='user'><model type='virtio'/><boot order='1'/></interface>"
test_as say "$line"
t_eq one_that_is_all_there_is_goes_on 124 "$t_status"
: >"$T/disk.img"
spec vm "<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='$T/disk.img'/>
	<target dev='vda' bus='virtio'/><boot order='2'/></disk>
	<interface type='user'><model type='virtio'/><boot order='1'/></interface>"
test_as say "$line"
t_eq so_does_one_that_comes_before_a_disk 124 "$t_status"
t_done
