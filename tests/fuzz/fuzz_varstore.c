/* SPDX-License-Identifier: MIT */
/*
 * A variable store. Promised: names are printable, values lie in the store, and what could not be
 * read is said.
 */
#include "act/varstore.h"
#include "base/file.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	auto_fd int fd = input_file(bytes, size);
	auto_varstore struct varstore *store = NULL;
	auto_error struct error *error = varstore_read(fd, &store);

	if (error)
		return 0;
	PROMISE(varstore_family_name(store->family));
	PROMISE(store->used_bytes <= store->room_bytes);
	for (size_t i = 0; i < store->variable_count; i++) {
		const struct variable *variable = &store->variables[i];

		for (const char *c = variable->name; *c; c++)
			PROMISE((unsigned char)*c >= ' ' && *c != 0x7f);
		PROMISE(strlen(variable->guid) == 36);
		PROMISE(variable->offset <= store->size_bytes &&
			variable->size_bytes <= store->size_bytes - variable->offset);
	}
	return 0;
}
