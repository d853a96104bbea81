/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <stdlib.h>

#include "spec/field.h"
#include "spec/node.h"

static const char *const backend_names[] = {"emulator", "passthrough", "external", NULL};

static const struct field tpm_fields[] = {
	FIELD("@model", struct spec_tpm, model),
	FIELD_NAME("backend@type", struct spec_tpm, backend, backend_names),
};

static const struct field emulator_fields[] = {
	FIELD("backend@version", struct spec_tpm, version),
	FIELD_CHOICE("backend@persistent_state", struct spec_tpm, persistent_state),
	FIELD("backend@debug", struct spec_tpm, debug),
	FIELD("backend/source@type", struct spec_tpm, state_type),
	FIELD("backend/source@path", struct spec_tpm, state_path),
	FIELD("backend/profile@name", struct spec_tpm, profile),
	FIELD("backend/profile@source", struct spec_tpm, profile_source),
	FIELD("backend/profile@removeDisabled", struct spec_tpm, remove_disabled),
};

static const struct field passthrough_fields[] = {
	FIELD("backend/device@path", struct spec_tpm, device_path),
};

static const struct field external_fields[] = {
	FIELD("backend/source@path", struct spec_tpm, socket),
};

static void read_emulator(struct places *places, xmlNode *element, struct spec_tpm *tpm)
{
	xmlNode *banks = element_at(element, "backend/active_pcr_banks");

	FIELDS_READ(places, element, emulator_fields, tpm);
	for (xmlNode *bank = banks ? banks->children : NULL; bank; bank = bank->next) {
		if (bank->type != XML_ELEMENT_NODE)
			continue;
		element_child(banks, (const char *)bank->name);
		strings_add(&tpm->pcr_banks, (const char *)bank->name);
	}
	if (text_equal(tpm->state_type, "unix"))
		place_wrong(places, tpm->common.line,
			"type of <source> cannot be 'unix' here; it can be 'file', 'dir'");
}

static void read_external(struct places *places, xmlNode *element, struct spec_tpm *tpm)
{
	xmlNode *source = element_at(element, "backend/source");

	FIELDS_READ(places, element, external_fields, tpm);
	attribute_is(source, "mode", "connect");
	if (!attribute_is(source, "type", "unix") || !tpm->socket)
		report_missing(places, element, "<source type='unix' path=…>");
}

static void read_tpm(struct places *places, xmlNode *element, struct spec_tpm *tpm)
{
	read_common(places, element, &tpm->common);
	FIELDS_READ(places, element, tpm_fields, tpm);
	if (!xmlHasProp(element_child(element, "backend"), (const xmlChar *)"type")) {
		report_missing(places, element, "<backend type=…>");
		return;
	}
	switch (tpm->backend) {
	case SPEC_TPM_EMULATOR:
		read_emulator(places, element, tpm);
		break;
	case SPEC_TPM_PASSTHROUGH:
		FIELDS_READ(places, element, passthrough_fields, tpm);
		break;
	case SPEC_TPM_EXTERNAL:
		read_external(places, element, tpm);
		break;
	}
}

static void clear_tpm(struct spec_tpm *tpm)
{
	clear_common(&tpm->common);
	FIELDS_CLEAR(tpm_fields, tpm);
	FIELDS_CLEAR(emulator_fields, tpm);
	FIELDS_CLEAR(passthrough_fields, tpm);
	FIELDS_CLEAR(external_fields, tpm);
	strings_clear(&tpm->pcr_banks);
}

static const struct field rng_fields[] = {
	FIELD("@model", struct spec_rng, model),
	FIELD("rate@bytes", struct spec_rng, rate_bytes),
	FIELD("rate@period", struct spec_rng, rate_period_ms),
};

static const struct field random_fields[] = {
	FIELD("backend", struct spec_rng, path),
};

static void read_rng(struct places *places, xmlNode *element, struct spec_rng *rng)
{
	xmlNode *backend = element_child(element, "backend");

	read_common(places, element, &rng->common);
	FIELDS_READ(places, element, rng_fields, rng);
	rng->builtin = attribute_is(backend, "model", "builtin");
	if (!rng->builtin)
		FIELDS_READ(places, element, random_fields, rng);
	if (!xmlHasProp(backend, (const xmlChar *)"model"))
		report_missing(places, element, "<backend model=…>");
}

static const struct field watchdog_fields[] = {
	FIELD("@model", struct spec_watchdog, model),
	FIELD("@action", struct spec_watchdog, action),
};

