/* SPDX-License-Identifier: MIT */
/*
 * What slipway says: results on stdout, its own words on stderr with "slipway: " before each line.
 * Nothing is decided here.
 */
#ifndef SLIPWAY_REPORT_H
#define SLIPWAY_REPORT_H

#include "base/error.h"
#include "base/text.h"

struct candidates;
struct options;
struct plan;
struct plan_sandbox;
struct rule_list;

/* Each line of `text` on stderr, behind "slipway: ". */
void report_words(const char *text);
void report_error(const struct error *error);
void report_warnings(const struct strings *warnings);

/* One line about each candidate, in search order, then about what was passed over on the
 * way, where `notes` is not NULL. */
void report_candidates(const struct candidates *candidates, const struct strings *notes);

/* The plan in words, as a runnable shell command, or as JSON (report_json.c). */
void report_plan_text(const struct plan *plan);
void report_plan_shell(const struct plan *plan);
void report_plan_json(const struct plan *plan);
/* What QEMU may call and open, each call with the policy line that says so. */
/* `tcp`: whether the rules allow TCP sockets at all. */
void report_policy_json(
	const struct plan_sandbox *sandbox, const struct rule_list *rules, bool tcp);
void report_firmware_json(const struct plan *plan);
void report_error_json(const struct error *error, const struct candidates *candidates);

#endif
