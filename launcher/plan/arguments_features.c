/* SPDX-License-Identifier: MIT */
/*
 * <features>, and the timers of <clock>, as properties of the CPU, the machine and the accelerator
 * (libvirt src/qemu/qemu_command.c, qemuBuildCpuCommandLine, qemuBuildMachineCommandLine).
 */
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/device.h"
#include "plan/layout.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

/* A feature of <hyperv> or <kvm>, and the CPU's property. */
struct cpu_property {
	const char *name, *property;
};

static const struct cpu_property hyperv_properties[] = {
	{"relaxed", "hv-relaxed"},
	{"vapic", "hv-vapic"},
	{"vpindex", "hv-vpindex"},
	{"runtime", "hv-runtime"},
	{"synic", "hv-synic"},
	{"stimer", "hv-stimer"},
	{"stimer-direct", "hv-stimer-direct"},
	{"reset", "hv-reset"},
	{"frequencies", "hv-frequencies"},
	{"reenlightenment", "hv-reenlightenment"},
	{"tlbflush", "hv-tlbflush"},
	{"tlbflush-direct", "hv-tlbflush-direct"},
	{"tlbflush-extended", "hv-tlbflush-ext"},
	{"ipi", "hv-ipi"},
	{"evmcs", "hv-evmcs"},
	{"avic", "hv-avic"},
	{"emsr_bitmap", "hv-emsr-bitmap"},
	{"xmm_input", "hv-xmm-input"},
};

static const struct cpu_property kvm_properties[] = {
	{"hint-dedicated", "kvm-hint-dedicated"},
	{"poll-control", "kvm-poll-control"},
	{"pv-ipi", "kvm-pv-ipi"},
};

static const char *find(const struct cpu_property *rows, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].property;
	return NULL;
}

static void add_hyperv_item(
	const struct arguments *arguments, struct text *cpu, const struct spec_feature *item)
{
	const char *property = find(hyperv_properties, ARRAY_COUNT(hyperv_properties), item->name);
	uint64_t retries = 0;

	if (item->state != CHOICE_YES)
		return;
	if (strcmp(item->name, "spinlocks") == 0) {
		if (item->value)
			refuse_error(arguments->refusals, item->line,
				number_parse_any_base(item->value, 0, UINT32_MAX, &retries));
		qopt_addf(cpu, "hv-spinlocks", "0x%" PRIx64, retries);
	} else if (strcmp(item->name, "vendor_id") == 0) {
		add_text(cpu, "hv-vendor-id", item->value);
	} else if (property) {
		qopt_flag(cpu, property, true);
	} else {
		refuse_part(arguments->refusals, item->line, "<%s> of <hyperv> is not supported",
			item->name);
	}
}

static void add_hyperv(const struct arguments *arguments, struct text *cpu)
{
	const struct spec_features *features = &arguments->spec->features;

	if (features->hyperv && !arch_is_x86(arguments->plan->arch)) {
		refuse_part(arguments->refusals, features->line, "<hyperv> is for x86");
		return;
	}
	/* QEMU's own CPUs have none of it: the guest would not see it, and some stop QEMU */
	if (features->hyperv && !is_kvm(arguments->plan)) {
		strings_add(&arguments->plan->notes, "<hyperv> has no effect without KVM");
		return;
	}
	if (features->hyperv_passthrough)
		qopt_flag(cpu, "hv-passthrough", true);
	for (size_t i = 0; i < features->hyperv_count; i++)
		add_hyperv_item(arguments, cpu, &features->hyperv_items[i]);
	for (size_t i = 0; i < arguments->spec->panic_count; i++)
		if (text_equal(arguments->spec->panics[i].model, "hyperv") &&
			arch_is_x86(arguments->plan->arch))
			qopt_flag(cpu, "hv-crash", true);
}

static void add_kvm(const struct arguments *arguments, struct text *cpu)
{
	const struct spec_features *features = &arguments->spec->features;

	for (size_t i = 0; i < features->kvm_count; i++) {
		const struct spec_feature *item = &features->kvm_items[i];
		const char *property =
			find(kvm_properties, ARRAY_COUNT(kvm_properties), item->name);

		if (strcmp(item->name, "dirty-ring") == 0)
			continue;
		if (!arch_is_x86(arguments->plan->arch))
			refuse_part(arguments->refusals, item->line, "<%s> of <kvm> is for x86",
				item->name);
		else if (strcmp(item->name, "hidden") == 0 && item->state == CHOICE_YES)
			qopt_flag(cpu, "kvm", false);
		else if (property)
			qopt_flag(cpu, property, item->state == CHOICE_YES);
	}
}

