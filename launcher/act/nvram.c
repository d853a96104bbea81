/* SPDX-License-Identifier: MIT */
#include "act/nvram.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "act/copy.h"
#include "act/nvram_code.h"
#include "act/nvram_fill.h"
#include "act/store_file.h"
#include "act/store_lock.h"
#include "act/store_place.h"
#include "base/file.h"
#include "base/memory.h"

/* How often a store may be replaced between its opening and its locking before this is given up:
 * each time needs another start or reset that was just then faster. */
#define KEEP_ATTEMPTS 100

/* Backups made within one second get a number behind the date. */
#define BACKUP_ATTEMPTS 1000

/* Where a private copy goes on kernels without memfd_create. */
#define EPHEMERAL_DIRECTORY "/tmp"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* Linux 6.3 */
#endif

void nvram_ready_clear(struct nvram_ready *ready)
{
	fd_close(&ready->lock_fd);
	fd_close(&ready->store_fd);
	free(ready->backup);
	ready->backup = NULL;
	strings_clear(&ready->notes);
}

struct error *nvram_ready_place_store(struct nvram_ready *ready, int number)
{
	return ready->store_fd < 0 ? NULL : nvram_fd_place(&ready->store_fd, number, "nvram");
}

/* What the plan was made for may have been exchanged since: `size_bytes` are those of the file that
 * is locked now. */
static struct error *check_size(const struct plan_nvram *nvram, uint64_t size_bytes)
{
	if (nvram->json || nvram->format != IMAGE_FORMAT_RAW || nvram->size_bytes == 0 ||
		nvram->size_bytes == size_bytes)
		return NULL;
	return error_new("nvram '%s' has %llu bytes, the firmware needs %llu; --reset-nvram starts "
			 "from the template and keeps the old file",
		nvram->path, (unsigned long long)size_bytes, (unsigned long long)nvram->size_bytes);
}

/* Adds the way out of a place that cannot be used. Takes and returns ownership. */
static struct error *offer_other_place(struct error *error)
{
	if (error && (error->number == EROFS || error->number == EACCES || error->number == EPERM ||
			     error->number == ENAMETOOLONG))
		return error_hint(
			error, "choose another place with --nvram=PATH, or --nvram=ephemeral");
	return error;
}

/* Opens and locks what is at the place; afterwards it is still what is there, and *ret_size_bytes
 * are what it has since it is locked. error->number is ENOENT where nothing is. */
static struct error *lock_store(const struct store_place *place, struct strings *notes, int *ret_fd,
	uint64_t *ret_size_bytes)
{
	for (int attempt = 0; attempt < KEEP_ATTEMPTS; attempt++) {
		auto_error struct error *error = NULL;
		auto_fd int fd = -1;
		struct stat status;

		TRY(store_place_open_store(place, true, &fd, &status));
		error = store_lock_take(fd, place->path, notes);
		/* somebody else's reset put another store there: that one counts */
		if (!store_place_has(place, &status))
			continue;
		if (!error) {
			*ret_size_bytes = (uint64_t)status.st_size;
			*ret_fd = fd_steal(&fd);
		}
		return steal(&error);
	}
	return error_new("nvram '%s' is replaced again and again by somebody else", place->path);
}

static struct error *keep(
	const struct plan_nvram *nvram, const struct store_place *place, struct nvram_ready *ready)
{
	auto_fd int fd = -1;
	uint64_t size_bytes = 0;

	TRY(lock_store(place, &ready->notes, &fd, &size_bytes));
	TRY(check_size(nvram, size_bytes));
	ready->lock_fd = fd_steal(&fd);
	return NULL;
}

/* `fd` is the file that was being made, or -1. Takes and returns ownership. */
static struct error *creation_failed(struct error *cause, const struct plan_nvram *nvram,
	const struct store_place *place, int fd)
{
	auto_free char *hint = store_place_hint(place, cause->number);
	struct error *error =
		nvram_creation_failed(cause, nvram, fd >= 0 ? fd : place->directory_fd);

	return hint ? error_hint(error, "%s", hint) : error;
}

