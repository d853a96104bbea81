/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "doctor.h"

#define WAIT_MILLISECONDS 10000
#define OUTPUT_LIMIT_BYTES 4096

static struct error *spawn(const char *program, int output, pid_t *ret_child)
{
	auto_strings struct strings arguments = {0};
	auto_strings struct strings environment = {0};
	posix_spawn_file_actions_t actions;
	int number;

	strings_add(&arguments, program);
	strings_add(&arguments, "--version");
	strings_add(&environment, "LC_ALL=C");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output, 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	number =
		posix_spawn(ret_child, program, &actions, NULL, arguments.items, environment.items);
	posix_spawn_file_actions_destroy(&actions);
	return number ? error_system(number, "cannot execute '%s'", program) : NULL;
}

static long long now_milliseconds(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What it says until it ends, is too long, or takes too long. */
static void read_output(int fd, struct text *output)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	long long end = now_milliseconds() + WAIT_MILLISECONDS;
	unsigned char chunk[512];

	while (output->length < OUTPUT_LIMIT_BYTES) {
		long long left = end - now_milliseconds();
		ssize_t got = -1;

		if (left > 0 && poll(&ready, 1, (int)left) > 0)
			got = read(fd, chunk, sizeof(chunk));
		if (got <= 0)
			return;
		text_add_bytes(output, (const char *)chunk, (size_t)got);
	}
}

char *program_version(const char *program)
{
	auto_text struct text output = {0};
	auto_error struct error *error = NULL;
	int ends[2] = {-1, -1};
	pid_t child = -1;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return NULL;
	error = spawn(program, ends[1], &child);
	fd_close(&ends[1]);
	if (!error) {
		read_output(ends[0], &output);
		kill(child, SIGKILL); /* it has said what was wanted, or will not */
		waitpid(child, NULL, 0);
	}
	fd_close(&ends[0]);
	if (!output.bytes || strlen(output.bytes) == 0)
		return NULL;
	return xstrndup(output.bytes, strcspn(output.bytes, "\n"));
}
