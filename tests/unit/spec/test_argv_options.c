/* SPDX-License-Identifier: MIT */
/*
 * spec/argv_*, but images: option by option, what each form of its value needs and opens: exactly
 * that, and no path more, as each one widens the sandbox.
 */
#include "commands.h"

#define RESOLVER "r/etc/hosts r/etc/resolv.conf"
#define USB "d/dev/bus/usb R/sys R/run/udev"

static void character_devices_need_what_their_backend_does(void **state)
{
	static const struct option_line lines[] = {
		{"-chardev socket,fd=9", "socket-fd", ""},
		{"-chardev socket,addr.data.str=9", "socket-fd", ""},
		{"-chardev socket,host=h,port=1,server=on", "tcp-listen", RESOLVER},
		{"-chardev udp,id=c,host=h,port=1", "user", ""},
		{"-chardev file,id=c,path=/l/f,input-path=/l/in", "", "m/l/f r/l/in"},
		{"-chardev file,id=c,path=/dev/null", "", "m/dev/null"},
		{"-chardev pipe,id=c,path=/d/p", "", "w/d/p w/d/p.in w/d/p.out"},
		{"-chardev pty,id=c,path=/l/p", "pty", "d/dev/ptmx d/dev/pts w/l/p W/l"},
		{"-chardev braille,id=c", "unix-client any-file", ""},
		{"-chardev spicevmc,id=c,name=vdagent", "spice", ""},
		{"-chardev ringbuf,id=c", "", ""},
		{"-chardev of-the-future,id=c", "not-known", ""},
		{"-chardev " BROKEN, "not-known", ""},
	};

	(void)state;
	check_lines(lines, ARRAY_COUNT(lines));
}

static void short_words_of_serial_ports_are_read(void **state)
{
	static const struct option_line lines[] = {
		{"-serial unix:/s/x", "unix-client", "C/s"},
		{"-gdb unix:/s/g", "unix-listen", "S/s"},
		{"-serial tcp:h:1", "tcp-client", RESOLVER},
		{"-serial telnet::1,server=on", "tcp-listen", RESOLVER},
		{"-serial websocket::1", "tcp-listen", RESOLVER},
		{"-serial tn3270:h:1", "tcp-client", RESOLVER},
		{"-serial udp::1@:2", "user", ""},
		{"-serial pty", "pty", "d/dev/ptmx d/dev/pts"},
		{"-serial pipe:/d/p", "", "w/d/p w/d/p.in w/d/p.out"},
		{"-serial /dev/ttyS1", "host-serial", "d/dev/ttyS1"},
		{"-serial of-the-future", "not-known", ""},
		{"-serial chardev:c", "", ""},
		{"-monitor null", "", ""},
		{"-monitor vc:80Cx24C", "", ""},
		{"-mon mode=control", "monitor", ""},
		{"-mon " BROKEN, "monitor", ""},
		{"-nodefaults -nographic", "", ""},
	};

	(void)state;
	check_lines(lines, ARRAY_COUNT(lines));
}

static void displays_need_what_shows_them(void **state)
{
	static const struct option_line lines[] = {
		{"-vnc ''", "vnc", "r/etc/hosts"},
		{"-vnc h:1,reverse=on,sasl=on", "vnc tcp-client any-file", "r/etc/hosts"},
		{"-vnc " BROKEN, "not-known", ""},
		{"-spice tls-port=1,x509-key-file=/k", "spice any-file", "r/etc/hosts"},
		{"-spice unix=on,addr=/s/x,x509-dir=/pki,gl=on,sasl=on", "spice display any-file",
			"r/etc/hosts S/s R/pki"},
		{"-spice " BROKEN, "spice not-known", ""},
		{"-display curses", "", ""},
		{"-display vnc=:1", "vnc", "r/etc/hosts"},
		{"-display spice-app", "outside", ""},
		{"-display gtk,gl=on", "display any-file", ""},
		{"-display " BROKEN, "display any-file", ""},
		{"-sdl", "any-file", ""},
	};

	(void)state;
	check_lines(lines, ARRAY_COUNT(lines));
}

