/* SPDX-License-Identifier: MIT */
/*
 * A host, a spec and options made up as values, so that a rule is tested without a file on a disk:
 * a test takes the plain case, changes the one thing it is about, and looks at the plan or refusal.
 *
 * Everything belongs to struct made_up and is gone at the test's end. Pointers that were handed out
 * stay valid until then.
 */
#ifndef SLIPWAY_TESTS_MADE_UP_H
#define SLIPWAY_TESTS_MADE_UP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/terms.h"
#include "base/text.h"
#include "host/host.h"
#include "plan/plan.h"
#include "plan/request.h"
#include "spec/spec.h"

/* The two families of x86 builds (edk2 OvmfPkg), and the flash of arm's and riscv's boards. */
#define CODE_2M_BYTES 1966080
#define VARS_2M_BYTES 131072
#define CODE_4M_BYTES 3653632
#define VARS_4M_BYTES 540672
#define ARM_FLASH_BYTES (64 << 20)
#define RISCV_FLASH_BYTES (32 << 20)

struct made_up {
	struct host host;
	struct spec spec;
	struct plan_options options;
	struct plan *plan;   /* what made_plan made, or NULL */
	struct error *error; /* … or why it was refused */
	struct candidates candidates;
	struct firmware_request request; /* what made_request made */
	void **kept;
	size_t kept_count;
};

/* For cmocka: *state is a struct made_up, a q35 VM with <os firmware='efi'> on an empty host. */
int made_up_setup(void **state);
int made_up_teardown(void **state);
#define MADE_UP(test) cmocka_unit_test_setup_teardown(test, made_up_setup, made_up_teardown)

/* The same for another architecture's "virt" board. */
void made_virt(struct made_up *made, enum arch arch);

/* A copy of `text` that lives as long as `made`. */
char *made_text(struct made_up *made, const char *text);

/* Zeroed memory that lives as long as `made`. */
void *made_memory(struct made_up *made, size_t count, size_t size);

/* A raw file of the host that nothing is wrong with; the one of that path if there is one. */
struct firmware_file *made_file(
	struct made_up *made, const char *path, uint64_t size_bytes, enum firmware_role role);

/* The size and role that suit the spec's architecture: 4M on x86. */
struct firmware_file *made_code(struct made_up *made, const char *path);
struct firmware_file *made_vars(struct made_up *made, const char *path);

/* Another name of `file`. */
struct firmware_file *made_link(
	struct made_up *made, const char *path, const struct firmware_file *file);

/* UEFI, flash split raw, every board of the spec's architecture, no features; behind all others. */
struct descriptor *made_descriptor(
	struct made_up *made, const char *path, const char *code, const char *vars);

/* UEFI (or BIOS) in memory. */
struct descriptor *made_memory_descriptor(
	struct made_up *made, const char *path, const char *file, unsigned int interfaces);

/* A built-in pair, raw, no features. */
struct firmware_pair *made_pair(struct made_up *made, const char *code, const char *vars);

/* <loader readonly='yes' type='pflash'>PATH</loader> without firmware=, as the survey sees it. */
void made_loader(struct made_up *made, const char *path);

/* <nvram template=PATH/>. */
void made_template(struct made_up *made, const char *path);

/* An existing store at `path`, as the survey found it. */
struct firmware_file *made_store(struct made_up *made, const char *path);

/* A file below the image `above`, as the survey found it in its header; its format is said. */
struct backing_file *made_backing(struct made_up *made, const char *above, const char *name);

/* The record beside the store made last: it was made with `code`. */
void made_record(struct made_up *made, const char *code);

/* firmware_request_make; a refusal fails the test. */
const struct firmware_request *made_request(struct made_up *made);

/* plan_make: fills plan, or error and candidates. What an earlier call made is gone. */
void made_plan(struct made_up *made);

/* The plan, which must have been made: a refusal fails the test with its text. */
const struct plan *planned(struct made_up *made);

/* The refusal must be exactly `text`; status 125 and no plan. */
void assert_plan_refused(struct made_up *made, const char *text);

/* `got` is freed; NULL is what fits. */
void assert_reason(char *got, const char *wanted);

/* The argument behind the first `option` in argv, or NULL; borrowed. */
const char *argument_of(const struct plan *plan, const char *option);

/* The argument behind the `index`th `option` (from 0), or NULL. */
const char *argument_at(const struct plan *plan, const char *option, size_t index);

/* The first -device of QEMU's device `driver`, or NULL. */
const char *device_of(const struct plan *plan, const char *driver);

#endif
