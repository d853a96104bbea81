#!/bin/sh
# SPDX-License-Identifier: MIT
# Names that change hands while slipway starts: the store, the template and the spec are swapped for
# symbolic links in a loop. Whatever it gets, it never writes through a link, never opens what it did
# not look at, and a start and a reset of one store follow each other.
#	RACE_STARTS (60)
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/../support/nvram.sh"
: "${RACE_STARTS:=60}"

mkdir -m 0700 "$T/store" "$T/other"
store=$T/store/vm_VARS.fd
echo precious >"$T/other/precious"
cp "$template" "$T/other/good"

# swapping COMMAND: runs it in a loop until $T/stop is there, in the background
swapping()
{
	rm -f "$T/stop"
	(
		while [ ! -e "$T/stop" ]; do "$@"; done
	) >/dev/null 2>&1 &
	swapper=$!
}
stop_swapping()
{
	touch "$T/stop"
	wait "$swapper"
}

# starts NAME: so many, each with a documented end; counts those that ran
starts()
{
	ran=0 odd=
	for i in $(seq "$RACE_STARTS"); do
		t_run slipway_vm "$store" --quiet
		case $t_status in
		0) ran=$((ran + 1)) ;;
		125) grep -q '^slipway: ' "$T/err" || odd="start $i says nothing" ;;
		*) odd="start $i ended with $t_status: $(head -n 1 "$T/err")" ;;
		esac
	done
	t_eq "$1: every_start_ends_as_documented" "" "$odd"
}

swap_store()
{
	ln -sf "$T/other/precious" "$store.link" && mv -f "$store.link" "$store"
	cp "$template" "$store.file" && mv -f "$store.file" "$store"
	rm -f "$store"
}
swapping swap_store
starts store_and_link
stop_swapping
t_eq nothing_was_written_through_the_link precious "$(cat "$T/other/precious")"
t_eq no_temporary_is_left "" "$(find "$T/store" -name '.*slipway-*')"
rm -f "$store"* "$T/store"/*

# a directory of the way to the store
swap_directory()
{
	mv "$T/store" "$T/store.away" && ln -s "$T/other" "$T/store"
	rm "$T/store" && mv "$T/store.away" "$T/store"
}
swapping swap_directory
starts store_folder_and_link
stop_swapping
[ -d "$T/store" ] || mv "$T/store.away" "$T/store"
t_eq nothing_else_was_written precious "$(cat "$T/other/precious")"
for made in "$T/store/vm_VARS.fd" "$T/other/vm_VARS.fd"; do
	[ ! -e "$made" ] || cmp -s "$made" "$template" || t_fail "a_store_is_whole" "$made is not"
done

# the template: a whole one, or a file that is none
swap_template()
{
	cp "$T/other/precious" "$template.new" && mv -f "$template.new" "$template"
	cp "$T/other/good" "$template.new" && mv -f "$template.new" "$template"
}
swapping swap_template
broken=
for i in $(seq "$RACE_STARTS"); do
	rm -f "$store"*
	t_run slipway_vm "$store" --quiet
	[ ! -e "$store" ] || cmp -s "$store" "$T/other/good" || broken="start $i made another store"
done
stop_swapping
cp "$T/other/good" "$template"
t_eq a_template_is_taken_whole_or_not_at_all "" "$broken"

# the spec: one with a name, one with another; never half of each, and no device is opened for it
nvram_spec one >"$T/one.xml"
nvram_spec two >"$T/two.xml"
mkfifo "$T/pipe"
swap_spec()
{
	for next in one.xml pipe two.xml none; do ln -sf "$T/$next" "$vm.new" && mv -f "$vm.new" "$vm"; done
}
ln -sf "$T/one.xml" "$vm" # before the first swap, too
swapping swap_spec
odd=
for i in $(seq "$RACE_STARTS"); do
	t_run timeout 20 "$SLIPWAY" plan --root="$root" --emulator="$probe" --nvram="$store" "$vm"
	case $t_status in
	0) grep -q -e '"\?guest=one' -e 'guest=two' "$T/out" || odd="plan $i is of nobody" ;;
	125) ;;
	*) odd="plan $i ended with $t_status" ;;
	esac
done
stop_swapping
t_eq a_spec_is_read_from_one_file "" "$odd"
rm -f "$vm"
nvram_spec vm >"$vm"

# a start and a reset of one store: one after the other, and what is kept is whole
rm -f "$store"*
t_run slipway_vm "$store" --quiet
swapping "$SLIPWAY" nvram reset --quiet --root="$root" --emulator="$probe" --nvram="$store" "$vm"
starts start_and_reset
stop_swapping
t_true the_store_is_whole cmp "$store" "$template"
broken=
for backup in "$store".bak-*; do cmp -s "$backup" "$template" || broken=$backup; done
t_eq every_backup_is_whole "" "$broken"

# who may write where the store is
rm -rf "$T/store"
mkdir -m 0777 "$T/store"
chmod 0777 "$T/store"
if [ "$(id -u)" -eq 0 ]; then
	t_refuses a_folder_that_others_write_to_is_refused_for_root 125 "can be written by other users" slipway_vm "$store"
	chmod 1777 "$T/store"
	t_run slipway_vm "$store" --quiet
	t_eq a_sticky_one_is_not 0 "$t_status"
	chown 65534 "$store"
	t_refuses but_not_with_a_stranger_s_store 125 "belongs to another user" slipway_vm "$store"
	rm -f "$store"*
	cp "$template" "$T/store/mine"
	ln "$T/store/mine" "$store"
	t_refuses nor_with_a_second_name_of_a_file 125 "second name" slipway_vm "$store"
	rm -f "$store"*
	ln -s "$T/other/good" "$store"
	t_refuses nor_with_a_link 125 "symbolic link" slipway_vm "$store"
else
	for test in a_folder_that_others_write_to_is_refused_for_root a_sticky_one_is_not \
		but_not_with_a_stranger_s_store nor_with_a_second_name_of_a_file nor_with_a_link; do
		t_skip "$test" "not root"
	done
fi
t_done
