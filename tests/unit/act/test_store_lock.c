/* SPDX-License-Identifier: MIT */
/* act/store_lock: one VM has a store, and the second one is told which. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/store_lock.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/tempdir.h"

struct stage {
	char *folder;
	char *path;
};

static int make_stage(void **state)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));

	stage->folder = tempdir_make();
	tempdir_text(stage->folder, "vm_VARS.fd", "store");
	stage->path = tempdir_path(stage->folder, "vm_VARS.fd");
	*state = stage;
	return 0;
}

static int remove_stage(void **state)
{
	struct stage *stage = *state;

	tempdir_remove(stage->folder);
	free(stage->path);
	free(stage);
	return 0;
}

static int open_store(const struct stage *stage)
{
	int fd = open(stage->path, O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void a_second_opening_does_not_get_the_lock(void **state)
{
	auto_fd int first = open_store(*state);
	auto_fd int second = open_store(*state);

	assert_int_equal(store_lock_try(first), 0);
	assert_int_equal(store_lock_try(second), EAGAIN);
	assert_int_equal(store_lock_try(first), 0); /* it is ours already */
}

static void the_lock_ends_with_the_last_descriptor(void **state)
{
	auto_fd int second = open_store(*state);
	auto_fd int first = open_store(*state);
	auto_fd int copy = -1;

	assert_int_equal(store_lock_try(first), 0);
	copy = dup(first);
	fd_close(&first);
	assert_int_equal(store_lock_try(second), EAGAIN);
	fd_close(&copy);
	assert_int_equal(store_lock_try(second), 0);
}

/* What QEMU 7.2 does with a pflash file: shared locks on 100 and 101, and a look at 200 to 299. */
static void qemus_own_bytes_stay_free(void **state)
{
	auto_fd int ours = open_store(*state);
	auto_fd int qemus = open_store(*state);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 4096};

	assert_int_equal(store_lock_try(ours), 0);
	assert_int_equal(fcntl(qemus, F_OFD_GETLK, &lock), 0);
	assert_int_equal(lock.l_type, F_UNLCK);
	lock.l_type = F_WRLCK;
	assert_int_equal(fcntl(qemus, F_OFD_SETLK, &lock), 0);
}

/* Locks bytes of the file as a QEMU does: shared. */
static void lock_as_qemu(int fd, off_t first, off_t length)
{
	struct flock lock = {
		.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = first, .l_len = length};

	assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
}

static void a_qemu_of_somebody_else_is_seen(void **state)
{
	const struct stage *stage = *state;
	auto_strings struct strings notes = {0};
	auto_error struct error *of_writer = NULL;
	auto_error struct error *of_reader = NULL;
	auto_free char *holder = NULL;
	auto_free char *wanted = xasprintf("is in use by process %d (", (int)getpid());
	auto_fd int qemus = open_store(stage);
	auto_fd int ours = open_store(stage);
	struct stat status;

	lock_as_qemu(qemus, 100, 2); /* it reads and writes */
	of_reader = store_lock_share(ours, stage->path);
	assert_non_null(of_reader);
	assert_non_null(strstr(of_reader->text, wanted));
	of_writer = store_lock_take(ours, stage->path, &notes);
	assert_non_null(of_writer);
	assert_non_null(strstr(of_writer->text, wanted));
	fd_close(&ours);
	assert_int_equal(fstat(qemus, &status), 0);
	holder = store_lock_holder(&status);
	assert_non_null(holder);
}

static void a_qemu_that_reads_is_no_hindrance(void **state)
{
	const struct stage *stage = *state;
	auto_strings struct strings notes = {0};
	auto_fd int qemus = open_store(stage);
	auto_fd int ours = open_store(stage);
	struct stat status;

	lock_as_qemu(qemus, 100, 1);
	lock_as_qemu(qemus, 200, 50);
	assert_int_equal(fstat(qemus, &status), 0);
	assert_null(store_lock_holder(&status));
	assert_null(store_lock_take(ours, stage->path, &notes));
	assert_int_equal(notes.count, 0);
}

/* Starts a shell that looks like QEMU, inherits `fd`, and waits on `waits_fd`. */
static pid_t start_holder(int fd, int waits_fd, const char *name)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		char *argv[] = {"qemu-system-x86_64", "-c", "read line", "-name", NULL, NULL};

		argv[4] = xstrdup(name);
		dup2(waits_fd, STDIN_FILENO);
		fcntl(fd, F_SETFD, 0);
		execv("/bin/sh", argv);
		_exit(127);
	}
	return pid;
}

/* A process is its old self until exec is done. */
static void wait_for_exec(pid_t pid)
{
	auto_free char *path = xasprintf("/proc/%d/cmdline", (int)pid);
	auto_free char *begin = xcalloc(5, 1);

	while (strcmp(begin, "qemu") != 0) {
		auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);

		assert_true(fd >= 0);
		assert_true(read(fd, begin, 4) >= 0);
	}
}

