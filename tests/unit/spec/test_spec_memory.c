/* SPDX-License-Identifier: MIT */
/* spec/spec_memory: sizes in every unit, what backs them, NUMA. */
#include "unit/spec/reading.h"

/* <memory unit=…>3</memory> in bytes */
static uint64_t three(const char *unit)
{
	auto_free char *text = xasprintf("<domain type='kvm'><name>vm</name><memory %s>3</memory>"
					 "%s</domain>",
		unit, DOMAIN_OS);
	auto_spec struct spec *spec = reads(text);

	return spec->memory_bytes;
}

static void every_unit_has_its_bytes(void **state)
{
	(void)state;
	assert_int_equal(three(""), 3 << 10);
	assert_int_equal(three("unit='b'"), 3);
	assert_int_equal(three("unit='bytes'"), 3);
	assert_int_equal(three("unit='KB'"), 3000);
	assert_int_equal(three("unit='k'"), 3 << 10);
	assert_int_equal(three("unit='KiB'"), 3 << 10);
	assert_int_equal(three("unit='MB'"), 3000000);
	assert_int_equal(three("unit='MiB'"), 3 << 20);
	assert_int_equal(three("unit='G'"), 3ULL << 30);
	assert_int_equal(three("unit='GiB'"), 3ULL << 30);
	assert_int_equal(three("unit='TiB'"), 3ULL << 40);
}

static void white_space_around_a_number_is_nothing(void **state)
{
	auto_spec struct spec *spec = reads("<domain type='kvm'><name>vm</name>\n<memory "
					    "unit='MiB'>\n  512\n</memory>" DOMAIN_OS "</domain>");

	(void)state;
	assert_int_equal(spec->memory_bytes, 512 << 20);
	assert_int_equal(spec->memory_line, 2);
}

static void current_memory_is_kept_beside(void **state)
{
	auto_spec struct spec *spec = reads(WITH("<currentMemory unit='KiB'>512</currentMemory>"));

	(void)state;
	assert_int_equal(spec->memory_bytes, 1 << 20);
	assert_int_equal(spec->memory.current_bytes, 512 << 10);
	assert_int_equal(spec->memory.current_line, 2);
}

static void backing_is_read(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH("<memoryBacking><hugepages><page size='2' unit='MiB' nodeset='0-1'/>"
			   "<page size='1048576'/></hugepages><locked/><access mode='shared'/>"
			   "<source type='memfd'/><allocation mode='immediate' threads='2'/>"
			   "</memoryBacking>"));

	(void)state;
	assert_true(spec->memory.hugepages);
	assert_int_equal(spec->memory.page_count, 2);
	assert_int_equal(spec->memory.pages[0].size_bytes, 2 << 20);
	assert_string_equal(spec->memory.pages[0].nodes, "0-1");
	assert_int_equal(spec->memory.pages[1].size_bytes, 1 << 30);
	assert_null(spec->memory.pages[1].nodes);
	assert_true(spec->memory.locked);
	assert_false(spec->memory.no_sharing);
	assert_string_equal(spec->memory.access, "shared");
	assert_string_equal(spec->memory.source, "memfd");
	assert_string_equal(spec->memory.allocation, "immediate");
	assert_int_equal(spec->memory.allocation_threads, 2);
}

static void cells_may_say_the_size(void **state)
{
	auto_spec struct spec *spec =
		reads("<domain type='kvm'><name>vm</name><vcpu>2</vcpu>" DOMAIN_OS
		      "<cpu><numa><cell cpus='0' memory='1' unit='MiB'/>"
		      "<cell id='5' cpus='1' memory='1024' memAccess='shared'><distances>"
		      "<sibling id='0' value='20'/></distances></cell></numa></cpu></domain>");

	(void)state;
	assert_int_equal(spec->memory_bytes, 2 << 20);
	assert_int_equal(spec->memory.cell_count, 2);
	assert_int_equal(spec->memory.cells[0].id, -1);
	assert_string_equal(spec->memory.cells[0].cpus, "0");
	assert_int_equal(spec->memory.cells[1].id, 5);
	assert_int_equal(spec->memory.cells[1].memory_bytes, 1 << 20);
	assert_string_equal(spec->memory.cells[1].access, "shared");
	assert_int_equal(spec->memory.cells[1].distance_count, 1);
	assert_int_equal(spec->memory.cells[1].distances[0].distance, 20);
}

static void a_page_has_a_known_unit(void **state)
{
	(void)state;
	refuses_with(WITH("<memoryBacking><hugepages>\n<page size='2' unit='ell'/></hugepages>"
			  "</memoryBacking>"),
		"vm.xml:3: unit of <page> is not known");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_unit_has_its_bytes),
		cmocka_unit_test(white_space_around_a_number_is_nothing),
		cmocka_unit_test(current_memory_is_kept_beside),
		cmocka_unit_test(backing_is_read),
		cmocka_unit_test(cells_may_say_the_size),
		cmocka_unit_test(a_page_has_a_known_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
