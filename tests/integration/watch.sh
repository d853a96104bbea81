#!/bin/sh
# SPDX-License-Identifier: MIT
# `slipway test` with a program in QEMU's place that does what a guest rarely does: every way to end,
# its status and its last line; prompts, readiness, floods, signals.
. "$(dirname "$0")/../support/lib.sh"

fake=$BUILD/obj/tests/integration/fake_emulator
export XDG_STATE_HOME="$T/state" TMPDIR="$T/tmp"
mkdir "$T/tmp"
unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM \
	SLIPWAY_SANDBOX GITHUB_ACTIONS GITLAB_CI

printf 'disk' >"$T/disk.img"
truncate -s 1M "$T/disk.img"
for name in one two three; do
	cat >"$T/$name.xml" <<-XML
		<domain type='qemu'>
		  <name>$name</name>
		  <memory unit='MiB'>64</memory>
		  <os><type arch='x86_64' machine='q35'>hvm</type></os>
		  <features><acpi/></features>
		  <devices>
		    <disk type='file' device='disk'>
		      <driver name='qemu' type='raw'/>
		      <source file='$T/disk.img'/>
		      <target dev='vda' bus='virtio'/>
		    </disk>
		    <serial type='pty'/>
		  </devices>
		</domain>
	XML
done

# run OPTION... -- MODE [ARGUMENT]: the fake in that mode
run()
{
	mode=
	for word; do
		shift
		if [ "$word" = -- ] && [ -z "$mode" ]; then
			mode=yes
			set -- "$@" "$T/one.xml" -- -fake
		else
			set -- "$@" "$word"
		fi
	done
	t_run "$SLIPWAY" test --emulator="$fake" --timeout=30s "$@"
}

# ends NAME STATUS LAST-LINE: how the last run ended; the last line holds the text
ends()
{
	t_eq "$1: status" "$2" "$t_status"
	tail -n 1 "$T/err" >"$T/last"
	t_contains "$1: last line" "slipway: $3" "$T/last"
	t_eq "$1: every_line_is_slipways" "" "$(grep -v '^slipway: ' "$T/err")"
}

# ---- every way to end
t_run "$SLIPWAY" test --emulator="$fake" "$T/one.xml" -- -fake poweroff
ends power_off_passes 0 'passed: the guest powered off ('
t_contains the_console_is_on_stdout 'fake: power off' "$T/out"
t_contains the_default_time_is_printed "testing 'one': timeout 600 s, the default with tcg" "$T/err"
run --timeout=2s -- hang
ends timeout 124 'failed: timeout after 2 s; last console line: "fake: hanging at a prompt> "'
run --timeout=1m --silence=500ms -- hang
ends silence 124 'failed: no output for 0.5 s (--silence); last console line: "fake: hanging'
run -- paused internal-error
ends internal_error 1 'failed: internal error of the accelerator, which leaves QEMU paused for ever'
t_contains what_qemu_said_is_shown 'slipway: KVM internal error. Suberror: 1' "$T/err"
run -- paused io-error
ends disk_error 1 "failed: QEMU paused the guest after an error of disk 'disk0'"
run -- panicked
ends pvpanic 1 'failed: the guest reported a panic (pvpanic); the console was silent'
run -- watchdog
ends watchdog 1 "failed: the guest's watchdog has fired"
run -- reboot 1
ends reboot_is_not_allowed 1 'failed: the guest rebooted; --reboots=1 allows that'
run --reboots=2 -- reboot 2
ends reboots_are_counted 0 'passed: the guest powered off'
run --reboots=2 -- reboot 3
ends one_reboot_too_many 1 'failed: the guest rebooted 3 times; --reboots=2 allows 2'
run -- outside
ends ended_from_outside 1 'failed: QEMU was told to end by somebody else'
run -- exit 1
ends qemu_refuses_its_arguments 1 'failed: QEMU ended with status 1; its last words: qemu: -device'
run --success-exit=33 -- exit 33
ends debug_exit_of_success 0 'passed: QEMU ended with status 33'
run --success-exit=33 -- exit 35
ends debug_exit_of_failure 1 'failed: QEMU ended with status 35, --success-exit=33 was asked for'
run --success-exit=33 -- poweroff
ends power_off_in_place_of_a_status 1 'failed: the guest powered off, --success-exit=33 was asked'
denials()
{
	dmesg 2>/dev/null | grep -c 'type=1326 .*comm="fake_emulator".* sig=31 '
}
before=$(denials)
run -- forbidden-call
ends sandbox_denial 159 'failed: QEMU was killed by signal 31 (Bad system call): the sandbox denied'
if [ "$(denials)" -gt "$before" ]; then
	t_contains the_denied_call_is_named "system call 'ptrace'" "$T/last"
