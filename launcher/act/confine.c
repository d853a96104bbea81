/* SPDX-License-Identifier: MIT */
#include "act/confine.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "act/capabilities.h"
#include "act/descriptors.h"
#include "act/exec_once.h"
#include "base/file.h"

static struct error *check_filter(void)
{
	const unsigned action = SECCOMP_RET_KILL_PROCESS;

	if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0)
		return NULL;
	return error_hint(error_system(errno, "this kernel cannot filter system calls"),
		"Linux 5.6 or newer with CONFIG_SECCOMP_FILTER can; "
		"--sandbox=off runs QEMU without a sandbox");
}

static struct error *refuse_gaps(const struct strings *gaps)
{
	auto_text struct text text = {NULL, 0, 0};

	for (size_t i = 0; i < gaps->count; i++)
		text_addf(&text, "%s%s", i > 0 ? "; " : "", gaps->items[i]);
	return error_new("--sandbox=require: %s; --sandbox=on goes on without", text.bytes);
}

static struct error *find_layers(enum sandbox_mode mode, int *ret_abi, struct strings *ret_gaps)
{
	TRY(landlock_find(ret_abi));
	landlock_gaps(*ret_abi, ret_gaps);
	if (mode == SANDBOX_REQUIRE && *ret_abi < LANDLOCK_ABI_WANTED)
		return refuse_gaps(ret_gaps);
	return NULL;
}

struct error *confine_check(enum sandbox_mode mode, int *ret_abi, struct strings *ret_notes)
{
	auto_strings struct strings gaps = {NULL, 0};
	int abi = 0;

	if (mode != SANDBOX_OFF)
		TRY(check_filter());
	if (mode != SANDBOX_OFF && mode != SANDBOX_LOG)
		TRY(find_layers(mode, &abi, &gaps));
	for (size_t i = 0; i < gaps.count; i++)
		strings_add(ret_notes, gaps.items[i]);
	*ret_abi = abi;
	return NULL;
}

/* Without limit where this process may say so, else up to its hard limit. */
static struct error *raise_locked_memory(void)
{
	struct rlimit limit = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};

	if (setrlimit(RLIMIT_MEMLOCK, &limit) == 0)
		return NULL;
	if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0)
		return error_system(errno, "limit of locked memory");
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_MEMLOCK, &limit) != 0)
		return error_system(errno, "limit of locked memory");
	return NULL;
}

/* QEMU 10 raises the soft limit at its start, which the filter refuses; many disks need it. A core
 * dump holds the guest's memory. */
static struct error *set_limits(const struct confine_request *request)
{
	const struct rlimit no_core = {.rlim_cur = 0, .rlim_max = 0};
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return error_system(errno, "limit of open files");
	if (files.rlim_cur != files.rlim_max) {
		files.rlim_cur = files.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &files) != 0)
			return error_system(errno, "limit of open files");
	}
	if (!request->core_dumps && setrlimit(RLIMIT_CORE, &no_core) != 0)
		return error_system(errno, "limit of core dumps");
	return request->lock_memory ? raise_locked_memory() : NULL;
}

static struct error *prepare_landlock(
	const struct confine_request *request, const char *path, int program_fd, int *ret_fd)
{
	const struct landlock_request landlock = {
		.paths = request->paths,
		.path_count = request->path_count,
		.ports = request->ports,
		.port_count = request->port_count,
		.any_listen = request->filter->tcp && !request->limit_listen,
		.any_connect = request->filter->tcp && !request->limit_connect,
		.program = path,
		.program_fd = program_fd,
	};
	int abi = request->landlock_abi;

	if (abi == 0)
		TRY(landlock_find(&abi));
	return landlock_prepare(&landlock, abi, ret_fd);
}

static struct error *gain_no_privileges(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return error_system(errno, "no_new_privs");
	return NULL;
}

static struct error *hand_over(const struct confine_request *request)
{
	return descriptors_inherit(request->keep_fds, request->keep_fd_count);
}

/* The paths are opened before the capabilities go, which may be what allows to reach them. */
static struct error *close_cage(
	const struct confine_request *request, const char *path, int program_fd)
{
	int landlock = -1; /* the exec closes it */

	TRY(set_limits(request));
	TRY(prepare_landlock(request, path, program_fd, &landlock));
	if (request->drop_capabilities)
		TRY(capabilities_drop());
	TRY(gain_no_privileges());
	if (request->close_fds)
		TRY(descriptors_close_on_exec(request->keep_fds, request->keep_fd_count));
	else
		TRY(hand_over(request));
	return landlock_apply(landlock);
}

/* What the log form has beside its filter. */
static struct error *leave_cage_open(const struct confine_request *request)
{
	TRY(gain_no_privileges());
	return hand_over(request);
}

/* What could be executed before the cage was closed, and not in it. */
static struct error *explain(const struct confine_request *request, struct error *error)
{
	if (request->mode == SANDBOX_LOG || error->number != EACCES)
		return error;
	return error_hint(error,
		"or its program loader lies outside what the sandbox may read: add "
		"its directory with --sandbox-path=DIR:r");
}

static struct error *execute(const struct confine_request *request, const char *path,
	char *const argv[], char *const envp[])
{
	const struct exec_words words = {
		.fd = request->words_fd, .lets_run = request->mode == SANDBOX_LOG};
	enum filter_default otherwise = request->filter->otherwise;

	if (words.fd > 0 && (otherwise == FILTER_DEFAULT_LOG || otherwise == FILTER_DEFAULT_SEEN))
		return exec_witnessed(request->filter, &words, path, argv, envp);
	return exec_once(request->filter, path, argv, envp);
}

struct error *confine_and_exec(const struct confine_request *request, const char *path,
	char *const argv[], char *const envp[])
{
	int program_fd = -1; /* the exec closes it */

	if (request->directory && chdir(request->directory) != 0)
		return error_system(errno, "working directory '%s'", request->directory);
	if (request->mode == SANDBOX_OFF) {
		TRY(exec_check(NULL, path, &program_fd));
		TRY(hand_over(request));
		return exec_plain(path, argv, envp);
	}
	if (!request->filter)
		return error_new("sandbox without a system call filter");
	TRY(exec_check(request->filter, path, &program_fd));
	TRY(error_while(request->mode == SANDBOX_LOG ? leave_cage_open(request)
						     : close_cage(request, path, program_fd),
		"sandbox"));
	return explain(request, execute(request, path, argv, envp));
}
