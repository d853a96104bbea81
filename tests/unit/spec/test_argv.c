/* SPDX-License-Identifier: MIT */
/* spec/argv*: what QEMU command lines need, one line each; and the request that they are. */
#include "commands.h"

#include <string.h>

#include "support/tempdir.h"

static const struct {
	const char *line;
	const char *uses;     /* exactly these, in any order */
	const char *accesses; /* these among others */
} lines[] = {
	{"-m 64 -smp 2 -name x -uuid y", "", ""},
	{"-hda disk.img", "", "w" HERE "/disk.img"},
	{"disk.img", "", "w" HERE "/disk.img"},
	{"--cdrom /a.iso", "", "r/a.iso"},
	{"-drive file=/d.img,if=virtio", "", "w/d.img"},
	{"-drive file=/d.img,readonly=on", "", "r/d.img"},
	{"-drive file=/d.img,readonly", "", "r/d.img"},
	{"-drive if=none,media=cdrom,file=/c.iso", "", "r/c.iso"},
	{"-drive file=/a,,b.img", "", "w/a,b.img"},
	{"-drive file=/d,aio=native", "aio-native", "w/d"},
	{"-drive file=/d,aio=io_uring", "io-uring", "w/d"},
	{"-drive file=/d,snapshot=on", "snapshot", "w/d W/var/tmp"},
	{"-snapshot /d", "snapshot", "w/d W/var/tmp"},
	{"-drive file=/dev/vg/lv", "block", "d/dev/vg/lv"},
	{"-drive file=nbd:unix:/n.sock", "unix-client", ""},
	{"-drive file=nbd://host/x", "tcp-client", ""},
	{"-drive file=https://host/x.iso,media=cdrom", "tcp-client", "R/etc"},
	{"-drive file=fat:rw:/dir", "snapshot", "W/dir"},
	{"-drive 'file=json:{\"driver\":\"raw\",,\"file\":{\"driver\":\"file\",,"
	 "\"filename\":\"/j\"}}'",
		"", "w/j"},
	{"-drive driver=qcow2,file.driver=file,file.filename=/f", "", "w/f"},
	{"-blockdev driver=qcow2,node-name=n,file.driver=file,file.filename=/f", "", "w/f"},
	{"-blockdev '{\"driver\":\"file\",\"filename\":\"/f\",\"node-name\":\"n\","
	 "\"read-only\":true}'",
		"", "r/f"},
	{"-blockdev '{\"driver\":\"file\",\"filename\":\"/f\",\"aio\":\"native\","
	 "\"node-name\":\"n\",\"auto-read-only\":true}'",
		"aio-native", "w/f"},
	{"-blockdev '{\"driver\":\"nbd\",\"node-name\":\"n\",\"server\":{\"type\":\"inet\","
	 "\"host\":\"h\",\"port\":\"1\"}}'",
		"tcp-client", ""},
	{"-blockdev '{\"driver\":\"host_device\",\"filename\":\"/dev/sdx\",\"node-name\":\"n\"}'",
		"block", "d/dev/sdx"},
	{"-blockdev '{broken'", "not-known", ""},
	{"-drive file=rbd:pool/image", "not-known", ""},
	{"-kernel k -initrd i -append 'x y' -dtb d", "", "r" HERE "/k r" HERE "/i r" HERE "/d"},
	{"-machine q35,kernel=/k", "", "r/k"},
	{"-initrd '/a x,/b y'", "", "r/a r/b"},
	{"-netdev user,id=n,hostfwd=tcp::2222-:22", "user", "r/etc/resolv.conf"},
	{"-netdev user,id=n,guestfwd=tcp:10.0.2.1:1-cmd:/bin/cat", "user spawn", ""},
	{"-netdev user,id=n,smb=/share", "user outside", ""},
	{"-netdev '{\"type\":\"user\",\"id\":\"n\"}'", "user", ""},
	{"-netdev tap,id=n,fd=9", "tap", ""},
	{"-netdev tap,id=n,fd=9,vhost=on,vhostfd=10", "tap vhost", ""},
	{"-netdev tap,id=n,ifname=t,script=no,downscript=no", "tap", "d/dev/net/tun"},
	{"-netdev tap,id=n,ifname=t", "tap outside", ""},
	{"-netdev bridge,id=n,br=b", "tap", ""},
	{"-nic bridge", "tap", ""},
	{"-netdev tap,id=n,br=b,helper=/h", "tap", ""},
	{"-netdev l2tpv3,id=n", "outside", ""},
	{"-nic user,model=e1000", "user", ""},
	{"-net nic -net user", "user", ""},
	{"-netdev socket,id=n,listen=:1", "tcp-listen", ""},
	{"-netdev stream,id=n,addr.type=fd,addr.str=7", "socket-fd", ""},
	{"-netdev stream,id=n,server=on,addr.type=unix,addr.path=/s/n", "unix-listen unix-client",
		"S/s"},
	{"-netdev of-the-future,id=n", "not-known", ""},
	{"-chardev socket,id=c,fd=28,server=on,wait=off", "socket-fd", ""},
	{"-chardev socket,id=c,path=/s/c,server=on,wait=off", "unix-listen", "S/s"},
	{"-chardev socket,id=c,path=/s/c,server,nowait", "unix-listen", "S/s"},
	{"-chardev socket,id=c,path=/s/c", "unix-client", "C/s"},
	{"-chardev socket,id=c,host=h,port=1", "tcp-client", ""},
	{"-chardev pty,id=c", "pty", "d/dev/ptmx"},
	{"-chardev file,id=c,path=/l/f", "", "m/l/f"},
	{"-chardev stdio,id=c,mux=on,logfile=/l/f", "", "m/l/f"},
	{"-chardev serial,id=c,path=/dev/ttyS0", "host-serial", "d/dev/ttyS0"},
	{"-serial unix:/s/x,server,nowait", "unix-listen", "S/s"},
	{"-serial tcp::1,server,nowait", "tcp-listen", ""},
	{"-serial file:out", "", "m" HERE "/out"},
	{"-serial stdio -parallel none", "", ""},
	{"-serial mon:stdio", "monitor", ""},
	{"-qmp unix:/s/q,server=on,wait=off", "monitor unix-listen", "S/s"},
	{"-monitor none", "", ""},
	{"-chardev socket,id=m,fd=9 -mon chardev=m,mode=control", "socket-fd monitor driven", ""},
	{"-chardev socket,id=m,fd=9 -qmp chardev:m", "socket-fd monitor driven", ""},
	{"-chardev socket,id=m,path=/s/m,server=on -mon m", "unix-listen monitor", ""},
	{"-s", "tcp-listen", ""},
	{"-gdb tcp::1234", "tcp-listen", ""},
	{"-vnc 127.0.0.1:0", "vnc", ""},
	{"-vnc unix:/s/v", "vnc", "S/s"},
	{"-vnc none", "", ""},
	{"-spice port=5900,disable-ticketing=on", "spice", ""},
	{"-device '{\"driver\":\"vfio-pci\",\"host\":\"0000:01:00.0\"}'", "vfio", "d/dev/vfio"},
	{"-device usb-host,vendorid=1", "usb-host", "d/dev/bus/usb"},
	{"-device virtio-net-pci,netdev=n,romfile=/r", "", "r/r"},
	{"-device scsi-generic,drive=d", "sg", ""},
	{"-object memory-backend-memfd,id=m,size=1", "memfd", ""},
	{"-object memory-backend-file,id=m,size=1,mem-path=/huge", "hugepages", "W/huge"},
	{"-object memory-backend-ram,id=m,size=1,host-nodes=0,policy=bind", "numa", ""},
	{"-object '{\"qom-type\":\"secret\",\"id\":\"s\",\"file\":\"/k\"}'", "", "w/k"},
	{"-object rng-random,id=r,filename=/dev/urandom", "", "d/dev/urandom"},
	{"-fsdev local,id=f,path=/share,security_model=none", "9p", "W/share"},
	{"-virtfs local,path=/share,mount_tag=t,security_model=none,readonly=on", "9p", "R/share"},
	{"-tpmdev emulator,id=t,chardev=c", "tpm", ""},
	{"-incoming defer", "migration postcopy", ""},
	{"-incoming 'exec:cat x'", "migration postcopy spawn", ""},
	{"-daemonize -pidfile /p/x", "daemonize pidfile", "W/p"},
	{"-runas nobody -chroot /empty", "run-as chroot", "R/empty"},
	{"-run-with user=nobody,chroot=/empty", "run-as chroot", ""},
	{"-sandbox on,spawn=deny", "qemu-sandbox", ""},
	{"-sandbox off", "", ""},
	{"-overcommit mem-lock=on", "mem-lock", ""},
	{"-overcommit mem-lock=off", "", ""},
	{"-D /l/q -d int", "", "W/l"},
	{"-audiodev none,id=a", "", ""},
	{"-audiodev pa,id=a", "outside", ""},
	{"-add-fd fd=3,set=2 -drive file=/dev/fdset/2", "", ""},
	{"-from-the-future", "not-known", ""},
	{"-from-the-future with=value -daemonize", "not-known daemonize", ""},
	{"-global", "", ""},
};

