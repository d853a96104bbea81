/* SPDX-License-Identifier: MIT */
/* spec/parse: what is not a well-formed, plain, bounded UTF-8 document is refused in one line. */
#include "unit/spec/reading.h"

#include <unistd.h>

#include <libxml/xmlerror.h>

#include "spec/node.h"
#include "spec/parse.h"

#define AUTO_TREE __attribute__((cleanup(tree_free))) xmlDoc *

static void tree_free(xmlDoc **tree)
{
	xmlFreeDoc(*tree);
}

static struct error *parse(const char *text, xmlDoc **ret_tree)
{
	return parse_tree(text, strlen(text), "vm.xml", ret_tree);
}

static void parses(const char *text, xmlDoc **ret_tree)
{
	auto_error struct error *error = parse(text, ret_tree);

	if (error)
		print_error("%s\n", error->text);
	assert_null(error);
}

static void fails_with(const char *text, const char *words)
{
	xmlDoc *tree = NULL;
	auto_error struct error *error = parse(text, &tree);

	assert_non_null(error);
	assert_null(tree);
	assert_string_equal(error->text, words);
}

/* The rest of the words is libxml2's and differs between its versions. */
static void each_kind_of_bad_syntax_is_one_line(void **state)
{
	static const char *const texts[][2] = {
		{"", "vm.xml:1: not well-formed XML: "},
		{"name = vm\n", "vm.xml:1: not well-formed XML: "},
		{"<a>\n<b>\n</a>", "vm.xml:3: not well-formed XML: "},
		{"<a>\n<b>\n", "vm.xml:3: not well-formed XML: "},
		{"<a/>\n<b/>", "vm.xml:2: not well-formed XML: "},
		{"<a x='1' x='2'/>", "vm.xml:1: not well-formed XML: "},
		{"<a>\n&unknown;</a>", "vm.xml:2: not well-formed XML: "},
		{"<a x='<'/>", "vm.xml:1: not well-formed XML: "},
		{"<a>\n\x1b[2J</a>", "vm.xml:2: not well-formed XML: "},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		xmlDoc *tree = NULL;
		auto_error struct error *error = parse(texts[i][0], &tree);

		assert_non_null(error);
		assert_true(text_starts_with(error->text, texts[i][1]));
		assert_true(strlen(error->text) > strlen(texts[i][1]));
		assert_null(strpbrk(error->text, "\n\r\x1b"));
	}
}

static void a_doctype_is_refused(void **state)
{
	(void)state;
	fails_with("<?xml version='1.0'?>\n<!DOCTYPE domain>\n<domain/>",
		"vm.xml:2: a DOCTYPE is not accepted, and neither are entities; domain XML has "
		"none");
}

static void entities_are_never_declared(void **state)
{
	(void)state;
	fails_with("<!DOCTYPE a [\n<!ENTITY x 'y'>\n<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
		   "<a>&x;&f;</a>",
		"vm.xml:1: a DOCTYPE is not accepted, and neither are entities; domain XML has "
		"none");
}

static void an_external_subset_is_not_opened(void **state)
{
	(void)state;
	fails_with("<!DOCTYPE a SYSTEM 'file:///etc/hostname'><a/>",
		"vm.xml:1: a DOCTYPE is not accepted, and neither are entities; domain XML has "
		"none");
}

static void the_five_built_in_references_are_text(void **state)
{
	AUTO_TREE tree = NULL;
	auto_free char *text = NULL;

	(void)state;
	parses("<a>&lt;&gt;&amp;&apos;&quot;&#10;&#x41;</a>", &tree);
	text = element_text_exact(xmlDocGetRootElement(tree));
	assert_string_equal(text, "<>&'\"\nA");
}

static void cdata_is_text(void **state)
{
	AUTO_TREE tree = NULL;
	auto_free char *text = NULL;

	(void)state;
	parses("<a>x<![CDATA[<y>]]>z</a>", &tree);
	text = element_text_exact(xmlDocGetRootElement(tree));
	assert_string_equal(text, "x<y>z");
}

static void xinclude_stays_an_element(void **state)
{
	AUTO_TREE tree = NULL;
	xmlNode *child;

	(void)state;
	parses("<a><i:include xmlns:i='http://www.w3.org/2001/XInclude' href='/etc/passwd' "
	       "parse='text'/></a>",
		&tree);
	child = xmlDocGetRootElement(tree)->children;
	assert_int_equal(child->type, XML_ELEMENT_NODE);
	assert_null(child->children);
	assert_null(child->next);
}

