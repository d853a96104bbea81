/* SPDX-License-Identifier: MIT */
/*
 * Character devices' host side, beside what plan/arguments.h offers to all.
 */
#ifndef SLIPWAY_PLAN_LINE_H
#define SLIPWAY_PLAN_LINE_H

struct arguments;
struct spec_chardev;
struct text;

/* The same as add_chardev for a parallel port: a host's device is one, too. */
void add_parallel_chardev(
	const struct arguments *arguments, const struct spec_chardev *chardev, const char *id);

/* logfile=, logappend= of a <log>. */
void add_log(
	struct text *option, const struct arguments *arguments, const struct spec_chardev *chardev);

#endif
