/* SPDX-License-Identifier: MIT */
/* What is said about a KVM device that cannot be used, and by whom it could be. */
#include "stage.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/file.h"
#include "host/kvm.h"

static void expect_words(const struct kvm_state *kvm, const char *const *words, size_t count)
{
	assert_true(kvm->asked);
	assert_false(kvm->usable);
	assert_non_null(kvm->problem);
	for (size_t i = 0; i < count; i++)
		if (!strstr(kvm->problem, words[i]))
			fail_msg("no '%s' in: %s", words[i], kvm->problem);
}

static void expect_problem(const char *path, const char *const *words, size_t count)
{
	struct kvm_state kvm;

	kvm_look(path, &kvm);
	expect_words(&kvm, words, count);
	free(kvm.problem);
}

static void an_absent_device_names_the_modules(void **state)
{
	static const char *const words[] = {
		"cannot open '/no/such/kvm': No such file or directory", "kvm_intel", "container"};

	(void)state;
	expect_problem("/no/such/kvm", words, ARRAY_COUNT(words));
}

static void another_file_is_no_kvm_device(void **state)
{
	static const char *const words[] = {"is no KVM device: Inappropriate ioctl for device"};
	struct stage *stage = *state;
	char *path = tempdir_path(stage->folder, "kvm");

	tempdir_text(stage->folder, "kvm", "");
	expect_problem(path, words, ARRAY_COUNT(words));
	free(path);
}

static void expect_denial(const struct device_owner *owner, const char *begin, const char *end)
{
	auto_free char *denial = kvm_denial(owner);
	auto_free char *self =
		xasprintf(", and you are user %u with groups %u", geteuid(), getegid());

	if (!text_starts_with(denial, begin) || !text_ends_with(denial, end) ||
		!text_starts_with(denial + strlen(begin), self))
		fail_msg("%s", denial);
}

static void a_denial_names_owner_mode_self_and_fix(void **state)
{
	struct device_owner owner = {
		.uid = 1, .gid = 2, .mode = S_IFCHR | 0660, .user = "root", .group = "kvm"};

	(void)state;
	expect_denial(&owner, "; it belongs to root:kvm with mode 0660",
		"; 'sudo usermod -aG kvm USER' and a new login give access, in a CI job 'sudo "
		"chmod 666 /dev/kvm' does");
	owner.lists_self = true;
	expect_denial(&owner, "; it belongs to root:kvm with mode 0660",
		"; you are in group kvm, but not in this session: a new login gives access, or "
		"'newgrp kvm'");
}

static void a_group_that_would_not_help_is_not_the_fix(void **state)
{
	static const char until_next_start[] =
		"; 'sudo chmod 666 /dev/kvm' gives access until the next start";
	struct device_owner half = {.uid = 0, .gid = 2, .mode = 0640, .user = "a", .group = "kvm"};
	struct device_owner root = {.uid = 0, .gid = 0, .mode = 0660, .user = "a", .group = "b"};
	struct device_owner nameless = {.uid = 11, .gid = 12, .mode = 0660};

	(void)state;
	expect_denial(&half, "; it belongs to a:kvm with mode 0640", until_next_start);
	expect_denial(&root, "; it belongs to a:b with mode 0660", until_next_start);
	expect_denial(&nameless, "; it belongs to 11:12 with mode 0660", until_next_start);
}

/* "root:root" as the system's own tables say it of a file that this test made; "" without names. */
static char *owner_of(const char *path)
{
	struct stat status = {0};
	const struct passwd *user;
	const struct group *group;

	assert_int_equal(stat(path, &status), 0);
	user = getpwuid(status.st_uid);
	group = getgrgid(status.st_gid);
	if (!user || !group)
		return xstrdup("");
	return xasprintf("%s:%s", user->pw_name, group->gr_name);
}

