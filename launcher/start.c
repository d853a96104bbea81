/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/cache.h"
#include "act/companion.h"
#include "act/companion_end.h"
#include "act/confine.h"
#include "act/filter.h"
#include "act/notify.h"
#include "act/nvram.h"
#include "act/nvram_code.h"
#include "act/openings.h"
#include "act/overlay.h"
#include "act/store_record.h"
#include "act/terminal.h"
#include "base/file.h"
#include "base/memory.h"
#include "host/host.h"
#include "launch.h"
#include "launch_record.h"
#include "options.h"
#include "ready.h"
#include "report.h"
#include "spec/spec.h"

/* Above every descriptor that QEMU is given a number for. */
#define WORDS_FD_LEAST 900

/* Said before anything is made: a missing emulator must not leave an NVRAM behind. */
struct error *refuse_emulator(const struct emulator *emulator)
{
	auto_text struct text tried = {0};

	if (emulator->status == 0)
		return NULL;
	for (size_t i = 0; i < emulator->tried.count; i++)
		text_addf(&tried, "%s'%s'", i > 0 ? ", " : "", emulator->tried.items[i]);
	if (emulator->status == ERROR_STATUS_CANNOT_EXECUTE)
		return error_with_status(
			error_new(
				"emulator %s cannot be executed: %s; name another with --emulator",
				tried.bytes, strerror(emulator->error_number)),
			emulator->status);
	return error_with_status(error_new("there is no emulator: %s not found; install QEMU, or "
					   "name it with --emulator",
					 tried.bytes ? tried.bytes : "it was"),
		emulator->status);
}

/* The spec's variables come behind slipway's own, and win: getenv takes the first of two equals. */
static void make_environment(
	const struct options *options, const struct plan *plan, struct strings *environment)
{
	for (size_t i = 0; i < plan->environment.count; i++)
		strings_add(environment, plan->environment.items[i]);
	for (size_t i = 0; i < options->environment.count; i++)
		strings_add(environment, options->environment.items[i]);
}

static void say(const struct options *options, const struct strings *words)
{
	if (!options->quiet)
		report_warnings(words);
}

/* Denied calls are said by name where somebody looks: in a test, and with --sandbox=log. Not where
 * QEMU goes to the background, or was called by its own name: whoever waits for the end of stderr
 * would wait for the witness. */
static bool has_witness(const struct options *options, const struct launch *launch)
{
	const struct plan_sandbox *sandbox = &launch->plan->sandbox;

	if (launch->command_line || strings_contain(&sandbox->policies, "daemonize"))
		return false;
	return sandbox->mode == SANDBOX_LOG || options->command == COMMAND_TEST;
}

static enum filter_default filter_default_of(
	const struct options *options, const struct launch *launch)
{
	enum sandbox_mode mode = launch->plan->sandbox.mode;

	return mode != SANDBOX_LOG && has_witness(options, launch) ? FILTER_DEFAULT_SEEN
								   : filter_default_for(mode);
}

/* What is borrowed lives in `ready` and in the plan. */
static void describe_confinement(const struct launch *launch, struct ready *ready)
{
	const struct plan *plan = launch->plan;

	ready->confine = (struct confine_request){
		.mode = plan->sandbox.mode,
		.filter = launch->filter ? launch->filter : ready->filter,
		.paths = plan->sandbox.paths,
		.path_count = plan->sandbox.path_count,
		.ports = plan->sandbox.ports,
		.port_count = plan->sandbox.port_count,
		.limit_listen = !plan->sandbox.any_listen,
		.limit_connect = !plan->sandbox.any_connect,
		.keep_fds = ready->keep,
		.keep_fd_count = ready->keep_count,
		.drop_capabilities = true,
		.close_fds = true,
		.words_fd = ready->words_fd,
		/* every path of a plan is absolute; those of the caller's own arguments begin where
		 * the caller is */
		.directory = launch->own_arguments ? NULL : "/",
		.landlock_abi = ready->landlock_abi,
		.lock_memory = strings_contain(&plan->sandbox.policies, "mem-lock"),
	};
}

void ready_keep(struct ready *ready, int fd)
{
	int *kept;

	if (fd < 0)
		return;
	kept = array_push(&ready->keep, &ready->keep_count, sizeof(*ready->keep));
	*kept = fd;
	ready->confine.keep_fds = ready->keep;
	ready->confine.keep_fd_count = ready->keep_count;
}

static struct error *make_overlays(
	const struct options *options, const struct plan *plan, struct ready *ready)
{
	for (size_t i = 0; i < plan->overlay_count; i++) {
		TRY(overlay_make(&plan->overlays[i], options->temporary_directory));
		ready_keep(ready, plan->overlays[i].fd);
	}
	return NULL;
}

static void keep_opened(struct ready *ready, int fd)
{
	int *opened = array_push(&ready->opened, &ready->opened_count, sizeof(*ready->opened));

	*opened = fd;
	ready_keep(ready, fd);
}

