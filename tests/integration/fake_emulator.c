/* SPDX-License-Identifier: MIT */
/*
 * A program in QEMU's place for `slipway test`: it speaks as much of QMP as a watcher needs, on the
 * descriptor that a watched VM's arguments name, and then behaves as its last arguments say:
 *	-- -fake MODE [ARGUMENT]
 * So what a real guest does rarely or not at all under emulation can be tested, and fast.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

/* As the plan numbers them (enum plan_fd). */
#define CONTROL_FD 40
#define READY_FD 42
#define SCREENSHOT_FD 43

#define LINE_BYTES 4096

struct mode {
	const char *name;
	int (*run)(const char *argument);
};

static void send_text(const char *text)
{
	if (send(CONTROL_FD, text, strlen(text), MSG_NOSIGNAL) < 0 && errno != EPIPE)
		exit(3);
}

static void say(const char *text)
{
	if (write(STDOUT_FILENO, text, strlen(text)) < 0)
		exit(4);
}

/* The next line of the control socket; false at its end. */
static bool read_command(char *line, size_t room)
{
	size_t length = 0;
	char c = 0;

	while (length + 1 < room && recv(CONTROL_FD, &c, 1, 0) == 1 && c != '\n')
		line[length++] = c;
	line[length] = '\0';
	return c == '\n';
}

static bool wait_for(const char *command)
{
	char line[LINE_BYTES];

	while (read_command(line, sizeof(line)))
		if (strstr(line, command))
			return true;
	return false;
}

static int until_quit(void)
{
	(void)wait_for("\"quit\"");
	return 0;
}

static int event(const char *name, const char *data)
{
	char line[LINE_BYTES];

	(void)snprintf(line, sizeof(line),
		"{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": \"%s\"%s%s}\r\n",
		name, data ? ", \"data\": " : "", data ? data : "");
	send_text(line);
	return 0;
}

static int power_off(void)
{
	event("SHUTDOWN", "{\"guest\": true, \"reason\": \"guest-shutdown\"}");
	return until_quit();
}

static int mode_poweroff(const char *argument)
{
	(void)argument;
	say("fake: power off\r\n");
	return power_off();
}

/* The state that QEMU is in after STOP. */
static int mode_paused(const char *argument)
{
	char line[LINE_BYTES];

	say("fake: about to be paused\r\n");
	if (strcmp(argument, "io-error") == 0)
		event("BLOCK_IO_ERROR", "{\"device\": \"disk0\", \"node-name\": \"\", "
					"\"operation\": \"write\", \"action\": \"stop\"}");
	if (strcmp(argument, "internal-error") == 0)
		fputs("KVM internal error. Suberror: 1\nemulation failure\n", stderr);
	event("STOP", NULL);
	if (!wait_for("query-status"))
		return 5;
	(void)snprintf(line, sizeof(line),
		"{\"return\": {\"running\": false, \"singlestep\": false, \"status\": \"%s\"}, "
		"\"id\": \"query-status\"}\r\n",
		argument);
	send_text(line);
	return until_quit();
}

static int mode_panicked(const char *argument)
{
	(void)argument;
	event("GUEST_PANICKED", "{\"action\": \"run\"}");
	return until_quit();
}

static int mode_watchdog(const char *argument)
{
	(void)argument;
	event("WATCHDOG", "{\"action\": \"reset\"}");
	return until_quit();
}

static int mode_reboot(const char *argument)
{
	for (int count = atoi(argument); count > 0; count--) {
		say("fake: boot\r\n");
		event("RESET", "{\"guest\": true, \"reason\": \"guest-reset\"}");
	}
	say("fake: boot\r\n");
	return power_off();
}

static int mode_outside(const char *argument)
{
	(void)argument;
	event("SHUTDOWN", "{\"guest\": false, \"reason\": \"host-signal\"}");
	return 0;
}

static int mode_exit(const char *argument)
{
	fputs("qemu: -device nonsense: 'nonsense' is not a valid device model name\n", stderr);
	return atoi(argument);
}

