/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine that bench/kvm makes under Linux's KVM: of QEMU's `virt`, with
 * its addresses, what guest/bench touches.
 */
#ifndef BENCH_KVM_VMM_H
#define BENCH_KVM_VMM_H

#include <stdint.h>

#define NR_VCPUS 2u

#define GICD_BASE 0x08000000u
#define GICC_BASE 0x08010000u /* GICv2 */
#define GITS_BASE 0x08080000u /* GICv3 */
#define GICR_BASE 0x080a0000u
#define UART_BASE 0x09000000u
#define UART_SIZE 0x1000u
#define RAM_BASE 0x40000000u
#define RAM_SIZE 0x04000000u
/* The device tree lies here, above the guest. */
#define DTB_OFFSET 0x03e00000u
/* SGIs, PPIs, and SPIs up to the last that guest/bench sends. */
#define NR_INTERRUPTS 256u

/* Print what was tried and errno, and power off: it is the first process. */
_Noreturn void vmm_die(const char *what);

/* ioctl() that dies when it fails. */
int vmm_ioctl(int fd, const char *what, unsigned long request,
	      const void *argument);

/*
 * gic.c: an interrupt controller, "v2" or "v3" with an ITS, for the vCPUs that
 * are there.
 */
void vmm_make_gic(int vm, const char *version);

/*
 * tree.c: write a flattened device tree with NR_VCPUS CPUs to `place`, which
 * has room for 1 KiB.
 */
void vmm_write_tree(uint8_t *place);

#endif
