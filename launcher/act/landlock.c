/* SPDX-License-Identifier: MIT */
#include "act/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

/*
 * Own constants, because the headers of a build host are often older than the kernel that slipway
 * runs on (include/uapi/linux/landlock.h, Linux 7.1; the numbers of the calls are the same on every
 * architecture since Linux 5.13).
 */
#define CALL_CREATE_RULESET 444
#define CALL_ADD_RULE 445
#define CALL_RESTRICT_SELF 446
#define CREATE_RULESET_VERSION 1u
#define RULE_PATH_BENEATH 1
#define RULE_NET_PORT 2

#define FS_EXECUTE (UINT64_C(1) << 0)
#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define FS_REMOVE_DIR (UINT64_C(1) << 4)
#define FS_REMOVE_FILE (UINT64_C(1) << 5)
#define FS_MAKE_DIR (UINT64_C(1) << 7)
#define FS_MAKE_REG (UINT64_C(1) << 8)
#define FS_MAKE_SOCK (UINT64_C(1) << 9)
#define FS_MAKE_FIFO (UINT64_C(1) << 10)
#define FS_MAKE_SYM (UINT64_C(1) << 12)
#define FS_REFER (UINT64_C(1) << 13)
#define FS_TRUNCATE (UINT64_C(1) << 14)
#define FS_IOCTL_DEV (UINT64_C(1) << 15)
#define FS_RESOLVE_UNIX (UINT64_C(1) << 16)
#define FS_ABI_1 ((UINT64_C(1) << 13) - 1)

/* What the first rules opened is left to the exec, which closes all at once. More would matter
 * where few files may be open. */
#define LEFT_OPEN_MOST 32

#define NET_BIND_TCP UINT64_C(1)
#define NET_CONNECT_TCP UINT64_C(2)
#define SCOPE_ABSTRACT_UNIX UINT64_C(1)
#define SCOPE_SIGNAL UINT64_C(2)

/* What a rule about something that is no directory may hold. */
#define FS_OF_FILE                                                                                 \
	(FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV | FS_RESOLVE_UNIX)

#define PROGRAM (FS_READ_FILE | FS_EXECUTE)
/* Reading includes executing: only the program loader asks for it, and the filter has shut exec. */
#define READS (FS_READ_FILE | FS_READ_DIR | FS_EXECUTE)
/* Device nodes cannot be made anywhere. */
#define WRITES                                                                                     \
	(FS_WRITE_FILE | FS_READ_FILE | FS_READ_DIR | FS_REMOVE_DIR | FS_REMOVE_FILE |             \
		FS_MAKE_DIR | FS_MAKE_REG | FS_MAKE_SOCK | FS_MAKE_FIFO | FS_MAKE_SYM | FS_REFER | \
		FS_TRUNCATE | FS_RESOLVE_UNIX)
#define LISTENS (FS_MAKE_SOCK | FS_REMOVE_FILE | FS_RESOLVE_UNIX)
#define OUTPUT_MODE 0666 /* QEMU's own for what it makes, less the umask (util/osdep.c) */

struct ruleset_attribute {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};

/* The kernel's is packed and reads these 12 bytes; what pads them here is behind. */
struct path_attribute {
	uint64_t allowed_access;
	int32_t parent_fd;
};

struct port_attribute {
	uint64_t allowed_access;
	uint64_t port;
};

/* Each version's addition. */
static const struct {
	int abi;
	uint64_t fs;
	uint64_t net;
	uint64_t scoped;
	const char *gap; /* what stays possible without it, and since when it is not; NULL: nothing
			    that the filter does not shut */
} additions[] = {
	{1, FS_ABI_1, 0, 0, NULL},
	{2, FS_REFER, 0, 0, NULL}, /* version 1 refuses what 2 can allow */
	{3, FS_TRUNCATE, 0, 0, "truncating files (Linux 6.2)"},
	{4, 0, NET_BIND_TCP | NET_CONNECT_TCP, 0, "TCP ports (Linux 6.7)"},
	{5, FS_IOCTL_DEV, 0, 0, "ioctl on devices (Linux 6.10)"},
	{6, 0, 0, SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL,
		"signals to and abstract sockets of other processes (Linux 6.12)"},
	{9, FS_RESOLVE_UNIX, 0, 0, NULL},
};

