#!/bin/sh
# SPDX-License-Identifier: MIT
# Bad input: status 125, one clear refusal, nothing created.
. "$(dirname "$0")/../support/lib.sh"

probe=$BUILD/obj/tests/integration/probe
export XDG_STATE_HOME="$T/state"
export HOME="$T/home"

# domain BODY: a domain around BODY
domain()
{
	printf "<domain type='qemu'>\n%s\n</domain>\n" "$1"
}

name='<name>bad</name>'
memory="<memory unit='MiB'>64</memory>"
os="<os><type arch='x86_64' machine='q35'>hvm</type></os>"
store=$T/store/vars.fd

# refuse NAME TEXT: the spec in $T/bad.xml is refused with TEXT, and nothing is made
refuse()
{
	t_refuses "$1" 125 "$2" "$SLIPWAY" --emulator="$probe" --nvram="$store" "$T/bad.xml"
	t_eq "$1: every_line_is_slipways" "" "$(grep -v '^slipway: ' "$T/err")"
	t_eq "$1: nothing_is_created" "" "$(ls "$T/store" "$T/state" "$T/home" 2>/dev/null)"
}

echo 'this is not xml' >"$T/bad.xml"
refuse not_xml "bad.xml:1: "
: >"$T/bad.xml"
refuse empty_file "bad.xml"
printf '<!DOCTYPE domain [<!ENTITY a "b">]>\n%s' "$(domain "$name$memory$os")" >"$T/bad.xml"
refuse doctype "bad.xml:1: "
domain "<name>&foo;</name>$memory$os" >"$T/bad.xml"
refuse unknown_entity "bad.xml:2: "
domain "$memory$os" >"$T/bad.xml"
refuse missing_name "name"
domain "$name$os" >"$T/bad.xml"
refuse missing_memory "memory"
domain "$name$memory<os></os>" >"$T/bad.xml"
refuse missing_type "type"
domain "$name<memory unit='lightyear'>1</memory>$os" >"$T/bad.xml"
refuse unknown_unit "lightyear"
domain "$name<memory>0</memory>$os" >"$T/bad.xml"
refuse no_memory "bad.xml:2: "
domain "$name<memory unit='EiB'>99</memory>$os" >"$T/bad.xml"
refuse overflowing_memory "bad.xml:2: "
domain "$name$memory<os><type arch='vax'>hvm</type></os>" >"$T/bad.xml"
refuse unknown_architecture "vax"
domain "$name$memory$os
<frobnicate/>
<devices>
<teleporter/>
</devices>" >"$T/bad.xml"
refuse unknown_elements "bad.xml:3: "
t_contains all_places_are_listed_at_once "bad.xml:5: " "$T/err"
printf 'a\0b' >"$T/bad.xml"
refuse nul_byte "bad.xml"

rm "$T/bad.xml"
refuse absent_spec "No such file"
mkdir "$T/bad.xml"
refuse spec_is_a_directory "bad.xml"
rmdir "$T/bad.xml"
mkfifo "$T/bad.xml"
refuse spec_is_a_fifo "not a regular file"
rm "$T/bad.xml"
truncate -s 100M "$T/bad.xml"
refuse huge_spec "bytes"
rm "$T/bad.xml"
domain "$name$memory$os" >"$T/bad.xml"
chmod 0 "$T/bad.xml"
if [ "$(id -u)" -eq 0 ]; then
	t_skip unreadable_spec "root reads everything"
else
	refuse unreadable_spec "Permission denied"
fi
chmod 600 "$T/bad.xml"

# firmware that is not there
empty=$T/empty
mkdir -p "$empty"
domain "$name$memory<os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os>
<features><acpi/></features>" >"$T/bad.xml"
t_refuses no_firmware_on_this_host 125 "no UEFI firmware for x86_64" \
	"$SLIPWAY" --root="$empty" --emulator="$probe" --nvram="$store" "$T/bad.xml"
t_contains no_firmware_says_the_fix "fix: " "$T/err"
domain "$name$memory<os><type arch='x86_64' machine='q35'>hvm</type>
<loader type='pflash' readonly='yes'>/usr/share/none/CODE.fd</loader></os>
<features><acpi/></features>" >"$T/bad.xml"
t_refuses missing_loader 125 "/usr/share/none/CODE.fd" \
	"$SLIPWAY" --root="$empty" --emulator="$probe" --nvram="$store" "$T/bad.xml"
t_eq nothing_was_created "" "$(ls "$T/store" "$T/state" 2>/dev/null)"

# the NVRAM's directory
mkdir -p "$empty/usr/share/OVMF"
truncate -s 3653632 "$empty/usr/share/OVMF/OVMF_CODE_4M.fd"
truncate -s 540672 "$empty/usr/share/OVMF/OVMF_VARS_4M.fd"
domain "$name$memory<os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os>
<features><acpi/></features>" >"$T/bad.xml"
t_refuses nvram_directory_is_missing 125 "vars.fd" \
	"$SLIPWAY" --root="$empty" --emulator="$probe" --nvram="$store" "$T/bad.xml"
t_refuses nvram_directory_is_not_writable 125 "/proc/vars.fd" \
	"$SLIPWAY" --root="$empty" --emulator="$probe" --nvram=/proc/vars.fd "$T/bad.xml"
rm "$empty/usr/share/OVMF/OVMF_VARS_4M.fd"
t_refuses missing_template 125 "OVMF_VARS_4M.fd" \
	"$SLIPWAY" --root="$empty" --emulator="$probe" --nvram="$T/vars.fd" "$T/bad.xml"

# an output that cannot be written
if [ -c /dev/full ]; then
	domain "$name$memory$os" >"$T/bad.xml"
	status=0
	"$SLIPWAY" plan --emulator="$probe" "$T/bad.xml" >/dev/full 2>"$T/err" </dev/null || status=$?
	t_eq a_plan_that_cannot_be_written_is_a_failure 125 "$status"
	t_contains it_says_so "cannot write the output: No space left on device" "$T/err"
fi

# the command line
t_refuses unknown_option 125 "--frobnicate" "$SLIPWAY" --frobnicate "$T/bad.xml"
t_refuses option_without_value 125 "--firmware" "$SLIPWAY" --firmware
t_refuses no_spec 125 "SPEC.xml" "$SLIPWAY"
t_refuses two_specs 125 "SPEC.xml" "$SLIPWAY" "$T/bad.xml" "$T/bad.xml"
t_refuses bad_firmware_word 125 "--firmware='uefii'" "$SLIPWAY" --firmware=uefii "$T/bad.xml"
t_refuses unfinished_quote 125 "QEMU_OPTS" env QEMU_OPTS="'a" "$SLIPWAY" "$T/bad.xml"
t_refuses a_command_behind_options 125 "slipway plan [OPTION...] SPEC.xml" \
	"$SLIPWAY" --format=json plan "$T/bad.xml"
t_done