else
	t_skip the_denied_call_is_named "the kernel's log has no record of it, or is not readable"
fi
run -- signal 9
ends killed 137 'failed: QEMU was killed by signal 9 (Killed): '
run -- signal 11
ends segmentation_fault 139 'failed: QEMU was killed by signal 11 (Segmentation fault)'
run -- rubbish
ends rubbish_on_the_control_socket_is_passed_over 0 'passed: the guest powered off'
run --timeout=2s -- deaf
ends a_qemu_that_does_not_listen_is_killed 124 'failed: timeout after 2 s; last console line: "fake: deaf"'
t_eq and_is_gone "" "$(pgrep -f "fake_emulator.*$T" || true)"

# ---- what is expected, forbidden, typed
run --expect='services start' --expect='^wel+come$' -- say 'services start\nwellcome\nmore'
ends expected_texts_in_order 0 'passed: all 2 expected texts were seen'
run --timeout=2s --expect=two --expect=one -- say 'one\ntwo\n'
ends order_matters 124 "failed: timeout after 2 s; --expect='one' (2 of 2) was not seen"
run --expect='two' --expect=three -- say 'one two three\n'
ends several_in_one_line 0 'passed: all 2'
run --expect='prompt> $' -- hang
ends a_prompt_has_no_line_end 0 'passed: the expected text was seen'
run --forbid='BUG|Oops' --expect=never -- say 'all well\nOops: 0000 [#1]\n'
ends forbidden 1 "failed: forbidden text was seen: --forbid='BUG|Oops': \"Oops: 0000 [#1]\""
run --forbid=late --expect=early -- say 'early and late\n'
ends forbidden_in_the_same_line_is_forbidden 1 'failed: forbidden text was seen'
run --expect=never -- poweroff
ends power_off_before_the_expected_text 1 "failed: the guest powered off; --expect='never' was not seen"
run --send='login: $ => root' --send='Password: => secret' --expect=welcome -- prompt
ends prompts_are_answered 0 'passed: the expected text was seen'
t_contains the_answer_is_typed 'login: root' "$T/out"
run --timeout=2s --send='login: => ro\x6ft\c' --expect=welcome -- prompt
ends without_enter_nothing_goes_on 124 'failed: timeout after 2 s; '
t_contains what_was_typed_is_echoed 'login: root' "$T/out"
run --expect='Kernel panic' -- say 'Kernel panic - not syncing: VFS\n'
ends a_panic_may_be_expected 0 'passed: the expected text was seen'
run --expect='end trace' -- say 'Kernel panic - not syncing: VFS\n---[ end trace\n'
ends the_last_words_may_hold_what_is_expected 0 'passed'
run -- say 'Kernel panic - not syncing: VFS\nCPU: 0\n---[ end Kernel panic ]---\n'
ends kernel_panic 1 'failed: kernel panic: "Kernel panic - not syncing: VFS"'
t_contains the_trace_behind_it_is_shown 'slipway: | ---[ end Kernel panic ]---' "$T/err"
run -- say 'grub rescue> '
ends a_prompt_of_grub 1 "failed: stuck at GRUB's prompt: \"grub rescue> \"; --allow-shell"
run --allow-shell --timeout=2s -- say 'Shell> '
ends a_shell_may_be_allowed 124 'failed: timeout after 2 s'
run --ready -- ready
ends ready 0 'passed: the guest is ready'
run --ready --timeout=2s -- ready no
ends not_ready 124 'failed: timeout after 2 s; the guest did not say that it is ready'
run --ready --expect=never --timeout=2s -- ready
ends ready_and_expected_are_both_wanted 124 "failed: timeout after 2 s; --expect='never'"

