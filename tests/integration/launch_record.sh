#!/bin/sh
# SPDX-License-Identifier: MIT
# The launch record: a second start of the same takes the plan of the first, and does the same with
# it; a start for which anything is different does not, whatever the difference is.
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/../support/records.sh"

probe=$BUILD/obj/tests/integration/probe

# scene NAME: a folder with a VM of its own, and all that it is made of
scene()
{
	s=$T/$1
	mkdir -p "$s/bin" "$s/other" "$s/nvram" "$s/config/qemu/firmware" "$s/cwd"
	cp "$probe" "$s/bin/qemu-system-x86_64"
	truncate -s 3653632 "$s/CODE.fd"
	truncate -s 540672 "$s/VARS.fd"
	printf template | dd of="$s/VARS.fd" conv=notrunc bs=1 seek=4096 2>/dev/null
	: >"$s/disk.img"
	descriptor "$s/CODE.fd" >"$s/config/qemu/firmware/05-own.json"
	descriptor "$s/CODE.fd" >"$s/named.json"
	spec "$s" "" >"$s/vm.xml"
}

# descriptor CODE: of the scene's template
descriptor()
{
	cat <<-END
		{ "description": "", "interface-types": [ "uefi" ],
		  "mapping": { "device": "flash",
		    "executable": { "filename": "$1", "format": "raw" },
		    "nvram-template": { "filename": "$s/VARS.fd", "format": "raw" } },
		  "targets": [ { "architecture": "x86_64", "machines": [ "pc-q35-*" ] } ],
		  "features": [ "acpi-s3" ], "tags": [] }
	END
}

# spec FOLDER LOADER
spec()
{
	cat <<-END
		<domain type='qemu'>
		  <name>recorded</name>
		  <memory unit='MiB'>64</memory>
		  <os ${2:-firmware='efi'}><type arch='x86_64' machine='q35'>hvm</type>${3-}</os>
		  <features><acpi/></features>
		  <devices>
		    <disk type='file' device='disk'>
		      <driver name='qemu' type='${4:-raw}'/>
		      <source file='$1/disk.img'/>
		      <target dev='vda' bus='virtio'/>
		    </disk>
		  </devices>
		</domain>
	END
}

# start [OPTION...]: the scene's VM, with nothing of this process's environment
# shellcheck disable=SC2086 # a command, or none
start()
{
	t_status=0
	case $s in
	*/descriptor_named) store=ephemeral && set -- --firmware="$s/named.json" "$@" ;;
	*/descriptor*) store=ephemeral ;; # one that is kept remembers its CODE
	*) store=$s/nvram/vm.fd ;;
	esac
	(cd "$s/cwd" && $as_user env -i PATH="$s/other:$s/bin:/usr/bin:/bin" HOME="$s" \
		XDG_STATE_HOME="$s/state" XDG_CACHE_HOME="$s/cache" XDG_CONFIG_HOME="$s/config" $variable \
		$trace "$SLIPWAY" -v --nvram="$store" "$s/vm.xml" "$@") >"$s/out" 2>"$s/err" </dev/null ||
		t_status=$?
}
variable='' trace=''

taken() { grep -q 'the plan is that of an earlier start' "$s/err"; }

# same_work: what the probe reported, but for numbers of processes
same_work() { sed '/^pid /d; /^ppid /d; /started/d' "$s/out"; }

# ---- every scene ------------------------------------------------------------------------------------

changes='spec descriptor descriptor_before descriptor_gone code template store_gone store_size record_of_store
	descriptor_named emulator emulator_earlier option variable directory disk_backing broken cut_off mode fifo link version'
for name in plain off young full nowhere $changes; do scene "$name"; done
s=$T/disk_backing
if command -v qemu-img >/dev/null; then
	truncate -s 1M "$s/base.img" "$s/base2.img"
	qemu-img create -q -f qcow2 -b "$s/base.img" -F raw "$s/disk.img" 1M
	spec "$s" "" "" qcow2 >"$s/vm.xml"
fi
s=$T/full
spec "$s" " " "<loader readonly='yes' type='pflash'>$s/CODE.fd</loader><nvram template='$s/VARS.fd'/>" >"$s/vm.xml"
chmod 755 "$T"
[ -z "$as_user" ] || chown -R 65534:65534 "$T"

s=$T/plain
start
t_eq a_first_start_makes_its_plan "0 no" "$t_status $(taken && echo taken || echo no)"
same_work >"$T/first"
# what is beside a store is brought to its end by the second start
for name in plain plain $changes full nowhere $changes full nowhere; do
	s=$T/$name
	start
	[ "$t_status" -eq 0 ] || t_fail "first_starts_of_$name" "status $t_status: $(head -n 1 "$s/err")"
