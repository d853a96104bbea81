/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "act/confine.h"
#include "act/filter.h"
#include "act/policy.h"
#include "base/memory.h"
#include "cmd.h"
#include "launch.h"
#include "options.h"
#include "report.h"

static void print_policy(const struct policy *policy)
{
	printf("%-15s %s (%zu rules, %s)\n", policy->name, policy->about, policy->rule_count,
		policy->file);
}

/* Without a spec: the policies there are. */
static void print_all(void)
{
	size_t count = 0;
	const struct policy *policies = policy_table(&count);

	for (size_t i = 0; i < count; i++)
		print_policy(&policies[i]);
}

static void print_rules(const struct rule_list *rules)
{
	printf("calls      %zu allowed, in full or in part\n", policy_allowed_count(rules));
	for (size_t i = 0; i < rules->count; i++) {
		auto_free char *text = policy_rule_text(rules->items[i]);

		printf("  %s:%d: %s\n", rules->items[i]->file, rules->items[i]->line, text);
	}
}

static const char *rights(const struct path_rule *rule)
{
	if (rule->sockets)
		return rule->write ? "make sockets in" : "connect to sockets in";
	return rule->write ? "read, write" : "read";
}

static void print_paths(const struct plan_sandbox *sandbox)
{
	printf("paths      %zu\n", sandbox->path_count);
	for (size_t i = 0; i < sandbox->path_count; i++) {
		const struct path_rule *rule = &sandbox->paths[i];

		printf("  %s %s%s%s\n", rights(rule), rule->path,
			rule->directory ? " and below" : "", rule->device ? " (device)" : "");
	}
}

/* The end of the run of ports that begins at `first`, in the order in which the plan has them. */
static size_t run_end(const struct plan_sandbox *sandbox, size_t first)
{
	size_t end = first;

	while (end + 1 < sandbox->port_count &&
		sandbox->ports[end + 1].listen == sandbox->ports[first].listen &&
		sandbox->ports[end + 1].port == sandbox->ports[end].port + 1)
		end++;
	return end;
}

static void print_ports(const struct plan_sandbox *sandbox, bool listen)
{
	bool any = listen ? sandbox->any_listen : sandbox->any_connect;
	const char *before = " ";

	printf("  %s", listen ? "listen on" : "connect to");
	for (size_t i = 0; !any && i < sandbox->port_count; i++) {
		size_t end = run_end(sandbox, i);

		if (sandbox->ports[i].listen != listen)
			continue;
		printf("%s%u", before, (unsigned)sandbox->ports[i].port);
		if (end > i)
			printf("-%u", (unsigned)sandbox->ports[end].port);
		before = ", ";
		i = end;
	}
	printf("%s\n", any ? " any" : *before == ',' ? "" : " none");
}

static void print_tcp(const struct plan_sandbox *sandbox, const struct rule_list *rules)
{
	if (!policy_allows_tcp(rules)) {
		printf("TCP        no sockets\n");
		return;
	}
	printf("TCP        ports\n");
	print_ports(sandbox, true);
	print_ports(sandbox, false);
}

static struct error *print_layers(enum sandbox_mode mode)
{
	auto_strings struct strings gaps = {0};
	int abi;

	if (mode == SANDBOX_OFF) {
		printf("layers     none: --sandbox=off\n");
		return NULL;
	}
	TRY(confine_check(mode, &abi, &gaps));
	printf("layers     no_new_privs, seccomp, exec once%s\n",
		mode == SANDBOX_LOG ? " (log: nothing is refused)" : ", Landlock, no capabilities");
	for (size_t i = 0; i < gaps.count; i++)
		printf("  missing: %s\n", gaps.items[i]);
	return NULL;
}

static struct error *print_spec(const struct options *options, const char *spec_path)
{
	auto_launch struct launch launch = {0};
	auto_rule_list struct rule_list rules = {0};
	const struct plan_sandbox *sandbox;

	TRY(launch_prepare(options, spec_path, &launch));
	sandbox = &launch.plan->sandbox;
	TRY(policy_merge(&sandbox->policies, filter_host_arch(), &rules));
	if (options->format == OUTPUT_JSON) {
		report_policy_json(sandbox, &rules, policy_allows_tcp(&rules));
		return NULL;
	}
	TRY(print_layers(sandbox->mode));
	printf("policies  ");
	for (size_t i = 0; i < sandbox->policies.count; i++)
		printf(" %s", sandbox->policies.items[i]);
	printf("\n");
	print_rules(&rules);
	print_paths(sandbox);
	print_tcp(sandbox, &rules);
	return NULL;
}

struct error *cmd_policy(const struct options *options, int *ret_status)
{
	const char *spec_path = NULL;

	*ret_status = 0;
	if (options->operands.count == 0) {
		print_all();
		return NULL;
	}
	TRY(one_operand(options, "SPEC.xml", &spec_path));
	return print_spec(options, spec_path);
}
