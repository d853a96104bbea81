/* SPDX-License-Identifier: MIT */
/* A line of QEMU's machine protocol. Promised: what is no message leaves nothing behind. */
#include "act/qmp_message.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct qmp_message message = {0};

	if (!qmp_message_read((const char *)bytes, size, &message)) {
		PROMISE(message.kind == QMP_OTHER && !message.event && !message.id);
		PROMISE(!message.reason && !message.status && !message.description);
	}
	PROMISE(message.kind != QMP_EVENT || message.event);
	qmp_message_clear(&message);
	return 0;
}
