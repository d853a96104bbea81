#!/bin/sh
# SPDX-License-Identifier: MIT
# The whole program with a fault at a system call: killed there, or the call fails. Afterwards the
# store is absent or whole, and the next start works. (tests/unit/act/test_nvram_faults.c does the
# same for the NVRAM path alone, at every call.)
#
# Here at the calls that change something; tests/long/nvram_faults.sh takes every call of the program.
# NVRAM_FAULT_CALLS=all, NVRAM_FAULT_NUMBERS="ENOSPC …" widen it; NVRAM_FAULT_KINDS="create …" of
# create, convert and reset takes some of them.
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/../support/nvram.sh"

store=$T/store/vm_VARS.fd
# each start makes its plan, and so the same calls; the starts below that shall not say so
export SLIPWAY_CACHE=off
: "${NVRAM_FAULT_CALLS:=fchmod fsync ftruncate linkat renameat copy_file_range pwrite64}"
: "${NVRAM_FAULT_NUMBERS:=ENOSPC EIO}"

# set_scene create|convert|reset: what is there before the start
set_scene()
{
	rm -rf "$T/store"
	mkdir -m 0700 "$T/store"
	[ "$1" != reset ] || cp "$T/old.fd" "$store"
}

# is_whole create|convert|reset: the store is the template
is_whole()
{
	if [ "$1" = convert ]; then
		qemu-img compare -q -f raw -F qcow2 "$template" "$store" 2>/dev/null
	else
		cmp -s "$store" "$template"
	fi
}

# is_sound create|convert|reset: absent or whole, and so its record; in a reset the old store is not
# lost
is_sound()
{
	if [ -e "$store.slipway" ] && [ "$(tail -n 1 "$store.slipway")" != end ]; then
		return 1
	elif [ "$1" != reset ]; then
		[ ! -e "$store" ] || is_whole "$1"
	else
		cmp -s "$store" "$T/old.fd" || {
			cmp -s "$store" "$template" && cmp -s "$store".bak-*Z "$T/old.fd"
		}
	fi
}

# options_of create|convert|reset: sets start_option and start_vm
root_option=--root=$root plain_vm=$vm
options_of()
{
	start_option=--nvram=$store
	start_vm=$plain_vm
	[ "$1" != reset ] || start_option=--reset-nvram
	[ "$1" != convert ] || start_vm=$T/convert.xml
}

