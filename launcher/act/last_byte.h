/* SPDX-License-Identifier: MIT */
/*
 * The second way to one exec: execveat of a descriptor that cannot come back, with a path pointer
 * that can never name a file.
 *
 * The filter allows execveat only for descriptor N, with AT_EMPTY_PATH, and with a path at the last
 * byte of user space. The kernel can read one byte there: it is NUL, the empty path, or anything
 * else and then EFAULT. N is close-on-exec and lies at the hard limit of open files, which the
 * filter lets nobody raise, so after the exec no descriptor can have that number. Both are needed:
 * an absolute path makes execveat ignore the descriptor.
 */
#ifndef SLIPWAY_ACT_LAST_BYTE_H
#define SLIPWAY_ACT_LAST_BYTE_H

#include <stdint.h>

#include "base/attr.h"
#include "base/error.h"

struct last_byte {
	int fd;           /* QEMU, close-on-exec, number = RLIMIT_NOFILE */
	uint64_t address; /* of the NUL */
};

/*
 * Opens `path` at the number above all that will be possible, lowers RLIMIT_NOFILE to it (hard and
 * soft; 65536 at most, because the table of descriptors grows to it) and maps the last page.
 */
struct error *last_byte_prepare(const char *path, struct last_byte *ret_last) MUST_USE;

#endif
