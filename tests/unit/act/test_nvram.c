/* SPDX-License-Identifier: MIT */
/* act/nvram: afterwards the VM's store is there, whole and locked, or nothing was changed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
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

#include "act/nvram.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/child.h"
#include "support/tempdir.h"

#define MIB (1024 * 1024)
#define STORE_BYTES 540672
#define STARTS 50

struct stage {
	char *folder;
	char *path;     /* of the store */
	char *template; /* 540,672 bytes that begin with "template" */
	struct plan_nvram nvram;
};

static int make_stage(void **state)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));

	stage->folder = tempdir_make();
	stage->path = tempdir_path(stage->folder, "vm_VARS.fd");
	stage->template = tempdir_path(stage->folder, "template/VARS.fd");
	tempdir_zeros(stage->folder, "template/VARS.fd", STORE_BYTES);
	tempdir_patch(stage->folder, "template/VARS.fd", 0, "template", 8);
	assert_int_equal(chmod(stage->folder, 0755), 0);
	stage->nvram.action = NVRAM_CREATE;
	stage->nvram.path = stage->path;
	stage->nvram.format = IMAGE_FORMAT_RAW;
	stage->nvram.template = stage->template;
	stage->nvram.template_format = IMAGE_FORMAT_RAW;
	stage->nvram.size_bytes = STORE_BYTES;
	*state = stage;
	return 0;
}

static int remove_stage(void **state)
{
	struct stage *stage = *state;

	tempdir_remove(stage->folder);
	free(stage->path);
	free(stage->template);
	free(stage);
	return 0;
}

/* A store of the right size that is not the template. */
static void write_old_store(const struct stage *stage)
{
	tempdir_zeros(stage->folder, "vm_VARS.fd", STORE_BYTES);
	tempdir_patch(stage->folder, "vm_VARS.fd", 0, "old data", 8);
}

/* The first 8 bytes of a file, or why there are none. The caller frees them. */
static char *begin_of(const char *path)
{
	auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *bytes = xcalloc(9, 1);

	if (fd < 0 || read(fd, bytes, 8) != 8) {
		free(bytes);
		return xstrdup(strerror(errno));
	}
	return bytes;
}

static void assert_begins(const char *path, const char *wanted)
{
	auto_free char *begin = begin_of(path);

	assert_string_equal(begin, wanted);
}

static size_t files_in(const char *folder)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, NULL, NULL);

	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	return (size_t)count - 2; /* . and .. */
}

static void assert_refused(const struct plan_nvram *nvram, const char *text)
{
	auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};
	auto_error struct error *error = nvram_prepare(nvram, &ready);

	assert_non_null(error);
	if (!strstr(error->text, text))
		fail_msg("'%s' is not in '%s'", text, error->text);
}

static void a_store_is_made_from_its_template(void **state)
{
	struct stage *stage = *state;
	auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};
	struct stat status;

	assert_int_equal(chmod(stage->template, 0444), 0);
	assert_null(nvram_prepare(&stage->nvram, &ready));
	assert_true(ready.created);
	assert_null(ready.backup);
	assert_int_equal(ready.store_fd, -1);
	assert_int_equal(ready.notes.count, 0);
	assert_begins(stage->path, "template");
	assert_int_equal(stat(stage->path, &status), 0);
	assert_int_equal(status.st_size, STORE_BYTES);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(files_in(stage->folder), 2); /* the store and the template's folder */
}

static void the_lock_is_on_the_store(void **state)
{
	struct stage *stage = *state;
	auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};
	struct stat locked;
	struct stat store;

	assert_null(nvram_prepare(&stage->nvram, &ready));
	assert_int_equal(fcntl(ready.lock_fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fstat(ready.lock_fd, &locked), 0);
	assert_int_equal(stat(stage->path, &store), 0);
	assert_int_equal(locked.st_ino, store.st_ino);
}

static void nothing_is_done_for_a_firmware_without_variables(void **state)
{
	struct stage *stage = *state;
	auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};

	stage->nvram.action = NVRAM_NONE;
	assert_null(nvram_prepare(&stage->nvram, &ready));
	assert_int_equal(ready.lock_fd, -1);
	assert_int_equal(ready.store_fd, -1);
	assert_int_equal(files_in(stage->folder), 1);
}

static void a_second_start_is_told_who_holds_the_store(void **state)
{
	struct stage *stage = *state;
	auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};
	auto_free char *holder = xasprintf("is in use by process %d (", (int)getpid());

	assert_null(nvram_prepare(&stage->nvram, &ready));
	assert_refused(&stage->nvram, holder);
	stage->nvram.action = NVRAM_KEEP;
	assert_refused(&stage->nvram, holder);
	stage->nvram.action = NVRAM_RESET;
	assert_refused(&stage->nvram, holder);
	nvram_ready_clear(&ready);
	stage->nvram.action = NVRAM_KEEP;
	assert_null(nvram_prepare(&stage->nvram, &ready));
	assert_false(ready.created);
}

