/* SPDX-License-Identifier: MIT */
#include "act/key_names.h"

#include <stdbool.h>
#include <string.h>

#include "act/store_image.h"
#include "act/varstore.h"
#include "act/varstore_text.h"
#include "base/memory.h"

/* UEFI specification, "Signature Database": EFI_IMAGE_SECURITY_DATABASE_GUID, EFI_CERT_X509_GUID.
 */
#define DATABASE_GUID "d719b2cb-3d3a-4596-a3bc-dad00e67656f"
#define CERTIFICATE_GUID "a5c059a1-94e4-4aa7-87b5-ab155c2bf072"

/* More than any store has room for; names in a message. */
#define DB_MOST_BYTES ((uint64_t)1 << 20)
#define NAMES_MOST 16
#define NAME_MOST_BYTES 64

#define GUID_BYTES 16
#define LIST_HEADER_BYTES 28 /* type, size of the list, size of its header, size of one entry */

/* ITU-T X.690: a value's tag and its content. */
struct der {
	unsigned char tag;
	const unsigned char *content;
	size_t size_bytes;
};

#define DER_SEQUENCE 0x30
#define DER_VERSION 0xa0 /* ITU-T X.509: the first member of a certificate, which may be absent */
#define DER_UTF8_TEXT 0x0c
#define DER_PRINTABLE_TEXT 0x13

/* Takes the first value of *bytes; false where there is no whole one. */
static bool der_take(struct der *from, struct der *ret_value)
{
	size_t at = 2, size = from->size_bytes;
	size_t length;

	if (size < 2)
		return false;
	length = from->content[1];
	if (length & 0x80) {
		size_t digits = length & 0x7f;

		if (digits == 0 || digits > 3 || size < at + digits)
			return false;
		for (length = 0; digits > 0; digits--)
			length = length << 8 | from->content[at++];
	}
	if (length > size - at)
		return false;
	*ret_value = (struct der){from->content[0], from->content + at, length};
	from->content += at + length;
	from->size_bytes -= at + length;
	return true;
}

/* The subject of a certificate: ITU-T X.509, TBSCertificate. */
static bool find_subject(struct der certificate, struct der *ret_subject)
{
	struct der value, body;

	if (!der_take(&certificate, &value) || value.tag != DER_SEQUENCE ||
		!der_take(&value, &body) || body.tag != DER_SEQUENCE || !der_take(&body, &value))
		return false;
	if (value.tag == DER_VERSION && !der_take(&body, &value))
		return false;
	/* the serial number is taken; the algorithm, the issuer and the time stand before it */
	for (int i = 0; i < 4; i++)
		if (!der_take(&body, ret_subject))
			return false;
	return ret_subject->tag == DER_SEQUENCE;
}

static bool is_common_name(const struct der *part, struct der *ret_text)
{
	static const unsigned char common_name[] = {0x55, 0x04, 0x03}; /* 2.5.4.3 */
	struct der set = *part, pair, type;

	return der_take(&set, &pair) && der_take(&pair, &type) &&
	       type.size_bytes == sizeof(common_name) &&
	       memcmp(type.content, common_name, sizeof(common_name)) == 0 &&
	       der_take(&pair, ret_text) &&
	       (ret_text->tag == DER_UTF8_TEXT || ret_text->tag == DER_PRINTABLE_TEXT);
}

static bool is_plain(const struct der *text)
{
	for (size_t i = 0; i < text->size_bytes; i++)
		if (text->content[i] < ' ' || text->content[i] > '~')
			return false;
	return text->size_bytes > 0 && text->size_bytes <= NAME_MOST_BYTES;
}

static void add_certificate(const unsigned char *bytes, size_t size_bytes, struct strings *names)
{
	struct der subject, part, text;

	if (names->count >= NAMES_MOST ||
		!find_subject((struct der){0, bytes, size_bytes}, &subject))
		return;
	while (der_take(&subject, &part))
		if (is_common_name(&part, &text) && is_plain(&text))
			strings_addf(
				names, "%.*s", (int)text.size_bytes, (const char *)text.content);
}

static void add_list(const unsigned char *bytes, size_t size_bytes, struct strings *names)
{
	uint64_t header = little_endian(bytes + 20, 4);
	uint64_t entry = little_endian(bytes + 24, 4);
	auto_free char *type = guid_text(bytes);

	if (strcmp(type, CERTIFICATE_GUID) != 0 || entry <= GUID_BYTES)
		return;
	for (uint64_t at = LIST_HEADER_BYTES + header; at + entry <= size_bytes; at += entry)
		add_certificate(bytes + at + GUID_BYTES, (size_t)entry - GUID_BYTES, names);
}

void key_names_of_db(const unsigned char *bytes, size_t size_bytes, struct strings *names)
{
	while (size_bytes >= LIST_HEADER_BYTES) {
		uint64_t list = little_endian(bytes + 16, 4);

		if (list < LIST_HEADER_BYTES || list > size_bytes)
			return;
		add_list(bytes, (size_t)list, names);
		bytes += list;
		size_bytes -= (size_t)list;
	}
}

static const struct variable *find_db(const struct varstore *store)
{
	for (size_t i = 0; i < store->variable_count; i++) {
		const struct variable *variable = &store->variables[i];

		if (variable->state == VARIABLE_LIVE && strcmp(variable->name, "db") == 0 &&
			strcmp(variable->guid, DATABASE_GUID) == 0)
			return variable;
	}
	return NULL;
}

struct error *key_names_of_store(int fd, struct strings *names)
{
	auto_varstore struct varstore *store = NULL;
	auto_free unsigned char *bytes = NULL;
	const struct variable *db;
	struct store_image image;

	TRY(varstore_read(fd, &store));
	db = find_db(store);
	if (!db || db->size_bytes > DB_MOST_BYTES)
		return NULL;
	TRY(store_image_open(fd, &image));
	bytes = xcalloc((size_t)db->size_bytes + 1, 1);
	TRY(store_image_read(&image, bytes, (size_t)db->size_bytes, db->offset));
	key_names_of_db(bytes, (size_t)db->size_bytes, names);
	return NULL;
}
