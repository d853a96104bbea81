/* SPDX-License-Identifier: MIT */
/* plan/arguments_flash: the nodes behind pflash0 and pflash1 (A1 to A7). */
#include <string.h>

#include "made_up.h"
#include "plan/arguments.h"

#define CODE "/fw/CODE.fd"
#define VARS "/fw/VARS.fd"

static struct descriptor *plain(struct made_up *made)
{
	return made_descriptor(made, "60-plain.json", CODE, VARS);
}

static void a1_code_is_a_read_only_pair_of_nodes(void **state)
{
	struct made_up *made = *state;

	plain(made);
	assert_string_equal(argument_at(planned(made), "-blockdev", 0),
		"{\"driver\":\"file\",\"filename\":\"" CODE "\",\"node-name\":\"pflash0-storage\","
		"\"read-only\":true}");
	assert_string_equal(argument_at(made->plan, "-blockdev", 1),
		"{\"node-name\":\"pflash0-format\",\"read-only\":true,\"driver\":\"raw\","
		"\"file\":\"pflash0-storage\"}");
	assert_non_null(strstr(argument_of(made->plan, "-machine"), ",pflash0=pflash0-format,"));
}

static void a2_the_store_is_a_writable_pair_of_nodes(void **state)
{
	struct made_up *made = *state;

	plain(made);
	assert_string_equal(argument_at(planned(made), "-blockdev", 2),
		"{\"driver\":\"file\",\"filename\":\"/state/vm_VARS.fd\","
		"\"node-name\":\"pflash1-storage\",\"read-only\":false}");
	assert_string_equal(argument_at(made->plan, "-blockdev", 3),
		"{\"node-name\":\"pflash1-format\",\"read-only\":false,\"driver\":\"raw\","
		"\"file\":\"pflash1-storage\"}");
	assert_null(argument_at(made->plan, "-blockdev", 4));
	assert_non_null(strstr(argument_of(made->plan, "-machine"), ",pflash1=pflash1-format,"));
}

static void a3_qcow2_nodes_have_no_backing_file(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->executable->format = IMAGE_FORMAT_QCOW2;
	descriptor->template->format = IMAGE_FORMAT_QCOW2;
	descriptor->executable_format = IMAGE_FORMAT_QCOW2;
	descriptor->template_format = IMAGE_FORMAT_QCOW2;
	assert_string_equal(argument_at(planned(made), "-blockdev", 1),
		"{\"node-name\":\"pflash0-format\",\"read-only\":true,\"driver\":\"qcow2\","
		"\"file\":\"pflash0-storage\",\"backing\":null}");
	assert_string_equal(argument_at(made->plan, "-blockdev", 3),
		"{\"node-name\":\"pflash1-format\",\"read-only\":false,\"driver\":\"qcow2\","
		"\"file\":\"pflash1-storage\",\"backing\":null}");
}

static void a3_code_and_store_have_their_own_formats(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->template->format = IMAGE_FORMAT_QCOW2;
	descriptor->template_format = IMAGE_FORMAT_QCOW2;
	planned(made);
	assert_non_null(strstr(argument_at(made->plan, "-blockdev", 1), "\"driver\":\"raw\""));
	assert_non_null(strstr(argument_at(made->plan, "-blockdev", 3), "\"driver\":\"qcow2\""));
}

static void a4_stateless_firmware_is_pflash0_alone(void **state)
{
	struct made_up *made = *state;

	plain(made)->mode = FIRMWARE_MODE_STATELESS;
	made->spec.firmware.loader.present = true;
	made->spec.firmware.loader.stateless = CHOICE_YES;
	planned(made);
	assert_non_null(strstr(argument_at(made->plan, "-blockdev", 1), "\"read-only\":true"));
	assert_null(argument_at(made->plan, "-blockdev", 2));
	assert_null(strstr(argument_of(made->plan, "-machine"), "pflash1"));
}

static void a4_the_owners_writable_file_is_pflash0_alone(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/my/BOTH.fd");
	made->spec.firmware.loader.readonly = CHOICE_NO;
	made_code(made, "/my/BOTH.fd")->role = FIRMWARE_ROLE_UNIFIED;
	assert_string_equal(argument_at(planned(made), "-blockdev", 0),
		"{\"driver\":\"file\",\"filename\":\"/my/BOTH.fd\","
		"\"node-name\":\"pflash0-storage\",\"read-only\":false}");
	assert_non_null(strstr(argument_at(made->plan, "-blockdev", 1), "\"read-only\":false"));
	assert_null(argument_at(made->plan, "-blockdev", 2));
	assert_null(strstr(argument_of(made->plan, "-machine"), "pflash1"));
}