static void a_store_that_is_there_is_kept(void **state)
{
	struct stage *stage = *state;
	auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};

	write_old_store(stage);
	stage->nvram.action = NVRAM_KEEP;
	assert_null(nvram_prepare(&stage->nvram, &ready));
	assert_begins(stage->path, "old data");
	assert_true(ready.lock_fd >= 0);
	nvram_ready_clear(&ready);
	/* made by somebody else between plan and act */
	stage->nvram.action = NVRAM_CREATE;
	assert_null(nvram_prepare(&stage->nvram, &ready));
	assert_begins(stage->path, "old data");
	assert_false(ready.created);
}

static void a_store_that_has_gone_is_an_error(void **state)
{
	struct stage *stage = *state;

	stage->nvram.action = NVRAM_KEEP;
	assert_refused(&stage->nvram, "it was there a moment ago; start again");
}

static void a_store_of_another_size_is_not_used(void **state)
{
	struct stage *stage = *state;

	tempdir_zeros(stage->folder, "vm_VARS.fd", 131072);
	stage->nvram.action = NVRAM_KEEP;
	assert_refused(&stage->nvram, "has 131072 bytes, the firmware needs 540672; --reset-nvram");
	stage->nvram.action = NVRAM_CREATE;
	assert_refused(&stage->nvram, "has 131072 bytes, the firmware needs 540672; --reset-nvram");
}

static void links_in_the_stores_place_are_refused(void **state)
{
	static const enum nvram_action actions[] = {NVRAM_KEEP, NVRAM_CREATE, NVRAM_RESET};
	struct stage *stage = *state;

	tempdir_link(stage->folder, "vm_VARS.fd", "template/VARS.fd");
	for (size_t i = 0; i < ARRAY_COUNT(actions); i++) {
		stage->nvram.action = actions[i];
		assert_refused(&stage->nvram, "is a symbolic link to 'template/VARS.fd'");
	}
	assert_int_equal(unlink(stage->path), 0);
	tempdir_link(stage->folder, "vm_VARS.fd", "made-by-accident");
	for (size_t i = 0; i < ARRAY_COUNT(actions); i++) {
		stage->nvram.action = actions[i];
		assert_refused(&stage->nvram, "remove the link");
	}
	assert_int_equal(files_in(stage->folder), 2);
}

static void a_reset_keeps_the_old_store(void **state)
{
	struct stage *stage = *state;
	auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};
	auto_free char *prefix = xasprintf("%s.bak-20", stage->path);

	write_old_store(stage);
	stage->nvram.action = NVRAM_RESET;
	assert_null(nvram_prepare(&stage->nvram, &ready));
	assert_true(ready.created);
	assert_true(text_starts_with(ready.backup, prefix));
	assert_true(text_ends_with(ready.backup, "Z"));
	assert_int_equal(
		strlen(ready.backup), strlen(stage->path) + strlen(".bak-20260131T120000Z"));
	assert_begins(stage->path, "template");
	assert_begins(ready.backup, "old data");
	assert_int_equal(files_in(stage->folder), 3);
}

static void resets_of_one_second_have_backups_of_their_own(void **state)
{
	struct stage *stage = *state;

	write_old_store(stage);
	stage->nvram.action = NVRAM_RESET;
	for (size_t i = 0; i < 5; i++) {
		auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};

		assert_null(nvram_prepare(&stage->nvram, &ready));
		assert_int_equal(files_in(stage->folder), 3 + i);
	}
}

static void a_reset_of_nothing_makes_a_store(void **state)
{
	struct stage *stage = *state;
	auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};

	stage->nvram.action = NVRAM_RESET;
	assert_null(nvram_prepare(&stage->nvram, &ready));
	assert_true(ready.created);
	assert_null(ready.backup);
}

static void a_failed_reset_leaves_the_old_store_alone(void **state)
{
	struct stage *stage = *state;

	write_old_store(stage);
	stage->nvram.action = NVRAM_RESET;
	stage->nvram.template = "/nowhere/VARS.fd";
	assert_refused(&stage->nvram, "cannot open the template: No such file or directory");
	assert_begins(stage->path, "old data");
	assert_int_equal(files_in(stage->folder), 2);
}

