/* SPDX-License-Identifier: MIT */
/*
 * Time, power and what happens when a guest ends: -rtc, timers, ACPI sleep states, -action, -boot.
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

static const struct spec_timer *timer(const struct spec *spec, const char *name)
{
	for (size_t i = 0; i < spec->clock.timer_count; i++)
		if (strcmp(spec->clock.timers[i].name, name) == 0)
			return &spec->clock.timers[i];
	return NULL;
}

#define DAY_SECONDS 86400
#define LAST_SECOND 253402300799u /* of the year 9999 */

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* The days of a date are counted here: gmtime(3) reads the host's time zone on its way. */
static void add_date(struct text *option, int64_t seconds)
{
	static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t rest = seconds > 0 ? seconds % DAY_SECONDS : 0;
	int64_t day = seconds > 0 ? seconds / DAY_SECONDS : 0;
	int64_t year = 1970;
	int month = 0;

	for (; day >= (is_leap(year) ? 366 : 365); year++)
		day -= is_leap(year) ? 366 : 365;
	for (; day >= month_days[month] + (month == 1 && is_leap(year)); month++)
		day -= month_days[month] + (month == 1 && is_leap(year));
	qopt_addf(option, "base", "%04d-%02d-%02dT%02d:%02d:%02d", (int)year, month + 1,
		(int)day + 1, (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
}

/* Seconds that the guest's clock is beside the basis; "reset" forgets what was before. */
static int64_t adjustment(const struct arguments *arguments)
{
	const struct spec_clock *clock = &arguments->spec->clock;
	const char *text = clock->adjustment;
	uint64_t seconds = 0;
	bool back = text && text[0] == '-';

	if (!text || strcmp(text, "reset") == 0)
		return 0;
	refuse_error(arguments->refusals, clock->line,
		error_while(number_parse(back ? text + 1 : text, 0, INT32_MAX, &seconds),
			"adjustment= of <clock>"));
	return back ? -(int64_t)seconds : (int64_t)seconds;
}

/* libvirt, qemuBuildClockArgStr: variable is now, adjusted, as a date. */
static void add_base(const struct arguments *arguments, struct text *option)
{
	const struct spec_clock *clock = &arguments->spec->clock;
	const struct plan_options *options = arguments->options;
	const char *offset = clock->offset ? clock->offset : "utc";
	int64_t beside = adjustment(arguments);
	bool local = strcmp(offset, "localtime") == 0 || text_equal(clock->basis, "localtime");

	if (strcmp(offset, "absolute") == 0 && clock->start_s > LAST_SECOND) {
		refuse(arguments->refusals, clock->line,
			"start= of <clock> is after the year 9999");
	} else if (strcmp(offset, "absolute") == 0) {
		add_date(option, (int64_t)clock->start_s);
	} else if (strcmp(offset, "timezone") == 0) {
		qopt_add(option, "base", "localtime");
		strings_addf(&arguments->plan->environment, "TZ=%s", clock->timezone);
		if (beside != 0)
			refuse_part(arguments->refusals, clock->line,
				"adjustment= with offset='timezone'");
	} else if (beside != 0 || strcmp(offset, "variable") == 0) {
		arguments->plan->of_this_moment = true;
		add_date(option, options->now_s + beside + (local ? options->local_ahead_s : 0));
	} else {
		qopt_add(option, "base", offset);
	}
}

struct track_word {
	const char *track, *clock;
};

static const struct track_word track_words[] = {{"guest", "vm"}, {"wall", "host"}, {"boot", "rt"}};

static void add_rtc_timer(const struct arguments *arguments, struct text *option)
{
	const struct spec_timer *rtc = timer(arguments->spec, "rtc");
	const char *policy = rtc ? rtc->tick_policy : NULL;

	for (size_t i = 0; rtc && rtc->track && i < ARRAY_COUNT(track_words); i++)
		if (strcmp(track_words[i].track, rtc->track) == 0)
			qopt_add(option, "clock", track_words[i].clock);
	if (!policy)
		return;
	if (strcmp(policy, "catchup") == 0 && arch_is_x86(arguments->plan->arch))
		qopt_add(option, "driftfix", "slew");
	else if (strcmp(policy, "delay") != 0 && strcmp(policy, "catchup") != 0)
		refuse_part(arguments->refusals, rtc->line,
			"<timer name='rtc' tickpolicy='%s'>; QEMU has 'delay' and 'catchup'",
			policy);
}

/* Only KVM's own interval timer has a policy; QEMU's catches up (libvirt, "pit"). */
static void add_pit(const struct arguments *arguments)
{
	const struct spec_timer *pit = timer(arguments->spec, "pit");
	const char *policy = pit ? pit->tick_policy : NULL;

	if (pit && pit->present == CHOICE_NO)
		refuse_part(arguments->refusals, pit->line,
			"<timer name='pit' present='no'>; the board has one");
	if (!policy || !arch_is_x86(arguments->plan->arch))
		return;
	if (strcmp(policy, "delay") == 0 || strcmp(policy, "discard") == 0)
		add_option(&arguments->plan->argv, "-global",
			xasprintf("kvm-pit.lost_tick_policy=%s", policy));
	else if (strcmp(policy, "merge") == 0)
		refuse_part(
			arguments->refusals, pit->line, "<timer name='pit' tickpolicy='merge'>");
}

/* What a timer's element says and the timer has no use for. */
static void check_timer(const struct arguments *arguments, const struct spec_timer *timer)
{
	bool rtc = strcmp(timer->name, "rtc") == 0;
	bool pit = strcmp(timer->name, "pit") == 0;
	bool tsc = strcmp(timer->name, "tsc") == 0;
	bool arm = strcmp(timer->name, "armvtimer") == 0;
	bool x86 = arch_is_x86(arguments->plan->arch);
	auto_free char *what = xasprintf("<timer name='%s'>", timer->name);
	const struct said_part parts[] = {
		{"track=", timer->track != NULL, rtc},
		{"frequency=", timer->frequency_hz > 0, tsc},
		{"tickpolicy=", timer->tick_policy != NULL, rtc || pit || arm},
		{"present='no'", timer->present == CHOICE_NO, !rtc && !tsc && !arm},
	};

	refuse_useless(arguments, timer->line, what, parts, ARRAY_COUNT(parts));
	if ((strcmp(timer->name, "hypervclock") == 0 || strcmp(timer->name, "kvmclock") == 0 ||
		    tsc) &&
		!x86 && timer->present != CHOICE_NO)
		refuse_part(arguments->refusals, timer->line, "%s is for x86", what);
	if (arm && x86)
		refuse_part(arguments->refusals, timer->line, "%s is for Arm", what);
}

void add_clock(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;
	struct text rtc = {0};

	for (size_t i = 0; i < spec->clock.timer_count; i++)
		check_timer(arguments, &spec->clock.timers[i]);
	add_base(arguments, &rtc);
	add_rtc_timer(arguments, &rtc);
	add_option(&arguments->plan->argv, "-rtc", text_take(&rtc));
	add_pit(arguments);
}

static void add_sleep(const struct arguments *arguments, const char *property, enum choice enabled)
{
	const char *driver = arguments->layout->board == BOARD_Q35      ? "ICH9-LPC"
			     : arguments->layout->board == BOARD_I440FX ? "PIIX4_PM"
									: NULL;

	if (enabled == CHOICE_UNSET)
		return;
	if (driver)
		add_option(&arguments->plan->argv, "-global",
			xasprintf("%s.%s=%d", driver, property, enabled == CHOICE_NO));
	else if (enabled == CHOICE_YES)
		refuse_part(arguments->refusals, arguments->spec->firmware.line,
			"<pm>: this machine has no sleep states");
}

/* pvpanic, or Hyper-V's: nothing else tells QEMU of a crash. */
static bool tells_of_crash(const struct spec *spec)
{
	return spec->panic_count > 0;
}

static void add_crash(const struct arguments *arguments, struct text *action)
{
	const struct spec_events *events = &arguments->spec->events;
	const char *word = events->on_crash;

	if (!word || !tells_of_crash(arguments->spec))
		return;
	if (strcmp(word, "preserve") == 0)
		qopt_add(action, "panic", "pause");
	else if (strcmp(word, "destroy") == 0)
		qopt_add(action, "panic", "shutdown");
	else
		refuse_part(arguments->refusals, events->crash_line,
			"<on_crash>%s</on_crash> with a <panic> device: QEMU can end or pause a "
			"guest that crashed; write 'destroy' or 'preserve'",
			word);
}

/* QEMU qapi/run-state.json, set-action; a watched VM's are the watcher's. */
static void add_events(const struct arguments *arguments)
{
	const struct spec_events *events = &arguments->spec->events;
	struct text action = {0};

	if (text_equal(events->on_poweroff, "preserve"))
		qopt_add(&action, "shutdown", "pause");
	if (text_equal(events->on_reboot, "destroy"))
		qopt_add(&action, "reboot", "shutdown");
	add_crash(arguments, &action);
	if (action.length > 0)
		add_option(&arguments->plan->argv, "-action", text_take(&action));
	text_clear(&action);
}

void add_power(const struct arguments *arguments)
{
	const struct spec_firmware *firmware = &arguments->spec->firmware;

	add_sleep(arguments, "disable_s3", firmware->suspend_to_mem);
	add_sleep(arguments, "disable_s4", firmware->suspend_to_disk);
	add_events(arguments);
}

void add_boot(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;
	struct text boot = {0};

	if (spec->boot_menu != CHOICE_UNSET)
		qopt_flag(&boot, "menu", spec->boot_menu == CHOICE_YES);
	if (spec->bios_reboot_timeout_ms > -2)
		qopt_addf(&boot, "reboot-timeout", "%d", spec->bios_reboot_timeout_ms);
	if (spec->boot_menu_timeout_ms > 0)
		qopt_addf(&boot, "splash-time", "%u", spec->boot_menu_timeout_ms);
	qopt_flag(&boot, "strict", true);
	add_option(&arguments->plan->argv, "-boot", text_take(&boot));
	if (spec->bios_serial == CHOICE_YES && spec->serial_count == 0 && spec->console_count == 0)
		refuse(arguments->refusals, spec->firmware.line,
			"<bios useserial='yes'> without a <serial>");
	if (spec->bios_serial == CHOICE_YES && !arch_is_x86(arguments->plan->arch))
		refuse_part(arguments->refusals, spec->firmware.line,
			"<bios useserial='yes'> is for x86");
}
