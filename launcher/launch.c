/* SPDX-License-Identifier: MIT */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "act/filter.h"
#include "base/file.h"
#include "base/memory.h"
#include "host/host.h"
#include "launch_record.h"
#include "options.h"
#include "spec/argv.h"
#include "spec/spec.h"

/* Relative paths of a spec begin at its own folder: a spec means the same from everywhere. */
static struct error *spec_directory(const char *path, char **ret_directory)
{
	auto_free char *directory = path_directory(path);
	auto_free char *here = getcwd(NULL, 0);

	if (!here && path[0] != '/')
		return error_system(errno, "cannot tell the working directory");
	*ret_directory = text_equal(directory, ".") ? steal(&here) : path_absolute(here, directory);
	return NULL;
}

static struct error *read_spec(const struct options *options, const char *path,
	const struct launch *launch, struct spec **ret_spec)
{
	auto_free char *directory = NULL;

	TRY(spec_directory(path, &directory));
	TRY(spec_read_xml(launch->text, launch->text_bytes, path, options->lenient, ret_spec));
	spec_resolve_paths(*ret_spec, directory);
	if ((*ret_spec)->arch == ARCH_UNKNOWN)
		(*ret_spec)->arch =
			filter_host_arch(); /* libvirt: the host's own, where none is said */
	return NULL;
}

/* What the caller adds to the machine's arguments, in the order in which QEMU gets it. */
static struct error *read_added(const struct options *options, struct spec *spec)
{
	auto_free char *here = getcwd(NULL, 0);
	auto_strings struct strings words = {0};

	for (size_t i = 0; i < spec->qemu_arguments.count; i++)
		strings_add(&words, spec->qemu_arguments.items[i]);
	for (size_t i = 0; i < options->arguments.count; i++)
		strings_add(&words, options->arguments.items[i]);
	if (words.count == 0)
		return NULL;
	if (!here)
		return error_system(errno, "cannot tell the working directory");
	spec_read_added(spec, &words, here);
	return NULL;
}

static void add_path(struct strings *paths, const char *path)
{
	if (path)
		strings_add_once(paths, path);
}

static void firmware_paths(
	const struct options *options, const struct spec *spec, struct strings *paths)
{
	add_path(paths, spec->firmware.loader.path);
	add_path(paths, spec->firmware.nvram.template);
	add_path(paths, spec->firmware.varstore.template);
	if (options->firmware == FIRMWARE_OPTION_FILES) {
		add_path(paths, options->firmware_path);
		add_path(paths, options->firmware_vars);
	}
}

/* A plan for another host's files says nothing of this machine's accelerator. */
static bool plans_for_another_host(const struct options *options)
{
	bool starts = options->command == COMMAND_RUN || options->command == COMMAND_TEST ||
		      options->command == COMMAND_EXEC;

	return strcmp(options->root, "/") != 0 && (options->dry_run || !starts);
}

static bool kvm_is_asked(const struct options *options, const struct spec *spec)
{
	if (plans_for_another_host(options))
		return false;
	switch (options->accel) {
	case ACCEL_OPTION_SPEC:
		return spec->accel == SPEC_ACCEL_KVM;
	case ACCEL_OPTION_AUTO:
	case ACCEL_OPTION_KVM:
		return true;
	case ACCEL_OPTION_TCG:
		return false;
	}
	return false;
}

static void add_image(
	const struct spec_source *source, enum image_format format, struct strings *images)
{
	if (format == IMAGE_FORMAT_QCOW2 &&
		(source->kind == SPEC_SOURCE_FILE || source->kind == SPEC_SOURCE_BLOCK))
		add_path(images, source->path);
}

/* Disk images whose headers may name files that the spec does not. */
static void disk_images(const struct spec *spec, struct strings *images)
{
	for (size_t i = 0; i < spec->disk_count; i++) {
		const struct spec_disk *disk = &spec->disks[i];

		add_image(&disk->source, disk->format, images);
		for (size_t j = 0; j < disk->backing_count; j++)
			add_image(&disk->backing[j].source, disk->backing[j].format, images);
	}
	for (size_t i = 0; i < spec->command.images.count; i++)
		strings_add(images, spec->command.images.items[i]);
}

static bool firmware_is_asked(const struct options *options, const struct spec *spec)
{
	if (options->firmware != FIRMWARE_OPTION_AUTO)
		return options->firmware != FIRMWARE_OPTION_NONE;
	return spec->firmware.kind != SPEC_FIRMWARE_UNSET || spec->firmware.loader.path;
}

/* QEMU is asked for its machines where firmware is chosen for one that has no version in its name.
 */
static bool machines_are_asked(const struct options *options, const struct spec *spec)
{
	return strcmp(options->root, "/") == 0 && firmware_is_asked(options, spec) &&
	       (!spec->machine || !strchr(spec->machine, '-'));
}

/* How far this host's time is ahead of UTC. */
static int64_t local_ahead_s(void)
{
	time_t now = time(NULL);
	struct tm local = {0};

	return localtime_r(&now, &local) ? local.tm_gmtoff : 0;
}

struct plan_options launch_plan_options(const struct options *options)
{
	bool is_test = options->command == COMMAND_TEST;

