/* SPDX-License-Identifier: MIT */
/*
 * QEMU's command line, part by part: each function appends the arguments of one part of the
 * machine, and to the sandbox what QEMU needs for it. Every value goes through qopt_* or JSON, so
 * no text of a spec can become an option; a part that cannot be made is refused, never left out.
 */
#ifndef SLIPWAY_PLAN_ARGUMENTS_H
#define SLIPWAY_PLAN_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/error.h"

struct host;
struct layout;
struct plan;
struct plan_options;
struct refusals;
struct spec;
struct spec_chardev;
struct spec_sound;
struct strings;
struct text;

/* What the argument builders look at and add to. */
struct arguments {
	const struct spec *spec;
	const struct host *host;
	const struct plan_options *options;
	struct plan *plan; /* firmware, nvram, machine and accel are decided; argv grows */
	bool own_sandbox;  /* this QEMU has a filter of its own */
	/* The rest is filled by add_arguments */
	const struct layout *layout;
	struct refusals *refusals;
};

struct error *add_arguments(const struct arguments *given) MUST_USE;

/* -blockdev nodes of the firmware, before -machine names them. */
struct error *add_flash_nodes(const struct arguments *arguments) MUST_USE;
void add_machine(const struct arguments *arguments);

/* Properties of -machine and options beside it that <features>, <clock>, <pm> … ask for. */
void add_machine_features(const struct arguments *arguments, struct text *machine);
/* Whether QEMU runs the guest on the processor itself. */
bool is_kvm(const struct plan *plan);
void add_accel(const struct arguments *arguments);
void add_features(const struct arguments *arguments);
void add_cpu(const struct arguments *arguments);
void add_cpu_features(const struct arguments *arguments, struct text *cpu);
void add_memory(const struct arguments *arguments);
/* The id of the object that the whole memory is, or NULL: QEMU's own, or NUMA cells. */
const char *memory_object(const struct spec *spec);
void add_threads(const struct arguments *arguments);
/* iothread=…; 0: none was said. */
void add_iothread(struct text *option, unsigned int id);
void add_clock(const struct arguments *arguments);
void add_power(const struct arguments *arguments);
void add_boot(const struct arguments *arguments);
void add_tables(const struct arguments *arguments);
/* The id of the object that -machine names, or NULL. */
const char *security_object(const struct spec *spec);
void add_security(const struct arguments *arguments);

void add_controllers(const struct arguments *arguments);
void add_bridges(const struct arguments *arguments);
void add_disks(const struct arguments *arguments);
/* The nodes of one disk; the name of the topmost one, which the caller frees, or NULL for an empty
 * drive. */
char *add_disk_nodes(const struct arguments *arguments, size_t index) MUST_USE;
void add_filesystems(const struct arguments *arguments);
void add_interfaces(const struct arguments *arguments);
void add_lines(const struct arguments *arguments);
void add_tpms(const struct arguments *arguments);
void add_inputs(const struct arguments *arguments);
void add_audio(const struct arguments *arguments);
/* The id of the <audio> that hears the sound: libvirt's choice where none is said. */
unsigned int audio_of(const struct spec *spec, const struct spec_sound *sound);
void add_graphics(const struct arguments *arguments);
/* Whether the screen is seen by way of SPICE, which carries other things as well. */
bool has_spice(const struct spec *spec);
void add_videos(const struct arguments *arguments);
void add_sounds(const struct arguments *arguments);
void add_host_devices(const struct arguments *arguments);
void add_redirections(const struct arguments *arguments);
void add_small_devices(const struct arguments *arguments);

/* -chardev of `id` with the backend of `chardev`. */
void add_chardev(
	const struct arguments *arguments, const struct spec_chardev *chardev, const char *id);

/* QEMU's own -sandbox as a second layer; after everything that chooses a policy. */
void add_sandbox(const struct arguments *arguments);

/* What a watched VM has besides; after every device of the spec. */
void add_watch(const struct arguments *arguments);

/* "-option", "value": takes ownership of `value`. */
void add_option(struct strings *argv, const char *option, char *value);

#endif
