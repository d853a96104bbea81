/* SPDX-License-Identifier: MIT */
#include "plan/equivalent.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "host/host.h"
#include "plan/fit.h"
#include "plan/match.h"

/* Parts of file names by which distributions tell builds with Secure Boot, and templates with keys.
 */
static const char *const secure_names[] = {"secboot", "secure"};
static const char *const enrolled_names[] = {".ms.", "-ms-", "snakeoil", "enrolled"};

static bool name_has(const char *path, const char *const *parts, size_t count)
{
	const char *name = path_base(path);

	for (size_t i = 0; i < count; i++)
		if (strstr(name, parts[i]))
			return true;
	return false;
}

static bool names_enrolled(const char *path)
{
	return name_has(path, enrolled_names, ARRAY_COUNT(enrolled_names));
}

static bool names_secure(const char *path)
{
	return names_enrolled(path) || name_has(path, secure_names, ARRAY_COUNT(secure_names));
}

static bool pair_is_whole(enum arch arch, const struct firmware_pair *pair)
{
	auto_free char *code_reason = code_misfit(arch, pair->code, pair->format);
	auto_free char *vars_reason = NULL;

	if (!code_reason && pair->vars)
		vars_reason = store_misfit(arch, pair->code, pair->vars, pair->format);
	return !code_reason && !vars_reason;
}

static bool descriptor_targets(const struct descriptor *descriptor, enum arch arch)
{
	for (size_t i = 0; i < descriptor->target_count; i++)
		if (descriptor->targets[i].arch == arch)
			return true;
	return false;
}

static bool descriptor_is_whole(enum arch arch, const struct descriptor *descriptor)
{
	auto_free char *code_reason = NULL;
	auto_free char *vars_reason = NULL;

	if (descriptor->state != DESCRIPTOR_USABLE || descriptor->mode != FIRMWARE_MODE_SPLIT ||
		!descriptor_targets(descriptor, arch))
		return false;
	code_reason = code_misfit(arch, descriptor->executable, descriptor->executable_format);
	vars_reason = store_misfit(
		arch, descriptor->executable, descriptor->template, descriptor->template_format);
	return !code_reason && !vars_reason;
}

struct equivalent find_equivalent(const struct host *host, enum arch arch, const char *path)
{
	bool secure = names_secure(path);
	bool enrolled = names_enrolled(path);

	for (size_t i = 0; i < host->descriptor_count; i++) {
		const struct descriptor *descriptor = &host->descriptors[i];

		if (descriptor_is_whole(arch, descriptor) &&
			strings_contain(&descriptor->features, "secure-boot") == secure &&
			strings_contain(&descriptor->features, "enrolled-keys") == enrolled)
			return (struct equivalent){descriptor->executable, descriptor->template};
	}
	for (size_t i = 0; i < host->pair_count; i++) {
		const struct firmware_pair *pair = &host->pairs[i];

		if (pair->arch == arch && pair->secure_boot == secure &&
			pair->enrolled_keys == enrolled && pair_is_whole(arch, pair))
			return (struct equivalent){pair->code, pair->vars};
	}
	return (struct equivalent){0};
}

/* A template that fits, of the first descriptor or pair with this CODE. */
const struct firmware_file *find_template(
	const struct host *host, enum arch arch, const struct firmware_file *code)
{
	for (size_t i = 0; i < host->descriptor_count; i++)
		if (same_file(host->descriptors[i].executable, code) &&
			descriptor_is_whole(arch, &host->descriptors[i]))
			return host->descriptors[i].template;
	for (size_t i = 0; i < host->pair_count; i++)
		if (same_file(host->pairs[i].code, code) && host->pairs[i].vars &&
			pair_is_whole(arch, &host->pairs[i]))
			return host->pairs[i].vars;
	return NULL;
}

char *equivalent_hint(const struct host *host, enum arch arch, const char *path)
{
	struct equivalent found = find_equivalent(host, arch, path);
	const char *family;

	if (!found.code)
		return NULL;
	family = code_family_name(found.code);
	return xasprintf(
		"this host's build of that kind is '%s'%s%s%s: --firmware=%s%s%s, or put it "
		"into the spec",
		found.code->path, family ? " (" : "", family ? family : "",
		family ? " family)" : "", found.code->path, found.vars ? ":" : "",
		found.vars ? found.vars->path : "");
}

char *equivalent_template_hint(const struct host *host, enum arch arch, const char *path)
{
	struct equivalent found = find_equivalent(host, arch, path);
	const char *family;

	if (!found.vars)
		return NULL;
	family = code_family_name(found.code);
	return xasprintf("this host's template of that kind is '%s'%s%s%s, which belongs to '%s': "
			 "<nvram template='%s'/>, or --firmware=%s:%s",
		found.vars->path, family ? " (" : "", family ? family : "",
		family ? " family)" : "", found.code->path, found.vars->path, found.code->path,
		found.vars->path);
}
