/* SPDX-License-Identifier: MIT */
#include "act/store_record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "act/copy.h"
#include "act/store_digest.h"
#include "act/store_file.h"
#include "act/store_place.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

/* What is hashed at most: see TEMPLATE_LIMIT_BYTES in nvram_fill.c. */
#define DIGEST_LIMIT_BYTES (256U * 1024 * 1024)

/* The store whose record is kept, and what the VM is about to run with. */
struct keeper {
	const struct plan_nvram *nvram;
	const struct plan_firmware *firmware;
	const struct store_place *place; /* of the record */
	struct nvram_ready *ready;
};

static char *date_text(void)
{
	time_t now = time(NULL);
	struct tm day = {0};

	gmtime_r(&now, &day);
	return xasprintf("%04d%02d%02dT%02d%02d%02dZ", day.tm_year + 1900, day.tm_mon + 1,
		day.tm_mday, day.tm_hour, day.tm_min, day.tm_sec);
}

/* Files from before 1970 are files from 1970 here. */
static uint64_t nanoseconds(const struct timespec *time)
{
	return time->tv_sec < 0 ? 0 : (uint64_t)time->tv_sec * 1000000000 + (uint64_t)time->tv_nsec;
}

static void look_at(const char *path, const struct stat *status, struct record_file *ret_file)
{
	record_file_clear(ret_file);
	ret_file->path = xstrdup(path);
	ret_file->size_bytes = (uint64_t)status->st_size;
	ret_file->modified_ns = nanoseconds(&status->st_mtim);
	ret_file->changed_ns = nanoseconds(&status->st_ctim);
	ret_file->inode = (uint64_t)status->st_ino;
}

/* `open_path` is the name by which this process finds what the record calls `path`. A file that
 * cannot be looked at is recorded by its name alone. */
static void look_at_path(const char *path, const char *open_path, struct record_file *ret_file)
{
	struct stat status = {0};

	if (!path)
		return;
	if (stat(open_path ? open_path : path, &status) < 0)
		memset(&status, 0, sizeof(status));
	look_at(path, &status, ret_file);
}

/* The digest of a file, or NULL where it cannot be had: then only times and size speak. */
static char *digest_of(const char *open_path)
{
	auto_fd int fd = file_open(open_path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct error *error = NULL;
	char *text = NULL;
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) ||
		(uint64_t)status.st_size > DIGEST_LIMIT_BYTES)
		return NULL;
	error = digest_file(fd, (uint64_t)status.st_size, &text);
	error_free(error);
	return text;
}

/* Not synced: a record that a power failure cut off is no record, and the next start makes one. */
static struct error *write_record(const struct store_place *place, const struct record *record)
{
	auto_store_file struct store_file file = {.fd = -1};
	auto_free char *text = record_text(record);
	bool taken;

	TRY(store_file_new(place, &file));
	TRY(copy_write_at(file.fd, (const unsigned char *)text, strlen(text), 0));
	TRY(store_file_publish(&file, place->name, &taken));
	return taken ? store_file_replace(&file, place->name) : NULL;
}

/* The descriptor as this process finds it: behind --root, as the firmware is. */
static char *descriptor_open_path(const struct plan_firmware *firmware)
{
	size_t root = 0;

	if (!firmware->descriptor)
		return NULL;
	if (firmware->open_path && text_ends_with(firmware->open_path, firmware->path))
		root = strlen(firmware->open_path) - strlen(firmware->path);
	return xasprintf("%.*s%s", (int)root, firmware->open_path ? firmware->open_path : "",
		firmware->descriptor);
}

/* What the CODE was said to be, for the day when nothing on the host says it any more. */
static void set_traits(const struct plan_firmware *firmware, struct record *record)
{
	struct text features = {0};

	free_pointer(&record->features);
	record->code_format = IMAGE_FORMAT_UNSET;
	if (firmware->device != FIRMWARE_DEVICE_FLASH || firmware->mode != FIRMWARE_MODE_SPLIT ||
		firmware->source == FIRMWARE_SOURCE_EXPLICIT)
		return;
	record->code_format = firmware->format;
	for (size_t i = 0; i < firmware->features.count; i++)
		text_addf(&features, "%s%s", i > 0 ? "," : "", firmware->features.items[i]);
	record->features = text_take(&features);
}

static void write_new_record(const struct keeper *keeper)
{
	const struct plan_nvram *nvram = keeper->nvram;
	auto_record struct record *record = xcalloc(1, sizeof(*record));
	auto_free char *descriptor = descriptor_open_path(keeper->firmware);
	struct error *error;

	set_traits(keeper->firmware, record);
	look_at_path(keeper->firmware->path, keeper->firmware->open_path, &record->code);
	if (keeper->ready->created) {
		record->created = date_text();
		look_at_path(nvram->template, nvram->template_open, &record->template);
	}
	look_at_path(keeper->firmware->descriptor, descriptor, &record->descriptor);
	error = write_record(keeper->place, record);
	if (error && keeper->ready->created)
		strings_addf(&keeper->ready->notes,
			"cannot record beside nvram '%s' what it was made with: %s", nvram->path,
			error->text);
	error_free(error);
}

