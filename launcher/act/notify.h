/* SPDX-License-Identifier: MIT */
/*
 * Tells the service manager that the VM is started: the datagram of sd_notify(3), for a unit of
 * Type=notify.
 */
#ifndef SLIPWAY_ACT_NOTIFY_H
#define SLIPWAY_ACT_NOTIFY_H

#include "base/error.h"

/* `socket_name` is $NOTIFY_SOCKET: an absolute path, or "@" and an abstract name. NULL and "":
 * nobody wants to know. */
struct error *notify_started(const char *socket_name) MUST_USE;

#endif
