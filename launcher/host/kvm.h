/* SPDX-License-Identifier: MIT */
/*
 * Whether KVM can be used, tried before QEMU would fail at it, and if not the reason together with
 * the way out.
 */
#ifndef SLIPWAY_HOST_KVM_H
#define SLIPWAY_HOST_KVM_H

#include "host/host.h"

/* Looks at the KVM device `path`, "/dev/kvm" but in tests. */
void kvm_look(const char *path, struct kvm_state *ret_kvm);

#endif
