/* SPDX-License-Identifier: MIT */
/*
 * The small devices: random numbers, balloon, watchdog, panic, vsock, VM generation.
 */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/device.h"
#include "plan/layout.h"
#include "plan/openings.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

static void add_rng_source(
	const struct arguments *arguments, const struct spec_rng *rng, size_t index)
{
	const char *path = rng->path ? rng->path : "/dev/urandom";
	struct text option = {0};

	qopt_word(&option, rng->builtin ? "rng-builtin" : "rng-random");
	qopt_addf(&option, "id", "objrng%zu", index);
	if (!rng->builtin) {
		qopt_add(&option, "filename", path);
		cage_file(arguments->plan, path, false);
	}
	add_option(&arguments->plan->argv, "-object", text_take(&option));
}

static void add_rng(const struct arguments *arguments, size_t index)
{
	const struct spec_rng *rng = &arguments->spec->rngs[index];
	const struct address *address = layout_address(arguments->layout, DEVICE_RNG, index);
	auto_free char *driver = virtio_driver("virtio-rng", rng->model, address);
	struct text option = {0};

	add_rng_source(arguments, rng, index);
	qopt_word(&option, driver);
	qopt_addf(&option, "id", "rng%zu", index);
	qopt_addf(&option, "rng", "objrng%zu", index);
	if (rng->rate_bytes > 0) {
		qopt_addf(&option, "max-bytes", "%u", rng->rate_bytes);
		qopt_addf(&option, "period", "%u",
			rng->rate_period_ms > 0 ? rng->rate_period_ms : 1000);
	}
	device_finish(&option, arguments, DEVICE_RNG, index, DEVICE_VIRTIO);
}

/* libvirt tells the balloon at start to leave <currentMemory>; nobody is there to tell it here. */
static void check_balloon(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;

	if (spec->memory.current_bytes > 0 && spec->memory.current_bytes < spec->memory_bytes &&
		arguments->layout->balloon_model)
		refuse_part(arguments->refusals, spec->memory.current_line,
			"<currentMemory> is less than <memory>, and a balloon that takes the rest "
			"at start is not supported; make them equal");
	if (spec->memory.current_bytes > spec->memory_bytes)
		refuse(arguments->refusals, spec->memory.current_line,
			"<currentMemory> is more than <memory>");
}

static void add_balloon(const struct arguments *arguments)
{
	const struct spec_balloon *balloon = &arguments->spec->balloon;
	const char *model = arguments->layout->balloon_model;
	const struct address *address = layout_address(arguments->layout, DEVICE_BALLOON, 0);
	auto_free char *driver = model ? virtio_driver("virtio-balloon", model, address) : NULL;
	struct text option = {0};
	const struct said_part parts[] = {
		{"autodeflate=", balloon->auto_deflate != CHOICE_UNSET, model != NULL},
		{"freePageReporting=", balloon->free_page_reporting != CHOICE_UNSET, model != NULL},
	};

	check_balloon(arguments);
	refuse_useless(arguments, balloon->common.line, "<memballoon model='none'>", parts,
		ARRAY_COUNT(parts));
	if (!model)
		return;
	qopt_word(&option, driver);
	qopt_add(&option, "id", "balloon0");
	add_choice(&option, "deflate-on-oom", balloon->auto_deflate);
	add_choice(&option, "free-page-reporting", balloon->free_page_reporting);
	device_finish(&option, arguments, DEVICE_BALLOON, 0, DEVICE_VIRTIO);
}

static void add_watchdog(const struct arguments *arguments, size_t index)
{
	const struct spec_watchdog *watchdog = &arguments->spec->watchdogs[index];
	bool q35 = arguments->layout->board == BOARD_Q35;
	bool pc = q35 || arguments->layout->board == BOARD_I440FX;
	struct text option = {0};

	if (text_equal(watchdog->model, "itco")) {
		if (!q35)
			refuse(arguments->refusals, watchdog->common.line,
				"the watchdog 'itco' is part of the machine 'q35'");
		add_option(&arguments->plan->argv, "-global", xstrdup("ICH9-LPC.noreboot=off"));
		return;
	}
	if (text_equal(watchdog->model, "ib700") && !pc) {
		refuse(arguments->refusals, watchdog->common.line,
			"the watchdog 'ib700' needs an ISA bus; write model='i6300esb'");
		return;
	}
	qopt_word(&option, watchdog->model);
	qopt_addf(&option, "id", "watchdog%zu", index);
	device_finish(&option, arguments, DEVICE_WATCHDOG, index, DEVICE_PLAIN);
}

static const char *watchdog_action(const struct spec_watchdog *watchdog)
{
	return watchdog->action ? watchdog->action : "reset";
}

