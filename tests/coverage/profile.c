/* SPDX-License-Identifier: MIT */
/*
 * In programs of configure --enable-coverage: counts that outlive the process. gcc writes a profile
 * at the end of main and before an exec, which a child that ends with _exit never sees, a process
 * that is killed neither, and which the cage refuses. So the counters are a file that is mapped,
 * once at the start, by everyone who runs the program: PROFILES/BUILD-ID, if tests/coverage.sh has
 * made PROFILES; else all is as gcc does it. Counts that two processes make at once may be lost,
 * but none goes back to nought, and whether it is that is all that is asked.
 *
 * With SLIPWAY_PROFILE=write the program does nothing but write what was counted to gcc's files.
 */
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

extern char profile_counters_begin[], profile_counters_end[]; /* profile.ld */

#pragma weak __real___gcov_exit
void __gcov_dump(void);
/* What gcc has called at the end of main; the linker's --wrap puts the second in its place. */
void __real___gcov_exit(void);
void __wrap___gcov_exit(void);

static bool is_shared;

/* The bytes of a note that are of the build id, as text to `text`, which has room for `size`. */
static void name_after(const ElfW(Nhdr) * note, char *text, size_t size)
{
	const unsigned char *id = (const unsigned char *)(note + 1) + ((note->n_namesz + 3) & ~3U);

	for (size_t i = 0; i < note->n_descsz && 2 * i + 2 < size; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", id[i]);
}

struct name {
	char text[2 * 32 + 1];
};

static int find_build_id(struct dl_phdr_info *object, size_t size, void *argument)
{
	struct name *name = argument;

	(void)size;
	for (size_t i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &object->dlpi_phdr[i];
		const char *at = (const char *)(object->dlpi_addr + header->p_vaddr);
		const char *end = at + header->p_memsz;

		while (header->p_type == PT_NOTE && at + sizeof(ElfW(Nhdr)) < end) {
			const ElfW(Nhdr) *note = (const void *)at;

			if (note->n_type == NT_GNU_BUILD_ID)
				name_after(note, name->text, sizeof(name->text));
			at += sizeof(*note) + ((note->n_namesz + 3) & ~3U) +
			      ((note->n_descsz + 3) & ~3U);
		}
	}
	return 1; /* the first is the program */
}

static bool share(const char *path, size_t bytes)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	void *counters = MAP_FAILED;

	if (fd < 0)
		return false;
	(void)fchmod(fd, 0666); /* whatever the umask: others run the program as well */
	if (ftruncate(fd, (off_t)bytes) == 0)
		counters = mmap(profile_counters_begin, bytes, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_FIXED, fd, 0);
	(void)close(fd);
	return counters != MAP_FAILED;
}

__attribute__((constructor)) static void profile_begin(void)
{
	struct name name = {""};
	char path[4096];
	const char *order = getenv("SLIPWAY_PROFILE");
	size_t bytes = (size_t)(profile_counters_end - profile_counters_begin);

	(void)dl_iterate_phdr(find_build_id, &name);
	(void)snprintf(path, sizeof(path), PROFILES "/%s", name.text);
	is_shared = name.text[0] && bytes > 0 && share(path, bytes);
	if (!order || strcmp(order, "write") != 0)
		return;
	if (is_shared)
		__gcov_dump();
	_exit(is_shared ? EXIT_SUCCESS : EXIT_FAILURE);
}

void __wrap___gcov_exit(void)
{
	if (!is_shared && __real___gcov_exit)
		__real___gcov_exit();
}