/* A whole, synced, locked store that has no name yet. */
static struct error *make_store(const struct plan_nvram *nvram, const struct store_place *place,
	struct store_file *ret_file)
{
	auto_store_file struct store_file file = {.fd = -1};
	struct error *error = store_file_new(place, &file);

	if (!error)
		error = nvram_fill(nvram, file.fd);
	if (!error)
		error = store_file_sync(&file);
	if (error)
		return creation_failed(error, nvram, place, file.fd);
	*ret_file = file;
	file = (struct store_file){.fd = -1};
	return NULL;
}

/* The new store is in its place: it is this VM's now. */
static struct error *take_over(
	const struct store_place *place, struct store_file *file, struct nvram_ready *ready)
{
	TRY(error_while(store_place_sync(place), "nvram '%s' was made", place->path));
	/* it is locked already, where there are locks: a note where there are none */
	TRY(store_lock_take(file->fd, place->path, &ready->notes));
	ready->lock_fd = fd_steal(&file->fd);
	ready->created = true;
	return NULL;
}

static struct error *create(
	const struct plan_nvram *nvram, const struct store_place *place, struct nvram_ready *ready)
{
	auto_store_file struct store_file file = {.fd = -1};
	struct error *error;
	struct stat status;
	bool taken;

	/* of many starts at once most need not copy at all */
	if (fstatat(place->directory_fd, place->name, &status, AT_SYMLINK_NOFOLLOW) == 0)
		return keep(nvram, place, ready);
	TRY(make_store(nvram, place, &file));
	error = store_file_publish(&file, place->name, &taken);
	if (error)
		return creation_failed(error, nvram, place, -1);
	if (taken)
		return keep(nvram, place, ready);
	return take_over(place, &file, ready);
}

/* "NAME.bak-20260131T120000Z", and "…-2" and so on for more than one in a second. */
static char *backup_name(const struct store_place *place, int attempt)
{
	time_t now = time(NULL);
	struct tm day = {0};
	auto_text struct text name = {0};

	gmtime_r(&now, &day);
	text_addf(&name, "%s.bak-%04d%02d%02dT%02d%02d%02dZ", place->name, day.tm_year + 1900,
		day.tm_mon + 1, day.tm_mday, day.tm_hour, day.tm_min, day.tm_sec);
	if (attempt > 0)
		text_addf(&name, "-%d", attempt + 1);
	return text_take(&name);
}

/* The old store's contents under another name, for file systems without second names. */
static struct error *copy_backup(
	const struct store_place *place, int old_fd, const char *name, bool *ret_taken)
{
	auto_store_file struct store_file file = {.fd = -1};
	struct stat status;

	if (fstat(old_fd, &status) < 0)
		return copy_failure(errno);
	TRY(store_file_new(place, &file));
	TRY(copy_contents(old_fd, file.fd, (uint64_t)status.st_size));
	TRY(store_file_sync(&file));
	return store_file_publish(&file, name, ret_taken);
}

/* Gives the old store a second name; it keeps its own until the new one takes it. */
static struct error *back_up_as(
	const struct store_place *place, int old_fd, const char *name, bool *ret_taken)
{
	int fd = place->directory_fd;

	*ret_taken = false;
	if (linkat(fd, place->name, fd, name, 0) == 0)
		return NULL;
	if (errno == EPERM || errno == EOPNOTSUPP || errno == EMLINK)
		return copy_backup(place, old_fd, name, ret_taken);
	*ret_taken = errno == EEXIST;
	return *ret_taken ? NULL : copy_failure(errno);
}

static struct error *back_up(const struct store_place *place, int old_fd, char **ret_path)
{
	for (int attempt = 0; attempt < BACKUP_ATTEMPTS; attempt++) {
		auto_free char *name = backup_name(place, attempt);
		struct error *error;
		bool taken;

		error = back_up_as(place, old_fd, name, &taken);
		if (error)
			return error_while(
				error, "cannot keep nvram '%s' as '%s'", place->path, name);
		if (taken)
			continue;
		*ret_path = xasprintf("%s/%s", place->directory, name);
		return NULL;
	}
	return error_new("cannot keep nvram '%s': too many backups of this second", place->path);
}

