/* SPDX-License-Identifier: MIT */
/*
 * QEMU's own command line read as a request, the second of the two ways that a spec comes in.
 *
 * Reading never fails for what an argument says: QEMU is the judge of its own command line. What is
 * not understood is a need (SPEC_USE_NOT_KNOWN), which the plan answers with a wider sandbox.
 * QEMU 7.2 to 10.1, qemu-options.hx and qapi/.
 */
#ifndef SLIPWAY_SPEC_ARGV_H
#define SLIPWAY_SPEC_ARGV_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/text.h"
#include "spec/spec.h"

/*
 * True where QEMU is only asked something — -version, -help, any value "help" or "?", -machine
 * none, which is what management programs ask with — and no guest runs. `words` ends with NULL and
 * begins behind the emulator's name.
 */
bool argv_is_probe(char *const words[]);

/*
 * The spec of the arguments `words` (behind the emulator's name, ended by NULL). Relative paths
 * begin at `directory`. `name` is what the emulator is called: its architecture is the guest's.
 * Files of -readconfig are read. The caller frees with spec_free.
 */
struct spec *spec_read_argv(const char *name, char *const words[], const char *directory) MUST_USE;

/*
 * What arguments of QEMU that are added to a spec make it do and open, into spec->command; nothing
 * else of the spec changes, and spec->command.present stays false. Call it once.
 */
void spec_read_added(struct spec *spec, const struct strings *words, const char *directory);

#endif
