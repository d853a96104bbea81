/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "doctor.h"
#include "host/host.h"
#include "options.h"
#include "plan/plan.h"
#include "spec/spec.h"

/* A usable descriptor can still name a file that no package has brought. */
static void usable_descriptor(const struct doctor *doctor, const struct descriptor *descriptor)
{
	const struct firmware_file *files[] = {descriptor->executable, descriptor->template};

	for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
		struct finding *finding;

		if (!files[i] || files[i]->error_number == 0)
			continue;
		finding = findings_add(doctor->findings, SEVERITY_NOTE, "descriptor",
			"'%s' names '%s': %s", descriptor->path, files[i]->path,
			strerror(files[i]->error_number));
		finding_fix(finding, "install the package that has the file; an empty file of the "
				     "same name in /etc/qemu/firmware hides the descriptor");
	}
}

static void one_descriptor(const struct doctor *doctor, const struct descriptor *descriptor)
{
	struct finding *finding;

	switch (descriptor->state) {
	case DESCRIPTOR_USABLE:
		usable_descriptor(doctor, descriptor);
		break;
	case DESCRIPTOR_UNREADABLE:
		finding = findings_add(doctor->findings, SEVERITY_WARNING, "descriptor", "'%s': %s",
			descriptor->path, descriptor->problem);
		finding_fix(finding, "mend the file or install its package again; an empty file of "
				     "the same name in /etc/qemu/firmware hides it");
		break;
	case DESCRIPTOR_UNSUPPORTED:
	case DESCRIPTOR_MASKED:
		findings_add(doctor->findings, SEVERITY_NOTE, "descriptor", "'%s': %s",
			descriptor->path, descriptor->problem);
		break;
	}
}

void doctor_descriptors(const struct doctor *doctor)
{
	const struct host *host = doctor->launch->host;
	size_t usable = 0;

	if (!host)
		return;
	for (size_t i = 0; i < host->descriptor_count; i++) {
		usable += host->descriptors[i].state == DESCRIPTOR_USABLE;
		one_descriptor(doctor, &host->descriptors[i]);
	}
	for (size_t i = 0; i < host->notes.count; i++)
		findings_add(
			doctor->findings, SEVERITY_NOTE, "descriptor", "%s", host->notes.items[i]);
	if (usable > 0)
		findings_add(doctor->findings, SEVERITY_OK, "descriptor",
			"%zu firmware descriptors are usable", usable);
}

static void plan_refused(const struct doctor *doctor)
{
	const struct candidates *candidates = &doctor->launch->candidates;
	const char *text = doctor->plan_error->text;
	const char *subject = "spec";
	struct finding *finding;

	if (!doctor->launch->spec) {
		findings_add(doctor->findings, SEVERITY_ERROR, subject, "%s", text);
		return;
	}
	if (candidates->fix)
		subject = "firmware";
	else if (strstr(text, "KVM is not usable"))
		subject = "kvm";
	else if (strstr(text, "nvram "))
		subject = "nvram";
	/* where nothing was found the text goes on with the candidates, which `firmware` lists */
	finding = findings_add(doctor->findings, SEVERITY_ERROR, subject, "%.*s",
		(int)(candidates->fix ? strcspn(text, "\n") : strlen(text)), text);
	if (candidates->fix)
		finding_fix(finding, "%s", candidates->fix);
}

void doctor_plan(const struct doctor *doctor)
{
	const struct plan *plan = doctor->launch->plan;

	if (doctor->plan_error) {
		plan_refused(doctor);
		return;
	}
	findings_add(doctor->findings, SEVERITY_OK, "firmware", "%s for %s %s%s%s",
		plan->firmware.path ? plan->firmware.path : "QEMU's own", arch_name(plan->arch),
		plan->machine, plan->firmware.descriptor ? ", by " : "",
		plan->firmware.descriptor ? plan->firmware.descriptor : "");
	for (size_t i = 0; i < plan->warnings.count; i++)
		findings_add(
			doctor->findings, SEVERITY_WARNING, "plan", "%s", plan->warnings.items[i]);
	for (size_t i = 0; i < plan->notes.count; i++)
		findings_add(doctor->findings, SEVERITY_NOTE, "plan", "%s", plan->notes.items[i]);
}

/* The store's folder, or the nearest one above it that is there, in which it would be made. */
static char *nearest_directory(const char *path)
{
	auto_free char *directory = path_directory(path);

	while (access(directory, F_OK) != 0 && errno == ENOENT && strcmp(directory, "/") != 0 &&
		strcmp(directory, ".") != 0) {
		auto_free char *below = steal(&directory);

		directory = path_directory(below);
	}
	return steal(&directory);
}

/* 0, or why nothing can be made in there. */
static int directory_problem(const char *directory)
{
	struct stat status;

	if (stat(directory, &status) != 0)
		return errno;
	if (!S_ISDIR(status.st_mode))
		return ENOTDIR;
	return faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

/* A problem that was found with the store `path` at `what`. */
static void store_problem(
	const struct doctor *doctor, const char *path, const char *what, int number)
{
	struct finding *finding = findings_add(doctor->findings, SEVERITY_ERROR, "nvram",
		"store '%s' cannot be written: '%s': %s", path, what, strerror(number));

	finding_fix(finding, "give access to it, or use --nvram=PATH or --nvram=ephemeral");
}

void doctor_store(const struct doctor *doctor)
{
	const struct plan_nvram *nvram;
	auto_free char *directory = NULL;
	int number;

	if (!doctor->launch->plan)
		return;
	nvram = &doctor->launch->plan->nvram;
	if (!nvram->path || nvram->action == NVRAM_NONE || nvram->action == NVRAM_EPHEMERAL ||
		nvram->action == NVRAM_NETWORK)
		return;
	if (nvram->action == NVRAM_KEEP &&
		faccessat(AT_FDCWD, nvram->path, R_OK | W_OK, AT_EACCESS) != 0) {
		store_problem(doctor, nvram->path, nvram->path, errno);
		return;
	}
	directory = nearest_directory(nvram->path);
	number = directory_problem(directory);
	if (number != 0)
		store_problem(doctor, nvram->path, directory, number);
	else if (doctor->with_spec)
		findings_add(doctor->findings, SEVERITY_OK, "nvram", "%s '%s'",
			nvram_action_name(nvram->action), nvram->path);
	else
		findings_add(doctor->findings, SEVERITY_OK, "nvram", "stores can be made in '%s'",
			doctor->options->nvram_directory);
}
