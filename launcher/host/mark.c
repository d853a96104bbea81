/* SPDX-License-Identifier: MIT */
#include "host/mark.h"

#include <elf.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/memory.h"

#define MARK_NAME "slipway"
#define MARK_TYPE 1

/* Notes of a program are a few dozen bytes each; what is longer is not searched. */
#define NOTES_LIMIT_BYTES 4096
#define HEADERS_MOST 64

/* ELF, "Note Section": sizes, type, and the name padded to four bytes. */
struct mark {
	ElfW(Nhdr) header;
	char name[sizeof(MARK_NAME)];
};

static const struct mark mark NOTE_SECTION(".note.slipway") = {
	.header = {.n_namesz = sizeof(MARK_NAME), .n_type = MARK_TYPE},
	.name = MARK_NAME,
};

static bool notes_have_mark(int fd, const ElfW(Phdr) * segment)
{
	size_t size = segment->p_filesz < NOTES_LIMIT_BYTES ? (size_t)segment->p_filesz
							    : NOTES_LIMIT_BYTES;
	auto_free unsigned char *notes = xcalloc(size + 1, 1);
	ssize_t count = pread(fd, notes, size, (off_t)segment->p_offset);

	return count > 0 && memmem(notes, (size_t)count, &mark, sizeof(mark)) != NULL;
}

bool has_mark(int fd)
{
	ElfW(Ehdr) header;
	ElfW(Phdr) segment;

	if (pread(fd, &header, sizeof(header), 0) != (ssize_t)sizeof(header) ||
		memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
		header.e_phentsize != sizeof(segment))
		return false;
	for (size_t i = 0; i < header.e_phnum && i < HEADERS_MOST; i++) {
		off_t place = (off_t)(header.e_phoff + i * sizeof(segment));

		if (pread(fd, &segment, sizeof(segment), place) != (ssize_t)sizeof(segment))
			return false;
		if (segment.p_type == PT_NOTE && notes_have_mark(fd, &segment))
			return true;
	}
	return false;
}
