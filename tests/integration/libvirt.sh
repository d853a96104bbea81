#!/bin/sh
# SPDX-License-Identifier: MIT
# A real libvirtd whose <emulator> is slipway, as 'make install' puts it into /usr/bin: it must see no
# difference to QEMU itself. The daemon runs in namespaces of its own (mounts, network, processes)
# with private /run, /etc/libvirt and /var/lib/libvirt and, over the real one, a /usr of its own; it
# ends with this test.
. "$(dirname "$0")/../support/lib.sh"

. "$(dirname "$0")/../support/libvirtd.sh"
libvirtd_inside libvirt_sees_no_difference "$@"

# ---- a libvirtd of our own

qemu=$(command -v qemu-system-x86_64)
libvirtd_folders
t_copy_slipway /run/slipway
cp "$SLIPWAY" /run/slipway/qemu-system-x86_64-slipway
elsewhere=/run/slipway/qemu-system-x86_64-slipway
cp "$SLIPWAY" /run/slipway/qemu-system-aarch64-slipway
slipway=$elsewhere

# what is installed is gone with the mount
mkdir -p /run/usr/upper /run/usr/work
if mount -t overlay overlay -o lowerdir=/usr,upperdir=/run/usr/upper,workdir=/run/usr/work /usr \
	2>/dev/null; then
	t_true make_install_puts_it_into_usr_bin "${MAKE:-make}" -s -C "$BUILD" install prefix=/usr \
		bindir=/usr/bin emulator_links=yes
	slipway=/usr/bin/qemu-system-x86_64-slipway
	t_eq its_names_are_hard_links 1 "$(stat -c %i /usr/bin/slipway /usr/bin/qemu-system-*-slipway |
		sort -u | wc -l)"
	t_run "$slipway" --version
	t_contains its_own_name_is_qemu 'QEMU emulator version' "$T/out"
else
	t_skip make_install_puts_it_into_usr_bin "no overlay can be mounted here"
fi
bridge=
ip link add br0 type bridge 2>/dev/null && ip link set br0 up && bridge=br0
if ! libvirtd_start ''; then
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
		    <disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>
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

# the same for each NAME: what differs from start to start
plain()
{
	sed -e "s,$slipway,$qemu,g; s,domain-[0-9]*-$name,DOMAIN,g; s/\b$name\(_VARS\|\b\)/NAME\1/g" \
		-e "/<uuid>/d; /<mac /d; /^-uuid/d; s/id='[0-9]*'//; s,/dev/pts/[0-9]*,PTS,g" \
		-e 's/[0-9a-f]\{8\}-[0-9a-f-]\{27\}/UUID/g; s/52:54:00[0-9a-f:]*/MAC/g' \
		-e 's/"thread-id":[0-9]*/THREAD/g; s/\(port=.\)59[0-9]*/\1PORT/; s/127.0.0.1:[0-9]*/PORT/g' \
		-e 's/"fd=[0-9]*/"FD/g; s/fd=[0-9]*/FD/g; s/fd:[0-9]*/FD/g; s/libvirt-[0-9]*/LIBVIRT/g'
}

# facts: what libvirt and QEMU say about this domain, for a comparison
facts()
{
	{
		virsh -q dumpxml "$name"
		tr '\0' '\n' <"/proc/$(cat "/run/libvirt/qemu/$name.pid")/cmdline" | tail -n +2
		for command in query-status query-block query-chardev query-cpus-fast query-vnc query-pci \
			query-machines query-commands query-migrate-capabilities query-iothreads; do
			virsh -q qemu-monitor-command "$name" "{\"execute\":\"$command\"}"
		done
		virsh -q domblklist "$name"
		virsh -q domstats --state --balloon --vcpu "$name" | sed 's/=.*//'
	} 2>&1 | plain >"$T/$name.facts"
}

