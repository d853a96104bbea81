/* SPDX-License-Identifier: MIT */
/* spec/spec_hostdev, spec_filesystem: what of the host the guest gets. */
#include "unit/spec/reading.h"

static void host_devices_are_named(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<hostdev mode='subsystem' type='pci' managed='yes'>\n<source>"
		"<address domain='0x0001' bus='0x06' slot='0x12' function='0x3'/></source>"
		"<boot order='1'/><rom bar='off'/></hostdev>"
		"<hostdev mode='subsystem' type='usb'><source startupPolicy='optional' "
		"guestReset='uninitialized'><vendor id='0x1234'/><product "
		"id='0xBEEF'/></source></hostdev>"
		"<hostdev type='usb'><source><address bus='2' device='7'/></source></hostdev>"
		"<hostdev type='mdev' model='vfio-pci' display='on' ramfb='off'><source>"
		"<address uuid='c2177883-f1bb-47f0-914d-32a22e3a8804'/></source></hostdev>"));
	const struct spec_hostdev *devices = spec->hostdevs;

	(void)state;
	assert_int_equal(spec->hostdev_count, 4);
	assert_int_equal(devices[0].kind, SPEC_HOSTDEV_PCI);
	assert_int_equal(devices[0].managed, CHOICE_YES);
	assert_int_equal(devices[0].host_domain, 1);
	assert_int_equal(devices[0].host_bus, 6);
	assert_int_equal(devices[0].host_slot, 0x12);
	assert_int_equal(devices[0].host_function, 3);
	assert_int_equal(devices[0].common.boot_order, 1);
	assert_int_equal(devices[0].common.rom_bar, CHOICE_NO);
	assert_int_equal(devices[1].kind, SPEC_HOSTDEV_USB);
	assert_int_equal(devices[1].vendor, 0x1234);
	assert_int_equal(devices[1].product, 0xbeef);
	assert_string_equal(devices[1].startup_policy, "optional");
	assert_string_equal(devices[1].guest_reset, "uninitialized");
	assert_int_equal(devices[2].host_bus, 2);
	assert_int_equal(devices[2].host_device, 7);
	assert_int_equal(devices[3].kind, SPEC_HOSTDEV_MDEV);
	assert_string_equal(devices[3].mdev_uuid, "c2177883-f1bb-47f0-914d-32a22e3a8804");
	assert_int_equal(devices[3].display, CHOICE_YES);
	assert_int_equal(devices[3].ramfb, CHOICE_NO);
}

static void the_guest_s_address_is_not_the_host_s(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH_DEVICES("<hostdev type='pci'><source><address bus='6'/></source>"
				   "<address type='pci' bus='1' slot='0'/></hostdev>"));

	(void)state;
	assert_int_equal(spec->hostdevs[0].host_bus, 6);
	assert_int_equal(spec->hostdevs[0].common.address.bus, 1);
}

static void redirected_devices_come_by_spice_or_tcp(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<redirdev bus='usb' type='spicevmc'/><redirdev bus='usb' type='tcp'>"
		"<source mode='bind' host='h' service='4000'/><protocol type='raw'/></redirdev>"));

	(void)state;
	assert_true(spec->redirdevs[0].spice);
	assert_false(spec->redirdevs[1].spice);
	assert_true(spec->redirdevs[1].listen);
	assert_string_equal(spec->redirdevs[1].host, "h");
	assert_int_equal(spec->redirdevs[1].port, 4000);
}

static void virtiofs_has_a_daemon(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<filesystem type='mount'><driver type='virtiofs' queue='512'/>"
		"<binary path='/v' xattr='on'><cache mode='none'/><sandbox mode='chroot'/>"
		"<lock posix='on' flock='off'/><thread_pool size='0'/><openfiles max='9'/></binary>"
		"<idmap><uid start='0' target='1000' count='1'/><gid start='0' target='100' "
		"count='2'/></idmap>"
		"<source dir='/s'/><target dir='t'/><readonly/></filesystem>"));
	const struct spec_filesystem *filesystem = &spec->filesystems[0];

	(void)state;
	assert_string_equal(filesystem->driver, "virtiofs");
	assert_int_equal(filesystem->queue, 512);
	assert_string_equal(filesystem->binary, "/v");
	assert_int_equal(filesystem->xattr, CHOICE_YES);
	assert_string_equal(filesystem->cache, "none");
	assert_string_equal(filesystem->sandbox, "chroot");
	assert_int_equal(filesystem->posix_lock, CHOICE_YES);
	assert_int_equal(filesystem->flock, CHOICE_NO);
	assert_true(filesystem->thread_pool_said);
	assert_int_equal(filesystem->thread_pool, 0);
	assert_int_equal(filesystem->open_files, 9);
	assert_int_equal(filesystem->id_map_count, 2);
	assert_false(filesystem->id_maps[0].group);
	assert_int_equal(filesystem->id_maps[0].target, 1000);
	assert_true(filesystem->id_maps[1].group);
	assert_int_equal(filesystem->id_maps[1].count, 2);
	assert_string_equal(filesystem->source, "/s");
	assert_string_equal(filesystem->target, "t");
	assert_true(filesystem->readonly);
}

static void ninep_has_octal_permissions(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<filesystem accessmode='mapped' fmode='644' dmode='0755' multidevs='remap'>"
		"<source dir='/s'/><target dir='t'/></filesystem>"));
	const struct spec_filesystem *filesystem = &spec->filesystems[0];

	(void)state;
	assert_null(filesystem->driver);
	assert_string_equal(filesystem->access_mode, "mapped");
	assert_int_equal(filesystem->fmode, 0644);
	assert_int_equal(filesystem->dmode, 0755);
	assert_string_equal(filesystem->multidevs, "remap");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_devices_are_named),
		cmocka_unit_test(the_guest_s_address_is_not_the_host_s),
		cmocka_unit_test(redirected_devices_come_by_spice_or_tcp),
		cmocka_unit_test(virtiofs_has_a_daemon),
		cmocka_unit_test(ninep_has_octal_permissions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
