/* SPDX-License-Identifier: MIT */
#include "act/judge.h"

#include <stdlib.h>
#include <string.h>

#include "act/pattern.h"
#include "act/reply.h"
#include "act/utf8.h"
#include "base/memory.h"

/* More of a line does not stand in a message. */
#define QUOTE_MOST_BYTES 200

struct judge {
	struct patterns expect, forbid;
	struct replies replies;
	bool allow_shell;
	enum network_boot network;
	size_t seen;        /* expected texts */
	size_t expect_from; /* in the current line: what is behind the last expected text */
	size_t reply_from;
	bool expected_here; /* an expected text stands in the current line */
	bool trouble_here;  /* the trouble does */
	bool panic_was_expected;
	const char *reply; /* due; belongs to `replies` */
	char *forbidden;
	enum trouble trouble;
	char *trouble_words;
	const char *remark;
};

struct error *judge_new(const struct judge_request *request, struct judge **ret_judge)
{
	auto_judge struct judge *judge = xcalloc(1, sizeof(*judge));

	judge->allow_shell = request->allow_shell;
	judge->network = request->network;
	TRY(patterns_add_all(&judge->expect, "--expect", request->expect));
	TRY(patterns_add_all(&judge->forbid, "--forbid", request->forbid));
	TRY(replies_read(request->send, &judge->replies));
	*ret_judge = steal(&judge);
	return NULL;
}

void judge_free(struct judge *judge)
{
	if (!judge)
		return;
	patterns_clear(&judge->expect);
	patterns_clear(&judge->forbid);
	replies_clear(&judge->replies);
	free(judge->forbidden);
	free(judge->trouble_words);
	free(judge);
}

void judge_free_pointer(struct judge **judge)
{
	judge_free(*judge);
	*judge = NULL;
}

char *judge_quote(const char *line)
{
	size_t length = strlen(line);

	if (length <= QUOTE_MOST_BYTES)
		return xasprintf("\"%s\"", line);
	length = QUOTE_MOST_BYTES;
	while (length > 0 && utf8_continues((unsigned char)line[length]))
		length--;
	return xasprintf("\"%.*s …\"", (int)length, line);
}

static void look_for_forbidden(struct judge *judge, const char *line)
{
	for (size_t i = 0; i < judge->forbid.count && !judge->forbidden; i++) {
		size_t from = 0;
		auto_free char *quoted = NULL;

		if (!pattern_finds(&judge->forbid.items[i], line, &from))
			continue;
		quoted = judge_quote(line);
		judge->forbidden =
			xasprintf("--forbid='%s': %s", judge->forbid.items[i].source, quoted);
	}
}

/* What an unfinished line seemed to be before the expected text behind it came. */
static void forget_trouble(struct judge *judge)
{
	judge->trouble_here = false;
	judge->trouble = TROUBLE_NONE;
	free_pointer(&judge->trouble_words);
}

static void look_for_expected(struct judge *judge, const char *line)
{
	while (judge->seen < judge->expect.count &&
		pattern_finds(&judge->expect.items[judge->seen], line, &judge->expect_from)) {
		judge->seen++;
		judge->expected_here = true;
	}
	if (judge->expected_here && judge->trouble_here)
		forget_trouble(judge);
}

static bool is_trouble(const struct judge *judge, enum trouble trouble)
{
	switch (trouble) {
	case TROUBLE_NONE:
	case TROUBLE_REMARK:
		return false;
	case TROUBLE_NETWORK:
		return !judge->allow_shell && judge->network == NETWORK_BOOT_NONE;
	case TROUBLE_NO_SERVER:
		return !judge->allow_shell && judge->network != NETWORK_BOOT_ALSO;
	case TROUBLE_MENU:
	case TROUBLE_SHELL:
		return !judge->allow_shell;
	case TROUBLE_REFUSED:
	case TROUBLE_PANIC:
		return true;
	}
	return false;
}

/* What --allow-shell is about says so. */
static const char *way_out(enum trouble trouble)
{
	return trouble >= TROUBLE_NETWORK && trouble <= TROUBLE_SHELL
		       ? "; --allow-shell goes on watching"
		       : "";
}

static void look_for_trouble(struct judge *judge, const char *line, enum line_state state)
{
	const struct marker *marker = marker_find(line, state);
	auto_free char *quoted = NULL;

	if (!marker)
		return;
	if (judge->expected_here) {
		judge->panic_was_expected |= marker->trouble == TROUBLE_PANIC;
		return;
	}
	if (marker->trouble == TROUBLE_REMARK)
		judge->remark = marker->words;
	if (!is_trouble(judge, marker->trouble) || marker->trouble <= judge->trouble)
		return;
	quoted = judge_quote(line);
	free(judge->trouble_words);
	judge->trouble_here = true;
	judge->trouble = marker->trouble;
	judge->trouble_words =
		xasprintf("%s: %s%s", marker->words, quoted, way_out(marker->trouble));
}

void judge_look(struct judge *judge, const char *line, enum line_state state)
{
	size_t length = strlen(line);

	/* a backspace may have taken back what was looked at */
	if (judge->expect_from > length)
		judge->expect_from = length;
	if (judge->reply_from > length)
		judge->reply_from = length;
	look_for_forbidden(judge, line);
	look_for_expected(judge, line);
	look_for_trouble(judge, line, state);
	if (!judge->reply)
		judge->reply = replies_find(&judge->replies, line, &judge->reply_from);
	if (state != LINE_WHOLE)
		return;
	judge->expect_from = 0;
	judge->reply_from = 0;
	judge->expected_here = false;
	judge->trouble_here = false;
}

void judge_look_at_firmware(struct judge *judge, const char *line)
{
	bool expected_here = judge->expected_here;
	bool trouble_here = judge->trouble_here;

	judge->expected_here = false;
	look_for_trouble(judge, line, LINE_WHOLE);
	judge->expected_here = expected_here;
	judge->trouble_here = trouble_here;
}

const char *judge_take_reply(struct judge *judge)
{
	const char *reply = judge->reply;

	judge->reply = NULL;
	return reply;
}

size_t judge_expected(const struct judge *judge)
{
	return judge->expect.count;
}

size_t judge_seen(const struct judge *judge)
{
	return judge->seen;
}

const char *judge_awaited(const struct judge *judge)
{
	return judge->seen < judge->expect.count ? judge->expect.items[judge->seen].source : NULL;
}

const char *judge_forbidden(const struct judge *judge)
{
	return judge->forbidden;
}

enum trouble judge_trouble(const struct judge *judge)
{
	return judge->trouble;
}

const char *judge_trouble_words(const struct judge *judge)
{
	return judge->trouble_words;
}

bool judge_panic_was_expected(const struct judge *judge)
{
	return judge->panic_was_expected;
}

const char *judge_remark(const struct judge *judge)
{
	return judge->remark;
}
