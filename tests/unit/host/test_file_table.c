/* SPDX-License-Identifier: MIT */
/* Files are looked at once. */
#include "stage.h"

#include "host/file_table.h"

static void a_table_looks_at_each_path_once(void **state)
{
	struct stage *stage = *state;
	auto_file_table struct file_table table = {
		.root_fd = stage->request.root_fd, .root_path = stage->folder};
	struct firmware_file *first;

	tempdir_text(stage->folder, "a", "x");
	first = file_table_look(&table, "/a");
	for (int i = 0; i < 100; i++) {
		char *path = xasprintf("/%d", i);

		(void)file_table_look(&table, path);
		free(path);
	}
	tempdir_text(stage->folder, "a", "xyz");
	assert_ptr_equal(file_table_look(&table, "/a"), first);
	assert_int_equal(first->size_bytes, 1);
	assert_int_equal(table.count, 101);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		stage_test(a_table_looks_at_each_path_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
