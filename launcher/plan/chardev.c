/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/device.h"
#include "plan/openings.h"
#include "plan/line.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "plan/runtime.h"
#include "spec/spec.h"

/* What each kind of backend is called, and what it has. */
struct backend {
	const char *name; /* QEMU's; NULL: by context */
	const char *policy;
	bool has_path, is_stream;
};

static const struct backend backends[] = {
	[SPEC_CHARDEV_STDIO] = {"stdio", NULL, false, false},
	[SPEC_CHARDEV_PTY] = {"pty", "pty", false, false},
	[SPEC_CHARDEV_FILE] = {"file", NULL, true, false},
	[SPEC_CHARDEV_NULL] = {"null", NULL, false, false},
	[SPEC_CHARDEV_UNIX] = {"socket", NULL, true, true},
	[SPEC_CHARDEV_TCP] = {"socket", NULL, false, true},
	[SPEC_CHARDEV_DEV] = {NULL, "host-serial", true, false},
	[SPEC_CHARDEV_PIPE] = {"pipe", NULL, true, false},
	[SPEC_CHARDEV_VC] = {"vc", NULL, false, false},
	[SPEC_CHARDEV_SPICEVMC] = {"spicevmc", NULL, false, false},
	[SPEC_CHARDEV_SPICEPORT] = {"spiceport", NULL, false, false},
	[SPEC_CHARDEV_VDAGENT] = {"qemu-vdagent", NULL, false, false},
};

/* libvirt, qemuDomainPrepareChannel: a virtio channel without a path is listened on, whatever else
 * is said; so `virsh dumpxml` writes it of a VM that does not run. */
static bool listens(const struct spec_chardev *chardev)
{
	return chardev->listen || (chardev->kind == SPEC_CHARDEV_UNIX && !chardev->path &&
					  text_equal(chardev->target, "virtio"));
}

/* What was said and the kind has no use for, or cannot do without. */
static void check(const struct arguments *arguments, const struct spec_chardev *chardev)
{
	enum spec_chardev_kind kind = chardev->kind;
	bool spice = kind == SPEC_CHARDEV_SPICEVMC || kind == SPEC_CHARDEV_SPICEPORT;
	bool reconnects = chardev->reconnect != CHOICE_UNSET || chardev->reconnect_s > 0;
	const struct said_part parts[] = {
		{"<reconnect>", reconnects, !chardev->listen},
		{"<log append=…>", chardev->log_append, chardev->log_file != NULL},
	};

	refuse_useless(arguments, chardev->line, "this type of line", parts, ARRAY_COUNT(parts));
	if (kind == SPEC_CHARDEV_UNIX && !chardev->path && !listens(chardev))
		refuse(arguments->refusals, chardev->line,
			"<source mode='connect'> needs the path= of the socket");
	if (kind == SPEC_CHARDEV_TCP && !chardev->host)
		refuse(arguments->refusals, chardev->line,
			"a line over TCP has a host= in its <source>");
	if (spice && !has_spice(arguments->spec))
		refuse(arguments->refusals, chardev->line,
			"a line of this type needs <graphics type='spice'>");
}

static bool is_reconnecting(const struct spec_chardev *chardev)
{
	return chardev->reconnect == CHOICE_YES;
}