static void a4_a_combined_copy_is_pflash0_and_not_the_shared_file(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	descriptor->mode = FIRMWARE_MODE_COMBINED;
	descriptor->executable->role = FIRMWARE_ROLE_UNIFIED;
	made->options.firmware = FIRMWARE_OPTION_DESCRIPTOR;
	made->options.firmware_path = "60-plain.json";
	assert_string_equal(argument_at(planned(made), "-blockdev", 0),
		"{\"driver\":\"file\",\"filename\":\"/state/vm_VARS.fd\","
		"\"node-name\":\"pflash0-storage\",\"read-only\":false}");
	assert_null(argument_at(made->plan, "-blockdev", 2));
	assert_null(strstr(argument_of(made->plan, "-machine"), "pflash1"));
}

static void a5_a_rom_is_bios_and_nothing_else(void **state)
{
	struct made_up *made = *state;

	made_memory_descriptor(made, "20-bios.json", "/fw/bios.bin", FIRMWARE_INTERFACE_BIOS);
	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	assert_string_equal(argument_of(planned(made), "-bios"), "/fw/bios.bin");
	assert_null(argument_of(made->plan, "-blockdev"));
	assert_null(strstr(argument_of(made->plan, "-machine"), "pflash"));
}

static void a6_secure_firmware_locks_its_flash(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	assert_null(argument_of(planned(made), "-global"));
	strings_add(&descriptor->features, "requires-smm");
	assert_string_equal(argument_of(planned(made), "-global"),
		"driver=cfi.pflash01,property=secure,value=on");
	assert_non_null(strstr(argument_of(made->plan, "-machine"), ",smm=on,"));
}

static void a6_smm_is_said_only_where_something_was_said(void **state)
{
	struct made_up *made = *state;

	plain(made);
	assert_null(strstr(argument_of(planned(made), "-machine"), "smm"));
	made->spec.smm = CHOICE_NO;
	assert_non_null(strstr(argument_of(planned(made), "-machine"), ",smm=off,"));
	made->spec.smm = CHOICE_YES;
	assert_non_null(strstr(argument_of(planned(made), "-machine"), ",smm=on,"));
}

static struct spec_source *on_network(struct made_up *made, const char *protocol)
{
	struct spec_source *source = &made->spec.firmware.nvram.source;

	plain(made);
	source->kind = SPEC_SOURCE_NETWORK;
	source->line = 9;
	source->protocol = made_text(made, protocol);
	return source;
}

static void a7_an_nbd_store_is_an_nbd_node(void **state)
{
	struct made_up *made = *state;
	struct spec_source *source = on_network(made, "nbd");

	source->host = made_text(made, "example.org");
	source->port = 6000;
	source->export = made_text(made, "bar");
	assert_string_equal(argument_at(planned(made), "-blockdev", 2),
		"{\"driver\":\"nbd\",\"server\":{\"type\":\"inet\",\"host\":\"example.org\","
		"\"port\":\"6000\"},\"export\":\"bar\",\"node-name\":\"pflash1-storage\","
		"\"read-only\":false}");
	assert_non_null(strstr(argument_of(made->plan, "-machine"), ",pflash1=pflash1-format,"));
}

static void a7_nbd_has_a_port_and_an_export_of_its_own(void **state)
{
	struct made_up *made = *state;

	on_network(made, "nbd")->host = made_text(made, "example.org");
	assert_string_equal(argument_at(planned(made), "-blockdev", 2),
		"{\"driver\":\"nbd\",\"server\":{\"type\":\"inet\",\"host\":\"example.org\","
		"\"port\":\"10809\"},\"node-name\":\"pflash1-storage\",\"read-only\":false}");
}

static void a7_nbd_goes_through_a_socket_too(void **state)
{
	struct made_up *made = *state;

	on_network(made, "nbd")->socket = made_text(made, "/run/a b,\"c.sock");
	assert_string_equal(argument_at(planned(made), "-blockdev", 2),
		"{\"driver\":\"nbd\",\"server\":{\"type\":\"unix\","
		"\"path\":\"/run/a b,\\\"c.sock\"},\"node-name\":\"pflash1-storage\","
		"\"read-only\":false}");
}

static struct spec_source *over_iscsi(struct made_up *made)
{
	struct spec_source *source = on_network(made, "iscsi");

