/* SPDX-License-Identifier: MIT */
#include "host/emulator.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "host/mark.h"

/* Names under which distributions ship QEMU. `native` ones run the host's own architecture. */
static const struct {
	const char *name; /* NULL: qemu-system-ARCH */
	bool native;
} search_names[] = {
	{NULL, false},
	{"qemu-kvm", true},
	{"kvm", true},
};

/* Where a name that is not in PATH may be: RHEL, SLE, and Arch's and Debian's helpers. */
static const struct {
	const char *directory;
	const char *name; /* NULL: qemu-system-ARCH */
	bool native;
} known_places[] = {
	{"/usr/libexec", "qemu-kvm", true},
	{"/usr/lib", "qemu-kvm", true},
	{"/usr/lib/qemu", NULL, false},
};

/* What cannot be read has no mark to be known by. */
static bool is_running(const struct stat *status)
{
	struct stat own;

	return stat("/proc/self/exe", &own) == 0 && own.st_dev == status->st_dev &&
	       own.st_ino == status->st_ino;
}

/*
 * An emulator's name can be a link to this very program, a copy of it or of another version, which
 * then would start itself for ever.
 */
static enum program_kind kind_of(const char *path, const struct stat *status)
{
	auto_fd int fd = file_open(path, O_RDONLY | O_NONBLOCK);

	if (fd < 0)
		return is_running(status) ? PROGRAM_SLIPWAY : PROGRAM_ANY;
	return program_kind(fd);
}

/* 0 when `path` can be executed, else errno. *ret_script: whether it is a script then. */
static int execute_error(const char *path, bool *ret_script)
{
	enum program_kind kind;
	struct stat status;

	if (stat(path, &status) < 0)
		return errno;
	if (S_ISDIR(status.st_mode))
		return EISDIR;
	if (!S_ISREG(status.st_mode))
		return EACCES;
	kind = kind_of(path, &status);
	if (kind == PROGRAM_SLIPWAY)
		return ELOOP;
	*ret_script = kind == PROGRAM_SCRIPT;
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? errno : 0;
}

/* The statuses that a shell gives for execve's failures. */
static enum error_status status_of(int number)
{
	return number == ENOENT || number == ENOTDIR ? ERROR_STATUS_NOT_FOUND
						     : ERROR_STATUS_CANNOT_EXECUTE;
}

/*
 * Whether the search ends at `path`. A file that cannot be executed does not end it (execvp goes on
 * as well), but is what the final message is about if nothing better comes.
 */
static bool search_ends(struct emulator *emulator, const char *path)
{
	bool script = false;
	int number = execute_error(path, &script);

	strings_add(&emulator->looked_at, path);
	if (number == ELOOP)
		strings_addf(&emulator->tried, "%s (slipway itself)", path);
	else
		strings_add_once(&emulator->tried, path);
	if (number == 0) {
		emulator->path = xstrdup(path);
		emulator->script = script;
		emulator->status = 0;
		emulator->error_number = 0;
		return true;
	}
	if (status_of(number) == ERROR_STATUS_CANNOT_EXECUTE && number != ELOOP &&
		emulator->status != ERROR_STATUS_CANNOT_EXECUTE) {
		emulator->status = ERROR_STATUS_CANNOT_EXECUTE;
		emulator->error_number = number;
	}
	return false;
}

/* Relative and empty parts of PATH are passed over: which program runs must not depend on where the
 * user happens to stand. */
static bool search_path_ends(struct emulator *emulator, const char *search_path, const char *name)
{
	const char *end;

	for (const char *part = search_path; part; part = *end ? end + 1 : NULL) {
		end = strchrnul(part, ':');
		if (*part == '/') {
			auto_free char *path = xasprintf("%.*s/%s", (int)(end - part), part, name);

			if (search_ends(emulator, path))
				return true;
		}
	}
	return false;
}

static bool is_host_arch(enum arch arch)
{
	struct utsname names;

	return uname(&names) == 0 && arch_from_name(names.machine) == arch;
}

/* The names that distributions use, in PATH and then where a name that is not in PATH may be. */
static bool search_names_end(const struct survey_request *request, struct emulator *emulator)
{
	auto_free char *system_name = xasprintf("qemu-system-%s", arch_name(request->arch));
	bool native = is_host_arch(request->arch);

	for (size_t i = 0; i < ARRAY_COUNT(search_names); i++) {
		const char *name = search_names[i].name ? search_names[i].name : system_name;

		if (search_names[i].native && !native)
			continue;
		if (search_path_ends(emulator, request->search_path, name))
			return true;
	}
	for (size_t i = 0; i < ARRAY_COUNT(known_places); i++) {
		const char *name = known_places[i].name ? known_places[i].name : system_name;
		auto_free char *path = xasprintf("%s/%s", known_places[i].directory, name);

		if ((!known_places[i].native || native) && search_ends(emulator, path))
			return true;
	}
	return false;
}

