# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034,SC2086,SC2154 # a part of matrix.sh: its words and variables
# Networks, consoles, displays, shares and other devices.

EXTRA="--path=/etc/resolv.conf:r"
both network_user user-network "!text $T/home/debug Booting from" -M pc -netdev user,id=n,hostfwd=tcp:127.0.0.1:10901-:22 -device e1000,netdev=n,bootindex=1
EXTRA="--path=/etc/resolv.conf:r"
both network_user_virtio user-network "$booted" -M q35 -netdev user,id=n,tftp=$T/home,bootfile=x -device virtio-net-pci,netdev=n $disk
both network_plugged user-network "$started"'
{"execute":"netdev_add","arguments":{"type":"user","id":"n1"}}
{"execute":"device_add","arguments":{"driver":"e1000","id":"nic1","netdev":"n1"}}
{"execute":"set_link","arguments":{"name":"nic1","up":false}}
{"execute":"device_del","arguments":{"id":"nic1"}}' -M pc
both network_socket_listen tcp-listen "$started" -M pc -netdev socket,id=n,listen=127.0.0.1:10902 -device e1000,netdev=n
both network_stream_unix unix-listen "$started" -M pc -netdev stream,id=n,server=on,addr.type=unix,addr.path=$T/home/net -device e1000,netdev=n
both network_dump '' "$started" -M pc -netdev hubport,id=n,hubid=0 -object filter-dump,id=f,netdev=n,file=$T/home/pcap -device e1000,netdev=n
if [ "$(id -u)" -eq 0 ] && [ -e /dev/net/tun ] && wanted tcg_network_tap && ip tuntap add dev slipway-t mode tap user root vnet_hdr 2>/dev/null; then
	for accel in tcg kvm; do
		fresh
		EXTRA="--path=/dev/net/tun:rwd" $accel network_tap tap "$booted" -M q35 -netdev tap,id=n,ifname=slipway-t,script=no,downscript=no -device virtio-net-pci,netdev=n $disk
	done
	ip link delete slipway-t
elif wanted tcg_network_tap; then
	t_skip network_tap "a tap interface needs root, /dev/net/tun and ip"
fi
if wanted network_vhost; then
	t_skip network_vhost "vhost-net was on no host that this was written on"
fi

both serial_stdio '' "$booted" -M pc -serial stdio $disk
both serial_file '' "$booted" -M pc -serial file:$T/home/serial -parallel null $disk
both serial_log '' "$booted" -M pc -chardev null,id=s,logfile=$T/home/log,logappend=on -serial chardev:s $disk
EXTRA="--path=/dev/ptmx:rwd --path=/dev/pts:rwd"
both serial_pty pty "$booted" -M pc -serial pty $disk
EXTRA="--path=/dev/ptmx:rwd --path=/dev/pts:rwd"
both serial_pty_plugged pty '{"execute":"chardev-add","arguments":{"id":"p","backend":{"type":"pty","data":{}}}}
{"execute":"chardev-remove","arguments":{"id":"p"}}' -M pc
both serial_unix unix-listen "$booted" -M pc -serial unix:$T/home/serial,server=on,wait=off $disk
both serial_tcp tcp-listen "$booted" -M pc -serial tcp:127.0.0.1:10903,server=on,wait=off,telnet=on $disk
both serial_mux '' "$booted" -M pc -chardev ringbuf,id=s,mux=on -serial chardev:s -mon chardev=s,mode=readline $disk
both serial_virtio unix-listen "$booted" -M q35 -device virtio-serial-pci -chardev socket,id=a,path=$T/home/agent,server=on,wait=off -device virtserialport,chardev=a,name=org.qemu.guest_agent.0 -device virtconsole,chardev=n -chardev null,id=n $disk
both monitor_unix unix-listen "$started" -M pc -monitor unix:$T/home/monitor,server=on,wait=off -qmp unix:$T/home/qmp,server=on,wait=off
both debugger_tcp tcp-listen "$started" -M pc -gdb tcp:127.0.0.1:10904
fresh && mkfifo "$T/home/pipe.in" "$T/home/pipe.out" && tcg serial_pipe '' "$started" -M pc -chardev pipe,id=p,path=$T/home/pipe -serial chardev:p
for accel in tcg kvm; do
	wanted ${accel}_serial_unix_client || continue
	fresh && mkfifo "$T/home/alive" "$T/home/number"
	"$ATTACKER" --victim "$T/home/server" slipway-$$ <"$T/home/alive" >"$T/home/number" &
	exec 8>"$T/home/alive"
	read -r server_pid <"$T/home/number"
	$accel serial_unix_client unix-client "$started" -M pc -chardev socket,id=s,path=$T/home/server -serial chardev:s
	exec 8>&-
	wait "$server_pid"
