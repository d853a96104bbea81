/* SPDX-License-Identifier: MIT */
/* What the first firmware volume of an image says about it. */
#include "stage.h"

#include "host/firmware_file.h"

#define NV_DATA "\x8d\x2b\xf1\xff\x96\x76\x8b\x4c\xa9\x85\x27\x47\x07\x5b\x4f\x50"
#define FFS2 "\x78\xe5\x8c\x8c\x3d\x8a\x1c\x4f\x99\x35\x89\x61\x85\xc3\x2d\xd3"
#define FFS3 "\x7a\xc0\x73\x54\xcb\x3d\xca\x4d\xbd\x6f\x1e\x96\x89\xe7\x34\x9a"

/* A firmware volume's header at `offset` of a file. */
static void put_volume(
	struct stage *stage, const char *path, uint64_t offset, const char *guid, uint64_t length)
{
	unsigned char bytes[56] = {0};

	memcpy(bytes + 16, guid, 16);
	for (size_t i = 0; i < 8; i++)
		bytes[32 + i] = (unsigned char)(length >> 8 * i);
	memcpy(bytes + 40, "_FVH", 4);
	tempdir_patch(stage->folder, path, offset, bytes, sizeof(bytes));
}

static struct firmware_file look(struct stage *stage, const char *path)
{
	struct firmware_file file;

	firmware_file_look(stage->request.root_fd, stage->folder, path, &file);
	return file;
}

static void expect_role(
	struct stage *stage, const char *path, enum firmware_role role, uint64_t volume_bytes)
{
	struct firmware_file file = look(stage, path);

	assert_int_equal(file.error_number, 0);
	assert_int_equal(file.role, role);
	assert_int_equal(file.volume_bytes, volume_bytes);
	firmware_file_clear(&file);
}

static void a_volume_of_code_first_is_code(void **state)
{
	struct stage *stage = *state;

	tempdir_zeros(stage->folder, "ffs2", 3653632);
	put_volume(stage, "ffs2", 0, FFS2, 3440640);
	expect_role(stage, "/ffs2", FIRMWARE_ROLE_CODE, 3440640);
	tempdir_zeros(stage->folder, "ffs3", 3653632);
	put_volume(stage, "ffs3", 0, FFS3, 3440640);
	expect_role(stage, "/ffs3", FIRMWARE_ROLE_CODE, 3440640);
}

static void a_volume_of_nv_data_is_a_store_also_when_padded(void **state)
{
	struct stage *stage = *state;

	tempdir_zeros(stage->folder, "exact", 540672);
	put_volume(stage, "exact", 0, NV_DATA, 540672);
	expect_role(stage, "/exact", FIRMWARE_ROLE_VARIABLES, 540672);
	tempdir_zeros(stage->folder, "padded", 64 << 20);
	put_volume(stage, "padded", 0, NV_DATA, 786432);
	expect_role(stage, "/padded", FIRMWARE_ROLE_VARIABLES, 786432);
	tempdir_zeros(stage->folder, "cut", 65536);
	put_volume(stage, "cut", 0, NV_DATA, 131072);
	expect_role(stage, "/cut", FIRMWARE_ROLE_VARIABLES, 131072);
	tempdir_zeros(stage->folder, "absurd", 65536);
	put_volume(stage, "absurd", 0, NV_DATA, UINT64_MAX);
	expect_role(stage, "/absurd", FIRMWARE_ROLE_VARIABLES, UINT64_MAX);
}

static void nv_data_with_code_behind_it_is_unified(void **state)
{
	struct stage *stage = *state;

	tempdir_zeros(stage->folder, "ovmf", 4 << 20);
	put_volume(stage, "ovmf", 0, NV_DATA, 540672);
	put_volume(stage, "ovmf", 540672, FFS2, 3440640);
	expect_role(stage, "/ovmf", FIRMWARE_ROLE_UNIFIED, 540672);
	put_volume(stage, "ovmf", 540672, NV_DATA, 540672);
	expect_role(stage, "/ovmf", FIRMWARE_ROLE_VARIABLES, 540672);
}

static void zeros_are_a_blank_store(void **state)
{
	struct stage *stage = *state;

	tempdir_zeros(stage->folder, "blank", 64 << 20);
	expect_role(stage, "/blank", FIRMWARE_ROLE_BLANK, 0);
	tempdir_zeros(stage->folder, "empty", 0);
	expect_role(stage, "/empty", FIRMWARE_ROLE_UNKNOWN, 0);
	tempdir_text(stage->folder, "text", "{\"version\": 2, \"variables\": []}");
	expect_role(stage, "/text", FIRMWARE_ROLE_UNKNOWN, 0);
}

static void the_reset_vector_tells_the_architecture(void **state)
{
	static const struct {
		const char *name;
		uint64_t volume_at, vector_at;
		const char *vector;
		enum arch arch;
	} cases[] = {
		{"aarch64", 4096, 0, "\x00\x04\x00\x14", ARCH_AARCH64},
		{"arm", 4096, 0, "\xfe\x03\x00\xea", ARCH_ARM},
		{"x86", 0, 1966080 - 16, "\x90\x90\xe9\x5b", ARCH_X86_64},
		{"x86-protected", 0, 1966080 - 16, "\x0f\x20\xc0\xa8\x01\x74", ARCH_X86_64},
		{"other", 0, 1966080 - 16, "\x13\x00\x00\x00", ARCH_UNKNOWN},
	};
	struct stage *stage = *state;

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char *path = xasprintf("/%s", cases[i].name);
		struct firmware_file file;

		tempdir_zeros(stage->folder, path, 1966080);
		put_volume(stage, path, cases[i].volume_at, FFS2, 1753088);
		tempdir_patch(
			stage->folder, path, cases[i].vector_at, cases[i].vector, i == 3 ? 6 : 4);
		file = look(stage, path);
		assert_int_equal(file.role, FIRMWARE_ROLE_CODE);
		assert_int_equal(file.code_arch, cases[i].arch);
		firmware_file_clear(&file);
		free(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		stage_test(a_volume_of_code_first_is_code),
		stage_test(a_volume_of_nv_data_is_a_store_also_when_padded),
		stage_test(nv_data_with_code_behind_it_is_unified),
		stage_test(zeros_are_a_blank_store),
		stage_test(the_reset_vector_tells_the_architecture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
