/* SPDX-License-Identifier: MIT */
/*
 * A host that has nothing but an emulator that is never started, for the targets that decide:
 * options as a user's who plans for the folder, made once for the whole run.
 */
#ifndef SLIPWAY_TESTS_FUZZ_STAGE_H
#define SLIPWAY_TESTS_FUZZ_STAGE_H

#include <sys/stat.h>

#include "fuzz/fuzz.h"
#include "options.h"
#include "support/tempdir.h"

struct stage {
	char *folder;
	char *emulator;
	struct options options;
};

/* The folder is the caller's to clear: a fuzzer has no end to do it at. */
static UNUSED const struct stage *stage_of_the_run(void)
{
	static struct stage stage;

	if (stage.folder)
		return &stage;
	stage.folder = tempdir_make();
	tempdir_directory(stage.folder, "root");
	tempdir_text(stage.folder, "qemu-system-x86_64", "not to be started");
	stage.emulator = tempdir_path(stage.folder, "qemu-system-x86_64");
	PROMISE(chmod(stage.emulator, 0755) == 0);
	stage.options = (struct options){
		.command = COMMAND_PLAN,
		.root = tempdir_path(stage.folder, "root"),
		.emulator = stage.emulator,
		.dry_run = true,
		.nvram_directory = tempdir_path(stage.folder, "nvram"),
		.state_directory = tempdir_path(stage.folder, "state"),
		.runtime_directory = tempdir_path(stage.folder, "run"),
		.search_path = "",
		.temporary_directory = stage.folder,
	};
	return &stage;
}

#endif
