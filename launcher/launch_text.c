/* SPDX-License-Identifier: MIT */
/* The spec's file, from the command line to its bytes. */
#include <fcntl.h>

#include "base/file.h"
#include "launch.h"
#include "options.h"
#include "spec/spec.h"

struct error *one_operand(const struct options *options, const char *what, const char **ret_operand)
{
	if (options->operands.count == 0)
		return error_new("%s is missing; see slipway --help", what);
	if (options->operands.count > 1 && options_name_a_command(options->operands.items[0]))
		return error_new("the command stands before the options: slipway %s [OPTION...] %s",
			options->operands.items[0], what);
	if (options->operands.count > 1)
		return error_new("one %s is taken, and '%s' is another one; QEMU's arguments stand "
				 "behind --",
			what, options->operands.items[1]);
	*ret_operand = options->operands.items[0];
	return NULL;
}

struct error *launch_read_text(const char *path, struct launch *launch)
{
	/* O_NONBLOCK: a FIFO in the place of a spec must not stop the program */
	auto_fd int fd = file_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return error_system(-fd, "cannot open spec '%s'", path);
	return error_while(
		file_read(fd, path, SPEC_LIMIT_BYTES, &launch->text, &launch->text_bytes), "spec");
}
