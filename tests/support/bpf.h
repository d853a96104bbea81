/* SPDX-License-Identifier: MIT */
/*
 * An interpreter of the kernel's classic BPF as seccomp uses it: what a filter would answer to one
 * call, without loading it, so for every architecture.
 *
 * It knows the instructions that net/core/filter.c (bpf_check_classic, seccomp_check_filter) lets a
 * seccomp filter have; any other, and any jump out of the program, is "not ok".
 */
#ifndef SLIPWAY_TESTS_SUPPORT_BPF_H
#define SLIPWAY_TESTS_SUPPORT_BPF_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Runs the program over `call`. True: *ret_action is what it returned (SECCOMP_RET_… and data). */
bool bpf_run(const struct sock_filter *instructions, size_t count, const struct seccomp_data *call,
	uint32_t *ret_action);

/* The same, and how many instructions it took. */
bool bpf_run_counted(const struct sock_filter *instructions, size_t count,
	const struct seccomp_data *call, uint32_t *ret_action, size_t *ret_steps);

#endif