# ---- the image, files and reports
t_eq the_image_is_as_it_was disk "$(tr -d '\0' <"$T/disk.img")"
run --console-log="$T/console.log" --junit="$T/junit.xml" --timeout=2s -- say 'a <&> "b"\nlast'
t_eq the_log_has_times 2 "$(grep -cE '^\[ +[0-9]+\.[0-9]{3}\] (a <&> "b"|last)$' "$T/console.log")"
t_contains the_log_is_named "slipway: the whole console: '$T/console.log'" "$T/err"
if why=$(t_missing xmllint); then
	t_skip junit_is_well_formed "$why"
else
	junit=$SRCDIR/tests/support/junit.rng
	t_true junit_is_well_formed xmllint --noout --relaxng "$junit" "$T/junit.xml"
	t_eq junit_says_why 'timeout after 2 s; last console line: "last"' \
		"$(xmllint --xpath 'string(//testcase[@name="one"]/failure/@message)' "$T/junit.xml")"
	t_eq junit_says_what_kind timeout \
		"$(xmllint --xpath 'string(//failure/@type)' "$T/junit.xml")"
	t_contains junit_has_the_console 'a &lt;&amp;&gt;' "$T/junit.xml"
fi
run --junit="$T/none/junit.xml" -- poweroff
t_eq a_report_that_cannot_be_written_is_an_error 125 "$t_status"
run --format=json -- exit 1
t_eq json_status 1 "$t_status"
if why=$(t_missing python3); then
	t_skip json_is_one_object "$why"
else
	t_eq json_is_one_object 'failed 1 one' "$(python3 -c 'import json, sys
result = json.load(sys.stdin)
test = result["tests"][0]
print(test["outcome"], test["status"], test["name"])' <"$T/out")"
fi
run --console=off -- poweroff
t_eq the_console_can_be_off "" "$(cat "$T/out")"
printf 'raw \033[31mred\r\n' >"$T/wanted"
run --console=raw --expect=red -- say "$(printf 'raw \033[31mred')\\n"
t_eq the_console_can_be_raw "$(od -c "$T/wanted")" "$(od -c "$T/out")"
t_run env GITHUB_ACTIONS=true "$SLIPWAY" test --emulator="$fake" --timeout=2s "$T/one.xml" -- \
	-fake say '::error::from the guest\n'
t_eq a_guest_gives_no_commands 1 "$(sed -n '/^::stop-commands::/,/^::slipway_[0-9a-f]*::$/p' \
	"$T/out" | grep -c '^::error::from the guest')"
t_contains the_log_is_folded '::group::the console of one' "$T/out"
t_contains the_error_is_at_its_file "::error title=slipway test one,file=$T/one.xml::failed: timeout" \
	"$T/out"
t_run env GITLAB_CI=true "$SLIPWAY" test --emulator="$fake" "$T/one.xml" -- -fake poweroff
t_eq gitlab_sections 2 "$(grep -cE 'section_(start|end):[0-9]+:slipway_' "$T/out")"

# ---- several
t_run "$SLIPWAY" test --emulator="$fake" --jobs=2 --junit="$T/junit.xml" --console-log="$T/tmp" \
	"$T/one.xml" "$T/none.xml" "$T/two.xml" -- -fake poweroff
