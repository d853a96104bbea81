/* SPDX-License-Identifier: MIT */
#include "faults/started.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LONGEST_MS 60000 /* a command of which something failed; on a busy machine, too */
#define AFTERWARDS_MS 10000

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- in the child ------------------------------------------------------------------------------
 */

/* A filter that asks at this call; returns the file at which it asks. */
static int filter_install(int call)
{
	struct sock_filter lines[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(lines) / sizeof(lines[0]), lines};
	int fd = (int)syscall(
		SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);

	if (fd < 0 && errno == EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
	return fd;
}

union control {
	char bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr header;
};

static bool fd_send(int socket_fd, int fd)
{
	union control control = {0};
	struct iovec byte = {(char[]){'f'}, 1};
	struct msghdr message = {
		.msg_iov = &byte,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};

	control.header = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	return sendmsg(socket_fd, &message, 0) == 1;
}

static _Noreturn void child(char **argv, int call, int socket_fd, int out_fd, int err_fd)
{
	int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int listener;

	setsid();
	if (dup2(null_fd, 0) < 0 || dup2(out_fd, 1) < 0 || dup2(err_fd, 2) < 0)
		_exit(99);
	if (call >= 0) {
		listener = filter_install(call);
		if (listener < 0 || !fd_send(socket_fd, listener))
			_exit(99);
		close(listener); /* who waits for its end would wait for itself */
	}
	execv(argv[0], argv);
	_exit(99);
}

/* ---- beside it ---------------------------------------------------------------------------------
 */

static int fd_receive(int socket_fd)
{
	union control control = {0};
	struct iovec byte = {(char[1]){0}, 1};
	struct msghdr message = {
		.msg_iov = &byte,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int fd;

	if (recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC) != 1 || !CMSG_FIRSTHDR(&message))
		errx(2, "no system call can be made to fail here");
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

/* Does this process still run the program, not what it executed since? */
static bool runs(uint32_t pid, const char *program)
{
	char link[32];
	char path[4096];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/%u/exe", pid);
	length = readlink(link, path, sizeof(path));
	return length == (ssize_t)strlen(program) && memcmp(path, program, (size_t)length) == 0;
}

/* Answers the one question that is asked at `listener`, if it is still asked. */
static void answer(int listener, const char *program, struct fault fault, struct ended *ended)
{
	/* the kernel's may be larger than those that this was compiled with */
	static union {
		struct seccomp_notif question;
		char room[512];
	} asked;
	static union {
		struct seccomp_notif_resp answer;
		char room[512];
	} said;

	memset(&asked, 0, sizeof(asked));
	memset(&said, 0, sizeof(said));
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked.question) != 0)
		return;
	said.answer.id = asked.question.id;
	said.answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	if ((ended->counted < fault.at || fault.at == 0) && runs(asked.question.pid, program) &&
		++ended->counted == fault.at) {
		said.answer.flags = 0;
		said.answer.error = -fault.error;
	}
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &said.answer);
}

/* Kills every child of this process. */
static void kill_children(void)
{
	char path[64];
	FILE *children;
	int pid;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	children = fopen(path, "re");
	while (children && fscanf(children, "%d", &pid) == 1)
		kill(pid, SIGKILL);
	if (children)
		fclose(children);
}

/* Takes in what has ended; true when no child is left. */
static bool reap(pid_t main_pid, struct ended *ended, bool *main_ended)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != main_pid)
			continue;
		*main_ended = true;
		ended->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
	return pid < 0;
}

/* Answers until no process is left. A signal of a child's end ends the wait: none is late. */
static void watch(
	pid_t pid, int listener, const char *program, struct fault fault, struct ended *ended)
{
	struct timespec while_idle = {0, 500000000};
	struct pollfd asks = {.fd = listener, .events = POLLIN};
	long until = now_ms() + LONGEST_MS;
	bool main_ended = false;
	bool was_ended = false;
	sigset_t none;

	sigemptyset(&none);
	while (!reap(pid, ended, &main_ended)) {
		if (main_ended && !was_ended)
			until = now_ms() + AFTERWARDS_MS;
		was_ended = main_ended;
		if (now_ms() > until) {
			ended->late |= !main_ended;
			ended->left |= main_ended;
			kill_children();
		}
		if (ppoll(&asks, 1, &while_idle, &none) <= 0)
			continue;
		if (asks.revents & POLLIN)
			answer(listener, program, fault, ended);
		else
			asks.fd = -1;
	}
}

static void on_child(int number)
{
	(void)number;
}

/* A child's end wakes the wait, and comes at no other time; what is left behind becomes a child. */
static void prepare(sigset_t *ret_before)
{
	struct sigaction action = {.sa_handler = on_child};
	sigset_t child_ends;

	sigemptyset(&child_ends);
	sigaddset(&child_ends, SIGCHLD);
	if (sigaction(SIGCHLD, &action, NULL) != 0 ||
		sigprocmask(SIG_BLOCK, &child_ends, ret_before) != 0 ||
		prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
		err(2, "a child cannot be waited for");
}

struct ended started(char **argv, struct fault fault, int out_fd, int err_fd)
{
	struct ended ended = {0};
	int listener = -1;
	sigset_t before;
	int sockets[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
		err(2, "socketpair");
	prepare(&before);
	pid = fork();
	if (pid < 0)
		err(2, "fork");
	if (pid == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		child(argv, fault.call, sockets[1], out_fd, err_fd);
	}
	close(sockets[1]);
	if (fault.call >= 0)
		listener = fd_receive(sockets[0]);
	close(sockets[0]);
	watch(pid, listener, argv[0], fault, &ended);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (listener >= 0)
		close(listener);
	return ended;
}
