/* SPDX-License-Identifier: MIT */
#include "act/exec_once.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "act/last_byte.h"
#include "act/witness.h"
#include "base/file.h"
#include "base/memory.h"

/* Of <linux/fcntl.h> and <linux/seccomp.h>, for C libraries and headers that lack them. */
#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif
#ifndef SECCOMP_USER_NOTIF_FLAG_CONTINUE
#define SECCOMP_USER_NOTIF_FLAG_CONTINUE 1UL
#endif

struct error *exec_failure(int number, const char *path)
{
	bool absent = number == ENOENT || number == ENOTDIR;

	return error_with_status(
		error_hint(error_system(number, "emulator '%s'", path),
			absent ? "install QEMU or name another binary with --emulator"
			       : "name a QEMU binary with --emulator"),
		absent ? ERROR_STATUS_NOT_FOUND : ERROR_STATUS_CANNOT_EXECUTE);
}

/* What cannot be read is no script that slipway could name; the kernel decides. */
static bool is_script(const char *path)
{
	auto_fd int fd = file_open(path, O_RDONLY | O_NONBLOCK);
	char start[2];

	return fd >= 0 && pread(fd, start, sizeof(start), 0) == (ssize_t)sizeof(start) &&
	       memcmp(start, "#!", sizeof(start)) == 0;
}

struct error *exec_check(const struct filter *filter, const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return exec_failure(errno, path);
	if (S_ISDIR(status.st_mode))
		return exec_failure(EISDIR, path);
	if (!S_ISREG(status.st_mode))
		return exec_failure(EACCES, path);
	if (faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) != 0)
		return exec_failure(errno, path);
	if (filter && !filter->exec_stays && is_script(path))
		return error_with_status(
			error_new("emulator '%s' is a script, and in the sandbox it could not "
				  "execute QEMU; name the QEMU binary that it starts with "
				  "--emulator, or use --sandbox=off",
				path),
			ERROR_STATUS_CANNOT_EXECUTE);
	return NULL;
}

struct error *exec_plain(const char *path, char *const argv[], char *const envp[])
{
	(void)execve(path, argv, envp);
	return exec_failure(errno, path);
}

/* The program with its marks replaced, handed to the kernel. The descriptor of the listener, 0
 * where none was asked for, or a negative errno in *ret_result. */
static struct error *load(const struct filter *filter, const struct filter_patch *patch,
	unsigned flags, int *ret_result)
{
	auto_free struct sock_filter *instructions = NULL;
	struct sock_fprog program;
	long result;

	TRY(filter_patched(filter, patch, &instructions));
	program = (struct sock_fprog){
		.len = (unsigned short)filter->count,
		.filter = instructions,
	};
	result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
	*ret_result = result < 0 ? -errno : (int)result;
	return NULL;
}

static struct error *load_failure(int number)
{
	return error_hint(
		error_system(number, "system call filter"), "--sandbox=off runs QEMU without one");
}

/* The thread that answers the exec. It must not be filtered itself, so it starts first and gets
 * the listener through a pipe. */
struct answerer {
	pthread_t thread;
	int pipe[2];
	/* As large as this kernel has them. Made before the thread, whose first allocation would
	 * cost it a heap of its own while the exec waits. */
	size_t notification_bytes;
	struct seccomp_notif *notification;
	struct seccomp_notif_resp *response;
};

/* Lets a waiting exec continue: no check of its arguments could be trusted, and none is needed,
 * since slipway alone runs until then. False where it cannot be answered. */
static bool answer_once(const struct answerer *answerer, int listener)
{
	struct seccomp_notif *notification = answerer->notification;
	struct seccomp_notif_resp *response = answerer->response;
	int sent;

	memset(notification, 0, answerer->notification_bytes); /* else EINVAL */
	/* ENOENT, here and below: a signal interrupted the exec, which asks again. */
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, notification) != 0)
		return errno == EINTR || errno == ENOENT;
	response->id = notification->id;
	response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	/* What was received is not offered again, so the reply must arrive. */
	do {
		sent = ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, response);
	} while (sent != 0 && errno == EINTR);
	return sent == 0 || errno == ENOENT;
}

/*
 * Answers until the exec ends this thread and closes the listener, or, where the exec fails, until
 * the other end of the pipe is closed. One answer is not enough: a signal that takes the exec out
 * of its wait while the reply is on its way throws that away, and the exec asks again (label
 * "interrupted" of seccomp_do_user_notification in Linux' kernel/seccomp.c).
 *
 * POLLERR of a listener is no end: the kernel gives it where a stop signal interrupted the look.
 */
static void answer_until_the_end(const struct answerer *answerer, int listener)
{
	struct pollfd ends[] = {
		{.fd = listener, .events = POLLIN, .revents = 0},
		{.fd = answerer->pipe[0], .events = POLLIN, .revents = 0},
	};

	for (;;) {
		int ready = poll(ends, ARRAY_COUNT(ends), -1);

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready < 0 || ends[1].revents != 0 || (ends[0].revents & (POLLHUP | POLLNVAL)))
			return;
		if ((ends[0].revents & POLLIN) && !answer_once(answerer, listener))
			return;
	}
}

static void *answer(void *argument)
{
	const struct answerer *answerer = argument;
	int listener;

	if (read(answerer->pipe[0], &listener, sizeof(listener)) != (ssize_t)sizeof(listener))
		return NULL;
	answer_until_the_end(answerer, listener);
	/* Without a listener an exec is ENOSYS. */
	(void)close(listener);
	return NULL;
}

