/* SPDX-License-Identifier: MIT */
/* Attempts on files that the cage does not name, by every way to a file there is. */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

#include "attacker.h"

static const char *secret(void)
{
	return stage_text("SECRET");
}

static const char *at_home(const char *name)
{
	char *path = NULL;

	return asprintf(&path, "%s/%s", stage_text("HOME_DIR"), name) < 0 ? "" : path;
}

static const char *of_victim(const char *name)
{
	char *path = NULL;

	return asprintf(&path, "/proc/%ld/%s", stage_number("VICTIM"), name) < 0 ? "" : path;
}

static int try_open(const char *path, int flags)
{
	return result_of(syscall(SYS_openat, AT_FDCWD, path, flags, 0600));
}

static int read_secret(void)
{
	return try_open(secret(), O_RDONLY);
}

static int read_secret_openat2(void)
{
	struct open_how how = {.flags = O_RDONLY};

	return result_of(syscall(SYS_openat2, AT_FDCWD, secret(), &how, sizeof(how)));
}

#ifdef SYS_open
static int read_secret_open(void)
{
	return result_of(syscall(SYS_open, secret(), O_RDONLY, 0));
}
#endif

static int read_secret_by_handle(void)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} place = {.handle = {.handle_bytes = MAX_HANDLE_SZ}};
	int mount_id;
	int directory = open(stage_text("HOME_DIR"), O_RDONLY | O_DIRECTORY);

	/* Where the name cannot be turned into a handle, one is guessed. */
	(void)name_to_handle_at(AT_FDCWD, secret(), &place.handle, &mount_id, 0);
	return result_of(syscall(SYS_open_by_handle_at, directory, &place.handle, O_RDONLY));
}

static int name_secret_handle(void)
{
	struct file_handle handle = {.handle_bytes = 0};
	int mount_id;
	int number = result_of(
		syscall(SYS_name_to_handle_at, AT_FDCWD, secret(), &handle, &mount_id, 0));

	return number == EOVERFLOW ? 0 : number;
}

static int write_secret(void)
{
	return try_open(secret(), O_WRONLY);
}

static int create_beside_secret(void)
{
	char *path = NULL;

	return asprintf(&path, "%s.new", secret()) < 0 ? ENOMEM
						       : try_open(path, O_WRONLY | O_CREAT);
}

static int create_in_tmp(void)
{
	return try_open("/tmp", O_RDWR | O_TMPFILE);
}

static int truncate_secret(void)
{
	return result_of(syscall(SYS_truncate, secret(), 3));
}

static int change_mode(void)
{
	return result_of(syscall(SYS_fchmodat, AT_FDCWD, secret(), 0644));
}

static int change_mode_of_open(void)
{
	int fd = open(at_home("file"), O_RDWR);

	return fd < 0 ? 254 : result_of(syscall(SYS_fchmod, fd, 0755 | S_ISUID));
}

static int change_owner(void)
{
	return result_of(syscall(SYS_fchownat, AT_FDCWD, secret(), -1, -1, 0));
}

static int change_times(void)
{
	return result_of(syscall(SYS_utimensat, AT_FDCWD, secret(), NULL, 0));
}

static int set_attribute(void)
{
	return result_of(syscall(SYS_setxattr, secret(), "user.slipway", "x", 1, 0)) == ENOSYS
		       ? ENOSYS
		       : 0;
}

static int get_attribute(void)
{
	return result_of(syscall(SYS_getxattr, secret(), "user.slipway", NULL, 0)) == ENOSYS
		       ? ENOSYS
		       : 0;
}

static int remove_secret(void)
{
	return result_of(syscall(SYS_unlinkat, AT_FDCWD, secret(), 0));
}

static int rename_secret(void)
{
	return result_of(
		syscall(SYS_renameat2, AT_FDCWD, secret(), AT_FDCWD, at_home("stolen"), 0));
}

static int link_secret(void)
{
	return result_of(syscall(SYS_linkat, AT_FDCWD, secret(), AT_FDCWD, at_home("linked"), 0));
}

static int symlink_to_secret(void)
{
	return result_of(syscall(SYS_symlinkat, secret(), AT_FDCWD, at_home("symlink")));
}

static int make_directory(void)
{
	return result_of(syscall(SYS_mkdirat, AT_FDCWD, at_home("folder"), 0700));
}

static int make_device(void)
{
	return result_of(
		syscall(SYS_mknodat, AT_FDCWD, at_home("zero"), S_IFCHR | 0600, makedev(1, 5)));
}

static int make_fifo(void)
{
	return result_of(syscall(SYS_mknodat, AT_FDCWD, at_home("fifo"), S_IFIFO | 0600, 0));
}

static int watch_secret(void)
{
	int fd = (int)syscall(SYS_inotify_init1, 0);

	return fd < 0 ? errno : result_of(syscall(SYS_inotify_add_watch, fd, secret(), 1));
}

static int list_root(void)
{
	return try_open("/", O_RDONLY | O_DIRECTORY);
}

