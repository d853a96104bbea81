/* SPDX-License-Identifier: MIT */
/* os-release(5). Promised: a family that exists. */
#include "fuzz/fuzz.h"
#include "host/os_release.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	auto_free char *text = input_text(bytes, size);

	PROMISE((unsigned int)os_release_family(text) < 32);
	return 0;
}
