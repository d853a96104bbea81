/* SPDX-License-Identifier: MIT */
/* Descriptors made of parts, good ones where a test says nothing else, and their reading. */
#ifndef SLIPWAY_TESTS_UNIT_HOST_DESCRIPTOR_PARTS_H
#define SLIPWAY_TESTS_UNIT_HOST_DESCRIPTOR_PARTS_H

#include "stage.h"

#include "host/descriptor.h"
#include "host/file_table.h"

/* A descriptor with one part replaced; NULL leaves the good one. */
struct parts {
	const char *interfaces;
	const char *mapping;
	const char *targets;
	const char *features;
};

#define FLASH_CODE "\"executable\": {\"filename\": \"/fw/CODE.fd\", \"format\": \"raw\"}"
#define FLASH_VARS "\"nvram-template\": {\"filename\": \"/fw/VARS.fd\", \"format\": \"qcow2\"}"
#define SPLIT "{\"device\": \"flash\", " FLASH_CODE ", " FLASH_VARS "}"

struct reader {
	char *folder;
	struct file_table files;
	struct strings notes;
	struct descriptor descriptor;
};

static inline int reader_setup(void **state)
{
	struct reader *reader = xcalloc(1, sizeof(*reader));

	reader->folder = tempdir_make();
	reader->files = (struct file_table){
		.root_fd = open(reader->folder, O_PATH | O_DIRECTORY | O_CLOEXEC),
		.root_path = reader->folder,
	};
	*state = reader;
	return 0;
}

static inline int reader_teardown(void **state)
{
	struct reader *reader = *state;

	descriptor_clear(&reader->descriptor);
	strings_clear(&reader->notes);
	close(reader->files.root_fd);
	file_table_clear(&reader->files);
	tempdir_remove(reader->folder);
	free(reader);
	return 0;
}

static inline const struct descriptor *read_bytes(
	struct reader *reader, const char *bytes, size_t size)
{
	tempdir_write(reader->folder, "d.json", bytes, size);
	descriptor_clear(&reader->descriptor);
	descriptor_read("/d.json", &reader->files, &reader->notes, &reader->descriptor);
	return &reader->descriptor;
}

static inline const struct descriptor *read_text(struct reader *reader, const char *text)
{
	return read_bytes(reader, text, strlen(text));
}

static inline const struct descriptor *read_parts(struct reader *reader, struct parts parts)
{
	char *text = xasprintf("{\"interface-types\": %s, \"mapping\": %s, \"targets\": %s, "
			       "\"features\": %s}",
		parts.interfaces ? parts.interfaces : "[\"uefi\"]",
		parts.mapping ? parts.mapping : SPLIT,
		parts.targets ? parts.targets
			      : "[{\"architecture\": \"x86_64\", \"machines\": [\"pc-q35-*\"]}]",
		parts.features ? parts.features : "[\"acpi-s3\"]");
	const struct descriptor *descriptor = read_text(reader, text);

	free(text);
	return descriptor;
}

static inline void expect(
	const struct descriptor *descriptor, enum descriptor_state state, const char *problem)
{
	assert_int_equal(descriptor->state, state);
	assert_string_equal(descriptor->path, "/d.json");
	if (problem)
		assert_string_equal(descriptor->problem, problem);
	else
		assert_null(descriptor->problem);
}

#define reader_test(test) cmocka_unit_test_setup_teardown(test, reader_setup, reader_teardown)

#endif
