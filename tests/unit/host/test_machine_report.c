/* SPDX-License-Identifier: MIT */
/* Which emulator is asked for its machines, and what becomes of its answer. */
#include "stage.h"

#include <stdio.h>
#include <sys/stat.h>

#include "host/machine_report.h"
#include "host/machines.h"

#define REPORT "q35                  Standard PC (alias of pc-q35-7.2)"

struct asking {
	char *folder;
	struct survey_request request;
	struct host *host; /* only the parts that a report fills */
};

static int setup(void **state)
{
	struct asking *asking = xcalloc(1, sizeof(*asking));

	asking->folder = tempdir_make();
	asking->request = (struct survey_request){.arch = ARCH_X86_64, .machines = true};
	asking->host = xcalloc(1, sizeof(*asking->host));
	*state = asking;
	return 0;
}

static int teardown(void **state)
{
	struct asking *asking = *state;

	host_free(asking->host);
	tempdir_remove(asking->folder);
	free(asking);
	return 0;
}

/* A program of that name that answers with those words, in the place of the emulator. */
static void add_emulator(struct asking *asking, const char *name, const char *words)
{
	auto_free char *text =
		xasprintf("#!/bin/sh\n[ \"$*\" = '-machine help' ] && printf '%s'\n", words);

	free(asking->host->emulator.path);
	asking->host->emulator.path = tempdir_path(asking->folder, name);
	tempdir_text(asking->folder, name, text);
	assert_int_equal(chmod(asking->host->emulator.path, 0755), 0);
}

/* How many aliases are known after one more look, of a host that knew none. */
static size_t count_machines(struct asking *asking)
{
	struct host *host = xcalloc(1, sizeof(*host));

	host->emulator.path = steal(&asking->host->emulator.path);
	host->emulator.status = asking->host->emulator.status;
	host->emulator.script = asking->host->emulator.script;
	host_free(asking->host);
	asking->host = host;
	machine_report_take(&asking->request, host);
	return host->machine_count;
}

static void expect_canonical(const struct asking *asking, const char *canonical)
{
	assert_int_equal(asking->host->machine_count, 1);
	assert_string_equal(asking->host->machines[0].alias, "q35");
	assert_string_equal(asking->host->machines[0].canonical, canonical);
}

#define only_root_owns_programs()                                                                  \
	do {                                                                                       \
		if (geteuid() != 0)                                                                \
			skip_because("only root can make a program of the system's");              \
	} while (0)

static void the_systems_own_emulator_is_asked(void **state)
{
	static const char *const names[] = {"qemu-system-x86_64", "qemu-kvm", "kvm"};
	struct asking *asking = *state;

	only_root_owns_programs();
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		add_emulator(asking, names[i], "Supported machines are:\\n" REPORT "\\n");
		assert_int_equal(count_machines(asking), 1);
		expect_canonical(asking, "pc-q35-7.2");
	}
	assert_null(asking->host->cache.path);
}

/* What a program in QEMU's place would do is nobody's guess. */
static void nothing_else_is_asked(void **state)
{
	struct asking *asking = *state;

	add_emulator(asking, "my-qemu", REPORT);
	assert_int_equal(count_machines(asking), 0);
	add_emulator(asking, "qemu-system-x86_64", REPORT);
	assert_int_equal(chmod(asking->host->emulator.path, 0775), 0);
	assert_int_equal(count_machines(asking), 0);
	assert_int_equal(chmod(asking->host->emulator.path, 0757), 0);
	assert_int_equal(count_machines(asking), 0);
	assert_int_equal(chmod(asking->host->emulator.path, 0755), 0);
	asking->host->emulator.script = true;
	assert_int_equal(count_machines(asking), 0);
	asking->host->emulator.script = false;
	asking->host->emulator.status = ERROR_STATUS_CANNOT_EXECUTE;
	assert_int_equal(count_machines(asking), 0);
	asking->host->emulator.status = 0;
	assert_int_equal(remove(asking->host->emulator.path), 0);
	assert_int_equal(count_machines(asking), 0);
	tempdir_directory(asking->folder, "qemu-system-x86_64");
	assert_int_equal(count_machines(asking), 0);
}

static void another_users_emulator_is_not_asked(void **state)
{
	struct asking *asking = *state;

	add_emulator(asking, "qemu-system-x86_64", REPORT);
	if (geteuid() == 0)
		assert_int_equal(chown(asking->host->emulator.path, 65534, 65534), 0);
	assert_int_equal(count_machines(asking), 0);
}

