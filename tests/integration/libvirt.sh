#!/bin/sh
# SPDX-License-Identifier: MIT
# A real libvirtd whose <emulator> is slipway: it must see no difference to QEMU itself. The daemon
# runs in namespaces of its own (mounts, network, processes) with private /run, /etc/libvirt and
# /var/lib/libvirt, and ends with this test.
. "$(dirname "$0")/../support/lib.sh"

if [ "${1-}" != inside ]; then
	reason=$(t_missing libvirtd virsh qemu-system-x86_64 qemu-img unshare) ||
		{ [ "$(id -u)" -eq 0 ] || reason="needs root, to start libvirtd"; }
	if [ -z "$reason" ] && ! unshare -mnpf --mount-proc true 2>/dev/null; then
		reason="namespaces cannot be made here"
	fi
	if [ -n "$reason" ]; then
		t_skip libvirt_sees_no_difference "$reason"
		t_done
	fi
	# the first process of the namespace waits, and so reaps what libvirtd leaves to it: a dead
	# QEMU that nobody has reaped is still alive for libvirt
	# shellcheck disable=SC2016
	unshare -mnpf --mount-proc --kill-child sh -c 'sh "$1" inside & wait $!' sh "$0"
	exit
fi

# ---- a libvirtd of our own

qemu=$(command -v qemu-system-x86_64)
libvirtd=$(command -v libvirtd)
mount --make-rprivate / || exit 1
cp -a /etc/libvirt "$T/etc"
for folder in /run /etc/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt; do
	mkdir -p "$folder" && mount -t tmpfs tmpfs "$folder" || exit 1
done
cp -a "$T/etc/." /etc/libvirt/
rm -rf /etc/libvirt/qemu /etc/libvirt/storage
mkdir -p /run/slipway /var/lib/libvirt/images /run/lock
chmod 755 /run /run/slipway /var/lib/libvirt /var/lib/libvirt/images
cp "$SLIPWAY" /run/slipway/qemu-system-x86_64-slipway
slipway=/run/slipway/qemu-system-x86_64-slipway
cat >/etc/libvirt/qemu.conf <<-END
	security_driver = "none"
	namespaces = []
	cgroup_controllers = []
	stdio_handler = "file"
END
printf 'unix_sock_rw_perms = "0777"\nauth_unix_rw = "none"\nauth_unix_ro = "none"\n' >/etc/libvirt/libvirtd.conf
# where libvirt's own user may not open /dev/kvm it asks the emulator anew at each call
if [ -e /dev/kvm ] && mknod -m 666 /run/kvm c 10 232 2>/dev/null; then
	mount --bind /run/kvm /dev/kvm
fi
ip link set lo up 2>/dev/null
"$libvirtd" >"$T/libvirtd.log" 2>&1 </dev/null &
daemon=$!
export LIBVIRT_DEFAULT_URI=qemu:///system
tries=0
until virsh -q list >/dev/null 2>&1 || [ $tries -ge 100 ] || ! kill -0 $daemon 2>/dev/null; do
	tries=$((tries + 1))
	sleep 0.2
done
if ! virsh -q list >/dev/null 2>"$T/err"; then
	t_fail libvirtd_starts "$(head -n 1 "$T/err"; tail -n 3 "$T/libvirtd.log")"
	t_done
fi

images=/var/lib/libvirt/images
# domain NAME EMULATOR
domain()
{
	qemu-img create -q -f qcow2 "$images/$1.qcow2" 8M
	cat <<-END
		<domain type='qemu'>
		  <name>$1</name>
		  <memory unit='MiB'>128</memory>
		  <os firmware='efi'>
		    <type arch='x86_64' machine='q35'>hvm</type>
		    <firmware><feature enabled='no' name='secure-boot'/></firmware>
		  </os>
		  <features><acpi/></features>
		  <devices>
		    <emulator>$2</emulator>
		    <disk type='file' device='disk'>
		      <driver name='qemu' type='qcow2'/>
		      <source file='$images/$1.qcow2'/>
		      <target dev='vda' bus='virtio'/>
		    </disk>
		    <controller type='pci' model='pcie-root'/>
		    <controller type='pci' model='pcie-root-port'/>
		    <controller type='pci' model='pcie-root-port'/>
		    <controller type='pci' model='pcie-root-port'/>
		    <controller type='pci' model='pcie-root-port'/>
		    <controller type='pci' model='pcie-root-port'/>
		    <controller type='pci' model='pcie-root-port'/>
		    <controller type='pci' model='pcie-root-port'/>
		    <controller type='pci' model='pcie-root-port'/>
		    <controller type='pci' model='pcie-root-port'/>
		    <controller type='pci' model='pcie-root-port'/>
		    <controller type='pci' model='pcie-root-port'/>
		    <controller type='pci' model='pcie-root-port'/>
		    <interface type='user'><model type='virtio'/></interface>
		    <serial type='pty'/>
		    <channel type='unix'>
		      <target type='virtio' name='org.qemu.guest_agent.0'/>
		    </channel>
		    <graphics type='vnc' port='-1'/>
		    <video><model type='vga'/></video>
		    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
		  </devices>
		</domain>
	END
}

# step WHAT COMMAND...: must succeed; told with the name of the domain
step()
{
	what=$1
	shift
	t_run timeout 60 "$@"
	if [ "$t_status" -eq 0 ]; then
		t_ok "${name}_$what"
	else
		t_fail "${name}_$what" "status $t_status: $(grep -v '^$' "$T/err" | head -n 2 | tr '\n' ' ')"
	fi
}
state_is() # WHAT STATE
{
	tries=0
	until [ "$(virsh -q domstate "$name")" = "$2" ] || [ $tries -ge 50 ]; do
		tries=$((tries + 1))
		sleep 0.2
	done
	t_eq "${name}_$1" "$2" "$(virsh -q domstate "$name" | head -n 1)"
}

