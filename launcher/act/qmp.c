/* SPDX-License-Identifier: MIT */
#include "act/qmp.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"

#define READ_BYTES 16384

struct qmp qmp_begin(int fd)
{
	return (struct qmp){.fd = fd};
}

static void hang_up(struct qmp *qmp)
{
	if (qmp->fd >= 0)
		(void)close(qmp->fd);
	qmp->fd = -1;
}

void qmp_end(struct qmp *qmp)
{
	hang_up(qmp);
	text_clear(&qmp->input);
}

/* What messages were made of is over; a line without an end must not grow for ever. */
static void make_room(struct qmp *qmp)
{
	size_t left = qmp->input.length - qmp->taken;

	if (qmp->taken == 0 && left <= QMP_LINE_LIMIT_BYTES)
		return;
	if (left > QMP_LINE_LIMIT_BYTES) {
		qmp->too_long = true;
		left = 0;
	}
	if (left > 0)
		memmove(qmp->input.bytes, qmp->input.bytes + qmp->taken, left);
	qmp->input.length = left;
	qmp->taken = 0;
}

void qmp_receive(struct qmp *qmp)
{
	auto_free char *bytes = xcalloc(READ_BYTES, 1);
	ssize_t got;

	if (qmp->fd < 0)
		return;
	do {
		got = recv(qmp->fd, bytes, READ_BYTES, MSG_DONTWAIT);
	} while (got < 0 && errno == EINTR);
	if (got > 0) {
		make_room(qmp);
		text_add_bytes(&qmp->input, bytes, (size_t)got);
	} else if (got == 0 || errno != EAGAIN) {
		hang_up(qmp);
	}
}

bool qmp_next(struct qmp *qmp, struct qmp_message *ret_message)
{
	for (;;) {
		size_t left = qmp->input.length - qmp->taken;
		const char *line = left > 0 ? qmp->input.bytes + qmp->taken : "";
		const char *end = memchr(line, '\n', left);
		bool skip = qmp->too_long;

		if (!end)
			return false;
		qmp->taken += (size_t)(end - line) + 1;
		qmp->too_long = false;
		if (!skip && qmp_message_read(line, (size_t)(end - line), ret_message))
			return true;
	}
}

bool qmp_send(struct qmp *qmp, const char *command, const char *arguments)
{
	auto_free char *line = xasprintf("{\"execute\":\"%s\",\"id\":\"%s\"%s%s}\n", command,
		command, arguments ? ",\"arguments\":" : "", arguments ? arguments : "");
	size_t length = strlen(line);

	/* shorter than any socket's buffer: all of it, or nothing */
	return qmp->fd >= 0 &&
	       send(qmp->fd, line, length, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)length;
}
