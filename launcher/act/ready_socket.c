/* SPDX-License-Identifier: MIT */
#include "act/ready_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/vhost.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <linux/vm_sockets.h> /* needs sa_family_t from above */

#include "base/file.h"

/* 0 to 2 are the hypervisor, the local host and the host (vsock(7)); the last one is "any". */
#define FIRST_GUEST_ID 3u
#define TRIES 64

/* An address that no other guest of this host has: the kernel refuses one that is taken. */
static bool take_address(struct ready_socket *socket)
{
	for (int i = 0; i < TRIES; i++) {
		uint32_t id = 0;
		uint64_t wanted;

		if (getrandom(&id, sizeof(id), 0) != (ssize_t)sizeof(id))
			return false;
		if (id < FIRST_GUEST_ID || id == VMADDR_CID_ANY)
			continue;
		wanted = id;
		socket->guest_id = id;
		if (ioctl(socket->vhost_fd, VHOST_VSOCK_SET_GUEST_CID, &wanted) == 0)
			return true;
		if (errno != EADDRINUSE)
			return false;
	}
	return false;
}

static bool listen_anywhere(struct ready_socket *ready)
{
	struct sockaddr_vm address = {
		.svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_ANY, .svm_port = VMADDR_PORT_ANY};
	socklen_t length = sizeof(address);

	ready->listen_fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (ready->listen_fd < 0 ||
		bind(ready->listen_fd, (const struct sockaddr *)&address, length) != 0 ||
		listen(ready->listen_fd, SOMAXCONN) != 0 ||
		getsockname(ready->listen_fd, (struct sockaddr *)&address, &length) != 0)
		return false;
	ready->port = address.svm_port;
	return true;
}

bool ready_socket_open(struct ready_socket *ret_socket)
{
	*ret_socket = (struct ready_socket)READY_SOCKET_NONE;
	ret_socket->vhost_fd = file_open("/dev/vhost-vsock", O_RDWR);
	if (ret_socket->vhost_fd >= 0 && take_address(ret_socket) && listen_anywhere(ret_socket))
		return true;
	ready_socket_clear(ret_socket);
	return false;
}

int ready_socket_accept(int listen_fd, uint32_t guest_id)
{
	struct sockaddr_vm peer = {0};
	socklen_t length = sizeof(peer);
	int fd =
		accept4(listen_fd, (struct sockaddr *)&peer, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd >= 0 && peer.svm_family == AF_VSOCK && peer.svm_cid != guest_id)
		fd_close(&fd);
	return fd;
}

void ready_socket_clear(struct ready_socket *socket)
{
	fd_close(&socket->listen_fd);
	fd_close(&socket->vhost_fd);
	*socket = (struct ready_socket)READY_SOCKET_NONE;
}
