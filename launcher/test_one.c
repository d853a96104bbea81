/* SPDX-License-Identifier: MIT */
#include "test_one.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/key_names.h"
#include "act/ready_socket.h"
#include "act/watch.h"
#include "base/file.h"
#include "base/memory.h"
#include "launch.h"
#include "log_marks.h"
#include "options.h"
#include "ready.h"
#include "report.h"
#include "report_test.h"
#include "spec/spec.h"

/* Enough for any system's boot on a slow runner, and under emulation, which is about five times as
 * slow. */
#define TIMEOUT_KVM_MS UINT64_C(120000)
#define TIMEOUT_TCG_MS UINT64_C(600000)

/* Said where a guest is not ready in time. */
#define NO_VSOCK                                                                                   \
	"through /dev/virtio-ports/slipway.ready; systemd's vmm.notify_socket needs the host's "   \
	"/dev/vhost-vsock, which cannot be opened"

/* What is open for one test. */
struct open_files {
	struct ready_socket ready;
	int log;
	int picture;      /* the screenshot as it is read */
	int picture_sink; /* … and as QEMU writes it, under PLAN_SCREENSHOT_FD */
};

static void open_files_close(struct open_files *files)
{
	ready_socket_clear(&files->ready);
	fd_close(&files->log);
	fd_close(&files->picture);
	fd_close(&files->picture_sink);
}

void test_files_clear(struct test_files *files)
{
	free(files->console_log);
	free(files->screenshot);
	*files = (struct test_files){0};
}

/* The picture goes to memory first: QEMU may open no path, and a file appears whole or not at all.
 * QEMU wants a descriptor that is open for writing only (monitor/fds.c, monitor_fdset_dup_fd_add).
 */
static struct error *open_picture(struct open_files *open_files)
{
	auto_free char *path = NULL;
	auto_fd int sink = -1;

	open_files->picture = memfd_create("slipway-screenshot", MFD_CLOEXEC);
	if (open_files->picture < 0)
		return error_system(errno, "--screenshot");
	path = xasprintf("/proc/self/fd/%d", open_files->picture);
	sink = file_open(path, O_WRONLY);
	if (sink < 0 || dup2(sink, PLAN_SCREENSHOT_FD) < 0)
		return error_system(errno, "--screenshot");
	open_files->picture_sink = PLAN_SCREENSHOT_FD;
	return NULL;
}

static struct error *open_all(const struct test_files *files, struct open_files *open_files)
{
	if (files->console_log) {
		open_files->log = open(files->console_log,
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
		if (open_files->log < 0)
			return error_system(
				errno, "--console-log: cannot write '%s'", files->console_log);
	}
	return files->screenshot ? open_picture(open_files) : NULL;
}

static struct error *copy_picture(int from, const char *path, int to)
{
	off_t at = 0;
	struct stat status;

	if (fstat(from, &status) != 0 || fchmod(to, 0644) != 0)
		return error_system(errno, "cannot write '%s'", path);
	while (at < status.st_size) {
		auto_free char *bytes = xcalloc(65536, 1);
		ssize_t count = pread(from, bytes, 65536, at);

		if (count <= 0 || write(to, bytes, (size_t)count) != count)
			return error_system(errno, "cannot write '%s'", path);
		at += count;
	}
	return NULL;
}

/* Whole or not at all. */
static struct error *save_picture(int from, const char *path)
{
	auto_free char *new_path = xasprintf("%s.XXXXXX", path);
	auto_fd int to = mkstemp(new_path);
	struct error *error;

	if (to < 0)
		return error_system(errno, "cannot write '%s'", path);
	error = copy_picture(from, path, to);
	if (!error && rename(new_path, path) != 0)
		error = error_system(errno, "cannot write '%s'", path);
	if (error)
		(void)unlink(new_path);
	return error;
}

static enum network_boot network_boot(const struct spec *spec)
{
	bool network = false, others = false;

