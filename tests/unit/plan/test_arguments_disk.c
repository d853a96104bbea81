/* SPDX-License-Identifier: MIT */
/* plan/arguments_disk: the nodes and the device of each disk, and the order of booting. */
#include <string.h>

#include "made_device.h"
#include "plan/arguments.h"
#include "plan/disk.h"
#include "plan/json.h"

static struct spec_disk *disks_of(struct made_up *made, size_t count)
{
	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	made->spec.disks = made_memory(made, count, sizeof(*made->spec.disks));
	made->spec.disk_count = count;
	for (size_t i = 0; i < count; i++) {
		struct spec_disk *disk = &made->spec.disks[i];
		auto_free char *target = xasprintf("vd%c", 'a' + (int)i);

		disk->target = made_text(made, target);
		disk->line = 20 + (int)i;
		disk->source.kind = SPEC_SOURCE_FILE;
		disk->source.path = made_text(made, "/vm/disk.img");
		disk->bus = made_text(made, "virtio");
		disk->format = IMAGE_FORMAT_RAW;
		disk->discard_granularity = -1;
	}
	return made->spec.disks;
}

/* The device's bootindex, or 0. */
static unsigned int boot_index(struct made_up *made, size_t disk)
{
	auto_free char *node = xasprintf(",drive=disk%zu-format", disk);
	const char *device = NULL;
	const char *index;

	planned(made);
	for (size_t i = 0; argument_at(made->plan, "-device", i) && !device; i++)
		if (strstr(argument_at(made->plan, "-device", i), node))
			device = argument_at(made->plan, "-device", i);

	assert_non_null(device);
	index = strstr(device, ",bootindex=");
	return index ? (unsigned int)(index[11] - '0') : 0;
}

static void a_disk_is_two_nodes_and_a_device(void **state)
{
	struct made_up *made = *state;

	disks_of(made, 1)[0].format = IMAGE_FORMAT_QCOW2;
	planned(made);
	assert_non_null(strstr(argument_at(made->plan, "-blockdev", 0),
		"{\"driver\":\"file\",\"filename\":\"/vm/disk.img\","
		"\"node-name\":\"disk0-storage\",\"read-only\":false"));
	assert_non_null(
		strstr(argument_at(made->plan, "-blockdev", 1), "\"node-name\":\"disk0-format\""));
	assert_non_null(strstr(argument_at(made->plan, "-blockdev", 1), "\"driver\":\"qcow2\""));
	assert_non_null(
		strstr(argument_at(made->plan, "-blockdev", 1), "\"file\":\"disk0-storage\""));
	assert_true(text_starts_with(device_of(made->plan, "virtio-blk-pci"),
		"virtio-blk-pci,id=virtio-disk0,drive=disk0-format"));
}

/* What a guest writes into a raw disk must not decide the format it is opened with. */
static void a_format_that_was_not_said_is_raw(void **state)
{
	struct made_up *made = *state;

	disks_of(made, 1)[0].format = IMAGE_FORMAT_UNSET;
	assert_non_null(strstr(argument_at(planned(made), "-blockdev", 1), "\"driver\":\"raw\""));
}

static void a_read_only_disk_is_read_only_in_both_nodes(void **state)
{
	struct made_up *made = *state;

	disks_of(made, 1)[0].readonly = true;
	planned(made);
	assert_non_null(strstr(argument_at(made->plan, "-blockdev", 0), "\"read-only\":true"));
	assert_non_null(strstr(argument_at(made->plan, "-blockdev", 1), "\"read-only\":true"));
}

static void a_block_device_is_a_host_device(void **state)
{
	struct made_up *made = *state;
	struct spec_disk *disk = disks_of(made, 1);

	disk->source.kind = SPEC_SOURCE_BLOCK;
	disk->source.path = made_text(made, "/dev/vg/disk");
	assert_non_null(strstr(argument_at(planned(made), "-blockdev", 0),
		"{\"driver\":\"host_device\",\"filename\":\"/dev/vg/disk\""));
}

static void paths_and_serials_reach_qemu_unharmed(void **state)
{
	struct made_up *made = *state;
	struct spec_disk *disk = disks_of(made, 1);

	disk->source.path = made_text(made, "/vm/-a,b \"c\"\n%s\\");
	disk->serial = made_text(made, "a,b=c,bootindex=9");
	planned(made);
	assert_non_null(strstr(argument_at(made->plan, "-blockdev", 0),
		"\"filename\":\"/vm/-a,b \\\"c\\\"\\n%s\\\\\""));
	assert_non_null(
		strstr(device_of(made->plan, "virtio-blk-pci"), ",serial=a,,b=c,,bootindex=9"));
}

static void the_first_disk_boots_where_nothing_was_said(void **state)
{
	struct made_up *made = *state;

	disks_of(made, 2);
	assert_int_equal(boot_index(made, 0), 1);
	assert_int_equal(boot_index(made, 1), 0);
}