/* Says so where the firmware has another name now, or the same name and another content. */
static void note_change(
	const struct keeper *keeper, const struct record_file *old, const struct record_file *now)
{
	struct strings *notes = &keeper->ready->notes;

	if (!old->path || !now->path)
		return;
	if (!text_equal(old->path, now->path)) {
		strings_addf(notes, "nvram '%s' was last used with firmware '%s', now it is '%s'",
			keeper->nvram->path, old->path, now->path);
		return;
	}
	if (old->digest && now->digest && old->size_bytes == now->size_bytes &&
		text_equal(old->digest, now->digest))
		return;
	/* Without an old digest the times of the content decide, as packages set them; another
	 * inode or status change alone is a copy of the same file. */
	if (!old->digest && old->size_bytes == now->size_bytes &&
		old->modified_ns == now->modified_ns)
		return;
	strings_addf(notes, "firmware '%s' has been updated since nvram '%s' was last used",
		now->path, keeper->nvram->path);
}

/* Adds the digest of a file that is still as it was recorded. */
static void complete(struct record_file *file, const char *open_path)
{
	struct record_file now = {0};

	if (!file->path || file->digest)
		return;
	look_at_path(file->path, open_path, &now);
	if (record_file_is_untouched(file, &now))
		file->digest = digest_of(open_path ? open_path : file->path);
	record_file_clear(&now);
}

/* Brings the record up to date where it is not. */
static void compare_record(const struct keeper *keeper, struct record *record)
{
	const struct plan_firmware *firmware = keeper->firmware;
	const struct plan_nvram *nvram = keeper->nvram;
	struct record_file now = {0};
	auto_free char *descriptor = NULL;
	bool untouched;
	bool renamed;

	look_at_path(firmware->path, firmware->open_path, &now);
	untouched = now.path && text_equal(record->code.path, now.path) &&
		    record_file_is_untouched(&record->code, &now);
	if (!now.path || (untouched && record->code.digest)) {
		record_file_clear(&now);
		return;
	}
	renamed = !text_equal(record->code.path, now.path);
	complete(&now, firmware->open_path);
	if (!untouched)
		note_change(keeper, &record->code, &now);
	record_file_clear(&record->code);
	record->code = now;
	/* of CODE that was named or is kept nobody says more than is here */
	if (firmware->source != FIRMWARE_SOURCE_EXPLICIT || renamed)
		set_traits(firmware, record);
	if (text_equal(record->descriptor.path, firmware->descriptor))
		descriptor = descriptor_open_path(firmware);
	complete(&record->template,
		text_equal(record->template.path, nvram->template) ? nvram->template_open : NULL);
	complete(&record->descriptor, descriptor);
	error_free(write_record(keeper->place, record));
}

static struct error *open_record_place(const char *store_path, struct store_place *ret_place)
{
	auto_free char *path = xasprintf("%s%s", store_path, RECORD_SUFFIX);

	return store_place_open(path, false, ret_place);
}

static struct error *read_record(const struct store_place *place, struct record **ret_record)
{
	auto_fd int fd = openat(place->directory_fd, place->name,
		O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	auto_free char *bytes = NULL;
	size_t size_bytes;

	if (fd < 0)
		return error_system(errno, "cannot open '%s'", place->path);
	TRY(file_read(fd, place->path, RECORD_LIMIT_BYTES, &bytes, &size_bytes));
	return record_parse(bytes, size_bytes, place->path, ret_record);
}

struct error *store_record_read(const char *path, struct record **ret_record)
{
	auto_store_place struct store_place place = {.directory_fd = -1};

	TRY(open_record_place(path, &place));
	return read_record(&place, ret_record);
}

void store_record_update(const struct plan_nvram *nvram, const struct plan_firmware *firmware,
	struct nvram_ready *ready)
{
	auto_store_place struct store_place place = {.directory_fd = -1};
	auto_record struct record *record = NULL;
	const struct keeper keeper = {nvram, firmware, &place, ready};
	struct error *error;

	if (nvram->action != NVRAM_KEEP && nvram->action != NVRAM_CREATE &&
		nvram->action != NVRAM_RESET)
		return;
	error = open_record_place(nvram->path, &place);
	if (!error && !ready->created)
		error = read_record(&place, &record);
	if (error && error->number != ENOENT)
		strings_addf(&ready->notes,
			"what nvram '%s' was used with cannot be read (%s); firmware '%s' is taken "
			"and recorded",
			nvram->path, error->text, firmware->path);
	if (record)
		compare_record(&keeper, record);
	else if (place.directory_fd >= 0)
		write_new_record(&keeper);
	error_free(error);
}
