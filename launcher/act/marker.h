/* SPDX-License-Identifier: MIT */
/*
 * Lines by which firmware, boot loaders and kernels say that nothing good will come: panics,
 * exceptions, prompts and menus that wait for ever, boot that was refused.
 *
 * The table is verified against EDK2, SeaBIOS, iPXE, GRUB and Linux; where a text stands in their
 * source is said beside it.
 */
#ifndef SLIPWAY_ACT_MARKER_H
#define SLIPWAY_ACT_MARKER_H

#include <stdbool.h>

/* In order of weight: of two, the heavier one is the reason. */
enum trouble {
	TROUBLE_NONE,
	TROUBLE_REMARK,  /* no failure, but what explains one */
	TROUBLE_NETWORK, /* boot from the network was tried, or came to nothing */
	TROUBLE_NO_SERVER,
	TROUBLE_MENU,    /* nothing to boot, or a menu of the firmware */
	TROUBLE_SHELL,   /* a prompt of the firmware, a boot loader or a rescue system */
	TROUBLE_REFUSED, /* Secure Boot */
	TROUBLE_PANIC,
};

/* How much of a line is there. */
enum line_state {
	LINE_WHOLE,
	LINE_PAUSED,  /* unfinished, and nothing came for a moment */
	LINE_AT_REST, /* unfinished, and nothing came for longer: what is there waits for somebody
		       */
};

struct marker {
	enum trouble trouble;
	bool at_start; /* `text` stands at the line's start */
	bool prompt;   /* an unfinished line at rest that ends with `also` */
	const char *text;
	const char *also;   /* further text behind `text`, or NULL */
	const char *unless; /* … and none that has this, or NULL */
	const char *words;  /* what it means */
};

/* The first marker in `line`, or NULL. */
const struct marker *marker_find(const char *line, enum line_state state);

#endif
