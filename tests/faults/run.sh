#!/bin/sh
# SPDX-License-Identifier: MIT
# Every command with a fault at a time: the n-th allocation fails, alone or with all after it, the n-th
# of each system call fails, for n = 1, 2, 3 … to the last that the command makes. Whatever fails,
# slipway ends by itself with a status that it documents and says why in lines of its own; the store
# is absent or whole, no temporary file and no process is left, and nothing is started without its cage.
#	FAULT_STEP=N (1) only every N-th fault of each kind
#	FAULT_KINDS="allocation allocations calls traced" (traced: of test, run and exec alone)
#	FAULT_CALLS="openat …" FAULT_NUMBERS="EIO …" (EIO ENOMEM EACCES ENOSPC)
#	FAULT_COMMANDS="run plan …" (all below)
#	FAULT_PROGRAM=FILE (the whole program) the front, which ends where it hands over, is one
#	FAULT_JOBS=N (a processor each) so many commands at a time
# brk is none of them: its result is an address, and glibc's malloc follows a made-up error.
. "$(dirname "$0")/../support/lib.sh"
: "${FAULT_STEP:=1}" "${FAULT_NUMBERS:=EIO ENOMEM EACCES ENOSPC}" "${FAULT_KINDS:=calls allocations allocation traced}"
: "${FAULT_COMMANDS:=test run exec plan doctor nvram-show nvram-reset nvram-save firmware policy}"
: "${FAULT_CALLS:=openat openat2 read pread64 write pwrite64 fstat newfstatat lseek getdents64 readlinkat
	readlink fsync ftruncate fchmod linkat unlinkat renameat renameat2 mkdirat copy_file_range fcntl
	ioctl mmap munmap clone clone3 vfork execve prctl seccomp landlock_create_ruleset
	landlock_add_rule landlock_restrict_self capset close_range prlimit64 setrlimit getrlimit pipe2
	socketpair memfd_create poll ppoll signalfd4 rt_sigprocmask wait4 waitid pidfd_open getrandom
	getcwd access faccessat faccessat2 dup2 dup3 kill pidfd_send_signal flock connect sendto socket}"
export FAULT_STEP FAULT_NUMBERS FAULT_CALLS
failing=$BUILD/obj/tests/faults/slipway
driver=$BUILD/obj/tests/faults/driver

# start KIND COMMAND CALLS PREFIX...: the driver's line, for the command behind the words of PREFIX
# shellcheck disable=SC2086 # a list of options
start()
{
	kind=$1 command=$2 which=$3 program=${FAULT_PROGRAM:-$WHOLE} store=$T/store/vm_VARS.fd
	shift 3
	case $kind in allocation*) program=$failing ;; esac
	common="--root=$root --emulator=$T/emulator --nvram=$store"
	set -- "$driver" "$kind" "$command" "$T" "$template" "$FAULT_STEP" "$which" "$FAULT_NUMBERS" "$@" \
		"$(realpath "$program")"
	case $command in
	exec) set -- "$@" exec --root="$root" --nvram="$store" -- "$T/emulator" -machine q35 -nodefaults -display none -m 64 ;;
	test) set -- "$@" test $common --keep --timeout=5 --expect=waiting "$vm" -- -wait ;;
	nvram-show) set -- "$@" nvram show $common "$vm" ;;
	nvram-reset) set -- "$@" nvram reset $common "$vm" ;;
	nvram-save) set -- "$@" nvram save "$T/saved" $common "$vm" ;;
	*) set -- "$@" "$command" $common "$vm" ;;
	esac
	"$@"
}

