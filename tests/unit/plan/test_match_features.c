/* SPDX-License-Identifier: MIT */
/* plan/match: what is asked of features, SMM and confidential guests (M5 to M8, M16). */
#include "plan/match.h"

#include "made_up.h"

#define PLAIN "/usr/share/qemu/firmware/60-plain.json"
#define CODE "/fw/CODE.fd"
#define VARS "/fw/VARS.fd"

static struct descriptor *plain(struct made_up *made)
{
	return made_descriptor(made, PLAIN, CODE, VARS);
}

/* The answer to the spec as it stands now, by names alone. */
static void assert_descriptor(
	struct made_up *made, const struct descriptor *descriptor, const char *wanted)
{
	const struct firmware_request *request = made_request(made);

	assert_reason(
		descriptor_refusal(&made->host, request, descriptor, PATH_MATCH_LITERAL), wanted);
}

static void m5_suspend_to_memory_requires_acpi_s3(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.suspend_to_mem = CHOICE_YES;
	assert_descriptor(made, descriptor, "feature 'acpi-s3' is absent, wanted yes");
	strings_add(&descriptor->features, "acpi-s3");
	assert_descriptor(made, descriptor, NULL);
}

static void m5_suspend_to_disk_requires_acpi_s4(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.suspend_to_disk = CHOICE_YES;
	strings_add(&descriptor->features, "acpi-s3");
	assert_descriptor(made, descriptor, "feature 'acpi-s4' is absent, wanted yes");
	strings_add(&descriptor->features, "acpi-s4");
	assert_descriptor(made, descriptor, NULL);
}

static void m5_no_suspend_is_no_constraint(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.suspend_to_mem = CHOICE_NO;
	made->spec.firmware.suspend_to_disk = CHOICE_NO;
	strings_add(&descriptor->features, "acpi-s3");
	strings_add(&descriptor->features, "acpi-s4");
	assert_descriptor(made, descriptor, NULL);
}

static void m6_secure_boot_yes_requires_the_feature(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.secure_boot = CHOICE_YES;
	assert_descriptor(made, descriptor, "feature 'secure-boot' is absent, wanted yes");
	strings_add(&descriptor->features, "secure-boot");
	assert_descriptor(made, descriptor, NULL);
}

static void m6_secure_boot_no_forbids_the_feature(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.secure_boot = CHOICE_NO;
	assert_descriptor(made, descriptor, NULL);
	strings_add(&descriptor->features, "secure-boot");
	assert_descriptor(made, descriptor, "feature 'secure-boot' is present, wanted no");
}

static void m6_secure_boot_unsaid_takes_either(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	strings_add(&descriptor->features, "secure-boot");
	assert_descriptor(made, descriptor, NULL);
}

static void m7_enrolled_keys_yes_requires_the_feature(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.enrolled_keys = CHOICE_YES;
	strings_add(&descriptor->features, "secure-boot");
	assert_descriptor(made, descriptor, "feature 'enrolled-keys' is absent, wanted yes");
	strings_add(&descriptor->features, "enrolled-keys");
	assert_descriptor(made, descriptor, NULL);
}

static void m7_enrolled_keys_no_forbids_the_feature(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.enrolled_keys = CHOICE_NO;
	assert_descriptor(made, descriptor, NULL);
	strings_add(&descriptor->features, "enrolled-keys");
	assert_descriptor(made, descriptor, "feature 'enrolled-keys' is present, wanted no");
}

static void m8_smm_off_refuses_firmware_that_requires_it(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.smm = CHOICE_NO;
	assert_descriptor(made, descriptor, NULL);
	strings_add(&descriptor->features, "requires-smm");
	assert_descriptor(made, descriptor, "feature 'requires-smm' is present, and <smm> is off");
	made->spec.smm = CHOICE_YES;
	assert_descriptor(made, descriptor, NULL);
	made->spec.smm = CHOICE_UNSET;
	assert_descriptor(made, descriptor, NULL);
}

static void m8_secure_no_refuses_firmware_that_requires_smm(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.loader.present = true;
	made->spec.firmware.loader.secure = CHOICE_NO;
	assert_descriptor(made, descriptor, NULL);
	strings_add(&descriptor->features, "requires-smm");
	assert_descriptor(made, descriptor,
		"feature 'requires-smm' is present, and the loader is wanted with secure='no'");
}

