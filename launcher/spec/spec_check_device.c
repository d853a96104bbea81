/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <stdlib.h>
#include <string.h>

#include "spec/field.h"

/* Who has which boot order, or address. */
struct claim {
	int line;
	char *what; /* owned */
};

struct claims {
	struct claim *items;
	size_t count;
};

/* Takes `what` over; reports when somebody has it already. */
static void claim(struct places *places, struct claims *claims, int line, char *what)
{
	struct claim *item;

	for (size_t i = 0; i < claims->count; i++) {
		if (strcmp(claims->items[i].what, what) == 0) {
			place_wrong(places, line, "%s is taken already, in line %d", what,
				claims->items[i].line);
			free(what);
			return;
		}
	}
	item = array_push(&claims->items, &claims->count, sizeof(*item));
	item->line = line;
	item->what = what;
}

static void claims_clear(struct claims *claims)
{
	for (size_t i = 0; i < claims->count; i++)
		free(claims->items[i].what);
	free(claims->items);
}

static void claim_common(
	struct places *places, struct claims *claims, const struct spec_device *common)
{
	const struct spec_address *address = &common->address;

	if (common->boot_order > 0)
		claim(places, claims, common->line, xasprintf("boot order %u", common->boot_order));
	if (address->kind == SPEC_ADDRESS_PCI && address->placed)
		claim(places, claims, address->line,
			xasprintf("PCI address %04x:%02x:%02x.%x", address->domain, address->bus,
				address->slot, address->function));
	if (address->kind == SPEC_ADDRESS_USB && address->port)
		claim(places, claims, address->line,
			xasprintf("USB port %s of bus %u", address->port, address->bus));
}

/* Claims of each record of an array that has a `common`. */
#define CLAIM_ALL(places, claims, items, count)                                                    \
	do {                                                                                       \
		for (size_t claim_ = 0; claim_ < (count); claim_++)                                \
			claim_common(places, claims, &(items)[claim_].common);                     \
	} while (0)

static void claim_all(struct places *places, struct claims *claims, const struct spec *spec)
{
	CLAIM_ALL(places, claims, spec->disks, spec->disk_count);
	CLAIM_ALL(places, claims, spec->controllers, spec->controller_count);
	CLAIM_ALL(places, claims, spec->interfaces, spec->interface_count);
	CLAIM_ALL(places, claims, spec->serials, spec->serial_count);
	CLAIM_ALL(places, claims, spec->channels, spec->channel_count);
	CLAIM_ALL(places, claims, spec->videos, spec->video_count);
	CLAIM_ALL(places, claims, spec->inputs, spec->input_count);
	CLAIM_ALL(places, claims, spec->sounds, spec->sound_count);
	CLAIM_ALL(places, claims, spec->hostdevs, spec->hostdev_count);
	CLAIM_ALL(places, claims, spec->redirdevs, spec->redirdev_count);
	CLAIM_ALL(places, claims, spec->filesystems, spec->filesystem_count);
	CLAIM_ALL(places, claims, spec->rngs, spec->rng_count);
	CLAIM_ALL(places, claims, spec->watchdogs, spec->watchdog_count);
	CLAIM_ALL(places, claims, spec->vsocks, spec->vsock_count);
	claim_common(places, claims, &spec->balloon.common);
}

static int first_boot_order_line(const struct claims *claims)
{
	for (size_t i = 0; i < claims->count; i++)
		if (text_starts_with(claims->items[i].what, "boot order"))
			return claims->items[i].line;
	return 0;
}

static void check_addresses(struct places *places, const struct spec *spec)
{
	struct claims claims = {0};
	int line;

	claim_all(places, &claims, spec);
	line = first_boot_order_line(&claims);
	if (spec->boot_count > 0 && line > 0)
		place_wrong(places, line,
			"<boot order=…> and <boot dev=…> in <os>; libvirt takes one of them, and "
			"so "
			"does slipway");
	claims_clear(&claims);
}

/* Which disk addresses a bus has: on two disks they would be one place. */
static bool disk_has_drive(const struct spec_disk *disk)
{
	return disk->common.address.kind == SPEC_ADDRESS_DRIVE;
}

static void check_disk(struct places *places, const struct spec_disk *disk)
{
	bool removable = disk->device == SPEC_DISK_CDROM || disk->device == SPEC_DISK_FLOPPY;

	if (disk->source.kind == SPEC_SOURCE_NONE && !removable)
		place_wrong(places, disk->line,
			"<disk> without an image; add <source>, only a cdrom or floppy can be "
			"empty");
	if (disk->source.kind == SPEC_SOURCE_FILE && disk->device == SPEC_DISK_LUN)
		place_wrong(places, disk->line,
			"<disk device='lun'> passes SCSI commands to a device; write type='block'");
	if (disk->device == SPEC_DISK_CDROM && text_equal(disk->bus, "virtio"))
		place_wrong(places, disk->line, "virtio has no cdrom; write bus='sata' or 'scsi'");
	if (disk->device == SPEC_DISK_FLOPPY && disk->bus && !text_equal(disk->bus, "fdc"))
		place_wrong(
			places, disk->line, "a floppy is on the bus 'fdc', not '%s'", disk->bus);
	if (disk->model && disk->bus && !text_equal(disk->bus, "virtio"))
		place_wrong(places, disk->line, "model '%s' of <disk> is not for the bus '%s'",
			disk->model, disk->bus);
	if (disk->transient && disk->readonly)
		place_wrong(places, disk->line, "<transient> and <readonly> on one <disk>");
}

