/* SPDX-License-Identifier: MIT */
/*
 * AppArmor's file rules, as far as a question needs them: is there a line that allows this file?
 * (apparmor.d(5), "File rules"; globbing by *, **, ? and braces. Rules with variables are passed
 * over, and deny rules are not looked at.)
 */
#ifndef SLIPWAY_DOCTOR_RULES_H
#define SLIPWAY_DOCTOR_RULES_H

#include <stdbool.h>

/* Is there one rule in `profile` for `path` with all the letters of `permissions`? */
bool rules_cover(const char *profile, const char *path, const char *permissions);

#endif
