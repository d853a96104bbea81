/* SPDX-License-Identifier: MIT */
#include "test_many.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "options.h"
#include "test_one.h"

#define COPY_BYTES 65536
#define PROGRESS_MS 1000
#define COLUMNS_UNLESS_KNOWN 80

static const int forwarded_signals[] = {SIGINT, SIGTERM, SIGHUP};

/* One test under way, or over. */
struct job {
	pid_t pid;
	int report; /* its result comes here; -1: it is over */
	struct text bytes;
	int output, words; /* its stdout and stderr, files without names */
};

struct crowd {
	const struct options *options;
	const struct test_request *request;
	struct test_results *results;
	struct job *jobs; /* one for each operand */
	size_t begun, running;
	int signal_fd;
	sigset_t mask; /* the caller's */
	bool interrupted;
	bool on_terminal; /* stderr is one */
	time_t began_s;
};

/* The file's name without ".xml", made different where two are the same. The caller frees it. */
static char *base_name(const struct strings *operands, size_t index)
{
	const char *base = path_base(operands->items[index]);
	size_t length = strlen(base) - (text_ends_with(base, ".xml") ? 4 : 0);

	for (size_t i = 0; i < index; i++)
		if (strcmp(path_base(operands->items[i]), base) == 0)
			return xasprintf("%.*s-%zu", (int)length, base, index + 1);
	return xstrndup(base, length);
}

/* Several tests' files need a folder. NULL where none is asked for; the caller frees it. */
static char *file_of(
	const struct options *options, const char *folder, const char *suffix, size_t index)
{
	auto_free char *base = folder ? base_name(&options->operands, index) : NULL;
	bool slash = folder && text_ends_with(folder, "/");

	return folder ? xasprintf("%s%s%s%s", folder, slash ? "" : "/", base, suffix) : NULL;
}

static struct error *check_folder(const char *option, const char *path)
{
	struct stat status;

	if (!path || (stat(path, &status) == 0 && S_ISDIR(status.st_mode)))
		return NULL;
	return error_new(
		"%s='%s' is no folder; several specs have a file each in it", option, path);
}

