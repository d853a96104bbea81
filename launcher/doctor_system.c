/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "doctor.h"
#include "options.h"
#include "spec/spec.h"

#define SMALL_FILE_BYTES 4096
#define BINARIES "/usr/bin"
#define OUR_SUFFIX "-slipway"

/* The first character of a small file below the root, '\0' where there is none. */
static char first_character(const struct doctor *doctor, const char *path)
{
	auto_free char *bytes = NULL;
	auto_error struct error *error = NULL;
	size_t size_bytes = 0;

	error = file_read_below(doctor->root_fd, path, SMALL_FILE_BYTES, &bytes, &size_bytes);
	if (error || size_bytes == 0)
		return '\0';
	return bytes[0];
}

/* libvirt's profiles usr.sbin.libvirtd and abstractions/libvirt-qemu (libvirt 9.0,
 * src/security/apparmor) let it execute programs of /usr/bin, and a guest be
 * /usr/bin/qemu-system-*. */
static void look_at_apparmor(const struct doctor *doctor)
{
	struct finding *finding;

	if (first_character(doctor, "/sys/module/apparmor/parameters/enabled") != 'Y')
		return;
	finding = findings_add(doctor->findings, SEVERITY_NOTE, "apparmor",
		"AppArmor is on: as libvirt's <emulator>, slipway is executed only as "
		"/usr/bin/qemu-system-ARCH-slipway or where a rule names it");
	finding_fix(finding,
		"for another PATH add 'PATH PUx,' to /etc/apparmor.d/local/usr.sbin.libvirtd and "
		"'PATH rmix,' to /etc/apparmor.d/local/abstractions/libvirt-qemu, then reload "
		"them with apparmor_parser -r");
}

/* The reference policy labels /usr/bin/qemu-system-* and /usr/libexec/qemu-kvm qemu_exec_t
 * (policy/modules/services/virt.fc). */
static void look_at_selinux(const struct doctor *doctor)
{
	char enforcing = first_character(doctor, "/sys/fs/selinux/enforce");
	struct finding *finding;

	if (enforcing == '\0')
		return;
	finding = findings_add(doctor->findings, SEVERITY_NOTE, "selinux",
		"SELinux is %s: as libvirt's <emulator>, slipway needs the label qemu_exec_t, "
		"which "
		"/usr/bin/qemu-system-ARCH-slipway has by its name",
		enforcing == '1' ? "enforcing" : "permissive");
	finding_fix(finding, "for another PATH: semanage fcontext -a -t qemu_exec_t PATH, then "
			     "restorecon -v PATH");
}

void doctor_security(const struct doctor *doctor)
{
	look_at_apparmor(doctor);
	look_at_selinux(doctor);
}

static bool is_program(const struct doctor *doctor, const char *path)
{
	auto_fd int fd = file_open_below(doctor->root_fd, path, O_PATH);
	struct stat status;

	return fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	       (status.st_mode & 0111) != 0;
}

/* In the directories of `directories`, separated by colons; NULL: nowhere. The caller frees it. */
static char *find_program(const struct doctor *doctor, const char *directories, const char *name)
{
	while (directories && *directories) {
		size_t length = strcspn(directories, ":");
		auto_free char *path = xasprintf("%.*s/%s", (int)length, directories, name);

		if (directories[0] == '/' && is_program(doctor, path))
			return steal(&path);
		directories += length;
		directories += *directories == ':';
	}
	return NULL;
}

static bool needs_swtpm(const struct spec *spec)
{
	for (size_t i = 0; i < spec->tpm_count; i++)
		if (spec->tpms[i].backend == SPEC_TPM_EMULATOR)
			return true;
	return false;
}

/* One that somebody else started has a socket. */
static bool needs_virtiofsd(const struct spec *spec)
{
	for (size_t i = 0; i < spec->filesystem_count; i++)
		if (text_equal(spec->filesystems[i].driver, "virtiofs") &&
			!spec->filesystems[i].socket)
			return true;
	return false;
}

static bool needs_passt(const struct spec *spec)
{
	for (size_t i = 0; i < spec->interface_count; i++)
		if (text_equal(spec->interfaces[i].backend, "passt"))
			return true;
	return false;
}

