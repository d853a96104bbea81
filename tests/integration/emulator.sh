#!/bin/sh
# SPDX-License-Identifier: MIT
# slipway in QEMU's place: called by an emulator's name or as a prefix, it changes nothing that QEMU
# prints, answers or ends with.
. "$(dirname "$0")/../support/lib.sh"

probe=$BUILD/obj/tests/integration/probe
within=$BUILD/obj/tests/integration/surroundings
ask=$BUILD/obj/tests/integration/ask
bin=$T/bin
unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM SLIPWAY_SANDBOX
export XDG_STATE_HOME="$T/state"
mkdir "$bin" "$T/real"

# ---- which program it is

# called NAME: slipway by that name, as a link
called()
{
	ln -sf "$SLIPWAY" "$bin/$1"
}
called qemu-system-x86_64-slipway
cp "$probe" "$T/real/qemu-system-x86_64"

t_run env "PATH=$T/real:$PATH" "$bin/qemu-system-x86_64-slipway" -m 1
t_contains the_name_without_slipway_is_found_in_path "arg $T/real/qemu-system-x86_64" "$T/out"
cp "$probe" "$bin/qemu-system-x86_64"
t_run env "PATH=$T/real:$PATH" "$bin/qemu-system-x86_64-slipway" -m 1
t_contains the_one_beside_comes_before_path "arg $bin/qemu-system-x86_64" "$T/out"
rm "$bin/qemu-system-x86_64"
t_run env "SLIPWAY_EMULATOR=$probe" "$bin/qemu-system-x86_64-slipway" -m 1
t_contains slipway_emulator_names_it "arg $probe" "$T/out"

# itself by link, hard link and copy is never taken
mkdir "$T/selves"
ln -s "$SLIPWAY" "$T/selves/qemu-system-x86_64"
ln "$SLIPWAY" "$T/selves/qemu-kvm" 2>/dev/null || cp "$SLIPWAY" "$T/selves/qemu-kvm"
cp "$SLIPWAY" "$T/selves/kvm"
for name in qemu-system-x86_64 qemu-kvm kvm; do
	t_run timeout 20 env "PATH=$T/selves:$T/real" "$T/selves/$name" -m 1
	t_contains "itself_is_passed_over: $name" "arg " "$T/out"
done
# nor is another version of it, which would take this one for QEMU
echo >>"$T/selves/kvm"
ln -sf "$SLIPWAY" "$bin/kvm"
t_run timeout 20 env "PATH=$T/selves:$T/real" "$bin/kvm" -m 1
t_contains another_version_is_passed_over "arg $T/real/qemu-system-x86_64" "$T/out"
rm "$bin/kvm"
called qemu-system-riscv64
called qemu-system-nothing
t_refuses without_a_qemu_it_is_127 127 "$bin/qemu-system-nothing (slipway itself)" \
	env "PATH=$bin" "$bin/qemu-system-nothing" -m 1
t_refuses a_question_without_a_qemu_is_127 127 "not found" \
	env "PATH=$bin" "$bin/qemu-system-nothing" -version

# ---- what QEMU is given

export SLIPWAY_EMULATOR="$probe"
emulator=$bin/qemu-system-x86_64-slipway
t_run "$emulator" -display none -net none -m 1 -name 'a b' -append '' -S "x'y" ,
t_eq words_stay_in_their_order "-display|none|-net|none|-m|1|-name|a b|-append||-S|x'y|,|" \
	"$(sed -n 's/^arg //p' "$T/out" | tail -n +2 | tr '\n' '|')"
t_eq nothing_is_said "" "$(cat "$T/err")"
t_contains a_second_exec_is_refused "exec no" "$T/out"
t_contains foreign_files_stay_closed "open /etc/shadow no" "$T/out"
t_run env A_NAME_OF_MY_OWN=1 QEMU_AUDIO_DRV=none "$emulator" -display none -net none
t_contains environment_is_not_reduced "env A_NAME_OF_MY_OWN=1" "$T/out"
t_run env QEMU_OPTS=-S "$emulator" -display none -net none
t_eq qemu_opts_is_the_callers "" "$(grep -x 'arg -S' "$T/out")"
t_run env PROBE_STATUS=33 "$emulator" -display none -net none
t_eq status_is_qemus 33 "$t_status"

# shellcheck disable=SC2016
surroundings='cd "$1"; trap "" USR1 HUP; exec 5<"$2" 7>"$1/seven"
	exec "$2" -display none -net none'
t_run sh -c "$surroundings" sh "$T" "$probe"
sed -n 's/^fd //p' "$T/out" >"$T/bare.fds"
t_run sh -c "$surroundings" sh "$T" "$emulator"
sed -n 's/^fd //p' "$T/out" >"$T/slipway.fds"
t_eq directory_stays "cwd $T" "$(grep '^cwd' "$T/out")"
t_eq ignored_signals_stay "ignored 1 ignored 10" "$(grep '^ignored' "$T/out" | tr '\n' ' ' | sed 's/ $//')"
t_eq no_signal_gets_blocked "" "$(grep '^blocked' "$T/out")"
t_true inherited_fds_keep_their_numbers cmp "$T/bare.fds" "$T/slipway.fds"
t_eq inherited_fds_are_there "5 7" "$(grep -x '[57]' "$T/slipway.fds" | tr '\n' ' ' | sed 's/ $//')"

