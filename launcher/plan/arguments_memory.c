/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/qopt.h"
#include "plan/arguments.h"
#include "plan/cage.h"
#include "plan/cpu_set.h"
#include "plan/device.h"
#include "plan/plan.h"
#include "plan/refusals.h"
#include "plan/runtime.h"
#include "spec/spec.h"

/* One piece of the guest's memory: all of it, or a NUMA cell's. */
struct piece {
	const char *id;
	uint64_t size_bytes;
	const char *access;
	enum choice discard;
	uint64_t page_bytes; /* huge pages of this size; 0: the host's default, if huge */
	bool huge;
};

static bool is_shared(const char *access)
{
	return text_equal(access, "shared");
}

/* Whether QEMU's own way to get memory will do. */
static bool is_plain(const struct spec_memory *memory)
{
	return !memory->hugepages && !memory->discard && !is_shared(memory->access) &&
	       (!memory->source || strcmp(memory->source, "anonymous") == 0) &&
	       !text_equal(memory->allocation, "immediate");
}

const char *memory_object(const struct spec *spec)
{
	if (spec->memory.cell_count > 0 || is_plain(&spec->memory))
		return NULL;
	return "memory";
}

/* A memfd for huge pages and for what is shared; a file where that is asked for. */
static const char *backend_type(const struct spec_memory *memory, const struct piece *piece)
{
	if (text_equal(memory->source, "file"))
		return "memory-backend-file";
	if (piece->huge || is_shared(piece->access) || text_equal(memory->source, "memfd"))
		return "memory-backend-memfd";
	return "memory-backend-ram";
}

static void add_kind(struct text *option, const struct arguments *arguments, const char *type,
	const struct piece *piece)
{
	struct plan *plan = arguments->plan;

	if (strcmp(type, "memory-backend-file") == 0) {
		/* a directory: QEMU makes a file without a name in it */
		qopt_add(option, "mem-path", runtime_directory(arguments));
		cage_directory(plan, runtime_directory(arguments), true);
		cage_policy(plan, "hugepages");
	} else if (strcmp(type, "memory-backend-memfd") == 0) {
		cage_policy(plan, "memfd");
	}
	if (!piece->huge)
		return;
	qopt_flag(option, "hugetlb", true);
	if (piece->page_bytes > 0)
		qopt_addf(option, "hugetlbsize", "%" PRIu64, piece->page_bytes);
}

static void add_piece(const struct arguments *arguments, const struct piece *piece)
{
	const struct spec_memory *memory = &arguments->spec->memory;
	const char *type = backend_type(memory, piece);
	bool now = piece->huge || text_equal(memory->allocation, "immediate");
	struct text option = {0};

	qopt_word(&option, type);
	qopt_add(&option, "id", piece->id);
	qopt_addf(&option, "size", "%" PRIu64, piece->size_bytes);
	add_kind(&option, arguments, type, piece);
	if (piece->access)
		qopt_flag(&option, "share", is_shared(piece->access));
	if (now)
		qopt_flag(&option, "prealloc", true);
	add_number(&option, "prealloc-threads", memory->allocation_threads);
	if (strcmp(type, "memory-backend-file") == 0 &&
		(memory->discard || piece->discard == CHOICE_YES))
		qopt_flag(&option, "discard-data", true);
	add_option(&arguments->plan->argv, "-object", text_take(&option));
}

/* libvirt writes KiB and QEMU reads them so; both round up. */
static uint64_t whole_kib(uint64_t bytes)
{
	return (bytes + 1023) / 1024;
}

/* The page size for a cell: one that names it, else one that names none. */
static const struct spec_page *page_of(const struct spec_memory *memory, unsigned int cell)
{
	const struct spec_page *common = NULL;

	for (size_t i = 0; i < memory->page_count; i++) {
		if (!memory->pages[i].nodes)
			common = &memory->pages[i];
		else if (cpu_set_has(memory->pages[i].nodes, cell))
			return &memory->pages[i];
	}
	return common;
}

/* Pages that are named for some cells leave the others with ordinary ones. */
static void choose_pages(const struct spec_memory *memory, unsigned int cell, struct piece *piece)
{
	const struct spec_page *page = page_of(memory, cell);

	piece->huge = memory->hugepages && (page || memory->page_count == 0);
	piece->page_bytes = page ? page->size_bytes : 0;
}

static unsigned int cell_id(const struct spec_memory *memory, size_t index)
{
	return memory->cells[index].id >= 0 ? (unsigned int)memory->cells[index].id
					    : (unsigned int)index;
}

static void add_cell(const struct arguments *arguments, size_t index)
{
	const struct spec_memory *memory = &arguments->spec->memory;
	const struct spec_numa_cell *cell = &memory->cells[index];
	unsigned int id = cell_id(memory, index);
	auto_free char *object = xasprintf("ram-node%u", id);
	struct piece piece = {
		.id = object,
		.size_bytes = whole_kib(cell->memory_bytes) * 1024,
		.access = cell->access ? cell->access : memory->access,
		.discard = cell->discard,
	};
	struct text node = {0};

	choose_pages(memory, id, &piece);
	add_piece(arguments, &piece);
	qopt_word(&node, "node");
	qopt_addf(&node, "nodeid", "%u", id);
	if (cell->cpus)
		refuse_error(arguments->refusals, cell->line,
			cpu_set_add_ranges(cell->cpus, "cpus", &node));
	qopt_add(&node, "memdev", object);
	add_option(&arguments->plan->argv, "-numa", text_take(&node));
}

static void add_distances(const struct arguments *arguments, size_t index)
{
	const struct spec_memory *memory = &arguments->spec->memory;
	const struct spec_numa_cell *cell = &memory->cells[index];

	for (size_t i = 0; i < cell->distance_count; i++)
		add_option(&arguments->plan->argv, "-numa",
			xasprintf("dist,src=%u,dst=%u,val=%u", cell_id(memory, index),
				cell->distances[i].to, cell->distances[i].distance));
}

static void check_cells(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;
	uint64_t sum = 0;

	for (size_t i = 0; i < spec->memory.cell_count; i++)
		sum += whole_kib(spec->memory.cells[i].memory_bytes);
	if (spec->memory.cell_count > 0 && sum != whole_kib(spec->memory_bytes))
		refuse(arguments->refusals, spec->memory.cells[0].line,
			"the cells of <numa> have %" PRIu64 " KiB together, <memory> says %" PRIu64
			"; make them equal",
			sum, whole_kib(spec->memory_bytes));
}

static void add_whole(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;
	struct piece piece = {
		.id = memory_object(spec),
		.size_bytes = whole_kib(spec->memory_bytes) * 1024,
		.access = spec->memory.access,
	};

	if (!piece.id)
		return;
	choose_pages(&spec->memory, 0, &piece);
	add_piece(arguments, &piece);
}

static void add_locked(const struct arguments *arguments)
{
	if (!arguments->spec->memory.locked)
		return;
	add_option(&arguments->plan->argv, "-overcommit", xstrdup("mem-lock=on"));
	cage_policy(arguments->plan, "mem-lock");
}

void add_memory(const struct arguments *arguments)
{
	const struct spec *spec = arguments->spec;

	add_option(&arguments->plan->argv, "-m",
		xasprintf("size=%" PRIu64 "k", whole_kib(spec->memory_bytes)));
	add_locked(arguments);
	check_cells(arguments);
	add_whole(arguments);
	for (size_t i = 0; i < spec->memory.cell_count; i++)
		add_cell(arguments, i);
	for (size_t i = 0; i < spec->memory.cell_count; i++)
		add_distances(arguments, i);
}
