/* SPDX-License-Identifier: MIT */
/* act/varstore: what a store says, and no more than it can back. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/copy.h"
#include "act/varstore.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/attr.h"
#include "base/text.h"

/* The 2M family, the smallest: a volume of 128 KiB, in it a store of 56 KiB. */
#define VOLUME_BYTES 0x20000
#define HEADER_BYTES 72
#define STORE_BYTES 0xdfb8
#define FIRST_VARIABLE (HEADER_BYTES + 28)

static const unsigned char global[16] = {0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11, 0xaa, 0x0d,
	0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c};
static const unsigned char secure_boot_enable[16] = {0xc7, 0x0b, 0xa3, 0xf0, 0x08, 0xaf, 0x56, 0x45,
	0x99, 0xc4, 0x00, 0x10, 0x09, 0xc9, 0x3a, 0x44};

/* A store under construction. */
struct image {
	unsigned char *bytes;
	size_t next; /* where the next variable goes */
};

static void put(unsigned char *at, uint64_t number, size_t size_bytes)
{
	for (size_t i = 0; i < size_bytes; i++)
		at[i] = (unsigned char)(number >> (8 * i));
}

static void set_checksum(unsigned char *bytes)
{
	unsigned int sum = 0;

	put(bytes + 50, 0, 2);
	for (size_t i = 0; i < HEADER_BYTES; i += 2)
		sum += bytes[i] | (unsigned int)bytes[i + 1] << 8;
	put(bytes + 50, 0x10000 - (sum & 0xffff), 2);
}

static struct image make_image(void)
{
	static const unsigned char nv_data[16] = {0x8d, 0x2b, 0xf1, 0xff, 0x96, 0x76, 0x8b, 0x4c,
		0xa9, 0x85, 0x27, 0x47, 0x07, 0x5b, 0x4f, 0x50};
	static const unsigned char authenticated[16] = {0x78, 0x2c, 0xf3, 0xaa, 0x7b, 0x94, 0x9a,
		0x43, 0xa1, 0x80, 0x2e, 0x14, 0x4e, 0xc3, 0x77, 0x92};
	struct image image = {.bytes = xcalloc(VOLUME_BYTES, 1), .next = FIRST_VARIABLE};

	memset(image.bytes, 0xff, VOLUME_BYTES);
	memset(image.bytes, 0, HEADER_BYTES);
	memcpy(image.bytes + 16, nv_data, 16);
	put(image.bytes + 32, VOLUME_BYTES, 8);
	memcpy(image.bytes + 40, "_FVH", 4);
	put(image.bytes + 48, HEADER_BYTES, 2);
	set_checksum(image.bytes);
	memcpy(image.bytes + HEADER_BYTES, authenticated, 16);
	put(image.bytes + HEADER_BYTES + 16, STORE_BYTES, 4);
	put(image.bytes + HEADER_BYTES + 20, 0xfe5a, 8);
	return image;
}

/* An authenticated variable with a one-byte value; `state` is 0x3f for a live one. */
static void add(struct image *image, const char *name, const unsigned char *guid,
	unsigned char state, unsigned char value)
{
	unsigned char *at = image->bytes + image->next;
	size_t name_bytes = 2 * (strlen(name) + 1);

	memset(at, 0, 60 + name_bytes);
	put(at, 0x55aa, 2);
	at[2] = state;
	put(at + 4, 7, 4);
	put(at + 36, name_bytes, 4);
	put(at + 40, 1, 4);
	memcpy(at + 44, guid, 16);
	for (size_t i = 0; name[i]; i++)
		at[60 + 2 * i] = (unsigned char)name[i];
	at[60 + name_bytes] = value;
	image->next = (image->next + 60 + name_bytes + 1 + 3) / 4 * 4;
}

static struct varstore *read_bytes(const unsigned char *bytes, size_t size_bytes)
{
	auto_fd int fd = memfd_create("store", MFD_CLOEXEC);
	struct varstore *varstore = NULL;

	assert_null(copy_write_at(fd, bytes, size_bytes, 0));
	assert_null(varstore_read(fd, &varstore));
	return varstore;
}

static struct varstore *read_image(const struct image *image)
{
	return read_bytes(image->bytes, VOLUME_BYTES);
}

