/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <stdlib.h>

#include "spec/field.h"
#include "spec/node.h"

static const struct field clock_fields[] = {
	FIELD_LINE("", struct spec_clock, line),
	FIELD("@offset", struct spec_clock, offset),
	FIELD("@timezone", struct spec_clock, timezone),
	FIELD("@adjustment", struct spec_clock, adjustment),
	FIELD("@basis", struct spec_clock, basis),
	FIELD("@start", struct spec_clock, start_s),
};

static const struct field timer_fields[] = {
	FIELD_LINE("", struct spec_timer, line),
	FIELD("@name", struct spec_timer, name),
	FIELD_CHOICE("@present", struct spec_timer, present),
	FIELD("@tickpolicy", struct spec_timer, tick_policy),
	FIELD("@track", struct spec_timer, track),
	FIELD("@frequency", struct spec_timer, frequency_hz),
};

static const struct field event_fields[] = {
	FIELD("on_poweroff", struct spec_events, on_poweroff),
	FIELD_LINE("on_poweroff", struct spec_events, poweroff_line),
	FIELD("on_reboot", struct spec_events, on_reboot),
	FIELD_LINE("on_reboot", struct spec_events, reboot_line),
	FIELD("on_crash", struct spec_events, on_crash),
	FIELD_LINE("on_crash", struct spec_events, crash_line),
};

void read_clock(struct places *places, xmlNode *domain, struct spec *spec)
{
	xmlNode *clock = element_child(domain, "clock");

	FIELDS_READ(places, domain, event_fields, &spec->events);
	FIELDS_READ(places, clock, clock_fields, &spec->clock);
	for (xmlNode *timer = element_child(clock, "timer"); timer; timer = element_next(timer)) {
		struct spec_timer *record =
			array_push(&spec->clock.timers, &spec->clock.timer_count, sizeof(*record));

		FIELDS_READ(places, timer, timer_fields, record);
		if (!record->name)
			report_missing(places, timer, "attribute 'name'");
	}
}

void clear_clock(struct spec *spec)
{
	FIELDS_CLEAR(event_fields, &spec->events);
	FIELDS_CLEAR(clock_fields, &spec->clock);
	for (size_t i = 0; i < spec->clock.timer_count; i++)
		FIELDS_CLEAR(timer_fields, &spec->clock.timers[i]);
	free(spec->clock.timers);
}