static void boot_devices_are_tried_in_the_order_written(void **state)
{
	enum spec_boot_device boot[] = {SPEC_BOOT_CDROM, SPEC_BOOT_NETWORK, SPEC_BOOT_HD};
	struct made_up *made = *state;
	struct spec_disk *disks = disks_of(made, 3);

	disks[1].device = SPEC_DISK_CDROM;
	disks[1].bus = made_text(made, "sata");
	disks[1].target = made_text(made, "sda");
	made->spec.boot = boot;
	made->spec.boot_count = ARRAY_COUNT(boot);
	assert_int_equal(boot_index(made, 0), 3);
	assert_int_equal(boot_index(made, 1), 1);
	assert_int_equal(boot_index(made, 2), 0);
}

static void a_boot_order_of_a_device_wins_over_the_list(void **state)
{
	enum spec_boot_device boot[] = {SPEC_BOOT_HD};
	struct made_up *made = *state;
	struct spec_disk *disks = disks_of(made, 2);

	disks[1].common.boot_order = 2;
	made->spec.boot = boot;
	made->spec.boot_count = 1;
	assert_int_equal(boot_index(made, 0), 0);
	assert_int_equal(boot_index(made, 1), 2);
}

static void an_ephemeral_disk_is_read_and_what_lies_over_it_is_written(void **state)
{
	struct made_up *made = *state;
	const struct plan *plan;

	disks_of(made, 1);
	made->options.ephemeral = true;
	plan = planned(made);
	assert_non_null(strstr(argument_at(plan, "-blockdev", 0), "\"read-only\":true"));
	assert_non_null(strstr(argument_at(plan, "-blockdev", 1), "\"disk0-base\""));
	assert_non_null(strstr(argument_at(plan, "-blockdev", 1), "\"read-only\":true"));
	assert_non_null(strstr(argument_at(plan, "-blockdev", 2), "\"/dev/fdset/50\""));
	assert_non_null(strstr(argument_at(plan, "-blockdev", 3),
		"{\"node-name\":\"disk0-format\",\"driver\":\"qcow2\","
		"\"file\":\"disk0-base-overlay\",\"backing\":\"disk0-base\""));
	assert_non_null(strstr(device_of(plan, "virtio-blk-pci"), ",drive=disk0-format,"));
	assert_int_equal(plan->overlay_count, 1);
	assert_string_equal(plan->overlays[0].path, "/vm/disk.img");
	assert_int_equal(plan->overlays[0].fd, 50);
	assert_int_equal(plan->overlays[0].format, IMAGE_FORMAT_RAW);
}

static void each_ephemeral_disk_has_its_own_overlay(void **state)
{
	struct made_up *made = *state;

	disks_of(made, 2)[1].format = IMAGE_FORMAT_QCOW2;
	made->options.ephemeral = true;
	assert_int_equal(planned(made)->overlay_count, 2);
	assert_int_equal(made->plan->overlays[1].fd, 51);
	assert_int_equal(made->plan->overlays[1].format, IMAGE_FORMAT_QCOW2);
	assert_string_equal(argument_at(made->plan, "-add-fd", 0), "fd=50,set=50");
	assert_string_equal(argument_at(made->plan, "-add-fd", 1), "fd=51,set=51");
}

static void what_is_read_only_needs_no_overlay(void **state)
{
	struct made_up *made = *state;

	disks_of(made, 1)[0].readonly = true;
	made->options.ephemeral = true;
	assert_int_equal(planned(made)->overlay_count, 0);
	assert_null(argument_of(made->plan, "-add-fd"));
}

static bool opens(const struct plan *plan, const char *path, bool write)
{
	for (size_t i = 0; i < plan->sandbox.path_count; i++)
		if (strcmp(plan->sandbox.paths[i].path, path) == 0)
			return plan->sandbox.paths[i].write == write;
	return false;
}

static void an_image_below_may_be_read(void **state)
{
	struct made_up *made = *state;

	disks_of(made, 1)[0].format = IMAGE_FORMAT_QCOW2;
	made_backing(made, "/vm/disk.img", "/vm/base.img");
	made_backing(made, "/vm/another.img", "/vm/anothers.img");
	assert_true(opens(planned(made), "/vm/base.img", false));
	assert_false(opens(made->plan, "/vm/anothers.img", false));
}

static void an_image_below_without_a_format_is_refused(void **state)
{
	struct made_up *made = *state;

	disks_of(made, 1)[0].format = IMAGE_FORMAT_QCOW2;
	made_backing(made, "/vm/disk.img", "/vm/base.img")->format_said = false;
	made_plan(made);
	assert_non_null(made->error);
	assert_non_null(strstr(made->error->text, "the one above it does not say its format"));
}

static void an_image_below_on_a_server_is_refused(void **state)
{
	struct made_up *made = *state;

	disks_of(made, 1)[0].format = IMAGE_FORMAT_QCOW2;
	made_backing(made, "/vm/disk.img", "nbd://host/x");
	made_plan(made);
	assert_non_null(made->error);
	assert_non_null(strstr(made->error->text, "which is no file; write it as <backingStore>"));
}

