/* SPDX-License-Identifier: MIT */
/* act/filter_ready: what was made when slipway was built is what libseccomp makes now. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "act/filter.h"
#include "act/filter_ready.h"
#include "base/memory.h"

static void list_policies(const struct filter_ready *ready, struct strings *policies)
{
	for (size_t i = 0; ready->policies[i]; i++)
		strings_add(policies, ready->policies[i]);
}

static void skip_without_any(void)
{
	size_t count;

	if (!filter_ready_table(&count))
		skip(); /* built on another machine than it is for */
}

static void each_is_what_libseccomp_makes(void **state)
{
	size_t count;
	const struct filter_ready *table;

	(void)state;
	skip_without_any();
	table = filter_ready_table(&count);
	assert_true(count > 30);
	for (size_t i = 0; i < count; i++) {
		auto_strings struct strings policies = {NULL, 0};
		auto_filter struct filter *made = NULL;
		auto_filter struct filter *built = NULL;

		list_policies(&table[i], &policies);
		assert_null(
			filter_make(&policies, FILTER_DEFAULT_POLICY, filter_host_arch(), &made));
		assert_null(
			filter_build(&policies, FILTER_DEFAULT_POLICY, filter_host_arch(), &built));
		assert_int_equal(built->count, made->count);
		assert_memory_equal(built->instructions, made->instructions,
			made->count * sizeof(*made->instructions));
		assert_int_equal(built->exec_stays, made->exec_stays);
		assert_int_equal(built->tcp, made->tcp);
		assert_int_equal(built->otherwise, made->otherwise);
	}
}

static void each_is_found_in_any_order(void **state)
{
	size_t count;
	const struct filter_ready *table;

	(void)state;
	skip_without_any();
	table = filter_ready_table(&count);
	for (size_t i = 0; i < count; i++) {
		auto_strings struct strings policies = {NULL, 0};
		auto_strings struct strings backwards = {NULL, 0};

		list_policies(&table[i], &policies);
		for (size_t p = policies.count; p > 0; p--)
			strings_add(&backwards, policies.items[p - 1]);
		assert_ptr_equal(filter_ready_find(&policies), &table[i]);
		assert_ptr_equal(filter_ready_find(&backwards), &table[i]);
	}
}

/* More, fewer or others are another set, and have another filter. */
static void no_other_set_is_taken_for_one(void **state)
{
	static const char *const sets[][4] = {{"base"}, {"tcg"}, {"base", "tcg", "spawn"},
		{"base", "tcg", "kvm"}, {"base", "9p"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(sets); i++) {
		auto_strings struct strings policies = {NULL, 0};

		for (size_t p = 0; p < ARRAY_COUNT(sets[i]) && sets[i][p]; p++)
			strings_add(&policies, sets[i][p]);
		assert_null(filter_ready_find(&policies));
	}
}

static void other_defaults_and_hosts_are_made(void **state)
{
	auto_strings struct strings policies = {NULL, 0};
	auto_filter struct filter *logs = NULL;
	auto_filter struct filter *foreign = NULL;
	auto_filter struct filter *own = NULL;

	(void)state;
	strings_add(&policies, "base");
	strings_add(&policies, "kvm");
	assert_null(filter_build(&policies, FILTER_DEFAULT_POLICY, filter_host_arch(), &own));
	assert_null(filter_build(&policies, FILTER_DEFAULT_LOG, filter_host_arch(), &logs));
	assert_null(filter_build(&policies, FILTER_DEFAULT_POLICY,
		filter_host_arch() == ARCH_RISCV64 ? ARCH_AARCH64 : ARCH_RISCV64, &foreign));
	assert_true(logs->exec_stays);
	assert_false(own->exec_stays);
	assert_true(foreign->count != own->count ||
		    memcmp(foreign->instructions, own->instructions,
			    own->count * sizeof(*own->instructions)) != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_what_libseccomp_makes),
		cmocka_unit_test(each_is_found_in_any_order),
		cmocka_unit_test(no_other_set_is_taken_for_one),
		cmocka_unit_test(other_defaults_and_hosts_are_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
