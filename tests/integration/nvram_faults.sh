#!/bin/sh
# SPDX-License-Identifier: MIT
# The whole program with a fault at a system call: killed there, or the call fails. Afterwards the
# store is absent or whole, and the next start works. (tests/unit/act/test_nvram_faults.c does the
# same for the NVRAM path alone, at every call.)
#
# Here at the calls that change something; tests/long/nvram_faults.sh takes every call of the program.
# NVRAM_FAULT_CALLS=all, NVRAM_FAULT_NUMBERS="ENOSPC …" widen it.
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/../support/nvram.sh"

store=$T/store/vm_VARS.fd
: "${NVRAM_FAULT_CALLS:=fchmod fsync ftruncate linkat renameat copy_file_range pwrite64}"
: "${NVRAM_FAULT_NUMBERS:=ENOSPC EIO}"

# set_scene create|reset: what is there before the start
set_scene()
{
	rm -rf "$T/store"
	mkdir -m 0700 "$T/store"
	[ "$1" = create ] || cp "$T/old.fd" "$store"
}

# is_sound create|reset: absent or whole; in a reset the old store is not lost
is_sound()
{
	if [ "$1" = create ]; then
		[ ! -e "$store" ] || cmp -s "$store" "$template"
	else
		cmp -s "$store" "$T/old.fd" || {
			cmp -s "$store" "$template" && cmp -s "$store".bak-*Z "$T/old.fd"
		}
	fi
}

# start create|reset [STRACE-OPTION...]: one start, with or without faults
start()
{
	start_kind=$1
	shift
	start_option=--nvram=$store
	[ "$start_kind" = create ] || start_option=--reset-nvram
	if [ $# -gt 0 ]; then set -- strace -qq -o /dev/null "$@"; fi
	t_run "$@" "$SLIPWAY" --sandbox=off --quiet --root="$root" --emulator="$probe" \
		--nvram="$store" "$start_option" "$vm"
}

# count CALL create|reset: how often a whole start makes it
count()
{
	set_scene "$2"
	start_option=--nvram=$store
	[ "$2" = create ] || start_option=--reset-nvram
	strace -qq -o "$T/calls" -e trace="$1" "$SLIPWAY" --sandbox=off --quiet --root="$root" \
		--emulator="$probe" --nvram="$store" "$start_option" "$vm" >/dev/null 2>&1
	grep -c "^$1(" "$T/calls"
}

# every_call create|reset FAULT: FAULT at each of the calls; unsound ones go to $T/unsound
every_call()
{
	: >"$T/unsound"
	faults=0
	for call in $calls; do
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
			[ "$t_status" = 0 ] && cmp -s "$store" "$template" ||
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
		t_fail "$1" "$(head -n 1 "$T/unsound")"
		cat "$T/unsound"
	else
		t_ok "$1"
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
	for kind in create reset; do
		t_skip "killed_anywhere_in_a_$kind" "strace is not installed, or may not trace"
		t_skip "failing_calls_in_a_$kind" "strace is not installed, or may not trace"
	done
	t_done
fi

calls=$NVRAM_FAULT_CALLS
if [ "$calls" = all ]; then
	set_scene create
	strace -qq -o "$T/calls" "$SLIPWAY" --sandbox=off --root="$root" --emulator="$probe" \
		--nvram="$store" "$vm" >/dev/null 2>&1
	calls=$(sed -n 's/^\([a-z][a-z0-9_]*\)(.*/\1/p' "$T/calls" | grep -vx exit_group | sort -u)
fi

for kind in create reset; do
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

t_done
