/* SPDX-License-Identifier: MIT */
#include "host/firmware_volume.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
	/* Volumes begin at a multiple of the flash's block size, and blocks have 4 KiB or more. */
	VOLUME_STEP = 4096,
	/* What is read of the beginning. ARM code images have one block of reset vector before
	 * their volume; nothing in the field has 64 KiB. */
	WINDOW_BYTES = 65536,
	HEADER_BYTES = 56,
	GUID_AT = 16,
	LENGTH_AT = 32,
	SIGNATURE_AT = 40,
	RESET_VECTOR_BYTES = 16,
};

/* File system GUIDs as they stand in a volume's header (edk2: Guid/FirmwareFileSystem2.h,
 * FirmwareFileSystem3.h, SystemNvDataGuid.h). */
static const struct {
	enum firmware_role role;
	unsigned char guid[16];
} volume_kinds[] = {
	{FIRMWARE_ROLE_CODE, {0x78, 0xe5, 0x8c, 0x8c, 0x3d, 0x8a, 0x1c, 0x4f, 0x99, 0x35, 0x89,
				     0x61, 0x85, 0xc3, 0x2d, 0xd3}},
	{FIRMWARE_ROLE_CODE, {0x7a, 0xc0, 0x73, 0x54, 0xcb, 0x3d, 0xca, 0x4d, 0xbd, 0x6f, 0x1e,
				     0x96, 0x89, 0xe7, 0x34, 0x9a}},
	{FIRMWARE_ROLE_VARIABLES, {0x8d, 0x2b, 0xf1, 0xff, 0x96, 0x76, 0x8b, 0x4c, 0xa9, 0x85, 0x27,
					  0x47, 0x07, 0x5b, 0x4f, 0x50}},
};

/* How edk2's x86 reset vectors begin, 16 bytes before the image's end (OvmfPkg/ResetVector,
 * UefiCpuPkg/ResetVector): with "nop; nop; jmp", or with a test of CR0 in builds that start in
 * protected mode. */
static const struct {
	unsigned char count;
	unsigned char bytes[6];
} x86_reset_vectors[] = {
	{3, {0x90, 0x90, 0xe9}},
	{6, {0x0f, 0x20, 0xc0, 0xa8, 0x01, 0x74}},
};

static uint64_t little_endian(const unsigned char *bytes, size_t count)
{
	uint64_t number = 0;

	for (size_t i = count; i > 0; i--)
		number = number << 8 | bytes[i - 1];
	return number;
}

static bool all_zero(const unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

static bool is_volume(const unsigned char *header)
{
	return memcmp(header + SIGNATURE_AT, "_FVH", 4) == 0;
}

static enum firmware_role volume_role(const unsigned char *header)
{
	for (size_t i = 0; i < ARRAY_COUNT(volume_kinds); i++)
		if (memcmp(header + GUID_AT, volume_kinds[i].guid, 16) == 0)
			return volume_kinds[i].role;
	return FIRMWARE_ROLE_UNKNOWN;
}

/* Where in the `count` bytes the first volume begins; `count` where there is none. */
static size_t first_volume(const unsigned char *bytes, size_t count)
{
	for (size_t at = 0; at + HEADER_BYTES <= count; at += VOLUME_STEP)
		if (is_volume(bytes + at))
			return at;
	return count;
}

/* A volume of code in the 64 KiB behind a variable store makes the image a unified one; padding
 * makes it a store that fills a board's flash. */
static bool code_follows(const struct image *image, uint64_t offset)
{
	auto_free unsigned char *bytes = NULL;
	size_t count;
	size_t at;

	/* a store that fills its file, as most do */
	if (offset >= image->virtual_size_bytes)
		return false;
	bytes = xcalloc(WINDOW_BYTES, 1);
	count = image_read(image, offset, WINDOW_BYTES, bytes);
	at = first_volume(bytes, count);
	return at < count && volume_role(bytes + at) == FIRMWARE_ROLE_CODE;
}

static bool has_x86_reset_vector(const struct image *image)
{
	unsigned char end[RESET_VECTOR_BYTES];

	if (image->virtual_size_bytes < sizeof(end) ||
		image_read(image, image->virtual_size_bytes - sizeof(end), sizeof(end), end) <
			sizeof(end))
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(x86_reset_vectors); i++)
		if (memcmp(end, x86_reset_vectors[i].bytes, x86_reset_vectors[i].count) == 0)
			return true;
	return false;
}

/*
 * The processor that the image starts on. ARM images begin with an unconditional branch, whose
 * coding tells 64 from 32 bits (Arm ARM: B, opcode bits 000101; A32: condition AL, 1010).
 */
static enum arch code_arch(const struct image *image, const unsigned char *bytes, size_t volume_at)
{
	uint64_t first = little_endian(bytes, 4);

	if (volume_at > 0 && first >> 26 == 0x05)
		return ARCH_AARCH64;
	if (volume_at > 0 && first >> 24 == 0xea)
		return ARCH_ARM;
	return has_x86_reset_vector(image) ? ARCH_X86_64 : ARCH_UNKNOWN;
}

/* As much of the beginning as it takes to find a volume there. */
struct start {
	unsigned char lead[FIRMWARE_LEAD_BYTES];
	unsigned char *window; /* NULL: what is in `lead` is enough; owned */
	size_t count;
	size_t at; /* of the volume; `count` where there is none */
};

static const unsigned char *read_start(const struct image *image, struct start *start)
{
	start->window = NULL;
	start->count = image_read(image, 0, sizeof(start->lead), start->lead);
	start->at = first_volume(start->lead, start->count);
	if (start->at < start->count || start->count < sizeof(start->lead))
		return start->lead;
	start->window = xcalloc(WINDOW_BYTES, 1);
	start->count = image_read(image, 0, WINDOW_BYTES, start->window);
	start->at = first_volume(start->window, start->count);
	return start->window;
}

static void look_at_start(const struct image *image, const unsigned char *bytes, size_t count,
	size_t at, struct firmware_file *file)
{
	file->role = FIRMWARE_ROLE_UNKNOWN;
	if (at == count) {
		/* edk2 formats a store whose first header is not there, so zeros in the header's
		 * place are what makes a store blank; the other megabytes need not be read. */
		if (count > 0 && all_zero(bytes, count))
			file->role = FIRMWARE_ROLE_BLANK;
		return;
	}
	file->role = volume_role(bytes + at);
	file->volume_bytes = little_endian(bytes + at + LENGTH_AT, 8);
	if (file->role == FIRMWARE_ROLE_VARIABLES && file->volume_bytes < UINT64_MAX - at &&
		code_follows(image, at + file->volume_bytes))
		file->role = FIRMWARE_ROLE_UNIFIED;
	if (file->role == FIRMWARE_ROLE_CODE || file->role == FIRMWARE_ROLE_UNIFIED)
		file->code_arch = code_arch(image, bytes, at);
}

void firmware_volume_look(const struct image *image, struct firmware_file *file)
{
	struct start start;
	const unsigned char *bytes = read_start(image, &start);

	look_at_start(image, bytes, start.count, start.at, file);
	free(start.window);
}
