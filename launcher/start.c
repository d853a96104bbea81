/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "act/confine.h"
#include "act/filter.h"
#include "act/nvram.h"
#include "act/nvram_code.h"
#include "act/store_record.h"
#include "base/file.h"
#include "base/memory.h"
#include "host/host.h"
#include "launch.h"
#include "options.h"
#include "report.h"

/* Said before anything is made: a missing emulator must not leave an NVRAM behind. */
static struct error *refuse_emulator(const struct emulator *emulator)
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

static struct error *confine(const struct options *options, const struct plan *plan,
	const struct filter *filter, const struct nvram_ready *ready, int code_fd)
{
	auto_strings struct strings environment = {0};
	const int open_fds[] = {ready->lock_fd, ready->store_fd, code_fd};
	int keep[ARRAY_COUNT(open_fds)];
	size_t keep_count = 0;
	struct confine_request request = {
		.mode = plan->sandbox.mode,
		.filter = filter,
		.paths = plan->sandbox.paths,
		.path_count = plan->sandbox.path_count,
		.keep_fds = keep,
		.drop_capabilities = true,
		.close_fds = true,
	};

	for (size_t i = 0; i < ARRAY_COUNT(open_fds); i++)
		if (open_fds[i] >= 0)
			keep[keep_count++] = open_fds[i];
	request.keep_fd_count = keep_count;
	make_environment(options, plan, &environment);
	return confine_and_exec(&request, plan->emulator, plan->argv.items, environment.items);
}

struct error *launch_start(const struct options *options, const struct launch *launch)
{
	const struct plan *plan = launch->plan;
	auto_filter struct filter *filter = NULL;
	auto_nvram_ready struct nvram_ready ready = {.lock_fd = -1, .store_fd = -1};
	auto_strings struct strings notes = {0};
	auto_fd int code_fd = -1;

	TRY(refuse_emulator(&launch->host->emulator));
	TRY(confine_check(plan->sandbox.mode, &notes));
	if (plan->sandbox.mode != SANDBOX_OFF)
		TRY(filter_build(&plan->sandbox.policies, filter_default_for(plan->sandbox.mode),
			filter_host_arch(), &filter));
	say(options, &plan->warnings);
	say(options, &notes);
	if (plan->code_by_fd)
		TRY(nvram_code_open(&plan->firmware, PLAN_CODE_FD, &code_fd));
	TRY(nvram_prepare(&plan->nvram, &ready));
	store_record_update(&plan->nvram, &plan->firmware, &ready);
	TRY(nvram_ready_place_store(&ready, PLAN_NVRAM_FD));
	say(options, &ready.notes);
	return confine(options, plan, filter, &ready, code_fd);
}
