/* SPDX-License-Identifier: MIT */
/*
 * The TPM: swtpm beside QEMU, joined to it by a pair of sockets that no file system shows
 * (swtpm(8), "--ctrl type=unixio,clientfd="; QEMU docs/specs/tpm).
 */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/device.h"
#include "plan/openings.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "plan/runtime.h"
#include "spec/spec.h"

static bool is_tpm2(const struct spec_tpm *tpm)
{
	return !text_equal(tpm->version, "1.2");
}

/* libvirt, qemuDomainTPMDefPostParse: boards of Arm and RISC-V have it on their own bus. */
static const char *device_driver(const struct arguments *arguments, const struct spec_tpm *tpm)
{
	bool x86 = arch_is_x86(arguments->plan->arch);
	const char *model = tpm->model ? tpm->model : x86 ? "tpm-tis" : "tpm-tis-device";
	bool board_model = strcmp(model, "tpm-tis-device") == 0;

	if (x86 == board_model)
		refuse(arguments->refusals, tpm->common.line,
			"<tpm model='%s'> is for %s; leave model= out", model,
			x86 ? "other machines than x86" : "x86");
	if (strcmp(model, "tpm-crb") == 0 && !is_tpm2(tpm))
		refuse(arguments->refusals, tpm->common.line,
			"<tpm model='tpm-crb'> is a TPM 2.0; leave version='1.2' out, or write "
			"model='tpm-tis'");
	return model;
}

static void check(const struct arguments *arguments, const struct spec_tpm *tpm)
{
	const struct said_part parts[] = {
		{"<profile>", tpm->profile || tpm->profile_source || tpm->remove_disabled,
			is_tpm2(tpm)},
		{"<active_pcr_banks>", tpm->pcr_banks.count > 0, is_tpm2(tpm)},
	};

	refuse_useless(arguments, tpm->common.line, "this <backend>", parts, ARRAY_COUNT(parts));
}

/* swtpm_setup(8), since 0.10: which algorithms and commands a new TPM has. */
static void add_profile(
	const struct arguments *arguments, struct strings *setup, const struct spec_tpm *tpm)
{
	const char *profile = tpm->profile_source ? tpm->profile_source : tpm->profile;

	if (profile && text_starts_with(profile, "local:"))
		refuse_part(arguments->refusals, tpm->common.line,
			"<profile source='%s'>: profiles of libvirt's own folders are not "
			"supported; name one that swtpm has",
			profile);
	if (profile) {
		strings_add(setup, "--profile-name");
		strings_add(setup, profile);
	}
	if (tpm->remove_disabled) {
		strings_add(setup, "--profile-remove-disabled");
		strings_add(setup, tpm->remove_disabled);
	}
}

static char *join(const struct strings *words)
{
	struct text text = {0};

	for (size_t i = 0; i < words->count; i++)
		text_addf(&text, "%s%s", i > 0 ? "," : "", words->items[i]);
	return text_take(&text);
}

/* swtpm_setup(8): makes the state once; the keys' certificates are left to who has an authority. */
static void add_setup(const struct arguments *arguments, struct companion *swtpm,
	const struct spec_tpm *tpm, const char *state)
{
	struct strings *setup = &swtpm->setup;
	auto_free char *banks = join(&tpm->pcr_banks);

	strings_add(setup, "swtpm_setup");
	if (is_tpm2(tpm))
		strings_add(setup, "--tpm2");
	strings_add(setup, "--tpm-state");
	strings_add(setup, state);
	strings_add(setup, "--createek");
	strings_add(setup, "--lock-nvram");
	strings_add(setup, "--not-overwrite");
	if (tpm->pcr_banks.count > 0) {
		strings_add(setup, "--pcr-banks");
		strings_add(setup, banks);
	}
	add_profile(arguments, setup, tpm);
}

static char *state_directory(const struct arguments *arguments, const struct spec_tpm *tpm)
{
	if (arguments->options->ephemeral)
		return runtime_path(arguments, "tpm");
	if (tpm->state_path)
		return xstrdup(tpm->state_path);
	return state_path(arguments, is_tpm2(tpm) ? "tpm2" : "tpm1.2");
}