static struct error *reset(
	const struct plan_nvram *nvram, const struct store_place *place, struct nvram_ready *ready)
{
	auto_store_file struct store_file file = {.fd = -1};
	auto_free char *backup = NULL;
	auto_fd int old_fd = -1;
	uint64_t old_size_bytes;
	struct error *error;

	error = lock_store(place, &ready->notes, &old_fd, &old_size_bytes);
	if (error && error->number == ENOENT) {
		error_free(error);
		return create(nvram, place, ready);
	}
	if (error)
		return error;
	TRY(make_store(nvram, place, &file));
	TRY(back_up(place, old_fd, &backup));
	error = store_file_replace(&file, place->name);
	if (error) {
		/* the second name of a store that stays is no backup */
		unlinkat(place->directory_fd, path_base(backup), 0);
		return creation_failed(error, nvram, place, -1);
	}
	ready->backup = steal(&backup);
	return take_over(place, &file, ready);
}

/* A private file in memory, or without a name on disk. */
static struct error *make_private_file(int *ret_fd)
{
	int fd = memfd_create("nvram", MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("nvram", MFD_CLOEXEC);
	if (fd < 0 && errno == ENOSYS)
		fd = open(EPHEMERAL_DIRECTORY, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return copy_failure(errno);
	*ret_fd = fd;
	return NULL;
}

static struct error *make_ephemeral(const struct plan_nvram *nvram, struct nvram_ready *ready)
{
	auto_fd int fd = -1;
	struct error *error = make_private_file(&fd);

	if (!error)
		error = nvram_fill(nvram, fd);
	if (error)
		return nvram_creation_failed(error, nvram, fd);
	ready->store_fd = fd_steal(&fd);
	return NULL;
}

/* A block device on this host can be locked like a file; what is elsewhere has its own rules. */
static struct error *lock_device(const struct plan_nvram *nvram, struct nvram_ready *ready)
{
	auto_fd int fd = -1;
	struct stat status;

	if (!nvram->path || nvram->path[0] != '/')
		return NULL;
	fd = file_open(nvram->path, O_RDWR | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return error_system(-fd, "cannot open nvram '%s' for writing", nvram->path);
	if (fstat(fd, &status) < 0 || !S_ISBLK(status.st_mode))
		return error_new("nvram '%s' is not a block device", nvram->path);
	TRY(store_lock_take(fd, nvram->path, &ready->notes));
	ready->lock_fd = fd_steal(&fd);
	return NULL;
}

static struct error *prepare_at(
	const struct plan_nvram *nvram, const struct store_place *place, struct nvram_ready *ready)
{
	if (nvram->action == NVRAM_CREATE)
		return create(nvram, place, ready);
	if (nvram->action == NVRAM_RESET)
		return reset(nvram, place, ready);
	return keep(nvram, place, ready);
}

static struct error *prepare_file(const struct plan_nvram *nvram, struct nvram_ready *ready)
{
	auto_store_place struct store_place place = {.directory_fd = -1};
	bool make = nvram->make_directory && nvram->action != NVRAM_KEEP;
	struct error *error = store_place_open(nvram->path, make, &place);

	if (error && error->number == ENOENT && !make)
		error = error_hint(error, "make it, or choose another place with --nvram=PATH");
	if (error)
		return offer_other_place(error_while(error, "nvram '%s'", nvram->path));
	error = prepare_at(nvram, &place, ready);
	if (error && error->number == ENOENT && nvram->action == NVRAM_KEEP)
		error = error_hint(error, "it was there a moment ago; start again");
	return offer_other_place(error);
}

struct error *nvram_prepare(const struct plan_nvram *nvram, struct nvram_ready *ret_ready)
{
	auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};

	switch (nvram->action) {
	case NVRAM_NONE:
		break;
	case NVRAM_KEEP:
	case NVRAM_CREATE:
	case NVRAM_RESET:
		TRY(prepare_file(nvram, &ready));
		break;
	case NVRAM_EPHEMERAL:
		TRY(make_ephemeral(nvram, &ready));
		break;
	case NVRAM_NETWORK:
		TRY(lock_device(nvram, &ready));
		break;
	}
	*ret_ready = ready;
	ready = (struct nvram_ready){.lock_fd = -1, .store_fd = -1};
	return NULL;
}
