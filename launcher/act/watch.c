/* SPDX-License-Identifier: MIT */
#include "act/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "act/death.h"
#include "act/watcher.h"
#include "base/file.h"
#include "base/memory.h"
#include "plan/plan.h"

/* What QEMU wrote before its end is in the pipes; whoever else has one open is not waited for. */
#define DRAIN_MS 1000
/* At the end a reader that does not read is not waited for longer. */
#define FLUSH_MS 5000
#define PROGRESS_MS 1000
/* Fewer bytes than a quarter of a pipe are worth a moment that nobody notices. */
#define GATHER_BYTES ((uint64_t)16 << 10)
#define GATHER_NS 2000000
#define COLUMNS_UNLESS_KNOWN 80

/* Signals that end the guest in order. */
static const int ending_signals[] = {SIGINT, SIGTERM, SIGHUP};

static uint64_t clock_ms(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* The caller's signals, to be given back. */
struct signals {
	sigset_t mask;
	struct sigaction pipe;
};

/* A signal that the caller ignores (nohup) stays ignored. */
static struct error *take_signals(struct signals *ret_before, int *ret_fd)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t ours;

	(void)sigemptyset(&ours);
	for (size_t i = 0; i < ARRAY_COUNT(ending_signals); i++) {
		struct sigaction action;

		if (sigaction(ending_signals[i], NULL, &action) == 0 &&
			action.sa_handler != SIG_IGN)
			(void)sigaddset(&ours, ending_signals[i]);
	}
	(void)sigaction(SIGPIPE, &ignore, &ret_before->pipe);
	(void)sigprocmask(SIG_BLOCK, &ours, &ret_before->mask);
	*ret_fd = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
	return *ret_fd < 0 ? error_system(errno, "signals") : NULL;
}

static void give_signals_back(const struct signals *before)
{
	(void)sigaction(SIGPIPE, &before->pipe, NULL);
	(void)sigprocmask(SIG_SETMASK, &before->mask, NULL);
}

static struct error *start(struct watcher *watcher)
{
	const struct watch_request *request = watcher->request;
	struct child_request child = {
		.confine = request->confine,
		.path = request->path,
		.argv = request->argv,
		.envp = request->envp,
	};

	child.socket_numbers[child.socket_count++] = PLAN_QMP_FD;
	if (request->firmware_log)
		child.socket_numbers[child.socket_count++] = PLAN_FIRMWARE_LOG_FD;
	if (request->ready_line)
		child.socket_numbers[child.socket_count++] = PLAN_READY_FD;
	watcher->memory_kills = death_memory_kills();
	TRY(child_start(&child, &watcher->child));
	watcher->pid = watcher->child.pid;
	watcher->qmp = qmp_begin(fd_steal(&watcher->child.sockets[0]));
	return NULL;
}

/* What to wait for; a negative fd is passed over by poll. */
static void wait_for_news(struct watcher *watcher, uint64_t until_ms)
{
	bool full = outlet_is_full(&watcher->screen);
	bool typing = watcher->typed < watcher->input.length;
	struct pollfd fds[] = {
		{.fd = watcher->signal_fd, .events = POLLIN},
		{.fd = watcher->child.pid > 0 ? watcher->child.pid_fd : -1, .events = POLLIN},
		{.fd = watcher->qmp.fd, .events = POLLIN},
		{.fd = full ? -1 : watcher->guest.fd, .events = POLLIN},
		{.fd = watcher->emulator.fd, .events = POLLIN},
		{.fd = watcher->firmware.fd, .events = POLLIN},
		{.fd = watcher->readiness.fd, .events = POLLIN},
		{.fd = watcher->request->ready_listener, .events = POLLIN},
		{.fd = watcher->notice.fd, .events = POLLIN},
		{.fd = typing ? watcher->child.input_fd : -1, .events = POLLOUT},
		{.fd = outlet_is_behind(&watcher->screen) ? watcher->screen.fd : -1,
			.events = POLLOUT},
		{.fd = outlet_is_behind(&watcher->log) ? watcher->log.fd : -1, .events = POLLOUT},
		{.fd = outlet_is_behind(&watcher->words) ? watcher->words.fd : -1,
			.events = POLLOUT},
	};
	uint64_t now = clock_ms();
	uint64_t wait = until_ms > now ? until_ms - now : 0;

	(void)poll(fds, ARRAY_COUNT(fds), wait < PROGRESS_MS ? (int)wait : PROGRESS_MS);
}

