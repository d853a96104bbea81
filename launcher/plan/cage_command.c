/* SPDX-License-Identifier: MIT */
#include "plan/cage_command.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "host/host.h"
#include "plan/cage.h"
#include "plan/plan.h"
#include "spec/spec.h"

/* NULL: no policy of its own; the need has another effect below. */
static const char *const policies[] = {
	[SPEC_USE_AIO_NATIVE] = "aio-native",
	[SPEC_USE_IO_URING] = "io-uring",
	[SPEC_USE_BLOCK_DEVICE] = "block-device",
	[SPEC_USE_SCSI_GENERIC] = "scsi-generic",
	[SPEC_USE_SNAPSHOT] = "snapshot",
	[SPEC_USE_SOCKET_FD] = "socket",
	[SPEC_USE_UNIX_LISTEN] = "unix-listen",
	[SPEC_USE_UNIX_CLIENT] = "unix-client",
	[SPEC_USE_TCP_LISTEN] = "tcp-listen",
	[SPEC_USE_TCP_CLIENT] = "tcp-client",
	[SPEC_USE_USER_NETWORK] = "user-network",
	[SPEC_USE_TAP] = "tap",
	[SPEC_USE_VHOST] = "vhost",
	[SPEC_USE_PTY] = "pty",
	[SPEC_USE_HOST_SERIAL] = "host-serial",
	[SPEC_USE_VNC] = "vnc",
	[SPEC_USE_SPICE] = "spice",
	[SPEC_USE_DISPLAY] = "display",
	[SPEC_USE_MEMFD] = "memfd",
	[SPEC_USE_HUGEPAGES] = "hugepages",
	[SPEC_USE_NUMA] = "numa",
	[SPEC_USE_MEM_LOCK] = "mem-lock",
	[SPEC_USE_9P] = "9p",
	[SPEC_USE_USB_HOST] = "usb-host",
	[SPEC_USE_USB_MTP] = "usb-mtp",
	[SPEC_USE_VFIO] = "vfio",
	[SPEC_USE_TPM] = "tpm",
	[SPEC_USE_MIGRATION] = "migration",
	[SPEC_USE_POSTCOPY] = "postcopy",
	[SPEC_USE_PIDFILE] = "pidfile",
	[SPEC_USE_DAEMONIZE] = "daemonize",
	[SPEC_USE_RUN_AS] = "run-as",
	[SPEC_USE_CHROOT] = "chroot",
	[SPEC_USE_QEMU_SANDBOX] = "qemu-sandbox",
	[SPEC_USE_SPAWN] = "spawn",
	[SPEC_USE_MONITOR] = NULL,
	[SPEC_USE_DRIVEN] = NULL,
	[SPEC_USE_ANY_FILE] = NULL,
	[SPEC_USE_NOT_KNOWN] = NULL,
	[SPEC_USE_OUTSIDE] = NULL,
};

/*
 * What QEMU may be told over a monitor after its start: hot-plug of disks (by path) and of nets (by
 * descriptor), new sockets, snapshots, migration, dumps. Never spawn, and not io-uring, which walks
 * around the filter: QEMU falls back to threads.
 */
static const enum spec_use told_later[] = {SPEC_USE_SOCKET_FD, SPEC_USE_UNIX_LISTEN,
	SPEC_USE_UNIX_CLIENT, SPEC_USE_TCP_LISTEN, SPEC_USE_TCP_CLIENT, SPEC_USE_AIO_NATIVE,
	SPEC_USE_BLOCK_DEVICE, SPEC_USE_SNAPSHOT, SPEC_USE_TAP, SPEC_USE_VHOST, SPEC_USE_PTY,
	SPEC_USE_VNC, SPEC_USE_MEMFD, SPEC_USE_MIGRATION, SPEC_USE_POSTCOPY};

/* libvirt's hot-plug goes further: host devices, memory bound to nodes. */
static const enum spec_use driven_later[] = {SPEC_USE_USB_HOST, SPEC_USE_VFIO, SPEC_USE_HUGEPAGES,
	SPEC_USE_NUMA, SPEC_USE_MEM_LOCK, SPEC_USE_SCSI_GENERIC, SPEC_USE_HOST_SERIAL,
	SPEC_USE_USER_NETWORK, SPEC_USE_TPM};

/* Needs under which files are not limited; what a user did not ask for in so many words is said. */
static const struct {
	enum spec_use use;
	bool warns;
	const char *effect;
} open_needs[] = {
	{SPEC_USE_DRIVEN, false,
		"lets whoever started QEMU tell it what to open: files are not limited"},
	{SPEC_USE_ANY_FILE, false, "opens files that it does not name: files are not limited"},
	{SPEC_USE_SPAWN, true, "starts programs, so QEMU may, and files are not limited"},
	{SPEC_USE_NOT_KNOWN, true,
		"is not known to slipway: files are not limited, nor calls that any option needs"},
};

