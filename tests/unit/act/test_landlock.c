/* SPDX-License-Identifier: MIT */
/* act/landlock: only what a rule names can be opened, with each version of the kernel's interface.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/landlock.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/tempdir.h"

/* Every version up to this one can be asked for on a newer kernel. */
#define ABI_NEWEST 9

#define PROGRAM_LIMIT_BYTES (16 * 1024 * 1024)
#define RULES_MANY 200
#define FILES_FEW 64

struct stage {
	char *folder;
	char *read;  /* a file with a read rule */
	char *write; /* a file with a write rule */
	char *other; /* a file without one */
	char *directory;
	struct path_rule rules[4];
	struct landlock_request request;
};

static int set_up(void **state)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));

	stage->folder = tempdir_make();
	stage->read = tempdir_path(stage->folder, "read");
	stage->write = tempdir_path(stage->folder, "write");
	stage->other = tempdir_path(stage->folder, "other");
	stage->directory = tempdir_path(stage->folder, "directory");
	tempdir_text(stage->folder, "read", "text");
	tempdir_text(stage->folder, "write", "text");
	tempdir_text(stage->folder, "other", "text");
	tempdir_directory(stage->folder, "directory");
	stage->rules[0] = (struct path_rule){.path = stage->read};
	stage->rules[1] = (struct path_rule){.path = stage->write, .write = true};
	stage->rules[2] =
		(struct path_rule){.path = stage->directory, .write = true, .directory = true};
	stage->rules[3] = (struct path_rule){.path = (char *)"/nonexistent", .write = true};
	stage->request =
		(struct landlock_request){.paths = stage->rules, .path_count = 4, .program = NULL};
	*state = stage;
	return 0;
}

static int tear_down(void **state)
{
	struct stage *stage = *state;

	tempdir_remove(stage->folder);
	free(stage->read);
	free(stage->write);
	free(stage->other);
	free(stage->directory);
	free(stage);
	return 0;
}

/* In the place of the stage's own rules. */
static void only(struct stage *stage, const struct path_rule *rule)
{
	stage->request.paths = rule;
	stage->request.path_count = 1;
}

typedef int attempt_function(const struct stage *stage);

/* Limits a child and lets it try: its errno, 0 for success. */
static int try_limited(const struct stage *stage, int abi, attempt_function *attempt)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		int fd = -1;

		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
			landlock_prepare(&stage->request, abi, &fd) || landlock_apply(fd))
			_exit(255);
		_exit(attempt(stage));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), 255);
	return WEXITSTATUS(status);
}

static int newest(void)
{
	int abi = landlock_abi();

	if (abi == 0)
		skip();
	return abi < ABI_NEWEST ? abi : ABI_NEWEST;
}

static int try_open(const char *path, int flags)
{
	return open(path, flags | O_CLOEXEC, 0600) < 0 ? errno : 0;
}

static int read_a_read_rule(const struct stage *stage)
{
	return try_open(stage->read, O_RDONLY);
}

static int write_a_read_rule(const struct stage *stage)
{
	return try_open(stage->read, O_RDWR);
}

static int write_a_write_rule(const struct stage *stage)
{
	return try_open(stage->write, O_RDWR | O_TRUNC);
}

static int read_the_other(const struct stage *stage)
{
	return try_open(stage->other, O_RDONLY);
}

static int truncate_the_other(const struct stage *stage)
{
	return truncate(stage->other, 1) != 0 ? errno : 0;
}

static int remove_the_other(const struct stage *stage)
{
	return unlink(stage->other) != 0 ? errno : 0;
}

static int make_in_the_directory(const struct stage *stage)
{
	if (chdir(stage->directory) != 0)
		return errno;
	if (try_open("new", O_RDWR | O_CREAT) || mkdir("folder", 0700) != 0 ||
		rename("new", "folder/renamed") != 0 || unlink("folder/renamed") != 0 ||
		rmdir("folder") != 0)
		return errno;
	return 0;
}

