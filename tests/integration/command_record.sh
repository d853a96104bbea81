#!/bin/sh
# SPDX-License-Identifier: MIT
# The launch record of a command line (slipway exec, slipway in QEMU's place): the same line takes the
# plan of the first start and does the same with it; with anything different it makes a new one.
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/../support/records.sh"

probe=$BUILD/obj/tests/integration/probe
s=$T/vm
mkdir -p "$s/bin" "$s/cwd" "$s/other"
cp "$probe" "$s/bin/qemu-system-x86_64"
t_copy_slipway "$s/bin"
mv "$s/bin/slipway" "$s/bin/qemu-system-x86_64-slipway"
truncate -s 3653632 "$s/CODE.fd"
truncate -s 540672 "$s/VARS.fd"
printf variables | dd of="$s/VARS.fd" conv=notrunc bs=1 seek=100 2>/dev/null
: >"$s/disk.img"
ln -s "$s/disk.img" "$s/link.img"
chmod 755 "$T"
[ -z "$as_user" ] || chown -R 65534:65534 "$s"

# start COMMAND...: with nothing of this process's environment but $variable
variable=''
start()
{
	t_status=0
	# shellcheck disable=SC2086 # a command, or none; assignments
	(cd "$s/cwd" && $as_user env -i PATH="$s/bin:/usr/bin:/bin" HOME="$s" XDG_STATE_HOME="$s/state" \
		XDG_CACHE_HOME="$s/cache" $variable "$@") >"$s/out" 2>"$s/err" </dev/null || t_status=$?
}
flash="-drive if=pflash,format=raw,readonly=on,file=$s/CODE.fd -drive if=pflash,format=raw,file=$s/VARS.fd"
line="-machine q35 -nodefaults $flash -drive if=virtio,format=raw,file=$s/link.img -serial file:serial.log"
# shellcheck disable=SC2086 # words
run() { start "$SLIPWAY" exec -v "$@" -- "$s/bin/qemu-system-x86_64" $line $more; }
more=''

taken() { grep -q 'the plan is that of an earlier start' "$s/err"; }
said() { echo "$t_status $(taken && echo taken || echo no)"; }
same_work() { sed '/^pid /d; /^ppid /d; /started/d; /^fd /d; /^env SLIPWAY_CACHE/d' "$s/out"; }
records() { find "$s/cache" -name 'launch-*' 2>/dev/null | wc -l; }

sleep 3 # what changed within the last two seconds is not trusted
run
t_eq a_first_start_makes_its_plan "0 no" "$(said)"
same_work >"$T/first"
run
t_eq a_second_start_takes_the_plan_of_the_first "0 taken" "$(said)"
same_work >"$T/second"
t_eq it_does_the_same_with_it "" "$(diff "$T/first" "$T/second")"
printf guest | dd of="$s/VARS.fd" conv=notrunc bs=1 seek=9000 2>/dev/null
run
t_eq flash_that_the_guest_wrote_to_changes_nothing "0 taken" "$(said)"

# different NAME: there is no earlier plan, and the start does what it does without records
different()
{
	if taken; then
		t_fail "${1}_makes_a_new_plan" "the old one was taken"
		return
	fi
	with="$t_status $(same_work)"
	keep=$variable
	variable="SLIPWAY_CACHE=off $variable"
	run
	variable=$keep
	t_eq "${1}_makes_a_new_plan" "$t_status $(same_work)" "$with"
}
more=-usb
run
different another_word
more=
variable=SLIPWAY_SANDBOX=off
run
different a_variable
variable=
run --sandbox=log
taken && t_fail an_option_makes_a_new_plan "the old one was taken"
mv "$s/cwd" "$s/cwd2" && ln -s cwd2 "$s/cwd"
run
different another_directory
rm "$s/cwd" && mv "$s/cwd2" "$s/cwd"
truncate -s 1081344 "$s/VARS.fd"
run
different flash_of_another_size
truncate -s 540672 "$s/VARS.fd"
sleep 3
run
run
t_eq it_is_recorded_anew "0 taken" "$(said)"
printf x | dd of="$s/CODE.fd" conv=notrunc bs=1 2>/dev/null
run
different another_code
# a file that is missing is what slipway looks for a substitute of
mv "$s/VARS.fd" "$s/VARS.away"
run
different a_missing_file
mv "$s/VARS.away" "$s/VARS.fd"
cp "$probe" "$s/new" && chmod 755 "$s/new" && mv "$s/new" "$s/bin/qemu-system-x86_64"
run
different another_emulator
sleep 3

# a descriptor with a number of two digits, which not every shell can open
cat >"$s/lend.py" <<'END'
import os, sys
os.dup2(os.open("/dev/null", os.O_RDONLY), int(sys.argv[1]), inheritable=True)
os.execv(sys.argv[2], sys.argv[2:])
END
lend() { number=$1 && shift && start python3 "$s/lend.py" "$number" "$SLIPWAY" exec -v -- "$s/bin/qemu-system-x86_64" "$@"; }

# ---- what is not kept ---------------------------------------------------------------------------------

rm -rf "$s/cache"
if why=$(t_missing python3); then
	t_skip a_line_with_descriptors_is_not_kept "$why"
else
	lend 40 -add-fd fd=40,set=7
	t_eq a_line_with_descriptors_is_not_kept "0 no 0" "$(said) $(records)"
fi
more='-bios bios-256k.bin'
run
t_eq a_bare_name_of_firmware_is_not_kept "0 no 0" "$(said) $(records)"
printf '[machine]\n  usb = "off"\n' >"$s/own.cfg"
more="-readconfig $s/own.cfg"
run
t_eq what_a_configuration_file_says_is_not_kept "0 no 0" "$(said) $(records)"
more=

# a descriptor of the caller's where a plan has one of its own
run
t_eq and_the_plain_line_is 1 "$(records)"
if why=$(t_missing python3); then
	t_skip a_number_that_is_taken_has_no_record "$why"
else
	# shellcheck disable=SC2086 # words
	lend 30 $line
	t_eq a_number_that_is_taken_has_no_record "0 no" "$(said)"
	t_contains and_is_handed_on "fd 30" "$s/out"
fi

# ---- by QEMU's name -------------------------------------------------------------------------------------

# shellcheck disable=SC2086 # words
by_name() { start "$s/bin/qemu-system-x86_64-slipway" $line; }
# the record is written anew where none was taken
written() { stat -c '%n %i' "$s"/cache/slipway/launch-* | sort; }
by_name
same_work >"$T/first"
t_eq a_line_by_name_has_a_record_of_its_own 2 "$(records)"
written >"$T/before"
by_name
same_work >"$T/second"
t_eq a_second_start_by_name_takes_it "" "$(written | diff "$T/before" -)"
t_eq it_does_the_same_by_name "" "$(diff "$T/first" "$T/second")"
variable=SLIPWAY_SANDBOX=off
by_name
t_eq a_variable_counts_by_name 3 "$(records)"
t_done
