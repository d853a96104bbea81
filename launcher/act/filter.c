/* SPDX-License-Identifier: MIT */
#include "act/filter.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/filter_first.h"
#include "act/filter_marks.h"
#include "act/libseccomp.h"
#include "base/file.h"
#include "base/memory.h"

/* AT_EMPTY_PATH of <linux/fcntl.h>, which not every C library shows. */
#define EMPTY_PATH UINT64_C(0x1000)

#define LOW_HALF UINT64_C(0xffffffff)

static void release_pointer(scmp_filter_ctx *context)
{
	if (*context)
		seccomp_release(*context);
}

#define auto_seccomp CLEANUP(release_pointer)

static uint32_t arch_token(enum arch arch)
{
	switch (arch) {
	case ARCH_X86_64:
		return SCMP_ARCH_X86_64;
	case ARCH_AARCH64:
		return SCMP_ARCH_AARCH64;
	case ARCH_RISCV64:
		return SCMP_ARCH_RISCV64;
	case ARCH_UNKNOWN:
	case ARCH_I386:
	case ARCH_ARM:
	case ARCH_LOONGARCH64:
		break;
	}
	return 0;
}

int filter_call_number(const char *call, enum arch arch)
{
	int number = seccomp_syscall_resolve_name_arch(arch_token(arch), call);

	return number < 0 ? -1 : number;
}

bool filter_knows_call(const char *call, enum arch arch)
{
	return filter_call_number(call, arch) >= 0;
}

char *filter_call_name(int number)
{
	auto_free char *name =
		seccomp_syscall_resolve_num_arch(arch_token(filter_host_arch()), number);

	return name ? xstrdup(name) : xasprintf("%d", number);
}

static uint32_t default_action(enum filter_default otherwise)
{
	switch (otherwise) {
	case FILTER_DEFAULT_POLICY:
		break;
	case FILTER_DEFAULT_LOG:
		return SCMP_ACT_LOG;
	case FILTER_DEFAULT_SEEN:
		return SCMP_ACT_TRACE(MARK_DENIED);
	case FILTER_DEFAULT_KILL:
		return SCMP_ACT_KILL_PROCESS;
	}
	return SCMP_ACT_ERRNO((uint32_t)policy_default_number());
}

static uint32_t rule_action(const struct policy_rule *rule, enum filter_default otherwise)
{
	switch (rule->action) {
	case POLICY_ALLOW:
		return SCMP_ACT_ALLOW;
	case POLICY_DENY:
	case POLICY_TRIED:
		break;
	case POLICY_KILL:
		return otherwise == FILTER_DEFAULT_LOG ? SCMP_ACT_LOG : SCMP_ACT_KILL_PROCESS;
	}
	return SCMP_ACT_ERRNO((uint32_t)rule->number);
}

/* libseccomp takes names of calls as numbers of the host that it runs on, pseudo numbers included,
 * whatever architecture the filter is for. */
static struct error *add_call(scmp_filter_ctx context, uint32_t action, const char *call,
	const struct scmp_arg_cmp *conditions, unsigned count)
{
	int result = seccomp_rule_add_array(
		context, action, seccomp_syscall_resolve_name(call), count, conditions);

	return result == 0 ? NULL : error_system(-result, "libseccomp: rule for '%s'", call);
}

static struct error *add_rule(
	scmp_filter_ctx context, const struct policy_rule *rule, const struct filter *filter)
{
	uint32_t action = rule_action(rule, filter->otherwise);
	struct scmp_arg_cmp conditions[POLICY_CONDITIONS_MAX];

	/* A rule that does what is done without it is refused by libseccomp. */
	if (action == default_action(filter->otherwise))
		return NULL;
	for (size_t i = 0; i < rule->condition_count; i++) {
		const struct policy_condition *condition = &rule->conditions[i];

		conditions[i] = (struct scmp_arg_cmp){
			.arg = condition->argument,
			.op = SCMP_CMP_MASKED_EQ,
			.datum_a = condition->mask,
			.datum_b = condition->value,
		};
	}
	return error_while(
		add_call(context, action, rule->call, conditions, (unsigned)rule->condition_count),
		"%s:%d", rule->file, rule->line);
}

