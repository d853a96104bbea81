/* SPDX-License-Identifier: MIT */
/*
 * What slipway says of itself: a screen for --help, and `slipway help TOPIC`. Options and commands
 * come from their tables in options.c; each option belongs to one topic.
 */
#ifndef SLIPWAY_HELP_H
#define SLIPWAY_HELP_H

#include <stdio.h>

#include "base/error.h"

struct options;

/* A screen: each command with what it is for, each option by name. */
void help_screen(FILE *stream);

/* `slipway help`, `slipway help TOPIC`; TOPIC is a topic, a command, or "options": all of them. */
struct error *cmd_help(const struct options *options, int *ret_status) MUST_USE;

#endif
