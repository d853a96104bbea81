# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034,SC2086,SC2154 # a part of matrix.sh: its words and variables
# Disks: formats, buses, ways of I/O, and what QMP does to them at run time.

raw=$T/home/disk.img
both disk_ide '' "$booted" -M pc -drive file=$raw,format=raw
both disk_scsi '' "$booted" -M q35 -device virtio-scsi-pci -drive file=$raw,format=raw,if=none,id=s -device scsi-hd,drive=s
both disk_nvme '' "$booted" -M q35 -drive file=$raw,format=raw,if=none,id=n -device nvme,drive=n,serial=1
both disk_usb '' "$booted" -M q35 -device qemu-xhci -drive file=$raw,format=raw,if=none,id=u -device usb-storage,drive=u
both disk_cdrom '' "$started"'
{"execute":"eject","arguments":{"id":"cd"}}
{"execute":"blockdev-change-medium","arguments":{"id":"cd","filename":"'"$raw"'","format":"raw"}}' \
	-M q35 -drive file=$raw,format=raw,if=none,id=c,media=cdrom -device ide-cd,drive=c,id=cd
both disk_floppy '' "$started" -M pc -drive file=$raw,format=raw,if=floppy
both disk_sd_card '' "$started" -M q35 -device sdhci-pci -drive file=$raw,format=raw,if=none,id=s -device sd-card,drive=s
both disk_native aio-native "$booted" -M q35 -drive file=$raw,format=raw,if=none,id=n,aio=native,cache=none -device virtio-blk-pci,drive=n
both disk_io_uring io-uring "$booted" -M q35 -drive file=$raw,format=raw,if=none,id=n,aio=io_uring -device virtio-blk-pci,drive=n
both disk_direct '' "$booted" -M q35 -drive file=$raw,format=raw,if=none,id=n,cache=none,discard=unmap,detect-zeroes=unmap -device virtio-blk-pci,drive=n
both disk_iothread '' "$booted" -M q35 -object iothread,id=io -drive file=$raw,format=raw,if=none,id=n -device virtio-blk-pci,drive=n,iothread=io
both disk_iothread_native aio-native "$booted" -M q35 -object iothread,id=io,poll-max-ns=0 -drive file=$raw,format=raw,if=none,id=n,aio=native,cache=none -device virtio-blk-pci,drive=n,iothread=io,num-queues=2
both disk_throttled '' "$booted" -M q35 -drive file=$raw,format=raw,if=none,id=n,throttling.iops-total=100 -device virtio-blk-pci,drive=n
EXTRA="--path=/var/tmp:rw"
both disk_snapshot_mode snapshot "$booted" -M q35 -snapshot $disk

# More than 64 descriptors in one event loop: QEMU changes to epoll
fresh
many=
for number in 1 2 3 4 5 6 7 8; do
	many="$many -drive file=$T/home/disk$number,format=raw,if=none,id=m$number -device virtio-blk-pci,drive=m$number,num-queues=16"
done
many_disks()
{
	fresh
	for number in 1 2 3 4 5 6 7 8; do truncate -s 1M "$T/home/disk$number"; done
	"$@"
}
many_disks tcg disks_with_many_queues '' "$booted" -M q35 $disk $many
many_disks kvm disks_with_many_queues '' "$booted" -M q35 $disk $many

# image FORMAT: an image beside the disk
image()
{
	fresh
	qemu-img convert -O "$1" "$raw" "$T/home/image" >/dev/null
}
if [ -z "$(t_missing qemu-img)" ]; then
	for format in qcow2 vmdk vdi vhdx vpc qed; do
		image $format && tcg disk_$format '' "$booted" -M q35 -drive file=$T/home/image,format=$format,if=virtio
	done
	image qcow2 && kvm disk_qcow2 '' "$booted" -M q35 -drive file=$T/home/image,format=qcow2,if=virtio
	fresh && qemu-img create -q -f qcow2 -b "$raw" -F raw "$T/home/overlay"
	tcg disk_backing_chain '' "$booted" -M q35 -drive file=$T/home/overlay,if=virtio,format=qcow2
	if wanted tcg_disk_luks; then
		# It measures the CPU to choose a number of rounds, which fails on a busy host
		if fresh && qemu-img create -q -f luks --object secret,id=s,data=x -o key-secret=s,iter-time=100 "$T/home/luks" 1M 2>"$T/err"; then
			tcg disk_luks '' "$started" -M q35 -object secret,id=s,data=x -drive driver=luks,file.filename=$T/home/luks,key-secret=s,if=virtio
		else
			t_skip tcg_disk_luks "$(head -n 1 "$T/err")"
		fi
	fi

	# At run time
	image qcow2 && tcg disk_snapshots '' "$booted"'
{"execute":"human-monitor-command","arguments":{"command-line":"savevm one"}}
{"execute":"human-monitor-command","arguments":{"command-line":"loadvm one"}}
{"execute":"human-monitor-command","arguments":{"command-line":"info snapshots"}}
{"execute":"human-monitor-command","arguments":{"command-line":"delvm one"}}' -M q35 -drive file=$T/home/image,format=qcow2,if=virtio
	image qcow2 && kvm disk_snapshots '' "$booted"'
{"execute":"human-monitor-command","arguments":{"command-line":"savevm one"}}
{"execute":"human-monitor-command","arguments":{"command-line":"loadvm one"}}' -M q35 -drive file=$T/home/image,format=qcow2,if=virtio
	for accel in tcg kvm; do
		image qcow2 && $accel disk_overlay_and_commit '' '{"execute":"blockdev-snapshot-sync","arguments":{"node-name":"top","snapshot-file":"'"$T"'/home/snap","snapshot-node-name":"snap","format":"qcow2"}}
{"execute":"block-commit","arguments":{"device":"snap","job-id":"j","base-node":"top"}}
!job j
{"execute":"job-complete","arguments":{"id":"j"}}
!event BLOCK_JOB_COMPLETED' -M q35 -blockdev driver=qcow2,node-name=top,file.driver=file,file.filename=$T/home/image -device virtio-blk-pci,drive=top
		image qcow2 && $accel disk_mirror '' '{"execute":"drive-mirror","arguments":{"device":"top","job-id":"j","target":"'"$T"'/home/copy","sync":"full","format":"qcow2"}}
