/* SPDX-License-Identifier: MIT */
/*
 * One message of QEMU's machine protocol (QMP) read strictly: a JSON object on one line, of which
 * the few members that a watcher acts on are taken out and everything else is checked and passed
 * over.
 *
 * This room has no JSON library, and needs none for it: messages are short, come one a line (QEMU
 * docs/interop/qmp-spec.rst), and a line that is not well formed is no message.
 */
#ifndef SLIPWAY_ACT_QMP_MESSAGE_H
#define SLIPWAY_ACT_QMP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

enum qmp_kind {
	QMP_OTHER, /* well formed, and nothing of the following */
	QMP_GREETING,
	QMP_EVENT,
	QMP_RETURN, /* the answer to a command */
	QMP_ERROR,  /* its refusal */
};

/* All texts are owned, and NULL where the message has no such member. */
struct qmp_message {
	enum qmp_kind kind;
	char *event;       /* EVENT: its name */
	char *id;          /* RETURN, ERROR: the command's id */
	char *reason;      /* EVENT: data.reason */
	char *action;      /* EVENT: data.action */
	char *device;      /* EVENT: data.device */
	char *status;      /* RETURN of query-status: return.status */
	char *description; /* ERROR: error.desc */
	bool guest;        /* EVENT: data.guest, what the guest itself did */
};

/* False: `line` is not one JSON object, or is nested deeper than a message is; *ret_message is
 * empty then. The caller clears it. */
bool qmp_message_read(const char *line, size_t length, struct qmp_message *ret_message);

void qmp_message_clear(struct qmp_message *message);
#define auto_qmp_message CLEANUP(qmp_message_clear)

#endif
