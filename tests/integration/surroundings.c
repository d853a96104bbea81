/* SPDX-License-Identifier: MIT */
/*
 * Executes a program in surroundings that a shell cannot make.
 *
 *	surroundings [--block=SIGNAL] [--pair=FD] [--datagrams=FD] [--listen=FD:PATH] [--tap=FD] --
 *COMMAND...
 *
 * --pair and --datagrams open one end of a connection as FD and the other, inherited as well, as
 * FD+1; --listen is what libvirt hands over for a monitor; --tap what it hands over for a network.
 * Ends with 125 where they cannot be made.
 */
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void fail(const char *what)
{
	perror(what);
	exit(125);
}

/* Both are free: tests use numbers of their own. */
static void place(int fd, int number)
{
	if (fd < 0 || (fd != number && dup2(fd, number) < 0))
		fail("descriptor");
	if (fd != number)
		close(fd);
}

static void open_pair(int number, int type)
{
	int ends[2];

	if (socketpair(AF_UNIX, type, 0, ends) != 0)
		fail("socketpair");
	place(ends[0], number);
	place(ends[1], number + 1);
}

static void open_listener(int number, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	(void)unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
		listen(fd, 1) != 0)
		fail(path);
	place(fd, number);
}

static void open_tap(int number)
{
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
	int fd = open("/dev/net/tun", O_RDWR);

	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0)
		fail("/dev/net/tun");
	place(fd, number);
}

static void block(int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void apply(const char *option)
{
	const char *value = strchr(option, '=');
	int number = value ? (int)strtol(value + 1, NULL, 10) : 0;
	size_t length = value ? (size_t)(value - option) : 0;
	const char *path = strchr(option, ':');

	if (strncmp(option, "--block", length) == 0)
		block(number);
	else if (strncmp(option, "--pair", length) == 0)
		open_pair(number, SOCK_STREAM);
	else if (strncmp(option, "--datagrams", length) == 0)
		open_pair(number, SOCK_DGRAM);
	else if (strncmp(option, "--listen", length) == 0 && path)
		open_listener(number, path + 1);
	else if (strncmp(option, "--tap", length) == 0)
		open_tap(number);
}

int main(int argc, char **argv)
{
	int i = 1;

	while (i < argc && strcmp(argv[i], "--") != 0)
		apply(argv[i++]);
	if (i + 1 >= argc)
		return 125;
	execvp(argv[i + 1], argv + i + 1);
	perror(argv[i + 1]);
	return 127;
}