!job j
{"execute":"job-complete","arguments":{"id":"j"}}
!event BLOCK_JOB_COMPLETED' -M q35 -blockdev driver=qcow2,node-name=top,file.driver=file,file.filename=$T/home/image -device virtio-blk-pci,drive=top
		image qcow2 && $accel disk_backup_stream_resize '' '{"execute":"drive-backup","arguments":{"device":"top","job-id":"j","target":"'"$T"'/home/copy","sync":"full","format":"qcow2"}}
!job j
{"execute":"block_resize","arguments":{"node-name":"top","size":4194304}}
{"execute":"block-dirty-bitmap-add","arguments":{"node":"top","name":"b"}}
{"execute":"blockdev-create","arguments":{"job-id":"c","options":{"driver":"file","filename":"'"$T"'/home/new","size":1048576}}}
!job c
{"execute":"job-dismiss","arguments":{"id":"c"}}' -M q35 -blockdev driver=qcow2,node-name=top,file.driver=file,file.filename=$T/home/image -device virtio-blk-pci,drive=top
	done
elif wanted tcg_disk_qcow2; then
	t_skip disk_images_of_other_formats "$(t_missing qemu-img)"
fi
for accel in tcg kvm; do
	fresh && $accel disk_plugged '' "$booted"'
{"execute":"blockdev-add","arguments":{"driver":"raw","node-name":"hot","file":{"driver":"file","filename":"'"$T"'/home/disk.img","locking":"off"},"read-only":true}}
{"execute":"device_add","arguments":{"driver":"virtio-blk-pci","id":"hotdev","drive":"hot","bus":"port1"}}
{"execute":"device_del","arguments":{"id":"hotdev"}}' -M q35 -device pcie-root-port,id=port1,slot=1,chassis=1 \
		-drive file=$T/home/disk.img,format=raw,if=none,id=d0,file.locking=off -device virtio-blk-pci,drive=d0
done

if [ -z "$(t_missing qemu-nbd)" ]; then
	if wanted tcg_disk_nbd_unix; then
		fresh && qemu-nbd --fork --persistent -f raw -k "$T/home/nbd" --pid-file="$T/nbd.pid" "$raw"
		tcg disk_nbd_unix unix-client "$booted" -M q35 -drive driver=nbd,server.type=unix,server.path=$T/home/nbd,if=virtio
		kill "$(cat "$T/nbd.pid")"
	fi
	port=$((20000 + $$ % 10000))
	if wanted tcg_disk_nbd_tcp; then
		fresh && qemu-nbd --fork --persistent -f raw -b 127.0.0.1 -p $port --pid-file="$T/nbd.pid" "$raw"
		tcg disk_nbd_tcp tcp-client "$booted" -M q35 -drive driver=nbd,server.type=inet,server.host=127.0.0.1,server.port=$port,if=virtio
		kill "$(cat "$T/nbd.pid")"
	fi
elif wanted tcg_disk_nbd_unix; then
	t_skip disk_nbd "$(t_missing qemu-nbd)"
fi
one disk_export_nbd unix-listen '{"execute":"nbd-server-start","arguments":{"addr":{"type":"unix","data":{"path":"'"$T"'/home/export"}}}}
{"execute":"block-export-add","arguments":{"type":"nbd","id":"e","node-name":"n"}}
{"execute":"nbd-server-stop"}' -M q35 -blockdev driver=file,node-name=n,filename=$raw

if [ "$(id -u)" -eq 0 ] && [ -z "$(t_missing losetup)" ] && wanted tcg_disk_block_device && fresh && loop=$(losetup -f --show "$raw" 2>/dev/null); then
	for accel in tcg kvm; do
		EXTRA="--path=$loop:rwd" $accel disk_block_device block-device "$booted" -M q35 -blockdev driver=host_device,filename=$loop,node-name=b,discard=unmap,cache.direct=on -device virtio-blk-pci,drive=b
	done
	losetup -d "$loop"
elif wanted tcg_disk_block_device; then
	t_skip disk_block_device "a loop device needs root and losetup"
fi
