#!/bin/sh
# SPDX-License-Identifier: MIT
# Many starts at once: of one VM exactly one runs and the others say who does; different VMs all run.
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/../support/nvram.sh"

starts=50

# wait_for FILE...: until each has a line that begins "pid", or its start has ended (FILE.status)
wait_for()
{
	for wait_file; do
		until grep -qs '^pid ' "$wait_file" || [ -e "$wait_file.status" ]; do sleep 0.05; done
	done
}

# begin NAME STORE [OPTION...]: a start that stays, in the background; its process's number is $!
begin()
{
	begin_name=$1 begin_store=$2
	shift 2
	{
		"$SLIPWAY" --root="$root" --emulator="$probe" --nvram="$begin_store" "$@" "$vm" -- -wait \
			>"$T/$begin_name" 2>"$T/$begin_name.err" </dev/null
		echo $? >"$T/$begin_name.status"
	} &
}

# stop NAME...: ends those that run
stop()
{
	for stop_name; do
		stop_pid=$(sed -n 's/^pid //p' "$T/$stop_name")
		[ -z "$stop_pid" ] || kill "$stop_pid" 2>/dev/null
	done
	wait
}

names=
for i in $(seq "$starts"); do
	begin "one$i" "$T/one.fd"
	names="$names one$i"
done
for name in $names; do wait_for "$T/$name"; done
t_eq of_many_starts_one_runs 1 "$(cat "$T"/one* | grep -c '^pid ')"
running=$(sed -n 's/^pid //p' "$T"/one[0-9]*)
t_eq the_others_say_who_runs $((starts - 1)) \
	"$(cat "$T"/one*.err | grep -c "nvram '$T/one.fd' is in use by process $running (")"
t_eq the_others_end_with_125 $((starts - 1)) "$(cat "$T"/one*.status | grep -cx 125)"
t_true the_store_is_whole cmp "$T/one.fd" "$template"

t_refuses a_later_start_is_refused_too 125 "is in use by process $running (" slipway_vm "$T/one.fd"
t_refuses a_reset_is_refused_while_it_runs 125 "is in use by process $running (" \
	slipway_vm "$T/one.fd" --reset-nvram
t_refuses a_save_is_refused_while_it_runs 125 "is in use by process $running (" \
	"$SLIPWAY" nvram save "$T/saved" --root="$root" --emulator="$probe" --nvram="$T/one.fd" "$vm"
# shellcheck disable=SC2086 # a list of names
stop $names
t_true the_store_is_free_when_it_has_ended slipway_vm "$T/one.fd"

names=
for i in $(seq "$starts"); do
	begin "many$i" "$T/many$i.fd"
	names="$names many$i"
done
for name in $names; do wait_for "$T/$name"; done
t_eq different_vms_all_run "$starts" "$(cat "$T"/many* | grep -c '^pid ')"
# shellcheck disable=SC2086 # a list of names
stop $names
different=0
for i in $(seq "$starts"); do
	cmp -s "$T/many$i.fd" "$template" || different=$((different + 1))
done
t_eq every_store_is_whole 0 "$different"
t_eq no_temporary_is_left "" "$(find "$T" -name '.*slipway-*')"

t_done
