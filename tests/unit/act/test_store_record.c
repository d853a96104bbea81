/* SPDX-License-Identifier: MIT */
/* act/store_record: what a store was made with is kept, and a change under a VM is told once. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/store_record.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/child.h"
#include "support/tempdir.h"

struct stage {
	char *folder;
	char *store;
	char *record;
	char *code;
	char *template;
	char *descriptor;
	struct plan_nvram nvram;
	struct plan_firmware firmware;
	struct nvram_ready ready;
};

static int make_stage(void **state)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));

	stage->folder = tempdir_make();
	stage->store = tempdir_path(stage->folder, "vm_VARS.fd");
	stage->record = tempdir_path(stage->folder, "vm_VARS.fd.slipway");
	stage->code = tempdir_path(stage->folder, "CODE.fd");
	stage->template = tempdir_path(stage->folder, "VARS.fd");
	stage->descriptor = tempdir_path(stage->folder, "60-edk2.json");
	tempdir_text(stage->folder, "CODE.fd", "code");
	tempdir_text(stage->folder, "VARS.fd", "template");
	tempdir_text(stage->folder, "60-edk2.json", "{}");
	tempdir_text(stage->folder, "vm_VARS.fd", "template");
	stage->nvram.action = NVRAM_CREATE;
	stage->nvram.path = stage->store;
	stage->nvram.template = stage->template;
	stage->firmware.path = stage->code;
	stage->firmware.open_path = stage->code;
	stage->firmware.descriptor = stage->descriptor;
	stage->ready = (struct nvram_ready){.lock_fd = -1, .store_fd = -1, .created = true};
	*state = stage;
	return 0;
}

static int remove_stage(void **state)
{
	struct stage *stage = *state;

	nvram_ready_clear(&stage->ready);
	strings_clear(&stage->firmware.features);
	tempdir_remove(stage->folder);
	free(stage->store);
	free(stage->record);
	free(stage->code);
	free(stage->template);
	free(stage->descriptor);
	free(stage);
	return 0;
}

static void start_again(struct stage *stage)
{
	nvram_ready_clear(&stage->ready);
	stage->nvram.action = NVRAM_KEEP;
	stage->ready = (struct nvram_ready){.lock_fd = -1, .store_fd = -1};
	store_record_update(&stage->nvram, &stage->firmware, &stage->ready);
}

static struct record *read_record(const struct stage *stage)
{
	struct record *record = NULL;

	assert_null(store_record_read(stage->store, &record));
	return record;
}

static void assert_one_note(const struct stage *stage, const char *text)
{
	assert_int_equal(stage->ready.notes.count, 1);
	if (!strstr(stage->ready.notes.items[0], text))
		fail_msg("'%s' is not in '%s'", text, stage->ready.notes.items[0]);
}

static void a_new_store_is_recorded(void **state)
{
	struct stage *stage = *state;
	auto_record struct record *record = NULL;
	struct stat status;

	store_record_update(&stage->nvram, &stage->firmware, &stage->ready);
	assert_int_equal(stage->ready.notes.count, 0);
	record = read_record(stage);
	assert_string_equal(record->code.path, stage->code);
	assert_int_equal(record->code.size_bytes, 4);
	assert_string_equal(record->template.path, stage->template);
	assert_int_equal(record->template.size_bytes, 8);
	assert_string_equal(record->descriptor.path, stage->descriptor);
	assert_int_equal(strlen(record->created), strlen("20260131T120000Z"));
	assert_int_equal(stat(stage->code, &status), 0);
	assert_int_equal(record->code.inode, status.st_ino);
	assert_int_equal(stat(stage->record, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
}

static void nothing_is_hashed_when_a_store_is_made(void **state)
{
	struct stage *stage = *state;
	auto_record struct record *record = NULL;

	store_record_update(&stage->nvram, &stage->firmware, &stage->ready);
	record = read_record(stage);
	assert_null(record->code.digest);
	assert_null(record->template.digest);
}

static void the_next_start_adds_the_digests(void **state)
{
	struct stage *stage = *state;
	auto_record struct record *record = NULL;

	store_record_update(&stage->nvram, &stage->firmware, &stage->ready);
	start_again(stage);
	assert_int_equal(stage->ready.notes.count, 0);
	record = read_record(stage);
	assert_true(text_starts_with(record->code.digest, "blake2b-256:"));
	assert_true(text_starts_with(record->template.digest, "blake2b-256:"));
	assert_true(text_starts_with(record->descriptor.digest, "blake2b-256:"));
	assert_string_not_equal(record->code.digest, record->template.digest);
}

static void a_start_with_nothing_new_writes_nothing(void **state)
{
	struct stage *stage = *state;
	struct stat before;
	struct stat after;

	store_record_update(&stage->nvram, &stage->firmware, &stage->ready);
	start_again(stage);
	assert_int_equal(stat(stage->record, &before), 0);
	start_again(stage);
	assert_int_equal(stat(stage->record, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(stage->ready.notes.count, 0);
}

static void updated_firmware_is_told_once(void **state)
{
	struct stage *stage = *state;

	store_record_update(&stage->nvram, &stage->firmware, &stage->ready);
	start_again(stage);
	tempdir_text(stage->folder, "CODE.fd", "new!");
	start_again(stage);
	assert_one_note(stage, "CODE.fd' has been updated since nvram '");
	start_again(stage);
	assert_int_equal(stage->ready.notes.count, 0);
}

static void firmware_updated_before_it_was_hashed_is_told_too(void **state)
{
	struct stage *stage = *state;

	store_record_update(&stage->nvram, &stage->firmware, &stage->ready);
	tempdir_text(stage->folder, "CODE.fd", "longer code");
	start_again(stage);
	assert_one_note(stage, "has been updated");
}

/* What a package manager does that unpacks the same version again. */
static void write_again(const struct stage *stage)
{
	auto_free char *copy = tempdir_path(stage->folder, "CODE.new");
	struct timespec times[2];
	struct stat status;

	assert_int_equal(stat(stage->code, &status), 0);
	times[0] = status.st_atim;
	times[1] = status.st_mtim;
	tempdir_text(stage->folder, "CODE.new", "code");
	assert_int_equal(utimensat(AT_FDCWD, copy, times, 0), 0);
	assert_int_equal(rename(copy, stage->code), 0);
}