	made->options.secret_directory = "/etc/slipway/secrets";
	source->host = made_text(made, "example.org");
	source->export = made_text(made, "iqn.2026-01.org.example:vars");
	return source;
}

static void a7_an_iscsi_store_is_an_iscsi_node(void **state)
{
	struct made_up *made = *state;
	struct spec_source *source = over_iscsi(made);

	source->export = made_text(made, "iqn.2026-01.org.example:vars/3");
	assert_string_equal(argument_at(planned(made), "-blockdev", 2),
		"{\"driver\":\"iscsi\",\"portal\":\"example.org:3260\","
		"\"target\":\"iqn.2026-01.org.example:vars\",\"lun\":3,\"transport\":\"tcp\","
		"\"node-name\":\"pflash1-storage\",\"read-only\":false}");
	source->export = made_text(made, "iqn.2026-01.org.example:vars/x");
	assert_plan_refused(made, "vm.xml:9: the LUN behind '/' in name=: 'x' is not a number");
}

static void a7_a_password_is_in_no_argument(void **state)
{
	struct made_up *made = *state;
	struct spec_source *source = over_iscsi(made);

	source->user = made_text(made, "vm");
	source->secret = made_text(made, "store");
	assert_string_equal(argument_of(planned(made), "-object"),
		"secret,id=pflash1-secret,file=/proc/self/fd/300");
	assert_string_equal(argument_at(made->plan, "-blockdev", 2),
		"{\"driver\":\"iscsi\",\"portal\":\"example.org:3260\","
		"\"target\":\"iqn.2026-01.org.example:vars\",\"lun\":0,\"transport\":\"tcp\","
		"\"user\":\"vm\",\"password-secret\":\"pflash1-secret\","
		"\"node-name\":\"pflash1-storage\",\"read-only\":false}");
	assert_int_equal(made->plan->opening_count, 1);
	assert_int_equal(made->plan->openings[0].kind, OPENING_SECRET);
	assert_string_equal(made->plan->openings[0].path, "/etc/slipway/secrets/store");
	source->secret = NULL;
	source->secret_uuid = made_text(made, "63840878-0deb-4095-97e6-fc444d9bc9fa");
	assert_string_equal(planned(made)->openings[0].path,
		"/etc/slipway/secrets/63840878-0deb-4095-97e6-fc444d9bc9fa");
}

static void a7_a_secret_is_a_file_of_one_directory(void **state)
{
	static const char *const names[] = {NULL, "../shadow", "/etc/shadow", ".hidden"};
	struct made_up *made = *state;
	struct spec_source *source = over_iscsi(made);

	source->user = made_text(made, "vm");
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		source->secret = names[i] ? made_text(made, names[i]) : NULL;
		assert_plan_refused(made,
			"vm.xml:9: <auth> needs a <secret type='iscsi'> with usage= or uuid=, "
			"which is the name of a file in '/etc/slipway/secrets'");
	}
	source->protocol = made_text(made, "nbd");
	assert_plan_refused(made, "vm.xml:9: <auth> is for nvram over iscsi");
}

/* Else QEMU can neither connect nor look up the name, nor open the device. */
static void what_a_store_elsewhere_needs_is_let_through(void **state)
{
	struct made_up *made = *state;
	struct spec_source *source = on_network(made, "nbd");

	source->host = made_text(made, "example.org");
	assert_true(strings_contain(&planned(made)->sandbox.policies, "tcp-client"));
	source->socket = made_text(made, "/run/nbd.sock");
	assert_true(strings_contain(&planned(made)->sandbox.policies, "unix-client"));
	assert_false(strings_contain(&made->plan->sandbox.policies, "tcp-client"));
	source->kind = SPEC_SOURCE_BLOCK;
	source->path = made_text(made, "/dev/vg/vars");
	assert_true(strings_contain(&planned(made)->sandbox.policies, "block-device"));
	for (size_t i = 0; i < made->plan->sandbox.path_count; i++)
		if (text_equal(made->plan->sandbox.paths[i].path, "/dev/vg/vars"))
			return;
	fail_msg("the device cannot be opened");
}

static void a7_other_protocols_are_refused_by_name(void **state)
{
	struct made_up *made = *state;

	on_network(made, "rbd");
	assert_plan_refused(made, "vm.xml:9: nvram over 'rbd' is not supported; use nbd or iscsi");
}

