/* SPDX-License-Identifier: MIT */
/* spec/spec_xml: whole documents, our own and other people's. */
#include "unit/spec/reading.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "spec/node.h"
#include "spec/parse.h"
#include "spec/part.h"

/* One directory of XML files, by name. */
static void list_files(const char *directory, struct strings *files)
{
	DIR *folder = opendir(directory);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		if (text_ends_with(entry->d_name, ".xml"))
			strings_addf(files, "%s/%s", directory, entry->d_name);
	if (folder)
		closedir(folder);
}

static char *read_file(const char *path)
{
	auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *bytes = NULL;
	size_t size_bytes;
	auto_error struct error *error = file_read(fd, path, SPEC_LIMIT_BYTES, &bytes, &size_bytes);

	assert_null(error);
	return bytes;
}

static struct error *read_spec(const char *path, bool lenient, struct spec **ret_spec)
{
	auto_free char *bytes = read_file(path);

	return spec_read_xml(bytes, strlen(bytes), path, lenient, ret_spec);
}

static void assert_reads(const char *path)
{
	auto_spec struct spec *spec = NULL;
	auto_error struct error *error = read_spec(path, false, &spec);

	if (error)
		print_error("%s\n", error->text);
	assert_null(error);
}

static char *parts_directory(void)
{
	return xasprintf("%s/tests/unit/spec/parts", source_directory());
}

static char *corpus_directory(const char *name)
{
	return xasprintf("%s/../shared/corpus/%s", source_directory(), name);
}

static bool part_is_row(const struct part *part, size_t *ret_number)
{
	for (*ret_number = 0; spec_part(*ret_number); (*ret_number)++)
		if (spec_part(*ret_number) == part)
			return true;
	return false;
}

/* Marks each part that the element and what is in it have. */
static void mark_used(const xmlNode *element, const char *path, bool *used)
{
	const struct part *part = part_find(path);
	size_t number;

	if (part && part_is_row(part, &number))
		used[number] = true;
	if (part && part->class == PART_ACCEPTED_WHOLE)
		return;
	for (const xmlAttr *attribute = element->properties; attribute;
		attribute = attribute->next) {
		auto_free char *attribute_path =
			xasprintf("%s@%s", path, (const char *)attribute->name);

		if (part_is_row(part_find(attribute_path), &number))
			used[number] = true;
	}
	for (const xmlNode *child = element->children; child; child = child->next) {
		auto_free char *name = NULL;
		auto_free char *child_path = NULL;

		if (child->type != XML_ELEMENT_NODE)
			continue;
		name = element_path_name(child);
		child_path = xmlStrEqual(child->name, element->name)
				     ? xstrdup(path)
				     : xasprintf("%s/%s", path, name);
		mark_used(child, child_path, used);
	}
}

static void mark_file(const char *path, bool *used)
{
	auto_free char *bytes = read_file(path);
	xmlDoc *tree = NULL;
	auto_error struct error *error = parse_tree(bytes, strlen(bytes), path, &tree);

	assert_null(error);
	mark_used(xmlDocGetRootElement(tree), "domain", used);
	xmlFreeDoc(tree);
}

/* What nobody reads is refused, and the files together have every part: so each part of the table
 * is read by somebody. */
static void every_part_is_read(void **state)
{
	bool used[2000] = {false};
	auto_strings struct strings files = {0};
	auto_free char *directory = parts_directory();
	size_t missing = 0;

	(void)state;
	list_files(directory, &files);
	assert_int_equal(files.count, 9);
	for (size_t i = 0; i < files.count; i++) {
		assert_reads(files.items[i]);
		mark_file(files.items[i], used);
	}
	for (size_t i = 0; spec_part(i); i++) {
		if (!used[i])
			print_error("no file has %s\n", spec_part(i)->path);
		missing += !used[i];
	}
	assert_int_equal(missing, 0);
}

static void what_virt_install_wrote_is_read(void **state)
{
	auto_strings struct strings files = {0};
	auto_free char *directory = corpus_directory("virt-install");

	(void)state;
	list_files(directory, &files);
	if (files.count == 0) {
		print_message("skipped: no folder %s\n", directory);
		free_pointer(&directory); /* skipping jumps over the scope's end */
		skip();
	}
	for (size_t i = 0; i < files.count; i++)
		assert_reads(files.items[i]);
}

/* "name<TAB>…<TAB>parse-error<TAB>…" */
static bool expected_refusal(const char *table, const char *file)
{
	auto_free char *name =
		xasprintf("%.*s", (int)strcspn(path_base(file), "."), path_base(file));
	auto_free char *start = xasprintf("\n%s\t", name);
	const char *row = strstr(table, start);
	auto_free char *line = NULL;

	assert_non_null(row);
	line = xstrndup(row + 1, strcspn(row + 1, "\n"));
	return strstr(line, "\tparse-error\t") != NULL;
}

static void libvirt_s_firmware_cases_are_read_as_libvirt_reads_them(void **state)
{
	auto_strings struct strings files = {0};
	auto_free char *directory = corpus_directory("libvirt-firmware/cases");
	auto_free char *table_path = corpus_directory("libvirt-firmware/expected.tsv");
	auto_free char *table = NULL;

	(void)state;
	list_files(directory, &files);
	if (files.count == 0) {
		print_message("skipped: no folder %s\n", directory);
		free_pointer(&table_path);
		free_pointer(&directory); /* skipping jumps over the scope's end */
		skip();
	}
	table = read_file(table_path);
	for (size_t i = 0; i < files.count; i++) {
		auto_spec struct spec *spec = NULL;
		auto_error struct error *error = read_spec(files.items[i], false, &spec);

		if ((error != NULL) != expected_refusal(table, files.items[i]))
			print_error("%s: %s\n", files.items[i], error ? error->text : "is read");
		assert_true((error != NULL) == expected_refusal(table, files.items[i]));
	}
}

