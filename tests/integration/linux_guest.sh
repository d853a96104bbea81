#!/bin/sh
# SPDX-License-Identifier: MIT
# A guest as clouds have them, made of Debian's own packages: UEFI starts systemd-boot from an ESP,
# that starts a distribution's kernel with a small initrd, and the guest finds its disk, network
# card, serial line, random numbers and TPM 2.0, and is reached through a forwarded port. The spec
# is what virt-install writes for a VM without a screen. Under TCG and the whole sandbox.
#
# The kernel is $SLIPWAY_TEST_KERNEL, or the newest in /boot; its modules lie in lib/modules beside
# the folder it is in.
. "$(dirname "$0")/../support/lib.sh"

export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run" TMPDIR="$T"
unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM SLIPWAY_SANDBOX
test_name=a_debian_guest_finds_its_devices
seconds=300 # for a boot under TCG on a slow machine
loader=/usr/lib/systemd/boot/efi/systemd-bootx64.efi

leave() # REASON
{
	t_skip "$test_name" "$1"
	t_done
}

kernel=${SLIPWAY_TEST_KERNEL-}
for file in /boot/vmlinuz-*; do
	[ -n "${SLIPWAY_TEST_KERNEL-}" ] || [ ! -r "$file" ] || kernel=$file
done
[ -n "$kernel" ] || leave "no kernel: none is readable in /boot, and SLIPWAY_TEST_KERNEL names none"
[ "$(uname -m)" = x86_64 ] || leave "the kernel is not for x86_64"
why=$(t_missing qemu-system-x86_64 busybox cpio mformat mcopy swtpm swtpm_setup) && leave "$why"
ldd "$(command -v busybox)" >/dev/null 2>&1 && leave "busybox needs shared libraries: the package busybox-static"
[ -e "$loader" ] || leave "no $loader: the package systemd-boot-efi"
[ -e /usr/share/OVMF/OVMF_CODE_4M.fd ] || leave "no /usr/share/OVMF/OVMF_CODE_4M.fd"
version=${kernel##*/vmlinuz-}
modules=$(dirname "$(dirname "$kernel")")/lib/modules/$version
[ -d "$modules" ] || leave "no $modules"
if [ "$(id -u)" -eq 0 ]; then
	states=/var/lib/slipway # root's own, hence a name nobody has
else
	states=$T/state/slipway
fi
name=slipway-test-$$
trap 'rm -rf "${states:?}/tpm2/$name" "/run/slipway/$name"; chmod -R u+rwX "$T" 2>/dev/null; rm -rf "$T"' EXIT

# ---- the initrd: busybox, the drivers that the kernel does not have in itself, one script

# What a kernel has built in is not there as a file
drivers="virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk"
drivers="$drivers failover net_failover virtio_net rng-core virtio-rng efivarfs"

# Modules come plain or packed, as the distribution likes it
take_driver() # NAME
{
	find "$modules" -name "$1.ko*" | while read -r file; do
		case $file in
		*.xz) xz -dc "$file" ;;
		*.zst) zstd -qdc "$file" ;;
		*) cat "$file" ;;
		esac >"$T/initrd/$1.ko"
	done
}

mkdir -p "$T/initrd/bin"
cp "$(command -v busybox)" "$T/initrd/bin/busybox"
for driver in $drivers; do take_driver "$driver"; done
cat >"$T/initrd/init" <<-EOF_INIT
	#!/bin/busybox sh
	/bin/busybox --install -s /bin
	mkdir -p /proc /sys /dev /sys/firmware
	mount -t proc proc /proc
	mount -t sysfs sys /sys
	mount -t devtmpfs dev /dev
	# twice: which needs which differs between kernels
	for driver in $drivers $drivers; do
		[ ! -e /\$driver.ko ] || insmod /\$driver.ko 2>/dev/null
	done
	mount -t efivarfs vars /sys/firmware/efi/efivars
	ip link set eth0 up
	ip address add 10.0.2.15/24 dev eth0
	say() { echo "guest: \$1: \$(cat)"; }
	uname -r | say kernel
	for i in 1 2 3 4 5 6 7 8 9 10; do [ -b /dev/vdb ] && [ -c /dev/tpm0 ] && break; sleep 1; done
	head -c 13 /dev/vdb | say disk
	echo written | dd of=/dev/vdb bs=512 seek=8 conv=notrunc,fsync 2>/dev/null
	cat /sys/class/net/eth0/address | say card
	cat /sys/class/misc/hw_random/rng_current | say rng
	head -c 64 /dev/hwrng | wc -c | say random
	cat /sys/class/tpm/tpm0/tpm_version_major | say tpm
	tr -d 0 </sys/class/tpm/tpm0/pcr-sha256/0 | wc -c | tr -s '[0-9]' + | say pcr
	ls /sys/firmware/efi/efivars | grep -c ^SecureBoot- | say efi
	cat /sys/class/dmi/id/sys_vendor | say vendor
	nproc | say cpus
	read -r line </dev/ttyS0
	echo "\$line" | say typed
	echo 'guest: ready'
	echo 'guest says hello' | nc -l -p 7
	poweroff -f
EOF_INIT
chmod +x "$T/initrd/init"
(cd "$T/initrd" && find . | cpio -o -H newc --quiet) >"$T/initrd.img"

