/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/device.h"
#include "plan/openings.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "plan/runtime.h"
#include "spec/spec.h"

#define FIRST_PORT 5900 /* of VNC's display 0, and of libvirt's range for both */
#define LAST_DISPLAY 99
#define FIRST_WEBSOCKET 5700

bool has_spice(const struct spec *spec)
{
	for (size_t i = 0; i < spec->graphics_count; i++)
		if (spec->graphics[i].kind == SPEC_GRAPHICS_SPICE)
			return true;
	return false;
}

static bool port_is_automatic(const struct spec_graphics *graphics)
{
	return graphics->port < 0 || graphics->autoport == CHOICE_YES || graphics->port == 0;
}

static const char *listen_address(const struct spec_graphics *graphics)
{
	return graphics->listen ? graphics->listen : "127.0.0.1";
}

static char *bracketed(const char *address)
{
	return strchr(address, ':') ? xasprintf("[%s]", address) : xstrdup(address);
}

/* NULL, or the path of the socket that is listened on; the caller frees it. */
static char *socket_path(
	const struct arguments *arguments, const struct spec_graphics *graphics, const char *name)
{
	if (graphics->listen_kind != SPEC_LISTEN_SOCKET && !graphics->socket)
		return NULL;
	return graphics->socket && !path_is_of_a_run(graphics->socket)
		       ? xstrdup(graphics->socket)
		       : runtime_path(arguments, name);
}

/* A password reaches QEMU in a file without a name, so that no list of processes shows it. */
static void add_password(struct text *option, const struct arguments *arguments,
	const struct spec_graphics *graphics, const char *id)
{
	struct opening *opening;
	struct text object = {0};

	if (!graphics->password)
		return;
	opening = add_opening(arguments->plan, OPENING_TEXT, graphics->line);
	opening->text = xstrdup(graphics->password);
	qopt_word(&object, "secret");
	qopt_add(&object, "id", id);
	qopt_addf(&object, "file", "/proc/self/fd/%d", opening->fd);
	add_option(&arguments->plan->argv, "-object", text_take(&object));
	qopt_add(option, "password-secret", id);
}

static void check_vnc(const struct arguments *arguments, const struct spec_graphics *graphics)
{
	if (graphics->port > 0 && graphics->port < FIRST_PORT && !port_is_automatic(graphics))
		refuse(arguments->refusals, graphics->line,
			"VNC's ports begin at 5900; port=%d is below", graphics->port);
}

/* A websocket without a port of its own counts from 5700 as the display does from 5900. */
static void cage_vnc_ports(struct plan *plan, const struct spec_graphics *graphics, size_t index)
{
	bool automatic = port_is_automatic(graphics);
	int first = automatic ? (int)index : graphics->port - FIRST_PORT;
	int last = automatic ? LAST_DISPLAY : first;

	for (int display = first; display >= 0 && display <= last; display++)
		cage_listen(plan, (unsigned int)(FIRST_PORT + display));
	for (int display = first; graphics->websocket < 0 && display <= last; display++)
		cage_listen(plan, (unsigned int)(FIRST_WEBSOCKET + display));
	if (graphics->websocket > 0)
		cage_listen(plan, (unsigned int)graphics->websocket);
}

/* "to" lets QEMU take the next display that is free. */
static void add_vnc_address(struct text *option, const struct arguments *arguments,
	const struct spec_graphics *graphics, size_t index)
{
	auto_free char *name = xasprintf("vnc%zu.sock", index);
	auto_free char *socket = socket_path(arguments, graphics, name);
	auto_free char *address = bracketed(listen_address(graphics));
	auto_free char *where = NULL;

	if (graphics->listen_kind == SPEC_LISTEN_NONE) {
		qopt_word(option, "none");
		return;
	}
	if (socket) {
		where = xasprintf("unix:%s", socket);
		qopt_first(option, "vnc", where);
		cage_sockets(arguments->plan, socket, true);
		return;
	}
	where = xasprintf("%s:%d", address,
		port_is_automatic(graphics) ? (int)index : graphics->port - FIRST_PORT);
	qopt_first(option, "vnc", where);
	if (port_is_automatic(graphics))
		qopt_addf(option, "to", "%d", LAST_DISPLAY);
	if (graphics->websocket < 0)
		qopt_flag(option, "websocket", true);
	else if (graphics->websocket > 0)
		qopt_addf(option, "websocket", "%d", graphics->websocket);
	cage_vnc_ports(arguments->plan, graphics, index);
}

/* QEMU reads the file of that name where there is one, before it looks among its own. */
static void add_keymap(const struct arguments *arguments, const struct spec_graphics *graphics)
{
	if (graphics->keymap && strchr(graphics->keymap, '/'))
		refuse(arguments->refusals, graphics->line,
			"keymap='%s' is a path; write the name of one of QEMU's keymaps",
			graphics->keymap);
	else if (graphics->keymap)
		add_option(&arguments->plan->argv, "-k", xstrdup(graphics->keymap));
}

static void add_vnc(
	const struct arguments *arguments, const struct spec_graphics *graphics, size_t index)
{
	auto_free char *id = xasprintf("vnc%zu-password", index);
	struct text option = {0};

	check_vnc(arguments, graphics);
	add_vnc_address(&option, arguments, graphics, index);
	add_password(&option, arguments, graphics, id);
	add_text(&option, "share", graphics->share_policy);
	add_choice(&option, "power-control", graphics->power_control);
	if (graphics->audio > 0)
		qopt_addf(&option, "audiodev", "audio%u", graphics->audio);
	add_option(&arguments->plan->argv, "-vnc", text_take(&option));
	add_keymap(arguments, graphics);
	cage_policy(arguments->plan, "vnc");
}

