/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "spec/argv_reader.h"

/* What may stand before the first colon of an image's name (QEMU block/). */
static const struct {
	const char *prefix;
	enum spec_use use;
} protocols[] = {
	{"nbd+unix:", SPEC_USE_UNIX_CLIENT},
	{"nbd:unix:", SPEC_USE_UNIX_CLIENT},
	{"nbd:", SPEC_USE_TCP_CLIENT},
	{"nbd+tcp:", SPEC_USE_TCP_CLIENT},
	{"nbds:", SPEC_USE_TCP_CLIENT},
	{"nbds+tcp:", SPEC_USE_TCP_CLIENT},
	{"ssh:", SPEC_USE_TCP_CLIENT},
	{"http:", SPEC_USE_TCP_CLIENT},
	{"https:", SPEC_USE_TCP_CLIENT},
	{"ftp:", SPEC_USE_TCP_CLIENT},
	{"ftps:", SPEC_USE_TCP_CLIENT},
	{"iscsi:", SPEC_USE_TCP_CLIENT},
	{"nvme:", SPEC_USE_VFIO},
	{"rbd:", SPEC_USE_NOT_KNOWN},
	{"gluster", SPEC_USE_NOT_KNOWN},
	{"nfs:", SPEC_USE_NOT_KNOWN},
	{"blkdebug:", SPEC_USE_NOT_KNOWN},
	{"blkverify:", SPEC_USE_NOT_KNOWN},
};

static bool is_protocol(struct argv_reader *reader, const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(protocols); i++) {
		if (!text_starts_with(name, protocols[i].prefix))
			continue;
		argv_need(reader, protocols[i].use);
		if (strcmp(protocols[i].prefix, "iscsi:") == 0)
			argv_need(reader, SPEC_USE_SCSI_GENERIC);
		if (protocols[i].use == SPEC_USE_TCP_CLIENT)
			argv_directory(reader, "/etc", false); /* resolver, certificates */
		return true;
	}
	return false;
}

static void image_file(struct argv_reader *reader, const char *path, const char *format, bool write)
{
	struct strings *images = &reader->spec->command.images;

	if (text_starts_with(path, "/dev/fdset/"))
		return;
	if (text_starts_with(path, "/dev/")) {
		argv_need(reader, SPEC_USE_BLOCK_DEVICE);
		argv_device_path(reader, path);
		return;
	}
	if (write)
		argv_write_path(reader, path);
	else
		argv_read_path(reader, path);
	if (text_equal(format, "raw") || text_equal(format, "file"))
		return;
	strings_add_owned(images, path_absolute(reader->directory, path));
	if (text_ends_with(path, ".vmdk")) {
		auto_free char *directory = path_directory(path);

		argv_directory(reader, directory, write); /* its extents are files of their own */
	}
}

/* "json:{…}": the same members as -blockdev's. */
static void image_json(struct argv_reader *reader, const char *name, const char *format, bool write)
{
	auto_argv_values struct argv_values values = {0};

	if (reader->depth > 4 || !argv_values_read(name, NULL, &values)) {
		argv_need(reader, SPEC_USE_NOT_KNOWN);
		return;
	}
	reader->depth++;
	for (size_t i = 0; i < values.keys.count; i++)
		if (text_ends_with(values.keys.items[i], "filename"))
			argv_image(reader, values.values.items[i], format, write);
	reader->depth--;
}

/* "fat:", "fat:rw:", "fat:floppy:16:rw:" … DIRECTORY */
static void image_fat(struct argv_reader *reader, const char *name)
{
	const char *slash = strchr(name, '/');
	const char *colon = strrchr(name, ':');
	const char *directory = slash && slash < colon ? slash : colon + 1;

	argv_directory(reader, directory, strstr(name, ":rw:") != NULL);
	argv_need(reader, SPEC_USE_SNAPSHOT);
}

void argv_image(struct argv_reader *reader, const char *name, const char *format, bool write)
{
	if (!name || !name[0] || is_protocol(reader, name))
		return;
	if (text_starts_with(name, "json:"))
		image_json(reader, name + strlen("json:"), format, write);
	else if (text_starts_with(name, "fat:"))
		image_fat(reader, name);
	else if (text_starts_with(name, "file:"))
		image_file(reader, name + strlen("file:"), format, write);
	else if (text_starts_with(name, "host_device:"))
		image_file(reader, name + strlen("host_device:"), format, write);
	else
		image_file(reader, name, format, write);
}