static void an_empty_store_is_valid(void **state)
{
	struct image image = make_image();
	auto_free UNUSED unsigned char *owned = image.bytes;
	auto_varstore struct varstore *varstore = read_image(&image);

	(void)state;
	assert_null(varstore->problem);
	assert_true(varstore->volume_is_valid);
	assert_true(varstore->authenticated);
	assert_false(varstore->blank);
	assert_int_equal(varstore->family, VARSTORE_FAMILY_2M);
	assert_int_equal(varstore->size_bytes, VOLUME_BYTES);
	assert_int_equal(varstore->room_bytes, STORE_BYTES - 28);
	assert_int_equal(varstore->used_bytes, 0);
	assert_int_equal(varstore->variable_count, 0);
	assert_int_equal(varstore->keys_are_enrolled, CHOICE_NO);
	assert_int_equal(varstore->secure_boot_enable, CHOICE_UNSET);
}

static void variables_are_listed_in_their_order(void **state)
{
	struct image image = make_image();
	auto_free UNUSED unsigned char *owned = image.bytes;
	auto_varstore struct varstore *varstore = NULL;

	(void)state;
	add(&image, "Boot0000", global, 0x3f, 1);
	add(&image, "Lang", global, 0x3d, 2);
	add(&image, "Timeout", global, 0x7f, 3);
	varstore = read_image(&image);
	assert_null(varstore->problem);
	assert_int_equal(varstore->variable_count, 3);
	assert_string_equal(varstore->variables[0].name, "Boot0000");
	assert_string_equal(varstore->variables[0].guid, "8be4df61-93ca-11d2-aa0d-00e098032b8c");
	assert_int_equal(varstore->variables[0].attributes, 7);
	assert_int_equal(varstore->variables[0].size_bytes, 1);
	assert_int_equal(varstore->variables[0].state, VARIABLE_LIVE);
	assert_int_equal(varstore->variables[1].state, VARIABLE_DELETED);
	assert_int_equal(varstore->variables[2].state, VARIABLE_INCOMPLETE);
	assert_int_equal(varstore->used_bytes, image.next - FIRST_VARIABLE);
}

static void a_platform_key_makes_it_enrolled(void **state)
{
	struct image image = make_image();
	auto_free UNUSED unsigned char *owned = image.bytes;
	auto_varstore struct varstore *varstore = NULL;

	(void)state;
	add(&image, "PK", global, 0x3f, 1);
	add(&image, "SecureBootEnable", secure_boot_enable, 0x3f, 1);
	varstore = read_image(&image);
	assert_int_equal(varstore->keys_are_enrolled, CHOICE_YES);
	assert_int_equal(varstore->secure_boot_enable, CHOICE_YES);
}

static void deleted_keys_and_switches_do_not_count(void **state)
{
	struct image image = make_image();
	auto_free UNUSED unsigned char *owned = image.bytes;
	auto_varstore struct varstore *varstore = NULL;

	(void)state;
	add(&image, "PK", global, 0x3d, 1);
	add(&image, "PK", secure_boot_enable, 0x3f, 1); /* another's of the same name */
	add(&image, "SecureBootEnable", secure_boot_enable, 0x3d, 1);
	add(&image, "SecureBootEnable", secure_boot_enable, 0x3f, 0);
	varstore = read_image(&image);
	assert_int_equal(varstore->keys_are_enrolled, CHOICE_NO);
	assert_int_equal(varstore->secure_boot_enable, CHOICE_NO);
}

static void a_variable_that_was_being_replaced_lives_until_its_heir_does(void **state)
{
	struct image image = make_image();
	auto_free UNUSED unsigned char *owned = image.bytes;
	auto_varstore struct varstore *varstore = NULL;

	(void)state;
	add(&image, "Lang", global, 0x3e, 1);
	add(&image, "Timeout", global, 0x3e, 1);
	add(&image, "Timeout", global, 0x3f, 2);
	varstore = read_image(&image);
	assert_int_equal(varstore->variables[0].state, VARIABLE_LIVE);
	assert_int_equal(varstore->variables[1].state, VARIABLE_DELETED);
	assert_int_equal(varstore->variables[2].state, VARIABLE_LIVE);
}

static void a_store_without_time_stamps_is_read_too(void **state)
{
	static const unsigned char plain[16] = {0x16, 0x36, 0xcf, 0xdd, 0x75, 0x32, 0x64, 0x41,
		0x98, 0xb6, 0xfe, 0x85, 0x70, 0x7f, 0xfe, 0x7d};
	struct image image = make_image();
	auto_free UNUSED unsigned char *owned = image.bytes;
	auto_varstore struct varstore *varstore = NULL;
	unsigned char *at = image.bytes + FIRST_VARIABLE;

	(void)state;
	memcpy(image.bytes + HEADER_BYTES, plain, 16);
	memset(at, 0, 40);
	put(at, 0x3f55aa, 4);
	put(at + 8, 4, 4);
	put(at + 12, 3, 4);
	memcpy(at + 16, global, 16);
	at[32] = 'A';
	varstore = read_image(&image);
	assert_null(varstore->problem);
	assert_false(varstore->authenticated);
	assert_int_equal(varstore->variable_count, 1);
	assert_string_equal(varstore->variables[0].name, "A");
	assert_int_equal(varstore->variables[0].size_bytes, 3);
}

