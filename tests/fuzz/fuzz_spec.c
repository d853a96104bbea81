/* SPDX-License-Identifier: MIT */
/*
 * Domain XML, strictly and leniently, and the plan of what was read. Promised: a refusal names the
 * file; what is read strictly is read leniently, too; there is a plan or a reason.
 */
#include "base/file.h"
#include "fuzz/fuzz.h"
#include "fuzz/stage.h"
#include "launch.h"
#include "spec/spec.h"

static bool is_read(const uint8_t *bytes, size_t size, bool lenient)
{
	auto_spec struct spec *spec = NULL;
	auto_error struct error *error = NULL;

	error = spec_read_xml((const char *)bytes, size, "vm.xml", lenient, &spec);
	PROMISE(!error == (spec != NULL));
	if (error) {
		PROMISE(text_starts_with(error->text, "vm.xml"));
		PROMISE(error->status == ERROR_STATUS_REFUSED);
	}
	return spec;
}

static void plan_it(const uint8_t *bytes, size_t size)
{
	auto_fd int fd = input_file(bytes, size);
	auto_free char *path = xasprintf("/proc/self/fd/%d", fd);
	auto_launch struct launch launch = {0};
	auto_error struct error *error = NULL;
	struct options options = stage_of_the_run()->options;

	options.lenient = true;
	error = launch_prepare(&options, path, &launch);
	PROMISE(!error == (launch.plan != NULL));
	if (error)
		PROMISE(error->text && error->text[0]);
	for (size_t i = 0; launch.plan && i < launch.plan->argv.count; i++)
		PROMISE(launch.plan->argv.items[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	bool strict = is_read(bytes, size, false);

	if (is_read(bytes, size, true))
		plan_it(bytes, size);
	else
		PROMISE(!strict);
	return 0;
}
