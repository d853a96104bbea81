/* SPDX-License-Identifier: MIT */
/*
 * Starts one command again and again, each time with another fault, and looks at what it left:
 *	driver KIND COMMAND FOLDER TEMPLATE STEP "CALL …" "ERROR …" PROGRAM ARGUMENT...
 * KIND is calls, allocation (the n-th alone fails), allocations (and all after it), or traced:
 *PROGRAM is a tracer that makes one call fail, and is started once. On stdout, a line `ok …` or
 *`FAIL …` as the shell tests have them, and behind it what was wrong.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "faults/scene.h"
#include "faults/started.h"

struct run {
	const char *kind;
	struct scene scene;
	unsigned long step;
	char **argv;
	unsigned long faults; /* that were made */
	unsigned long wrongs;
	char *first; /* what was wrong first */
	FILE *all;
	char *all_text;
	size_t all_bytes;
};

static int error_number(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} table[] = {
		{"EIO", EIO},
		{"ENOMEM", ENOMEM},
		{"EACCES", EACCES},
		{"ENOSPC", ENOSPC},
		{"EPERM", EPERM},
		{"EINTR", EINTR},
		{"EAGAIN", EAGAIN},
		{"EMFILE", EMFILE},
		{"ENOSYS", ENOSYS},
		{"EINVAL", EINVAL},
		{"EROFS", EROFS},
		{"EDQUOT", EDQUOT},
		{"ENOENT", ENOENT},
		{"EBUSY", EBUSY},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(name, table[i].name) == 0)
			return table[i].number;
	errx(2, "'%s' is no error that is known here", name);
}

/* Notes what is wrong after a fault. */
static void judge(struct run *run, struct ended ended, const char *what)
{
	bool may_be_mute = strncmp(what, "write ", 6) == 0;
	const char *wrong = scene_wrong(&run->scene, ended, may_be_mute);

	run->faults++;
	if (!wrong)
		return;
	run->wrongs++;
	fprintf(run->all, "%s: %s\n", what, wrong);
	if (!run->first && asprintf(&run->first, "%s: %s", what, wrong) < 0)
		err(2, "asprintf");
}

static struct ended start(struct run *run, struct fault fault)
{
	scene_set(&run->scene);
	return started(run->argv, fault, run->scene.out_fd, run->scene.err_fd);
}

/* ---- allocations -------------------------------------------------------------------------------
 */

/* allocations.c counts in a file that it shares with us */
static volatile uint64_t *counter_open(struct run *run)
{
	uint64_t *counter;
	char *path;
	int fd;

	if (asprintf(&path, "%s/count", run->scene.folder) < 0)
		err(2, "asprintf");
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*counter)) != 0)
		err(2, "%s", path);
	counter = mmap(NULL, sizeof(*counter), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (counter == MAP_FAILED || setenv("COUNT_ALLOCATIONS", path, 1) != 0)
		err(2, "%s", path);
	close(fd);
	free(path);
	return counter;
}

static void allocations(struct run *run)
{
	struct fault no_call = {-1, 0, 0};
	volatile uint64_t *counter = counter_open(run);
	char text[64];
	uint64_t most;

	setenv("FAIL_ALLOCATIONS", strcmp(run->kind, "allocation") == 0 ? "one" : "rest", 1);
	start(run, no_call);
	most = *counter;
	for (uint64_t n = 1; n <= most; n += run->step) {
		struct ended ended;

		snprintf(text, sizeof(text), "%lu", (unsigned long)n);
		setenv("FAIL_ALLOCATION", text, 1);
		*counter = 0;
		ended = start(run, no_call);
		snprintf(text, sizeof(text), "%s %lu", run->kind, (unsigned long)n);
		if (*counter >= n)
			judge(run, ended, text);
	}
}

/* ---- system calls ------------------------------------------------------------------------------
 */

/* Every step-th of a call with one error. */
static void one_error(struct run *run, const char *call, const char *error, struct fault fault,
	unsigned long most)
{
	/* the dynamic linker makes the first mapping for itself, and follows NULL without it */
	unsigned long first = strcmp(call, "mmap") == 0 ? 2 : 1;
	char text[100];

	fault.error = error_number(error);
	fault.at = first + run->step / 2;
	if (fault.at > most)
		fault.at = first;
	for (; fault.at <= most; fault.at += run->step) {
		struct ended ended = start(run, fault);

		snprintf(text, sizeof(text), "%s %lu %s", call, fault.at, error);
		if (ended.counted == fault.at)
			judge(run, ended, text);
	}
}

static void one_call(struct run *run, const char *call, const char *errors)
{
	struct fault fault = {seccomp_syscall_resolve_name(call), 0, 0};
	char *names = strdup(errors);
	unsigned long most;
	char *rest;

	if (fault.call < 0 || !names) {
		free(names);
		return; /* another architecture's */
	}
	most = start(run, fault).counted;
	for (char *name = strtok_r(names, " \t\n", &rest); name && most > 0;
		name = strtok_r(NULL, " \t\n", &rest))
		one_error(run, call, name, fault, most);
	free(names);
}

static void calls(struct run *run, char *names, const char *errors)
{
	char *rest;

	for (char *name = strtok_r(names, " \t\n", &rest); name;
		name = strtok_r(NULL, " \t\n", &rest))
		one_call(run, name, errors);
}

/* ---- all ---------------------------------------------------------------------------------------
 */

static int say(struct run *run)
{
	fclose(run->all);
	if (run->faults == 0)
		printf("FAIL failing_%s_in_%s: no fault was made\n", run->kind, run->scene.command);
	else if (run->wrongs > 0)
		printf("FAIL failing_%s_in_%s: %lu of %lu faults: %s\n%s", run->kind,
			run->scene.command, run->wrongs, run->faults, run->first, run->all_text);
	else
		printf("ok failing_%s_in_%s: %lu faults\n", run->kind, run->scene.command,
			run->faults);
	free(run->all_text);
	free(run->first);
	return run->faults == 0 || run->wrongs > 0;
}

int main(int argc, char **argv)
{
	struct run run = {0};
	int status;

	if (argc < 9)
		errx(2, "KIND COMMAND FOLDER TEMPLATE STEP CALLS ERRORS PROGRAM ARGUMENT...");
	run.kind = argv[1];
	run.scene = scene_open(argv[3], argv[2], argv[4]);
	run.step = strtoul(argv[5], NULL, 10);
	run.argv = argv + 8;
	run.all = open_memstream(&run.all_text, &run.all_bytes);
	if (!run.all || run.step == 0)
		errx(2, "'%s' is no step", argv[5]);
	if (strcmp(run.kind, "calls") == 0)
		calls(&run, argv[6], argv[7]);
	else if (strcmp(run.kind, "traced") == 0)
		judge(&run, start(&run, (struct fault){-1, 0, 0}), argv[6]);
	else
		allocations(&run);
	status = say(&run);
	scene_close(&run.scene);
	return status;
}
