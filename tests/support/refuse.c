/* SPDX-License-Identifier: MIT */
#include "support/refuse.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

#define REFUSALS_MOST 16

/* The low half of an argument, on a machine of either byte order. */
static uint32_t argument_at(int argument)
{
	size_t high_first = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0;

	return (uint32_t)(offsetof(struct seccomp_data, args) + 8 * (size_t)(argument - 1) +
			  high_first);
}

static size_t add(struct sock_filter *at, const struct refusal *refusal)
{
	const struct sock_filter call[] = {
		{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr)},
		{BPF_JMP | BPF_JEQ | BPF_K, 0, refusal->argument ? 3 : 1, (uint32_t)refusal->call},
	};
	const struct sock_filter argument[] = {
		{BPF_LD | BPF_W | BPF_ABS, 0, 0, argument_at(refusal->argument)},
		{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, refusal->value},
	};
	size_t count = 0;

	at[count++] = call[0];
	at[count++] = call[1];
	if (refusal->argument) {
		at[count++] = argument[0];
		at[count++] = argument[1];
	}
	at[count++] = (struct sock_filter){
		BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | (uint32_t)refusal->number};
	return count;
}

void calls_refuse(const struct refusal *refusals, size_t count)
{
	struct sock_filter instructions[5 * REFUSALS_MOST + 1];
	struct sock_fprog program = {.len = 0, .filter = instructions};

	if (count > REFUSALS_MOST)
		abort();
	for (size_t i = 0; i < count; i++)
		program.len = (unsigned short)(program.len +
					       add(&instructions[program.len], &refusals[i]));
	instructions[program.len++] =
		(struct sock_filter){BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
		perror("seccomp");
		abort();
	}
}
