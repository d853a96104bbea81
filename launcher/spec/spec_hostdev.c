/* SPDX-License-Identifier: MIT */
#include "spec/read.h"

#include <stdlib.h>

#include "spec/field.h"
#include "spec/node.h"
#include "spec/parse.h"

static const char *const kind_names[] = {"pci", "usb", "mdev", NULL};

static const struct field fields[] = {
	FIELD_NAME("@type", struct spec_hostdev, kind, kind_names),
	FIELD_CHOICE("@managed", struct spec_hostdev, managed),
};

static const struct field pci_fields[] = {
	FIELD("source/address@domain", struct spec_hostdev, host_domain),
	FIELD("source/address@bus", struct spec_hostdev, host_bus),
	FIELD("source/address@slot", struct spec_hostdev, host_slot),
	FIELD("source/address@function", struct spec_hostdev, host_function),
};

static const struct field usb_fields[] = {
	FIELD("source@startupPolicy", struct spec_hostdev, startup_policy),
	FIELD("source@guestReset", struct spec_hostdev, guest_reset),
	FIELD("source/vendor@id", struct spec_hostdev, vendor),
	FIELD("source/product@id", struct spec_hostdev, product),
	FIELD("source/address@bus", struct spec_hostdev, host_bus),
	FIELD("source/address@device", struct spec_hostdev, host_device),
};

static const struct field mdev_fields[] = {
	FIELD("source/address@uuid", struct spec_hostdev, mdev_uuid),
	FIELD_CHOICE("@display", struct spec_hostdev, display),
	FIELD_CHOICE("@ramfb", struct spec_hostdev, ramfb),
};

static void read_pci(struct places *places, xmlNode *element, struct spec_hostdev *hostdev)
{
	FIELDS_READ(places, element, pci_fields, hostdev);
	attribute_is(element_child(element, "driver"), "name", "vfio");
	if (!element_at(element, "source/address"))
		report_missing(places, element, "<source><address domain= bus= slot= function=>");
}

static void read_usb(struct places *places, xmlNode *element, struct spec_hostdev *hostdev)
{
	bool by_id = element_at(element, "source/vendor") && element_at(element, "source/product");

	FIELDS_READ(places, element, usb_fields, hostdev);
	if (!by_id && !element_at(element, "source/address"))
		report_missing(places, element,
			"<source> that has <vendor id=> and <product id=>, or <address bus= "
			"device=>");
}

static void read_mdev(struct places *places, xmlNode *element, struct spec_hostdev *hostdev)
{
	FIELDS_READ(places, element, mdev_fields, hostdev);
	if (!attribute_is(element, "model", "vfio-pci"))
		report_missing(places, element, "model='vfio-pci'");
	if (!hostdev->mdev_uuid)
		report_missing(places, element, "<source><address uuid=>");
}

static void read_hostdev(struct places *places, xmlNode *element, struct spec_hostdev *hostdev)
{
	read_common(places, element, &hostdev->common);
	attribute_is(element, "mode", "subsystem"); /* the only one, and libvirt's default */
	if (!xmlHasProp(element, (const xmlChar *)"type")) {
		report_missing(places, element, "attribute 'type'");
		return;
	}
	FIELDS_READ(places, element, fields, hostdev);
	switch (hostdev->kind) {
	case SPEC_HOSTDEV_PCI:
		read_pci(places, element, hostdev);
		break;
	case SPEC_HOSTDEV_USB:
		read_usb(places, element, hostdev);
		break;
	case SPEC_HOSTDEV_MDEV:
		read_mdev(places, element, hostdev);
		break;
	}
}

static const struct field redir_fields[] = {
	FIELD("source@host", struct spec_redirdev, host),
	FIELD("source@service", struct spec_redirdev, port),
};

static void read_redirection(
	struct places *places, xmlNode *element, struct spec_redirdev *redirdev)
{
	xmlNode *source = element_child(element, "source");

	FIELDS_READ(places, element, redir_fields, redirdev);
	redirdev->listen = attribute_is(source, "mode", "bind");
	attribute_is(element_child(element, "protocol"), "type", "raw");
	if (!xmlHasProp(source, (const xmlChar *)"service"))
		report_missing(places, element, "<source service=…>");
	else if (redirdev->port == 0 && !redirdev->listen)
		place_wrong(places, element_line(source),
			"service of <source> cannot be '0' here; it can be 1 to 65535");
}

static void read_redirdev(struct places *places, xmlNode *element, struct spec_redirdev *redirdev)
{
	read_common(places, element, &redirdev->common);
	attribute_is(element, "bus", "usb");
	redirdev->spice = attribute_is(element, "type", "spicevmc");
	if (redirdev->spice)
		return;
	if (!xmlHasProp(element, (const xmlChar *)"type")) {
		report_missing(places, element, "attribute 'type'");
		return;
	}
	read_redirection(places, element, redirdev);
}

void read_hostdevs(struct places *places, xmlNode *devices, struct spec *spec)
{
	xmlNode *element;

	for (element = element_child(devices, "hostdev"); element; element = element_next(element))
		read_hostdev(places, element,
			array_push(&spec->hostdevs, &spec->hostdev_count, sizeof(*spec->hostdevs)));
	for (element = element_child(devices, "redirdev"); element; element = element_next(element))
		read_redirdev(places, element,
			array_push(
				&spec->redirdevs, &spec->redirdev_count, sizeof(*spec->redirdevs)));
}

void clear_hostdevs(struct spec *spec)
{
	for (size_t i = 0; i < spec->hostdev_count; i++) {
		clear_common(&spec->hostdevs[i].common);
		FIELDS_CLEAR(usb_fields, &spec->hostdevs[i]);
		FIELDS_CLEAR(mdev_fields, &spec->hostdevs[i]);
	}
	for (size_t i = 0; i < spec->redirdev_count; i++) {
		clear_common(&spec->redirdevs[i].common);
		FIELDS_CLEAR(redir_fields, &spec->redirdevs[i]);
	}
	free(spec->hostdevs);
	free(spec->redirdevs);
}