static int make_beside_it(const struct stage *stage)
{
	return chdir(stage->folder) != 0 ? errno : try_open("new", O_RDWR | O_CREAT);
}

static int make_a_device(const struct stage *stage)
{
	return chdir(stage->directory) != 0                ? 254
	       : mknod("null", S_IFCHR | 0600, 0x103) != 0 ? errno
							   : 0;
}

static void only_what_is_named_can_be_opened(void **state)
{
	const struct stage *stage = *state;

	for (int abi = 1; abi <= newest(); abi++) {
		assert_int_equal(try_limited(stage, abi, read_a_read_rule), 0);
		assert_int_equal(try_limited(stage, abi, write_a_read_rule), EACCES);
		assert_int_equal(try_limited(stage, abi, write_a_write_rule), 0);
		assert_int_equal(try_limited(stage, abi, read_the_other), EACCES);
		assert_int_equal(try_limited(stage, abi, remove_the_other), EACCES);
		assert_int_equal(try_limited(stage, abi, make_beside_it), EACCES);
	}
}

static void a_write_directory_is_a_home(void **state)
{
	/* Version 1 lets nobody rename from one directory to another. */
	for (int abi = 2; abi <= newest(); abi++)
		assert_int_equal(try_limited(*state, abi, make_in_the_directory), 0);
}

static void devices_cannot_be_made_anywhere(void **state)
{
	if (geteuid() != 0)
		skip();
	assert_int_equal(try_limited(*state, newest(), make_a_device), EACCES);
}

static void truncation_is_limited_from_version_3(void **state)
{
	if (newest() < 3)
		skip();
	assert_int_equal(try_limited(*state, 3, truncate_the_other), EACCES);
	assert_int_equal(try_limited(*state, 2, truncate_the_other), 0);
}

static int ioctl_null(const struct stage *stage)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	int size = 0;

	(void)stage;
	if (fd < 0)
		return 254;
	/* The driver knows no request: ENOTTY says that it was asked. */
	return ioctl(fd, _IOR('x', 1, int), &size) != 0 ? errno : 0;
}

static void ioctl_is_for_devices_that_say_so(void **state)
{
	struct stage *stage = *state;
	struct path_rule rule = {.path = (char *)"/dev/null", .write = true};

	if (newest() < 5)
		skip();
	only(stage, &rule);
	assert_int_equal(try_limited(stage, 5, ioctl_null), EACCES);
	assert_int_equal(try_limited(stage, 4, ioctl_null), ENOTTY);
	rule.device = true;
	assert_int_equal(try_limited(stage, 5, ioctl_null), ENOTTY);
}

/* A port that nobody has: bound here and let go. */
static uint16_t free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	(void)close(fd);
	return ntohs(address.sin_port);
}

