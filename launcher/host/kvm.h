/* SPDX-License-Identifier: MIT */
/*
 * Whether KVM can be used, tried before QEMU would fail at it, and if not the reason together with
 * the way out.
 */
#ifndef SLIPWAY_HOST_KVM_H
#define SLIPWAY_HOST_KVM_H

#include <sys/types.h>

#include "base/attr.h"
#include "host/host.h"

/* Looks at the KVM device `path`, "/dev/kvm" but in tests. */
void kvm_look(const char *path, struct kvm_state *ret_kvm);

/* Who may open a device; names are borrowed, and NULL where the system has none. */
struct device_owner {
	uid_t uid;
	gid_t gid;
	mode_t mode;
	const char *user, *group;
	bool lists_self; /* the group has the name of who asks in its list of members */
};

/* What is said of a device that exists and may not be opened, behind "cannot open …": its owner,
 * who asks, and what would help. The caller frees it. */
char *kvm_denial(const struct device_owner *owner) MUST_USE;

/* What is wrong with the answer to KVM_GET_API_VERSION, with errno behind it, or NULL; the caller
 * frees it. */
char *kvm_problem_of_version(const char *path, int version, int number) MUST_USE;

/* Why the open KVM device makes no VM, or NULL; the caller frees it. Making one and giving it up
 * costs milliseconds, so kvm_look asks only where another hypervisor's device is there. */
char *kvm_problem_of_a_vm(int kvm_fd) MUST_USE;

#endif
