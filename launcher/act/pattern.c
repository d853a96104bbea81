/* SPDX-License-Identifier: MIT */
#include "act/pattern.h"

#include <errno.h>
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

/* One look; false where it could not be told for want of memory. POSIX has REG_ESPACE for that, but
 * glibc says REG_NOMATCH (posix/regexec.c, regexec), and malloc alone leaves a trace. */
static bool look(const struct pattern *pattern, const char *line, size_t from,
	regmatch_t *ret_match, int *ret_reason)
{
	errno = 0;
	*ret_reason =
		regexec(&pattern->regex, line + from, 1, ret_match, from > 0 ? REG_NOTBOL : 0);
	return *ret_reason != REG_ESPACE && (*ret_reason == 0 || errno != ENOMEM);
}

bool pattern_finds(const struct pattern *pattern, const char *line, size_t *from)
{
	regmatch_t match = {0};
	bool told = false;
	int reason = 0;

	/* not knowing is not "not there": what is forbidden would pass. Twice, because malloc may
	 * have found its memory elsewhere; it goes there first then. */
	for (int attempt = 0; !told && attempt < 2; attempt++)
		told = look(pattern, line, *from, &match, &reason);
	if (!told)
		memory_exhausted();
	if (reason != 0)
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
