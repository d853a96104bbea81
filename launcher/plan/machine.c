/* SPDX-License-Identifier: MIT */
#include "plan/machine.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "host/host.h"

const char *machine_default(enum arch arch)
{
	return arch_is_x86(arch) ? "pc" : "virt";
}

const char *machine_canonical(const struct host *host, const char *machine)
{
	for (size_t i = 0; i < host->machine_count; i++)
		if (strcmp(host->machines[i].alias, machine) == 0)
			return host->machines[i].canonical;
	return machine;
}

struct board_name {
	const char *prefix;
	enum board board;
};

static const struct board_name board_names[] = {
	{"pc-q35", BOARD_Q35},
	{"q35", BOARD_Q35},
	{"pc-i440fx", BOARD_I440FX},
	{"microvm", BOARD_MICROVM},
	{"virt", BOARD_VIRT},
};

enum board machine_board(const char *canonical)
{
	for (size_t i = 0; i < ARRAY_COUNT(board_names); i++)
		if (text_starts_with(canonical, board_names[i].prefix))
			return board_names[i].board;
	return strcmp(canonical, "pc") == 0 ? BOARD_I440FX : BOARD_OTHER;
}

/* Goes back to the last '*' on a mismatch, so the time is at most the product of both lengths. */
bool glob_matches(const char *glob, const char *text)
{
	const char *star = NULL;
	const char *mark = NULL;

	while (*text) {
		if (*glob == '*') {
			star = glob++;
			mark = text;
		} else if (*glob == '?' || *glob == *text) {
			glob++;
			text++;
		} else if (star) {
			glob = star + 1;
			text = ++mark;
		} else {
			return false;
		}
	}
	return glob[strspn(glob, "*")] == '\0';
}