/* Every file: the file's mode, and libvirt's own labels, decide. Two rules, since writing does not
 * include executing. */
static void allow_all_files(struct plan *plan)
{
	cage_directory(plan, "/", false);
	cage_devices_below(plan, "/");
}

/* TCP over ports that a command line does not say, or only in words that are QEMU's to read. */
static const enum spec_use listens[] = {SPEC_USE_TCP_LISTEN, SPEC_USE_USER_NETWORK, SPEC_USE_VNC,
	SPEC_USE_SPICE, SPEC_USE_MIGRATION};
static const enum spec_use connects[] = {SPEC_USE_TCP_CLIENT, SPEC_USE_USER_NETWORK, SPEC_USE_VNC,
	SPEC_USE_SPICE, SPEC_USE_MIGRATION};

static bool is_one_of(enum spec_use use, const enum spec_use *uses, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (uses[i] == use)
			return true;
	return false;
}

static void add_policy(struct plan *plan, enum spec_use use)
{
	plan->sandbox.any_listen |= is_one_of(use, listens, ARRAY_COUNT(listens));
	plan->sandbox.any_connect |= is_one_of(use, connects, ARRAY_COUNT(connects));
	if (policies[use])
		strings_add_once(&plan->sandbox.policies, policies[use]);
}

static void add_policies(struct plan *plan, const enum spec_use *uses, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_policy(plan, uses[i]);
}

/* All but spawn, which no unknown option gets by itself. */
static void allow_all_policies(struct plan *plan)
{
	for (size_t use = 0; use < ARRAY_COUNT(policies); use++)
		if (use != SPEC_USE_SPAWN)
			add_policy(plan, (enum spec_use)use);
}

/* Where snapshots, screenshots and dumps are made that somebody asks for over a monitor. */
static void add_monitor_paths(
	const struct spec *spec, const struct plan_options *options, struct plan *plan)
{
	static const char *const temporary[] = {"/tmp", "/var/tmp"};
	const struct spec_command *command = &spec->command;

	for (size_t i = 0; i < ARRAY_COUNT(temporary); i++)
		cage_directory(plan, temporary[i], true);
	cage_device(plan, "/dev/ptmx");
	cage_devices_below(plan, "/dev/pts");
	if (options->working_directory && strcmp(options->working_directory, "/") != 0)
		cage_directory(plan, options->working_directory, true);
	for (size_t i = 0; i < command->access_count; i++) {
		const struct spec_access *access = &command->accesses[i];

		if (access->write && !access->device && !access->directory && !access->made)
			cage_folder_of(plan, access->path);
	}
}

static void answer_need(const struct spec *spec, const struct plan_options *options,
	const struct spec_need *need, struct plan *plan)
{
	add_policy(plan, need->use);
	if (need->use == SPEC_USE_MONITOR) {
		add_policies(plan, told_later, ARRAY_COUNT(told_later));
		add_monitor_paths(spec, options, plan);
	}
	if (need->use == SPEC_USE_DRIVEN)
		add_policies(plan, driven_later, ARRAY_COUNT(driven_later));
	if (need->use == SPEC_USE_NOT_KNOWN)
		allow_all_policies(plan);
	for (size_t i = 0; i < ARRAY_COUNT(open_needs); i++) {
		if (open_needs[i].use != need->use)
			continue;
		allow_all_files(plan);
		strings_addf(open_needs[i].warns ? &plan->warnings : &plan->notes,
			"sandbox: '%s' %s", need->because, open_needs[i].effect);
	}
}

static const struct spec_need *find_need(const struct spec_command *command, enum spec_use use)
{
	for (size_t i = 0; i < command->need_count; i++)
		if (command->needs[i].use == use)
			return &command->needs[i];
	return NULL;
}

/* The files below `images`, each named in the header of the one above. */
static void add_backing(
	const struct strings *images, const struct host *host, bool write, struct plan *plan)
{
	for (size_t i = 0; i < host->backing.count; i++) {
		const struct backing_file *file = &host->backing.files[i];

		if (strings_contain(images, file->image) && file->name[0] == '/')
			cage_file(plan, file->name, write);
	}
}

/* Named in words of QEMU's own: "nbd://…", "json:{…}". */
static bool has_backing_elsewhere(const struct host *host)
{
	for (size_t i = 0; i < host->backing.count; i++)
		if (host->backing.files[i].name[0] != '/')
			return true;
	return false;
}

