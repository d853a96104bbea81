#!/bin/sh
# SPDX-License-Identifier: MIT
# Every command with a fault at a time: the n-th allocation fails, the n-th of each system call fails,
# for n = 1, 2, 3 … until the command succeeds. Whatever fails, slipway ends by itself with a status
# that it documents and says why in lines of its own; the store is absent or whole, no temporary file
# and no process is left, and nothing is started without its cage.
#	FAULT_STEP=N (1) only every N-th fault of each kind
#	FAULT_CALLS="openat …" FAULT_NUMBERS="EIO …" (EIO ENOMEM EACCES ENOSPC)
#	FAULT_KINDS="allocations calls"
#	FAULT_COMMANDS="run plan test nvram-show nvram-reset nvram-save firmware policy"
# brk is none of them: its result is an address, and glibc's malloc follows a made-up error.
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/../support/nvram.sh"
: "${FAULT_STEP:=1}" "${FAULT_NUMBERS:=EIO ENOMEM EACCES ENOSPC}" "${FAULT_KINDS:=allocations calls}"
: "${FAULT_COMMANDS:=run plan test nvram-show nvram-reset nvram-save firmware policy}"
: "${FAULT_CALLS:=openat openat2 read pread64 write pwrite64 fstat newfstatat lseek getdents64 readlinkat
	readlink fsync ftruncate fchmod linkat unlinkat renameat renameat2 mkdirat copy_file_range fcntl
	ioctl mmap munmap clone clone3 vfork execve prctl seccomp landlock_create_ruleset
	landlock_add_rule landlock_restrict_self capset close_range prlimit64 setrlimit getrlimit pipe2
	socketpair memfd_create poll ppoll signalfd4 rt_sigprocmask wait4 waitid pidfd_open getrandom
	getcwd access faccessat faccessat2 dup2 dup3 kill pidfd_send_signal}"

cp "$probe" "$T/emulator" # its path tells what is left running
store=$T/store/vm_VARS.fd
failing=$BUILD/obj/tests/faults/slipway

set_scene()
{
	rm -rf "$T/store" "$T/saved"
	mkdir -m 0700 "$T/store"
	case $command in nvram-*) cp "$template" "$store" ;; esac
	: >"$T/out"
}

# one PREFIX...: the command once, behind the words of PREFIX
# shellcheck disable=SC2086 # a list of options
one()
{
	common="--root=$root --emulator=$T/emulator --nvram=$store"
	status=0
	case $command in
	run) set -- "$@" run $common "$vm" ;;
	test) set -- "$@" test $common --keep --timeout=20 --expect=waiting "$vm" -- -wait ;;
	nvram-show) set -- "$@" nvram show $common "$vm" ;;
	nvram-reset) set -- "$@" nvram reset $common "$vm" ;;
	nvram-save) set -- "$@" nvram save "$T/saved" $common "$vm" ;;
	*) set -- "$@" "$command" $common "$vm" ;;
	esac
	timeout -s KILL 40 "$@" >"$T/out" 2>"$T/err" </dev/null || status=$?
}

# wrong: what is not as promised, in words
wrong()
{
	case $command:$status in
	*:0 | *:125 | *:126 | *:127 | test:1 | test:124) ;;
	*) echo "status $status" ;;
	esac
	# words that cannot be written are not written
	[ "$status" -eq 0 ] || [ -s "$T/err" ] || [ "$call" = write ] || echo "status $status without a word"
	grep -v -e '^slipway: ' -e 'error while loading shared libraries' -e '^ERROR: ld.so' -e '^out of memory$' \
		-e '^strace: ' "$T/err" | sed 's/^/not a line of slipway: /' | head -n 1
	[ ! -e "$store" ] || cmp -s "$store" "$template" || echo "the store is half a store"
	[ ! -e "$T/saved" ] || cmp -s "$T/saved" "$template" || echo "what was saved is half"
	find "$T/store" -name '.*slipway-*' | head -n 1 | sed 's/^/a temporary file is left: /'
	# the probe reports what it could do
	grep -e '^open /etc/shadow yes' -e '^exec yes' "$T/out" | sed 's/^/without its cage: /'
	case $command in
	nvram-*) [ -e "$store" ] || echo "the store is gone" ;;
	esac
}

# judge NAME: of the faults that were made
judge()
{
	if [ "$faults" -eq 0 ]; then
		t_fail "$1" "no fault was made"
	elif [ -s "$T/wrong" ]; then
		t_fail "$1" "$(head -n 1 "$T/wrong")"
		cat "$T/wrong"
	else
		t_ok "$1: $faults faults"
	fi
}

allocations()
{
	faults=0 call=malloc
	: >"$T/wrong"
	set_scene
	COUNT_ALLOCATIONS=$T/count one "$failing"
	all=$(cat "$T/count" 2>/dev/null || echo 1)
	# run executes the emulator and has no end to count at: plan makes most of them
	[ "$command" != run ] || all=$plan_allocations
	[ "$command" != plan ] || plan_allocations=$((all + 500))
	n=1
	while [ "$n" -le "$all" ]; do
		set_scene
		FAIL_ALLOCATION=$n one "$failing"
		faults=$((faults + 1))
		wrong | sed "s/^/allocation $n: /" >>"$T/wrong"
		n=$((n + FAULT_STEP))
	done
	judge "failing_allocations_in_$command"
}

calls()
{
	faults=0
	: >"$T/wrong"
	for call in $FAULT_CALLS; do
		set_scene
		one strace -qq -o "$T/calls" -e trace="$call" "$SLIPWAY"
		most=$(grep -c "^$call(" "$T/calls")
		for number in $FAULT_NUMBERS; do
			n=$((1 + FAULT_STEP / 2))
			[ "$n" -le "$most" ] || n=1
			[ "$call" != execve ] || n=2 # the first one is how slipway itself is started
			while [ "$n" -le "$most" ]; do
				set_scene
				one strace -qq -o /dev/null -e "inject=$call:error=$number:when=$n" "$SLIPWAY"
				faults=$((faults + 1))
				wrong | sed "s/^/$call $n $number: /" >>"$T/wrong"
				n=$((n + FAULT_STEP))
			done
		done
	done
	judge "failing_calls_in_$command"
}

allocations_if_possible()
{
	if [ "$(COUNT_ALLOCATIONS=$T/count "$failing" --version >/dev/null 2>&1; cat "$T/count" 2>/dev/null)" ]; then
		allocations
	else
		t_skip "failing_allocations_in_$command" "the allocator cannot be replaced here"
	fi
}

calls_if_possible()
{
	if grep -q '^base_cflags.*-fsanitize' "$BUILD/config.mak"; then
		t_skip "failing_calls_in_$command" "a sanitizer cannot look for leaks while it is traced"
	elif command -v strace >/dev/null && strace -qq -o /dev/null -e inject=uname:error=EIO true 2>/dev/null; then
		calls
	else
		t_skip "failing_calls_in_$command" "strace is not installed, or may not trace"
	fi
}

plan_allocations=4000
for command in $FAULT_COMMANDS; do
	for kind in $FAULT_KINDS; do
		"${kind}_if_possible"
	done
done
t_eq no_process_is_left "" "$(pgrep -f "^$T/emulator")"
t_done
