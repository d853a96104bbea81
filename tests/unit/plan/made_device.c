/* SPDX-License-Identifier: MIT */
#include "made_device.h"

/* Lines of devices begin here, so that no other part has them. */
#define FIRST_LINE 100

void made_bare(struct made_up *made)
{
	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	made->spec.balloon.present = true;
	made->spec.balloon.model = made_text(made, "none");
	made_controller(made, SPEC_CONTROLLER_USB, "none");
}

void made_board(struct made_up *made, const char *machine)
{
	made->spec.machine = made_text(made, machine);
}

/* Arrays have their full size from the first record on: records do not move. */
static void *add(struct made_up *made, void *items_pointer, size_t *count, size_t size)
{
	void *items;

	if (*count == 0) {
		items = made_memory(made, MADE_MOST, size);
		memcpy(items_pointer, &items, sizeof(items));
	}
	memcpy(&items, items_pointer, sizeof(items));
	assert_true(*count < MADE_MOST);
	return (char *)items + size * (*count)++;
}

static int next_line(const struct made_up *made)
{
	return FIRST_LINE + (int)made->kept_count;
}

static char *text(struct made_up *made, const char *value)
{
	return value ? made_text(made, value) : NULL;
}

#define ADD(made, items, count)                                                                    \
	add(made, &(made)->spec.items, &(made)->spec.count, sizeof(*(made)->spec.items))

struct spec_controller *made_controller(
	struct made_up *made, enum spec_controller_kind kind, const char *model)
{
	struct spec_controller *controller = ADD(made, controllers, controller_count);

	*controller = (struct spec_controller){
		.kind = kind,
		.index = -1,
		.ports = -1,
		.vectors = -1,
		.master_startport = -1,
		.chassis_nr = -1,
		.chassis = -1,
		.port = -1,
		.bus_nr = -1,
		.node = -1,
	};
	controller->model = text(made, model);
	controller->common.line = next_line(made);
	return controller;
}

struct spec_disk *made_disk(struct made_up *made, const char *target, const char *bus)
{
	struct spec_disk *disk = ADD(made, disks, disk_count);

	*disk = (struct spec_disk){.discard_granularity = -1, .format = IMAGE_FORMAT_RAW};
	disk->target = text(made, target);
	disk->bus = text(made, bus);
	disk->source.kind = SPEC_SOURCE_FILE;
	disk->source.path = text(made, "/vm/disk.img");
	disk->line = disk->common.line = next_line(made);
	return disk;
}

struct spec_interface *made_interface(struct made_up *made, enum spec_interface_kind kind)
{
	struct spec_interface *interface = ADD(made, interfaces, interface_count);

	*interface = (struct spec_interface){.kind = kind};
	interface->model = text(made, "virtio");
	interface->mac = text(made, "52:54:00:00:00:01");
	interface->common.line = next_line(made);
	return interface;
}

static struct spec_chardev *fill(
	struct made_up *made, struct spec_chardev *chardev, enum spec_chardev_kind kind)
{
	*chardev = (struct spec_chardev){.kind = kind, .target_port = -1};
	chardev->line = chardev->common.line = next_line(made);
	return chardev;
}

struct spec_chardev *made_serial(struct made_up *made, enum spec_chardev_kind kind)
{
	return fill(made, ADD(made, serials, serial_count), kind);
}

struct spec_chardev *made_channel(struct made_up *made, enum spec_chardev_kind kind)
{
	return fill(made, ADD(made, channels, channel_count), kind);
}

struct spec_chardev *made_console(struct made_up *made, enum spec_chardev_kind kind)
{
	return fill(made, ADD(made, consoles, console_count), kind);
}

struct spec_graphics *made_graphics(struct made_up *made, enum spec_graphics_kind kind)
{
	struct spec_graphics *graphics = ADD(made, graphics, graphics_count);

	*graphics = (struct spec_graphics){.kind = kind, .line = next_line(made)};
	return graphics;
}

struct spec_video *made_video(struct made_up *made, const char *model)
{
	struct spec_video *video = ADD(made, videos, video_count);

	*video = (struct spec_video){.model = text(made, model)};
	video->common.line = next_line(made);
	return video;
}

struct spec_input *made_input(struct made_up *made, const char *type, const char *bus)
{
	struct spec_input *input = ADD(made, inputs, input_count);

	*input = (struct spec_input){.type = text(made, type), .bus = text(made, bus)};
	input->common.line = next_line(made);
	return input;
}

struct spec_sound *made_sound(struct made_up *made, const char *model)
{
	struct spec_sound *sound = ADD(made, sounds, sound_count);

