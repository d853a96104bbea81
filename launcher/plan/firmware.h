/* SPDX-License-Identifier: MIT */
/*
 * From choice to decision: what plan_firmware says, and which template the store comes from.
 */
#ifndef SLIPWAY_PLAN_FIRMWARE_H
#define SLIPWAY_PLAN_FIRMWARE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/terms.h"

struct candidates;
struct firmware_file;
struct firmware_request;
struct host;
struct plan_firmware;
struct plan_options;
struct spec;
struct strings;

/* The files behind the decision; borrowed from the host. */
struct firmware_files {
	const struct firmware_file *code;     /* NULL: QEMU's own firmware */
	const struct firmware_file *template; /* NULL: none is known */
	enum image_format template_format;
};

struct error *decide_firmware(const struct host *host, const struct firmware_request *request,
	struct candidates *ret_candidates, struct firmware_files *ret_files,
	struct plan_firmware *ret_firmware) MUST_USE;

/* The path and format of read-only CODE. */
void plan_firmware_set_code(
	const struct firmware_file *code, enum image_format format, struct plan_firmware *firmware);

/* Firmware that is built for QEMU's uefi-vars device waits for it for ever (edk2,
 * PcdQemuVarsRequire): refused where this host's QEMU has not got it. */
struct error *refuse_missing_device(const struct host *host, const struct firmware_request *request,
	const struct plan_firmware *firmware) MUST_USE;

/* Is a file with the VM's variables behind this firmware? */
bool firmware_keeps_variables(const struct plan_firmware *firmware);

#endif
