/* SPDX-License-Identifier: MIT */
/*
 * A compiled filter under test: built for any host, its marks replaced, asked in the BPF
 * interpreter what it answers to a call. Every function works or fails the test.
 */
#ifndef SLIPWAY_TESTS_UNIT_ACT_FILTER_CAGE_H
#define SLIPWAY_TESTS_UNIT_ACT_FILTER_CAGE_H

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "act/filter.h"
#include "base/memory.h"
#include "support/bpf.h"

#define SELF_HERE 4711u
#define ARGUMENTS 6
#define NUMBERS_MOST 700 /* above the last call of Linux 7 */
#define X32_BIT 0x40000000

struct host_arch {
	enum arch arch;
	uint32_t audit;
	uint32_t foreign; /* the 32-bit calls that the same CPU takes; 0: none */
};

static const struct host_arch hosts[] = {
	{ARCH_X86_64, AUDIT_ARCH_X86_64, AUDIT_ARCH_I386},
	{ARCH_AARCH64, AUDIT_ARCH_AARCH64, AUDIT_ARCH_ARM},
	{ARCH_RISCV64, AUDIT_ARCH_RISCV64, 0},
};

/* One filter under test, loaded as far as the kernel. */
struct cage {
	const struct host_arch *host;
	struct strings policies;
	enum filter_default otherwise;
	struct filter *filter;
	struct sock_filter *program;
};

static inline struct cage cage_make(const struct host_arch *host, enum filter_default otherwise,
	const char *second, const char *third)
{
	struct cage cage = {.host = host, .otherwise = otherwise};
	const struct filter_patch patch = {.gate = EXEC_GATE_NOTIFY, .self = SELF_HERE};

	strings_add(&cage.policies, "base");
	if (second)
		strings_add_once(&cage.policies, second);
	if (third)
		strings_add_once(&cage.policies, third);
	assert_null(filter_build(&cage.policies, otherwise, host->arch, &cage.filter));
	assert_null(filter_patched(cage.filter, &patch, &cage.program));
	return cage;
}

static inline void cage_clear(struct cage *cage)
{
	strings_clear(&cage->policies);
	filter_free(cage->filter);
	free(cage->program);
}

#define auto_cage CLEANUP(cage_clear)

static inline uint32_t ask(
	const struct cage *cage, uint32_t audit, int number, const uint64_t *arguments)
{
	struct seccomp_data call = {.nr = number, .arch = audit, .instruction_pointer = 0};
	uint32_t action = 0;

	for (size_t i = 0; i < ARGUMENTS; i++)
		call.args[i] = arguments ? arguments[i] : 0;
	assert_true(bpf_run(cage->program, cage->filter->count, &call, &action));
	return action;
}

#endif
