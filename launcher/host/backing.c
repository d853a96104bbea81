/* SPDX-License-Identifier: MIT */
#include "host/backing.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

/* Magic, version, backing_file_offset, backing_file_size; qcow (version 1) has the same. */
#define HEADER_BYTES 20
#define HEADER_LENGTH_OFFSET 100
#define NAME_BYTES_MOST 1023
#define EXTENSION_DATA_FILE 0x44415441
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

/* Header extensions stand behind a version 3 header: type, length, bytes padded to 8. */
static char *data_file(int fd)
{
	unsigned char numbers[8];
	uint64_t offset;

	if (pread(fd, numbers, 4, HEADER_LENGTH_OFFSET) != 4)
		return NULL;
	offset = number_at(numbers, 4);
	for (int i = 0; i < EXTENSIONS_MOST; i++) {
		uint64_t type;
		uint64_t length;

		if (pread(fd, numbers, 8, (off_t)offset) != 8)
			return NULL;
		type = number_at(numbers, 4);
		length = number_at(numbers + 4, 4);
		if (type == 0)
			return NULL;
		if (type == EXTENSION_DATA_FILE)
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

/* The image below `image`, or NULL; its data file is added to *names. */
static char *look_below(const char *image, struct strings *names)
{
	auto_fd int fd = file_open_data(image);
	unsigned char header[HEADER_BYTES];
	char *data;
	char *name;

	if (fd < 0 || pread(fd, header, sizeof(header), 0) != (ssize_t)sizeof(header) ||
		memcmp(header, "QFI\xfb", 4) != 0)
		return NULL;
	if (number_at(header + 4, 4) >= 3) {
		data = data_file(fd);
		if (data)
			strings_add_owned(names, name_from(image, data));
	}
	name = text_at(fd, number_at(header + 8, 8), number_at(header + 16, 4));
	return name ? name_from(image, name) : NULL;
}

void backing_find(const struct strings *images, struct strings *names)
{
	for (size_t i = 0; images && i < images->count; i++) {
		auto_free char *image = xstrdup(images->items[i]);

		for (int depth = 0; image && depth < CHAIN_MOST; depth++) {
			char *below = image[0] == '/' ? look_below(image, names) : NULL;

			free_pointer(&image);
			if (below)
				strings_add(names, below);
			image = below;
		}
	}
}
