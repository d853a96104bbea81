/* SPDX-License-Identifier: MIT */
/*
 * Do the files that a firmware names exist, and would QEMU and the firmware run with them? What
 * QEMU itself would let through in silence is refused here. Each answer is NULL or the reason,
 * which the caller frees.
 */
#ifndef SLIPWAY_PLAN_FIT_H
#define SLIPWAY_PLAN_FIT_H

#include <stdint.h>

#include "base/attr.h"
#include "base/terms.h"

struct descriptor;
struct firmware_file;
struct firmware_pair;
struct firmware_request;

char *descriptor_misfit(
	const struct firmware_request *request, const struct descriptor *descriptor) MUST_USE;
char *pair_misfit(
	const struct firmware_request *request, const struct firmware_pair *pair) MUST_USE;

/* CODE (or a unified file) of `format` as flash 0 of this board. */
char *code_misfit(
	enum arch arch, const struct firmware_file *code, enum image_format format) MUST_USE;

/* A template or a store of `format` as flash 1 beside `code`. */
char *store_misfit(enum arch arch, const struct firmware_file *code,
	const struct firmware_file *store, enum image_format format) MUST_USE;

/* A file for -bios on this board. */
char *memory_misfit(enum arch arch, const struct firmware_file *file) MUST_USE;

/* "2M" or "4M" for x86 builds of these sizes, else NULL. */
const char *code_family_name(const struct firmware_file *code);

/* Bytes that the store beside `code` must show the guest; 0 where any size may do. */
uint64_t store_size_wanted(enum arch arch, const struct firmware_file *code);

#endif