	for (size_t i = 0; i < spec->boot_count; i++) {
		network |= spec->boot[i] == SPEC_BOOT_NETWORK;
		others |= spec->boot[i] != SPEC_BOOT_NETWORK;
	}
	for (size_t i = 0; i < spec->interface_count; i++)
		network |= spec->interfaces[i].common.boot_order > 0;
	for (size_t i = 0; i < spec->disk_count; i++)
		others |= spec->disks[i].common.boot_order > 0;
	if (!network)
		return NETWORK_BOOT_NONE;
	return others ? NETWORK_BOOT_ALSO : NETWORK_BOOT_ONLY;
}

/* Whose signatures a store lets start, as "'NAME', 'NAME'": what cannot be read has no names. The
 * caller frees it. */
static char *key_names(const char *path)
{
	auto_strings struct strings names = {0};
	auto_error struct error *error = NULL;
	auto_fd int fd = file_open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK);
	struct text text = {0};

	if (fd >= 0)
		error = key_names_of_store(fd, &names);
	for (size_t i = 0; i < names.count; i++)
		text_addf(&text, "%s'%s'", i > 0 ? ", " : ": ", names.items[i]);
	return text_take(&text);
}

/* What a Secure Boot refusal is about. The caller frees it. */
static char *keys_text(const struct plan *plan)
{
	bool made = plan->nvram.template && plan->nvram.action != NVRAM_KEEP;
	const char *store = made ? plan->nvram.template : plan->nvram.path;
	auto_free char *names = store ? key_names(store) : xstrdup("");
	auto_free char *where =
		store ? xasprintf(" (%s '%s'%s)", made ? "from" : "in", store, names) : xstrdup("");

	return xasprintf(
		"no key in its db%s has signed it; sign it with one that is there, or boot "
		"without Secure Boot: --secure-boot=no%s",
		where, made ? "" : " --reset-nvram");
}

static enum console_form console_form(const struct options *options)
{
	if (options->format == OUTPUT_JSON)
		return CONSOLE_OFF;
	switch (options->test.console) {
	case CONSOLE_OPTION_CLEAN:
		return CONSOLE_CLEAN;
	case CONSOLE_OPTION_RAW:
		return CONSOLE_RAW;
	case CONSOLE_OPTION_OFF:
	case CONSOLE_OPTION_PTY: /* refused before */
		return CONSOLE_OFF;
	}
	return CONSOLE_CLEAN;
}

/* Where the console itself is on the terminal, nothing else moves there. */
static int progress_fd(const struct options *options, enum console_form form)
{
	bool free_line = form == CONSOLE_OFF || !isatty(STDOUT_FILENO);

	return !options->quiet && free_line && isatty(STDERR_FILENO) ? STDERR_FILENO : -1;
}

static void take(struct watch_result *from, struct test_result *to)
{
	to->status = from->status;
	to->words = steal(&from->words);
	to->duration_ms = from->duration_ms;
	to->tail = from->tail;
	to->firmware_tail = from->firmware_tail;
	for (size_t i = 0; i < from->notes.count; i++)
		strings_add(&to->notes, from->notes.items[i]);
	to->console_bytes = from->console_bytes;
	to->expected = from->expected;
	to->seen = from->seen;
	to->resets = from->resets;
	to->ready = from->ready;
	from->tail = (struct strings){0};
}