static void add_stream(struct text *option, const struct arguments *arguments,
	const struct spec_chardev *chardev, const char *id)
{
	struct plan *plan = arguments->plan;
	bool listen = listens(chardev);
	auto_free char *path = NULL;

	if (chardev->kind == SPEC_CHARDEV_TCP) {
		add_text(option, "host", chardev->host);
		qopt_addf(option, "port", "%u", (unsigned int)chardev->port);
		if (chardev->telnet)
			qopt_flag(option, "telnet", true);
		cage_policy(plan, chardev->listen ? "tcp-listen" : "tcp-client");
		cage_resolver(plan);
		if (chardev->listen)
			cage_listen(plan, chardev->port);
		else
			cage_connect(plan, chardev->port);
	} else if (!chardev->listen && chardev->path && !is_reconnecting(chardev)) {
		qopt_addf(option, "fd", "%d", opening_connect(plan, chardev->path, chardev->line));
		cage_policy(plan, "socket");
		return;
	} else {
		bool said = chardev->path && !(listen && path_is_of_a_run(chardev->path));

		path = said ? xstrdup(chardev->path)
			    : runtime_path(
				      arguments, chardev->target_name ? chardev->target_name : id);
		qopt_add(option, "path", path);
		cage_policy(plan, listen ? "unix-listen" : "unix-client");
		cage_sockets(plan, path, listen);
	}
	qopt_flag(option, "server", listen);
	if (listen)
		qopt_flag(option, "wait", false);
	else if (is_reconnecting(chardev))
		qopt_addf(option, "reconnect", "%u",
			chardev->reconnect_s > 0 ? chardev->reconnect_s : 1);
}

static void add_path(
	struct text *option, const struct arguments *arguments, const struct spec_chardev *chardev)
{
	struct plan *plan = arguments->plan;

	add_text(option, "path", chardev->path);
	if (chardev->kind == SPEC_CHARDEV_FILE)
		qopt_flag(option, "append", chardev->append);
	if (chardev->kind == SPEC_CHARDEV_DEV) {
		cage_device(plan, chardev->path);
	} else if (chardev->kind == SPEC_CHARDEV_PIPE) {
		auto_free char *in = xasprintf("%s.in", chardev->path);
		auto_free char *out = xasprintf("%s.out", chardev->path);

		cage_file(plan, in, true);
		cage_file(plan, out, true);
		cage_file(plan, chardev->path, true);
	} else {
		cage_output(plan, chardev->path);
	}
}

static void add_agent(struct text *option, const struct spec_chardev *chardev)
{
	if (chardev->kind == SPEC_CHARDEV_SPICEPORT)
		add_text(option, "name", chardev->spice_channel);
	if (chardev->kind == SPEC_CHARDEV_SPICEVMC || chardev->kind == SPEC_CHARDEV_VDAGENT)
		qopt_add(option, "name", "vdagent");
	if (chardev->kind != SPEC_CHARDEV_VDAGENT)
		return;
	add_choice(option, "clipboard", chardev->vdagent_clipboard);
	if (chardev->vdagent_mouse)
		qopt_flag(option, "mouse", strcmp(chardev->vdagent_mouse, "client") == 0);
}

void add_log(
	struct text *option, const struct arguments *arguments, const struct spec_chardev *chardev)
{
	if (!chardev->log_file)
		return;
	qopt_add(option, "logfile", chardev->log_file);
	if (chardev->log_append)
		qopt_flag(option, "logappend", true);
	cage_output(arguments->plan, chardev->log_file);
}

static void add_backend(const struct arguments *arguments, const struct spec_chardev *chardev,
	const char *id, const char *name)
{
	const struct backend *backend = &backends[chardev->kind];
	struct text option = {0};

	check(arguments, chardev);
	qopt_word(&option, name);
	qopt_add(&option, "id", id);
	if (backend->is_stream)
		add_stream(&option, arguments, chardev, id);
	else if (backend->has_path)
		add_path(&option, arguments, chardev);
	else
		add_agent(&option, chardev);
	add_log(&option, arguments, chardev);
	add_option(&arguments->plan->argv, "-chardev", text_take(&option));
	if (backend->policy)
		cage_policy(arguments->plan, backend->policy);
	if (chardev->kind == SPEC_CHARDEV_PTY) {
		cage_device(arguments->plan, "/dev/ptmx");
		cage_devices_below(arguments->plan, "/dev/pts");
	}
}

void add_chardev(
	const struct arguments *arguments, const struct spec_chardev *chardev, const char *id)
{
	const char *name = backends[chardev->kind].name;

	add_backend(arguments, chardev, id, name ? name : "serial");
}

void add_parallel_chardev(
	const struct arguments *arguments, const struct spec_chardev *chardev, const char *id)
{
	const char *name = backends[chardev->kind].name;

	add_backend(arguments, chardev, id, name ? name : "parallel");
}
