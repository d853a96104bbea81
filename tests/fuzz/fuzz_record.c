/* SPDX-License-Identifier: MIT */
/* The record beside a store. Promised: what is read is written in a form that says the same. */
#include "base/record.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	auto_record struct record *record = NULL;
	auto_record struct record *again = NULL;
	auto_error struct error *error = NULL;
	auto_free char *text = NULL;
	auto_free char *same = NULL;

	error = record_parse((const char *)bytes, size, "vm.slipway", &record);
	PROMISE(!error == (record != NULL));
	if (error)
		return 0;
	text = record_text(record);
	PROMISE(!record_parse(text, strlen(text), "again", &again));
	same = record_text(again);
	PROMISE(strcmp(text, same) == 0);
	return 0;
}
