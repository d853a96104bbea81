/* SPDX-License-Identifier: MIT */
#include "host/mark.h"

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/memory.h"

#define MARK_NAME "slipway"
#define MARK_TYPE 1

/* Notes of a program are a few dozen bytes each; what is longer is not searched. */
#define NOTES_LIMIT_BYTES 4096
#define HEADERS_MOST 64
#define HEAD_BYTES 4096
#define SCRIPT_MARK_BYTES 2

/* ELF, "Note Section": sizes, type, and the name padded to four bytes. */
struct mark {
	ElfW(Nhdr) header;
	char name[sizeof(MARK_NAME)];
};

static const struct mark mark NOTE_SECTION(".note.slipway") = {
	.header = {.n_namesz = sizeof(MARK_NAME), .n_type = MARK_TYPE},
	.name = MARK_NAME,
};

/* The beginning of a file, and the file. */
struct program {
	int fd;
	size_t head_bytes;
	const unsigned char *head;
};

/* How many of `size` bytes at `place` there are. */
static size_t read_at(const struct program *program, uint64_t place, void *ret_bytes, size_t size)
{
	ssize_t count;

	if (place <= program->head_bytes && size <= program->head_bytes - place) {
		memcpy(ret_bytes, program->head + place, size);
		return size;
	}
	count = pread(program->fd, ret_bytes, size, (off_t)place);
	return count > 0 ? (size_t)count : 0;
}

static bool notes_have_mark(const struct program *program, const ElfW(Phdr) * segment)
{
	size_t size = segment->p_filesz < NOTES_LIMIT_BYTES ? (size_t)segment->p_filesz
							    : NOTES_LIMIT_BYTES;
	auto_free unsigned char *notes = xcalloc(size + 1, 1);
	size_t count = read_at(program, segment->p_offset, notes, size);

	return memmem(notes, count, &mark, sizeof(mark)) != NULL;
}

static bool has_mark(const struct program *program)
{
	ElfW(Ehdr) header;
	ElfW(Phdr) segment;

	if (read_at(program, 0, &header, sizeof(header)) != sizeof(header) ||
		memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
		header.e_phentsize != sizeof(segment))
		return false;
	for (size_t i = 0; i < header.e_phnum && i < HEADERS_MOST; i++) {
		uint64_t place = header.e_phoff + i * sizeof(segment);

		if (read_at(program, place, &segment, sizeof(segment)) != sizeof(segment))
			return false;
		if (segment.p_type == PT_NOTE && notes_have_mark(program, &segment))
			return true;
	}
	return false;
}

enum program_kind program_kind(int fd)
{
	unsigned char head[HEAD_BYTES];
	ssize_t count = pread(fd, head, sizeof(head), 0);
	struct program program = {.fd = fd, .head = head};

	if (count < SCRIPT_MARK_BYTES)
		return PROGRAM_ANY;
	program.head_bytes = (size_t)count;
	if (memcmp(head, "#!", SCRIPT_MARK_BYTES) == 0)
		return PROGRAM_SCRIPT;
	return has_mark(&program) ? PROGRAM_SLIPWAY : PROGRAM_ANY;
}