static void check_disks(struct places *places, const struct spec *spec)
{
	struct claims claims = {0};

	for (size_t i = 0; i < spec->disk_count; i++) {
		const struct spec_disk *disk = &spec->disks[i];
		const struct spec_address *address = &disk->common.address;

		check_disk(places, disk);
		if (disk->target)
			claim(places, &claims, disk->line, xasprintf("target '%s'", disk->target));
		if (disk_has_drive(disk))
			claim(places, &claims, address->line,
				xasprintf("unit %u of %s controller %u, bus %u, target %u",
					address->unit, disk->bus ? disk->bus : "the",
					address->controller, address->bus, address->target));
	}
	claims_clear(&claims);
}

/* The companions of an ICH9 USB 2 controller have its index, as one piece of hardware. */
static bool controller_shares_index(const struct spec_controller *controller)
{
	return controller->kind == SPEC_CONTROLLER_USB && controller->model &&
	       text_starts_with(controller->model, "ich9-uhci");
}

/* Controllers with an index, networks and sound by their names. */
static void check_names(struct places *places, const struct spec *spec)
{
	/* in the order of enum spec_controller_kind */
	static const char *const kind_names[] = {
		"usb", "pci", "ide", "fdc", "scsi", "sata", "virtio-serial", "isa", "ccid"};
	struct claims claims = {0};

	for (size_t i = 0; i < spec->controller_count; i++) {
		const struct spec_controller *controller = &spec->controllers[i];

		if (controller->index >= 0 && !controller_shares_index(controller))
			claim(places, &claims, controller->common.line,
				xasprintf("index %d of %s controllers", controller->index,
					kind_names[controller->kind]));
	}
	for (size_t i = 0; i < spec->interface_count; i++)
		if (spec->interfaces[i].mac)
			claim(places, &claims, spec->interfaces[i].common.line,
				xasprintf("MAC address %s", spec->interfaces[i].mac));
	for (size_t i = 0; i < spec->filesystem_count; i++)
		if (spec->filesystems[i].target)
			claim(places, &claims, spec->filesystems[i].common.line,
				xasprintf("target '%s'", spec->filesystems[i].target));
	for (size_t i = 0; i < spec->audio_count; i++)
		claim(places, &claims, spec->audios[i].line,
			xasprintf("audio id %u", spec->audios[i].id));
	claims_clear(&claims);
}

static void check_counts(struct places *places, const struct spec *spec)
{
	if (spec->tpm_count > 1)
		place_wrong(places, spec->tpms[1].common.line,
			"second <tpm>, the first is in line %d; QEMU has one",
			spec->tpms[0].common.line);
	for (size_t i = 1; i < spec->video_count; i++)
		if (text_equal(spec->videos[i].model, "none"))
			place_wrong(places, spec->videos[i].common.line,
				"<video> of type 'none' beside another");
}

/* libvirt numbers the I/O threads that <iothreads> counts beyond the listed ones from 1, leaving
 * out the numbers that are listed. */
static bool iothread_exists(const struct spec_threads *threads, unsigned int id)
{
	size_t listed = threads->iothread_id_count;
	size_t unlisted = threads->iothreads > listed ? threads->iothreads - listed : 0;
	size_t listed_below = 0;

	for (size_t i = 0; i < listed; i++) {
		if (threads->iothread_ids[i].id == id)
			return true;
		if (threads->iothread_ids[i].id < id)
			listed_below++;
	}
	return id - listed_below <= unlisted;
}

static void check_iothread(
	struct places *places, const struct spec *spec, unsigned int id, int line)
{
	if (id > 0 && !iothread_exists(&spec->threads, id))
		place_wrong(places, line,
			"I/O thread %u is in neither <iothreads> nor <iothreadids>", id);
}

static void check_iothreads(struct places *places, const struct spec *spec)
{
	struct claims claims = {0};

	for (size_t i = 0; i < spec->threads.iothread_id_count; i++)
		claim(places, &claims, spec->threads.iothread_ids[i].line,
			xasprintf("I/O thread %u", spec->threads.iothread_ids[i].id));
	claims_clear(&claims);
	for (size_t i = 0; i < spec->disk_count; i++)
		check_iothread(places, spec, spec->disks[i].iothread, spec->disks[i].line);
	for (size_t i = 0; i < spec->controller_count; i++)
		check_iothread(places, spec, spec->controllers[i].iothread,
			spec->controllers[i].common.line);
	for (size_t i = 0; i < spec->threads.pin_count; i++)
		if (spec->threads.pins[i].iothread)
			check_iothread(
				places, spec, spec->threads.pins[i].id, spec->threads.pins[i].line);
}

static void check_audio(struct places *places, const struct spec *spec, unsigned int id, int line)
{
	for (size_t i = 0; i < spec->audio_count; i++)
		if (spec->audios[i].id == id)
			return;
	if (id > 0)
		place_wrong(places, line, "there is no <audio id='%u'>", id);
}

static void check_audios(struct places *places, const struct spec *spec)
{
	for (size_t i = 0; i < spec->sound_count; i++)
		check_audio(places, spec, spec->sounds[i].audio, spec->sounds[i].common.line);
	for (size_t i = 0; i < spec->graphics_count; i++)
		check_audio(places, spec, spec->graphics[i].audio, spec->graphics[i].line);
}

void check_devices(struct places *places, const struct spec *spec)
{
	check_addresses(places, spec);
	check_disks(places, spec);
	check_names(places, spec);
	check_counts(places, spec);
	check_iothreads(places, spec);
	check_audios(places, spec);
}
