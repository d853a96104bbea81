/* SPDX-License-Identifier: MIT */
/*
 * A disk or flash image: qcow2 header and tables, the firmware volume in it, and the files that its
 * header names. Promised: never more bytes than were asked for; the same format from both readers.
 */
#include "act/store_image.h"
#include "base/file.h"
#include "fuzz/fuzz.h"
#include "host/backing.h"
#include "host/firmware_volume.h"
#include "host/image.h"

#define READ_BYTES 65536

static void look_as_firmware(int fd, size_t size)
{
	struct image image = {0};
	struct firmware_file file = {0};
	auto_free unsigned char *content = xcalloc(1, READ_BYTES);

	image_look(fd, size, &image);
	firmware_volume_look(&image, &file);
	PROMISE(image_read(&image, 0, READ_BYTES, content) <= READ_BYTES);
	PROMISE(image_read(&image, image.virtual_size_bytes - 1, 7, content) <= 1);
	PROMISE(image_read(&image, UINT64_MAX - 3, 7, content) == 0);
}

static void look_as_store(int fd)
{
	auto_error struct error *error = NULL;
	struct store_image image = {0};
	auto_free unsigned char *content = xcalloc(1, READ_BYTES);

	error = store_image_open(fd, &image);
	if (error)
		return;
	error = store_image_read(&image, content, 512, 0);
	error_free(error);
	error = store_image_read(&image, content, READ_BYTES, image.size_bytes / 2);
	error_free(error);
	error = store_image_read(&image, content, 7, UINT64_MAX - 3);
	PROMISE(error);
}

static void look_behind(int fd)
{
	auto_strings struct strings images = {0};
	auto_backing struct backing names = {0};

	strings_addf(&images, "/proc/self/fd/%d", fd);
	backing_find(&images, &names);
	for (size_t i = 0; i < names.count; i++)
		PROMISE(names.files[i].name[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	auto_fd int fd = input_file(bytes, size);

	look_as_firmware(fd, size);
	look_as_store(fd);
	look_behind(fd);
	return 0;
}
