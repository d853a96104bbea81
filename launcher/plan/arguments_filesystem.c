/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/device.h"
#include "plan/layout.h"
#include "plan/openings.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

static bool is_virtiofs(const struct spec_filesystem *filesystem)
{
	return text_equal(filesystem->driver, "virtiofs");
}

static void check(const struct arguments *arguments, const struct spec_filesystem *filesystem)
{
	bool daemon = is_virtiofs(filesystem);
	bool ours = daemon && !filesystem->socket;
	bool mapped = text_equal(filesystem->access_mode, "mapped");
	const struct said_part parts[] = {
		{"fmode= or dmode=", filesystem->fmode || filesystem->dmode, mapped},
		{"accessmode=",
			filesystem->access_mode &&
				strcmp(filesystem->access_mode, "passthrough") != 0,
			!daemon},
		{"<readonly>", filesystem->readonly, ours || !daemon},
		{"<binary path=…>", filesystem->binary != NULL, ours},
		{"xattr=", filesystem->xattr != CHOICE_UNSET, ours},
		{"<lock>",
			filesystem->posix_lock != CHOICE_UNSET || filesystem->flock != CHOICE_UNSET,
			ours},
		{"<cache>", filesystem->cache != NULL, ours},
		{"<sandbox>", filesystem->sandbox != NULL, ours},
		{"<thread_pool>", filesystem->thread_pool_said, ours},
		{"<openfiles>", filesystem->open_files > 0, ours},
		{"<idmap>", filesystem->id_map_count > 0, ours},
	};

	refuse_useless(
		arguments, filesystem->common.line, "this <filesystem>", parts, ARRAY_COUNT(parts));
}

struct access_word {
	const char *word, *model;
};

/* libvirt's words and QEMU's (qemu-options, -fsdev security_model). The last is what is left: the
 * reader lets no other word through. */
static const struct access_word access_words[] = {
	{"passthrough", "passthrough"}, {"mapped", "mapped"}, {"squash", "none"}};

static const char *security_model(const struct spec_filesystem *filesystem)
{
	size_t i = 0;

	if (!filesystem->access_mode)
		return "passthrough";
	while (i + 1 < ARRAY_COUNT(access_words) &&
		strcmp(access_words[i].word, filesystem->access_mode) != 0)
		i++;
	return access_words[i].model;
}

/* The XML says modes as people write them, "644"; QEMU reads a leading 0 as octal. */
static void add_mode(struct text *option, const char *key, unsigned int mode)
{
	if (mode > 0)
		qopt_addf(option, key, "0%o", mode);
}

static void add_9p(
	const struct arguments *arguments, const struct spec_filesystem *filesystem, size_t index)
{
	const struct address *address = layout_address(arguments->layout, DEVICE_FILESYSTEM, index);
	auto_free char *driver = virtio_driver("virtio-9p", filesystem->model, address);
	struct text fsdev = {0};
	struct text option = {0};

	qopt_word(&fsdev, "local");
	qopt_addf(&fsdev, "id", "fsdev-fs%zu", index);
	qopt_add(&fsdev, "security_model", security_model(filesystem));
	if (filesystem->multidevs && strcmp(filesystem->multidevs, "default") != 0)
		qopt_add(&fsdev, "multidevs", filesystem->multidevs);
	add_mode(&fsdev, "fmode", filesystem->fmode);
	add_mode(&fsdev, "dmode", filesystem->dmode);
	add_text(&fsdev, "path", filesystem->source);
	if (filesystem->readonly)
		qopt_flag(&fsdev, "readonly", true);
	add_option(&arguments->plan->argv, "-fsdev", text_take(&fsdev));
	qopt_word(&option, driver);
	qopt_addf(&option, "id", "fs%zu", index);
	qopt_addf(&option, "fsdev", "fsdev-fs%zu", index);
	add_text(&option, "mount_tag", filesystem->target);
	device_finish(&option, arguments, DEVICE_FILESYSTEM, index, DEVICE_VIRTIO);
	cage_policy(arguments->plan, "9p");
	cage_directory(arguments->plan, filesystem->source, !filesystem->readonly);
}

static void add_maps(struct strings *argv, const struct spec_filesystem *filesystem)
{
	for (size_t i = 0; i < filesystem->id_map_count; i++) {
		const struct spec_id_map *map = &filesystem->id_maps[i];

		strings_add(argv, map->group ? "--gid-map" : "--uid-map");
		strings_addf(argv, ":%u:%u:%u:", map->start, map->target, map->count);
	}
}

