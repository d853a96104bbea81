/* SPDX-License-Identifier: MIT */
/*
 * Sets of numbers as libvirt writes them: "0-3,^2,8" are 0, 1, 3 and 8.
 */
#ifndef SLIPWAY_PLAN_CPU_SET_H
#define SLIPWAY_PLAN_CPU_SET_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/text.h"

/* No set of a machine that QEMU can make has more. */
#define CPU_SET_MOST 4096

bool cpu_set_has(const char *set, unsigned int number);

/* Adds "key=0-1" for each range, as -numa cpus= wants them; an error when the set is empty. */
struct error *cpu_set_add_ranges(const char *set, const char *key, struct text *option) MUST_USE;

#endif
