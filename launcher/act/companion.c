/* SPDX-License-Identifier: MIT */
#include "act/companion.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/companion_end.h"
#include "act/descriptors.h"
#include "act/openings.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

/* Where virtiofsd is, which is not in anybody's PATH. */
static const char *const other_directories[] = {
	"/usr/libexec", "/usr/lib/qemu", "/usr/lib", "/usr/local/libexec"};

static char *find_in(const char *directory, size_t length, const char *name)
{
	auto_free char *path = xasprintf("%.*s/%s", (int)length, directory, name);

	return path[0] == '/' && access(path, X_OK) == 0 ? steal(&path) : NULL;
}

/* NULL when there is none; the caller frees it. */
static char *find_program(const char *name, const char *search_path)
{
	char *found = NULL;

	if (strchr(name, '/'))
		return access(name, X_OK) == 0 ? xstrdup(name) : NULL;
	for (const char *c = search_path; c && *c && !found;) {
		size_t length = strcspn(c, ":");

		found = find_in(c, length, name);
		c += length + (c[length] == ':');
	}
	for (size_t i = 0; i < ARRAY_COUNT(other_directories) && !found; i++)
		found = find_in(other_directories[i], strlen(other_directories[i]), name);
	return found;
}

static struct error *need_program(
	const struct companion *companion, const char *name, const char *search_path, char **ret)
{
	*ret = find_program(name, search_path);
	if (*ret)
		return NULL;
	return error_new("line %d: '%s' is not there; install the package %s", companion->line,
		name, companion->package);
}

/* In the child: nothing of slipway's but the standard three and `keep`; comes back on failure. */
static void become(const char *path, char *const argv[], char *const environment[], const int *keep,
	size_t count)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	error_free(descriptors_close_on_exec(keep, count));
	(void)execve(path, argv, environment);
}

/* A program that prepares the state; its words are shown where it fails. */
static struct error *run_setup(
	const struct companion *companion, const struct companion_surroundings *surroundings)
{
	auto_free char *path = NULL;
	int status = 0;
	pid_t pid;

	if (companion->setup.count == 0)
		return NULL;
	TRY(need_program(companion, companion->setup.items[0], surroundings->search_path, &path));
	pid = fork();
	if (pid < 0)
		return error_system(errno, "cannot start '%s'", path);
	if (pid == 0) {
		int quiet = open("/dev/null", O_RDWR);

		(void)dup2(quiet, STDOUT_FILENO);
		become(path, companion->setup.items, surroundings->environment, NULL, 0);
		_exit(ERROR_STATUS_CANNOT_EXECUTE);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (status == 0)
		return NULL;
	return error_new("line %d: '%s' failed for '%s'", companion->line,
		companion->setup.items[0], companion->directory ? companion->directory : "");
}

static struct error *make_pair(int *ret_ours, int *ret_theirs)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return error_system(errno, "socket");
	*ret_ours = pair[0];
	*ret_theirs = pair[1];
	return NULL;
}

/* A socket that is listened on, and one that is connected to it; its name is gone at once. */
static struct error *make_listener(const char *directory, int *ret_ours, int *ret_theirs)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	auto_free char *path = xasprintf("%s/companion-%d", directory, (int)getpid());
	auto_fd int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	auto_fd int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct error *error = NULL;

	if (listener < 0 || client < 0)
		return error_system(errno, "socket");
	if (strlen(path) >= sizeof(address.sun_path))
		return error_new("'%s' is too long for the name of a socket", path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	(void)unlink(path);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0)
		return error_system(errno, "socket '%s'", path);
	if (listen(listener, 1) != 0 ||
		connect(client, (struct sockaddr *)&address, sizeof(address)) != 0)
		error = error_system(errno, "socket '%s'", path);
	(void)unlink(path);
	TRY(error);
	*ret_ours = fd_steal(&client);
	*ret_theirs = fd_steal(&listener);
	return NULL;
}

static struct error *make_sockets(
	const struct companion *companion, const char *directory, int *ret_ours, int *ret_theirs)
{
	switch (companion->socket) {
	case COMPANION_PAIR:
		break;
	case COMPANION_LISTEN:
		return make_listener(directory, ret_ours, ret_theirs);
	}
	return make_pair(ret_ours, ret_theirs);
}

/* In the child, which keeps the terminal's signals away: Ctrl-C is the guest's. */
static NO_RETURN void serve(const struct companion *companion, const char *path,
	char *const environment[], int socket_fd, pid_t parent)
{
	(void)setpgid(0, 0);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0) != 0 || getppid() != parent)
		_exit(ERROR_STATUS_REFUSED);
	if (companion->throw_away)
		companion_keep(companion->directory); /* comes back in the child that serves */
	if (socket_fd != companion->own_fd && dup2(socket_fd, companion->own_fd) < 0)
		_exit(ERROR_STATUS_REFUSED);
	become(path, companion->argv.items, environment, &companion->own_fd, 1);
	_exit(ERROR_STATUS_CANNOT_EXECUTE);
}

struct error *companion_start(
	const struct companion *companion, const struct companion_surroundings *surroundings)
{
	auto_free char *path = NULL;
	auto_fd int ours = -1;
	auto_fd int theirs = -1;
	pid_t parent = getpid();
	pid_t pid;

	TRY(need_program(companion, companion->argv.items[0], surroundings->search_path, &path));
	if (companion->directory)
		TRY(error_while(private_directory_make(companion->directory), "line %d: %s",
			companion->line, companion->name));
	TRY(run_setup(companion, surroundings));
	TRY(make_sockets(companion, surroundings->directory, &ours, &theirs));
	pid = fork();
	if (pid < 0)
		return error_system(errno, "cannot start '%s'", path);
	if (pid == 0)
		serve(companion, path, surroundings->environment, theirs, parent);
	return opening_place(fd_steal(&ours), companion->fd);
}
