/* SPDX-License-Identifier: MIT */
/* What opens, copies and starts, with each of its system calls failing in turn: it is whole, or an
 * error says what it was about; and interrupted in turn: it is whole. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/cache.h"
#include "act/child.h"
#include "act/companion.h"
#include "act/copy.h"
#include "act/nvram.h"
#include "act/nvram_code.h"
#include "act/nvram_convert.h"
#include "act/openings.h"
#include "act/overlay.h"
#include "act/store_lock.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/fault.h"
#include "support/tempdir.h"

#define NUMBER 70
#define OTHER_NUMBER 90
#define WHOLE "whole"
#define FILE_BYTES 300000
#define HOLE_AT 100000
#define HOLE_END 200000

struct stage {
	char *folder;
	char *path; /* a file with a hole */
	char *other;
	const char *about; /* what every error begins with or holds */
};

/* A judge has no argument of its own. */
static const char *about_always;

static int set_up(void **state)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));
	auto_free char *bytes = xcalloc(FILE_BYTES - HOLE_END, 1);

	memset(bytes, 'x', FILE_BYTES - HOLE_END);
	stage->folder = tempdir_make();
	stage->path = tempdir_path(stage->folder, "file");
	stage->other = tempdir_path(stage->folder, "other/cache");
	tempdir_zeros(stage->folder, "file", FILE_BYTES);
	tempdir_patch(stage->folder, "file", 0, bytes, HOLE_AT);
	tempdir_patch(stage->folder, "file", HOLE_END, bytes, FILE_BYTES - HOLE_END);
	*state = stage;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *stage = *state;

	tempdir_remove(stage->folder);
	free(stage->path);
	free(stage->other);
	free(stage);
	return 0;
}

static char *told(struct error *error)
{
	return error ? error->text : xstrdup(WHOLE);
}

static void is_whole_or_about_it(const char *said, const struct fault *fault)
{
	bool is_half = strncmp(said, "half ", strlen("half ")) == 0;

	if (is_half || (strcmp(said, WHOLE) != 0 && !strstr(said, about_always)))
		fail_msg("call %d, errno %d: '%s' is not about '%s'", fault->call, fault->number,
			said, about_always);
}

/* With two kinds of failure. At least `least` calls fail, or nothing was tried. */
static void fails_well(child_work *work, struct stage *stage, const char *about, int least)
{
	about_always = about;
	assert_true(fault_each(work, stage, EIO, NULL, is_whole_or_about_it, WHOLE) >= least);
	assert_true(fault_each(work, stage, ENOMEM, NULL, is_whole_or_about_it, WHOLE) >= least);
}

static char *overlay(void *argument)
{
	const struct stage *stage = argument;
	const struct plan_overlay wanted = {
		.fd = NUMBER, .path = stage->path, .format = IMAGE_FORMAT_RAW};

	return told(overlay_make(&wanted, stage->folder));
}

static void an_overlay_is_made_or_named(void **state)
{
	fails_well(overlay, *state, "ephemeral disk '", 6);
	(void)fault_interrupt_each(overlay, *state, WHOLE);
}

static bool is_copy(const char *copy, const char *original)
{
	return memcmp(copy, original, FILE_BYTES) == 0;
}

static char *copied(void *argument)
{
	const struct stage *stage = argument;
	int from = open(stage->path, O_RDONLY | O_CLOEXEC);
	int to = memfd_create("copy", MFD_CLOEXEC);
	struct error *error = from < 0 || to < 0 ? error_new("copy: no file")
						 : copy_contents(from, to, FILE_BYTES);
	const char *original = mmap(NULL, FILE_BYTES, PROT_READ, MAP_SHARED, from, 0);
	const char *copy = mmap(NULL, FILE_BYTES, PROT_READ, MAP_SHARED, to, 0);

	if (error)
		return xasprintf("copy: %s", error->text);
	return xstrdup(is_copy(copy, original) ? WHOLE : "half a file");
}

