/* SPDX-License-Identifier: MIT */
/*
 * What stands in a filter's program until the one exec is known: written by filter.c, replaced by
 * filter_made.c.
 */
#ifndef SLIPWAY_ACT_FILTER_MARKS_H
#define SLIPWAY_ACT_FILTER_MARKS_H

#include <stdint.h>

/*
 * Marks. A TRACE action carries 16 bits, and no policy can say TRACE, so these three are found
 * again in the program; the constants are compared with nothing else, which filter_patched counts.
 */
#define MARK_EXECVE 0xeb1u
#define MARK_EXECVEAT 0xeb2u
#define MARK_DENIED 0xeb5u
#define MARK_FD UINT64_C(0x51eeb003)
#define MARK_ADDRESS_HIGH UINT32_C(0x51eeb001)
#define MARK_ADDRESS_LOW UINT32_C(0x51eeb002)
#define MARK_ADDRESS ((uint64_t)MARK_ADDRESS_HIGH << 32 | MARK_ADDRESS_LOW)

#endif