static const struct spec_feature *item(const struct spec *spec, const char *name)
{
	for (size_t i = 0; i < spec->features.count; i++)
		if (strcmp(spec->features.items[i].name, name) == 0)
			return &spec->features.items[i];
	return NULL;
}

static enum choice state_of(const struct spec *spec, const char *name)
{
	const struct spec_feature *feature = item(spec, name);

	return feature ? feature->state : CHOICE_UNSET;
}

/* Features that are properties of something, on the architectures that have them. */
enum feature_place {
	FEATURE_OF_CPU,
	FEATURE_OF_MACHINE,
};

struct feature_property {
	const char *name, *property;
	enum feature_place place;
	bool x86, arm;
};

static const struct feature_property feature_properties[] = {
	{"pvspinlock", "kvm-pv-unhalt", FEATURE_OF_CPU, true, false},
	{"pmu", "pmu", FEATURE_OF_CPU, true, true},
	{"vmport", "vmport", FEATURE_OF_MACHINE, true, false},
	{"ps2", "i8042", FEATURE_OF_MACHINE, true, false},
	{"ras", "ras", FEATURE_OF_MACHINE, false, true},
	{"mte", "mte", FEATURE_OF_MACHINE, false, true},
};

static void add_properties(
	const struct arguments *arguments, struct text *option, enum feature_place place)
{
	enum arch arch = arguments->plan->arch;
	bool x86 = arch_is_x86(arch);
	bool arm = arch == ARCH_AARCH64 || arch == ARCH_ARM;

	for (size_t i = 0; i < ARRAY_COUNT(feature_properties); i++) {
		const struct feature_property *row = &feature_properties[i];
		const struct spec_feature *feature = item(arguments->spec, row->name);

		if (!feature || row->place != place)
			continue;
		if ((x86 && row->x86) || (arm && row->arm))
			qopt_flag(option, row->property, feature->state == CHOICE_YES);
		else
			refuse_part(arguments->refusals, feature->line,
				"<%s> is not for a machine of %s", row->name, arch_name(arch));
	}
}

static void add_timer_features(const struct arguments *arguments, struct text *cpu)
{
	const struct spec_clock *clock = &arguments->spec->clock;

	for (size_t i = 0; i < clock->timer_count; i++) {
		const struct spec_timer *timer = &clock->timers[i];

		if (strcmp(timer->name, "kvmclock") == 0 && timer->present != CHOICE_UNSET)
			qopt_flag(cpu, "kvmclock", timer->present == CHOICE_YES);
		if (strcmp(timer->name, "hypervclock") == 0 && timer->present == CHOICE_YES)
			qopt_flag(cpu, "hv-time", true);
		if (strcmp(timer->name, "tsc") == 0 && timer->frequency_hz > 0)
			qopt_addf(cpu, "tsc-frequency", "%" PRIu64, timer->frequency_hz);
		if (strcmp(timer->name, "armvtimer") == 0 && timer->tick_policy)
			qopt_flag(
				cpu, "kvm-no-adjvtime", strcmp(timer->tick_policy, "discard") == 0);
	}
}

void add_cpu_features(const struct arguments *arguments, struct text *cpu)
{
	bool x86 = arch_is_x86(arguments->plan->arch);
	const struct spec_features *features = &arguments->spec->features;

	add_timer_features(arguments, cpu);
	if (x86)
		add_choice(cpu, "kvm-pv-eoi", features->apic_eoi);
	else if (features->apic_eoi != CHOICE_UNSET)
		refuse_part(arguments->refusals, features->line, "<apic eoi=…> is for x86");
	add_hyperv(arguments, cpu);
	add_kvm(arguments, cpu);
	add_properties(arguments, cpu, FEATURE_OF_CPU);
}

static void add_irqchip(const struct arguments *arguments, struct text *machine)
{
	const struct spec_feature *ioapic = item(arguments->spec, "ioapic");

	if (!ioapic || !ioapic->value)
		return;
	if (!arch_is_x86(arguments->plan->arch))
		refuse_part(arguments->refusals, ioapic->line, "<ioapic> is for x86");
	else
		qopt_add(machine, "kernel_irqchip",
			strcmp(ioapic->value, "qemu") == 0 ? "split" : "on");
}

