/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "doctor.h"
#include "options.h"
#include "spec/spec.h"

static bool is_program(const struct doctor *doctor, const char *path)
{
	auto_fd int fd = file_open_below(doctor->root_fd, path, O_PATH);
	struct stat status;

	return fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	       (status.st_mode & 0111) != 0;
}

char *find_program(const struct doctor *doctor, const char *directories, const char *name)
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
	{"swtpm_setup", "a TPM's first start (package swtpm-tools)", needs_swtpm},
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
