/* SPDX-License-Identifier: MIT */
/*
 * Confidential guests (QEMU qapi/qom.json, SevGuestProperties, SevSnpGuestProperties,
 * TdxGuestProperties).
 */
#include <inttypes.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/device.h"
#include "plan/openings.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

/* libvirt's default, and that of Intel's daemon */
#define QUOTE_SOCKET "/var/run/tdx-qgs/qgs.socket"

const char *security_object(const struct spec *spec)
{
	return spec->firmware.launch_security == SPEC_LAUNCH_SECURITY_NONE ? NULL : "lsec0";
}

/* What both kinds of AMD have in common: the processor's page tables. */
static void add_amd(const struct arguments *arguments, struct text *option)
{
	const struct spec_security *security = &arguments->spec->security;

	qopt_add(option, "id", "lsec0");
	/* libvirt asks the host's firmware for these two; 51 and 1 are those of EPYC processors
	 * since 2019 (Linux Documentation/arch/x86/amd-memory-encryption.rst) */
	qopt_addf(option, "cbitpos", "%u", security->cbitpos > 0 ? security->cbitpos : 51);
	qopt_addf(option, "reduced-phys-bits", "%u",
		security->reduced_phys_bits > 0 ? security->reduced_phys_bits : 1);
	qopt_addf(option, "policy", "0x%" PRIx64, arguments->spec->firmware.launch_policy);
	add_choice(option, "kernel-hashes", security->kernel_hashes);
	cage_device(arguments->plan, "/dev/sev");
	cage_policy(arguments->plan, "sev");
}

/* A certificate as a file without a name: QEMU reads its base64 from there. */
static void add_blob(
	const struct arguments *arguments, struct text *option, const char *key, const char *blob)
{
	struct opening *opening;

	if (!blob)
		return;
	opening = add_opening(arguments->plan, OPENING_TEXT, arguments->spec->security.line);
	opening->text = xstrdup(blob);
	qopt_addf(option, key, "/proc/self/fd/%d", opening->fd);
}

static void add_sev(const struct arguments *arguments)
{
	const struct spec_security *security = &arguments->spec->security;
	struct text option = {0};

	qopt_word(&option, "sev-guest");
	add_amd(arguments, &option);
	add_blob(arguments, &option, "dh-cert-file", security->dh_cert);
	add_blob(arguments, &option, "session-file", security->session);
	add_option(&arguments->plan->argv, "-object", text_take(&option));
}

static void add_snp(const struct arguments *arguments)
{
	const struct spec_security *security = &arguments->spec->security;
	struct text option = {0};

	qopt_word(&option, "sev-snp-guest");
	add_amd(arguments, &option);
	add_choice(&option, "author-key-enabled", security->author_key);
	if (security->vcek != CHOICE_UNSET)
		qopt_flag(&option, "vcek-disabled", security->vcek == CHOICE_NO);
	add_text(&option, "guest-visible-workarounds", security->workarounds);
	add_text(&option, "id-block", security->id_block);
	add_text(&option, "id-auth", security->id_auth);
	add_text(&option, "host-data", security->host_data);
	add_option(&arguments->plan->argv, "-object", text_take(&option));
}

static void add_quotes(const struct arguments *arguments, struct text *option)
{
	const struct spec_security *security = &arguments->spec->security;
	const char *socket = security->quote_socket ? security->quote_socket : QUOTE_SOCKET;

	qopt_add(option, "quote-generation-socket.type", "unix");
	qopt_add(option, "quote-generation-socket.path", socket);
	cage_policy(arguments->plan, "unix-client");
	cage_sockets(arguments->plan, socket, false);
}

static void add_tdx(const struct arguments *arguments)
{
	const struct spec_security *security = &arguments->spec->security;
	struct text option = {0};

	qopt_word(&option, "tdx-guest");
	qopt_add(&option, "id", "lsec0");
	if (arguments->spec->firmware.launch_policy_said)
		qopt_addf(
			&option, "attributes", "%" PRIu64, arguments->spec->firmware.launch_policy);
	add_text(&option, "mrconfigid", security->mr_config_id);
	add_text(&option, "mrowner", security->mr_owner);
	add_text(&option, "mrownerconfig", security->mr_owner_config);
	if (security->quote_generation)
		add_quotes(arguments, &option);
	add_option(&arguments->plan->argv, "-object", text_take(&option));
}

/* TDX is what is left: no value is taken for no protection that does not say so. */
void add_security(const struct arguments *arguments)
{
	switch (arguments->spec->firmware.launch_security) {
	case SPEC_LAUNCH_SECURITY_NONE:
		return;
	case SPEC_LAUNCH_SECURITY_SEV:
		add_sev(arguments);
		return;
	case SPEC_LAUNCH_SECURITY_SEV_SNP:
		add_snp(arguments);
		return;
	case SPEC_LAUNCH_SECURITY_TDX:;
	}
	add_tdx(arguments);
}
