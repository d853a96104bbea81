/* SPDX-License-Identifier: MIT */
#include "log_marks.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/memory.h"
#include "base/text.h"

#define WORD_BYTES 16

static char *make_word(void)
{
	unsigned char bytes[WORD_BYTES] = {0};
	struct text word = {0};

	text_add(&word, "slipway_");
	(void)!getrandom(bytes, sizeof(bytes), 0);
	for (size_t i = 0; i < sizeof(bytes); i++)
		text_addf(&word, "%02x", bytes[i]);
	return text_take(&word);
}

/* GitHub, "Workflow commands": %, CR and LF are escaped everywhere, : and , in properties. */
static char *github_escaped(const char *text, const char *unsafe)
{
	struct text escaped = {0};

	for (; *text; text++) {
		if (strchr(unsafe, *text))
			text_addf(&escaped, "%%%02X", (unsigned char)*text);
		else
			text_add_bytes(&escaped, text, 1);
	}
	return text_take(&escaped);
}

static void begin_github(const char *title, const char *word)
{
	auto_free char *safe = github_escaped(title, "%\r\n");

	printf("::group::%s\n::stop-commands::%s\n", safe, word);
}

/* GitLab, "Custom collapsible sections": a name is of letters, digits, '_', '.' and '-'. */
static void mark_gitlab(const char *kind, const char *word, const char *title)
{
	printf("\033[0Ksection_%s:%" PRId64 ":%s\r\033[0K%s\n", kind, (int64_t)time(NULL), word,
		title);
}

char *log_marks_begin(enum log_reader reader, const char *title)
{
	char *word = make_word();

	switch (reader) {
	case LOG_READER_ANYBODY:
		break;
	case LOG_READER_GITHUB:
		begin_github(title, word);
		break;
	case LOG_READER_GITLAB:
		mark_gitlab("start", word, title);
		break;
	}
	(void)fflush(stdout);
	return word;
}

void log_marks_end(enum log_reader reader, const char *word)
{
	switch (reader) {
	case LOG_READER_ANYBODY:
		break;
	case LOG_READER_GITHUB:
		printf("\n::%s::\n::endgroup::\n", word);
		break;
	case LOG_READER_GITLAB:
		mark_gitlab("end", word, "");
		break;
	}
	(void)fflush(stdout);
}

void log_marks_error(enum log_reader reader, const char *title, const char *file, const char *text)
{
	auto_free char *safe_title = github_escaped(title, "%\r\n:,");
	auto_free char *safe_file = github_escaped(file, "%\r\n:,");
	auto_free char *safe_text = github_escaped(text, "%\r\n");

	if (reader != LOG_READER_GITHUB)
		return;
	printf("::error title=%s,file=%s::%s\n", safe_title, safe_file, safe_text);
	(void)fflush(stdout);
}