static void no_answer_is_not_kept(void **state)
{
	struct asking *asking = *state;

	only_root_owns_programs();
	asking->request.cache_directory = asking->folder;
	add_emulator(asking, "qemu-system-x86_64", "");
	assert_int_equal(count_machines(asking), 0);
	assert_null(asking->host->cache.text);
	assert_null(asking->host->cache.path);
}

/* Writes what the look wants kept, with another machine than the emulator has and `room` bytes in
 * all, or as many as it takes. */
static void keep_changed(struct asking *asking, size_t room)
{
	struct host *host = asking->host;
	const char *begin = strrchr(host->cache.path, '/');
	auto_free char *identity = NULL;
	auto_free char *text = NULL;

	assert_true(text_starts_with(host->cache.path, asking->folder));
	assert_true(text_starts_with(begin, "/machines_"));
	assert_true(text_ends_with(host->cache.text, "\n" REPORT));
	identity = xstrndup(host->cache.text, strcspn(host->cache.text, "\n"));
	assert_true(text_starts_with(identity, host->emulator.path));
	text = xasprintf("%s\nq35 x (alias of pc-q35-kept)\n", identity);
	if (room > 0) {
		auto_free char *padded = xasprintf("%-*s", (int)room, text);

		tempdir_text(asking->folder, begin, padded);
	} else {
		tempdir_text(asking->folder, begin, text);
	}
}

static void an_answer_is_kept_until_the_emulator_is_another(void **state)
{
	struct asking *asking = *state;

	only_root_owns_programs();
	asking->request.cache_directory = asking->folder;
	add_emulator(asking, "qemu-system-x86_64", REPORT);
	assert_int_equal(count_machines(asking), 1);
	expect_canonical(asking, "pc-q35-7.2");
	keep_changed(asking, 0);
	assert_int_equal(count_machines(asking), 1);
	expect_canonical(asking, "pc-q35-kept");
	assert_null(asking->host->cache.text);
	add_emulator(asking, "qemu-system-x86_64", "none empty machine\\n" REPORT);
	assert_int_equal(count_machines(asking), 1);
	expect_canonical(asking, "pc-q35-7.2");
}

static void what_is_no_kept_answer_is_asked_anew(void **state)
{
	struct asking *asking = *state;
	auto_free char *name = NULL;

	only_root_owns_programs();
	asking->request.cache_directory = asking->folder;
	add_emulator(asking, "qemu-system-x86_64", REPORT);
	assert_int_equal(count_machines(asking), 1);
	name = xstrdup(strrchr(asking->host->cache.path, '/') + 1);
	tempdir_directory(asking->folder, name);
	assert_int_equal(count_machines(asking), 1);
	expect_canonical(asking, "pc-q35-7.2");
	assert_int_equal(remove(asking->host->cache.path), 0);
	assert_int_equal(count_machines(asking), 1);
	keep_changed(asking, 65537);
	assert_int_equal(count_machines(asking), 1);
	expect_canonical(asking, "pc-q35-7.2");
	keep_changed(asking, 65536);
	assert_int_equal(count_machines(asking), 1);
	expect_canonical(asking, "pc-q35-kept");
}

static void the_list_is_the_emulators_where_it_answers(void **state)
{
	struct asking *asking = *state;

	only_root_owns_programs();
	add_emulator(asking, "qemu-system-x86_64", REPORT);
	machines_list(&asking->request, asking->host);
	assert_true(asking->host->machines_from_emulator);
	expect_canonical(asking, "pc-q35-7.2");
}

static void the_list_is_the_tables_where_it_does_not(void **state)
{
	struct asking *asking = *state;

	add_emulator(asking, "my-qemu", REPORT);
	machines_list(&asking->request, asking->host);
	assert_false(asking->host->machines_from_emulator);
	assert_int_equal(asking->host->machine_count, 3);
}

#define asking_test(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		asking_test(the_systems_own_emulator_is_asked),
		asking_test(nothing_else_is_asked),
		asking_test(another_users_emulator_is_not_asked),
		asking_test(no_answer_is_not_kept),
		asking_test(an_answer_is_kept_until_the_emulator_is_another),
		asking_test(what_is_no_kept_answer_is_asked_anew),
		asking_test(the_list_is_the_emulators_where_it_answers),
		asking_test(the_list_is_the_tables_where_it_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
