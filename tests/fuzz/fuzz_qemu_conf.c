/* SPDX-License-Identifier: MIT */
/* libvirt's qemu.conf. Promised: a pair has both its halves, a note begins with file and line. */
#include "fuzz/fuzz.h"
#include "host/qemu_conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	auto_free char *text = input_text(bytes, size);
	auto_strings struct strings notes = {0};
	auto_qemu_conf struct qemu_conf conf = {0};

	qemu_conf_parse("qemu.conf", text, &notes, &conf);
	PROMISE(conf.set || conf.count == 0);
	for (size_t i = 0; i < conf.count; i++)
		PROMISE(conf.pairs[i].code && conf.pairs[i].vars);
	for (size_t i = 0; i < notes.count; i++)
		PROMISE(text_starts_with(notes.items[i], "qemu.conf:"));
	return 0;
}
