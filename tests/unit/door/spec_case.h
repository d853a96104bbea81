/* SPDX-License-Identifier: MIT */
/*
 * A file of cases, each a spec in few words and what is to be in its plan, or in its refusal:
 *
 *	= name_of_the_case
 *	arch aarch64 virt       <type arch= machine=>; x86_64 q35 where it is not said
 *	type kvm                <domain type=>; qemu where it is not said
 *	option lenient          as --lenient; also ephemeral, no-sandbox, test
 *	os, spec, device XML    below <os>, <domain>, <devices>
 *	has TEXT                a fact of the plan (plan_facts.h) that TEXT fits; * fits any text
 *	lacks TEXT              no fact of the plan fits
 *	refused TEXT            it is refused, and TEXT fits a line of the refusal
 *
 * A line that begins with a tab goes on with the one above, '#' begins a comment.
 */
#ifndef SLIPWAY_TESTS_SPEC_CASE_H
#define SLIPWAY_TESTS_SPEC_CASE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/text.h"

struct spec_case {
	char *name;
	char *board; /* "ARCH MACHINE" */
	char *type;
	struct strings options;
	struct text os, spec, devices;
	struct strings has, lacks, refused;
};

struct spec_cases {
	struct spec_case *items;
	size_t count;
};

/* Adds those of the file `path`; what is no case fails the test. */
void spec_cases_read(const char *path, struct spec_cases *cases);
void spec_cases_clear(struct spec_cases *cases);

/* The spec as XML; the caller frees it. */
char *spec_case_xml(const struct spec_case *one) MUST_USE;

/*
 * Plans it on the empty host that the folder "root" in `folder` is: false when it is refused. *said
 * is what the plan says (plan_facts.h), or the lines of the refusal without the file's name.
 */
bool spec_case_plan(const struct spec_case *one, const char *folder, struct strings *said);

void spec_case_clear(struct spec_case *one);

/* Whether `pattern`, in which * stands for any text, is the whole of `text`. */
bool pattern_fits(const char *pattern, const char *text);

#endif
