/* SPDX-License-Identifier: MIT */
#include "plan/fit.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "host/host.h"
#include "plan/match.h"
#include "plan/request.h"

/* OVMF's build families (edk2 OvmfPkg/OvmfPkgX64.fdf, FD_SIZE_2MB and FD_SIZE_4MB): a CODE finds
 * its variables right below itself, so a store of another family lies where the firmware does not
 * look. */
struct family {
	const char *name;
	uint64_t code_bytes;
	uint64_t vars_bytes;
};

static const struct family families[] = {
	{"2M", 1966080, 131072},
	{"4M", 3653632, 540672},
};

/* QEMU hw/i386/pc_sysfw.c: both flash devices together, property max-fw-size. */
#define X86_FLASH_MOST_BYTES (UINT64_C(8) << 20)
/* QEMU hw/i386/pc_sysfw.c */
#define X86_FLASH_STEP_BYTES 4096
/* QEMU hw/i386/x86-common.c, x86_bios_rom_init */
#define X86_BIOS_STEP_BYTES 65536
/* QEMU hw/loongarch/virt.c: flash devices of 16 MiB in sectors of 256 KiB */
#define LOONGARCH_FLASH_MOST_BYTES (UINT64_C(16) << 20)
#define LOONGARCH_FLASH_STEP_BYTES 262144

static const struct family *family_of_code(uint64_t code_bytes)
{
	for (size_t i = 0; i < ARRAY_COUNT(families); i++)
		if (families[i].code_bytes == code_bytes)
			return &families[i];
	return NULL;
}

static const struct family *family_of_vars(uint64_t vars_bytes)
{
	for (size_t i = 0; i < ARRAY_COUNT(families); i++)
		if (families[i].vars_bytes == vars_bytes)
			return &families[i];
	return NULL;
}

const char *code_family_name(const struct firmware_file *code)
{
	const struct family *family = family_of_code(code->virtual_size_bytes);

	return family ? family->name : NULL;
}

uint64_t store_size_wanted(enum arch arch, const struct firmware_file *code)
{
	const struct family *family = family_of_code(code->virtual_size_bytes);

	if (arch_is_x86(arch))
		return family ? family->vars_bytes : 0;
	return arch_flash_bytes(arch);
}

/* There, a regular file, and of the format that was said. */
static char *file_misfit(const struct firmware_file *file, enum image_format format)
{
	if (file->error_number != 0)
		return xasprintf("'%s': %s", file->path, strerror(file->error_number));
	if (!file->regular)
		return xasprintf("'%s' is not a regular file", file->path);
	if (format == IMAGE_FORMAT_QCOW2 && file->format != IMAGE_FORMAT_QCOW2)
		return xasprintf(
			"'%s' is said to be qcow2 and is not: QEMU would refuse it", file->path);
	if (format == IMAGE_FORMAT_RAW && file->format == IMAGE_FORMAT_QCOW2)
		return xasprintf(
			"'%s' is said to be raw and is qcow2: the guest would hang without "
			"a word",
			file->path);
	if (file->elsewhere)
		return xasprintf("'%s' keeps a part of its content in another file, which QEMU is "
				 "not given with it",
			file->path);
	if (file->virtual_size_bytes == 0)
		return xasprintf("'%s' is empty", file->path);
	return NULL;
}

static char *refuse_step(const struct firmware_file *file, uint64_t step_bytes, const char *what)
{
	if (file->virtual_size_bytes % step_bytes == 0)
		return NULL;
	return xasprintf("'%s' has %" PRIu64 " bytes, and %s takes multiples of %" PRIu64,
		file->path, file->virtual_size_bytes, what, step_bytes);
}

static char *refuse_more(const struct firmware_file *file, uint64_t most_bytes, const char *what)
{
	if (file->virtual_size_bytes <= most_bytes)
		return NULL;
	return xasprintf("'%s' has %" PRIu64 " bytes, more than the %" PRIu64 " of %s", file->path,
		file->virtual_size_bytes, most_bytes, what);
}

/* The sizes that a board's flash device takes. */
static char *flash_size_misfit(enum arch arch, const struct firmware_file *file)
{
	uint64_t board_bytes = arch_flash_bytes(arch);
	char *reason;

	if (board_bytes > 0) {
		if (family_of_code(file->virtual_size_bytes))
			return xasprintf("'%s' has %" PRIu64 " bytes: it is x86 firmware, and the "
					 "guest is %s",
				file->path, file->virtual_size_bytes, arch_name(arch));
		return refuse_more(file, board_bytes, "the board's flash");
	}
	if (arch == ARCH_LOONGARCH64) {
		reason = refuse_step(file, LOONGARCH_FLASH_STEP_BYTES, "the board's flash");
		return reason ? reason
			      : refuse_more(file, LOONGARCH_FLASH_MOST_BYTES, "the board's flash");
	}
	reason = refuse_step(file, X86_FLASH_STEP_BYTES, "flash");
	return reason ? reason
		      : refuse_more(file, X86_FLASH_MOST_BYTES, "the flash that QEMU maps");
}

