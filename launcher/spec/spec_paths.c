/* SPDX-License-Identifier: MIT */
#include "base/file.h"
#include "base/memory.h"
#include "spec/spec.h"

/* What all relative paths begin at. */
static void resolve(char **path, const char *directory)
{
	auto_free char *written = *path;

	*path = written && written[0] != '\0' ? path_absolute(directory, written) : steal(&written);
}

static void resolve_source(struct spec_source *source, const char *directory)
{
	resolve(&source->path, directory);
	resolve(&source->socket, directory);
}

static void resolve_firmware(struct spec_firmware *firmware, const char *directory)
{
	resolve(&firmware->loader.path, directory);
	resolve_source(&firmware->nvram.source, directory);
	resolve(&firmware->nvram.template, directory);
	resolve(&firmware->varstore.path, directory);
	resolve(&firmware->varstore.template, directory);
}

static void resolve_disk(struct spec_disk *disk, const char *directory)
{
	resolve_source(&disk->source, directory);
	for (size_t i = 0; i < disk->backing_count; i++)
		resolve_source(&disk->backing[i].source, directory);
}

static void resolve_chardevs(struct spec_chardev *chardevs, size_t count, const char *directory)
{
	for (size_t i = 0; i < count; i++) {
		resolve(&chardevs[i].path, directory);
		resolve(&chardevs[i].log_file, directory);
	}
}

static void resolve_interface(struct spec_interface *interface, const char *directory)
{
	resolve(&interface->common.rom_file, directory);
	resolve(&interface->backend_log_file, directory);
	resolve(&interface->tap_device, directory);
	resolve(&interface->vhost_device, directory);
}

static void resolve_filesystem(struct spec_filesystem *filesystem, const char *directory)
{
	resolve(&filesystem->source, directory);
	resolve(&filesystem->socket, directory);
	resolve(&filesystem->binary, directory);
}

static void resolve_tpm(struct spec_tpm *tpm, const char *directory)
{
	resolve(&tpm->state_path, directory);
	resolve(&tpm->socket, directory);
	resolve(&tpm->device_path, directory);
}

static void resolve_screen(struct spec *spec, const char *directory)
{
	for (size_t i = 0; i < spec->graphics_count; i++) {
		resolve(&spec->graphics[i].socket, directory);
		resolve(&spec->graphics[i].render_node, directory);
	}
	for (size_t i = 0; i < spec->video_count; i++)
		resolve(&spec->videos[i].render_node, directory);
	for (size_t i = 0; i < spec->input_count; i++) {
		resolve(&spec->inputs[i].evdev, directory);
		resolve(&spec->inputs[i].source, directory);
	}
	for (size_t i = 0; i < spec->audio_count; i++)
		resolve(&spec->audios[i].path, directory);
}

static void resolve_others(struct spec *spec, const char *directory)
{
	for (size_t i = 0; i < spec->fwcfg_count; i++)
		resolve(&spec->fwcfgs[i].file, directory);
	for (size_t i = 0; i < spec->acpi_table_count; i++)
		resolve(&spec->acpi_tables[i].path, directory);
	for (size_t i = 0; i < spec->interface_count; i++)
		resolve_interface(&spec->interfaces[i], directory);
	for (size_t i = 0; i < spec->hostdev_count; i++)
		resolve(&spec->hostdevs[i].common.rom_file, directory);
	for (size_t i = 0; i < spec->filesystem_count; i++)
		resolve_filesystem(&spec->filesystems[i], directory);
	for (size_t i = 0; i < spec->tpm_count; i++)
		resolve_tpm(&spec->tpms[i], directory);
	for (size_t i = 0; i < spec->rng_count; i++)
		resolve(&spec->rngs[i].path, directory);
}

void spec_resolve_paths(struct spec *spec, const char *directory)
{
	resolve_firmware(&spec->firmware, directory);
	resolve(&spec->kernel, directory);
	resolve(&spec->initrd, directory);
	resolve(&spec->dtb, directory);
	for (size_t i = 0; i < spec->disk_count; i++)
		resolve_disk(&spec->disks[i], directory);
	resolve_chardevs(spec->serials, spec->serial_count, directory);
	resolve_chardevs(spec->consoles, spec->console_count, directory);
	resolve_chardevs(spec->parallels, spec->parallel_count, directory);
	resolve_chardevs(spec->channels, spec->channel_count, directory);
	resolve_screen(spec, directory);
	resolve_others(spec, directory);
}
