/* SPDX-License-Identifier: MIT */
#include "act/nvram_fill.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "act/copy.h"
#include "act/nvram_convert.h"
#include "base/file.h"
#include "base/memory.h"

/* The largest template that is copied: four times the largest flash device there is (64 MiB). */
#define TEMPLATE_LIMIT_BYTES (256U * 1024 * 1024)

/* Boards whose flash has a fixed size take files padded with zeros (QEMU hw/arm/virt.c,
 * hw/riscv/virt.c, hw/loongarch/virt.c: 16 MiB and more). x86 maps the file's own size (8 MiB at
 * most, hw/i386/pc_sysfw.c): padding would move the variables to another address. */
#define PADDED_FLASH_BYTES (16U * 1024 * 1024)

/* qcow2 header (QEMU docs/interop/qcow2.txt): what makes a byte-wise copy depend on other files. */
#define QCOW2_HEADER_BYTES 104
#define QCOW2_BACKING_OFFSET 8
#define QCOW2_VERSION_OFFSET 4
#define QCOW2_INCOMPATIBLE_LAST_BYTE 79
#define QCOW2_EXTERNAL_DATA 0x04

struct template_file {
	int fd;
	struct stat status;
	uint64_t size_bytes;
};

static struct error *open_template(const struct plan_nvram *nvram, struct template_file *ret_file)
{
	const char *path = nvram->template_open ? nvram->template_open : nvram->template;
	auto_fd int fd = file_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct stat status;

	if (fd < 0)
		return error_new("cannot open the template: %s", strerror(errno));
	if (fstat(fd, &status) < 0)
		return error_new("cannot look at the template: %s", strerror(errno));
	if (!S_ISREG(status.st_mode))
		return error_new("the template is not a regular file");
	if (status.st_size == 0 && !nvram->json)
		return error_new("the template is empty");
	if ((uint64_t)status.st_size > TEMPLATE_LIMIT_BYTES)
		return error_new("the template has %lld bytes, more than any flash device",
			(long long)status.st_size);
	ret_file->fd = fd_steal(&fd);
	ret_file->status = status;
	ret_file->size_bytes = (uint64_t)status.st_size;
	return NULL;
}

/* A package manager that rewrites the file in place would give us halves of two templates. */
static struct error *check_unchanged(const struct template_file *file)
{
	struct stat now;

	if (fstat(file->fd, &now) < 0)
		return error_new("cannot look at the template: %s", strerror(errno));
	if (now.st_size != file->status.st_size ||
		now.st_mtim.tv_sec != file->status.st_mtim.tv_sec ||
		now.st_mtim.tv_nsec != file->status.st_mtim.tv_nsec)
		return error_new("the template was changed while it was copied; start again");
	return NULL;
}

/* A raw store of a size that is fixed gets the size or is refused. */
static struct error *fit_size(const struct plan_nvram *nvram, int fd, uint64_t size_bytes)
{
	if (nvram->size_bytes == 0 || nvram->size_bytes == size_bytes)
		return NULL;
	if (size_bytes > nvram->size_bytes || nvram->size_bytes < PADDED_FLASH_BYTES)
		return error_new("the template has %llu bytes, the firmware needs %llu",
			(unsigned long long)size_bytes, (unsigned long long)nvram->size_bytes);
	if (ftruncate(fd, (off_t)nvram->size_bytes) < 0)
		return copy_failure(errno);
	return NULL;
}

static struct error *check_qcow2(const struct template_file *file)
{
	auto_free unsigned char *header = xcalloc(QCOW2_HEADER_BYTES, 1);

	if (file->size_bytes < QCOW2_HEADER_BYTES)
		return error_new("the template is not a qcow2 image");
	TRY(copy_read_at(file->fd, header, QCOW2_HEADER_BYTES, 0));
	if (memcmp(header, "QFI\xfb", 4) != 0)
		return error_new("the template is not a qcow2 image");
	if (!bytes_are_zero(header + QCOW2_BACKING_OFFSET, 8))
		return error_new("the template is a qcow2 overlay of another file and cannot be "
				 "copied alone");
	if (header[QCOW2_VERSION_OFFSET + 3] >= 3 &&
		(header[QCOW2_INCOMPATIBLE_LAST_BYTE] & QCOW2_EXTERNAL_DATA))
		return error_new("the template is a qcow2 image whose data are in another file");
	return NULL;
}

static struct error *copy_template(
	const struct plan_nvram *nvram, const struct template_file *file, int fd)
{
	if (nvram->template_format == IMAGE_FORMAT_QCOW2)
		TRY(check_qcow2(file));
	TRY(copy_contents(file->fd, fd, file->size_bytes));
	if (nvram->format == IMAGE_FORMAT_RAW && !nvram->json)
		TRY(fit_size(nvram, fd, file->size_bytes));
	return check_unchanged(file);
}

/* A raw template shorter than the board's flash is padded before it is converted: the size that
 * counts afterwards is the virtual one. */