static void add_interrupts(const struct arguments *arguments, struct text *machine)
{
	const struct spec_feature *gic = item(arguments->spec, "gic");
	const struct spec_feature *aia = item(arguments->spec, "aia");
	enum arch arch = arguments->plan->arch;

	add_irqchip(arguments, machine);
	if (gic) {
		if (arch != ARCH_AARCH64 && arch != ARCH_ARM)
			refuse_part(arguments->refusals, gic->line, "<gic> is for Arm");
		else
			add_text(machine, "gic-version", gic->value);
	}
	if (aia && aia->value) {
		if (arch != ARCH_RISCV64)
			refuse_part(arguments->refusals, aia->line, "<aia> is for RISC-V");
		else
			qopt_add(machine, "aia", aia->value);
	}
}

static void add_hpet(const struct arguments *arguments, struct text *machine)
{
	const struct spec_clock *clock = &arguments->spec->clock;

	for (size_t i = 0; i < clock->timer_count; i++)
		if (strcmp(clock->timers[i].name, "hpet") == 0 &&
			clock->timers[i].present != CHOICE_UNSET &&
			arch_is_x86(arguments->plan->arch))
			qopt_flag(machine, "hpet", clock->timers[i].present == CHOICE_YES);
}

static void add_speaker(const struct arguments *arguments, struct text *machine)
{
	const struct spec *spec = arguments->spec;

	for (size_t i = 0; i < spec->sound_count; i++)
		if (text_equal(spec->sounds[i].model, "pcspk") &&
			arch_is_x86(arguments->plan->arch))
			qopt_addf(machine, "pcspk-audiodev", "audio%u",
				audio_of(spec, &spec->sounds[i]));
}

static void refuse_teardown(const struct arguments *arguments)
{
	const struct spec_feature *feature = item(arguments->spec, "async-teardown");

	if (feature && feature->state == CHOICE_YES)
		refuse_part(arguments->refusals, feature->line,
			"<async-teardown> starts a process, which the sandbox does not let QEMU");
}

void add_machine_features(const struct arguments *arguments, struct text *machine)
{
	const struct spec *spec = arguments->spec;

	add_properties(arguments, machine, FEATURE_OF_MACHINE);
	add_interrupts(arguments, machine);
	add_hpet(arguments, machine);
	add_speaker(arguments, machine);
	if (spec->memory.no_sharing)
		qopt_flag(machine, "mem-merge", false);
	add_text(machine, "memory-backend", memory_object(spec));
	add_text(machine, "confidential-guest-support", security_object(spec));
	if (spec->bios_serial == CHOICE_YES)
		qopt_flag(machine, "graphics", false);
	refuse_teardown(arguments);
}

static void add_ring(const struct arguments *arguments, struct text *accel)
{
	const struct spec_features *features = &arguments->spec->features;

	for (size_t i = 0; i < features->kvm_count; i++) {
		const struct spec_feature *ring = &features->kvm_items[i];

		if (strcmp(ring->name, "dirty-ring") == 0 && ring->state == CHOICE_YES)
			add_text(accel, "dirty-ring-size", ring->value);
	}
}

/* A size in bytes as MiB; refuses one that is not whole. */
static void add_mib(const struct arguments *arguments, struct text *option, const char *key,
	const struct spec_feature *feature)
{
	uint64_t bytes = 0;

	if (!feature)
		return;
	refuse_error(arguments->refusals, feature->line,
		number_parse(feature->value, 0, UINT64_MAX, &bytes));
	if (bytes % (1024 * 1024) != 0 || bytes == 0)
		refuse(arguments->refusals, feature->line, "<%s> is not in whole MiB",
			feature->name);
	qopt_addf(option, key, "%" PRIu64, bytes / (1024 * 1024));
}

void add_accel(const struct arguments *arguments)
{
	const struct spec_feature *cache = item(arguments->spec, "tb-cache");
	struct text accel = {0};

	qopt_word(&accel, arguments->plan->accel);
	if (is_kvm(arguments->plan))
		add_ring(arguments, &accel);
	else
		add_mib(arguments, &accel, "tb-size", cache);
	add_option(&arguments->plan->argv, "-accel", text_take(&accel));
}

/* Features that are options of their own. */
void add_features(const struct arguments *arguments)
{
	const struct spec_feature *segment = item(arguments->spec, "tseg");
	struct strings *argv = &arguments->plan->argv;

	if (state_of(arguments->spec, "vmcoreinfo") == CHOICE_YES)
		add_option(argv, "-device", xstrdup("vmcoreinfo"));
	if (segment && arguments->layout->board != BOARD_Q35) {
		refuse_part(arguments->refusals, segment->line, "<tseg> is for the machine 'q35'");
	} else if (segment) {
		struct text global = {0};

		qopt_add(&global, "driver", "mch");
		qopt_add(&global, "property", "extended-tseg-mbytes");
		add_mib(arguments, &global, "value", segment);
		add_option(argv, "-global", text_take(&global));
	}
}
