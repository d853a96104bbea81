/* SPDX-License-Identifier: MIT */
/*
 * In a service manager's place: listens at SOCKET, runs COMMAND with NOTIFY_SOCKET naming it, and
 * prints what was sent, who sent it, and how the command ended, one fact a line.
 *
 *	notified SOCKET COMMAND [ARGUMENT...]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int on = 1;

	if (strlen(path) >= sizeof(address.sun_path))
		return -1;
	memcpy(address.sun_path, path, strlen(path));
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
		setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) != 0)
		return -1;
	return fd;
}

/* False: there is nothing more to hear. */
static int hear(int fd, pid_t child)
{
	char text[256] = "";
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(struct ucred))];
	} control = {0};
	struct iovec place = {.iov_base = text, .iov_len = sizeof(text) - 1};
	struct msghdr message = {.msg_iov = &place,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	struct ucred sender = {0};

	if (recvmsg(fd, &message, MSG_DONTWAIT) < 0)
		return 0;
	if (CMSG_FIRSTHDR(&message))
		memcpy(&sender, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(sender));
	printf("heard %s from %s\n", text, sender.pid == child ? "the main process" : "another");
	return 1;
}

int main(int argc, char **argv)
{
	int fd = argc > 2 ? listen_at(argv[1]) : -1;
	int status = 0;
	pid_t child;

	if (fd < 0)
		return 2;
	child = fork();
	if (child == 0) {
		setenv("NOTIFY_SOCKET", argv[1], 1);
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	waitpid(child, &status, 0);
	while (hear(fd, child))
		;
	printf("ended %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	return 0;
}
