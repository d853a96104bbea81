/* SPDX-License-Identifier: MIT */
/*
 * The key `nvram` of libvirt's qemu.conf: the CODE and VARS pairs that the administrator of this
 * host wrote down; a file that libvirt would refuse costs a note, never the survey.
 */
#ifndef SLIPWAY_HOST_QEMU_CONF_H
#define SLIPWAY_HOST_QEMU_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/text.h"

#define QEMU_CONF "/etc/libvirt/qemu.conf"

struct qemu_conf_pair {
	char *code;
	char *vars;
};

struct qemu_conf {
	bool set; /* the key is there, even with an empty list: libvirt's own list is replaced */
	struct qemu_conf_pair *pairs;
	size_t count;
};

/* Reads the text of the file `name`. What is wrong is added to `notes` as "name:line: what". */
void qemu_conf_parse(
	const char *name, const char *text, struct strings *notes, struct qemu_conf *ret_conf);

/* Reads /etc/libvirt/qemu.conf below `root_fd`; no file is no news. */
void qemu_conf_read(int root_fd, struct strings *notes, struct qemu_conf *ret_conf);

void qemu_conf_clear(struct qemu_conf *conf);
#define auto_qemu_conf CLEANUP(qemu_conf_clear)

#endif
