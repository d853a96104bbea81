/* SPDX-License-Identifier: MIT */
#include "plan/rom.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "plan/layout.h"
#include "spec/spec.h"

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

bool rom_is_given_before(const struct spec *spec, enum arch arch, const struct spec_device *common)
{
	auto_free char *name = NULL;
	size_t n = 0;

	while (n < device_count(spec) && device_at(spec, n) != common)
		n++;
	if (n < device_count(spec))
		name = name_at(spec, arch, n);
	while (name && n-- > 0) {
		auto_free char *other = name_at(spec, arch, n);

		if (text_equal(other, name))
			return true;
	}
	return false;
}