void argv_flash(struct argv_reader *reader, size_t unit, const char *path, const char *format,
	bool readonly)
{
	struct spec_flash *flash = &reader->spec->command.flash[unit];

	free(flash->path);
	free(flash->word);
	flash->path = path_absolute(reader->directory, path);
	flash->word = xstrdup(path);
	flash->format = format ? image_format_from_name(format) : IMAGE_FORMAT_UNSET;
	flash->readonly = readonly;
	reader->next_flash = unit + 1;
}

static void read_aio(struct argv_reader *reader, const struct argv_values *values)
{
	for (size_t i = 0; i < values->keys.count; i++) {
		if (!text_ends_with(values->keys.items[i], "aio"))
			continue;
		if (strcmp(values->values.items[i], "native") == 0)
			argv_need(reader, SPEC_USE_AIO_NATIVE);
		if (strcmp(values->values.items[i], "io_uring") == 0)
			argv_need(reader, SPEC_USE_IO_URING);
	}
}

/* What a drive or node opens beside an image, by its driver. */
static void read_driver(struct argv_reader *reader, const char *driver)
{
	static const struct {
		const char *driver;
		enum spec_use use;
	} uses[] = {
		{"http", SPEC_USE_TCP_CLIENT},
		{"https", SPEC_USE_TCP_CLIENT},
		{"ftp", SPEC_USE_TCP_CLIENT},
		{"ftps", SPEC_USE_TCP_CLIENT},
		{"ssh", SPEC_USE_TCP_CLIENT},
		{"iscsi", SPEC_USE_TCP_CLIENT},
		{"nvme", SPEC_USE_VFIO},
		{"vvfat", SPEC_USE_SNAPSHOT},
		{"host_device", SPEC_USE_BLOCK_DEVICE},
		{"host_cdrom", SPEC_USE_BLOCK_DEVICE},
		{"rbd", SPEC_USE_NOT_KNOWN},
		{"nfs", SPEC_USE_NOT_KNOWN},
		{"gluster", SPEC_USE_NOT_KNOWN},
		{"io_uring", SPEC_USE_IO_URING},
		{"virtio-blk-vhost-vdpa", SPEC_USE_NOT_KNOWN},
		{"virtio-blk-vfio-pci", SPEC_USE_VFIO},
	};

	for (size_t i = 0; i < ARRAY_COUNT(uses); i++)
		if (strcmp(driver, uses[i].driver) == 0)
			argv_need(reader, uses[i].use);
	if (strcmp(driver, "iscsi") == 0)
		argv_need(reader, SPEC_USE_SCSI_GENERIC);
	if (strcmp(driver, "https") == 0 || strcmp(driver, "iscsi") == 0 ||
		strcmp(driver, "http") == 0 || strcmp(driver, "ssh") == 0)
		argv_directory(reader, "/etc", false);
}

/* Members of a node, at whatever depth: file.filename, backing.file.filename, file.server.path. */
static void read_members(struct argv_reader *reader, const struct argv_values *values, bool write)
{
	const char *format = argv_value(values, "driver");

	read_aio(reader, values);
	for (size_t i = 0; i < values->keys.count; i++) {
		const char *key = values->keys.items[i];
		const char *value = values->values.items[i];
		bool below = strstr(key, "backing.") != NULL;

		if (text_ends_with(key, "driver"))
			read_driver(reader, value);
		else if (text_ends_with(key, "filename"))
			argv_image(reader, value, format, write && !below);
		else if (text_ends_with(key, "server.path") || text_ends_with(key, "socket"))
			argv_write_path(reader, value);
		else if (text_ends_with(key, "server.type") && strcmp(value, "inet") == 0)
			argv_need(reader, SPEC_USE_TCP_CLIENT);
		else if (text_ends_with(key, "server.type") && strcmp(value, "unix") == 0)
			argv_need(reader, SPEC_USE_UNIX_CLIENT);
		else if (text_ends_with(key, "server.type"))
			argv_need(reader, SPEC_USE_SOCKET_FD);
		else if (text_equal(key, "dir") || text_ends_with(key, "file.dir"))
			argv_directory(reader, value, write);
	}
}

static bool is_readonly(const struct argv_values *values)
{
	return argv_is_on(values, "readonly") || argv_is_on(values, "read-only") ||
	       text_equal(argv_value(values, "media"), "cdrom");
}

