/* SPDX-License-Identifier: MIT */
/* act/tap: tap devices in a network of the test's own, and what is said where one cannot be had. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/openings.h"
#include "base/memory.h"
#include "support/child.h"
#include "support/refuse.h"
#include "support/tempdir.h"

#define NO_NETWORK "no network of its own"

struct tap_case {
	struct opening opening;
	struct refusal refusal; /* .call 0: none */
	const char *text;       /* of the error; or "IFNAME MTU up" of the device */
};

/* "NAME MTU up|down" of the device that the descriptor is. */
static char *look_at(int fd)
{
	struct ifreq name = {0}, mtu = {0}, flags = {0};
	int probe = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (ioctl(fd, TUNGETIFF, &name) != 0)
		return xstrdup("it is no tap device");
	memcpy(mtu.ifr_name, name.ifr_name, sizeof(mtu.ifr_name));
	memcpy(flags.ifr_name, name.ifr_name, sizeof(flags.ifr_name));
	if (ioctl(probe, SIOCGIFMTU, &mtu) != 0 || ioctl(probe, SIOCGIFFLAGS, &flags) != 0)
		return xstrdup("it cannot be looked at");
	return xasprintf(
		"%s %d %s", name.ifr_name, mtu.ifr_mtu, flags.ifr_flags & IFF_UP ? "up" : "down");
}

static bool has_own_network(void)
{
	return unshare(CLONE_NEWNET) == 0 && access("/dev/net/tun", R_OK | W_OK) == 0;
}

static char *opened(void *argument)
{
	const struct tap_case *tap = argument;
	struct error *error;
	int fd = -1;

	if (!has_own_network())
		return xstrdup(NO_NETWORK);
	if (tap->refusal.call)
		calls_refuse(&tap->refusal, 1);
	error = tap->opening.kind == OPENING_MACVTAP ? macvtap_open(&tap->opening, &fd)
						     : tap_open(&tap->opening, &fd);
	return error ? error->text : look_at(fd);
}

static void check(const struct tap_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		auto_free char *said = child_answer(opened, (void *)&cases[i]);

		if (strcmp(said, NO_NETWORK) == 0) {
			free_pointer(&said);
			skip();
		}
		if (!strstr(said, cases[i].text))
			fail_msg("wanted '%s', got '%s'", cases[i].text, said);
	}
}

#define TAP(...) .opening = {.kind = OPENING_TAP, __VA_ARGS__}
#define LONG_NAME (char *)"a-name-of-16-bytes"

static void a_device_is_made_and_brought_up(void **state)
{
	static const struct tap_case cases[] = {
		{TAP(.name = (char *)"one"), .text = "one 1500 up"},
		{TAP(.mtu = 9000), .text = "tap0 9000 up"},
		{TAP(.name = (char *)"two", .multiqueue = true), .text = "two 1500 up"},
	};

	(void)state;
	check(cases, ARRAY_COUNT(cases));
}

static void what_cannot_be_made_is_named(void **state)
{
	static const struct tap_case cases[] = {
		{TAP(.name = LONG_NAME), .text = "'a-name-of-16-bytes' is too long for the name"},
		{TAP(.bridge = LONG_NAME), .text = "'a-name-of-16-bytes' is too long for the name"},
		{TAP(.path = (char *)"/dev/nowhere"), .text = "cannot open '/dev/nowhere'"},
		{TAP(.name = (char *)"none", .must_exist = true), .text = "network device 'none'"},
		{TAP(.name = (char *)"lo"), .text = "tap device 'lo'"},
		{TAP(.queue_of = 1), .text = "tap device of descriptor 1"},
		{TAP(.bridge = (char *)"none"), .text = "cannot join 'tap0' to bridge 'none'"},
		{TAP(.mtu = 1), .text = "MTU 1 of 'tap0'"},
		{TAP(.name = (char *)"one"), .refusal = {SYS_socket, EMFILE, 0, 0},
			.text = "socket: "},
		{TAP(.name = (char *)"one"), .refusal = {SYS_ioctl, EIO, 2, SIOCGIFFLAGS},
			.text = "'one': Input/output error"},
		{TAP(.name = (char *)"one"), .refusal = {SYS_ioctl, EIO, 2, SIOCSIFFLAGS},
			.text = "cannot bring 'one' up: Input/output error"},
		{TAP(.name = NULL), .refusal = {SYS_ioctl, EIO, 2, (uint32_t)TUNSETIFF},
			.text = "tap device 'tap%d': Input/output error"},
	};

	(void)state;
	check(cases, ARRAY_COUNT(cases));
}

