/* SPDX-License-Identifier: MIT */
/*
 * slipway doctor: what is wrong on this host for this VM, as a list of findings, each with its way
 * out. Looks only; nothing on the host is changed.
 */
#ifndef SLIPWAY_DOCTOR_H
#define SLIPWAY_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/error.h"
#include "launch.h"

struct kvm_state;
struct options;

/* The worst one decides the exit status. */
enum severity {
	SEVERITY_OK,
	SEVERITY_NOTE,    /* good to know; nothing has to be done */
	SEVERITY_WARNING, /* it works, and not as well as it could */
	SEVERITY_ERROR,   /* this VM does not run here */
};

struct finding {
	enum severity severity;
	const char *subject; /* static: "kvm", "firmware" … */
	char *text;          /* may have several lines */
	char *fix;           /* NULL: there is nothing to do, or the text says it */
};

/* In the order in which they are reported; zero-initialised is empty. */
struct findings {
	struct finding *items;
	size_t count;
};

const char *severity_name(enum severity severity);

/* Adds a finding without a fix and returns it; it may move when the next one is added. */
struct finding *findings_add(struct findings *findings, enum severity severity, const char *subject,
	const char *format, ...) PRINTF_LIKE(4, 5);
void finding_fix(struct finding *finding, const char *format, ...) PRINTF_LIKE(2, 3);
enum severity findings_worst(const struct findings *findings);
void findings_clear(struct findings *findings);
#define auto_findings CLEANUP(findings_clear)

/* What the checks look at. Borrowed. */
struct doctor {
	const struct options *options;
	bool with_spec; /* else launch->spec is a usual guest of this machine */
	bool here;      /* --root is "/": this machine's kernel and devices are those meant */
	int root_fd;
	const struct kvm_state *kvm;    /* all zero unless `here` */
	const struct launch *launch;    /* made as far as it could be */
	const struct error *plan_error; /* the refusal, NULL where launch->plan is there */
	struct findings *findings;
};

/* doctor_machine.c: KVM, the emulator, the layers of the sandbox. */
void doctor_kvm(const struct doctor *doctor);
void doctor_emulator(const struct doctor *doctor);
void doctor_sandbox(const struct doctor *doctor);

/* doctor_firmware.c: descriptors, what the plan chose or why it refused, the store's place. */
void doctor_descriptors(const struct doctor *doctor);
void doctor_plan(const struct doctor *doctor);
void doctor_store(const struct doctor *doctor);

/* doctor_devices.c: what the spec names on this machine: disks, kernels, bridges, shared folders.
 */
void doctor_devices(const struct doctor *doctor);

/* doctor_system.c: other programs. */
void doctor_programs(const struct doctor *doctor);
/* The program of that name in `directories` (separated by colons; NULL: nowhere) below the root, or
 * NULL; the caller frees it. */
char *find_program(const struct doctor *doctor, const char *directories, const char *name) MUST_USE;

/* doctor_libvirt.c: slipway as libvirt's <emulator>: the one that --emulator or the spec names, or
 * those that are installed; libvirt's cache of capabilities. */
void doctor_libvirt(const struct doctor *doctor);

/* doctor_security.c: what AppArmor and SELinux need for that <emulator>. */
void doctor_security(const struct doctor *doctor, const char *emulator);

/* doctor_version.c: the first line that `program` says to --version, NULL where it says none within
 * ten seconds; the caller frees it. */
char *program_version(const char *program) MUST_USE;

/* report_doctor.c */
void report_findings_text(const struct findings *findings);
void report_findings_json(const struct findings *findings);

#endif
