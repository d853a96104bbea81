/* SPDX-License-Identifier: MIT */
/*
 * The NVRAM path with a fault at each of its system calls in turn: killed at the n-th, or the n-th
 * fails, for n = 1, 2, 3 … until the path is through. Afterwards the store is absent or whole, the
 * old one is not lost, and the next start works.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/nvram.h"
#include "act/store_record.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/fault.h"
#include "support/tempdir.h"

#define STORE_BYTES 12288
#define OUTCOME_BYTES 4096

/* More system calls than the path has; a loop that does not end is a failure. */
#define CALLS_MOST 1000

/* What the traced child leaves behind, in memory that both processes see. */
struct outcome {
	int finished; /* nvram_prepare came back */
	char text[];  /* its error; "" when it succeeded */
};

struct stage {
	char *folder;
	char *path;
	char *template;
	char *code;
	char old[STORE_BYTES];
	char new[STORE_BYTES];
	struct plan_nvram nvram;
	struct plan_firmware firmware;
	bool named; /* no nameless files here */
	struct outcome *outcome;
};

static int make_stage(void **state)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));

	memset(stage->old, 'o', STORE_BYTES);
	memset(stage->new, 'n', STORE_BYTES);
	stage->folder = tempdir_make();
	stage->path = tempdir_path(stage->folder, "state/vm_VARS.fd");
	stage->template = tempdir_path(stage->folder, "VARS.fd");
	stage->code = tempdir_path(stage->folder, "CODE.fd");
	tempdir_write(stage->folder, "VARS.fd", stage->new, STORE_BYTES);
	tempdir_text(stage->folder, "CODE.fd", "code");
	stage->nvram.action = NVRAM_CREATE;
	stage->nvram.path = stage->path;
	stage->nvram.format = IMAGE_FORMAT_RAW;
	stage->nvram.template = stage->template;
	stage->nvram.template_format = IMAGE_FORMAT_RAW;
	stage->nvram.size_bytes = STORE_BYTES;
	stage->nvram.make_directory = true;
	stage->firmware.path = stage->code;
	stage->firmware.open_path = stage->code;
	stage->outcome = mmap(
		NULL, OUTCOME_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(stage->outcome != MAP_FAILED);
	*state = stage;
	return 0;
}

static int remove_stage(void **state)
{
	struct stage *stage = *state;

	munmap(stage->outcome, OUTCOME_BYTES);
	tempdir_remove(stage->folder);
	free(stage->path);
	free(stage->template);
	free(stage->code);
	free(stage);
	return 0;
}

static void deny_nameless_files(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	if (!filter ||
		seccomp_rule_add(filter, SCMP_ACT_ERRNO(EOPNOTSUPP), SCMP_SYS(openat), 1,
			SCMP_CMP(2, SCMP_CMP_MASKED_EQ, O_TMPFILE, O_TMPFILE)) != 0 ||
		seccomp_load(filter) != 0)
		_exit(1);
	seccomp_release(filter);
}

static void prepare_stage(void *argument)
{
	const struct stage *stage = argument;

	if (stage->named)
		deny_nameless_files();
}

static void make_ready(void *argument)
{
	const struct stage *stage = argument;
	struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};
	struct error *error = nvram_prepare(&stage->nvram, &ready);

	if (error)
		memcpy(stage->outcome->text, error->text,
			strnlen(error->text,
				OUTCOME_BYTES - sizeof(struct outcome) - 1)); /* the rest is zero */
	stage->outcome->finished = 1;
	if (!error)
		store_record_update(&stage->nvram, &stage->firmware, &ready);
}

/* Runs the path with the fault; returns whether the path was that long. */
static bool run_with(const struct stage *stage, const struct fault *fault, int *ret_status)
{
	const struct fault_work work = {prepare_stage, make_ready, (void *)stage};

	memset(stage->outcome, 0, OUTCOME_BYTES);
	return fault_run(&work, fault, ret_status);
}

/* ---- what must be true afterwards --------------------------------------------------------------
 */

