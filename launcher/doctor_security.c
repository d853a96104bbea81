/* SPDX-License-Identifier: MIT */
/*
 * What AppArmor and SELinux must be told before libvirt can execute slipway in QEMU's place, and a
 * VM's profile read the firmware that it chooses: the very lines, for each such emulator.
 *
 * Rules of libvirt's profiles (libvirt 9.0 and later, src/security/apparmor: usr.sbin.libvirtd,
 * usr.sbin.virtqemud, libvirt-qemu) are read where they are installed, so that only what they lack
 * is asked for.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "doctor.h"
#include "doctor_rules.h"
#include "host/emulator.h"
#include "host/host.h"
#include "options.h"
#include "plan/plan.h"
#include "spec/spec.h"

/* A profile has some hundred lines. */
#define PROFILE_LIMIT_BYTES ((size_t)1 << 20)
#define PROFILES "/etc/apparmor.d/"
#define GUEST_PROFILE PROFILES "abstractions/libvirt-qemu"

/* The text of a file below the root, "" where there is none; the caller frees it. */
static char *text_of(const struct doctor *doctor, const char *path)
{
	auto_error struct error *error = NULL;
	char *bytes = NULL;
	size_t size_bytes = 0;

	error = file_read_below(doctor->root_fd, path, PROFILE_LIMIT_BYTES, &bytes, &size_bytes);
	return error ? xstrdup("") : bytes;
}

static bool is_there(const struct doctor *doctor, const char *path)
{
	auto_fd int fd = file_open_below(doctor->root_fd, path, O_PATH);

	return fd >= 0;
}

/* One place that a file of the VM's is read from, or written to. */
struct place {
	const char *path;
	const char *permissions; /* as in a rule */
	bool folder;             /* the rule is for all that is beside it */
};

static char *quoted(const char *path)
{
	return strpbrk(path, " \t") ? xasprintf("\"%s\"", path) : xstrdup(path);
}

static void add_rule(struct text *lines, const char *path, const char *permissions)
{
	auto_free char *name = quoted(path);

	text_addf(lines, "\n  %s %s,", name, permissions);
}

/* The profile of libvirt's daemon, where there is one that does not let it execute `emulator`. */
static void daemon_rule(const struct doctor *doctor, const char *emulator, struct text *fix)
{
	static const char *const daemons[] = {"usr.sbin.libvirtd", "usr.sbin.virtqemud"};

	for (size_t i = 0; i < ARRAY_COUNT(daemons); i++) {
		auto_free char *profile = xasprintf(PROFILES "%s", daemons[i]);
		auto_free char *local = xasprintf(PROFILES "local/%s", daemons[i]);
		auto_free char *text = text_of(doctor, profile);
		auto_free char *more = text_of(doctor, local);

		if (!text[0] || rules_cover(text, emulator, "x") ||
			rules_cover(more, emulator, "x"))
			continue;
		text_addf(fix, "%sadd to %s:", fix->length > 0 ? "\n" : "", local);
		add_rule(fix, emulator, "PUx");
	}
}

/* The file of the administrator's own that the profile of VMs includes. */
static const char *guest_file(const char *profile)
{
	return strstr(profile, "abstractions/libvirt-qemu.d") ? GUEST_PROFILE ".d/slipway"
							      : PROFILES
		       "local/abstractions/libvirt-qemu";
}

static void guest_place(const struct place *place, struct text *lines)
{
	auto_free char *directory = path_directory(place->path);
	auto_free char *all = xasprintf("%s/{,**}", directory);

	add_rule(lines, place->folder ? all : place->path, place->permissions);
}

static void guest_rules(
	const struct doctor *doctor, const struct place *places, size_t count, struct text *fix)
{
	auto_free char *profile = text_of(doctor, GUEST_PROFILE);
	auto_free char *more = text_of(doctor, guest_file(profile));
	struct text lines = {0};

	for (size_t i = 0; i < count; i++)
		if (places[i].path &&
			!rules_cover(profile, places[i].path, places[i].permissions) &&
			!rules_cover(more, places[i].path, places[i].permissions))
			guest_place(&places[i], &lines);
	if (lines.length > 0)
		text_addf(fix, "%sadd to %s:%s", fix->length > 0 ? "\n" : "", guest_file(profile),
			lines.bytes);
	text_clear(&lines);
}

/* What libvirt chose itself it also tells its profiles of (virt-aa-helper). */
static bool is_asked(const struct options *options)
{
	return options->firmware != FIRMWARE_OPTION_AUTO || options->nvram != NVRAM_OPTION_AUTO ||
	       options->secure_boot != CHOICE_UNSET;
}

