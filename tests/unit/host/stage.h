/* SPDX-License-Identifier: MIT */
/*
 * A host made of a temporary folder: tests put files into it, survey it and look at the result;
 * nothing of the machine that runs the tests is in it.
 */
#ifndef SLIPWAY_TESTS_UNIT_HOST_STAGE_H
#define SLIPWAY_TESTS_UNIT_HOST_STAGE_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "host/host.h"
#include "support/tempdir.h"

struct stage {
	char *folder;
	struct survey_request request; /* to be changed before stage_survey */
	struct host *host;             /* NULL before it */
};

static UNUSED int stage_setup(void **state)
{
	struct stage *stage = xcalloc(1, sizeof(*stage));

	stage->folder = tempdir_make();
	stage->request = (struct survey_request){
		.root_fd = open(stage->folder, O_PATH | O_DIRECTORY | O_CLOEXEC),
		.root_path = stage->folder,
		.arch = ARCH_X86_64,
		.emulator = "/no/such/prefix/bin/qemu-system-x86_64",
		.search_path = "",
		.firmware = true,
	};
	*state = stage;
	return stage->request.root_fd < 0;
}

static UNUSED int stage_teardown(void **state)
{
	struct stage *stage = *state;

	host_free(stage->host);
	close(stage->request.root_fd);
	tempdir_remove(stage->folder);
	free(stage);
	return 0;
}

static UNUSED const struct host *stage_survey(struct stage *stage)
{
	host_free_pointer(&stage->host);
	assert_null(host_survey(&stage->request, &stage->host));
	return stage->host;
}

/* A descriptor that nothing is wrong with. */
static UNUSED void stage_descriptor(struct stage *stage, const char *path)
{
	tempdir_text(stage->folder, path,
		"{\"description\": \"a test's\", \"interface-types\": [\"uefi\"], \"mapping\": "
		"{\"device\": \"flash\", \"executable\": {\"filename\": \"/fw/CODE.fd\", "
		"\"format\": \"raw\"}, \"nvram-template\": {\"filename\": \"/fw/VARS.fd\", "
		"\"format\": \"raw\"}}, \"targets\": [{\"architecture\": \"x86_64\", \"machines\": "
		"[\"pc-q35-*\"]}], \"features\": [], \"tags\": []}");
}

/* The descriptor of that path, or NULL. */
static UNUSED const struct descriptor *find_descriptor(const struct host *host, const char *path)
{
	for (size_t i = 0; i < host->descriptor_count; i++)
		if (strcmp(host->descriptors[i].path, path) == 0)
			return &host->descriptors[i];
	return NULL;
}

/* How many notes speak of `words`. */
static UNUSED size_t count_notes(const struct strings *notes, const char *words)
{
	size_t count = 0;

	for (size_t i = 0; i < notes->count; i++)
		count += strstr(notes->items[i], words) != NULL;
	return count;
}

/* cmocka's skip with the reason in the log. */
#define skip_because(reason)                                                                       \
	do {                                                                                       \
		print_message("skipped: %s\n", reason);                                            \
		skip();                                                                            \
	} while (0)

#define stage_test(test) cmocka_unit_test_setup_teardown(test, stage_setup, stage_teardown)

#endif
