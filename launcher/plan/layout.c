/* SPDX-License-Identifier: MIT */
#include "plan/layout.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "plan/refusals.h"

struct device *layout_add_device(struct layout *layout, enum device_kind kind, size_t index,
	const struct spec_device *common)
{
	struct device *device =
		array_push(&layout->devices, &layout->device_count, sizeof(*layout->devices));

	device->kind = kind;
	device->index = index;
	device->common = common;
	device->line = common ? common->line : 0;
	return device;
}

/* Devices of a kind mostly stand one behind the other: from the first one on, the index leads to
 * the device, so that many disks do not make each look-up long. */
struct device *layout_find_device(const struct layout *layout, enum device_kind kind, size_t index)
{
	struct device *devices = layout->devices;

	for (size_t i = 0; i < layout->device_count; i++) {
		size_t ahead = index - devices[i].index;

		if (devices[i].kind != kind)
			continue;
		if (index >= devices[i].index && ahead < layout->device_count - i &&
			devices[i + ahead].kind == kind && devices[i + ahead].index == index)
			return &devices[i + ahead];
	}
	return NULL;
}

const struct address *layout_address(
	const struct layout *layout, enum device_kind kind, size_t index)
{
	static const struct address nowhere = {.kind = SPEC_ADDRESS_NONE};
	const struct device *device = layout_find_device(layout, kind, index);

	return device ? &device->address : &nowhere;
}

/* libvirt, qemuDomainDefaultVideoDevice: what a screen without a card is shown by. */
static void choose_screen(const struct spec *spec, struct layout *layout)
{
	layout->videos = spec->videos;
	layout->video_count = spec->video_count;
	if (spec->video_count > 0 || spec->graphics_count == 0)
		return;
	layout->default_video.common.line = spec->graphics[0].line;
	layout->default_video.model = xstrdup(video_model(layout, &layout->default_video));
	layout->videos = &layout->default_video;
	layout->video_count = 1;
}

static void choose_balloon(const struct spec *spec, struct layout *layout)
{
	bool arm = layout->arch == ARCH_AARCH64 || layout->arch == ARCH_ARM;

	if (!spec->balloon.present)
		layout->balloon_model = arm || !layout->pci ? NULL : "virtio";
	else if (!text_equal(spec->balloon.model, "none"))
		layout->balloon_model = spec->balloon.model;
}

void layout_make(const struct spec *spec, enum arch arch, enum board board,
	struct refusals *refusals, struct layout *layout)
{
	layout->arch = arch;
	layout->board = board;
	layout->pci = board == BOARD_I440FX || board == BOARD_Q35 || board == BOARD_VIRT;
	choose_screen(spec, layout);
	choose_balloon(spec, layout);
	layout_controllers(spec, refusals, layout);
	layout_devices(spec, refusals, layout);
	layout_drives(spec, refusals, layout);
	layout_ports(spec, refusals, layout);
	layout_list_controllers(refusals, layout);
	layout_usb(refusals, layout);
	layout_pci(refusals, layout);
}

void layout_clear(struct layout *layout)
{
	for (size_t i = 0; i < layout->device_count; i++)
		free(layout->devices[i].address.port);
	free(layout->devices);
	free(layout->controllers);
	free(layout->default_video.model);
	*layout = (struct layout){0};
}
