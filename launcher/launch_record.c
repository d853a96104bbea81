/* SPDX-License-Identifier: MIT */
#include "launch_record.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "act/cache.h"
#include "act/filter.h"
#include "act/filter_ready.h"
#include "act/store_digest.h"
#include "base/memory.h"
#include "base/sighting.h"
#include "launch.h"
#include "launch_facts.h"
#include "options.h"
#include "plan/plan_pack.h"
#include "report.h"
#include "spec/spec.h"

#define MAGIC "slipway launch record 2\n"
/* A plan of 256 disks has 200 KiB. */
#define LIMIT_BYTES (1024 * 1024)
#define GROUPS_MOST 1024
/* The coarsest times that a file system of Linux keeps (FAT). */
#define TICK_NS UINT64_C(2000000000)

/* The beginning of a record's file; the body follows. */
struct head {
	char magic[sizeof(MAGIC) - 1];
	unsigned char occasion[DIGEST_BYTES]; /* what the start must be */
	uint64_t sum;                         /* of the body: that it is whole */
};

static void add_number(struct digest *digest, uint64_t number)
{
	digest_add(digest, (const unsigned char *)&number, sizeof(number));
}

static void add_text(struct digest *digest, const char *text)
{
	digest_add(digest, (const unsigned char *)text, strlen(text) + 1);
}

static uint64_t now_ns(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/* Who asks, and from where: what may be read, and what relative names mean. Whoever is in more
 * groups than most keeps no record. */
static bool add_caller(const struct options *options, struct digest *digest)
{
	auto_free char *here = getcwd(NULL, 0);
	gid_t groups[GROUPS_MOST];
	int count = getgroups(GROUPS_MOST, groups);

	if (!here || count < 0)
		return false;
	add_text(digest, here);
	add_number(digest, options->user);
	add_number(digest, options->group);
	for (int i = 0; i < count; i++)
		add_number(digest, groups[i]);
	return true;
}

/* False where a start like this one keeps no record. */
static bool find_occasion(const struct options *options, struct launch *launch)
{
	unsigned char key[DIGEST_BYTES];
	struct digest digest;
	struct sighting self;

	if (!options->cache || !options->cache_directory ||
		(options->command != COMMAND_RUN && options->command != COMMAND_EXEC) ||
		options->dry_run || options->reset_nvram || strcmp(options->root, "/") != 0)
		return false;
	launch->occasion.begun_ns = now_ns();
	digest_begin(&digest);
	add_number(&digest, launch->command_line);
	for (size_t i = 0; i < options->said.count; i++)
		add_text(&digest, options->said.items[i]);
	if (!add_caller(options, &digest))
		return false;
	digest_end(&digest, key);
	sighting_take(options->program, &self);
	if (self.error_number != 0)
		return false;
	digest_begin(&digest);
	digest_add(&digest, key, sizeof(key));
	digest_add(&digest, (const unsigned char *)&self, sizeof(self));
	if (launch->text)
		digest_add(&digest, (const unsigned char *)launch->text, launch->text_bytes);
	digest_end(&digest, launch->occasion.digest);
	launch->occasion.path =
		xasprintf("%s/launch-%02x%x", options->cache_directory, key[0], key[1] & 15u);
	return true;
}

/* FNV-1a with 64 bits: against accidents, and every change of one byte changes it. Whoever can
 * write a record can write its sum. */
static uint64_t sum_of(const char *body, size_t size_bytes)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < size_bytes; i++)
		sum = (sum ^ (unsigned char)body[i]) * UINT64_C(0x100000001b3);
	return sum;
}

/* A filter that was made when slipway was built is not kept: it is at hand, and no copy. */
static void pack_filter(struct pack *pack, struct filter **filter)
{
	bool present = *filter != NULL;

	PACK_VALUE(pack, present);
	if (!present)
		return;
	if (!*filter)
		*filter = xcalloc(1, sizeof(**filter));
	pack_items(pack, &(*filter)->instructions, &(*filter)->count, sizeof(struct sock_filter));
	for (size_t i = 0; i < (*filter)->count; i++)
		pack_bytes(pack, &(*filter)->instructions[i], sizeof(struct sock_filter));
	PACK_VALUE(pack, (*filter)->otherwise);
	PACK_VALUE(pack, (*filter)->exec_stays);
	PACK_VALUE(pack, (*filter)->tcp);
}

