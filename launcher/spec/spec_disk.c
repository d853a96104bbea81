/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <stdlib.h>

#include "spec/field.h"
#include "spec/node.h"
#include "spec/parse.h"

static const char *const device_names[] = {"disk", "cdrom", "floppy", "lun", NULL};

static const struct field fields[] = {
	FIELD_LINE("", struct spec_disk, line),
	FIELD_NAME("@device", struct spec_disk, device, device_names),
	FIELD("@model", struct spec_disk, model),
	FIELD("source@startupPolicy", struct spec_disk, startup_policy),
	FIELD_FORMAT("driver@type", struct spec_disk, format),
	FIELD_LINE("driver", struct spec_disk, format_line),
	FIELD("driver@cache", struct spec_disk, cache),
	FIELD("driver@io", struct spec_disk, io),
	FIELD("driver@discard", struct spec_disk, discard),
	FIELD("driver@detect_zeroes", struct spec_disk, detect_zeroes),
	FIELD("driver@error_policy", struct spec_disk, error_policy),
	FIELD("driver@rerror_policy", struct spec_disk, rerror_policy),
	FIELD_CHOICE("driver@copy_on_read", struct spec_disk, copy_on_read),
	FIELD_CHOICE("driver@discard_no_unref", struct spec_disk, discard_no_unref),
	FIELD_CHOICE("driver@ioeventfd", struct spec_disk, ioeventfd),
	FIELD_CHOICE("driver@event_idx", struct spec_disk, event_idx),
	FIELD("driver@iothread", struct spec_disk, iothread),
	FIELD("driver@queues", struct spec_disk, queues),
	FIELD("driver@queue_size", struct spec_disk, queue_size),
	FIELD_BYTES("driver/metadata_cache/max_size", struct spec_disk, metadata_cache_bytes),
	FIELD("target@dev", struct spec_disk, target),
	FIELD("target@bus", struct spec_disk, bus),
	FIELD_CHOICE("target@removable", struct spec_disk, removable),
	FIELD("target@rotation_rate", struct spec_disk, rotation_rate),
	FIELD("readonly", struct spec_disk, readonly),
	FIELD("shareable", struct spec_disk, shareable),
	FIELD("transient", struct spec_disk, transient),
	FIELD("serial", struct spec_disk, serial),
	FIELD("wwn", struct spec_disk, wwn),
	FIELD("vendor", struct spec_disk, vendor),
	FIELD("product", struct spec_disk, product),
	FIELD("geometry@cyls", struct spec_disk, cylinders),
	FIELD("geometry@heads", struct spec_disk, heads),
	FIELD("geometry@secs", struct spec_disk, sectors),
	FIELD("blockio@logical_block_size", struct spec_disk, logical_block_size),
	FIELD("blockio@physical_block_size", struct spec_disk, physical_block_size),
	FIELD("blockio@discard_granularity", struct spec_disk, discard_granularity),
};

static const struct field backing_fields[] = {
	FIELD_LINE("", struct spec_backing, line),
	FIELD_FORMAT("format@type", struct spec_backing, format),
};

/* <backingStore> elements lie in each other; an empty one ends the chain. */
static void read_backing(struct places *places, xmlNode *element, struct spec_disk *disk)
{
	xmlNode *store = element_child(element, "backingStore");

	for (; store; store = element_child(store, "backingStore")) {
		auto_free char *type = attribute_value(store, "type");
		xmlNode *source = element_child(store, "source");
		struct spec_backing *record;

		if (!type && !source) {
			disk->backing_ends = true;
			return;
		}
		record = array_push(&disk->backing, &disk->backing_count, sizeof(*record));
		FIELDS_READ(places, store, backing_fields, record);
		read_source(places, type, source, &record->source);
		if (record->source.kind == SPEC_SOURCE_NONE)
			report_missing(places, store, "<source>");
	}
}

static void read_disk(struct places *places, xmlNode *element, struct spec_disk *disk)
{
	auto_free char *type = attribute_value(element, "type");
	xmlNode *target = element_child(element, "target");

	disk->discard_granularity = -1;
	read_common(places, element, &disk->common);
	FIELDS_READ(places, element, fields, disk);
	attribute_is(element_child(element, "driver"), "name", "qemu");
	if (attribute_is(target, "tray", "open"))
		disk->tray_open = CHOICE_YES;
	read_source(places, type, element_child(element, "source"), &disk->source);
	read_backing(places, element, disk);
	if (!disk->target)
		report_missing(places, element, "<target dev=…>");
}

void read_disks(struct places *places, xmlNode *devices, struct spec *spec)
{
	for (xmlNode *disk = element_child(devices, "disk"); disk; disk = element_next(disk))
		read_disk(places, disk,
			array_push(&spec->disks, &spec->disk_count, sizeof(*spec->disks)));
}

void clear_disks(struct spec *spec)
{
	for (size_t i = 0; i < spec->disk_count; i++) {
		struct spec_disk *disk = &spec->disks[i];

		clear_common(&disk->common);
		FIELDS_CLEAR(fields, disk);
		clear_source(&disk->source);
		for (size_t store = 0; store < disk->backing_count; store++)
			clear_source(&disk->backing[store].source);
		free(disk->backing);
	}
	free(spec->disks);
}
