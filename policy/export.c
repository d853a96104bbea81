/* SPDX-License-Identifier: MIT */
/*
 * Writes the table of act/filter_ready.h in C, for the machine that slipway is built on and for:
 * one filter for each line of ready.list, which is on stdin.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/filter.h"
#include "act/filter_ready.h"
#include "base/memory.h"

static void print_program(size_t number, const struct filter *filter)
{
	printf("static const struct sock_filter program_%zu[] = {\n", number);
	for (size_t i = 0; i < filter->count; i++)
		printf("\t{0x%x, %u, %u, 0x%x},\n", filter->instructions[i].code,
			filter->instructions[i].jt, filter->instructions[i].jf,
			filter->instructions[i].k);
	printf("};\n\n");
}

static void add_row(struct text *table, size_t number, const struct strings *policies,
	const struct filter *filter)
{
	text_add(table, "\t{{");
	for (size_t i = 0; i < policies->count; i++)
		text_addf(table, "\"%s\", ", policies->items[i]);
	text_addf(table, "NULL}, program_%zu, %zu, %s, %s},\n", number, filter->count,
		filter->exec_stays ? "true" : "false", filter->tcp ? "true" : "false");
}

/* Base and the words of a line. */
static void read_policies(char *line, struct strings *policies)
{
	char *rest = line;
	char *word;

	strings_add(policies, "base");
	while ((word = strsep(&rest, " \t\n")))
		if (word[0])
			strings_add(policies, word);
}

static struct error *export(char *line, size_t number, struct text *table)
{
	auto_strings struct strings policies = {0};
	auto_filter struct filter *filter = NULL;

	read_policies(line, &policies);
	if (policies.count >= READY_POLICIES_MOST)
		return error_new("more policies than a row can have");
	TRY(filter_make(&policies, FILTER_DEFAULT_POLICY, filter_host_arch(), &filter));
	print_program(number, filter);
	add_row(table, number, &policies, filter);
	return NULL;
}

int main(void)
{
	auto_text struct text table = {0};
	auto_free char *line = NULL;
	size_t room = 0;
	size_t number = 0;

	printf("/* Made by policy/export.c from policy/ready.list: change that. */\n"
	       "#include \"act/filter_ready.h\"\n\n");
	while (getline(&line, &room, stdin) >= 0) {
		auto_error struct error *error = NULL;

		if (line[0] == '#' || line[0] == '\n')
			continue;
		error = export(line, number++, &table);
		if (error) {
			fprintf(stderr, "policy/ready.list: %s\n", error->text);
			return 1;
		}
	}
	printf("static const struct filter_ready table[] = {\n%s};\n\n"
	       "const struct filter_ready *filter_ready_table(size_t *ret_count)\n{\n"
	       "\t*ret_count = sizeof(table) / sizeof(table[0]);\n\treturn table;\n}\n",
		table.bytes);
	return 0;
}