static void add_emulator(const struct arguments *arguments, const struct spec_tpm *tpm)
{
	struct companion *swtpm = add_companion(arguments->plan, "swtpm", tpm->common.line);
	struct strings *argv = &swtpm->argv;
	auto_free char *state = state_directory(arguments, tpm);
	bool file = text_equal(tpm->state_type, "file") && !arguments->options->ephemeral;

	if (strchr(state, ','))
		refuse(arguments->refusals, tpm->common.line,
			"swtpm cannot be told of a directory with a comma in its name: '%s'",
			state);
	swtpm->package = "swtpm-tools";
	swtpm->socket = COMPANION_PAIR;
	strings_add(argv, "swtpm");
	strings_add(argv, "socket");
	if (is_tpm2(tpm))
		strings_add(argv, "--tpm2");
	strings_add(argv, "--tpmstate");
	if (file) {
		/* one file in the place of a directory: it is made by whoever names it */
		strings_addf(argv, "backend-uri=file://%s", state);
	} else {
		strings_addf(argv, "dir=%s,mode=0600", state);
		add_setup(arguments, swtpm, tpm, state);
		swtpm->directory = xstrdup(state);
		swtpm->throw_away = arguments->options->ephemeral;
	}
	strings_add(argv, "--ctrl");
	strings_addf(argv, "type=unixio,clientfd=%d", swtpm->own_fd);
	if (tpm->debug > 0) {
		strings_add(argv, "--log");
		strings_addf(argv, "fd=2,level=%u", tpm->debug);
	}
	strings_add(argv, "--terminate");
	add_option(
		&arguments->plan->argv, "-chardev", xasprintf("socket,id=chrtpm,fd=%d", swtpm->fd));
}

static void add_external(const struct arguments *arguments, const struct spec_tpm *tpm)
{
	add_option(&arguments->plan->argv, "-chardev",
		xasprintf("socket,id=chrtpm,fd=%d",
			opening_connect(arguments->plan, tpm->socket, tpm->common.line)));
}

/* The kernel says where a running command is cancelled (Linux, tpm(4): …/cancel). */
static void add_passthrough(const struct arguments *arguments, const struct spec_tpm *tpm)
{
	const char *path = tpm->device_path ? tpm->device_path : "/dev/tpm0";
	struct text option = {0};

	qopt_word(&option, "passthrough");
	qopt_add(&option, "id", "tpm-tpm0");
	qopt_add(&option, "path", path);
	qopt_add(&option, "cancel-path", "/dev/null");
	add_option(&arguments->plan->argv, "-tpmdev", text_take(&option));
	cage_device(arguments->plan, path);
}

static void add_backend(const struct arguments *arguments, const struct spec_tpm *tpm)
{
	switch (tpm->backend) {
	case SPEC_TPM_EMULATOR:
		add_emulator(arguments, tpm);
		return;
	case SPEC_TPM_EXTERNAL:
		add_external(arguments, tpm);
		return;
	case SPEC_TPM_PASSTHROUGH:;
	}
	add_passthrough(arguments, tpm);
}

static void add_tpm(const struct arguments *arguments, const struct spec_tpm *tpm)
{
	struct text option = {0};

	check(arguments, tpm);
	add_backend(arguments, tpm);
	if (tpm->backend != SPEC_TPM_PASSTHROUGH)
		add_option(&arguments->plan->argv, "-tpmdev",
			xstrdup("emulator,id=tpm-tpm0,chardev=chrtpm"));
	qopt_word(&option, device_driver(arguments, tpm));
	qopt_add(&option, "tpmdev", "tpm-tpm0");
	qopt_add(&option, "id", "tpm0");
	add_option(&arguments->plan->argv, "-device", text_take(&option));
	if (tpm->backend != SPEC_TPM_PASSTHROUGH)
		cage_policy(arguments->plan, "tpm");
}

void add_tpms(const struct arguments *arguments)
{
	if (arguments->spec->tpm_count > 0)
		add_tpm(arguments, &arguments->spec->tpms[0]);
}
