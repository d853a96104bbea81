/* SPDX-License-Identifier: MIT */
/*
 * Tap devices (Linux Documentation/networking/tuntap.rst): made here where this process may, by
 * QEMU's setuid helper where it may not; one that somebody else made is only opened.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/openings.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

static struct error *set_name(struct ifreq *request, const char *name)
{
	if (strlen(name) >= sizeof(request->ifr_name))
		return error_new("'%s' is too long for the name of a network device, which has at "
				 "most 15 bytes",
			name);
	memcpy(request->ifr_name, name, strlen(name) + 1);
	return NULL;
}

static struct error *set_mtu(int socket_fd, const char *name, unsigned int mtu)
{
	struct ifreq request = {0};

	if (mtu == 0)
		return NULL;
	TRY(set_name(&request, name));
	request.ifr_mtu = (int)mtu;
	if (ioctl(socket_fd, SIOCSIFMTU, &request) != 0)
		return error_system(errno, "MTU %u of '%s'", mtu, name);
	return NULL;
}

static struct error *join_bridge(int socket_fd, const char *name, const char *bridge)
{
	struct ifreq request = {0};

	if (!bridge)
		return NULL;
	TRY(set_name(&request, bridge));
	request.ifr_ifindex = (int)if_nametoindex(name);
	if (ioctl(socket_fd, SIOCBRADDIF, &request) != 0)
		return error_system(errno, "cannot join '%s' to bridge '%s'", name, bridge);
	return NULL;
}

static struct error *bring_up(int socket_fd, const char *name)
{
	struct ifreq request = {0};

	TRY(set_name(&request, name));
	if (ioctl(socket_fd, SIOCGIFFLAGS, &request) != 0)
		return error_system(errno, "'%s'", name);
	request.ifr_flags |= IFF_UP;
	if (ioctl(socket_fd, SIOCSIFFLAGS, &request) != 0)
		return error_system(errno, "cannot bring '%s' up", name);
	return NULL;
}

static struct error *set_up(const struct opening *opening, const char *name)
{
	auto_fd int socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (socket_fd < 0)
		return error_system(errno, "socket");
	TRY(set_mtu(socket_fd, name, opening->mtu));
	TRY(join_bridge(socket_fd, name, opening->bridge));
	return bring_up(socket_fd, name);
}

/* The name that is asked for; a later queue's is that of the device that the first one made. */
static struct error *choose_name(const struct opening *opening, struct ifreq *request)
{
	struct ifreq first = {0};

	if (opening->queue_of > 0) {
		if (ioctl(opening->queue_of, TUNGETIFF, &first) != 0)
			return error_system(
				errno, "tap device of descriptor %d", opening->queue_of);
		return set_name(request, first.ifr_name);
	}
	return opening->name ? set_name(request, opening->name) : NULL;
}

/* QEMU asks the descriptor for the header's size, and takes what it is (net/tap.c). */
static struct error *make_tap(const struct opening *opening, int *ret_fd)
{
	const char *path = opening->path ? opening->path : "/dev/net/tun";
	auto_fd int fd = file_open(path, O_RDWR | O_NONBLOCK);
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};

	if (fd < 0)
		return error_system(-fd, "cannot open '%s'", path);
	if (opening->multiqueue)
		request.ifr_flags |= IFF_MULTI_QUEUE;
	TRY(choose_name(opening, &request));
	if (opening->must_exist && if_nametoindex(opening->name) == 0)
		return error_system(errno, "network device '%s'", opening->name);
	if (ioctl(fd, TUNSETIFF, &request) != 0)
		return error_system(
			errno, "tap device '%s'", opening->name ? opening->name : "tap%d");
	if (!opening->must_exist && opening->queue_of == 0)
		TRY(set_up(opening, request.ifr_name));
	*ret_fd = fd_steal(&fd);
	return NULL;
}

