/* SPDX-License-Identifier: MIT */
#include "act/varstore.h"

#include <stdlib.h>
#include <string.h>

#include "act/store_image.h"
#include "act/varstore_text.h"
#include "base/memory.h"
#include "base/text.h"

/* EFI_FIRMWARE_VOLUME_HEADER */
#define VOLUME_HEADER_BYTES 56
#define AT_FILE_SYSTEM 16
#define AT_LENGTH 32
#define AT_SIGNATURE 40
#define AT_HEADER_LENGTH 48

/* The largest volume that is read; the largest there is has 0xc0000 bytes. */
#define VOLUME_LIMIT_BYTES (4U * 1024 * 1024)

/* VARIABLE_STORE_HEADER */
#define STORE_HEADER_BYTES 28
#define AT_STORE_SIZE 16
#define AT_STORE_FORMAT 20
#define STORE_FORMATTED 0x5a

/* VARIABLE_HEADER and AUTHENTICATED_VARIABLE_HEADER: the sizes and the GUID are the last fields. */
#define START_ID 0x55aa
#define PLAIN_HEADER_BYTES 32
#define AUTHENTICATED_HEADER_BYTES 60
#define AT_STATE 2
#define AT_ATTRIBUTES 4
#define FROM_END_NAME_SIZE 24
#define FROM_END_DATA_SIZE 20
#define FROM_END_GUID 16
/* Headers begin at multiples of this, and only they (VariableFormat.h, HEADER_ALIGNMENT). */
#define ALIGNMENT 4

/* A state is all ones and loses bits: header written, variable whole, being deleted, deleted. */
#define STATE_NOT_WHOLE 0xc0
#define STATE_NOT_DELETED 0x02
#define STATE_NOT_REPLACED 0x01

/* More than fit into any real store; the pair-wise look for replaced ones stays short. */
#define VARIABLE_LIMIT 10000

#define GUID_BYTES 16

/* The smallest flash of a "virt" board (LoongArch: 16 MiB at most, but padded to that). */
#define BOARD_FLASH_BYTES (16U * 1024 * 1024)

static const unsigned char nv_data_guid[GUID_BYTES] = {0x8d, 0x2b, 0xf1, 0xff, 0x96, 0x76, 0x8b,
	0x4c, 0xa9, 0x85, 0x27, 0x47, 0x07, 0x5b, 0x4f, 0x50};
static const unsigned char authenticated_guid[GUID_BYTES] = {0x78, 0x2c, 0xf3, 0xaa, 0x7b, 0x94,
	0x9a, 0x43, 0xa1, 0x80, 0x2e, 0x14, 0x4e, 0xc3, 0x77, 0x92};
static const unsigned char plain_guid[GUID_BYTES] = {0x16, 0x36, 0xcf, 0xdd, 0x75, 0x32, 0x64, 0x41,
	0x98, 0xb6, 0xfe, 0x85, 0x70, 0x7f, 0xfe, 0x7d};

#define GLOBAL_GUID "8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define SECURE_BOOT_ENABLE_GUID "f0a30bc7-af08-4556-99c4-001009c93a44"

const char *varstore_family_name(enum varstore_family family)
{
	switch (family) {
	case VARSTORE_FAMILY_UNKNOWN:
		break;
	case VARSTORE_FAMILY_2M:
		return "2M";
	case VARSTORE_FAMILY_4M:
		return "4M";
	case VARSTORE_FAMILY_VIRT:
		return "virt";
	case VARSTORE_FAMILY_JSON:
		return "uefi-vars";
	}
	return "unknown";
}

static void set_problem(struct varstore *varstore, const char *problem)
{
	varstore->problem = xstrdup(problem);
}