/* Only where there is no helper of QEMU's, which would be asked first, is the hint certain. */
static void who_may_not_is_told_what_to_do(void **state)
{
	static const struct tap_case cases[] = {
		{TAP(.name = (char *)"one"), .refusal = {SYS_ioctl, EPERM, 2, (uint32_t)TUNSETIFF},
			.text = "making one needs the right to (CAP_NET_ADMIN)"},
		{TAP(.path = (char *)"/dev/net/tun"), .refusal = {SYS_openat, EACCES, 0, 0},
			.text = "making one needs the right to (CAP_NET_ADMIN)"},
		{TAP(.bridge = (char *)"br", .multiqueue = true),
			.refusal = {SYS_ioctl, EPERM, 2, (uint32_t)TUNSETIFF},
			.text = "making one needs the right to (CAP_NET_ADMIN)"},
		{TAP(.bridge = (char *)"br", .mtu = 9000),
			.refusal = {SYS_ioctl, EPERM, 2, (uint32_t)TUNSETIFF},
			.text = "making one needs the right to (CAP_NET_ADMIN)"},
	};

	(void)state;
	check(cases, ARRAY_COUNT(cases));
}

static void a_helper_that_makes_none_is_named(void **state)
{
	static const struct tap_case cases[] = {
		{TAP(.bridge = (char *)"br", .helper = (char *)"/bin/true"),
			.text = "'/bin/true' did not make a tap device on bridge 'br'"},
		{TAP(.bridge = (char *)"br", .helper = (char *)"/bin/false"),
			.text = "'/bin/false' did not make a tap device on bridge 'br'"},
		{TAP(.bridge = (char *)"br", .helper = (char *)"/nowhere"),
			.text = "'/nowhere' did not make a tap device on bridge 'br'"},
		{TAP(.bridge = (char *)"br", .helper = (char *)"/bin/true"),
			.refusal = {SYS_socketpair, EMFILE, 0, 0}, .text = "socket: Too many"},
		{TAP(.bridge = (char *)"br", .helper = (char *)"/bin/true"),
			.refusal = {SYS_clone, EAGAIN, 0, 0},
			.text = "'/bin/true' did not make a tap device"},
	};

	(void)state;
	check(cases, ARRAY_COUNT(cases));
}

static void macvtap_that_is_not_there_is_to_be_made(void **state)
{
	static const struct tap_case cases[] = {
		{.opening = {.kind = OPENING_MACVTAP,
			 .name = (char *)"macvtap0",
			 .parent = (char *)"eth0",
			 .mode = (char *)"bridge"},
			.text = "make it: ip link add link eth0 name macvtap0 type macvtap mode "
				"bridge"},
		{.opening = {.kind = OPENING_MACVTAP,
			 .name = (char *)"macvtap0",
			 .parent = (char *)"eth0",
			 .mode = (char *)"vepa",
			 .mac = (char *)"52:54:00:00:00:01"},
			.text = "name macvtap0 address 52:54:00:00:00:01 type macvtap mode vepa"},
		{.opening = {.kind = OPENING_MACVTAP,
			 .name = (char *)"lo",
			 .parent = (char *)"eth0",
			 .mode = (char *)"bridge"},
			.text = "'lo' is not a device on 'eth0'"},
	};

	(void)state;
	check(cases, ARRAY_COUNT(cases));
}

/* A second queue is of the device that the first one made. */
static char *second_queue(void *argument)
{
	const struct opening first = {
		.kind = OPENING_TAP, .name = (char *)"many", .multiqueue = true};
	struct opening second = {.kind = OPENING_TAP, .multiqueue = true};
	struct error *error;
	int fd = -1;

	(void)argument;
	if (!has_own_network())
		return xstrdup(NO_NETWORK);
	error = tap_open(&first, &second.queue_of);
	if (!error)
		error = tap_open(&second, &fd);
	return error ? error->text : look_at(fd);
}

static void a_later_queue_is_the_same_device(void **state)
{
	auto_free char *said = child_answer(second_queue, NULL);

	(void)state;
	if (strcmp(said, NO_NETWORK) == 0) {
		free_pointer(&said);
		skip();
	}
	assert_string_equal(said, "many 1500 up");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_is_made_and_brought_up),
		cmocka_unit_test(what_cannot_be_made_is_named),
		cmocka_unit_test(who_may_not_is_told_what_to_do),
		cmocka_unit_test(a_helper_that_makes_none_is_named),
		cmocka_unit_test(macvtap_that_is_not_there_is_to_be_made),
		cmocka_unit_test(a_later_queue_is_the_same_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