/* What a kernel without Landlock answers, one in which it is off, and a container's filter. Any
 * other answer is none: to go on without a layer then would be to lose it by accident. */
static bool says_there_is_none(int number)
{
	return number == ENOSYS || number == EOPNOTSUPP || number == EPERM;
}

struct error *landlock_find(int *ret_abi)
{
	long abi = syscall(CALL_CREATE_RULESET, NULL, 0, CREATE_RULESET_VERSION);

	if (abi < 0 && !says_there_is_none(errno))
		return error_system(errno, "cannot find out whether there is Landlock");
	*ret_abi = abi < 0 ? 0 : (int)abi;
	return NULL;
}

int landlock_abi(void)
{
	auto_error struct error *error = NULL;
	int abi = 0;

	error = landlock_find(&abi);
	return abi;
}

void landlock_gaps(int abi, struct strings *ret_gaps)
{
	if (abi == 0) {
		strings_add(ret_gaps,
			"this kernel has no Landlock (Linux 5.13, boot option lsm=landlock,…): "
			"QEMU can open whatever its user can");
		return;
	}
	for (size_t i = 0; i < ARRAY_COUNT(additions); i++) {
		if (additions[i].abi > abi && additions[i].gap)
			strings_addf(ret_gaps,
				"this kernel's Landlock (version %d) does not limit %s", abi,
				additions[i].gap);
	}
}

static struct ruleset_attribute handled(const struct landlock_request *request, int abi)
{
	struct ruleset_attribute attribute = {0, 0, 0};

	for (size_t i = 0; i < ARRAY_COUNT(additions); i++) {
		if (additions[i].abi > abi)
			continue;
		attribute.handled_access_fs |= additions[i].fs;
		attribute.handled_access_net |= additions[i].net;
		attribute.scoped |= additions[i].scoped;
	}
	if (request->any_listen)
		attribute.handled_access_net &= ~NET_BIND_TCP;
	if (request->any_connect)
		attribute.handled_access_net &= ~NET_CONNECT_TCP;
	return attribute;
}

/* Older kernels refuse a longer attribute only where the rest is not zero, but newer fields are
 * unknown to the oldest, which check the length against what they know. */
