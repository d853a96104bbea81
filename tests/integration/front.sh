#!/bin/sh
# SPDX-License-Identifier: MIT
# The front (launcher/front/front.c): what it does itself and what it leaves to the whole program, that
# it finds that one, and that nobody can tell which of the two did the work.
. "$(dirname "$0")/../support/lib.sh"

probe=$BUILD/obj/tests/integration/probe
if [ "$WHOLE" = "$SLIPWAY" ]; then
	t_skip the_front_does_what_it_should "built without a front: configure found no musl compiler"
	t_done
fi

# ---- finding the whole program ----------------------------------------------------------------------

mkdir -p "$T/away" "$T/moved/obj/whole"
cp "$SLIPWAY" "$T/away/slipway"
t_run "$T/away/slipway" --version
t_eq a_copy_finds_the_one_that_it_was_built_with "0 slipway $(cat "$SRCDIR/VERSION")" "$t_status $(cat "$T/out")"
cp "$SLIPWAY" "$T/moved/slipway"
printf '#!/bin/sh\necho "beside: $0 $*"\necho "front: $SLIPWAY_FRONT"\nexit 7\n' >"$T/moved/obj/whole/slipway"
chmod 755 "$T/moved/obj/whole/slipway"
t_run "$T/moved/slipway" --no-such-option 'two words' --version
t_eq what_lies_beside_it_comes_first 7 "$t_status"
t_contains it_gets_every_word_as_it_was "beside: $T/moved/obj/whole/slipway --no-such-option two words --version" "$T/out"
t_contains and_what_was_called "front: $T/moved/slipway" "$T/out"
rm "$T/moved/obj/whole/slipway"
ln -s "$T/moved/slipway" "$T/link"
(cd "$T/moved/obj/whole" && printf '#!/bin/sh\necho linked\n' >slipway && chmod 755 slipway)
t_run "$T/link" --version
t_eq a_link_leads_to_its_own linked "$(cat "$T/out")"

# with the rights of somebody else it executes nothing that its caller chose
rights=$T/moved/slipway
if [ "$(id -u)" -ne 0 ] || ! command -v setpriv >/dev/null; then
	t_skip who_has_more_rights_takes_nothing_from_beside "only root makes a set-user-id program, with setpriv to call it"
elif ! chmod 755 "$T" "$T/moved" || ! chmod u+s "$rights" ||
	findmnt -T "$T" -n -o OPTIONS 2>/dev/null | grep -qw nosuid; then
	t_skip who_has_more_rights_takes_nothing_from_beside "set-user-id means nothing below $T"
else
	t_run setpriv --reuid=65534 --regid=65534 --clear-groups "$rights" --version
	t_eq who_has_more_rights_takes_nothing_from_beside "slipway $(cat "$SRCDIR/VERSION")" "$(cat "$T/out")"
	chmod u-s "$rights"
fi

# one without the other, as after half an upgrade
LC_ALL=C sed "s,$WHOLE,$(echo "$WHOLE" | sed 's/./x/g; s/^x/\//'),g" "$SLIPWAY" >"$T/away/alone"
chmod 755 "$T/away/alone"
t_refuses alone_it_says_what_is_missing 125 'is a part of slipway; install it again' "$T/away/alone" --version

# ---- what is its own --------------------------------------------------------------------------------

# Nobody else's records take the place of an ordinary user's
. "$(dirname "$0")/../support/records.sh"
s=$T/vm
mkdir "$s"
t_copy_slipway "$s"
SLIPWAY=$s/slipway
WHOLE=$s/obj/whole/slipway
emulator=$s/qemu-system-x86_64-slipway
ln "$SLIPWAY" "$emulator"
cp "$probe" "$s/qemu-system-x86_64"
chmod 755 "$T"
[ -z "$as_user" ] || chown -R 65534:65534 "$s"

# start COMMAND...: with an environment of its own
start()
{
	# shellcheck disable=SC2086 # a command, or none
	t_run $as_user env HOME="$s" XDG_STATE_HOME="$s/state" XDG_CACHE_HOME="$s/cache" "$@"
}

# hands_over COMMAND...: 1 where the whole program is executed, else 0
hands_over()
{
	start strace -qq -f -e trace=execve -o "$s/calls" "$@"
	grep -c "execve(\"$WHOLE\".*= 0$" "$s/calls"
}
cat >"$T/vm.xml" <<XML
<domain type='qemu'><name>front-$$</name><memory unit='MiB'>64</memory>
<os><type arch='x86_64' machine='q35'>hvm</type></os>
<devices><emulator>$T/vm/qemu-system-x86_64</emulator></devices></domain>
XML
sleep 3 # what changed within the last two seconds is in no record
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	t_eq a_question_is_passed_on_at_once 0 "$(hands_over "$emulator" -version)"
	t_eq so_is_that_of_a_management_program 0 "$(hands_over "$emulator" -S -machine none -nodefaults)"
	t_eq a_first_start_is_the_whole_programs 1 "$(hands_over "$SLIPWAY" "$T/vm.xml")"
	cp "$T/out" "$T/first"
	t_eq a_second_one_is_its_own 0 "$(hands_over "$SLIPWAY" "$T/vm.xml")"
	# strace's own descriptors and processes
	t_eq nobody_can_tell "" "$(diff "$T/first" "$T/out" | grep '^[<>]' | grep -v -e pid -e '^. fd')"
	t_contains it_has_been_there "arg -name" "$T/first"
	t_eq a_first_line_is_the_whole_programs 1 "$(hands_over "$emulator" -m 64)"
	cp "$T/out" "$T/first"
	t_eq a_second_line_is_its_own 0 "$(hands_over "$emulator" -m 64)"
	t_eq nobody_can_tell_the_line "" "$(diff "$T/first" "$T/out" | grep '^[<>]' | grep -v -e pid -e '^. fd')"
	t_eq a_filter_that_logs_is_the_whole_programs 1 "$(hands_over "$SLIPWAY" --sandbox=log "$T/vm.xml")"
	t_eq so_it_is_each_time 1 "$(hands_over "$SLIPWAY" --sandbox=log "$T/vm.xml")"
	t_eq a_dry_run_is_the_whole_programs 1 "$(hands_over "$SLIPWAY" run --dry-run "$T/vm.xml")"
	t_eq a_wrong_word_is_the_whole_programs 1 "$(hands_over "$SLIPWAY" --no-such-option "$T/vm.xml")"
	t_contains which_says_what_is_wrong "unknown option '--no-such-option'" "$T/err"
else
	for name in a_question_is_passed_on_at_once a_second_one_is_its_own; do
		t_skip "$name" "strace does not work here"
	done
fi
# QEMU's environment in its place is the caller's, whole
start env SLIPWAY_CACHE=off "$emulator" -m 64
t_eq its_variable_stays_between_the_two 0 "$(grep -c SLIPWAY_FRONT "$T/out")"
start "$emulator" -m 64
t_eq also_by_an_earlier_plan 0 "$(grep -c SLIPWAY_FRONT "$T/out")"

# an emulator that cannot be executed any more: the whole program's message, from either
rm "$T/vm/qemu-system-x86_64"
t_refuses a_failure_is_told_once 127 'there is no emulator' "$SLIPWAY" --emulator=qemu-system-none "$T/vm.xml"
t_eq in_one_line 1 "$(wc -l <"$T/err")"
t_done
