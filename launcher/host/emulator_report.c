/* SPDX-License-Identifier: MIT */
#include "host/emulator_report.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

/* QEMU answers in some 20 ms; a thing in its place may not answer at all. */
#define ANSWER_TIMEOUT_MS 5000
/* A handful of paths, or a list of machines: 9 KiB for Arm (QEMU 10.0). */
#define ANSWER_LIMIT_BYTES 65536

static bool spawn(const char *path, const char *option, int output, pid_t *ret_pid)
{
	char *arguments[] = {xstrdup(path), xstrdup(option), xstrdup("help"), NULL};
	char *environment[] = {NULL};
	posix_spawn_file_actions_t actions;
	int failed;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	failed = posix_spawn(ret_pid, path, &actions, NULL, arguments, environment);
	posix_spawn_file_actions_destroy(&actions);
	for (size_t i = 0; arguments[i]; i++)
		free_pointer(&arguments[i]);
	return failed == 0;
}

/* All that comes until the other end closes, or the time is over. */
static void read_answer(int fd, struct text *answer)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	char *bytes = xcalloc(ANSWER_LIMIT_BYTES, 1);

	while (answer->length < ANSWER_LIMIT_BYTES && poll(&wait, 1, ANSWER_TIMEOUT_MS) > 0) {
		ssize_t got = read(fd, bytes, ANSWER_LIMIT_BYTES - answer->length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		text_add_bytes(answer, bytes, (size_t)got);
	}
	free_pointer(&bytes);
}

static void ask(const char *path, const char *option, struct text *answer)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	if (spawn(path, option, ends[1], &pid)) {
		close(ends[1]);
		read_answer(ends[0], answer);
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
	} else {
		close(ends[1]);
	}
	close(ends[0]);
}

void emulator_data_directories(const char *path, struct strings *ret_directories)
{
	auto_text struct text answer = {0};

	ask(path, "-L", &answer);
	for (char *line = answer.bytes; line && *line; line += strcspn(line, "\n")) {
		line += strspn(line, "\n");
		if (*line == '/')
			strings_add_owned(ret_directories, xstrndup(line, strcspn(line, "\n")));
	}
}

void emulator_machines(const char *path, struct text *ret_report)
{
	ask(path, "-machine", ret_report);
}

bool emulator_contains(const char *path, const char *text)
{
	auto_fd int fd = file_open(path, O_RDONLY | O_NONBLOCK);
	struct stat status;
	void *bytes;
	bool found;

	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) || status.st_size <= 0)
		return false;
	bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return false;
	found = memmem(bytes, (size_t)status.st_size, text, strlen(text));
	(void)munmap(bytes, (size_t)status.st_size);
	return found;
}