t_run "$within" --block=12 --block=2 -- "$emulator" -display none -net none
t_eq blocked_signals_stay_blocked "blocked 2 blocked 12" \
	"$(grep '^blocked' "$T/out" | tr '\n' ' ' | sed 's/ $//')"

(umask 027 && exec "$emulator" -display none -net none -wait) >"$T/out" 2>"$T/err" </dev/null &
pid=$!
until grep -qs '^waiting' "$T/out" || ! kill -0 $pid 2>/dev/null; do sleep 0.1; done
cat "/proc/$pid/status" >"$T/status"
t_eq process_id_stays "pid $pid" "$(grep '^pid ' "$T/out")"
t_eq comm_is_the_emulators probe "$(cat "/proc/$pid/comm")"
t_eq cmdline_is_the_emulators "$probe" "$(tr '\0' '\n' <"/proc/$pid/cmdline" | head -n 1)"
t_eq umask_stays 0027 "$(sed -n 's/^Umask:[[:space:]]*//p' "$T/status")"
t_eq filter_is_installed 2 "$(sed -n 's/^Seccomp:[[:space:]]*//p' "$T/status")"
kill -USR2 $pid
end=0
wait $pid 2>/dev/null || end=$?
t_eq death_by_signal_is_the_callers_to_see 140 "$end"

# ---- questions pass through

for words in -version --version -help --help -h '-M help' '-machine ?' '-device virtio-net,help' \
	'-cpu help' '-drive file=x,format=?' '-netdev user,id=n -chardev help' \
	'-S -no-user-config -nodefaults -nographic -machine none,accel=kvm:tcg -daemonize' \
	'-M none' '-machine type=none,accel=tcg' '-object help' '-accel help' '-audiodev ?'; do
	# shellcheck disable=SC2086
	t_run "$emulator" $words
	t_eq "a_question_is_not_confined: $words" "" "$(grep 'exec no' "$T/out")"
	t_eq "nothing_is_said_for_a_question: $words" "" "$(cat "$T/err")"
done
for words in '-append help' '-name help' '-kernel help' '-machine pc -device x,id=helper' \
	'-machine none -machine pc' '-uuid ?' '-append -version'; do
	# shellcheck disable=SC2086
	t_run "$emulator" -display none -net none $words
	t_contains "no_question: $words" "exec no" "$T/out"
done
t_run env SLIPWAY_FIRMWARE=uefi "$emulator" -version
t_eq a_question_gets_no_firmware "-version" "$(sed -n 's/^arg //p' "$T/out" | tail -n +2)"
t_eq a_question_makes_no_nvram "" "$(ls "$T/state" 2>/dev/null)"

mkdir "$T/nothing"
t_run env -C "$T/nothing" HOME="$T/nothing" TMPDIR="$T/nothing" XDG_RUNTIME_DIR="$T/nothing" \
	XDG_STATE_HOME="$T/nothing" SLIPWAY_FIRMWARE=uefi "$emulator" -S -machine none -daemonize
t_eq a_question_makes_no_file "" "$(ls -A "$T/nothing")"

# libxml2 takes longer to load than all the rest: nobody who asks pays for it
t_run env LD_DEBUG=files "$emulator" -S -machine none,accel=kvm:tcg
if grep -q 'file=libc' "$T/err"; then
	t_eq a_question_loads_no_libxml2 "" "$(grep -E 'libxml2|libicu|liblzma' "$T/err")"
else
	t_skip a_question_loads_no_libxml2 "the loader does not tell what it loads"
fi
if ldd "$WHOLE" >"$T/ldd" 2>/dev/null; then
	t_eq libxml2_is_not_loaded "" "$(grep -E 'libxml2|libicu' "$T/ldd")"
else
	t_skip libxml2_is_not_loaded "slipway is a static program"
fi

# ---- what is not understood, or cannot be held

t_run "$emulator" -display none -net none -from-the-future x=y
t_eq an_unknown_option_is_passed_on "arg -from-the-future" "$(grep future "$T/out")"
t_eq an_unknown_option_widens_the_sandbox_in_one_line 1 "$(grep -c '^slipway: sandbox' "$T/err")"
t_contains a_wide_sandbox_opens_files "open /etc/shadow yes" "$T/out"
t_contains a_wide_sandbox_executes_nothing "exec no" "$T/out"
t_run "$emulator" -display none -netdev tap,id=n0,ifname=t0
t_contains a_network_script_is_named "-netdev tap,id=n0,ifname=t0" "$T/err"
t_refuses what_cannot_be_held_is_refused_where_all_is_required 125 \
	"-netdev tap" env SLIPWAY_SANDBOX=require "$emulator" -display none -netdev tap,id=n0