static int use_port(const struct stage *stage, bool listening)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons(stage->request.ports[0].port);
	if ((listening ? bind : connect)(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		return errno;
	return 0;
}

static int bind_the_port(const struct stage *stage)
{
	return use_port(stage, true);
}

static int connect_to_the_port(const struct stage *stage)
{
	return use_port(stage, false);
}

static void ports_are_limited_from_version_4(void **state)
{
	struct stage *stage = *state;
	const struct port_rule listening = {.port = free_port(), .listen = true};
	const struct port_rule connecting = {.port = listening.port, .listen = false};

	if (newest() < 4)
		skip();
	stage->request.ports = &listening;
	stage->request.port_count = 1;
	assert_int_equal(try_limited(stage, 4, bind_the_port), 0);
	assert_int_equal(try_limited(stage, 4, connect_to_the_port), EACCES);
	assert_int_equal(try_limited(stage, 3, connect_to_the_port), ECONNREFUSED);
	stage->request.ports = &connecting;
	assert_int_equal(try_limited(stage, 4, bind_the_port), EACCES);
	assert_int_equal(try_limited(stage, 4, connect_to_the_port), ECONNREFUSED);
	stage->request.any_listen = true;
	assert_int_equal(try_limited(stage, 4, bind_the_port), 0);
	stage->request.any_connect = true;
	stage->request.ports = &listening;
	assert_int_equal(try_limited(stage, 4, connect_to_the_port), ECONNREFUSED);
}

static int signal_the_parent(const struct stage *stage)
{
	(void)stage;
	return kill(getppid(), 0) != 0 ? errno : 0;
}

static void signals_stay_inside_from_version_6(void **state)
{
	if (newest() < 6)
		skip();
	assert_int_equal(try_limited(*state, 6, signal_the_parent), EPERM);
	assert_int_equal(try_limited(*state, 5, signal_the_parent), 0);
}

static void no_version_limits_nothing(void **state)
{
	const struct stage *stage = *state;
	int fd = 0;

	assert_null(landlock_prepare(&stage->request, 0, &fd));
	assert_int_equal(fd, -1);
	assert_null(landlock_apply(fd));
}

static void what_a_kernel_lacks_is_told(void **state)
{
	auto_strings struct strings none = {NULL, 0};
	auto_strings struct strings old = {NULL, 0};
	auto_strings struct strings enough = {NULL, 0};

	(void)state;
	landlock_gaps(0, &none);
	landlock_gaps(2, &old);
	landlock_gaps(LANDLOCK_ABI_WANTED, &enough);
	assert_int_equal(none.count, 1);
	assert_non_null(strstr(none.items[0], "no Landlock"));
	assert_int_equal(old.count, 4);
	assert_non_null(strstr(old.items[0], "truncating"));
	assert_int_equal(enough.count, 0);
}

static void a_path_that_cannot_be_looked_at_is_named(void **state)
{
	struct stage *stage = *state;
	auto_free char *inside = tempdir_path(stage->folder, "read/inside");
	auto_free char *loop = tempdir_path(stage->folder, "loop");
	struct path_rule rules[] = {{.path = inside}, {.path = loop}};
	auto_error struct error *error = NULL;
	int fd;

	(void)newest();
	tempdir_link(stage->folder, "loop", "loop");
	stage->request.paths = rules;
	stage->request.path_count = 2;
	error = landlock_prepare(&stage->request, 1, &fd);
	assert_non_null(error);
	assert_non_null(strstr(error->text, loop));
	assert_int_equal(error->number, ELOOP);
}

static int write_the_program(const struct stage *stage)
{
	return try_open(stage->other, O_WRONLY) == EACCES && try_open(stage->other, O_RDONLY) == 0
		       ? 0
		       : 1;
}

static void the_program_is_read_and_never_written(void **state)
{
	struct stage *stage = *state;

	stage->request.program = stage->other;
	assert_int_equal(try_limited(stage, newest(), write_the_program), 0);
}

static int execute_the_program(const struct stage *stage)
{
	char *const argv[] = {(char *)stage->request.program, NULL};

	(void)execv(argv[0], argv);
	return errno;
}

static char *copy_of_true(const struct stage *stage)
{
	auto_fd int fd = file_open("/bin/true", O_RDONLY);
	auto_free char *bytes = NULL;
	char *path = tempdir_path(stage->folder, "true");
	size_t size = 0;

	assert_null(file_read(fd, "true", PROGRAM_LIMIT_BYTES, &bytes, &size));
	tempdir_write(stage->folder, "true", bytes, size);
	assert_int_equal(chmod(path, 0700), 0);
	return path;
}

/* What may be written may not be executed for that. */
static void the_program_is_executed_whatever_rule_it_has(void **state)
{
	struct stage *stage = *state;
	auto_free char *program = copy_of_true(stage);
	struct path_rule rules[] = {
		{.path = (char *)"/usr", .directory = true},
		{.path = (char *)"/lib", .directory = true},
		{.path = (char *)"/lib64", .directory = true},
		{.path = (char *)"/etc/ld.so.cache"},
		{.path = program, .write = true},
	};

	stage->request.paths = rules;
	stage->request.path_count = ARRAY_COUNT(rules);
	stage->request.program = program;
	assert_int_equal(try_limited(stage, newest(), execute_the_program), 0);
	rules[4].write = false;
	assert_int_equal(try_limited(stage, newest(), execute_the_program), 0);
	stage->request.path_count--;
	assert_int_equal(try_limited(stage, newest(), execute_the_program), 0);
}

/* By another's name, which its descriptor does not have. */
static void the_program_that_is_open_is_not_opened(void **state)
{
	struct stage *stage = *state;
	auto_fd int fd = file_open(stage->other, O_RDONLY);

	stage->request.program = stage->write;
	stage->request.program_fd = fd;
	stage->rules[1].path = stage->read;
	assert_int_equal(try_limited(stage, newest(), read_the_other), 0);
	stage->rules[1].path = stage->write;
	assert_int_equal(try_limited(stage, newest(), read_the_other), 0);
	assert_int_equal(try_limited(stage, newest(), write_a_write_rule), EACCES);
}

static void many_rules_need_few_descriptors(void **state)
{
	struct stage *stage = *state;
	struct path_rule rules[RULES_MANY];
	struct rlimit before;
	struct rlimit few;

	for (size_t i = 0; i < RULES_MANY; i++)
		rules[i] = (struct path_rule){.path = stage->read};
	stage->request.paths = rules;
	stage->request.path_count = RULES_MANY;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = (struct rlimit){.rlim_cur = FILES_FEW, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_int_equal(try_limited(stage, newest(), read_a_read_rule), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

static int write_what_was_made(const struct stage *stage)
{
	if (chdir(stage->directory) != 0)
		return 254;
	return try_open("log", O_WRONLY | O_CREAT | O_TRUNC);
}

static int make_in_a_directory(const struct stage *stage)
{
	return chdir(stage->directory) != 0 ? 254 : try_open("new", O_WRONLY | O_CREAT);
}

static int remove_what_was_made(const struct stage *stage)
{
	if (chdir(stage->directory) != 0)
		return 254;
	return unlink("log") != 0 ? errno : 0;
}

static void an_output_is_made_and_nothing_beside_it(void **state)
{
	struct stage *stage = *state;
	auto_free char *log = tempdir_path(stage->directory, "log");
	struct path_rule rule = {.path = log, .write = true, .made = true};
	struct stat status;

	only(stage, &rule);
	assert_int_equal(try_limited(stage, newest(), write_what_was_made), 0);
	assert_int_equal(stat(log, &status), 0);
	assert_int_equal(status.st_size, 0);
	assert_int_equal(try_limited(stage, newest(), make_in_a_directory), EACCES);
	assert_int_equal(try_limited(stage, newest(), remove_what_was_made), EACCES);
}

static void an_output_that_is_there_stays_as_it_is(void **state)
{
	struct stage *stage = *state;
	auto_error struct error *error = NULL;
	auto_fd int fd = -1;
	struct stat status;

	stage->rules[1].made = true;
	error = landlock_prepare(&stage->request, newest(), &fd);
	assert_null(error);
	assert_int_equal(stat(stage->write, &status), 0);
	assert_int_equal(status.st_size, strlen("text"));
}

static void an_output_that_cannot_be_made_is_named(void **state)
{
	struct stage *stage = *state;
	auto_error struct error *error = NULL;
	int fd = -1;

	stage->rules[3].path = (char *)"/nonexistent/log";
	stage->rules[3].made = true;
	error = landlock_prepare(&stage->request, newest(), &fd);
	assert_non_null(error);
	assert_non_null(strstr(error->text, "cannot make '/nonexistent/log'"));
	assert_int_equal(fd, -1);
}

static void an_output_may_be_a_link_of_ones_own(void **state)
{
	struct stage *stage = *state;
	auto_free char *log = tempdir_path(stage->directory, "log");
	struct path_rule rule = {.path = log, .write = true, .made = true};

	assert_int_equal(symlink("../write", log), 0);
	only(stage, &rule);
	assert_int_equal(try_limited(stage, newest(), write_a_write_rule), 0);
	assert_int_equal(unlink(log), 0);
	assert_int_equal(symlink("../new", log), 0); /* made where it leads */
	assert_int_equal(try_limited(stage, newest(), write_what_was_made), 0);
}

static void an_output_is_no_link_of_another_users(void **state)
{
	struct stage *stage = *state;
	auto_error struct error *error = NULL;
	auto_free char *log = tempdir_path(stage->directory, "log");
	struct path_rule rule = {.path = log, .write = true, .made = true};
	int fd = -1;

	if (geteuid() != 0)
		skip();
	assert_int_equal(symlink("../other", log), 0);
	assert_int_equal(lchown(log, 65534, 65534), 0);
	only(stage, &rule);
	error = landlock_prepare(&stage->request, newest(), &fd);
	assert_non_null(error);
	assert_non_null(strstr(error->text, "log' is a symbolic link of another user's"));
	assert_int_equal(fd, -1);
}

static void the_reader_of_an_output_waits_for_qemu(void **state)
{
	struct stage *stage = *state;
	auto_error struct error *error = NULL;
	auto_fd int reader = -1;
	auto_free char *log = tempdir_path(stage->directory, "log");
	struct path_rule rule = {.path = log, .write = true, .made = true};
	auto_fd int fd = -1;

	assert_int_equal(mkfifo(log, 0600), 0);
	reader = open(log, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	only(stage, &rule);
	error = landlock_prepare(&stage->request, newest(), &fd);
	assert_null(error);
	/* nobody has written to it yet, and it has not come to its end either */
	assert_int_equal(poll(&(struct pollfd){.fd = reader, .events = POLLIN}, 1, 0), 0);
}

static int make_a_socket(const struct stage *stage)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (chdir(stage->directory) != 0)
		return 254;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || unlink("socket") != 0)
		return errno;
	return 0;
}

static int read_among_sockets(const struct stage *stage)
{
	return chdir(stage->directory) != 0 ? 254 : try_open("there", O_RDONLY);
}

static int write_among_sockets(const struct stage *stage)
{
	return chdir(stage->directory) != 0 ? 254 : try_open("there", O_WRONLY);
}

static void a_directory_of_sockets_has_no_files(void **state)
{
	struct stage *stage = *state;

	stage->rules[2].sockets = true;
	tempdir_text(stage->directory, "there", "text");
	for (int abi = 1; abi <= newest(); abi++) {
		assert_int_equal(try_limited(stage, abi, make_a_socket), 0);
		assert_int_equal(try_limited(stage, abi, make_in_a_directory), EACCES);
		assert_int_equal(try_limited(stage, abi, read_among_sockets), EACCES);
		assert_int_equal(try_limited(stage, abi, write_among_sockets), EACCES);
	}
	stage->rules[2].write = false; /* only connected to */
	assert_int_equal(try_limited(stage, newest(), make_a_socket), EACCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			only_what_is_named_can_be_opened, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_program_is_read_and_never_written, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_program_is_executed_whatever_rule_it_has, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_program_that_is_open_is_not_opened, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_output_is_made_and_nothing_beside_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_output_that_is_there_stays_as_it_is, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_output_that_cannot_be_made_is_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_output_may_be_a_link_of_ones_own, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_output_is_no_link_of_another_users, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_reader_of_an_output_waits_for_qemu, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_directory_of_sockets_has_no_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_rules_need_few_descriptors, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_write_directory_is_a_home, set_up, tear_down),
		cmocka_unit_test_setup_teardown(devices_cannot_be_made_anywhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			truncation_is_limited_from_version_3, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			ioctl_is_for_devices_that_say_so, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			ports_are_limited_from_version_4, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			signals_stay_inside_from_version_6, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_version_limits_nothing, set_up, tear_down),
		cmocka_unit_test(what_a_kernel_lacks_is_told),
		cmocka_unit_test_setup_teardown(
			a_path_that_cannot_be_looked_at_is_named, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
