/* SPDX-License-Identifier: MIT */
#include "faults/scene.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Formats into a buffer that the next call takes over. */
__attribute__((format(printf, 1, 2))) static const char *words(const char *format, ...)
{
	static char text[400];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return text;
}

static char *path_in(const struct scene *scene, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", scene->folder, name) < 0)
		err(2, "asprintf");
	return path;
}

/* All of an open file, with a NUL behind it; the caller frees it. */
static char *contents(int fd, size_t *ret_bytes)
{
	struct stat status;
	char *text;

	if (fstat(fd, &status) != 0 || !(text = malloc((size_t)status.st_size + 1)) ||
		pread(fd, text, (size_t)status.st_size, 0) != status.st_size)
		err(2, "a file cannot be read");
	text[status.st_size] = '\0';
	*ret_bytes = (size_t)status.st_size;
	return text;
}

static int file_in(const struct scene *scene, const char *name)
{
	char *path = path_in(scene, name);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		err(2, "%s", path);
	free(path);
	return fd;
}

struct scene scene_open(const char *folder, const char *command, const char *template)
{
	struct scene scene = {.folder = folder, .command = command};
	int fd = open(template, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err(2, "%s", template);
	scene.template = contents(fd, &scene.template_bytes);
	close(fd);
	scene.has_store = strncmp(command, "nvram-", 6) == 0;
	scene.out_fd = file_in(&scene, "out");
	scene.err_fd = file_in(&scene, "err");
	return scene;
}

void scene_close(struct scene *scene)
{
	free(scene->template);
	close(scene->out_fd);
	close(scene->err_fd);
}

static void folder_empty(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder)
		closedir(folder);
}

static void file_write(const char *path, const char *text, size_t bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, text, bytes) != (ssize_t)bytes)
		err(2, "%s", path);
	close(fd);
}

void scene_set(struct scene *scene)
{
	char *folder = path_in(scene, "store");
	char *store = path_in(scene, "store/vm_VARS.fd");
	char *saved = path_in(scene, "saved");

	folder_empty(folder);
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		err(2, "%s", folder);
	chmod(folder, 0700);
	unlink(saved);
	if (scene->has_store)
		file_write(store, scene->template, scene->template_bytes);
	if (ftruncate(scene->out_fd, 0) != 0 || ftruncate(scene->err_fd, 0) != 0 ||
		lseek(scene->out_fd, 0, SEEK_SET) != 0 || lseek(scene->err_fd, 0, SEEK_SET) != 0)
		err(2, "what the last start said");
	free(folder);
	free(store);
	free(saved);
}

/* ---- what must hold ----------------------------------------------------------------------------
 */

static bool begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

static bool is_documented(const char *command, int status)
{
	return status == 0 || (status >= 125 && status <= 127) ||
	       (strcmp(command, "test") == 0 && (status == 1 || status == 124)) ||
	       (strcmp(command, "doctor") == 0 && status == 1);
}

/* Slipway's, those that the dynamic linker says before slipway runs, that of the C library without
 * memory, and json-c's own when it has no random number. */
static bool is_own_line(const char *line)
{
	static const char *const may[] = {"slipway: ", "ERROR: ld.so",
		"cannot allocate TLS data structures", "out of memory\n",
		"error from getrandom(): "};

	for (size_t i = 0; i < sizeof(may) / sizeof(may[0]); i++)
		if (begins(line, may[i]))
			return true;
	return *line == '\n' || strstr(line, "error while loading shared libraries") != NULL;
}

/* A file of the scene is absent or holds the template. */
static bool is_whole(const struct scene *scene, const char *name, bool *ret_exists)
{
	char *path = path_in(scene, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool whole = true;
	size_t bytes;
	char *text;

	free(path);
	*ret_exists = fd >= 0;
	if (fd < 0)
		return true;
	text = contents(fd, &bytes);
	whole = bytes == scene->template_bytes && memcmp(text, scene->template, bytes) == 0;
	free(text);
	close(fd);
	return whole;
}

static const char *wrong_files(const struct scene *scene)
{
	char *path = path_in(scene, "store");
	DIR *folder = opendir(path);
	const char *wrong = NULL;
	struct dirent *entry;
	bool exists;

	free(path);
	while (folder && !wrong && (entry = readdir(folder)))
		if (entry->d_name[0] == '.' && strstr(entry->d_name, "slipway-"))
			wrong = words("a temporary file is left: %s", entry->d_name);
	if (folder)
		closedir(folder);
	if (!wrong && !is_whole(scene, "saved", &exists))
		wrong = "what was saved is half";
	if (!wrong && !is_whole(scene, "store/vm_VARS.fd", &exists))
		wrong = "the store is half a store";
	if (!wrong && scene->has_store && !exists)
		wrong = "the store is gone";
	return wrong;
}

/* What doctor found stands on stdout. */
static bool is_answered(const struct scene *scene, int status)
{
	struct stat file;

	return strcmp(scene->command, "doctor") == 0 && status == 1 &&
	       fstat(scene->out_fd, &file) == 0 && file.st_size > 0;
}

/* What was said: a line that is not slipway's own, nothing with a failure, or a probe that could do
 * what no cage lets it do. */
static const char *wrong_words(const struct scene *scene, int status, bool may_be_mute)
{
	const char *wrong = NULL;
	size_t bytes;
	char *text = contents(scene->err_fd, &bytes);

	if (status != 0 && bytes == 0 && !may_be_mute && !is_answered(scene, status))
		wrong = words("status %d without a word", status);
	for (char *line = text, *end; !wrong && *line; line = end) {
		end = line + strcspn(line, "\n");
		end += *end == '\n';
		if (!is_own_line(line))
			wrong = words("not a line of slipway: %.*s", (int)(end - line), line);
	}
	free(text);
	text = contents(scene->out_fd, &bytes);
	if (begins(text, "open /etc/shadow yes") || strstr(text, "\nopen /etc/shadow yes") ||
		begins(text, "exec yes") || strstr(text, "\nexec yes"))
		wrong = "without its cage";
	free(text);
	return wrong;
}

const char *scene_wrong(struct scene *scene, struct ended ended, bool may_be_mute)
{
	const char *wrong;

	if (ended.late)
		return "it does not end";
	if (ended.left)
		return "a process is left";
	if (!is_documented(scene->command, ended.status))
		return words("status %d", ended.status);
	wrong = wrong_files(scene);
	return wrong ? wrong : wrong_words(scene, ended.status, may_be_mute);
}
