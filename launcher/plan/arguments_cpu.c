/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/device.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

bool is_kvm(const struct plan *plan)
{
	return strcmp(plan->accel, "kvm") == 0;
}

/* A domain without <cpu>: libvirt's qemu64 on x86; elsewhere QEMU's own default, but for aarch64,
 * whose default (cortex-a15) runs no 64-bit guest. */
static const char *default_model(const struct plan *plan)
{
	switch (plan->arch) {
	case ARCH_X86_64:
		return "qemu64";
	case ARCH_I386:
		return "qemu32";
	case ARCH_AARCH64:
		return is_kvm(plan) ? "host" : "max";
	case ARCH_ARM:
	case ARCH_RISCV64:
	case ARCH_LOONGARCH64:
	case ARCH_UNKNOWN:;
	}
	return NULL;
}

static bool wants_host(const struct spec_cpu *cpu)
{
	return text_equal(cpu->mode, "host-passthrough") || text_equal(cpu->mode, "host-model");
}

/* CPU model 'host' exists only with an accelerator: under TCG the nearest thing is 'max'. */
static const char *cpu_model(const struct plan *plan, const struct spec_cpu *cpu)
{
	if (wants_host(cpu))
		return is_kvm(plan) ? "host" : "max";
	if (text_equal(cpu->mode, "maximum"))
		return "max";
	return cpu->model ? cpu->model : default_model(plan);
}

struct policy_switch {
	const char *policy;
	const char *value; /* NULL: the model decides */
};

/* libvirt's "forbid" refuses a host that has the feature; what the guest sees is the same. */
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

/* libvirt, qemuBuildCpuModelArgStr: what a cache mode is in QEMU's words. */
static void add_cache(
	const struct arguments *arguments, struct text *option, const struct spec_cpu *cpu)
{
	const char *mode = cpu->cache_mode;

	if (!mode)
		return;
	if (strcmp(mode, "emulate") == 0) {
		if (cpu->cache_level != 3)
			refuse_part(arguments->refusals, cpu->line,
				"<cache mode='emulate'> is for level='3'");
		qopt_flag(option, "l3-cache", true);
		return;
	}
	if (strcmp(mode, "passthrough") == 0 && !wants_host(cpu))
		refuse(arguments->refusals, cpu->line,
			"<cache mode='passthrough'> needs <cpu mode='host-passthrough'>");
	qopt_flag(option, "host-cache-info", strcmp(mode, "passthrough") == 0);
	qopt_flag(option, "l3-cache", false);
}

static void add_address_bits(
	const struct arguments *arguments, struct text *option, const struct spec_cpu *cpu)
{
	if (!cpu->maxphysaddr_mode)
		return;
	if (strcmp(cpu->maxphysaddr_mode, "emulate") == 0) {
		add_number(option, "phys-bits", cpu->maxphysaddr_bits);
		if (cpu->maxphysaddr_limit > 0)
			refuse_part(arguments->refusals, cpu->line,
				"limit= of <maxphysaddr> is for mode='passthrough'");
		return;
	}
	if (is_kvm(arguments->plan))
		qopt_flag(option, "host-phys-bits", true);
	add_number(option, "host-phys-bits-limit", cpu->maxphysaddr_limit);
}

/* What only x86 models of QEMU have. */
static void add_x86(
	const struct arguments *arguments, struct text *option, const struct spec_cpu *cpu)
{
	bool x86 = arch_is_x86(arguments->plan->arch);
	const struct said_part parts[] = {
		{"vendor_id=", cpu->vendor_id != NULL, x86},
		{"<cache>", cpu->cache_mode != NULL, x86},
		{"<maxphysaddr>", cpu->maxphysaddr_mode != NULL, x86},
		{"migratable=", cpu->migratable != CHOICE_UNSET,
			x86 && (wants_host(cpu) || text_equal(cpu->mode, "maximum"))},
	};

	refuse_useless(arguments, cpu->line, "this CPU", parts, ARRAY_COUNT(parts));
	if (!x86)
		return;
	/* libvirt's default for the host's own model is that of QEMU, and it says so */
	if (wants_host(cpu) && is_kvm(arguments->plan))
		qopt_flag(option, "migratable", cpu->migratable != CHOICE_NO);
	else
		add_choice(option, "migratable", cpu->migratable);
	add_text(option, "vendor", cpu->vendor_id);
	if (text_equal(cpu->check, "full"))
		qopt_flag(option, "enforce", true);
	add_cache(arguments, option, cpu);
	add_address_bits(arguments, option, cpu);
}

static unsigned int or_one(unsigned int count)
{
	return count > 0 ? count : 1;
}

static void add_topology(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;
	const struct spec_cpu *cpu = &spec->cpu;
	bool said = cpu->sockets || cpu->dies || cpu->clusters || cpu->cores || cpu->threads;
	struct text smp = {0};

	if (spec->vcpus_at_start > 0 && spec->vcpus_at_start < spec->vcpus) {
		qopt_addf(&smp, "cpus", "%u", spec->vcpus_at_start);
		qopt_addf(&smp, "maxcpus", "%u", spec->vcpus);
	} else {
		qopt_addf(&smp, "cpus", "%u", spec->vcpus);
	}
	qopt_addf(&smp, "sockets", "%u", said ? or_one(cpu->sockets) : spec->vcpus);
	if (cpu->dies > 1)
		qopt_addf(&smp, "dies", "%u", cpu->dies);
	if (cpu->clusters > 1)
		qopt_addf(&smp, "clusters", "%u", cpu->clusters);
	qopt_addf(&smp, "cores", "%u", said ? or_one(cpu->cores) : 1);
	qopt_addf(&smp, "threads", "%u", said ? or_one(cpu->threads) : 1);
	add_option(&arguments->plan->argv, "-smp", text_take(&smp));
}

void add_cpu(const struct arguments *arguments)
{
	const struct spec_cpu *cpu = &arguments->spec->cpu;
	const char *model = cpu_model(arguments->plan, cpu);
	struct text option = {0};
	struct text features = {0};

	if (model)
		qopt_word(&option, model);
	add_x86(arguments, &features, cpu);
	for (size_t i = 0; i < cpu->feature_count; i++)
		add_feature(&features, &cpu->features[i]);
	add_cpu_features(arguments, &features);
	if (model && features.length > 0)
		text_addf(&option, ",%s", features.bytes);
	else if (features.length > 0)
		refuse_part(arguments->refusals,
			cpu->line > 0 ? cpu->line : arguments->spec->features.line,
			"features of a CPU whose <model> is not said; name it");
	text_clear(&features);
	if (model)
		add_option(&arguments->plan->argv, "-cpu", text_take(&option));
	add_topology(arguments);
}
