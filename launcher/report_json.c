/* SPDX-License-Identifier: MIT */
#include <json-c/json.h>
#include <stdio.h>

#include "base/memory.h"
#include "act/policy.h"
#include "base/terms.h"
#include "plan/plan.h"
#include "report.h"

static void add(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add(object, key, value);
}

/* NULL becomes null: keys that do not apply are there all the same. */
static void add_text(struct json_object *object, const char *key, const char *value)
{
	add(object, key, value ? memory_made(json_object_new_string(value)) : NULL);
}

static struct json_object *list(const struct strings *strings)
{
	struct json_object *array = memory_made(json_object_new_array());

	for (size_t i = 0; i < strings->count; i++)
		json_object_array_add(
			array, memory_made(json_object_new_string(strings->items[i])));
	return array;
}

static const char *interface_text(const struct plan_firmware *firmware)
{
	return firmware->interface == FIRMWARE_INTERFACE_NONE
		       ? NULL
		       : firmware_interface_name(firmware->interface);
}

static struct json_object *firmware_object(const struct plan_firmware *firmware)
{
	struct json_object *object = memory_made(json_object_new_object());
	bool known = firmware->path;

	add_text(object, "source", firmware_source_name(firmware->source));
	add_text(object, "descriptor", firmware->descriptor);
	add_text(object, "interface", interface_text(firmware));
	add_text(object, "device", known ? firmware_device_name(firmware->device) : NULL);
	add_text(object, "mode",
		firmware->mode == FIRMWARE_MODE_NONE ? NULL : firmware_mode_name(firmware->mode));
	add_text(object, "path", firmware->path);
	add_text(object, "format", known ? image_format_name(firmware->format) : NULL);
	add(object, "features", list(&firmware->features));
	add(object, "smm", memory_made(json_object_new_boolean(firmware->smm)));
	add(object, "secure", memory_made(json_object_new_boolean(firmware->secure)));
	return object;
}

static struct json_object *nvram_object(const struct plan_nvram *nvram)
{
	struct json_object *object = memory_made(json_object_new_object());
	bool used = nvram->action != NVRAM_NONE;

	add_text(object, "action", nvram_action_name(nvram->action));
	add_text(object, "path", nvram->path);
	add_text(object, "format", used ? image_format_name(nvram->format) : NULL);
	add_text(object, "template", nvram->template);
	add_text(object, "template_format",
		nvram->template ? image_format_name(nvram->template_format) : NULL);
	return object;
}

static struct json_object *candidates_array(const struct candidates *candidates)
{
	struct json_object *array = memory_made(json_object_new_array());

	for (size_t i = 0; i < candidates->count; i++) {
		const struct candidate *candidate = &candidates->items[i];
		struct json_object *object = memory_made(json_object_new_object());

		add_text(object, "source", firmware_source_name(candidate->source));
		add_text(object, "path", candidate->path);
		add(object, "chosen", memory_made(json_object_new_boolean(candidate->chosen)));
		add_text(object, "reason", candidate->reason);
		json_object_array_add(array, object);
	}
	return array;
}

/* What QEMU may do with a path: read, write, or make sockets below it and connect to them. */
static struct json_object *paths_array(const struct plan_sandbox *sandbox, bool write, bool sockets)
{
	struct json_object *array = memory_made(json_object_new_array());

	for (size_t i = 0; i < sandbox->path_count; i++) {
		const struct path_rule *rule = &sandbox->paths[i];

		if (rule->sockets == sockets && (rule->write == write || sockets))
			json_object_array_add(
				array, memory_made(json_object_new_string(rule->path)));
	}
	return array;
}

static struct json_object *sandbox_object(const struct plan_sandbox *sandbox)
{
	struct json_object *object = memory_made(json_object_new_object());

	add(object, "policies", list(&sandbox->policies));
	add(object, "read", paths_array(sandbox, false, false));
	add(object, "write", paths_array(sandbox, true, false));
	add(object, "sockets", paths_array(sandbox, false, true));
	return object;
}