static void allow_backing_elsewhere(struct plan *plan)
{
	allow_all_files(plan);
	add_policy(plan, SPEC_USE_TCP_CLIENT);
	add_policy(plan, SPEC_USE_UNIX_CLIENT);
}

static void add_accesses(const struct spec_command *command, struct plan *plan)
{
	for (size_t i = 0; i < command->access_count; i++) {
		const struct spec_access *access = &command->accesses[i];

		cage_rule(plan, (struct path_rule){.path = access->path,
					.write = access->write,
					.directory = access->directory,
					.device = access->device,
					.made = access->made,
					.sockets = access->sockets});
	}
}

static struct error *leave_open(
	const struct plan_options *options, const struct spec_need *need, struct plan *plan)
{
	if (options->sandbox == SANDBOX_REQUIRE)
		return error_new(
			"'%s' needs what no sandbox can hold, and --sandbox=require allows no "
			"less; hand QEMU what the helper would make (fd=N), or use "
			"--sandbox=on",
			need->because);
	plan->sandbox.mode = SANDBOX_OFF;
	strings_addf(&plan->warnings,
		"sandbox: off, because '%s' starts a helper with more rights, or calls what no "
		"policy "
		"has",
		need->because);
	return NULL;
}

/* Who has a monitor makes snapshots beside the disks. */
static void add_disk_folders(const struct spec *spec, struct plan *plan)
{
	for (size_t i = 0; i < spec->disk_count; i++) {
		const struct spec_disk *disk = &spec->disks[i];

		if (disk->source.kind == SPEC_SOURCE_FILE && !disk->readonly &&
			disk->device != SPEC_DISK_CDROM)
			cage_folder_of(plan, disk->source.path);
	}
}

static struct error *refuse_outside(const char *what, const char *of)
{
	return error_new("%s'%s' needs what no sandbox can hold; say it in the spec "
			 "(<interface type='bridge'>), or use --sandbox=off",
		what, of);
}

/* Beside a spec there is always another way to say it, so nothing widens the sandbox unsaid. */
static struct error *answer_added(const struct spec *spec, const struct plan_options *options,
	const struct spec_need *need, struct plan *plan)
{
	if (need->use == SPEC_USE_NOT_KNOWN) {
		strings_addf(&plan->notes,
			"sandbox: '%s' is not known to slipway, and nothing is added for it",
			need->because);
		return NULL;
	}
	if (need->use == SPEC_USE_OUTSIDE && plan->sandbox.mode != SANDBOX_OFF)
		return refuse_outside("", need->because);
	answer_need(spec, options, need, plan);
	return NULL;
}

struct error *decide_added_cage(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct plan *plan)
{
	const struct spec_command *command = &spec->command;

	if (command->tcg)
		cage_policy(plan, "tcg");
	if (command->kvm) {
		cage_policy(plan, "kvm");
		cage_device(plan, "/dev/kvm");
	}
	if (find_need(command, SPEC_USE_MONITOR) || find_need(command, SPEC_USE_DRIVEN))
		add_disk_folders(spec, plan);
	add_accesses(command, plan);
	add_backing(&command->images, host, false, plan); /* not below a spec's own disks */
	if (command->bridge_count > 0 && plan->sandbox.mode != SANDBOX_OFF)
		return refuse_outside("the helper for bridge ", command->bridges[0].bridge);
	for (size_t i = 0; i < command->need_count; i++)
		TRY(answer_added(spec, options, &command->needs[i], plan));
	return NULL;
}

struct error *decide_command_cage(const struct spec *spec, const struct host *host,
	const struct plan_options *options, struct plan *plan)
{
	const struct spec_command *command = &spec->command;
	const struct spec_need *outside = find_need(command, SPEC_USE_OUTSIDE);
	const struct spec_need script = {SPEC_USE_SPAWN, host->emulator.path};
	bool merges = find_need(command, SPEC_USE_MONITOR); /* an image into the one below it */

	if (command->kvm && command->tcg)
		strings_add_once(&plan->sandbox.policies, "tcg");
	add_accesses(command, plan);
	add_backing(&command->images, host, merges, plan);
	if (has_backing_elsewhere(host))
		allow_backing_elsewhere(plan);
	for (size_t i = 0; i < command->need_count; i++)
		answer_need(spec, options, &command->needs[i], plan);
	if (host->emulator.script)
		answer_need(spec, options, &script, plan);
	if (outside && plan->sandbox.mode != SANDBOX_OFF)
		return leave_open(options, outside, plan);
	return NULL;
}
