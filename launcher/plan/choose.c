/* SPDX-License-Identifier: MIT */
#include "plan/choose.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "host/host.h"
#include "plan/equivalent.h"
#include "plan/match.h"
#include "plan/plan.h"
#include "plan/request.h"

/* One way of comparing paths, gone through once. */
struct search {
	const struct host *host;
	const struct firmware_request *request;
	enum path_match how;
	struct candidates *candidates;
	struct firmware_choice choice;
	struct error *ambiguity;
};

/* Takes ownership of `reason`. */
static void add_candidate(struct search *search, enum firmware_source source, const char *path,
	bool chosen, char *reason)
{
	struct candidate *candidate = array_push(&search->candidates->items,
		&search->candidates->count, sizeof(*search->candidates->items));

	candidate->source = source;
	candidate->path = xstrdup(path);
	candidate->chosen = chosen;
	candidate->reason = reason;
}

static bool chosen_already(const struct search *search)
{
	return search->choice.descriptor || search->choice.pair;
}

/* One file may be named by several candidates with different templates (Debian's
 * OVMF_CODE_4M.ms.fd and .secboot.fd are one): when the request named it by yet another name,
 * nothing says which is meant. */
static void note_ambiguity(struct search *search, const struct firmware_file *chosen_template,
	const struct firmware_file *other_template, const char *chosen_path, const char *other_path)
{
	if (search->ambiguity || search->how != PATH_MATCH_SAME_FILE || !search->request->loader ||
		search->request->template)
		return;
	if (text_equal(chosen_template ? chosen_template->path : NULL,
		    other_template ? other_template->path : NULL) ||
		same_file(chosen_template, other_template))
		return;
	search->ambiguity = error_at(search->request->file, search->request->line,
		"loader '%s' is the file that both '%s' and '%s' name, with different nvram "
		"templates; name one of them, or give <nvram template=…>",
		search->request->loader, chosen_path, other_path);
}

static char *why_chosen(const struct search *search)
{
	if (search->how == PATH_MATCH_SAME_FILE && search->request->loader)
		return xasprintf("fits: the loader '%s' is this very file by another name",
			search->request->loader);
	return xstrdup("fits, and is the first that does");
}

static void search_descriptors(struct search *search)
{
	for (size_t i = 0; i < search->host->descriptor_count; i++) {
		const struct descriptor *descriptor = &search->host->descriptors[i];
		const struct descriptor *chosen = search->choice.descriptor;
		char *reason =
			descriptor_refusal(search->host, search->request, descriptor, search->how);
		bool first = !reason && !chosen;

		if (first)
			search->choice.descriptor = descriptor;
		else if (!reason)
			note_ambiguity(search, chosen->template, descriptor->template, chosen->path,
				descriptor->path);
		if (!reason)
			reason = first ? why_chosen(search)
				       : xasprintf("fits too, but '%s' comes first", chosen->path);
		add_candidate(search, FIRMWARE_SOURCE_DESCRIPTOR, descriptor->path, first, reason);
	}
}

static void search_pairs(struct search *search)
{
	for (size_t i = 0; i < search->host->pair_count; i++) {
		const struct firmware_pair *pair = &search->host->pairs[i];
		const struct firmware_pair *chosen = search->choice.pair;
		char *reason = pair_refusal(search->host, search->request, pair, search->how);
		bool first = !reason && !chosen_already(search);

		if (first)
			search->choice.pair = pair;
		else if (!reason && chosen)
			note_ambiguity(search, chosen->vars, pair->vars, chosen->code->path,
				pair->code->path);
		if (!reason)
			reason = first ? why_chosen(search) : xstrdup("fits too, but comes later");
		add_candidate(search, FIRMWARE_SOURCE_FALLBACK, pair->code->path, first, reason);
	}
}

/* libvirt compares names, so names decide where they can; files are compared only where no name
 * matched, and then libvirt would have refused. */
