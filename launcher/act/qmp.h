/* SPDX-License-Identifier: MIT */
/*
 * The other end of QEMU's control socket (QMP): commands are sent and messages taken without ever
 * waiting for QEMU, so a QEMU that hangs cannot hang its watcher.
 */
#ifndef SLIPWAY_ACT_QMP_H
#define SLIPWAY_ACT_QMP_H

#include <stdbool.h>
#include <stddef.h>

#include "act/qmp_message.h"
#include "base/attr.h"
#include "base/text.h"

/* A message is a few hundred bytes; a longer line than this is passed over, not kept. */
#define QMP_LINE_LIMIT_BYTES ((size_t)256 << 10)

struct qmp {
	int fd; /* owned; -1 when the connection is over */
	struct text input;
	size_t taken;  /* bytes of `input` that messages were made of */
	bool too_long; /* in a line that is passed over */
};

/* Takes ownership of `fd`, a connected socket. */
struct qmp qmp_begin(int fd) MUST_USE;

/* Reads what is there; the end of the connection closes it. */
void qmp_receive(struct qmp *qmp);

/* The next message that is there; false: none. Lines that are no message are passed over. The
 * caller clears *ret_message. */
bool qmp_next(struct qmp *qmp, struct qmp_message *ret_message);

/*
 * Sends `command` with itself as its id; `arguments` is a JSON object or NULL. False: QEMU does not
 * listen (any more), which its end will tell.
 */
bool qmp_send(struct qmp *qmp, const char *command, const char *arguments);

void qmp_end(struct qmp *qmp);
#define auto_qmp CLEANUP(qmp_end)

#endif
