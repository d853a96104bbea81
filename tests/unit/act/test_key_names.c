/* SPDX-License-Identifier: MIT */
/* act/key_names: the names of the certificates in a db, whatever bytes stand there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "act/key_names.h"
#include "base/memory.h"

/* EFI_CERT_X509_GUID and EFI_CERT_SHA256_GUID (UEFI specification, "Signature Database"). */
#define X509 "\xa1\x59\xc0\xa5\xe4\x94\xa7\x4a\x87\xb5\xab\x15\x5c\x2b\xf0\x72"
#define SHA256 "\x26\x16\xc4\xc1\x4c\x50\x92\x40\xac\xa9\x41\xf9\x36\x93\x43\x28"

/* A value of X.690: its tag, its length, what is in it. */
static struct text der(unsigned char tag, const struct text *content)
{
	struct text value = {0};
	char head[] = {(char)tag, (char)content->length};

	assert_true(content->length < 128);
	text_add_bytes(&value, head, sizeof(head));
	text_add_bytes(&value, content->bytes ? content->bytes : "", content->length);
	return value;
}

static void wrap(unsigned char tag, struct text *value)
{
	struct text wrapped = der(tag, value);

	text_clear(value);
	*value = wrapped;
}

/* A name with this common name only: SEQUENCE { SET { SEQUENCE { 2.5.4.3, text } } }. */
static void add_name(struct text *to, unsigned char tag, const char *common_name)
{
	struct text name = {0}, text = {0};

	text_add(&text, common_name);
	wrap(tag, &text);
	text_add_bytes(&name, "\x06\x03\x55\x04\x03", 5);
	text_add_bytes(&name, text.bytes, text.length);
	wrap(0x30, &name);
	wrap(0x31, &name);
	wrap(0x30, &name);
	text_add_bytes(to, name.bytes, name.length);
	text_clear(&text);
	text_clear(&name);
}

/* A certificate as far as its subject. */
static struct text certificate(unsigned char tag, const char *subject, bool version)
{
	struct text body = {0};

	if (version)
		text_add_bytes(&body, "\xa0\x03\x02\x01\x02", 5);
	text_add_bytes(&body, "\x02\x01\x07", 3); /* serial number */
	text_add_bytes(&body, "\x30\x00", 2);     /* algorithm */
	add_name(&body, 0x0c, "the issuer");
	text_add_bytes(&body, "\x30\x00", 2); /* time */
	add_name(&body, tag, subject);
	wrap(0x30, &body);
	wrap(0x30, &body);
	return body;
}

static void add_number(struct text *to, size_t number)
{
	char bytes[] = {(char)number, (char)(number >> 8), 0, 0};

	text_add_bytes(to, bytes, sizeof(bytes));
}

/* One list with one entry. */
static void add_list(struct text *db, const char *type, const struct text *entry)
{
	text_add_bytes(db, type, 16);
	add_number(db, 28 + 16 + entry->length);
	add_number(db, 0);
	add_number(db, 16 + entry->length);
	text_add_bytes(db, "0123456789abcdef", 16); /* its owner */
	text_add_bytes(db, entry->bytes, entry->length);
}

static void add_certificate(struct text *db, unsigned char tag, const char *subject, bool version)
{
	auto_text struct text one = certificate(tag, subject, version);

	add_list(db, X509, &one);
}

static void subjects_are_named_in_their_order(void **state)
{
	auto_strings struct strings names = {0};
	auto_text struct text db = {0};

	(void)state;
	add_certificate(&db, 0x13, "Somebody's CA 2011", true);
	add_certificate(&db, 0x0c, "Old one", false);
	key_names_of_db((const unsigned char *)db.bytes, db.length, &names);
	assert_int_equal(names.count, 2);
	assert_string_equal(names.items[0], "Somebody's CA 2011");
	assert_string_equal(names.items[1], "Old one");
}

static void digests_and_names_that_are_no_text_are_passed_over(void **state)
{
	auto_strings struct strings names = {0};
	auto_text struct text db = {0}, digest = {0};

	(void)state;
	text_add(&digest, "0123456789abcdef0123456789abcdef");
	add_list(&db, SHA256, &digest);
	add_certificate(&db, 0x0c, "esc\033[2J", true);
	add_certificate(&db, 0x0c, "", true);
	add_certificate(&db, 0x1e, "two bytes each", true);
	add_certificate(&db, 0x0c, "last", true);
	key_names_of_db((const unsigned char *)db.bytes, db.length, &names);
	assert_int_equal(names.count, 1);
	assert_string_equal(names.items[0], "last");
}

/* Cut off anywhere, and with any byte of it spoilt: nothing is read that is not there. */
static void whatever_stands_there_is_survived(void **state)
{
	auto_text struct text db = {0};

	(void)state;
	add_certificate(&db, 0x13, "Somebody's CA 2011", true);
	for (size_t length = 0; length < db.length; length++) {
		auto_free unsigned char *part = xcalloc(length + 1, 1);
		auto_strings struct strings names = {0};

		memcpy(part, db.bytes, length);
		key_names_of_db(part, length, &names);
		assert_int_equal(names.count, 0);
	}
	for (size_t i = 0; i < db.length; i++)
		for (int value = 0; value < 256; value++) {
			auto_free unsigned char *spoilt = xcalloc(db.length, 1);
			auto_strings struct strings names = {0};

			memcpy(spoilt, db.bytes, db.length);
			spoilt[i] = (unsigned char)value;
			key_names_of_db(spoilt, db.length, &names);
			assert_true(names.count <= 1);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subjects_are_named_in_their_order),
		cmocka_unit_test(digests_and_names_that_are_no_text_are_passed_over),
		cmocka_unit_test(whatever_stands_there_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
