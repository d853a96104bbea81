/* SPDX-License-Identifier: MIT */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "doctor.h"

/* Further lines of a text stand below its first one. */
static void print_lines(const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		printf("%.*s\n", (int)length, text);
		text += length;
		if (*text == '\n')
			text++;
		if (*text)
			printf("%20s", "");
	}
}

void report_findings_text(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		printf("%-8s %-10s ", severity_name(finding->severity), finding->subject);
		print_lines(finding->text);
		if (finding->fix) {
			printf("%20sfix: ", "");
			print_lines(finding->fix);
		}
	}
}

static struct json_object *text_or_null(const char *text)
{
	return text ? memory_made(json_object_new_string(text)) : NULL;
}

static struct json_object *finding_object(const struct finding *finding)
{
	struct json_object *object = memory_made(json_object_new_object());

	json_object_object_add(object, "severity",
		memory_made(json_object_new_string(severity_name(finding->severity))));
	json_object_object_add(
		object, "subject", memory_made(json_object_new_string(finding->subject)));
	json_object_object_add(object, "text", memory_made(json_object_new_string(finding->text)));
	json_object_object_add(object, "fix", text_or_null(finding->fix));
	return object;
}

void report_findings_json(const struct findings *findings)
{
	struct json_object *object = memory_made(json_object_new_object());
	struct json_object *array = memory_made(json_object_new_array());

	json_object_object_add(object, "version", memory_made(json_object_new_int(1)));
	for (size_t i = 0; i < findings->count; i++)
		json_object_array_add(array, finding_object(&findings->items[i]));
	json_object_object_add(object, "findings", array);
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY |
							    JSON_C_TO_STRING_SPACED |
							    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}
