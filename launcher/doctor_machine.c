/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "act/confine.h"
#include "base/memory.h"
#include "doctor.h"
#include "host/host.h"
#include "options.h"
#include "spec/spec.h"

#define OLDEST_TRIED 702u /* as version_number() has it */

/* How bad it is that KVM does not work. */
static enum severity kvm_severity(const struct doctor *doctor)
{
	enum accel_option asked = doctor->options->accel;
	const struct spec *spec = doctor->launch->spec;

	if (asked == ACCEL_OPTION_KVM)
		return SEVERITY_ERROR;
	if (asked == ACCEL_OPTION_TCG)
		return SEVERITY_NOTE;
	if (asked == ACCEL_OPTION_SPEC && doctor->with_spec && spec)
		return spec->accel == SPEC_ACCEL_KVM ? SEVERITY_ERROR : SEVERITY_NOTE;
	return SEVERITY_WARNING;
}

void doctor_kvm(const struct doctor *doctor)
{
	enum severity severity = kvm_severity(doctor);
	struct finding *finding;

	if (!doctor->here)
		return;
	if (doctor->kvm->usable) {
		findings_add(doctor->findings, SEVERITY_OK, "kvm", "'/dev/kvm' can be used");
		return;
	}
	finding = findings_add(doctor->findings, severity, "kvm", "%s", doctor->kvm->problem);
	if (severity >= SEVERITY_WARNING)
		finding_fix(finding,
			"as said; or --accel=tcg, which runs the guest without KVM and slower");
}

static void no_emulator(const struct doctor *doctor, const struct emulator *emulator)
{
	auto_text struct text tried = {0};
	bool there = emulator->status == ERROR_STATUS_CANNOT_EXECUTE;
	struct finding *finding;

	for (size_t i = 0; i < emulator->tried.count; i++)
		text_addf(&tried, "%s'%s'", i > 0 ? ", " : "", emulator->tried.items[i]);
	finding = findings_add(doctor->findings, SEVERITY_ERROR, "emulator", "%s: %s",
		tried.bytes ? tried.bytes : "no emulator",
		there ? strerror(emulator->error_number) : "not found");
	finding_fix(finding, "install QEMU for %s, or name it with --emulator=PATH",
		arch_name(doctor->launch->spec->arch));
}

/* "QEMU emulator version 7.2.22 (Debian …)" is 702; 0: it calls itself otherwise. */
static unsigned int version_number(const char *text)
{
	static const char words[] = "version ";
	const char *begin = strstr(text, words);
	unsigned long major, minor = 0;
	char *end;

	if (!begin)
		return 0;
	major = strtoul(begin + strlen(words), &end, 10);
	if (*end == '.')
		minor = strtoul(end + 1, NULL, 10);
	return major < 1000 && minor < 100 ? (unsigned int)(major * 100 + minor) : 0;
}

static void known_emulator(const struct doctor *doctor, const char *path, const char *version)
{
	unsigned int number = version_number(version);
	struct finding *finding;

	if (number == 0 || number >= OLDEST_TRIED) {
		findings_add(doctor->findings, SEVERITY_OK, "emulator", "'%s': %s", path, version);
		return;
	}
	finding = findings_add(doctor->findings, SEVERITY_WARNING, "emulator",
		"'%s': %s; older than %u.%u, the oldest that slipway's sandbox was tried with",
		path, version, OLDEST_TRIED / 100, OLDEST_TRIED % 100);
	finding_fix(
		finding, "install a newer QEMU; if this one misses a call, --sandbox=log tells");
}

void doctor_emulator(const struct doctor *doctor)
{
	const struct emulator *emulator;
	auto_free char *version = NULL;
	struct finding *finding;

	if (!doctor->launch->host)
		return;
	emulator = &doctor->launch->host->emulator;
	if (emulator->status != 0) {
		no_emulator(doctor, emulator);
		return;
	}
	version = program_version(emulator->path);
	if (version) {
		known_emulator(doctor, emulator->path, version);
		return;
	}
	finding = findings_add(doctor->findings, SEVERITY_WARNING, "emulator",
		"'%s' does not answer --version", emulator->path);
	finding_fix(finding, "run it by hand; if it is not QEMU, name QEMU with --emulator=PATH");
}

void doctor_sandbox(const struct doctor *doctor)
{
	auto_strings struct strings gaps = {0};
	auto_error struct error *error = NULL;
	int abi = 0;
	bool whole;
	struct finding *finding;

	if (!doctor->here)
		return;
	error = confine_check(SANDBOX_ON, &abi, &gaps);
	if (error) {
		finding = findings_add(
			doctor->findings, SEVERITY_ERROR, "sandbox", "%s", error->text);
		finding_fix(finding, "run a kernel with CONFIG_SECCOMP_FILTER, or --sandbox=off");
		return;
	}
	whole = abi >= LANDLOCK_ABI_WANTED;
	findings_add(doctor->findings, whole ? SEVERITY_OK : SEVERITY_NOTE, "sandbox",
		"system call filter; Landlock version %d%s", abi,
		whole ? "" : ", --sandbox=require needs more");
	for (size_t i = 0; i < gaps.count; i++) {
		finding = findings_add(doctor->findings, whole ? SEVERITY_NOTE : SEVERITY_WARNING,
			"sandbox", "%s", gaps.items[i]);
		if (!whole)
			finding_fix(finding, "run a newer kernel with Landlock switched on "
					     "(CONFIG_SECURITY_LANDLOCK, lsm=landlock,…)");
	}
}
