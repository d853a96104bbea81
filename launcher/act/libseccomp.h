/* SPDX-License-Identifier: MIT */
/*
 * libseccomp, loaded when a filter is to be made: most starts take one that was made when slipway
 * was built (act/filter_ready.h). Its functions are written as they always are.
 *
 * configure finds the name that the library is loaded by; where there is none (static programs) the
 * functions are linked as usual.
 */
#ifndef SLIPWAY_ACT_LIBSECCOMP_H
#define SLIPWAY_ACT_LIBSECCOMP_H

#include <seccomp.h>

#include "base/attr.h"
#include "base/error.h"

/* Before the first of the functions below. An error where the library is gone. */
struct error *libseccomp_load(void) MUST_USE;

#ifdef LIBSECCOMP_SONAME

/* The library's function; ends the program (abort) where libseccomp_load has failed. It loads the
 * library where that was not done. */
void *libseccomp_function(const char *name);

#define LIBSECCOMP(function) ((__typeof__(&(function)))libseccomp_function(#function))

/* Those that slipway calls; another one does not link until it stands here. */
#define seccomp_arch_add(...) LIBSECCOMP(seccomp_arch_add)(__VA_ARGS__)
#define seccomp_arch_native(...) LIBSECCOMP(seccomp_arch_native)(__VA_ARGS__)
#define seccomp_arch_remove(...) LIBSECCOMP(seccomp_arch_remove)(__VA_ARGS__)
#define seccomp_attr_set(...) LIBSECCOMP(seccomp_attr_set)(__VA_ARGS__)
#define seccomp_export_bpf(...) LIBSECCOMP(seccomp_export_bpf)(__VA_ARGS__)
#define seccomp_init(...) LIBSECCOMP(seccomp_init)(__VA_ARGS__)
#define seccomp_release(...) LIBSECCOMP(seccomp_release)(__VA_ARGS__)
#define seccomp_rule_add_array(...) LIBSECCOMP(seccomp_rule_add_array)(__VA_ARGS__)
#define seccomp_syscall_resolve_name(...) LIBSECCOMP(seccomp_syscall_resolve_name)(__VA_ARGS__)
#define seccomp_syscall_resolve_name_arch(...)                                                     \
	LIBSECCOMP(seccomp_syscall_resolve_name_arch)(__VA_ARGS__)
#define seccomp_syscall_resolve_num_arch(...)                                                      \
	LIBSECCOMP(seccomp_syscall_resolve_num_arch)(__VA_ARGS__)

#endif
#endif
