/* SPDX-License-Identifier: MIT */
/*
 * The compiled policy text: what policy/compile.awk writes and act/policy.c reads. Everything in it
 * is constant and was checked when slipway was built; nothing is read at run time.
 */
#ifndef SLIPWAY_ACT_POLICY_TABLE_H
#define SLIPWAY_ACT_POLICY_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* Host architectures, as bits. */
#define POLICY_X86_64 1u
#define POLICY_AARCH64 2u
#define POLICY_RISCV64 4u

/* What "SELF" in a condition stands for until the filter is loaded: replaced by the process id. */
#define POLICY_SELF UINT64_C(0x51eeb004)

#define POLICY_CONDITIONS_MAX 3

enum policy_action {
	POLICY_ALLOW,
	POLICY_DENY,  /* answered with `number` */
	POLICY_KILL,  /* the process dies: no QEMU ever tries this */
	POLICY_TRIED, /* QEMU tries it and goes on without: ENOSYS, unless a policy allows it */
};

/* True when (argument & mask) == value. */
struct policy_condition {
	unsigned argument; /* 0 to 5 */
	uint64_t mask;
	uint64_t value; /* no bit outside the mask */
};

/* Rooms of the texts of a rule, their NULs included; policy/compile.awk refuses longer ones. */
#define POLICY_CALL_BYTES 32
#define POLICY_FILE_BYTES 48
#define POLICY_TEXT_BYTES 128

/* One line of a policy; all of its conditions must be true. Without pointers: the program loader
 * would write each of them, in every start, on pages that most starts do not look at. */
struct policy_rule {
	int line;
	unsigned archs; /* POLICY_… bits */
	enum policy_action action;
	int number; /* errno of DENY and TRIED, else 0 */
	char call[POLICY_CALL_BYTES];
	char file[POLICY_FILE_BYTES]; /* "policy/base.policy" */
	char text[POLICY_TEXT_BYTES]; /* the conditions as they are written; "" for none */
	size_t condition_count;
	struct policy_condition conditions[POLICY_CONDITIONS_MAX];
};

struct policy {
	const char *name;
	const char *file;
	const char *about; /* when it is needed, in words */
	const struct policy_rule *rules;
	size_t rule_count;
};

/* A name that the text gives to a number; a test holds it against the kernel's headers. */
struct policy_constant {
	const char *name;
	uint64_t value;
	const char *file;
	int line;
};

/* All policies, sorted by file name. */
const struct policy *policy_table(size_t *ret_count);

const struct policy_constant *policy_constants(size_t *ret_count);

/* errno that a call without a rule is answered with. */
int policy_default_number(void);

#endif
