/* SPDX-License-Identifier: MIT */
/* plan/arguments_cpu: model, features, topology. */
#include <string.h>

#include "made_up.h"
#include "plan/arguments.h"

static struct spec_cpu *cpu_of(struct made_up *made)
{
	made->spec.firmware.kind = SPEC_FIRMWARE_UNSET;
	made->host.kvm.asked = true;
	made->host.kvm.usable = true;
	return &made->spec.cpu;
}

static void assert_cpu(struct made_up *made, const char *wanted)
{
	const char *got = argument_of(planned(made), "-cpu");

	if (!wanted)
		assert_null(got);
	else
		assert_string_equal(got ? got : "(none)", wanted);
}

static void without_a_cpu_the_model_is_libvirts(void **state)
{
	struct made_up *made = *state;

	cpu_of(made);
	assert_cpu(made, "qemu64");
	made->spec.arch = ARCH_I386;
	assert_cpu(made, "qemu32");
	made_virt(made, ARCH_RISCV64);
	assert_cpu(made, NULL);
}

/* QEMU's default for virt, cortex-a15, runs no 64-bit guest */
static void aarch64_has_a_64_bit_model(void **state)
{
	struct made_up *made = *state;

	cpu_of(made);
	made_virt(made, ARCH_AARCH64);
	assert_cpu(made, "max");
	made->options.accel = ACCEL_OPTION_KVM;
	assert_cpu(made, "host");
}

/* "CPU model 'host' requires KVM": a fall-back to TCG must not end there */
static void host_models_are_max_under_tcg(void **state)
{
	static const char *const modes[] = {"host-passthrough", "host-model"};
	struct made_up *made = *state;

	for (size_t i = 0; i < ARRAY_COUNT(modes); i++) {
		cpu_of(made)->mode = made_text(made, modes[i]);
		made->options.accel = ACCEL_OPTION_TCG;
		assert_cpu(made, "max");
		made->options.accel = ACCEL_OPTION_KVM;
		assert_cpu(made, "host,migratable=on");
	}
}

static void maximum_is_max(void **state)
{
	struct made_up *made = *state;

	cpu_of(made)->mode = made_text(made, "maximum");
	assert_cpu(made, "max");
	made->options.accel = ACCEL_OPTION_KVM;
	assert_cpu(made, "max");
}

static void a_custom_model_is_qemus_name(void **state)
{
	struct made_up *made = *state;
	struct spec_cpu *cpu = cpu_of(made);

	cpu->mode = made_text(made, "custom");
	cpu->model = made_text(made, "Skylake-Client");
	assert_cpu(made, "Skylake-Client");
}

static void policies_turn_features_on_and_off(void **state)
{
	static const char *const policies[] = {"force", "require", "optional", "disable", "forbid"};
	struct made_up *made = *state;
	struct spec_cpu *cpu = cpu_of(made);

	cpu->features = made_memory(made, 6, sizeof(*cpu->features));
	for (size_t i = 0; i < ARRAY_COUNT(policies); i++) {
		cpu->features[i].name = made_text(made, policies[i]);
		cpu->features[i].policy = made_text(made, policies[i]);
	}
	cpu->features[5].name = made_text(made, "unsaid");
	cpu->feature_count = 6;
	assert_cpu(made, "qemu64,force=on,require=on,disable=off,forbid=off,unsaid=on");
}

static void without_a_topology_each_vcpu_is_a_socket(void **state)
{
	struct made_up *made = *state;

	cpu_of(made);
	made->spec.vcpus = 4;
	assert_string_equal(
		argument_of(planned(made), "-smp"), "cpus=4,sockets=4,cores=1,threads=1");
}

static void a_topology_is_passed_as_it_is(void **state)
{
	struct made_up *made = *state;
	struct spec_cpu *cpu = cpu_of(made);

	made->spec.vcpus = 8;
	cpu->sockets = 1;
	cpu->dies = 1;
	cpu->clusters = 1;
	cpu->cores = 4;
	cpu->threads = 2;
	assert_string_equal(
		argument_of(planned(made), "-smp"), "cpus=8,sockets=1,cores=4,threads=2");
	cpu->dies = 2;
	cpu->clusters = 2;
	cpu->cores = 1;
	assert_string_equal(argument_of(planned(made), "-smp"),
		"cpus=8,sockets=1,dies=2,clusters=2,cores=1,threads=2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(without_a_cpu_the_model_is_libvirts),
		MADE_UP(aarch64_has_a_64_bit_model),
		MADE_UP(host_models_are_max_under_tcg),
		MADE_UP(maximum_is_max),
		MADE_UP(a_custom_model_is_qemus_name),
		MADE_UP(policies_turn_features_on_and_off),
		MADE_UP(without_a_topology_each_vcpu_is_a_socket),
		MADE_UP(a_topology_is_passed_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
