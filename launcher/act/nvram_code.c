/* SPDX-License-Identifier: MIT */
#include "act/nvram_code.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/copy.h"
#include "base/file.h"
#include "base/memory.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* Linux 6.3 */
#endif

struct error *nvram_fd_place(int *fd, int number, const char *what)
{
	if (*fd == number) {
		if (fcntl(number, F_SETFD, 0) < 0)
			return error_system(errno, "cannot hand %s over to the emulator", what);
		return NULL;
	}
	if (fcntl(number, F_GETFD) >= 0)
		return error_new("descriptor %d, under which the emulator expects its %s, is in "
				 "use by something else; start slipway with fewer open files",
			number, what);
	/* dup3 refuses to put a descriptor onto itself, and does not copy close-on-exec */
	if (dup3(*fd, number, 0) < 0)
		return error_system(errno, "cannot hand %s over as descriptor %d", what, number);
	fd_close(fd);
	*fd = number;
	return NULL;
}

static int make_memory(void)
{
	int fd = memfd_create("firmware", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("firmware", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return fd;
}

/* QEMU takes a descriptor of a set only for the access it was opened for
 * (monitor/fds.c, monitor_fdset_dup_fd_add), so a second one, for reading, is made. */
static struct error *seal(int fd, int *ret_fd)
{
	auto_free char *self = xasprintf("/proc/self/fd/%d", fd);
	int read_fd;

	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
		return copy_failure(errno);
	read_fd = file_open(self, O_RDONLY);
	if (read_fd < 0)
		return copy_failure(errno);
	*ret_fd = read_fd;
	return NULL;
}

static struct error *pad(const struct plan_firmware *firmware, int from, int *ret_fd)
{
	auto_fd int fd = make_memory();
	struct stat status;

	if (fd < 0 || fstat(from, &status) < 0)
		return copy_failure(errno);
	if (!S_ISREG(status.st_mode))
		return error_new("it is not a regular file");
	if ((uint64_t)status.st_size > firmware->pad_bytes)
		return error_new("it has %lld bytes, the board's flash has %llu",
			(long long)status.st_size, (unsigned long long)firmware->pad_bytes);
	TRY(copy_contents(from, fd, (uint64_t)status.st_size));
	if (ftruncate(fd, (off_t)firmware->pad_bytes) < 0)
		return copy_failure(errno);
	return seal(fd, ret_fd);
}

struct error *nvram_code_open(const struct plan_firmware *firmware, int number, int *ret_fd)
{
	auto_fd int from = file_open(firmware->open_path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	auto_fd int fd = -1;
	struct error *error;

	if (from < 0)
		return error_system(errno, "cannot open firmware '%s'", firmware->path);
	if (firmware->format != IMAGE_FORMAT_RAW)
		return error_new(
			"cannot pad firmware '%s': only raw images are padded", firmware->path);
	error = pad(firmware, from, &fd);
	if (error)
		return error_while(
			error, "cannot pad firmware '%s' to the board's flash", firmware->path);
	TRY(nvram_fd_place(&fd, number, "firmware"));
	*ret_fd = fd_steal(&fd);
	return NULL;
}
