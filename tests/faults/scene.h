/* SPDX-License-Identifier: MIT */
/*
 * What a command finds before a fault, and what must hold after it: the store is absent or whole,
 * nothing is left, and what slipway says are lines of its own.
 */
#ifndef SLIPWAY_TESTS_FAULTS_SCENE_H
#define SLIPWAY_TESTS_FAULTS_SCENE_H

#include <stdbool.h>
#include <stddef.h>

#include "faults/started.h"

struct scene {
	const char *folder; /* holds store/, saved, out and err */
	const char *command;
	char *template; /* what a whole store holds */
	size_t template_bytes;
	bool has_store; /* from the beginning */
	int out_fd;
	int err_fd;
};

/* The scene of this command in `folder`, with the bytes of the file `template`. */
struct scene scene_open(const char *folder, const char *command, const char *template);
void scene_close(struct scene *scene);

/* As it is before each start. */
void scene_set(struct scene *scene);

/* What is not as promised, in words (static), or NULL. `may_be_mute`: what fails is to say so. */
const char *scene_wrong(struct scene *scene, struct ended ended, bool may_be_mute);

#endif
