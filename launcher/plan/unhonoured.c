/* SPDX-License-Identifier: MIT */
#include "plan/unhonoured.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "spec/spec.h"

/* The places found: "line: what". */
struct places {
	const struct spec *spec;
	struct strings lines;
	int first_line;
};

static void add_place(struct places *places, int line, const char *what)
{
	if (places->lines.count == 0)
		places->first_line = line;
	strings_addf(
		&places->lines, "%s:%d: %s is not supported yet", places->spec->path, line, what);
}

/* Records of devices begin with their struct spec_device, and that with its line. */
static void add_devices(struct places *places, const char *what, const void *records, size_t count,
	size_t record_bytes)
{
	for (size_t i = 0; i < count; i++) {
		struct spec_device common;

		memcpy(&common, (const char *)records + i * record_bytes, sizeof(common));
		add_place(places, common.line, what);
	}
}

#define ADD_DEVICES(places, what, array, count)                                                    \
	add_devices(places, what, array, count, sizeof((array)[0]))

/* Buses and bridges that nothing sits on change nothing for the guest's owner. */
static bool controller_is_needed(const struct spec_controller *controller)
{
	return controller->kind != SPEC_CONTROLLER_PCI && !text_equal(controller->model, "none");
}

static void add_controllers(struct places *places)
{
	for (size_t i = 0; i < places->spec->controller_count; i++)
		if (controller_is_needed(&places->spec->controllers[i]))
			add_place(places, places->spec->controllers[i].common.line, "<controller>");
}

static void add_all_devices(struct places *places)
{
	const struct spec *spec = places->spec;

	add_controllers(places);
	ADD_DEVICES(places, "<interface>", spec->interfaces, spec->interface_count);
	ADD_DEVICES(places, "<graphics>", spec->graphics, spec->graphics_count);
	ADD_DEVICES(places, "<video>", spec->videos, spec->video_count);
	ADD_DEVICES(places, "<input>", spec->inputs, spec->input_count);
	ADD_DEVICES(places, "<sound>", spec->sounds, spec->sound_count);
	ADD_DEVICES(places, "<hostdev>", spec->hostdevs, spec->hostdev_count);
	ADD_DEVICES(places, "<redirdev>", spec->redirdevs, spec->redirdev_count);
	ADD_DEVICES(places, "<filesystem>", spec->filesystems, spec->filesystem_count);
	ADD_DEVICES(places, "<tpm>", spec->tpms, spec->tpm_count);
	ADD_DEVICES(places, "<rng>", spec->rngs, spec->rng_count);
	ADD_DEVICES(places, "<watchdog>", spec->watchdogs, spec->watchdog_count);
	ADD_DEVICES(places, "<panic>", spec->panics, spec->panic_count);
	ADD_DEVICES(places, "<vsock>", spec->vsocks, spec->vsock_count);
	for (size_t i = 0; i < spec->channel_count; i++)
		add_place(places, spec->channels[i].line, "<channel>");
	for (size_t i = 0; i < spec->parallel_count; i++)
		add_place(places, spec->parallels[i].line, "<parallel>");
	if (spec->balloon.present && !text_equal(spec->balloon.model, "none"))
		add_place(places, spec->balloon.common.line, "<memballoon>");
}

static void add_machine_parts(struct places *places)
{
	const struct spec *spec = places->spec;

	if (spec->memory.hugepages || spec->memory.source || spec->memory.cell_count > 0 ||
		spec->memory.locked)
		add_place(places, spec->memory.line, "<memoryBacking> or <numa>");
	for (size_t i = 0; i < spec->fwcfg_count; i++)
		add_place(places, spec->fwcfgs[i].line, "<sysinfo type='fwcfg'>");
	for (size_t i = 0; i < spec->acpi_table_count; i++)
		add_place(places, spec->acpi_tables[i].line, "<table>");
	if (spec->threads.cpus)
		add_place(places, spec->threads.cpus_line, "<vcpu cpuset='…'>");
	if (spec->threads.iothreads > 0)
		add_place(places, spec->threads.iothreads_line, "<iothreads>");
	for (size_t i = 0; i < spec->threads.pin_count; i++)
		add_place(places, spec->threads.pins[i].line, "<cputune>");
	if (spec->genid)
		add_place(places, spec->genid_line, "<genid>");
}

struct error *refuse_unhonoured(const struct spec *spec, bool lenient, struct strings *warnings)
{
	struct places places = {.spec = spec};
	auto_text struct text text = {0};
	struct error *error = NULL;

	add_all_devices(&places);
	add_machine_parts(&places);
	for (size_t i = 0; i < places.lines.count; i++) {
		if (lenient)
			strings_add(warnings, places.lines.items[i]);
		text_addf(&text, "%s%s", i > 0 ? "\n" : "", places.lines.items[i]);
	}
	if (places.lines.count > 0 && !lenient) {
		error = error_new("%s; --lenient starts the VM without", text.bytes);
		error->file = xstrdup(spec->path);
		error->line = places.first_line;
	}
	strings_clear(&places.lines);
	return error;
}
