/* SPDX-License-Identifier: MIT */
#include "plan/equivalent.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "host/host.h"
#include "plan/fit.h"
#include "plan/match.h"

/* Parts of file names by which distributions tell builds with Secure Boot, templates with keys, and
 * the larger family. */
static const char *const secure_names[] = {"secboot", "secure"};
static const char *const enrolled_names[] = {".ms.", "-ms-", "snakeoil", "enrolled"};
static const char *const large_names[] = {"4M", "4m"};

#define LARGE_FAMILY_BYTES ((uint64_t)4 << 20)

/* What a missing file was. */
struct kind {
	bool secure_boot, enrolled_keys;
	uint64_t family_bytes; /* 0: not known */
};

/* One firmware of the host, of a descriptor or a pair. */
struct build {
	const struct firmware_file *code, *vars; /* vars: NULL where there is none */
	enum image_format code_format, vars_format;
	struct kind kind;
};

static bool name_has(const char *path, const char *const *parts, size_t count)
{
	const char *name = path_base(path);

	for (size_t i = 0; i < count; i++)
		if (strstr(name, parts[i]))
			return true;
	return false;
}

static const struct known_file *find_known(const struct host *host, const char *path)
{
	for (size_t i = 0; i < host->known_count; i++)
		if (strcmp(host->known[i].path, path) == 0)
			return &host->known[i];
	return NULL;
}

static struct kind kind_of_file(const struct host *host, const char *path)
{
	const struct known_file *known = find_known(host, path);
	bool enrolled = name_has(path, enrolled_names, ARRAY_COUNT(enrolled_names));
	struct kind kind = {
		.secure_boot = enrolled || name_has(path, secure_names, ARRAY_COUNT(secure_names)),
		.enrolled_keys = enrolled,
	};

	if (known)
		return (struct kind){known->secure_boot, known->enrolled_keys, known->family_bytes};
	if (name_has(path, large_names, ARRAY_COUNT(large_names)))
		kind.family_bytes = LARGE_FAMILY_BYTES;
	return kind;
}

/* CODE's name tells the build, that of a template the keys. */
static struct kind kind_of(const struct host *host, const struct equivalent_question *question)
{
	struct kind kind = {0};

	if (question->code)
		kind = kind_of_file(host, question->code);
	if (question->vars) {
		struct kind vars = kind_of_file(host, question->vars);

		kind.enrolled_keys = kind.enrolled_keys || vars.enrolled_keys;
		kind.secure_boot = kind.secure_boot || vars.enrolled_keys;
		if (kind.family_bytes == 0)
			kind.family_bytes = vars.family_bytes;
	}
	if (!arch_is_x86(question->arch))
		kind.family_bytes = 0; /* the board's flash has one size */
	return kind;
}

/* Is the reason none? It is freed. */
static bool fits(char *reason)
{
	auto_free char *owned = reason;

	return !owned;
}

static bool has_format(enum image_format wanted, enum image_format format)
{
	return wanted == IMAGE_FORMAT_UNSET || wanted == format;
}

/* What is missing can be taken from this build, and goes with what stays. */
static bool build_suits(const struct equivalent_question *question, const struct build *build)
{
	const struct firmware_file *code = question->kept_code ? question->kept_code : build->code;
	const struct firmware_file *kept_vars = question->kept_vars;

	if (!fits(code_misfit(question->arch, build->code, build->code_format)))
		return false;
	if (question->memory) /* builds with Secure Boot need flash */
		return build->code_format == IMAGE_FORMAT_RAW && !build->kind.secure_boot &&
		       fits(memory_misfit(question->arch, build->code));
	if (build->vars &&
		!fits(store_misfit(question->arch, build->code, build->vars, build->vars_format)))
		return false;
	if (!question->kept_code && !has_format(question->code_format, build->code_format))
		return false;
	if (kept_vars)
		return fits(store_misfit(question->arch, code, kept_vars, kept_vars->format));
	if (!question->vars)
		return true;
	return build->vars && has_format(question->vars_format, build->vars_format) &&
	       fits(store_misfit(question->arch, code, build->vars, build->vars_format));
}

/* How near a build is to what is missing. */
enum nearness {
	NEAR_SAME_CODE,   /* the template of the very CODE that stays */
	NEAR_SAME_FAMILY, /* the same kind, and family as far as it is known */
	NEAR_SAME_KIND,
	NEAR_SAME_BUILD, /* other keys, where no template is taken from it */
	NEAR_COUNT,
};

static bool is_near(const struct equivalent_question *question, const struct kind *wanted,
	const struct build *build, enum nearness how)
{
	bool same_keys = build->kind.enrolled_keys == wanted->enrolled_keys;
	bool same_build = build->kind.secure_boot == wanted->secure_boot;
	bool same_kind = same_build && same_keys;
	bool same_family =
		wanted->family_bytes == 0 || build->kind.family_bytes == wanted->family_bytes;
	const bool near[NEAR_COUNT] = {
		[NEAR_SAME_CODE] = same_keys && same_file(question->kept_code, build->code),
		[NEAR_SAME_FAMILY] = same_kind && same_family,
		[NEAR_SAME_KIND] = same_kind,
		[NEAR_SAME_BUILD] = same_build && (!question->vars || question->kept_vars),
	};

	return near[how];
}

