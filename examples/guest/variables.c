/* SPDX-License-Identifier: MIT */
#include "variables.h"

#include "status.h"

/* The guest's own vendor; chosen at random. */
#define SLIPWAY_GUID                                                                               \
	((const struct efi_guid){                                                                  \
		0x27bde98c, 0x41b5, 0x404f, {0xb8, 0xdf, 0x3d, 0x9c, 0x18, 0x76, 0x86, 0x66}})

#define COUNT_NAME L"SlipwayBootCount"
#define COUNT_ATTRIBUTES                                                                           \
	(EFI_VARIABLE_NON_VOLATILE | EFI_VARIABLE_BOOTSERVICE_ACCESS | EFI_VARIABLE_RUNTIME_ACCESS)

/* Room for one variable's name in bytes; A longer one ends the list with a line. */
#define NAME_ROOM_BYTES 4096

/* The state of a variable of one byte that is 0 or 1. */
enum flag {
	FLAG_OFF,
	FLAG_ON,
	FLAG_ABSENT,
	FLAG_UNREADABLE,
};

static enum flag read_flag(struct guest *guest, const wchar_t *name)
{
	uint8_t value = 0;
	uintptr_t size_bytes = sizeof(value);
	uintptr_t status = guest->system->runtime->get_variable(
		name, &EFI_GLOBAL_VARIABLE_GUID, NULL, &size_bytes, &value);

	if (status == EFI_NOT_FOUND)
		return FLAG_ABSENT;
	if (efi_failed(status) || size_bytes != sizeof(value) || value > 1)
		return FLAG_UNREADABLE;
	return value == 1 ? FLAG_ON : FLAG_OFF;
}

static const char *secure_boot_state(enum flag secure_boot, enum flag setup_mode)
{
	if (secure_boot == FLAG_UNREADABLE || setup_mode == FLAG_UNREADABLE)
		return "unknown";
	if (secure_boot == FLAG_ON)
		return "on";
	if (setup_mode == FLAG_ON)
		return "setup mode";
	return "off"; /* also when neither variable is there: such firmware has no Secure Boot */
}

void say_secure_boot(struct guest *guest)
{
	enum flag secure_boot = read_flag(guest, L"SecureBoot");
	enum flag setup_mode = read_flag(guest, L"SetupMode");

	say(&guest->console, "secure boot %s", secure_boot_state(secure_boot, setup_mode));
}

static void say_failure(struct guest *guest, const char *what, uintptr_t status)
{
	say(&guest->console, "cannot %s variable %ls: %s (status 0x%llx)", what, COUNT_NAME,
		status_name(status), (unsigned long long)status);
}

static uintptr_t read_count(struct guest *guest, uint32_t *ret_count, uint32_t *ret_attributes)
{
	uint32_t count = 0;
	uint32_t attributes = 0;
	uintptr_t size_bytes = sizeof(count);
	uintptr_t status = guest->system->runtime->get_variable(
		COUNT_NAME, &SLIPWAY_GUID, &attributes, &size_bytes, &count);

	if (efi_failed(status))
		return status;
	if (size_bytes != sizeof(count)) /* a longer one has failed: buffer too small */
		return EFI_BAD_BUFFER_SIZE;
	*ret_count = count;
	*ret_attributes = attributes;
	return EFI_SUCCESS;
}

/* Writes the count and looks whether the firmware has it now. */
static uintptr_t write_count(struct guest *guest, uint32_t count, uint32_t *ret_attributes)
{
	uint32_t kept = 0;
	uintptr_t status = guest->system->runtime->set_variable(
		COUNT_NAME, &SLIPWAY_GUID, COUNT_ATTRIBUTES, sizeof(count), &count);

	if (efi_failed(status))
		return status;
	status = read_count(guest, &kept, ret_attributes);
	if (!efi_failed(status) && kept != count)
		return EFI_COMPROMISED_DATA;
	return status;
}

uint32_t count_boot(struct guest *guest)
{
	const char *what = "read";
	uint32_t count = 0;
	uint32_t attributes = 0;
	uintptr_t status = read_count(guest, &count, &attributes);

	if (status == EFI_NOT_FOUND)
		status = EFI_SUCCESS;
	if (!efi_failed(status)) {
		what = "write";
		status = write_count(guest, ++count, &attributes);
	}
	if (efi_failed(status)) {
		say_failure(guest, what, status);
		say(&guest->console, "boot count unknown");
		return 0;
	}
	if (attributes != COUNT_ATTRIBUTES)
		say(&guest->console, "variable %ls has attributes 0x%x, wanted 0x%x: %s",
			COUNT_NAME, attributes, COUNT_ATTRIBUTES,
			attributes & EFI_VARIABLE_NON_VOLATILE ? "non-volatile" : "volatile");
	say(&guest->console, "boot count %u", count);
	return count;
}

static void say_variable(struct guest *guest, const struct efi_guid *vendor, const wchar_t *name)
{
	const uint8_t *tail = vendor->data4;

	say(&guest->console, "variable %08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x %ls",
		vendor->data1, vendor->data2, vendor->data3, tail[0], tail[1], tail[2], tail[3],
		tail[4], tail[5], tail[6], tail[7], name);
}

void say_variables(struct guest *guest)
{
	struct efi_guid vendor = {0};
	void *name = NULL;
	unsigned count = 0;
	uintptr_t status;

	status = guest->system->boot->allocate_pool(EFI_LOADER_DATA, NAME_ROOM_BYTES, &name);
	if (!efi_failed(status)) {
		*(wchar_t *)name = 0; /* the empty name asks for the first one */
		for (;; count++) {
			uintptr_t size_bytes = NAME_ROOM_BYTES;

			status = guest->system->runtime->get_next_variable_name(
				&size_bytes, name, &vendor);
			if (efi_failed(status))
				break;
			say_variable(guest, &vendor, name);
		}
		guest->system->boot->free_pool(name);
	}
	if (status != EFI_NOT_FOUND) /* that is the end of the list */
		say(&guest->console, "cannot list variables: %s (status 0x%llx)",
			status_name(status), (unsigned long long)status);
	say(&guest->console, "variables %u", count);
}
