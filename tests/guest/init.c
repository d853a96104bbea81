/* SPDX-License-Identifier: MIT */
/*
 * The first and only program of a Linux guest: does what slipway=WORD on the kernel's command line
 * says (the kernel puts it into the environment, Documentation/admin-guide/kernel-parameters.rst):
 *	off      powers off at once
 *	ready    says READY=1 on the port that `slipway test --ready` gives it, and stays
 *	button   waits for the power button, which is how a guest is asked to shut down
 *	strings  prints the strings that its board's tables have for it (SMBIOS, type 11)
 * /modules has what the kernel was built without, in the order it is loaded in.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TRIES 200
#define TRY_US 50000

static void say(const char *words)
{
	printf("init: %s\n", words);
	fflush(stdout);
}

static void off(void)
{
	say("power off");
	reboot(RB_POWER_OFF);
}

static void load_modules(void)
{
	struct dirent **names = NULL;
	int count = scandir("/modules", &names, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		char path[512];
		int fd;

		snprintf(path, sizeof(path), "/modules/%s", names[i]->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0 && names[i]->d_name[0] != '.')
			(void)syscall(SYS_finit_module, fd, "", 0);
	}
}

/* Once it is there; -1 when it never is. */
static int open_device(const char *path, int flags)
{
	int fd = -1;

	for (int i = 0; i < TRIES && fd < 0; i++) {
		usleep(TRY_US);
		fd = open(path, flags | O_CLOEXEC);
	}
	return fd;
}

static void be_ready(void)
{
	int fd = open_device("/dev/vport0p1", O_WRONLY);

	say(fd >= 0 && write(fd, "READY=1\n", 8) == 8 ? "said so" : "no port");
	pause();
}

static int is_power_button(int number)
{
	char path[64], name[64] = "";
	int fd;

	snprintf(path, sizeof(path), "/sys/class/input/event%d/device/name", number);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && read(fd, name, sizeof(name) - 1) > 0 &&
	       strcmp(name, "Power Button\n") == 0;
}

static int open_power_button(void)
{
	for (int i = 0; i < TRIES; i++, usleep(TRY_US))
		for (int number = 0; number < 32; number++) {
			char path[64];

			snprintf(path, sizeof(path), "/dev/input/event%d", number);
			if (is_power_button(number))
				return open_device(path, O_RDONLY);
		}
	return -1;
}

static void wait_for_button(void)
{
	struct input_event event;
	int fd = open_power_button();

	say(fd >= 0 ? "waiting for the power button" : "no power button");
	while (read(fd, &event, sizeof(event)) == (ssize_t)sizeof(event))
		if (event.type == EV_KEY && event.code == KEY_POWER && event.value == 1)
			break;
	say("the power button was pressed");
	off();
}

static void print_strings(void)
{
	char bytes[4096];
	int fd = open_device("/sys/firmware/dmi/entries/11-0/raw", O_RDONLY);
	ssize_t length = fd >= 0 ? read(fd, bytes, sizeof(bytes) - 1) : -1;

	/* behind the formatted part, whose length is its second byte: texts that end with 0 */
	for (ssize_t at = length > 1 ? (unsigned char)bytes[1] : length; at < length;
		at += (ssize_t)strlen(bytes + at) + 1) {
		bytes[length] = '\0';
		if (bytes[at])
			say(bytes + at);
	}
	off();
}

int main(void)
{
	const char *word = getenv("slipway");

	(void)mkdir("/dev", 0755);
	(void)mkdir("/sys", 0755);
	(void)mount("dev", "/dev", "devtmpfs", 0, NULL);
	(void)mount("sys", "/sys", "sysfs", 0, NULL);
	load_modules();
	if (word && strcmp(word, "ready") == 0)
		be_ready();
	else if (word && strcmp(word, "button") == 0)
		wait_for_button();
	else if (word && strcmp(word, "strings") == 0)
		print_strings();
	off();
	return 1;
}
