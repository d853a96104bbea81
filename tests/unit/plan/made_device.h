/* SPDX-License-Identifier: MIT */
/*
 * Devices made up as the spec's reader would fill them: each call adds one to the spec, with
 * everything unsaid, and a line of its own; and what a plan made of them.
 */
#ifndef SLIPWAY_TESTS_MADE_DEVICE_H
#define SLIPWAY_TESTS_MADE_DEVICE_H

#include <string.h>

#include "made_up.h"

/* At most this many of each kind. */
#define MADE_MOST 40

/* No firmware is asked for: the plan is about devices. Also takes q35's own ones away. */
void made_bare(struct made_up *made);
void made_board(struct made_up *made, const char *machine);

struct spec_controller *made_controller(
	struct made_up *made, enum spec_controller_kind kind, const char *model);
struct spec_disk *made_disk(struct made_up *made, const char *target, const char *bus);
struct spec_interface *made_interface(struct made_up *made, enum spec_interface_kind kind);
struct spec_chardev *made_serial(struct made_up *made, enum spec_chardev_kind kind);
struct spec_chardev *made_channel(struct made_up *made, enum spec_chardev_kind kind);
struct spec_chardev *made_console(struct made_up *made, enum spec_chardev_kind kind);
struct spec_graphics *made_graphics(struct made_up *made, enum spec_graphics_kind kind);
struct spec_video *made_video(struct made_up *made, const char *model);
struct spec_input *made_input(struct made_up *made, const char *type, const char *bus);
struct spec_sound *made_sound(struct made_up *made, const char *model);
struct spec_audio *made_audio(struct made_up *made, unsigned int id, const char *type);
struct spec_hostdev *made_hostdev(struct made_up *made, enum spec_hostdev_kind kind);
struct spec_redirdev *made_redirdev(struct made_up *made);
struct spec_filesystem *made_filesystem(struct made_up *made, const char *target);
struct spec_tpm *made_tpm(struct made_up *made, enum spec_tpm_backend backend);
struct spec_rng *made_rng(struct made_up *made);
struct spec_watchdog *made_watchdog(struct made_up *made, const char *model);
struct spec_panic *made_panic(struct made_up *made, const char *model);
struct spec_vsock *made_vsock(struct made_up *made);

/* A PCI address as it is written. */
void made_pci(
	struct spec_device *common, unsigned int bus, unsigned int slot, unsigned int function);

/* The -device of `driver` in the plan of `made` has `part`, or has not; a refusal fails the test.
 */
void assert_device(struct made_up *made, const char *driver, const char *part);
void assert_no_device(struct made_up *made, const char *driver);

/* "-option" with exactly `value` is in the plan made last. */
void assert_option(const struct made_up *made, const char *option, const char *value);
void assert_no_option(const struct made_up *made, const char *option);

/* The plan is refused, and `part` is in the text. */
void assert_refused(struct made_up *made, const char *part);

bool has_policy(const struct plan *plan, const char *policy);
bool has_rule(const struct plan *plan, const char *path, bool write);

#endif
