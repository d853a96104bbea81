/* SPDX-License-Identifier: MIT */
/* act/ready_socket: an address of its own for the guest, and only that guest is heard. The device
 * is a file in a /dev of the test's, and what the kernel says to it a filter's answer. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/vm_sockets.h>

#include <cmocka.h>

#include "act/ready_socket.h"
#include "base/memory.h"
#include "support/child.h"
#include "support/refuse.h"

#define DEV_BYTES (1UL << 20)

static char *open_in_own_dev(void *argument)
{
	struct ready_socket ready;
	int fd;

	if (!child_mount_memory("/dev", DEV_BYTES, false))
		return xstrdup("no mount");
	fd = open("/dev/vhost-vsock", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || close(fd) != 0)
		return xstrdup("no file");
	calls_refuse(argument, 1);
	if (!ready_socket_open(&ready))
		return xasprintf("none %d %d", ready.listen_fd, ready.vhost_fd);
	return xasprintf("%s %s %s %s", ready.listen_fd >= 0 ? "listens" : "",
		ready.guest_id >= 3 ? "guest" : "host", ready.port != VMADDR_PORT_ANY ? "port" : "",
		fcntl(ready.listen_fd, F_GETFL) & O_NONBLOCK ? "at once" : "waits");
}

/* False where the machine cannot show it. */
static bool opens(struct refusal refusal, const char *wanted)
{
	auto_free char *said = child_answer(open_in_own_dev, &refusal);

	if (strcmp(said, "no mount") == 0)
		return false;
	assert_string_equal(said, wanted);
	return true;
}

static bool has_vsock(void)
{
	int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0)
		(void)close(fd);
	return fd >= 0;
}

static void there_is_none_without_the_device(void **state)
{
	struct ready_socket ready;

	(void)state;
	if (access("/dev/vhost-vsock", F_OK) == 0)
		skip();
	assert_false(ready_socket_open(&ready));
	assert_int_equal(ready.listen_fd, -1);
	assert_int_equal(ready.vhost_fd, -1);
}

static void an_address_that_the_kernel_takes_is_listened_on(void **state)
{
	const struct refusal taken = {SYS_ioctl, 0, 0, 0};

	(void)state;
	if (!has_vsock() || !opens(taken, "listens guest port at once"))
		skip();
}

static void there_is_none_where_every_address_is_another_guests(void **state)
{
	const struct refusal in_use = {SYS_ioctl, EADDRINUSE, 0, 0};

	(void)state;
	if (!opens(in_use, "none -1 -1"))
		skip();
}

static void there_is_none_where_the_kernel_refuses(void **state)
{
	const struct refusal no_device = {SYS_ioctl, ENOTTY, 0, 0};
	const struct refusal no_chance = {SYS_getrandom, ENOSYS, 0, 0};

	(void)state;
	if (!opens(no_device, "none -1 -1") || !opens(no_chance, "none -1 -1"))
		skip();
}

static int listener(uint32_t *ret_port)
{
	struct sockaddr_vm address = {
		.svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY, .svm_port = VMADDR_PORT_ANY};
	socklen_t length = sizeof(address);
	int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(fd, 2), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	*ret_port = address.svm_port;
	return fd;
}

static int connect_here(uint32_t port)
{
	const struct sockaddr_vm address = {
		.svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_LOCAL, .svm_port = port};
	int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static void another_guest_is_not_heard(void **state)
{
	uint32_t port = 0;
	int listens = listener(&port);
	int caller = listens >= 0 ? connect_here(port) : -1;
	int accepted;

	(void)state;
	if (caller < 0)
		skip();
	assert_int_equal(ready_socket_accept(listens, 4711), -1);
	(void)close(caller);
	caller = connect_here(port);
	accepted = ready_socket_accept(listens, VMADDR_CID_LOCAL);
	assert_true(accepted >= 0);
	assert_int_equal(ready_socket_accept(listens, VMADDR_CID_LOCAL), -1); /* nobody else */
	(void)close(accepted);
	(void)close(caller);
	(void)close(listens);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_is_none_without_the_device),
		cmocka_unit_test(an_address_that_the_kernel_takes_is_listened_on),
		cmocka_unit_test(there_is_none_where_every_address_is_another_guests),
		cmocka_unit_test(there_is_none_where_the_kernel_refuses),
		cmocka_unit_test(another_guest_is_not_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