static void keep_companion(struct ready *ready, pid_t pid)
{
	pid_t *kept =
		array_push(&ready->companions, &ready->companion_count, sizeof(*ready->companions));

	*kept = pid;
}

static struct error *start_companions(
	const struct options *options, const struct plan *plan, struct ready *ready)
{
	const struct companion_surroundings surroundings = {
		.search_path = options->search_path,
		.directory = options->runtime_directory,
		.environment = options->environment.items,
	};

	if (plan->companion_count > 0)
		TRY(private_directory_make(options->runtime_directory));
	for (size_t i = 0; i < plan->companion_count; i++) {
		pid_t pid = 0;

		TRY(companion_start(&plan->companions[i], &surroundings, &pid));
		keep_companion(ready, pid);
		keep_opened(ready, plan->companions[i].fd);
	}
	return NULL;
}

/* A test leaves nothing, a VM's sockets may outlive it: QEMU makes them anew the next time. */
static struct error *make_runtime_directory(
	const struct options *options, const char *path, struct ready *ready)
{
	if (options->command == COMMAND_TEST)
		TRY(keeper_start(path, &ready->keeper));
	return private_directory_make(path);
}

/* Before anything is written that outlives the VM: what is missing on the host is found here. */
static struct error *open_and_start(
	const struct options *options, const struct plan *plan, struct ready *ready)
{
	if (plan->runtime_directory)
		TRY(error_while(make_runtime_directory(options, plan->runtime_directory, ready),
			"sockets"));
	for (size_t i = 0; i < plan->opening_count; i++) {
		TRY(opening_make(&plan->openings[i]));
		keep_opened(ready, plan->openings[i].fd);
	}
	TRY(start_companions(options, plan, ready));
	return cpus_set(plan->cpus, plan->cpu_count);
}

static struct error *use_host(const struct host *host)
{
	TRY(refuse_emulator(&host->emulator));
	if (host->cache.path)
		cache_write(host->cache.path, host->cache.text, strlen(host->cache.text));
	return NULL;
}

static struct error *make_filter(
	const struct options *options, const struct launch *launch, struct ready *ready)
{
	const struct plan *plan = launch->plan;

	if (plan->sandbox.mode == SANDBOX_OFF || launch->filter)
		return NULL;
	return filter_build(&plan->sandbox.policies, filter_default_of(options, launch),
		filter_host_arch(), &ready->filter);
}

struct error *ready_make(
	const struct options *options, const struct launch *launch, struct ready *ready)
{
	const struct plan *plan = launch->plan;
	auto_strings struct strings notes = {0};

	if (launch->host)
		TRY(use_host(launch->host));
	TRY(confine_check(plan->sandbox.mode, &ready->landlock_abi, &notes));
	TRY(make_filter(options, launch, ready));
	/* apart from the one that QEMU gets, which a test reads */
	if (has_witness(options, launch))
		ready->words_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, WORDS_FD_LEAST);
	say(options, &plan->warnings);
	say(options, &notes);
	if (plan->code_by_fd)
		TRY(nvram_code_open(
			&plan->firmware, PLAN_CODE_FD + plan->fd_shift, &ready->code_fd));
	TRY(open_and_start(options, plan, ready));
	TRY(make_overlays(options, plan, ready));
	TRY(nvram_prepare(&plan->nvram, &ready->nvram));
	/* a plan of an earlier start, which left store's record up to date, is of the same files */
	if (launch->host || plan->nvram.action != NVRAM_KEEP)
		store_record_update(&plan->nvram, &plan->firmware, &ready->nvram);
	TRY(nvram_ready_place_store(&ready->nvram, PLAN_NVRAM_FD + plan->fd_shift));
	say(options, &ready->nvram.notes);
	make_environment(options, plan, &ready->environment);
	describe_confinement(launch, ready);
	ready_keep(ready, ready->nvram.lock_fd);
	ready_keep(ready, ready->nvram.store_fd);
	ready_keep(ready, ready->code_fd);
	return NULL;
}

void ready_clear(struct ready *ready)
{
	filter_free(ready->filter);
	nvram_ready_clear(&ready->nvram);
	fd_close(&ready->code_fd);
	fd_close(&ready->words_fd);
	for (size_t i = 0; i < ready->opened_count; i++)
		fd_close(&ready->opened[i]);
	companions_end(ready->companions, ready->companion_count);
	if (ready->keeper > 0)
		(void)kill(ready->keeper, SIGTERM);
	if (ready->keeper > 0)
		companions_end(&ready->keeper, 1);
	free(ready->companions);
	free(ready->opened);
	free(ready->keep);
	strings_clear(&ready->environment);
}

struct error *launch_start(const struct options *options, const struct launch *launch)
{
	auto_ready struct ready ready = READY_NONE;

	TRY(ready_make(options, launch, &ready));
	launch_record_keep(launch, ready.filter);
	/* now, since QEMU will not, and its sandbox may have no sockets */
	TRY(notify_started(options->notify_socket));
	TRY(terminal_keep());
	return confine_and_exec(&ready.confine, launch->plan->emulator, launch->plan->argv.items,
		ready.environment.items);
}