static void command_lines_need_what_their_words_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
		auto_free char *line = xasprintf(QUIET "%s", lines[i].line);
		auto_spec struct spec *spec = read_line(line);
		auto_strings struct strings accesses = {0};

		check_uses(spec, lines[i].line, lines[i].uses);
		assert_null(words_split(lines[i].accesses, &accesses));
		for (size_t j = 0; j < accesses.count; j++)
			if (!has_access(spec, accesses.items[j]))
				fail_msg("'%s' has no '%s'", lines[i].line, accesses.items[j]);
	}
}

static void what_qemu_makes_by_itself_is_needed(void **state)
{
	auto_spec struct spec *bare = read_line("");
	auto_spec struct spec *text = read_line("-nographic");
	auto_spec struct spec *none = read_line("-nodefaults -display none");

	(void)state;
	check_uses(bare, "", "user vnc display any-file");
	check_uses(text, "-nographic", "user monitor");
	check_uses(none, "-nodefaults", "");
}

static void a_need_names_the_argument_that_asked_first(void **state)
{
	auto_spec struct spec *spec =
		read_line(QUIET "-netdev l2tpv3,id=a -netdev l2tpv3,id=b -from-the-future");

	(void)state;
	assert_int_equal(spec->command.need_count, 2);
	assert_string_equal(spec->command.needs[0].because, "-netdev l2tpv3,id=a");
	assert_string_equal(spec->command.needs[1].because, "-from-the-future");
}

