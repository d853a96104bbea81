/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/device.h"
#include "plan/layout.h"
#include "plan/line.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

/*
 * This terminal: a line that says so (stdio), and in a VM without graphics also the first one that
 * virt-install wrote "pty" for, unless --console=pty. Ctrl-A is the escape key (mux), Ctrl-C
 * reaches the guest (signal=off).
 */
static bool is_terminal(
	const struct arguments *arguments, const struct spec_chardev *chardev, bool first)
{
	return chardev->kind == SPEC_CHARDEV_STDIO ||
	       (chardev->kind == SPEC_CHARDEV_PTY && first && !arguments->options->console_pty &&
		       arguments->spec->graphics_count == 0);
}

static void add_terminal(
	const struct arguments *arguments, const struct spec_chardev *chardev, const char *id)
{
	struct text option = {0};

	qopt_word(&option, "stdio");
	qopt_add(&option, "id", id);
	qopt_flag(&option, "mux", true);
	qopt_flag(&option, "signal", false);
	add_log(&option, arguments, chardev);
	add_option(&arguments->plan->argv, "-chardev", text_take(&option));
	add_option(&arguments->plan->argv, "-mon", xasprintf("chardev=%s,mode=readline", id));
}

/* A watched VM's first line is what is watched: two pipes, without a monitor and without an escape
 * key. What the spec wants to be kept of it is kept. */
static void add_watched(
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
	cage_output(arguments->plan, log_file);
}

static void add_line(const struct arguments *arguments, const struct spec_chardev *chardev,
	const char *id, bool first)
{
	if (first && arguments->options->watch.on)
		add_watched(arguments, chardev, id);
	else if (is_terminal(arguments, chardev, first))
		add_terminal(arguments, chardev, id);
	else
		add_chardev(arguments, chardev, id);
}

/* A serial line's device; NULL: the board's own one. */
struct serial_device {
	const char *target, *model; /* libvirt's words, NULL: any */
	const char *driver;
};

static const struct serial_device serial_devices[] = {
	{"isa-serial", NULL, "isa-serial"},
	{"usb-serial", NULL, "usb-serial"},
	{"pci-serial", NULL, "pci-serial"},
	{"isa-debug", NULL, "isa-debugcon"},
	{"system-serial", NULL, NULL},
};

struct board_model {
	enum arch arch;
	const char *model;
};

/* The models of serial lines that boards have. */
static const struct board_model board_models[] = {
	{ARCH_AARCH64, "pl011"},
	{ARCH_ARM, "pl011"},
	{ARCH_RISCV64, "16550a"},
	{ARCH_LOONGARCH64, "16550a"},
};

static bool model_fits(enum arch arch, const char *target, const char *driver, const char *model)
{
	if (!model)
		return true;
	if (driver)
		return strcmp(driver, model) == 0;
	for (size_t i = 0; i < ARRAY_COUNT(board_models); i++)
		if (board_models[i].arch == arch && strcmp(board_models[i].model, model) == 0)
			return true;
	return text_equal(target, model);
}

/* isa-serial on PCs, what the board has elsewhere. */
static const char *default_target(const struct arguments *arguments)
{
	return arch_is_x86(arguments->plan->arch) ? "isa-serial" : "system-serial";
}

/* libvirt numbers lines that have no port from the highest one on. */
static int port_of(const struct spec *spec, size_t index)
{
	int port = -1;

	for (size_t i = 0; i <= index; i++) {
		int written = spec->serials[i].target_port;

		port = written >= 0 ? written : port + 1;
	}
	return port;
}

static void add_serial_device(const struct arguments *arguments, const struct spec_chardev *chardev,
	size_t index, const char *driver, const char *id)
{
	bool isa = strcmp(driver, "isa-serial") == 0;
	int port = arguments->spec->serial_count > 0 ? port_of(arguments->spec, index) : 0;
	struct text option = {0};

	qopt_word(&option, driver);
	qopt_add(&option, "chardev", id);
	qopt_addf(&option, "id", "serial%zu", index);
	if (isa && port > 3)
		refuse(arguments->refusals, chardev->line,
			"serial port %d is not there; a PC has the ports 0 to 3", port);
	if (isa)
		qopt_addf(&option, "index", "%d", port);
	if (arguments->spec->serial_count > 0)
		device_finish(&option, arguments, DEVICE_SERIAL, index, DEVICE_PLAIN);
	else
		add_option(&arguments->plan->argv, "-device", text_take(&option));
}

static void add_serial(
	const struct arguments *arguments, const struct spec_chardev *chardev, size_t index)
{
	const char *target = chardev->target && strcmp(chardev->target, "serial") != 0
				     ? chardev->target
				     : default_target(arguments);
	auto_free char *id = xasprintf("charserial%zu", index);
	const char *driver = NULL;

	for (size_t i = 0; i < ARRAY_COUNT(serial_devices); i++)
		if (strcmp(serial_devices[i].target, target) == 0)
			driver = serial_devices[i].driver;
	if (!model_fits(arguments->plan->arch, target, driver, chardev->target_model))
		refuse_part(arguments->refusals, chardev->line,
			"a serial line '%s' of model '%s' is not what this machine has; leave "
			"<model> out",
			target, chardev->target_model);
	if (!arch_is_x86(arguments->plan->arch) && text_starts_with(target, "isa-"))
		refuse_part(arguments->refusals, chardev->line,
			"this machine has no ISA bus for '%s'; write <target "
			"type='system-serial'>",
			target);
	add_line(arguments, chardev, id, index == 0);
	if (!driver && index > 0)
		refuse_part(arguments->refusals, chardev->line,
			"this machine has one serial line of its own; write <target "
			"type='pci-serial'> or 'usb-serial' for another one");
	if (driver)
		add_serial_device(arguments, chardev, index, driver, id);
	else
		add_option(&arguments->plan->argv, "-serial", xasprintf("chardev:%s", id));
}

