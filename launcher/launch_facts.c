/* SPDX-License-Identifier: MIT */
#include "launch_facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/sighting.h"
#include "host/backing.h"
#include "host/firmware_file.h"
#include "host/host.h"
#include "host/kvm.h"

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Each path that is not the VM's own once, with how it looks now. */
static bool write_sightings(const struct strings *paths, const struct strings *own,
	uint64_t moment_ns, struct text *facts)
{
	struct pack pack = {.out = facts};
	auto_free char **sorted = xcalloc(paths->count + 1, sizeof(*sorted));
	struct sighting sighting;
	const char *path = NULL;

	memcpy(sorted, paths->items, paths->count * sizeof(*sorted));
	qsort(sorted, paths->count, sizeof(*sorted), compare_texts);
	for (size_t i = 0; i < paths->count; i++) {
		if ((i > 0 && strcmp(sorted[i], sorted[i - 1]) == 0) ||
			strings_contain(own, sorted[i]))
			continue;
		sighting_take(sorted[i], &sighting);
		if (!sighting_is_before(&sighting, moment_ns))
			return false;
		path = sorted[i];
		pack_text_there(&pack, &path);
		pack_bytes(&pack, &sighting, sizeof(sighting));
	}
	path = NULL;
	pack_text_there(&pack, &path);
	return true;
}

static bool sightings_hold(struct pack *pack)
{
	for (;;) {
		const char *path;
		struct sighting before;
		struct sighting now;

		pack_text_there(pack, &path);
		if (!path)
			return !pack->broken;
		pack_bytes(pack, &before, sizeof(before));
		sighting_take(path, &now);
		if (pack->broken || !sighting_equals(&before, &now))
			return false;
	}
}

/* All that host.h says of a store, but its names. */
static void add_store(const struct firmware_file *store, struct text *facts)
{
	const uint64_t numbers[] = {(uint64_t)store->error_number, store->regular,
		store->block_device, store->device, store->inode, store->size_bytes,
		store->elsewhere, store->cut_off, store->format, store->virtual_size_bytes,
		store->role, store->volume_bytes, store->code_arch};

	text_add_bytes(facts, (const char *)numbers, sizeof(numbers));
}

static void add_backing(const struct backing *backing, struct text *facts)
{
	for (size_t i = 0; i < backing->count; i++) {
		const struct backing_file *file = &backing->files[i];
		struct pack pack = {.out = facts};
		char *image = file->image;
		char *name = file->name;
		uint64_t traits = file->data | file->of_image << 1 | file->format_said << 2;

		pack_text(&pack, &image);
		pack_text(&pack, &name);
		pack_number(&pack, &traits);
	}
}

/* The facts of the VM's own files as they are now. */
static void look_again(
	const struct strings *stores, const struct strings *images, struct text *facts)
{
	auto_backing struct backing backing = {0};

	for (size_t i = 0; i < stores->count; i++) {
		struct firmware_file store;

		firmware_file_look(FILE_TOP, "/", stores->items[i], &store);
		add_store(&store, facts);
		firmware_file_clear(&store);
	}
	backing_find(images, &backing);
	add_backing(&backing, facts);
}

/* Where the emulator was asked and did not answer, it may the next time. */
static bool is_steady(const struct host *host)
{
	return host->emulator.status == 0 && !host->cache.path &&
	       (host->machines_from_emulator || !host->machines_asked) &&
	       (host->kvm.usable || !host->kvm.asked);
}

static void add_stores(struct firmware_file *const *files, size_t count, const struct strings *own,
	struct strings *paths, struct text *facts)
{
	for (size_t i = 0; i < count; i++) {
		if (own && !strings_contain(own, files[i]->path))
			continue;
		strings_add(paths, files[i]->path);
		add_store(files[i], facts);
	}
}

bool launch_facts_write(const struct host *host, const struct strings *own_files,
	uint64_t moment_ns, struct text *facts)
{
	struct pack pack = {.out = facts};
	auto_strings struct strings stores = {0};
	auto_text struct text own = {0};
	struct strings images = host->backing.images;
	uint64_t kvm = host->kvm.asked;

	if (!is_steady(host) || !write_sightings(&host->looked_at, own_files, moment_ns, facts))
		return false;
	add_stores(host->stores, host->store_count, NULL, &stores, &own);
	add_stores(host->asked, host->asked_count, own_files, &stores, &own);
	add_backing(&host->backing, &own);
	pack_strings(&pack, &stores);
	pack_strings(&pack, &images);
	pack_text_bytes(&pack, &own);
	pack_number(&pack, &kvm);
	return true;
}

static bool own_files_hold(struct pack *pack)
{
	auto_strings struct strings stores = {0};
	auto_strings struct strings images = {0};
	auto_text struct text before = {0};
	auto_text struct text now = {0};

	pack_strings(pack, &stores);
	pack_strings(pack, &images);
	pack_text_bytes(pack, &before);
	if (pack->broken)
		return false;
	look_again(&stores, &images, &now);
	return before.length == now.length &&
	       (now.length == 0 || memcmp(before.bytes, now.bytes, now.length) == 0);
}

static bool kvm_holds(void)
{
	struct kvm_state state;

	kvm_look("/dev/kvm", &state);
	free(state.problem);
	return state.usable;
}

bool launch_facts_hold(struct pack *pack)
{
	uint64_t kvm = 0;

	if (!sightings_hold(pack) || !own_files_hold(pack))
		return false;
	pack_number(pack, &kvm);
	return !pack->broken && (kvm == 0 || kvm_holds());
}