static void devices_need_what_of_the_host_they_pass_on(void **state)
{
	static const struct option_line lines[] = {
		{"-device id=x", "", ""},
		{"-device " BROKEN, "not-known", ""},
		{"-device vhost-vsock-pci,guest-cid=3", "vhost", "d/dev/vhost-vsock"},
		{"-device vhost-scsi-pci,wwpn=naa.1", "vhost", "d/dev/vhost-scsi"},
		{"-device virtio-gpu-gl-pci", "display any-file", ""},
		{"-device virtio-vga-gl", "display any-file", ""},
		{"-device vhost-vdpa-device-pci,vhostdev=/dev/v0", "vhost", "d/dev/v0"},
		{"-device vfio-pci,host=01:00.0", "vfio", "d/dev/vfio d/dev/iommu W/sys"},
		{"-device usb-mtp,rootdir=/m", "usb-mtp", "W/m"},
		{"-device usb-storage,drive=d,pcap=/d/u", "", "w/d/u W/d"},
		{"-device u2f-passthru", "outside", ""},
		{"-usbdevice host:1.2", "usb-host", USB},
		{"-usbdevice braille", "outside", ""},
		{"-usbdevice tablet", "", ""},
		{"-audiodev spice,id=a", "", ""},
		{"-audiodev wav,id=a,path=/d/x.wav", "", "m/d/x.wav"},
		{"-audiodev wav,id=a", "", "m" HERE "/qemu.wav"},
		{"-audiodev " BROKEN, "outside", ""},
		{"-audio none", "", ""},
		{"-audio driver=pa,model=hda", "outside", ""},
		{"-soundhw hda", "outside", ""},
		{"-tpmdev passthrough,id=t", "tpm", "d/dev/tpm0 W/sys/class W/sys/devices"},
		{"-tpmdev passthrough,id=t,path=/dev/tpm1,cancel-path=/c", "tpm",
			"d/dev/tpm1 w/c W/sys/class W/sys/devices"},
		{"-tpmdev " BROKEN, "tpm not-known", ""},
	};

	(void)state;
	check_lines(lines, ARRAY_COUNT(lines));
}

static void objects_need_what_their_type_does(void **state)
{
	static const struct option_line lines[] = {
		{"-object filter-dump,id=f,netdev=n,file=/d/dump", "", "m/d/dump"},
		{"-object rng-random,id=r", "", "d/dev/urandom"},
		{"-object input-linux,id=i,evdev=/dev/input/event0", "", "d/dev/input/event0"},
		{"-object iommufd,id=i", "vfio", "d/dev/iommu"},
		{"-object memory-backend-ram,id=m,size=1,policy=bind", "numa", ""},
		{"-object of-the-future,id=t,node-affinity=0", "numa", ""},
		{"-object of-the-future,id=t,cpu-affinity=0", "numa", ""},
		{"-object memory-backend-file,id=m,size=1,mem-path=/h/m", "hugepages",
			"W/h/m w/h/m W/h"},
		{"-object " BROKEN, "not-known", ""},
	};

	(void)state;
	check_lines(lines, ARRAY_COUNT(lines));
}

