/* SPDX-License-Identifier: MIT */
/*
 * Executes a program in slipway's cage without slipway's other rooms: for the tests of the cage.
 *
 *	run_confined [--mode=on|require|log|off|strict] [--policy=NAME,…] [--path=PATH:r|rw|rx…]
 *	             [--listen=PORT|=PORT] [--connect=PORT|=PORT] [--keep=FD] [--keep-capabilities]
 *	             [--no-landlock] [--last-byte] [--count] [--abi] -- PROGRAM ARGUMENT...
 *
 * strict is `on` with a filter that kills for everything that is not allowed. A path ends in :r,
 * :rw, or those with d for a device (:rwd). --count prints how m=PORT calls are allowed, --abi the
 * version of Landlock, and that is all.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "act/capabilities.h"
#include "act/confine.h"
#include "act/exec_once.h"
#include "base/memory.h"
#include "base/number.h"

struct options {
	struct confine_request request;
	struct strings policies;
	struct path_rule *paths;
	size_t path_count;
	struct port_rule *ports;
	size_t port_count;
	int *keep;
	size_t keep_count;
	bool strict;
	bool last_byte;
	bool no_landlock;
	bool count;
	bool abi;
};

static struct error *read_mode(struct options *options, const char *word)
{
	static const struct {
		const char *word;
		enum sandbox_mode mode;
	} modes[] = {
		{"on", SANDBOX_ON},
		{"strict", SANDBOX_ON},
		{"require", SANDBOX_REQUIRE},
		{"log", SANDBOX_LOG},
		{"off", SANDBOX_OFF},
	};

	options->strict = strcmp(word, "strict") == 0;
	for (size_t i = 0; i < ARRAY_COUNT(modes); i++) {
		if (strcmp(modes[i].word, word) == 0) {
			options->request.mode = modes[i].mode;
			return NULL;
		}
	}
	return error_new("no such mode: '%s'", word);
}

static struct error *read_policies(struct options *options, const char *words)
{
	while (*words != '\0') {
		size_t length = strcspn(words, ",");

		strings_add_owned(&options->policies, xstrndup(words, length));
		words += length + (words[length] == ',');
	}
	return NULL;
}

static struct error *read_path(struct options *options, const char *word)
{
	const char *colon = strrchr(word, ':');
	struct path_rule *rule;
	struct stat status;

	if (!colon)
		return error_new("no rights in '%s'", word);
	rule = array_push(&options->paths, &options->path_count, sizeof(*rule));
	rule->path = xstrndup(word, (size_t)(colon - word));
	rule->write = strchr(colon, 'w') != NULL;
	rule->device = strchr(colon, 'd') != NULL;
	rule->directory = stat(rule->path, &status) == 0 && S_ISDIR(status.st_mode);
	return NULL;
}

static struct error *read_port(struct options *options, const char *word, bool listen)
{
	struct port_rule *rule;
	uint64_t number;

	TRY(number_parse(word, 1, UINT16_MAX, &number));
	*(listen ? &options->request.limit_listen : &options->request.limit_connect) = true;
	rule = array_push(&options->ports, &options->port_count, sizeof(*rule));
	*rule = (struct port_rule){.port = (uint16_t)number, .listen = listen};
	return NULL;
}

static struct error *read_keep(struct options *options, const char *word)
{
	uint64_t number;

	TRY(number_parse(word, 0, INT32_MAX, &number));
	*(int *)array_push(&options->keep, &options->keep_count, sizeof(int)) = (int)number;
	return NULL;
}

static struct error *read_flag(struct options *options, const char *word)
{
	if (strcmp(word, "--keep-capabilities") == 0)
		options->request.drop_capabilities = false;
	else if (strcmp(word, "--no-landlock") == 0)
		options->no_landlock = true;
	else if (strcmp(word, "--last-byte") == 0)
		options->last_byte = true;
	else if (strcmp(word, "--count") == 0)
		options->count = true;
	else if (strcmp(word, "--abi") == 0)
		options->abi = true;
	else
		return error_new("not understood: '%s'", word);
	return NULL;
}

static struct error *read_option(struct options *options, const char *word)
{
	const char *value = strchr(word, '=');

	if (!value)
		return read_flag(options, word);
	value++;
	if (text_starts_with(word, "--mode="))
		return read_mode(options, value);
	if (text_starts_with(word, "--policy="))
		return read_policies(options, value);
	if (text_starts_with(word, "--path="))
		return read_path(options, value);
	if (text_starts_with(word, "--listen="))
		return read_port(options, value, true);
	if (text_starts_with(word, "--connect="))
		return read_port(options, value, false);
	if (text_starts_with(word, "--keep="))
		return read_keep(options, value);
	return error_new("not understood: '%s'", word);
}

static struct error *count_calls(const struct options *options)
{
	struct rule_list rules;

	TRY(policy_merge(&options->policies, filter_host_arch(), &rules));
	printf("%zu\n", policy_allowed_count(&rules));
	rule_list_clear(&rules);
	exit(0);
}

static struct error *print_abi(void)
{
	printf("%d\n", landlock_abi());
	exit(0);
}

/* Without Landlock, as on an older kernel, or with the second way to one exec. */
static struct error *confine_partly(
	const struct options *options, const char *path, char *const argv[], char *const envp[])
{
	const struct filter *filter = options->request.filter;
	int program_fd;

	TRY(exec_check(filter, path, &program_fd));
	if (options->request.drop_capabilities)
		TRY(capabilities_drop());
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return error_system(errno, "no_new_privs");
	if (!options->last_byte)
		return exec_once(filter, path, argv, envp);
	return exec_once_last_byte(filter, path, argv, envp);
}

static struct error *run(struct options *options, char *const argv[], char *const envp[])
{
	struct filter *filter = NULL;

	if (options->abi)
		return print_abi();
	if (options->count)
		return count_calls(options);
	options->request.paths = options->paths;
	options->request.path_count = options->path_count;
	options->request.ports = options->ports;
	options->request.port_count = options->port_count;
	options->request.keep_fds = options->keep;
	options->request.keep_fd_count = options->keep_count;
	if (options->request.mode != SANDBOX_OFF)
		TRY(filter_build(&options->policies,
			options->strict ? FILTER_DEFAULT_KILL
					: filter_default_for(options->request.mode),
			filter_host_arch(), &filter));
	options->request.filter = filter;
	if (options->last_byte || options->no_landlock)
		return confine_partly(options, argv[0], argv, envp);
	return confine_and_exec(&options->request, argv[0], argv, envp);
}

int main(int argc, char *argv[], char *envp[])
{
	struct options options = {.request = {.mode = SANDBOX_ON,
					  .close_fds = true,
					  .drop_capabilities = true,
					  .words_fd = -1}};
	struct error *error = NULL;
	int i = 1;

	for (; i < argc && strcmp(argv[i], "--") != 0 && !error; i++)
		error = read_option(&options, argv[i]);
	if (!error && i + 1 >= argc && !options.count && !options.abi)
		error = error_new("no program");
	if (!error)
		error = run(&options, argv + i + 1, envp);
	fprintf(stderr, "run_confined: %s\n", error->text);
	return error->status;
}
