/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/device.h"
#include "plan/layout.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

#define KIB_PER_MIB 1024u

/* What a card can be told. */
enum card_ability {
	CAN_VGAMEM = 1, /* its memory, in MiB */
	CAN_QXL = 2,    /* the sizes of QXL's memories */
	CAN_HEADS = 4,
	CAN_RESOLUTION = 8,
	CAN_EDID = 16,
	CAN_3D = 32,     /* acceleration, blob resources */
	CAN_SECOND = 64, /* a card beside another one */
};

struct card {
	const char *model;         /* libvirt's */
	const char *first, *other; /* QEMU's: the first card, one beside it */
	unsigned int abilities;
};

static const struct card cards[] = {
	{"vga", "VGA", NULL, CAN_VGAMEM | CAN_RESOLUTION | CAN_EDID},
	{"vmvga", "vmware-svga", NULL, CAN_VGAMEM},
	{"qxl", "qxl-vga", "qxl", CAN_QXL | CAN_HEADS | CAN_RESOLUTION | CAN_SECOND},
	{"virtio", "virtio-vga", "virtio-gpu-pci",
		CAN_HEADS | CAN_RESOLUTION | CAN_EDID | CAN_3D | CAN_SECOND},
	{"bochs", "bochs-display", "bochs-display",
		CAN_VGAMEM | CAN_RESOLUTION | CAN_EDID | CAN_SECOND},
	{"ramfb", "ramfb", NULL, 0},
	{"cirrus", "cirrus-vga", NULL, 0},
};

/* The last is what is left: the reader lets no other model through. */
static const struct card *find_card(const char *model)
{
	size_t i = 0;

	while (i + 1 < ARRAY_COUNT(cards) && strcmp(cards[i].model, model) != 0)
		i++;
	return &cards[i];
}

/* Boards of Arm have no VGA: QEMU builds no virtio-vga for them. */
static const char *driver_name(const struct arguments *arguments, const struct spec_video *video,
	const struct card *card, bool first)
{
	bool arm = arguments->plan->arch == ARCH_AARCH64 || arguments->plan->arch == ARCH_ARM;
	bool vga = first && !arm;

	if (strcmp(card->model, "virtio") != 0)
		return first ? card->first : card->other;
	if (video->accel3d == CHOICE_YES)
		return vga ? "virtio-vga-gl" : "virtio-gpu-gl-pci";
	return vga ? card->first : card->other;
}

static void check(
	const struct arguments *arguments, const struct spec_video *video, const struct card *card)
{
	unsigned int can = card->abilities;
	bool sizes = video->ram_kib || video->vram64_kib || video->vgamem_kib;
	bool memory = (can & (CAN_VGAMEM | CAN_QXL)) != 0;
	const struct said_part parts[] = {
		{"ram=, vram64= or vgamem=", sizes, (can & CAN_QXL) != 0},
		/* libvirt writes the memory of a Cirrus card, which has 4 MiB whatever is said */
		{"vram=", video->vram_kib > 0, memory || strcmp(card->model, "cirrus") == 0},
		{"heads= above 1", video->heads > 1, (can & CAN_HEADS) != 0},
		{"<resolution>", video->width > 0, (can & CAN_RESOLUTION) != 0},
		{"edid=", video->edid != CHOICE_UNSET, (can & CAN_EDID) != 0},
		{"accel3d='yes'", video->accel3d == CHOICE_YES, (can & CAN_3D) != 0},
		{"blob=", video->blob != CHOICE_UNSET, (can & CAN_3D) != 0},
		{"accel2d='yes'", video->accel2d == CHOICE_YES, false},
		{"rendernode= of <acceleration>", video->render_node != NULL, false},
	};

	refuse_useless(arguments, video->common.line, card->model, parts, ARRAY_COUNT(parts));
}

static unsigned int or_else(unsigned int value, unsigned int otherwise)
{
	return value > 0 ? value : otherwise;
}

/* libvirt's sizes where none are written: 64, 64, 0 and 16 MiB. */
static void add_qxl(
	const struct arguments *arguments, struct text *option, const struct spec_video *video)
{
	qopt_addf(option, "ram_size", "%llu",
		(unsigned long long)or_else(video->ram_kib, 65536) * 1024);
	qopt_addf(option, "vram_size", "%llu",
		(unsigned long long)or_else(video->vram_kib, 65536) * 1024);
	qopt_addf(option, "vram64_size_mb", "%u", video->vram64_kib / KIB_PER_MIB);
	qopt_addf(option, "vgamem_mb", "%u", or_else(video->vgamem_kib, 16384) / KIB_PER_MIB);
	cage_policy(arguments->plan, "qxl");
}

static void add_memory_size(
	struct text *option, const struct spec_video *video, const struct card *card)
{
	if (video->vram_kib == 0)
		return;
	if (strcmp(card->model, "bochs") == 0)
		qopt_addf(option, "vgamem", "%uK", video->vram_kib);
	else
		qopt_addf(option, "vgamem_mb", "%u", or_else(video->vram_kib / KIB_PER_MIB, 1));
}

static void add_video(const struct arguments *arguments, size_t index, bool first)
{
	const struct spec_video *video = &arguments->layout->videos[index];
	const struct card *card = find_card(video_model(arguments->layout, video));
	const char *driver = driver_name(arguments, video, card, first);
	struct text option = {0};

	if (!driver) {
		refuse(arguments->refusals, video->common.line,
			"a card of model '%s' beside another one; write 'virtio' or 'qxl', or make "
			"it the first",
			card->model);
		return;
	}
	check(arguments, video, card);
	qopt_word(&option, driver);
	qopt_addf(&option, "id", "video%zu", index);
	if (card->abilities & CAN_VGAMEM)
		add_memory_size(&option, video, card);
	if (card->abilities & CAN_QXL)
		add_qxl(arguments, &option, video);
	if (card->abilities & CAN_HEADS)
		qopt_addf(&option, "max_outputs", "%u", or_else(video->heads, 1));
	add_number(&option, "xres", video->width);
	add_number(&option, "yres", video->height);
	add_choice(&option, "edid", video->edid);
	add_choice(&option, "blob", video->blob);
	device_finish(&option, arguments, DEVICE_VIDEO, index,
		strcmp(card->model, "virtio") == 0 ? DEVICE_VIRTIO | DEVICE_ROM : DEVICE_ROM);
}

/* The one that says it, else the first. */
static size_t first_card(const struct layout *layout)
{
	for (size_t i = 0; i < layout->video_count; i++)
		if (layout->videos[i].primary == CHOICE_YES)
			return i;
	return 0;
}

void add_videos(const struct arguments *arguments)
{
	const struct layout *layout = arguments->layout;
	size_t first = first_card(layout);

	for (size_t i = 0; i < layout->video_count; i++)
		if (strcmp(video_model(layout, &layout->videos[i]), "none") != 0)
			add_video(arguments, i, i == first);
}
