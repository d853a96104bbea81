/* SPDX-License-Identifier: MIT */
#include "act/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "act/descriptors.h"

/* Linux 5.3; the number is the same on every architecture but alpha. */
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

/* How often an older kernel is asked. */
#define ASK_MS 1000

/* Of stdin and stdout. */
#define ENDS 2

/* DEC private mode 7, auto wrap: UEFI's console switches it off (EDK2, TerminalConOut.c). */
static const char wrap_on[] = "\033[?7h";

struct terminal {
	bool ours[ENDS]; /* whether this end is a terminal, and this process in its foreground */
	int flags[ENDS];
	struct termios modes; /* of stdin */
	pid_t group;
};

/* One call for an end that is no terminal, as both are of most VMs. A VM in the background has no
 * modes to give back. */
static struct terminal look(void)
{
	struct terminal terminal = {0};

	for (int fd = 0; fd < ENDS; fd++) {
		struct termios modes;

		if (tcgetattr(fd, &modes) != 0)
			continue;
		terminal.group = getpgrp();
		terminal.ours[fd] = tcgetpgrp(fd) == terminal.group;
		terminal.flags[fd] = fcntl(fd, F_GETFL);
		if (fd == STDIN_FILENO)
			terminal.modes = modes;
	}
	return terminal;
}

/* A shell with job control takes the terminal back before it sets the modes that it wants, so they
 * are not touched where another group of processes is in the foreground by now; -1: the session is
 * over, and nobody is. */
static void restore(const struct terminal *terminal)
{
	pid_t group = tcgetpgrp(STDIN_FILENO);

	for (int fd = 0; fd < ENDS; fd++)
		if (terminal->ours[fd])
			(void)fcntl(fd, F_SETFL, terminal->flags[fd]);
	if (terminal->ours[STDIN_FILENO] && (group == terminal->group || group < 0))
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &terminal->modes);
	if (terminal->ours[STDOUT_FILENO])
		(void)!write(STDOUT_FILENO, wrap_on, strlen(wrap_on));
}

/* Its own group, so that what is sent to the VM's does not end it; all signals wait, SIGTTOU among
 * them: who is in the background may then set modes. */
static NO_RETURN void stay(const struct terminal *terminal, pid_t vm)
{
	struct pollfd end = {.fd = -1, .events = POLLIN};
	sigset_t signals;

	(void)setpgid(0, 0);
	(void)sigfillset(&signals);
	(void)sigprocmask(SIG_SETMASK, &signals, NULL);
	descriptors_close_from(STDERR_FILENO);
	for (int fd = 0; fd < ENDS; fd++)
		if (!terminal->ours[fd])
			(void)close(fd);
	end.fd = (int)syscall(SYS_pidfd_open, vm, 0);
	while (getppid() == vm)
		(void)poll(&end, 1, end.fd >= 0 ? -1 : ASK_MS);
	restore(terminal);
	_exit(0);
}

struct error *terminal_keep(void)
{
	struct terminal terminal = look();
	pid_t vm;
	pid_t pid;

	if (!terminal.ours[STDIN_FILENO] && !terminal.ours[STDOUT_FILENO])
		return NULL;
	vm = getpid();
	pid = fork();
	if (pid < 0)
		return error_system(errno, "a process for the terminal");
	if (pid == 0)
		stay(&terminal, vm);
	return NULL;
}
