#!/bin/sh
# SPDX-License-Identifier: MIT
# make bench-check: the instructions that a start takes in this process, counted by callgrind, against
# the budgets of budgets.txt. Counts depend on libraries and compilers, not on how busy the machine
# is; a budget has a tenth to spare over what was counted with Debian 12's.
#	check.sh [--update]    writes the budgets anew from what is counted now
set -u
# shellcheck source=tests/support/lib.sh
. "$(dirname "$0")/../support/lib.sh"
budgets=$SRCDIR/tests/bench/budgets.txt

code=/usr/share/OVMF/OVMF_CODE_4M.fd
vars=/usr/share/OVMF/OVMF_VARS_4M.fd
reason=$(t_missing valgrind) || [ -r $vars ] || reason="no $vars here"
if [ -n "$reason" ]; then
	t_skip instructions_stay_in_their_budgets "$reason"
	t_done
fi

mkdir "$T/bin" "$T/nvram"
truncate -s 1M "$T/disk.img"
counted=$BUILD/obj/tests/bench/counted
cp "$BUILD/obj/tests/integration/probe" "$T/bin/qemu-system-x86_64"
cp "$counted" "$T/bin/qemu-system-x86_64-slipway"
cp "$vars" "$T/nvram/emulator.fd"
cat >"$T/vm.xml" <<-END
	<domain type='qemu'>
	  <name>budget</name>
	  <memory unit='MiB'>256</memory>
	  <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os>
	  <features><acpi/></features>
	  <devices>
	    <emulator>$T/bin/qemu-system-x86_64</emulator>
	    <disk type='file' device='disk'>
	      <driver name='qemu' type='raw'/>
	      <source file='$T/disk.img'/>
	      <target dev='vda' bus='virtio'/>
	    </disk>
	    <serial type='file'><source path='/dev/null'/></serial>
	  </devices>
	</domain>
END

# alone COMMAND...: in an environment that is the same everywhere
alone()
{
	env -i PATH=/usr/local/bin:/usr/bin:/bin HOME="$T" XDG_CACHE_HOME="$T/cache" SLIPWAY_SANDBOX=off \
		SLIPWAY_CACHE="$cache" "$@"
}

# counted COMMAND...: its instructions, up to the exec of the emulator
counted()
{
	alone valgrind --tool=callgrind --callgrind-out-file="$T/callgrind.out" \
		"$@" >"$T/out" 2>"$T/err" && awk '/Collected/ { print $NF; exit }' "$T/err"
	rm -f "$T"/callgrind.out*
}

# mode NAME COMMAND...
mode()
{
	mode_name=$1
	shift
	count=$(counted "$@")
	if [ -z "$count" ]; then
		t_fail "$mode_name" "it was not counted: $(grep -m1 ^slipway: "$T/err" || tail -n 1 "$T/err")"
		return
	fi
	echo "$mode_name $((count * 11 / 10))" >>"$T/budgets"
	budget=$(awk -v name="$mode_name" '$1 == name { print $2 }' "$budgets")
	echo "   $mode_name: $count instructions, budget ${budget:-none}"
	if [ -z "$budget" ]; then
		t_fail "$mode_name" "it has no budget in budgets.txt"
	elif [ "$count" -gt "$budget" ]; then
		t_fail "$mode_name" "$count instructions are more than its budget of $budget"
	else
		t_ok "$mode_name"
	fi
}

cache=off
run="$counted run -q --nvram=$T/nvram/vm.fd $T/vm.xml"
# shellcheck disable=SC2086 # words; the first two starts make the store and its record
for _ in 1 2; do alone $run; done >/dev/null 2>&1
# shellcheck disable=SC2086
mode run $run
sleep 3 # what changed within two seconds is not trusted; valgrind is not the same program as slipway
cache=on
# shellcheck disable=SC2086
counted $run >/dev/null
# shellcheck disable=SC2086
mode run_again $run
cache=off
rm -f "$T/nvram/vm.fd"
# shellcheck disable=SC2086
mode run_creating_nvram $run
mode plan "$counted" plan --format=json --nvram="$T/nvram/vm.fd" "$T/vm.xml"
mode policy "$counted" policy --nvram="$T/nvram/vm.fd" "$T/vm.xml"
mode emulator "$T/bin/qemu-system-x86_64-slipway" -machine q35 -m 256 -display none -nodefaults \
	-drive if=pflash,format=raw,readonly=on,file=$code \
	-drive if=pflash,format=raw,file="$T/nvram/emulator.fd"
mode probing "$T/bin/qemu-system-x86_64-slipway" -version
mode version "$counted" --version

# The front, for a start that it leaves to the whole program, and for those that it does itself by what
# the whole one kept; that one is no other program then, since valgrind does not run it
front=$BUILD/obj/tests/bench/counted_front
if [ -x "$front" ]; then
	mkdir "$T/front"
	cp "$front" "$T/front/qemu-system-x86_64-slipway"
	cp "$T/bin/qemu-system-x86_64" "$T/front"
	run="$front run -q --nvram=$T/nvram/vm.fd $T/vm.xml"
	line="$T/front/qemu-system-x86_64-slipway -machine q35 -m 256 -display none -nodefaults
		-drive if=pflash,format=raw,readonly=on,file=$code
		-drive if=pflash,format=raw,file=$T/nvram/emulator.fd"
	cache=on
	for pause in 0 3 0; do # the store's own record is brought to its end first
		sleep $pause
		# shellcheck disable=SC2086 # words
		alone env COUNTED_GOES_ON=1 $run && alone env COUNTED_GOES_ON=1 $line
	done >/dev/null 2>&1
	mode front_handing_over "$front" --version
	# shellcheck disable=SC2086
	mode front_run_again $run
	# shellcheck disable=SC2086
	mode front_emulator_again $line
	mode front_probing "$T/front/qemu-system-x86_64-slipway" -version
else
	t_skip front_run_again "built without a front"
fi

if [ "${1-}" = --update ]; then
	{
		echo "# Instructions of each mode at most (make bench-check); check.sh --update writes these."
		cat "$T/budgets"
	} >"$budgets"
fi
t_done
