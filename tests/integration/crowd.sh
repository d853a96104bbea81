#!/bin/sh
# SPDX-License-Identifier: MIT
# Several tests at a time, with a program in QEMU's place: their files, and what a machine is short of.
# watch.sh has how they end.
. "$(dirname "$0")/../support/lib.sh"

fake=$BUILD/obj/tests/integration/fake_emulator
export XDG_STATE_HOME="$T/state" TMPDIR="$T/tmp"
mkdir "$T/tmp" "$T/more" "$T/logs"
unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM \
	SLIPWAY_SANDBOX GITHUB_ACTIONS GITLAB_CI

for file in vm.xml more/vm.xml plain; do
	cat >"$T/$file" <<-XML
		<domain type='qemu'>
		  <name>$(echo $file | tr / -)</name>
		  <memory unit='MiB'>64</memory>
		  <os><type arch='x86_64' machine='q35'>hvm</type></os>
		  <features><acpi/></features>
		  <devices><serial type='pty'/></devices>
		</domain>
	XML
done

# crowd OPTION...: the three, which power themselves off
crowd()
{
	t_run "$@" "$T/vm.xml" "$T/more/vm.xml" "$T/plain" -- -fake poweroff
}

crowd "$SLIPWAY" test --emulator="$fake" --jobs=3 --console-log="$T/logs/"
t_eq all_have_passed 0 "$t_status"
t_eq each_has_a_log_of_its_own 'plain.log vm-2.log vm.log' "$(cd "$T/logs" && echo *)"
t_eq with_its_console 3 "$(grep -l 'fake: power off' "$T"/logs/*.log | wc -l)"
crowd "$SLIPWAY" test --emulator="$fake" --console-log="$T/logs" --screenshot="$T/logs" --screenshot-always
t_eq pictures_of_several_are_in_the_folder 0 "$t_status"
crowd "$SLIPWAY" test --emulator="$fake" --console-log="$T/vm.xml"
t_contains a_file_is_no_folder_for_logs "--console-log='$T/vm.xml' is no folder; several specs have a file each" "$T/err"
crowd "$SLIPWAY" test --emulator="$fake" --screenshot="$T/none"
t_contains what_is_not_there_is_no_folder "--screenshot='$T/none' is no folder" "$T/err"
crowd env TMPDIR=/proc "$SLIPWAY" test --emulator="$fake"
t_eq a_place_without_nameless_files_does_no_harm '0 3' "$t_status $(grep -c 'fake: power off' "$T/out")"
crowd "$SLIPWAY" test --emulator="$fake" --jobs=2 --junit="$T/none/junit.xml"
t_contains a_report_without_a_place_is_named "$T/none/junit.xml" "$T/err"
crowd "$SLIPWAY" test --emulator="$fake" --jobs=0
t_eq no_jobs_are_an_error 125 "$t_status"
t_run "$SLIPWAY" test --emulator="$fake" --quiet "$T/vm.xml" "$T/plain" -- -fake exit 3
t_eq two_that_fail_have_failed 1 "$t_status"
t_contains they_are_named 'failed: 2 of 2: ' "$T/err"

# nohup: a signal that is ignored interrupts nobody
for specs in "$T/vm.xml" "$T/vm.xml $T/plain"; do
	# shellcheck disable=SC2086 # one or two
	(trap '' HUP; exec "$SLIPWAY" test --emulator="$fake" --timeout=2s $specs -- -fake hang) \
		>"$T/out" 2>"$T/err" </dev/null &
	test_pid=$!
	sleep 1
	kill -HUP "$test_pid"
	wait "$test_pid"
	t_contains "an_ignored_signal_interrupts_nobody: $(echo "$specs" | wc -w)" 'timeout after 2 s' "$T/err"
	t_eq "and_is_not_told: $(echo "$specs" | wc -w)" 0 "$(grep -c interrupted "$T/err")"
done

# ---- what a machine is short of, or a signal interrupts
if ! command -v strace >/dev/null || ! strace -qq -o /dev/null -e inject=uname:error=EIO true 2>/dev/null ||
	grep -q '^base_cflags.*-fsanitize' "$BUILD/config.mak"; then
	t_skip what_is_missing_is_said 'strace is not installed, or may not trace'
	t_done
fi

# injected FAULT...: the crowd, with these faults in its first process
injected()
{
	set -- "$@" -o /dev/null
	for fault; do
		shift
		case $fault in
		*:*) set -- "$@" -e "inject=$fault" ;;
		*) set -- "$@" "$fault" ;;
		esac
	done
	crowd strace -qq "$@" "$SLIPWAY" test --emulator="$fake" --jobs=2 --nvram=ephemeral
}
injected pipe2:error=EMFILE:when=1
t_contains no_pipe_is_said '--jobs: Too many open files' "$T/err"
t_eq and_is_no_verdict 125 "$t_status"
injected clone:error=EAGAIN:when=1
t_contains no_process_is_said '--jobs: Resource temporarily unavailable' "$T/err"
injected memfd_create:error=EMFILE openat:error=EOPNOTSUPP:when=1
t_eq what_is_not_needed_is_not_missed 3 "$(grep -c 'fake: power off' "$T/out")"
for call in poll wait4 write; do
	injected "$call:error=EINTR:when=2"
	t_eq "a_signal_in_${call}_changes_nothing" '0 3' "$t_status $(grep -c 'fake: power off' "$T/out")"
done
t_eq nobody_is_left "" "$(pgrep -f "fake_emulator.*guest=(vm|more-vm|plain).*$T" || true)"
t_done