/* From here on a call fails with `number` where its argument has these bits. */
static void deny(int call, unsigned int argument, unsigned long bits, int number)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	if (!filter ||
		seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint32_t)number), call, 1,
			SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, bits, bits)) != 0 ||
		seccomp_load(filter) != 0)
		_exit(1);
	seccomp_release(filter);
}

/* "lock N store N created N" or the error. */
static char *prepare(void *argument)
{
	struct stage *stage = argument;
	struct nvram_ready ready;
	struct error *error = nvram_prepare(&stage->nvram, &ready);

	if (error)
		return xasprintf("%d %s", error->number, error->text);
	return xasprintf("lock %s, store %s, %s%s", ready.lock_fd >= 0 ? "yes" : "no",
		ready.store_fd >= 0 ? "yes" : "no", ready.created ? "created" : "kept",
		ready.notes.count > 0 ? ready.notes.items[0] : "");
}

static char *prepare_without_second_names(void *argument)
{
	deny(SCMP_SYS(openat), 2, O_TMPFILE, EOPNOTSUPP);
	deny(SCMP_SYS(linkat), 4, 0, EPERM);
	return prepare(argument);
}

static void a_reset_works_where_files_have_one_name(void **state)
{
	struct stage *stage = *state;
	auto_free char *said = NULL;

	write_old_store(stage);
	stage->nvram.action = NVRAM_RESET;
	said = child_answer(prepare_without_second_names, stage);
	assert_string_equal(said, "lock yes, store no, created");
	assert_begins(stage->path, "template");
	assert_int_equal(files_in(stage->folder), 3);
}

static char *prepare_without_locks(void *argument)
{
	deny(SCMP_SYS(fcntl), 1, F_OFD_SETLK, ENOLCK);
	return prepare(argument);
}

static void where_there_are_no_locks_a_note_says_so(void **state)
{
	struct stage *stage = *state;
	auto_free char *said = NULL;

	write_old_store(stage);
	stage->nvram.action = NVRAM_KEEP;
	said = child_answer(prepare_without_locks, stage);
	assert_non_null(strstr(said, "lock yes, store no, keptcannot lock nvram"));
	assert_non_null(
		strstr(said, "No locks available; nothing keeps a second VM from using it"));
}

static void an_ephemeral_store_is_a_private_copy(void **state)
{
	struct stage *stage = *state;
	auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};
	auto_free char *begin = xcalloc(9, 1);
	struct stat status;

	stage->nvram.action = NVRAM_EPHEMERAL;
	stage->nvram.path = NULL;
	assert_null(nvram_prepare(&stage->nvram, &ready));
	assert_int_equal(ready.lock_fd, -1);
	assert_true(ready.store_fd >= 0);
	assert_int_equal(fcntl(ready.store_fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(ready.store_fd, F_GETFL) & O_ACCMODE, O_RDWR);
	assert_int_equal(fstat(ready.store_fd, &status), 0);
	assert_int_equal(status.st_size, STORE_BYTES);
	assert_int_equal(status.st_nlink, 0);
	assert_int_equal(pread(ready.store_fd, begin, 8, 0), 8);
	assert_string_equal(begin, "template");
	assert_int_equal(files_in(stage->folder), 1);
}

static char *prepare_without_memfd(void *argument)
{
	deny(SCMP_SYS(memfd_create), 1, 0, ENOSYS);
	return prepare(argument);
}

static char *prepare_with_old_memfd(void *argument)
{
	deny(SCMP_SYS(memfd_create), 1, 8, EINVAL); /* MFD_NOEXEC_SEAL came with Linux 6.3 */
	return prepare(argument);
}

static void an_ephemeral_store_needs_no_new_kernel(void **state)
{
	struct stage *stage = *state;
	auto_free char *said = NULL;

	stage->nvram.action = NVRAM_EPHEMERAL;
	said = child_answer(prepare_with_old_memfd, stage);
	assert_string_equal(said, "lock no, store yes, kept");
	free_pointer(&said);
	said = child_answer(prepare_without_memfd, stage);
	assert_string_equal(said, "lock no, store yes, kept");
}

static void an_ephemeral_store_gets_the_planned_number(void **state)
{
	struct stage *stage = *state;
	auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};
	auto_error struct error *error = NULL;
	auto_fd int other = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int before;

	stage->nvram.action = NVRAM_EPHEMERAL;
	assert_null(nvram_prepare(&stage->nvram, &ready));
	before = ready.store_fd;
	assert_null(nvram_ready_place_store(&ready, before));
	assert_int_equal(ready.store_fd, before);
	assert_int_equal(fcntl(before, F_GETFD), 0);
	error = nvram_ready_place_store(&ready, other);
	assert_non_null(error);
	assert_non_null(strstr(error->text, "is in use by something else"));
	assert_int_equal(ready.store_fd, before);
	assert_null(nvram_ready_place_store(&ready, 130));
	assert_int_equal(ready.store_fd, 130);
	assert_int_equal(fcntl(130, F_GETFD), 0);
	assert_int_equal(fcntl(before, F_GETFD), -1);
}

