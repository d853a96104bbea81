/* SPDX-License-Identifier: MIT */
/*
 * What boards are: names made canonical, and the properties that firmware and arguments depend on.
 */
#ifndef SLIPWAY_PLAN_MACHINE_H
#define SLIPWAY_PLAN_MACHINE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/terms.h"

struct host;

enum board {
	BOARD_I440FX,
	BOARD_Q35,
	BOARD_MICROVM,
	BOARD_VIRT, /* arm, aarch64, riscv64, loongarch64 */
	BOARD_OTHER,
};

/* The board when the spec names none: what libvirt takes (src/qemu/qemu_domain.c). */
const char *machine_default(enum arch arch);

/* The versioned name behind an alias, for descriptors' globs; borrowed from `host` or `machine`. */
const char *machine_canonical(const struct host *host, const char *machine);

enum board machine_board(const char *canonical);

/* Whole text, case-sensitive, only '*' and '?' (GLib's g_pattern_match_simple, which libvirt uses).
 */
bool glob_matches(const char *glob, const char *text);

#endif