life() # EMULATOR
{
	domain "$name" "$1" >"$T/$name.xml"
	qemu-img create -q -f raw "$images/$name-hot.img" 1M
	qemu-img create -q -f qcow2 "/run/slipway/$name-hot.qcow2" 1M
	chmod 666 "$images/$name.qcow2" "$images/$name-hot.img" "/run/slipway/$name-hot.qcow2"
	step is_defined virsh -q define "$T/$name.xml"
	step starts virsh -q start "$name"
	state_is is_running running
	step domblkstat virsh -q domblkstat "$name" vda
	step monitor virsh -q qemu-monitor-command "$name" '{"execute":"query-status"}'
	t_contains "${name}_monitor_answers" '"status":"running"' "$T/out"
	step human_monitor virsh -q qemu-monitor-command --hmp "$name" info block
	step screenshot virsh -q screenshot "$name" "$T/$name.ppm"
	step suspend virsh -q suspend "$name"
	step resume virsh -q resume "$name"
	step attach_disk virsh -q attach-disk "$name" "$images/$name-hot.img" vdb --live \
		--driver qemu --subdriver raw
	step attach_disk_elsewhere virsh -q attach-disk "$name" "/run/slipway/$name-hot.qcow2" vdc --live \
		--driver qemu --subdriver qcow2
	step domblkstat_of_a_new_disk virsh -q domblkstat "$name" vdb
	step detach_disk virsh -q detach-disk "$name" vdc --live
	echo "<interface type='user'><model type='virtio'/></interface>" >"$T/nic.xml"
	step attach_interface virsh -q attach-device "$name" "$T/nic.xml" --live
	step snapshot virsh -q snapshot-create-as "$name" s1 --disk-only --no-metadata \
		--diskspec "vda,file=$images/$name.s1" --diskspec vdb,snapshot=no --diskspec vdc,snapshot=no
	step blockcommit virsh -q blockcommit "$name" vda --active --pivot --wait
	step blockresize virsh -q blockresize "$name" vda 16M
	step dump virsh -q dump "$name" "$T/$name.dump" --memory-only
	step save virsh -q save "$name" "/var/lib/libvirt/images/$name.save"
	state_is is_saved "shut off"
	step restore virsh -q restore "/var/lib/libvirt/images/$name.save"
	state_is runs_again running
	step managedsave virsh -q managedsave "$name"
	step starts_from_the_saved_state virsh -q start "$name"
	step shutdown_is_sent virsh -q shutdown "$name"
	step reset virsh -q reset "$name"
	step destroy virsh -q destroy "$name"
	state_is is_off "shut off"
	step start_again virsh -q start "$name"
	kill "$(cat "/run/libvirt/qemu/$name.pid")"
	state_is its_end_is_seen "shut off"
	step undefine virsh -q undefine "$name" --nvram
}

# ---- what libvirt thinks that it can

t_run timeout 60 virsh domcapabilities --emulatorbin "$qemu" --virttype qemu
sed 's,<path>.*qemu-system.*</path>,,' "$T/out" >"$T/bare.capabilities"
t_eq bare_has_capabilities 0 "$t_status"
t_run timeout 60 virsh domcapabilities --emulatorbin "$slipway" --virttype qemu
sed 's,<path>.*qemu-system.*</path>,,' "$T/out" >"$T/slipway.capabilities"
t_eq slipway_has_capabilities 0 "$t_status"
t_true capabilities_are_the_same cmp "$T/bare.capabilities" "$T/slipway.capabilities"
t_true probing_is_not_confined test -s "$T/slipway.capabilities"

# ---- both lives

name=bare
life "$qemu"
name=slipway
life "$slipway" >"$T/life"
cat "$T/life"

# a guest that powers itself off, on a disk that it was not defined with
guest=$BUILD/examples/guest/hello-x86_64.img
if [ -s "$guest" ]; then
	name=poweroff
	domain "$name" "$slipway" | sed "s,type='qcow2'/,type='raw'/," >"$T/poweroff.xml"
	cp "$guest" "$images/poweroff.qcow2" && chmod 666 "$images/poweroff.qcow2"
	step is_defined virsh -q define "$T/poweroff.xml"
	step starts virsh -q start "$name"
	tries=0
	until [ "$(virsh -q domstate "$name")" = "shut off" ] || [ $tries -ge 120 ]; do
		tries=$((tries + 1))
		sleep 0.5
	done
	t_eq a_guest_powers_itself_off "shut off (shutdown)" "$(virsh -q domstate --reason "$name")"
	virsh -q undefine "$name" --nvram >/dev/null 2>&1
else
	t_skip a_guest_powers_itself_off "the guest of our own is not built"
fi

# what runs is QEMU in a cage, and its log has no word of slipway's
domain caged "$slipway" >"$T/caged.xml"
name=caged
chmod 666 "$images/caged.qcow2"
step starts virsh -q create "$T/caged.xml"
pid=$(cat /run/libvirt/qemu/caged.pid 2>/dev/null)
t_eq process_is_qemu qemu-system-x86 "$(cat "/proc/$pid/comm")"
t_eq two_filters_are_stacked 2 "$(sed -n 's/^Seccomp_filters:[[:space:]]*//p' "/proc/$pid/status")"
t_eq log_has_no_word_of_slipway "" "$(grep '^slipway: ' /var/log/libvirt/qemu/caged.log)"
virsh -q destroy caged >/dev/null 2>&1
kill $daemon
t_done
