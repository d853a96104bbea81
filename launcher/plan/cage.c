/* SPDX-License-Identifier: MIT */
#include "plan/cage.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "plan/plan.h"
#include "spec/spec.h"

static void add_path(struct plan *plan, const char *path, bool write)
{
	struct plan_sandbox *sandbox = &plan->sandbox;
	struct path_rule *rule;

	if (!path)
		return;
	rule = array_push(&sandbox->paths, &sandbox->path_count, sizeof(*sandbox->paths));
	rule->path = xstrdup(path);
	rule->write = write;
}

static void add_directory(struct plan *plan, const char *path, bool write)
{
	add_path(plan, path, write);
	plan->sandbox.paths[plan->sandbox.path_count - 1].directory = true;
}

static void add_device(struct plan *plan, const char *path)
{
	add_path(plan, path, true);
	plan->sandbox.paths[plan->sandbox.path_count - 1].device = true;
}

static void add_disk(struct plan *plan, const struct spec_disk *disk, bool ephemeral)
{
	bool write = !disk->readonly && disk->device != SPEC_DISK_CDROM && !ephemeral;

	if (disk->source.kind == SPEC_SOURCE_BLOCK) {
		strings_add_once(&plan->sandbox.policies, "block-device");
		add_device(plan, disk->source.path);
		return;
	}
	add_path(plan, disk->source.path, write);
	if (text_equal(disk->io, "native"))
		strings_add_once(&plan->sandbox.policies, "aio-native");
	if (text_equal(disk->io, "io_uring"))
		strings_add_once(&plan->sandbox.policies, "io-uring");
}

/* What libraries and QEMU read in every VM. */
static const char *const read_directories[] = {
	"/usr", "/lib", "/lib64", "/nix/store", "/gnu/store"};
static const char *const read_files[] = {"/etc/ld.so.cache", "/etc/localtime", "/dev/urandom"};

static const char *const emulator_directories[] = {"share", "lib", "lib64", "libexec"};

static void add_system(struct plan *plan)
{
	for (size_t i = 0; i < ARRAY_COUNT(read_directories); i++)
		add_directory(plan, read_directories[i], false);
	for (size_t i = 0; i < ARRAY_COUNT(read_files); i++)
		add_path(plan, read_files[i], false);
	add_device(plan, "/dev/null");
}

/* The emulator itself, and where an installation outside /usr keeps its ROMs and modules. */
static void add_emulator(struct plan *plan)
{
	auto_free char *binaries = path_directory(plan->emulator);
	auto_free char *prefix = path_directory(binaries);

	add_path(plan, plan->emulator, false);
	if (strcmp(path_base(binaries), "bin") != 0 || text_starts_with(plan->emulator, "/usr/"))
		return;
	for (size_t i = 0; i < ARRAY_COUNT(emulator_directories); i++) {
		auto_free char *path = xasprintf(
			"%s/%s", strcmp(prefix, "/") == 0 ? "" : prefix, emulator_directories[i]);

		add_directory(plan, path, false);
	}
}

/* Landlock knows what is there: where QEMU makes a file or a socket itself, its folder is opened.
 */
static void add_folder_of(struct plan *plan, const char *path)
{
	auto_free char *directory = NULL;

	if (!path)
		return;
	directory = path_directory(path);
	add_directory(plan, directory, true);
}

static void add_chardev(struct plan *plan, const struct spec_chardev *chardev)
{
	add_folder_of(plan, chardev->log_file);
	switch (chardev->kind) {
	case SPEC_CHARDEV_FILE:
		add_folder_of(plan, chardev->path);
		break;
	case SPEC_CHARDEV_UNIX:
		strings_add_once(
			&plan->sandbox.policies, chardev->listen ? "unix-listen" : "unix-client");
		add_folder_of(plan, chardev->path);
		break;
	case SPEC_CHARDEV_PTY:
		strings_add_once(&plan->sandbox.policies, "pty");
		add_device(plan, "/dev/ptmx");
		add_device(plan, "/dev/pts");
		plan->sandbox.paths[plan->sandbox.path_count - 1].directory = true;
		break;
	case SPEC_CHARDEV_TCP:
		strings_add_once(
			&plan->sandbox.policies, chardev->listen ? "tcp-listen" : "tcp-client");
		break;
	case SPEC_CHARDEV_STDIO:
	case SPEC_CHARDEV_DEV:
	case SPEC_CHARDEV_PIPE:
	case SPEC_CHARDEV_VC:
	case SPEC_CHARDEV_SPICEVMC:
	case SPEC_CHARDEV_SPICEPORT:
	case SPEC_CHARDEV_VDAGENT:
	case SPEC_CHARDEV_NULL:
		break;
	}
}

static void add_chardevs(struct plan *plan, const struct spec_chardev *chardevs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_chardev(plan, &chardevs[i]);
}

void decide_cage(const struct spec *spec, const struct plan_options *options, struct plan *plan)
{
	bool kvm = strcmp(plan->accel, "kvm") == 0;

	plan->sandbox.mode = options->sandbox;
	if (options->sandbox == SANDBOX_OFF)
		strings_add(&plan->warnings,
			"sandbox: off: a guest that breaks out of QEMU can do what this user can");
	strings_add(&plan->sandbox.policies, "base");
	strings_add(&plan->sandbox.policies, kvm ? "kvm" : "tcg");
#ifndef __GLIBC__
	strings_add(&plan->sandbox.policies, "musl"); /* the emulator's C library is slipway's */
#endif
	if (options->watch.on)
		strings_add_once(&plan->sandbox.policies, "socket");
	if (options->watch.ready_guest != 0)
		strings_add_once(&plan->sandbox.policies, "vhost");
	add_system(plan);
	add_emulator(plan);
	if (kvm)
		add_device(plan, "/dev/kvm");
	if (spec->firmware.launch_security != SPEC_LAUNCH_SECURITY_NONE)
		add_device(plan, "/dev/sev");
	add_path(plan, plan->firmware.open_path, false);
	if (plan->nvram.action != NVRAM_NETWORK)
		add_path(plan, plan->nvram.path, true);
	for (size_t i = 0; i < spec->disk_count; i++)
		add_disk(plan, &spec->disks[i], options->ephemeral);
	add_chardevs(plan, spec->serials, spec->serial_count);
	add_chardevs(plan, spec->consoles, spec->console_count);
	add_path(plan, spec->kernel, false);
	add_path(plan, spec->initrd, false);
	add_path(plan, spec->dtb, false);
	for (size_t i = 0; options->sandbox_read && i < options->sandbox_read->count; i++)
		add_directory(plan, options->sandbox_read->items[i], false);
	for (size_t i = 0; options->sandbox_write && i < options->sandbox_write->count; i++)
		add_directory(plan, options->sandbox_write->items[i], true);
}