static struct error *padded_template(
	const struct plan_nvram *nvram, const struct template_file *file, int *ret_fd)
{
	auto_fd int fd = memfd_create("nvram-template", MFD_CLOEXEC);

	if (fd < 0)
		return copy_failure(errno);
	TRY(copy_contents(file->fd, fd, file->size_bytes));
	TRY(fit_size(nvram, fd, file->size_bytes));
	*ret_fd = fd_steal(&fd);
	return NULL;
}

static struct error *convert_template(
	const struct plan_nvram *nvram, const struct template_file *file, int fd)
{
	auto_fd int padded_fd = -1;
	struct conversion conversion = {
		.from_fd = file->fd,
		.to_fd = fd,
		.from_format = nvram->template_format,
		.to_format = nvram->format,
		.from_name = nvram->template,
	};
	struct stat status;

	if (nvram->template_format == IMAGE_FORMAT_RAW && nvram->size_bytes != 0 &&
		nvram->size_bytes != file->size_bytes) {
		TRY(padded_template(nvram, file, &padded_fd));
		conversion.from_fd = padded_fd;
	}
	TRY(nvram_convert(&conversion));
	if (fstat(fd, &status) < 0)
		return copy_failure(errno);
	if (nvram->format == IMAGE_FORMAT_RAW)
		TRY(fit_size(nvram, fd, (uint64_t)status.st_size));
	return check_unchanged(file);
}

/* Without a template: flash of zeros is what "virt" firmware formats at its first boot, and an
 * empty file is an empty uefi-vars store (QEMU hw/uefi/var-service-json.c). */
static struct error *fill_empty(const struct plan_nvram *nvram, int fd)
{
	if (nvram->json)
		return NULL;
	if (nvram->format != IMAGE_FORMAT_RAW || nvram->size_bytes < PADDED_FLASH_BYTES)
		return error_new("there is no template");
	if (ftruncate(fd, (off_t)nvram->size_bytes) < 0)
		return copy_failure(errno);
	return NULL;
}

struct error *nvram_fill(const struct plan_nvram *nvram, int fd)
{
	auto_fd int template_fd = -1;
	struct template_file file = {.fd = -1};

	if (!nvram->template)
		return fill_empty(nvram, fd);
	TRY(open_template(nvram, &file));
	template_fd = file.fd; /* closed when this function ends */
	if (nvram->json || nvram->template_format == nvram->format)
		return copy_template(nvram, &file, fd);
	return convert_template(nvram, &file, fd);
}

/* "768 KiB", rounded up: small numbers that people compare with what df says. */
static char *size_text(uint64_t size_bytes)
{
	const uint64_t kib = 1024;

	if (size_bytes >= kib * kib && size_bytes % (kib * kib) == 0)
		return xasprintf("%llu MiB", (unsigned long long)(size_bytes / (kib * kib)));
	return xasprintf("%llu KiB", (unsigned long long)((size_bytes + kib - 1) / kib));
}

/* Room for us on the file system of `fd`, with what `fd` itself takes up already. */
static uint64_t room_bytes(int fd)
{
	struct statvfs room;
	struct stat status;

	if (fstatvfs(fd, &room) < 0 || fstat(fd, &status) < 0)
		return 0;
	return (uint64_t)room.f_bavail * room.f_frsize +
	       (S_ISREG(status.st_mode) ? (uint64_t)status.st_blocks * 512 : 0);
}

/* What a full disk lacks. */
static struct error *hint_at_room(struct error *error, const struct plan_nvram *nvram, int fd)
{
	struct template_file file = {.fd = -1};
	auto_fd int template_fd = -1;
	auto_free char *size = NULL;
	auto_free char *needed = NULL;
	auto_free char *left = NULL;
	struct error *unreadable = nvram->template ? open_template(nvram, &file) : NULL;

	error_free(unreadable);
	template_fd = file.fd;
	if (template_fd < 0)
		return error_hint(error, "make room or choose another place with --nvram=PATH");
	size = size_text(file.size_bytes);
	needed = size_text(copy_needed_bytes(template_fd, file.size_bytes));
	left = size_text(room_bytes(fd));
	return error_hint(error,
		"the %s template needs %s here and %s are free; make room or choose another place "
		"with --nvram=PATH",
		size, needed, left);
}

struct error *nvram_creation_failed(struct error *cause, const struct plan_nvram *nvram, int fd)
{
	const char *what = nvram->action == NVRAM_EPHEMERAL ? "an ephemeral nvram" : "nvram";
	bool named = nvram->action != NVRAM_EPHEMERAL;
	auto_free char *store = named ? xasprintf(" '%s'", nvram->path) : xstrdup("");
	auto_free char *from =
		nvram->template ? xasprintf(" from '%s'", nvram->template) : xstrdup("");

	if (!cause)
		return NULL;
	cause = error_while(cause, "cannot create %s%s%s", what, store, from);
	if (cause->number == ENOSPC && named)
		return hint_at_room(cause, nvram, fd);
	if (cause->number == EDQUOT)
		return error_hint(cause, "your quota on this file system is used up; make room or "
					 "choose another place with --nvram=PATH");
	return cause;
}