done
sleep 3 # what changed within the last two seconds is not trusted
s=$T/young
start
start
touch "$s/CODE.fd"
start
start
t_eq what_changed_just_now_is_not_recorded "0 no" "$t_status $(taken && echo taken || echo no)"
for name in plain $changes full; do
	s=$T/$name
	start
done
s=$T/plain
start
t_eq a_second_start_takes_the_plan_of_the_first "0 taken" "$t_status $(taken && echo taken || echo no)"
same_work >"$T/second"
t_eq it_does_the_same_with_it "" "$(diff "$T/first" "$T/second")"
t_eq the_store_is_locked_and_kept yes "$(cmp -s "$s/nvram/vm.fd" "$s/VARS.fd" && echo yes)"
t_eq a_record_is_its_users_alone 600 "$(stat -c %a "$s"/cache/slipway/launch-*)"
t_eq no_password_or_name_of_the_spec_needs_to_be_in_it 0 "$(grep -c '<domain' "$s"/cache/slipway/launch-*)"
s=$T/full
start
t_eq a_loader_that_was_named_is_recorded_too "0 taken" "$t_status $(taken && echo taken || echo no)"

# ---- SLIPWAY_CACHE ---------------------------------------------------------------------------------

s=$T/off
variable=SLIPWAY_CACHE=off
start
start
t_eq no_record_is_kept_where_none_is_wanted "0 no 0" \
	"$t_status $(taken && echo taken || echo no) $(find "$s" -name 'launch-*' | wc -l)"
variable=
s=$T/nowhere
rm -rf "$s/cache"
: >"$s/cache"
start
t_eq a_cache_that_cannot_be_is_not_missed "0 no" "$t_status $(taken && echo taken || echo no)"
t_eq and_not_worth_a_word "" "$(grep -v -i landlock "$s/err")"

# ---- what is different ------------------------------------------------------------------------------

# different NAME [OPTION...]: after the change, the start does what it does without records
different()
{
	name=$1
	shift
	s=$T/$name
	start "$@"
	if taken; then
		t_fail "${name}_makes_a_new_plan" "the old one was taken"
		return
	fi
	with="$t_status $(same_work)"
	variable="SLIPWAY_CACHE=off $variable"
	start "$@"
	variable=
	t_eq "${name}_makes_a_new_plan" "$t_status $(same_work)" "$with"
}

# before NAME: the scene, whose start takes its record as long as nothing is different
before()
{
	s=$T/$1
	start
	taken || t_fail "$1_is_recorded" "no record was taken before the change: $(cat "$s/err")"
}

before spec
sed -i 's/64/65/' "$s/vm.xml"
different spec
before descriptor
cp "$s/CODE.fd" "$s/CODE2.fd"
descriptor "$s/CODE2.fd" >"$s/config/qemu/firmware/05-own.json"
different descriptor
t_contains the_changed_descriptor_counts CODE2.fd "$s/out"
before descriptor_before
cp "$s/CODE.fd" "$s/CODE2.fd"
descriptor "$s/CODE2.fd" >"$s/config/qemu/firmware/01-own.json"
different descriptor_before
t_contains the_new_descriptor_counts CODE2.fd "$s/out"
before descriptor_gone
rm "$s/config/qemu/firmware/05-own.json"
different descriptor_gone
before descriptor_named
cp "$s/CODE.fd" "$s/CODE2.fd"
descriptor "$s/CODE2.fd" >"$s/named.json"
different descriptor_named
t_contains the_changed_descriptor_of_an_option_counts CODE2.fd "$s/out"
before code
printf x | dd of="$s/CODE.fd" conv=notrunc bs=1 2>/dev/null
different code
before template
printf x | dd of="$s/VARS.fd" conv=notrunc bs=1 seek=9 2>/dev/null
different template
before store_gone
rm "$s/nvram/vm.fd"
different store_gone
before store_size
truncate -s 1000 "$s/nvram/vm.fd"
different store_size
t_eq a_store_of_another_size_is_refused 125 "$t_status"
before record_of_store
echo >>"$s/nvram/vm.fd.slipway"
different record_of_store
before emulator
printf '#!/bin/sh\n' >"$s/bin/qemu-system-x86_64"
different emulator
before emulator_earlier
cp "$probe" "$s/other/qemu-system-x86_64"
chmod 755 "$s/other/qemu-system-x86_64"
different emulator_earlier
t_contains the_emulator_that_is_found_first_counts "$s/other/qemu" "$s/out"
before option
different option --sandbox-path=/tmp:r
before variable
variable=SLIPWAY_SANDBOX=log
different variable
before directory
mv "$s/cwd" "$s/cwd2" && ln -s cwd2 "$s/cwd"
different directory
if command -v qemu-img >/dev/null; then
	before disk_backing
	qemu-img rebase -q -u -f qcow2 -b "$s/base2.img" -F raw "$s/disk.img"
	different disk_backing
	chmod 755 "$s" && $as_user env -i HOME="$s" XDG_CONFIG_HOME="$s/config" "$SLIPWAY" plan --format=json \
		--nvram="$s/nvram/vm.fd" "$s/vm.xml" >"$s/json" 2>&1
	t_contains the_new_backing_file_may_be_read base2.img "$s/json"
