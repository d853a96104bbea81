/* SPDX-License-Identifier: MIT */
#include "act/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

/* Linux 5.3; the number is the same on every architecture but alpha. */
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

/* Descriptors are first moved above everything that has a number of its own. */
#define FIRST_FREE_FD 100

/* How much of the child's error is read. */
#define ERROR_LIMIT_BYTES 65536

/* The ends of the child. */
struct ends {
	int standard[3]; /* stdin, stdout, stderr */
	int sockets[CHILD_SOCKETS_MOST];
	int report; /* where an error goes; closed by exec */
};

#define ENDS_NONE                                                                                  \
	{                                                                                          \
		.standard = {-1, -1, -1}, .sockets = {-1, -1, -1, -1}, .report = -1                \
	}

static void ends_close(struct ends *ends)
{
	for (size_t i = 0; i < ARRAY_COUNT(ends->standard); i++)
		fd_close(&ends->standard[i]);
	for (size_t i = 0; i < ARRAY_COUNT(ends->sockets); i++)
		fd_close(&ends->sockets[i]);
	fd_close(&ends->report);
}

/* *ret_ours does not wait. */
static struct error *make_pipe(bool we_read, int *ret_ours, int *ret_theirs)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) != 0)
		return error_system(errno, "pipe");
	*ret_ours = we_read ? fds[0] : fds[1];
	*ret_theirs = we_read ? fds[1] : fds[0];
	if (fcntl(*ret_ours, F_SETFL, O_NONBLOCK) != 0)
		return error_system(errno, "pipe");
	return NULL;
}

static struct error *make_ends(
	const struct child_request *request, struct child *child, struct ends *ends)
{
	TRY(make_pipe(false, &child->input_fd, &ends->standard[0]));
	TRY(make_pipe(true, &child->output_fd, &ends->standard[1]));
	TRY(make_pipe(true, &child->words_fd, &ends->standard[2]));
	for (size_t i = 0; i < request->socket_count; i++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
			return error_system(errno, "socket");
		child->sockets[i] = pair[0];
		ends->sockets[i] = pair[1];
		if (fcntl(pair[0], F_SETFL, O_NONBLOCK) != 0)
			return error_system(errno, "socket");
	}
	return NULL;
}

/* In the child: `fd` under `number`, open across exec. */
static struct error *place(int fd, int number)
{
	if (dup2(fd, number) < 0)
		return error_system(errno, "descriptor %d", number);
	return NULL;
}

static struct error *move_up(int *fd)
{
	int moved = fcntl(*fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);

	if (moved < 0)
		return error_system(errno, "descriptor");
	*fd = moved;
	return NULL;
}

static struct error *place_ends(const struct child_request *request, struct ends *ends)
{
	TRY(move_up(&ends->report));
	for (size_t i = 0; i < request->socket_count; i++)
		TRY(move_up(&ends->sockets[i]));
	for (size_t i = 0; i < ARRAY_COUNT(ends->standard); i++)
		TRY(move_up(&ends->standard[i]));
	for (size_t i = 0; i < ARRAY_COUNT(ends->standard); i++)
		TRY(place(ends->standard[i], (int)i));
	for (size_t i = 0; i < request->socket_count; i++)
		TRY(place(ends->sockets[i], request->socket_numbers[i]));
	return NULL;
}

