/* SPDX-License-Identifier: MIT */
#include "act/companion_end.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "act/descriptors.h"
#include "base/file.h"
#include "base/memory.h"

/* How long a program may take to end by itself, and then when it is told to. */
#define END_TRIES 200
#define END_TRY_NS 10000000

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

void keeper_join(pid_t parent, int death_signal)
{
	(void)setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0 || getppid() != parent)
		_exit(ERROR_STATUS_REFUSED);
}

void keeper_begin(sigset_t *ret_before)
{
	sigset_t signals;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &signals, ret_before);
}

bool keeper_wait(pid_t child, int *ret_status)
{
	bool told = false;
	sigset_t signals;
	int signal = 0;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGCHLD);
	(void)setpgid(child, child); /* as the child does itself: whoever is first */
	while (waitpid(child, ret_status, told ? 0 : WNOHANG) != child) {
		if (sigwait(&signals, &signal) != 0 || signal != SIGTERM)
			continue;
		told = true;
		(void)kill(-child, SIGKILL);
	}
	return !told;
}

void keeper_let_go(void)
{
	descriptors_close_from(0);
	(void)open("/dev/null", O_RDWR);
}

void keeper_end(const char *directory)
{
	auto_free char *above = path_directory(directory);

	remove_directory(directory);
	(void)rmdir(above);
	_exit(0);
}

static NO_RETURN void be_keeper(const char *directory, pid_t parent)
{
	sigset_t before, signals;
	int signal = 0;

	keeper_begin(&before);
	keeper_join(parent, SIGTERM);
	keeper_let_go(); /* and who waits for it knows that it is there */
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigwait(&signals, &signal);
	remove_directory(directory);
	_exit(0);
}

struct error *keeper_start(const char *directory, pid_t *ret_keeper)
{
	auto_fd int ours = -1;
	pid_t parent = getpid();
	int fds[2];
	char none;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return error_system(errno, "pipe");
	ours = fds[0];
	pid = fork();
	if (pid == 0)
		be_keeper(directory, parent);
	(void)close(fds[1]);
	if (pid < 0)
		return error_system(errno, "cannot start another process");
	while (read(ours, &none, 1) < 0 && errno == EINTR)
		continue;
	*ret_keeper = pid;
	return NULL;
}

static bool ends(pid_t pid)
{
	const struct timespec moment = {.tv_nsec = END_TRY_NS};

	for (int i = 0; i < END_TRIES; i++) {
		if (waitpid(pid, NULL, WNOHANG) != 0)
			return true;
		(void)nanosleep(&moment, NULL);
	}
	return false;
}

void companions_end(const pid_t *pids, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (ends(pids[i]))
			continue;
		(void)kill(pids[i], SIGTERM);
		if (ends(pids[i]))
			continue;
		(void)kill(pids[i], SIGKILL);
		(void)waitpid(pids[i], NULL, 0);
	}
}
