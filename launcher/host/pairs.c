/* SPDX-License-Identifier: MIT */
#include "host/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "host/pair_table.h"
#include "host/qemu_conf.h"

static bool exists(const struct firmware_file *file)
{
	return file->error_number == 0;
}

static struct firmware_pair *add_pair(struct host *host)
{
	return array_push(&host->pairs, &host->pair_count, sizeof(*host->pairs));
}

/* What the table knows by a row's names. */
static void set_traits(struct firmware_pair *pair, const struct known_pair *known)
{
	pair->arch = known->arch;
	pair->format = known->format;
	pair->secure_boot = known->traits & PAIR_SECURE_BOOT;
	pair->requires_smm = known->traits & PAIR_REQUIRES_SMM;
	pair->enrolled_keys = known->traits & PAIR_ENROLLED_KEYS;
	pair->libvirt_builtin = known->traits & PAIR_LIBVIRT;
	pair->family_bytes = (uint64_t)known->family_mib << 20;
}

/* One row of a table as it was found on this host. */
struct found_pair {
	const struct known_pair *known;
	struct firmware_file *code;
	struct firmware_file *vars;
};

/* Rows of one table for one architecture. */
struct found_pairs {
	struct found_pair *items;
	size_t count;
};

static bool is_complete(const struct found_pair *found)
{
	return exists(found->code) && exists(found->vars);
}

/* Whether one of the row's files is in a pair that is complete. */
static bool has_better_row(const struct found_pairs *rows, const struct found_pair *row)
{
	for (size_t i = 0; i < rows->count; i++)
		if (is_complete(&rows->items[i]) &&
			(rows->items[i].code == row->code || rows->items[i].vars == row->vars))
			return true;
	return false;
}

/*
 * A complete row is a pair. One with half its files is kept too, as that half is the reason why
 * there is no firmware, and a reason must be told; but not where the file that exists belongs to a
 * complete pair, as several flavours share one VARS file and only the installed ones are news.
 */
static void add_found(struct host *host, const struct found_pairs *rows,
	const struct found_pair *row, enum pair_source source)
{
	struct firmware_pair *pair;

	if (!is_complete(row) &&
		((!exists(row->code) && !exists(row->vars)) || has_better_row(rows, row))) {
		strings_addf(&host->absent_pairs, "%s:%s", row->code->path, row->vars->path);
		return;
	}
	pair = add_pair(host);
	*pair = (struct firmware_pair){.source = source, .code = row->code, .vars = row->vars};
	set_traits(pair, row->known);
	pair->libvirt_active = pair->libvirt_builtin && !host->pairs_from_qemu_conf;
}

/* The rows of one table; `directory` is where files without a directory of their own are. */
static void add_table(struct host *host, struct file_table *files, enum arch arch,
	enum pair_source source, const char *directory)
{
	struct found_pairs rows = {0};
	size_t count;
	const struct known_pair *known =
		source == PAIR_EMULATOR ? emulator_pairs(&count) : known_pairs(&count);

	for (size_t i = 0; i < count; i++) {
		const char *place = directory ? directory : known[i].directory;
		auto_free char *code = path_absolute(place, known[i].code);
		auto_free char *vars = path_absolute(place, known[i].vars);
		struct found_pair *row;

		if (known[i].arch != arch)
			continue;
		row = array_push(&rows.items, &rows.count, sizeof(*row));
		*row = (struct found_pair){.known = &known[i],
			.code = file_table_look(files, code),
			.vars = file_table_look(files, vars)};
	}
	for (size_t i = 0; i < rows.count; i++)
		add_found(host, &rows, &rows.items[i], source);
	free(rows.items);
}

/* The row that names the same two files; NULL where the table does not know them. */
static const struct known_pair *row_of(const char *code, const char *vars)
{
	size_t count;
	const struct known_pair *rows = known_pairs(&count);

	for (size_t i = 0; i < count; i++) {
		auto_free char *row_code = path_absolute(rows[i].directory, rows[i].code);
		auto_free char *row_vars = path_absolute(rows[i].directory, rows[i].vars);

		if (strcmp(row_code, code) == 0 && strcmp(row_vars, vars) == 0)
			return &rows[i];
	}
	return NULL;
}

