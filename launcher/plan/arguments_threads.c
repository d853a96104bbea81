/* SPDX-License-Identifier: MIT */
/*
 * I/O threads, and the host's CPUs: all of QEMU's threads inherit those that QEMU is started on,
 * and single ones cannot be given others without somebody who asks QEMU for their numbers.
 */
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/cpu_set.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "spec/spec.h"

static bool is_listed(const struct spec_threads *threads, unsigned int id)
{
	for (size_t i = 0; i < threads->iothread_id_count; i++)
		if (threads->iothread_ids[i].id == id)
			return true;
	return false;
}

/* libvirt: what <iothreadids> leaves open is numbered from 1. */
static unsigned int unlisted_count(const struct spec_threads *threads)
{
	return threads->iothreads > threads->iothread_id_count
		       ? threads->iothreads - (unsigned int)threads->iothread_id_count
		       : 0;
}

static void add_listed(const struct arguments *arguments, const struct spec_iothread *thread)
{
	struct text option = {0};

	qopt_word(&option, "iothread");
	qopt_addf(&option, "id", "iothread%u", thread->id);
	if (thread->pool_least >= 0)
		qopt_addf(&option, "thread-pool-min", "%d", thread->pool_least);
	if (thread->pool_most >= 0)
		qopt_addf(&option, "thread-pool-max", "%d", thread->pool_most);
	add_option(&arguments->plan->argv, "-object", text_take(&option));
}

/* More would be a mistake: libvirt's own limit on devices is below it. */
#define MOST_IOTHREADS 1024

static void add_iothreads(const struct arguments *arguments)
{
	const struct spec_threads *threads = &arguments->spec->threads;
	unsigned int count = unlisted_count(threads);

	if (threads->iothreads > MOST_IOTHREADS) {
		refuse(arguments->refusals, threads->iothreads_line,
			"%u <iothreads> are too many; 1024 is the most", threads->iothreads);
		return;
	}
	for (size_t i = 0; i < threads->iothread_id_count; i++)
		add_listed(arguments, &threads->iothread_ids[i]);
	for (unsigned int id = 1; count > 0; id++) {
		if (is_listed(threads, id))
			continue;
		add_option(
			&arguments->plan->argv, "-object", xasprintf("iothread,id=iothread%u", id));
		count--;
	}
}

void add_iothread(struct text *option, unsigned int id)
{
	if (id > 0)
		qopt_addf(option, "iothread", "iothread%u", id);
}

/* A set for one thread that is the set of all needs nothing. */
static void add_pins(const struct arguments *arguments, const char *all)
{
	const struct spec_threads *threads = &arguments->spec->threads;

	for (size_t i = 0; i < threads->pin_count; i++)
		if (!text_equal(threads->pins[i].cpus, all))
			refuse_part(arguments->refusals, threads->pins[i].line,
				"<%s> for thread %u alone is not supported; <vcpu cpuset=…> or "
				"<emulatorpin> says the CPUs of all",
				threads->pins[i].iothread ? "iothreadpin" : "vcpupin",
				threads->pins[i].id);
}

static void take_cpus(struct plan *plan, const char *set)
{
	for (unsigned int cpu = 0; set && cpu < CPU_SET_MOST; cpu++)
		if (cpu_set_has(set, cpu))
			*(unsigned int *)array_push(
				&plan->cpus, &plan->cpu_count, sizeof(*plan->cpus)) = cpu;
}

void add_threads(const struct arguments *arguments)
{
	const struct spec_threads *threads = &arguments->spec->threads;
	const char *all = threads->cpus ? threads->cpus : threads->emulator_cpus;

	if (threads->cpus && threads->emulator_cpus &&
		strcmp(threads->cpus, threads->emulator_cpus) != 0)
		refuse_part(arguments->refusals, threads->emulator_line,
			"<emulatorpin> with other CPUs than <vcpu cpuset=…> is not supported; "
			"make them equal");
	take_cpus(arguments->plan, all);
	if (all && arguments->plan->cpu_count == 0)
		refuse(arguments->refusals,
			threads->cpus ? threads->cpus_line : threads->emulator_line,
			"the set of CPUs '%s' is empty", all);
	add_pins(arguments, all);
	add_iothreads(arguments);
}
