/* SPDX-License-Identifier: MIT */
#include "host/machine_report.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "host/emulator_report.h"

/* QEMU 10.0 reports 9 KiB for Arm. */
#define CACHE_LIMIT_BYTES 65536
#define ALIAS_WORDS "(alias of "

static const char *const qemu_names[] = {"qemu-system-", "qemu-kvm", "kvm"};

static bool is_systems_own(const char *path, const struct stat *status)
{
	const char *name = path_base(path);

	if (!S_ISREG(status->st_mode) || status->st_uid != 0 ||
		(status->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(qemu_names); i++)
		if (text_starts_with(name, qemu_names[i]))
			return true;
	return false;
}

/* The first line of the file: another binary, or the same one after an update, has another. */
static char *identity(const char *path, const struct stat *status)
{
	return xasprintf("%s %ju %ju %jd %jd.%09ld %jd.%09ld\n", path, (uintmax_t)status->st_dev,
		(uintmax_t)status->st_ino, (intmax_t)status->st_size,
		(intmax_t)status->st_mtim.tv_sec, status->st_mtim.tv_nsec,
		(intmax_t)status->st_ctim.tv_sec, status->st_ctim.tv_nsec);
}

static char *cache_path(const char *directory, const char *path)
{
	auto_free char *name = xstrdup(path);

	for (char *c = name; *c; c++)
		if (*c == '/')
			*c = '_';
	return xasprintf("%s/machines%s", directory, name);
}

/* NULL where there is none. */
static char *read_cache(const char *path)
{
	auto_fd int fd = file_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	auto_error struct error *error = NULL;
	char *bytes = NULL;
	size_t size_bytes = 0;

	if (fd < 0)
		return NULL;
	error = file_read(fd, path, CACHE_LIMIT_BYTES, &bytes, &size_bytes);
	return error ? NULL : bytes;
}

static void add_alias(struct host *host, const char *line, size_t length)
{
	const char *words = memmem(line, length, ALIAS_WORDS, strlen(ALIAS_WORDS));
	const char *canonical = words ? words + strlen(ALIAS_WORDS) : NULL;
	struct machine_alias *machine;

	if (!canonical)
		return;
	machine = array_push(&host->machines, &host->machine_count, sizeof(*machine));
	machine->alias = xstrndup(line, strcspn(line, " ("));
	machine->canonical = xstrndup(canonical, strcspn(canonical, ")\n"));
}

void machine_report_parse(const char *report, struct host *host)
{
	for (const char *line = report; *line; line += strspn(line, "\n")) {
		size_t length = strcspn(line, "\n");

		add_alias(host, line, length);
		line += length;
	}
}

void machine_report_take(const struct survey_request *request, struct host *host)
{
	auto_free char *name = NULL;
	auto_free char *path = NULL;
	auto_free char *kept = NULL;
	auto_text struct text report = {0};
	struct stat status;

	if (host->emulator.status != 0 || host->emulator.script ||
		stat(host->emulator.path, &status) != 0 ||
		!is_systems_own(host->emulator.path, &status))
		return;
	name = identity(host->emulator.path, &status);
	path = request->cache_directory ? cache_path(request->cache_directory, host->emulator.path)
					: NULL;
	kept = path ? read_cache(path) : NULL;
	if (kept && text_starts_with(kept, name)) {
		machine_report_parse(kept + strlen(name), host);
		return;
	}
	host->machines_asked = true;
	emulator_machines(host->emulator.path, &report);
	if (report.length == 0)
		return;
	machine_report_parse(report.bytes, host);
	host->cache.text = xasprintf("%s%s", name, report.bytes);
	host->cache.path = steal(&path);
}
