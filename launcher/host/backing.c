/* SPDX-License-Identifier: MIT */
#include "host/backing.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

/* Magic, version, backing_file_offset, backing_file_size; qcow (version 1) has the same. */
#define HEADER_BYTES 20
#define VERSION_2_HEADER_BYTES 72
#define HEADER_LENGTH_OFFSET 100
#define NAME_BYTES_MOST 1023
#define EXTENSION_DATA_FILE 0x44415441
#define EXTENSION_BACKING_FORMAT 0xe2792aca
/* Nobody's chain is longer; a loop ends here, too. */
#define CHAIN_MOST 64
#define EXTENSIONS_MOST 32

static uint64_t number_at(const unsigned char *bytes, size_t count)
{
	uint64_t number = 0;

	for (size_t i = 0; i < count; i++)
		number = number << 8 | bytes[i];
	return number;
}

static char *text_at(int fd, uint64_t offset, uint64_t count)
{
	auto_free char *text = NULL;

	if (offset == 0 || count == 0 || count > NAME_BYTES_MOST || offset > INT64_MAX - count)
		return NULL;
	text = xcalloc((size_t)count + 1, 1);
	if (pread(fd, text, (size_t)count, (off_t)offset) != (ssize_t)count)
		return NULL;
	return steal(&text);
}

/* The text of a header extension; they stand behind the header: type, length, bytes padded to 8. */
static char *extension(int fd, uint64_t version, uint64_t wanted)
{
	unsigned char numbers[8];
	uint64_t offset = VERSION_2_HEADER_BYTES;

	if (version >= 3) {
		if (pread(fd, numbers, 4, HEADER_LENGTH_OFFSET) != 4)
			return NULL;
		offset = number_at(numbers, 4);
	}
	for (int i = 0; version >= 2 && i < EXTENSIONS_MOST; i++) {
		uint64_t type;
		uint64_t length;

		if (pread(fd, numbers, 8, (off_t)offset) != 8)
			return NULL;
		type = number_at(numbers, 4);
		length = number_at(numbers + 4, 4);
		if (type == 0)
			return NULL;
		if (type == wanted)
			return text_at(fd, offset + 8, length);
		offset += 8 + (length + 7) / 8 * 8;
	}
	return NULL;
}

/* "nbd://…", "json:{…}": a colon before any slash. */
static bool is_path(const char *name)
{
	size_t length = strcspn(name, ":/");

	return name[length] != ':';
}

static char *name_from(const char *image, char *name)
{
	auto_free char *directory = path_directory(image);
	char *path;

	if (!is_path(name))
		return name;
	path = path_absolute(directory, name);
	free_pointer(&name);
	return path;
}

/* Takes `name`; NULL is nothing. */
static struct backing_file *add(
	struct backing *backing, const char *image, const char *above, char *name)
{
	struct backing_file *file;

	if (!name)
		return NULL;
	file = array_push(&backing->files, &backing->count, sizeof(*backing->files));
	file->image = xstrdup(image);
	file->name = name_from(above, name);
	file->of_image = strcmp(image, above) == 0;
	return file;
}

/* The name of the file below `above`, which is in the chain of `image`, or NULL; borrowed. */
static const char *look_below(const char *image, const char *above, struct backing *backing)
{
	auto_fd int fd = file_open_data(above);
	auto_free char *format = NULL;
	unsigned char header[HEADER_BYTES];
	struct backing_file *file;
	uint64_t version;

	if (fd < 0 || pread(fd, header, sizeof(header), 0) != (ssize_t)sizeof(header) ||
		memcmp(header, "QFI\xfb", 4) != 0)
		return NULL;
	version = number_at(header + 4, 4);
	file = add(backing, image, above, extension(fd, version, EXTENSION_DATA_FILE));
	if (file)
		file->data = file->format_said = true;
	file = add(backing, image, above,
		text_at(fd, number_at(header + 8, 8), number_at(header + 16, 4)));
	if (!file)
		return NULL;
	format = extension(fd, version, EXTENSION_BACKING_FORMAT);
	file->format_said = format != NULL;
	return text_equal(format, "raw") ? NULL : file->name;
}

void backing_find(const struct strings *images, struct backing *backing)
{
	for (size_t i = 0; images && i < images->count; i++) {
		const char *above = images->items[i];

		strings_add(&backing->images, above);
		for (int depth = 0; above && above[0] == '/' && depth < CHAIN_MOST; depth++)
			above = look_below(images->items[i], above, backing);
	}
}

void backing_clear(struct backing *backing)
{
	for (size_t i = 0; i < backing->count; i++) {
		free(backing->files[i].image);
		free(backing->files[i].name);
	}
	free(backing->files);
	strings_clear(&backing->images);
	*backing = (struct backing){0};
}
