/* SPDX-License-Identifier: MIT */
/* act/store_digest: BLAKE2b as others compute it, and equal files told from different ones. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "act/copy.h"
#include "act/store_digest.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

/* The digest of bytes 0, 1, 2 … 250, 0, 1 …, given in pieces. */
static char *digest_of_pattern(size_t size_bytes, size_t piece_bytes)
{
	auto_free unsigned char *bytes = xcalloc(size_bytes, 1);
	auto_free unsigned char *result = xcalloc(DIGEST_BYTES, 1);
	struct text text = {0};
	struct digest digest;

	for (size_t i = 0; i < size_bytes; i++)
		bytes[i] = (unsigned char)(i % 251);
	digest_begin(&digest);
	for (size_t at = 0; at < size_bytes; at += piece_bytes)
		digest_add(&digest, bytes + at,
			size_bytes - at < piece_bytes ? size_bytes - at : piece_bytes);
	digest_end(&digest, result);
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		text_addf(&text, "%02x", result[i]);
	return text_take(&text);
}

/* What b2sum -l 256 (coreutils 9.1) says of the same bytes. */
static const struct {
	size_t size_bytes;
	const char *digest;
} known[] = {
	{0, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"},
	{1, "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314"},
	{3, "3d8c3d594928271f44aad7a04b177154806867bcf918e1549c0bc16f9da2b09b"},
	{64, "10d8e6d534b00939843fe9dcc4dae48cdf008f6b8b2b82b156f5404d874887f5"},
	{127, "f2fe67ff342e21b8f45e8f2e0bcd1d9243245d50ee6c78042e9c491388791c72"},
	{128, "c3582f71ebb2be66fa5dd750f80baae97554f3b015663c8be377cfcb2488c1d1"},
	{129, "f7f3c46ba2564ff4c4c162da1f5b605f9f1c4aa6a20652a9f9a337c1a2f5b9c9"},
	{255, "d9ef0fc521b4266d16df662bec231bc2ec3989e7adeaf63169c295dc239dbbea"},
	{256, "582f782226018ec33076bd8d1c42413530ac7e1126260ffc0f306ba3befc3f24"},
	{257, "227e15ed64ee8e93eb7bc53828f76eed974f2c4ab1408c3d08f212b7f8d69904"},
	{1000, "b372d0608f720c8c3dd41e9c8eecb10143b41abe520b616607e754bf79c08331"},
	{4096, "11c294a11dc67e3ddb25f8c06cca2721e58d2a044243abea6c7063fd17d589e5"},
	{65537, "e170ee533727839de3e73beaed478e5154dc3cf1697bfa6fa0a1a94a593184e5"},
};

static void digests_are_those_of_b2sum(void **state)
{
	static const size_t pieces[] = {1, 7, 128, 4096};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(known); i++)
		for (size_t j = 0; j < ARRAY_COUNT(pieces); j++) {
			auto_free char *digest = digest_of_pattern(known[i].size_bytes, pieces[j]);

			assert_string_equal(digest, known[i].digest);
		}
}

static char *digest_of_file(const char *text, size_t at, uint64_t size_bytes)
{
	auto_fd int fd = memfd_create("file", MFD_CLOEXEC);
	char *digest = NULL;

	assert_null(copy_write_at(fd, (const unsigned char *)text, strlen(text), at));
	assert_int_equal(ftruncate(fd, (off_t)size_bytes), 0);
	assert_null(digest_file(fd, size_bytes, &digest));
	return digest;
}

static void a_file_names_its_digest(void **state)
{
	auto_free char *digest = digest_of_file("abc", 0, 3);

	(void)state;
	/* RFC 7693 has "abc" for 512 bits; this is b2sum -l 256 */
	assert_string_equal(digest,
		"blake2b-256:bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

static void zero_blocks_at_the_end_do_not_count(void **state)
{
	auto_free char *whole = digest_of_file("abc", 0, 4096);
	auto_free char *padded = digest_of_file("abc", 0, 64 * 1024 * 1024);
	auto_free char *short_file = digest_of_file("abc", 0, 3);

	(void)state;
	assert_string_equal(whole, padded);
	assert_string_not_equal(whole, short_file);
}

static void zero_blocks_before_data_do_count(void **state)
{
	auto_free char *at_0 = digest_of_file("abc", 0, 1 << 20);
	auto_free char *at_4096 = digest_of_file("abc", 4096, 1 << 20);
	auto_free char *at_200000 = digest_of_file("abc", 200000, 1 << 20);

	(void)state;
	assert_string_not_equal(at_0, at_4096);
	assert_string_not_equal(at_4096, at_200000);
}

static void a_file_that_ends_early_is_an_error(void **state)
{
	auto_fd int fd = memfd_create("file", MFD_CLOEXEC);
	auto_error struct error *error = NULL;
	char *digest = NULL;

	(void)state;
	error = digest_file(fd, 1, &digest);
	assert_non_null(error);
	assert_null(digest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_are_those_of_b2sum),
		cmocka_unit_test(a_file_names_its_digest),
		cmocka_unit_test(zero_blocks_at_the_end_do_not_count),
		cmocka_unit_test(zero_blocks_before_data_do_count),
		cmocka_unit_test(a_file_that_ends_early_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
