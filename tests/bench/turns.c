/* SPDX-License-Identifier: MIT */
/*
 * Lets programs like calls.c take turns:
 *
 *	turns ROUNDS CALL... +++ COMMAND... [+++ COMMAND...]...
 *
 * In each round every program makes each call once, one program right behind the other and in an
 * order that is drawn by lot each time. A line for each round of a call: CALL, and what it cost
 *each program, as the programs say. What drifts (the clock, the neighbours) is the same for one
 *line.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAMS_MOST 8
#define SAID_BYTES 32

extern char **environ;

struct program {
	char **command;
	pid_t pid;
	FILE *asks;
	FILE *says;
	char said[SAID_BYTES];
};

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "turns: %s: %s\n", what, why);
	exit(1);
}

static void start(struct program *program)
{
	posix_spawn_file_actions_t actions;
	int asks[2];
	int says[2];
	int number;

	if (pipe2(asks, O_CLOEXEC) != 0 || pipe2(says, O_CLOEXEC) != 0)
		fail("pipe", strerror(errno));
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, asks[0], 0);
	(void)posix_spawn_file_actions_adddup2(&actions, says[1], 1);
	(void)posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_RDWR, 0);
	number = posix_spawnp(
		&program->pid, program->command[0], &actions, NULL, program->command, environ);
	if (number != 0)
		fail(program->command[0], strerror(number));
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(asks[0]);
	(void)close(says[1]);
	program->asks = fdopen(asks[1], "w");
	program->says = fdopen(says[0], "r");
	if (!program->asks || !program->says)
		fail(program->command[0], strerror(errno));
}

static void take_turn(struct program *program, const char *call)
{
	if (fprintf(program->asks, "%s\n", call) < 0 || fflush(program->asks) != 0 ||
		!fgets(program->said, SAID_BYTES, program->says))
		fail(program->command[0], "it does not answer");
	program->said[strcspn(program->said, "\n")] = '\0';
}

/* Of `count` (xorshift): the same lots each time, which no rhythm of the machine follows. */
static int lot(int count)
{
	static uint64_t state = 0x9e3779b97f4a7c15;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (int)((state >> 33) % (uint64_t)count);
}

static void take_turns(struct program *programs, int count, const char *call)
{
	int order[PROGRAMS_MOST];

	for (int i = 0; i < count; i++) {
		int place = lot(i + 1);

		order[i] = order[place];
		order[place] = i;
	}
	for (int i = 0; i < count; i++)
		take_turn(&programs[order[i]], call);
	printf("%s", call);
	for (int i = 0; i < count; i++)
		printf(" %s", programs[i].said);
	printf("\n");
}

static int end(struct program *programs, int count)
{
	int failed = fflush(stdout);

	for (int i = 0; i < count; i++) {
		int status;

		(void)fclose(programs[i].asks);
		failed |= waitpid(programs[i].pid, &status, 0) != programs[i].pid || status != 0;
	}
	return failed != 0;
}

int main(int argc, char **argv)
{
	struct program programs[PROGRAMS_MOST];
	int rounds = argc > 1 ? atoi(argv[1]) : 0;
	int call_end = argc;
	int count = 0;

	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "+++") != 0)
			continue;
		argv[i] = NULL;
		if (count == 0)
			call_end = i;
		if (count < PROGRAMS_MOST)
			programs[count++] = (struct program){.command = argv + i + 1};
	}
	if (rounds < 1 || count == 0) {
		fprintf(stderr, "usage: turns ROUNDS CALL... +++ COMMAND... [+++ COMMAND...]...\n");
		return 2;
	}
	for (int i = 0; i < count; i++)
		start(&programs[i]);
	for (int round = 0; round < rounds; round++)
		for (int i = 2; i < call_end; i++)
			take_turns(programs, count, argv[i]);
	return end(programs, count);
}