static void a_copy_is_whole_or_fails(void **state)
{
	fails_well(copied, *state, "copy: ", 6);
	(void)fault_interrupt_each(copied, *state, WHOLE);
}

static char *code(void *argument)
{
	const struct stage *stage = argument;
	const struct plan_firmware firmware = {.path = stage->path,
		.open_path = stage->path,
		.format = IMAGE_FORMAT_RAW,
		.pad_bytes = 4 * FILE_BYTES};
	int fd = -1;

	return told(nvram_code_open(&firmware, NUMBER, &fd));
}

static void firmware_is_padded_or_named(void **state)
{
	fails_well(code, *state, "firmware", 8);
	(void)fault_interrupt_each(code, *state, WHOLE);
}

/* Its file is there whole, or not at all: who reads it cannot tell. */
static char *cached(void *argument)
{
	const struct stage *stage = argument;

	(void)unlink(stage->other);
	cache_write(stage->other, "the text", sizeof("the text") - 1);
	return xstrdup("written");
}

static void is_whole_or_absent(const char *said, const struct fault *fault)
{
	auto_fd int fd = open(about_always, O_RDONLY | O_CLOEXEC);
	char text[16] = "";

	(void)fault;
	assert_string_equal(said, "written");
	if (fd >= 0)
		assert_true(read(fd, text, sizeof(text) - 1) == 8);
	if (fd >= 0)
		assert_string_equal(text, "the text");
}

static size_t files_beside(const struct stage *stage)
{
	auto_free char *folder = tempdir_path(stage->folder, "other");
	struct stat status;

	assert_int_equal(stat(folder, &status), 0);
	return status.st_size == 0 ? 0 : (size_t)access(stage->other, F_OK) + 1;
}

static void a_cache_is_whole_or_absent(void **state)
{
	struct stage *stage = *state;

	about_always = stage->other;
	assert_true(fault_each(cached, stage, EIO, NULL, is_whole_or_absent, "written") >= 5);
	assert_true(files_beside(stage) <= 1);
	tempdir_text(stage->folder, "plain", "");
	stage->other[strlen(stage->other) - strlen("/cache")] = '\0';
	cache_write("/proc/nowhere/cache", "text", sizeof("text") - 1); /* no place: no word */
	cache_write(
		stage->other, "text", sizeof("text") - 1); /* a folder is in its place, and stays */
	assert_int_equal(access(stage->other, X_OK), 0);
	stage->other[strlen(stage->other)] = '/';
}

static char *private_file(void *argument)
{
	const struct stage *stage = argument;
	const struct plan_nvram nvram = {.action = NVRAM_EPHEMERAL,
		.format = IMAGE_FORMAT_RAW,
		.template = stage->path,
		.template_format = IMAGE_FORMAT_RAW,
		.size_bytes = FILE_BYTES};
	struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};

	return told(nvram_prepare(&nvram, &ready));
}

static void a_private_store_is_made_or_named(void **state)
{
	fails_well(private_file, *state, "nvram", 6);
	(void)fault_interrupt_each(private_file, *state, WHOLE);
}

static char *secret(void *argument)
{
	struct stage *stage = argument;
	const struct opening opening = {
		.kind = OPENING_SECRET, .fd = NUMBER, .path = stage->other, .line = 3};

	return told(opening_make(&opening));
}

static void a_secret_is_opened_or_named(void **state)
{
	struct stage *stage = *state;

	tempdir_text(stage->folder, "other/cache", "password\n");
	fails_well(secret, stage, ": ", 5);
}

static char *made_private(void *argument)
{
	const struct stage *stage = argument;
	struct error *error = private_directory_make(stage->other);

	(void)rmdir(stage->other);
	return told(error);
}

static void a_private_directory_is_made_or_named(void **state)
{
	struct stage *stage = *state;

	fails_well(made_private, stage, stage->folder, 3);
}