# what is done to the storage of a running guest
life_of_disks()
{
	qemu-img create -q -f raw "$images/$name-hot.img" 1M
	qemu-img create -q -f raw "$images/$name.iso" 1M
	qemu-img create -q -f qcow2 "/run/slipway/$name-hot.qcow2" 1M
	chmod 666 "$images/$name-hot.img" "$images/$name.iso" "/run/slipway/$name-hot.qcow2"
	step attach_disk virsh -q attach-disk "$name" "$images/$name-hot.img" vdb --live \
		--driver qemu --subdriver raw
	step attach_disk_elsewhere virsh -q attach-disk "$name" "/run/slipway/$name-hot.qcow2" vdc --live \
		--driver qemu --subdriver qcow2
	step domblkstat_of_a_new_disk virsh -q domblkstat "$name" vdb
	step detach_disk virsh -q detach-disk "$name" vdc --live
	step change_media virsh -q change-media "$name" sda "$images/$name.iso" --live --insert
	step eject virsh -q change-media "$name" sda --live --eject
	step snapshot virsh -q snapshot-create-as "$name" s1 --disk-only --no-metadata \
		--diskspec "vda,file=$images/$name.s1" --diskspec vdb,snapshot=no --diskspec vdc,snapshot=no
	step blockcommit virsh -q blockcommit "$name" vda --active --pivot --wait
	step snapshot_again virsh -q snapshot-create-as "$name" s2 --disk-only --no-metadata \
		--diskspec "vda,file=$images/$name.s2" --diskspec vdb,snapshot=no --diskspec vdc,snapshot=no
	step blockpull virsh -q blockpull "$name" vda --wait
	step blockcopy virsh -q blockcopy "$name" vda "$images/$name.copy" --format qcow2 --wait --pivot \
		--transient-job
	step blockresize virsh -q blockresize "$name" vda 16M
	step blkdeviotune virsh -q blkdeviotune "$name" vda --total-bytes-sec 1000000 --live
}

# … to its networks, memory, processors and screen
life_of_devices()
{
	echo "<interface type='user'><mac address='52:54:00:00:00:01'/><model type='virtio'/></interface>" \
		>"$T/nic.xml"
	step attach_interface virsh -q attach-device "$name" "$T/nic.xml" --live
	step detach_interface virsh -q detach-device "$name" "$T/nic.xml" --live
	if [ -n "$bridge" ]; then
		step attach_bridge virsh -q attach-interface "$name" bridge "$bridge" --model virtio \
			--mac 52:54:00:00:00:02 --live
		step detach_bridge virsh -q detach-interface "$name" bridge --mac 52:54:00:00:00:02 --live
	else
		t_skip "${name}_attach_bridge" "no bridge can be made here"
	fi
	step screenshot virsh -q screenshot "$name" "$T/$name.png"
	t_eq "${name}_screenshot_is_a_picture" PNG "$(head -c 4 "$T/$name.png" | tail -c 3)"
	port=$(virsh -q vncdisplay "$name" | sed 's/.*://')
	t_run timeout 20 bash -c "exec 3<>/dev/tcp/127.0.0.1/$((5900 + port)) && head -c 11 <&3"
	t_eq "${name}_vnc_answers" "RFB 003.008" "$(cat "$T/out")"
	step setmem virsh -q setmem "$name" 100M --live
	step iothreadadd virsh -q iothreadadd "$name" 5 --live
	step vcpupin virsh -q vcpupin "$name" 0 0 --live
	step send_key virsh -q send-key "$name" KEY_ENTER
}

