/* SPDX-License-Identifier: MIT */
/*
 * From options to a plan: read the spec, survey the host, decide. Every command that takes a spec
 * begins here; nothing on the host is changed.
 */
#ifndef SLIPWAY_LAUNCH_H
#define SLIPWAY_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "act/store_digest.h"
#include "base/attr.h"
#include "base/error.h"
#include "plan/plan.h"

struct filter;
struct host;
struct options;
struct spec;

/* What a start must be to take this one's plan. */
struct launch_occasion {
	char *path; /* of the record; NULL: a start like this one keeps none */
	unsigned char digest[DIGEST_BYTES];
	uint64_t begun_ns; /* since 1970: no file was looked at before */
};

/* What was read and decided; zero-initialised before, cleared after. */
struct launch {
	char *text; /* the spec's file; NULL: there is none */
	size_t text_bytes;
	char *record;      /* of an earlier start, as it was read; NULL: there is none */
	struct spec *spec; /* NULL, as host: the plan is an earlier start's */
	struct host *host;
	struct candidates candidates; /* of a refusal; a plan has its own */
	struct plan *plan;
	struct launch_occasion occasion;
	struct filter *filter; /* the plan's, where it is kept with it; else NULL */
	bool own_arguments;    /* some of QEMU's arguments are the caller's own */
	bool command_line;     /* all of them are: slipway was called in QEMU's place */
};

/* Fills launch->text from the file at `path`. */
struct error *launch_read_text(const char *path, struct launch *launch) MUST_USE;

/* On failure *launch holds what was reached, for the report. Without a path launch->spec is there
 * already. */
struct error *launch_prepare(
	const struct options *options, const char *spec_path, struct launch *launch) MUST_USE;
/* For a command without a spec: a UEFI guest of this host's own architecture on its usual board.
 * `command` stands for the file in messages. */
struct spec *usual_spec(const char *command) MUST_USE;
void launch_clear(struct launch *launch);
#define auto_launch CLEANUP(launch_clear)

/*
 * Carries the plan out: filter, NVRAM, confinement, exec. Comes back only with an error.
 * Warnings are printed before QEMU is started, unless options->quiet.
 */
struct error *launch_start(const struct options *options, const struct launch *launch) MUST_USE;

/* What the options say, for the plan. Borrows from them. */
struct plan_options launch_plan_options(const struct options *options);

/* The one operand that this command takes; `what` names it in the refusal. */
struct error *one_operand(
	const struct options *options, const char *what, const char **ret_operand) MUST_USE;

#endif