static struct error *watch(const struct options *options, const struct test_request *request,
	const struct launch *launch, const struct ready *ready, const struct open_files *files,
	struct watch_result *ret_result)
{
	const struct plan *plan = launch->plan;
	bool kvm = strcmp(plan->accel, "kvm") == 0;
	auto_free char *keys = keys_text(plan);
	auto_free char *title = NULL, *fold = NULL;
	enum log_reader reader =
		options->format == OUTPUT_JSON ? LOG_READER_ANYBODY : options->test.reader;
	struct error *error;
	struct watch_request watch = {
		.confine = &ready->confine,
		.path = plan->emulator,
		.argv = plan->argv.items,
		.envp = ready->environment.items,
		.name = plan->name,
		.judge = {&options->expect, &options->forbid, &options->test.send,
			options->test.allow_shell, network_boot(launch->spec)},
		.verdict = {.timeout_ms = request->timeout_ms,
			.silence_ms = request->silence_ms,
			.reboots = request->reboots,
			.success_exit = request->success_exit,
			.ready = options->test.ready,
			.unheard = files->ready.listen_fd < 0 ? NO_VSOCK : NULL,
			.keys = keys},
		.firmware_log = plan->firmware_log,
		.ready_line = options->test.ready,
		.ready_listener = files->ready.listen_fd,
		.ready_guest = files->ready.guest_id,
		.screenshot_fd = files->picture_sink,
		.screenshot_always = options->test.screenshot_always,
		.orderly = options->test.keep,
		.form = console_form(options),
		.console_fd = STDOUT_FILENO,
		.log_fd = files->log,
		.words_fd = STDERR_FILENO,
	};

	if (watch.verdict.timeout_ms == 0)
		watch.verdict.timeout_ms = kvm ? TIMEOUT_KVM_MS : TIMEOUT_TCG_MS;
	watch.progress_fd = progress_fd(options, watch.form);
	report_test_begin(options, plan, watch.verdict.timeout_ms, request->timeout_ms == 0);
	title = xasprintf("the console of %s", plan->name);
	fold = log_marks_begin(reader, title);
	error = watch_run(&watch, ret_result);
	log_marks_end(reader, fold);
	return error;
}

/* Where the host has vsock for guests, a guest with systemd is told where to say that it is ready.
 */
static struct error *open_ready_socket(struct options *options, struct open_files *open_files)
{
	if (!options->test.ready || !ready_socket_open(&open_files->ready))
		return NULL;
	if (dup2(open_files->ready.vhost_fd, PLAN_VSOCK_FD) < 0)
		return error_system(errno, "--ready");
	fd_close(&open_files->ready.vhost_fd);
	open_files->ready.vhost_fd = PLAN_VSOCK_FD;
	options->test.ready_guest = open_files->ready.guest_id;
	options->test.ready_port = open_files->ready.port;
	return NULL;
}

static struct error *run(const struct options *asked, const struct test_request *request,
	const char *spec_path, const struct test_files *files, struct test_result *result)
{
	auto_launch struct launch launch = {0};
	auto_ready struct ready ready = READY_NONE;
	auto_watch_result struct watch_result watched = {0};
	CLEANUP(open_files_close)
	struct open_files open_files = {READY_SOCKET_NONE, -1, -1, -1};
	struct options options = *asked; /* and what the host adds; borrows from `asked` */

	TRY(open_ready_socket(&options, &open_files));
	TRY(launch_prepare(&options, spec_path, &launch));
	free(result->name);
	result->name = xstrdup(launch.plan->name);
	TRY(open_all(files, &open_files));
	TRY(ready_make(&options, &launch, &ready));
	ready_keep(&ready, open_files.picture_sink);
	ready_keep(&ready, open_files.ready.vhost_fd);
	TRY(watch(&options, request, &launch, &ready, &open_files, &watched));
	take(&watched, result);
	result->console_log = xstrdup(files->console_log);
	if (!watched.screenshot)
		return NULL;
	TRY(save_picture(open_files.picture, files->screenshot));
	result->screenshot = xstrdup(files->screenshot);
	return NULL;
}

void test_one(const struct options *options, const struct test_request *request,
	const char *spec_path, const struct test_files *files, struct test_result *ret_result)
{
	auto_error struct error *error = NULL;

	*ret_result = (struct test_result){
		.spec = xstrdup(spec_path), .name = xstrdup(path_base(spec_path))};
	error = run(options, request, spec_path, files, ret_result);
	if (error && ret_result->words) {
		strings_add(&ret_result->notes, error->text);
	} else if (error) {
		ret_result->status = (int)error->status;
		ret_result->words = xstrdup(error->text);
	}
	report_test_end(options, ret_result);
}
