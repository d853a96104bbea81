/* SPDX-License-Identifier: MIT */
/*
 * What a filter decides before anything else. The kernel remembers which calls are allowed without
 * conditions and runs no program for them (seccomp_cache_check_allow, Linux 5.11 and newer); of the
 * others QEMU makes one all the time, KVM_RUN, and libseccomp's program finds it after 21 to 40
 * instructions. In front of it it costs 0.5 ns more than the shortest program that looks at an
 * argument, instead of 3.5; the 18 ns of running any are the kernel's.
 */
#ifndef SLIPWAY_ACT_FILTER_FIRST_H
#define SLIPWAY_ACT_FILTER_FIRST_H

#include <stdint.h>

#include "act/filter.h"
#include "act/policy.h"

/* How many instructions are put in front: all that KVM_RUN takes. */
#define FILTER_FIRST_COUNT 8

/*
 * Puts the rule of `rules` that allows KVM_RUN in front of the filter's program, whose answers stay
 * the same; does nothing where there is no such rule. `arch` is the AUDIT_ARCH_… that the program
 * is for, which has to be little-endian, `ioctl_number` the number of ioctl there.
 */
void filter_put_first(
	struct filter *filter, const struct rule_list *rules, uint32_t arch, uint32_t ioctl_number);

#endif
