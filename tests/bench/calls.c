/* SPDX-License-Identifier: MIT */
/*
 * What the calls that QEMU makes most often cost here: "CALL NANOSECONDS" a line, the least of
 * several runs each. With the word allow-all, under a filter that allows everything.
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/kvm.h>
#include <linux/seccomp.h>
#include <poll.h>
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
#define RUNS 15

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
} calls[] = {
	{"read", call_read},
	{"write", call_write},
	{"preadv", call_preadv},
	{"pwritev", call_pwritev},
	{"ppoll", call_ppoll},
	{"futex", call_futex},
	{"ioctl", call_ioctl},
	{"KVM_RUN", call_kvm_run},
	{"madvise", call_madvise},
	{"recvmsg", call_recvmsg},
	{"io_submit", call_io_submit},
};

static double now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double least_ns(void (*call)(void), int repeats)
{
	double least = 1e18;

	for (int run = 0; run < RUNS; run++) {
		double begin = now_ns();
		double took;

		for (int i = 0; i < repeats; i++)
			call();
		took = (now_ns() - begin) / repeats;
		if (took < least)
			least = took;
	}
	return least;
}

static int allow_all(void)
{
	struct sock_filter everything[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_fprog program = {.len = 1, .filter = everything};

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
	zero_fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (zero_fd < 0 || null_fd < 0 || page == MAP_FAILED)
		return 1;
	/* where no socket may be made, what is measured is the refusal of a descriptor */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
		sockets[0] = -1;
	make_cpu();
	if (argc > 1 && strcmp(argv[1], "allow-all") == 0 && !allow_all())
		return 1;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].call != call_kvm_run || cpu_fd >= 0)
			printf("%s %.2f\n", calls[i].name,
				least_ns(calls[i].call,
					calls[i].call == call_kvm_run ? SLOW_REPEATS : REPEATS));
	return 0;
}