/* A reset vector of i386 and x86_64 looks the same, and is found as x86_64. */
static bool runs_on(enum arch code, enum arch guest)
{
	return code == ARCH_UNKNOWN || code == guest || (arch_is_x86(code) && arch_is_x86(guest));
}

char *code_misfit(enum arch arch, const struct firmware_file *code, enum image_format format)
{
	char *reason = file_misfit(code, format);

	if (!reason && code->role == FIRMWARE_ROLE_VARIABLES)
		reason = xasprintf("'%s' is a variable store, not firmware", code->path);
	if (!reason && !runs_on(code->code_arch, arch))
		reason = xasprintf("'%s' is %s firmware, and the guest is %s", code->path,
			arch_name(code->code_arch), arch_name(arch));
	return reason ? reason : flash_size_misfit(arch, code);
}

/* x86: the family of CODE decides the size of the store to the byte. */
static char *family_misfit(const struct firmware_file *code, const struct firmware_file *store)
{
	const struct family *wanted = family_of_code(code->virtual_size_bytes);
	const struct family *found = family_of_vars(store->virtual_size_bytes);

	if (code->virtual_size_bytes + store->virtual_size_bytes > X86_FLASH_MOST_BYTES)
		return xasprintf("'%s' and '%s' together have more than the %" PRIu64
				 " bytes that QEMU maps",
			code->path, store->path, X86_FLASH_MOST_BYTES);
	if (!wanted || wanted == found)
		return NULL;
	if (found)
		return xasprintf(
			"'%s' is a %s store (%" PRIu64 " bytes) and '%s' is %s firmware, which "
			"needs %" PRIu64 ": QEMU would start and the guest lose every variable",
			store->path, found->name, store->virtual_size_bytes, code->path,
			wanted->name, wanted->vars_bytes);
	return xasprintf("'%s' has %" PRIu64 " bytes and '%s' needs a store of %" PRIu64
			 ": QEMU would start and the guest lose its variables or hang",
		store->path, store->virtual_size_bytes, code->path, wanted->vars_bytes);
}

char *store_misfit(enum arch arch, const struct firmware_file *code,
	const struct firmware_file *store, enum image_format format)
{
	char *reason = file_misfit(store, format);

	if (reason)
		return reason;
	if (store->role == FIRMWARE_ROLE_CODE)
		return xasprintf("'%s' is firmware, not a variable store: the guest would crash",
			store->path);
	if (store->role == FIRMWARE_ROLE_UNIFIED)
		return xasprintf("'%s' is firmware and variables in one file, not a variable store",
			store->path);
	if (same_file(code, store))
		return xasprintf("'%s' and '%s' are one file, and a store is written", code->path,
			store->path);
	if (store->volume_bytes > store->virtual_size_bytes)
		return xasprintf("'%s' is cut off: its header says %" PRIu64
				 " bytes, it has %" PRIu64,
			store->path, store->volume_bytes, store->virtual_size_bytes);
	reason = flash_size_misfit(arch, store);
	if (!reason && arch_is_x86(arch))
		reason = family_misfit(code, store);
	return reason;
}

char *memory_misfit(enum arch arch, const struct firmware_file *file)
{
	char *reason = file_misfit(file, IMAGE_FORMAT_RAW);

	if (!reason && arch_is_x86(arch))
		reason = refuse_step(file, X86_BIOS_STEP_BYTES, "-bios");
	return reason;
}

char *descriptor_misfit(const struct firmware_request *request, const struct descriptor *descriptor)
{
	const struct firmware_file *code = descriptor->executable;
	char *reason;

	if (descriptor->device == FIRMWARE_DEVICE_FLASH) {
		reason = code_misfit(request->arch, code, descriptor->executable_format);
		if (!reason && descriptor->mode == FIRMWARE_MODE_SPLIT)
			reason = store_misfit(request->arch, code, descriptor->template,
				descriptor->template_format);
		return reason;
	}
	if (descriptor->device == FIRMWARE_DEVICE_KERNEL)
		return file_misfit(code, IMAGE_FORMAT_RAW);
	reason = memory_misfit(request->arch, code);
	if (!reason && descriptor->uefi_vars)
		reason = file_misfit(descriptor->template, IMAGE_FORMAT_RAW);
	return reason;
}

char *pair_misfit(const struct firmware_request *request, const struct firmware_pair *pair)
{
	char *reason = code_misfit(request->arch, pair->code, pair->format);

	/* the template may be the owner's own: it is looked at when it is chosen */
	if (!reason && pair->vars && !request->template)
		reason = store_misfit(request->arch, pair->code, pair->vars, pair->format);
	return reason;
}