static int change_directory(void)
{
	return result_of(syscall(SYS_chdir, "/"));
}

static int write_readable(void)
{
	return try_open(stage_text("READABLE"), O_RDWR);
}

static int write_library(void)
{
	return try_open("/usr/lib/slipway-attack", O_WRONLY | O_CREAT);
}

static int reopen_writable(void)
{
	char *path = NULL;
	int fd = open(stage_text("READABLE"), O_RDONLY);

	if (fd < 0 || asprintf(&path, "/proc/self/fd/%d", fd) < 0)
		return 254;
	return try_open(path, O_RDWR);
}

static int read_shadow(void)
{
	return try_open("/etc/shadow", O_RDONLY);
}

static int read_passwd(void)
{
	return try_open("/etc/passwd", O_RDONLY);
}

static int own_memory_file(void)
{
	return try_open("/proc/self/mem", O_RDWR);
}

static int own_environment(void)
{
	return try_open("/proc/self/environ", O_RDONLY);
}

static int victim_memory_file(void)
{
	return try_open(of_victim("mem"), O_RDWR);
}

static int victim_environment(void)
{
	return try_open(of_victim("environ"), O_RDONLY);
}

static int victim_root(void)
{
	return try_open(of_victim("root/etc/passwd"), O_RDONLY);
}

static int victim_memory_score(void)
{
	return try_open(of_victim("oom_score_adj"), O_WRONLY);
}

static int core_pattern(void)
{
	return try_open("/proc/sys/kernel/core_pattern", O_WRONLY);
}

static int kernel_release_agent(void)
{
	return try_open("/sys/kernel/uevent_helper", O_WRONLY);
}

static int kernel_memory(void)
{
	return try_open("/dev/mem", O_RDONLY);
}

static int kernel_messages(void)
{
	return try_open("/dev/kmsg", O_RDWR);
}

static int kernel_core(void)
{
	return try_open("/proc/kcore", O_RDONLY);
}

static int system_request(void)
{
	return try_open("/proc/sysrq-trigger", O_WRONLY);
}

static int terminal(void)
{
	return try_open("/dev/tty", O_RDWR);
}

static int new_terminal(void)
{
	return try_open("/dev/ptmx", O_RDWR);
}

static int zero_device(void)
{
	return try_open("/dev/zero", O_RDWR);
}

static int tap_device(void)
{
	return try_open("/dev/net/tun", O_RDWR);
}

static int fault_device(void)
{
	return try_open("/dev/userfaultfd", O_RDWR);
}

static int look_at_secret(void)
{
	struct stat status;

	return result_of(fstatat(AT_FDCWD, secret(), &status, 0));
}

#define FILTER(name)                                                                               \
	{                                                                                          \
		"files", #name, name, 0, false, false,                                             \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}
#define LANDLOCK(name)                                                                             \
	{                                                                                          \
		"files", #name, name, 0, false, true,                                              \
		{                                                                                  \
			0                                                                          \
		}                                                                                  \
	}

static const struct attempt attempts[] = {
	LANDLOCK(read_secret),
	FILTER(read_secret_openat2),
#ifdef SYS_open
	FILTER(read_secret_open),
#endif
	FILTER(read_secret_by_handle),
	FILTER(name_secret_handle),
	LANDLOCK(write_secret),
	LANDLOCK(create_beside_secret),
	LANDLOCK(create_in_tmp),
	FILTER(truncate_secret),
	FILTER(change_mode),
	FILTER(change_mode_of_open),
	FILTER(change_owner),
	FILTER(change_times),
	FILTER(set_attribute),
	FILTER(get_attribute),
	FILTER(remove_secret),
	FILTER(rename_secret),
	FILTER(link_secret),
	FILTER(symlink_to_secret),
	FILTER(make_directory),
	FILTER(make_device),
	FILTER(make_fifo),
	FILTER(watch_secret),
	LANDLOCK(list_root),
	FILTER(change_directory),
	LANDLOCK(write_readable),
	LANDLOCK(write_library),
	LANDLOCK(reopen_writable),
	LANDLOCK(read_shadow),
	LANDLOCK(read_passwd),
	LANDLOCK(own_memory_file),
	LANDLOCK(own_environment),
	LANDLOCK(victim_memory_file),
	LANDLOCK(victim_environment),
	LANDLOCK(victim_root),
	LANDLOCK(victim_memory_score),
	LANDLOCK(core_pattern),
	LANDLOCK(kernel_release_agent),
	LANDLOCK(kernel_memory),
	LANDLOCK(kernel_messages),
	LANDLOCK(kernel_core),
	LANDLOCK(system_request),
	LANDLOCK(terminal),
	LANDLOCK(new_terminal),
	LANDLOCK(zero_device),
	LANDLOCK(tap_device),
	LANDLOCK(fault_device),
	{"harmless", "look_at_secret", look_at_secret, 0, false, false, {0}},
};

const struct attempt *attempts_of_files(size_t *ret_count)
{
	*ret_count = sizeof(attempts) / sizeof(attempts[0]);
	return attempts;
}
