/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdlib.h>

#include "base/memory.h"
#include "doctor.h"

const char *severity_name(enum severity severity)
{
	static const char *const names[] = {
		[SEVERITY_OK] = "ok",
		[SEVERITY_NOTE] = "note",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_ERROR] = "error",
	};

	return names[severity];
}

struct finding *findings_add(struct findings *findings, enum severity severity, const char *subject,
	const char *format, ...)
{
	struct finding *finding =
		array_push(&findings->items, &findings->count, sizeof(*findings->items));
	va_list values;

	va_start(values, format);
	finding->text = xvasprintf(format, values);
	va_end(values);
	finding->severity = severity;
	finding->subject = subject;
	return finding;
}

void finding_fix(struct finding *finding, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	free(finding->fix);
	finding->fix = xvasprintf(format, values);
	va_end(values);
}

enum severity findings_worst(const struct findings *findings)
{
	enum severity worst = SEVERITY_OK;

	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].severity > worst)
			worst = findings->items[i].severity;
	return worst;
}

void findings_clear(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->items[i].text);
		free(findings->items[i].fix);
	}
	free(findings->items);
	*findings = (struct findings){0};
}
