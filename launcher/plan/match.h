/* SPDX-License-Identifier: MIT */
/*
 * Does one descriptor or pair fit the request? Each answer is NULL or the reason for a refusal, in
 * words a user can act on; the caller frees it. The rule ids in match.c are libvirt's decisions
 * (src/qemu/qemu_firmware.c, qemuFirmwareMatchDomain, 11.3) under the names M1 … M16.
 */
#ifndef SLIPWAY_PLAN_MATCH_H
#define SLIPWAY_PLAN_MATCH_H

#include <stdbool.h>

#include "base/attr.h"

struct descriptor;
struct firmware_file;
struct firmware_pair;
struct firmware_request;
struct host;
struct strings;

/* How the paths of a request are compared with a candidate's. */
enum path_match {
	PATH_MATCH_LITERAL,   /* the same text */
	PATH_MATCH_SAME_FILE, /* or one file: device and inode of what was opened */
};

char *descriptor_refusal(const struct host *host, const struct firmware_request *request,
	const struct descriptor *descriptor, enum path_match how) MUST_USE;

/* Firmware with these features, and none else, for the request. */
char *features_refusal(
	const struct firmware_request *request, const struct strings *features) MUST_USE;

char *pair_refusal(const struct host *host, const struct firmware_request *request,
	const struct firmware_pair *pair, enum path_match how) MUST_USE;

/* The facts about a path that the survey looked at, or NULL. */
const struct firmware_file *host_file(const struct host *host, const char *path);

/* Are the two one file on this host? */
bool same_file(const struct firmware_file *a, const struct firmware_file *b);

#endif