/* Where distributions put QEMU's helper (libvirt's configuration, "bridge_helper"). */
static const char *const helpers[] = {"/usr/libexec/qemu-bridge-helper",
	"/usr/lib/qemu/qemu-bridge-helper", "/usr/lib/qemu-bridge-helper"};

static const char *find_helper(void)
{
	for (size_t i = 0; i < ARRAY_COUNT(helpers); i++)
		if (access(helpers[i], X_OK) == 0)
			return helpers[i];
	return NULL;
}

/* The helper sends the descriptor over the socket that it is given. */
static int receive_fd(int socket_fd)
{
	char byte;
	union {
		struct cmsghdr header;
		unsigned char bytes[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec vector = {&byte, 1};
	struct msghdr message = {
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	const struct cmsghdr *header;
	int fd = -1;

	if (recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC) <= 0)
		return -1;
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

static NO_RETURN void become_helper(const char *helper, const char *bridge, int socket_fd)
{
	auto_free char *fd_word = xasprintf("--fd=%d", socket_fd);
	auto_free char *bridge_word = xasprintf("--br=%s", bridge);
	char vnet_word[] = "--use-vnet";
	char *const argv[] = {(char *)helper, vnet_word, fd_word, bridge_word, NULL};
	char *const environment[] = {NULL};

	(void)fcntl(socket_fd, F_SETFD, 0);
	(void)execve(helper, argv, environment);
	_exit(127);
}

static struct error *ask_helper(const char *helper, const char *bridge, int *ret_fd)
{
	int pair[2];
	int status = 0;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return error_system(errno, "socket");
	pid = fork();
	if (pid == 0)
		become_helper(helper, bridge, pair[1]);
	(void)close(pair[1]);
	if (pid > 0) {
		*ret_fd = receive_fd(pair[0]);
		(void)waitpid(pid, &status, 0);
	}
	(void)close(pair[0]);
	if (pid < 0 || *ret_fd < 0 || status != 0)
		return error_new("'%s' did not make a tap device on bridge '%s'; it needs its "
				 "setuid bit and a line 'allow %s' in /etc/qemu/bridge.conf",
			helper, bridge, bridge);
	return NULL;
}

struct error *tap_open(const struct opening *opening, int *ret_fd)
{
	struct error *error = opening->helper ? ask_helper(opening->helper, opening->bridge, ret_fd)
					      : make_tap(opening, ret_fd);
	const char *helper = find_helper();
	bool denied = error && (error->number == EPERM || error->number == EACCES);

	if (!denied || opening->helper)
		return error;
	if (opening->bridge && helper && !opening->multiqueue && opening->mtu == 0) {
		error_free(error);
		return ask_helper(helper, opening->bridge, ret_fd);
	}
	return error_hint(error,
		"making one needs the right to (CAP_NET_ADMIN); or let an administrator do "
		"`ip tuntap add dev NAME mode tap user YOU`, and write <target dev='NAME' "
		"managed='no'/>");
}

/* The characters of a macvtap device are those of /dev/tapINDEX (Linux drivers/net/macvtap.c). */
struct error *macvtap_open(const struct opening *opening, int *ret_fd)
{
	unsigned int index = if_nametoindex(opening->name);
	auto_free char *path = xasprintf("/dev/tap%u", index);
	auto_free char *lower =
		xasprintf("/sys/class/net/%s/lower_%s", opening->name, opening->parent);
	auto_fd int fd = -1;

	if (index == 0)
		return error_hint(error_system(errno, "network device '%s'", opening->name),
			"make it: ip link add link %s name %s%s%s type macvtap mode %s",
			opening->parent, opening->name, opening->mac ? " address " : "",
			opening->mac ? opening->mac : "", opening->mode);
	if (access(lower, F_OK) != 0)
		return error_new("'%s' is not a device on '%s'", opening->name, opening->parent);
	fd = file_open(path, O_RDWR | O_NONBLOCK);
	if (fd < 0)
		return error_system(-fd, "cannot open '%s', which is '%s'", path, opening->name);
	*ret_fd = fd_steal(&fd);
	return NULL;
}
