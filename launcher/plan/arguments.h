/* SPDX-License-Identifier: MIT */
/*
 * QEMU's command line, part by part: each function appends the arguments of one part of the
 * machine. Every value goes through qopt_* or JSON, so no text of a spec can become an option.
 */
#ifndef SLIPWAY_PLAN_ARGUMENTS_H
#define SLIPWAY_PLAN_ARGUMENTS_H

#include "base/attr.h"
#include "base/error.h"

struct plan;
struct plan_options;
struct spec;
struct spec_chardev;
struct strings;

/* What the argument builders look at and add to. */
struct arguments {
	const struct spec *spec;
	const struct plan_options *options;
	struct plan *plan; /* firmware, nvram, machine and accel are decided; argv grows */
};

struct error *add_arguments(const struct arguments *arguments) MUST_USE;

/* -blockdev nodes of the firmware, before -machine names them. */
struct error *add_flash_nodes(const struct arguments *arguments) MUST_USE;
/* The object of a confidential guest, which -machine names. */
struct error *add_security(const struct arguments *arguments) MUST_USE;
void add_machine(const struct arguments *arguments);
struct error *add_cpu(const struct arguments *arguments) MUST_USE;
struct error *add_disks(const struct arguments *arguments) MUST_USE;
struct error *add_serials(const struct arguments *arguments) MUST_USE;
/* What a watched VM has besides; after every device of the spec. */
void add_watch(const struct arguments *arguments);

/* "-option", "value": takes ownership of `value`. */
void add_option(struct strings *argv, const char *option, char *value);

#endif
