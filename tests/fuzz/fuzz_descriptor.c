/* SPDX-License-Identifier: MIT */
/*
 * A firmware descriptor, read below a folder in which none of the files that it names exist.
 * Promised: a state, and a reason for every state but a usable one.
 */
#include <fcntl.h>

#include "base/file.h"
#include "fuzz/fuzz.h"
#include "host/descriptor.h"
#include "support/tempdir.h"

/* One folder for the whole run; the system's temporary files are the caller's to clear. */
static const char *folder_of_the_run(void)
{
	static char *folder;

	if (!folder)
		folder = tempdir_make();
	return folder;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *folder = folder_of_the_run();
	auto_fd int root = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	auto_file_table struct file_table files = {.root_fd = root, .root_path = folder};
	auto_strings struct strings notes = {0};
	struct descriptor descriptor = {0};

	tempdir_write(folder, "fuzz.json", bytes, size);
	descriptor_read("/fuzz.json", &files, &notes, &descriptor);
	PROMISE(descriptor.path);
	if (descriptor.state != DESCRIPTOR_USABLE)
		PROMISE(descriptor.problem && descriptor.problem[0]);
	descriptor_clear(&descriptor);
	return 0;
}
