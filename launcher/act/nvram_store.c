/* SPDX-License-Identifier: MIT */
#include "act/nvram_store.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "act/copy.h"
#include "act/store_file.h"
#include "act/store_lock.h"
#include "act/store_place.h"
#include "act/store_record.h"
#include "base/file.h"
#include "base/memory.h"

static void add_record(struct nvram_report *report)
{
	auto_error struct error *error = store_record_read(report->path, &report->record);

	if (error && error->number != ENOENT)
		report->record_problem = xstrdup(error->text);
}

static struct error *open_store(
	const char *path, struct store_place *ret_place, int *ret_fd, struct stat *ret_status)
{
	TRY(error_while(store_place_open(path, false, ret_place), "nvram '%s'", path));
	return store_place_open_store(ret_place, false, ret_fd, ret_status);
}

struct error *nvram_show(const char *path, struct nvram_report **ret_report)
{
	auto_nvram_report struct nvram_report *report = xcalloc(1, sizeof(*report));
	auto_store_place struct store_place place = {.directory_fd = -1};
	auto_fd int fd = -1;
	struct stat status;

	TRY(open_store(path, &place, &fd, &status));
	report->path = xstrdup(path);
	report->disk_bytes = (uint64_t)status.st_blocks * 512; /* stat(2): always 512 */
	report->holder = store_lock_holder(&status);
	TRY(error_while(varstore_read(fd, &report->varstore), "nvram '%s'", path));
	add_record(report);
	*ret_report = steal(&report);
	return NULL;
}

static struct error *publish(const struct store_place *place, struct store_file *file, bool replace)
{
	bool taken;

	TRY(store_file_publish(file, place->name, &taken));
	if (!taken)
		return NULL;
	if (!replace)
		return error_new("it exists; choose another name");
	return store_file_replace(file, place->name);
}

static struct error *save_to(
	const struct store_place *place, int fd, struct stat *status, bool replace)
{
	auto_store_file struct store_file file = {.fd = -1};

	if (store_place_has(place, status))
		return error_new("it is the store itself");
	TRY(store_file_new(place, &file));
	TRY(copy_contents(fd, file.fd, (uint64_t)status->st_size));
	TRY(store_file_sync(&file));
	TRY(publish(place, &file, replace));
	return store_place_sync(place);
}

struct error *nvram_save(const char *path, const char *target, bool replace)
{
	auto_store_place struct store_place from = {.directory_fd = -1};
	auto_store_place struct store_place to = {.directory_fd = -1};
	auto_free char *hint = NULL;
	auto_fd int fd = -1;
	struct error *error;
	struct stat status;

	TRY(open_store(path, &from, &fd, &status));
	TRY(store_lock_share(fd, path));
	error = store_place_open(target, false, &to);
	if (!error)
		error = save_to(&to, fd, &status, replace);
	if (!error)
		return NULL;
	if (to.directory_fd >= 0)
		hint = store_place_hint(&to, error->number);
	error = error_while(error, "cannot save nvram '%s' as '%s'", path, target);
	return hint ? error_hint(error, "%s", hint) : error;
}

void nvram_report_free(struct nvram_report *report)
{
	if (!report)
		return;
	free(report->path);
	free(report->holder);
	free(report->record_problem);
	varstore_free(report->varstore);
	record_free(report->record);
	free(report);
}

void nvram_report_free_pointer(struct nvram_report **report)
{
	nvram_report_free(*report);
	*report = NULL;
}