static void a_bridge_is_told_from_what_else_its_option_says(void **state)
{
	auto_spec struct spec *spec =
		read_line(QUIET "-netdev bridge,id=a,br=b1 -nic "
				"bridge,model=e1000,mac=m,helper=/h,,x -netdev user,id=u");
	const struct spec_command *command = &spec->command;

	(void)state;
	assert_int_equal(command->bridge_count, 2);
	assert_string_equal(command->bridges[0].bridge, "b1");
	assert_null(command->bridges[0].helper);
	assert_string_equal(command->bridges[0].others, "id=a");
	assert_string_equal(command->words.items[command->bridges[0].word], "bridge,id=a,br=b1");
	assert_string_equal(command->bridges[1].bridge, "br0");
	assert_string_equal(command->bridges[1].helper, "/h,x");
	assert_string_equal(command->bridges[1].others, "model=e1000,mac=m");
}

static void machine_and_accelerator_are_read(void **state)
{
	auto_spec struct spec *spec = read_line("-M pc,accel=kvm:tcg -machine q35,smm=off -name "
						"guest=vm,debug-threads=on");
	auto_spec struct spec *kvm = read_line("-enable-kvm");
	auto_spec struct spec *accel = read_line("-accel tcg,thread=multi");

	(void)state;
	assert_string_equal(spec->machine, "q35");
	assert_string_equal(spec->name, "vm");
	assert_int_equal(spec->smm, CHOICE_NO);
	assert_true(spec->command.kvm && spec->command.tcg);
	assert_int_equal(spec->arch, ARCH_X86_64);
	assert_true(kvm->command.kvm && !kvm->command.tcg);
	assert_true(accel->command.tcg && !accel->command.kvm);
}

