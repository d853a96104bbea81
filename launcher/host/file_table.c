/* SPDX-License-Identifier: MIT */
#include "host/file_table.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "host/firmware_file.h"

static int compare_paths(const void *a, const void *b)
{
	const struct firmware_file *left = a;
	const struct firmware_file *right = b;

	return strcmp(left->path, right->path);
}

/* The tree's leaves belong to `items`. */
static void keep_item(void *item UNUSED)
{
}

static struct firmware_file *add_file(struct file_table *table, const char *path)
{
	struct firmware_file *file = xcalloc(1, sizeof(*file));
	struct firmware_file **slot;

	if (table->looked_at)
		strings_add(table->looked_at, path);
	firmware_file_look(table->root_fd, table->root_path, path, file);
	slot = array_push(&table->items, &table->count, sizeof(*slot));
	*slot = file;
	return file;
}

struct firmware_file *file_table_look(struct file_table *table, const char *path)
{
	struct firmware_file wanted = {.path = (char *)path};
	struct firmware_file *const *found = tfind(&wanted, &table->by_path, compare_paths);
	struct firmware_file *file;

	if (found)
		return *found;
	file = add_file(table, path);
	/* tsearch fails only without memory; the file is then looked at again the next time */
	(void)tsearch(file, &table->by_path, compare_paths);
	return file;
}

struct firmware_file *file_table_pass_over(struct file_table *table, const char *path)
{
	struct firmware_file **slot = array_push(&table->items, &table->count, sizeof(*slot));
	struct firmware_file *file = xcalloc(1, sizeof(*file));

	file->path = xstrdup(path);
	file->host_path = xstrdup(path);
	file->error_number = ENOENT;
	*slot = file;
	return file;
}

struct firmware_file **file_table_take(struct file_table *table, size_t *ret_count)
{
	struct firmware_file **items = table->items;

	*ret_count = table->count;
	tdestroy(table->by_path, keep_item);
	*table = (struct file_table){.root_fd = table->root_fd, .root_path = table->root_path};
	return items;
}

void file_table_clear(struct file_table *table)
{
	size_t count;
	struct firmware_file **items = file_table_take(table, &count);

	for (size_t i = 0; i < count; i++) {
		firmware_file_clear(items[i]);
		free(items[i]);
	}
	free(items);
}