static void pack_decision(struct pack *pack, struct plan *plan, struct filter **filter, bool *own)
{
	plan_pack(pack, plan);
	pack_filter(pack, filter);
	PACK_VALUE(pack, *own);
}

/* NULL, or a record's bytes, whole, and of a start like this one. */
static char *read_record(const struct launch_occasion *occasion, uid_t user, struct pack *ret_pack)
{
	size_t size_bytes = 0;
	auto_free char *bytes = cache_read(occasion->path, user, LIMIT_BYTES, &size_bytes);
	struct head head;

	if (!bytes || size_bytes < sizeof(head))
		return NULL;
	memcpy(&head, bytes, sizeof(head));
	if (memcmp(head.magic, MAGIC, sizeof(head.magic)) != 0 ||
		memcmp(head.occasion, occasion->digest, DIGEST_BYTES) != 0)
		return NULL;
	*ret_pack = (struct pack){.in = bytes + sizeof(head), .left = size_bytes - sizeof(head)};
	return head.sum == sum_of(ret_pack->in, ret_pack->left) ? steal(&bytes) : NULL;
}

static void say(const char *path)
{
	auto_strings struct strings words = {0};

	strings_addf(&words, "the plan is that of an earlier start, from '%s'", path);
	report_warnings(&words);
}

bool launch_record_take(const struct options *options, struct launch *launch)
{
	auto_plan struct plan *plan = NULL;
	auto_filter struct filter *filter = NULL;
	struct pack pack;

	if (!find_occasion(options, launch))
		return false;
	/* kept to the end: memory that is given back has to be asked for again */
	launch->record = read_record(&launch->occasion, options->user, &pack);
	if (!launch->record || !launch_facts_hold(&pack))
		return false;
	plan = xcalloc(1, sizeof(*plan));
	pack_decision(&pack, plan, &filter, &launch->own_arguments);
	if (pack.broken || pack.left > 0)
		return false;
	launch->plan = steal(&plan);
	launch->filter = steal(&filter);
	if (options->verbose)
		say(launch->occasion.path);
	return true;
}

/* The filter, where it must be kept with the plan. */
static struct filter *made_here(const struct plan *plan, const struct filter *filter)
{
	if (!filter || filter->otherwise != FILTER_DEFAULT_POLICY ||
		filter_ready_find(&plan->sandbox.policies))
		return NULL;
	return (struct filter *)filter;
}

/*
 * What files of QEMU's own say is not in the sightings, nor where it would look for a bare name of
 * firmware. And who hands descriptors over, as libvirt does, has other words the next time.
 */
static bool is_repeatable(const struct spec_command *command)
{
	if (command->reads_files || command->bios_word)
		return false;
	for (size_t i = 0; i < command->words.count; i++)
		if (strstr(command->words.items[i], "fd=") ||
			strstr(command->words.items[i], "/dev/fd"))
			return false;
	return true;
}

/* Flash that a command line lets the guest write to. */
static void find_own_files(const struct spec_command *command, struct strings *files)
{
	for (size_t i = 0; i < ARRAY_COUNT(command->flash); i++)
		if (command->flash[i].path && !command->flash[i].readonly)
			strings_add(files, command->flash[i].path);
}

void launch_record_keep(const struct launch *launch, const struct filter *filter)
{
	auto_text struct text record = {0};
	struct pack pack = {.out = &record};
	struct head head = {.magic = MAGIC};
	struct filter *kept = made_here(launch->plan, filter);
	auto_strings struct strings own_files = {0};
	bool own = launch->own_arguments;

	if (!launch->host || !launch->occasion.path || !is_repeatable(&launch->spec->command) ||
		!plan_is_repeatable(launch->plan))
		return;
	text_add_bytes(&record, (const char *)&head, sizeof(head));
	find_own_files(&launch->spec->command, &own_files);
	if (!launch_facts_write(
		    launch->host, &own_files, launch->occasion.begun_ns - TICK_NS, &record))
		return;
	pack_decision(&pack, launch->plan, &kept, &own);
	if (record.length > LIMIT_BYTES)
		return;
	memcpy(head.occasion, launch->occasion.digest, DIGEST_BYTES);
	head.sum = sum_of(record.bytes + sizeof(head), record.length - sizeof(head));
	memcpy(record.bytes, &head, sizeof(head));
	cache_write(launch->occasion.path, record.bytes, record.length);
}
