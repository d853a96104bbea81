/* SPDX-License-Identifier: MIT */
/* spec/walk: what the table of parts does not have is cut out and reported. */
#include "unit/spec/reading.h"

#include "spec/node.h"
#include "spec/parse.h"
#include "spec/walk.h"

#define AUTO_TREE __attribute__((cleanup(tree_free))) xmlDoc *

static void tree_free(xmlDoc **tree)
{
	xmlFreeDoc(*tree);
}

static xmlDoc *tree_of(const char *text)
{
	xmlDoc *tree = NULL;
	auto_error struct error *error = parse_tree(text, strlen(text), "vm.xml", &tree);

	assert_null(error);
	return tree;
}

/* The tree as text after the walk, without the XML declaration. */
static void leaves(const char *text, const char *left, size_t places_count)
{
	auto_places struct places places = {.path = "vm.xml"};
	AUTO_TREE tree = tree_of(text);
	xmlBuffer *buffer = xmlBufferCreate();

	walk_check(xmlDocGetRootElement(tree), &places);
	xmlNodeDump(buffer, tree, xmlDocGetRootElement(tree), 0, 0);
	assert_string_equal((const char *)xmlBufferContent(buffer), left);
	assert_int_equal(places.count, places_count);
	xmlBufferFree(buffer);
}

static void what_is_known_stays(void **state)
{
	(void)state;
	leaves("<domain type='kvm'><name>a</name><vcpu current='1'>2</vcpu></domain>",
		"<domain type=\"kvm\"><name>a</name><vcpu current=\"1\">2</vcpu></domain>", 0);
}

static void unknown_elements_and_attributes_are_cut(void **state)
{
	(void)state;
	leaves("<domain type='kvm' x='1'><y><z/></y><name w='2'>a</name></domain>",
		"<domain type=\"kvm\"><name>a</name></domain>", 3);
}

static void what_lies_in_a_cut_element_is_not_reported(void **state)
{
	(void)state;
	leaves("<domain><y a='1'><z b='2'/></y></domain>", "<domain/>", 1);
}

static void a_second_single_element_is_cut(void **state)
{
	(void)state;
	leaves("<domain><name>a</name><name>b</name></domain>", "<domain><name>a</name></domain>",
		1);
}

static void elements_that_may_be_many_are_many(void **state)
{
	(void)state;
	leaves("<domain><devices><rng/><rng/></devices></domain>",
		"<domain><devices><rng/><rng/></devices></domain>", 0);
}

static void an_unknown_value_is_cut_with_its_attribute(void **state)
{
	(void)state;
	leaves("<domain><on_poweroff>explode</on_poweroff><vcpu placement='auto'>1</vcpu></domain>",
		"<domain><vcpu>1</vcpu></domain>", 2);
}

static void an_unknown_kind_is_cut_with_its_device(void **state)
{
	(void)state;
	leaves("<domain><devices><rng model='xen'><backend/></rng><rng/></devices></domain>",
		"<domain><devices><rng/></devices></domain>", 1);
	leaves("<domain><devices><disk><target bus='xen'/></disk><rng/></devices></domain>",
		"<domain><devices><rng/></devices></domain>", 1);
}

static void inside_an_unknown_kind_only_its_source_is_not_judged(void **state)
{
	(void)state;
	leaves("<domain><devices><interface type='network'><source network='a'><x/></source>"
	       "<filterref/></interface></devices></domain>",
		"<domain><devices/></domain>", 2);
}

static void the_next_device_is_judged_anew(void **state)
{
	(void)state;
	leaves("<domain><devices><interface type='network'/><interface type='user'>"
	       "<source network='a'/></interface></devices></domain>",
		"<domain><devices><interface "
		"type=\"user\"><source/></interface></devices></domain>",
		2);
}

static void accepted_trees_are_emptied(void **state)
{
	(void)state;
	leaves("<domain><metadata a='1'><b xmlns='urn:c'/></metadata></domain>",
		"<domain><metadata/></domain>", 0);
}

static void only_a_backing_store_lies_in_itself(void **state)
{
	(void)state;
	leaves("<domain><devices><disk><backingStore><backingStore/></backingStore></disk>"
	       "</devices></domain>",
		"<domain><devices><disk><backingStore><backingStore/></backingStore></disk>"
		"</devices></domain>",
		0);
	leaves("<domain><devices><devices/></devices></domain>", "<domain><devices/></domain>", 1);
}

static void text_between_elements_is_reported(void **state)
{
	auto_places struct places places = {.path = "vm.xml"};
	AUTO_TREE tree = tree_of("<domain><features> <!-- x --> yes <acpi/></features></domain>");

	(void)state;
	walk_check(xmlDocGetRootElement(tree), &places);
	assert_int_equal(places.count, 1);
	assert_string_equal(places.items[0].what, "text 'yes' in <features> is not supported");
}

static void what_nobody_read_is_reported(void **state)
{
	auto_places struct places places = {.path = "vm.xml"};
	AUTO_TREE tree =
		tree_of("<domain type='kvm'><name>a</name>\n<vcpu current='1'>1</vcpu></domain>");
	xmlNode *domain = xmlDocGetRootElement(tree);
	auto_free char *type = attribute_value(domain, "type");

	(void)state;
	assert_string_equal(type, "kvm");
	element_child(domain, "vcpu");
	walk_report_unread(domain, &places);
	assert_int_equal(places.count, 2);
	assert_string_equal(places.items[0].what, "element <name> in <domain> means nothing here");
	assert_string_equal(
		places.items[1].what, "attribute 'current' of <vcpu> means nothing here");
	assert_int_equal(places.items[1].line, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_known_stays),
		cmocka_unit_test(unknown_elements_and_attributes_are_cut),
		cmocka_unit_test(what_lies_in_a_cut_element_is_not_reported),
		cmocka_unit_test(a_second_single_element_is_cut),
		cmocka_unit_test(elements_that_may_be_many_are_many),
		cmocka_unit_test(an_unknown_value_is_cut_with_its_attribute),
		cmocka_unit_test(an_unknown_kind_is_cut_with_its_device),
		cmocka_unit_test(inside_an_unknown_kind_only_its_source_is_not_judged),
		cmocka_unit_test(the_next_device_is_judged_anew),
		cmocka_unit_test(accepted_trees_are_emptied),
		cmocka_unit_test(only_a_backing_store_lies_in_itself),
		cmocka_unit_test(text_between_elements_is_reported),
		cmocka_unit_test(what_nobody_read_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