else
	t_skip disk_backing_makes_a_new_plan "qemu-img is not installed"
fi

# QEMU's own configuration files may be anywhere and name others
s=$T/option
printf '[machine]\n  usb = "off"\n' >"$s/own.cfg"
sleep 3
start -- -readconfig "$s/own.cfg"
start -- -readconfig "$s/own.cfg"
t_eq what_a_configuration_file_says_is_not_kept "0 no" "$t_status $(taken && echo taken || echo no)"
start -- -usb
start -- -usb
t_eq other_arguments_are_kept "0 taken" "$t_status $(taken && echo taken || echo no)"
t_contains with_the_directory_that_they_begin_in "cwd $s/cwd" "$s/out"

# ---- records that are none --------------------------------------------------------------------------

before broken
file=$(echo "$s"/cache/slipway/launch-*)
size=$(stat -c %s "$file")
cp "$file" "$T/whole"
bad=
at=0
while [ "$at" -lt "$size" ]; do
	cp "$T/whole" "$file"
	printf '\377' | dd of="$file" conv=notrunc bs=1 seek="$at" 2>/dev/null
	cmp -s "$T/whole" "$file" || {
		start
		! taken || bad="$bad $at"
		[ "$t_status" -eq 0 ] || bad="$bad $at: status $t_status"
	}
	at=$((at + size / 23))
done
t_eq a_record_with_one_byte_changed_is_none "" "$bad"
before cut_off
file=$(echo "$s"/cache/slipway/launch-*)
truncate -s -1 "$file"
different cut_off
truncate -s 0 "$file"
different cut_off
before mode
chmod 644 "$s"/cache/slipway/launch-*
different mode
before fifo
file=$(echo "$s"/cache/slipway/launch-*)
rm "$file"
mkfifo -m 600 "$file"
different fifo
before link
file=$(echo "$s"/cache/slipway/launch-*)
mv "$file" "$s/record"
ln -s "$s/record" "$file"
different link
before version
t_copy_slipway "$s"
own=$SLIPWAY
SLIPWAY=$s/slipway
different version
SLIPWAY=$own

# ---- all that is looked at is in the record -----------------------------------------------------------

# What strace saw between the reading of the spec and the writing of the record, but for what is looked
# at again, what no plan depends on, and what only carries it out.
unrecorded()
{
	awk '
		/"[^"]*vm.xml"/ { on = 1; next }
		/launch-[0-9a-f]+.new/ { on = 0 }
		on && match($0, /^[0-9]+ +(open|openat|openat2|stat|newfstatat|statx|access|faccessat2?|readlinkat)\(/) &&
			match($0, /"\/[^"]*"/) { print substr($0, RSTART + 1, RLENGTH - 2) }' "$s/trace" |
		sort -u | grep -v -x -e / -e '/proc/.*' -e '/etc/ld.so.*' -e '/\(usr/\)\?lib.*\.so[.0-9]*' \
			-e '/etc/os-release' -e '/usr/lib/os-release' -e '/etc/localtime' -e '.*/nvram/\?' \
			-e '.*/nvram/vm.fd' -e '.*/disk.img' -e '.*/cache\(/.*\)\?' -e '/dev/kvm' -e /dev/null \
			-e "$T/.*slipway" |
		while read -r path; do
			grep -q -F -a -e "$path" "$s"/cache/slipway/launch-* || echo "$path"
		done
}
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	for name in young off; do # the one by descriptors alone, the other by all that there is
		s=$T/$name
		[ $name = young ] || cp "$T/full/vm.xml" "$s/vm.xml"
		[ $name = young ] || sed -i "s,$T/full,$s,g" "$s/vm.xml"
		start
		rm -rf "$s/cache"
		sleep 3
		trace="strace -f -o $s/trace"
		start
		trace=
		t_eq "${name}_looked_at_nothing_that_is_not_in_its_record" "" "$(unrecorded)"
		t_eq "${name}_has_a_record_of_it" 1 "$(find "$s/cache" -name 'launch-*' | wc -l)"
	done
else
	t_skip nothing_was_looked_at_that_is_not_in_the_record "strace does not work here"
fi
t_done