	return (struct plan_options){
		.firmware = options->firmware,
		.firmware_path = options->firmware_path,
		.firmware_vars = options->firmware_vars,
		.secure_boot = options->secure_boot,
		.nvram = options->nvram,
		.nvram_path = options->nvram_path,
		.reset_nvram = options->reset_nvram,
		.only_store = options->command == COMMAND_NVRAM,
		.ephemeral = options->ephemeral || (is_test && !options->test.keep),
		.watch =
			{
				.on = is_test,
				.debug_exit = options->success_exit != NULL,
				.ready = options->test.ready,
				.ready_guest = options->test.ready_guest,
				.ready_port = options->test.ready_port,
				.screenshot = options->test.screenshot != NULL,
			},
		.accel = options->accel,
		.sandbox = options->sandbox,
		.sandbox_read = &options->sandbox_read,
		.sandbox_write = &options->sandbox_write,
		.nvram_directory = options->nvram_directory,
		.runtime_directory = options->runtime_directory,
		.secret_directory = options->secret_directory,
		.run = is_test ? getpid() : 0,
		.state_directory = options->state_directory,
		.now_s = time(NULL),
		.console_pty = options->test.console == CONSOLE_OPTION_PTY,
		.other_host = plans_for_another_host(options),
		.lenient = options->lenient,
		.arguments = &options->arguments,
		.below_root = strcmp(options->root, "/") != 0 && !plans_for_another_host(options),
	};
}

static struct error *survey(const struct options *options, const struct plan_options *plan_options,
	const struct spec *spec, bool brief, struct host **ret_host)
{
	auto_fd int root_fd = file_open(options->root, O_PATH | O_DIRECTORY);
	auto_strings struct strings paths = {0};
	auto_strings struct strings stores = {0};
	auto_strings struct strings descriptors = {0};
	auto_strings struct strings images = {0};
	struct survey_request request = {
		.root_fd = root_fd,
		.root_path = options->root,
		.arch = spec->arch,
		.config_directory = options->config_directory,
		.privileged = options->privileged,
		.emulator = options->emulator ? options->emulator : spec->emulator,
		.search_path = options->search_path,
		.paths = &paths,
		.store_paths = &stores,
		.descriptor_paths = &descriptors,
		.images = &images,
		.firmware = firmware_is_asked(options, spec),
		.kvm = kvm_is_asked(options, spec),
		.uefi_vars = spec->firmware.varstore.present,
		.machines = machines_are_asked(options, spec),
		.cache_directory = options->cache_directory,
		.brief = brief,
	};

	if (root_fd < 0)
		return error_system(-root_fd, "--root: cannot open '%s'", options->root);
	firmware_paths(options, spec, &paths);
	if (!plans_for_another_host(options))
		disk_images(spec, &images);
	if (options->firmware == FIRMWARE_OPTION_DESCRIPTOR)
		strings_add(&descriptors, options->firmware_path);
	plan_store_paths(spec, plan_options, &stores);
	return host_survey(&request, ret_host);
}

static void forget_plan(struct launch *launch)
{
	host_free_pointer(&launch->host);
	candidates_clear(&launch->candidates);
	plan_free_pointer(&launch->plan);
}

/*
 * A start wants the choice alone, without a word about what else there was, and descriptors come
 * first: where one is chosen among them, pairs and what explains a refusal cannot change it. A
 * loader that is named may be a pair's as well, and who asks for a plan wants every candidate.
 */
static bool brief_look_will_do(const struct options *options, const struct spec *spec)
{
	return (options->command == COMMAND_RUN || options->command == COMMAND_TEST) &&
	       !options->dry_run && !spec->firmware.loader.path &&
	       (options->firmware == FIRMWARE_OPTION_AUTO ||
		       options->firmware == FIRMWARE_OPTION_UEFI);
}

/* Anything but the usual choice, a warning included (but the one that there is no sandbox), is made
 * anew with all that there is. */
static bool try_brief_look(
	const struct options *options, const struct plan_options *decide, struct launch *launch)
{
	struct error *error = survey(options, decide, launch->spec, true, &launch->host);

	if (!error)
		error = plan_make(
			launch->spec, launch->host, decide, &launch->candidates, &launch->plan);
	if (!error && launch->plan->firmware.source == FIRMWARE_SOURCE_DESCRIPTOR &&
		launch->plan->warnings.count == (options->sandbox == SANDBOX_OFF))
		return true;
	error_free(error);
	forget_plan(launch);
	return false;
}

struct error *launch_prepare(
	const struct options *options, const char *spec_path, struct launch *launch)
{
	struct plan_options decide;

	if (spec_path) {
		TRY(launch_read_text(spec_path, launch));
		if (launch_record_take(options, launch))
			return NULL;
		TRY(read_spec(options, spec_path, launch, &launch->spec));
		TRY(read_added(options, launch->spec));
	}
	launch->own_arguments =
		launch->spec->qemu_arguments.count > 0 || options->arguments.count > 0;
	decide = launch_plan_options(options);
	decide.local_ahead_s = local_ahead_s();
	if (firmware_is_asked(options, launch->spec) && brief_look_will_do(options, launch->spec) &&
		try_brief_look(options, &decide, launch))
		return NULL;
	TRY(survey(options, &decide, launch->spec, false, &launch->host));
	return plan_make(launch->spec, launch->host, &decide, &launch->candidates, &launch->plan);
}

void launch_clear(struct launch *launch)
{
	free(launch->text);
	free(launch->record);
	free(launch->occasion.path);
	filter_free(launch->filter);
	spec_free(launch->spec);
	host_free(launch->host);
	candidates_clear(&launch->candidates);
	plan_free(launch->plan);
	*launch = (struct launch){0};
}