static int nameless_file(const struct options *options)
{
	int fd = open(options->temporary_directory, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

	return fd >= 0 ? fd : memfd_create("slipway-job", MFD_CLOEXEC);
}

/* The signals that the crowd forwards are this process's own again. */
static NO_RETURN void run_job(struct crowd *crowd, size_t index, pid_t parent, int report)
{
	const struct options *options = crowd->options;
	struct job *job = &crowd->jobs[index];
	auto_text struct text bytes = {0};
	struct test_result result;
	struct test_files files = {
		.console_log = file_of(options, options->console_log, ".log", index),
		.screenshot = file_of(options, options->test.screenshot, ".png", index),
	};
	size_t written = 0;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	(void)setpgid(0, 0);
	(void)sigprocmask(SIG_SETMASK, &crowd->mask, NULL);
	(void)dup2(job->output, STDOUT_FILENO);
	(void)dup2(job->words, STDERR_FILENO);
	test_one(options, crowd->request, options->operands.items[index], &files, &result);
	(void)fflush(stdout);
	(void)fflush(stderr);
	test_result_write(&result, &bytes);
	while (written < bytes.length) {
		ssize_t count = write(report, bytes.bytes + written, bytes.length - written);

		if (count < 0 && errno != EINTR)
			break;
		written += count > 0 ? (size_t)count : 0;
	}
	_exit(EXIT_SUCCESS);
}

static struct error *begin_job(struct crowd *crowd)
{
	struct job *job = &crowd->jobs[crowd->begun];
	pid_t parent = getpid();
	int fds[2];

	job->output = nameless_file(crowd->options);
	job->words = nameless_file(crowd->options);
	if (job->output < 0 || job->words < 0 || pipe2(fds, O_CLOEXEC) != 0)
		return error_system(errno, "--jobs");
	job->pid = fork();
	if (job->pid < 0)
		return error_system(errno, "--jobs");
	if (job->pid == 0)
		run_job(crowd, crowd->begun, parent, fds[1]);
	(void)close(fds[1]);
	job->report = fds[0];
	crowd->begun++;
	crowd->running++;
	return NULL;
}

static void copy_out(int from, int to)
{
	auto_free char *bytes = xcalloc(COPY_BYTES, 1);
	ssize_t got;

	(void)lseek(from, 0, SEEK_SET);
	while ((got = read(from, bytes, COPY_BYTES)) > 0) {
		for (ssize_t at = 0; at < got;) {
			ssize_t count = write(to, bytes + at, (size_t)(got - at));

			if (count < 0 && errno != EINTR)
				return;
			at += count > 0 ? count : 0;
		}
	}
}

static void end_job(struct crowd *crowd, size_t index)
{
	struct job *job = &crowd->jobs[index];
	struct test_result *result = &crowd->results->items[index];
	auto_error struct error *error = NULL;
	int status = 0;

	while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	error = test_result_read(
		job->bytes.bytes ? job->bytes.bytes : "", job->bytes.length, result);
	if (error) {
		result->spec = xstrdup(crowd->options->operands.items[index]);
		result->name = xstrdup(path_base(result->spec));
		result->status = ERROR_STATUS_REFUSED;
		result->words = xstrdup(error->text);
	}
	(void)fflush(stdout);
	copy_out(job->output, STDOUT_FILENO);
	copy_out(job->words, STDERR_FILENO);
	fd_close(&job->report);
	fd_close(&job->output);
	fd_close(&job->words);
	text_clear(&job->bytes);
	crowd->running--;
}

static void read_report(struct crowd *crowd, size_t index)
{
	struct job *job = &crowd->jobs[index];
	auto_free char *bytes = xcalloc(COPY_BYTES, 1);
	ssize_t got = read(job->report, bytes, COPY_BYTES);

	if (got > 0)
		text_add_bytes(&job->bytes, bytes, (size_t)got);
	else if (got == 0 || errno != EINTR)
		end_job(crowd, index);
}

/* Those that run end in order; no others are begun. */
static void forward_signals(struct crowd *crowd)
{
	struct signalfd_siginfo signal;

	while (read(crowd->signal_fd, &signal, sizeof(signal)) == (ssize_t)sizeof(signal)) {
		crowd->interrupted = true;
		for (size_t i = 0; i < crowd->begun; i++)
			if (crowd->jobs[i].report >= 0)
				(void)kill(crowd->jobs[i].pid, (int)signal.ssi_signo);
	}
}

static void write_progress(const char *line)
{
	auto_free char *bytes = xasprintf("\r\033[K%s", line);

	(void)!write(STDERR_FILENO, bytes, strlen(bytes));
}

/* What runs, in one line of a terminal that is written over and over. */
static void show_progress(struct crowd *crowd)
{
	auto_text struct text line = {0};
	struct winsize size = {0};
	size_t columns = COLUMNS_UNLESS_KNOWN;

	if (!crowd->on_terminal)
		return;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		columns = size.ws_col;
	text_addf(&line,
		"slipway: %zu of %zu done, %" PRId64 " s; running:", crowd->begun - crowd->running,
		crowd->results->count, (int64_t)(time(NULL) - crowd->began_s));
	for (size_t i = 0; i < crowd->begun; i++)
		if (crowd->jobs[i].report >= 0)
			text_addf(&line, " %s", path_base(crowd->options->operands.items[i]));
	if (line.length >= columns)
		line.bytes[columns - 1] = '\0';
	write_progress(line.bytes);
}

static void wait_for_jobs(struct crowd *crowd)
{
	auto_free struct pollfd *fds = xcalloc(crowd->begun + 1, sizeof(*fds));

	for (size_t i = 0; i < crowd->begun; i++)
		fds[i] = (struct pollfd){.fd = crowd->jobs[i].report, .events = POLLIN};
	fds[crowd->begun] = (struct pollfd){.fd = crowd->signal_fd, .events = POLLIN};
	show_progress(crowd);
	if (poll(fds, crowd->begun + 1, crowd->on_terminal ? PROGRESS_MS : -1) < 0)
		return;
	if (crowd->on_terminal)
		write_progress("");
	forward_signals(crowd);
	for (size_t i = 0; i < crowd->begun; i++)
		if (fds[i].revents != 0)
			read_report(crowd, i);
}

static void skip_rest(struct crowd *crowd)
{
	for (size_t i = crowd->begun; i < crowd->results->count; i++) {
		struct test_result *result = &crowd->results->items[i];

		result->spec = xstrdup(crowd->options->operands.items[i]);
		result->name = xstrdup(path_base(result->spec));
		result->status = ERROR_STATUS_REFUSED;
		result->words = xstrdup("not begun: slipway was interrupted");
	}
}

static struct error *run_all(struct crowd *crowd)
{
	size_t count = crowd->options->operands.count;

	while (crowd->running > 0 || (crowd->begun < count && !crowd->interrupted)) {
		while (crowd->begun < count && crowd->running < crowd->request->jobs &&
			!crowd->interrupted)
			TRY(begin_job(crowd));
		wait_for_jobs(crowd);
	}
	skip_rest(crowd);
	return NULL;
}

static void take_signals(struct crowd *crowd)
{
	sigset_t ours;

	(void)sigemptyset(&ours);
	for (size_t i = 0; i < ARRAY_COUNT(forwarded_signals); i++) {
		struct sigaction action;

		if (sigaction(forwarded_signals[i], NULL, &action) == 0 &&
			action.sa_handler != SIG_IGN)
			(void)sigaddset(&ours, forwarded_signals[i]);
	}
	(void)sigprocmask(SIG_BLOCK, &ours, &crowd->mask);
	crowd->signal_fd = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
}

struct error *test_many(const struct options *options, const struct test_request *request,
	struct test_results *ret_results)
{
	size_t count = options->operands.count;
	auto_free struct job *jobs = xcalloc(count, sizeof(*jobs));
	struct crowd crowd = {.options = options,
		.request = request,
		.results = ret_results,
		.jobs = jobs,
		.on_terminal = !options->quiet && isatty(STDERR_FILENO),
		.began_s = time(NULL)};
	struct error *error;

	TRY(check_folder("--console-log", options->console_log));
	TRY(check_folder("--screenshot", options->test.screenshot));
	ret_results->items = xcalloc(count, sizeof(*ret_results->items));
	ret_results->count = count;
	for (size_t i = 0; i < count; i++)
		jobs[i] = (struct job){.report = -1, .output = -1, .words = -1};
	take_signals(&crowd);
	error = run_all(&crowd);
	(void)sigprocmask(SIG_SETMASK, &crowd.mask, NULL);
	fd_close(&crowd.signal_fd);
	return error;
}