static void placing_no_store_does_nothing(void **state)
{
	struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};

	(void)state;
	assert_null(nvram_ready_place_store(&ready, 130));
	assert_int_equal(fcntl(130, F_GETFD), -1);
}

static void network_stores_are_left_alone(void **state)
{
	struct stage *stage = *state;
	auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};

	stage->nvram.action = NVRAM_NETWORK;
	stage->nvram.path = "nbd://localhost:10809/vars";
	assert_null(nvram_prepare(&stage->nvram, &ready));
	assert_int_equal(ready.lock_fd, -1);
}

static void a_device_store_must_be_one(void **state)
{
	struct stage *stage = *state;

	stage->nvram.action = NVRAM_NETWORK;
	assert_refused(&stage->nvram, "for writing: No such file or directory");
	write_old_store(stage);
	assert_refused(&stage->nvram, "is not a block device");
}

static void our_own_directory_is_made(void **state)
{
	struct stage *stage = *state;
	auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};
	auto_free char *path = tempdir_path(stage->folder, "state/nvram/vm_VARS.fd");

	stage->nvram.path = path;
	assert_refused(
		&stage->nvram, "No such file or directory; make it, or choose another place");
	stage->nvram.make_directory = true;
	assert_null(nvram_prepare(&stage->nvram, &ready));
	assert_begins(path, "template");
}

static char *prepare_as_nobody(void *argument)
{
	child_become_nobody();
	return prepare(argument);
}

static void a_directory_that_cannot_be_written_is_named(void **state)
{
	struct stage *stage = *state;
	auto_free char *said = NULL;
	auto_free char *wanted = xasprintf(
		"%d cannot create nvram '%s' from '%s': Permission denied; directory "
		"'%s' belongs to uid %u and has mode 0555, you are uid ",
		EACCES, stage->path, stage->template, stage->folder, (unsigned int)geteuid());

	assert_int_equal(chmod(stage->folder, 0555), 0);
	said = child_answer(prepare_as_nobody, stage);
	assert_true(text_starts_with(said, wanted));
	assert_true(text_ends_with(
		said, "; choose another place with --nvram=PATH, or --nvram=ephemeral"));
}

/* Prepares in a file system of 256 KiB over the store's folder; the template lies outside. */
static char *prepare_on_a_small_disk(void *argument)
{
	struct stage *stage = argument;
	char *said;

	if (!child_mount_memory(stage->folder, 256 * 1024, false))
		return xstrdup("may not mount");
	said = prepare(stage);
	return xasprintf("%zu files, %s", files_in(stage->folder), said);
}

static char *prepare_on_a_read_only_disk(void *argument)
{
	struct stage *stage = argument;

	if (!child_mount_memory(stage->folder, 256 * 1024, true))
		return xstrdup("may not mount");
	return prepare(stage);
}

/* A template outside of the stage's folder, of which 512 KiB are no zeros. */
static char *make_large_template(void)
{
	auto_free char *data = xcalloc(512 * 1024, 1);
	char *folder = tempdir_make();

	memset(data, 0xff, 512 * 1024);
	assert_int_equal(chmod(folder, 0755), 0);
	tempdir_zeros(folder, "VARS.fd", 64 * MIB);
	tempdir_patch(folder, "VARS.fd", 0, data, 512 * 1024);
	return folder;
}

static char *said_by(child_work *work, struct stage *stage)
{
	char *folder = make_large_template();
	auto_free char *template = tempdir_path(folder, "VARS.fd");
	char *said;

	stage->nvram.template = template;
	stage->nvram.size_bytes = 64 * MIB;
	said = child_answer(work, stage);
	tempdir_remove(folder);
	if (strcmp(said, "may not mount") == 0) {
		free(said);
		print_message("skipped: this user may not mount\n");
		skip();
	}
	return said;
}

static void a_full_disk_keeps_nothing_and_says_what_is_needed(void **state)
{
	auto_free char *said = said_by(prepare_on_a_small_disk, *state);

	assert_true(text_starts_with(said, "0 files, 28 cannot create nvram '"));
	assert_non_null(strstr(said, ": No space left on device; the 64 MiB template needs 512 KiB "
				     "here and 256 KiB are free; make room or choose another place "
				     "with --nvram=PATH"));
}

