/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/plan.h"
#include "spec/spec.h"

/* A domain without <cpu>: libvirt's qemu64 on x86; elsewhere QEMU's own default, but for aarch64,
 * whose default (cortex-a15) runs no 64-bit guest. */
static const char *default_model(const struct plan *plan, bool kvm)
{
	if (plan->arch == ARCH_X86_64)
		return "qemu64";
	if (plan->arch == ARCH_I386)
		return "qemu32";
	if (plan->arch == ARCH_AARCH64)
		return kvm ? "host" : "max";
	return NULL;
}

/* CPU model 'host' exists only with an accelerator: under TCG the nearest thing is 'max'. */
static const char *cpu_model(const struct plan *plan, const struct spec_cpu *cpu)
{
	bool kvm = strcmp(plan->accel, "kvm") == 0;

	if (text_equal(cpu->mode, "host-passthrough") || text_equal(cpu->mode, "host-model"))
		return kvm ? "host" : "max";
	if (text_equal(cpu->mode, "maximum"))
		return "max";
	return cpu->model ? cpu->model : default_model(plan, kvm);
}

struct policy_switch {
	const char *policy;
	const char *value; /* NULL: the model decides */
};

static const struct policy_switch policy_switches[] = {
	{"force", "on"},
	{"require", "on"},
	{"optional", NULL},
	{"disable", "off"},
	{"forbid", "off"},
};

static void add_feature(struct text *option, const struct spec_cpu_feature *feature)
{
	for (size_t i = 0; i < ARRAY_COUNT(policy_switches); i++)
		if (text_equal(policy_switches[i].policy, feature->policy) &&
			policy_switches[i].value)
			qopt_add(option, feature->name, policy_switches[i].value);
	if (!feature->policy)
		qopt_add(option, feature->name, "on");
}

static struct error *add_topology(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;
	const struct spec_cpu *cpu = &spec->cpu;
	struct text smp = {0};

	qopt_addf(&smp, "cpus", "%u", spec->vcpus);
	if (cpu->sockets == 0) {
		qopt_addf(&smp, "sockets", "%u", spec->vcpus);
		qopt_add(&smp, "cores", "1");
		qopt_add(&smp, "threads", "1");
	} else {
		qopt_addf(&smp, "sockets", "%u", cpu->sockets);
		if (cpu->dies > 1)
			qopt_addf(&smp, "dies", "%u", cpu->dies);
		if (cpu->clusters > 1)
			qopt_addf(&smp, "clusters", "%u", cpu->clusters);
		qopt_addf(&smp, "cores", "%u", cpu->cores);
		qopt_addf(&smp, "threads", "%u", cpu->threads);
	}
	add_option(&arguments->plan->argv, "-smp", text_take(&smp));
	return NULL;
}

struct error *add_cpu(const struct arguments *arguments)
{
	const struct spec_cpu *cpu = &arguments->spec->cpu;
	const char *model = cpu_model(arguments->plan, cpu);
	struct text option = {0};

	if (model) {
		qopt_word(&option, model);
		for (size_t i = 0; i < cpu->feature_count; i++)
			add_feature(&option, &cpu->features[i]);
		add_option(&arguments->plan->argv, "-cpu", text_take(&option));
	}
	return add_topology(arguments);
}
