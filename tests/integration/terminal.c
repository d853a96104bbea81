/* SPDX-License-Identifier: MIT */
/*
 * terminal REPORT COMMAND...: runs COMMAND on a terminal of its own, as its session's leader. stdin
 * is typed there, what appears is on stdout. REPORT says, one fact a line: its process id; at the
 * end its status; and whether the terminal's modes and blocking are, within seconds, what they
 * were.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define PATIENCE_MS 10000
#define STEP_MS 50

struct state {
	struct termios modes;
	int flags;
};

static struct state look(int fd)
{
	struct state state = {.flags = fcntl(fd, F_GETFL)};

	(void)tcgetattr(fd, &state.modes);
	return state;
}

static bool same_modes(const struct state *a, const struct state *b)
{
	return a->modes.c_iflag == b->modes.c_iflag && a->modes.c_oflag == b->modes.c_oflag &&
	       a->modes.c_cflag == b->modes.c_cflag && a->modes.c_lflag == b->modes.c_lflag;
}

static void become(char **command, int terminal)
{
	(void)setsid();
	(void)ioctl(terminal, TIOCSCTTY, 0);
	for (int fd = 0; fd < 3; fd++)
		(void)dup2(terminal, fd);
	(void)close(terminal);
	(void)execvp(command[0], command);
	_exit(127);
}

/* What comes within the next step goes from one end to the other. False: nothing more will. */
static bool pass(int from, int to)
{
	char bytes[4096];
	ssize_t count = read(from, bytes, sizeof(bytes));

	return count > 0 && write(to, bytes, (size_t)count) == count;
}

/* Both ways, until the child has ended; its status. */
static int relay(int control, pid_t child)
{
	struct pollfd ends[] = {{.fd = control, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
	int status = 0;

	while (waitpid(child, &status, WNOHANG) == 0) {
		(void)poll(ends, 2, STEP_MS);
		if (ends[0].revents & POLLIN)
			(void)pass(control, STDOUT_FILENO);
		if (ends[1].revents != 0 && !pass(STDIN_FILENO, control))
			ends[1].fd = -1;
	}
	return status;
}

/* Until the terminal is as it was, or patience is over; what still appears is shown. */
static struct state settle(int control, int terminal, const struct state *before)
{
	struct pollfd end = {.fd = control, .events = POLLIN};
	struct state after = look(terminal);

	for (int waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += STEP_MS) {
		if (poll(&end, 1, STEP_MS) > 0)
			(void)pass(control, STDOUT_FILENO);
		after = look(terminal);
		if (waited_ms > STEP_MS * 10 && same_modes(&after, before) &&
			after.flags == before->flags)
			break;
	}
	return after;
}

int main(int argc, char **argv)
{
	int control = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	FILE *report = argc > 2 ? fopen(argv[1], "we") : NULL;
	struct state before, after;
	int terminal, status;
	pid_t child;

	if (!report || control < 0 || grantpt(control) != 0 || unlockpt(control) != 0)
		return 2;
	terminal = open(ptsname(control), O_RDWR | O_NOCTTY);
	before = look(terminal);
	child = fork();
	if (child == 0)
		become(argv + 2, terminal);
	fprintf(report, "pid %d\n", (int)child);
	fflush(report);
	status = relay(control, child);
	after = settle(control, terminal, &before);
	if (WIFSIGNALED(status))
		fprintf(report, "signal %d\n", WTERMSIG(status));
	else
		fprintf(report, "status %d\n", WEXITSTATUS(status));
	fprintf(report, "modes %s\n", same_modes(&before, &after) ? "restored" : "left");
	fprintf(report, "blocking %s\n", before.flags == after.flags ? "restored" : "left");
	return fclose(report) == 0 ? 0 : 2;
}
