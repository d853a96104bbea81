/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/plan.h"
#include "spec/spec.h"

/* The first serial line of a VM that runs in the foreground is this terminal, also where
 * virt-install wrote "pty". Ctrl-A is the escape key (mux), Ctrl-C reaches the guest (signal=off).
 */
static bool is_terminal(const struct spec_chardev *chardev, size_t index)
{
	return chardev->kind == SPEC_CHARDEV_STDIO ||
	       (chardev->kind == SPEC_CHARDEV_PTY && index == 0);
}

static void add_stream(struct text *option, const struct spec_chardev *chardev, size_t index)
{
	if (is_terminal(chardev, index)) {
		qopt_word(option, "stdio");
		return;
	}
	switch (chardev->kind) {
	case SPEC_CHARDEV_STDIO:
	case SPEC_CHARDEV_PTY:
		qopt_word(option, "pty");
		break;
	case SPEC_CHARDEV_DEV:
	case SPEC_CHARDEV_PIPE:
	case SPEC_CHARDEV_VC:
	case SPEC_CHARDEV_SPICEVMC:
	case SPEC_CHARDEV_SPICEPORT:
	case SPEC_CHARDEV_VDAGENT:
	case SPEC_CHARDEV_NULL:
		qopt_word(option, "null");
		break;
	case SPEC_CHARDEV_FILE:
		qopt_word(option, "file");
		break;
	case SPEC_CHARDEV_UNIX:
	case SPEC_CHARDEV_TCP:
		qopt_word(option, "socket");
		break;
	}
}

/* A watched VM's first serial line is what is watched: two pipes, without a monitor and without an
 * escape key. What the spec wants to be kept of it is kept. */
static void add_watched_backend(
	const struct arguments *arguments, const struct spec_chardev *chardev, const char *id)
{
	bool is_file = chardev->kind == SPEC_CHARDEV_FILE;
	const char *log_file = is_file ? chardev->path : chardev->log_file;
	struct text option = {0};

	qopt_word(&option, "stdio");
	qopt_add(&option, "id", id);
	qopt_flag(&option, "signal", false);
	if (log_file)
		qopt_add(&option, "logfile", log_file);
	if (log_file && is_file)
		qopt_flag(&option, "logappend", chardev->append);
	add_option(&arguments->plan->argv, "-chardev", text_take(&option));
}

static void add_backend(const struct arguments *arguments, const struct spec_chardev *chardev,
	size_t index, const char *id)
{
	struct text option = {0};

	add_stream(&option, chardev, index);
	qopt_add(&option, "id", id);
	if (is_terminal(chardev, index)) {
		qopt_flag(&option, "mux", true);
		qopt_flag(&option, "signal", false);
	}
	if (chardev->path)
		qopt_add(&option, "path", chardev->path);
	if (chardev->kind == SPEC_CHARDEV_FILE)
		qopt_flag(&option, "append", chardev->append);
	if (chardev->kind == SPEC_CHARDEV_TCP) {
		qopt_add(&option, "host", chardev->host);
		qopt_addf(&option, "port", "%u", (unsigned int)chardev->port);
	}
	if (chardev->kind == SPEC_CHARDEV_TCP || chardev->kind == SPEC_CHARDEV_UNIX) {
		qopt_flag(&option, "server", chardev->listen);
		if (chardev->listen)
			qopt_flag(&option, "wait", false);
	}
	if (chardev->log_file)
		qopt_add(&option, "logfile", chardev->log_file);
	add_option(&arguments->plan->argv, "-chardev", text_take(&option));
	if (is_terminal(chardev, index))
		add_option(
			&arguments->plan->argv, "-mon", xasprintf("chardev=%s,mode=readline", id));
}

static void add_serial(
	const struct arguments *arguments, const struct spec_chardev *chardev, size_t index)
{
	auto_free char *id = xasprintf("charserial%zu", index);
	struct text device = {0};

	if (arguments->options->watch.on && index == 0)
		add_watched_backend(arguments, chardev, id);
	else
		add_backend(arguments, chardev, index, id);
	if (!arch_is_x86(arguments->plan->arch)) {
		/* the board's own UART */
		add_option(&arguments->plan->argv, "-serial", xasprintf("chardev:%s", id));
		return;
	}
	qopt_word(&device, "isa-serial");
	qopt_add(&device, "chardev", id);
	qopt_addf(&device, "id", "serial%zu", index);
	add_option(&arguments->plan->argv, "-device", text_take(&device));
}

/* libvirt: the first <console> is another name for the first serial line, and makes one where there
 * is none. */
struct error *add_serials(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;
	bool first_console_is_serial =
		spec->console_count > 0 && !text_equal(spec->consoles[0].target, "virtio");
	const struct spec_chardev none = {.kind = SPEC_CHARDEV_STDIO};

	for (size_t i = 0; i < spec->serial_count; i++)
		add_serial(arguments, &spec->serials[i], i);
	if (spec->serial_count == 0 && first_console_is_serial)
		add_serial(arguments, &spec->consoles[0], 0);
	else if (spec->serial_count == 0 && arguments->options->watch.on)
		add_serial(arguments, &none, 0);
	for (size_t i = first_console_is_serial ? 1 : 0; i < spec->console_count; i++)
		return error_at(spec->path, spec->consoles[i].line,
			"a console beside the serial line is not supported");
	return NULL;
}
