#!/bin/sh
# SPDX-License-Identifier: MIT
# Hostile XML and JSON: each is refused with status 125 and words that name the place, or, for a file
# among others, passed over with a reason; nothing is read from elsewhere and nothing is made.
# (What stands in a field that reaches QEMU: tests/unit/door/test_injection.c.)
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/../support/nvram.sh"

store=$T/store.fd
spec=$T/hostile.xml
echo 'secret of this host' >"$T/secret"

# around PART: a domain with PART in it
around()
{
	printf "<domain type='qemu'><name>h</name><memory unit='MiB'>64</memory>%s%s</domain>\n" \
		"<os><type arch='x86_64' machine='q35'>hvm</type></os>" "$1"
}

# repeat COUNT TEXT
repeat()
{
	awk -v count="$1" -v text="$2" 'BEGIN { for (i = 0; i < count; i++) printf "%s", text }'
}

start() { "$SLIPWAY" --root="$root" --emulator="$probe" --nvram="$store" --sandbox=off "$spec"; }

# refused NAME TEXT: what stands in $spec
refused()
{
	refused_name=$1
	t_refuses "$1" 125 "$2" start
	[ ! -e "$store" ] || t_fail "$refused_name" "a store was made"
	grep -v '^slipway: ' "$T/err" >"$T/other"
	[ ! -s "$T/other" ] || t_fail "$refused_name" "not slipway's line: $(head -n 1 "$T/other")"
	! grep -q 'secret of' "$T/err" "$T/out" || t_fail "$refused_name" "it read another file"
}

# ---- XML -----------------------------------------------------------------------------------------

{
	printf '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
	for i in 1 2 3 4 5 6 7 8 9; do printf '<!ENTITY a%s "%s">' "$i" "$(repeat 10 "&a$((i - 1));" | sed 's/&a0;/\&a;/g')"; done
	printf ']>'
	around '<title>&a9;</title>'
} >"$spec"
refused a_bomb_of_entities "hostile.xml:1: "
printf '<!DOCTYPE d [<!ENTITY %% p "x">%%p;]>%s' "$(around '')" >"$spec"
refused a_parameter_entity "hostile.xml:1: "
printf '<!DOCTYPE d [<!ENTITY f SYSTEM "file://%s/secret">]>%s' "$T" "$(around '<title>&f;</title>')" >"$spec"
refused an_external_entity "hostile.xml:1: "
printf '<!DOCTYPE d SYSTEM "file://%s/secret">%s' "$T" "$(around '')" >"$spec"
refused an_external_dtd "hostile.xml:1: "
printf '<!DOCTYPE d PUBLIC "-//x//y" "http://192.0.2.1/d.dtd">%s' "$(around '')" >"$spec"
refused a_dtd_of_the_network "hostile.xml:1: "
around "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='$T/secret' parse='text'/>" >"$spec"
refused an_inclusion "hostile.xml:1: "
printf '<?xml-stylesheet href="%s/secret"?><?xml version="1.0"?>%s' "$T" "$(around '')" >"$spec"
refused a_declaration_that_is_not_first "hostile.xml:1: "
around "<metadata>$(repeat 5000 '<a>')$(repeat 5000 '</a>')</metadata>" >"$spec"
refused elements_5000_deep "hostile.xml:1: "
around "$(repeat 100000 '<title/>')" >"$spec"
refused elements_100000_beside_each_other "hostile.xml:"
around "<devices>$(repeat 100000 "<input type='mouse'/>")</devices>" >"$spec"
refused devices_100000 "hostile.xml:"
around "<title $(awk 'BEGIN { for (i = 0; i < 100000; i++) printf "a%d=\"\" ", i }')/>" >"$spec"
refused attributes_100000 "hostile.xml:"
{
	printf "<domain type='qemu'><name>"
	repeat 3000000 a
	printf '</name></domain>'
} >"$spec"
refused a_name_of_3_MB "hostile.xml:1: "
around "<description a='$(repeat 200000 x)'/>" >"$spec"
refused an_attribute_of_200_KB "hostile.xml:"
repeat 5000000 ' ' >"$spec"
refused blanks_of_5_MB "bytes"
around "<title>$(printf '\303\050')</title>" >"$spec"
refused bytes_that_are_no_utf_8 "hostile.xml:1: "
around "<title>$(printf '\355\240\200')</title>" >"$spec"
refused half_of_a_pair_of_utf_16 "hostile.xml:1: "
around "<title>$(printf '\300\257')</title>" >"$spec"
refused a_slash_in_two_bytes "hostile.xml:1: "
printf '<?xml version="1.0" encoding="ISO-8859-1"?>%s' "$(around "<title>$(printf '\351')</title>")" >"$spec"
refused another_encoding "hostile.xml"
printf '\377\376<\0d\0/\0>\0' >"$spec"
refused utf_16 "hostile.xml"
{
	around '' | tr -d '\n'
	printf '\0'
} >"$spec"
refused a_nul_behind_the_end "hostile.xml"
around '<title>&#0;</title>' >"$spec"
refused a_reference_to_nul "hostile.xml:1: "
around '<title>&#x1b;[2J</title>' >"$spec"
refused a_reference_to_escape "hostile.xml:1: "
around '<title>a</title><title>b</title>' >"$spec"
refused an_element_twice "second <title>"
around "<devices><disk type='file' type='block'/></devices>" >"$spec"
refused an_attribute_twice "hostile.xml:1: "
around '<vcpu>99999999999999999999</vcpu>' >"$spec"
refused a_number_beyond_64_bits "hostile.xml:1: "
around '<vcpu>4294967297</vcpu>' >"$spec"
refused a_number_beyond_32_bits "hostile.xml:1: "
around '<vcpu>-1</vcpu>' >"$spec"
refused a_negative_number "hostile.xml:1: "
around '<vcpu>0x10</vcpu>' >"$spec"
refused a_number_in_another_base "hostile.xml:1: "
around '<vcpu>1 2</vcpu>' >"$spec"
refused two_numbers "hostile.xml:1: "
around "<currentMemory unit='EiB'>17</currentMemory>" >"$spec"
refused a_product_beyond_64_bits "hostile.xml:1: "
printf "<domain type='qemu'><name>../../etc/x</name><memory>1024</memory></domain>" >"$spec"
refused a_name_with_a_way_up "hostile.xml:1: "
printf "<domain type='qemu'><name>..</name><memory unit='MiB'>64</memory>%s</domain>" \
	"<os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/></features>" >"$spec"