static void what_lies_below_by_the_spec_alone_counts(void **state)
{
	struct made_up *made = *state;
	struct spec_disk *disk = disks_of(made, 1);

	disk->format = IMAGE_FORMAT_QCOW2;
	disk->backing_ends = true;
	made_backing(made, "/vm/disk.img", "/vm/base.img")->format_said = false;
	assert_false(opens(planned(made), "/vm/base.img", false));
}

static void an_image_below_by_the_spec_is_what_counts(void **state)
{
	struct made_up *made = *state;
	struct spec_backing below = {
		.source = {.kind = SPEC_SOURCE_FILE}, .format = IMAGE_FORMAT_RAW};
	struct spec_disk *disk = disks_of(made, 1);

	below.source.path = made_text(made, "/vm/mine.img");
	disk->format = IMAGE_FORMAT_QCOW2;
	disk->backing = &below;
	disk->backing_count = 1;
	made_backing(made, "/vm/disk.img", "/vm/base.img")->format_said = false;
	assert_true(opens(planned(made), "/vm/mine.img", false));
	assert_false(opens(made->plan, "/vm/base.img", false));
	disk->backing = NULL;
	disk->backing_count = 0;
}

/* Bytes of the first image that was looked at are not those of one on a server. */
static void headers_of_files_are_not_those_of_servers(void **state)
{
	struct made_up *made = *state;
	struct spec_disk *disk = disks_of(made, 1);

	disk->format = IMAGE_FORMAT_QCOW2;
	disk->source = (struct spec_source){.kind = SPEC_SOURCE_NETWORK};
	disk->source.protocol = made_text(made, "nbd");
	disk->source.host = made_text(made, "nbd.example");
	made_backing(made, "/vm/disk.img", "/vm/base.img");
	assert_false(opens(planned(made), "/vm/base.img", false));
}

static void a_data_file_that_another_names_is_below(void **state)
{
	struct made_up *made = *state;
	struct backing_file *file;

	disks_of(made, 1)[0].format = IMAGE_FORMAT_QCOW2;
	file = made_backing(made, "/vm/disk.img", "/vm/base.data");
	file->data = true;
	file->of_image = false;
	assert_true(opens(planned(made), "/vm/base.data", false));
	assert_false(opens(made->plan, "/vm/base.data", true));
}

static void a_data_file_is_as_writable_as_its_image(void **state)
{
	struct made_up *made = *state;
	struct spec_disk *disk = disks_of(made, 1);

	disk->format = IMAGE_FORMAT_QCOW2;
	made_backing(made, "/vm/disk.img", "/vm/disk.data")->data = true;
	assert_true(opens(planned(made), "/vm/disk.data", true));
	disk->readonly = true;
	assert_true(opens(planned(made), "/vm/disk.data", false));
}

/* QEMU's ide-hd: "Block node is read-only". */
static void ide_disks_can_be_written(void **state)
{
	struct made_up *made = *state;
	struct spec_disk *disk = made_disk(made, "sda", "sata");

	made_bare(made);
	disk->readonly = true;
	assert_refused(made, "<readonly> on a disk on the bus 'sata'");
	disk->device = SPEC_DISK_CDROM;
	assert_device(made, "ide-cd", "drive=");
}

static void a_source_of_nothing_has_no_driver(void **state)
{
	struct plan plan = {0};
	const struct arguments arguments = {.plan = &plan};
	const struct spec_disk disk = {0};
	struct json_object *node = json_new();
	auto_free char *text = NULL;

	(void)state;
	disk_add_source(&arguments, &disk, &disk.source, node, false);
	text = json_take(node);
	assert_string_equal(text, "{}");
	assert_int_equal(plan.sandbox.path_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(a_disk_is_two_nodes_and_a_device),
		MADE_UP(a_format_that_was_not_said_is_raw),
		MADE_UP(a_read_only_disk_is_read_only_in_both_nodes),
		MADE_UP(a_block_device_is_a_host_device),
		MADE_UP(paths_and_serials_reach_qemu_unharmed),
		MADE_UP(the_first_disk_boots_where_nothing_was_said),
		MADE_UP(an_ephemeral_disk_is_read_and_what_lies_over_it_is_written),
		MADE_UP(each_ephemeral_disk_has_its_own_overlay),
		MADE_UP(what_is_read_only_needs_no_overlay),
		MADE_UP(boot_devices_are_tried_in_the_order_written),
		MADE_UP(an_image_below_may_be_read),
		MADE_UP(an_image_below_without_a_format_is_refused),
		MADE_UP(an_image_below_on_a_server_is_refused),
		MADE_UP(what_lies_below_by_the_spec_alone_counts),
		MADE_UP(an_image_below_by_the_spec_is_what_counts),
		MADE_UP(headers_of_files_are_not_those_of_servers),
		MADE_UP(a_data_file_that_another_names_is_below),
		MADE_UP(a_data_file_is_as_writable_as_its_image),
		MADE_UP(ide_disks_can_be_written),
		MADE_UP(a_boot_order_of_a_device_wins_over_the_list),
		cmocka_unit_test(a_source_of_nothing_has_no_driver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
