/* SPDX-License-Identifier: MIT */
/* act/openings: what is opened for QEMU has its number and holds what it should; what cannot be
 * opened is named, with its line of the spec and what to do. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/openings.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/child.h"
#include "support/refuse.h"
#include "support/tempdir.h"

#define NUMBER 70
#define BEYOND 128

static int set_up(void **state)
{
	*state = tempdir_make();
	return 0;
}

static int tear_down(void **state)
{
	tempdir_remove(*state);
	return 0;
}

/* The text of the descriptor, whose number is free again then. */
static char *text_of(int fd)
{
	char *text = xcalloc(BEYOND, 1);

	assert_true(pread(fd, text, BEYOND - 1, 0) >= 0);
	(void)close(fd);
	return text;
}

static void refuses(const struct opening *opening, const char *wanted)
{
	auto_error struct error *error = opening_make(opening);

	assert_non_null(error);
	if (!strstr(error->text, wanted))
		fail_msg("wanted '%s', got '%s'", wanted, error->text);
	assert_int_equal(fcntl(NUMBER, F_GETFD), -1);
}

static void a_secret_is_its_file_without_the_last_newline(void **state)
{
	static const char *const files[][2] = {
		{"pass\n", "pass"}, {"pass", "pass"}, {"two\n\n", "two\n"}, {"", ""}, {"\n", ""}};

	for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
		auto_free char *path = tempdir_path(*state, "secret");
		const struct opening opening = {.kind = OPENING_SECRET, .fd = NUMBER, .path = path};
		auto_free char *text = NULL;

		tempdir_text(*state, "secret", files[i][0]);
		assert_null(opening_make(&opening));
		text = text_of(NUMBER);
		assert_string_equal(text, files[i][1]);
	}
}

static void a_secret_that_is_none_is_refused(void **state)
{
	auto_free char *path = tempdir_path(*state, "secret");
	const struct opening opening = {
		.kind = OPENING_SECRET, .fd = NUMBER, .path = path, .line = 7};

	refuses(&opening, "line 7: cannot open secret '");
	refuses(&opening, "write the password");
	tempdir_zeros(*state, "secret", 4097);
	refuses(&opening, "line 7: ");
}

static void a_text_is_inherited_as_it_is(void **state)
{
	const struct opening opening = {
		.kind = OPENING_TEXT, .fd = NUMBER, .text = (char *)"user:\n"};
	auto_free char *text = NULL;

	(void)state;
	assert_null(opening_make(&opening));
	assert_int_equal(fcntl(NUMBER, F_GETFD), 0);
	text = text_of(NUMBER);
	assert_string_equal(text, "user:\n");
}

static void a_number_that_is_taken_is_an_error(void **state)
{
	const struct opening opening = {.kind = OPENING_TEXT, .fd = 2, .text = (char *)"text"};
	auto_error struct error *error = opening_make(&opening);
	const struct opening beyond = {.kind = OPENING_TEXT, .fd = 1 << 30, .text = (char *)"text"};

	(void)state;
	assert_string_equal(error->text, "descriptor 2 is open already");
	refuses(&beyond, "descriptor 1073741824: ");
}

static void a_device_is_opened_or_explained(void **state)
{
	const struct opening null = {
		.kind = OPENING_DEVICE, .fd = NUMBER, .path = (char *)"/dev/null"};
	const struct opening none = {
		.kind = OPENING_DEVICE, .fd = NUMBER, .line = 3, .path = (char *)"/dev/nowhere"};
	struct stat status;

	(void)state;
	assert_null(opening_make(&null));
	assert_int_equal(fstat(NUMBER, &status), 0);
	assert_true(S_ISCHR(status.st_mode));
	(void)close(NUMBER);
	refuses(&none, "line 3: cannot open '/dev/nowhere': No such file or directory");
}

/* In a child, what is said of the device `argument` when it may not be opened. */
static char *shut_device(void *argument)
{
	static const struct refusal refusal = {SYS_openat, EACCES, 0, 0};
	const struct opening opening = {.kind = OPENING_DEVICE, .fd = NUMBER, .path = argument};

	calls_refuse(&refusal, 1);
	return opening_make(&opening)->text;
}

static void a_device_whose_module_is_missing_says_which(void **state)
{
	static const char *const devices[][2] = {
		{"/dev/vhost-vsock", "load the module vhost_vsock"},
		{"/dev/vhost-net", "load the module vhost_net, or write <driver name='qemu'/>"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(devices); i++) {
		auto_free char *said = child_answer(shut_device, (void *)devices[i][0]);

		assert_non_null(strstr(said, devices[i][1]));
	}
}

static void a_socket_is_connected(void **state)
{
	auto_free char *path = tempdir_path(*state, "socket");
	const struct opening opening = {
		.kind = OPENING_SOCKET, .fd = NUMBER, .line = 9, .path = path};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int accepted;
	char byte = 0;

	refuses(&opening, "line 9: cannot connect to '");
	refuses(&opening, "start what listens there first");
	assert_true(strlen(path) < sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path) + 1);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_null(opening_make(&opening));
	accepted = accept(listener, NULL, NULL);
	assert_int_equal(write(accepted, "x", 1), 1);
	assert_int_equal(read(NUMBER, &byte, 1), 1);
	assert_int_equal(byte, 'x');
	(void)close(NUMBER);
	(void)close(accepted);
	(void)close(listener);
}

