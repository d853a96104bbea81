/* SPDX-License-Identifier: MIT */
#include "act/tail.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void tail_add(struct tail *tail, const char *line)
{
	if (line[strspn(line, " \t")] == '\0')
		return;
	free(tail->lines[tail->next]);
	tail->lines[tail->next] = xstrdup(line);
	tail->next = (tail->next + 1) % TAIL_LINES;
}

const char *tail_last(const struct tail *tail)
{
	return tail->lines[(tail->next + TAIL_LINES - 1) % TAIL_LINES];
}

void tail_copy(const struct tail *tail, struct strings *lines)
{
	for (size_t i = 0; i < TAIL_LINES; i++) {
		const char *line = tail->lines[(tail->next + i) % TAIL_LINES];

		if (line)
			strings_add(lines, line);
	}
}

void tail_clear(struct tail *tail)
{
	for (size_t i = 0; i < TAIL_LINES; i++)
		free(tail->lines[i]);
	*tail = (struct tail){0};
}