/* QEMU refuses it; slipway only must not stumble. */
static void flash_may_be_a_node_without_a_driver(void **state)
{
	auto_spec struct spec *spec =
		read_line("-blockdev '{\"node-name\":\"f0\",\"filename\":\"/code\"}' -machine "
			  "pflash0=f0");

	(void)state;
	assert_string_equal(spec->command.flash[0].path, "/code");
}

static void flash_is_found_in_every_spelling(void **state)
{
	static const char *const spellings[] = {
		"-drive if=pflash,format=raw,readonly=on,file=/code -drive "
		"if=pflash,format=raw,file=/vars",
		"-drive if=pflash,unit=1,format=raw,file=/vars -drive "
		"if=pflash,unit=0,format=raw,file=/code",
		"-pflash /code -pflash /vars",
		"-blockdev '{\"driver\":\"file\",\"filename\":\"/code\",\"node-name\":\"s0\"}' "
		"-blockdev '{\"node-name\":\"f0\",\"driver\":\"raw\",\"file\":\"s0\"}' "
		"-blockdev '{\"driver\":\"file\",\"filename\":\"/vars\",\"node-name\":\"s1\"}' "
		"-machine q35,pflash0=f0,pflash1=s1",
		"-blockdev raw,node-name=f0,file.driver=file,file.filename=/code -machine "
		"pflash0=f0 "
		"-blockdev raw,node-name=f1,file.driver=file,file.filename=/vars -machine "
		"pflash1=f1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(spellings); i++) {
		auto_spec struct spec *spec = read_line(spellings[i]);

		assert_string_equal(spec->command.flash[0].path, "/code");
		assert_string_equal(spec->command.flash[1].path, "/vars");
	}
}

static void words_are_kept_as_they_were(void **state)
{
	auto_spec struct spec *spec = read_line("-a '' 'b c' -drive file=x");

	(void)state;
	assert_int_equal(spec->command.words.count, 5);
	assert_string_equal(spec->command.words.items[1], "");
	assert_string_equal(spec->command.words.items[2], "b c");
}

static void a_configuration_file_is_read_like_its_options(void **state)
{
	char *folder = tempdir_make();
	auto_free char *path = tempdir_path(folder, "config");
	auto_free char *line = xasprintf(QUIET "-readconfig %s", path);
	struct spec *spec;

	(void)state;
	tempdir_text(folder, "config",
		"# comment\n[drive \"d\"]\n  file = \"/d,img\"\n  aio = \"native\"\n\n"
		"[chardev \"c\"]\nbackend = \"pty\"\n[of-the-future]\nx = \"y\"\n");
	spec = read_line(line);
	check_uses(spec, line, "aio-native pty not-known");
	assert_true(has_access(spec, "w/d,img"));
	spec_free(spec);
	spec = read_line(QUIET "-readconfig /dev/fd/7");
	check_uses(spec, "a pipe", "not-known");
	spec_free(spec);
	tempdir_remove(folder);
}

