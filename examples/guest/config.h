/* SPDX-License-Identifier: MIT */
#ifndef SLIPWAY_GUEST_CONFIG_H
#define SLIPWAY_GUEST_CONFIG_H

/*
 * What the file \slipway.cfg beside the guest asks for: its first word is the mode, its second the
 * mode's argument; both are always valid text, "hello" and "" where the file says nothing.
 */

#include "guest.h"

struct config {
	char *text;           /* owned; NULL: no file */
	const char *mode;     /* into text, or a constant */
	const char *argument; /* into text, or a constant */
};

/* A file that is there but cannot be read is said, and then counts as none. */
void config_read(struct config *ret_config, struct guest *guest);
void config_free(struct config *config, struct guest *guest);

#endif
