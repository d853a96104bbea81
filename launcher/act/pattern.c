/* SPDX-License-Identifier: MIT */
#include "act/pattern.h"

#include <stdlib.h>

#include "base/memory.h"

static struct error *refuse(
	const char *option, const char *source, int reason, const regex_t *regex)
{
	size_t length = regerror(reason, regex, NULL, 0);
	auto_free char *words = xcalloc(length, 1);

	(void)regerror(reason, regex, words, length);
	return error_new(
		"%s='%s': %s; it is a POSIX extended regular expression", option, source, words);
}

struct error *patterns_add(struct patterns *patterns, const char *option, const char *source)
{
	struct pattern *pattern;
	regex_t regex;
	int reason;

	if (source[0] == '\0')
		return error_new("%s='': an empty expression matches everything", option);
	reason = regcomp(&regex, source, REG_EXTENDED);
	if (reason != 0)
		return refuse(option, source, reason, &regex);
	pattern = array_push(&patterns->items, &patterns->count, sizeof(*patterns->items));
	pattern->regex = regex;
	pattern->source = xstrdup(source);
	return NULL;
}

struct error *patterns_add_all(
	struct patterns *patterns, const char *option, const struct strings *sources)
{
	for (size_t i = 0; i < sources->count; i++)
		TRY(patterns_add(patterns, option, sources->items[i]));
	return NULL;
}

bool pattern_finds(const struct pattern *pattern, const char *line, size_t *from)
{
	regmatch_t match = {0};

	if (regexec(&pattern->regex, line + *from, 1, &match, *from > 0 ? REG_NOTBOL : 0) != 0)
		return false;
	*from += (size_t)match.rm_eo;
	return true;
}

void patterns_clear(struct patterns *patterns)
{
	for (size_t i = 0; i < patterns->count; i++) {
		regfree(&patterns->items[i].regex);
		free(patterns->items[i].source);
	}
	free(patterns->items);
	*patterns = (struct patterns){0};
}