static void a_block_store_is_a_host_device(void **state)
{
	struct made_up *made = *state;
	struct spec_source *source = &made->spec.firmware.nvram.source;

	plain(made);
	source->kind = SPEC_SOURCE_BLOCK;
	source->path = made_text(made, "/dev/vg/vars");
	assert_string_equal(argument_at(planned(made), "-blockdev", 2),
		"{\"driver\":\"host_device\",\"filename\":\"/dev/vg/vars\","
		"\"node-name\":\"pflash1-storage\",\"read-only\":false}");
}

static void an_ephemeral_store_is_an_fd(void **state)
{
	struct made_up *made = *state;

	plain(made);
	made->options.ephemeral = true;
	planned(made);
	assert_string_equal(argument_of(made->plan, "-add-fd"), "fd=30,set=30,opaque=nvram");
	assert_non_null(
		strstr(argument_at(made->plan, "-blockdev", 2), "\"filename\":\"/dev/fdset/30\""));
	assert_true(made->plan->nvram_by_fd);
	assert_false(made->plan->code_by_fd);
}

static void padded_code_is_an_fd(void **state)
{
	struct made_up *made = *state;

	made_virt(made, ARCH_AARCH64);
	plain(made)->executable->virtual_size_bytes = 2097152;
	planned(made);
	assert_string_equal(argument_of(made->plan, "-add-fd"), "fd=31,set=31,opaque=firmware");
	assert_non_null(
		strstr(argument_at(made->plan, "-blockdev", 0), "\"filename\":\"/dev/fdset/31\""));
	assert_true(made->plan->code_by_fd);
	assert_false(made->plan->nvram_by_fd);
}

static void nodes_stand_before_the_machine_that_names_them(void **state)
{
	struct made_up *made = *state;
	size_t last_node = 0;
	size_t machine = 0;

	plain(made);
	planned(made);
	for (size_t i = 0; i < made->plan->argv.count; i++) {
		if (strcmp(made->plan->argv.items[i], "-blockdev") == 0)
			last_node = i;
		if (strcmp(made->plan->argv.items[i], "-machine") == 0)
			machine = i;
	}
	assert_true(last_node > 0);
	assert_true(machine > last_node);
}

static void paths_reach_qemu_unharmed(void **state)
{
	struct made_up *made = *state;

	made_loader(made, "/my/-a,b \"c\" 'd'\n%s\\.fd");
	made_template(made, "/my/VARS.fd");
	made->options.nvram = NVRAM_OPTION_PATH;
	made->options.nvram_path = "/vm/,\"\n%n";
	assert_string_equal(argument_at(planned(made), "-blockdev", 0),
		"{\"driver\":\"file\",\"filename\":\"/my/-a,b \\\"c\\\" 'd'\\n%s\\\\.fd\","
		"\"node-name\":\"pflash0-storage\",\"read-only\":true}");
	assert_non_null(
		strstr(argument_at(made->plan, "-blockdev", 2), "\"filename\":\"/vm/,\\\"\\n%n\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(a1_code_is_a_read_only_pair_of_nodes),
		MADE_UP(a2_the_store_is_a_writable_pair_of_nodes),
		MADE_UP(a3_qcow2_nodes_have_no_backing_file),
		MADE_UP(a3_code_and_store_have_their_own_formats),
		MADE_UP(a4_stateless_firmware_is_pflash0_alone),
		MADE_UP(a4_the_owners_writable_file_is_pflash0_alone),
		MADE_UP(a4_a_combined_copy_is_pflash0_and_not_the_shared_file),
		MADE_UP(a5_a_rom_is_bios_and_nothing_else),
		MADE_UP(a6_secure_firmware_locks_its_flash),
		MADE_UP(a6_smm_is_said_only_where_something_was_said),
		MADE_UP(a7_an_nbd_store_is_an_nbd_node),
		MADE_UP(a7_nbd_has_a_port_and_an_export_of_its_own),
		MADE_UP(a7_nbd_goes_through_a_socket_too),
		MADE_UP(a7_an_iscsi_store_is_an_iscsi_node),
		MADE_UP(a7_a_password_is_in_no_argument),
		MADE_UP(a7_a_secret_is_a_file_of_one_directory),
		MADE_UP(what_a_store_elsewhere_needs_is_let_through),
		MADE_UP(a7_other_protocols_are_refused_by_name),
		MADE_UP(a_block_store_is_a_host_device),
		MADE_UP(an_ephemeral_store_is_an_fd),
		MADE_UP(padded_code_is_an_fd),
		MADE_UP(nodes_stand_before_the_machine_that_names_them),
		MADE_UP(paths_reach_qemu_unharmed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
