/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <stdlib.h>

#include "spec/field.h"
#include "spec/node.h"

static const char *const kind_names[] = {"vnc", "spice", "egl-headless", NULL};
static const char *const listen_names[] = {"", "address", "socket", "none", NULL};

static const struct field kind_fields[] = {
	FIELD_LINE("", struct spec_graphics, line),
	FIELD_NAME("@type", struct spec_graphics, kind, kind_names),
};

/* What VNC and SPICE have in common. */
static const struct field remote_fields[] = {
	FIELD("@port", struct spec_graphics, port),
	FIELD_CHOICE("@autoport", struct spec_graphics, autoport),
	FIELD("@listen", struct spec_graphics, listen),
	FIELD("@keymap", struct spec_graphics, keymap),
	FIELD("@passwd", struct spec_graphics, password),
	FIELD_NAME("listen@type", struct spec_graphics, listen_kind, listen_names),
	FIELD("listen@address", struct spec_graphics, listen),
	FIELD("listen@socket", struct spec_graphics, socket),
	FIELD("audio@id", struct spec_graphics, audio),
};

static const struct field vnc_fields[] = {
	FIELD("@websocket", struct spec_graphics, websocket),
	FIELD("@socket", struct spec_graphics, socket),
	FIELD("@sharePolicy", struct spec_graphics, share_policy),
	FIELD_CHOICE("@powerControl", struct spec_graphics, power_control),
};

static const struct field spice_fields[] = {
	FIELD("@tlsPort", struct spec_graphics, tls_port),
	FIELD("@defaultMode", struct spec_graphics, default_mode),
	FIELD("image@compression", struct spec_graphics, image_compression),
	FIELD("jpeg@compression", struct spec_graphics, jpeg_compression),
	FIELD("zlib@compression", struct spec_graphics, zlib_compression),
	FIELD_CHOICE("playback@compression", struct spec_graphics, playback_compression),
	FIELD("streaming@mode", struct spec_graphics, streaming),
	FIELD_CHOICE("clipboard@copypaste", struct spec_graphics, clipboard),
	FIELD("mouse@mode", struct spec_graphics, mouse),
	FIELD_CHOICE("filetransfer@enable", struct spec_graphics, file_transfer),
	FIELD_CHOICE("gl@enable", struct spec_graphics, gl),
};

static const struct field gl_fields[] = {
	FIELD("gl@rendernode", struct spec_graphics, render_node),
};

static const struct field video_fields[] = {
	FIELD("model@type", struct spec_video, model),
	FIELD("model@ram", struct spec_video, ram_kib),
	FIELD("model@vram", struct spec_video, vram_kib),
	FIELD("model@vram64", struct spec_video, vram64_kib),
	FIELD("model@vgamem", struct spec_video, vgamem_kib),
	FIELD("model@heads", struct spec_video, heads),
	FIELD_CHOICE("model@primary", struct spec_video, primary),
	FIELD_CHOICE("model@blob", struct spec_video, blob),
	FIELD_CHOICE("model@edid", struct spec_video, edid),
	FIELD_CHOICE("model/acceleration@accel3d", struct spec_video, accel3d),
	FIELD_CHOICE("model/acceleration@accel2d", struct spec_video, accel2d),
	FIELD("model/acceleration@rendernode", struct spec_video, render_node),
	FIELD("model/resolution@x", struct spec_video, width),
	FIELD("model/resolution@y", struct spec_video, height),
};

static const struct field input_fields[] = {
	FIELD("@type", struct spec_input, type),
	FIELD("@bus", struct spec_input, bus),
	FIELD("@model", struct spec_input, model),
};

static const struct field passthrough_fields[] = {
	FIELD("source@evdev", struct spec_input, evdev),
};

static const struct field evdev_fields[] = {
	FIELD("source@dev", struct spec_input, source),
	FIELD("source@grab", struct spec_input, grab),
	FIELD("source@grabToggle", struct spec_input, grab_toggle),
	FIELD_CHOICE("source@repeat", struct spec_input, repeat),
};

