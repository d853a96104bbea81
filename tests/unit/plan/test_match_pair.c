/* SPDX-License-Identifier: MIT */
/* plan/match: what a pair without a descriptor is asked (L1 to L3). */
#include "plan/match.h"

#include "made_up.h"

#define PLAIN "/usr/share/qemu/firmware/60-plain.json"
#define CODE "/fw/CODE.fd"
#define VARS "/fw/VARS.fd"

static void assert_pair(struct made_up *made, const struct firmware_pair *pair, const char *wanted)
{
	const struct firmware_request *request = made_request(made);

	assert_reason(pair_refusal(&made->host, request, pair, PATH_MATCH_LITERAL), wanted);
}

static void a_plain_pair_fits(void **state)
{
	struct made_up *made = *state;

	assert_pair(made, made_pair(made, CODE, VARS), NULL);
}

static void pairs_are_uefi(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made->spec.firmware.kind = SPEC_FIRMWARE_BIOS;
	assert_pair(made, pair, "interface 'bios' is not offered");
}

static void a_pair_is_of_one_architecture(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	pair->arch = ARCH_I386;
	assert_pair(made, pair, "architecture is i386, wanted x86_64");
	pair->arch = ARCH_UNKNOWN;
	assert_pair(made, pair, NULL);
}

static void a_pair_is_for_boards_with_flash(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made->spec.machine = made_text(made, "microvm");
	assert_pair(made, pair, "machine 'microvm' is not among its targets");
	made->spec.machine = made_text(made, "isapc");
	assert_pair(made, pair, "machine 'isapc' is not among its targets");
	made->spec.machine = made_text(made, "pc");
	assert_pair(made, pair, NULL);
}

static void a_pair_of_virt_boards_is_for_virt_boards(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair;

	made_virt(made, ARCH_AARCH64);
	pair = made_pair(made, CODE, VARS);
	assert_pair(made, pair, NULL);
	made->spec.machine = made_text(made, "sbsa-ref");
	assert_pair(made, pair, "machine 'sbsa-ref' is not among its targets");
}

static void a_pair_promises_no_launch_security_and_no_suspend(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made->spec.firmware.suspend_to_mem = CHOICE_YES;
	assert_pair(made, pair, "feature 'acpi-s3' is not known of it, wanted yes");
	made->spec.firmware.suspend_to_mem = CHOICE_UNSET;
	made->spec.firmware.suspend_to_disk = CHOICE_YES;
	assert_pair(made, pair, "feature 'acpi-s4' is not known of it, wanted yes");
	made->spec.firmware.launch_security = SPEC_LAUNCH_SECURITY_SEV;
	assert_pair(made, pair, "it is not known to support launchSecurity");
}

static void l1_a_pair_is_not_for_stateless_writable_or_rom_loaders(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);
	struct spec_loader *loader = &made->spec.firmware.loader;

	loader->stateless = CHOICE_YES;
	assert_pair(made, pair, "mode is split, wanted stateless");
	loader->stateless = CHOICE_NO;
	loader->readonly = CHOICE_NO;
	assert_pair(made, pair,
		"the loader is wanted with readonly='no', and its CODE is shared by all VMs");
	loader->readonly = CHOICE_YES;
	loader->type = SPEC_LOADER_ROM;
	assert_pair(made, pair, "its device is flash, and the loader is wanted with type='rom'");
	loader->type = SPEC_LOADER_PFLASH;
	assert_pair(made, pair, NULL);
}

static void l1_a_pair_has_the_format_that_was_named(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made_loader(made, CODE);
	made->spec.firmware.loader.format = IMAGE_FORMAT_QCOW2;
	assert_pair(made, pair, "format is raw, wanted qcow2");
	made->spec.firmware.loader.format = IMAGE_FORMAT_RAW;
	assert_pair(made, pair, NULL);
}

static void l2_the_code_must_be_the_loader(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made_loader(made, "/fw/OTHER.fd");
	assert_pair(made, pair, "it is not the loader '/fw/OTHER.fd'");
	made_loader(made, CODE);
	assert_pair(made, pair, NULL);
}

static void l2_other_names_of_the_code_are_seen_when_files_are_compared(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made_link(made, "/fw/LINK.fd", pair->code);
	made_loader(made, "/fw/LINK.fd");
	assert_pair(made, pair, "it is not the loader '/fw/LINK.fd'");
	assert_reason(
		pair_refusal(&made->host, made_request(made), pair, PATH_MATCH_SAME_FILE), NULL);
}