# a helper on a bridge is served before, with and without a program that was named
# shellcheck disable=SC2016
on_a_bridge='ip link add br7 type bridge && ip link set br7 up && exec "$@"'
if [ "$(id -u)" -eq 0 ] && [ -e /dev/net/tun ] && command -v ip >/dev/null &&
	unshare -n sh -c "$on_a_bridge" sh true 2>/dev/null; then
	t_run unshare -n sh -c "$on_a_bridge" sh env SLIPWAY_SANDBOX=require "$emulator" -display none \
		-nic bridge,br=br7,model=e1000
	t_contains a_bridge_is_served_before "arg tap,fd=300,model=e1000" "$T/out"
	t_contains its_tap_is_handed_over "fd 300" "$T/out"
	t_contains a_bridge_leaves_the_cage_closed "exec no" "$T/out"
	t_eq nothing_is_said_of_a_bridge "" "$(cat "$T/err")"
	t_refuses a_bridge_that_is_missing_is_refused 125 "bridge 'br8'" \
		unshare -n sh -c "$on_a_bridge" sh "$emulator" -display none -nic bridge,br=br8
	printf '#!/bin/sh\necho "helper $*" >"%s"\n' "$T/helper.log" >"$T/helper"
	chmod +x "$T/helper"
	t_refuses a_helper_that_was_named_is_asked 125 "$T/helper" \
		"$emulator" -display none -nic "bridge,br=br7,helper=$T/helper"
	t_contains a_helper_is_told_the_bridge "--br=br7" "$T/helper.log"
else
	t_skip a_bridge_is_served_before "no bridge can be made here"
fi
t_run "$emulator" -display none -net none -incoming 'exec:cat /x'
t_contains exec_migration_is_named "-incoming exec:cat /x" "$T/err"
t_eq exec_migration_may_execute "" "$(grep 'exec no' "$T/out")"
printf '#!/bin/sh\nexec "%s" "$@"\n' "$probe" >"$T/script"
chmod +x "$T/script"
t_run env "SLIPWAY_EMULATOR=$T/script" "$emulator" -display none -net none
t_contains a_script_in_qemus_place_starts_it "arg $probe" "$T/out"
t_contains a_script_in_qemus_place_is_named "$T/script" "$T/err"
t_run env SLIPWAY_SANDBOX=off "$emulator" -display none -net none
t_contains sandbox_can_be_switched_off "open /etc/shadow yes" "$T/out"
printf 'no program\n' >"$T/plain"
t_refuses what_cannot_be_executed_is_126 126 "Permission denied" \
	env "SLIPWAY_EMULATOR=$T/plain" "$emulator" -S
t_refuses a_question_to_it_is_126_too 126 "Permission denied" \
	env "SLIPWAY_EMULATOR=$T/plain" "$emulator" -version
t_refuses a_wrong_word_is_refused 125 "SLIPWAY_SANDBOX='maybe'" env SLIPWAY_SANDBOX=maybe "$emulator"

# ---- as a prefix

unset SLIPWAY_EMULATOR
t_run "$SLIPWAY" exec -- "$probe" -display none -net none -m 1
t_eq a_prefix_keeps_the_words "-display|none|-net|none|-m|1|" \
	"$(sed -n 's/^arg //p' "$T/out" | tail -n +2 | tr '\n' '|')"
t_run "$SLIPWAY" exec "$probe" -S
t_contains a_prefix_needs_no_dashes "arg -S" "$T/out"
t_run env QEMU_OPTS='-uuid x' "$SLIPWAY" exec -- "$probe" -display none -S
t_eq qemu_opts_come_last_behind_a_prefix "-S|-uuid|x|" \
	"$(sed -n 's/^arg //p' "$T/out" | tail -n 3 | tr '\n' '|')"
t_run "$SLIPWAY" exec --dry-run -- "$probe" -display none -m 'a b'
t_eq dry_run_prints_the_command "$probe -display none -m 'a b'" "$(cat "$T/out")"
t_run "$SLIPWAY" exec -- "$probe" -M none
t_eq a_question_behind_a_prefix_passes_through "" "$(grep 'exec no' "$T/out")"
t_refuses a_prefix_without_a_command_is_refused 125 "command line is missing" "$SLIPWAY" exec --
t_refuses a_prefix_before_no_program_is_126 126 "Permission denied" "$SLIPWAY" exec -- "$T/plain" -S
t_refuses a_prefix_before_nothing_is_127 127 "not found" "$SLIPWAY" exec -- "$T/none" -S

# ---- the unit that makes libvirt ask again

if reason=$(t_missing systemd-analyze); then
	t_skip units_are_those_of_systemd "$reason"
