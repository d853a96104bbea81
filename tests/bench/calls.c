/* SPDX-License-Identifier: MIT */
/*
 * What the calls that QEMU makes most often cost here: for each name of a call on stdin, one a
 * line, a turn of that call, and its nanoseconds on stdout; "-" for a call that cannot be made
 * here. At the end of stdin it ends. With the word allow-all, under a filter that allows
 * everything.
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/kvm.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define REPEATS 4000
#define SLOW_REPEATS 100 /* of what enters a guest */

static int zero_fd;
static int null_fd;
static int cpu_fd = -1;
static int sockets[2];
static char byte;
static uint32_t word;
static char *page;
static struct iovec vector = {.iov_base = &byte, .iov_len = 1};

static void call_read(void)
{
	(void)syscall(SYS_read, zero_fd, &byte, 1);
}

static void call_write(void)
{
	(void)syscall(SYS_write, null_fd, &byte, 1);
}

static void call_preadv(void)
{
	(void)syscall(SYS_preadv, zero_fd, &vector, 1, 0, 0);
}

static void call_pwritev(void)
{
	(void)syscall(SYS_pwritev, null_fd, &vector, 1, 0, 0);
}

static void call_ppoll(void)
{
	struct timespec none = {0, 0};
	struct pollfd one = {.fd = null_fd, .events = POLLIN};

	(void)syscall(SYS_ppoll, &one, 1, &none, NULL, 8);
}

static void call_futex(void)
{
	(void)syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* Of KVM's type, to a file that has no such ioctl: the cheapest there is. */
static void call_ioctl(void)
{
	(void)syscall(SYS_ioctl, null_fd, KVM_RUN, 0);
}

/* The one that QEMU makes all the time: the virtual CPU runs up to the next access to a port. */
static void call_kvm_run(void)
{
	(void)syscall(SYS_ioctl, cpu_fd, KVM_RUN, 0);
}

static void call_madvise(void)
{
	(void)syscall(SYS_madvise, page, 4096, MADV_NORMAL);
}

static void call_recvmsg(void)
{
	struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};

	(void)syscall(SYS_recvmsg, sockets[0], &message, MSG_DONTWAIT);
}

static void call_io_submit(void)
{
	(void)syscall(SYS_io_submit, 0, 0, NULL);
}

static const struct {
	const char *name;
	void (*call)(void);
	int repeats;
} calls[] = {
	{"read", call_read, REPEATS},
	{"write", call_write, REPEATS},
	{"preadv", call_preadv, REPEATS},
	{"pwritev", call_pwritev, REPEATS},
	{"ppoll", call_ppoll, REPEATS},
	{"futex", call_futex, REPEATS},
	{"ioctl", call_ioctl, REPEATS},
	{"KVM_RUN", call_kvm_run, SLOW_REPEATS},
	{"madvise", call_madvise, REPEATS},
	{"recvmsg", call_recvmsg, REPEATS},
	{"io_submit", call_io_submit, REPEATS},
};

static double now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double turn_ns(void (*call)(void), int repeats)
{
	double begin;

	for (int i = 0; i < repeats / 10; i++) /* the caches may hold another contestant's */
		call();
	begin = now_ns();
	for (int i = 0; i < repeats; i++)
		call();
	return (now_ns() - begin) / repeats;
}

static void answer(const char *name)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i].name, name) == 0 &&
			(calls[i].call != call_kvm_run || cpu_fd >= 0)) {
			printf("%.2f\n", turn_ns(calls[i].call, calls[i].repeats));
			return;
		}
	printf("-\n");
}

static int allow_all(int looks)
{
	struct sock_filter everything[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_fprog program = {.len = looks ? 2 : 1, .filter = everything + !looks};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

#ifdef __x86_64__
/* A machine of one page: "out %al, $0x10; jmp" back, in real mode. */
static void make_cpu(void)
{
	static const unsigned char code[] = {0xe6, 0x10, 0xeb, 0xfc};
	int kvm_fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	int vm_fd = kvm_fd >= 0 ? ioctl(kvm_fd, KVM_CREATE_VM, 0) : -1;
	struct kvm_userspace_memory_region memory = {.memory_size = 4096};
	struct kvm_sregs special;
	struct kvm_regs general = {.rflags = 2};
	int fd;

	if (vm_fd < 0)
		return;
	memory.userspace_addr = (uint64_t)(uintptr_t)mmap(
		NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ioctl(vm_fd, KVM_SET_USER_MEMORY_REGION, &memory) != 0)
		return;
	memcpy((void *)(uintptr_t)memory.userspace_addr, code, sizeof(code));
	fd = ioctl(vm_fd, KVM_CREATE_VCPU, 0);
	if (fd < 0 || ioctl(fd, KVM_GET_SREGS, &special) != 0)
		return;
	special.cs.base = 0;
	special.cs.selector = 0;
	if (ioctl(fd, KVM_SET_SREGS, &special) == 0 && ioctl(fd, KVM_SET_REGS, &general) == 0 &&
		ioctl(fd, KVM_RUN, 0) == 0)
		cpu_fd = fd;
}
#else
static void make_cpu(void)
{
}
#endif

int main(int argc, char **argv)
{
	char line[64];

	zero_fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (zero_fd < 0 || null_fd < 0 || page == MAP_FAILED)
		return 1;
	/* where no socket may be made, what is measured is the refusal of a descriptor */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
		sockets[0] = -1;
	make_cpu();
	if (argc > 1 && !allow_all(strcmp(argv[1], "look") == 0))
		return 1;
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		answer(line);
		if (fflush(stdout) != 0)
			return 1;
	}
	return 0;
}