static void bad_utf8_is_refused(void **state)
{
	static const char *const texts[] = {
		"<a>\n\xff</a>",         /* never a first byte */
		"<a>\n\x80</a>",         /* a continuation first */
		"<a>\n\xc0\xaf</a>",     /* overlong */
		"<a>\n\xe0\x80\xaf</a>", /* overlong in three bytes */
		"<a>\n\xed\xa0\x80</a>", /* a surrogate */
		"<a>\n\xf0\x80\x80\xaf</a>", "<a>\n\xf4\x90\x80\x80</a>", /* above U+10FFFF */
		"<a>\n\xc3",                                              /* cut off */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		auto_free char *words =
			xasprintf("vm.xml:2: byte 0x%02x is not UTF-8", (unsigned char)texts[i][4]);

		fails_with(texts[i], words);
	}
}

static void a_character_ends_where_the_text_ends(void **state)
{
	static const char text[] = "<a>\n\xc3\xa4";
	xmlDoc *tree = NULL;
	auto_error struct error *error = parse_tree(text, sizeof(text) - 2, "vm.xml", &tree);

	(void)state;
	assert_string_equal(error->text, "vm.xml:2: byte 0xc3 is not UTF-8");
}

static void good_utf8_of_every_length_passes(void **state)
{
	AUTO_TREE tree = NULL;
	auto_free char *text = NULL;

	(void)state;
	parses("<a>a\xc3\xa4\xe2\x82\xac\xf0\x9f\x9a\xa2\xf4\x8f\xbf\xbd</a>", &tree);
	text = element_text_exact(xmlDocGetRootElement(tree));
	assert_string_equal(text, "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x9a\xa2\xf4\x8f\xbf\xbd");
}

static void a_nul_byte_is_refused(void **state)
{
	static const char text[] = "<a>\n\0</a>";
	xmlDoc *tree = NULL;
	auto_error struct error *error = parse_tree(text, sizeof(text) - 1, "vm.xml", &tree);

	(void)state;
	assert_string_equal(
		error->text, "vm.xml:2: a NUL byte; a spec is text in UTF-8, not UTF-16 or binary");
}

static void utf16_is_refused(void **state)
{
	static const char text[] = "<\0a\0/\0>\0";
	xmlDoc *tree = NULL;
	auto_error struct error *error = parse_tree(text, sizeof(text) - 1, "vm.xml", &tree);

	(void)state;
	assert_non_null(strstr(error->text, "a NUL byte"));
}

/* Nobody can make slipway decode UTF-8 as something in which other bytes are quotes. */
static void a_declared_encoding_changes_nothing(void **state)
{
	static const char *const names[] = {"ISO-8859-1", "UTF-7", "UTF-16", "nonsense", "utf-8"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		AUTO_TREE tree = NULL;
		auto_free char *xml = xasprintf(
			"<?xml version='1.0' encoding='%s'?><a>\xc3\xa4+ADw-</a>", names[i]);
		auto_free char *text = NULL;

		parses(xml, &tree);
		text = element_text_exact(xmlDocGetRootElement(tree));
		assert_string_equal(text, "\xc3\xa4+ADw-");
	}
}

static void a_byte_order_mark_is_skipped(void **state)
{
	AUTO_TREE tree = NULL;

	(void)state;
	parses("\xef\xbb\xbf\n<a\n/>", &tree);
	assert_int_equal(element_line(xmlDocGetRootElement(tree)), 2);
}

static void a_tag_has_the_line_where_it_begins(void **state)
{
	AUTO_TREE tree = NULL;
	xmlNode *root;

	(void)state;
	parses("<?xml version='1.0'?>\n<!-- \n -->\n<a\n x='1'\n  y='\n\n'\n>\n<b/><c\n/>\n"
	       "<![CDATA[\n<]]><d/></a>",
		&tree);
	root = xmlDocGetRootElement(tree);
	assert_int_equal(element_line(root), 4);
	assert_int_equal(element_line(element_child(root, "b")), 10);
	assert_int_equal(element_line(element_child(root, "c")), 10);
	assert_int_equal(element_line(element_child(root, "d")), 13);
}

static void lines_go_beyond_65535(void **state)
{
	auto_text struct text text = {0};
	AUTO_TREE tree = NULL;
	xmlNode *root;

	(void)state;
	text_add(&text, "<a>");
	for (int i = 0; i < 70000; i++)
		text_add(&text, "\n");
	text_add(&text, "<b/><c/>\n<d\n/></a>");
	parses(text.bytes, &tree);
	root = xmlDocGetRootElement(tree);
	assert_int_equal(element_line(element_child(root, "b")), 70001);
	assert_int_equal(element_line(element_child(root, "c")), 70001);
	assert_int_equal(element_line(element_child(root, "d")), 70002);
}