t_run "$SLIPWAY" plan --format=json --root="$root" --emulator="$probe" "$spec"
t_contains a_name_of_dots_is_a_name_in_the_store "/nvram/.._VARS.fd" "$T/out"
around "<devices><disk type='file'><source file='/dev/../etc/shadow'/><target dev='vda' bus='virtio'/></disk></devices>" >"$spec"
t_run "$SLIPWAY" plan --format=json --root="$root" --emulator="$probe" "$spec"
t_contains a_path_stays_as_it_is_written "/dev/../etc/shadow" "$T/out"
printf "<domain type='qemu'><name>a&#10;slipway: all is well</name></domain>" >"$spec"
refused a_line_end_in_a_name "hostile.xml:1: "
around '<x&#10;y/>' >"$spec"
refused a_reference_in_a_tag "hostile.xml:1: "

# ---- JSON: one descriptor among good ones ------------------------------------------------------

folder=$root/usr/share/qemu/firmware
descriptor()
{
	cat <<-JSON
		{"description": "d", "interface-types": ["uefi"], "mapping": {"device": "flash",
		"executable": {"filename": "/usr/share/OVMF/OVMF_CODE_4M.fd", "format": "raw"},
		"nvram-template": {"filename": "/usr/share/OVMF/OVMF_VARS_4M.fd", "format": "raw"}},
		"targets": [{"architecture": "x86_64", "machines": ["pc-q35-*"]}], "features": [], "tags": []}
	JSON
}
descriptor >"$folder/50-good.json"
nvram_spec vm >"$spec"

# passed_over NAME TEXT: the descriptor in 10-bad.json; the good one is chosen all the same
passed_over()
{
	t_run "$SLIPWAY" firmware --root="$root" --emulator="$probe" "$spec"
	grep -q '^\* descriptor .*50-good.json' "$T/out" || t_fail "$1" "the good one was not chosen"
	t_contains "$1" "10-bad.json: $2" "$T/out"
}
bad=$folder/10-bad.json

descriptor | sed 's/"description": "d",/"description": "a", &/' >"$bad"
passed_over a_member_twice "/usr/share/qemu/firmware/10-bad.json: an object has two members"
descriptor | sed 's/"filename": "\/usr/"filename": "\/evil", &/' >"$bad"
passed_over an_inner_member_twice "/usr/share/qemu/firmware/10-bad.json: an object has two members"
{
	repeat 100000 '['
	repeat 100000 ']'
} >"$bad"
passed_over arrays_100000_deep "/usr/share"
{
	repeat 40 '{"a":'
	printf 1
	repeat 40 '}'
} >"$bad"
passed_over objects_40_deep "/usr/share"
descriptor | sed "s/\"d\"/\"$(printf '\303\050')\"/" >"$bad"
passed_over bytes_that_are_no_utf_8_in_json "/usr/share"
descriptor | sed 's/OVMF_CODE_4M.fd/a\\u0000b/' >"$bad"
passed_over a_nul_in_a_path "/usr/share"
{
	descriptor
	echo '{}'
} >"$bad"
passed_over a_second_value "/usr/share"
descriptor | sed 's/"tags": \[\]/"tags": [], "x": 1e999/' >"$bad"
t_run "$SLIPWAY" firmware --root="$root" --emulator="$probe" "$spec"
t_contains a_number_beyond_range_harms_nothing "* descriptor" "$T/out"
descriptor | sed 's/"flash"/17/' >"$bad"
passed_over a_number_for_a_word "/usr/share"
descriptor | sed 's/"targets": \[/"targets": {/; s/\], "features"/}, "features"/' >"$bad"
passed_over an_object_for_a_list "/usr/share"
descriptor | sed "s/\"d\"/\"$(repeat 2000000 d)\"/" >"$bad" 2>/dev/null || repeat 2000000 d >"$bad"
passed_over a_descriptor_of_2_MB "'/usr/share"
descriptor | sed 's,/usr/share/OVMF/OVMF_CODE_4M.fd,../../../../../../etc/shadow,' >"$bad"
passed_over a_relative_path_with_ways_up ""
descriptor | sed 's,/usr/share/OVMF/OVMF_CODE_4M.fd,/a\\nslipway: b\\u001b[2J,' >"$bad"
passed_over a_line_end_in_a_path ""
t_eq no_control_character_is_printed "" "$(tr -d '\n -~' <"$T/out" | tr -cd '\001-\037\177')"
# what is no file is not even one that is passed over
ln -sf "$T/secret" "$bad"
t_run "$SLIPWAY" firmware --root="$root" --emulator="$probe" "$spec"
t_contains a_link_out_of_the_root "* descriptor /usr/share/qemu/firmware/50-good.json" "$T/out"
rm "$bad"
mkfifo "$bad"
t_run "$SLIPWAY" firmware --root="$root" --emulator="$probe" "$spec"
t_contains a_fifo "* descriptor /usr/share/qemu/firmware/50-good.json" "$T/out"
rm "$bad"
t_done
