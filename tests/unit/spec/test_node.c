/* SPDX-License-Identifier: MIT */
/* spec/node: elements and attributes by name, read once asked for. */
#include "unit/spec/reading.h"

#include "spec/node.h"
#include "spec/parse.h"

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

static void children_of_one_name_follow_each_other(void **state)
{
	AUTO_TREE tree = tree_of("<a><b x='1'/>text<c/><!-- --><b x='2'/><bb/></a>");
	xmlNode *first = element_child(xmlDocGetRootElement(tree), "b");
	xmlNode *second = element_next(first);

	(void)state;
	assert_true(attribute_is(first, "x", "1"));
	assert_true(attribute_is(second, "x", "2"));
	assert_null(element_next(second));
	assert_null(element_child(first, "b"));
	assert_null(element_child(NULL, "b"));
}

static void a_path_takes_the_first_of_each_name(void **state)
{
	AUTO_TREE tree = tree_of("<a><b/><c><d x='1'/><d x='2'/></c></a>");
	xmlNode *root = xmlDocGetRootElement(tree);

	(void)state;
	assert_true(attribute_is(element_at(root, "c/d"), "x", "1"));
	assert_ptr_equal(element_at(root, ""), root);
	assert_null(element_at(root, "b/d"));
	assert_null(element_at(NULL, "b"));
}

static void asking_is_reading(void **state)
{
	AUTO_TREE tree = tree_of("<a><b x='1' y='2'/><c/></a>");
	xmlNode *root = xmlDocGetRootElement(tree);
	xmlNode *b = element_child(root, "b");
	auto_free char *x = attribute_value(b, "x");

	(void)state;
	assert_string_equal(x, "1");
	assert_true(element_was_read(b));
	assert_true(attribute_was_read(b->properties));
	assert_false(attribute_was_read(b->properties->next));
	assert_false(element_was_read(b->next));
	assert_int_equal(element_line(b), 1);
}

static void names_have_qemu_s_namespace_or_none(void **state)
{
	AUTO_TREE tree =
		tree_of("<a xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0' "
			"xmlns:o='urn:o'><q:b x='1'/><o:b x='2'/><b x='3'/><b q:x='4'/></a>");
	xmlNode *root = xmlDocGetRootElement(tree);
	xmlNode *plain = element_child(root, "b");

	(void)state;
	assert_true(attribute_is(element_child(root, "qemu:b"), "x", "1"));
	assert_true(attribute_is(plain, "x", "3"));
	assert_null(attribute_value(element_next(plain), "x"));
}

static void an_empty_attribute_says_nothing(void **state)
{
	AUTO_TREE tree = tree_of("<a x='' y=' '/>");
	xmlNode *root = xmlDocGetRootElement(tree);
	auto_free char *y = attribute_value(root, "y");

	(void)state;
	assert_null(attribute_value(root, "x"));
	assert_string_equal(y, " ");
	assert_null(attribute_value(root, "z"));
	assert_null(attribute_value(NULL, "x"));
	assert_true(attribute_is(root, "z", NULL));
}

static void text_is_an_element_s_own(void **state)
{
	AUTO_TREE tree = tree_of("<a> one <b>two</b><!-- no --> three\t</a>");
	auto_free char *text = element_text(xmlDocGetRootElement(tree));
	auto_free char *exact = element_text_exact(xmlDocGetRootElement(tree));

	(void)state;
	assert_string_equal(text, "one  three");
	assert_string_equal(exact, " one  three\t");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(children_of_one_name_follow_each_other),
		cmocka_unit_test(a_path_takes_the_first_of_each_name),
		cmocka_unit_test(asking_is_reading),
		cmocka_unit_test(names_have_qemu_s_namespace_or_none),
		cmocka_unit_test(an_empty_attribute_says_nothing),
		cmocka_unit_test(text_is_an_element_s_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