static void an_error_beyond_line_65535_has_its_line(void **state)
{
	auto_text struct text text = {0};
	xmlDoc *tree = NULL;
	auto_error struct error *error = NULL;

	(void)state;
	for (int i = 0; i < 70000; i++)
		text_add(&text, "\n");
	text_add(&text, "<a></b>");
	error = parse(text.bytes, &tree);
	assert_true(text_starts_with(error->text, "vm.xml:70001: not well-formed XML: "));
	assert_int_equal(error->line, 70001);
}

static void depth_is_limited(void **state)
{
	auto_text struct text text = {0};

	(void)state;
	for (int i = 0; i < 100; i++)
		text_add(&text, "<a>\n");
	fails_with(text.bytes, "vm.xml:64: elements lie more than 64 deep");
}

static void a_long_value_is_refused(void **state)
{
	auto_text struct text text = {0};

	(void)state;
	text_add(&text, "<a>\n<b x='");
	for (size_t i = 0; i < PARSE_VALUE_LIMIT_BYTES; i++)
		text_add(&text, "x");
	text_add(&text, "'/></a>");
	fails_with(text.bytes, "vm.xml:2: a tag or value of more than 131072 bytes");
}

static void many_attributes_are_refused(void **state)
{
	auto_text struct text text = {0};

	(void)state;
	text_add(&text, "<a");
	for (int i = 0; i < 20000; i++)
		text_addf(&text, " a%d=''", i);
	text_add(&text, "/>");
	fails_with(text.bytes, "vm.xml:1: a tag or value of more than 131072 bytes");
}

static void many_elements_are_refused(void **state)
{
	auto_text struct text text = {0};

	(void)state;
	text_add(&text, "<a>\n");
	for (int i = 0; i < PARSE_ELEMENT_LIMIT; i++)
		text_add(&text, "<b/>");
	text_add(&text, "</a>");
	fails_with(text.bytes, "vm.xml:2: more than 20000 elements");
}

static void more_than_the_limit_is_refused(void **state)
{
	auto_free char *text = xcalloc(SPEC_LIMIT_BYTES + 1, 1);
	xmlDoc *tree = NULL;
	auto_error struct error *error = parse_tree(text, SPEC_LIMIT_BYTES + 1, "vm.xml", &tree);

	(void)state;
	assert_string_equal(
		error->text, "vm.xml: 4194305 bytes, more than the 4194304 that a spec may have");
}

static void a_control_sequence_in_a_message_is_harmless(void **state)
{
	xmlDoc *tree = NULL;
	auto_error struct error *error = parse("<a>\n<b></\xc2\x9b\xc2\x9b></a>", &tree);

	(void)state;
	assert_non_null(error);
	assert_null(strstr(error->text, "\xc2\x9b"));
}

static void libxml_prints_nothing(void **state)
{
	int both[2];
	int standard_error = dup(STDERR_FILENO);
	xmlDoc *tree = NULL;
	auto_error struct error *error = NULL;
	char byte;

	(void)state;
	assert_int_equal(pipe(both), 0);
	dup2(both[1], STDERR_FILENO);
	error = parse("<a xmlns:q='not a uri' p:x='1'><b></a>", &tree);
	dup2(standard_error, STDERR_FILENO);
	close(both[1]);
	close(standard_error);
	assert_non_null(error);
	assert_int_equal(read(both[0], &byte, 1), 0);
	close(both[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_bad_syntax_is_one_line),
		cmocka_unit_test(a_doctype_is_refused),
		cmocka_unit_test(entities_are_never_declared),
		cmocka_unit_test(an_external_subset_is_not_opened),
		cmocka_unit_test(the_five_built_in_references_are_text),
		cmocka_unit_test(cdata_is_text),
		cmocka_unit_test(xinclude_stays_an_element),
		cmocka_unit_test(bad_utf8_is_refused),
		cmocka_unit_test(a_character_ends_where_the_text_ends),
		cmocka_unit_test(good_utf8_of_every_length_passes),
		cmocka_unit_test(a_nul_byte_is_refused),
		cmocka_unit_test(utf16_is_refused),
		cmocka_unit_test(a_declared_encoding_changes_nothing),
		cmocka_unit_test(a_byte_order_mark_is_skipped),
		cmocka_unit_test(a_tag_has_the_line_where_it_begins),
		cmocka_unit_test(lines_go_beyond_65535),
		cmocka_unit_test(an_error_beyond_line_65535_has_its_line),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(a_long_value_is_refused),
		cmocka_unit_test(many_attributes_are_refused),
		cmocka_unit_test(many_elements_are_refused),
		cmocka_unit_test(more_than_the_limit_is_refused),
		cmocka_unit_test(a_control_sequence_in_a_message_is_harmless),
		cmocka_unit_test(libxml_prints_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