static void a_socket_of_a_long_name_is_refused(void **state)
{
	char path[BEYOND];
	const struct opening opening = {.kind = OPENING_SOCKET, .fd = NUMBER, .path = path};

	(void)state;
	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	refuses(&opening, "is too long for the name of a socket");
}

struct refused {
	struct refusal refusal;
	enum opening_kind kind;
	const char *text;
};

static char *refused_opening(void *argument)
{
	const struct refused *refused = argument;
	const struct opening opening = {.kind = refused->kind,
		.fd = NUMBER,
		.path = (char *)(refused->kind == OPENING_SECRET ? "/etc/passwd" : "/dev/null"),
		.text = (char *)"text"};

	calls_refuse(&refused->refusal, 1);
	return opening_make(&opening)->text;
}

static void what_the_kernel_has_no_more_of_is_an_error(void **state)
{
	static const struct refused cases[] = {
		{{SYS_memfd_create, ENOMEM, 0, 0}, OPENING_TEXT, "memory for a password: Cannot"},
		{{SYS_write, ENOSPC, 3, 4}, OPENING_TEXT, "memory for a password: No space"},
		{{SYS_socket, EMFILE, 0, 0}, OPENING_SOCKET, "socket: Too many"},
		{{SYS_read, EIO, 0, 0}, OPENING_SECRET, "Input/output"},
		{{SYS_dup2, EMFILE, 0, 0}, OPENING_DEVICE, "descriptor 70: Too many"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		auto_free char *said = child_answer(refused_opening, (void *)&cases[i]);

		if (!strstr(said, cases[i].text))
			fail_msg("wanted '%s', got '%s'", cases[i].text, said);
	}
}

static void a_private_directory_is_made_with_all_above_it(void **state)
{
	auto_free char *path = tempdir_path(*state, "one/two/three");
	struct stat status;

	assert_null(private_directory_make(path));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode, S_IFDIR | 0700);
	assert_null(private_directory_make(path)); /* again */
}

static void directory_refused(const char *path, const char *wanted)
{
	auto_error struct error *error = private_directory_make(path);

	assert_non_null(error);
	if (!strstr(error->text, wanted))
		fail_msg("wanted '%s', got '%s'", wanted, error->text);
}

static void a_directory_that_is_not_private_is_refused(void **state)
{
	auto_free char *path = tempdir_path(*state, "open");
	auto_free char *file = tempdir_path(*state, "file");
	auto_free char *below = tempdir_path(*state, "file/below");
	auto_free char *dangling = tempdir_path(*state, "dangling");
	auto_free char *deep = tempdir_path(*state, "file/below/it");

	tempdir_directory(*state, "open");
	assert_int_equal(chmod(path, 0770), 0);
	directory_refused(path, "is a directory that others may write; remove it");
	assert_int_equal(chmod(path, 0707), 0);
	directory_refused(path, "is a directory that others may write; remove it");
	tempdir_text(*state, "file", "");
	directory_refused(file, "is not a directory");
	directory_refused(below, "cannot make '");
	directory_refused(deep, "cannot make '");
	tempdir_link(*state, "dangling", "nowhere");
	directory_refused(dangling, "No such file or directory");
}

static void a_strangers_directory_is_refused(void **state)
{
	auto_free char *path = NULL;

	if (geteuid() != 0)
		skip();
	path = tempdir_path(*state, "theirs");
	tempdir_directory(*state, "theirs");
	assert_int_equal(chmod(path, 0700), 0);
	assert_null(private_directory_make(path));
	assert_int_equal(chown(path, 65534, 65534), 0);
	directory_refused(path, "that others may write");
}

static char *on_cpus(void *argument)
{
	const unsigned int *cpu = argument;
	struct error *error = cpus_set(cpu, 1);
	cpu_set_t set;

	if (error)
		return error->text;
	(void)sched_getaffinity(0, sizeof(set), &set);
	return xasprintf("%d, %d in it", CPU_COUNT(&set), CPU_ISSET(*cpu, &set) != 0);
}

static void the_process_runs_on_the_named_cpus(void **state)
{
	unsigned int here = (unsigned int)sched_getcpu();
	unsigned int nowhere = 100000;
	auto_free char *one = child_answer(on_cpus, &here);
	auto_free char *none = child_answer(on_cpus, &nowhere);

	(void)state;
	assert_null(cpus_set(NULL, 0));
	assert_string_equal(one, "1, 1 in it");
	assert_non_null(strstr(none, "CPU 100000 may not be there"));
}

#define WITH_FOLDER(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FOLDER(a_secret_is_its_file_without_the_last_newline),
		WITH_FOLDER(a_secret_that_is_none_is_refused),
		cmocka_unit_test(a_text_is_inherited_as_it_is),
		cmocka_unit_test(a_number_that_is_taken_is_an_error),
		cmocka_unit_test(a_device_is_opened_or_explained),
		cmocka_unit_test(a_device_whose_module_is_missing_says_which),
		WITH_FOLDER(a_socket_is_connected),
		cmocka_unit_test(a_socket_of_a_long_name_is_refused),
		cmocka_unit_test(what_the_kernel_has_no_more_of_is_an_error),
		WITH_FOLDER(a_private_directory_is_made_with_all_above_it),
		WITH_FOLDER(a_directory_that_is_not_private_is_refused),
		WITH_FOLDER(a_strangers_directory_is_refused),
		cmocka_unit_test(the_process_runs_on_the_named_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