else
	mkdir "$T/units"
	for unit in path service; do
		sed '/^Documentation=/d' "$SRCDIR/examples/libvirt/slipway-upgrade.$unit" \
			>"$T/units/slipway-upgrade.$unit"
	done
	t_run systemd-analyze verify --man=no "$T/units/slipway-upgrade.path"
	t_eq units_are_those_of_systemd "" "$(grep slipway-upgrade "$T/err")"
fi

# ---- firmware, only where it was asked for

root=$T/root
mkdir -p "$root/usr/share/OVMF"
code=/usr/share/OVMF/OVMF_CODE_4M.fd vars=/usr/share/OVMF/OVMF_VARS_4M.fd
truncate -s 3653632 "$root$code"
truncate -s 540672 "$root$vars"
# with firmware: `slipway exec` of the probe, on a host with one pair
exec_on_host()
{
	t_run "$SLIPWAY" exec --root="$root" "$@"
}
exec_on_host --firmware=uefi --nvram="$T/new.fd" -- "$probe" -M q35 -display none -net none
t_eq firmware_is_added_behind_the_words "-M|q35|-display|none|-net|none|" \
	"$(sed -n 's/^arg //p' "$T/out" | tail -n +2 | head -n 6 | tr '\n' '|')"
t_contains firmware_is_flash "arg pflash0=pflash0-format,pflash1=pflash1-format" "$T/out"
t_true nvram_is_made_from_the_template cmp "$root$vars" "$T/new.fd"
exec_on_host --dry-run --firmware=uefi --nvram=ephemeral -- "$probe" -M q35 -display none -net none
t_eq dry_run_shows_what_is_added 1 "$(grep -c "^slipway: added: -blockdev .*$code.* -machine " "$T/err")"
t_contains dry_run_shows_the_sandbox "slipway: sandbox: base tcg" "$T/err"
t_eq dry_run_shows_nothing_else 2 "$(wc -l <"$T/err")"
exec_on_host --dry-run -q --firmware=uefi --nvram=ephemeral -- "$probe" -M q35
t_eq a_quiet_dry_run_says_nothing "" "$(cat "$T/err")"
exec_on_host -- "$probe" -M q35 -display none -net none
t_eq no_firmware_without_being_asked "" "$(grep pflash "$T/out")"

missing=/usr/share/edk2/x64/OVMF_CODE.4m.fd
drive="if=pflash,format=raw,readonly=on,file=$missing"
exec_on_host -- "$probe" -M q35 -display none -net none -drive "$drive"
t_contains a_missing_path_is_passed_on "arg $drive" "$T/out"
t_eq a_missing_path_gets_one_line 1 "$(grep -c "^slipway: firmware: '$missing'.*$code" "$T/err")"
exec_on_host --dry-run --firmware=uefi -- "$probe" -M q35 -display none -drive "$drive"
t_contains dry_run_shows_what_is_changed "slipway: changed: $drive" "$T/err"
t_contains dry_run_shows_what_it_becomes "slipway:      to: ${drive%"$missing"}$code" "$T/err"
exec_on_host --firmware=uefi -- "$probe" -M q35 -display none -net none -drive "$drive" \
	-drive "if=pflash,format=raw,file=$T/of-my-own.fd"
t_eq each_change_is_one_line 2 "$(grep -c '^slipway: firmware: ' "$T/err")"
t_contains asked_for_the_equivalent_takes_its_place \
	"arg if=pflash,format=raw,readonly=on,file=$root$code" "$T/out"
t_contains a_missing_store_is_made "arg if=pflash,format=raw,file=$T/of-my-own.fd" "$T/out"
t_true a_missing_store_is_a_copy_of_the_template cmp "$root$vars" "$T/of-my-own.fd"
exec_on_host --firmware=uefi -- "$probe" -M q35 -display none -net none \
	-drive "if=none,id=p0,format=raw,readonly=on,file=$missing" -machine pflash0=p0
t_contains a_drive_that_the_machine_names_is_flash \
	"arg if=none,id=p0,format=raw,readonly=on,file=$root$code" "$T/out"
t_refuses a_bios_without_an_equivalent_is_refused 125 "'/nowhere/OVMF.fd' is not there" \
	"$SLIPWAY" exec --root="$root" --firmware=uefi -- "$probe" -M q35 -bios /nowhere/OVMF.fd
mkdir -p "$root/usr/share/ovmf"
truncate -s 2097152 "$root/usr/share/ovmf/OVMF.fd"
exec_on_host --firmware=uefi -- "$probe" -M q35 -display none -net none -bios /nowhere/OVMF.fd
t_contains a_missing_bios_is_replaced "arg $root/usr/share/ovmf/OVMF.fd" "$T/out"
truncate -s 131072 "$root/small.fd"
t_refuses a_store_of_the_other_family_has_no_equivalent 125 "no equivalent" "$SLIPWAY" exec \
	--root="$root" --firmware=uefi -- "$probe" -M q35 -drive "$drive" \
	-drive "if=pflash,format=raw,file=/small.fd"
