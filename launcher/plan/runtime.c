/* SPDX-License-Identifier: MIT */
#include "plan/runtime.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "plan/arguments.h"
#include "plan/plan.h"
#include "spec/spec.h"

/* A name of a VM or of a port as one name of a file. */
static char *file_name(const char *name)
{
	char *safe = xstrdup(name);

	for (char *c = safe; *c; c++)
		if (*c == '/')
			*c = '_';
	if (safe[0] == '.')
		safe[0] = '_';
	return safe;
}

const char *runtime_directory(const struct arguments *arguments)
{
	struct plan *plan = arguments->plan;
	const char *below = arguments->options->runtime_directory;
	auto_free char *name = file_name(arguments->spec->name);
	int64_t run = arguments->options->run;

	if (plan->runtime_directory)
		return plan->runtime_directory;
	plan->runtime_directory = xasprintf("%s/%s", below ? below : "/run/slipway", name);
	if (run > 0) {
		auto_free char *shared = plan->runtime_directory;

		plan->runtime_directory = xasprintf("%s.%" PRId64, shared, run);
	}
	return plan->runtime_directory;
}

char *runtime_path(const struct arguments *arguments, const char *name)
{
	auto_free char *file = file_name(name);

	return xasprintf("%s/%s", runtime_directory(arguments), file);
}

bool path_is_of_a_run(const char *path)
{
	return path && (strstr(path, "/qemu/channel/") || strstr(path, "/qemu/domain-"));
}

char *state_path(const struct arguments *arguments, const char *kind)
{
	const char *below = arguments->options->state_directory;
	auto_free char *name = file_name(arguments->spec->name);

	return xasprintf("%s/%s/%s", below ? below : "/var/lib/slipway", kind, name);
}
