#!/bin/sh
# SPDX-License-Identifier: MIT
# Disk images with real QEMU under the sandbox: every format, images below images whether the spec or
# their headers name them, and no image whose bytes are looked at for its format.
. "$(dirname "$0")/../support/lib.sh"

export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run" TMPDIR="$T"
if why=$(t_missing qemu-system-x86_64 qemu-img); then
	t_skip images_are_opened "$why"
	t_done
fi

# spec NAME DRIVER-ATTRIBUTES PATH [ELEMENTS]: a VM with one disk
spec()
{
	cat >"$T/$1.xml" <<-XML
		<domain type='qemu'>
		  <name>images</name>
		  <memory unit='MiB'>64</memory>
		  <os><type arch='x86_64' machine='q35'>hvm</type></os>
		  <devices>
		    <disk type='file' device='disk'>
		      <driver name='qemu' $2/>
		      <source file='$3'/>
		      <target dev='vda' bus='virtio'/>$4
		    </disk>
		  </devices>
		</domain>
	XML
}

# QEMU opens everything before it asks for the first command, and ends when there is none
starts() # TEST NAME [OPTION...]
{
	test=$1 spec=$T/$2.xml
	shift 2
	t_run sh -c "echo quit | timeout 60 '$SLIPWAY' run $* '$spec' -- -S -chardev stdio,id=m,signal=off -mon m"
	t_eq "$test" 0 "$t_status"
	[ "$t_status" -eq 0 ] || cat "$T/err"
}

mkdir "$T/below"
for format in raw qcow2 vmdk vdi vhdx; do
	qemu-img create -q -f "$format" "$T/disk.$format" 1M
	spec "$format" "type='$format'" "$T/disk.$format"
	starts "an_image_is_opened: $format" "$format"
done

# qcow2 on qcow2 on raw, by the headers alone
qemu-img create -q -f raw "$T/below/base" 1M
qemu-img create -q -f qcow2 -b base -F raw "$T/below/middle"
qemu-img create -q -f qcow2 -b below/middle -F qcow2 "$T/top"
spec chain "type='qcow2'" "$T/top"
starts what_headers_name_is_opened chain
starts what_headers_name_is_opened_below_an_overlay chain --ephemeral
spec told "type='qcow2'" "$T/top" "<backingStore type='file'><format type='qcow2'/>
	<source file='$T/below/middle'/><backingStore type='file'><format type='raw'/>
	<source file='$T/below/base'/><backingStore/></backingStore></backingStore>"
starts what_the_spec_names_is_opened told
spec half "type='qcow2'" "$T/top" "<backingStore type='file'><format type='qcow2'/>
	<source file='$T/below/middle'/></backingStore>"
starts the_spec_and_a_header_name_a_chain_together half

# An external data file is written to as its image is
qemu-img create -q -f qcow2 -o data_file="$T/below/data" "$T/outside" 1M
spec outside "type='qcow2'" "$T/outside"
starts a_data_file_is_opened outside

# A guest may have written what looks like another format into a raw image
qemu-img create -q -f qcow2 -b below/middle -F qcow2 "$T/pretender"
spec pretender "" "$T/pretender"
"$SLIPWAY" plan --format=shell "$T/pretender.xml" >"$T/plan"
t_contains an_image_without_a_format_is_raw '"driver":"raw","file":"disk0-storage"' "$T/plan"
t_true and_names_nothing test -z "$(grep -F below "$T/plan")"
# today's qemu-img makes none: the header extension that says it becomes one that nobody knows
cp "$T/top" "$T/unsaid"
offset=$(LC_ALL=C grep -abFo "$(printf '\342y*\312')" "$T/unsaid" | head -n 1 | cut -d: -f1)
printf none | dd of="$T/unsaid" bs=1 seek="$offset" conv=notrunc 2>/dev/null
spec unsaid "type='qcow2'" "$T/unsaid"
t_refuses a_header_without_a_format_is_refused 125 \
	"unsaid.xml:8: '$T/below/middle' is an image below '$T/unsaid', and the one above it does not say its format" \
	"$SLIPWAY" run "$T/unsaid.xml"
t_done
