/* SPDX-License-Identifier: MIT */
/*
 * Where a guest with systemd says that it is ready: a vsock address of this host, which the guest
 * is told in the credential vmm.notify_socket (systemd.system-credentials(7)), and to which its
 * service manager sends what sd_notify(3) describes.
 */
#ifndef SLIPWAY_ACT_READY_SOCKET_H
#define SLIPWAY_ACT_READY_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct ready_socket {
	int listen_fd;     /* owned; does not wait */
	int vhost_fd;      /* owned; /dev/vhost-vsock with the guest's address taken, for QEMU */
	uint32_t guest_id; /* the guest's address (CID) */
	uint32_t port;     /* this host's */
};

#define READY_SOCKET_NONE                                                                          \
	{                                                                                          \
		.listen_fd = -1, .vhost_fd = -1                                                    \
	}

/* False: this host has no vsock for guests (the module vhost_vsock), or not for this user; then
 * *ret_socket is READY_SOCKET_NONE. The caller clears it. */
bool ready_socket_open(struct ready_socket *ret_socket);

/*
 * The next connection to `listen_fd`, which the caller closes and which does not wait; -1: none is
 * there. One that another guest made is closed: the port is open to all of them.
 */
int ready_socket_accept(int listen_fd, uint32_t guest_id) MUST_USE;

void ready_socket_clear(struct ready_socket *socket);
#define auto_ready_socket CLEANUP(ready_socket_clear)

#endif