/* What a second start says while a process called `name` has the lock over exec. */
static char *refusal_while_held_by(const struct stage *stage, const char *name, pid_t *ret_pid)
{
	auto_strings struct strings notes = {0};
	auto_error struct error *error = NULL;
	auto_fd int second = open_store(stage);
	int first = open_store(stage);
	int pipe_ends[2];

	assert_int_equal(pipe2(pipe_ends, O_CLOEXEC), 0);
	assert_int_equal(store_lock_try(first), 0);
	*ret_pid = start_holder(first, pipe_ends[0], name);
	close(first);
	wait_for_exec(*ret_pid);
	error = store_lock_take(second, stage->path, &notes);
	close(pipe_ends[0]);
	close(pipe_ends[1]);
	assert_int_equal(waitpid(*ret_pid, NULL, 0), *ret_pid);
	assert_non_null(error);
	assert_int_equal(notes.count, 0);
	assert_int_equal(store_lock_try(second), 0); /* it is free when the holder has ended */
	return xstrdup(error->text);
}

static void the_lock_survives_exec_and_its_holder_is_named(void **state)
{
	const struct stage *stage = *state;
	pid_t pid = 0;
	auto_free char *text = refusal_while_held_by(stage, "vm", &pid);
	auto_free char *wanted =
		xasprintf("nvram '%s' is in use by process %d (qemu-system-x86_64 -name vm)",
			stage->path, (int)pid);

	assert_string_equal(text, wanted);
}

static void libvirts_spelling_of_the_name_is_understood(void **state)
{
	pid_t pid = 0;
	auto_free char *text =
		refusal_while_held_by(*state, "guest=debian12,debug-threads=on", &pid);

	assert_non_null(strstr(text, "-name debian12)"));
}

static void a_holders_name_cannot_speak_to_the_terminal(void **state)
{
	pid_t pid = 0;
	auto_free char *text = refusal_while_held_by(*state, "a\033[2Jb\nc", &pid);

	assert_non_null(strstr(text, "-name a?[2Jb?c)"));
}

static void a_file_that_nobody_locked_has_no_holder(void **state)
{
	auto_fd int fd = open_store(*state);
	struct stat status;

	assert_int_equal(fstat(fd, &status), 0);
	assert_null(store_lock_holder(&status));
}

/* Whole-file locks and those of other bytes are somebody else's affair (QEMU's, a backup's). */
static void other_locks_on_the_store_are_not_ours(void **state)
{
	const struct stage *stage = *state;
	int fd = open_store(stage);
	struct flock other = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 100, .l_len = 1};
	struct flock classic = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0};
	struct stat status;

	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &other), 0);
	assert_int_equal(fstat(fd, &status), 0);
	assert_null(store_lock_holder(&status));
	(void)close(fd);
	fd = open_store(stage);
	assert_int_equal(fcntl(fd, F_SETLK, &classic), 0);
	assert_null(store_lock_holder(&status));
	(void)close(fd);
}

static void a_renamed_store_still_has_its_holder(void **state)
{
	const struct stage *stage = *state;
	auto_free char *other = tempdir_path(stage->folder, "other.fd");
	auto_free char *holder = NULL;
	auto_fd int fd = open_store(stage);
	struct stat status;

	assert_int_equal(store_lock_try(fd), 0);
	assert_int_equal(rename(stage->path, other), 0);
	assert_int_equal(fstat(fd, &status), 0);
	holder = store_lock_holder(&status);
	assert_non_null(holder);
}

static void readers_keep_vms_off_but_not_each_other(void **state)
{
	const struct stage *stage = *state;
	auto_fd int reader = open(stage->path, O_RDONLY | O_CLOEXEC);
	auto_fd int other = open(stage->path, O_RDONLY | O_CLOEXEC);
	auto_fd int writer = open_store(stage);

	assert_null(store_lock_share(reader, stage->path));
	assert_null(store_lock_share(other, stage->path));
	assert_int_equal(store_lock_try(writer), EAGAIN);
	fd_close(&reader);
	fd_close(&other);
	assert_int_equal(store_lock_try(writer), 0);
	reader = open(stage->path, O_RDONLY | O_CLOEXEC);
	{
		auto_error struct error *error = store_lock_share(reader, stage->path);

		assert_non_null(error);
		assert_non_null(strstr(error->text, "is in use by process"));
	}
}

static void where_there_are_no_locks_a_note_says_so(void **state)
{
	const struct stage *stage = *state;
	auto_strings struct strings notes = {0};
	auto_fd int fd = open(stage->path, O_RDONLY | O_CLOEXEC);

	/* a write lock on a descriptor for reading: EBADF stands for any other failure */
	assert_null(store_lock_take(fd, stage->path, &notes));
	assert_int_equal(notes.count, 1);
	assert_non_null(strstr(notes.items[0], "cannot lock nvram"));
}

#define STAGE_TEST(name) cmocka_unit_test_setup_teardown(name, make_stage, remove_stage)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(a_second_opening_does_not_get_the_lock),
		STAGE_TEST(the_lock_ends_with_the_last_descriptor),
		STAGE_TEST(qemus_own_bytes_stay_free),
		STAGE_TEST(a_qemu_of_somebody_else_is_seen),
		STAGE_TEST(a_qemu_that_reads_is_no_hindrance),
		STAGE_TEST(the_lock_survives_exec_and_its_holder_is_named),
		STAGE_TEST(libvirts_spelling_of_the_name_is_understood),
		STAGE_TEST(a_holders_name_cannot_speak_to_the_terminal),
		STAGE_TEST(a_file_that_nobody_locked_has_no_holder),
		STAGE_TEST(other_locks_on_the_store_are_not_ours),
		STAGE_TEST(a_renamed_store_still_has_its_holder),
		STAGE_TEST(readers_keep_vms_off_but_not_each_other),
		STAGE_TEST(where_there_are_no_locks_a_note_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