static uint64_t aligned(uint64_t offset)
{
	return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* edk2 takes sizes that were never written for none (VariableParsing.c, NameSizeOfVariable). */
static uint64_t written_size(const unsigned char *bytes)
{
	uint64_t size_bytes = little_endian(bytes, 4);

	return size_bytes == UINT32_MAX ? 0 : size_bytes;
}

static enum variable_state state_of(unsigned int state)
{
	if (state & STATE_NOT_WHOLE)
		return VARIABLE_INCOMPLETE;
	return state & STATE_NOT_DELETED ? VARIABLE_LIVE : VARIABLE_DELETED;
}

/* The part of the store that is walked through. */
struct walk {
	struct varstore *varstore;
	const unsigned char *bytes;
	uint64_t offset;
	uint64_t end;
};

/* Takes the variable at the walk's offset and goes to the next one. False: it is no variable, and
 * the store's problem says so. */
static bool take_variable(struct walk *walk, uint64_t header_bytes)
{
	const unsigned char *header = walk->bytes + walk->offset;
	const unsigned char *header_end = header + header_bytes;
	uint64_t name_bytes = written_size(header_end - FROM_END_NAME_SIZE);
	uint64_t data_bytes = written_size(header_end - FROM_END_DATA_SIZE);
	uint64_t name = walk->offset + header_bytes;
	uint64_t data = name + name_bytes; /* names and values are not aligned */
	struct varstore *varstore = walk->varstore;
	struct variable *variable;

	/* 32-bit sizes and an offset below VOLUME_LIMIT_BYTES: 64 bits cannot overflow */
	if (data > walk->end || data_bytes > walk->end - data) {
		varstore->problem = xasprintf(
			"the variable at offset %#llx reaches beyond the end of the store",
			(unsigned long long)walk->offset);
		return false;
	}
	variable = array_push(&varstore->variables, &varstore->variable_count, sizeof(*variable));
	variable->name = name_text(walk->bytes + name, (size_t)name_bytes);
	variable->guid = guid_text(header_end - FROM_END_GUID);
	variable->attributes = (uint32_t)little_endian(header + AT_ATTRIBUTES, 4);
	variable->size_bytes = data_bytes;
	variable->offset = data;
	variable->state = state_of(header[AT_STATE]);
	variable->being_replaced = (header[AT_STATE] & STATE_NOT_REPLACED) == 0;
	walk->offset = aligned(data + data_bytes);
	return true;
}

static void walk_variables(struct walk *walk)
{
	struct varstore *varstore = walk->varstore;
	uint64_t header_bytes =
		varstore->authenticated ? AUTHENTICATED_HEADER_BYTES : PLAIN_HEADER_BYTES;
	uint64_t begin = walk->offset;

	while (walk->offset < walk->end && walk->end - walk->offset >= header_bytes &&
		little_endian(walk->bytes + walk->offset, 2) == START_ID) {
		if (varstore->variable_count == VARIABLE_LIMIT) {
			varstore->problem =
				xasprintf("more than %d variables are not read", VARIABLE_LIMIT);
			break;
		}
		if (!take_variable(walk, header_bytes))
			break;
	}
	varstore->used_bytes = (walk->offset < walk->end ? walk->offset : walk->end) - begin;
}

/* A variable that was being replaced lives only where its replacement does not. */
static void settle_replaced(struct varstore *varstore, struct variable *old)
{
	for (size_t i = 0; i < varstore->variable_count; i++) {
		const struct variable *other = &varstore->variables[i];

		if (other->state == VARIABLE_LIVE && !other->being_replaced &&
			text_equal(other->name, old->name) && text_equal(other->guid, old->guid))
			old->state = VARIABLE_DELETED;
	}
}

static const struct variable *live_variable(
	const struct varstore *varstore, const char *name, const char *guid)
{
	for (size_t i = 0; i < varstore->variable_count; i++) {
		const struct variable *variable = &varstore->variables[i];

		if (variable->state == VARIABLE_LIVE && text_equal(variable->name, name) &&
			text_equal(variable->guid, guid))
			return variable;
	}
	return NULL;
}

/* A platform key takes the machine out of setup mode (UEFI specification, "Secure Boot Modes"). */
static void tell_secure_boot(struct varstore *varstore, const unsigned char *bytes)
{
	const struct variable *key = live_variable(varstore, "PK", GLOBAL_GUID);
	const struct variable *enable =
		live_variable(varstore, "SecureBootEnable", SECURE_BOOT_ENABLE_GUID);

	varstore->keys_are_enrolled = key && key->size_bytes > 0 ? CHOICE_YES : CHOICE_NO;
	if (enable && enable->size_bytes == 1)
		varstore->secure_boot_enable = bytes[enable->offset] != 0 ? CHOICE_YES : CHOICE_NO;
}

/* The variable store behind the volume's header. */
static void parse_store(struct varstore *varstore, const unsigned char *bytes, uint64_t begin)
{
	const unsigned char *header = bytes + begin;
	struct walk walk = {.varstore = varstore, .bytes = bytes};
	uint64_t size_bytes;

	if (varstore->volume_bytes - begin < STORE_HEADER_BYTES)
		return set_problem(varstore, "the volume has no room for a variable store");
	varstore->authenticated = memcmp(header, authenticated_guid, GUID_BYTES) == 0;
	if (!varstore->authenticated && memcmp(header, plain_guid, GUID_BYTES) != 0)
		return set_problem(varstore, "the volume holds no variable store that is known");
	size_bytes = little_endian(header + AT_STORE_SIZE, 4);
	if (header[AT_STORE_FORMAT] != STORE_FORMATTED || size_bytes < STORE_HEADER_BYTES ||
		size_bytes > varstore->volume_bytes - begin)
		return set_problem(varstore, "the variable store's header is damaged");
	varstore->room_bytes = size_bytes - STORE_HEADER_BYTES;
	walk.offset = begin + STORE_HEADER_BYTES;
	walk.end = begin + size_bytes;
	walk_variables(&walk);
	for (size_t i = 0; i < varstore->variable_count; i++)
		if (varstore->variables[i].state == VARIABLE_LIVE &&
			varstore->variables[i].being_replaced)
			settle_replaced(varstore, &varstore->variables[i]);
	tell_secure_boot(varstore, bytes);
}

/* The sum of the header's 16-bit words is zero (UEFI PI, volume 3). */
static bool checksum_is_right(const unsigned char *bytes, uint64_t header_bytes)
{
	uint64_t sum = 0;

	for (uint64_t at = 0; at < header_bytes; at += 2)
		sum += little_endian(bytes + at, 2);
	return (sum & 0xffff) == 0;
}

static enum varstore_family family_of(uint64_t volume_bytes)
{
	switch (volume_bytes) {
	case 0x20000:
		return VARSTORE_FAMILY_2M;
	case 0x84000:
		return VARSTORE_FAMILY_4M;
	case 0xc0000:
		return VARSTORE_FAMILY_VIRT;
	default:
		return VARSTORE_FAMILY_UNKNOWN;
	}
}

void varstore_parse(struct varstore *varstore, const unsigned char *bytes, size_t size_bytes)
{
	uint64_t header_bytes;

	if (size_bytes < VOLUME_HEADER_BYTES || memcmp(bytes + AT_SIGNATURE, "_FVH", 4) != 0)
		return set_problem(varstore, "there is no firmware volume");
	varstore->volume_bytes = little_endian(bytes + AT_LENGTH, 8);
	header_bytes = little_endian(bytes + AT_HEADER_LENGTH, 2);
	if (memcmp(bytes + AT_FILE_SYSTEM, nv_data_guid, GUID_BYTES) != 0)
		return set_problem(varstore, "the firmware volume holds code, not variables");
	varstore->family = family_of(varstore->volume_bytes);
	if (varstore->volume_bytes > size_bytes)
		return set_problem(varstore, "the firmware volume is cut off");
	if (header_bytes < VOLUME_HEADER_BYTES || header_bytes % 2 != 0 ||
		header_bytes > varstore->volume_bytes || !checksum_is_right(bytes, header_bytes))
		return set_problem(varstore, "the firmware volume's header is damaged");
	varstore->volume_is_valid = true;
	parse_store(varstore, bytes, header_bytes);
}

/* Flash that was never written: the firmware makes a store of it. */
static bool is_blank(const unsigned char *bytes, size_t size_bytes)
{
	return size_bytes > 0 && (bytes[0] == 0 || bytes[0] == 0xff) &&
	       memcmp(bytes, bytes + 1, size_bytes - 1) == 0;
}

/* uefi-vars stores are JSON objects (QEMU hw/uefi/var-service-json.c), and empty before their first
 * use. */
static bool is_json(const unsigned char *bytes, size_t size_bytes)
{
	size_t at = 0;

	while (at < size_bytes && strchr(" \t\r\n", bytes[at]) && bytes[at] != '\0')
		at++;
	return at < size_bytes && bytes[at] == '{';
}

struct error *varstore_read(int fd, struct varstore **ret_varstore)
{
	auto_varstore struct varstore *varstore = xcalloc(1, sizeof(*varstore));
	auto_free unsigned char *bytes = NULL;
	struct store_image image;
	size_t size_bytes;

	TRY(store_image_open(fd, &image));
	varstore->format = image.format;
	varstore->size_bytes = image.size_bytes;
	size_bytes = image.size_bytes < VOLUME_LIMIT_BYTES ? (size_t)image.size_bytes
							   : VOLUME_LIMIT_BYTES;
	bytes = xcalloc(size_bytes, 1);
	TRY(store_image_read(&image, bytes, size_bytes, 0));
	varstore->blank = is_blank(bytes, size_bytes);
	if (is_json(bytes, size_bytes)) {
		varstore->family = VARSTORE_FAMILY_JSON;
		varstore->json = xstrndup((const char *)bytes, size_bytes);
		if (image.size_bytes > size_bytes)
			set_problem(varstore, "it is larger than what is read of a store");
	} else if (varstore->blank) {
		varstore->family = image.size_bytes >= BOARD_FLASH_BYTES ? VARSTORE_FAMILY_VIRT
									 : VARSTORE_FAMILY_UNKNOWN;
	} else {
		varstore_parse(varstore, bytes, size_bytes);
	}
	*ret_varstore = steal(&varstore);
	return NULL;
}

void varstore_free(struct varstore *varstore)
{
	if (!varstore)
		return;
	for (size_t i = 0; i < varstore->variable_count; i++) {
		free(varstore->variables[i].name);
		free(varstore->variables[i].guid);
	}
	free(varstore->variables);
	free(varstore->problem);
	free(varstore->json);
	free(varstore);
}

void varstore_free_pointer(struct varstore **varstore)
{
	varstore_free(*varstore);
	*varstore = NULL;
}