t_eq one_that_is_no_spec_fails_the_whole 125 "$t_status"
t_contains each_one_is_told_about "slipway: passed two ('$T/two.xml'): the guest powered off" "$T/err"
t_eq the_last_line_is_about_all 'slipway: failed: 1 of 3: none.xml' "$(tail -n 1 "$T/err")"
t_eq each_one_has_its_log 'one.log two.log' "$(cd "$T/tmp" && echo *.log)"
rm -f "$T/tmp"/*.log
if why=$(t_missing xmllint); then
	t_skip junit_has_all "$why"
else
	t_true junit_of_several_is_well_formed xmllint --noout --relaxng "$junit" "$T/junit.xml"
	t_eq junit_has_all '3 0 1' "$(xmllint --xpath \
		'concat(count(//testcase)," ",/testsuites/@failures," ",/testsuites/@errors)' \
		"$T/junit.xml")"
fi
t_run "$SLIPWAY" test --emulator="$fake" --jobs=3 --timeout=2s "$T/one.xml" "$T/two.xml" \
	"$T/three.xml" -- -fake hang
t_eq several_that_fail 1 "$t_status"
t_contains several_run_side_by_side 'slipway: failed: 3 of 3: one, two, three' "$T/err"
t_refuses a_file_for_several_is_refused 125 "is no folder" \
	"$SLIPWAY" test --console-log="$T/x.log" "$T/one.xml" "$T/two.xml"

# ---- a terminal
# on_terminal COMMAND...: what its stderr writes on one of 50 columns; its stdout is no terminal
on_terminal()
{
	python3 -c 'import fcntl, os, pty, struct, subprocess, sys, termios
ours, theirs = pty.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 50, 0, 0))
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs)
os.close(theirs)
try:
    while read := os.read(ours, 4096):
        sys.stdout.buffer.write(read)
except OSError:
    pass # the last one has closed it
child.wait()' "$@" | tr '\r' '\n' | sed "s/^$(printf '\033')\\[K//"
}
if why=$(t_missing python3); then
	t_skip a_terminal_shows_the_last_line "$why"
else
	on_terminal "$SLIPWAY" test --emulator="$fake" --timeout=3s "$T/one.xml" -- -fake hang >"$T/live"
	t_contains a_terminal_shows_the_last_line 'slipway: one: 1 s: fake: hanging at a prompt> ' "$T/live"
	t_eq the_verdict_is_not_written_over 'slipway: failed: timeout after 3 s; last console line: "fake: hanging at a prompt> "' \
		"$(sed '/^$/d' "$T/live" | tail -n 1)"
	on_terminal "$SLIPWAY" test --emulator="$fake" --timeout=2s "$T/one.xml" -- \
		-fake say "$(printf '%0100d' 0)\n" >"$T/live"
	t_eq no_line_is_longer_than_the_terminal 0 "$(grep -c '^slipway: one: .\{36\}' "$T/live")"
	on_terminal "$SLIPWAY" test --emulator="$fake" --timeout=3s --jobs=2 "$T/one.xml" "$T/two.xml" -- \
		-fake hang >"$T/live"
	t_contains a_terminal_shows_what_runs 'slipway: 0 of 2 done, 1 s; running: one.xml two' "$T/live"
fi

# ---- usage
t_refuses bad_expression 125 "--expect='(': " "$SLIPWAY" test --expect='(' "$T/one.xml"
t_refuses empty_expression 125 "--forbid=''" "$SLIPWAY" test --forbid= "$T/one.xml"
t_refuses send_without_an_arrow 125 "--send='login'" "$SLIPWAY" test --send=login "$T/one.xml"
t_refuses bad_time 125 "--timeout='2 weeks'" "$SLIPWAY" test --timeout='2 weeks' "$T/one.xml"
t_refuses no_time 125 "--timeout='0'" "$SLIPWAY" test --timeout=0 "$T/one.xml"
t_refuses bad_status 125 "--success-exit" "$SLIPWAY" test --success-exit=256 "$T/one.xml"
t_refuses no_spec 125 "SPEC.xml is missing" "$SLIPWAY" test
t_refuses no_emulator 127 "no emulator" "$SLIPWAY" test --emulator="$T/none" "$T/one.xml"
t_run "$SLIPWAY" test --dry-run --emulator="$fake" "$T/one.xml" -- -fake hang
mv "$T/out" "$T/dry"
t_run "$SLIPWAY" plan --format=shell --emulator="$fake" "$T/one.xml" -- -fake hang
t_eq a_dry_run_prints_the_plan "$(cat "$T/dry")" "$(cat "$T/out")"

# ---- output: much of it, a reader that is slow, one that has gone
# Without the sanitizer's own store of freed memory, where slipway is built with it.
no_store=quarantine_size_mb=0:thread_local_quarantine_size_kb=0
peak()
{
	ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}$no_store" python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}
run --console=off -- flood 100
ends a_flood_passes 0 'passed: the guest powered off'
if why=$(t_missing python3); then
	t_skip memory_does_not_grow "$why"
elif case "${CFLAGS:-}" in *-fsanitize*) true ;; *) false ;; esac; then
	t_skip memory_does_not_grow "sanitizers keep what is freed"
else
	small=$(peak "$SLIPWAY" test --emulator="$fake" "$T/one.xml" -- -fake flood 1)
	large=$(peak "$SLIPWAY" test --emulator="$fake" "$T/one.xml" -- -fake flood 200)
	line=$(peak "$SLIPWAY" test --emulator="$fake" "$T/one.xml" -- -fake one-line 20)
	for size in "$large" "$line"; do
		if [ "$size" -lt $((small + 2048)) ]; then
			t_ok "memory_does_not_grow ($small KiB, $size KiB)"
		else
			t_fail memory_does_not_grow "from $small KiB to $size KiB"
		fi
	done
fi
t_eq a_reader_that_leaves_does_no_harm 'first 0' "$({
	"$SLIPWAY" test --emulator="$fake" "$T/one.xml" -- -fake flood 5 2>/dev/null
	echo "$?" >"$T/status"
} | head -n 1 | sed 's/^abc.*/first/') $(cat "$T/status")"
mkfifo "$T/fifo"
# shellcheck disable=SC2217 # it holds the other end open, and reads nothing
sleep 600 <"$T/fifo" &
reader=$!
t_run sh -c '"$@" >"$0"' "$T/fifo" timeout -s KILL 60 "$SLIPWAY" test --emulator="$fake" --timeout=2s "$T/one.xml" -- \
	-fake flood 5
