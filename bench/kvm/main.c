/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The smallest VMM that guest/bench runs on, under Linux's KVM: what `vgic
 * bench --against kvm` compares with.  It is the first process of a Linux at
 * EL2 whose initrd holds it and the guest:
 *
 *     /init v2|v3
 *
 * KVM's own interrupt controller, timer and PSCI do all that is measured; from
 * here comes the memory, and the UART that carries the figures.  When the guest
 * powers off, so does the machine.
 */
#include "bench/kvm/vmm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <unistd.h>

#define GUEST_FILE "/guest.bin"
#define CORE_REG(size, field) \
	(KVM_REG_ARM64 | (size) | KVM_REG_ARM_CORE | \
	 KVM_REG_ARM_CORE_REG(field))
#define HUGE_PAGE 0x200000u
/* Until then Linux still has work of its start left, on whichever CPU. */
#define SETTLE_S 2

struct vcpu {
	unsigned int index;
	int fd;
	struct kvm_run *run;
};

static struct {
	char text[16384];
	size_t length;
} console;

/* The last line says how it ended. */
static _Noreturn void power_off(const char *why)
{
	fwrite(console.text, 1, console.length, stdout);
	printf("kvm-vmm: %s\n", why);
	fflush(stdout);
	reboot(RB_POWER_OFF);
	_exit(1);
}

void vmm_die(const char *what)
{
	static char why[128];

	snprintf(why, sizeof(why), "%s: %s", what, strerror(errno));
	power_off(why);
}

int vmm_ioctl(int fd, const char *what, unsigned long request,
	      const void *argument)
{
	int result = ioctl(fd, request, argument);

	if (result < 0) {
		vmm_die(what);
	}
	return result;
}

static int vmm_open(const char *file)
{
	int fd = open(file, O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		vmm_die(file);
	}
	return fd;
}

static void load_guest(uint8_t *ram)
{
	int fd = vmm_open(GUEST_FILE);
	ssize_t n;

	while ((n = read(fd, ram, DTB_OFFSET)) > 0) {
		ram += n;
	}
	if (n < 0) {
		vmm_die(GUEST_FILE);
	}
	close(fd);
}

/*
 * All of it is there before the guest starts, in large pages where the kernel
 * gives some: faults of stage 2 are not what is compared.
 */
static uint8_t *make_ram(int vm)
{
	uint8_t *ram = mmap(NULL, RAM_SIZE + HUGE_PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = RAM_BASE,
		.memory_size = RAM_SIZE,
	};

	if (ram == MAP_FAILED) {
		vmm_die("memory for the guest");
	}
	ram += -(uintptr_t)ram % HUGE_PAGE;
	madvise(ram, RAM_SIZE, MADV_HUGEPAGE);
	memset(ram, 0, RAM_SIZE);
	region.userspace_addr = (uint64_t)(uintptr_t)ram;
	vmm_ioctl(vm, "KVM_SET_USER_MEMORY_REGION", KVM_SET_USER_MEMORY_REGION,
		  &region);
	return ram;
}

static void set_register(const struct vcpu *v, uint64_t id, uint64_t value)
{
	const struct kvm_one_reg reg = {
		.id = id,
		.addr = (uint64_t)(uintptr_t)&value,
	};

	vmm_ioctl(v->fd, "KVM_SET_ONE_REG", KVM_SET_ONE_REG, &reg);
}

/* All but the first wait for PSCI's CPU_ON. */
static void make_vcpu(struct vcpu *v, int kvm, int vm)
{
	int size = vmm_ioctl(kvm, "KVM_GET_VCPU_MMAP_SIZE",
			     KVM_GET_VCPU_MMAP_SIZE, NULL);
	struct kvm_vcpu_init init = { 0 };

	v->fd = vmm_ioctl(vm, "KVM_CREATE_VCPU", KVM_CREATE_VCPU,
			  (const void *)(uintptr_t)v->index);
	v->run = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED,
		      v->fd, 0);
	if (v->run == MAP_FAILED) {
		vmm_die("the shared page of a vCPU");
	}
	vmm_ioctl(vm, "KVM_ARM_PREFERRED_TARGET", KVM_ARM_PREFERRED_TARGET,
		  &init);
	init.features[0] = 1u << KVM_ARM_VCPU_PSCI_0_2;
	if (v->index > 0) {
		init.features[0] |= 1u << KVM_ARM_VCPU_POWER_OFF;
	}
	vmm_ioctl(v->fd, "KVM_ARM_VCPU_INIT", KVM_ARM_VCPU_INIT, &init);
}

/*
 * The guest's console.  Reads find 0: there always is room for a character.
 * What the guest prints is kept until it is off: Linux works for a line on its
 * own console long after the write, which would be measured with what follows.
 */
static void access_uart(struct kvm_run *run)
{
	if (!run->mmio.is_write) {
		memset(run->mmio.data, 0, sizeof(run->mmio.data));
	} else if (run->mmio.phys_addr == UART_BASE &&
		   console.length < sizeof(console.text)) {
		console.text[console.length++] = (char)run->mmio.data[0];
	}
}

static void handle_exit(struct vcpu *v)
{
	char why[64];
	struct kvm_run *run = v->run;

	if (run->exit_reason == KVM_EXIT_SYSTEM_EVENT &&
	    run->system_event.type == KVM_SYSTEM_EVENT_SHUTDOWN) {
		power_off("the guest is off");
	}
	if (run->exit_reason == KVM_EXIT_MMIO &&
	    run->mmio.phys_addr - UART_BASE < UART_SIZE) {
		access_uart(run);
		return;
	}
	snprintf(why, sizeof(why), "vCPU %u: exit %u, address 0x%llx", v->index,
		 run->exit_reason, (unsigned long long)run->mmio.phys_addr);
	power_off(why);
}

/* On a CPU of its own, as our hypervisor has it. */
static void *run_vcpu(void *argument)
{
	struct vcpu *v = argument;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(v->index, &set);
	if (sched_setaffinity(0, sizeof(set), &set)) {
		vmm_die("a CPU for each vCPU");
	}
	while (true) {
		if (ioctl(v->fd, KVM_RUN, NULL) == 0) {
			handle_exit(v);
		} else if (errno != EINTR && errno != EAGAIN) {
			vmm_die("KVM_RUN");
		}
	}
}

int main(int argc, char **argv)
{
	static struct vcpu vcpus[NR_VCPUS];
	pthread_t thread;
	uint8_t *ram;
	int kvm, vm;

	if (mount("devtmpfs", "/dev", "devtmpfs", 0, NULL)) {
		vmm_die("/dev");
	}
	kvm = vmm_open("/dev/kvm");
	vm = vmm_ioctl(kvm, "KVM_CREATE_VM", KVM_CREATE_VM, NULL);
	ram = make_ram(vm);
	load_guest(ram);
	vmm_write_tree(ram + DTB_OFFSET);
	for (unsigned int i = 0; i < NR_VCPUS; i++) {
		vcpus[i].index = i;
		make_vcpu(&vcpus[i], kvm, vm);
	}
	vmm_make_gic(vm, argc > 1 ? argv[1] : "v3");
	set_register(&vcpus[0], CORE_REG(KVM_REG_SIZE_U64, regs.pc), RAM_BASE);
	set_register(&vcpus[0], CORE_REG(KVM_REG_SIZE_U64, regs.regs[0]),
		     RAM_BASE + DTB_OFFSET);
	sleep(SETTLE_S);
	for (unsigned int i = 1; i < NR_VCPUS; i++) {
		if (pthread_create(&thread, NULL, run_vcpu, &vcpus[i])) {
			vmm_die("a thread for each vCPU");
		}
	}
	run_vcpu(&vcpus[0]);
	return 0;
}