/* QEMU has one action for all watchdogs. */
static void add_watchdogs(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;

	for (size_t i = 0; i < spec->watchdog_count; i++) {
		add_watchdog(arguments, i);
		if (strcmp(watchdog_action(&spec->watchdogs[i]),
			    watchdog_action(&spec->watchdogs[0])) != 0)
			refuse(arguments->refusals, spec->watchdogs[i].common.line,
				"action='%s' and another one in line %d; QEMU has one action for "
				"all watchdogs",
				watchdog_action(&spec->watchdogs[i]),
				spec->watchdogs[0].common.line);
	}
	if (spec->watchdog_count > 0)
		add_option(&arguments->plan->argv, "-action",
			xasprintf("watchdog=%s", watchdog_action(&spec->watchdogs[0])));
}

static void add_isa_panic(const struct arguments *arguments, const struct spec_panic *panic)
{
	const struct address *address = layout_address(
		arguments->layout, DEVICE_PANIC, (size_t)(panic - arguments->spec->panics));
	struct text option = {0};

	if (!arch_is_x86(arguments->plan->arch)) {
		refuse(arguments->refusals, panic->common.line,
			"this machine has no ISA bus; write <panic model='pvpanic'/>");
		return;
	}
	qopt_word(&option, "pvpanic");
	if (address->kind == SPEC_ADDRESS_ISA && address->iobase > 0)
		qopt_addf(&option, "ioport", "0x%x", address->iobase);
	add_option(&arguments->plan->argv, "-device", text_take(&option));
}

static void add_panics(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;

	for (size_t i = 0; i < spec->panic_count; i++) {
		const struct spec_panic *panic = &spec->panics[i];
		bool x86 = arch_is_x86(arguments->plan->arch);
		struct text option = {0};

		if (text_equal(panic->model, "hyperv")) {
			if (!x86)
				refuse(arguments->refusals, panic->common.line,
					"<panic model='hyperv'> is for x86");
		} else if (text_equal(panic->model, "pvpanic")) {
			qopt_word(&option, "pvpanic-pci");
			qopt_addf(&option, "id", "panic%zu", i);
			device_finish(&option, arguments, DEVICE_PANIC, i, DEVICE_PLAIN);
		} else {
			add_isa_panic(arguments, panic);
		}
	}
}

/*
 * A number that nobody chose is the same at each start: from the UUID or name, above the three that
 * are reserved (include/uapi/linux/vm_sockets.h) and below 2^31.
 */
static unsigned int stable_cid(const struct spec *spec)
{
	return stable_number(spec->uuid ? spec->uuid : spec->name) % 0x7ffffff0u + 3;
}

static void add_vsock(const struct arguments *arguments, size_t index)
{
	const struct spec_vsock *vsock = &arguments->spec->vsocks[index];
	const struct address *address = layout_address(arguments->layout, DEVICE_VSOCK, index);
	auto_free char *driver = virtio_driver("vhost-vsock", vsock->model, address);
	struct opening *opening = add_opening(arguments->plan, OPENING_DEVICE, vsock->common.line);
	struct text option = {0};

	opening->path = xstrdup("/dev/vhost-vsock");
	qopt_word(&option, driver);
	qopt_addf(&option, "id", "vsock%zu", index);
	qopt_addf(&option, "guest-cid", "%u",
		vsock->automatic == CHOICE_YES ? stable_cid(arguments->spec) : vsock->cid);
	qopt_addf(&option, "vhostfd", "%d", opening->fd);
	device_finish(&option, arguments, DEVICE_VSOCK, index, DEVICE_VIRTIO);
	cage_policy(arguments->plan, "vhost");
}

/* QEMU docs/specs/vmgenid: "auto" is a new GUID at each start. */
static void add_genid(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;
	struct text option = {0};

	if (!spec->genid)
		return;
	if (!arch_is_x86(arguments->plan->arch))
		refuse_part(arguments->refusals, spec->genid_line, "<genid> is for x86");
	qopt_word(&option, "vmgenid");
	qopt_add(&option, "guid", spec->genid[0] != '\0' ? spec->genid : "auto");
	qopt_add(&option, "id", "vmgenid0");
	add_option(&arguments->plan->argv, "-device", text_take(&option));
}

void add_small_devices(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;

	add_watchdogs(arguments);
	add_balloon(arguments);
	for (size_t i = 0; i < spec->rng_count; i++)
		add_rng(arguments, i);
	add_panics(arguments);
	for (size_t i = 0; i < spec->vsock_count; i++)
		add_vsock(arguments, i);
	add_genid(arguments);
}
