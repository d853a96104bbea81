/* SPDX-License-Identifier: MIT */
#include "xml_values.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static const char blanks[] = " \t\r\n";
static const char ends_of_names[] = " \t\r\n=/>";

/* Where the scan is: the path of the element around it. */
struct scan {
	const char *text;
	const char *here;
	char *path; /* "domain/devices/disk"; owned */
	struct xml_values *values;
};

static void add(struct scan *scan, char *path, const char *begin, const char *end)
{
	struct xml_value *value = array_push(
		&scan->values->items, &scan->values->count, sizeof(*scan->values->items));

	value->path = path;
	value->at = (size_t)(begin - scan->text);
	value->length = (size_t)(end - begin);
}

/* Behind the next `mark`, or at the text's end. */
static const char *behind(const char *here, const char *mark)
{
	const char *found = strstr(here, mark);

	return found ? found + strlen(mark) : strchr(here, '\0');
}

static void enter(struct scan *scan, const char *name, size_t length)
{
	char *path = xasprintf("%s%s%.*s", scan->path, scan->path[0] ? "/" : "", (int)length, name);

	free(scan->path);
	scan->path = path;
}

static void leave(struct scan *scan)
{
	char *slash = strrchr(scan->path, '/');

	*(slash ? slash : scan->path) = '\0';
}

/* From an attribute's name to behind its value. */
static void take_attribute(struct scan *scan)
{
	size_t length = strcspn(scan->here, ends_of_names);
	const char *quote = strpbrk(scan->here, "'\"");
	const char *end = quote ? strchr(quote + 1, *quote) : NULL;

	if (!end) {
		scan->here = strchr(scan->here, '\0');
		return;
	}
	add(scan, xasprintf("%s@%.*s", scan->path, (int)length, scan->here), quote + 1, end);
	scan->here = end + 1;
}

/* From behind "<" to behind ">", and the element's text up to the next tag, unless it is blank. */
static void take_start(struct scan *scan)
{
	size_t length = strcspn(scan->here, ends_of_names);
	const char *begin;

	enter(scan, scan->here, length);
	scan->here += length;
	for (;;) {
		scan->here += strspn(scan->here, blanks);
		if (strchr("/>", *scan->here)) /* or the text's end */
			break;
		take_attribute(scan);
	}
	if (*scan->here == '/')
		leave(scan);
	scan->here = behind(scan->here, ">");
	if (scan->here[-2] == '/')
		return;
	begin = scan->here + strspn(scan->here, blanks);
	if (*begin && *begin != '<')
		add(scan, xstrdup(scan->path), begin, strchrnul(begin, '<'));
}

void xml_values_find(const char *text, struct xml_values *ret_values)
{
	struct scan scan = {.text = text, .here = text, .path = xstrdup(""), .values = ret_values};

	*ret_values = (struct xml_values){0};
	while (*(scan.here = strchrnul(scan.here, '<'))) {
		scan.here++;
		if (text_starts_with(scan.here, "!--")) {
			scan.here = behind(scan.here, "-->");
		} else if (*scan.here == '?') {
			scan.here = behind(scan.here, "?>");
		} else if (*scan.here == '/') {
			leave(&scan);
			scan.here = behind(scan.here, ">");
		} else {
			take_start(&scan);
		}
	}
	free(scan.path);
}

void xml_values_clear(struct xml_values *values)
{
	for (size_t i = 0; i < values->count; i++)
		free(values->items[i].path);
	free(values->items);
	*values = (struct xml_values){0};
}

static void add_escaped(struct text *text, const char *value)
{
	for (const char *c = value; *c; c++) {
		if (strchr("<>&'\"\n\t\r", *c))
			text_addf(text, "&#%d;", *c);
		else
			text_add_bytes(text, c, 1);
	}
}

char *xml_value_replaced(const char *text, const struct xml_value *value, const char *other)
{
	struct text replaced = {0};

	text_add_bytes(&replaced, text, value->at);
	add_escaped(&replaced, other);
	text_add(&replaced, text + value->at + value->length);
	return text_take(&replaced);
}