# traced COMMAND: the calls around the exec, by a tracer. A process has one listener at most: where
# the driver asks, slipway cannot ask about its exec, and goes another way.
traced()
{
	tracer=$(realpath "$(command -v strace)")
	: >"$T/wrong"
	faults=0
	for call in clone clone3 seccomp write pipe2 ioctl pidfd_open read poll execve; do
		for n in 2 3 4 5 6 7 8 1; do
			case $call-$n in
			execve-1) continue ;; # how slipway itself is started
			poll-1) continue ;;   # under the filter; strace makes -1 of it, which waits for an answer
			esac
			faults=$((faults + 1))
			start traced "$1" "$call $n EIO" "$tracer" -f -qq -o /dev/null \
				-e "inject=$call:error=EIO:when=$n" >"$T/line" || tail -n +2 "$T/line" >>"$T/wrong"
		done
	done
	if [ -s "$T/wrong" ]; then
		echo "FAIL failing_traced_in_$1: $(wc -l <"$T/wrong") of $faults faults: $(head -n 1 "$T/wrong")"
		cat "$T/wrong"
	else
		echo "ok failing_traced_in_$1: $faults faults"
	fi
}

# faults KIND COMMAND: one line of result
faults()
{
	. "$(dirname "$0")/../support/nvram.sh"
	cp "$probe" "$T/emulator"
	case $1 in
	traced) traced "$2" ;;
	*) start "$1" "$2" "$FAULT_CALLS" ;;
	esac
}

case ${1-} in
--one)
	shift
	faults "$@"
	exit
	;;
inside) ;;
*)
	# some commands look at all processes: with few of them, the same calls each time
	unshare -pf --mount-proc true 2>/dev/null && exec unshare -pf --mount-proc --kill-child sh "$0" inside
	;;
esac

# skipped REASON NAME...
skipped()
{
	reason=$1
	shift
	for name; do t_skip "$name" "$reason"; done
}

# may_ask: whether the driver can make a call fail; there is none of those that it asks for
may_ask()
{
	asked=0
	"$driver" calls nothing "$T" /dev/null 1 ptrace EIO "$(realpath "$WHOLE")" --version >/dev/null 2>&1 || asked=$?
	[ "$asked" -eq 1 ]
}

kinds=
# shellcheck disable=SC2086 # lists
for kind in $FAULT_KINDS; do
	names=$(printf "failing_${kind}_in_%s " $FAULT_COMMANDS)
	if grep -q '^base_cflags.*-fsanitize' "$BUILD/config.mak"; then
		skipped "a sanitizer has an allocator and calls of its own" $names
	elif [ "${kind#allocation}" != "$kind" ] &&
		{ ! COUNT_ALLOCATIONS=$T/count "$failing" --version >/dev/null 2>&1 || [ ! -e "$T/count" ]; }; then
		skipped "the allocator cannot be replaced here" $names
	elif [ "$kind" = traced ] && ! { command -v strace && strace -qq -o /dev/null -e inject=uname:error=EIO true; } >/dev/null 2>&1; then
		skipped "strace is not installed, or may not trace" $names
	elif [ "$kind" = calls ] && ! may_ask; then
		skipped "the kernel cannot ask about a system call here" $names
	else
		kinds="$kinds $kind"
	fi
done
[ -n "$kinds" ] || t_done # xargs would call once without a word
for command in $FAULT_COMMANDS; do
	for kind in $kinds; do
		case $kind-$command in
		traced-test | traced-run | traced-exec) ;;
		traced-*) continue ;; # starts nothing
		esac
		echo "$kind $command"
	done
done >"$T/jobs"
xargs -n 2 -P "${FAULT_JOBS:-$(nproc)}" sh "$0" --one <"$T/jobs" >"$T/results" 2>&1
cat "$T/results"
t_passed=$(grep -c '^ok ' "$T/results")
t_failed=$(grep -c '^FAIL ' "$T/results")
wanted=$(wc -l <"$T/jobs")
[ $((t_passed + t_failed)) -eq "$wanted" ] ||
	t_fail each_command_has_its_faults "$((t_passed + t_failed)) of $wanted came to their end"
awk '{ for (i = 2; i <= NF; i++) if ($i ~ /^faults:?$/ && /^(ok|FAIL) /) { made += $(i - 1); break } }
	END { print "# " made + 0 " faults" }' "$T/results"
t_done
