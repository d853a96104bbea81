/* SPDX-License-Identifier: MIT */
/* spec/spec_small: TPM, randomness, watchdog, panic, vsock, balloon. */
#include "unit/spec/reading.h"

static void an_emulated_tpm_has_state(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES(
		"<tpm model='tpm-crb'>\n<backend type='emulator' version='2.0' "
		"persistent_state='yes' "
		"debug='2'><source type='dir' path='/s'/><profile name='default-v1'/>"
		"<active_pcr_banks><sha256/><sha512/></active_pcr_banks></backend></tpm>"));
	const struct spec_tpm *tpm = &spec->tpms[0];

	(void)state;
	assert_string_equal(tpm->model, "tpm-crb");
	assert_int_equal(tpm->backend, SPEC_TPM_EMULATOR);
	assert_string_equal(tpm->version, "2.0");
	assert_int_equal(tpm->persistent_state, CHOICE_YES);
	assert_int_equal(tpm->debug, 2);
	assert_string_equal(tpm->state_type, "dir");
	assert_string_equal(tpm->state_path, "/s");
	assert_string_equal(tpm->profile, "default-v1");
	assert_int_equal(tpm->pcr_banks.count, 2);
	assert_string_equal(tpm->pcr_banks.items[0], "sha256");
}

static void other_tpms_are_outside(void **state)
{
	auto_spec struct spec *host = reads(WITH_DEVICES(
		"<tpm><backend type='passthrough'><device path='/dev/tpm1'/></backend></tpm>"));
	auto_spec struct spec *external =
		reads(WITH_DEVICES("<tpm><backend type='external'><source type='unix' "
				   "mode='connect' path='/t'/></backend>"
				   "</tpm>"));

	(void)state;
	assert_int_equal(host->tpms[0].backend, SPEC_TPM_PASSTHROUGH);
	assert_string_equal(host->tpms[0].device_path, "/dev/tpm1");
	assert_null(host->tpms[0].model);
	assert_int_equal(external->tpms[0].backend, SPEC_TPM_EXTERNAL);
	assert_string_equal(external->tpms[0].socket, "/t");
}

static void randomness_has_a_source_and_a_rate(void **state)
{
	auto_spec struct spec *spec = reads(
		WITH_DEVICES("<rng model='virtio'><rate bytes='1024' period='2000'/>"
			     "<backend model='random'>/dev/random</backend></rng>"
			     "<rng model='virtio-transitional'><backend model='builtin'/></rng>"));

	(void)state;
	assert_string_equal(spec->rngs[0].model, "virtio");
	assert_string_equal(spec->rngs[0].path, "/dev/random");
	assert_false(spec->rngs[0].builtin);
	assert_int_equal(spec->rngs[0].rate_bytes, 1024);
	assert_int_equal(spec->rngs[0].rate_period_ms, 2000);
	assert_true(spec->rngs[1].builtin);
	assert_null(spec->rngs[1].path);
}

static void small_devices_are_read(void **state)
{
	auto_spec struct spec *spec = reads(
		WITH_DEVICES("<watchdog model='i6300esb' action='poweroff'/><panic model='isa'/>"
			     "<vsock model='virtio'><cid auto='no' address='5'/></vsock>"
			     "<memballoon model='virtio' autodeflate='on' freePageReporting='off'>"
			     "<stats period='5'/></memballoon>"));

	(void)state;
	assert_string_equal(spec->watchdogs[0].model, "i6300esb");
	assert_string_equal(spec->watchdogs[0].action, "poweroff");
	assert_string_equal(spec->panics[0].model, "isa");
	assert_int_equal(spec->vsocks[0].automatic, CHOICE_NO);
	assert_int_equal(spec->vsocks[0].cid, 5);
	assert_true(spec->balloon.present);
	assert_string_equal(spec->balloon.model, "virtio");
	assert_int_equal(spec->balloon.auto_deflate, CHOICE_YES);
	assert_int_equal(spec->balloon.free_page_reporting, CHOICE_NO);
}

static void no_balloon_is_a_balloon_that_is_refused(void **state)
{
	auto_spec struct spec *spec = reads(WITH_DEVICES("<memballoon model='none'/>"));

	(void)state;
	assert_true(spec->balloon.present);
	assert_string_equal(spec->balloon.model, "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_emulated_tpm_has_state),
		cmocka_unit_test(other_tpms_are_outside),
		cmocka_unit_test(randomness_has_a_source_and_a_rate),
		cmocka_unit_test(small_devices_are_read),
		cmocka_unit_test(no_balloon_is_a_balloon_that_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
