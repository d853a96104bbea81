/* SPDX-License-Identifier: MIT */
/* spec/spec_disk, spec_source: images, where they are, what lies below them. */
#include "unit/spec/reading.h"

static void a_disk_is_read(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<disk type='file' device='disk'>\n"
		"<driver name='qemu' type='qcow2' cache='none' io='native' discard='unmap' "
		"detect_zeroes='on' error_policy='stop' queues='4' "
		"copy_on_read='on'/>\n"
		"<source file='/a,b' startupPolicy='optional'/>"
		"<target dev='vda' bus='virtio'/><serial> S1 </serial><boot order='2'/>"
		"<blockio logical_block_size='4096'/></disk>"));
	const struct spec_disk *disk = &spec->disks[0];

	(void)state;
	assert_int_equal(spec->disk_count, 1);
	assert_int_equal(disk->line, 2);
	assert_int_equal(disk->device, SPEC_DISK_DISK);
	assert_int_equal(disk->source.kind, SPEC_SOURCE_FILE);
	assert_int_equal(disk->source.line, 4);
	assert_string_equal(disk->source.path, "/a,b");
	assert_int_equal(disk->format, IMAGE_FORMAT_QCOW2);
	assert_int_equal(disk->format_line, 3);
	assert_string_equal(disk->target, "vda");
	assert_string_equal(disk->bus, "virtio");
	assert_string_equal(disk->cache, "none");
	assert_string_equal(disk->io, "native");
	assert_string_equal(disk->discard, "unmap");
	assert_string_equal(disk->detect_zeroes, "on");
	assert_string_equal(disk->error_policy, "stop");
	assert_string_equal(disk->startup_policy, "optional");
	assert_string_equal(disk->serial, "S1");
	assert_int_equal(disk->queues, 4);
	assert_int_equal(disk->copy_on_read, CHOICE_YES);
	assert_int_equal(disk->common.boot_order, 2);
	assert_int_equal(disk->common.boot_order, 2);
	assert_int_equal(disk->logical_block_size, 4096);
	assert_int_equal(disk->discard_granularity, -1);
	assert_false(disk->readonly);
}

static void what_a_disk_does_not_say_is_unsaid(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH_DEVICES("<disk><source file='/a'/><target dev='hda'/></disk>"));
	const struct spec_disk *disk = &spec->disks[0];

	(void)state;
	assert_int_equal(disk->device, SPEC_DISK_DISK);
	assert_int_equal(disk->source.kind, SPEC_SOURCE_FILE);
	assert_int_equal(disk->format, IMAGE_FORMAT_UNSET);
	assert_null(disk->bus);
	assert_null(disk->cache);
	assert_int_equal(disk->common.boot_order, 0);
	assert_false(disk->backing_ends);
}

static void a_cdrom_may_be_empty(void **state)
{
	static const char *const sources[] = {
		"", "<source/>", "<source file=''/>", "<source startupPolicy='optional'/>"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(sources); i++) {
		auto_free char *text =
			xasprintf("%s%s<devices><disk type='file' device='cdrom'>%s"
				  "<target dev='sda' bus='sata' tray='open'/><readonly/></disk>"
				  "</devices></domain>",
				DOMAIN_BEGIN, DOMAIN_OS, sources[i]);
		auto_spec struct spec *spec = reads(text);

		assert_int_equal(spec->disks[0].device, SPEC_DISK_CDROM);
		assert_int_equal(spec->disks[0].source.kind, SPEC_SOURCE_NONE);
		assert_int_equal(spec->disks[0].tray_open, CHOICE_YES);
		assert_true(spec->disks[0].readonly);
	}
}

static void a_block_device_is_a_path(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<disk type='block' device='lun'><source dev='/dev/sdb'/>"
		"<target dev='sda' bus='scsi'/><shareable/><wwn>5000c500155d8d3f</wwn></disk>"));

	(void)state;
	assert_int_equal(spec->disks[0].source.kind, SPEC_SOURCE_BLOCK);
	assert_string_equal(spec->disks[0].source.path, "/dev/sdb");
	assert_int_equal(spec->disks[0].device, SPEC_DISK_LUN);
	assert_true(spec->disks[0].shareable);
	assert_string_equal(spec->disks[0].wwn, "5000c500155d8d3f");
}