/* A second signal does not wait for what the first one began. */
static void take_signal(struct watcher *watcher)
{
	struct signalfd_siginfo signal;

	while (read(watcher->signal_fd, &signal, sizeof(signal)) == (ssize_t)sizeof(signal)) {
		if (watcher->facts.interrupted)
			watcher_press(watcher);
		watcher->facts.interrupted = (int)signal.ssi_signo;
	}
}

static void write_progress(const struct watcher *watcher, const char *line)
{
	auto_free char *bytes = xasprintf("\r\033[K%s", line);

	(void)!write(watcher->request->progress_fd, bytes, strlen(bytes));
}

/* An unfinished line, such as a prompt, is the last one, too. */
static const char *last_line(const struct stream *guest)
{
	const char *unfinished = guest->in_line ? console_line(guest->console) : "";

	return unfinished[0] ? unfinished : tail_last(&guest->tail);
}

/* How long it takes, and where the guest is: one line of a terminal, written over and over. */
static void show_progress(struct watcher *watcher)
{
	int fd = watcher->request->progress_fd;
	struct winsize size = {0};
	const char *last = last_line(&watcher->guest);
	auto_free char *line = NULL;
	int columns;

	if (fd < 0 || watcher->now_ms < watcher->progress_ms + PROGRESS_MS)
		return;
	watcher->progress_ms = watcher->now_ms;
	columns = ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
								       : COLUMNS_UNLESS_KNOWN;
	line = xasprintf("slipway: %s: %u s: %s", watcher->request->name,
		(unsigned int)((watcher->now_ms - watcher->began_ms) / 1000), last ? last : "");
	if (strlen(line) >= (size_t)columns)
		line[columns - 1] = '\0';
	write_progress(watcher, line);
}

static void clear_progress(const struct watcher *watcher)
{
	if (watcher->request->progress_fd >= 0)
		write_progress(watcher, "");
}

static uint64_t next_time(const struct watcher *watcher)
{
	uint64_t look = watcher_next_look(watcher);
	uint64_t decision = watcher_next_decision(watcher);

	return look < decision ? look : decision;
}

static void take_end(struct watcher *watcher)
{
	struct facts *facts = &watcher->facts;

	if (!child_has_ended(&watcher->child, &facts->exit_status, &facts->killed_by))
		return;
	facts->exited = facts->killed_by == 0;
	if (!facts->exited && !facts->by_us)
		watcher->death =
			death_explain(watcher->pid, facts->killed_by, watcher->memory_kills);
	facts->death = watcher->death;
}

/* QEMU writes a serial line byte by byte: a moment later there are many bytes to be read at once,
 * where each alone would wake this process up. */
static void gather(const struct watcher *watcher, uint64_t bytes_before)
{
	const struct timespec moment = {.tv_nsec = GATHER_NS};
	uint64_t bytes = watcher->console_bytes - bytes_before;

	if (bytes > 0 && bytes < GATHER_BYTES)
		(void)nanosleep(&moment, NULL);
}

static void one_round(struct watcher *watcher, uint64_t until_ms)
{
	uint64_t bytes = watcher->console_bytes;

	wait_for_news(watcher, until_ms);
	watcher->now_ms = clock_ms();
	take_signal(watcher);
	watcher_read_streams(watcher);
	watcher_look_again(watcher);
	watcher_listen(watcher);
	watcher_type(watcher);
	show_progress(watcher);
	gather(watcher, bytes);
}