static const struct field panic_fields[] = {
	FIELD("@model", struct spec_panic, model),
};

static const struct field vsock_fields[] = {
	FIELD("@model", struct spec_vsock, model),
	FIELD_CHOICE("cid@auto", struct spec_vsock, automatic),
	FIELD("cid@address", struct spec_vsock, cid),
};

static const struct field balloon_fields[] = {
	FIELD("", struct spec_balloon, present),
	FIELD("@model", struct spec_balloon, model),
	FIELD_CHOICE("@autodeflate", struct spec_balloon, auto_deflate),
	FIELD_CHOICE("@freePageReporting", struct spec_balloon, free_page_reporting),
};

static void read_watchdogs(struct places *places, xmlNode *devices, struct spec *spec)
{
	xmlNode *element = element_child(devices, "watchdog");

	for (; element; element = element_next(element)) {
		struct spec_watchdog *watchdog =
			array_push(&spec->watchdogs, &spec->watchdog_count, sizeof(*watchdog));

		read_common(places, element, &watchdog->common);
		FIELDS_READ(places, element, watchdog_fields, watchdog);
		if (!watchdog->model)
			report_missing(places, element, "attribute 'model'");
	}
}

static void read_panics(struct places *places, xmlNode *devices, struct spec *spec)
{
	xmlNode *element = element_child(devices, "panic");

	for (; element; element = element_next(element)) {
		struct spec_panic *panic =
			array_push(&spec->panics, &spec->panic_count, sizeof(*panic));

		read_common(places, element, &panic->common);
		FIELDS_READ(places, element, panic_fields, panic);
	}
}

static void read_vsock(struct places *places, xmlNode *devices, struct spec *spec)
{
	xmlNode *element = element_child(devices, "vsock");
	struct spec_vsock *vsock;

	if (!element)
		return;
	vsock = array_push(&spec->vsocks, &spec->vsock_count, sizeof(*vsock));
	read_common(places, element, &vsock->common);
	FIELDS_READ(places, element, vsock_fields, vsock);
	if (vsock->automatic != CHOICE_YES && vsock->cid == 0)
		report_missing(places, element, "<cid auto='yes'/> or <cid address=…>");
}

void read_small_devices(struct places *places, xmlNode *devices, struct spec *spec)
{
	xmlNode *balloon = element_child(devices, "memballoon");
	xmlNode *element;

	for (element = element_child(devices, "tpm"); element; element = element_next(element))
		read_tpm(places, element,
			array_push(&spec->tpms, &spec->tpm_count, sizeof(*spec->tpms)));
	for (element = element_child(devices, "rng"); element; element = element_next(element))
		read_rng(places, element,
			array_push(&spec->rngs, &spec->rng_count, sizeof(*spec->rngs)));
	read_watchdogs(places, devices, spec);
	read_panics(places, devices, spec);
	read_vsock(places, devices, spec);
	if (balloon)
		read_common(places, balloon, &spec->balloon.common);
	FIELDS_READ(places, balloon, balloon_fields, &spec->balloon);
	if (balloon && !spec->balloon.model)
		report_missing(places, balloon, "attribute 'model'");
}

void clear_small_devices(struct spec *spec)
{
	for (size_t i = 0; i < spec->tpm_count; i++)
		clear_tpm(&spec->tpms[i]);
	for (size_t i = 0; i < spec->rng_count; i++) {
		clear_common(&spec->rngs[i].common);
		FIELDS_CLEAR(rng_fields, &spec->rngs[i]);
		FIELDS_CLEAR(random_fields, &spec->rngs[i]);
	}
	for (size_t i = 0; i < spec->watchdog_count; i++) {
		clear_common(&spec->watchdogs[i].common);
		FIELDS_CLEAR(watchdog_fields, &spec->watchdogs[i]);
	}
	for (size_t i = 0; i < spec->panic_count; i++) {
		clear_common(&spec->panics[i].common);
		FIELDS_CLEAR(panic_fields, &spec->panics[i]);
	}
	for (size_t i = 0; i < spec->vsock_count; i++) {
		clear_common(&spec->vsocks[i].common);
		FIELDS_CLEAR(vsock_fields, &spec->vsocks[i]);
	}
	clear_common(&spec->balloon.common);
	FIELDS_CLEAR(balloon_fields, &spec->balloon);
	free(spec->tpms);
	free(spec->rngs);
	free(spec->watchdogs);
	free(spec->panics);
	free(spec->vsocks);
}
