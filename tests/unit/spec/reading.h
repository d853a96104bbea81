/* SPDX-License-Identifier: MIT */
/*
 * Specs for tests: whole ones from a text or a file, and small ones around the part under test.
 */
#ifndef SLIPWAY_TESTS_READING_H
#define SLIPWAY_TESTS_READING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "spec/spec.h"

/* A spec that may stand alone; the parts under test are put into it. Line 1 is <domain>, `outside`
 * and `inside` begin in lines 2 and 3, each a line or more. */
#define DOMAIN_BEGIN "<domain type='kvm'><name>vm</name><memory>1024</memory>"
#define DOMAIN_OS "<os><type arch='x86_64' machine='q35'>hvm</type></os>"
#define WITH(outside) DOMAIN_BEGIN DOMAIN_OS "\n" outside "\n</domain>"
#define WITH_OS(os) DOMAIN_BEGIN "\n" os "\n</domain>"
#define WITH_DEVICES(inside) DOMAIN_BEGIN DOMAIN_OS "<devices>\n" inside "\n</devices></domain>"

/* Reads `text` as "vm.xml"; fails the test when it is refused. */
static inline struct spec *reads(const char *text)
{
	auto_error struct error *error = NULL;
	struct spec *spec = NULL;

	error = spec_read_xml(text, strlen(text), "vm.xml", false, &spec);
	if (error)
		print_error("%s\n", error->text);
	assert_null(error);
	assert_non_null(spec);
	return spec;
}

/* The refusal of `text`; fails the test when it is read. */
static inline struct error *refuses(const char *text)
{
	auto_spec struct spec *spec = NULL;
	struct error *error = spec_read_xml(text, strlen(text), "vm.xml", false, &spec);

	if (!error)
		print_error("read: %s\n", text);
	assert_non_null(error);
	assert_null(spec);
	assert_int_equal(error->status, ERROR_STATUS_REFUSED);
	assert_string_equal(error->file, "vm.xml");
	return error;
}

/* `text` is refused with these very words. */
static inline void refuses_with(const char *text, const char *words)
{
	auto_error struct error *error = refuses(text);

	assert_string_equal(error->text, words);
}

/* A refusal by a name that says the fact. */
struct refusal {
	const char *fact;
	const char *text;
	const char *words;
};

static inline void refusal_is_told(void **state)
{
	const struct refusal *refusal = *state;

	refuses_with(refusal->text, refusal->words);
}

/* Runs each refusal as a test of its own; what main returns. */
static inline int run_refusals(const struct refusal *refusals, size_t count)
{
	auto_free struct CMUnitTest *tests = xcalloc(count, sizeof(*tests));

	for (size_t i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){
			.name = refusals[i].fact,
			.test_func = refusal_is_told,
			.initial_state = (void *)(uintptr_t)&refusals[i],
		};
	return _cmocka_run_group_tests("refusals", tests, count, NULL, NULL);
}

/* The project's root: given by the Makefile, else where the test is run. */
static inline const char *source_directory(void)
{
	const char *directory = getenv("SRCDIR");

	return directory ? directory : ".";
}

#endif