life() # EMULATOR
{
	domain "$name" "$1" >"$T/$name.xml"
	chmod 666 "$images/$name.qcow2"
	step is_defined virsh -q define "$T/$name.xml"
	step starts virsh -q start "$name"
	state_is is_running running
	facts
	step domblkstat virsh -q domblkstat "$name" vda
	step monitor virsh -q qemu-monitor-command "$name" '{"execute":"query-status"}'
	t_contains "${name}_monitor_answers" '"status":"running"' "$T/out"
	step human_monitor virsh -q qemu-monitor-command --hmp "$name" info block
	step suspend virsh -q suspend "$name"
	step resume virsh -q resume "$name"
	life_of_disks
	life_of_devices
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

# libvirt keeps the state inside the image only of guests without UEFI's flash
life_of_states() # EMULATOR
{
	domain "$name" "$1" | sed "s/<os firmware='efi'>/<os>/; /<firmware>/d" >"$T/$name.xml"
	chmod 666 "$images/$name.qcow2"
	step is_defined virsh -q define "$T/$name.xml"
	step starts virsh -q start "$name"
	step internal_snapshot virsh -q snapshot-create-as "$name" inside
	step revert virsh -q snapshot-revert "$name" inside
	state_is runs_again running
	step snapshot_delete virsh -q snapshot-delete "$name" inside
	step snapshot_with_memory virsh -q snapshot-create-as "$name" outside --no-metadata \
		--memspec "file=$images/$name.memory" --diskspec "vda,file=$images/$name.s1"
	step destroy virsh -q destroy "$name"
	step undefine virsh -q undefine "$name"
}

# powers_off SECONDS: the guest is started, runs to its end and powers itself off
powers_off()
{
	step starts virsh -q start "$name"
	tries=0
	until [ "$(virsh -q domstate "$name")" = "shut off" ] || [ $tries -ge $(($1 * 2)) ]; do
		tries=$((tries + 1))
		sleep 0.5
	done
	t_eq "${name}_powers_itself_off" "shut off (shutdown)" "$(virsh -q domstate --reason "$name")"
	virsh -q destroy "$name" >/dev/null 2>&1
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
life "$slipway"
if cmp -s "$T/bare.facts" "$T/slipway.facts"; then
	t_ok what_is_said_about_both_is_the_same
else
	t_fail what_is_said_about_both_is_the_same "$(diff "$T/bare.facts" "$T/slipway.facts" | head -n 10)"
fi
t_true facts_are_there grep -q query-commands "$T/slipway.facts"
name=bare_states
life_of_states "$qemu"
name=slipway_states
life_of_states "$slipway"

# ---- guests of our own, which power themselves off

guest=$BUILD/examples/guest/hello-x86_64.img
if [ -s "$guest" ]; then
	name=poweroff
	domain "$name" "$slipway" | sed "s,type='qcow2'/,type='raw'/," >"$T/poweroff.xml"
	cp "$guest" "$images/poweroff.qcow2" && chmod 666 "$images/poweroff.qcow2"
	step is_defined virsh -q define "$T/poweroff.xml"
	powers_off 60
	virsh -q undefine "$name" --nvram >/dev/null 2>&1

	# firmware that libvirt does not know of: chosen by slipway, in the emulator's environment
	name=chosen
	domain "$name" "$slipway" | sed -e "s,type='qcow2'/,type='raw'/,; /<firmware>/d" \
		-e "s/<os firmware='efi'>/<os>/; s,<domain ,&xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0' ," \
		-e "s,</domain>,<qemu:commandline><qemu:env name='SLIPWAY_FIRMWARE' value='uefi'/><qemu:env name='SLIPWAY_SECURE_BOOT' value='no'/><qemu:env name='SLIPWAY_NVRAM' value='PLACE'/></qemu:commandline></domain>," \
		>"$T/chosen.xml"
	cp "$guest" "$images/chosen.qcow2" && chmod 666 "$images/chosen.qcow2"
	store=/var/lib/libvirt/qemu/nvram/chosen_VARS.fd
	sed "s,PLACE,$store," "$T/chosen.xml" >"$T/kept.xml"
	step is_defined virsh -q define "$T/kept.xml"
	powers_off 60
	t_true a_store_that_was_named_is_kept test -s "$store"
	t_eq a_store_that_was_named_is_no_news "" "$(grep '^slipway: ' /var/log/libvirt/qemu/chosen.log)"
	virsh -q undefine "$name" >/dev/null 2>&1
	sed "s,PLACE,ephemeral," "$T/chosen.xml" >"$T/not-kept.xml"
	step is_defined_without_a_store virsh -q define "$T/not-kept.xml"
	powers_off 60
	virsh -q undefine "$name" >/dev/null 2>&1
	sed "s,<qemu:env name='SLIPWAY_NVRAM' value='PLACE'/>,," "$T/chosen.xml" >"$T/default.xml"
	step is_defined_with_a_store_somewhere virsh -q define "$T/default.xml"
	powers_off 60
	t_contains a_store_that_libvirt_removes_is_named 'slipway: nvram: libvirt removes' /var/log/libvirt/qemu/chosen.log
	virsh -q undefine "$name" >/dev/null 2>&1
else
	t_skip poweroff_powers_itself_off "the guest of our own is not built"
	t_skip chosen_powers_itself_off "the guest of our own is not built"
fi

arm=${slipway%x86_64-slipway}aarch64-slipway
guest=$BUILD/examples/guest/hello-aarch64.img
if [ -s "$guest" ] && [ -x "$arm" ] && command -v qemu-system-aarch64 >/dev/null; then
	name=arm
	cp "$guest" "$images/arm.img" && chmod 666 "$images/arm.img"
	cat >"$T/arm.xml" <<-END
		<domain type='qemu'>
		  <name>arm</name>
		  <memory unit='MiB'>256</memory>
		  <os firmware='efi'>
		    <type arch='aarch64' machine='virt'>hvm</type>
		    <firmware><feature enabled='no' name='secure-boot'/></firmware>
		  </os>
		  <features><acpi/></features>
		  <cpu mode='custom'><model>cortex-a57</model></cpu>
		  <devices>
		    <emulator>$arm</emulator>
		    <disk type='file' device='disk'>
		      <driver name='qemu' type='raw'/>
		      <source file='$images/arm.img'/>
		      <target dev='vda' bus='virtio'/>
		    </disk>
		    <serial type='pty'/>
		  </devices>
		</domain>
	END
	step is_defined virsh -q define "$T/arm.xml"
	powers_off 120
	virsh -q undefine "$name" --nvram >/dev/null 2>&1
else
	t_skip arm_powers_itself_off "no guest, no qemu-system-aarch64, or no slipway beside it"
fi

# what runs is QEMU in a cage, and its log has no word of slipway's
domain caged "$elsewhere" >"$T/caged.xml"
name=caged
chmod 666 "$images/caged.qcow2"
step starts virsh -q create "$T/caged.xml"
pid=$(cat /run/libvirt/qemu/caged.pid 2>/dev/null)
t_eq process_is_qemu qemu-system-x86 "$(cat "/proc/$pid/comm")"
t_eq two_filters_are_stacked 2 "$(sed -n 's/^Seccomp_filters:[[:space:]]*//p' "/proc/$pid/status")"
t_eq log_has_no_word_of_slipway "" "$(grep '^slipway: ' /var/log/libvirt/qemu/caged.log)"
virsh -q destroy caged >/dev/null 2>&1

# ---- a QEMU that is upgraded

# asked PROGRAM: when libvirt wrote down what it can do
asked()
{
	virsh domcapabilities --emulatorbin "$1" --virttype qemu >/dev/null 2>"$T/err" &&
		stat -c '%y %i' "/var/cache/libvirt/qemu/capabilities/$(printf %s "$1" | sha256sum |
			cut -d ' ' -f 1).xml"
}
if [ "$slipway" != "$elsewhere" ]; then
	before=$(asked "$slipway")
	sleep 1
	cp "$qemu" "$qemu.new" && mv "$qemu.new" "$qemu"
	t_eq an_upgrade_behind_it_is_not_seen "$before" "$(asked "$slipway")"
	"$SLIPWAY" doctor --nvram=ephemeral >"$T/doctor" 2>&1
	t_contains doctor_sees_it "'$qemu' is newer than '$slipway'" "$T/doctor"
	fix=$(sed -n "s,^ *fix: \(touch .*$slipway\)\$,\1,p" "$T/doctor")
	t_true the_fix_can_be_done sh -c "$fix"
	if [ "$(asked "$slipway")" != "$before" ]; then t_ok the_fix_makes_libvirt_ask_again
	else t_fail the_fix_makes_libvirt_ask_again "it did not: $fix"; fi
	"$SLIPWAY" doctor --nvram=ephemeral >"$T/doctor" 2>&1
	t_eq doctor_is_content 0 "$(grep -c 'is newer than' "$T/doctor")"
	# the same by a unit of systemd's, for those without a package
	before=$(asked "$slipway")
	sleep 1
	cp "$qemu" "$qemu.new" && mv "$qemu.new" "$qemu"
	t_eq another_upgrade_is_not_seen "$before" "$(asked "$slipway")"
	t_true the_unit_can_be_done sh -c "$(sed -n '/^ExecStart=/,${s/^ExecStart=//;p}' \
		"$SRCDIR/examples/libvirt/slipway-upgrade.service" | tr -d '\\\n')"
	if [ "$(asked "$slipway")" != "$before" ]; then t_ok the_unit_makes_libvirt_ask_again
	else t_fail the_unit_makes_libvirt_ask_again "it did not"; fi
fi
kill $daemon
t_done