/* What a section says that QEMU's own reader would refuse, or that asks for nothing. */
static void sections_of_a_configuration_file_are_told_apart(void **state)
{
	static const struct {
		const char *text;
		const char *uses;
	} cases[] = {
		{"", ""},
		{"file = \"/x\"\n", ""},
		{"[drive]\n", ""},
		{"[rtc]\nbase = \"utc\"\n", ""},
		{"[drive \"d\"]\naio = native\n", ""},
		{"[drive \"d\"]\n= \"native\"\n", ""},
		{"\t[drive]\n\taio = \"native\"", "aio-native"},
		{"[of-the-future]\n", "not-known"},
		{"[netdev \"n\"]\ntype = \"bridge\"\n", "outside"},
	};
	char *folder = tempdir_make();
	auto_free char *path = tempdir_path(folder, "config");
	auto_free char *line = xasprintf(QUIET "-readconfig %s", path);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		auto_spec struct spec *spec = NULL;

		tempdir_text(folder, "config", cases[i].text);
		spec = read_line(line);
		check_uses(spec, cases[i].text, cases[i].uses);
	}
	tempdir_remove(folder);
}

static void a_configuration_file_that_cannot_be_read_is_not_known(void **state)
{
	char *folder = tempdir_make();
	auto_free char *path = tempdir_path(folder, "config");
	auto_free char *large = xasprintf(QUIET "-readconfig %s", path);
	const char *const places[] = {
		large, QUIET "-readconfig /proc/self/status", QUIET "-readconfig /no/such/file"};

	(void)state;
	tempdir_zeros(folder, "config", (1 << 20) + 1);
	for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
		auto_spec struct spec *spec = read_line(places[i]);

		check_uses(spec, places[i], "not-known");
	}
	tempdir_remove(folder);
}

/* QEMU has no such group; a file that names itself would be read without an end. */
static void a_configuration_file_names_no_other(void **state)
{
	char *folder = tempdir_make();
	char *words[] = {"-readconfig", "id=x", "-net", "none", "-display", "none", NULL};
	struct spec *spec;

	(void)state;
	tempdir_text(folder, "id=x", "[readconfig \"x\"]\n");
	spec = spec_read_argv("qemu-system-x86_64", words, folder);
	check_uses(spec, "-readconfig id=x", "not-known");
	assert_int_equal(spec->command.access_count, 1);
	spec_free(spec);
	tempdir_remove(folder);
}

static void questions_are_told_from_guests(void **state)
{
	static const struct {
		const char *line;
		bool probe;
	} cases[] = {
		{"-version", true},
		{"--help", true},
		{"-m 1 -h", true},
		{"-M help", true},
		{"-machine ?", true},
		{"-device virtio-net,help", true},
		{"-drive format=?", true},
		{"-machine none,accel=kvm:tcg -daemonize", true},
		{"-machine none -machine accel=tcg", true},
		{"-machine type=none", true},
		{"-audio-help", true},
		{"image -of-the-future -version", true},
		{"-machine none -machine type=pc", false},
		{"-machine virt", false},
		{"-machine none -machine pc", false},
		{"-append help", false},
		{"-append -version", false},
		{"-name help", false},
		{"-device x,id=helper", false},
		{"-M nonesuch", false},
		{"-M", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		auto_strings struct strings words = {0};
		char *none[] = {NULL};

		assert_null(words_split(cases[i].line, &words));
		if (argv_is_probe(words.items ? words.items : none) != cases[i].probe)
			fail_msg("'%s'", cases[i].line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(command_lines_need_what_their_words_say),
		cmocka_unit_test(what_qemu_makes_by_itself_is_needed),
		cmocka_unit_test(a_need_names_the_argument_that_asked_first),
		cmocka_unit_test(a_bridge_is_told_from_what_else_its_option_says),
		cmocka_unit_test(machine_and_accelerator_are_read),
		cmocka_unit_test(flash_is_found_in_every_spelling),
		cmocka_unit_test(flash_may_be_a_node_without_a_driver),
		cmocka_unit_test(words_are_kept_as_they_were),
		cmocka_unit_test(a_configuration_file_is_read_like_its_options),
		cmocka_unit_test(sections_of_a_configuration_file_are_told_apart),
		cmocka_unit_test(a_configuration_file_that_cannot_be_read_is_not_known),
		cmocka_unit_test(a_configuration_file_names_no_other),
		cmocka_unit_test(questions_are_told_from_guests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
