/* SPDX-License-Identifier: MIT */
/*
 * System calls that fail, as they do where memory, descriptors or rights are short: for what a test
 * cannot bring about otherwise. Only for a process of its own (support/child.h), since it lasts.
 */
#ifndef SLIPWAY_TESTS_SUPPORT_REFUSE_H
#define SLIPWAY_TESTS_SUPPORT_REFUSE_H

#include <stddef.h>
#include <stdint.h>

struct refusal {
	long call;    /* SYS_… */
	int number;   /* its error */
	int argument; /* 1 to 6: only where that one is `value` in its low 32 bits; 0: always */
	uint32_t value;
};

/* From here on each of these calls fails in this process. Gains no privileges any more. */
void calls_refuse(const struct refusal *refusals, size_t count);

#endif
