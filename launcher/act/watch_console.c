/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "act/watcher.h"
#include "act/ready_socket.h"
#include "base/file.h"
#include "base/memory.h"

#define READ_BYTES ((size_t)64 << 10)
/* Reads in one round of the loop: time and QEMU's events are looked at between rounds. */
#define READS_MOST 4

/* What a guest that is ready sends on the port made for it: sd_notify(3)'s word. */
#define READY_LINE "READY=1"

/* What a line is given to. */
typedef void line_function(struct watcher *watcher, const char *line);

static struct stream open_stream(int fd)
{
	return (struct stream){.fd = fd, .console = fd >= 0 ? console_new() : NULL};
}

void watcher_open_streams(struct watcher *watcher)
{
	const struct watch_request *request = watcher->request;
	const struct child *child = &watcher->child;
	size_t next = 1; /* the first socket is QMP's; the others as watch.c asked for them */

	watcher->guest = open_stream(child->output_fd);
	watcher->emulator = open_stream(child->words_fd);
	watcher->firmware = open_stream(request->firmware_log ? child->sockets[next++] : -1);
	watcher->readiness = open_stream(request->ready_line ? child->sockets[next++] : -1);
	watcher->screen = outlet_open(request->form == CONSOLE_OFF ? -1 : request->console_fd);
	watcher->log = outlet_open(request->log_fd);
	watcher->words = outlet_open(request->words_fd);
}

static void close_stream(struct stream *stream)
{
	console_free_pointer(&stream->console);
	tail_clear(&stream->tail);
}

void watcher_close_streams(struct watcher *watcher)
{
	close_stream(&watcher->guest);
	close_stream(&watcher->emulator);
	close_stream(&watcher->firmware);
	close_stream(&watcher->readiness);
	close_stream(&watcher->notice);
	fd_close(&watcher->notice_fd);
	outlet_close(&watcher->screen);
	outlet_close(&watcher->log);
	outlet_close(&watcher->words);
	text_clear(&watcher->input);
}

void watcher_say(struct watcher *watcher, const char *line)
{
	auto_free char *words = xasprintf(
		"%sslipway: %s\n", watcher->request->progress_fd >= 0 ? "\r\033[K" : "", line);

	outlet_add(&watcher->words, words, strlen(words));
	outlet_flush(&watcher->words);
}

static void show_rest_of_line(struct watcher *watcher, const char *line)
{
	size_t length = strlen(line);

	if (watcher->request->form != CONSOLE_CLEAN)
		return;
	if (watcher->shown > length) { /* the guest has taken back what was shown */
		outlet_add(&watcher->screen, "\n", 1);
		watcher->shown = 0;
	}
	outlet_add(&watcher->screen, line + watcher->shown, length - watcher->shown);
	watcher->shown = length;
}

static void show_line(struct watcher *watcher, const char *line)
{
	show_rest_of_line(watcher, line);
	if (watcher->request->form == CONSOLE_CLEAN)
		outlet_add(&watcher->screen, "\n", 1);
	watcher->shown = 0;
}

static void log_line(struct watcher *watcher, const char *line)
{
	uint64_t since_ms = watcher->guest.line_began_ms - watcher->began_ms;
	auto_free char *stamp = NULL;

	if (watcher->log.fd < 0)
		return;
	stamp = xasprintf("[%5" PRIu64 ".%03" PRIu64 "] ", since_ms / 1000, since_ms % 1000);
	outlet_add(&watcher->log, stamp, strlen(stamp));
	outlet_add(&watcher->log, line, strlen(line));
	outlet_add(&watcher->log, "\n", 1);
}

static void judge_line(struct watcher *watcher, const char *line, enum line_state state)
{
	const char *reply;

	judge_look(watcher->judge, line, state);
	while ((reply = judge_take_reply(watcher->judge)))
		text_add(&watcher->input, reply);
}

static void take_guest_line(struct watcher *watcher, const char *line)
{
	watcher->console_lines++;
	show_line(watcher, line);
	log_line(watcher, line);
	judge_line(watcher, line, LINE_WHOLE);
}

static void take_emulator_line(struct watcher *watcher, const char *line)
{
	watcher_say(watcher, line);
}

static void take_firmware_line(struct watcher *watcher, const char *line)
{
	judge_look_at_firmware(watcher->judge, line);
}

static void take_readiness_line(struct watcher *watcher, const char *line)
{
	watcher->facts.ready |= text_equal(line, READY_LINE);
}

