/* SPDX-License-Identifier: MIT */
/*
 * The commands: each takes the options and gives an error or NULL, and then *ret_status is what the
 * program ends with.
 */
#ifndef SLIPWAY_CMD_H
#define SLIPWAY_CMD_H

#include "base/attr.h"
#include "base/error.h"

struct options;

struct error *cmd_run(const struct options *options, int *ret_status) MUST_USE;
struct error *cmd_plan(const struct options *options, int *ret_status) MUST_USE;
struct error *cmd_nvram(const struct options *options, int *ret_status) MUST_USE;
struct error *cmd_policy(const struct options *options, int *ret_status) MUST_USE;
struct error *cmd_test(const struct options *options, int *ret_status) MUST_USE;
struct error *cmd_exec(const struct options *options, int *ret_status) MUST_USE;
struct error *cmd_doctor(const struct options *options, int *ret_status) MUST_USE;
struct error *cmd_firmware(const struct options *options, int *ret_status) MUST_USE;

#endif