static struct error *choose_by_paths(const struct host *host,
	const struct firmware_request *request, struct candidates *ret_candidates,
	struct firmware_choice *ret_choice)
{
	static const enum path_match ways[] = {PATH_MATCH_LITERAL, PATH_MATCH_SAME_FILE};
	bool names_paths = request->loader || request->template;
	struct search search = {.host = host, .request = request, .candidates = ret_candidates};

	for (size_t i = 0; i < ARRAY_COUNT(ways) && !chosen_already(&search); i++) {
		if (ways[i] == PATH_MATCH_SAME_FILE && !names_paths)
			break;
		search.how = ways[i];
		candidates_forget_items(ret_candidates);
		search_descriptors(&search);
		search_pairs(&search);
	}
	if (search.ambiguity)
		return search.ambiguity;
	*ret_choice = search.choice;
	return NULL;
}

struct error *firmware_choose(const struct host *host, const struct firmware_request *request,
	struct candidates *ret_candidates, struct firmware_choice *ret_choice)
{
	struct firmware_request raw = *request;

	*ret_choice = (struct firmware_choice){0};
	if (request->interface == FIRMWARE_INTERFACE_UEFI && !request->descriptor)
		for (size_t i = 0; i < host->absent_pairs.count; i++)
			strings_add_once(&ret_candidates->absent, host->absent_pairs.items[i]);
	raw.loader_format = IMAGE_FORMAT_RAW;
	if (request->prefer_raw)
		TRY(choose_by_paths(host, &raw, ret_candidates, ret_choice));
	/* a raw pair does not come before a descriptor of another format */
	if (ret_choice->descriptor)
		return NULL;
	return choose_by_paths(host, request, ret_candidates, ret_choice);
}

struct package {
	enum package_family family;
	const char *command;
	const char *names[ARCH_LOONGARCH64 + 1]; /* NULL: not packaged */
};

/* Names as of each distribution's current release (doc: firmware packages of edk2). */
static const struct package packages[] = {
	{PACKAGE_FAMILY_DEBIAN, "apt install",
		{[ARCH_X86_64] = "ovmf",
			[ARCH_I386] = "ovmf-ia32",
			[ARCH_AARCH64] = "qemu-efi-aarch64",
			[ARCH_ARM] = "qemu-efi-arm",
			[ARCH_RISCV64] = "qemu-efi-riscv64",
			[ARCH_LOONGARCH64] = "qemu-efi-loongarch64"}},
	{PACKAGE_FAMILY_FEDORA, "dnf install",
		{[ARCH_X86_64] = "edk2-ovmf",
			[ARCH_I386] = "edk2-ovmf",
			[ARCH_AARCH64] = "edk2-aarch64",
			[ARCH_ARM] = "edk2-arm",
			[ARCH_RISCV64] = "edk2-riscv64",
			[ARCH_LOONGARCH64] = "edk2-loongarch64"}},
	{PACKAGE_FAMILY_ARCH, "pacman -S",
		{[ARCH_X86_64] = "edk2-ovmf",
			[ARCH_I386] = "edk2-ovmf",
			[ARCH_AARCH64] = "edk2-aarch64",
			[ARCH_ARM] = "edk2-arm",
			[ARCH_RISCV64] = "edk2-riscv64"}},
	{PACKAGE_FAMILY_SUSE, "zypper install",
		{[ARCH_X86_64] = "qemu-ovmf-x86_64",
			[ARCH_I386] = "qemu-ovmf-x86_64",
			[ARCH_AARCH64] = "qemu-uefi-aarch64",
			[ARCH_ARM] = "qemu-uefi-aarch32",
			[ARCH_RISCV64] = "qemu-uefi-riscv64"}},
	{PACKAGE_FAMILY_ALPINE, "apk add",
		{[ARCH_X86_64] = "ovmf", [ARCH_I386] = "ovmf", [ARCH_AARCH64] = "aavmf"}},
	{PACKAGE_FAMILY_GENTOO, "emerge",
		{[ARCH_X86_64] = "sys-firmware/edk2",
			[ARCH_I386] = "sys-firmware/edk2",
			[ARCH_AARCH64] = "sys-firmware/edk2",
			[ARCH_RISCV64] = "sys-firmware/edk2",
			[ARCH_LOONGARCH64] = "sys-firmware/edk2"}},
	{PACKAGE_FAMILY_VOID, "xbps-install",
		{[ARCH_X86_64] = "edk2-ovmf",
			[ARCH_I386] = "edk2-ovmf",
			[ARCH_AARCH64] = "edk2-ovmf"}},
};