	*sound = (struct spec_sound){.model = text(made, model)};
	sound->common.line = next_line(made);
	return sound;
}

struct spec_audio *made_audio(struct made_up *made, unsigned int id, const char *type)
{
	struct spec_audio *audio = ADD(made, audios, audio_count);

	*audio = (struct spec_audio){.id = id, .type = text(made, type), .line = next_line(made)};
	return audio;
}

struct spec_hostdev *made_hostdev(struct made_up *made, enum spec_hostdev_kind kind)
{
	struct spec_hostdev *hostdev = ADD(made, hostdevs, hostdev_count);

	*hostdev = (struct spec_hostdev){.kind = kind};
	hostdev->common.line = next_line(made);
	return hostdev;
}

struct spec_redirdev *made_redirdev(struct made_up *made)
{
	struct spec_redirdev *redirdev = ADD(made, redirdevs, redirdev_count);

	*redirdev = (struct spec_redirdev){.spice = true};
	redirdev->common.line = next_line(made);
	return redirdev;
}

struct spec_filesystem *made_filesystem(struct made_up *made, const char *target)
{
	struct spec_filesystem *filesystem = ADD(made, filesystems, filesystem_count);

	*filesystem = (struct spec_filesystem){.target = text(made, target)};
	filesystem->source = text(made, "/srv/share");
	filesystem->common.line = next_line(made);
	return filesystem;
}

struct spec_tpm *made_tpm(struct made_up *made, enum spec_tpm_backend backend)
{
	struct spec_tpm *tpm = ADD(made, tpms, tpm_count);

	*tpm = (struct spec_tpm){.backend = backend};
	tpm->common.line = next_line(made);
	return tpm;
}

struct spec_rng *made_rng(struct made_up *made)
{
	struct spec_rng *rng = ADD(made, rngs, rng_count);

	*rng = (struct spec_rng){0};
	rng->common.line = next_line(made);
	return rng;
}

struct spec_watchdog *made_watchdog(struct made_up *made, const char *model)
{
	struct spec_watchdog *watchdog = ADD(made, watchdogs, watchdog_count);

	*watchdog = (struct spec_watchdog){.model = text(made, model)};
	watchdog->common.line = next_line(made);
	return watchdog;
}

struct spec_panic *made_panic(struct made_up *made, const char *model)
{
	struct spec_panic *panic = ADD(made, panics, panic_count);

	*panic = (struct spec_panic){.model = text(made, model)};
	panic->common.line = next_line(made);
	return panic;
}

struct spec_vsock *made_vsock(struct made_up *made)
{
	struct spec_vsock *vsock = ADD(made, vsocks, vsock_count);

	*vsock = (struct spec_vsock){0};
	vsock->common.line = next_line(made);
	return vsock;
}

void made_pci(
	struct spec_device *common, unsigned int bus, unsigned int slot, unsigned int function)
{
	common->address = (struct spec_address){
		.line = common->line,
		.kind = SPEC_ADDRESS_PCI,
		.placed = true,
		.bus = bus,
		.slot = slot,
		.function = function,
	};
}

void assert_device(struct made_up *made, const char *driver, const char *part)
{
	const char *device = device_of(planned(made), driver);

	assert_non_null(device);
	if (!strstr(device, part))
		assert_string_equal(device, part); /* shows both */
}

void assert_no_device(struct made_up *made, const char *driver)
{
	assert_null(device_of(planned(made), driver));
}

void assert_option(const struct made_up *made, const char *option, const char *value)
{
	const char *last = NULL;

	for (size_t i = 0; argument_at(made->plan, option, i); i++) {
		last = argument_at(made->plan, option, i);
		if (strcmp(last, value) == 0)
			return;
	}
	assert_string_equal(last ? last : "(there is no such option)", value);
}

void assert_no_option(const struct made_up *made, const char *option)
{
	assert_null(argument_of(made->plan, option));
}

void assert_refused(struct made_up *made, const char *part)
{
	made_plan(made);
	assert_non_null(made->error);
	if (!strstr(made->error->text, part))
		assert_string_equal(made->error->text, part); /* shows both */
}

bool has_policy(const struct plan *plan, const char *policy)
{
	return strings_contain(&plan->sandbox.policies, policy);
}

bool has_rule(const struct plan *plan, const char *path, bool write)
{
	for (size_t i = 0; i < plan->sandbox.path_count; i++)
		if (strcmp(plan->sandbox.paths[i].path, path) == 0 &&
			plan->sandbox.paths[i].write == write)
			return true;
	return false;
}