static void check_spice(const struct arguments *arguments, const struct spec_graphics *graphics)
{
	const struct said_part parts[] = {{"<audio>", graphics->audio > 0, false}};

	refuse_useless(
		arguments, graphics->line, "<graphics type='spice'>", parts, ARRAY_COUNT(parts));
	if (graphics->tls_port > 0 || text_equal(graphics->default_mode, "secure"))
		refuse_part(arguments->refusals, graphics->line,
			"SPICE over TLS is not supported: its certificates are libvirt's; leave "
			"tlsPort= and defaultMode='secure' out, or write <listen type='socket'>");
	if (graphics->listen_kind == SPEC_LISTEN_NONE)
		refuse_part(arguments->refusals, graphics->line,
			"<listen type='none'> is not supported for SPICE: nobody hands over the "
			"connections; write <listen type='socket'>");
}

/*
 * SPICE cannot look for a free port. On the machine itself a socket serves as well, and two VMs do
 * not meet; for others, the first of libvirt's range is taken.
 */
static void add_spice_address(struct text *option, const struct arguments *arguments,
	const struct spec_graphics *graphics)
{
	bool local = !graphics->listen || strcmp(graphics->listen, "127.0.0.1") == 0 ||
		     strcmp(graphics->listen, "localhost") == 0;
	bool automatic = port_is_automatic(graphics);
	auto_free char *socket = socket_path(arguments, graphics, "spice.sock");

	if (!socket && automatic && local)
		socket = runtime_path(arguments, "spice.sock");
	if (socket) {
		qopt_flag(option, "unix", true);
		qopt_add(option, "addr", socket);
		cage_sockets(arguments->plan, socket, true);
		strings_addf(&arguments->plan->notes, "SPICE listens on spice+unix://%s", socket);
		return;
	}
	qopt_addf(option, "port", "%d", automatic ? FIRST_PORT : graphics->port);
	cage_listen(arguments->plan, (unsigned int)(automatic ? FIRST_PORT : graphics->port));
	qopt_add(option, "addr", listen_address(graphics));
}

static void add_spice_parts(struct text *option, const struct spec_graphics *graphics)
{
	if (graphics->mouse)
		qopt_flag(option, "agent-mouse", strcmp(graphics->mouse, "client") == 0);
	if (text_equal(graphics->default_mode, "insecure"))
		qopt_add(option, "plaintext-channel", "default");
	add_text(option, "image-compression", graphics->image_compression);
	add_text(option, "jpeg-wan-compression", graphics->jpeg_compression);
	add_text(option, "zlib-glz-wan-compression", graphics->zlib_compression);
	add_choice(option, "playback-compression", graphics->playback_compression);
	add_text(option, "streaming-video", graphics->streaming);
	if (graphics->clipboard == CHOICE_NO)
		qopt_flag(option, "disable-copy-paste", true);
	if (graphics->file_transfer == CHOICE_NO)
		qopt_flag(option, "disable-agent-file-xfer", true);
}

/* The guest's graphics are drawn by the host's card. */
static void cage_gpu(const struct arguments *arguments, const char *node)
{
	cage_policy(arguments->plan, "display");
	if (node)
		cage_device(arguments->plan, node);
	else
		cage_devices_below(arguments->plan, "/dev/dri");
	cage_directory(arguments->plan, "/sys/dev/char", false);
	cage_directory(arguments->plan, "/sys/devices", false);
	cage_directory(arguments->plan, "/etc/glvnd", false);
}

static void add_spice(const struct arguments *arguments, const struct spec_graphics *graphics)
{
	struct text option = {0};

	check_spice(arguments, graphics);
	add_spice_address(&option, arguments, graphics);
	if (graphics->password)
		add_password(&option, arguments, graphics, "spice-password");
	else
		qopt_flag(&option, "disable-ticketing", true);
	add_spice_parts(&option, graphics);
	if (graphics->gl == CHOICE_YES) {
		qopt_flag(&option, "gl", true);
		add_text(&option, "rendernode", graphics->render_node);
		cage_gpu(arguments, graphics->render_node);
	}
	qopt_flag(&option, "seamless-migration", true);
	add_option(&arguments->plan->argv, "-spice", text_take(&option));
	add_keymap(arguments, graphics);
	cage_policy(arguments->plan, "spice");
}

static void add_egl(const struct arguments *arguments, const struct spec_graphics *graphics)
{
	struct text option = {0};

	qopt_word(&option, "egl-headless");
	add_text(&option, "rendernode", graphics->render_node);
	add_option(&arguments->plan->argv, "-display", text_take(&option));
	cage_gpu(arguments, graphics->render_node);
}

/* `before`: how many of its kind there are before it. */
static void add_one(
	const struct arguments *arguments, const struct spec_graphics *graphics, size_t before)
{
	switch (graphics->kind) {
	case SPEC_GRAPHICS_VNC:
		add_vnc(arguments, graphics, before);
		return;
	case SPEC_GRAPHICS_SPICE:
		add_spice(arguments, graphics);
		return;
	case SPEC_GRAPHICS_EGL_HEADLESS:;
	}
	add_egl(arguments, graphics);
}

void add_graphics(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;
	size_t counts[SPEC_GRAPHICS_EGL_HEADLESS + 1] = {0};

	for (size_t i = 0; i < spec->graphics_count; i++) {
		const struct spec_graphics *graphics = &spec->graphics[i];
		size_t before = counts[graphics->kind]++;

		add_one(arguments, graphics, before);
		if (before > 0 && graphics->kind != SPEC_GRAPHICS_VNC)
			refuse(arguments->refusals, graphics->line,
				"second <graphics> of this type; QEMU has one");
	}
	if (counts[SPEC_GRAPHICS_EGL_HEADLESS] == 0)
		add_option(&arguments->plan->argv, "-display", xstrdup("none"));
}
