/* SPDX-License-Identifier: MIT */
#include "act/openings.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

/* A password, not a file that was named by mistake. */
#define SECRET_LIMIT_BYTES 4096

struct error *opening_place(int fd, int number)
{
	auto_fd int taken = fd;

	if (fcntl(number, F_GETFD) >= 0)
		return error_new("descriptor %d is open already", number);
	return dup2(taken, number) < 0 ? error_system(errno, "descriptor %d", number) : NULL;
}

/* The file begins where it is opened anew (/proc/self/fd/N). */
static struct error *open_bytes(const char *text, size_t length, int *ret_fd)
{
	auto_fd int fd = memfd_create("slipway-secret", MFD_CLOEXEC);

	if (fd < 0)
		return error_system(errno, "memory for a password");
	if (write(fd, text, length) != (ssize_t)length)
		return error_system(errno, "memory for a password");
	*ret_fd = fd_steal(&fd);
	return NULL;
}

/* A newline at the end is an editor's, not the password's. */
static struct error *open_secret(const struct opening *opening, int *ret_fd)
{
	auto_fd int fd = file_open(opening->path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	auto_free char *text = NULL;
	size_t length = 0;
	struct error *error;

	if (fd < 0)
		return error_hint(error_system(errno, "cannot open secret '%s'", opening->path),
			"write the password that the spec's <secret> names into that file, which "
			"nobody else may read");
	TRY(file_read(fd, opening->path, SECRET_LIMIT_BYTES, &text, &length));
	error = open_bytes(
		text, length > 0 && text[length - 1] == '\n' ? length - 1 : length, ret_fd);
	explicit_bzero(text, length);
	return error;
}

struct device_hint {
	const char *path, *hint;
};

static const struct device_hint device_hints[] = {
	{"/dev/vhost-vsock", "load the module vhost_vsock; the device is the group kvm's"},
	{"/dev/vhost-net", "load the module vhost_net, or write <driver name='qemu'/>"},
};

static struct error *open_device(const struct opening *opening, int *ret_fd)
{
	int fd = file_open(opening->path, O_RDWR);
	struct error *error;

	if (fd >= 0) {
		*ret_fd = fd;
		return NULL;
	}
	error = error_system(errno, "cannot open '%s'", opening->path);
	for (size_t i = 0; i < ARRAY_COUNT(device_hints); i++)
		if (strcmp(device_hints[i].path, opening->path) == 0)
			error = error_hint(error, "%s", device_hints[i].hint);
	return error;
}

static struct error *open_socket(const struct opening *opening, int *ret_fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	auto_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return error_system(errno, "socket");
	if (strlen(opening->path) >= sizeof(address.sun_path))
		return error_new("'%s' is too long for the name of a socket", opening->path);
	memcpy(address.sun_path, opening->path, strlen(opening->path) + 1);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		return error_hint(error_system(errno, "cannot connect to '%s'", opening->path),
			"start what listens there first");
	*ret_fd = fd_steal(&fd);
	return NULL;
}

static struct error *open_kind(const struct opening *opening, int *ret_fd)
{
	switch (opening->kind) {
	case OPENING_TAP:
		return tap_open(opening, ret_fd);
	case OPENING_MACVTAP:
		return macvtap_open(opening, ret_fd);
	case OPENING_SOCKET:
		return open_socket(opening, ret_fd);
	case OPENING_DEVICE:
		return open_device(opening, ret_fd);
	case OPENING_TEXT:
		return open_bytes(opening->text, strlen(opening->text), ret_fd);
	case OPENING_SECRET:
		return open_secret(opening, ret_fd);
	}
	return NULL;
}

struct error *opening_make(const struct opening *opening)
{
	int fd = -1;

	struct error *error = open_kind(opening, &fd);

	if (error && opening->line > 0)
		error = error_while(error, "line %d", opening->line);
	TRY(error);
	return opening_place(fd, opening->fd);
}

static struct error *check_directory(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return error_system(errno, "'%s'", path);
	if (!S_ISDIR(status.st_mode))
		return error_new("'%s' is not a directory", path);
	if (status.st_uid != geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)))
		return error_new("'%s' is a directory that others may write; remove it", path);
	return NULL;
}

static struct error *make_above(const char *path)
{
	auto_free char *above = path_directory(path);
	struct stat status;

	if (stat(above, &status) == 0 || strcmp(above, "/") == 0)
		return NULL;
	TRY(make_above(above));
	if (mkdir(above, 0700) != 0 && errno != EEXIST)
		return error_system(errno, "cannot make '%s'", above);
	return NULL;
}

struct error *private_directory_make(const char *path)
{
	TRY(make_above(path));
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return error_system(errno, "cannot make '%s'", path);
	return check_directory(path);
}

struct error *cpus_set(const unsigned int *cpus, size_t count)
{
	unsigned int most = 0;
	auto_free cpu_set_t *set = NULL;
	size_t size;

	if (count == 0)
		return NULL;
	for (size_t i = 0; i < count; i++)
		most = cpus[i] > most ? cpus[i] : most;
	size = CPU_ALLOC_SIZE(most + 1);
	set = xcalloc(1, size);
	for (size_t i = 0; i < count; i++)
		CPU_SET_S(cpus[i], size, set);
	if (sched_setaffinity(0, size, set) != 0)
		return error_hint(error_system(errno, "the host's CPUs that the spec names"),
			"CPU %u may not be there", most);
	return NULL;
}