static void all_places_are_told_at_once(void **state)
{
	(void)state;
	refuses_with("<domain type='kvm'>\n<name>vm</name>\n<memory>0</memory>\n"
		     "<os><type arch='x86_64'>hvm</type></os>\n<blkiotune/>\n<devices>\n"
		     "<disk type='file' rawio='yes'>\n<source file='/a'/>\n"
		     "<target dev='vda' bus='xen'/></disk>\n<hub type='usb'/>\n</devices></domain>",
		"vm.xml:3: <memory> is 0\n"
		"vm.xml:5: element <blkiotune> in <domain> is not supported; limits on a process "
		"are a service manager's: 'systemd-run --user --scope -p CPUQuota=… -p MemoryMax=… "
		"slipway …'\n"
		"vm.xml:7: attribute 'rawio' of <disk> is not supported; QEMU would need "
		"CAP_SYS_RAWIO, which slipway takes away\n"
		"vm.xml:9: bus of <target> 'xen' is not supported; it can be 'virtio', 'scsi', "
		"'sata', 'ide', 'usb', 'nvme', 'fdc'\n"
		"vm.xml:10: element <hub> in <devices> is not supported");
}

static void the_first_place_is_the_error_s_line(void **state)
{
	auto_error struct error *error = refuses(WITH("<one/>\n<two/>"));

	(void)state;
	assert_int_equal(error->line, 2);
}

static void lenient_reading_leaves_out_and_notes(void **state)
{
	static const char text[] = WITH_DEVICES(
		"<disk type='volume'><source pool='p' volume='v'/><target dev='vda'/></disk>\n"
		"<disk type='file' rawio='yes'><source file='/b'/><target dev='vdb'/></disk>\n"
		"<hub type='usb'/>");
	auto_spec struct spec *spec = NULL;
	auto_error struct error *error = spec_read_xml(text, strlen(text), "vm.xml", true, &spec);

	(void)state;
	assert_null(error);
	assert_int_equal(spec->disk_count, 1);
	assert_string_equal(spec->disks[0].source.path, "/b");
	assert_int_equal(spec->notes.count, 3);
	assert_true(text_starts_with(
		spec->notes.items[0], "vm.xml:2: type of <disk> 'volume' is not supported"));
	assert_true(text_starts_with(
		spec->notes.items[1], "vm.xml:3: attribute 'rawio' of <disk> is not supported"));
	assert_string_equal(
		spec->notes.items[2], "vm.xml:4: element <hub> in <devices> is not supported");
}

static void lenient_reading_refuses_a_wrong_value(void **state)
{
	static const char text[] = WITH_OS("<os><type arch='pdp11'>hvm</type></os><one/>");
	auto_spec struct spec *spec = NULL;
	auto_error struct error *error = spec_read_xml(text, strlen(text), "vm.xml", true, &spec);

	(void)state;
	assert_non_null(error);
	assert_non_null(strstr(error->text, "architecture 'pdp11' is not supported"));
	assert_null(strstr(error->text, "<one>"));
}

/* A part that is left out on the same line does not say what is missing. */
static void lenient_reading_refuses_what_is_missing(void **state)
{
	static const char text[] =
		WITH("<clock offset='utc'>\n<timer nome='hpet' present='no'/>\n</clock>");
	auto_spec struct spec *spec = NULL;
	auto_error struct error *error = spec_read_xml(text, strlen(text), "vm.xml", true, &spec);

	(void)state;
	assert_non_null(error);
	assert_string_equal(error->text, "vm.xml:3: <timer> without attribute 'name'");
	refuses_with(text, "vm.xml:3: attribute 'nome' of <timer> is not supported");
}

static void another_document_is_refused(void **state)
{
	(void)state;
	refuses_with("<!-- a -->\n<network><name>default</name></network>",
		"vm.xml:2: the outermost element is <network>, not <domain>; slipway reads libvirt "
		"domain XML");
	refuses_with("<domain xmlns='http://example.org/' type='kvm'/>",
		"vm.xml:1: the outermost element is <domain>, not <domain>; slipway reads libvirt "
		"domain XML");
}

static void the_same_text_gives_the_same_refusal(void **state)
{
	static const char text[] = WITH("<b/>\n<a/>\n<c/>");
	auto_error struct error *first = refuses(text);
	auto_error struct error *second = refuses(text);

	(void)state;
	assert_string_equal(first->text, second->text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_is_read),
		cmocka_unit_test(what_virt_install_wrote_is_read),
		cmocka_unit_test(libvirt_s_firmware_cases_are_read_as_libvirt_reads_them),
		cmocka_unit_test(all_places_are_told_at_once),
		cmocka_unit_test(the_first_place_is_the_error_s_line),
		cmocka_unit_test(lenient_reading_leaves_out_and_notes),
		cmocka_unit_test(lenient_reading_refuses_a_wrong_value),
		cmocka_unit_test(lenient_reading_refuses_what_is_missing),
		cmocka_unit_test(another_document_is_refused),
		cmocka_unit_test(the_same_text_gives_the_same_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
