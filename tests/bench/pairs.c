/* SPDX-License-Identifier: MIT */
/*
 * Runs two commands in pairs, one after the other:
 *
 *	pairs PAIRS STATUS +++ COMMAND... +++ COMMAND...
 *
 * After one pair that does not count there are PAIRS pairs. Which of a pair is first is drawn by
 *lot for every two pairs, so that each is first equally often. A line for each pair: how long the
 *first and the second command lived, then their processor time, user and system, with all that they
 * started and waited for; microseconds. A command that does not end with STATUS ends it all.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

struct life {
	double wall_us;
	double cpu_us;
};

static double now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double time_us(const struct timeval *time)
{
	return (double)time->tv_sec * 1e6 + (double)time->tv_usec;
}

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "pairs: %s: %s\n", what, why);
	exit(1);
}

static struct life live(char **command, int wanted_status)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	struct life life;
	double begin_us;
	int status;
	int number;
	pid_t pid;

	(void)posix_spawn_file_actions_init(&actions);
	for (int fd = 0; fd < 3; fd++)
		(void)posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
	begin_us = now_us();
	number = posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
	if (number != 0)
		fail(command[0], strerror(number));
	if (wait4(pid, &status, 0, &usage) != pid)
		fail(command[0], strerror(errno));
	life.wall_us = now_us() - begin_us;
	life.cpu_us = time_us(&usage.ru_utime) + time_us(&usage.ru_stime);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != wanted_status)
		fail(command[0], "it did not end as it should");
	return life;
}

/* A coin (xorshift): the same lots each time, which no rhythm of the machine follows. */
static int coin(void)
{
	static uint64_t state = 0x9e3779b97f4a7c15;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state >> 40 & 1;
}

static void run_pair(char **commands[2], int wanted_status, int first, int counts)
{
	struct life lives[2];

	lives[first] = live(commands[first], wanted_status);
	lives[!first] = live(commands[!first], wanted_status);
	if (counts)
		printf("%.0f %.0f %.0f %.0f\n", lives[0].wall_us, lives[1].wall_us, lives[0].cpu_us,
			lives[1].cpu_us);
}

int main(int argc, char **argv)
{
	int pairs = argc > 3 ? atoi(argv[1]) : 0;
	int wanted_status = argc > 3 ? atoi(argv[2]) : 0;
	char **commands[2] = {NULL, NULL};
	int count = 0;
	int first = 0;

	for (int i = 3; i < argc; i++) {
		if (strcmp(argv[i], "+++") != 0)
			continue;
		argv[i] = NULL;
		if (count < 2)
			commands[count++] = argv + i + 1;
	}
	if (pairs < 1 || count != 2 || !commands[0][0] || !commands[1][0]) {
		fprintf(stderr, "usage: pairs PAIRS STATUS +++ COMMAND... +++ COMMAND...\n");
		return 2;
	}
	run_pair(commands, wanted_status, 0, 0);
	for (int pair = 0; pair < pairs; pair++) {
		first = pair % 2 == 0 ? coin() : !first;
		run_pair(commands, wanted_status, first, 1);
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