/* Rule L0. libvirt ignores the list when there are descriptors; it is kept here, as what the host's
 * administrator says is the best fallback there is, and marked. */
static void add_from_qemu_conf(const struct survey_request *request, bool descriptor_seen,
	struct file_table *files, struct host *host)
{
	auto_qemu_conf struct qemu_conf conf = {0};

	strings_add(&host->looked_at, QEMU_CONF);
	qemu_conf_read(request->root_fd, &host->notes, &conf);
	host->pairs_from_qemu_conf = conf.set;
	for (size_t i = 0; i < conf.count; i++) {
		const struct known_pair *known = row_of(conf.pairs[i].code, conf.pairs[i].vars);
		struct firmware_pair *pair = add_pair(host);

		*pair = (struct firmware_pair){
			.source = PAIR_QEMU_CONF,
			.format = IMAGE_FORMAT_RAW, /* rule L3 */
			.code = file_table_look(files, conf.pairs[i].code),
			.vars = file_table_look(files, conf.pairs[i].vars),
		};
		if (known)
			set_traits(pair, known);
		pair->libvirt_active = !descriptor_seen;
	}
	if (conf.set && descriptor_seen)
		strings_add(&host->notes,
			"libvirt ignores nvram of /etc/libvirt/qemu.conf, because the host has "
			"firmware descriptors; here its pairs are a fallback");
}

/* The same name, whatever number of slashes stands between its parts. */
static bool same_path(const char *a, const char *b)
{
	while (*a && *a == *b) {
		size_t slashes = strspn(a, "/");

		a += slashes > 0 ? slashes : 1;
		b += slashes > 0 ? strspn(b, "/") : 1;
	}
	return *a == *b;
}

/* Whether the row names `path`; *ret_vars: as its template. */
static bool row_names(const struct known_pair *row, const char *path, bool *ret_vars)
{
	auto_free char *code = path_absolute(row->directory, row->code);
	auto_free char *vars = path_absolute(row->directory, row->vars);

	*ret_vars = same_path(vars, path);
	return *ret_vars || same_path(code, path);
}

/* Several rows may name one file: CODE without keys, or a template of plain builds, says less, and
 * that is what is known. */
static void know_path(const char *path, enum arch arch, struct host *host)
{
	size_t count;
	const struct known_pair *rows = known_pairs(&count);
	struct known_file *known = NULL;
	bool vars;

	for (size_t i = 0; i < count; i++) {
		if (rows[i].arch != arch || !row_names(&rows[i], path, &vars))
			continue;
		if (!known) {
			known = array_push(&host->known, &host->known_count, sizeof(*known));
			*known = (struct known_file){.path = xstrdup(path),
				.vars = vars,
				.secure_boot = true,
				.enrolled_keys = true,
				.family_bytes = (uint64_t)rows[i].family_mib << 20};
		}
		known->secure_boot = known->secure_boot && rows[i].traits & PAIR_SECURE_BOOT;
		known->enrolled_keys = known->enrolled_keys && rows[i].traits & PAIR_ENROLLED_KEYS;
	}
}

void pairs_know(const struct survey_request *request, struct host *host)
{
	for (size_t i = 0; request->paths && i < request->paths->count; i++)
		know_path(request->paths->items[i], request->arch, host);
}

void pairs_add_reported(const struct survey_request *request, const char *data_directory,
	struct file_table *files, struct host *host)
{
	add_table(host, files, request->arch, PAIR_EMULATOR, data_directory);
}

void pairs_find(const struct survey_request *request, const char *data_directory,
	bool descriptor_seen, struct file_table *files, struct host *host)
{
	add_from_qemu_conf(request, descriptor_seen, files, host);
	add_table(host, files, request->arch, PAIR_BUILT_IN, NULL);
	if (data_directory)
		add_table(host, files, request->arch, PAIR_EMULATOR, data_directory);
}
