/* SPDX-License-Identifier: MIT */
#include "act/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

/* From here on the writer holds back: one read of a console more may still come. */
#define FULL_BYTES ((size_t)256 << 10)

/*
 * O_NONBLOCK belongs to the open file, which the caller shares with its parent; so a pipe or a
 * terminal is opened once more. Where that is not allowed, writes may wait.
 */
static int open_again(int fd)
{
	auto_free char *path = xasprintf("/proc/self/fd/%d", fd);

	return file_open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY);
}

struct outlet outlet_open(int fd)
{
	struct outlet outlet = {.fd = -1};
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0)
		return outlet;
	if (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode))
		outlet.fd = open_again(fd);
	outlet.patient = outlet.fd >= 0;
	if (outlet.fd < 0)
		outlet.fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	return outlet;
}

void outlet_add(struct outlet *outlet, const char *bytes, size_t length)
{
	if (outlet->fd < 0 || outlet->problem != 0)
		return;
	if (outlet->written > 0 && outlet->queue.length > FULL_BYTES) {
		outlet->queue.length -= outlet->written;
		memmove(outlet->queue.bytes, outlet->queue.bytes + outlet->written,
			outlet->queue.length);
		outlet->written = 0;
	}
	text_add_bytes(&outlet->queue, bytes, length);
}

void outlet_flush(struct outlet *outlet)
{
	while (outlet_is_behind(outlet)) {
		ssize_t count = write(outlet->fd, outlet->queue.bytes + outlet->written,
			outlet->queue.length - outlet->written);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (count < 0)
			outlet->problem = errno;
		else
			outlet->written += (size_t)count;
	}
	outlet->queue.length = 0;
	outlet->written = 0;
}

bool outlet_is_behind(const struct outlet *outlet)
{
	return outlet->problem == 0 && outlet->written < outlet->queue.length;
}

bool outlet_is_full(const struct outlet *outlet)
{
	return outlet_is_behind(outlet) && outlet->queue.length - outlet->written > FULL_BYTES;
}

void outlet_close(struct outlet *outlet)
{
	if (outlet->fd >= 0)
		(void)close(outlet->fd);
	outlet->fd = -1;
	text_clear(&outlet->queue);
}
