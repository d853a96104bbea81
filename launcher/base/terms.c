/* SPDX-License-Identifier: MIT */
#include "base/terms.h"

#include <stddef.h>
#include <string.h>

#include "base/memory.h"

struct term {
	int value;
	const char *name;
};

static const char *term_name(const struct term *terms, size_t count, int value, const char *none)
{
	for (size_t i = 0; i < count; i++)
		if (terms[i].value == value)
			return terms[i].name;
	return none;
}

static int term_value(const struct term *terms, size_t count, const char *name, int none)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(terms[i].name, name) == 0)
			return terms[i].value;
	return none;
}

/* The first name of a value is QEMU's, the others are libvirt's (src/util/virarch.c). */
static const struct term arches[] = {
	{ARCH_X86_64, "x86_64"},
	{ARCH_I386, "i386"},
	{ARCH_I386, "i686"},
	{ARCH_AARCH64, "aarch64"},
	{ARCH_ARM, "arm"},
	{ARCH_ARM, "armv7l"},
	{ARCH_RISCV64, "riscv64"},
	{ARCH_LOONGARCH64, "loongarch64"},
};

const char *arch_name(enum arch arch)
{
	return term_name(arches, ARRAY_COUNT(arches), (int)arch, "unknown");
}

enum arch arch_from_name(const char *name)
{
	return (enum arch)term_value(arches, ARRAY_COUNT(arches), name, ARCH_UNKNOWN);
}

bool arch_is_x86(enum arch arch)
{
	return arch == ARCH_X86_64 || arch == ARCH_I386;
}

uint64_t arch_flash_bytes(enum arch arch)
{
	switch (arch) {
	case ARCH_AARCH64:
	case ARCH_ARM:
		return UINT64_C(64) << 20;
	case ARCH_RISCV64:
		return UINT64_C(32) << 20;
	case ARCH_LOONGARCH64:
	case ARCH_X86_64:
	case ARCH_I386:
	case ARCH_UNKNOWN:
		return 0;
	}
	return 0;
}

static const struct term formats[] = {
	{IMAGE_FORMAT_RAW, "raw"},
	{IMAGE_FORMAT_QCOW2, "qcow2"},
	{IMAGE_FORMAT_VMDK, "vmdk"},
	{IMAGE_FORMAT_VDI, "vdi"},
	{IMAGE_FORMAT_VHDX, "vhdx"},
};

const char *image_format_name(enum image_format format)
{
	return term_name(formats, ARRAY_COUNT(formats), (int)format, "unknown");
}

enum image_format image_format_from_name(const char *name)
{
	return (enum image_format)term_value(
		formats, ARRAY_COUNT(formats), name, IMAGE_FORMAT_UNKNOWN);
}

static const struct term interfaces[] = {
	{FIRMWARE_INTERFACE_BIOS, "bios"},
	{FIRMWARE_INTERFACE_UEFI, "uefi"},
	{FIRMWARE_INTERFACE_OPENFIRMWARE, "openfirmware"},
	{FIRMWARE_INTERFACE_UBOOT, "uboot"},
	{FIRMWARE_INTERFACE_SVSM, "svsm"},
};

const char *firmware_interface_name(enum firmware_interface interface)
{
	return term_name(interfaces, ARRAY_COUNT(interfaces), (int)interface, "none");
}

enum firmware_interface firmware_interface_from_name(const char *name)
{
	return (enum firmware_interface)term_value(
		interfaces, ARRAY_COUNT(interfaces), name, FIRMWARE_INTERFACE_NONE);
}

static const struct term devices[] = {
	{FIRMWARE_DEVICE_FLASH, "flash"},
	{FIRMWARE_DEVICE_MEMORY, "memory"},
	{FIRMWARE_DEVICE_KERNEL, "kernel"},
	{FIRMWARE_DEVICE_IGVM, "igvm"},
};

const char *firmware_device_name(enum firmware_device device)
{
	return term_name(devices, ARRAY_COUNT(devices), (int)device, "none");
}

enum firmware_device firmware_device_from_name(const char *name)
{
	return (enum firmware_device)term_value(
		devices, ARRAY_COUNT(devices), name, FIRMWARE_DEVICE_NONE);
}

static const struct term modes[] = {
	{FIRMWARE_MODE_SPLIT, "split"},
	{FIRMWARE_MODE_COMBINED, "combined"},
	{FIRMWARE_MODE_STATELESS, "stateless"},
};

const char *firmware_mode_name(enum firmware_mode mode)
{
	return term_name(modes, ARRAY_COUNT(modes), (int)mode, "none");
}

enum firmware_mode firmware_mode_from_name(const char *name)
{
	return (enum firmware_mode)term_value(modes, ARRAY_COUNT(modes), name, FIRMWARE_MODE_NONE);
}