static void network_images_have_a_server(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<disk type='network'><source protocol='https' name='d.iso' query='a=b'>"
		"<host name='example.org'/><ssl verify='no'/></source><target dev='sda'/></disk>"
		"<disk type='network'><source protocol='nbd'><host transport='unix' socket='/s'/>"
		"</source><target dev='sdb'/></disk>"
		"<disk type='network'><source protocol='iscsi' name='iqn.a:b/1'><host name='::1' "
		"port='3261'/><initiator><iqn name='iqn.a:c'/></initiator></source>"
		"<target dev='sdc'/></disk>"));

	(void)state;
	assert_int_equal(spec->disks[0].source.kind, SPEC_SOURCE_NETWORK);
	assert_string_equal(spec->disks[0].source.protocol, "https");
	assert_string_equal(spec->disks[0].source.export, "d.iso");
	assert_string_equal(spec->disks[0].source.query, "a=b");
	assert_int_equal(spec->disks[0].source.verify_tls, CHOICE_NO);
	assert_int_equal(spec->disks[0].source.port, 0);
	assert_string_equal(spec->disks[1].source.socket, "/s");
	assert_null(spec->disks[1].source.host);
	assert_string_equal(spec->disks[2].source.initiator, "iqn.a:c");
	assert_string_equal(spec->disks[2].source.host, "::1");
	assert_int_equal(spec->disks[2].source.port, 3261);
}

static void a_backing_chain_is_read_down_to_its_end(void **state)
{
	auto_spec struct spec *spec = reads(
		WITH_DEVICES("<disk type='file'><source file='/c'/><target dev='vda'/>\n"
			     "<backingStore type='file'><format type='qcow2'/><source file='/b'/>\n"
			     "<backingStore type='block'><format type='raw'/><source dev='/a'/>"
			     "<backingStore/></backingStore></backingStore></disk>"));
	const struct spec_disk *disk = &spec->disks[0];

	(void)state;
	assert_int_equal(disk->backing_count, 2);
	assert_int_equal(disk->backing[0].line, 3);
	assert_int_equal(disk->backing[0].format, IMAGE_FORMAT_QCOW2);
	assert_string_equal(disk->backing[0].source.path, "/b");
	assert_int_equal(disk->backing[1].line, 4);
	assert_int_equal(disk->backing[1].source.kind, SPEC_SOURCE_BLOCK);
	assert_true(disk->backing_ends);
}

static void an_empty_backing_store_ends_the_chain_at_once(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<disk type='file'><source file='/c'/><target dev='vda'/><backingStore/></disk>"));

	(void)state;
	assert_int_equal(spec->disks[0].backing_count, 0);
	assert_true(spec->disks[0].backing_ends);
}

static void an_unknown_bus_leaves_the_disk_out_leniently(void **state)
{
	static const char text[] = WITH_DEVICES(
		"<disk type='file'><source file='/a'/><target dev='xvda' bus='xen'/></disk>"
		"<disk type='file'><source file='/b'/><target dev='vda'/></disk>");
	auto_spec struct spec *spec = NULL;
	auto_error struct error *error = spec_read_xml(text, strlen(text), "vm.xml", true, &spec);

	(void)state;
	assert_null(error);
	assert_int_equal(spec->disk_count, 1);
	assert_string_equal(spec->disks[0].source.path, "/b");
	assert_non_null(strstr(spec->notes.items[0], "the device is left out"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_disk_is_read),
		cmocka_unit_test(what_a_disk_does_not_say_is_unsaid),
		cmocka_unit_test(a_cdrom_may_be_empty),
		cmocka_unit_test(a_block_device_is_a_path),
		cmocka_unit_test(network_images_have_a_server),
		cmocka_unit_test(a_backing_chain_is_read_down_to_its_end),
		cmocka_unit_test(an_empty_backing_store_ends_the_chain_at_once),
		cmocka_unit_test(an_unknown_bus_leaves_the_disk_out_leniently),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