static void the_same_firmware_written_again_is_no_update(void **state)
{
	struct stage *stage = *state;
	auto_record struct record *record = NULL;
	struct stat status;

	store_record_update(&stage->nvram, &stage->firmware, &stage->ready);
	write_again(stage); /* not hashed yet */
	start_again(stage);
	assert_int_equal(stage->ready.notes.count, 0);
	tempdir_text(stage->folder, "CODE.fd", "code"); /* hashed: even another time is nothing */
	start_again(stage);
	assert_int_equal(stage->ready.notes.count, 0);
	record = read_record(stage);
	assert_int_equal(stat(stage->code, &status), 0);
	assert_int_equal(record->code.inode, status.st_ino);
}

static void other_firmware_is_told_with_both_names(void **state)
{
	struct stage *stage = *state;
	auto_free char *other = tempdir_path(stage->folder, "CODE_4M.fd");
	auto_free char *wanted = xasprintf("nvram '%s' was last used with firmware '%s', now it is "
					   "'%s'",
		stage->store, stage->code, other);

	store_record_update(&stage->nvram, &stage->firmware, &stage->ready);
	tempdir_text(stage->folder, "CODE_4M.fd", "code");
	stage->firmware.path = other;
	stage->firmware.open_path = other;
	start_again(stage);
	assert_one_note(stage, wanted);
	start_again(stage);
	assert_int_equal(stage->ready.notes.count, 0);
}

static void a_store_without_a_record_gets_one_that_claims_no_template(void **state)
{
	struct stage *stage = *state;
	auto_record struct record *record = NULL;

	start_again(stage);
	assert_int_equal(stage->ready.notes.count, 0);
	record = read_record(stage);
	assert_string_equal(record->code.path, stage->code);
	assert_null(record->template.path);
	assert_null(record->created);
}

static void a_broken_record_is_replaced(void **state)
{
	struct stage *stage = *state;
	auto_record struct record *record = NULL;

	tempdir_text(stage->folder, "vm_VARS.fd.slipway", "code=/half");
	start_again(stage);
	assert_one_note(stage, "was used with cannot be read (");
	record = read_record(stage);
	assert_string_equal(record->code.path, stage->code);
}

static void make_flash(struct stage *stage)
{
	stage->firmware.source = FIRMWARE_SOURCE_DESCRIPTOR;
	stage->firmware.device = FIRMWARE_DEVICE_FLASH;
	stage->firmware.mode = FIRMWARE_MODE_SPLIT;
	stage->firmware.format = IMAGE_FORMAT_QCOW2;
	strings_add(&stage->firmware.features, "secure-boot");
	strings_add(&stage->firmware.features, "requires-smm");
}

static void what_a_descriptor_said_of_code_is_recorded(void **state)
{
	struct stage *stage = *state;
	auto_record struct record *record = NULL;

	make_flash(stage);
	store_record_update(&stage->nvram, &stage->firmware, &stage->ready);
	record = read_record(stage);
	assert_string_equal(record->features, "secure-boot,requires-smm");
	assert_int_equal(record->code_format, IMAGE_FORMAT_QCOW2);
}

/* Then nobody but the record says it, and the next start needs it again. */
static void kept_code_stays_what_it_was_said_to_be(void **state)
{
	struct stage *stage = *state;
	auto_record struct record *record = NULL;

	make_flash(stage);
	store_record_update(&stage->nvram, &stage->firmware, &stage->ready);
	stage->firmware.source = FIRMWARE_SOURCE_EXPLICIT;
	strings_clear(&stage->firmware.features);
	start_again(stage);
	record = read_record(stage);
	assert_non_null(record->code.digest);
	assert_string_equal(record->features, "secure-boot,requires-smm");
}

