/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <stdlib.h>

#include "spec/field.h"
#include "spec/node.h"

static const struct field fields[] = {
	FIELD("vcpu@cpuset", struct spec_threads, cpus),
	FIELD("cputune/emulatorpin@cpuset", struct spec_threads, emulator_cpus),
	FIELD_LINE("cputune/emulatorpin", struct spec_threads, emulator_line),
	FIELD("iothreads", struct spec_threads, iothreads),
	FIELD_LINE("iothreads", struct spec_threads, iothreads_line),
};

static const struct field vcpu_pin_fields[] = {
	FIELD_LINE("", struct spec_pin, line),
	FIELD("@vcpu", struct spec_pin, id),
	FIELD("@cpuset", struct spec_pin, cpus),
};

static const struct field iothread_pin_fields[] = {
	FIELD_LINE("", struct spec_pin, line),
	FIELD("@iothread", struct spec_pin, id),
	FIELD("@cpuset", struct spec_pin, cpus),
};

static const struct field iothread_fields[] = {
	FIELD_LINE("", struct spec_iothread, line),
	FIELD("@id", struct spec_iothread, id),
	FIELD("@thread_pool_min", struct spec_iothread, pool_least),
	FIELD("@thread_pool_max", struct spec_iothread, pool_most),
};

static struct spec_pin *read_pin(struct places *places, xmlNode *pin, struct spec_threads *threads)
{
	struct spec_pin *record = array_push(&threads->pins, &threads->pin_count, sizeof(*record));

	FIELDS_READ(places, pin, vcpu_pin_fields, record);
	FIELDS_READ(places, pin, iothread_pin_fields, record);
	if (!record->cpus)
		report_missing(places, pin, "attribute 'cpuset'");
	return record;
}

void read_threads(struct places *places, xmlNode *domain, struct spec *spec)
{
	struct spec_threads *threads = &spec->threads;
	xmlNode *tune = element_child(domain, "cputune");

	FIELDS_READ(places, domain, fields, threads);
	attribute_is(element_child(domain, "vcpu"), "placement", "static");
	threads->cpus_line = threads->cpus ? spec->vcpus_line : 0;
	for (xmlNode *pin = element_child(tune, "vcpupin"); pin; pin = element_next(pin))
		read_pin(places, pin, threads)->iothread = false;
	for (xmlNode *pin = element_child(tune, "iothreadpin"); pin; pin = element_next(pin))
		read_pin(places, pin, threads)->iothread = true;
	for (xmlNode *thread = element_at(domain, "iothreadids/iothread"); thread;
		thread = element_next(thread)) {
		struct spec_iothread *record = array_push(
			&threads->iothread_ids, &threads->iothread_id_count, sizeof(*record));

		record->pool_least = -1;
		record->pool_most = -1;
		FIELDS_READ(places, thread, iothread_fields, record);
		if (record->id == 0)
			report_missing(places, thread, "attribute 'id'");
	}
}

void clear_threads(struct spec *spec)
{
	struct spec_threads *threads = &spec->threads;

	FIELDS_CLEAR(fields, threads);
	for (size_t i = 0; i < threads->pin_count; i++)
		FIELDS_CLEAR(vcpu_pin_fields, &threads->pins[i]);
	free(threads->pins);
	free(threads->iothread_ids);
}
