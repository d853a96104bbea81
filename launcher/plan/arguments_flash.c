/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "base/text.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/disk.h"
#include "plan/json.h"
#include "plan/openings.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

/* {"driver":"file",…}, or the fd set when the file is handed over as an fd. */
static struct json_object *file_node(
	const char *driver, const char *name, const char *path, bool read_only)
{
	struct json_object *node = json_new();

	json_add_text(node, "driver", driver);
	json_add_text(node, "filename", path);
	json_add_text(node, "node-name", name);
	json_add_bool(node, "read-only", read_only);
	return node;
}

static void add_format_node(struct strings *argv, const char *name, const char *storage,
	enum image_format format, bool read_only)
{
	struct json_object *node = json_new();

	json_add_text(node, "node-name", name);
	json_add_bool(node, "read-only", read_only);
	json_add_text(node, "driver", image_format_name(format));
	json_add_text(node, "file", storage);
	if (format == IMAGE_FORMAT_QCOW2)
		json_add_null(node, "backing");
	add_option(argv, "-blockdev", json_take(node));
}

/* -add-fd fd=N,set=N makes the fd known as /dev/fdset/N (qemu(1)); returns that name. */
static char *add_fd(struct strings *argv, enum plan_fd fd, const char *what)
{
	add_option(argv, "-add-fd", xasprintf("fd=%d,set=%d,opaque=%s", (int)fd, (int)fd, what));
	return xasprintf("/dev/fdset/%d", (int)fd);
}

static void add_flash0(const struct arguments *arguments)
{
	struct plan *plan = arguments->plan;
	const struct plan_nvram *nvram = &plan->nvram;
	const struct plan_firmware *firmware = &plan->firmware;
	bool read_only = firmware->read_only && !nvram->combined;
	auto_free char *path = xstrdup(nvram->combined ? nvram->path : firmware->open_path);

	if (nvram->combined && nvram->action == NVRAM_EPHEMERAL) {
		plan->nvram_by_fd = true;
		free_pointer(&path);
		path = add_fd(&plan->argv, PLAN_NVRAM_FD + plan->fd_shift, "firmware");
	} else if (firmware->pad_bytes > 0) {
		plan->code_by_fd = true;
		free_pointer(&path);
		path = add_fd(&plan->argv, PLAN_CODE_FD + plan->fd_shift, "firmware");
	}
	add_option(&plan->argv, "-blockdev",
		json_take(file_node("file", "pflash0-storage", path, read_only)));
	add_format_node(
		&plan->argv, "pflash0-format", "pflash0-storage", firmware->format, read_only);
}

/* What a server of the store needs beside its protocol: the CHAP password reaches QEMU in a file
 * without a name. */
static void add_chap(const struct arguments *arguments, struct json_object *node)
{
	const struct spec_source *source = &arguments->spec->firmware.nvram.source;
	const char *name = source->secret ? source->secret : source->secret_uuid;
	struct opening *opening;
	struct text object = {0};

	if (!source->user)
		return;
	if (strcmp(source->protocol, "iscsi") != 0) {
		refuse(arguments->refusals, source->line, "<auth> is for nvram over iscsi");
		return;
	}
	if (!name || strchr(name, '/') || name[0] == '.') {
		refuse(arguments->refusals, source->line,
			"<auth> needs a <secret type='iscsi'> with usage= or uuid=, which is the "
			"name "
			"of a file in '%s'",
			arguments->options->secret_directory);
		return;
	}
	opening = add_opening(arguments->plan, OPENING_SECRET, source->line);
	opening->path = xasprintf("%s/%s", arguments->options->secret_directory, name);
	qopt_word(&object, "secret");
	qopt_add(&object, "id", "pflash1-secret");
	qopt_addf(&object, "file", "/proc/self/fd/%d", opening->fd);
	add_option(&arguments->plan->argv, "-object", text_take(&object));
	json_add_text(node, "user", source->user);
	json_add_text(node, "password-secret", "pflash1-secret");
}

static struct error *network_node(const struct arguments *arguments, struct json_object **ret_node)
{
	const struct spec *spec = arguments->spec;
	const struct spec_source *source = &spec->firmware.nvram.source;
	struct json_object *node;

	if (strcmp(source->protocol, "nbd") != 0 && strcmp(source->protocol, "iscsi") != 0)
		return error_at(spec->path, source->line,
			"nvram over '%s' is not supported; use nbd or iscsi", source->protocol);
	node = json_new();
	source_add_network(arguments, source, node, false);
	add_chap(arguments, node);
	json_add_text(node, "node-name", "pflash1-storage");
	json_add_bool(node, "read-only", false);
	*ret_node = node;
	return NULL;
}

static struct error *add_flash1(const struct arguments *arguments)
{
	struct plan *plan = arguments->plan;
	const struct plan_nvram *nvram = &plan->nvram;
	struct json_object *node = NULL;

	if (nvram->action == NVRAM_NETWORK && nvram->path[0] == '/') {
		node = file_node("host_device", "pflash1-storage", nvram->path, false);
		cage_policy(plan, "block-device");
		cage_device(plan, nvram->path);
	} else if (nvram->action == NVRAM_NETWORK) {
		TRY(network_node(arguments, &node));
	} else if (nvram->action == NVRAM_EPHEMERAL) {
		auto_free char *path = add_fd(&plan->argv, PLAN_NVRAM_FD + plan->fd_shift, "nvram");

		plan->nvram_by_fd = true;
		node = file_node("file", "pflash1-storage", path, false);
	} else {
		node = file_node("file", "pflash1-storage", nvram->path, false);
	}
	add_option(&plan->argv, "-blockdev", json_take(node));
	add_format_node(&plan->argv, "pflash1-format", "pflash1-storage", nvram->format, false);
	return NULL;
}

/* QEMU hw/uefi (10.0): the PCI-less x86 device and the one of boards with a platform bus. */
static void add_uefi_vars(const struct arguments *arguments)
{
	struct plan *plan = arguments->plan;
	bool ephemeral = plan->nvram.action == NVRAM_EPHEMERAL;
	auto_free char *path = NULL;
	struct text device = {0};

	plan->nvram_by_fd = ephemeral;
	path = ephemeral ? add_fd(&plan->argv, PLAN_NVRAM_FD + plan->fd_shift, "nvram")
			 : xstrdup(plan->nvram.path);
	qopt_word(&device, arch_is_x86(plan->arch) ? "uefi-vars-x64" : "uefi-vars-sysbus");
	qopt_add(&device, "jsonfile", path);
	add_option(&plan->argv, "-device", text_take(&device));
}

struct error *add_flash_nodes(const struct arguments *arguments)
{
	const struct plan *plan = arguments->plan;

	if (plan->firmware.uefi_vars)
		add_uefi_vars(arguments);
	if (plan->firmware.device != FIRMWARE_DEVICE_FLASH)
		return NULL;
	add_flash0(arguments);
	if (plan->nvram.action == NVRAM_NONE || plan->nvram.combined)
		return NULL;
	return add_flash1(arguments);
}
