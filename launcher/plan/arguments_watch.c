/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/plan.h"
#include "spec/spec.h"

/* The port that SeaBIOS (src/fw/… DEBUG_IO) and QEMU's isa-debugcon know as the firmware's log. */
#define FIRMWARE_LOG_PORT "0x402"

/* Where test kernels and our own guest look for isa-debug-exit; QEMU's default is 0x501. */
#define DEBUG_EXIT_PORT "0xf4"

static bool names_device(const struct plan *plan, const char *device)
{
	size_t length = strlen(device);

	for (size_t i = 0; i < plan->argv.count; i++) {
		const char *word = plan->argv.items[i];

		if (text_starts_with(word, device) && (word[length] == ',' || word[length] == '\0'))
			return true;
	}
	return false;
}

static bool own_arguments_name(const struct arguments *arguments, const char *device)
{
	const struct strings *lists[] = {
		&arguments->spec->qemu_arguments, arguments->options->arguments};

	for (size_t i = 0; i < ARRAY_COUNT(lists); i++)
		for (size_t j = 0; lists[i] && j < lists[i]->count; j++)
			if (strstr(lists[i]->items[j], device))
				return true;
	return false;
}

static void add_socket(const struct arguments *arguments, const char *id, enum plan_fd fd)
{
	struct text chardev = {0};

	qopt_word(&chardev, "socket");
	qopt_add(&chardev, "id", id);
	qopt_addf(&chardev, "fd", "%d", (int)fd);
	add_option(&arguments->plan->argv, "-chardev", text_take(&chardev));
}

/* Commands and events. The machine waits (-S) until the watcher listens, and after its guest's end,
 * so that no event is missed and the screen can still be seen; the watcher ends it. */
static void add_control(const struct arguments *arguments)
{
	struct strings *argv = &arguments->plan->argv;

	add_socket(arguments, "slipway-control", PLAN_QMP_FD);
	add_option(argv, "-mon", xstrdup("chardev=slipway-control,mode=control"));
	add_option(argv, "-action", xstrdup("reboot=reset,shutdown=pause,panic=none"));
	strings_add(argv, "-S");
}

/* By which a guest's kernel reports a panic (QEMU docs/specs/pvpanic): where the spec has none. */
static void add_panic_device(const struct arguments *arguments)
{
	const struct plan *plan = arguments->plan;
	bool is_microvm = text_starts_with(plan->machine, "microvm");
	bool is_isa = arch_is_x86(plan->arch) && !is_microvm;
	bool is_pci = plan->arch == ARCH_AARCH64 && text_starts_with(plan->machine, "virt");

	if (names_device(plan, "pvpanic") || names_device(plan, "pvpanic-pci") ||
		own_arguments_name(arguments, "pvpanic"))
		return;
	if (is_isa)
		add_option(&arguments->plan->argv, "-device", xstrdup("pvpanic"));
	else if (is_pci)
		add_option(&arguments->plan->argv, "-device", xstrdup("pvpanic-pci"));
}

/* SeaBIOS says on the screen only that it found nothing to boot; it also says it here. */
static void add_firmware_log(const struct arguments *arguments)
{
	struct plan *plan = arguments->plan;
	bool is_bios = plan->firmware.interface != FIRMWARE_INTERFACE_UEFI &&
		       plan->firmware.device != FIRMWARE_DEVICE_KERNEL;
	struct text device = {0};

	if (!arch_is_x86(plan->arch) || !is_bios || own_arguments_name(arguments, "debugcon"))
		return;
	plan->firmware_log = true;
	add_socket(arguments, "slipway-firmware", PLAN_FIRMWARE_LOG_FD);
	qopt_word(&device, "isa-debugcon");
	qopt_add(&device, "iobase", FIRMWARE_LOG_PORT);
	qopt_add(&device, "chardev", "slipway-firmware");
	add_option(&plan->argv, "-device", text_take(&device));
}

static void add_debug_exit(const struct arguments *arguments)
{
	struct text device = {0};

	if (!arch_is_x86(arguments->plan->arch) || own_arguments_name(arguments, "isa-debug-exit"))
		return;
	qopt_word(&device, "isa-debug-exit");
	qopt_add(&device, "iobase", DEBUG_EXIT_PORT);
	qopt_add(&device, "iosize", "4");
	add_option(&arguments->plan->argv, "-device", text_take(&device));
}

/* /dev/virtio-ports/slipway.ready in a Linux guest. */
static void add_ready_port(const struct arguments *arguments)
{
	struct strings *argv = &arguments->plan->argv;

	add_socket(arguments, "slipway-ready", PLAN_READY_FD);
	add_option(argv, "-device", xstrdup("virtio-serial,id=slipway-serial"));
	add_option(argv, "-device",
		xstrdup("virtserialport,bus=slipway-serial.0,chardev=slipway-ready,"
			"name=slipway.ready"));
}

/* systemd in the guest reads the credential from SMBIOS (systemd.system-credentials(7)) and
 * connects to the host, which is 2. */
static void add_ready_socket(const struct arguments *arguments)
{
	const struct plan_watch *watch = &arguments->options->watch;
	struct text device = {0}, credential = {0};

	if (watch->ready_guest == 0)
		return;
	qopt_word(&device, "vhost-vsock-pci");
	qopt_add(&device, "id", "slipway-vsock");
	qopt_addf(&device, "guest-cid", "%" PRIu32, watch->ready_guest);
	qopt_addf(&device, "vhostfd", "%d", (int)PLAN_VSOCK_FD);
	add_option(&arguments->plan->argv, "-device", text_take(&device));
	qopt_add(&credential, "type", "11");
	qopt_addf(&credential, "value",
		"io.systemd.credential:vmm.notify_socket=vsock-stream:2:%" PRIu32,
		watch->ready_port);
	add_option(&arguments->plan->argv, "-smbios", text_take(&credential));
}

void add_watch(const struct arguments *arguments)
{
	const struct plan_watch *watch = &arguments->options->watch;

	if (!watch->on)
		return;
	add_control(arguments);
	add_panic_device(arguments);
	add_firmware_log(arguments);
	if (watch->debug_exit)
		add_debug_exit(arguments);
	if (watch->ready)
		add_ready_port(arguments);
	add_ready_socket(arguments);
	if (watch->screenshot)
		add_option(&arguments->plan->argv, "-add-fd",
			xasprintf(
				"fd=%d,set=%d", (int)PLAN_SCREENSHOT_FD, (int)PLAN_SCREENSHOT_FD));
}
