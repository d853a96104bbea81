/* SPDX-License-Identifier: MIT */
/*
 * Stands in QEMU's place and reports what it was given, one fact a line: its arguments,
 * environment, file descriptors, process id, limits, directory and signals, and what it can
 * still open and execute.
 * Control characters are printed as \xNN, so that one line is one fact. With "-wait" as its last
 * argument it stays.
 *
 * PROBE_STATUS in its environment is what it ends with (0 without); PROBE_PORTS are TCP ports to
 * try, PROBE_WRITES files to write to or make.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

extern char **environ;

static void print_fact(const char *name, const char *text)
{
	printf("%s ", name);
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c < ' ')
			printf("\\x%02x", *c);
		else
			putchar(*c);
	}
	putchar('\n');
}

static void print_fds(void)
{
	for (int fd = 0; fd < 512; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			printf("fd %d\n", fd);
}

static void print_limits(void)
{
	struct rlimit files = {0};
	struct rlimit core = {0};

	if (getrlimit(RLIMIT_NOFILE, &files) == 0)
		printf("nofile %s\n", files.rlim_cur == files.rlim_max ? "raised" : "low");
	if (getrlimit(RLIMIT_CORE, &core) == 0)
		printf("core %s\n", core.rlim_cur == 0 ? "off" : "on");
}

static void print_surroundings(void)
{
	char *here = getcwd(NULL, 0);
	sigset_t blocked;
	struct sigaction action;

	print_fact("cwd", here ? here : "?");
	free(here);
	sigprocmask(SIG_SETMASK, NULL, &blocked);
	for (int i = 1; i < 32; i++) {
		if (sigismember(&blocked, i) == 1)
			printf("blocked %d\n", i);
		if (sigaction(i, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			printf("ignored %d\n", i);
	}
}

/* PROBE_PORTS="5977 5978": which of them can be listened on. */
static void print_ports(const char *ports)
{
	while (ports && *ports) {
		char *end;
		unsigned long port = strtoul(ports, &end, 10);
		struct sockaddr_in address = {.sin_family = AF_INET,
			.sin_port = htons((uint16_t)port),
			.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		printf("listen %lu %s\n", port,
			fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0
				? "yes"
				: "no");
		if (end == ports)
			return;
		ports = end;
	}
}

/* PROBE_WRITES="/a:/b": which of them can be written to, or made. */
static void print_writes(const char *paths)
{
	char *left = paths ? strdup(paths) : NULL;

	for (char *path = left ? strtok(left, ":") : NULL; path; path = strtok(NULL, ":"))
		printf("write %s %s\n", path,
			open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0 ? "yes" : "no");
	free(left);
}

int main(int argc, char **argv)
{
	const char *status = getenv("PROBE_STATUS");

	printf("pid %d\n", (int)getpid());
	for (int i = 0; i < argc; i++)
		print_fact("arg", argv[i]);
	for (char **variable = environ; *variable; variable++)
		print_fact("env", *variable);
	print_fds();
	print_limits();
	print_surroundings();
	print_ports(getenv("PROBE_PORTS"));
	print_writes(getenv("PROBE_WRITES"));
	if (argc > 1 && strcmp(argv[argc - 1], "-wait") == 0) {
		puts("waiting");
		fflush(stdout);
		poll(NULL, 0, -1); /* until the test has looked at it from outside, and ends it */
	}
	printf("open /etc/shadow %s\n", open("/etc/shadow", O_RDONLY) >= 0 ? "yes" : "no");
	fflush(stdout);
	execl("/bin/true", "true", (char *)NULL);
	printf("exec no\n");
	return status ? (int)strtol(status, NULL, 10) : 0;
}