/* What the sandbox kills for, where there is one. */
static int mode_forbidden_call(const char *argument)
{
	(void)argument;
	say("fake: about to be killed\r\n");
	(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	return 6;
}

static int mode_signal(const char *argument)
{
	say("fake: about to die\r\n");
	(void)raise(atoi(argument));
	return 7;
}

/* So many MiB of lines as fast as it goes. */
static int mode_flood(const char *argument)
{
	size_t room = (size_t)1 << 20;
	char *block = malloc(room);

	if (!block)
		return 8;
	for (size_t i = 0; i < room; i++)
		block[i] = i % 64 == 63 ? '\n' : (char)('a' + i % 26);
	for (int count = atoi(argument); count > 0; count--) {
		for (size_t at = 0; at < room;) {
			ssize_t written = write(STDOUT_FILENO, block + at, room - at);

			if (written < 0)
				return 9;
			at += (size_t)written;
		}
	}
	free(block);
	say("fake: flood over\r\n");
	return power_off();
}

/* One line without an end, as long as it goes. */
static int mode_one_line(const char *argument)
{
	for (long left = atol(argument) * 1024; left > 0; left--)
		say("0123456789abcdef 0123456789abcdef 0123456789abcdef 0123456789abcde 64\t"
		    "0123456789abcdef 0123456789abcdef 0123456789abcdef 0123456789abcde 64\t");
	return power_off();
}

static void hang(void)
{
	for (;;)
		(void)poll(NULL, 0, -1);
}

static int mode_hang(const char *argument)
{
	(void)argument;
	say("fake: hanging at a prompt> ");
	return until_quit();
}

/* Neither listens nor ends when it is told to. */
static int mode_deaf(const char *argument)
{
	(void)argument;
	(void)signal(SIGTERM, SIG_IGN);
	say("fake: deaf\r\n");
	hang();
	return 10;
}

static int mode_ready(const char *argument)
{
	const char *line =
		strcmp(argument, "no") == 0 ? "STATUS=booting\n" : "STATUS=up\nREADY=1\n";

	say("fake: services start\r\n");
	if (send(READY_FD, line, strlen(line), MSG_NOSIGNAL) < 0)
		return 11;
	return until_quit();
}

/* Says what was typed, up to a carriage return. */
static int mode_prompt(const char *argument)
{
	char c = 0;

	(void)argument;
	say("login: ");
	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\r')
		if (write(STDOUT_FILENO, &c, 1) < 0)
			return 12;
	say("\r\nPassword: ");
	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\r')
		continue;
	say("\r\nwelcome\r\n");
	return power_off();
}

/* Shuts down when it is asked to, as a guest with ACPI does. */
static int mode_powerdown(const char *argument)
{
	(void)argument;
	say("fake: up\r\n");
	if (!wait_for("system_powerdown"))
		return 13;
	event("POWERDOWN", NULL);
	say("fake: shutting down\r\n");
	return power_off();
}

/* The argument as a guest's console, with \n for the end of a line, then a hang. */
static int mode_say(const char *argument)
{
	for (const char *c = argument; *c; c++) {
		if (c[0] == '\\' && c[1] == 'n') {
			say("\r\n");
			c++;
		} else if (write(STDOUT_FILENO, c, 1) < 0) {
			return 14;
		}
	}
	return until_quit();
}

static int mode_rubbish(const char *argument)
{
	(void)argument;
	send_text("{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true\r\n");
	send_text("[1, 2, 3]\r\nnot json at all\r\n{}\r\n");
	for (int i = 0; i < 100000; i++)
		send_text("this line of the control socket has no end ");
	send_text("\r\n");
	return mode_poweroff("");
}

/* Hangs with a screen, of which a picture can be had (or not: "no"; or is cut off: "cut"). */
static int mode_screen(const char *argument)
{
	const char picture[] = "\211PNG of a screen";

	say("fake: look at me\r\n");
	if (!wait_for("screendump"))
		return 15;
	if (strcmp(argument, "cut") == 0)
		return 0;
	if (strcmp(argument, "no") == 0)
		send_text("{\"error\": {\"class\": \"GenericError\", \"desc\": \"there is no "
			  "screen\"}, \"id\": \"screendump\"}\r\n");
	else if (write(SCREENSHOT_FD, picture, sizeof(picture) - 1) < 0)
		return 16;
	else
		send_text("{\"return\": {}, \"id\": \"screendump\"}\r\n");
	return until_quit();
}

/* What means nothing: a second greeting, events of other kinds, answers to nobody. */
static int mode_chatter(const char *argument)
{
	(void)argument;
	send_text("{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n");
	event("BLOCK_IO_ERROR", "{\"device\": \"disk0\", \"node-name\": \"\", "
				"\"operation\": \"write\", \"action\": \"report\"}");
	event("RESET", "{\"guest\": false, \"reason\": \"host-qmp-system-reset\"}");
	event("RTC_CHANGE", "{\"offset\": 1}");
	event("STOP", NULL);
	if (!wait_for("query-status"))
		return 17;
	send_text("{\"return\": {\"running\": true, \"singlestep\": false, \"status\": "
		  "\"running\"}, \"id\": \"query-status\"}\r\n");
	send_text("{\"error\": {\"class\": \"GenericError\"}}\r\n");
	send_text("{\"error\": {\"class\": \"GenericError\", \"desc\": \"not now\"}, "
		  "\"id\": \"cont\"}\r\n");
	say("fake: chattered\r\n");
	return power_off();
}

/* QEMU was told not to reboot (-no-reboot). */
static int mode_reset_ends(const char *argument)
{
	(void)argument;
	event("SHUTDOWN", "{\"guest\": true, \"reason\": \"guest-reset\"}");
	return until_quit();
}

static const struct mode modes[] = {
	{"poweroff", mode_poweroff},
	{"paused", mode_paused},
	{"panicked", mode_panicked},
	{"watchdog", mode_watchdog},
	{"reboot", mode_reboot},
	{"outside", mode_outside},
	{"exit", mode_exit},
	{"forbidden-call", mode_forbidden_call},
	{"signal", mode_signal},
	{"flood", mode_flood},
	{"one-line", mode_one_line},
	{"hang", mode_hang},
	{"deaf", mode_deaf},
	{"ready", mode_ready},
	{"prompt", mode_prompt},
	{"powerdown", mode_powerdown},
	{"say", mode_say},
	{"rubbish", mode_rubbish},
	{"screen", mode_screen},
	{"chatter", mode_chatter},
	{"reset-ends", mode_reset_ends},
};

/* As QEMU does: a greeting, then nothing until qmp_capabilities, and the machine waits for cont. */
static bool negotiate(void)
{
	send_text("{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 0, \"minor\": 2, \"major\": 7}, "
		  "\"package\": \"fake\"}, \"capabilities\": [\"oob\"]}}\r\n");
	if (!wait_for("qmp_capabilities"))
		return false;
	send_text("{\"return\": {}, \"id\": \"qmp_capabilities\"}\r\n");
	if (!wait_for("cont"))
		return false;
	send_text("{\"return\": {}, \"id\": \"cont\"}\r\n");
	event("RESUME", NULL);
	return true;
}

int main(int argc, char **argv)
{
	int at = 1;
	const char *argument;

	while (at < argc && strcmp(argv[at], "-fake") != 0)
		at++;
	if (at + 1 >= argc)
		return 2;
	argument = at + 2 < argc ? argv[at + 2] : "";
	if (strcmp(argv[at + 1], "exit") != 0 && strcmp(argv[at + 1], "deaf") != 0 && !negotiate())
		return 2;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(argv[at + 1], modes[i].name) == 0)
			return modes[i].run(argument);
	return 2;
}
