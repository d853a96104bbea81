/* SPDX-License-Identifier: MIT */
/* spec/spec_features: switches with a state, and at most a value. */
#include "unit/spec/reading.h"

static const struct spec_feature *find(
	const struct spec_feature *items, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(items[i].name, name) == 0)
			return &items[i];
	fail_msg("no feature '%s'", name);
	return NULL;
}

static void acpi_and_apic_are_there_or_not(void **state)
{
	auto_spec struct spec *with = reads(WITH("<features>\n<acpi/><apic eoi='on'/></features>"));
	auto_spec struct spec *without = reads(WITH("<features/>"));

	(void)state;
	assert_int_equal(with->acpi, CHOICE_YES);
	assert_int_equal(with->acpi_line, 3);
	assert_int_equal(with->apic, CHOICE_YES);
	assert_int_equal(with->features.apic_eoi, CHOICE_YES);
	assert_int_equal(without->acpi, CHOICE_UNSET);
	assert_int_equal(without->apic, CHOICE_UNSET);
}

static void smm_without_a_state_is_on(void **state)
{
	auto_spec struct spec *bare = reads(WITH("<features><smm/></features>"));
	auto_spec struct spec *off = reads(WITH("<features><smm state='off'/></features>"));
	auto_spec struct spec *unsaid = reads(WITH("<features><acpi/></features>"));

	(void)state;
	assert_int_equal(bare->smm, CHOICE_YES);
	assert_int_equal(off->smm, CHOICE_NO);
	assert_int_equal(off->smm_line, 2);
	assert_int_equal(unsaid->smm, CHOICE_UNSET);
}

static void hyperv_has_its_items(void **state)
{
	auto_spec struct spec *spec = reads(
		WITH("<features><hyperv mode='custom'><relaxed state='on'/>"
		     "<spinlocks state='on' retries='8191'/><vendor_id state='on' value='a b'/>"
		     "<stimer state='on'><direct state='off'/></stimer><evmcs state='off'/>"
		     "<tlbflush state='on'><extended state='on'/></tlbflush>"
		     "</hyperv></features>"));
	const struct spec_features *features = &spec->features;

	(void)state;
	assert_true(features->hyperv);
	assert_false(features->hyperv_passthrough);
	assert_int_equal(features->hyperv_count, 8);
	assert_int_equal(find(features->hyperv_items, 8, "relaxed")->state, CHOICE_YES);
	assert_string_equal(find(features->hyperv_items, 8, "spinlocks")->value, "8191");
	assert_string_equal(find(features->hyperv_items, 8, "vendor_id")->value, "a b");
	assert_int_equal(find(features->hyperv_items, 8, "stimer-direct")->state, CHOICE_NO);
	assert_int_equal(find(features->hyperv_items, 8, "evmcs")->state, CHOICE_NO);
	assert_int_equal(find(features->hyperv_items, 8, "tlbflush-extended")->state, CHOICE_YES);
}

static void hyperv_may_be_all_that_the_host_has(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH("<features><hyperv mode='passthrough'/></features>"));

	(void)state;
	assert_true(spec->features.hyperv);
	assert_true(spec->features.hyperv_passthrough);
	assert_int_equal(spec->features.hyperv_count, 0);
}

static void others_have_names_and_values(void **state)
{
	auto_spec struct spec *spec = reads(WITH(
		"<features><vmport state='off'/><pmu/><gic version='host'/><ioapic driver='qemu'/>"
		"<async-teardown enabled='no'/><smm><tseg unit='MiB'>16</tseg></smm>"
		"<kvm><hidden state='on'/><dirty-ring state='on' size='4096'/></kvm>"
		"</features>"));
	const struct spec_features *features = &spec->features;

	(void)state;
	assert_int_equal(features->count, 6);
	assert_int_equal(find(features->items, 6, "vmport")->state, CHOICE_NO);
	assert_int_equal(find(features->items, 6, "pmu")->state, CHOICE_YES);
	assert_string_equal(find(features->items, 6, "gic")->value, "host");
	assert_string_equal(find(features->items, 6, "ioapic")->value, "qemu");
	assert_int_equal(find(features->items, 6, "async-teardown")->state, CHOICE_NO);
	assert_string_equal(find(features->items, 6, "tseg")->value, "16777216");
	assert_int_equal(features->kvm_count, 2);
	assert_string_equal(find(features->kvm_items, 2, "dirty-ring")->value, "4096");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(acpi_and_apic_are_there_or_not),
		cmocka_unit_test(smm_without_a_state_is_on),
		cmocka_unit_test(hyperv_has_its_items),
		cmocka_unit_test(hyperv_may_be_all_that_the_host_has),
		cmocka_unit_test(others_have_names_and_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
