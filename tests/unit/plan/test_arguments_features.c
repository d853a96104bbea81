/* SPDX-License-Identifier: MIT */
/* plan/arguments_features: what the cases of tests/unit/door/arguments cannot say in XML. */
#include "made_device.h"

/* The reader knows names before the plan does: a new one must not be lost on the way. */
static void an_enlightenment_that_qemu_has_not_is_refused(void **state)
{
	struct made_up *made = *state;
	struct spec_feature item = {.name = made_text(made, "tomorrow"), .state = CHOICE_YES};

	made_bare(made);
	made->spec.accel = SPEC_ACCEL_KVM;
	made->options.other_host = true;
	made->spec.features.hyperv = true;
	made->spec.features.hyperv_items = &item;
	made->spec.features.hyperv_count = 1;
	assert_refused(made, "<tomorrow> of <hyperv> is not supported");
	item.state = CHOICE_NO;
	planned(made);
	made->spec.features.hyperv_items = NULL;
	made->spec.features.hyperv_count = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(an_enlightenment_that_qemu_has_not_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
