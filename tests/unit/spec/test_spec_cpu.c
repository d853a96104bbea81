/* SPDX-License-Identifier: MIT */
/* spec/spec_cpu, spec_threads, spec_clock: processors, where they run, what time it is. */
#include "unit/spec/reading.h"

static void a_cpu_is_read(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH("<vcpu>8</vcpu>\n<cpu mode='custom' match='exact' check='full'>"
			   "<model fallback='forbid' vendor_id='GenuineIntel'>Nehalem</model>"
			   "<topology sockets='1' dies='2' clusters='1' cores='2' threads='2'/>"
			   "<feature policy='require' name='vmx'/><feature name='hle'/></cpu>"));
	const struct spec_cpu *cpu = &spec->cpu;

	(void)state;
	assert_int_equal(cpu->line, 3);
	assert_string_equal(cpu->mode, "custom");
	assert_string_equal(cpu->model, "Nehalem");
	assert_string_equal(cpu->check, "full");
	assert_string_equal(cpu->vendor_id, "GenuineIntel");
	assert_int_equal(cpu->dies, 2);
	assert_int_equal(cpu->clusters, 1);
	assert_int_equal(cpu->threads, 2);
	assert_int_equal(cpu->feature_count, 2);
	assert_string_equal(cpu->features[0].name, "vmx");
	assert_string_equal(cpu->features[0].policy, "require");
	assert_null(cpu->features[1].policy);
}

static void a_model_alone_is_custom(void **state)
{
	auto_spec struct spec *spec = reads(WITH("<cpu><model>qemu64</model></cpu>"));

	(void)state;
	assert_null(spec->cpu.mode);
	assert_string_equal(spec->cpu.model, "qemu64");
}

/* Vagrant's host-model */
static void an_empty_model_is_none(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH("<cpu mode='host-model'><model fallback='allow'></model></cpu>"));

	(void)state;
	assert_null(spec->cpu.model);
}

static void threads_have_their_cpus(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH("<vcpu cpuset='0-3,^2'>2</vcpu><iothreads>2</iothreads><iothreadids>"
			   "<iothread id='4' thread_pool_max='8'/></iothreadids><cputune>"
			   "<vcpupin vcpu='1' cpuset='1'/><emulatorpin cpuset='3'/>"
			   "<iothreadpin iothread='4' cpuset='0,1'/></cputune>"));
	const struct spec_threads *threads = &spec->threads;

	(void)state;
	assert_string_equal(threads->cpus, "0-3,^2");
	assert_string_equal(threads->emulator_cpus, "3");
	assert_int_equal(threads->iothreads, 2);
	assert_int_equal(threads->iothread_id_count, 1);
	assert_int_equal(threads->iothread_ids[0].id, 4);
	assert_int_equal(threads->iothread_ids[0].pool_least, -1);
	assert_int_equal(threads->iothread_ids[0].pool_most, 8);
	assert_int_equal(threads->pin_count, 2);
	assert_false(threads->pins[0].iothread);
	assert_int_equal(threads->pins[0].id, 1);
	assert_true(threads->pins[1].iothread);
	assert_int_equal(threads->pins[1].id, 4);
	assert_string_equal(threads->pins[1].cpus, "0,1");
}

static void cpu_sets_are_checked(void **state)
{
	static const char *const bad[] = {"", "x", "0,", ",0", "0--1", "1-2-3", "0;1", "^"};

	(void)state;
	for (size_t i = 1; i < ARRAY_COUNT(bad); i++) {
		auto_free char *text = xasprintf(
			"%s%s<vcpu cpuset='%s'>1</vcpu></domain>", DOMAIN_BEGIN, DOMAIN_OS, bad[i]);
		auto_error struct error *error = refuses(text);

		assert_non_null(strstr(error->text, "is not a set of CPUs"));
	}
}

static void a_clock_is_read(void **state)
{
	auto_spec struct spec *spec = reads(
		WITH("<clock offset='variable' adjustment='-3600' basis='localtime'>"
		     "<timer name='rtc' tickpolicy='catchup' track='guest'/>"
		     "<timer name='hpet' present='no'/><timer name='tsc' frequency='5000000000'/>"
		     "</clock>"));
	const struct spec_clock *clock = &spec->clock;

	(void)state;
	assert_string_equal(clock->offset, "variable");
	assert_string_equal(clock->adjustment, "-3600");
	assert_string_equal(clock->basis, "localtime");
	assert_int_equal(clock->timer_count, 3);
	assert_string_equal(clock->timers[0].tick_policy, "catchup");
	assert_string_equal(clock->timers[0].track, "guest");
	assert_int_equal(clock->timers[0].present, CHOICE_UNSET);
	assert_int_equal(clock->timers[1].present, CHOICE_NO);
	assert_int_equal(clock->timers[2].frequency_hz, 5000000000);
}

static void events_are_read(void **state)
{
	auto_spec struct spec *spec =
		reads(WITH("<on_poweroff>preserve</on_poweroff>\n<on_reboot>destroy</on_reboot>\n"
			   "<on_crash>coredump-destroy</on_crash>"));

	(void)state;
	assert_string_equal(spec->events.on_poweroff, "preserve");
	assert_string_equal(spec->events.on_reboot, "destroy");
	assert_string_equal(spec->events.on_crash, "coredump-destroy");
	assert_int_equal(spec->events.poweroff_line, 2);
	assert_int_equal(spec->events.reboot_line, 3);
	assert_int_equal(spec->events.crash_line, 4);
}

static void an_unknown_timer_is_left_out_leniently(void **state)
{
	static const char text[] = WITH("<clock offset='utc'><timer name='sundial'/></clock>");
	auto_spec struct spec *spec = NULL;
	auto_error struct error *error = spec_read_xml(text, strlen(text), "vm.xml", true, &spec);

	(void)state;
	assert_null(error);
	assert_int_equal(spec->clock.timer_count, 0);
	assert_int_equal(spec->notes.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cpu_is_read),
		cmocka_unit_test(a_model_alone_is_custom),
		cmocka_unit_test(an_empty_model_is_none),
		cmocka_unit_test(threads_have_their_cpus),
		cmocka_unit_test(cpu_sets_are_checked),
		cmocka_unit_test(a_clock_is_read),
		cmocka_unit_test(events_are_read),
		cmocka_unit_test(an_unknown_timer_is_left_out_leniently),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
