/* SPDX-License-Identifier: MIT */
/* act/notify: the service manager hears it once, by path and by abstract name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/notify.h"
#include "base/file.h"
#include "base/memory.h"
#include "support/tempdir.h"

static int listen_at(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_true(strlen(name) < sizeof(address.sun_path));
	memcpy(address.sun_path, name, strlen(name));
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, length), 0);
	return fd;
}

static void assert_heard_once(int fd)
{
	char heard[64] = {0};

	assert_int_equal(recv(fd, heard, sizeof(heard) - 1, MSG_DONTWAIT), strlen("READY=1"));
	assert_string_equal(heard, "READY=1");
	assert_int_equal(recv(fd, heard, sizeof(heard), MSG_DONTWAIT), -1);
}

static void a_path_is_told(void **state)
{
	char *directory = tempdir_make();
	auto_free char *path = xasprintf("%s/notify", directory);
	auto_fd int fd = listen_at(path);

	(void)state;
	assert_null(notify_started(path));
	assert_heard_once(fd);
	tempdir_remove(directory);
}

static void an_abstract_name_is_told(void **state)
{
	auto_free char *name = xasprintf("@slipway-test-notify-%d", (int)getpid());
	auto_fd int fd = listen_at(name);

	(void)state;
	assert_null(notify_started(name));
	assert_heard_once(fd);
}

static void nobody_asked_is_no_error(void **state)
{
	(void)state;
	assert_null(notify_started(NULL));
	assert_null(notify_started(""));
}

static void assert_refused(const char *name, const char *text)
{
	auto_error struct error *error = notify_started(name);

	assert_non_null(error);
	assert_non_null(strstr(error->text, text));
}

static void what_cannot_be_told_is_an_error(void **state)
{
	auto_free char *longer = xasprintf("/%0200d", 0);

	(void)state;
	assert_refused("/nonexistent/notify", "'/nonexistent/notify': No such file");
	assert_refused("vsock:2:1234", "neither a path nor an abstract name");
	assert_refused("/", "neither a path nor an abstract name");
	assert_refused(longer, "is too long");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_is_told),
		cmocka_unit_test(an_abstract_name_is_told),
		cmocka_unit_test(nobody_asked_is_no_error),
		cmocka_unit_test(what_cannot_be_told_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