static void take_lines(struct watcher *watcher, struct stream *stream, const char *bytes,
	size_t length, line_function *take)
{
	for (size_t at = 0; at < length;) {
		bool whole = false;

		if (!stream->in_line)
			stream->line_began_ms = watcher->now_ms;
		at += console_take(stream->console, bytes + at, length - at, &whole);
		stream->in_line = !whole;
		if (!whole)
			continue;
		tail_add(&stream->tail, console_line(stream->console));
		take(watcher, console_line(stream->console));
	}
	stream->changed_ms = watcher->now_ms;
	stream->looked_at = false;
}

static void finish(struct watcher *watcher, struct stream *stream, line_function *take)
{
	if (!stream->console || !stream->in_line || console_line(stream->console)[0] == '\0')
		return;
	stream->in_line = false;
	tail_add(&stream->tail, console_line(stream->console));
	take(watcher, console_line(stream->console));
}

/* False: there is nothing (more) to be read now. */
static bool read_some(struct watcher *watcher, struct stream *stream, line_function *take)
{
	auto_free char *bytes = xcalloc(READ_BYTES, 1);
	ssize_t got = read(stream->fd, bytes, READ_BYTES);

	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return false;
	if (got <= 0) {
		stream->fd = -1;
		finish(watcher, stream, take);
		return false;
	}
	if (stream == &watcher->guest) {
		watcher->console_bytes += (uint64_t)got;
		if (watcher->request->form == CONSOLE_RAW)
			outlet_add(&watcher->screen, bytes, (size_t)got);
	}
	take_lines(watcher, stream, bytes, (size_t)got, take);
	return (size_t)got == READ_BYTES;
}

static void read_stream(struct watcher *watcher, struct stream *stream, line_function *take)
{
	for (int i = 0; i < READS_MOST && stream->fd >= 0; i++) {
		/* whoever reads slowly slows the guest down, not the watcher */
		if (stream == &watcher->guest && outlet_is_full(&watcher->screen))
			return;
		if (!read_some(watcher, stream, take))
			return;
	}
}

/* A service manager makes a connection for each message. */
static void read_notices(struct watcher *watcher)
{
	int listener = watcher->request->ready_listener;
	int fd = listener >= 0 ? ready_socket_accept(listener, watcher->request->ready_guest) : -1;

	read_stream(watcher, &watcher->notice, take_readiness_line);
	if (fd < 0)
		return;
	finish(watcher, &watcher->notice, take_readiness_line);
	close_stream(&watcher->notice);
	fd_close(&watcher->notice_fd);
	watcher->notice_fd = fd;
	watcher->notice = open_stream(fd);
	read_stream(watcher, &watcher->notice, take_readiness_line);
}

void watcher_read_streams(struct watcher *watcher)
{
	read_stream(watcher, &watcher->guest, take_guest_line);
	read_stream(watcher, &watcher->emulator, take_emulator_line);
	read_stream(watcher, &watcher->firmware, take_firmware_line);
	read_stream(watcher, &watcher->readiness, take_readiness_line);
	read_notices(watcher);
	outlet_flush(&watcher->screen);
	outlet_flush(&watcher->log);
	outlet_flush(&watcher->words);
}

uint64_t watcher_next_look(const struct watcher *watcher)
{
	const struct stream *guest = &watcher->guest;

	if (!guest->in_line || (guest->looked_at && guest->looked == LINE_AT_REST))
		return UINT64_MAX;
	return guest->changed_ms + (guest->looked_at ? REST_MS : PAUSE_MS);
}

void watcher_look_again(struct watcher *watcher)
{
	struct stream *guest = &watcher->guest;
	const char *line;

	if (watcher->now_ms < watcher_next_look(watcher))
		return;
	line = console_line(guest->console);
	guest->looked = guest->looked_at ? LINE_AT_REST : LINE_PAUSED;
	guest->looked_at = true;
	show_rest_of_line(watcher, line);
	outlet_flush(&watcher->screen);
	judge_line(watcher, line, guest->looked);
}

void watcher_type(struct watcher *watcher)
{
	struct text *input = &watcher->input;

	while (watcher->typed < input->length) {
		ssize_t count = write(watcher->child.input_fd, input->bytes + watcher->typed,
			input->length - watcher->typed);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (count < 0)
			break; /* nobody reads any more: its end will tell why */
		watcher->typed += (size_t)count;
	}
	input->length = 0;
	watcher->typed = 0;
}

void watcher_finish_streams(struct watcher *watcher)
{
	finish(watcher, &watcher->guest, take_guest_line);
	finish(watcher, &watcher->emulator, take_emulator_line);
	finish(watcher, &watcher->firmware, take_firmware_line);
	finish(watcher, &watcher->readiness, take_readiness_line);
	finish(watcher, &watcher->notice, take_readiness_line);
}
