/* SPDX-License-Identifier: MIT */
#include "plan/openings.h"

#include <stdlib.h>

#include "base/memory.h"
#include "plan/plan.h"

int next_fd(struct plan *plan)
{
	return PLAN_OPENING_FD + plan->fd_shift + plan->opening_fds++;
}

struct opening *add_opening(struct plan *plan, enum opening_kind kind, int line)
{
	struct opening *opening =
		array_push(&plan->openings, &plan->opening_count, sizeof(*plan->openings));

	opening->kind = kind;
	opening->fd = next_fd(plan);
	opening->line = line;
	return opening;
}

int opening_connect(struct plan *plan, const char *path, int line)
{
	struct opening *opening = add_opening(plan, OPENING_SOCKET, line);

	opening->path = xstrdup(path);
	return opening->fd;
}

struct companion *add_companion(struct plan *plan, const char *name, int line)
{
	struct companion *companion =
		array_push(&plan->companions, &plan->companion_count, sizeof(*plan->companions));

	companion->name = name;
	companion->line = line;
	companion->fd = next_fd(plan);
	companion->own_fd = next_fd(plan);
	return companion;
}

/* What was secret does not stay in memory that is used again; the compiler may not leave it out. */
static void wipe(char *text)
{
	for (volatile char *c = text; c && *c; c++)
		*c = '\0';
	free(text);
}

void openings_clear(struct plan *plan)
{
	for (size_t i = 0; i < plan->opening_count; i++) {
		struct opening *opening = &plan->openings[i];

		free(opening->path);
		free(opening->name);
		free(opening->bridge);
		free(opening->helper);
		free(opening->parent);
		free(opening->mode);
		free(opening->mac);
		wipe(opening->text);
	}
	for (size_t i = 0; i < plan->companion_count; i++) {
		strings_clear(&plan->companions[i].setup);
		strings_clear(&plan->companions[i].argv);
		free(plan->companions[i].directory);
	}
	free(plan->openings);
	free(plan->companions);
	plan->openings = NULL;
	plan->companions = NULL;
	plan->opening_count = plan->companion_count = 0;
}
