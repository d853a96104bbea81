/* SPDX-License-Identifier: MIT */
/*
 * Runs contestants in turn, and says how long each took until the stub's main():
 *
 *	measure ROUNDS TOGETHER OUT [+++ NAME REMOVE STARTED COMMAND...]...
 *
 * After two rounds that do not count there are ROUNDS rounds; in each every contestant is started
 * once (TOGETHER times at once, until the last one's main), in another order each time. REMOVE is a
 * store to remove before each start, with slipway's record of it, STARTED a file in which the stub
 *says its time where it cannot do so on stdout, or "-" for none. A row for each contestant, with
 *tabs: NAME, median ms, 95th percentile, least, median of the ratios to the first contestant of the
 *same round and their 95th percentile, largest resident set in KiB, starts that failed. OUT gets
 *every single time.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CONTESTANTS_MOST 32
#define TOGETHER_MOST 512
#define WARM_UPS 2

extern char **environ;

struct contestant {
	const char *name;
	const char *remove;
	const char *started;
	char **command;
	double *times_ms; /* ROUNDS of them; negative: it failed */
	long resident_kib;
	int failed_count;
};

/* One start, from its begin on. */
struct start {
	pid_t pid;
	int fd;
};

static double now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	double first = *(const double *)a;
	double second = *(const double *)b;

	return (first > second) - (first < second);
}

