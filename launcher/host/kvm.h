/* SPDX-License-Identifier: MIT */
/*
 * Whether KVM can be used, tried before QEMU would fail at it, and if not the reason together with
 * the way out.
 */
#ifndef SLIPWAY_HOST_KVM_H
#define SLIPWAY_HOST_KVM_H

#include "base/attr.h"
#include "host/host.h"

/* Looks at the KVM device `path`, "/dev/kvm" but in tests. */
void kvm_look(const char *path, struct kvm_state *ret_kvm);

/* Why the open KVM device makes no VM, or NULL; the caller frees it. Making one and giving it up
 * costs milliseconds, so kvm_look asks only where another hypervisor's device is there. */
char *kvm_problem_of_a_vm(int kvm_fd) MUST_USE;

#endif
