/* SPDX-License-Identifier: MIT */
/*
 * A fuzz target without a fuzzer: gives it every file that its arguments name, folders' files in
 * the order of their names, and says how many there were.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "fuzz/fuzz.h"

/* No input of a corpus is larger: SPEC_LIMIT_BYTES and one more. */
static const size_t limit_bytes = ((size_t)4 << 20) + 1;

static size_t replay_file(const char *path)
{
	auto_fd int fd = open(path, O_RDONLY | O_CLOEXEC);
	auto_free char *bytes = NULL;
	auto_error struct error *error = NULL;
	size_t size_bytes = 0;

	error = file_read(fd, path, limit_bytes, &bytes, &size_bytes);
	if (error) {
		fprintf(stderr, "%s\n", error->text);
		exit(1);
	}
	/* one line a file, so that the last one is the one that ended the program */
	printf("%s\n", path);
	fflush(stdout);
	LLVMFuzzerTestOneInput((const uint8_t *)bytes, size_bytes);
	return 1;
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static size_t replay(const char *path)
{
	struct dirent **entries = NULL;
	int count = scandir(path, &entries, is_shown, alphasort);
	size_t files = 0;

	if (count < 0 && errno == ENOTDIR)
		return replay_file(path);
	if (count < 0) {
		perror(path);
		exit(1);
	}
	for (int i = 0; i < count; i++) {
		auto_free char *file = xasprintf("%s/%s", path, entries[i]->d_name);

		files += replay(file);
		free(entries[i]);
	}
	free(entries);
	return files;
}

int main(int argc, char **argv)
{
	size_t files = 0;

	for (int i = 1; i < argc; i++)
		files += replay(argv[i]);
	printf("%zu inputs\n", files);
	return files == 0;
}
