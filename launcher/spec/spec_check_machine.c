/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <ctype.h>
#include <string.h>

#include "spec/field.h"

/* libvirt: the topology's product is the number of vCPUs, what is not said counts one. */
static void check_topology(struct places *places, const struct spec *spec)
{
	const struct spec_cpu *cpu = &spec->cpu;
	const unsigned int parts[] = {
		cpu->sockets, cpu->dies, cpu->clusters, cpu->cores, cpu->threads};
	unsigned long long product = 1;
	bool said = false;

	for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
		said = said || parts[i] > 0;
		product *= parts[i] > 0 ? parts[i] : 1;
	}
	if (said && product != spec->vcpus)
		place_wrong(places, cpu->line,
			"<topology> has %llu CPUs, <vcpu> says %u; make them equal", product,
			spec->vcpus);
}

/* The names of QEMU's own things. In -machine a "=" would make a key of one, and -cpu has no way to
 * write a comma that belongs to a word. */
static void check_word(
	struct places *places, int line, const char *what, const char *word, const char *others)
{
	auto_free char *text = NULL;

	if (!word)
		return;
	for (const char *c = word; *c; c++) {
		if (isalnum((unsigned char)*c) || (c > word && strchr(others, *c)))
			continue;
		text = shown(word);
		place_wrong(places, line, "%s '%s': QEMU has no such name", what, text);
		return;
	}
}

static void check_words(struct places *places, const struct spec *spec)
{
	static const char names[] = "-_.+";
	static const char vendors[] = "-_.+ !\"#$%&'()*/:;<=>?@[\\]^`{|}~";
	const struct spec_cpu *cpu = &spec->cpu;
	const struct spec_features *features = &spec->features;

	check_word(places, spec->machine_line, "machine", spec->machine, names);
	check_word(places, cpu->line, "<model>", cpu->model, names);
	check_word(places, cpu->line, "vendor_id of <model>", cpu->vendor_id, vendors);
	for (size_t i = 0; i < cpu->feature_count; i++)
		check_word(
			places, cpu->features[i].line, "<feature>", cpu->features[i].name, names);
	for (size_t i = 0; i < features->hyperv_count; i++)
		if (text_equal(features->hyperv_items[i].name, "vendor_id"))
			check_word(places, features->hyperv_items[i].line,
				"<vendor_id> of <hyperv>", features->hyperv_items[i].value,
				vendors);
}

static void check_cpu(struct places *places, const struct spec *spec)
{
	const struct spec_cpu *cpu = &spec->cpu;
	bool custom = !cpu->mode || text_equal(cpu->mode, "custom");

	if (cpu->mode && custom && !cpu->model)
		place_wrong(places, cpu->line, "<cpu mode='custom'> without a <model>");
	if (!custom && cpu->model)
		place_unsupported(places, cpu->line,
			"<cpu mode='%s'> with <model> '%s'; a model goes with mode='custom'",
			cpu->mode, cpu->model);
	if (cpu->vendor_id && strlen(cpu->vendor_id) != strlen("GenuineIntel"))
		place_wrong(places, cpu->line, "vendor_id of <model> must have 12 characters");
	if (text_equal(cpu->maxphysaddr_mode, "passthrough") && cpu->maxphysaddr_bits > 0)
		place_wrong(places, cpu->line,
			"bits of <maxphysaddr> with mode='passthrough'; write limit=");
}

/* "0-3,^2,8": numbers and ranges, "^" takes one away. */
static bool cpu_set_is_good(const char *set)
{
	const char *c = set;

	while (*c) {
		c += strspn(c, " ");
		if (*c == '^')
			c++;
		for (int bound = 0; bound < 2; bound++) {
			if (!isdigit((unsigned char)*c))
				return false;
			c += strspn(c, "0123456789");
			if (*c != '-' || bound == 1)
				break;
			c++;
		}
		c += strspn(c, " ");
		if (*c == '\0')
			return true;
		if (*c++ != ',')
			return false;
	}
	return false;
}

static void check_cpu_set(struct places *places, int line, const char *set)
{
	auto_free char *text = NULL;

	if (!set || cpu_set_is_good(set))
		return;
	text = shown(set);
	place_wrong(places, line, "'%s' is not a set of CPUs such as '0-3,8,^2'", text);
}

static void check_pins(struct places *places, const struct spec *spec)
{
	const struct spec_threads *threads = &spec->threads;

	check_cpu_set(places, threads->cpus_line, threads->cpus);
	check_cpu_set(places, threads->emulator_line, threads->emulator_cpus);
	for (size_t i = 0; i < threads->pin_count; i++) {
		const struct spec_pin *pin = &threads->pins[i];

		check_cpu_set(places, pin->line, pin->cpus);
		if (!pin->iothread && pin->id >= spec->vcpus)
			place_unsupported(places, pin->line,
				"<vcpupin> for vCPU %u, the last one is %u", pin->id,
				spec->vcpus - 1);
		for (size_t j = 0; j < i; j++)
			if (threads->pins[j].iothread == pin->iothread &&
				threads->pins[j].id == pin->id)
				place_wrong(places, pin->line,
					"%s %u has its CPUs from line %d already",
					pin->iothread ? "I/O thread" : "vCPU", pin->id,
					threads->pins[j].line);
	}
	for (size_t i = 0; i < spec->memory.page_count; i++)
		check_cpu_set(places, spec->memory.pages[i].line, spec->memory.pages[i].nodes);
	for (size_t i = 0; i < spec->memory.cell_count; i++)
		check_cpu_set(places, spec->memory.cells[i].line, spec->memory.cells[i].cpus);
}

static void check_clock(struct places *places, const struct spec_clock *clock)
{
	if (text_equal(clock->offset, "timezone") != (clock->timezone != NULL))
		place_wrong(places, clock->line,
			"<clock> needs offset='timezone' and timezone= together");
	if (text_equal(clock->offset, "absolute") && clock->start_s == 0)
		place_wrong(places, clock->line, "<clock offset='absolute'> without start=");
	for (size_t i = 0; i < clock->timer_count; i++)
		for (size_t j = 0; j < i; j++)
			if (text_equal(clock->timers[i].name, clock->timers[j].name))
				place_wrong(places, clock->timers[i].line,
					"second <timer name='%s'>, the first is in line %d",
					clock->timers[i].name, clock->timers[j].line);
}

static void check_memory(struct places *places, const struct spec_memory *memory)
{
	if (memory->hugepages && text_equal(memory->source, "file"))
		place_wrong(places, memory->line,
			"<hugepages> and <source type='file'>; huge pages are memory, not a file "
			"of one's own");
	if (memory->hugepages && text_equal(memory->allocation, "ondemand"))
		place_wrong(places, memory->line,
			"<hugepages> are taken at start; <allocation mode='ondemand'> contradicts "
			"that");
}

void check_machine(struct places *places, const struct spec *spec)
{
	check_topology(places, spec);
	check_cpu(places, spec);
	check_words(places, spec);
	check_pins(places, spec);
	check_clock(places, &spec->clock);
	check_memory(places, &spec->memory);
	if (text_equal(spec->smbios.mode, "sysinfo") && spec->smbios.table_count == 0)
		place_wrong(places, spec->smbios.line,
			"<smbios mode='sysinfo'> without <sysinfo type='smbios'>");
}