/* Root becomes nobody in between, as it may open everything; another user does not need to. */
static void a_denied_device_says_by_whom_it_could_be_opened(void **state)
{
	const char *words[] = {": Permission denied; it belongs to ", NULL,
		" with mode 0000, and you are user ", "; 'sudo chmod 666 /dev/kvm' gives access"};
	struct stage *stage = *state;
	auto_free char *path = tempdir_path(stage->folder, "kvm");
	auto_free char *owner = NULL;
	uid_t self = geteuid();
	struct kvm_state kvm;

	tempdir_text(stage->folder, "kvm", "");
	words[1] = owner = owner_of(path);
	assert_int_equal(chmod(path, 0), 0);
	assert_int_equal(chmod(stage->folder, 0755), 0);
	assert_int_equal(seteuid(self == 0 ? 65534 : self), 0);
	kvm_look(path, &kvm);
	assert_int_equal(seteuid(self), 0);
	expect_words(&kvm, words, ARRAY_COUNT(words));
	free(kvm.problem);
}

/* ENXIO, as of a device that no driver answers for. */
static void a_device_without_a_driver_names_the_modules(void **state)
{
	static const char *const words[] = {
		"No such device or address; the kernel has no working KVM", "kvm_intel"};
	struct stage *stage = *state;
	char *path = tempdir_path(stage->folder, "kvm");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	auto_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(strlen(path) < sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	expect_problem(path, words, ARRAY_COUNT(words));
	free(path);
}

static void a_path_through_a_file_has_no_advice(void **state)
{
	static const char *const words[] = {"/kvm/x': Not a directory"};
	struct stage *stage = *state;
	auto_free char *path = tempdir_path(stage->folder, "kvm/x");
	struct kvm_state kvm;

	tempdir_text(stage->folder, "kvm", "");
	expect_problem(path, words, ARRAY_COUNT(words));
	kvm_look(path, &kvm);
	assert_null(strchr(kvm.problem, ';'));
	free(kvm.problem);
}

static void only_version_12_is_kvm(void **state)
{
	auto_free char *old = kvm_problem_of_version("/dev/kvm", 11, 0);
	auto_free char *none = kvm_problem_of_version("/dev/kvm", -1, ENOTTY);

	(void)state;
	assert_null(kvm_problem_of_version("/dev/kvm", 12, 0));
	assert_string_equal(old, "'/dev/kvm' has KVM API version 11, wanted is 12");
	assert_string_equal(none, "'/dev/kvm' is no KVM device: Inappropriate ioctl for device");
}

static void the_survey_looks_only_when_asked(void **state)
{
	struct stage *stage = *state;

	assert_false(stage_survey(stage)->kvm.asked);
	stage->request.kvm = true;
	assert_true(stage_survey(stage)->kvm.asked);
}

static void the_machines_own_device_is_usable(void **state)
{
	struct kvm_state kvm;

	(void)state;
	if (access("/dev/kvm", R_OK | W_OK) != 0)
		skip_because("/dev/kvm cannot be opened here");
	kvm_look("/dev/kvm", &kvm);
	assert_true(kvm.usable);
	assert_null(kvm.problem);
}

static void a_device_that_makes_no_vm_says_why(void **state)
{
	auto_fd int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	auto_free char *problem = kvm_problem_of_a_vm(fd);

	(void)state;
	assert_string_equal(problem, "it makes no VM: Inappropriate ioctl for device");
}

static void the_machines_own_device_makes_a_vm(void **state)
{
	auto_fd int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	(void)state;
	if (fd < 0)
		skip_because("/dev/kvm cannot be opened here");
	assert_null(kvm_problem_of_a_vm(fd));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_absent_device_names_the_modules),
		stage_test(another_file_is_no_kvm_device),
		cmocka_unit_test(a_denial_names_owner_mode_self_and_fix),
		cmocka_unit_test(a_group_that_would_not_help_is_not_the_fix),
		stage_test(a_denied_device_says_by_whom_it_could_be_opened),
		stage_test(a_device_without_a_driver_names_the_modules),
		stage_test(a_path_through_a_file_has_no_advice),
		cmocka_unit_test(only_version_12_is_kvm),
		stage_test(the_survey_looks_only_when_asked),
		cmocka_unit_test(the_machines_own_device_is_usable),
		cmocka_unit_test(a_device_that_makes_no_vm_says_why),
		cmocka_unit_test(the_machines_own_device_makes_a_vm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
