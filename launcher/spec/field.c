/* SPDX-License-Identifier: MIT */
#include "spec/field.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "spec/node.h"
#include "spec/parse.h"

/* One field where it stands in the tree. */
struct spot {
	struct places *places;
	const struct field *field;
	xmlNode *element;      /* that holds the text or the attribute */
	const char *attribute; /* NULL: the element's own text */
	char *text;            /* owned; NULL when there is none */
};

static void spot_wrong(const struct spot *spot, struct error *error)
{
	int line = element_line(spot->element);
	auto_free char *text = shown(error->text);

	if (spot->attribute)
		place_wrong(spot->places, line, "%s of <%s>: %s", spot->attribute,
			spot->element->name, text);
	else
		place_wrong(spot->places, line, "<%s>: %s", spot->element->name, text);
	error_free(error);
}

static uint64_t spot_number(const struct spot *spot, uint64_t most, uint64_t otherwise)
{
	uint64_t number;
	struct error *error = number_parse_any_base(spot->text, 0, most, &number);

	if (!error)
		return number;
	spot_wrong(spot, error);
	return otherwise;
}

static int spot_name(const struct spot *spot, int otherwise)
{
	for (int i = 0; spot->field->names[i]; i++)
		if (strcmp(spot->field->names[i], spot->text) == 0)
			return i;
	spot_wrong(spot, error_new("'%s' is not supported", spot->text));
	return otherwise;
}

uint64_t element_bytes(struct places *places, xmlNode *element)
{
	struct spot spot = {.places = places, .element = element};
	auto_free char *unit = attribute_value(element, "unit");
	auto_free char *text = element_text(element);
	uint64_t number, unit_size_bytes, bytes;
	struct error *error;

	if (!unit_bytes(unit ? unit : "KiB", &unit_size_bytes)) {
		auto_free char *shown_unit = shown(unit);

		place_wrong(places, element_line(element),
			"<%s>: unit '%s' is not known; it can be b, KiB, MiB, GiB, TiB and others",
			element->name, shown_unit);
		return 0;
	}
	if (!text) {
		spot_wrong(&spot, error_new("no number"));
		return 0;
	}
	error = number_parse(text, 0, UINT64_MAX, &number);
	if (!error)
		error = size_multiply(number, unit_size_bytes, &bytes);
	if (error) {
		spot_wrong(&spot, error);
		return 0;
	}
	return bytes;
}

static void set_text(const struct spot *spot, char **member)
{
	free(*member);
	*member = xstrdup(spot->text);
}

static enum choice spot_choice(const struct spot *spot)
{
	if (!spot->attribute)
		return CHOICE_YES; /* an element that is there */
	return strcmp(spot->text, "yes") == 0 || strcmp(spot->text, "on") == 0 ? CHOICE_YES
									       : CHOICE_NO;
}

/* A number or name: `member` points to the record's member of the field's kind. */
static void set_number(const struct spot *spot, void *member)
{
	switch (spot->field->kind) {
	case FIELD_KIND_UINT:
		*(unsigned int *)member = (unsigned int)spot_number(spot, UINT32_MAX, 0);
		break;
	case FIELD_KIND_INT:
		*(int *)member =
			strcmp(spot->text, "-1") == 0 ? -1 : (int)spot_number(spot, INT32_MAX, 0);
		break;
	case FIELD_KIND_U16:
		*(uint16_t *)member = (uint16_t)spot_number(spot, UINT16_MAX, 0);
		break;
	case FIELD_KIND_U64:
		*(uint64_t *)member = spot_number(spot, UINT64_MAX, 0);
		break;
	case FIELD_KIND_NAME:
		*(int *)member = spot_name(spot, *(int *)member);
		break;
	case FIELD_KIND_FORMAT:
		*(enum image_format *)member = image_format_from_name(spot->text);
		break;
	case FIELD_KIND_TEXT:
	case FIELD_KIND_EXACT:
	case FIELD_KIND_FLAG:
	case FIELD_KIND_CHOICE:
	case FIELD_KIND_LINE:
	case FIELD_KIND_BYTES:
		break;
	}
}

static void set_member(const struct spot *spot, void *member)
{
	switch (spot->field->kind) {
	case FIELD_KIND_TEXT:
	case FIELD_KIND_EXACT:
		if (spot->text)
			set_text(spot, member);
		break;
	case FIELD_KIND_FLAG:
		*(bool *)member = spot_choice(spot) == CHOICE_YES;
		break;
	case FIELD_KIND_CHOICE:
		*(enum choice *)member = spot_choice(spot);
		break;
	case FIELD_KIND_LINE:
		*(int *)member = element_line(spot->element);
		break;
	case FIELD_KIND_BYTES:
		*(uint64_t *)member = element_bytes(spot->places, spot->element);
		break;
	case FIELD_KIND_UINT:
	case FIELD_KIND_INT:
	case FIELD_KIND_U16:
	case FIELD_KIND_U64:
	case FIELD_KIND_NAME:
	case FIELD_KIND_FORMAT:
		if (spot->text)
			set_number(spot, member);
		break;
	}
}

static void field_read(
	struct places *places, xmlNode *element, const struct field *field, void *record)
{
	size_t length = strcspn(field->path, "@");
	auto_free char *path = xstrndup(field->path, length);
	struct spot spot = {.places = places, .field = field};

	spot.element = element_at(element, path);
	if (!spot.element)
		return;
	if (field->path[length] == '@') {
		spot.attribute = field->path + length + 1;
		spot.text = attribute_value(spot.element, spot.attribute);
	} else {
		spot.text = element_text(spot.element);
	}
	if (spot.text && field->kind == FIELD_KIND_EXACT) {
		free(spot.text);
		spot.text = element_text_exact(spot.element);
	}
	if (spot.text || !spot.attribute || field->kind == FIELD_KIND_LINE)
		set_member(&spot, (char *)record + field->offset);
	free(spot.text);
}

void fields_read(struct places *places, xmlNode *element, const struct field *fields, size_t count,
	void *record)
{
	for (size_t i = 0; i < count; i++)
		field_read(places, element, &fields[i], record);
}

void fields_clear(const struct field *fields, size_t count, void *record)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i].kind == FIELD_KIND_TEXT || fields[i].kind == FIELD_KIND_EXACT)
			free_pointer((char *)record + fields[i].offset);
}