#define OWN_SUFFIX "-slipway"

char *emulator_name_behind(const char *called_as)
{
	const char *name = path_base(called_as);
	size_t length = strlen(name);

	if (text_ends_with(name, OWN_SUFFIX))
		length -= strlen(OWN_SUFFIX);
	return xstrndup(name, length);
}

bool emulator_has_name(const char *called_as)
{
	auto_free char *name = emulator_name_behind(called_as);

	return text_starts_with(name, "qemu-system-") || strcmp(name, "qemu-kvm") == 0 ||
	       strcmp(name, "kvm") == 0;
}

static bool beside_ends(struct emulator *emulator, const char *program, const char *name)
{
	auto_free char *directory = path_directory(program);
	auto_free char *path = xasprintf("%s/%s", directory, name);

	return path[0] == '/' && search_ends(emulator, path);
}

/* Absolute and without symbolic links, as the kernel names it; NULL without /proc. The caller frees
 * it. */
static char *own_path(void)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path));

	/* one that is cut off would be another's */
	return length > 0 && (size_t)length < sizeof(path) ? xstrndup(path, (size_t)length) : NULL;
}

/*
 * The QEMU that stands behind a name which slipway was called by: the one beside it (of the name as
 * it was given, and of the file that it leads to), then PATH, then whatever is like it. A relative
 * name is not looked at: the directory of the program itself is that of the second step.
 */
static void search_behind(const struct survey_request *request, struct emulator *emulator)
{
	const char *called_as = request->called_as;
	auto_free char *name = emulator_name_behind(called_as);
	auto_free char *self = own_path();

	if (strchr(called_as, '/') && beside_ends(emulator, called_as, name))
		return;
	if (self && beside_ends(emulator, self, name))
		return;
	if (search_path_ends(emulator, request->search_path, name))
		return;
	(void)search_names_end(request, emulator);
}

/* The path that was asked for. Where slipway itself stands there, as in the <emulator> of a domain
 * of libvirt's, it is the QEMU behind that name. */
static void take_path(const struct survey_request *request, struct emulator *emulator)
{
	struct survey_request behind = *request;
	bool script = false;
	int number = execute_error(request->emulator, &script);

	strings_add(&emulator->looked_at, request->emulator);
	if (number == ELOOP && emulator_has_name(request->emulator)) {
		strings_addf(&emulator->tried, "%s (slipway itself)", request->emulator);
		behind.called_as = request->emulator;
		search_behind(&behind, emulator);
		return;
	}
	strings_add(&emulator->tried, request->emulator);
	emulator->path = xstrdup(request->emulator);
	emulator->script = number == 0 && script;
	emulator->error_number = number;
	emulator->status = number == 0 ? 0 : status_of(number);
}

void emulator_find(const struct survey_request *request, struct emulator *ret_emulator)
{
	*ret_emulator = (struct emulator){
		.status = ERROR_STATUS_NOT_FOUND,
		.error_number = ENOENT,
	};
	if (!request->emulator && request->called_as) {
		search_behind(request, ret_emulator);
	} else if (!request->emulator) {
		(void)search_names_end(request, ret_emulator);
	} else if (!strchr(request->emulator, '/')) {
		(void)search_path_ends(ret_emulator, request->search_path, request->emulator);
	} else {
		take_path(request, ret_emulator);
	}
}

char *emulator_data_directory(const struct emulator *emulator)
{
	auto_free char *real = emulator->path ? realpath(emulator->path, NULL) : NULL;
	auto_free char *directory = NULL;
	auto_free char *prefix = NULL;

	if (!emulator->path || (!real && emulator->path[0] != '/'))
		return NULL;
	directory = path_directory(real ? real : emulator->path);
	prefix = path_directory(directory);
	return xasprintf("%s/share/qemu", strcmp(prefix, "/") == 0 ? "" : prefix);
}

void emulator_clear(struct emulator *emulator)
{
	free(emulator->path);
	strings_clear(&emulator->tried);
	strings_clear(&emulator->looked_at);
	*emulator = (struct emulator){0};
}