static void fail(const char *what)
{
	fprintf(stderr, "measure: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct start start(const struct contestant *contestant, int null_fd)
{
	posix_spawn_file_actions_t actions;
	struct start begun = {.pid = -1, .fd = -1};
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		fail("pipe");
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, null_fd, 0);
	(void)posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	(void)posix_spawn_file_actions_adddup2(&actions, null_fd, 2);
	if (posix_spawnp(&begun.pid, contestant->command[0], &actions, NULL, contestant->command,
		    environ) != 0)
		begun.pid = -1;
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(ends[1]);
	begun.fd = ends[0];
	return begun;
}

/* What the stub said; negative where it said nothing. */
static double time_in(const char *text)
{
	const char *found = strstr(text, "started ");

	return found ? (double)strtoll(found + strlen("started "), NULL, 10) / 1e6 : -1;
}

static double read_time(int fd)
{
	char text[4096] = "";
	size_t length = 0;
	ssize_t got;

	while (length < sizeof(text) - 1 &&
		(got = read(fd, text + length, sizeof(text) - 1 - length)) > 0)
		length += (size_t)got;
	text[length] = '\0';
	return time_in(text);
}

static double read_time_at(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	double time_ms = fd >= 0 ? read_time(fd) : -1;

	if (fd >= 0)
		(void)close(fd);
	return time_ms;
}

/* When its main() began, or negative. */
static double finish(struct contestant *contestant, const struct start *begun)
{
	struct rusage usage = {0};
	double time_ms = read_time(begun->fd);
	int status;

	(void)close(begun->fd);
	if (begun->pid > 0 && wait4(begun->pid, &status, 0, &usage) == begun->pid &&
		usage.ru_maxrss > contestant->resident_kib)
		contestant->resident_kib = usage.ru_maxrss;
	if (time_ms < 0 && strcmp(contestant->started, "-") != 0)
		time_ms = read_time_at(contestant->started);
	return time_ms;
}

/* A start that makes a store has no record of it yet: to replace one costs more. */
static void remove_store(const char *path)
{
	char record[4096];

	if (strcmp(path, "-") == 0)
		return;
	(void)unlink(path);
	if (snprintf(record, sizeof(record), "%s.slipway", path) < (int)sizeof(record))
		(void)unlink(record);
}

static double run_once(struct contestant *contestant, int together, int null_fd)
{
	struct start starts[TOGETHER_MOST];
	double last_ms = 0;
	double begin_ms;

	remove_store(contestant->remove);
	if (strcmp(contestant->started, "-") != 0 && truncate(contestant->started, 0) != 0)
		fail(contestant->started);
	begin_ms = now_ms();
	for (int i = 0; i < together; i++)
		starts[i] = start(contestant, null_fd);
	for (int i = 0; i < together; i++) {
		double time_ms = finish(contestant, &starts[i]);

		if (time_ms < 0)
			last_ms = -1;
		else if (last_ms >= 0 && time_ms > last_ms)
			last_ms = time_ms;
	}
	return last_ms < 0 ? -1 : last_ms - begin_ms;
}

/* The `percent` percentile of the first `count`, which are sorted here. */
static double percentile(double *values, int count, int percent)
{
	if (count == 0)
		return -1;
	qsort(values, (size_t)count, sizeof(*values), compare);
	return values[(count - 1) * percent / 100];
}

static void say(const struct contestant *contestant, const struct contestant *first, int rounds)
{
	double *times = calloc((size_t)rounds, sizeof(double));
	double *ratios = calloc((size_t)rounds, sizeof(double));
	int count = 0;
	int pairs = 0;

	for (int i = 0; i < rounds && times && ratios; i++) {
		if (contestant->times_ms[i] < 0)
			continue;
		times[count++] = contestant->times_ms[i];
		if (first->times_ms[i] > 0)
			ratios[pairs++] = contestant->times_ms[i] / first->times_ms[i];
	}
	printf("%s\t%.3f\t%.3f\t%.3f\t%.2f\t%.2f\t%ld\t%d\n", contestant->name,
		percentile(times, count, 50), percentile(times, count, 95),
		percentile(times, count, 0), percentile(ratios, pairs, 50),
		percentile(ratios, pairs, 95), contestant->resident_kib, contestant->failed_count);
	free(times);
	free(ratios);
}

static int read_contestants(int argc, char **argv, int rounds, struct contestant *contestants)
{
	int count = 0;

	for (int i = 4; i < argc; i++) {
		if (strcmp(argv[i], "+++") != 0)
			continue;
		argv[i] = NULL;
		if (i + 4 >= argc || count == CONTESTANTS_MOST) {
			fprintf(stderr, "measure: too few words, or too many contestants\n");
			exit(2);
		}
		contestants[count] = (struct contestant){.name = argv[i + 1],
			.remove = argv[i + 2],
			.started = argv[i + 3],
			.command = argv + i + 4,
			.times_ms = calloc((size_t)rounds, sizeof(double))};
		if (!contestants[count++].times_ms)
			fail("memory");
	}
	return count;
}

int main(int argc, char **argv)
{
	struct contestant contestants[CONTESTANTS_MOST];
	int rounds = argc > 4 ? atoi(argv[1]) : 0;
	int together = argc > 4 ? atoi(argv[2]) : 0;
	FILE *out = argc > 4 ? fopen(argv[3], "ae") : NULL;
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	int count;

	if (rounds < 1 || together < 1 || together > TOGETHER_MOST || !out || null_fd < 0) {
		fprintf(stderr, "usage: measure ROUNDS TOGETHER OUT [+++ NAME REMOVE STARTED "
				"COMMAND...]...\n");
		return 2;
	}
	count = read_contestants(argc, argv, rounds, contestants);
	for (int round = -WARM_UPS; round < rounds; round++) {
		for (int turn = 0; turn < count; turn++) {
			int which = (turn + round + WARM_UPS) % count;
			double time_ms = run_once(&contestants[which], together, null_fd);

			if (round < 0)
				continue;
			contestants[which].times_ms[round] = time_ms;
			contestants[which].failed_count += time_ms < 0;
			fprintf(out, "%s\t%d\t%.4f\n", contestants[which].name, round, time_ms);
		}
	}
	for (int i = 0; i < count; i++)
		say(&contestants[i], &contestants[0], rounds);
	return fclose(out) == 0 ? 0 : 1;
}