done

screen='{"execute":"screendump","arguments":{"filename":"'"$T"'/home/screen.ppm"}}
{"execute":"send-key","arguments":{"keys":[{"type":"qcode","data":"a"}]}}'
both display_vga '' "$booted
$screen" -M q35 -device VGA $disk
both display_virtio_vga '' "$booted
$screen" -M q35 -device virtio-vga $disk
both display_qxl qxl "$started" -M q35 -device qxl-vga
both display_vnc vnc "$booted
$screen"'
{"execute":"query-vnc"}' -M q35 -device VGA -vnc 127.0.0.1:77 $disk
both display_vnc_password vnc '{"execute":"set_password","arguments":{"protocol":"vnc","password":"x"}}' -M q35 -device VGA -vnc 127.0.0.1:78,password=on
both display_vnc_unix vnc "$started" -M q35 -device VGA -vnc unix:$T/home/vnc
both display_spice spice "$started
$screen" -M q35 -device VGA -spice port=5979,addr=127.0.0.1,disable-ticketing=on
both display_curses_less '' "$started" -M pc -nographic

both share_9p 9p "$booted" -M q35 -fsdev local,id=f,path=$T/home/share,security_model=mapped-xattr -device virtio-9p-pci,fsdev=f,mount_tag=t $disk
both share_9p_plain 9p "$started" -M q35 -virtfs local,path=$T/home/share,mount_tag=t,security_model=none
one share_mtp usb-mtp "$started" -M q35 -device qemu-xhci -device usb-mtp,rootdir=$T/home/share
one share_vvfat '' "$started" -M pc -drive file=fat:$T/home/share,format=raw,if=virtio,read-only=on
both random '' "$booted" -M q35 -object rng-random,id=r,filename=/dev/urandom -device virtio-rng-pci,rng=r -object rng-builtin,id=b -device virtio-rng-pci,rng=b $disk
both usb '' "$booted" -M q35 -device qemu-xhci -device usb-tablet -device usb-kbd -device usb-hub $disk
both usb_plugged '' "$started"'
{"execute":"device_add","arguments":{"driver":"usb-mouse","id":"m"}}
{"execute":"device_del","arguments":{"id":"m"}}' -M q35 -device qemu-xhci
one usb_host usb-host "$started" -M q35 -device qemu-xhci -device usb-host,vendorid=0x1234,productid=0x5678
both usb_redirection unix-listen "$started" -M q35 -device qemu-xhci -chardev socket,id=r,path=$T/home/redir,server=on,wait=off -device usb-redir,chardev=r
both sound '' "$started" -M q35 -audiodev none,id=a -device ich9-intel-hda -device hda-duplex,audiodev=a
both sound_wav '' "$started" -M q35 -audiodev wav,id=a,path=$T/home/wav -device AC97,audiodev=a
both watchdog '' "$started" -M q35 -device i6300esb -action watchdog=none
both iommu '' "$booted" -M q35 -device intel-iommu $disk
both pvpanic_and_fw_cfg '' "$started" -M q35 -device pvpanic -fw_cfg name=opt/x,file=$T/home/disk.img -smbios type=1,serial=x
both shared_memory '' "$started" -M q35 -object memory-backend-file,id=s,share=on,mem-path=$T/home/shm,size=1M -device ivshmem-plain,memdev=s
both clock_local '' "$started" -M q35 -rtc base=localtime
if [ -z "$(t_missing swtpm)" ]; then
	for accel in tcg kvm; do
		wanted ${accel}_tpm || continue
		fresh && mkdir "$T/home/tpm"
		swtpm socket --tpm2 --tpmstate dir="$T/home/tpm" --ctrl type=unixio,path="$T/home/tpm.sock" --daemon \
			--pid file="$T/tpm.pid" >/dev/null 2>&1
		$accel tpm tpm,unix-client "$booted" -M q35 -chardev socket,id=t,path=$T/home/tpm.sock -tpmdev emulator,id=t0,chardev=t -device tpm-tis,tpmdev=t0 $disk
		kill "$(cat "$T/tpm.pid" 2>/dev/null)" 2>/dev/null
		rm -f "$T/tpm.pid"
	done
elif wanted tcg_tpm; then
	t_skip tpm "$(t_missing swtpm)"
fi