static void l3_a_named_template_wins_over_the_pairs(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made_loader(made, CODE);
	made_template(made, "/fw/OTHER.fd");
	assert_pair(made, pair, NULL);
}

static void an_automatic_choice_takes_only_the_template_that_was_named(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made_template(made, "/fw/OTHER.fd");
	assert_pair(made, pair, "its nvram template is not '/fw/OTHER.fd'");
	made_template(made, VARS);
	assert_pair(made, pair, NULL);
}

static void a_pairs_features_are_tri_state_too(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made->spec.firmware.secure_boot = CHOICE_YES;
	assert_pair(made, pair, "feature 'secure-boot' is absent, wanted yes");
	pair->secure_boot = true;
	assert_pair(made, pair, NULL);
	made->spec.firmware.secure_boot = CHOICE_NO;
	assert_pair(made, pair, "feature 'secure-boot' is present, wanted no");
	made->spec.firmware.secure_boot = CHOICE_UNSET;
	made->spec.firmware.enrolled_keys = CHOICE_YES;
	assert_pair(made, pair, "feature 'enrolled-keys' is absent, wanted yes");
	pair->enrolled_keys = true;
	assert_pair(made, pair, NULL);
	made->spec.firmware.enrolled_keys = CHOICE_NO;
	assert_pair(made, pair, "feature 'enrolled-keys' is present, wanted no");
}

static void a_pair_of_qemu_conf_that_was_named_is_not_asked_for_features(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made->spec.firmware.secure_boot = CHOICE_YES;
	pair->source = PAIR_QEMU_CONF;
	assert_pair(made, pair, "feature 'secure-boot' is absent, wanted yes");
	made_loader(made, CODE);
	assert_pair(made, pair, NULL);
}

static void an_automatic_choice_keeps_pairs_and_smm_together(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	pair->requires_smm = true;
	assert_pair(made, pair, NULL);
	made->spec.smm = CHOICE_NO;
	assert_pair(made, pair, "feature 'requires-smm' is present, and SMM is off");
	made->spec.smm = CHOICE_UNSET;
	made->spec.firmware.loader.secure = CHOICE_NO;
	assert_pair(made, pair, "feature 'requires-smm' is present, and SMM is off");
	made->spec.firmware.loader.secure = CHOICE_YES;
	assert_pair(made, pair, NULL);
	pair->requires_smm = false;
	assert_pair(made, pair,
		"feature 'requires-smm' is absent, and the loader is wanted with secure='yes'");
}

static void a_pair_is_refused_where_a_descriptor_was_named(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	made->options.firmware = FIRMWARE_OPTION_DESCRIPTOR;
	made->options.firmware_path = "/home/vm/my.json";
	assert_pair(made, pair, "--firmware names '/home/vm/my.json'");
}

static void a_pair_must_also_be_there(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	pair->vars->error_number = 2;
	assert_pair(made, pair, "'/fw/VARS.fd': No such file or directory");
}

static void a_pair_without_a_template_has_not_the_one_that_was_named(void **state)
{
	struct made_up *made = *state;
	struct firmware_pair *pair = made_pair(made, CODE, VARS);

	pair->vars = NULL;
	assert_pair(made, pair, NULL);
	made_template(made, "/fw/OTHER.fd");
	assert_pair(made, pair, "its nvram template is not '/fw/OTHER.fd'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(a_plain_pair_fits),
		MADE_UP(pairs_are_uefi),
		MADE_UP(a_pair_is_of_one_architecture),
		MADE_UP(a_pair_is_for_boards_with_flash),
		MADE_UP(a_pair_of_virt_boards_is_for_virt_boards),
		MADE_UP(a_pair_promises_no_launch_security_and_no_suspend),
		MADE_UP(l1_a_pair_is_not_for_stateless_writable_or_rom_loaders),
		MADE_UP(l1_a_pair_has_the_format_that_was_named),
		MADE_UP(l2_the_code_must_be_the_loader),
		MADE_UP(l2_other_names_of_the_code_are_seen_when_files_are_compared),
		MADE_UP(l3_a_named_template_wins_over_the_pairs),
		MADE_UP(an_automatic_choice_takes_only_the_template_that_was_named),
		MADE_UP(a_pairs_features_are_tri_state_too),
		MADE_UP(a_pair_of_qemu_conf_that_was_named_is_not_asked_for_features),
		MADE_UP(an_automatic_choice_keeps_pairs_and_smm_together),
		MADE_UP(a_pair_is_refused_where_a_descriptor_was_named),
		MADE_UP(a_pair_must_also_be_there),
		MADE_UP(a_pair_without_a_template_has_not_the_one_that_was_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
