/* SPDX-License-Identifier: MIT */
/* plan/layout: the screen and the balloon that nobody wrote, and where a device is. */
#include "plan/layout.h"

#include "made_device.h"
#include "plan/refusals.h"

static void make(struct made_up *made, enum arch arch, enum board board, struct layout *layout)
{
	auto_refusals struct refusals refusals = {0};

	layout_clear(layout);
	layout_make(&made->spec, arch, board, &refusals, layout);
	assert_int_equal(refusals.count, 0);
}

static void a_screen_without_a_card_has_the_one_that_libvirt_gives_it(void **state)
{
	struct made_up *made = *state;
	auto_layout struct layout layout = {0};

	make(made, ARCH_X86_64, BOARD_Q35, &layout);
	assert_int_equal(layout.video_count, 0);
	made_graphics(made, SPEC_GRAPHICS_VNC);
	make(made, ARCH_X86_64, BOARD_Q35, &layout);
	assert_int_equal(layout.video_count, 1);
	assert_string_equal(layout.videos[0].model, "cirrus");
	make(made, ARCH_AARCH64, BOARD_VIRT, &layout);
	assert_string_equal(layout.videos[0].model, "virtio");
	make(made, ARCH_AARCH64, BOARD_OTHER, &layout);
	assert_string_equal(layout.videos[0].model, "none");
	made_video(made, "vga");
	make(made, ARCH_X86_64, BOARD_Q35, &layout);
	assert_int_equal(layout.video_count, 1);
	assert_string_equal(layout.videos[0].model, "vga");
}

static void a_balloon_is_there_unless_it_is_told_off_or_the_board_is_arms(void **state)
{
	struct made_up *made = *state;
	auto_layout struct layout layout = {0};

	make(made, ARCH_X86_64, BOARD_Q35, &layout);
	assert_string_equal(layout.balloon_model, "virtio");
	make(made, ARCH_X86_64, BOARD_MICROVM, &layout);
	assert_null(layout.balloon_model);
	make(made, ARCH_AARCH64, BOARD_VIRT, &layout);
	assert_null(layout.balloon_model);
	make(made, ARCH_ARM, BOARD_VIRT, &layout);
	assert_null(layout.balloon_model);
	make(made, ARCH_RISCV64, BOARD_VIRT, &layout);
	assert_string_equal(layout.balloon_model, "virtio");
	made->spec.balloon.present = true;
	made->spec.balloon.model = made_text(made, "virtio-transitional");
	make(made, ARCH_AARCH64, BOARD_VIRT, &layout);
	assert_string_equal(layout.balloon_model, "virtio-transitional");
	made->spec.balloon.model = made_text(made, "none");
	make(made, ARCH_X86_64, BOARD_Q35, &layout);
	assert_null(layout.balloon_model);
}

static void a_device_is_found_by_its_kind_and_number(void **state)
{
	struct made_up *made = *state;
	auto_layout struct layout layout = {0};

	for (size_t i = 0; i < 3; i++)
		made_rng(made);
	make(made, ARCH_X86_64, BOARD_Q35, &layout);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(layout_find_device(&layout, DEVICE_RNG, i)->line,
			made->spec.rngs[i].common.line);
	assert_null(layout_find_device(&layout, DEVICE_RNG, 3));
	assert_null(layout_find_device(&layout, DEVICE_SOUND, 0));
	assert_int_equal(layout_address(&layout, DEVICE_RNG, 0)->kind, SPEC_ADDRESS_PCI);
	assert_int_equal(layout_address(&layout, DEVICE_SOUND, 0)->kind, SPEC_ADDRESS_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MADE_UP(a_screen_without_a_card_has_the_one_that_libvirt_gives_it),
		MADE_UP(a_balloon_is_there_unless_it_is_told_off_or_the_board_is_arms),
		MADE_UP(a_device_is_found_by_its_kind_and_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
