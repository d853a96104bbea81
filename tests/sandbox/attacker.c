/* SPDX-License-Identifier: MIT */
/*
 * The attacker in QEMU's place: tries one thing and says whether it was possible.
 *
 *	attacker --list      GROUP NAME LAYER of every attempt; LAYER is landlock where only that
 *helps attacker NAME        ends with 0 (possible), 1 (refused) or by SIGSYS (killed)
 *
 * The stage comes in the environment: SECRET (a file of this user outside the cage's paths),
 *HOME_DIR (a directory that may be written), READABLE (a file that may be read), VICTIM (a process
 *of this user outside), SERVER (a unix socket of somebody else's), TRUE_PROGRAM.
 */
#include "attacker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define STATUS_REFUSED 1
#define STATUS_USAGE 2

typedef const struct attempt *table_function(size_t *ret_count);

static table_function *const tables[] = {
	attempts_of_execution, attempts_of_calls, attempts_of_files, attempts_of_others};

const char *stage_text(const char *name)
{
	const char *text = getenv(name);

	return text ? text : "";
}

long stage_number(const char *name)
{
	return strtol(stage_text(name), NULL, 10);
}

int result_of(long result)
{
	return result == -1 ? errno : 0;
}

static int call(const struct attempt *attempt)
{
	const long *a = attempt->arguments;
	int number = result_of(syscall(attempt->number, a[0], a[1], a[2], a[3], a[4], a[5]));

	if (attempt->reached && number != ENOSYS)
		return 0;
	return number;
}

/* A process of the same user outside the cage, with a server: ends with its caller's pipe. */
static int be_victim(const char *path, const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int by_path = socket(AF_UNIX, SOCK_STREAM, 0);
	int abstract = socket(AF_UNIX, SOCK_STREAM, 0);
	int size = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "%s", name);
	char byte;

	if (bind(abstract, (const struct sockaddr *)&address,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)size)) != 0 ||
		listen(abstract, 64) != 0)
		return STATUS_USAGE;
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (bind(by_path, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
		listen(by_path, 64) != 0)
		return STATUS_USAGE;
	(void)printf("%d\n", (int)getpid());
	(void)fclose(stdout);
	return read(STDIN_FILENO, &byte, 1) == 0 ? EXIT_SUCCESS : STATUS_REFUSED;
}

static int try(const struct attempt *attempt)
{
	int number;

	number = attempt->function ? attempt->function() : call(attempt);
	(void)printf("%s\n", number == 0 ? "possible" : strerror(number));
	return number == 0 ? EXIT_SUCCESS : STATUS_REFUSED;
}

int main(int argc, char *argv[])
{
	if (argc == 4 && strcmp(argv[1], "--victim") == 0)
		return be_victim(argv[2], argv[3]);
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		size_t count;
		const struct attempt *attempts = tables[t](&count);

		for (size_t i = 0; i < count; i++) {
			if (argc == 2 && strcmp(argv[1], "--list") == 0)
				(void)printf("%s %s %s\n", attempts[i].group, attempts[i].name,
					attempts[i].landlock ? "landlock" : "filter");
			else if (argc == 2 && strcmp(argv[1], attempts[i].name) == 0)
				return try(&attempts[i]);
		}
	}
	return argc == 2 && strcmp(argv[1], "--list") == 0 ? EXIT_SUCCESS : STATUS_USAGE;
}
