/* SPDX-License-Identifier: MIT */
/*
 * The sandbox's contents: the policies and paths that this VM's devices need, and no more.
 */
#ifndef SLIPWAY_PLAN_CAGE_H
#define SLIPWAY_PLAN_CAGE_H

#include <stdbool.h>

struct path_rule;
struct plan;
struct plan_options;
struct spec;

/* What every VM needs. */
void decide_cage(const struct spec *spec, const struct plan_options *options, struct plan *plan);

/* What a part of the machine needs beside that; a NULL path is nothing. Each rule is there once;
 * `wanted` and its path are borrowed. */
void cage_rule(struct plan *plan, struct path_rule wanted);
void cage_policy(struct plan *plan, const char *policy);
void cage_file(struct plan *plan, const char *path, bool write);
void cage_directory(struct plan *plan, const char *path, bool write);
void cage_device(struct plan *plan, const char *path);
void cage_devices_below(struct plan *plan, const char *path);

/* A TCP port that QEMU listens on, or connects to; 0: none. */
void cage_listen(struct plan *plan, unsigned int port);
void cage_connect(struct plan *plan, unsigned int port);

/* A client on the network that looks up names: policy and the resolver's files. */
void cage_resolver(struct plan *plan);

/* Landlock knows what is there, and what is not there yet by its folder alone. So a file that QEMU
 * would make is made before it, empty, and QEMU writes to nothing beside it. */
void cage_output(struct plan *plan, const char *path);

/* The socket `path`, which QEMU makes (`listen`) or connects to: its folder, for sockets alone. */
void cage_sockets(struct plan *plan, const char *path, bool listen);

/* The folder of a file beside which QEMU makes others. */
void cage_folder_of(struct plan *plan, const char *path);

#endif
