/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include "spec/field.h"
#include "spec/node.h"

static const char *const kind_names[] = {"", "sev", "sev-snp", "tdx", NULL};

static const struct field firmware_fields[] = {
	FIELD_NAME("@type", struct spec_firmware, launch_security, kind_names),
	FIELD("policy", struct spec_firmware, launch_policy),
	FIELD("policy", struct spec_firmware, launch_policy_said),
};

static const struct field common_fields[] = {
	FIELD_LINE("", struct spec_security, line),
};

/* What AMD's two kinds have in common. */
static const struct field amd_fields[] = {
	FIELD_CHOICE("@kernelHashes", struct spec_security, kernel_hashes),
	FIELD("cbitpos", struct spec_security, cbitpos),
	FIELD("reducedPhysBits", struct spec_security, reduced_phys_bits),
};

static const struct field sev_fields[] = {
	FIELD("dhCert", struct spec_security, dh_cert),
	FIELD("session", struct spec_security, session),
};

static const struct field snp_fields[] = {
	FIELD_CHOICE("@authorKey", struct spec_security, author_key),
	FIELD_CHOICE("@vcek", struct spec_security, vcek),
	FIELD("guestVisibleWorkarounds", struct spec_security, workarounds),
	FIELD("idBlock", struct spec_security, id_block),
	FIELD("idAuth", struct spec_security, id_auth),
	FIELD("hostData", struct spec_security, host_data),
};

static const struct field tdx_fields[] = {
	FIELD("mrConfigId", struct spec_security, mr_config_id),
	FIELD("mrOwner", struct spec_security, mr_owner),
	FIELD("mrOwnerConfig", struct spec_security, mr_owner_config),
	FIELD("quoteGenerationService", struct spec_security, quote_generation),
	FIELD("quoteGenerationService@path", struct spec_security, quote_socket),
};

void read_security(struct places *places, xmlNode *domain, struct spec *spec)
{
	xmlNode *element = element_child(domain, "launchSecurity");
	struct spec_security *security = &spec->security;

	if (!element)
		return;
	FIELDS_READ(places, element, firmware_fields, &spec->firmware);
	FIELDS_READ(places, element, common_fields, security);
	switch (spec->firmware.launch_security) {
	case SPEC_LAUNCH_SECURITY_NONE:
		report_missing(places, element, "attribute 'type'");
		break;
	case SPEC_LAUNCH_SECURITY_SEV:
		FIELDS_READ(places, element, amd_fields, security);
		FIELDS_READ(places, element, sev_fields, security);
		break;
	case SPEC_LAUNCH_SECURITY_SEV_SNP:
		FIELDS_READ(places, element, amd_fields, security);
		FIELDS_READ(places, element, snp_fields, security);
		break;
	case SPEC_LAUNCH_SECURITY_TDX:
		FIELDS_READ(places, element, tdx_fields, security);
		break;
	}
	/* SEV and SEV-SNP have no default policy; TDX's is 0 */
	if (spec->firmware.launch_security != SPEC_LAUNCH_SECURITY_TDX &&
		!spec->firmware.launch_policy_said)
		report_missing(places, element, "<policy>");
}

void clear_security(struct spec *spec)
{
	FIELDS_CLEAR(sev_fields, &spec->security);
	FIELDS_CLEAR(snp_fields, &spec->security);
	FIELDS_CLEAR(tdx_fields, &spec->security);
}
