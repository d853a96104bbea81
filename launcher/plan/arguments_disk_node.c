/* SPDX-License-Identifier: MIT */
/*
 * The block nodes of a disk: its image, those below it, and what lies above: a throw-away overlay,
 * copy-on-read (QEMU qapi/block-core.json, BlockdevOptions).
 */
#include <string.h>

#include "base/memory.h"
#include "host/host.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/disk.h"
#include "plan/json.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

struct cache_mode {
	const char *name;
	bool direct, no_flush;
	enum choice write_cache; /* of the device */
};

/* qemu-options, -drive cache=: what each word is made of. */
static const struct cache_mode cache_modes[] = {
	{"none", true, false, CHOICE_YES},
	{"writeback", false, false, CHOICE_YES},
	{"writethrough", false, false, CHOICE_NO},
	{"directsync", true, false, CHOICE_NO},
	{"unsafe", false, true, CHOICE_YES},
};

/* NULL: QEMU's default. Disks that others share must not be cached. */
static const struct cache_mode *cache_mode(const struct spec_disk *disk)
{
	const char *name = disk->cache;

	if ((!name || strcmp(name, "default") == 0) && disk->shareable)
		name = "none";
	for (size_t i = 0; name && i < ARRAY_COUNT(cache_modes); i++)
		if (strcmp(cache_modes[i].name, name) == 0)
			return &cache_modes[i];
	return NULL;
}

enum choice disk_write_cache(const struct spec_disk *disk)
{
	const struct cache_mode *mode = cache_mode(disk);

	return mode ? mode->write_cache : CHOICE_UNSET;
}

static void add_cache(struct json_object *node, const struct spec_disk *disk)
{
	const struct cache_mode *mode = cache_mode(disk);
	struct json_object *cache;

	if (!mode)
		return;
	cache = json_new();
	json_add_bool(cache, "direct", mode->direct);
	json_add_bool(cache, "no-flush", mode->no_flush);
	json_add_object(node, "cache", cache);
}

static void add_io(const struct arguments *arguments, const struct spec_disk *disk,
	const struct spec_source *source, struct json_object *node)
{
	const struct cache_mode *mode = cache_mode(disk);

	if (!disk->io)
		return;
	if (source->kind == SPEC_SOURCE_NETWORK) {
		refuse_part(arguments->refusals, disk->line,
			"<driver io='%s'> is for a disk in a file or block device", disk->io);
		return;
	}
	if (strcmp(disk->io, "native") == 0 && (!mode || !mode->direct))
		refuse(arguments->refusals, disk->line,
			"<driver io='native'> needs cache='none' or 'directsync'");
	json_add_text(node, "aio", disk->io);
	if (strcmp(disk->io, "native") == 0)
		cage_policy(arguments->plan, "aio-native");
	if (strcmp(disk->io, "io_uring") == 0)
		cage_policy(arguments->plan, "io-uring");
}

static void add_storage(const struct arguments *arguments, const struct spec_disk *disk,
	const struct spec_source *source, const char *name, bool read_only)
{
	struct json_object *node = json_new();

	disk_add_source(arguments, disk, source, node, read_only);
	json_add_text(node, "node-name", name);
	json_add_bool(node, "read-only", read_only);
	json_add_text(node, "discard", "unmap");
	add_io(arguments, disk, source, node);
	add_cache(node, disk);
	add_option(&arguments->plan->argv, "-blockdev", json_take(node));
}

static enum image_format format_or_raw(enum image_format format)
{
	return format == IMAGE_FORMAT_UNSET ? IMAGE_FORMAT_RAW : format;
}

/* What the driver of the topmost image is told beside its format. */
static void add_driver(
	const struct arguments *arguments, const struct spec_disk *disk, struct json_object *node)
{
	bool unmaps = text_equal(disk->discard, "unmap");
	bool zeroes = text_equal(disk->detect_zeroes, "unmap") && !unmaps;
	bool qcow2 = disk->format == IMAGE_FORMAT_QCOW2;

	if (disk->discard)
		json_add_text(node, "discard", disk->discard);
	/* QEMU demands discard for "unmap"; libvirt says "on" then */
	if (disk->detect_zeroes)
		json_add_text(node, "detect-zeroes", zeroes ? "on" : disk->detect_zeroes);
	if ((disk->metadata_cache_bytes > 0 || disk->discard_no_unref != CHOICE_UNSET) && !qcow2)
		refuse_part(arguments->refusals, disk->line,
			"<metadata_cache> and discard_no_unref= are for the format 'qcow2'");
	if (disk->metadata_cache_bytes > 0)
		json_add_number(node, "cache-size", (int64_t)disk->metadata_cache_bytes);
	if (disk->discard_no_unref != CHOICE_UNSET)
		json_add_bool(node, "discard-no-unref", disk->discard_no_unref == CHOICE_YES);
}

/* Formats that have a backing file; an image of another one ends the chain. */
static bool has_backing(enum image_format format)
{
	return format == IMAGE_FORMAT_QCOW2 || format == IMAGE_FORMAT_VMDK;
}

struct image {
	const struct spec_source *source;
	enum image_format format;
	const char *storage, *name; /* of its two nodes */
	const char *below;          /* node of the image below; NULL: what the header says */
	bool ends;                  /* nothing is below, whatever the header says */
	bool read_only, topmost;
};

static bool is_local(const struct spec_source *source)
{
	return source->kind == SPEC_SOURCE_FILE || source->kind == SPEC_SOURCE_BLOCK;
}

/* An image that is named by the header of the one above alone: QEMU would look at its bytes for its
 * format, and a guest that once wrote them could name any file of the host as one below it. */