static void watch(struct watcher *watcher)
{
	uint64_t due_ms;

	while (watcher->child.pid > 0) {
		one_round(watcher, next_time(watcher));
		watcher_decide(watcher);
		take_end(watcher);
	}
	due_ms = watcher->now_ms + DRAIN_MS;
	while ((watcher->guest.fd >= 0 || watcher->emulator.fd >= 0) && watcher->now_ms < due_ms)
		one_round(watcher, due_ms);
	watcher_listen(watcher);
	watcher_finish_streams(watcher);
	due_ms = watcher->now_ms + FLUSH_MS;
	outlet_flush(&watcher->screen);
	outlet_flush(&watcher->words);
	while ((outlet_is_behind(&watcher->screen) || outlet_is_behind(&watcher->words)) &&
		watcher->now_ms < due_ms)
		one_round(watcher, due_ms);
	outlet_flush(&watcher->log);
	clear_progress(watcher);
}

static void note_outlet(struct watcher *watcher, const struct outlet *outlet, const char *what)
{
	if (outlet->problem != 0 && outlet->problem != EPIPE)
		strings_addf(
			&watcher->notes, "%s is not whole: %s", what, strerror(outlet->problem));
	else if (outlet_is_behind(outlet))
		strings_addf(&watcher->notes, "%s is not whole: nobody reads it", what);
}

static void make_result(struct watcher *watcher, struct watch_result *result)
{
	struct facts *facts = &watcher->facts;
	const struct stream *told = &watcher->guest;

	facts->last_line = tail_last(&watcher->guest.tail);
	facts->emulator_words = tail_last(&watcher->emulator.tail);
	result->firmware_tail = !facts->last_line && tail_last(&watcher->firmware.tail);
	if (result->firmware_tail)
		told = &watcher->firmware;
	tail_copy(&told->tail, &result->tail);
	result->status =
		verdict_decide(&watcher->request->verdict, facts, watcher->judge, &result->words);
	result->duration_ms = watcher->now_ms - watcher->began_ms;
	result->console_bytes = watcher->console_bytes;
	result->console_lines = watcher->console_lines;
	result->expected = judge_expected(watcher->judge);
	result->seen = judge_seen(watcher->judge);
	result->resets = facts->resets;
	result->ready = facts->ready;
	result->screenshot = watcher->has_screenshot;
	note_outlet(watcher, &watcher->screen, "the console's output");
	note_outlet(watcher, &watcher->log, "--console-log");
	result->notes = watcher->notes;
	watcher->notes = (struct strings){0};
}

static void watcher_clear(struct watcher *watcher)
{
	child_clear(&watcher->child);
	qmp_end(&watcher->qmp);
	watcher_close_streams(watcher);
	judge_free(watcher->judge);
	free(watcher->paused);
	free(watcher->bad_disk);
	free(watcher->death);
	strings_clear(&watcher->notes);
	fd_close(&watcher->signal_fd);
}

static struct error *run(struct watcher *watcher, struct watch_result *ret_result)
{
	TRY(judge_new(&watcher->request->judge, &watcher->judge));
	TRY(start(watcher));
	watcher_open_streams(watcher);
	watch(watcher);
	*ret_result = (struct watch_result){0};
	make_result(watcher, ret_result);
	return NULL;
}

struct error *watch_run(const struct watch_request *request, struct watch_result *ret_result)
{
	CLEANUP(watcher_clear)
	struct watcher watcher = {
		.request = request,
		.child = CHILD_NONE,
		.qmp = {.fd = -1},
		.guest = {.fd = -1},
		.emulator = {.fd = -1},
		.firmware = {.fd = -1},
		.readiness = {.fd = -1},
		.notice = {.fd = -1},
		.notice_fd = -1,
		.screen = {.fd = -1},
		.log = {.fd = -1},
		.words = {.fd = -1},
		.signal_fd = -1,
	};
	struct signals before;
	struct error *error;

	watcher.began_ms = clock_ms();
	watcher.now_ms = watcher.began_ms;
	error = take_signals(&before, &watcher.signal_fd);
	if (!error)
		error = run(&watcher, ret_result);
	give_signals_back(&before);
	return error;
}

void watch_result_clear(struct watch_result *result)
{
	free(result->words);
	strings_clear(&result->tail);
	strings_clear(&result->notes);
	*result = (struct watch_result){0};
}