static void flash_that_was_never_written_is_blank(void **state)
{
	auto_free unsigned char *bytes = xcalloc(VOLUME_BYTES, 1);
	auto_varstore struct varstore *zeros = read_bytes(bytes, VOLUME_BYTES);
	auto_varstore struct varstore *ones = NULL;
	auto_varstore struct varstore *board = NULL;
	auto_fd int fd = memfd_create("store", MFD_CLOEXEC);

	(void)state;
	assert_true(zeros->blank);
	assert_null(zeros->problem);
	assert_int_equal(zeros->family, VARSTORE_FAMILY_UNKNOWN);
	memset(bytes, 0xff, VOLUME_BYTES);
	ones = read_bytes(bytes, VOLUME_BYTES);
	assert_true(ones->blank);
	assert_int_equal(ftruncate(fd, 64 * 1024 * 1024), 0);
	assert_null(varstore_read(fd, &board));
	assert_true(board->blank);
	assert_int_equal(board->family, VARSTORE_FAMILY_VIRT);
}

static void json_stores_are_recognised(void **state)
{
	static const char text[] = " \n{\"version\": 2}";
	auto_varstore struct varstore *varstore =
		read_bytes((const unsigned char *)text, sizeof(text) - 1);

	(void)state;
	assert_int_equal(varstore->family, VARSTORE_FAMILY_JSON);
	assert_string_equal(varstore_family_name(varstore->family), "uefi-vars");
}

/* The problem of a store with one field changed (and the right checksum again). */
static void assert_problem(size_t at, uint64_t value, size_t size_bytes, const char *text)
{
	struct image image = make_image();
	auto_free UNUSED unsigned char *owned = image.bytes;
	auto_varstore struct varstore *varstore = NULL;

	add(&image, "Lang", global, 0x3f, 1);
	put(image.bytes + at, value, size_bytes);
	if (at < HEADER_BYTES && at != 50 && at != 48)
		set_checksum(image.bytes);
	varstore = read_image(&image);
	assert_non_null(varstore->problem);
	if (!strstr(varstore->problem, text))
		fail_msg("'%s' is not in '%s'", text, varstore->problem);
}

static void damage_is_described(void **state)
{
	(void)state;
	assert_problem(40, 0, 4, "there is no firmware volume");
	assert_problem(16, 0x78, 1, "the firmware volume holds code, not variables");
	assert_problem(32, VOLUME_BYTES + 1, 8, "the firmware volume is cut off");
	assert_problem(32, UINT64_MAX, 8, "the firmware volume is cut off");
	assert_problem(50, 0, 2, "the firmware volume's header is damaged");
	assert_problem(48, 0, 2, "the firmware volume's header is damaged");
	assert_problem(48, 0xfffe, 2, "the firmware volume's header is damaged");
	assert_problem(32, HEADER_BYTES + 8, 8, "no room for a variable store");
	assert_problem(HEADER_BYTES, 0, 4, "no variable store that is known");
	assert_problem(HEADER_BYTES + 16, 27, 4, "the variable store's header is damaged");
	assert_problem(
		HEADER_BYTES + 16, VOLUME_BYTES, 4, "the variable store's header is damaged");
	assert_problem(HEADER_BYTES + 20, 0xff, 1, "the variable store's header is damaged");
	assert_problem(FIRST_VARIABLE + 36, 0x7fffffff, 4,
		"the variable at offset 0x64 reaches beyond the end of the store");
	assert_problem(FIRST_VARIABLE + 40, 0xfffffffe, 4, "reaches beyond the end of the store");
}

static void a_cut_off_store_keeps_its_family(void **state)
{
	struct image image = make_image();
	auto_free UNUSED unsigned char *owned = image.bytes;
	auto_varstore struct varstore *varstore = read_bytes(image.bytes, 4096);

	(void)state;
	assert_int_equal(varstore->family, VARSTORE_FAMILY_2M);
	assert_false(varstore->volume_is_valid);
	assert_string_equal(varstore->problem, "the firmware volume is cut off");
	assert_int_equal(varstore->keys_are_enrolled, CHOICE_UNSET);
}

