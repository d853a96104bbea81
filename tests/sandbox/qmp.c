/* SPDX-License-Identifier: MIT */
/*
 * Starts a QEMU whose monitor is descriptor 3 and talks QMP with it as a script on stdin says.
 *
 *	qmp [--seconds=N] -- COMMAND...	(-chardev socket,id=q,fd=3 -mon chardev=q,mode=control)
 *
 * A line of the script is a command, sent and waited for; or
 *	?COMMAND         an error is an answer, too
 *	!event NAME      waits for the event
 *	!answer TEXT     waits for a line with TEXT
 *	!job ID          waits till the job is concluded or ready
 *	!fd FILE NAME    opens FILE and hands it over as the descriptor NAME
 *	!text FILE TEXT  waits till TEXT stands in FILE
 *	!end             waits for QEMU's own end; else it is told to quit when the script ends
 *
 * Every answer is printed. Ends with QEMU's status, 128+signal, 3 for an answer that is an error, 4
 * when the monitor is gone too early, 124 after N seconds (60).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MONITOR_FD 3
#define STATUS_ERROR 3
#define STATUS_GONE 4
#define STATUS_TIMEOUT 124

struct session {
	pid_t child;
	int fd;
	FILE *answers;
	time_t end;
	int status; /* of the script so far */
	bool ended; /* QEMU was told to quit, or ends by itself */
};

static void start(struct session *session, char *const command[])
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
		exit(STATUS_GONE);
	session->child = fork();
	if (session->child == 0) {
		int null = open("/dev/null", O_RDWR);

		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)dup2(null, STDIN_FILENO);
		(void)dup2(ends[1], MONITOR_FD);
		for (int fd = MONITOR_FD + 1; fd < 32; fd++)
			(void)close(fd);
		(void)execvp(command[0], command);
		_exit(127);
	}
	(void)close(ends[1]);
	session->fd = ends[0];
	session->answers = fdopen(ends[0], "r");
}

static int finish(struct session *session)
{
	const struct timespec pause = {0, 20L * 1000 * 1000};
	int status;

	while (waitpid(session->child, &status, WNOHANG) == 0) {
		if (time(NULL) > session->end) {
			(void)kill(session->child, SIGKILL);
			(void)waitpid(session->child, &status, 0);
			return STATUS_TIMEOUT;
		}
		(void)nanosleep(&pause, NULL);
	}
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : session->status;
}

static void gone(struct session *session)
{
	int status;

	if (session->status == 0)
		session->status = STATUS_GONE;
	session->end = time(NULL) + 2;
	status = finish(session);
	exit(status);
}

/* The next line that holds one of the words; events between are printed, too. */
static void wait_for(struct session *session, const char *one, const char *other)
{
	char *line = NULL;
	size_t room = 0;
	bool error = false;

	while (getline(&line, &room, session->answers) > 0) {
		bool found = strstr(line, one) != NULL;

		(void)printf("%s", line);
		(void)fflush(stdout);
		error = strncmp(line, "{\"error\"", 8) == 0;
		if (found || (other && strstr(line, other)) || error)
			break;
	}
	if (feof(session->answers) || ferror(session->answers))
		gone(session);
	if (error && (!other || strcmp(other, "{\"error\"") != 0))
		session->status = STATUS_ERROR;
	free(line);
}

static void send_text(struct session *session, const char *text, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec part = {(void *)text, strlen(text)}; /* NOLINT: not changed */
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	if (fd >= 0) {
		struct cmsghdr *header;

		message.msg_control = control;
		message.msg_controllen = sizeof(control);
		header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	}
	if (sendmsg(session->fd, &message, MSG_NOSIGNAL) < 0)
		gone(session);
}

/* Cuts the first word off; the rest begins behind one space. */
static char *cut_word(char **rest)
{
	char *word = *rest;
	size_t length = strcspn(word, " ");

	*rest = word + length + (word[length] != '\0');
	word[length] = '\0';
	return word;
}