static void networks_need_what_they_connect(void **state)
{
	static const struct option_line lines[] = {
		{"-netdev user,id=n,tftp=/t,guestfwd=tcp:1.2.3.4:5-tcp:6:7", "user",
			"r/etc/resolv.conf R/t"},
		{"-netdev user,id=n,tftp=", "user", "r/etc/resolv.conf"},
		{"-netdev tap,id=n,fds=3:4,vhostfds=5:6", "tap vhost", "d/dev/vhost-net"},
		{"-netdev tap,id=n,fd=3,vhostforce=on", "tap vhost", "d/dev/vhost-net"},
		{"-netdev tap,id=n,fd=3,vhost=yes", "tap vhost", "d/dev/vhost-net"},
		{"-netdev tap,id=n,fd=3,vhost=true", "tap vhost", "d/dev/vhost-net"},
		{"-netdev tap,id=n,fd=3,vhost=y", "tap vhost", "d/dev/vhost-net"},
		{"-netdev tap,id=n,fd=3,vhost=Y", "tap", ""},
		{"-netdev tap,id=n,script=,downscript=/down", "tap outside", "d/dev/net/tun"},
		{"-netdev socket,id=n,fd=9", "socket-fd", ""},
		{"-netdev socket,id=n,connect=h:1", "tcp-client", ""},
		{"-netdev socket,id=n,mcast=230.0.0.1:1", "user", ""},
		{"-netdev socket,id=n,udp=h:1", "user", ""},
		{"-netdev stream,id=n,server=on,addr.type=inet,addr.host=h", "tcp-listen user", ""},
		{"-netdev stream,id=n,addr.type=inet,addr.host=h", "tcp-client user", ""},
		{"-netdev vhost-vdpa,id=n,vhostdev=/dev/v0", "vhost", "d/dev/v0"},
		{"-netdev vhost-vdpa,id=n", "vhost", ""},
		{"-netdev vde,id=n,sock=/s", "unix-client unix-listen", "W/s"},
		{"-netdev vde,id=n", "unix-client unix-listen any-file", ""},
		{"-netdev " BROKEN, "not-known", ""},
		{"-incoming unix:/s/m", "migration postcopy", "S/s"},
		{"-incoming file:/s/f,offset=1", "migration postcopy", "r/s/f"},
		{"-incoming rdma:h:1", "migration postcopy outside", ""},
		{"-incoming channel-of-the-future", "migration postcopy any-file", ""},
		{"-incoming '{\"channel-type\":\"main\"}'", "migration postcopy any-file", ""},
		{"-incoming '{\"transport\":\"exec\"}'", "migration postcopy spawn", ""},
	};

	(void)state;
	check_lines(lines, ARRAY_COUNT(lines));
}

static void options_of_the_machine_need_their_files(void **state)
{
	static const struct option_line lines[] = {
		{"-M q35,accel=xen", "outside", ""},
		{"-M q35,accel=hvf:whpx:abc", "", ""},
		{"-M q35,initrd=/i,dtb=/d,firmware=/f.fd,dumpdtb=/o/d", "",
			"r/i r/d r/f.fd w/o/d W/o"},
		{"-M " BROKEN, "not-known", ""},
		{"-accel " BROKEN, "", ""},
		{"-name " BROKEN, "", ""},
		{"-xen-domid 1", "outside", ""},
		{"-option-rom /r", "", "r/r"},
		{"-option-rom romfile=/r,path=/p", "", "r" HERE "/romfile=/r,path=/p r/r r/p"},
		{"-initrd '/a b'", "", "'r/a b' r/a"},
		{"-daemonize", "daemonize", "w/dev/null"},
		{"-fw_cfg name=opt/x,file=/f", "", "r" HERE "/name=opt/x,file=/f r/f"},
		{"-fw_cfg " BROKEN, "", "r" HERE "/{broken"},
		{"-smbios type=1,file=/s", "", "r/s"},
		{"-smbios type=11,path=/p", "", "r/p"},
		{"-smbios " BROKEN, "", ""},
		{"-acpitable file=/a:/b", "", "r/a r/b"},
		{"-acpitable data=/c", "", "r/c"},
		{"-acpitable " BROKEN, "", ""},
		{"-icount shift=1,rr=record,rrfile=/r/f", "", "w/r/f W/r"},
		{"-icount " BROKEN, "", ""},
		{"-boot order=c,splash=/b.bmp", "", "r/b.bmp"},
		{"-boot " BROKEN, "", ""},
		{"-m", "", ""},
	};

	(void)state;
	check_lines(lines, ARRAY_COUNT(lines));
}

