/* SPDX-License-Identifier: MIT */
/*
 * The system call filter of one VM: the merged policies as a BPF program, ready to be loaded. Made
 * by libseccomp before anything on the host is changed; nobody else calls libseccomp.
 *
 * In the program execve and execveat return marks that the kernel never sees: exec_once replaces
 * them, and SELF, when it knows how the one exec can be told from all others (filter_patch).
 */
#ifndef SLIPWAY_ACT_FILTER_H
#define SLIPWAY_ACT_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "act/policy.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/terms.h"
#include "base/text.h"
#include "plan/plan.h"

/* What a call without a rule gets. */
enum filter_default {
	FILTER_DEFAULT_POLICY, /* the text's default: ENOSYS */
	FILTER_DEFAULT_LOG,    /* it runs and is logged; kill lines are logged, too */
	FILTER_DEFAULT_SEEN,   /* the policy's, but said by a witness where there is one */
	FILTER_DEFAULT_KILL,   /* the process dies: the strict form, for tests */
};

/* A program of the kernel's classic BPF over struct seccomp_data. */
struct filter {
	struct sock_filter *instructions; /* owned */
	size_t count;
	enum filter_default otherwise;
	bool exec_stays; /* exec is not marked: policy "spawn", or the log form */
	bool tcp;        /* QEMU may make TCP sockets */
};

/*
 * Builds the filter of `policies` ("base" among them) for a host of `arch`; the program can be
 * loaded on such a host only. Errors: policy_merge's, and libseccomp's by name.
 */
struct error *filter_build(const struct strings *policies, enum filter_default otherwise,
	enum arch arch, struct filter **ret_filter) MUST_USE;

/* The same, always by libseccomp: filter_build takes one that was made when slipway was built where
 * there is one. */
struct error *filter_make(const struct strings *policies, enum filter_default otherwise,
	enum arch arch, struct filter **ret_filter) MUST_USE;

/* NULL is allowed. */
void filter_free(struct filter *filter);
void filter_free_pointer(struct filter **filter);
#define auto_filter CLEANUP(filter_free_pointer)

/* ON and REQUIRE: the policy's default; LOG: log. OFF has no filter and gives the policy's. */
enum filter_default filter_default_for(enum sandbox_mode mode);

/* The architecture that slipway was built for. */
enum arch filter_host_arch(void);

/* How the one exec is recognised. */
enum exec_gate {
	EXEC_GATE_NOTIFY, /* execve asks a listener; without one it is ENOSYS. execveat: ENOSYS */
	EXEC_GATE_LAST_BYTE, /* execveat with exactly `fd` and `path_address`. execve: ENOSYS */
};

struct filter_patch {
	enum exec_gate gate;
	bool witnessed;        /* a witness listens: LOG and SEEN ask it */
	uint32_t self;         /* process id */
	uint32_t fd;           /* LAST_BYTE only */
	uint64_t path_address; /* LAST_BYTE only */
};

/*
 * A copy of the program with the marks replaced; the caller frees *ret_instructions, which has
 * filter->count items. Errors: a mark that is not there, so that the program would not do what its
 * text says.
 */
struct error *filter_patched(const struct filter *filter, const struct filter_patch *patch,
	struct sock_filter **ret_instructions) MUST_USE;

/* The name of system call `number` of this host, "231" where libseccomp has none; the caller frees
 * it. */
char *filter_call_name(int number) MUST_USE;

/* True when this libseccomp knows `call` on `arch`. */
bool filter_knows_call(const char *call, enum arch arch);

/* The number of `call` on `arch`, or -1. */
int filter_call_number(const char *call, enum arch arch);

#endif