# ---- the ESP
truncate -s 64M "$T/esp.img"
export MTOOLSRC=/dev/null
mformat -i "$T/esp.img" -F ::
mmd -i "$T/esp.img" ::/EFI ::/EFI/BOOT ::/loader ::/loader/entries
mcopy -i "$T/esp.img" "$loader" ::/EFI/BOOT/BOOTX64.EFI
mcopy -i "$T/esp.img" "$kernel" ::/vmlinuz
mcopy -i "$T/esp.img" "$T/initrd.img" ::/initrd
echo 'timeout 0' | mcopy -i "$T/esp.img" - ::/loader/loader.conf
printf '%s\n' 'title guest' 'linux /vmlinuz' 'initrd /initrd' 'options console=ttyS0 panic=-1' |
	mcopy -i "$T/esp.img" - ::/loader/entries/guest.conf

printf 'the data disk' >"$T/data.img"
truncate -s 1M "$T/data.img"
port=$((20000 + $$ % 20000))
cat >"$T/guest.xml" <<-XML
	<domain type='qemu'>
	  <name>$name</name>
	  <uuid>6ab5f0d1-8a0c-4f0f-9a4f-6a0f1f2a3b4c</uuid>
	  <memory>524288</memory>
	  <currentMemory>524288</currentMemory>
	  <vcpu>2</vcpu>
	  <os firmware='efi'>
	    <type arch='x86_64' machine='q35'>hvm</type>
	    <firmware><feature enabled='no' name='secure-boot'/></firmware>
	    <boot dev='hd'/>
	  </os>
	  <features><acpi/><apic/></features>
	  <cpu mode='host-model'/>
	  <clock offset='utc'>
	    <timer name='rtc' tickpolicy='catchup'/>
	    <timer name='pit' tickpolicy='delay'/>
	    <timer name='hpet' present='no'/>
	  </clock>
	  <devices>
	    <disk type='file' device='disk'>
	      <driver name='qemu' type='raw'/>
	      <source file='$T/esp.img'/>
	      <target dev='vda' bus='virtio'/>
	    </disk>
	    <disk type='file' device='disk'>
	      <driver name='qemu' type='raw' discard='unmap'/>
	      <source file='$T/data.img'/>
	      <target dev='vdb' bus='virtio'/>
	    </disk>
	    <controller type='usb' model='qemu-xhci' ports='15'/>
	    <interface type='user'>
	      <mac address='52:54:00:12:34:56'/>
	      <model type='virtio'/>
	      <portForward proto='tcp' address='127.0.0.1'>
	        <range start='$port' to='7'/>
	      </portForward>
	    </interface>
	    <console type='pty'/>
	    <tpm model='tpm-crb'>
	      <backend type='emulator' version='2.0'/>
	    </tpm>
	    <memballoon model='virtio'/>
	    <rng model='virtio'>
	      <backend model='random'>/dev/urandom</backend>
	    </rng>
	  </devices>
	</domain>
XML

# ---- a whole life of it: a line is typed, the port is called, the guest turns itself off
mkfifo "$T/keyboard"
timeout -k 10 "$seconds" "$SLIPWAY" --nvram="$T/vars.fd" "$T/guest.xml" <"$T/keyboard" >"$T/console" 2>"$T/err" &
vm=$!
exec 3>"$T/keyboard"

appears() # TEXT: true when the console shows it before the VM is over
{
	while kill -0 "$vm" 2>/dev/null; do
		grep -qF -e "$1" "$T/console" && return
		sleep 1
	done
	grep -qF -e "$1" "$T/console"
}

if appears 'guest: cpus'; then
	echo 'typed here' >&3
	appears 'guest: ready'
	for _ in $(seq 30); do
		timeout 10 busybox nc 127.0.0.1 "$port" </dev/null >"$T/answer" 2>/dev/null
		[ ! -s "$T/answer" ] || break
		sleep 1
	done
fi
exec 3>&-
status=0
wait "$vm" || status=$?
tr -d '\r' <"$T/console" >"$T/lines"
if ! grep -q '^guest: kernel: ' "$T/lines"; then
	t_fail "$test_name" "the kernel did not come up; status $status, and the last lines are"
	tail -n 20 "$T/lines" "$T/err"
	t_done
fi
t_eq it_ends_well 0 "$status"
t_eq slipway_says_nothing '' "$(grep -v 'TCG doesn' "$T/err")"
grep -a '^guest: ' "$T/lines" >"$T/said"
t_contains it_is_this_kernel "guest: kernel: $version" "$T/said"
t_contains it_has_both_cpus 'guest: cpus: 2' "$T/said"
t_contains it_was_started_by_uefi 'guest: efi: 1' "$T/said"
t_contains it_reads_its_disk 'guest: disk: the data disk' "$T/said"
t_eq it_writes_its_disk written "$(dd if="$T/data.img" bs=512 skip=8 count=1 2>/dev/null | head -n 1)"
t_contains it_has_the_card 'guest: card: 52:54:00:12:34:56' "$T/said"
t_contains it_has_the_generator 'guest: rng: virtio_rng.0' "$T/said"
t_contains it_reads_random_numbers 'guest: random: 64' "$T/said"
t_contains it_has_a_tpm_2 'guest: tpm: 2' "$T/said"
t_contains the_firmware_measured_into_the_tpm 'guest: pcr: +' "$T/said"
t_contains what_is_typed_reaches_it 'guest: typed: typed here' "$T/said"
t_eq its_port_is_reached 'guest says hello' "$(cat "$T/answer" 2>/dev/null)"
t_true the_tpm_keeps_its_state test -s "$states/tpm2/$name/tpm2-00.permall"
t_done