static bool file_is(const char *path, const char *bytes)
{
	auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	auto_free char *content = xcalloc(STORE_BYTES + 1, 1);

	return fd >= 0 && read(fd, content, STORE_BYTES + 1) == STORE_BYTES &&
	       memcmp(content, bytes, STORE_BYTES) == 0;
}

static bool is_missing(const char *path)
{
	struct stat status;

	return lstat(path, &status) < 0 && errno == ENOENT;
}

/* How many files in the store's folder begin with `prefix`; those with `bytes` only, unless NULL.
 */
static size_t count_files(const struct stage *stage, const char *prefix, const char *bytes)
{
	auto_free char *folder = tempdir_path(stage->folder, "state");
	DIR *directory = opendir(folder);
	const struct dirent *entry;
	size_t count = 0;

	while (directory && (entry = readdir(directory)) != NULL) {
		auto_free char *path = xasprintf("%s/%s", folder, entry->d_name);

		if (text_starts_with(entry->d_name, prefix) && (!bytes || file_is(path, bytes)))
			count++;
	}
	if (directory)
		closedir(directory);
	return count;
}

static void assert_store_is_absent_or_whole(const struct stage *stage)
{
	switch (stage->nvram.action) {
	case NVRAM_CREATE:
		assert_true(is_missing(stage->path) || file_is(stage->path, stage->new));
		break;
	case NVRAM_RESET:
		assert_true(file_is(stage->path, stage->old) || file_is(stage->path, stage->new));
		if (!file_is(stage->path, stage->old))
			assert_int_equal(count_files(stage, "vm_VARS.fd.bak-", stage->old), 1);
		break;
	default:
		assert_true(file_is(stage->path, stage->old));
	}
}

static void assert_record_is_absent_or_whole(const struct stage *stage)
{
	auto_record struct record *record = NULL;
	auto_error struct error *error = store_record_read(stage->path, &record);

	if (error)
		assert_int_equal(error->number, ENOENT);
}

static void assert_error_is_told(const struct stage *stage, const struct fault *fault, int status)
{
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(stage->outcome->finished);
	if (!stage->outcome->text[0]) {
		/* it went on in spite of the fault: then with a whole store */
		assert_true(file_is(
			stage->path, stage->nvram.action == NVRAM_KEEP ? stage->old : stage->new));
		return;
	}
	if (!strstr(stage->outcome->text, "vm_VARS.fd"))
		fail_msg("call %d, errno %d: '%s' does not name the store", fault->call,
			fault->number, stage->outcome->text);
}

static void assert_next_start_works(const struct stage *stage)
{
	auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};

	assert_null(nvram_prepare(&stage->nvram, &ready));
	store_record_update(&stage->nvram, &stage->firmware, &ready);
	assert_true(ready.lock_fd >= 0);
	assert_true(
		file_is(stage->path, stage->nvram.action == NVRAM_KEEP ? stage->old : stage->new));
	if (stage->nvram.action == NVRAM_RESET)
		assert_true(count_files(stage, "vm_VARS.fd.bak-", stage->old) >= 1);
}

static void set_scene(const struct stage *stage)
{
	auto_free char *folder = tempdir_path(stage->folder, "state");

	if (!is_missing(folder))
		tempdir_remove(xstrdup(folder));
	if (stage->nvram.action == NVRAM_CREATE)
		return;
	tempdir_write(stage->folder, "state/vm_VARS.fd", stage->old, STORE_BYTES);
	/* not 0755 minus some umask: another user's right to write would be refused */
	assert_int_equal(chmod(folder, 0700), 0);
}

/* A fault at each call in turn; returns how many there were. */
static int try_all(const struct stage *stage, int number)
{
	struct fault fault = {.number = number};
	int status = 0;

	do {
		set_scene(stage);
		fault.call++;
		assert_true(fault.call < CALLS_MOST);
		if (!run_with(stage, &fault, &status))
			break;
		assert_store_is_absent_or_whole(stage);
		assert_record_is_absent_or_whole(stage);
		if (number != 0) {
			assert_error_is_told(stage, &fault, status);
			assert_int_equal(count_files(stage, ".vm_VARS.fd.slipway-", NULL), 0);
			assert_int_equal(count_files(stage, ".vm_VARS.fd.slipway.", NULL), 0);
		}
		assert_next_start_works(stage);
	} while (true);
	/* without the fault, at last */
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_string_equal(stage->outcome->text, "");
	return fault.call - 1;
}