static void allow_below(const struct arguments *arguments, const struct spec_disk *disk,
	const struct backing_file *file)
{
	if (file->name[0] != '/') {
		refuse_part(arguments->refusals, disk->source.line,
			"the image below '%s' is '%s', which is no file; write it as "
			"<backingStore>",
			file->image, file->name);
		return;
	}
	if (!file->format_said)
		refuse(arguments->refusals, disk->source.line,
			"'%s' is an image below '%s', and the one above it does not say its "
			"format; write it as <backingStore>, or tell the image: qemu-img rebase "
			"-u -b FILE -F FORMAT IMAGE",
			file->name, file->image);
	cage_file(arguments->plan, file->name, false);
}

/* The files behind an image that are not in the spec. */
static void allow_behind(
	const struct arguments *arguments, const struct spec_disk *disk, const struct image *image)
{
	const struct backing *backing = &arguments->host->backing;

	for (size_t i = 0; i < backing->count && is_local(image->source); i++) {
		const struct backing_file *file = &backing->files[i];

		if (strcmp(file->image, image->source->path) != 0)
			continue;
		if (file->data && file->of_image)
			cage_file(arguments->plan, file->name, !image->read_only);
		else if (!image->below && !image->ends)
			allow_below(arguments, disk, file);
	}
}

static void add_format(
	const struct arguments *arguments, const struct spec_disk *disk, const struct image *image)
{
	struct json_object *node = json_new();

	json_add_text(node, "node-name", image->name);
	json_add_bool(node, "read-only", image->read_only);
	json_add_text(node, "driver", image_format_name(image->format));
	json_add_text(node, "file", image->storage);
	if (image->topmost)
		add_driver(arguments, disk, node);
	add_cache(node, disk);
	if (has_backing(image->format) && image->below)
		json_add_text(node, "backing", image->below);
	else if (has_backing(image->format) && image->ends)
		json_add_null(node, "backing");
	if (image->format == IMAGE_FORMAT_QCOW2)
		allow_behind(arguments, disk, image);
	add_option(&arguments->plan->argv, "-blockdev", json_take(node));
}

/* The images below, lowest first; the node of the nearest one, or NULL. */
static char *add_backing(
	const struct arguments *arguments, const struct spec_disk *disk, size_t index)
{
	auto_free char *below = NULL;

	for (size_t i = disk->backing_count; i > 0; i--) {
		const struct spec_backing *backing = &disk->backing[i - 1];
		auto_free char *storage = xasprintf("disk%zu-below%zu-storage", index, i);
		char *name = xasprintf("disk%zu-below%zu-format", index, i);
		struct image image = {
			.source = &backing->source,
			.format = format_or_raw(backing->format),
			.storage = storage,
			.name = name,
			.below = below,
			.ends = i == disk->backing_count && disk->backing_ends,
			.read_only = true,
		};

		add_storage(arguments, disk, &backing->source, storage, true);
		add_format(arguments, disk, &image);
		free_pointer(&below);
		below = name;
	}
	return steal(&below);
}

/* The disk is read, and an empty image over it is written: act makes it under an fd. */
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
	overlay->format = format_or_raw(disk->format);
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

static void add_copy_on_read(const struct arguments *arguments, const char *name, const char *below)
{
	struct json_object *node = json_new();

	json_add_text(node, "driver", "copy-on-read");
	json_add_text(node, "node-name", name);
	json_add_text(node, "file", below);
	json_add_text(node, "discard", "unmap");
	add_option(&arguments->plan->argv, "-blockdev", json_take(node));
}

bool disk_is_read_only(const struct spec_disk *disk)
{
	return disk->readonly || disk->device == SPEC_DISK_CDROM;
}

/* Whether what the guest writes is thrown away. */
static bool is_ephemeral(const struct arguments *arguments, const struct spec_disk *disk)
{
	bool wanted = arguments->options->ephemeral || disk->transient;

	if (!wanted || disk_is_read_only(disk))
		return false;
	if (!is_local(&disk->source) || disk->device == SPEC_DISK_LUN ||
		(format_or_raw(disk->format) != IMAGE_FORMAT_RAW &&
			disk->format != IMAGE_FORMAT_QCOW2)) {
		refuse(arguments->refusals, disk->line,
			"disk '%s' cannot be thrown away at the end: that works for images and "
			"block devices of the formats raw and qcow2; add <readonly/>, or run "
			"without --ephemeral",
			disk->target);
		return false;
	}
	return true;
}

char *add_disk_nodes(const struct arguments *arguments, size_t index)
{
	const struct spec_disk *disk = &arguments->spec->disks[index];
	auto_free char *storage = xasprintf("disk%zu-storage", index);
	auto_free char *base = xasprintf("disk%zu-base", index);
	auto_free char *top = xasprintf("disk%zu-format", index);
	auto_free char *below = NULL;
	bool ephemeral = is_ephemeral(arguments, disk);
	bool read_only = disk_is_read_only(disk) || ephemeral;
	struct image image = {
		.source = &disk->source,
		.format = format_or_raw(disk->format),
		.storage = storage,
		.name = ephemeral ? base : top,
		.ends = disk->backing_count == 0 && disk->backing_ends,
		.read_only = read_only,
		.topmost = true,
	};

	if (disk->source.kind == SPEC_SOURCE_NONE || disk->tray_open == CHOICE_YES)
		return NULL;
	below = add_backing(arguments, disk, index);
	image.below = below;
	add_storage(arguments, disk, &disk->source, storage, read_only);
	add_format(arguments, disk, &image);
	if (ephemeral)
		add_overlay(arguments, disk, base, top);
	if (disk->copy_on_read == CHOICE_YES) {
		char *copy = xasprintf("disk%zu-copy-on-read", index);

		add_copy_on_read(arguments, copy, top);
		return copy;
	}
	return steal(&top);
}
