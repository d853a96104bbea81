/* SPDX-License-Identifier: MIT */
/*
 * What a plan was made of, as bytes in a launch record, and whether the host still has it.
 *
 * Files that only others write to count by how they look from outside. The VM's own files change
 * with every run: of its stores, and of what stands behind its images, the facts count that the
 * plan may be made of, and they are looked at again. So is /dev/kvm.
 */
#ifndef SLIPWAY_LAUNCH_FACTS_H
#define SLIPWAY_LAUNCH_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pack.h"

struct host;
struct strings;

/* Writes them; false where they would be good for nothing: something changed at `moment_ns` or
 * behind it, the emulator was not what it will be, or KVM was refused. `own` are files that were
 * asked for as firmware, and that the VM writes to. */
bool launch_facts_write(
	const struct host *host, const struct strings *own, uint64_t moment_ns, struct text *facts);

/* Reads what was written, and looks. */
bool launch_facts_hold(struct pack *pack);

#endif