static bool needs_nothing(const struct spec *spec)
{
	(void)spec;
	return false;
}

/* Programs beside QEMU, and who needs them. */
struct other_program {
	const char *name;
	const char *purpose;
	bool (*is_needed)(const struct spec *spec);
};

static const struct other_program others[] = {
	{"qemu-img", "making and looking at disk images", needs_nothing},
	{"swtpm", "<tpm> with <backend type='emulator'>", needs_swtpm},
	{"virtiofsd", "<filesystem> with <driver type='virtiofs'>", needs_virtiofsd},
	{"passt", "<interface type='user'> with <backend type='passt'>", needs_passt},
};

static void one_program(const struct doctor *doctor, const struct other_program *other)
{
	const struct spec *spec = doctor->launch->spec;
	auto_free char *path = find_program(doctor, doctor->options->search_path, other->name);
	bool needed = spec && doctor->with_spec && other->is_needed(spec);
	struct finding *finding;

	/* where distributions put virtiofsd */
	if (!path)
		path = find_program(doctor,
			"/usr/libexec:/usr/lib/qemu:/usr/lib/virtiofsd:/usr/lib", other->name);
	if (path) {
		findings_add(doctor->findings, SEVERITY_OK, "program", "'%s'", path);
		return;
	}
	finding = findings_add(doctor->findings, needed ? SEVERITY_ERROR : SEVERITY_NOTE, "program",
		"%s is not there; %s needs it", other->name, other->purpose);
	finding_fix(finding, "install %s", other->name);
}

void doctor_programs(const struct doctor *doctor)
{
	for (size_t i = 0; i < ARRAY_COUNT(others); i++)
		one_program(doctor, &others[i]);
}

static bool changed_at(const struct doctor *doctor, const char *path, struct timespec *ret_time)
{
	auto_fd int fd = file_open_below(doctor->root_fd, path, O_PATH);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0)
		return false;
	*ret_time = status.st_ctim;
	return true;
}

/*
 * libvirt asks an emulator what it can and keeps the answer until the file's ctime changes
 * (virQEMUCapsIsValid, src/qemu/qemu_capabilities.c): a new QEMU behind slipway changes nothing.
 */
static void look_at_wrapper(const struct doctor *doctor, const char *name)
{
	auto_free char *ours = xasprintf(BINARIES "/%s", name);
	auto_free char *real = xstrndup(ours, strlen(ours) - strlen(OUR_SUFFIX));
	struct timespec ours_time, real_time;
	struct finding *finding;

	if (!changed_at(doctor, ours, &ours_time))
		return;
	if (!changed_at(doctor, real, &real_time)) {
		finding = findings_add(doctor->findings, SEVERITY_WARNING, "libvirt",
			"'%s' stands for '%s', which is not there", ours, real);
		finding_fix(finding, "install it, or remove '%s'", ours);
		return;
	}
	if (real_time.tv_sec < ours_time.tv_sec ||
		(real_time.tv_sec == ours_time.tv_sec && real_time.tv_nsec <= ours_time.tv_nsec)) {
		findings_add(doctor->findings, SEVERITY_OK, "libvirt", "'%s'", ours);
		return;
	}
	finding = findings_add(doctor->findings, SEVERITY_WARNING, "libvirt",
		"'%s' is newer than '%s': libvirt may still have what the former QEMU could do",
		real, ours);
	finding_fix(finding, "touch %s", ours);
}

void doctor_libvirt(const struct doctor *doctor)
{
	auto_fd int fd = file_open_below(doctor->root_fd, BINARIES, O_RDONLY | O_DIRECTORY);
	auto_strings struct strings names = {0};
	const struct dirent *entry;
	DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;

	if (!directory)
		return;
	fd = -1; /* the directory's now */
	while ((entry = readdir(directory)) != NULL)
		if (text_ends_with(entry->d_name, OUR_SUFFIX) &&
			strlen(entry->d_name) > strlen(OUR_SUFFIX))
			strings_add(&names, entry->d_name);
	closedir(directory);
	for (size_t i = 0; i < names.count; i++)
		look_at_wrapper(doctor, names.items[i]);
}
