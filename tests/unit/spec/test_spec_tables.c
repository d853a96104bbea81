/* SPDX-License-Identifier: MIT */
/* spec/spec_tables, spec_security: what the guest is told about itself. */
#include "unit/spec/reading.h"

static void smbios_tables_have_their_types(void **state)
{
	auto_spec struct spec *spec = reads(WITH_OS(
		"<os><type>hvm</type><smbios mode='sysinfo'/></os>\n<sysinfo type='smbios'>"
		"<bios><entry name='vendor'>A, B</entry></bios><baseBoard><entry name='asset'/>"
		"</baseBoard><oemStrings><entry>one</entry><entry>two</entry></oemStrings>"
		"</sysinfo>"));
	const struct spec_smbios *smbios = &spec->smbios;

	(void)state;
	assert_string_equal(smbios->mode, "sysinfo");
	assert_int_equal(smbios->table_count, 3);
	assert_int_equal(smbios->tables[0].type, 0);
	assert_string_equal(smbios->tables[0].entries[0].name, "vendor");
	assert_string_equal(smbios->tables[0].entries[0].value, "A, B");
	assert_int_equal(smbios->tables[1].type, 2);
	assert_string_equal(smbios->tables[1].entries[0].value, "");
	assert_int_equal(smbios->tables[2].type, 11);
	assert_int_equal(smbios->tables[2].entry_count, 2);
	assert_null(smbios->tables[2].entries[1].name);
	assert_string_equal(smbios->tables[2].entries[1].value, "two");
}

static void fwcfg_is_a_text_or_a_file(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH("<sysinfo type='fwcfg'><entry name='opt/a'> b </entry>"
			   "<entry name='opt/c' file='/d'/></sysinfo>"));

	(void)state;
	assert_int_equal(spec->fwcfg_count, 2);
	assert_string_equal(spec->fwcfgs[0].name, "opt/a");
	assert_string_equal(spec->fwcfgs[0].text, " b ");
	assert_null(spec->fwcfgs[0].file);
	assert_string_equal(spec->fwcfgs[1].file, "/d");
	assert_null(spec->fwcfgs[1].text);
}

static void acpi_tables_are_files(void **state)
{
	auto_spec struct spec *spec = reads(
		WITH_OS("<os><type>hvm</type><acpi><table type='slic'>/s</table></acpi></os>"));

	(void)state;
	assert_int_equal(spec->acpi_table_count, 1);
	assert_string_equal(spec->acpi_tables[0].type, "slic");
	assert_string_equal(spec->acpi_tables[0].path, "/s");
}

static void sev_has_its_policy(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH("<launchSecurity type='sev' kernelHashes='yes'><policy>0x0007</policy>"
			   "<cbitpos>47</cbitpos><reducedPhysBits>1</reducedPhysBits>"
			   "<dhCert>AA</dhCert><session>BB</session></launchSecurity>"));

	(void)state;
	assert_int_equal(spec->firmware.launch_security, SPEC_LAUNCH_SECURITY_SEV);
	assert_int_equal(spec->firmware.launch_policy, 7);
	assert_true(spec->firmware.launch_policy_said);
	assert_int_equal(spec->security.line, 2);
	assert_int_equal(spec->security.kernel_hashes, CHOICE_YES);
	assert_int_equal(spec->security.cbitpos, 47);
	assert_int_equal(spec->security.reduced_phys_bits, 1);
	assert_string_equal(spec->security.dh_cert, "AA");
	assert_string_equal(spec->security.session, "BB");
}

static void snp_has_its_blobs(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH("<launchSecurity type='sev-snp' vcek='no'><policy>0x30000</policy>"
			   "<idBlock>A=</idBlock><hostData>B=</hostData></launchSecurity>"));

	(void)state;
	assert_int_equal(spec->firmware.launch_security, SPEC_LAUNCH_SECURITY_SEV_SNP);
	assert_int_equal(spec->firmware.launch_policy, 0x30000);
	assert_int_equal(spec->security.vcek, CHOICE_NO);
	assert_string_equal(spec->security.id_block, "A=");
	assert_string_equal(spec->security.host_data, "B=");
}

static void tdx_needs_no_policy(void **state)
{
	auto_spec struct spec *spec = reads(
		WITH("<launchSecurity type='tdx'><quoteGenerationService/></launchSecurity>"));

	(void)state;
	assert_int_equal(spec->firmware.launch_security, SPEC_LAUNCH_SECURITY_TDX);
	assert_false(spec->firmware.launch_policy_said);
	assert_true(spec->security.quote_generation);
	assert_null(spec->security.quote_socket);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smbios_tables_have_their_types),
		cmocka_unit_test(fwcfg_is_a_text_or_a_file),
		cmocka_unit_test(acpi_tables_are_files),
		cmocka_unit_test(sev_has_its_policy),
		cmocka_unit_test(snp_has_its_blobs),
		cmocka_unit_test(tdx_needs_no_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