static void add_parallels(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;

	for (size_t i = 0; i < spec->parallel_count; i++) {
		auto_free char *id = xasprintf("charparallel%zu", i);
		int port = spec->parallels[i].target_port;
		struct text option = {0};

		if (!arch_is_x86(arguments->plan->arch))
			refuse_part(arguments->refusals, spec->parallels[i].line,
				"this machine has no parallel port");
		add_parallel_chardev(arguments, &spec->parallels[i], id);
		qopt_word(&option, "isa-parallel");
		qopt_add(&option, "chardev", id);
		qopt_addf(&option, "id", "parallel%zu", i);
		if (port >= 0)
			qopt_addf(&option, "index", "%d", port);
		device_finish(&option, arguments, DEVICE_PARALLEL, i, DEVICE_PLAIN);
	}
}

static void add_channels(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;

	for (size_t i = 0; i < spec->channel_count; i++) {
		const struct spec_chardev *channel = &spec->channels[i];
		auto_free char *id = xasprintf("charchannel%zu", i);
		const char *name = channel->target_name;
		struct text option = {0};

		if (!name && channel->kind == SPEC_CHARDEV_SPICEVMC)
			name = "com.redhat.spice.0";
		add_chardev(arguments, channel, id);
		qopt_word(&option, "virtserialport");
		qopt_add(&option, "chardev", id);
		qopt_addf(&option, "id", "channel%zu", i);
		add_text(&option, "name", name);
		device_finish(&option, arguments, DEVICE_CHANNEL, i, DEVICE_PLAIN);
	}
}

/* libvirt, virDomainDefAddConsoleCompat: the board's first serial line is console 0, said or not.
 */
static size_t console_number(const struct spec *spec, size_t index)
{
	const char *target = spec->serial_count > 0 ? spec->serials[0].target : NULL;
	bool board = !text_equal(target, "usb-serial") && !text_equal(target, "pci-serial") &&
		     !text_equal(target, "isa-debug");
	bool unsaid = text_equal(spec->consoles[0].target, "virtio");

	return spec->serial_count > 0 && board && unsaid ? index + 1 : index;
}

static void add_console(const struct arguments *arguments, size_t index, bool first)
{
	const struct spec_chardev *console = &arguments->spec->consoles[index];
	size_t number = console_number(arguments->spec, index);
	auto_free char *id = xasprintf("charconsole%zu", number);
	struct text option = {0};

	if (!text_equal(console->target, "virtio")) {
		refuse_part(arguments->refusals, console->line,
			"a second console that is a serial line is not supported; write <serial>, "
			"or <target type='virtio'>");
		return;
	}
	add_line(arguments, console, id, first);
	qopt_word(&option, "virtconsole");
	qopt_add(&option, "chardev", id);
	qopt_addf(&option, "id", "console%zu", number);
	device_finish(&option, arguments, DEVICE_CONSOLE, index, DEVICE_PLAIN);
}

/* One terminal is one line's. */
static void check_terminals(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;
	const struct spec_chardev *lists[] = {spec->serials, spec->consoles, spec->channels};
	size_t counts[] = {spec->serial_count, spec->console_count, spec->channel_count};
	int line = 0;

	for (size_t i = 0; i < ARRAY_COUNT(lists); i++) {
		for (size_t j = 0; j < counts[i]; j++) {
			bool alias = lists[i] == spec->consoles && j == 0 &&
				     spec->serial_count > 0 &&
				     !text_equal(lists[i][j].target, "virtio");

			if (lists[i][j].kind != SPEC_CHARDEV_STDIO || alias)
				continue;
			if (line > 0)
				refuse(arguments->refusals, lists[i][j].line,
					"second line of type 'stdio', the first is in line %d; "
					"there is one terminal",
					line);
			line = line > 0 ? line : lists[i][j].line;
		}
	}
}

/* libvirt: the first <console> is another name for the first serial line, and makes one where there
 * is none. */
void add_lines(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;
	bool console_is_serial =
		spec->console_count > 0 && !text_equal(spec->consoles[0].target, "virtio");
	bool watched = arguments->options->watch.on;
	const struct spec_chardev none = {.kind = SPEC_CHARDEV_STDIO};
	bool serial = spec->serial_count > 0 || console_is_serial || watched;

	check_terminals(arguments);
	for (size_t i = 0; i < spec->serial_count; i++)
		add_serial(arguments, &spec->serials[i], i);
	if (spec->serial_count == 0 && console_is_serial)
		add_serial(arguments, &spec->consoles[0], 0);
	else if (spec->serial_count == 0 && watched)
		add_serial(arguments, &none, 0);
	add_parallels(arguments);
	add_channels(arguments);
	for (size_t i = console_is_serial ? 1 : 0; i < spec->console_count; i++)
		add_console(arguments, i, i == 0 && !serial);
}