static void options_of_the_process_need_what_they_ask_of_the_host(void **state)
{
	static const struct option_line lines[] = {
		{"-mem-path /h/m", "hugepages", "W/h/m w/h/m W/h"},
		{"-overcommit cpu-pm=on", "", ""},
		{"-overcommit mem-lock=no", "", ""},
		{"-overcommit mem-lock=false", "", ""},
		{"-overcommit mem-lock=n", "", ""},
		{"-overcommit mem-lock=N", "mem-lock", ""},
		{"-overcommit " BROKEN, "", ""},
		{"-L /lib/q", "", "R/lib/q"},
		{"-trace enable=x,events=/e,file=/o/t", "", "r/e w/o/t W/o"},
		{"-trace " BROKEN, "", ""},
		{"-run-with user=nobody", "run-as", "R/etc"},
		{"-run-with chroot=/empty", "chroot", "R/empty"},
		{"-run-with async-teardown=on", "outside", ""},
		{"-run-with " BROKEN, "", ""},
	};

	(void)state;
	check_lines(lines, ARRAY_COUNT(lines));
}

static void firmware_by_a_bare_name_is_qemus_to_find(void **state)
{
	auto_spec struct spec *bare = read_line("-bios bios.bin");
	auto_spec struct spec *path = read_line("-bios first.bin -bios dir/bios.bin");

	(void)state;
	assert_null(bare->command.bios);
	assert_string_equal(bare->command.bios_word, "bios.bin");
	assert_string_equal(path->command.bios, HERE "/dir/bios.bin");
	assert_string_equal(path->command.bios_word, "dir/bios.bin");
}

static void what_the_machine_says_wins_from_the_last(void **state)
{
	auto_spec struct spec *spec =
		read_line("-M q35,smm=off -M smm=on -name process=x -accel " BROKEN);

	(void)state;
	assert_string_equal(spec->machine, "q35");
	assert_int_equal(spec->smm, CHOICE_YES);
	assert_string_equal(spec->name, "qemu");
	assert_false(spec->command.kvm || spec->command.tcg);
}

static void qemu_kvm_is_this_machines_own_with_kvm(void **state)
{
	char *words[] = {NULL};
	auto_spec struct spec *spec = spec_read_argv("/usr/libexec/qemu-kvm", words, HERE);

	(void)state;
	assert_true(spec->command.kvm);
	assert_int_equal(spec->accel, SPEC_ACCEL_KVM);
	assert_int_equal(spec->arch, ARCH_UNKNOWN);
}

static void added_words_may_be_none(void **state)
{
	struct spec spec = {.arch = ARCH_X86_64};
	auto_strings struct strings words = {0};

	(void)state;
	spec_read_added(&spec, &words, HERE);
	assert_int_equal(spec.command.need_count, 0);
	strings_add(&words, "-snapshot");
	spec_read_added(&spec, &words, HERE);
	assert_int_equal(spec.command.need_count, 1);
	assert_string_equal(spec.command.needs[0].because, "-snapshot");
	assert_false(spec.command.present);
	clear_command(&spec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(character_devices_need_what_their_backend_does),
		cmocka_unit_test(short_words_of_serial_ports_are_read),
		cmocka_unit_test(displays_need_what_shows_them),
		cmocka_unit_test(devices_need_what_of_the_host_they_pass_on),
		cmocka_unit_test(objects_need_what_their_type_does),
		cmocka_unit_test(networks_need_what_they_connect),
		cmocka_unit_test(options_of_the_machine_need_their_files),
		cmocka_unit_test(options_of_the_process_need_what_they_ask_of_the_host),
		cmocka_unit_test(firmware_by_a_bare_name_is_qemus_to_find),
		cmocka_unit_test(what_the_machine_says_wins_from_the_last),
		cmocka_unit_test(qemu_kvm_is_this_machines_own_with_kvm),
		cmocka_unit_test(added_words_may_be_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