static void try_action(struct stage *stage, enum nvram_action action, bool named, int number)
{
	if (!fault_is_possible()) {
		print_message("skipped: faults are not injected on this architecture\n");
		skip();
	}
	stage->nvram.action = action;
	stage->named = named;
	/* a path of fewer calls than this has not done its work */
	assert_in_range(try_all(stage, number), action == NVRAM_KEEP ? 6 : 15, CALLS_MOST);
}

static void killed_while_a_store_is_made(void **state)
{
	try_action(*state, NVRAM_CREATE, false, 0);
}

static void killed_while_a_store_with_a_name_is_made(void **state)
{
	try_action(*state, NVRAM_CREATE, true, 0);
}

static void killed_while_a_store_is_reset(void **state)
{
	try_action(*state, NVRAM_RESET, false, 0);
}

static void killed_while_a_store_with_a_name_is_reset(void **state)
{
	try_action(*state, NVRAM_RESET, true, 0);
}

static void killed_while_a_store_is_kept(void **state)
{
	try_action(*state, NVRAM_KEEP, false, 0);
}

static const int numbers[] = {ENOSPC, EIO, EDQUOT, EROFS, EACCES};

static void no_call_that_fails_leaves_half_a_store(void **state)
{
	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
		try_action(*state, NVRAM_CREATE, false, numbers[i]);
}

static void no_call_that_fails_leaves_half_a_store_with_a_name(void **state)
{
	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
		try_action(*state, NVRAM_CREATE, true, numbers[i]);
}

static void no_call_that_fails_in_a_reset_loses_a_store(void **state)
{
	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
		try_action(*state, NVRAM_RESET, false, numbers[i]);
}

static void no_call_that_fails_in_a_reset_with_names_loses_a_store(void **state)
{
	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
		try_action(*state, NVRAM_RESET, true, numbers[i]);
}

static void no_call_that_fails_harms_a_store_that_is_kept(void **state)
{
	for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
		try_action(*state, NVRAM_KEEP, false, numbers[i]);
}

static const long interrupted[] = {
	SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(pwrite64), -1};

static void an_interrupted_call_is_made_again(void **state)
{
	static const enum nvram_action actions[] = {NVRAM_CREATE, NVRAM_RESET, NVRAM_KEEP};
	struct stage *stage = *state;

	if (!fault_is_possible())
		skip();
	for (size_t i = 0; i < ARRAY_COUNT(actions); i++) {
		struct fault fault = {.number = EINTR, .only = interrupted};
		bool is_made;
		int status;

		stage->nvram.action = actions[i];
		do {
			set_scene(stage);
			fault.call++;
			is_made = run_with(stage, &fault, &status);
			assert_true(stage->outcome->finished);
			assert_string_equal(stage->outcome->text, "");
			assert_store_is_absent_or_whole(stage);
		} while (is_made);
		assert_in_range(fault.call, 2, CALLS_MOST);
	}
}

#define STAGE_TEST(name) cmocka_unit_test_setup_teardown(name, make_stage, remove_stage)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(killed_while_a_store_is_made),
		STAGE_TEST(killed_while_a_store_with_a_name_is_made),
		STAGE_TEST(killed_while_a_store_is_reset),
		STAGE_TEST(killed_while_a_store_with_a_name_is_reset),
		STAGE_TEST(killed_while_a_store_is_kept),
		STAGE_TEST(no_call_that_fails_leaves_half_a_store),
		STAGE_TEST(no_call_that_fails_leaves_half_a_store_with_a_name),
		STAGE_TEST(no_call_that_fails_in_a_reset_loses_a_store),
		STAGE_TEST(no_call_that_fails_in_a_reset_with_names_loses_a_store),
		STAGE_TEST(no_call_that_fails_harms_a_store_that_is_kept),
		STAGE_TEST(an_interrupted_call_is_made_again),
	};

	/* thousands of syncs; what fails is decided here, so the disk may be memory */
	if (access("/dev/shm", W_OK | X_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
