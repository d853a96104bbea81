/* SPDX-License-Identifier: MIT */
/* plan/arguments_security: the object of a guest whose memory the host cannot read. */
#include <string.h>

#include "made_device.h"

/* A VM of `kind`, and firmware that has `feature`. */
static struct spec_security *guarded(
	struct made_up *made, enum spec_launch_security kind, const char *feature)
{
	struct descriptor *descriptor =
		made_descriptor(made, "60-guarded.json", "/fw/CODE.fd", "/fw/VARS.fd");

	strings_add(&descriptor->features, feature);
	made->spec.firmware.launch_security = kind;
	return &made->spec.security;
}

static void a_guest_without_has_no_object(void **state)
{
	struct made_up *made = *state;

	made_bare(made);
	assert_null(argument_of(planned(made), "-object"));
	assert_null(strstr(argument_of(made->plan, "-machine"), "confidential-guest-support"));
}

static void sev_has_what_its_processors_have(void **state)
{
	struct made_up *made = *state;

	guarded(made, SPEC_LAUNCH_SECURITY_SEV, "amd-sev");
	made->spec.firmware.launch_policy = 3;
	assert_string_equal(argument_of(planned(made), "-object"),
		"sev-guest,id=lsec0,cbitpos=51,reduced-phys-bits=1,policy=0x3");
	assert_non_null(
		strstr(argument_of(made->plan, "-machine"), ",confidential-guest-support=lsec0"));
	assert_true(has_policy(made->plan, "sev"));
	assert_true(has_rule(made->plan, "/dev/sev", true));
}

static void sev_has_what_the_spec_says(void **state)
{
	struct made_up *made = *state;
	struct spec_security *security = guarded(made, SPEC_LAUNCH_SECURITY_SEV, "amd-sev");

	security->cbitpos = 47;
	security->reduced_phys_bits = 5;
	security->kernel_hashes = CHOICE_YES;
	assert_string_equal(argument_of(planned(made), "-object"),
		"sev-guest,id=lsec0,cbitpos=47,reduced-phys-bits=5,policy=0x0,kernel-hashes=on");
}

static void certificates_are_files_without_a_name(void **state)
{
	struct made_up *made = *state;
	struct spec_security *security = guarded(made, SPEC_LAUNCH_SECURITY_SEV, "amd-sev");
	const char *object;

	security->dh_cert = made_text(made, "Y2VydA==");
	security->session = made_text(made, "c2Vzc2lvbg==");
	object = argument_of(planned(made), "-object");
	assert_non_null(strstr(object, ",dh-cert-file=/proc/self/fd/300,"));
	assert_non_null(strstr(object, ",session-file=/proc/self/fd/301"));
	assert_int_equal(made->plan->opening_count, 2);
	assert_string_equal(made->plan->openings[0].text, "Y2VydA==");
	assert_string_equal(made->plan->openings[1].text, "c2Vzc2lvbg==");
}

static void snp_has_what_the_spec_says(void **state)
{
	struct made_up *made = *state;
	struct spec_security *security = guarded(made, SPEC_LAUNCH_SECURITY_SEV_SNP, "amd-sev-snp");

	made->spec.firmware.launch_policy = 0x30000;
	assert_string_equal(argument_of(planned(made), "-object"),
		"sev-snp-guest,id=lsec0,cbitpos=51,reduced-phys-bits=1,policy=0x30000");
	security->author_key = CHOICE_YES;
	security->vcek = CHOICE_NO;
	security->workarounds = made_text(made, "dw==");
	security->id_block = made_text(made, "Yg==");
	security->id_auth = made_text(made, "YQ==");
	security->host_data = made_text(made, "aA==");
	assert_string_equal(argument_of(planned(made), "-object"),
		"sev-snp-guest,id=lsec0,cbitpos=51,reduced-phys-bits=1,policy=0x30000,"
		"author-key-enabled=on,vcek-disabled=on,guest-visible-workarounds=dw==,"
		"id-block=Yg==,id-auth=YQ==,host-data=aA==");
	security->vcek = CHOICE_YES;
	assert_non_null(strstr(argument_of(planned(made), "-object"), ",vcek-disabled=off,"));
}

static void tdx_has_what_the_spec_says(void **state)
{
	struct made_up *made = *state;
	struct spec_security *security = guarded(made, SPEC_LAUNCH_SECURITY_TDX, "intel-tdx");

	assert_string_equal(argument_of(planned(made), "-object"), "tdx-guest,id=lsec0");
	made->spec.firmware.launch_policy_said = true;
	made->spec.firmware.launch_policy = 0x10000000;
	security->mr_config_id = made_text(made, "Yw==");
	security->mr_owner = made_text(made, "bw==");
	security->mr_owner_config = made_text(made, "Zg==");
	assert_string_equal(argument_of(planned(made), "-object"),
		"tdx-guest,id=lsec0,attributes=268435456,mrconfigid=Yw==,mrowner=bw==,"
		"mrownerconfig=Zg==");
	assert_false(has_policy(made->plan, "unix-client"));
}

static void quotes_of_tdx_are_made_behind_a_socket(void **state)
{
	struct made_up *made = *state;
	struct spec_security *security = guarded(made, SPEC_LAUNCH_SECURITY_TDX, "intel-tdx");

	security->quote_generation = true;
	assert_string_equal(argument_of(planned(made), "-object"),
		"tdx-guest,id=lsec0,quote-generation-socket.type=unix,"
		"quote-generation-socket.path=/var/run/tdx-qgs/qgs.socket");
	assert_true(has_policy(made->plan, "unix-client"));
	assert_true(has_rule(made->plan, "/var/run/tdx-qgs", false));
	assert_false(has_rule(made->plan, "/var/run/tdx-qgs", true));
	security->quote_socket = made_text(made, "/run/mine/qgs");
	assert_non_null(strstr(argument_of(planned(made), "-object"),
		",quote-generation-socket.path=/run/mine/qgs"));
	assert_true(has_rule(made->plan, "/run/mine", false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(a_guest_without_has_no_object),
		MADE_UP(sev_has_what_its_processors_have),
		MADE_UP(sev_has_what_the_spec_says),
		MADE_UP(certificates_are_files_without_a_name),
		MADE_UP(snp_has_what_the_spec_says),
		MADE_UP(tdx_has_what_the_spec_says),
		MADE_UP(quotes_of_tdx_are_made_behind_a_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