# start create|convert|reset [STRACE-OPTION...]: one start, with or without faults
# shellcheck disable=SC2086 # an option, or none
start()
{
	options_of "$1"
	shift
	if [ $# -gt 0 ]; then set -- timeout -s KILL 60 strace -qq -o /dev/null "$@"; fi
	t_run "$@" "$SLIPWAY" --sandbox=off --quiet $root_option --emulator="$probe" \
		--nvram="$store" "$start_option" "$start_vm"
}

# count CALL create|convert|reset: how often slipway makes it in a whole start, up to the emulator's
# shellcheck disable=SC2086 # an option, or none
count()
{
	set_scene "$2"
	options_of "$2"
	strace -qq -o "$T/calls" -e trace="$1,execve" "$SLIPWAY" --sandbox=off --quiet $root_option \
		--emulator="$probe" --nvram="$store" "$start_option" "$start_vm" >/dev/null 2>&1
	awk -v call="$1(" -v last_exec="execve(\"$probe\"" 'index($0, last_exec) == 1 { last = 1 }
		index($0, call) == 1 { n++ }
		last { exit }
		END { print n + 0 }' "$T/calls"
}

# every_call create|convert|reset FAULT: FAULT at each of the calls; unsound ones go to $T/unsound
every_call()
{
	: >"$T/unsound"
	faults=0
	for call in $calls; do
		# on Linux close frees the descriptor whatever it returns (close(2)); a fault of strace
		# leaves it open, and who waits for a pipe's end waits for ever
		[ "$call $2" = "close signal=KILL" ] || [ "$call" != close ] || continue
		most=$(count "$call" "$1")
		n=1
		while [ "$n" -le "$most" ]; do
			set_scene "$1"
			start "$1" -e "inject=$call:$2:when=$n"
			faults=$((faults + 1))
			is_sound "$1" || echo "$call $n: not sound" >>"$T/unsound"
			[ "$2" = signal=KILL ] || [ -z "$(find "$T/store" -name '.*slipway-*')" ] ||
				echo "$call $n: a temporary is left" >>"$T/unsound"
			start "$1"
			[ "$t_status" = 0 ] && is_whole "$1" ||
				echo "$call $n: the next start fails: $(cat "$T/err")" >>"$T/unsound"
			n=$((n + 1))
		done
	done
}

# judge NAME: of the faults just made
judge()
{
	if [ "$faults" -eq 0 ]; then
		t_fail "$1" "no fault was made"
	elif [ -s "$T/unsound" ]; then
		t_fail "$1" "$(wc -l <"$T/unsound") of $faults: $(head -n 1 "$T/unsound")"
		head -n 40 "$T/unsound"
	else
		t_ok "$1"
		echo "# $1: $faults faults"
	fi
}

# may_trace: whether strace works here
may_trace()
{
	command -v strace >/dev/null && strace -qq -o /dev/null -e inject=uname:error=EIO true 2>/dev/null
}

cp "$template" "$T/old.fd"
printf old | dd of="$T/old.fd" conv=notrunc bs=1 seek=4096 2>/dev/null

if ! may_trace; then
	for kind in create convert reset; do
		t_skip "killed_anywhere_in_a_$kind" "strace is not installed, or may not trace"
		t_skip "failing_calls_in_a_$kind" "strace is not installed, or may not trace"
	done
	t_skip a_store_is_synced_before_it_has_its_name "strace is not installed, or may not trace"
	t_done
fi

# a raw template and a qcow2 store
sed "s|</type>|</type><loader format='raw'/><nvram format='qcow2'/>|" "$vm" >"$T/convert.xml"
kinds=${NVRAM_FAULT_KINDS:-create convert reset}
if why=$(t_missing qemu-img); then
	t_skip killed_anywhere_in_a_convert "$why"
	t_skip failing_calls_in_a_convert "$why"
	kinds=$(echo "$kinds" | sed 's/convert//')
fi
# on the disk before it has its name: no test without a power cut could tell otherwise
set_scene create
strace -qq -o "$T/order" -e trace=fsync,linkat "$SLIPWAY" --sandbox=off --quiet --root="$root" \
	--emulator="$probe" --nvram="$T/store/ordered.fd" "$vm" >/dev/null 2>&1
t_eq a_store_is_synced_before_it_has_its_name fsync "$(head -n 1 "$T/order" | cut -d '(' -f 1)"

calls=$NVRAM_FAULT_CALLS
if [ "$calls" = all ]; then
	set_scene create
	strace -qq -o "$T/calls" "$SLIPWAY" --sandbox=off --root="$root" --emulator="$probe" \
		--nvram="$store" "$vm" >/dev/null 2>&1
	calls=$(sed -n 's/^\([a-z][a-z0-9_]*\)(.*/\1/p' "$T/calls" | grep -vx exit_group | sort -u)
fi

for kind in $kinds; do
	every_call "$kind" signal=KILL
	judge "killed_anywhere_in_a_$kind"
	: >"$T/all-unsound"
	all=0
	for number in $NVRAM_FAULT_NUMBERS; do
		every_call "$kind" "error=$number"
		sed "s/^/$number /" "$T/unsound" >>"$T/all-unsound"
		all=$((all + faults))
	done
	faults=$all
	mv "$T/all-unsound" "$T/unsound"
	judge "failing_calls_in_a_$kind"
done

# ---- by the plan of an earlier start, which another program carries out (launcher/front/front.c)

# the VM's own firmware, so that nothing below --root is needed, of which no plan is kept
loader="<loader readonly='yes' type='pflash'>$code</loader><nvram template='$template'/>"
sed "s|<os firmware='efi'>|<os>|; s|</type>|</type>$loader|" \
	"$vm" >"$T/named.xml"
root_option='' plain_vm=$T/named.xml
unset SLIPWAY_CACHE
sleep 3 # what changed within the last two seconds is not trusted
# another start of root's may have taken the record's place meanwhile
for _ in 1 2 3; do
	set_scene create
	start create
	set_scene create
	start create -f -e trace=execve,open,openat -o "$T/calls"
	grep -q libxml2 "$T/calls" || break
done
t_eq the_plan_is_an_earlier_one "$t_status 0" "0 $(grep -c libxml2 "$T/calls")"
every_call create signal=KILL
judge killed_anywhere_by_an_earlier_plan
every_call create error=EIO
judge failing_calls_by_an_earlier_plan

t_done
