/* SPDX-License-Identifier: MIT */
#include "act/companion.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
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

#define REPORT_BYTES 4096
/* Of what a program says before it fails. */
#define WORDS_LIMIT_BYTES 4096

/* One that is started. */
struct service {
	const struct companion *companion;
	const struct companion_surroundings *surroundings;
	const char *path;
	int socket_fd; /* the program's end */
	int words_fd;  /* a file for what is said before a failure */
	pid_t parent;
};

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

static struct error *is_missing(const struct companion *companion, const char *name)
{
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

/* In the child: nobody reads what it says unless it fails. */
static void speak_to(int words_fd)
{
	int quiet = open("/dev/null", O_RDWR);

	(void)dup2(quiet, STDOUT_FILENO);
	(void)dup2(words_fd, STDERR_FILENO);
}

/* What it said, in one line; the caller frees it. */
static char *words_of(int words_fd)
{
	auto_free char *bytes = xcalloc(WORDS_LIMIT_BYTES + 1, 1);
	struct text words = {0};

	(void)!pread(words_fd, bytes, WORDS_LIMIT_BYTES, 0);
	for (const char *line = bytes; *line; line += strspn(line, "\n")) {
		size_t length = strcspn(line, "\n");

		text_addf(&words, "%s%.*s", words.length > 0 ? "; " : "", (int)length, line);
		line += length;
	}
	return words.length > 0 ? text_take(&words) : xstrdup("it says nothing");
}

/* The wait status of a program that was to end well. */
static struct error *judge(const struct service *service, const char *name, int status)
{
	auto_free char *words = NULL;

	if (status == 0)
		return NULL;
	words = words_of(service->words_fd);
	return error_new("line %d: '%s' failed: %s", service->companion->line, name, words);
}

static bool wait_to_the_end(pid_t pid, int *ret_status)
{
	while (waitpid(pid, ret_status, 0) < 0 && errno == EINTR)
		;
	return true;
}

static NO_RETURN void be_setup(const struct service *service, const char *path)
{
	speak_to(service->words_fd);
	become(path, service->companion->setup.items, service->surroundings->environment, NULL, 0);
	_exit(ERROR_STATUS_CANNOT_EXECUTE);
}

/* A program that prepares the state. A keeper's dies with it; other state is to be kept, and is
 * made whole once it is begun. */
static struct error *run_setup(const struct service *service)
{
	const struct companion *companion = service->companion;
	const char *name = companion->setup.count > 0 ? companion->setup.items[0] : NULL;
	auto_free char *path = NULL;
	pid_t parent = getpid();
	bool done = false;
	int status = 0;
	pid_t pid;

	if (!name)
		return NULL;
	path = find_program(name, service->surroundings->search_path);
	if (!path)
		return is_missing(companion, name);
	pid = fork();
	if (pid < 0)
		return error_system(errno, "cannot start '%s'", path);
	if (pid == 0 && companion->throw_away)
		keeper_join(parent, SIGKILL);
	if (pid == 0)
		be_setup(service, path);
	done = companion->throw_away ? keeper_wait(pid, &status) : wait_to_the_end(pid, &status);
	if (!done)
		keeper_end(companion->directory);
	return judge(service, name, status);
}

static struct error *make_state(const struct service *service)
{
	const struct companion *companion = service->companion;

	if (companion->directory)
		TRY(error_while(private_directory_make(companion->directory), "line %d: %s",
			companion->line, companion->name));
	return run_setup(service);
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

/* In the child. */
static NO_RETURN void serve(const struct service *service)
{
	const struct companion *companion = service->companion;

	keeper_join(service->parent, SIGTERM);
	if (service->socket_fd != companion->own_fd &&
		dup2(service->socket_fd, companion->own_fd) < 0)
		_exit(ERROR_STATUS_REFUSED);
	become(service->path, companion->argv.items, service->surroundings->environment,
		&companion->own_fd, 1);
	_exit(ERROR_STATUS_CANNOT_EXECUTE);
}

/* In the child: what is thrown away at the end is made by who does that; `report` gets the error.
 */
static NO_RETURN void keep(const struct service *service, int report)
{
	const char *directory = service->companion->directory;
	struct service service_here = *service;
	struct error *error;
	sigset_t before;
	int status = 0;
	pid_t child;

	keeper_begin(&before);
	keeper_join(service->parent, SIGTERM);
	service_here.parent = getpid();
	error = make_state(service);
	child = error ? -1 : fork();
	if (child == 0) {
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
		serve(&service_here);
	}
	if (child < 0 && !error)
		error = error_system(errno, "cannot start '%s'", service->path);
	if (error)
		(void)!write(report, error->text, strlen(error->text));
	keeper_let_go();
	if (child > 0)
		(void)!keeper_wait(child, &status);
	keeper_end(directory);
}

/* What the keeper could not do; nothing when the program is started. */
static struct error *read_report(int fd)
{
	auto_text struct text words = {0};
	auto_free char *bytes = xcalloc(REPORT_BYTES, 1);
	ssize_t got;

	do {
		got = read(fd, bytes, REPORT_BYTES);
		if (got > 0)
			text_add_bytes(&words, bytes, (size_t)got);
	} while (got > 0 || (got < 0 && errno == EINTR));
	return words.length > 0 ? error_new("%s", words.bytes) : NULL;
}

static struct error *start_kept(const struct service *service, pid_t *ret_pid)
{
	auto_fd int ours = -1;
	auto_fd int theirs = -1;
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return error_system(errno, "pipe");
	ours = fds[0];
	theirs = fds[1];
	pid = fork();
	if (pid < 0)
		return error_system(errno, "cannot start '%s'", service->path);
	if (pid == 0)
		keep(service, theirs);
	fd_close(&theirs);
	*ret_pid = pid;
	return read_report(ours);
}

/* One that forks has ended, as far as slipway is its parent, when it is ready. */
static struct error *start_server(const struct service *service, pid_t *ret_pid)
{
	const struct companion *companion = service->companion;
	int status = 0;
	pid_t pid;

	TRY(make_state(service));
	pid = fork();
	if (pid < 0)
		return error_system(errno, "cannot start '%s'", service->path);
	if (pid == 0) {
		if (companion->forks)
			speak_to(service->words_fd);
		serve(service);
	}
	*ret_pid = pid;
	if (!companion->forks)
		return NULL;
	(void)wait_to_the_end(pid, &status);
	return judge(service, companion->name, status);
}

struct error *companion_start(const struct companion *companion,
	const struct companion_surroundings *surroundings, pid_t *ret_pid)
{
	const char *name = companion->argv.items[0];
	auto_free char *path = find_program(name, surroundings->search_path);
	auto_fd int words_fd = memfd_create("words", MFD_CLOEXEC);
	auto_fd int ours = -1;
	auto_fd int theirs = -1;
	struct service service = {companion, surroundings, path, -1, words_fd, getpid()};

	if (!path)
		return is_missing(companion, name);
	TRY(make_sockets(companion, surroundings->directory, &ours, &theirs));
	service.socket_fd = theirs;
	TRY(companion->throw_away ? start_kept(&service, ret_pid)
				  : start_server(&service, ret_pid));
	return opening_place(fd_steal(&ours), companion->fd);
}