/* With every signal blocked, so that handlers run in the other thread. */
static int start_thread(struct answerer *answerer)
{
	sigset_t every, before;
	int result;

	(void)sigfillset(&every);
	(void)pthread_sigmask(SIG_SETMASK, &every, &before);
	result = pthread_create(&answerer->thread, NULL, answer, answerer);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return result;
}

static void make_room(struct answerer *answerer)
{
	struct seccomp_notif_sizes sizes = {0, 0, 0};
	size_t response_bytes = sizeof(struct seccomp_notif_resp);

	if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) != 0)
		sizes = (struct seccomp_notif_sizes){0, 0, 0};
	answerer->notification_bytes = sizeof(struct seccomp_notif);
	if (sizes.seccomp_notif > answerer->notification_bytes)
		answerer->notification_bytes = sizes.seccomp_notif;
	if (sizes.seccomp_notif_resp > response_bytes)
		response_bytes = sizes.seccomp_notif_resp;
	answerer->notification = xcalloc(1, answerer->notification_bytes);
	answerer->response = xcalloc(1, response_bytes);
}

static void forget_room(struct answerer *answerer)
{
	free_pointer(&answerer->notification);
	free_pointer(&answerer->response);
}

static struct error *answerer_start(struct answerer *answerer)
{
	int result;

	make_room(answerer);
	if (pipe2(answerer->pipe, O_CLOEXEC) != 0) {
		forget_room(answerer);
		return error_system(errno, "pipe");
	}
	result = start_thread(answerer);
	if (result == 0)
		return NULL;
	(void)close(answerer->pipe[0]);
	(void)close(answerer->pipe[1]);
	forget_room(answerer);
	return error_system(result, "thread");
}

static void answerer_stop(struct answerer *answerer)
{
	(void)close(answerer->pipe[1]);
	(void)pthread_join(answerer->thread, NULL);
	(void)close(answerer->pipe[0]);
	forget_room(answerer);
}

/* *ret_listener: the descriptor, or a negative errno: no filter is loaded then. */
static struct error *load_with_listener(
	const struct filter *filter, struct answerer *answerer, int *ret_listener)
{
	const struct filter_patch patch = {
		.gate = EXEC_GATE_NOTIFY, .self = (uint32_t)getpid(), .fd = 0, .path_address = 0};

	TRY(answerer_start(answerer));
	TRY(load(filter, &patch, SECCOMP_FILTER_FLAG_NEW_LISTENER, ret_listener));
	return NULL;
}

struct error *exec_once_last_byte(
	const struct filter *filter, const char *path, char *const argv[], char *const envp[])
{
	struct filter_patch patch = {.gate = EXEC_GATE_LAST_BYTE,
		.self = (uint32_t)getpid(),
		.fd = 0,
		.path_address = 0};
	struct last_byte last;
	int result;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return error_system(errno, "no_new_privs");
	TRY(error_while(last_byte_prepare(path, &last), "one exec only"));
	patch.fd = (uint32_t)last.fd;
	patch.path_address = last.address;
	TRY(load(filter, &patch, 0, &result));
	if (result != 0)
		return load_failure(-result);
	(void)syscall(SYS_execveat, last.fd, last.address, argv, envp, AT_EMPTY_PATH);
	return exec_failure(errno, path);
}

/* Filters under which exec stays allowed: the log form, and policy "spawn". */
static struct error *exec_under(
	const struct filter *filter, const char *path, char *const argv[], char *const envp[])
{
	const struct filter_patch patch = {
		.gate = EXEC_GATE_NOTIFY, .self = (uint32_t)getpid(), .fd = 0, .path_address = 0};
	int result;

	TRY(load(filter, &patch, 0, &result));
	return result == 0 ? exec_plain(path, argv, envp) : load_failure(-result);
}

struct error *exec_witnessed(const struct filter *filter, const struct exec_words *words,
	const char *path, char *const argv[], char *const envp[])
{
	const struct filter_patch patch = {.gate = EXEC_GATE_NOTIFY,
		.witnessed = true,
		.self = (uint32_t)getpid(),
		.fd = 0,
		.path_address = 0};
	auto_witness struct witness witness = WITNESS_NONE;
	int listener;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return error_system(errno, "no_new_privs");
	TRY(witness_start(words->fd, words->lets_run, &witness));
	TRY(load(filter, &patch, SECCOMP_FILTER_FLAG_NEW_LISTENER, &listener));
	if (listener < 0) {
		witness_end(&witness);
		return exec_once(filter, path, argv, envp);
	}
	TRY(witness_begin(&witness, listener));
	return exec_plain(path, argv, envp);
}

struct error *exec_once(
	const struct filter *filter, const char *path, char *const argv[], char *const envp[])
{
	struct answerer answerer;
	struct error *error;
	int listener;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return error_system(errno, "no_new_privs");
	if (filter->exec_stays)
		return exec_under(filter, path, argv, envp);
	TRY(load_with_listener(filter, &answerer, &listener));
	if (listener >= 0) {
		if (write(answerer.pipe[1], &listener, sizeof(listener)) !=
			(ssize_t)sizeof(listener))
			return error_system(errno, "one exec only");
		error = exec_plain(path, argv, envp);
		answerer_stop(&answerer);
		return error;
	}
	answerer_stop(&answerer);
	/* EBUSY: somebody listens already. EINVAL: no listeners before Linux 5.0. */
	if (listener != -EBUSY && listener != -EINVAL)
		return load_failure(-listener);
	return exec_once_last_byte(filter, path, argv, envp);
}
