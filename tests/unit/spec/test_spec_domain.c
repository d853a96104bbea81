/* SPDX-License-Identifier: MIT */
/* spec/spec_domain: what a VM is called, how many CPUs it has, what QEMU is told besides. */
#include "unit/spec/reading.h"

static void a_small_spec_says_the_least(void **state)
{
	auto_spec struct spec *spec = reads(WITH(""));

	(void)state;
	assert_string_equal(spec->path, "vm.xml");
	assert_string_equal(spec->name, "vm");
	assert_int_equal(spec->name_line, 1);
	assert_int_equal(spec->accel, SPEC_ACCEL_KVM);
	assert_int_equal(spec->vcpus, 1);
	assert_int_equal(spec->memory_bytes, 1024 * 1024);
	assert_null(spec->uuid);
	assert_null(spec->genid);
	assert_null(spec->emulator);
	assert_null(spec->cpu.mode);
	assert_int_equal(spec->disk_count, 0);
	assert_false(spec->balloon.present);
	assert_int_equal(spec->notes.count, 0);
}

static void type_qemu_is_tcg(void **state)
{
	auto_spec struct spec *spec = reads(
		"<domain type='qemu'><name>vm</name><memory>1</memory>" DOMAIN_OS "</domain>");

	(void)state;
	assert_int_equal(spec->accel, SPEC_ACCEL_TCG);
}

static void a_name_keeps_every_character(void **state)
{
	auto_spec struct spec *spec =
		reads("<domain type='kvm'><name> a,b &lt;&apos;&quot;%s\n$x\t"
		      "\xc3\xa4 </name><memory>1</memory>" DOMAIN_OS "</domain>");

	(void)state;
	assert_string_equal(spec->name, " a,b <'\"%s\n$x\t\xc3\xa4 ");
}

static void a_uuid_is_made_canonical(void **state)
{
	static const char *const texts[] = {
		WITH("<uuid>7F70776B-72E3-441F-B6CA-26A38061EA8B</uuid>"),
		WITH("<uuid>\n  7f70776b72e3441fb6ca26a38061ea8b\n</uuid>"),
		WITH("<uuid>7f70-776b72e3-441fb6ca-26a38061ea8b</uuid>"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		auto_spec struct spec *spec = reads(texts[i]);

		assert_string_equal(spec->uuid, "7f70776b-72e3-441f-b6ca-26a38061ea8b");
	}
}

static void a_uuid_is_whole(void **state)
{
	static const char *const texts[] = {
		WITH("<uuid>7f70776b-72e3-441f-b6ca-26a38061ea8</uuid>"),
		WITH("<uuid>7f70776b-72e3-441f-b6ca-26a38061ea8b0</uuid>"),
		WITH("<uuid>7f70776b-72e3-441f-b6ca-26a38061ea8g</uuid>"),
		WITH("<uuid>7-f70776b72e3441fb6ca26a38061ea8b</uuid>"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		auto_error struct error *error = refuses(texts[i]);

		assert_non_null(strstr(error->text, "is not a UUID"));
	}
}

static void an_empty_element_says_nothing(void **state)
{
	auto_spec struct spec *spec = reads(
		WITH("<uuid></uuid><title/><description> </description><vcpu></vcpu><metadata/>"));

	(void)state;
	assert_null(spec->uuid);
	assert_int_equal(spec->vcpus, 1);
}

static void an_empty_genid_is_a_new_one_each_time(void **state)
{
	auto_spec struct spec *empty = reads(WITH("<genid/>"));
	auto_spec struct spec *given =
		reads(WITH("<genid>3E3FCE45-4f53-4fa7-bb32-11f34168b82b</genid>"));

	(void)state;
	assert_string_equal(empty->genid, "");
	assert_string_equal(given->genid, "3e3fce45-4f53-4fa7-bb32-11f34168b82b");
	assert_int_equal(given->genid_line, 2);
}

static void vcpus_may_be_fewer_at_start(void **state)
{
	auto_spec struct spec *spec = reads(WITH("<vcpu current='2'>8</vcpu>"));

	(void)state;
	assert_int_equal(spec->vcpus, 8);
	assert_int_equal(spec->vcpus_at_start, 2);
	assert_int_equal(spec->vcpus_line, 2);
}

static void qemu_arguments_are_in_order_and_may_be_empty(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH("<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>"
			   "<q:arg value='-a'/><q:env name='A' value='x=y'/><q:arg "
			   "value=''/><q:arg value='b,c'/>"
			   "<q:env name='B'/></q:commandline>"));

	(void)state;
	assert_int_equal(spec->qemu_arguments.count, 3);
	assert_string_equal(spec->qemu_arguments.items[0], "-a");
	assert_string_equal(spec->qemu_arguments.items[1], "");
	assert_string_equal(spec->qemu_arguments.items[2], "b,c");
	assert_int_equal(spec->qemu_environment.count, 2);
	assert_string_equal(spec->qemu_environment.items[0], "A=x=y");
	assert_string_equal(spec->qemu_environment.items[1], "B=");
}

static void metadata_may_hold_anything(void **state)
{
	auto_spec struct spec *spec = reads(
		WITH("<metadata><a:b xmlns:a='urn:a' a:c='d'><name/><disk/>text</a:b></metadata>"));

	(void)state;
	assert_int_equal(spec->disk_count, 0);
	assert_string_equal(spec->name, "vm");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_spec_says_the_least),
		cmocka_unit_test(type_qemu_is_tcg),
		cmocka_unit_test(a_name_keeps_every_character),
		cmocka_unit_test(a_uuid_is_made_canonical),
		cmocka_unit_test(a_uuid_is_whole),
		cmocka_unit_test(an_empty_element_says_nothing),
		cmocka_unit_test(an_empty_genid_is_a_new_one_each_time),
		cmocka_unit_test(vcpus_may_be_fewer_at_start),
		cmocka_unit_test(qemu_arguments_are_in_order_and_may_be_empty),
		cmocka_unit_test(metadata_may_hold_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
