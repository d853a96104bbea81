/* SPDX-License-Identifier: MIT */
/*
 * Where a VM's sockets are that its spec gives no path: a directory of its own, which only its
 * owner may enter.
 */
#ifndef SLIPWAY_PLAN_RUNTIME_H
#define SLIPWAY_PLAN_RUNTIME_H

#include <stdbool.h>

#include "base/attr.h"

struct arguments;

/* The directory, which is made before QEMU starts; owned by the plan. */
const char *runtime_directory(const struct arguments *arguments);

/* A socket in it by the name of what it serves; the caller frees it. */
char *runtime_path(const struct arguments *arguments, const char *name) MUST_USE;

/* Whether a socket's path is one that libvirt made for one run of a VM: `virsh dumpxml` shows it,
 * and it is gone. libvirt forgets it, too (src/qemu/qemu_domain.c, qemuDomainChrMatchDefaultPath).
 */
bool path_is_of_a_run(const char *path);

/* A directory below that of states, which outlives the VM: KIND/NAME; the caller frees it. */
char *state_path(const struct arguments *arguments, const char *kind) MUST_USE;

#endif