static void hand_over(struct session *session, char *words)
{
	const char *file = cut_word(&words);
	char *command = NULL;
	int fd = open(file, O_RDWR | O_CREAT, 0600);

	if (asprintf(&command, "{\"execute\":\"getfd\",\"arguments\":{\"fdname\":\"%s\"}}\n",
		    words) < 0)
		exit(STATUS_ERROR);
	send_text(session, command, fd);
	wait_for(session, "\"return\"", NULL);
	(void)close(fd);
	free(command);
}

static bool stands_in(const char *file, const char *text)
{
	FILE *stream = fopen(file, "r");
	char *all = NULL;
	size_t room = 0;
	bool found = false;

	while (stream && !found && getdelim(&all, &room, '\n', stream) > 0)
		found = strstr(all, text) != NULL;
	free(all);
	if (stream)
		(void)fclose(stream);
	return found;
}

static void wait_for_text(struct session *session, char *words)
{
	const struct timespec pause = {0, 50L * 1000 * 1000};
	const char *file = cut_word(&words);

	while (!stands_in(file, words)) {
		if (waitid(P_PID, (id_t)session->child, &(siginfo_t){0},
			    WEXITED | WNOHANG | WNOWAIT) == 0 &&
			kill(session->child, 0) != 0)
			gone(session);
		if (time(NULL) > session->end) {
			(void)printf("'%s' did not come\n", words);
			session->status = STATUS_TIMEOUT;
			break;
		}
		(void)nanosleep(&pause, NULL);
	}
}

static void wait_for_job(struct session *session, const char *id)
{
	char *concluded = NULL, *ready = NULL;

	if (asprintf(&concluded, "\"status\": \"concluded\", \"id\": \"%s\"", id) < 0 ||
		asprintf(&ready, "\"status\": \"ready\", \"id\": \"%s\"", id) < 0)
		exit(STATUS_ERROR);
	wait_for(session, concluded, ready);
	free(concluded);
	free(ready);
}

static void run_line(struct session *session, char *line)
{
	char *event = NULL;

	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '\0' || line[0] == '#')
		return;
	if (strncmp(line, "!fd ", 4) == 0) {
		hand_over(session, line + 4);
	} else if (strncmp(line, "!text ", 6) == 0) {
		wait_for_text(session, line + 6);
	} else if (strncmp(line, "!answer ", 8) == 0) {
		wait_for(session, line + 8, NULL);
	} else if (strncmp(line, "!job ", 5) == 0) {
		wait_for_job(session, line + 5);
	} else if (strncmp(line, "!event ", 7) == 0) {
		if (asprintf(&event, "\"event\": \"%s\"", line + 7) < 0)
			exit(STATUS_ERROR);
		wait_for(session, event, NULL);
		free(event);
	} else if (strcmp(line, "!end") == 0) {
		session->ended = true;
	} else {
		bool forgiving = line[0] == '?';

		send_text(session, line + forgiving, -1);
		send_text(session, "\n", -1);
		wait_for(session, "\"return\"", forgiving ? "{\"error\"" : NULL);
	}
}

int main(int argc, char *argv[])
{
	struct session session = {.end = time(NULL) + 60};
	char *line = NULL;
	size_t room = 0;
	int first = 1;

	if (argc > 1 && strncmp(argv[1], "--seconds=", 10) == 0) {
		session.end = time(NULL) + strtol(argv[1] + 10, NULL, 10);
		first++;
	}
	if (first + 1 >= argc)
		return STATUS_ERROR;
	start(&session, argv + first + 1);
	(void)alarm((unsigned)(session.end - time(NULL)) + 5);
	wait_for(&session, "\"QMP\"", NULL);
	send_text(&session, "{\"execute\":\"qmp_capabilities\"}\n", -1);
	wait_for(&session, "\"return\"", NULL);
	while (getline(&line, &room, stdin) > 0)
		run_line(&session, line);
	if (!session.ended)
		send_text(&session, "{\"execute\":\"quit\"}\n", -1);
	free(line);
	return finish(&session);
}