# shellcheck disable=SC2016
t_run bash -c 'exec 30</dev/null 31</dev/null; exec "$@"' bash "$SLIPWAY" exec --root="$root" \
	--firmware=uefi --nvram=ephemeral -- "$probe" -M q35 -display none -net none
t_contains descriptors_of_the_caller_keep_their_numbers "arg fd=40,set=40,opaque=nvram" "$T/out"
# a name without a slash is QEMU's own to find
mkdir -p "$T/qemu/bin" "$T/qemu/share/qemu" "$T/library"
printf '#!/bin/sh\n[ "$*" != "-L help" ] || echo "%s"\n' "$T/qemu/share/qemu" >"$T/qemu/bin/qemu-system-x86_64"
chmod +x "$T/qemu/bin/qemu-system-x86_64"
: >"$T/library/of-a-library.bin"
: >"$T/qemu/share/qemu/of-qemu.bin"
bare_bios() # NAME: with --dry-run, for a QEMU that says where its files are
{
	t_run "$SLIPWAY" exec --dry-run --root="$root" -- "$T/qemu/bin/qemu-system-x86_64" \
		-display none -L "$T/library" -bios "$1"
}
bare_bios nowhere.fd
t_eq a_name_that_qemu_does_not_find_is_told 1 "$(grep -c "nowhere.fd' is not there; this host has" "$T/err")"
for name in of-qemu.bin of-a-library.bin; do
	bare_bios $name
	t_eq "a_name_that_qemu_finds_is_no_news: $name" 0 "$(grep -c 'is not there' "$T/err")"
done
rm "$root$code"
: >"$root$vars"
t_refuses without_an_equivalent_it_is_refused 125 "no equivalent" "$SLIPWAY" exec --root="$root" \
	--firmware=uefi -- "$probe" -M q35 -drive "$drive"

# ---- the same as QEMU: stdout, status and answers

qemu=$(command -v qemu-system-x86_64) || qemu=
called qemu-system-x86_64
qemu-img create -q -f qcow2 "$T/base.qcow2" 1M 2>/dev/null &&
	(cd "$T" && qemu-img create -q -f qcow2 -b base.qcow2 -F qcow2 "$T/top.qcow2")
truncate -s 1M "$T/disk.img" "$T/hot.img"
mkdir "$T/share" "$T/images"
printf '[drive]\n  file = "%s"\n  format = "raw"\n  if = "ide"\n' "$T/disk.img" >"$T/config"