t_eq a_reader_that_does_not_read_stops_the_guest_not_the_clock 124 "$t_status"
kill "$reader" 2>/dev/null

# ---- signals: in order, and nothing is left
# interrupt SIGNAL MODE: sends it as soon as the console says something
interrupt()
{
	: >"$T/live"
	"$SLIPWAY" test --emulator="$fake" "$T/one.xml" -- -fake "$2" >"$T/live" 2>"$T/err" </dev/null &
	test_pid=$!
	while [ ! -s "$T/live" ]; do sleep 0.1; done
	kill "-$1" "$test_pid"
	t_status=0
	wait "$test_pid" || t_status=$?
}
interrupt TERM powerdown
ends interrupted 143 'failed: interrupted by signal 15 (Terminated)'
t_contains the_guest_is_asked_to_shut_down 'fake: shutting down' "$T/live"
t_eq nobody_is_left "" "$(pgrep -f "fake_emulator.*$T" || true)"
t_eq no_file_is_left "" "$(find "$T/tmp" "$T/state" -type f 2>/dev/null)"

"$SLIPWAY" test --emulator="$fake" --jobs=2 --junit="$T/junit.xml" "$T/one.xml" "$T/two.xml" "$T/three.xml" -- \
	-fake powerdown >"$T/live" 2>"$T/err" </dev/null &
test_pid=$!
until [ "$(pgrep -fc "fake_emulator.*guest=(one|two),.*$T")" -ge 2 ]; do sleep 0.1; done
sleep 1
kill -TERM "$test_pid"
t_status=0
wait "$test_pid" || t_status=$?
ends several_are_interrupted 1 'failed: 3 of 3: one, two, three.xml'
t_eq each_of_them_is_asked_to_shut_down 2 "$(grep -c 'fake: shutting down' "$T/live")"
t_contains no_other_one_is_begun "'): not begun: slipway was interrupted" "$T/err"
t_eq nobody_is_left_of_several "" "$(pgrep -f "fake_emulator.*$T" || true)"

interrupt KILL deaf
t_eq killed_itself 137 "$t_status"
for _ in 1 2 3 4 5 6 7 8 9 10; do
	left=$(pgrep -f "fake_emulator.*$T" || true)
	[ -z "$left" ] && break
	sleep 0.2
done
t_eq qemu_dies_with_slipway "" "$left"
t_eq no_file_is_left_by_a_kill "" "$(find "$T/tmp" "$T/state" -type f 2>/dev/null)"
t_done