static bool descriptor_targets(const struct descriptor *descriptor, enum arch arch)
{
	for (size_t i = 0; i < descriptor->target_count; i++)
		if (descriptor->targets[i].arch == arch)
			return true;
	return false;
}

static uint64_t family_of(const struct build *build)
{
	return build->code->virtual_size_bytes +
	       (build->vars ? build->vars->virtual_size_bytes : 0);
}

/* The descriptors', then the pairs'. False where that number is of another architecture or kind. */
static bool take_build(
	const struct host *host, enum arch arch, size_t index, struct build *ret_build)
{
	const struct firmware_pair *pair;

	if (index < host->descriptor_count) {
		const struct descriptor *descriptor = &host->descriptors[index];

		if (descriptor->state != DESCRIPTOR_USABLE ||
			descriptor->mode != FIRMWARE_MODE_SPLIT ||
			!descriptor_targets(descriptor, arch))
			return false;
		*ret_build = (struct build){descriptor->executable, descriptor->template,
			descriptor->executable_format, descriptor->template_format,
			{strings_contain(&descriptor->features, "secure-boot"),
				strings_contain(&descriptor->features, "enrolled-keys"), 0}};
	} else {
		pair = &host->pairs[index - host->descriptor_count];
		if (pair->arch != arch)
			return false;
		*ret_build = (struct build){pair->code, pair->vars, pair->format, pair->format,
			{pair->secure_boot, pair->enrolled_keys, 0}};
	}
	ret_build->kind.family_bytes = family_of(ret_build);
	return true;
}

/* Builds in one file, for -bios: edk2 for i386 and x86_64 with the variables in front, which are
 * not kept; of 64 KiB steps. For arm's boards CODE that is not padded. */
static const struct {
	enum arch arch;
	const char *path;
} whole_files[] = {
	{ARCH_X86_64, "/usr/share/ovmf/OVMF.fd"},          /* Debian, Ubuntu */
	{ARCH_X86_64, "/usr/share/edk2/x64/OVMF.4m.fd"},   /* Arch */
	{ARCH_X86_64, "/usr/share/edk2-ovmf/x64/OVMF.fd"}, /* Arch before 2023 */
	{ARCH_X86_64, "/usr/share/OVMF/OVMF.fd"},          /* Alpine */
	{ARCH_X86_64, "/usr/share/qemu/ovmf-x86_64.bin"},  /* openSUSE */
	{ARCH_AARCH64, "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"},
	{ARCH_AARCH64, "/usr/share/edk2/aarch64/QEMU_EFI.fd"},
	{ARCH_AARCH64, "/usr/share/qemu/qemu-uefi-aarch64.bin"},
};

void equivalent_paths(enum arch arch, struct strings *ret_paths)
{
	for (size_t i = 0; i < ARRAY_COUNT(whole_files); i++)
		if (whole_files[i].arch == arch)
			strings_add_once(ret_paths, whole_files[i].path);
}

static const struct firmware_file *find_whole(const struct host *host, enum arch arch)
{
	for (size_t i = 0; i < ARRAY_COUNT(whole_files); i++) {
		const struct firmware_file *file = host_file(host, whole_files[i].path);

		if (whole_files[i].arch == arch && file &&
			fits(code_misfit(arch, file, IMAGE_FORMAT_RAW)) &&
			fits(memory_misfit(arch, file)))
			return file;
	}
	return NULL;
}

struct equivalent find_equivalent(
	const struct host *host, const struct equivalent_question *question)
{
	struct kind wanted = kind_of(host, question);
	const struct firmware_file *whole = NULL;
	struct build build;

	if (question->memory && !wanted.secure_boot)
		whole = find_whole(host, question->arch);
	if (whole)
		return (struct equivalent){whole, NULL};
	for (enum nearness how = NEAR_SAME_CODE; how < NEAR_COUNT; how++)
		for (size_t i = 0; i < host->descriptor_count + host->pair_count; i++)
			if (take_build(host, question->arch, i, &build) &&
				is_near(question, &wanted, &build, how) &&
				build_suits(question, &build))
				return (struct equivalent){build.code, build.vars};
	return (struct equivalent){0};
}

const struct firmware_file *find_template(
	const struct host *host, enum arch arch, const struct firmware_file *code)
{
	const struct equivalent_question question = {.arch = arch};
	struct build build;

	for (size_t i = 0; i < host->descriptor_count + host->pair_count; i++)
		if (take_build(host, arch, i, &build) && build.vars &&
			same_file(build.code, code) && build_suits(&question, &build))
			return build.vars;
	return NULL;
}

bool is_template(const struct host *host, const char *path)
{
	static const char *const of_distributions[] = {"/usr/", "/nix/store/", "/gnu/store/",
		"/run/current-system/", "/run/libvirt/nix-ovmf/"};
	const struct known_file *known = find_known(host, path);

	for (size_t i = 0; i < ARRAY_COUNT(of_distributions); i++)
		if (text_starts_with(path, of_distributions[i]))
			return true;
	return known && known->vars;
}

char *equivalent_hint(const struct host *host, enum arch arch, const char *path)
{
	const struct equivalent_question question = {.arch = arch, .code = path};
	struct equivalent found = find_equivalent(host, &question);
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
	const struct equivalent_question question = {.arch = arch, .vars = path};
	struct equivalent found = find_equivalent(host, &question);
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