static void of_code_that_was_named_nothing_is_claimed(void **state)
{
	struct stage *stage = *state;
	auto_free char *other = tempdir_path(stage->folder, "OTHER.fd");
	auto_record struct record *record = NULL;

	make_flash(stage);
	store_record_update(&stage->nvram, &stage->firmware, &stage->ready);
	tempdir_text(stage->folder, "OTHER.fd", "other");
	stage->firmware.source = FIRMWARE_SOURCE_EXPLICIT;
	stage->firmware.path = other;
	stage->firmware.open_path = other;
	start_again(stage);
	record = read_record(stage);
	assert_string_equal(record->code.path, other);
	assert_null(record->features);
	assert_int_equal(record->code_format, IMAGE_FORMAT_UNSET);
}

static void a_descriptor_below_the_root_is_looked_at_there(void **state)
{
	struct stage *stage = *state;
	auto_record struct record *record = NULL;

	stage->firmware.path = stage->code + strlen(stage->folder);
	stage->firmware.descriptor = stage->descriptor + strlen(stage->folder);
	store_record_update(&stage->nvram, &stage->firmware, &stage->ready);
	record = read_record(stage);
	assert_string_equal(record->descriptor.path, "/60-edk2.json");
	assert_int_equal(record->descriptor.size_bytes, 2);
}

static void a_link_in_the_records_place_is_not_followed(void **state)
{
	struct stage *stage = *state;
	auto_free char *victim = tempdir_path(stage->folder, "victim");
	struct stat status;

	tempdir_text(stage->folder, "victim", "");
	tempdir_link(stage->folder, "vm_VARS.fd.slipway", "victim");
	start_again(stage);
	assert_int_equal(stat(victim, &status), 0);
	assert_int_equal(status.st_size, 0);
	assert_int_equal(lstat(stage->record, &status), 0);
	assert_true(S_ISREG(status.st_mode));
}

static char *record_as_nobody(void *argument)
{
	struct stage *stage = argument;

	child_become_nobody();
	store_record_update(&stage->nvram, &stage->firmware, &stage->ready);
	return xstrdup(stage->ready.notes.count > 0 ? stage->ready.notes.items[0] : "no note");
}

static void a_record_that_cannot_be_written_stops_nobody(void **state)
{
	struct stage *stage = *state;
	auto_free char *said = NULL;

	assert_int_equal(chmod(stage->folder, 0555), 0);
	said = child_answer(record_as_nobody, stage);
	assert_non_null(strstr(said, "cannot record beside nvram '"));
	assert_non_null(strstr(said, "what it was made with: Permission denied"));
	free_pointer(&said);
	stage->ready.created = false;
	stage->nvram.action = NVRAM_KEEP;
	said = child_answer(record_as_nobody, stage);
	assert_string_equal(said, "no note");
}

static void only_stores_in_files_are_recorded(void **state)
{
	static const enum nvram_action actions[] = {NVRAM_NONE, NVRAM_EPHEMERAL, NVRAM_NETWORK};
	struct stage *stage = *state;
	auto_error struct error *error = NULL;
	struct record *record = NULL;

	for (size_t i = 0; i < ARRAY_COUNT(actions); i++) {
		stage->nvram.action = actions[i];
		store_record_update(&stage->nvram, &stage->firmware, &stage->ready);
	}
	error = store_record_read(stage->store, &record);
	assert_non_null(error);
	assert_int_equal(error->number, ENOENT);
}

#define STAGE_TEST(name) cmocka_unit_test_setup_teardown(name, make_stage, remove_stage)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(a_new_store_is_recorded),
		STAGE_TEST(nothing_is_hashed_when_a_store_is_made),
		STAGE_TEST(the_next_start_adds_the_digests),
		STAGE_TEST(a_start_with_nothing_new_writes_nothing),
		STAGE_TEST(updated_firmware_is_told_once),
		STAGE_TEST(firmware_updated_before_it_was_hashed_is_told_too),
		STAGE_TEST(the_same_firmware_written_again_is_no_update),
		STAGE_TEST(other_firmware_is_told_with_both_names),
		STAGE_TEST(a_store_without_a_record_gets_one_that_claims_no_template),
		STAGE_TEST(a_broken_record_is_replaced),
		STAGE_TEST(what_a_descriptor_said_of_code_is_recorded),
		STAGE_TEST(kept_code_stays_what_it_was_said_to_be),
		STAGE_TEST(of_code_that_was_named_nothing_is_claimed),
		STAGE_TEST(a_descriptor_below_the_root_is_looked_at_there),
		STAGE_TEST(a_link_in_the_records_place_is_not_followed),
		STAGE_TEST(a_record_that_cannot_be_written_stops_nobody),
		STAGE_TEST(only_stores_in_files_are_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
