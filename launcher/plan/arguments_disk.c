/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/json.h"
#include "plan/plan.h"
#include "spec/spec.h"

/* <boot dev=…> means the first device of each kind, in the order written; a disk's own <boot
 * order=…> wins. 0: not bootable by order. */
static unsigned int boot_index(const struct spec *spec, size_t disk)
{
	static const enum spec_disk_device kinds[] = {
		[SPEC_BOOT_HD] = SPEC_DISK_DISK,
		[SPEC_BOOT_CDROM] = SPEC_DISK_CDROM,
		[SPEC_BOOT_FD] = SPEC_DISK_FLOPPY,
	};
	static const enum spec_boot_device hd[] = {SPEC_BOOT_HD};
	const enum spec_boot_device *boot = spec->boot_count > 0 ? spec->boot : hd;
	size_t boot_count = spec->boot_count > 0 ? spec->boot_count : 1;

	for (size_t i = 0; i < spec->disk_count; i++)
		if (spec->disks[i].boot_order > 0)
			return spec->disks[disk].boot_order;
	for (size_t i = 0; i < disk; i++)
		if (spec->disks[i].device == spec->disks[disk].device)
			return 0;
	for (size_t i = 0; i < boot_count; i++)
		if (boot[i] != SPEC_BOOT_NETWORK && kinds[boot[i]] == spec->disks[disk].device)
			return (unsigned int)i + 1;
	return 0;
}

static void add_file_node(const struct arguments *arguments, const struct spec_disk *disk,
	const char *storage, bool read_only)
{
	struct json_object *node = json_new();

	json_add_text(
		node, "driver", disk->source.kind == SPEC_SOURCE_BLOCK ? "host_device" : "file");
	json_add_text(node, "filename", disk->source.path);
	json_add_text(node, "node-name", storage);
	json_add_bool(node, "read-only", read_only);
	json_add_text(node, "discard", "unmap");
	add_option(&arguments->plan->argv, "-blockdev", json_take(node));
}

static void add_format_node(const struct arguments *arguments, const struct spec_disk *disk,
	const char *storage, const char *format, bool read_only)
{
	struct json_object *node = json_new();

	json_add_text(node, "node-name", format);
	json_add_bool(node, "read-only", read_only);
	json_add_text(node, "driver",
		image_format_name(
			disk->format == IMAGE_FORMAT_UNSET ? IMAGE_FORMAT_RAW : disk->format));
	json_add_text(node, "file", storage);
	add_option(&arguments->plan->argv, "-blockdev", json_take(node));
}

/* The disk is read, and an empty image over it is written (-x, and slipway test). */
static void add_overlay(const struct arguments *arguments, const struct spec_disk *disk,
	const char *base, const char *format)
{
	struct plan *plan = arguments->plan;
	struct plan_overlay *overlay =
		array_push(&plan->overlays, &plan->overlay_count, sizeof(*plan->overlays));
	auto_free char *storage = xasprintf("%s-overlay", base);
	struct json_object *file = json_new(), *node = json_new();
	auto_free char *path = NULL;

	overlay->fd = PLAN_OVERLAY_FD + (int)plan->overlay_count - 1;
	overlay->path = xstrdup(disk->source.path);
	overlay->format = disk->format == IMAGE_FORMAT_UNSET ? IMAGE_FORMAT_RAW : disk->format;
	path = xasprintf("/dev/fdset/%d", overlay->fd);
	add_option(&plan->argv, "-add-fd", xasprintf("fd=%d,set=%d", overlay->fd, overlay->fd));
	json_add_text(file, "driver", "file");
	json_add_text(file, "filename", path);
	json_add_text(file, "node-name", storage);
	json_add_text(file, "discard", "unmap");
	add_option(&plan->argv, "-blockdev", json_take(file));
	json_add_text(node, "node-name", format);
	json_add_text(node, "driver", "qcow2");
	json_add_text(node, "file", storage);
	json_add_text(node, "backing", base);
	json_add_text(node, "discard", "unmap");
	add_option(&plan->argv, "-blockdev", json_take(node));
}

static struct error *add_disk(const struct arguments *arguments, size_t index)
{
	const struct spec_disk *disk = &arguments->spec->disks[index];
	auto_free char *storage = xasprintf("disk%zu-storage", index);
	auto_free char *format = xasprintf("disk%zu-format", index);
	auto_free char *base = xasprintf("disk%zu-base", index);
	bool ephemeral = arguments->options->ephemeral && !disk->readonly;
	unsigned int boot = boot_index(arguments->spec, index);
	struct text device = {0};

	if (!text_equal(disk->bus, "virtio"))
		return error_at(arguments->spec->path, disk->line,
			"disk bus '%s' is not supported; use bus='virtio'",
			disk->bus ? disk->bus : "");
	add_file_node(arguments, disk, storage, disk->readonly || ephemeral);
	add_format_node(
		arguments, disk, storage, ephemeral ? base : format, disk->readonly || ephemeral);
	if (ephemeral)
		add_overlay(arguments, disk, base, format);
	qopt_word(&device, "virtio-blk-pci");
	qopt_add(&device, "drive", format);
	qopt_addf(&device, "id", "virtio-disk%zu", index);
	if (disk->serial)
		qopt_add(&device, "serial", disk->serial);
	if (boot > 0)
		qopt_addf(&device, "bootindex", "%u", boot);
	add_option(&arguments->plan->argv, "-device", text_take(&device));
	return NULL;
}

struct error *add_disks(const struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->spec->disk_count; i++)
		TRY(add_disk(arguments, i));
	return NULL;
}
