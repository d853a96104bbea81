/* SPDX-License-Identifier: MIT */
/*
 * Asks a monitor: connects to the socket PATH, which process PID is about to make, sends each line
 * of stdin and prints the answers, one a line, without events and greeting.
 *
 *	ask PATH PID <COMMANDS
 *
 * Ends with 0, or with 1 where PID ended before there was a monitor; dies of SIGALRM after a
 *minute.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SECONDS 60

static bool is_running(const char *pid)
{
	char path[64];
	char line[256];
	const char *state;
	FILE *stream;
	bool running;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	stream = fopen(path, "r");
	if (!stream)
		return false;
	running = fgets(line, sizeof(line), stream) && (state = strrchr(line, ')')) &&
		  state[1] == ' ' && state[2] != 'Z';
	fclose(stream);
	return running;
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static int wait_for(const char *path, const char *pid)
{
	const struct timespec moment = {0, 20000000};

	for (;;) {
		bool running = is_running(pid);
		int fd = connect_to(path);

		if (fd >= 0)
			return fd;
		if (!running)
			exit(1);
		nanosleep(&moment, NULL);
	}
}

static bool is_answer(const char *line)
{
	return strncmp(line, "{\"return\"", 9) == 0 || strncmp(line, "{\"error\"", 8) == 0;
}

int main(int argc, char **argv)
{
	char *command = NULL;
	char *line = NULL;
	size_t command_size = 0;
	size_t line_size = 0;
	FILE *monitor;
	int fd;

	if (argc != 3)
		return 2;
	alarm(SECONDS); /* dies of it: 142 in a shell */
	signal(SIGPIPE, SIG_IGN);
	fd = wait_for(argv[1], argv[2]);
	monitor = fdopen(fd, "r");
	while (monitor && getline(&command, &command_size, stdin) > 0) {
		if (write(fd, command, strlen(command)) < 0)
			break;
		while (getline(&line, &line_size, monitor) > 0)
			if (is_answer(line)) {
				fputs(line, stdout);
				break;
			}
	}
	free(command);
	free(line);
	return 0;
}