static void drive_flash(struct argv_reader *reader, const struct argv_values *values)
{
	const char *unit_text = argv_value(values, "unit");
	const char *file = argv_value(values, "file");
	size_t unit = reader->next_flash;

	if (!unit_text)
		unit_text = argv_value(values, "index");
	if (unit_text)
		unit = strcmp(unit_text, "0") == 0 ? 0 : strcmp(unit_text, "1") == 0 ? 1 : 2;
	if (file && unit < 2)
		argv_flash(reader, unit, file, argv_value(values, "format"), is_readonly(values));
}

/* -machine pflash0= takes a drive's id as well as a node's name (QEMU hw/core/qdev-properties-
 * system.c, parse_drive). */
static void drive_node(struct argv_reader *reader, const struct argv_values *values)
{
	struct argv_node *node;

	if (!argv_value(values, "id") || !argv_value(values, "file"))
		return;
	node = array_push(&reader->nodes, &reader->node_count, sizeof(*reader->nodes));
	node->name = xstrdup(argv_value(values, "id"));
	node->filename = xstrdup(argv_value(values, "file"));
	node->format = xstrdup(argv_value(values, "format"));
	node->readonly = is_readonly(values);
}

void argv_drive(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};
	bool write;

	if (!argv_values_read(value, NULL, &values))
		argv_need(reader, SPEC_USE_NOT_KNOWN);
	write = !is_readonly(&values);
	if (argv_is_on(&values, "snapshot"))
		argv_snapshot(reader, NULL);
	argv_image(reader, argv_value(&values, "file"), argv_value(&values, "format"), write);
	read_members(reader, &values, write);
	if (text_equal(argv_value(&values, "if"), "pflash"))
		drive_flash(reader, &values);
	else
		drive_node(reader, &values);
}

void argv_snapshot(struct argv_reader *reader, const char *value)
{
	(void)value;
	argv_need(reader, SPEC_USE_SNAPSHOT);
	argv_directory(reader, "/var/tmp", true);
	argv_directory(reader, "/tmp", true);
}

void argv_blockdev(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};
	struct argv_node *node;
	const char *filename;

	if (!argv_values_read(value, "driver", &values))
		argv_need(reader, SPEC_USE_NOT_KNOWN);
	read_members(reader, &values, !is_readonly(&values));
	if (!argv_value(&values, "node-name"))
		return;
	node = array_push(&reader->nodes, &reader->node_count, sizeof(*reader->nodes));
	filename = argv_value(&values, "filename");
	node->name = xstrdup(argv_value(&values, "node-name"));
	node->below = xstrdup(argv_value(&values, "file"));
	node->filename = xstrdup(filename ? filename : argv_value(&values, "file.filename"));
	node->format = xstrdup(argv_value(&values, "driver"));
	node->readonly = is_readonly(&values);
}

static const struct argv_node *node_find(const struct argv_reader *reader, const char *name)
{
	for (size_t i = 0; name && i < reader->node_count; i++)
		if (strcmp(reader->nodes[i].name, name) == 0)
			return &reader->nodes[i];
	return NULL;
}

void argv_resolve_flash(struct argv_reader *reader)
{
	for (size_t unit = 0; unit < ARRAY_COUNT(reader->flash_nodes); unit++) {
		const struct argv_node *top = node_find(reader, reader->flash_nodes[unit]);
		const struct argv_node *node = top;

		for (int i = 0; node && !node->filename && i < 8; i++)
			node = node_find(reader, node->below);
		if (node && node->filename)
			argv_flash(reader, unit, node->filename,
				text_equal(top->format, "file") ? "raw" : top->format,
				top->readonly);
	}
}

void argv_hard_disk(struct argv_reader *reader, const char *value)
{
	argv_image(reader, value, NULL, true);
}

void argv_cdrom(struct argv_reader *reader, const char *value)
{
	argv_image(reader, value, NULL, false);
}

void argv_pflash(struct argv_reader *reader, const char *value)
{
	argv_image(reader, value, NULL, true);
	if (reader->next_flash < 2)
		argv_flash(reader, reader->next_flash, value, NULL, false);
}

void argv_fsdev(struct argv_reader *reader, const char *value)
{
	auto_argv_values struct argv_values values = {0};
	const char *path;

	if (!argv_values_read(value, "fsdriver", &values))
		argv_need(reader, SPEC_USE_NOT_KNOWN);
	argv_need(reader, SPEC_USE_9P);
	path = argv_value(&values, "path");
	if (path)
		argv_directory(reader, path, !argv_is_on(&values, "readonly"));
	if (text_equal(argv_value(&values, "fsdriver"), "proxy")) {
		argv_need(reader, SPEC_USE_UNIX_CLIENT);
		argv_write_path(reader, argv_value(&values, "socket"));
	}
}