static void a_read_only_disk_is_named(void **state)
{
	auto_free char *said = said_by(prepare_on_a_read_only_disk, *state);

	assert_non_null(strstr(said, ": Read-only file system; choose another place with "
				     "--nvram=PATH, or --nvram=ephemeral"));
}

/* Of many starts one has the store, and the others say so. */
static void one_of_many_starts_runs(struct stage *stage)
{
	struct child_process *children = xcalloc(STARTS, sizeof(*children));
	size_t running = 0;
	pid_t winner = 0;

	for (size_t i = 0; i < STARTS; i++)
		children[i] = child_begin(prepare, stage);
	for (size_t i = 0; i < STARTS; i++) {
		auto_free char *said = child_says(&children[i]);

		if (text_starts_with(said, "lock yes")) {
			running++;
			winner = children[i].pid;
		} else if (!strstr(said, "is in use by process ")) {
			fail_msg("%s", said);
		}
	}
	assert_int_equal(running, 1);
	assert_true(winner > 0);
	for (size_t i = 0; i < STARTS; i++)
		child_end(&children[i]);
	free(children);
}

static void of_fifty_starts_at_once_one_runs(void **state)
{
	struct stage *stage = *state;
	struct stat status;

	one_of_many_starts_runs(stage);
	assert_begins(stage->path, "template");
	assert_int_equal(stat(stage->path, &status), 0);
	assert_int_equal(status.st_size, STORE_BYTES);
	assert_int_equal(files_in(stage->folder), 2);
}

static void of_fifty_resets_at_once_one_runs(void **state)
{
	struct stage *stage = *state;

	write_old_store(stage);
	stage->nvram.action = NVRAM_RESET;
	one_of_many_starts_runs(stage);
	assert_begins(stage->path, "template");
	assert_int_equal(files_in(stage->folder), 3); /* and one backup */
}

static void fifty_vms_of_one_template_all_run(void **state)
{
	struct stage *stage = *state;
	struct child_process *children = xcalloc(STARTS, sizeof(*children));

	for (size_t i = 0; i < STARTS; i++) {
		auto_free char *path = xasprintf("%s/vm%zu_VARS.fd", stage->folder, i);

		stage->nvram.path = path;
		children[i] = child_begin(prepare, stage);
	}
	for (size_t i = 0; i < STARTS; i++) {
		auto_free char *said = child_says(&children[i]);

		assert_string_equal(said, "lock yes, store no, created");
	}
	for (size_t i = 0; i < STARTS; i++)
		child_end(&children[i]);
	free(children);
	assert_int_equal(files_in(stage->folder), STARTS + 1);
}

#define STAGE_TEST(name) cmocka_unit_test_setup_teardown(name, make_stage, remove_stage)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(a_store_is_made_from_its_template),
		STAGE_TEST(the_lock_is_on_the_store),
		STAGE_TEST(nothing_is_done_for_a_firmware_without_variables),
		STAGE_TEST(a_second_start_is_told_who_holds_the_store),
		STAGE_TEST(a_store_that_is_there_is_kept),
		STAGE_TEST(a_store_that_has_gone_is_an_error),
		STAGE_TEST(a_store_of_another_size_is_not_used),
		STAGE_TEST(links_in_the_stores_place_are_refused),
		STAGE_TEST(a_reset_keeps_the_old_store),
		STAGE_TEST(resets_of_one_second_have_backups_of_their_own),
		STAGE_TEST(a_reset_of_nothing_makes_a_store),
		STAGE_TEST(a_failed_reset_leaves_the_old_store_alone),
		STAGE_TEST(a_reset_works_where_files_have_one_name),
		STAGE_TEST(where_there_are_no_locks_a_note_says_so),
		STAGE_TEST(an_ephemeral_store_is_a_private_copy),
		STAGE_TEST(an_ephemeral_store_needs_no_new_kernel),
		STAGE_TEST(an_ephemeral_store_gets_the_planned_number),
		cmocka_unit_test(placing_no_store_does_nothing),
		STAGE_TEST(network_stores_are_left_alone),
		STAGE_TEST(a_device_store_must_be_one),
		STAGE_TEST(our_own_directory_is_made),
		STAGE_TEST(a_directory_that_cannot_be_written_is_named),
		STAGE_TEST(a_full_disk_keeps_nothing_and_says_what_is_needed),
		STAGE_TEST(a_read_only_disk_is_named),
		STAGE_TEST(of_fifty_starts_at_once_one_runs),
		STAGE_TEST(of_fifty_resets_at_once_one_runs),
		STAGE_TEST(fifty_vms_of_one_template_all_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
