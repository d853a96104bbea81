/* SPDX-License-Identifier: MIT */
#include "report_varstore.h"

#include <inttypes.h>
#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/varstore.h"
#include "base/memory.h"
#include "base/text.h"
#include "host/json.h"

/* UEFI specification, "Globally Defined Variables"; edk2 SecurityPkg, gEfiSecureBootEnableDisable.
 */
#define GLOBAL_GUID "8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define SECURE_BOOT_ENABLE_GUID "f0a30bc7-af08-4556-99c4-001009c93a44"

/* More than fit into the 64 MiB that QEMU keeps at most. */
#define VARIABLE_LIMIT 10000

/* Names are the guest's: what a terminal could take for a command is replaced. C1 controls are the
 * two bytes c2 80 to c2 9f. */
static char *printable(const char *text)
{
	struct text safe = {0};

	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c < ' ' || *c == 127) {
			text_add(&safe, "\xef\xbf\xbd");
		} else if (*c == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f) {
			text_add(&safe, "\xef\xbf\xbd");
			c++;
		} else {
			text_add_bytes(&safe, (const char *)c, 1);
		}
	}
	return text_take(&safe);
}

static bool is_named(const char *name, const char *guid, const char *wanted, const char *of)
{
	return strcmp(name, wanted) == 0 && strcmp(guid, of) == 0;
}

/* QEMU hw/uefi/var-service-json.c: {guid, name, attr, data}, data in hexadecimal. */
static struct error *take_variable(struct varstore *varstore, const struct json_place *place)
{
	struct json_place member;
	struct variable *variable;
	const char *name;
	const char *guid;
	const char *data;
	int64_t attributes;

	TRY(json_member_text(place, "name", &member, &name));
	TRY(json_member_text(place, "guid", &member, &guid));
	TRY(json_member_text(place, "data", &member, &data));
	TRY(json_member(place, "attr", json_type_int, &member));
	attributes = json_object_get_int64(member.value);
	variable = array_push(
		&varstore->variables, &varstore->variable_count, sizeof(*varstore->variables));
	*variable = (struct variable){
		.name = printable(name),
		.guid = printable(guid),
		.attributes = (uint32_t)attributes,
		.size_bytes = strlen(data) / 2,
		.state = VARIABLE_LIVE,
	};
	if (is_named(name, guid, "PK", GLOBAL_GUID) && *data)
		varstore->keys_are_enrolled = CHOICE_YES;
	if (is_named(name, guid, "SecureBootEnable", SECURE_BOOT_ENABLE_GUID) && *data)
		varstore->secure_boot_enable =
			strtoul(data, NULL, 16) != 0 ? CHOICE_YES : CHOICE_NO;
	return NULL;
}

static struct error *take_variables(struct varstore *varstore, const struct json_place *whole)
{
	struct json_place list;
	size_t count;

	TRY(json_member(whole, "variables", json_type_array, &list));
	count = json_object_array_length(list.value);
	if (count > VARIABLE_LIMIT)
		return json_error(&list, "has %zu items, more than any store holds", count);
	for (size_t i = 0; i < count; i++) {
		struct json_place item = json_item(&list, i);

		if (!json_object_is_type(item.value, json_type_object))
			return json_error(&item, "is not an object");
		TRY(take_variable(varstore, &item));
	}
	if (varstore->keys_are_enrolled == CHOICE_UNSET)
		varstore->keys_are_enrolled = CHOICE_NO;
	return NULL;
}

void varstore_take_json(struct varstore *varstore, const char *path)
{
	struct json_place whole = {.file = path};
	auto_error struct error *error =
		json_parse(path, varstore->json, strlen(varstore->json), &whole.value);

	if (!error && !json_object_is_type(whole.value, json_type_object))
		error = json_error(&whole, "is not an object");
	if (!error)
		error = take_variables(varstore, &whole);
	json_object_put(whole.value);
	if (error)
		varstore->problem = xstrdup(error->text);
}

static void print_variables(const struct varstore *store)
{
	static const char *const states[] = {
		[VARIABLE_LIVE] = "",
		[VARIABLE_DELETED] = " (deleted)",
		[VARIABLE_INCOMPLETE] = " (incomplete)",
	};

	for (size_t i = 0; i < store->variable_count; i++) {
		const struct variable *variable = &store->variables[i];

		printf("variable   %s-%s, %" PRIu64 " bytes, attributes 0x%" PRIx32 "%s\n",
			variable->name, variable->guid, variable->size_bytes, variable->attributes,
			states[variable->state]);
	}
}

static const char *secure_boot_words(const struct varstore *store)
{
	if (store->keys_are_enrolled == CHOICE_UNSET)
		return "cannot be told";
	if (store->keys_are_enrolled == CHOICE_NO)
		return "setup mode: no platform key is enrolled, nothing is enforced";
	return store->secure_boot_enable == CHOICE_NO ? "keys are enrolled, switched off"
						      : "keys are enrolled, enforced";
}

void report_varstore(const struct varstore *store)
{
	bool json = store->family == VARSTORE_FAMILY_JSON;

	printf("size       %" PRIu64 " bytes, %s\n", store->size_bytes,
		json ? "JSON" : image_format_name(store->format));
	printf("family     %s\n", varstore_family_name(store->family));
	if (store->blank)
		printf("content    blank: the firmware formats it at the next boot\n");
	if (store->problem)
		printf("problem    %s\n", store->problem);
	if (!store->volume_is_valid && !json)
		return;
	if (!json)
		printf("room       %" PRIu64 " of %" PRIu64 " bytes used\n", store->used_bytes,
			store->room_bytes);
	printf("secureboot %s\n", secure_boot_words(store));
	print_variables(store);
}
