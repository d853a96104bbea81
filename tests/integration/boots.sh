#!/bin/sh
# SPDX-License-Identifier: MIT
# Real QEMU, real firmware, under the sandbox: UEFI guests of both architectures keep their NVRAM, and
# SeaBIOS boots. All under TCG: a KVM that opens may still not run a UEFI guest.
. "$(dirname "$0")/../support/lib.sh"

export XDG_STATE_HOME="$T/state"
guests=$BUILD/examples/guest
seconds=180 # for a boot under TCG on a slow machine

# boots NAME ARCH FIRMWARE: twice, with the boot count going from 1 to 2
boots_twice()
{
	if why=$(t_missing "qemu-system-$2"); then
		t_skip "$1" "$why"
		return
	elif [ ! -e "$3" ]; then
		t_skip "$1" "no $3"
		return
	elif [ ! -e "$guests/hello-$2.img" ]; then
		t_skip "$1" "the guest is not built: make guests"
		return
	fi
	mkdir -p "$T/examples"
	cp "$SRCDIR/examples/$4.xml" "$T/examples/"
	ln -sfn "$guests" "$T/examples/guest"
	for count in 1 2; do
		t_run timeout "$seconds" "$SLIPWAY" --nvram="$T/$1.fd" "$T/examples/$4.xml"
		t_eq "$1: boot $count ends well" 0 "$t_status"
		t_contains "$1: boot $count is counted" "boot count $count" "$T/out"
	done
}

boots_twice ovmf_keeps_its_variables x86_64 /usr/share/OVMF/OVMF_CODE_4M.fd hello
boots_twice aavmf_keeps_its_variables aarch64 /usr/share/AAVMF/AAVMF_CODE.fd hello-aarch64

# SeaBIOS three ways: nothing asked, firmware='bios', <loader type='rom'>; it boots a sector that
# writes a line to the serial port and turns the machine off through isa-debug-exit
sector()
{
	# mov dx,0x3f8; mov si,msg; loop: lodsb; or al,al; jz end; out dx,al; jmp loop;
	# end: mov dx,0xf4; mov al,0; out dx,al; hlt; jmp $-1
	printf '\272\370\003\276\030\174\254\010\300\164\003\356\353\370\272\364\000\260\000\356\364\353\375\000'
	printf 'slipway: SeaBIOS booted this sector\r\n\000'
}
sector >"$T/sector.img"
truncate -s 510 "$T/sector.img"
printf '\125\252' >>"$T/sector.img"
truncate -s 1M "$T/sector.img"

bios()
{
	cat >"$T/bios.xml" <<-XML
		<domain type='qemu'>
		  <name>bios</name>
		  <memory unit='MiB'>64</memory>
		  <os $2><type arch='x86_64' machine='pc'>hvm</type>$3</os>
		  <features><acpi/></features>
		  <devices>
		    <disk type='file' device='disk'>
		      <driver name='qemu' type='raw'/>
		      <source file='$T/sector.img'/>
		      <target dev='vda' bus='virtio'/>
		      <readonly/>
		    </disk>
		    <serial type='stdio'/>
		  </devices>
		</domain>
	XML
	t_run timeout "$seconds" "$SLIPWAY" "$T/bios.xml" -- -device isa-debug-exit,iobase=0xf4,iosize=1
	t_eq "$1: status is QEMU's" 1 "$t_status"
	t_contains "$1: booted" "SeaBIOS booted this sector" "$T/out"
}

if why=$(t_missing qemu-system-x86_64); then
	t_skip seabios "$why"
else
	bios seabios_is_the_default "" ""
	bios seabios_by_loader "" "<loader type='rom'>/usr/share/seabios/bios-256k.bin</loader>"
	mkdir -p "$T/root/usr/share/qemu/firmware" "$T/root/usr/share/seabios"
	cp /usr/share/seabios/bios-256k.bin "$T/root/usr/share/seabios/"
	cat >"$T/root/usr/share/qemu/firmware/90-bios.json" <<-JSON
		{"interface-types": ["bios"],
		 "mapping": {"device": "memory", "filename": "/usr/share/seabios/bios-256k.bin"},
		 "targets": [{"architecture": "x86_64", "machines": ["pc-i440fx-*"]}], "features": []}
	JSON
	slipway=$SLIPWAY
	SLIPWAY="$T/with-root"
	printf '#!/bin/sh\nexec %s --root=%s "$@"\n' "$slipway" "$T/root" >"$SLIPWAY"
	chmod +x "$SLIPWAY"
	bios seabios_by_descriptor "firmware='bios'" ""
fi
t_done
