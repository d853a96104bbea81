/* SPDX-License-Identifier: MIT */
/* What is said about a KVM device that cannot be used, and by whom it could be. */
#include "stage.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/file.h"
#include "host/kvm.h"

static void expect_problem(const char *path, const char *const *words, size_t count)
{
	struct kvm_state kvm;

	kvm_look(path, &kvm);
	assert_true(kvm.asked);
	assert_false(kvm.usable);
	assert_non_null(kvm.problem);
	for (size_t i = 0; i < count; i++)
		if (!strstr(kvm.problem, words[i]))
			fail_msg("no '%s' in: %s", words[i], kvm.problem);
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

/* In a child that is nobody, as root may open everything. */
static int problem_names_the_group(const char *path)
{
	struct kvm_state kvm;

	if (setgroups(0, NULL) < 0 || setgid(65534) < 0 || setuid(65534) < 0)
		return 2;
	kvm_look(path, &kvm);
	if (kvm.usable || !kvm.problem)
		return 3;
	print_message("%s\n", kvm.problem);
	return strstr(kvm.problem, ": Permission denied; it belongs to root:daemon with mode "
				   "0660, and you are user 65534 with groups 65534") &&
			       strstr(kvm.problem, "'sudo usermod -aG daemon USER'")
		       ? 0
		       : 4;
}

static void a_denied_device_names_owner_mode_self_and_fix(void **state)
{
	struct stage *stage = *state;
	char *path = tempdir_path(stage->folder, "kvm");
	const struct group *group = getgrnam("daemon");
	int status;
	pid_t child;

	tempdir_text(stage->folder, "kvm", "");
	if (geteuid() != 0 || !group || chown(path, 0, group->gr_gid) < 0) {
		free(path);
		skip_because("only root can become another user");
	}
	assert_int_equal(chmod(path, 0660), 0);
	assert_int_equal(chmod(stage->folder, 0755), 0);
	child = fork();
	if (child == 0)
		_exit(problem_names_the_group(path));
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	free(path);
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
		stage_test(a_denied_device_names_owner_mode_self_and_fix),
		stage_test(the_survey_looks_only_when_asked),
		cmocka_unit_test(the_machines_own_device_is_usable),
		cmocka_unit_test(a_device_that_makes_no_vm_says_why),
		cmocka_unit_test(the_machines_own_device_makes_a_vm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