static size_t attribute_size(int abi)
{
	if (abi >= 6)
		return sizeof(struct ruleset_attribute);
	return abi >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

static bool add_parent(int fd, int parent, uint64_t access)
{
	const struct path_attribute attribute = {.allowed_access = access, .parent_fd = parent};

	return access == 0 || syscall(CALL_ADD_RULE, fd, RULE_PATH_BENEATH, &attribute, 0) == 0;
}

/* No look at what the path leads to: the kernel takes a file's rights for anything. */
static struct error *add_opened(int fd, int parent, const char *path, uint64_t access)
{
	if (add_parent(fd, parent, access))
		return NULL;
	/* EINVAL: what is no directory has fewer rights to give */
	if (errno == EINVAL && add_parent(fd, parent, access & FS_OF_FILE))
		return NULL;
	/* Pipes, sockets and the like without a path have no rights to give. */
	return errno == EBADFD ? NULL : error_system(errno, "Landlock rule for '%s'", path);
}

/* Where a link leads, which was looked at; made where that is not there. A link that is this user's
 * or root's leads where they want: whoever else may write in the folder could choose one of this
 * user's files. */
static int follow_output(const char *path, const struct stat *link)
{
	int fd;

	if (link->st_uid != 0 && link->st_uid != geteuid())
		return -ELOOP;
	fd = file_open(path, O_PATH);
	return fd == -ENOENT ? file_make(path, 0, OUTPUT_MODE) : fd;
}

/* What QEMU is to write to, made where it is not there; *ret_fd is the caller's. What is there is
 * not opened for writing: the reader of a FIFO would take the end of that for QEMU's. */
static struct error *open_output(const char *path, int *ret_fd)
{
	struct stat status;
	int fd = file_open(path, O_PATH | O_NOFOLLOW);

	if (fd == -ENOENT) {
		fd = file_make(path, O_EXCL, OUTPUT_MODE);
	} else if (fd >= 0 && fstat(fd, &status) == 0 && S_ISLNK(status.st_mode)) {
		fd_close(&fd);
		fd = follow_output(path, &status);
	}
	*ret_fd = fd;
	if (fd >= 0)
		return NULL;
	return error_hint(fd == -ELOOP
				  ? error_new("'%s' is a symbolic link of another user's", path)
				  : error_system(-fd, "cannot make '%s'", path),
		"QEMU is to write to it: make its folder and let this user write there, or name "
		"another file");
}

/* What the rule is about, and *ret_fd, which is negative where it is not there. */
static struct error *open_parent(const struct path_rule *rule, int *ret_fd)
{
	if (rule->made)
		return open_output(rule->path, ret_fd);
	*ret_fd = file_open(rule->path, O_PATH);
	if (*ret_fd < 0 && *ret_fd != -ENOENT && *ret_fd != -ENOTDIR)
		return error_system(-*ret_fd, "'%s' for the sandbox", rule->path);
	return NULL;
}

static struct error *add_path(
	int fd, const struct path_rule *rule, uint64_t access, bool leave_open)
{
	struct error *error;
	int parent;

	TRY(open_parent(rule, &parent));
	if (parent < 0)
		return NULL;
	error = add_opened(fd, parent, rule->path, access);
	if (!leave_open)
		fd_close(&parent);
	return error;
}

static uint64_t path_access(const struct path_rule *rule)
{
	uint64_t access = (rule->write ? WRITES : READS) | (rule->device ? FS_IOCTL_DEV : 0);

	if (rule->sockets)
		return rule->write ? LISTENS : FS_RESOLVE_UNIX;
	return rule->directory ? access : access & FS_OF_FILE;
}

static bool is_program(const struct landlock_request *request, const struct path_rule *rule)
{
	return request->program && strcmp(rule->path, request->program) == 0;
}

static struct error *add_program(int fd, const struct landlock_request *request, uint64_t access)
{
	if (request->program_fd > 0)
		return add_opened(fd, request->program_fd, request->program, access);
	return add_path(fd, &(struct path_rule){.path = (char *)request->program}, access, false);
}

/* Whether one of the rules, by the same name, lets the program be read and executed. */
static bool program_has_rule(const struct landlock_request *request)
{
	for (size_t i = 0; i < request->path_count; i++)
		if (is_program(request, &request->paths[i]) &&
			(path_access(&request->paths[i]) & PROGRAM) == PROGRAM)
			return true;
	return false;
}

static struct error *add_paths(int fd, const struct landlock_request *request, uint64_t handled_fs)
{
	for (size_t i = 0; i < request->path_count; i++) {
		const struct path_rule *rule = &request->paths[i];
		uint64_t access = path_access(rule) & handled_fs;

		if (is_program(request, rule))
			TRY(add_program(fd, request, access));
		else
			TRY(add_path(fd, rule, access, i < LEFT_OPEN_MOST));
	}
	if (!request->program || program_has_rule(request))
		return NULL;
	return add_program(fd, request, PROGRAM & handled_fs);
}

static struct error *add_ports(int fd, const struct landlock_request *request, uint64_t handled_net)
{
	for (size_t i = 0; i < request->port_count; i++) {
		const struct port_rule *rule = &request->ports[i];
		struct port_attribute attribute = {
			.allowed_access =
				(rule->listen ? NET_BIND_TCP : NET_CONNECT_TCP) & handled_net,
			.port = rule->port,
		};

		if (attribute.allowed_access != 0 &&
			syscall(CALL_ADD_RULE, fd, RULE_NET_PORT, &attribute, 0) != 0)
			return error_system(
				errno, "Landlock rule for TCP port %u", (unsigned)rule->port);
	}
	return NULL;
}

struct error *landlock_prepare(const struct landlock_request *request, int abi, int *ret_fd)
{
	struct ruleset_attribute attribute = handled(request, abi);
	auto_fd int fd = -1;

	if (abi == 0) {
		*ret_fd = -1;
		return NULL;
	}
	fd = (int)syscall(CALL_CREATE_RULESET, &attribute, attribute_size(abi), 0);
	if (fd < 0)
		return error_system(errno, "Landlock ruleset");
	TRY(add_paths(fd, request, attribute.handled_access_fs));
	TRY(add_ports(fd, request, attribute.handled_access_net));
	*ret_fd = fd_steal(&fd);
	return NULL;
}

struct error *landlock_apply(int fd)
{
	if (fd >= 0 && syscall(CALL_RESTRICT_SELF, fd, 0) != 0)
		return error_system(errno, "Landlock");
	return NULL;
}