static struct json_object *notes_array(const struct plan *plan)
{
	struct json_object *array = list(&plan->warnings);

	for (size_t i = 0; i < plan->notes.count; i++)
		json_object_array_add(
			array, memory_made(json_object_new_string(plan->notes.items[i])));
	return array;
}

/* Prints the object and ends it. */
static void print_json(struct json_object *object)
{
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY |
							    JSON_C_TO_STRING_SPACED |
							    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}

static struct json_object *plan_head(const struct plan *plan)
{
	struct json_object *object = memory_made(json_object_new_object());

	add(object, "version", memory_made(json_object_new_int(1)));
	add_text(object, "name", plan->name);
	add_text(object, "arch", arch_name(plan->arch));
	add_text(object, "machine", plan->machine);
	add_text(object, "accel", plan->accel);
	add_text(object, "emulator", plan->emulator);
	add(object, "firmware", firmware_object(&plan->firmware));
	add(object, "nvram", nvram_object(&plan->nvram));
	add(object, "candidates", candidates_array(&plan->candidates));
	return object;
}

void report_plan_json(const struct plan *plan)
{
	struct json_object *object = plan_head(plan);

	add(object, "argv", list(&plan->argv));
	add(object, "sandbox", sandbox_object(&plan->sandbox));
	add(object, "notes", notes_array(plan));
	print_json(object);
}

void report_firmware_json(const struct plan *plan)
{
	struct json_object *object = plan_head(plan);

	add(object, "notes", notes_array(plan));
	print_json(object);
}

/* null: any port. */
static struct json_object *ports_array(const struct plan_sandbox *sandbox, bool listen)
{
	struct json_object *array;

	if (listen ? sandbox->any_listen : sandbox->any_connect)
		return NULL;
	array = memory_made(json_object_new_array());
	for (size_t i = 0; i < sandbox->port_count; i++)
		if (sandbox->ports[i].listen == listen)
			json_object_array_add(array,
				memory_made(json_object_new_int((int)sandbox->ports[i].port)));
	return array;
}

/* null: no TCP sockets. */
static struct json_object *tcp_object(const struct plan_sandbox *sandbox, bool tcp)
{
	struct json_object *object;

	if (!tcp)
		return NULL;
	object = memory_made(json_object_new_object());
	add(object, "listen", ports_array(sandbox, true));
	add(object, "connect", ports_array(sandbox, false));
	return object;
}

void report_policy_json(const struct plan_sandbox *sandbox, const struct rule_list *rules, bool tcp)
{
	struct json_object *object = memory_made(json_object_new_object());
	struct json_object *array = memory_made(json_object_new_array());

	add(object, "version", memory_made(json_object_new_int(1)));
	add(object, "sandbox", sandbox_object(sandbox));
	add(object, "tcp", tcp_object(sandbox, tcp));
	add(object, "calls_allowed",
		memory_made(json_object_new_int64((int64_t)policy_allowed_count(rules))));
	for (size_t i = 0; i < rules->count; i++) {
		const struct policy_rule *rule = rules->items[i];
		struct json_object *line = memory_made(json_object_new_object());

		add_text(line, "call", rule->call);
		add_text(line, "action", policy_action_name(rule->action));
		add_text(line, "conditions", rule->text[0] ? rule->text : NULL);
		add_text(line, "file", rule->file);
		add(line, "line", memory_made(json_object_new_int(rule->line)));
		json_object_array_add(array, line);
	}
	add(object, "rules", array);
	print_json(object);
}

void report_error_json(const struct error *error, const struct candidates *candidates)
{
	struct json_object *object = memory_made(json_object_new_object());
	struct json_object *inner = memory_made(json_object_new_object());

	add(object, "version", memory_made(json_object_new_int(1)));
	add_text(inner, "text", error->text);
	add_text(inner, "file", error->file);
	add(inner, "line", error->line > 0 ? memory_made(json_object_new_int(error->line)) : NULL);
	add(inner, "candidates", candidates_array(candidates));
	add(object, "error", inner);
	print_json(object);
}
