/* SPDX-License-Identifier: MIT */
/*
 * The files below a disk image: the backing chain and external data file that qcow2 headers name
 * (QEMU docs/interop/qcow2.txt, "Header"). What a header says is a name to allow, never trusted for
 * anything else.
 */
#ifndef SLIPWAY_HOST_BACKING_H
#define SLIPWAY_HOST_BACKING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/text.h"

struct backing_file {
	char *image;      /* owned: the request's image whose chain this is in */
	char *name;       /* owned: an absolute path, or "json:{…}", "nbd://…" as it stands */
	bool data;        /* an external data file, of the request's image itself or of one below */
	bool of_image;    /* named by the request's image itself, not by one below it */
	bool format_said; /* the header says the format, too; true for a data file, which is raw */
};

struct backing {
	struct strings images; /* whose chains these are */
	struct backing_file *files;
	size_t count;
};

/* Adds the files behind each image, nearest first. Images that cannot be read are passed over. */
void backing_find(const struct strings *images, struct backing *backing);

void backing_clear(struct backing *backing);
#define auto_backing CLEANUP(backing_clear)

#endif