static void look_at_apparmor(const struct doctor *doctor, const char *emulator)
{
	const struct plan *plan = doctor->launch->plan;
	auto_free char *enabled = text_of(doctor, "/sys/module/apparmor/parameters/enabled");
	const struct emulator *real = doctor->launch->host ? &doctor->launch->host->emulator : NULL;
	bool chosen = plan && plan->firmware.path && is_asked(doctor->options);
	/* what was called executes this one */
	auto_free char *whole = doctor->options->front ? path_of_program() : NULL;
	bool stored = plan && plan->nvram.path && doctor->options->nvram == NVRAM_OPTION_PATH;
	const struct place places[] = {
		{emulator, "rmix", false},
		{whole, "rmix", false},
		{real && real->status == 0 && !text_equal(real->path, emulator) ? real->path : NULL,
			"rmix", false},
		{chosen ? "/etc/qemu/firmware/x.json" : NULL, "r", true},
		{chosen ? "/usr/share/qemu/firmware/x.json" : NULL, "r", true},
		{chosen ? plan->firmware.path : NULL, "rk", true},
		{chosen ? plan->nvram.template : NULL, "rk", true},
		{stored ? plan->nvram.path : NULL, "rwkl", true},
	};
	auto_text struct text fix = {0};
	struct finding *finding;

	if (enabled[0] != 'Y' && !is_there(doctor, GUEST_PROFILE))
		return;
	daemon_rule(doctor, emulator, &fix);
	guest_rules(doctor, places, ARRAY_COUNT(places), &fix);
	if (fix.length == 0) {
		findings_add(doctor->findings, SEVERITY_OK, "apparmor",
			"libvirt's profiles let '%s' be an <emulator>", emulator);
		return;
	}
	finding = findings_add(doctor->findings,
		enabled[0] == 'Y' ? SEVERITY_WARNING : SEVERITY_NOTE, "apparmor",
		"libvirt's profiles do not let '%s' be an <emulator>%s", emulator,
		enabled[0] == 'Y' ? "" : ", where AppArmor is on; here it is off");
	finding_fix(finding, "%s\nthen: systemctl reload apparmor", fix.bytes);
}

/* SELinux's label of a file below the root, or NULL; the caller frees it. */
static char *label_of(const struct doctor *doctor, const char *path)
{
	auto_fd int fd = file_open_below(doctor->root_fd, path, O_RDONLY);
	ssize_t length = fd < 0 ? -1 : fgetxattr(fd, "security.selinux", NULL, 0);
	auto_free char *label = length > 0 ? xcalloc((size_t)length + 1, 1) : NULL;

	if (!label || fgetxattr(fd, "security.selinux", label, (size_t)length) != length)
		return NULL;
	return steal(&label);
}

static bool has_other_names(const struct doctor *doctor, const char *path)
{
	auto_fd int fd = file_open_below(doctor->root_fd, path, O_PATH);
	struct stat status;

	return fd >= 0 && fstat(fd, &status) == 0 && status.st_nlink > 1;
}

/* The reference policy labels these names by itself (policy/modules/services/virt.fc,
 * qemu.fc). */
static bool is_labelled_by_name(const char *emulator)
{
	return text_starts_with(emulator, "/usr/bin/qemu-system-") ||
	       text_starts_with(emulator, "/usr/libexec/qemu");
}

static void label_rule(struct text *fix, const char *type, const char *pattern, const char *path,
	const char *recursive)
{
	auto_free char *quoted_pattern = text_shell_quoted(pattern);
	auto_free char *quoted_path = text_shell_quoted(path);

	text_addf(fix, "%ssemanage fcontext -a -t %s %s && restorecon %s-v %s",
		fix->length > 0 ? "\n" : "", type, quoted_pattern, recursive, quoted_path);
}

static void emulator_label(const struct doctor *doctor, const char *emulator, struct text *fix)
{
	auto_free char *name = text_shell_quoted(emulator);
	auto_free char *label = label_of(doctor, emulator);

	if (has_other_names(doctor, emulator))
		text_addf(fix,
			"%s is a hard link, and a label is of all its names: cp "
			"--remove-destination \"$(command -v slipway)\" %s",
			name, name);
	if (label && strstr(label, ":qemu_exec_t:"))
		return;
	if (is_labelled_by_name(emulator))
		text_addf(fix, "%srestorecon -v %s", fix->length > 0 ? "\n" : "", name);
	else
		label_rule(fix, "qemu_exec_t", emulator, emulator, "");
}

/* A confined VM reads what is below /usr (usr_t), and libvirt's own folders. */
static void folder_label(const char *path, const char *type, struct text *fix)
{
	auto_free char *directory = path_directory(path);
	auto_free char *pattern = xasprintf("%s(/.*)?", directory);

	if (text_starts_with(path, "/usr/") || text_starts_with(path, "/var/lib/libvirt/qemu/"))
		return;
	label_rule(fix, type, pattern, directory, "-R ");
}

static void look_at_selinux(const struct doctor *doctor, const char *emulator)
{
	const struct plan *plan = doctor->launch->plan;
	auto_free char *enforcing = text_of(doctor, "/sys/fs/selinux/enforce");
	auto_text struct text fix = {0};
	struct finding *finding;

	if (!enforcing[0])
		return;
	emulator_label(doctor, emulator, &fix);
	if (plan && plan->firmware.path && is_asked(doctor->options))
		folder_label(plan->firmware.path, "virt_content_t", &fix);
	if (plan && doctor->options->nvram == NVRAM_OPTION_PATH && plan->nvram.path)
		folder_label(plan->nvram.path, "svirt_image_t", &fix);
	if (fix.length == 0) {
		findings_add(doctor->findings, SEVERITY_OK, "selinux",
			"'%s' has the label qemu_exec_t", emulator);
		return;
	}
	finding = findings_add(doctor->findings,
		enforcing[0] == '1' ? SEVERITY_WARNING : SEVERITY_NOTE, "selinux",
		"SELinux is %s: as libvirt's <emulator>, '%s' needs the label qemu_exec_t",
		enforcing[0] == '1' ? "enforcing" : "permissive", emulator);
	finding_fix(finding, "%s", fix.bytes);
}

void doctor_security(const struct doctor *doctor, const char *emulator)
{
	look_at_apparmor(doctor, emulator);
	look_at_selinux(doctor, emulator);
}
