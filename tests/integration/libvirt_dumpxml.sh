#!/bin/sh
# SPDX-License-Identifier: MIT
# What `virsh dumpxml` says of a VM that libvirt runs, or has run, is a spec that runs as it is: with
# aliases, labels, numbers, private paths and the backing chain that libvirt has found out. The VMs
# are run by a driver in its own folder, without a daemon.
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/devices/lib.sh"

export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run"
name=what_dumpxml_says_runs
if why=$(t_missing virsh qemu-system-x86_64 qemu-img); then
	t_skip "$name" "$why"
	t_done
fi
root=$T/l # short: a socket's name in it has at most 107 bytes
mkdir -p "$root/etc" "$T/images"
libvirt_configuration >"$root/etc/qemu.conf"
printf '%s\n' 'namespaces = []' 'cgroup_controllers = []' 'stdio_handler = "file"' \
	'vnc_auto_unix_socket = 1' >>"$root/etc/qemu.conf"
qemu-img create -q -f raw "$T/images/base" 8M
qemu-img create -q -f qcow2 -b base -F raw "$T/images/middle"
qemu-img create -q -f qcow2 -b middle -F qcow2 "$T/images/top"

# domain NAME MACHINE DEVICES [ELEMENTS]
domain()
{
	cat <<-XML
		<domain type='qemu'>
		  <name>$1-$$</name>
		  <memory unit='MiB'>128</memory>
		  <vcpu>2</vcpu>
		  <os><type arch='x86_64' machine='$2'>hvm</type></os>
		  <features><acpi/><apic/></features>
		  <on_crash>destroy</on_crash>
		  $4
		  <devices>
		    <disk type='file' device='disk'>
		      <driver name='qemu' type='qcow2'/>
		      <source file='$T/images/top'/>
		      <target dev='vda' bus='virtio'/>
		    </disk>
		    <disk type='file' device='cdrom'><target dev='sda' bus='$5'/></disk>
		    $3
		  </devices>
		</domain>
	XML
}

screen="<graphics type='vnc' port='-1' autoport='yes'/><video><model type='vga'/></video>"
domain headless q35 "<serial type='pty'/><console type='pty'/><interface type='user'><model type='virtio'/></interface>
	<channel type='unix'><source mode='bind'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
	<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>" '' sata >"$T/headless.xml"
domain screen q35 "$screen<console type='pty'/><input type='tablet' bus='usb'/><sound model='ich9'/>
	<controller type='scsi' model='virtio-scsi'/><watchdog model='i6300esb'/><panic model='isa'/>
	<channel type='unix'><source mode='bind'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>" \
	"<iothreads>1</iothreads><memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>" \
	sata >"$T/screen.xml"
domain old pc "$screen<serial type='null'/><parallel type='null'/><interface type='user'/>" \
	"<sysinfo type='smbios'><bios><entry name='vendor'>x</entry></bios></sysinfo>" ide >"$T/old.xml"

# said NAME COMMAND...: what virsh prints of the domain on the way
said()
{
	vm=$1-$$
	timeout 120 virsh -q -c "qemu:///embed?root=$root" \
		"define $T/$1.xml; start $vm; dumpxml $vm; destroy $vm; dumpxml $vm; undefine $vm" \
		>"$T/out" 2>"$T/err" </dev/null
	awk -v T="$T/$1" '/<domain / { n++ } n { print >(T n ".xml") } /<\/domain>/ { close(T n ".xml") }' "$T/out"
}

for one in headless screen old; do
	if ! said "$one" || ! grep -q "id='" "$T/${one}1.xml"; then
		t_skip "$name: $one" "libvirt runs no VM here: $(grep error: "$T/err" | head -n 1)"
		continue
	fi
	t_contains "$name: $one, while it runs" '<alias' "$T/${one}1.xml"
	for when in 1 2; do
		answers query-status 'info block' "$SLIPWAY" run --accel=tcg --sandbox-path="$T:rw" "$T/$one$when.xml" --
		t_eq "$name: $one, $when of 2" 0 "$t_status"
		[ "$t_status" -eq 0 ] || cat "$T/err"
	done
done
t_done
