/* SPDX-License-Identifier: MIT */
/* Filters that are made: nothing here needs libseccomp. */
#include "act/filter.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "act/filter_marks.h"
#include "act/filter_ready.h"
#include "base/memory.h"

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	free(filter->instructions);
	free(filter);
}

void filter_free_pointer(struct filter **filter)
{
	filter_free(*filter);
}

enum filter_default filter_default_for(enum sandbox_mode mode)
{
	switch (mode) {
	case SANDBOX_LOG:
		return FILTER_DEFAULT_LOG;
	case SANDBOX_ON:
	case SANDBOX_REQUIRE:
	case SANDBOX_OFF:
		break;
	}
	return FILTER_DEFAULT_POLICY;
}

enum arch filter_host_arch(void)
{
#if defined(__x86_64__) && !defined(__ILP32__)
	return ARCH_X86_64;
#elif defined(__aarch64__) && !defined(__ILP32__)
	return ARCH_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
	return ARCH_RISCV64;
#else
	return ARCH_UNKNOWN;
#endif
}

struct error *filter_build(const struct strings *policies, enum filter_default otherwise,
	enum arch arch, struct filter **ret_filter)
{
	const struct filter_ready *ready = NULL;
	struct filter *filter;

	if (otherwise == FILTER_DEFAULT_POLICY && arch == filter_host_arch())
		ready = filter_ready_find(policies);
	if (!ready)
		return filter_make(policies, otherwise, arch, ret_filter);
	filter = xcalloc(1, sizeof(*filter));
	filter->instructions = xcalloc(ready->count, sizeof(*filter->instructions));
	memcpy(filter->instructions, ready->instructions,
		ready->count * sizeof(*filter->instructions));
	filter->count = ready->count;
	filter->otherwise = otherwise;
	filter->exec_stays = ready->exec_stays;
	filter->tcp = ready->tcp;
	*ret_filter = filter;
	return NULL;
}

static unsigned patch_constant(
	struct sock_filter *instructions, size_t count, uint32_t mark, uint32_t value)
{
	unsigned found = 0;

	for (size_t i = 0; i < count; i++) {
		if (instructions[i].code == (BPF_JMP | BPF_JEQ | BPF_K) &&
			instructions[i].k == mark) {
			instructions[i].k = value;
			found++;
		}
	}
	return found;
}

static unsigned patch_action(
	struct sock_filter *instructions, size_t count, uint32_t before, uint32_t action)
{
	unsigned found = 0;

	for (size_t i = 0; i < count; i++) {
		if (instructions[i].code == (BPF_RET | BPF_K) && instructions[i].k == before) {
			instructions[i].k = action;
			found++;
		}
	}
	return found;
}

static bool patch_exec(
	struct sock_filter *instructions, size_t count, const struct filter_patch *patch)
{
	const uint32_t refused = SECCOMP_RET_ERRNO | ENOSYS;
	bool notify = patch->gate == EXEC_GATE_NOTIFY;
	unsigned exec = patch_action(instructions, count, SECCOMP_RET_TRACE | MARK_EXECVE,
		notify ? SECCOMP_RET_USER_NOTIF : refused);
	unsigned execat = patch_action(instructions, count, SECCOMP_RET_TRACE | MARK_EXECVEAT,
		notify ? refused : SECCOMP_RET_ALLOW);
	unsigned fd = patch_constant(instructions, count, (uint32_t)MARK_FD, patch->fd);
	unsigned high = patch_constant(
		instructions, count, MARK_ADDRESS_HIGH, (uint32_t)(patch->path_address >> 32));
	unsigned low = patch_constant(
		instructions, count, MARK_ADDRESS_LOW, (uint32_t)patch->path_address);

	return exec == 1 && execat == 1 && fd == 1 && high == 1 && low == 1;
}

/* What the policies do not allow, where somebody may see it. */
static bool patch_denied(
	struct sock_filter *instructions, const struct filter *filter, bool witnessed)
{
	switch (filter->otherwise) {
	case FILTER_DEFAULT_LOG:
		return !witnessed || patch_action(instructions, filter->count, SECCOMP_RET_LOG,
					     SECCOMP_RET_USER_NOTIF) > 0;
	case FILTER_DEFAULT_SEEN:
		return patch_action(instructions, filter->count, SECCOMP_RET_TRACE | MARK_DENIED,
			       witnessed
				       ? SECCOMP_RET_USER_NOTIF
				       : SECCOMP_RET_ERRNO | (uint32_t)policy_default_number()) > 0;
	case FILTER_DEFAULT_POLICY:
	case FILTER_DEFAULT_KILL:
		break;
	}
	return true;
}

struct error *filter_patched(const struct filter *filter, const struct filter_patch *patch,
	struct sock_filter **ret_instructions)
{
	auto_free struct sock_filter *instructions = xcalloc(filter->count, sizeof(*instructions));

	memcpy(instructions, filter->instructions, filter->count * sizeof(*instructions));
	if (!filter->exec_stays && !patch_exec(instructions, filter->count, patch))
		return error_new("system call filter: libseccomp's program is not as expected");
	if (!patch_denied(instructions, filter, patch->witnessed))
		return error_new("system call filter: libseccomp's program is not as expected");
	if (patch_constant(instructions, filter->count, (uint32_t)POLICY_SELF, patch->self) == 0)
		return error_new("system call filter: libseccomp's program is not as expected");
	*ret_instructions = steal(&instructions);
	return NULL;
}
