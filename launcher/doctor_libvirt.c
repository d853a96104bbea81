/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "doctor.h"
#include "host/emulator.h"
#include "host/mark.h"
#include "options.h"
#include "spec/spec.h"

#define OUR_SUFFIX "-slipway"

static bool changed_at(const struct doctor *doctor, const char *path, struct timespec *ret_time)
{
	auto_fd int fd = file_open_below(doctor->root_fd, path, O_PATH);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0)
		return false;
	*ret_time = status.st_ctim;
	return true;
}

static bool is_later(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec > b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec > b->tv_nsec);
}

/* The QEMU behind slipway's name: beside it, then in PATH. NULL: none; the caller frees it. */
static char *find_behind(const struct doctor *doctor, const char *ours)
{
	auto_free char *name = emulator_name_behind(ours);
	auto_free char *directory = path_directory(ours);
	char *path = NULL;

	if (strcmp(name, path_base(ours)) != 0) /* else slipway itself has QEMU's name there */
		path = find_program(doctor, directory, name);
	if (!path)
		path = find_program(doctor, doctor->options->search_path, name);
	return path ? path : find_program(doctor, "/usr/bin:/usr/libexec", name);
}

/*
 * libvirt asks an emulator what it can and keeps the answer until the file's ctime changes
 * (virQEMUCapsIsValid, src/qemu/qemu_capabilities.c): a new QEMU behind slipway changes nothing.
 */
static void look_at_cache(const struct doctor *doctor, const char *ours)
{
	auto_free char *real = find_behind(doctor, ours);
	auto_free char *name = emulator_name_behind(ours);
	struct timespec ours_time, real_time;
	struct finding *finding;

	if (!changed_at(doctor, ours, &ours_time))
		return;
	if (!real || !changed_at(doctor, real, &real_time)) {
		finding = findings_add(doctor->findings, SEVERITY_WARNING, "libvirt",
			"'%s' stands for '%s', which is not there", ours, name);
		finding_fix(finding, "install it, or remove '%s'", ours);
		return;
	}
	if (!is_later(&real_time, &ours_time)) {
		findings_add(
			doctor->findings, SEVERITY_OK, "libvirt", "'%s', for '%s'", ours, real);
		return;
	}
	finding = findings_add(doctor->findings, SEVERITY_WARNING, "libvirt",
		"'%s' is newer than '%s': libvirt may still have what the former QEMU could do",
		real, ours);
	finding_fix(finding, "touch %s", ours);
}

/* By its name, or because it is a program of this kind. */
static bool is_slipway(const struct doctor *doctor, const char *path)
{
	auto_fd int fd = -1;

	if (!path || !emulator_has_name(path))
		return false;
	if (text_ends_with(path, OUR_SUFFIX))
		return true;
	fd = doctor->here ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	return fd >= 0 && program_kind(fd) == PROGRAM_SLIPWAY;
}

static void add_installed(const struct doctor *doctor, const char *directory, struct strings *paths)
{
	auto_fd int fd = file_open_below(doctor->root_fd, directory, O_RDONLY | O_DIRECTORY);
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;

	if (!entries)
		return;
	fd = -1; /* the directory's now */
	while ((entry = readdir(entries)) != NULL)
		if (text_ends_with(entry->d_name, OUR_SUFFIX) && emulator_has_name(entry->d_name))
			strings_addf(paths, "%s/%s", directory, entry->d_name);
	closedir(entries);
}

/* A link's own path is not what AppArmor sees, nor whose times libvirt looks at. */
static void look_at_emulator(const struct doctor *doctor, const char *path)
{
	auto_free char *real = doctor->here ? realpath(path, NULL) : NULL;

	doctor_security(doctor, real ? real : path);
	look_at_cache(doctor, path);
}

void doctor_libvirt(const struct doctor *doctor)
{
	static const char *const directories[] = {"/usr/bin", "/usr/local/bin"};
	const struct spec *spec = doctor->launch->spec;
	auto_strings struct strings paths = {0};

	if (is_slipway(doctor, doctor->options->emulator))
		strings_add(&paths, doctor->options->emulator);
	else if (doctor->with_spec && spec && is_slipway(doctor, spec->emulator))
		strings_add(&paths, spec->emulator);
	else
		for (size_t i = 0; i < ARRAY_COUNT(directories); i++)
			add_installed(doctor, directories[i], &paths);
	for (size_t i = 0; i < paths.count; i++)
		look_at_emulator(doctor, paths.items[i]);
}
