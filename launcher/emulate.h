/* SPDX-License-Identifier: MIT */
/*
 * slipway in QEMU's place: called by an emulator's name, or as a prefix (slipway exec), with QEMU's
 * own arguments; transparent but for the sandbox, and for firmware where it was asked for.
 *
 * What QEMU inherits stays what the caller gave: environment, working directory, umask, signals,
 * every descriptor and its number, the process id; only the soft limit of open files is raised.
 */
#ifndef SLIPWAY_EMULATE_H
#define SLIPWAY_EMULATE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/terms.h"

struct launch;
struct options;
struct strings;
struct survey_request;

/* The whole program in emulator mode. Comes back only with a failure: the status to end with. */
int emulate(char **argv);

/* A command line for `slipway exec`: words[0] is the QEMU binary, by path or by a name in PATH. */
struct command_line {
	char *const *words;
	bool by_name; /* words[0] is what slipway was called as: the QEMU behind it is searched for
		       */
};

/* Fills *launch with the plan of an earlier start; false: there is none that is good. */
bool command_take(const struct options *options, struct launch *launch);

/* Fills *launch with spec, host and plan. */
struct error *command_prepare(const struct options *options, const struct command_line *line,
	struct launch *launch) MUST_USE;

/* Executes QEMU with nothing around it, for questions that no guest answers. Comes back only with
 * an error. */
struct error *command_pass_through(
	const struct options *options, const struct command_line *line) MUST_USE;

/* The machine's architecture, by the emulator's name: qemu-kvm and kvm are this host's own. */
enum arch command_arch(const char *name);

/*
 * Does the caller have one of the numbers, moved by `shift`, that plans give to descriptors of
 * their own: as a descriptor, or as a set of the command line's `words` (NULL: none)?
 */
bool command_numbers_are_taken(int shift, const struct strings *words);

/* Fills what the search for the emulator needs; borrows. */
void command_ask_for_emulator(const struct options *options, const struct command_line *line,
	const char *name, struct survey_request *request);

/* Carries the plan out. Comes back only with an error. */
struct error *command_start(const struct options *options, const struct launch *launch) MUST_USE;

#endif
