/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/plan.h"
#include "spec/spec.h"

/* QEMU qapi/qom.json: SevGuestProperties, SevSnpGuestProperties, TdxGuestProperties. */
static const char *object_type(enum spec_launch_security kind)
{
	switch (kind) {
	case SPEC_LAUNCH_SECURITY_SEV:
		return "sev-guest";
	case SPEC_LAUNCH_SECURITY_SEV_SNP:
		return "sev-snp-guest";
	case SPEC_LAUNCH_SECURITY_TDX:
		return "tdx-guest";
	case SPEC_LAUNCH_SECURITY_NONE:
		return NULL;
	}
	return NULL;
}

/* What an owner may write and slipway has no argument for yet: a guest that believes it is there
 * would be less protected than its owner thinks. */
static bool says_more(const struct spec_security *security)
{
	return security->dh_cert || security->session || security->workarounds ||
	       security->id_block || security->id_auth || security->host_data ||
	       security->mr_config_id || security->mr_owner || security->mr_owner_config ||
	       security->quote_generation || security->author_key != CHOICE_UNSET ||
	       security->vcek != CHOICE_UNSET;
}

struct error *add_security(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;
	const struct spec_security *security = &spec->security;
	const char *type = object_type(spec->firmware.launch_security);
	struct text object = {0};

	if (!type)
		return NULL;
	if (says_more(security))
		return error_at(spec->path, security->line,
			"<launchSecurity>: only policy, cbitpos, reducedPhysBits and kernelHashes "
			"are "
			"supported");
	qopt_word(&object, type);
	qopt_add(&object, "id", "lsec0");
	if (spec->firmware.launch_security != SPEC_LAUNCH_SECURITY_TDX) {
		/* libvirt asks the host's firmware for these two; 51 and 1 are those of EPYC
		 * processors since 2019 (Linux Documentation/arch/x86/amd-memory-encryption.rst) */
		qopt_addf(&object, "cbitpos", "%u", security->cbitpos > 0 ? security->cbitpos : 51);
		qopt_addf(&object, "reduced-phys-bits", "%u",
			security->reduced_phys_bits > 0 ? security->reduced_phys_bits : 1);
		qopt_addf(&object, "policy", "0x%" PRIx64, spec->firmware.launch_policy);
	}
	if (security->kernel_hashes != CHOICE_UNSET)
		qopt_flag(&object, "kernel-hashes", security->kernel_hashes == CHOICE_YES);
	add_option(&arguments->plan->argv, "-object", text_take(&object));
	return NULL;
}