char *firmware_package_hint(const struct host *host, const struct firmware_request *request)
{
	struct text text = {0};

	if (request->interface == FIRMWARE_INTERFACE_BIOS)
		return xstrdup("leave the firmware out to get QEMU's own BIOS, or install seabios "
			       "with a descriptor");
	text_add(&text, "install UEFI firmware");
	for (size_t i = 0; i < ARRAY_COUNT(packages); i++) {
		const char *name = packages[i].names[request->arch];

		if (!name || (host->packages != PACKAGE_FAMILY_UNKNOWN &&
				     host->packages != packages[i].family))
			continue;
		text_addf(&text, "%s%s %s", text_ends_with(text.bytes, "firmware") ? ": " : " | ",
			packages[i].command, name);
	}
	text_add(&text, "; or name the files with --firmware=CODE:VARS");
	return text_take(&text);
}

/* Whether there is firmware for the guest's architecture, whatever it was refused for. */
static bool has_firmware(const struct host *host, const struct firmware_request *request)
{
	for (size_t i = 0; i < host->descriptor_count; i++) {
		const struct descriptor *descriptor = &host->descriptors[i];

		if (descriptor->state != DESCRIPTOR_USABLE ||
			!(descriptor->interfaces & request->interface))
			continue;
		for (size_t j = 0; j < descriptor->target_count; j++)
			if (descriptor->targets[j].arch == request->arch)
				return true;
	}
	return host->pair_count > 0 && request->interface == FIRMWARE_INTERFACE_UEFI;
}

/* A file that was named and is not there has another name now, or must be installed. */
static char *way_out(const struct host *host, const struct firmware_request *request)
{
	const struct firmware_file *loader = host_file(host, request->loader);
	const struct firmware_file *template = host_file(host, request->template);
	auto_free char *package = NULL;
	char *hint = NULL;

	if (loader && loader->error_number != 0)
		hint = equivalent_hint(host, request->arch, request->loader);
	else if (template && template->error_number != 0)
		hint = equivalent_template_hint(host, request->arch, request->template);
	if (hint)
		return hint;
	if (request->descriptor)
		return xstrdup("name another descriptor, or leave --firmware out (slipway "
			       "firmware lists what this host has)");
	package = firmware_package_hint(host, request);
	if (!has_firmware(host, request))
		return steal(&package);
	return xasprintf("let the spec ask for what one of these has, or %s", package);
}

static void list_candidates(
	const struct host *host, const struct candidates *candidates, struct text *list)
{
	for (size_t i = 0; i < candidates->count; i++)
		text_addf(
			list, "\n  %s: %s", candidates->items[i].path, candidates->items[i].reason);
	if (candidates->count == 0)
		text_add(list, "\n  no descriptor in /usr/share/qemu/firmware or "
			       "/etc/qemu/firmware");
	for (size_t i = 0; i < host->notes.count; i++)
		text_addf(list, "\n  note: %s", host->notes.items[i]);
	if (candidates->absent.count > 0)
		text_add(list, "\n  the other files by which distributions install it are not "
			       "there (slipway firmware lists them)");
}

struct error *firmware_not_found(const struct host *host, const struct firmware_request *request,
	struct candidates *candidates)
{
	auto_text struct text list = {0};

	candidates->fix = way_out(host, request);
	list_candidates(host, candidates, &list);
	return error_at(request->file, request->line, "no %s%s\n  fix: %s", candidates->wanted,
		list.bytes, candidates->fix);
}