/* Blocked signals and ignored ones are inherited across exec: QEMU gets neither. */
static void restore_signals(void)
{
	const struct sigaction by_default = {.sa_handler = SIG_DFL};
	sigset_t none;

	(void)sigaction(SIGPIPE, &by_default, NULL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Comes back only with an error. */
static struct error *become_emulator(
	const struct child_request *request, pid_t parent, struct ends *ends)
{
	struct confine_request confine = *request->confine;
	auto_free int *keep = xcalloc(confine.keep_fd_count + request->socket_count, sizeof(int));

	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		return error_system(errno, "death signal");
	if (getppid() != parent)
		return error_new("slipway has ended meanwhile");
	/* Ctrl-C is slipway's, which then ends the guest in order */
	(void)setpgid(0, 0);
	restore_signals();
	TRY(place_ends(request, ends));
	for (size_t i = 0; i < confine.keep_fd_count; i++)
		keep[i] = confine.keep_fds[i];
	for (size_t i = 0; i < request->socket_count; i++)
		keep[confine.keep_fd_count + i] = request->socket_numbers[i];
	confine.keep_fds = keep;
	confine.keep_fd_count += request->socket_count;
	return confine_and_exec(&confine, request->path, request->argv, request->envp);
}

/* An error as bytes: its exit status, then its text. */
static NO_RETURN void report_and_exit(int fd, const struct error *error)
{
	unsigned char status = (unsigned char)error->status;

	if (write(fd, &status, 1) == 1)
		(void)!write(fd, error->text, strlen(error->text));
	_exit((int)error->status);
}

/* What the child reported before it ended; nothing when it executed the program. */
static struct error *read_report(int fd)
{
	auto_free char *bytes = xcalloc(ERROR_LIMIT_BYTES + 1, 1);
	size_t length = 0;
	ssize_t got;

	do {
		got = read(fd, bytes + length, ERROR_LIMIT_BYTES - length);
		if (got > 0)
			length += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	if (length == 0)
		return NULL;
	return error_with_status(
		error_new("%s", bytes + 1), (enum error_status)(unsigned char)bytes[0]);
}

struct error *child_start(const struct child_request *request, struct child *ret_child)
{
	auto_child struct child child = CHILD_NONE;
	CLEANUP(ends_close) struct ends ends = ENDS_NONE;
	auto_fd int report = -1;
	pid_t parent = getpid();
	struct error *error;

	*ret_child = (struct child)CHILD_NONE;
	TRY(make_ends(request, &child, &ends));
	TRY(make_pipe(true, &report, &ends.report));
	(void)fcntl(report, F_SETFL, 0);
	child.pid = fork();
	if (child.pid < 0) {
		child.pid = 0;
		return error_system(errno, "cannot start another process");
	}
	if (child.pid == 0) {
		error = become_emulator(request, parent, &ends); /* moves ends.report */
		report_and_exit(ends.report, error);
	}
	ends_close(&ends);
	error = read_report(report);
	if (error)
		return error;
	child.pid_fd = (int)syscall(SYS_pidfd_open, child.pid, 0);
	if (child.pid_fd < 0)
		return error_system(errno, "pidfd_open");
	*ret_child = child;
	child = (struct child)CHILD_NONE;
	return NULL;
}

bool child_has_ended(struct child *child, int *ret_status, int *ret_signal)
{
	siginfo_t end = {0};

	if (child->pid == 0 || waitid(P_PID, (id_t)child->pid, &end, WEXITED | WNOHANG) != 0 ||
		end.si_pid == 0)
		return false;
	child->pid = 0;
	*ret_status = end.si_code == CLD_EXITED ? end.si_status : 0;
	*ret_signal = end.si_code == CLD_EXITED ? 0 : end.si_status;
	return true;
}

void child_signal(const struct child *child, int signal)
{
	if (child->pid > 0)
		(void)kill(child->pid, signal);
}

void child_clear(struct child *child)
{
	int result;

	if (child->pid > 0) {
		(void)kill(child->pid, SIGKILL);
		do {
			result = waitpid(child->pid, NULL, 0);
		} while (result < 0 && errno == EINTR);
	}
	fd_close(&child->pid_fd);
	fd_close(&child->input_fd);
	fd_close(&child->output_fd);
	fd_close(&child->words_fd);
	for (size_t i = 0; i < ARRAY_COUNT(child->sockets); i++)
		fd_close(&child->sockets[i]);
	child->pid = 0;
}
