/* SPDX-License-Identifier: MIT */
#include "act/nvram_convert.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

/* What is kept of qemu-img's words: a message, not a log. */
#define OUTPUT_LIMIT_BYTES 2048

struct child {
	pid_t pid;
	int output_fd;
};

/* Starts argv with both descriptors open and its output in a pipe. */
static int spawn_child(
	const struct conversion *conversion, char *const *argv, int write_fd, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	int number = posix_spawn_file_actions_init(&actions);

	if (number != 0)
		return number;
	/* a dup2 onto itself takes close-on-exec away (POSIX.1-2024, glibc 2.29, musl 1.1.21) */
	if (posix_spawn_file_actions_adddup2(&actions, conversion->from_fd, conversion->from_fd) ||
		posix_spawn_file_actions_adddup2(&actions, conversion->to_fd, conversion->to_fd) ||
		posix_spawn_file_actions_addopen(
			&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) ||
		posix_spawn_file_actions_adddup2(&actions, write_fd, STDOUT_FILENO) ||
		posix_spawn_file_actions_adddup2(&actions, write_fd, STDERR_FILENO))
		number = ENOMEM;
	if (number == 0)
		number = posix_spawnp(ret_pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return number;
}

static struct error *start_child(
	const struct conversion *conversion, char *const *argv, struct child *ret_child)
{
	auto_fd int read_fd = -1;
	auto_fd int write_fd = -1;
	int ends[2];
	int number;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_system(errno, "cannot make a pipe for '%s'", argv[0]);
	read_fd = ends[0];
	write_fd = ends[1];
	number = spawn_child(conversion, argv, write_fd, &ret_child->pid);
	if (number != 0)
		return error_system(number, "cannot run '%s'", argv[0]);
	ret_child->output_fd = fd_steal(&read_fd);
	return NULL;
}

/* All that the child says, of which the beginning is kept; the rest is read so that it can end. */
static char *read_output(int fd)
{
	auto_free char *piece = xcalloc(OUTPUT_LIMIT_BYTES, 1);
	auto_text struct text output = {0};

	for (;;) {
		ssize_t got = read(fd, piece, OUTPUT_LIMIT_BYTES);
		size_t room = OUTPUT_LIMIT_BYTES - output.length;

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		text_add_bytes(&output, piece, (size_t)got < room ? (size_t)got : room);
	}
	return text_take(&output);
}

/* One line for a message. */
static void join_lines(char *text)
{
	size_t length = strlen(text);

	while (length > 0 && text[length - 1] == '\n')
		text[--length] = '\0';
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
}

static struct error *end_child(const struct child *child, const char *program)
{
	auto_free char *output = read_output(child->output_fd);
	int status = 0;
	pid_t ended;

	do {
		ended = waitpid(child->pid, &status, 0);
	} while (ended < 0 && errno == EINTR);
	join_lines(output);
	if (ended < 0) /* SIGCHLD is ignored: the kernel kept no status */
		return error_system(errno, "cannot tell how '%s' ended", program);
	if (WIFSIGNALED(status))
		return error_new("'%s' was killed by signal %d", program, WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return error_new("'%s' failed with status %d: %s", program, WEXITSTATUS(status),
			output[0] ? output : "it does not say why");
	return NULL;
}

struct error *nvram_convert_by(const struct conversion *conversion, const char *program)
{
	auto_free char *from = xasprintf("/proc/self/fd/%d", conversion->from_fd);
	auto_free char *to = xasprintf("/proc/self/fd/%d", conversion->to_fd);
	auto_strings struct strings argv = {0};
	struct child child = {.pid = -1, .output_fd = -1};
	struct error *error;

	strings_add(&argv, program);
	strings_add(&argv, "convert");
	strings_add(&argv, "-f");
	strings_add(&argv, image_format_name(conversion->from_format));
	strings_add(&argv, "-O");
	strings_add(&argv, image_format_name(conversion->to_format));
	strings_add_owned(&argv, steal(&from));
	strings_add_owned(&argv, steal(&to));
	error = start_child(conversion, argv.items, &child);
	if (error && error->number == ENOENT)
		error = error_hint(error, "install it, or give a template of format %s",
			image_format_name(conversion->to_format));
	if (!error) {
		error = end_child(&child, program);
		fd_close(&child.output_fd);
	}
	return error_while(error, "converting '%s' from %s to %s", conversion->from_name,
		image_format_name(conversion->from_format),
		image_format_name(conversion->to_format));
}

struct error *nvram_convert(const struct conversion *conversion)
{
	return nvram_convert_by(conversion, "qemu-img");
}