static void sizes_that_were_never_written_are_none(void **state)
{
	struct image image = make_image();
	auto_free UNUSED unsigned char *owned = image.bytes;
	auto_varstore struct varstore *varstore = NULL;

	(void)state;
	add(&image, "", global, 0xff, 0);
	put(image.bytes + FIRST_VARIABLE + 36, UINT64_MAX, 8);
	varstore = read_image(&image);
	assert_null(varstore->problem);
	assert_int_equal(varstore->variable_count, 1);
	assert_int_equal(varstore->variables[0].state, VARIABLE_INCOMPLETE);
	assert_int_equal(varstore->variables[0].size_bytes, 0);
}

static void the_number_of_variables_is_limited(void **state)
{
	auto_varstore struct varstore *varstore = xcalloc(1, sizeof(*varstore));
	auto_free unsigned char *bytes = xcalloc(0x100000, 1);
	struct image image = make_image();
	auto_free UNUSED unsigned char *owned = image.bytes;

	(void)state;
	memcpy(bytes, image.bytes, FIRST_VARIABLE);
	put(bytes + 32, 0x100000, 8);
	set_checksum(bytes);
	put(bytes + HEADER_BYTES + 16, 0x100000 - HEADER_BYTES, 4);
	for (size_t at = FIRST_VARIABLE; at + 60 < 0x100000; at += 60)
		put(bytes + at, 0x3e55aa, 4);
	varstore_parse(varstore, bytes, 0x100000);
	assert_int_equal(varstore->variable_count, 10000);
	assert_string_equal(varstore->problem, "more than 10000 variables are not read");
}

static void no_bytes_break_the_reader(void **state)
{
	uint32_t number = 1;

	(void)state;
	for (size_t i = 0; i < 5000; i++) {
		auto_varstore struct varstore *varstore = xcalloc(1, sizeof(*varstore));
		struct image image = make_image();
		auto_free UNUSED unsigned char *owned = image.bytes;

		add(&image, "PK", global, 0x3f, 1);
		add(&image, "Lang", global, 0x3e, 1);
		for (size_t j = 0; j < 4; j++) {
			number = number * 1103515245 + 12345;
			image.bytes[HEADER_BYTES + (number >> 16) % 180] =
				(unsigned char)(number >> 8);
		}
		varstore_parse(varstore, image.bytes, VOLUME_BYTES);
	}
}

static void families_have_names(void **state)
{
	(void)state;
	assert_string_equal(varstore_family_name(VARSTORE_FAMILY_UNKNOWN), "unknown");
	assert_string_equal(varstore_family_name(VARSTORE_FAMILY_2M), "2M");
	assert_string_equal(varstore_family_name(VARSTORE_FAMILY_4M), "4M");
	assert_string_equal(varstore_family_name(VARSTORE_FAMILY_VIRT), "virt");
	varstore_free(NULL);
}

/* The distribution's enrolled template, where it is installed. */
static void the_templates_of_distributions_are_understood(void **state)
{
	auto_fd int fd = open("/usr/share/OVMF/OVMF_VARS_4M.ms.fd", O_RDONLY | O_CLOEXEC);
	auto_varstore struct varstore *varstore = NULL;

	(void)state;
	if (fd < 0) {
		print_message("skipped: there is no /usr/share/OVMF/OVMF_VARS_4M.ms.fd\n");
		skip();
	}
	assert_null(varstore_read(fd, &varstore));
	assert_null(varstore->problem);
	assert_int_equal(varstore->family, VARSTORE_FAMILY_4M);
	assert_int_equal(varstore->keys_are_enrolled, CHOICE_YES);
	assert_true(varstore->variable_count > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_store_is_valid),
		cmocka_unit_test(variables_are_listed_in_their_order),
		cmocka_unit_test(a_platform_key_makes_it_enrolled),
		cmocka_unit_test(deleted_keys_and_switches_do_not_count),
		cmocka_unit_test(a_variable_that_was_being_replaced_lives_until_its_heir_does),
		cmocka_unit_test(a_store_without_time_stamps_is_read_too),
		cmocka_unit_test(flash_that_was_never_written_is_blank),
		cmocka_unit_test(json_stores_are_recognised),
		cmocka_unit_test(damage_is_described),
		cmocka_unit_test(a_cut_off_store_keeps_its_family),
		cmocka_unit_test(sizes_that_were_never_written_are_none),
		cmocka_unit_test(the_number_of_variables_is_limited),
		cmocka_unit_test(no_bytes_break_the_reader),
		cmocka_unit_test(families_have_names),
		cmocka_unit_test(the_templates_of_distributions_are_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