static void m8_secure_yes_refuses_other_firmware(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.loader.present = true;
	made->spec.firmware.loader.secure = CHOICE_YES;
	assert_descriptor(made, descriptor,
		"feature 'requires-smm' is absent, and the loader is wanted with secure='yes'");
	strings_add(&descriptor->features, "requires-smm");
	assert_descriptor(made, descriptor, NULL);
}

static void m16_sev_requires_the_feature(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.launch_security = SPEC_LAUNCH_SECURITY_SEV;
	made->spec.firmware.launch_policy = 1;
	assert_descriptor(made, descriptor, "feature 'amd-sev' is absent, wanted yes");
	strings_add(&descriptor->features, "amd-sev");
	assert_descriptor(made, descriptor, NULL);
}

static void m16_sev_with_es_policy_requires_both_features(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.launch_security = SPEC_LAUNCH_SECURITY_SEV;
	made->spec.firmware.launch_policy = 0x5;
	strings_add(&descriptor->features, "amd-sev");
	assert_descriptor(made, descriptor, "feature 'amd-sev-es' is absent, wanted yes");
	strings_add(&descriptor->features, "amd-sev-es");
	assert_descriptor(made, descriptor, NULL);
}

static void m16_sev_snp_requires_its_own_feature(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.launch_security = SPEC_LAUNCH_SECURITY_SEV_SNP;
	strings_add(&descriptor->features, "amd-sev");
	assert_descriptor(made, descriptor, "feature 'amd-sev-snp' is absent, wanted yes");
	strings_add(&descriptor->features, "amd-sev-snp");
	assert_descriptor(made, descriptor, NULL);
}

static void m16_tdx_requires_its_feature(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	made->spec.firmware.launch_security = SPEC_LAUNCH_SECURITY_TDX;
	assert_descriptor(made, descriptor, "feature 'intel-tdx' is absent, wanted yes");
	strings_add(&descriptor->features, "intel-tdx");
	assert_descriptor(made, descriptor, NULL);
}

static void m16_a_confidential_build_may_run_a_plain_vm(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	strings_add(&descriptor->features, "amd-sev");
	strings_add(&descriptor->features, "amd-sev-snp");
	assert_descriptor(made, descriptor, NULL);
}

static void verbose_builds_are_chosen_like_others(void **state)
{
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	strings_add(&descriptor->features, "verbose-static");
	strings_add(&descriptor->features, "verbose-dynamic");
	assert_descriptor(made, descriptor, NULL);
}

static void m8_an_automatic_choice_of_smm_is_for_boards_that_have_it(void **state)
{
	static const char refusal[] = "feature 'requires-smm' is present, and machine "
				      "'pc-i440fx-9.2' has no SMM";
	struct made_up *made = *state;
	struct descriptor *descriptor = plain(made);

	strings_add(&descriptor->features, "requires-smm");
	made->spec.machine = made_text(made, "pc");
	assert_descriptor(made, descriptor, refusal);
	made->spec.firmware.loader.path = made_text(made, CODE); /* is refused by name later */
	assert_descriptor(made, descriptor, NULL);
	made->spec.firmware.loader.path = NULL;
	made->spec.machine = made_text(made, "q35");
	assert_descriptor(made, descriptor, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(m5_suspend_to_memory_requires_acpi_s3),
		MADE_UP(m5_suspend_to_disk_requires_acpi_s4),
		MADE_UP(m5_no_suspend_is_no_constraint),
		MADE_UP(m6_secure_boot_yes_requires_the_feature),
		MADE_UP(m6_secure_boot_no_forbids_the_feature),
		MADE_UP(m6_secure_boot_unsaid_takes_either),
		MADE_UP(m7_enrolled_keys_yes_requires_the_feature),
		MADE_UP(m7_enrolled_keys_no_forbids_the_feature),
		MADE_UP(m8_smm_off_refuses_firmware_that_requires_it),
		MADE_UP(m8_secure_no_refuses_firmware_that_requires_smm),
		MADE_UP(m8_secure_yes_refuses_other_firmware),
		MADE_UP(m16_sev_requires_the_feature),
		MADE_UP(m16_sev_with_es_policy_requires_both_features),
		MADE_UP(m16_sev_snp_requires_its_own_feature),
		MADE_UP(m16_tdx_requires_its_feature),
		MADE_UP(m16_a_confidential_build_may_run_a_plain_vm),
		MADE_UP(verbose_builds_are_chosen_like_others),
		MADE_UP(m8_an_automatic_choice_of_smm_is_for_boards_that_have_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
