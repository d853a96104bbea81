/* SPDX-License-Identifier: MIT */
#include "support/child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

static void must(bool succeeded, const char *what)
{
	if (succeeded)
		return;
	perror(what);
	exit(1);
}

/* Ends without the parent's atexit functions and buffers. */
static void be_child(child_work *work, void *argument, int says_fd, int waits_fd)
{
	char *text = work(argument);
	char byte;

	if (text && write(says_fd, text, strlen(text)) < 0)
		_exit(1);
	close(says_fd);
	while (read(waits_fd, &byte, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

/* A child may be dead already; writing to it is no reason to die as well. */
static void ignore_broken_pipes(void)
{
	must(signal(SIGPIPE, SIG_IGN) != SIG_ERR, "signal");
}

struct child_process child_begin(child_work *work, void *argument)
{
	struct child_process child;
	int says[2];
	int waits[2];

	ignore_broken_pipes();
	must(pipe2(says, O_CLOEXEC) == 0 && pipe2(waits, O_CLOEXEC) == 0, "pipe2");
	fflush(NULL);
	child.pid = fork();
	must(child.pid >= 0, "fork");
	if (child.pid == 0) {
		close(says[0]);
		close(waits[1]);
		be_child(work, argument, says[1], waits[0]);
	}
	close(says[1]);
	close(waits[0]);
	child.says_fd = says[0];
	child.waits_fd = waits[1];
	return child;
}

char *child_says(struct child_process *child)
{
	char *text = NULL;
	size_t room = 0;
	FILE *file = fdopen(child->says_fd, "r");
	ssize_t length;

	must(file != NULL, "fdopen");
	length = getdelim(&text, &room, '\0', file);
	if (length < 0) {
		free(text);
		text = strdup("");
	}
	fclose(file);
	child->says_fd = -1;
	return text;
}

int child_end(struct child_process *child)
{
	int status = 0;

	if (child->says_fd >= 0)
		close(child->says_fd);
	/* a byte, as children begun later have this end of the pipe open, too */
	must(write(child->waits_fd, "", 1) == 1 || errno == EPIPE, "write");
	close(child->waits_fd);
	while (waitpid(child->pid, &status, 0) < 0)
		must(errno == EINTR, "waitpid");
	return status;
}

char *child_answer(child_work *work, void *argument)
{
	struct child_process child = child_begin(work, argument);
	char *text = child_says(&child);
	int status = child_end(&child);

	if (WIFSIGNALED(status)) {
		free(text);
		must(asprintf(&text, "killed by signal %d", WTERMSIG(status)) >= 0, "asprintf");
	}
	return text;
}

void child_become_nobody(void)
{
	if (geteuid() != 0)
		return;
	must(setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
			setresuid(NOBODY, NOBODY, NOBODY) == 0,
		"setresuid");
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, text, strlen(text)) < 0)
		perror(path);
	if (fd >= 0)
		close(fd);
}

/* `name` is uid_map or gid_map: the id is root's inside (user_namespaces(7)). */
static void map_to_root(const char *name, unsigned int id)
{
	char *path = NULL;
	char *map = NULL;

	must(asprintf(&path, "/proc/self/%s", name) >= 0, "asprintf");
	must(asprintf(&map, "0 %u 1", id) >= 0, "asprintf");
	write_file(path, map);
	free(path);
	free(map);
}

/* A mount namespace; for other users than root inside a user namespace of their own. */
static bool enter_namespace(void)
{
	uid_t user = geteuid();
	gid_t group = getegid();

	if (user == 0)
		return unshare(CLONE_NEWNS) == 0;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return false;
	write_file("/proc/self/setgroups", "deny");
	map_to_root("uid_map", user);
	map_to_root("gid_map", group);
	return true;
}

bool child_mount_memory(const char *folder, unsigned long size_bytes, bool read_only)
{
	char *options = NULL;
	bool mounted;

	if (!enter_namespace() || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return false;
	must(asprintf(&options, "size=%lu,mode=755", size_bytes) >= 0, "asprintf");
	mounted = mount("tmpfs", folder, "tmpfs", read_only ? MS_RDONLY : 0, options) == 0;
	free(options);
	return mounted;
}
