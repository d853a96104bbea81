/* SPDX-License-Identifier: MIT */
#include "plan_facts.h"

#include "base/memory.h"
#include "plan/plan.h"

/* An option and the word behind it, which is its value unless it is an option as well. */
static void add_arguments_of(const struct strings *argv, struct strings *facts)
{
	for (size_t i = 1; i < argv->count; i++) {
		const char *next = argv->items[i + 1];

		if (next && next[0] != '-') {
			strings_addf(facts, "%s %s", argv->items[i], next);
			i++;
		} else {
			strings_add(facts, argv->items[i]);
		}
	}
}

static void add_paths(const struct plan_sandbox *sandbox, struct strings *facts)
{
	for (size_t i = 0; i < sandbox->path_count; i++) {
		const struct path_rule *rule = &sandbox->paths[i];
		const char *what = rule->write ? "write" : "read";

		if (rule->device)
			what = rule->directory ? "below" : "device";
		else if (rule->made)
			what = "output";
		else if (rule->sockets)
			what = rule->write ? "sockets" : "clients";
		strings_addf(facts, "%s %s%s", what, rule->path,
			rule->directory && !rule->device ? "/" : "");
	}
	for (size_t i = 0; i < sandbox->port_count; i++)
		strings_addf(facts, "%s %u", sandbox->ports[i].listen ? "listen" : "connect",
			sandbox->ports[i].port);
	if (sandbox->any_listen)
		strings_add(facts, "listen any");
	if (sandbox->any_connect)
		strings_add(facts, "connect any");
}

static void add_opening_fact(const struct opening *opening, struct strings *facts)
{
	const char *path = opening->path ? opening->path : "";
	const char *name = opening->name ? opening->name : "";

	switch (opening->kind) {
	case OPENING_TAP:
		strings_addf(facts, "opening tap %s bridge=%s", name,
			opening->bridge ? opening->bridge : "");
		break;
	case OPENING_MACVTAP:
		strings_addf(facts, "opening macvtap %s parent=%s", name, opening->parent);
		break;
	case OPENING_SOCKET:
		strings_addf(facts, "opening socket %s", path);
		break;
	case OPENING_DEVICE:
		strings_addf(facts, "opening device %s", path);
		break;
	case OPENING_TEXT:
		strings_addf(facts, "opening text %s", opening->text);
		break;
	case OPENING_SECRET:
		strings_addf(facts, "opening secret %s", path);
		break;
	}
}

static void add_command(const char *what, const struct strings *words, struct strings *facts)
{
	auto_text struct text command = {0};

	if (words->count == 0)
		return;
	text_add(&command, what);
	for (size_t i = 0; i < words->count; i++)
		text_addf(&command, " %s", words->items[i]);
	strings_add(facts, command.bytes);
}

static void add_each(const char *what, const struct strings *texts, struct strings *facts)
{
	for (size_t i = 0; i < texts->count; i++)
		strings_addf(facts, "%s %s", what, texts->items[i]);
}

void plan_facts(const struct plan *plan, struct strings *facts)
{
	add_arguments_of(&plan->argv, facts);
	add_each("policy", &plan->sandbox.policies, facts);
	add_paths(&plan->sandbox, facts);
	for (size_t i = 0; i < plan->opening_count; i++)
		add_opening_fact(&plan->openings[i], facts);
	for (size_t i = 0; i < plan->companion_count; i++) {
		add_command("setup", &plan->companions[i].setup, facts);
		add_command("start", &plan->companions[i].argv, facts);
	}
	for (size_t i = 0; i < plan->overlay_count; i++)
		strings_addf(facts, "overlay %s", plan->overlays[i].path);
	for (size_t i = 0; i < plan->cpu_count; i++)
		strings_addf(facts, "cpu %u", plan->cpus[i]);
	add_each("environment", &plan->environment, facts);
	add_each("warning", &plan->warnings, facts);
	add_each("note", &plan->notes, facts);
}
