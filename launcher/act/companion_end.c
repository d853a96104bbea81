/* SPDX-License-Identifier: MIT */
#include "act/companion_end.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/descriptors.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/file.h"

/* Files alone: what a companion keeps has no folders. */
static void remove_directory(const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;

	if (!directory)
		return;
	while ((entry = readdir(directory)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			(void)unlinkat(dirfd(directory), entry->d_name, 0);
	(void)closedir(directory);
	(void)rmdir(path);
}

/* The keeper holds no socket: it would look as if somebody still spoke there. */
static void close_everything(void)
{
	for (int fd = 0; fd < 1024; fd++)
		(void)close(fd);
	(void)open("/dev/null", O_RDWR);
}

static NO_RETURN void wait_for(pid_t child, const sigset_t *signals, const char *directory)
{
	int signal = 0;
	bool ended = false;

	close_everything();
	while (!ended) {
		if (sigwait(signals, &signal) == 0 && signal == SIGTERM)
			(void)kill(child, SIGTERM);
		ended = waitpid(child, NULL, signal == SIGTERM ? 0 : WNOHANG) == child;
	}
	remove_directory(directory);
	_exit(0);
}

void companion_keep(const char *directory)
{
	sigset_t signals, before;
	pid_t keeper = getpid();
	pid_t child;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &signals, &before);
	child = fork();
	if (child < 0)
		_exit(ERROR_STATUS_REFUSED);
	if (child > 0)
		wait_for(child, &signals, directory);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) != 0 || getppid() != keeper)
		_exit(ERROR_STATUS_REFUSED);
}
