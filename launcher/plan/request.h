/* SPDX-License-Identifier: MIT */
/*
 * What is wanted of the firmware, spec and options taken together: the one value that descriptors
 * and pairs are compared with. Borrows from both.
 */
#ifndef SLIPWAY_PLAN_REQUEST_H
#define SLIPWAY_PLAN_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/terms.h"
#include "spec/spec.h"

struct host;
struct plan_options;

struct firmware_request {
	enum firmware_interface interface; /* NONE: nothing was asked, QEMU's own firmware */
	bool automatic;         /* chosen by interface and features; a loader path only narrows */
	const char *descriptor; /* --firmware=DESCRIPTOR.json: only this one */
	const char *loader;     /* NULL: any */
	enum spec_loader_type loader_type;
	enum choice readonly, secure, stateless;
	enum image_format loader_format;
	const char *template;
	enum image_format template_format;
	enum choice json_store; /* yes: <varstore>, no: an <nvram> that is somewhere */
	bool store_is_local;    /* no store was named, or one in a file: a template is needed */
	enum choice secure_boot, enrolled_keys;
	bool prefer_raw; /* the domain reads like an existing one, see request.c */
	bool acpi_s3, acpi_s4;
	enum choice smm;
	enum spec_launch_security launch_security;
	uint64_t launch_policy;
	enum arch arch;
	const char *machine; /* canonical */
	const char *file;    /* for messages: where the request was made … */
	int line;            /* … 0 for an option */
};

/* Refuses options that contradict each other or the spec. */
struct error *firmware_request_make(const struct spec *spec, const struct plan_options *options,
	const struct host *host, struct firmware_request *ret_request) MUST_USE;

/* The request in words, "UEFI firmware for x86_64 pc-q35-7.2 with secure-boot"; the caller frees.
 */
char *firmware_request_text(const struct firmware_request *request) MUST_USE;

#endif