static char *held(void *argument)
{
	const struct stage *stage = argument;
	int fd = open(stage->path, O_RDWR | O_CLOEXEC);
	struct stat status;
	char *holder;

	if (fd < 0 || store_lock_try(fd) == 0 || fstat(fd, &status) < 0)
		return xstrdup("not held");
	holder = store_lock_holder(&status);
	return xstrdup(holder ? "somebody" : "nobody known");
}

static void is_held_by_somebody(const char *said, const struct fault *fault)
{
	(void)fault;
	assert_true(strcmp(said, "somebody") == 0 || strcmp(said, "nobody known") == 0 ||
		    strcmp(said, "not held") == 0);
}

/* Who holds a store is told where it can be found out; a fault must not end the start. */
static void a_holder_is_found_or_not(void **state)
{
	struct stage *stage = *state;
	int fd = open(stage->path, O_RDWR | O_CLOEXEC);

	assert_int_equal(store_lock_try(fd), 0);
	(void)fault_interrupt_each(held, stage, "somebody");
	(void)close(fd);
	is_held_by_somebody("somebody", NULL);
}

static char *converted(void *argument)
{
	const struct stage *stage = argument;
	const struct conversion conversion = {.from_fd = open(stage->path, O_RDONLY | O_CLOEXEC),
		.to_fd = memfd_create("to", MFD_CLOEXEC),
		.from_format = IMAGE_FORMAT_QCOW2,
		.to_format = IMAGE_FORMAT_RAW,
		.from_name = "template"};

	return told(nvram_convert_by(&conversion, "true"));
}

static void a_conversion_works_or_is_named(void **state)
{
	fails_well(converted, *state, "converting 'template' from qcow2 to raw: ", 5);
	(void)fault_interrupt_each(converted, *state, WHOLE);
}

static char *child(void *argument)
{
	const struct confine_request confine = {.mode = SANDBOX_OFF};
	char *const argv[] = {(char *)"true", NULL};
	const struct child_request request = {.confine = &confine,
		.path = "/bin/true",
		.argv = argv,
		.envp = argv + 1,
		.socket_numbers = {NUMBER},
		.socket_count = 1};
	struct child started;
	struct error *error = child_start(&request, &started);

	(void)argument;
	if (error && started.pid != 0)
		return xstrdup("half a child");
	child_clear(&started);
	return told(error);
}

static void a_child_is_started_or_none_is_left(void **state)
{
	fails_well(child, *state, " ", 10);
	(void)fault_interrupt_each(child, *state, WHOLE);
}

static char *companion(void *argument)
{
	const struct stage *stage = argument;
	struct companion one = {.name = "tpm",
		.package = "swtpm",
		.line = 5,
		.socket = COMPANION_LISTEN,
		.forks = true,
		.fd = NUMBER,
		.own_fd = OTHER_NUMBER,
		.directory = stage->other};
	const struct companion_surroundings surroundings = {
		.search_path = "/bin", .directory = stage->folder, .environment = NULL};
	pid_t pid = 0;

	strings_add(&one.argv, "true");
	strings_add(&one.setup, "true");
	return told(companion_start(&one, &surroundings, &pid));
}

static void a_companion_is_started_or_named(void **state)
{
	fails_well(companion, *state, ": ", 10);
	(void)fault_interrupt_each(companion, *state, WHOLE);
}

#define ON_STAGE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_STAGE(an_overlay_is_made_or_named),
		ON_STAGE(a_copy_is_whole_or_fails),
		ON_STAGE(firmware_is_padded_or_named),
		ON_STAGE(a_cache_is_whole_or_absent),
		ON_STAGE(a_private_store_is_made_or_named),
		ON_STAGE(a_secret_is_opened_or_named),
		ON_STAGE(a_private_directory_is_made_or_named),
		ON_STAGE(a_holder_is_found_or_not),
		ON_STAGE(a_conversion_works_or_is_named),
		ON_STAGE(a_child_is_started_or_none_is_left),
		ON_STAGE(a_companion_is_started_or_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
