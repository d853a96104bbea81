/* SPDX-License-Identifier: MIT */
/* The plan in a launch record. Promised: what is read whole is written as the same bytes. */
#include "base/pack.h"
#include "fuzz/fuzz.h"
#include "plan/plan_pack.h"

/* An enumeration or truth value keeps what fits into it of a number: written, it settles. */
static void settle(struct text *bytes, struct text *settled)
{
	auto_plan struct plan *plan = xcalloc(1, sizeof(*plan));
	struct pack in = {.in = bytes->bytes, .left = bytes->length};
	struct pack out = {.out = settled};

	plan_pack(&in, plan);
	PROMISE(!in.broken && in.left == 0);
	plan_pack(&out, plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	auto_plan struct plan *plan = xcalloc(1, sizeof(*plan));
	auto_text struct text first = {0};
	auto_text struct text second = {0};
	struct pack in = {.in = (const char *)bytes, .left = size};
	struct pack out = {.out = &first};

	plan_pack(&in, plan);
	if (in.broken)
		return 0;
	plan_pack(&out, plan);
	settle(&first, &second);
	PROMISE(first.length == second.length);
	PROMISE(memcmp(first.bytes, second.bytes, first.length) == 0);
	return 0;
}