/* -o is what the older virtiofsd in C has, and the one in Rust takes as well. */
static void add_daemon_options(struct strings *argv, const struct spec_filesystem *filesystem)
{
	struct text option = {0};

	text_addf(&option, "source=%s", filesystem->source);
	if (filesystem->cache)
		text_addf(&option, ",cache=%s", filesystem->cache);
	if (filesystem->sandbox)
		text_addf(&option, ",sandbox=%s", filesystem->sandbox);
	if (filesystem->xattr != CHOICE_UNSET)
		text_addf(&option, ",%sxattr", filesystem->xattr == CHOICE_YES ? "" : "no_");
	strings_add(argv, "-o");
	strings_add_owned(argv, text_take(&option));
	if (filesystem->readonly)
		strings_add(argv, "--readonly");
	if (filesystem->thread_pool_said)
		strings_addf(argv, "--thread-pool-size=%u", filesystem->thread_pool);
	if (filesystem->open_files > 0)
		strings_addf(argv, "--rlimit-nofile=%u", filesystem->open_files);
	add_maps(argv, filesystem);
}

static int start_daemon(const struct arguments *arguments, const struct spec_filesystem *filesystem)
{
	struct companion *daemon =
		add_companion(arguments->plan, "virtiofsd", filesystem->common.line);
	struct strings *argv = &daemon->argv;

	daemon->package = "virtiofsd";
	daemon->socket = COMPANION_LISTEN;
	strings_add(argv, filesystem->binary ? filesystem->binary : "virtiofsd");
	strings_addf(argv, "--fd=%d", daemon->own_fd);
	if (strchr(filesystem->source, ','))
		refuse(arguments->refusals, filesystem->common.line,
			"virtiofsd cannot be told of a directory with a comma in its name");
	if (filesystem->posix_lock == CHOICE_YES || filesystem->flock == CHOICE_YES)
		refuse_part(arguments->refusals, filesystem->common.line,
			"<lock posix='on'> and flock='on' are not supported: virtiofsd has given "
			"them up");
	add_daemon_options(argv, filesystem);
	return daemon->fd;
}

/* vhost-user: the daemon reads and writes the guest's memory, so that must be shareable. */
static void check_memory(
	const struct arguments *arguments, const struct spec_filesystem *filesystem)
{
	const struct spec_memory *memory = &arguments->spec->memory;
	bool shared = text_equal(memory->access, "shared");

	for (size_t i = 0; i < memory->cell_count; i++)
		shared = shared || text_equal(memory->cells[i].access, "shared");
	if (!shared)
		refuse(arguments->refusals, filesystem->common.line,
			"<driver type='virtiofs'> needs memory that is shared with virtiofsd; add "
			"<memoryBacking><source type='memfd'/><access mode='shared'/>"
			"</memoryBacking>");
}

static void add_virtiofs(
	const struct arguments *arguments, const struct spec_filesystem *filesystem, size_t index)
{
	const struct address *address = layout_address(arguments->layout, DEVICE_FILESYSTEM, index);
	auto_free char *driver = virtio_driver("vhost-user-fs", NULL, address);
	struct text chardev = {0};
	struct text option = {0};

	check_memory(arguments, filesystem);
	qopt_word(&chardev, "socket");
	qopt_addf(&chardev, "id", "chr-vu-fs%zu", index);
	qopt_addf(&chardev, "fd", "%d",
		filesystem->socket ? opening_connect(arguments->plan, filesystem->socket,
					     filesystem->common.line)
				   : start_daemon(arguments, filesystem));
	add_option(&arguments->plan->argv, "-chardev", text_take(&chardev));
	qopt_word(&option, driver);
	qopt_addf(&option, "id", "fs%zu", index);
	qopt_addf(&option, "chardev", "chr-vu-fs%zu", index);
	add_number(&option, "queue-size", filesystem->queue);
	add_text(&option, "tag", filesystem->target);
	add_number(&option, "bootindex", filesystem->common.boot_order);
	device_finish(&option, arguments, DEVICE_FILESYSTEM, index, DEVICE_VIRTIO | DEVICE_BOOTS);
	cage_policy(arguments->plan, "vhost-user");
}

void add_filesystems(const struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->spec->filesystem_count; i++) {
		const struct spec_filesystem *filesystem = &arguments->spec->filesystems[i];

		check(arguments, filesystem);
		if (is_virtiofs(filesystem))
			add_virtiofs(arguments, filesystem, i);
		else
			add_9p(arguments, filesystem, i);
	}
}
