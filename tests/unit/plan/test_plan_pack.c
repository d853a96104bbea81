/* SPDX-License-Identifier: MIT */
/* plan/plan_pack: a plan that was written reads as it was; which plans are good for another start.
 */
#include <string.h>

#include "made_up.h"
#include "plan/plan_pack.h"

/* A value of its own in every part that carries a plan out. */
static void fill(struct plan *plan)
{
	*plan = (struct plan){
		.name = xstrdup("vm"),
		.arch = ARCH_AARCH64,
		.machine = xstrdup("virt"),
		.accel = "kvm",
		.emulator = xstrdup("/usr/bin/qemu"),
		.firmware = {.source = FIRMWARE_SOURCE_FALLBACK,
			.descriptor = xstrdup("/d.json"),
			.interface = FIRMWARE_INTERFACE_UEFI,
			.device = FIRMWARE_DEVICE_FLASH,
			.mode = FIRMWARE_MODE_COMBINED,
			.path = xstrdup("/CODE.fd"),
			.open_path = xstrdup("/root/CODE.fd"),
			.format = IMAGE_FORMAT_QCOW2,
			.read_only = true,
			.smm = true,
			.secure = true,
			.uefi_vars = true,
			.pad_bytes = 7},
		.nvram = {.action = NVRAM_CREATE,
			.path = xstrdup("/vars.fd"),
			.format = IMAGE_FORMAT_RAW,
			.template = xstrdup("/VARS.fd"),
			.template_open = xstrdup("/root/VARS.fd"),
			.template_format = IMAGE_FORMAT_QCOW2,
			.size_bytes = 540672,
			.make_directory = true,
			.combined = true,
			.json = true},
		.sandbox = {.mode = SANDBOX_REQUIRE, .any_listen = true, .any_connect = true},
		.fd_shift = 20,
		.runtime_directory = xstrdup("/run/vm"),
		.nvram_by_fd = true,
		.code_by_fd = true,
	};
	strings_add(&plan->firmware.features, "secure-boot");
	strings_add(&plan->argv, "qemu");
	strings_add(&plan->argv, "-S");
	strings_add(&plan->environment, "A=b");
	strings_add(&plan->sandbox.policies, "base");
	strings_add(&plan->warnings, "a warning");
}

static void add_rules(struct plan *plan)
{
	struct path_rule *path;
	struct port_rule *port;
	unsigned int *cpu;

	path = array_push(&plan->sandbox.paths, &plan->sandbox.path_count, sizeof(*path));
	*path = (struct path_rule){.path = xstrdup("/dev/kvm"), .write = true, .device = true};
	path = array_push(&plan->sandbox.paths, &plan->sandbox.path_count, sizeof(*path));
	*path = (struct path_rule){.path = xstrdup("/usr"), .directory = true};
	path = array_push(&plan->sandbox.paths, &plan->sandbox.path_count, sizeof(*path));
	*path = (struct path_rule){.path = xstrdup("/log"), .write = true, .made = true};
	path = array_push(&plan->sandbox.paths, &plan->sandbox.path_count, sizeof(*path));
	*path = (struct path_rule){.path = xstrdup("/run/vm"), .directory = true, .sockets = true};
	port = array_push(&plan->sandbox.ports, &plan->sandbox.port_count, sizeof(*port));
	*port = (struct port_rule){5900, true};
	cpu = array_push(&plan->cpus, &plan->cpu_count, sizeof(*cpu));
	*cpu = 3;
}

static void write_plan(struct plan *plan, struct text *out)
{
	struct pack pack = {.out = out};

	plan_pack(&pack, plan);
}

static void read_plan(const struct text *in, struct plan *plan)
{
	struct pack pack = {.in = in->bytes, .left = in->length};

	plan_pack(&pack, plan);
	assert_false(pack.broken);
	assert_int_equal(pack.left, 0);
}

static void assert_same_strings(const struct strings *a, const struct strings *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++)
		assert_string_equal(a->items[i], b->items[i]);
}

static void assert_same_firmware(const struct plan_firmware *a, const struct plan_firmware *b)
{
	assert_int_equal(a->source, b->source);
	assert_string_equal(a->descriptor, b->descriptor);
	assert_int_equal(a->interface, b->interface);
	assert_int_equal(a->device, b->device);
	assert_int_equal(a->mode, b->mode);
	assert_string_equal(a->path, b->path);
	assert_string_equal(a->open_path, b->open_path);
	assert_int_equal(a->format, b->format);
	assert_int_equal(a->read_only, b->read_only);
	assert_same_strings(&a->features, &b->features);
	assert_int_equal(a->smm, b->smm);
	assert_int_equal(a->secure, b->secure);
	assert_int_equal(a->uefi_vars, b->uefi_vars);
	assert_int_equal(a->pad_bytes, b->pad_bytes);
}

static void assert_same_nvram(const struct plan_nvram *a, const struct plan_nvram *b)
{
	assert_int_equal(a->action, b->action);
	assert_string_equal(a->path, b->path);
	assert_int_equal(a->format, b->format);
	assert_string_equal(a->template, b->template);
	assert_string_equal(a->template_open, b->template_open);
	assert_int_equal(a->template_format, b->template_format);
	assert_int_equal(a->size_bytes, b->size_bytes);
	assert_int_equal(a->make_directory, b->make_directory);
	assert_int_equal(a->combined, b->combined);
	assert_int_equal(a->json, b->json);
}

