/* SPDX-License-Identifier: MIT */
#include "status.h"

struct name {
	uintptr_t status;
	const char *text;
};

const char *status_name(uintptr_t status)
{
	static const struct name names[] = {
		{EFI_SUCCESS, "success"},
		{EFI_INVALID_PARAMETER, "invalid parameter"},
		{EFI_UNSUPPORTED, "unsupported"},
		{EFI_BAD_BUFFER_SIZE, "bad buffer size"},
		{EFI_BUFFER_TOO_SMALL, "buffer too small"},
		{EFI_DEVICE_ERROR, "device error"},
		{EFI_WRITE_PROTECTED, "write protected"},
		{EFI_OUT_OF_RESOURCES, "out of resources"},
		{EFI_VOLUME_CORRUPTED, "volume corrupted"},
		{EFI_VOLUME_FULL, "volume full"},
		{EFI_NOT_FOUND, "not found"},
		{EFI_ACCESS_DENIED, "access denied"},
		{EFI_TIMEOUT, "timeout"},
		{EFI_ABORTED, "aborted"},
		{EFI_SECURITY_VIOLATION, "security violation"},
		{EFI_COMPROMISED_DATA, "compromised data"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].status == status)
			return names[i].text;
	}
	return "another status";
}
