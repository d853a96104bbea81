/* SPDX-License-Identifier: MIT */
/*
 * A firmware image that is shorter than the board's flash: QEMU wants a file of exactly the flash's
 * size, so it gets a private padded copy in memory, read-only and sealed. The system's file is
 * never written.
 */
#ifndef SLIPWAY_ACT_NVRAM_CODE_H
#define SLIPWAY_ACT_NVRAM_CODE_H

#include "base/attr.h"
#include "base/error.h"
#include "plan/plan.h"

/*
 * The copy of firmware->open_path with firmware->pad_bytes bytes as descriptor `number`, which the
 * plan put into QEMU's arguments; open for reading only, and open across exec. Errors: an image
 * that is longer, or not raw; a number that is in use.
 */
struct error *nvram_code_open(
	const struct plan_firmware *firmware, int number, int *ret_fd) MUST_USE;

/*
 * Moves *fd to descriptor `number`, open across exec, unless something else is open there. `what`
 * is for the message.
 */
struct error *nvram_fd_place(int *fd, int number, const char *what) MUST_USE;

#endif
