/* SPDX-License-Identifier: MIT */
/*
 * The mark by which slipway knows its own kind: an ELF note in each build of it. Two versions of
 * slipway under QEMU's name would otherwise each take the other for QEMU, and execute each other
 * for ever.
 */
#ifndef SLIPWAY_HOST_MARK_H
#define SLIPWAY_HOST_MARK_H

#include <stdbool.h>

/* Is the open file a program with the mark, of whichever version? The offset does not move. */
bool has_mark(int fd);

#endif