static void read_graphics(struct places *places, xmlNode *element, struct spec_graphics *graphics)
{
	if (!xmlHasProp(element, (const xmlChar *)"type")) {
		report_missing(places, element, "attribute 'type'");
		return;
	}
	FIELDS_READ(places, element, kind_fields, graphics);
	if (graphics->kind != SPEC_GRAPHICS_EGL_HEADLESS)
		FIELDS_READ(places, element, remote_fields, graphics);
	if (graphics->kind == SPEC_GRAPHICS_VNC)
		FIELDS_READ(places, element, vnc_fields, graphics);
	else
		FIELDS_READ(places, element, gl_fields, graphics);
	if (graphics->kind == SPEC_GRAPHICS_SPICE)
		FIELDS_READ(places, element, spice_fields, graphics);
	if (graphics->socket && graphics->listen_kind == SPEC_LISTEN_UNSET)
		graphics->listen_kind = SPEC_LISTEN_SOCKET;
	if (graphics->listen && graphics->listen_kind == SPEC_LISTEN_UNSET)
		graphics->listen_kind = SPEC_LISTEN_ADDRESS;
}

static void read_input(struct places *places, xmlNode *element, struct spec_input *input)
{
	read_common(places, element, &input->common);
	FIELDS_READ(places, element, input_fields, input);
	if (!input->type) {
		report_missing(places, element, "attribute 'type'");
	} else if (text_equal(input->type, "passthrough")) {
		FIELDS_READ(places, element, passthrough_fields, input);
		if (!input->evdev)
			report_missing(places, element, "<source evdev=…>");
	} else if (text_equal(input->type, "evdev")) {
		FIELDS_READ(places, element, evdev_fields, input);
		if (!input->source)
			report_missing(places, element, "<source dev=…>");
	}
}

static void read_video(struct places *places, xmlNode *element, struct spec_video *video)
{
	read_common(places, element, &video->common);
	FIELDS_READ(places, element, video_fields, video);
	attribute_is(element_child(element, "driver"), "name", "qemu");
}

void read_screen(struct places *places, xmlNode *devices, struct spec *spec)
{
	xmlNode *element;

	for (element = element_child(devices, "graphics"); element; element = element_next(element))
		read_graphics(places, element,
			array_push(
				&spec->graphics, &spec->graphics_count, sizeof(*spec->graphics)));
	for (element = element_child(devices, "video"); element; element = element_next(element))
		read_video(places, element,
			array_push(&spec->videos, &spec->video_count, sizeof(*spec->videos)));
	for (element = element_child(devices, "input"); element; element = element_next(element))
		read_input(places, element,
			array_push(&spec->inputs, &spec->input_count, sizeof(*spec->inputs)));
}

static void clear_graphics(struct spec_graphics *graphics)
{
	/* remote_fields name `listen` twice: the second free finds NULL */
	FIELDS_CLEAR(remote_fields, graphics);
	FIELDS_CLEAR(vnc_fields, graphics);
	FIELDS_CLEAR(spice_fields, graphics);
	FIELDS_CLEAR(gl_fields, graphics);
}

void clear_screen(struct spec *spec)
{
	for (size_t i = 0; i < spec->graphics_count; i++)
		clear_graphics(&spec->graphics[i]);
	for (size_t i = 0; i < spec->video_count; i++) {
		clear_common(&spec->videos[i].common);
		FIELDS_CLEAR(video_fields, &spec->videos[i]);
	}
	for (size_t i = 0; i < spec->input_count; i++) {
		clear_common(&spec->inputs[i].common);
		FIELDS_CLEAR(input_fields, &spec->inputs[i]);
		FIELDS_CLEAR(passthrough_fields, &spec->inputs[i]);
		FIELDS_CLEAR(evdev_fields, &spec->inputs[i]);
	}
	free(spec->graphics);
	free(spec->videos);
	free(spec->inputs);
}