static void assert_same_sandbox(const struct plan_sandbox *a, const struct plan_sandbox *b)
{
	assert_int_equal(a->mode, b->mode);
	assert_same_strings(&a->policies, &b->policies);
	assert_int_equal(a->path_count, b->path_count);
	for (size_t i = 0; i < a->path_count; i++) {
		assert_string_equal(a->paths[i].path, b->paths[i].path);
		assert_int_equal(a->paths[i].write, b->paths[i].write);
		assert_int_equal(a->paths[i].directory, b->paths[i].directory);
		assert_int_equal(a->paths[i].device, b->paths[i].device);
		assert_int_equal(a->paths[i].made, b->paths[i].made);
		assert_int_equal(a->paths[i].sockets, b->paths[i].sockets);
	}
	assert_int_equal(a->port_count, b->port_count);
	for (size_t i = 0; i < a->port_count; i++) {
		assert_int_equal(a->ports[i].port, b->ports[i].port);
		assert_int_equal(a->ports[i].listen, b->ports[i].listen);
	}
	assert_int_equal(a->any_listen, b->any_listen);
	assert_int_equal(a->any_connect, b->any_connect);
}

static void a_plan_reads_as_it_was_written(void **state)
{
	auto_plan struct plan *written = xcalloc(1, sizeof(*written));
	auto_plan struct plan *read = xcalloc(1, sizeof(*read));
	auto_text struct text bytes = {0};

	(void)state;
	fill(written);
	add_rules(written);
	write_plan(written, &bytes);
	read_plan(&bytes, read);
	assert_string_equal(read->name, "vm");
	assert_int_equal(read->arch, ARCH_AARCH64);
	assert_string_equal(read->machine, "virt");
	assert_string_equal(read->accel, "kvm");
	assert_string_equal(read->emulator, "/usr/bin/qemu");
	assert_same_firmware(&written->firmware, &read->firmware);
	assert_same_nvram(&written->nvram, &read->nvram);
	assert_same_strings(&written->argv, &read->argv);
	assert_same_strings(&written->environment, &read->environment);
	assert_same_sandbox(&written->sandbox, &read->sandbox);
	assert_int_equal(read->fd_shift, 20);
	assert_string_equal(read->runtime_directory, "/run/vm");
	assert_int_equal(read->cpu_count, 1);
	assert_int_equal(read->cpus[0], 3);
	assert_same_strings(&written->warnings, &read->warnings);
	assert_true(read->nvram_by_fd);
	assert_true(read->code_by_fd);
}

static void a_plan_of_little_reads_as_it_was_written(void **state)
{
	auto_plan struct plan *written = xcalloc(1, sizeof(*written));
	auto_plan struct plan *read = xcalloc(1, sizeof(*read));
	auto_text struct text bytes = {0};

	(void)state;
	write_plan(written, &bytes);
	read_plan(&bytes, read);
	assert_null(read->name);
	assert_null(read->firmware.path);
	assert_null(read->nvram.path);
	assert_int_equal(read->argv.count, 0);
	assert_null(read->sandbox.paths);
	assert_null(read->cpus);
	assert_string_equal(read->accel, "tcg");
}

static void an_accelerator_is_one_of_two(void **state)
{
	static const char *const accelerators[] = {"tcg", "kvm"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(accelerators); i++) {
		auto_plan struct plan *written = xcalloc(1, sizeof(*written));
		auto_plan struct plan *read = xcalloc(1, sizeof(*read));
		auto_text struct text bytes = {0};

		written->accel = accelerators[i];
		write_plan(written, &bytes);
		read_plan(&bytes, read);
		assert_string_equal(read->accel, accelerators[i]);
	}
}

static void half_a_plan_is_broken_and_can_be_freed(void **state)
{
	auto_plan struct plan *written = xcalloc(1, sizeof(*written));
	auto_text struct text bytes = {0};

	(void)state;
	fill(written);
	add_rules(written);
	write_plan(written, &bytes);
	for (size_t length = 0; length < bytes.length; length++) {
		auto_plan struct plan *read = xcalloc(1, sizeof(*read));
		struct pack pack = {.in = bytes.bytes, .left = length};

		plan_pack(&pack, read);
		assert_true(pack.broken);
	}
}

static void what_is_opened_started_or_timed_is_not_repeatable(void **state)
{
	struct plan plan = {0};

	(void)state;
	assert_true(plan_is_repeatable(&plan));
	plan.of_this_moment = true;
	assert_false(plan_is_repeatable(&plan));
	plan = (struct plan){.overlay_count = 1};
	assert_false(plan_is_repeatable(&plan));
	plan = (struct plan){.opening_count = 1};
	assert_false(plan_is_repeatable(&plan));
	plan = (struct plan){.companion_count = 1};
	assert_false(plan_is_repeatable(&plan));
	plan = (struct plan){.nvram.action = NVRAM_RESET};
	assert_false(plan_is_repeatable(&plan));
}

static void a_clock_that_begins_now_is_of_this_moment(void **state)
{
	struct made_up *made = *state;

	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	assert_false(planned(made)->of_this_moment);
	made->spec.clock.offset = made_text(made, "variable");
	assert_true(planned(made)->of_this_moment);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_reads_as_it_was_written),
		cmocka_unit_test(a_plan_of_little_reads_as_it_was_written),
		cmocka_unit_test(an_accelerator_is_one_of_two),
		cmocka_unit_test(half_a_plan_is_broken_and_can_be_freed),
		cmocka_unit_test(what_is_opened_started_or_timed_is_not_repeatable),
		MADE_UP(a_clock_that_begins_now_is_of_this_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
