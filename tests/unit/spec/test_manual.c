/* SPDX-License-Identifier: MIT */
/*
 * spec/part and doc/slipway.xml.5 say the same: the part of the page between its two marks is what
 * is written here of the table. SLIPWAY_UPDATE_MANUAL=yes writes it anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "spec/part.h"

#include <fcntl.h>
#include <unistd.h>

#define PAGE_LIMIT_BYTES (1024 * 1024)
#define BEGIN_MARK ".\\\" begin of what is made from the table\n"
#define END_MARK ".\\\" end of what is made from the table\n"

/* "0..4095 -1" in words: "0 to 4095, -1". */
static void add_values(struct text *text, const char *values)
{
	if (strcmp(values, VALUE_TEXT) == 0) {
		text_add(text, "any text");
		return;
	}
	for (const char *at = values; *at; at++) {
		if (strncmp(at, "..", 2) == 0) {
			text_add(text, " to ");
			at++;
		} else if (*at == ' ') {
			text_add(text, ", ");
		} else if (*at == '-' && (at == values || at[-1] == ' ')) {
			text_add(text, "\\-");
		} else {
			text_add_bytes(text, at, 1);
		}
	}
}

/* What stands behind the name: values, then what is to be known. */
static void add_description(struct text *text, const struct part *part)
{
	size_t begin = text->length;

	if (part->class != PART_ACCEPTED_WHOLE)
		add_values(text, part->values);
	if (part->flags & PART_MANY && part->class != PART_ACCEPTED_WHOLE)
		text_addf(text, "%smay be repeated", text->length > begin ? "; " : "");
	if (part->why)
		text_addf(text, "%s%s: %s", text->length > begin ? "; " : "",
			part->class == PART_ACCEPTED_WHOLE ? "no effect, with all inside it"
							   : "no effect",
			part->why);
	if (text->length == begin)
		text_add(text, "\\(em");
	text_add(text, "\n");
}

/* An element is an item, an attribute a line of it, or an item where its element has no row. */
static void add_part(struct text *text, const struct part *part, struct strings *element)
{
	const char *attribute = strchr(part->path, '@');
	size_t length = attribute ? (size_t)(attribute - part->path) : strlen(part->path);
	auto_free char *path = xstrndup(part->path, length);

	if (attribute && element->count > 0 &&
		text_equal(element->items[element->count - 1], path)) {
		text_addf(text, ".br\n.Li %s :\n", attribute);
	} else {
		text_addf(text, ".It Li %s\n", part->path);
		strings_add(element, path);
	}
	add_description(text, part);
}

static void add_groups_of(const char *path, struct strings *names)
{
	for (path = strchr(path, '{'); path; path = strchr(path + 1, '{')) {
		auto_free char *name = xstrndup(path + 1, strcspn(path, "}") - 1);

		strings_add_once(names, name);
	}
}

static char *table_text(void)
{
	struct text text = {0};
	auto_strings struct strings elements = {0};
	auto_strings struct strings groups = {0};

	for (size_t i = 0; spec_part(i); i++)
		add_groups_of(spec_part(i)->path, &groups);
	text_add(&text, ".Ss Groups\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < groups.count; i++)
		text_addf(&text, ".It Li {%s}\n%s\n", groups.items[i],
			spec_part_group(groups.items[i]));
	text_add(&text, ".El\n.Ss Elements and attributes\n.Bl -tag -width Ds\n");
	for (size_t i = 0; spec_part(i); i++)
		add_part(&text, spec_part(i), &elements);
	text_add(&text, ".El\n");
	return text_take(&text);
}

static void write_page(
	const char *path, const char *head, size_t head_length, const char *table, const char *tail)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file, "%.*s%s%s", (int)head_length, head, table, tail);
	assert_int_equal(fclose(file), 0);
}

/* The first line that differs, for whoever has to mend it. */
static void tell_difference(const char *page, const char *table)
{
	size_t line = 0;

	for (size_t i = 0; page[i] == table[i] && page[i]; i++)
		if (page[i] == '\n')
			line = i + 1;
	print_error("the page says:\n%.200s\nand the table:\n%.200s\n"
		    "SLIPWAY_UPDATE_MANUAL=yes writes the page anew\n",
		page + line, table + line);
}

static void the_page_says_what_the_table_says(void **state)
{
	const char *source = getenv("SRCDIR");
	auto_free char *path = xasprintf("%s/doc/slipway.xml.5", source ? source : "");
	auto_free char *page = NULL;
	auto_free char *table = table_text();
	auto_free char *inside = NULL;
	auto_error struct error *error = NULL;
	auto_fd int fd = -1;
	const char *begin, *end;
	size_t size_bytes = 0;

	(void)state;
	if (!source) {
		print_message("skip: SRCDIR is not set\n");
		skip();
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	error = file_read(fd, path, PAGE_LIMIT_BYTES, &page, &size_bytes);
	assert_null(error);
	begin = strstr(page, BEGIN_MARK);
	assert_non_null(begin);
	begin += strlen(BEGIN_MARK);
	end = strstr(begin, END_MARK);
	assert_non_null(end);
	inside = xstrndup(begin, (size_t)(end - begin));
	if (getenv("SLIPWAY_UPDATE_MANUAL"))
		write_page(path, page, (size_t)(begin - page), table, end);
	else if (strcmp(inside, table) != 0)
		tell_difference(inside, table);
	if (!getenv("SLIPWAY_UPDATE_MANUAL"))
		assert_true(strcmp(inside, table) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_says_what_the_table_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