static struct error *add_exec_marks(scmp_filter_ctx context)
{
	const struct scmp_arg_cmp exactly[] = {
		{0, SCMP_CMP_MASKED_EQ, LOW_HALF, MARK_FD},
		{1, SCMP_CMP_EQ, MARK_ADDRESS, 0},
		{4, SCMP_CMP_MASKED_EQ, LOW_HALF, EMPTY_PATH},
	};

	TRY(add_call(context, SCMP_ACT_TRACE(MARK_EXECVE), "execve", NULL, 0));
	return add_call(
		context, SCMP_ACT_TRACE(MARK_EXECVEAT), "execveat", exactly, ARRAY_COUNT(exactly));
}

/* The architecture alone, foreign ones killed, as a search tree: half the cost of loading, because
 * the kernel runs the program once for each call number. */
static struct error *prepare(scmp_filter_ctx context, uint32_t token)
{
	int result = 0;

	if (token != seccomp_arch_native()) {
		result = seccomp_arch_remove(context, seccomp_arch_native());
		if (result == 0)
			result = seccomp_arch_add(context, token);
	}
	if (result == 0)
		result = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (result == 0)
		result = seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	return result == 0 ? NULL : error_system(-result, "libseccomp: filter for this host");
}

/* The program through a memory file: libseccomp 2.5 exports to a descriptor only. */
static struct error *export_program(scmp_filter_ctx context, struct filter *filter)
{
	auto_fd int fd = memfd_create("filter", MFD_CLOEXEC);
	struct stat status;
	int result;

	if (fd < 0)
		return error_system(errno, "memory for the filter");
	result = seccomp_export_bpf(context, fd);
	if (result != 0)
		return error_system(-result, "libseccomp: export of the filter");
	if (fstat(fd, &status) != 0 || status.st_size <= 0 ||
		(size_t)status.st_size % sizeof(struct sock_filter) != 0)
		return error_new("libseccomp: export of the filter: unexpected size");
	filter->count = (size_t)status.st_size / sizeof(struct sock_filter);
	filter->instructions = xcalloc(filter->count, sizeof(struct sock_filter));
	if (pread(fd, filter->instructions, (size_t)status.st_size, 0) != status.st_size)
		return error_new("libseccomp: export of the filter: short read");
	return NULL;
}

static struct error *compile(const struct rule_list *rules, enum arch arch, struct filter *filter)
{
	auto_seccomp scmp_filter_ctx context = seccomp_init(default_action(filter->otherwise));

	if (!context)
		return error_new("libseccomp: this kernel cannot filter system calls as needed; "
				 "Linux 5.6 or newer with CONFIG_SECCOMP_FILTER does, "
				 "--sandbox=off runs QEMU without a filter");
	TRY(prepare(context, arch_token(arch)));
	for (size_t i = 0; i < rules->count; i++) {
		/* Newer than this libseccomp, or not of this architecture: the default. */
		if (filter_knows_call(rules->items[i]->call, arch))
			TRY(add_rule(context, rules->items[i], filter));
	}
	if (!filter->exec_stays)
		TRY(add_exec_marks(context));
	TRY(export_program(context, filter));
	filter_put_first(
		filter, rules, arch_token(arch), (uint32_t)filter_call_number("ioctl", arch));
	return NULL;
}

struct error *filter_make(const struct strings *policies, enum filter_default otherwise,
	enum arch arch, struct filter **ret_filter)
{
	auto_rule_list struct rule_list rules = {.items = NULL, .count = 0};
	auto_filter struct filter *filter = xcalloc(1, sizeof(*filter));

	TRY(policy_merge(policies, arch, &rules));
	filter->otherwise = otherwise;
	filter->exec_stays = otherwise == FILTER_DEFAULT_LOG || policy_allows(&rules, "execve");
	filter->tcp = policy_allows_tcp(&rules);
	TRY(error_while(libseccomp_load(), "system call filter"));
	TRY(error_while(compile(&rules, arch, filter), "system call filter"));
	*ret_filter = steal(&filter);
	return NULL;
}