# clean: what changes from run to run
clean()
{
	sed -e 's/"timestamp": {[^}]*}/T/g; s/"micro[a-z]*": [0-9]*/N/g; s,/dev/pts/[0-9]*,PTS,g' \
		-e 's/#block[0-9]*/NODE/g; s/#chr[0-9]*/CHR/g; s/vl\.[A-Za-z0-9]*/TEMPORARY/g' \
		-e 's/{[^{}]*"filename": "gdb", "label": "CHR"}, //; s/, {[^{}]*"filename": "gdb", "label": "CHR"}//' \
		-e '/NETDEV_STREAM_CONNECTED/d; s/127\.0\.0\.1:[0-9]*/PORT/g' "$1"
}
commands='{"execute":"qmp_capabilities"}
{"execute":"query-status"}
{"execute":"query-block"}
{"execute":"query-chardev"}
{"execute":"query-kvm"}
'
quit='{"execute":"quit"}
'
in_surroundings='' # what stands before the program
# same NAME [QMP-COMMANDS] -- WORD...: stopped, on QMP, with and without slipway
same()
{
	name=$1 more='' status=''
	shift
	[ "$1" = -- ] || { more=$1 && shift; }
	shift
	for kind in bare slipway; do
		program=$qemu
		[ $kind = bare ] || program=$bin/qemu-system-x86_64
		printf '%s%s%s' "$commands" "$more" "$quit" >"$T/commands"
		t_status=0
		# shellcheck disable=SC2086
		(cd "$T" && timeout 60 $in_surroundings "$program" "$@") <"$T/commands" >"$T/$kind.out" \
			2>"$T/$kind.err" || t_status=$?
		clean "$T/$kind.out" >"$T/$kind.clean"
		status="$status $t_status"
		rm -f "$T"/images/*
	done
	# whether the greeting comes before the error with which QEMU ends is chance
	[ "$t_status" -eq 0 ] || sed -i '/^{"QMP": {"version"/d' "$T/bare.clean" "$T/slipway.clean"
	if [ "${status% *}" != " ${status##* }" ]; then
		t_fail "same_status: $name" "bare and slipway: $status; $(head -n 3 "$T/slipway.err")"
	elif ! cmp -s "$T/bare.clean" "$T/slipway.clean"; then
		t_fail "same_output: $name" "$(diff "$T/bare.clean" "$T/slipway.clean" | head -n 5)"
	else
		t_ok "same_as_qemu: $name"
	fi
}
base='-S -nodefaults -display none -qmp stdio'

if [ -z "$qemu" ]; then
	t_skip same_as_qemu "qemu-system-x86_64 is not installed"
	t_done
fi
# shellcheck disable=SC2086
while IFS='|' read -r name words; do
	[ -n "$name" ] || continue
	eval "same '$name' -- $base $words"
done <<END
nothing|
q35|-machine q35 -m 64
pc_with_accel|-machine pc,accel=tcg -m 32 -smp 2
isapc|-M isapc
microvm|-M microvm
kvm_or_tcg|-machine q35,accel=kvm:tcg
threads|-accel tcg,thread=multi -smp 4
hda|-hda disk.img
image_alone|disk.img
cdrom|-cdrom disk.img
drive|-drive file=disk.img,format=raw,if=virtio,cache=none
drive_snapshot|-drive file=disk.img,format=raw,snapshot=on
snapshot|-snapshot -hda disk.img
drive_chain|-drive file=top.qcow2,if=virtio
drive_missing|-drive file=nowhere.img
drive_readonly|-drive file=disk.img,format=raw,readonly=on,if=none,id=d -device virtio-blk,drive=d
blockdev_keys|-blockdev driver=qcow2,node-name=d,file.driver=file,file.filename=top.qcow2
blockdev_json|-blockdev '{"driver":"raw","node-name":"f","file":{"driver":"file","filename":"disk.img"}}'
blockdev_nodes|-blockdev file,filename=top.qcow2,node-name=s -blockdev qcow2,file=s,node-name=f
aio_native|-drive file=disk.img,format=raw,aio=native,cache.direct=on
aio_io_uring|-drive file=disk.img,format=raw,aio=io_uring
floppy|-fda disk.img
fat|-drive file=fat:rw:share,format=raw
json_name|-drive 'file=json:{"driver":"raw",,"file":{"driver":"file",,"filename":"disk.img"}}'
user_network|-netdev user,id=n,hostfwd=tcp:127.0.0.1:0-:22 -device virtio-net,netdev=n
nic_user|-nic user,model=e1000
socket_network|-netdev socket,id=n,listen=127.0.0.1:0 -device e1000,netdev=n
stream_network|-netdev stream,id=n,server=on,addr.type=unix,addr.path=net.sock -device e1000,netdev=n
dgram_network|-netdev dgram,id=n,local.type=unix,local.path=dgram.sock,remote.type=unix,remote.path=r.sock
no_network|-net none
serial_pty|-chardev pty,id=c -device isa-serial,chardev=c
serial_file|-serial file:serial.log
serial_unix|-serial unix:serial.sock,server,nowait
serial_tcp|-serial tcp:127.0.0.1:0,server=on,wait=off
serial_telnet|-chardev socket,id=c,host=127.0.0.1,port=0,server=on,wait=off,telnet=on -device isa-serial,chardev=c
serial_null|-serial null -parallel none
pipe_missing|-chardev pipe,id=c,path=nowhere
log_file|-chardev null,id=c,logfile=char.log -device isa-serial,chardev=c
monitor_unix|-monitor unix:mon.sock,server=on,wait=off
vnc|-vnc 127.0.0.1:77,to=99
vnc_unix|-vnc unix:vnc.sock
vga|-vga std -device virtio-gpu
memfd|-object memory-backend-memfd,id=m,size=32M,share=on -m 32 -machine pc,memory-backend=m
memory_file|-object memory-backend-file,id=m,size=32M,share=on,mem-path=ram -m 32 -machine pc,memory-backend=m
mem_path|-mem-path . -m 32
mem_lock_off|-overcommit mem-lock=off
iothread|-object iothread,id=i -drive file=disk.img,format=raw,if=none,id=d -device virtio-blk,drive=d,iothread=i
rng|-object rng-random,id=r,filename=/dev/urandom -device virtio-rng,rng=r
rng_builtin|-object rng-builtin,id=r -device virtio-rng,rng=r
secret|-object secret,id=s,file=config
nine_p|-virtfs local,path=share,mount_tag=t,security_model=none
fsdev|-fsdev local,id=f,path=share,security_model=mapped-xattr,readonly=on -device virtio-9p-pci,fsdev=f,mount_tag=t
usb|-usb -device usb-tablet -device qemu-xhci
usb_storage|-device qemu-xhci -drive file=disk.img,format=raw,if=none,id=u -device usb-storage,drive=u
scsi|-device virtio-scsi -drive file=disk.img,format=raw,if=none,id=d -device scsi-hd,drive=d
nvme|-drive file=disk.img,format=raw,if=none,id=d -device nvme,drive=d,serial=x
smbios|-smbios type=1,serial=x -uuid 11111111-2222-3333-4444-555555555555
fw_cfg|-fw_cfg name=opt/x,file=config
option_rom|-option-rom /usr/share/seabios/nowhere.bin
readconfig|-readconfig config
readconfig_missing|-readconfig nowhere
pidfile|-pidfile qemu.pid
log|-D qemu.log -d guest_errors
trace|-trace events=config
gdb|-gdb tcp:127.0.0.1:0
icount|-icount shift=auto
rtc|-rtc base=localtime,clock=vm
audio_none|-audiodev none,id=a -device AC97,audiodev=a
watchdog|-device i6300esb -action watchdog=pause
qemu_sandbox|-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny
incoming_defer|-incoming defer
incoming_unix|-incoming unix:migrate.sock
name_process|-name guest=x,process=another,debug-threads=on
runas_missing|-runas nobody-of-that-name
unknown_machine|-machine nowhere
unknown_device|-device nowhere
unknown_option|-nowhere
two_errors|-m nonsense -smp x
bios_missing|-bios nowhere.bin
kernel_missing|-kernel nowhere
pflash_bad_size|-machine q35 -drive if=pflash,format=raw,file=config
END

# what a program on the other end of QMP asks for later
same screendump '{"execute":"screendump","arguments":{"filename":"images/x.ppm"}}
' -- -S -nodefaults -display none -vga std -qmp stdio
same hot_plug "{\"execute\":\"blockdev-add\",\"arguments\":{\"driver\":\"raw\",\"node-name\":\"h\",\"file\":{\"driver\":\"file\",\"filename\":\"$T/hot.img\"}}}
{\"execute\":\"device_add\",\"arguments\":{\"driver\":\"virtio-blk-pci\",\"drive\":\"h\",\"id\":\"d\"}}
{\"execute\":\"device_del\",\"arguments\":{\"id\":\"d\"}}
" -- -S -nodefaults -display none -qmp stdio -machine pc
same snapshot_over_qmp "{\"execute\":\"blockdev-snapshot-sync\",\"arguments\":{\"device\":\"d\",\"snapshot-file\":\"$T/images/s.qcow2\",\"format\":\"qcow2\"}}
" -- -S -nodefaults -display none -qmp stdio -drive "file=$T/disk.img,format=raw,if=none,id=d"
same memory_dump "{\"execute\":\"pmemsave\",\"arguments\":{\"val\":0,\"size\":4096,\"filename\":\"images/m\"}}
" -- -S -nodefaults -display none -qmp stdio -m 32
same migration_refused '{"execute":"migrate","arguments":{"uri":"unix:nowhere"}}
' -- -S -nodefaults -display none -qmp stdio -m 32
same new_chardev '{"execute":"chardev-add","arguments":{"id":"c","backend":{"type":"pty","data":{}}}}
' -- -S -nodefaults -display none -qmp stdio -m 32

# descriptors that were handed over: images, monitors, networks
printf '#!/bin/sh\nexec 9<>disk.img 10<base.qcow2\nexec "$@"\n' >"$T/with_images"
chmod +x "$T/with_images"
in_surroundings=./with_images
same fd_of_an_image -- -S -nodefaults -display none -qmp stdio -add-fd fd=9,set=7,opaque=rdwr:/disk.img \
	-drive file=/dev/fdset/7,if=none,id=d,format=raw
same fds_of_blockdevs -- -S -nodefaults -display none -qmp stdio -add-fd fd=10,set=1 \
	-blockdev driver=file,filename=/dev/fdset/1,node-name=f,read-only=on -blockdev qcow2,file=f,node-name=q,read-only=on
in_surroundings="$within --listen=9:fd.sock --"
same fd_of_a_monitor -- -S -nodefaults -display none -qmp stdio \
	-chardev socket,id=m,fd=9,server=on,wait=off -mon chardev=m,mode=control
same fd_of_a_serial_line -- -S -nodefaults -display none -qmp stdio \
	-chardev socket,id=m,fd=9,server=on,wait=off -device isa-serial,chardev=m
in_surroundings="$within --pair=9 --"
same fd_of_passt -- -S -nodefaults -display none -qmp stdio \
	-netdev stream,id=n,server=off,addr.type=fd,addr.str=9 -device virtio-net,netdev=n
same fd_of_a_socket_network -- -S -nodefaults -display none -qmp stdio -netdev socket,id=n,fd=9 -device e1000,netdev=n
same fd_of_a_vhost_user_device_without_a_program -- -S -nodefaults -display none -qmp stdio -m 32 \
	-object memory-backend-memfd,id=m,size=32M,share=on -numa node,memdev=m -chardev socket,id=c,fd=9 \
	-netdev vhost-user,id=n,chardev=nowhere
in_surroundings="$within --datagrams=9 --"
same fd_of_datagrams -- -S -nodefaults -display none -qmp stdio -netdev dgram,id=n,local.type=fd,local.str=9
in_surroundings="$within --tap=9 --"
# shellcheck disable=SC2086
if $in_surroundings true 2>/dev/null; then
	same fd_of_a_tap -- -S -nodefaults -display none -qmp stdio -netdev tap,id=n,fd=9 -device virtio-net,netdev=n
else
	t_skip fd_of_a_tap "no tap can be made here"
fi
in_surroundings="$within --block=12 --"
same blocked_signals -- -S -nodefaults -display none -qmp stdio
in_surroundings=

for words in -version -help '-M help' '-machine none,help' '-device help' '-device virtio-blk,help' \
	'-cpu help' '-accel help' '-netdev help' '-object help' '-chardev help' '-vga help' \
	'-audiodev help' '-display help' '-machine q35,help' '-d help' '-soundhw x' ''; do
	[ -n "$words" ] || continue
	# shellcheck disable=SC2086
	same "question $words" -- $words
done
# libvirt's own
probe_words="-S -no-user-config -nodefaults -nographic -machine none,accel=kvm:tcg -daemonize"
# shellcheck disable=SC2086
t_run "$bin/qemu-system-x86_64" $probe_words -qmp "unix:$T/qmp.sock,server=on,wait=off" \
	-pidfile "$T/qmp.pid"
t_eq libvirts_probe_daemonizes 0 "$t_status"
t_eq libvirts_probe_prints_nothing "" "$(cat "$T/out" "$T/err")"
[ ! -s "$T/qmp.pid" ] || kill "$(cat "$T/qmp.pid")"
# what it is asked then
questions='{"execute":"qmp_capabilities"}
{"execute":"query-version"}
{"execute":"query-qmp-schema"}
{"execute":"qom-list-types"}
{"execute":"query-machines"}
{"execute":"query-cpu-definitions"}
{"execute":"query-kvm"}
{"execute":"query-tpm-models"}
{"execute":"query-command-line-options"}
{"execute":"query-migrate-capabilities"}
{"execute":"device-list-properties","arguments":{"typename":"virtio-blk-pci"}}
{"execute":"quit"}
'
for kind in bare slipway; do
	program=$qemu
	[ $kind = bare ] || program=$bin/qemu-system-x86_64
	# shellcheck disable=SC2086
	"$program" $probe_words -qmp "unix:$T/qmp.sock,server=on,wait=off" -pidfile "$T/qmp.pid"
	printf %s "$questions" | "$ask" "$T/qmp.sock" "$(cat "$T/qmp.pid")" >"$T/$kind.answers"
done
t_eq libvirts_questions_are_answered 12 "$(wc -l <"$T/slipway.answers")"
t_true libvirts_questions_have_the_same_answers cmp "$T/bare.answers" "$T/slipway.answers"

# named by the caller, seen by tools; and ended by a signal
for kind in bare slipway; do
	program=$qemu
	[ $kind = bare ] || program=$bin/qemu-system-x86_64
	"$program" -S -nodefaults -display none -machine pc,accel=tcg -smp 2 -daemonize \
		-pidfile "$T/named.pid" -name guest=x,process=another,debug-threads=on
	pid=$(cat "$T/named.pid")
	cat "/proc/$pid/comm" "/proc/$pid/task"/*/comm | LC_ALL=C sort >"$T/$kind.names"
	tr '\0' '\n' <"/proc/$pid/cmdline" | tail -n +2 >>"$T/$kind.names"
	kill "$pid"
	for signal in TERM INT HUP KILL ABRT; do
		env --default-signal=INT "$program" -S -nodefaults -display none \
			-qmp "unix:$T/ending.sock,server=on,wait=off" >/dev/null 2>&1 &
		pid=$!
		echo '{"execute":"qmp_capabilities"}' | "$ask" "$T/ending.sock" $pid >/dev/null
		kill -s $signal $pid
		end=0
		wait $pid 2>/dev/null || end=$?
		echo "$signal $end" >>"$T/$kind.ends"
		rm -f "$T/ending.sock"
	done
done
t_contains a_process_has_the_name_that_was_given another "$T/slipway.names"
t_true names_of_threads_and_words_are_the_same cmp "$T/bare.names" "$T/slipway.names"
t_eq signals_end_it_alike "$(cat "$T/bare.ends")" "$(cat "$T/slipway.ends")"
# a VM in the background, in its cage
t_run "$bin/qemu-system-x86_64" -S -nodefaults -display none -machine pc -daemonize \
	-pidfile "$T/vm.pid"
t_eq daemonize_works_in_the_cage 0 "$t_status"
t_eq the_daemon_is_confined 2 \
	"$(sed -n 's/^Seccomp:[[:space:]]*//p' "/proc/$(cat "$T/vm.pid")/status")"
[ ! -s "$T/vm.pid" ] || kill "$(cat "$T/vm.pid")"
if [ "$(id -u)" -eq 0 ]; then
	same runas -- -S -nodefaults -display none -qmp stdio -runas nobody
	same chroot -- -S -nodefaults -display none -qmp stdio -chroot "$T/share"
else
	t_skip runas "needs root"
fi
t_done
