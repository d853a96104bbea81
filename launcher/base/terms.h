/* SPDX-License-Identifier: MIT */
/*
 * The field's terms that more than one room speaks of — architectures, image formats, firmware
 * interfaces, devices and modes, answers to yes/no/unsaid — each with its one spelling in text.
 */
#ifndef SLIPWAY_BASE_TERMS_H
#define SLIPWAY_BASE_TERMS_H

#include <stdbool.h>
#include <stdint.h>

/* What was said about something that can be on, off, or left to others. */
enum choice {
	CHOICE_UNSET,
	CHOICE_YES,
	CHOICE_NO,
};

enum arch {
	ARCH_UNKNOWN,
	ARCH_X86_64,
	ARCH_I386,
	ARCH_AARCH64,
	ARCH_ARM,
	ARCH_RISCV64,
	ARCH_LOONGARCH64,
};

/* QEMU's name, which descriptors use too: "i386", "arm"; "unknown" for ARCH_UNKNOWN. */
const char *arch_name(enum arch arch);

/* From libvirt's spelling (i686, armv7l …) or QEMU's. ARCH_UNKNOWN for another. */
enum arch arch_from_name(const char *name);

/* x86_64 and i386. */
bool arch_is_x86(enum arch arch);

/* Bytes that each flash device of the "virt" board has, 0 where the board takes the file's size
 * (QEMU hw/arm/virt.c: 64 MiB, hw/riscv/virt.c: 32 MiB, hw/loongarch/virt.c: 16 MiB at most). */
uint64_t arch_flash_bytes(enum arch arch);

enum image_format {
	IMAGE_FORMAT_UNSET,
	IMAGE_FORMAT_RAW,
	IMAGE_FORMAT_QCOW2,
	IMAGE_FORMAT_VMDK,
	IMAGE_FORMAT_VDI,
	IMAGE_FORMAT_VHDX,
	IMAGE_FORMAT_UNKNOWN, /* a name or content that is none of these */
};

const char *image_format_name(enum image_format format);
enum image_format image_format_from_name(const char *name);

/* firmware.json, FirmwareOSInterface; values are bits, a descriptor may offer several. */
enum firmware_interface {
	FIRMWARE_INTERFACE_NONE = 0,
	FIRMWARE_INTERFACE_BIOS = 1,
	FIRMWARE_INTERFACE_UEFI = 2,
	FIRMWARE_INTERFACE_OPENFIRMWARE = 4,
	FIRMWARE_INTERFACE_UBOOT = 8,
	FIRMWARE_INTERFACE_SVSM = 16,
};

const char *firmware_interface_name(enum firmware_interface interface);
enum firmware_interface firmware_interface_from_name(const char *name);

/* firmware.json, FirmwareDevice. */
enum firmware_device {
	FIRMWARE_DEVICE_NONE,
	FIRMWARE_DEVICE_FLASH,
	FIRMWARE_DEVICE_MEMORY,
	FIRMWARE_DEVICE_KERNEL,
	FIRMWARE_DEVICE_IGVM,
};

const char *firmware_device_name(enum firmware_device device);
enum firmware_device firmware_device_from_name(const char *name);

/* firmware.json, FirmwareFlashMode. */
enum firmware_mode {
	FIRMWARE_MODE_NONE,
	FIRMWARE_MODE_SPLIT,
	FIRMWARE_MODE_COMBINED,
	FIRMWARE_MODE_STATELESS,
};

const char *firmware_mode_name(enum firmware_mode mode);
enum firmware_mode firmware_mode_from_name(const char *name);

#endif
