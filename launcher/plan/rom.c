/* SPDX-License-Identifier: MIT */
#include "plan/rom.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "plan/layout.h"
#include "spec/spec.h"

#define FW_CFG_NAME_BYTES                                                                          \
	56 /* QEMU include/standard-headers/linux/qemu_fw_cfg.h, the NUL included */

/* The models that have another's ROM, by their beginnings (QEMU hw/net, romfile). */
static const struct {
	const char *models;
	const char *rom;
} families[] = {
	{"virtio", "virtio"},
	{"e1000-", "e1000"},
	{"i825", "eepro100"},
};

/* The file of a device's ROM, by path where the spec names it; NULL for none that QEMU would load
 * beside a BAR. `model` is NULL for a device whose ROM is its own. The caller frees it. */
static char *rom_name(const struct spec_device *common, const char *model)
{
	if (common->rom_bar != CHOICE_NO || common->rom_enabled == CHOICE_NO)
		return NULL;
	if (common->rom_file)
		return xstrdup(common->rom_file);
	for (size_t i = 0; model && i < ARRAY_COUNT(families); i++)
		if (text_starts_with(model, families[i].models))
			return xasprintf("efi-%s.rom", families[i].rom);
	return model ? xasprintf("efi-%s.rom", model) : NULL;
}

static size_t device_count(const struct spec *spec)
{
	return spec->interface_count + spec->hostdev_count;
}

/* The n-th device that may have a ROM, in the order of the command line. */
static const struct spec_device *device_at(const struct spec *spec, size_t n)
{
	return n < spec->interface_count ? &spec->interfaces[n].common
					 : &spec->hostdevs[n - spec->interface_count].common;
}

static char *name_at(const struct spec *spec, enum arch arch, size_t n)
{
	return rom_name(device_at(spec, n),
		n < spec->interface_count ? interface_model(arch, &spec->interfaces[n]) : NULL);
}

static size_t index_of(const struct spec *spec, const struct spec_device *common)
{
	size_t n = 0;

	while (n < device_count(spec) && device_at(spec, n) != common)
		n++;
	return n;
}

/* The end of QEMU's "genroms/NAME", which has room for so much and is cut without a word. */
static bool same_to_qemu(const char *a, const char *b)
{
	const size_t room = FW_CFG_NAME_BYTES - sizeof("genroms/");
	const char *a_slash = strrchr(a, '/');
	const char *b_slash = strrchr(b, '/');

	return strncmp(a_slash ? a_slash + 1 : a, b_slash ? b_slash + 1 : b, room) == 0;
}

struct rom_before rom_find_before(
	const struct spec *spec, enum arch arch, const struct spec_device *common)
{
	size_t n = index_of(spec, common);
	auto_free char *name = n < device_count(spec) ? name_at(spec, arch, n) : NULL;

	while (name && n-- > 0) {
		auto_free char *other = name_at(spec, arch, n);

		if (other && same_to_qemu(other, name))
			return (struct rom_before){device_at(spec, n), text_equal(other, name)};
	}
	return (struct rom_before){NULL, false};
}
