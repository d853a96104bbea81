/* SPDX-License-Identifier: MIT */
#include "act/exec_once.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "act/last_byte.h"
#include "act/processor.h"
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

static bool is_script(int fd)
{
	char start[2];

	return pread(fd, start, sizeof(start), 0) == (ssize_t)sizeof(start) &&
	       memcmp(start, "#!", sizeof(start)) == 0;
}

struct error *exec_check(const struct filter *filter, const char *path, int *ret_fd)
{
	auto_fd int fd = -1;
	struct stat status;

	if (stat(path, &status) != 0)
		return exec_failure(errno, path);
	if (S_ISDIR(status.st_mode))
		return exec_failure(EISDIR, path);
	if (!S_ISREG(status.st_mode))
		return exec_failure(EACCES, path);
	if (faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) != 0)
		return exec_failure(errno, path);
	/* what cannot be read is no script that slipway could name; the kernel decides */
	if (filter && !filter->exec_stays)
		fd = file_open(path, O_RDONLY | O_NONBLOCK);
	if (fd >= 0 && is_script(fd))
		return error_with_status(
			error_new("emulator '%s' is a script, and in the sandbox it could not "
				  "execute QEMU; name the QEMU binary that it starts with "
				  "--emulator, or use --sandbox=off",
				path),
			ERROR_STATUS_CANNOT_EXECUTE);
	*ret_fd = fd >= 0 ? fd_steal(&fd) : -1;
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

/* What the kernel hands over, with room for what it may add: 80 and 24 bytes up to Linux 7.1, and
 * never much, since it has them on its stack. To ask for the sizes would be one more call. */
#define ROOM_WORDS 128
union notification {
	struct seccomp_notif asked;
	uint64_t room[ROOM_WORDS];
};
union response {
	struct seccomp_notif_resp said;
	uint64_t room[ROOM_WORDS];
};

/*
 * The thread that answers the exec. It must not be filtered itself, so it starts first and is told
 * of the listener. No signal is blocked in it: slipway handles none here, and what a signal does
 * without a handler it does to the whole process, in whichever thread it comes.
 */
struct answerer {
	pthread_t thread;
	sem_t told;
	int listener; /* when it was told; negative: there is none, and it ends */
	union notification notification;
	union response response;
};

/* Lets a waiting exec continue: no check of its arguments could be trusted, and none is needed,
 * since slipway alone runs until then. False where it cannot be answered. */
static bool answer_once(struct answerer *answerer)
{
	struct seccomp_notif *asked = &answerer->notification.asked;
	struct seccomp_notif_resp *said = &answerer->response.said;
	int sent;

	answerer->notification = (union notification){.room = {0}}; /* else EINVAL */
	/* ENOENT, here and below: a signal interrupted the exec, which asks again. */
	if (ioctl(answerer->listener, SECCOMP_IOCTL_NOTIF_RECV, asked) != 0)
		return errno == EINTR || errno == ENOENT;
	said->id = asked->id;
	said->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	/* What was received is not offered again, so the reply must arrive. */
	do {
		sent = ioctl(answerer->listener, SECCOMP_IOCTL_NOTIF_SEND, said);
	} while (sent != 0 && errno == EINTR);
	return sent == 0 || errno == ENOENT;
}

/*
 * Answers until the exec ends this thread and closes the listener. One answer is not enough: a
 * signal that takes the exec out of its wait while the reply is on its way throws that away, and
 * the exec asks again (label "interrupted" of seccomp_do_user_notification in Linux'
 * kernel/seccomp.c).
 */
static void *answer(void *argument)
{
	struct answerer *answerer = argument;

	while (sem_wait(&answerer->told) != 0)
		; /* EINTR */
	if (answerer->listener < 0)
		return NULL;
	while (answer_once(answerer))
		;
	/* Without a listener an exec is ENOSYS. */
	(void)close(answerer->listener);
	return NULL;
}

static struct error *answerer_start(struct answerer *answerer)
{
	pthread_attr_t attributes;
	int result;

	(void)sem_init(&answerer->told, 0, 0);
	(void)pthread_attr_init(&attributes);
	/* three calls deep on a whole stack; with a page to guard it, musl has two calls for it */
	(void)pthread_attr_setguardsize(&attributes, 0);
	result = pthread_create(&answerer->thread, &attributes, answer, answerer);
	(void)pthread_attr_destroy(&attributes);
	return result == 0 ? NULL : error_system(result, "thread");
}

static void answerer_tell(struct answerer *answerer, int listener)
{
	answerer->listener = listener;
	(void)sem_post(&answerer->told);
}

/* There is no listener. */
static void answerer_give_up(struct answerer *answerer)
{
	answerer_tell(answerer, -1);
	(void)pthread_join(answerer->thread, NULL);
	(void)sem_destroy(&answerer->told);
	free(answerer);
}

/* With the thread on this processor (act/processor.h). */
static struct error *answerer_make(struct answerer **ret_answerer)
{
	struct answerer *answerer = xcalloc(1, sizeof(*answerer));
	struct processor_stay stay;
	struct error *error;

	processor_keep(&stay);
	error = answerer_start(answerer);
	if (error) {
		free(answerer);
		return error;
	}
	error = processor_let_go(&stay);
	if (error)
		answerer_give_up(answerer);
	else
		*ret_answerer = answerer;
	return error;
}

/*
 * *ret_listener: the descriptor, or a negative errno: no filter is loaded then, and no thread is
 * left. A thread that has been told of a listener ends with the exec, or with the process that
 * could not execute: nothing would take it out of its wait.
 */
static struct error *load_with_listener(const struct filter *filter, int *ret_listener)
{
	const struct filter_patch patch = {
		.gate = EXEC_GATE_NOTIFY, .self = (uint32_t)getpid(), .fd = 0, .path_address = 0};
	struct answerer *answerer = NULL;
	struct error *error;

	TRY(answerer_make(&answerer));
	error = load(filter, &patch, SECCOMP_FILTER_FLAG_NEW_LISTENER, ret_listener);
	if (error || *ret_listener < 0)
		answerer_give_up(answerer);
	else
		answerer_tell(answerer, *ret_listener);
	return error;
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
	int listener;

	if (filter->exec_stays)
		return exec_under(filter, path, argv, envp);
	TRY(load_with_listener(filter, &listener));
	if (listener >= 0)
		return exec_plain(path, argv, envp);
	/* EBUSY: somebody listens already. EINVAL: no listeners before Linux 5.0. */
	if (listener != -EBUSY && listener != -EINVAL)
		return load_failure(-listener);
	return exec_once_last_byte(filter, path, argv, envp);
}
