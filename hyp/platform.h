/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where things lie.  Physical addresses are QEMU's `virt` machine as the cli
 * starts it; everything that can be read from the host device tree is.
 */
#ifndef HYP_PLATFORM_H
#define HYP_PLATFORM_H

#define PAGE_SIZE 0x1000
#define BLOCK_SIZE 0x200000

/* The hypervisor's own memory: image, stacks, heap, host device tree. */
#define HYP_RAM_BASE 0x40000000
#define HYP_RAM_SIZE 0x10000000
#define HYP_LINK_BASE 0x40200000
/* The host device tree lies below this, the heap from here on. */
#define HYP_HEAP_BASE 0x49000000
#define HYP_HEAP_SIZE 0x07000000

/* Used until the host device tree has named the UART. */
#define EARLY_UART_BASE 0x09000000

/* Guest RAM: contiguous, physical and as the guest sees it. */
#define GUEST_RAM_PA 0x50000000
#define GUEST_RAM_IPA 0x40000000
/* The guest's device tree takes the last 2 MiB of its RAM. */
#define GUEST_DTB_MAX 0x200000
/* A raw binary without Image header starts here (as QEMU does it). */
#define GUEST_RAW_OFFSET 0x80000

/* The guest's devices, intermediate physical addresses. */
#define GUEST_GICD_IPA 0x08000000
#define GUEST_GICC_IPA 0x08010000 /* GICv2 */
#define GUEST_GITS_IPA 0x08080000 /* GICv3 */
#define GUEST_GICR_IPA 0x080a0000
#define GUEST_GICR_FRAMES 123
#define GUEST_GICR2_IPA 0x4000000000
#define GUEST_UART_IPA 0x09000000
#define GUEST_UART_SIZE 0x1000
#define GUEST_UART_SPI 1
#define GUEST_NR_SPIS 256
/* GICv5: the IRS, and how many LPIs can be backed. */
#define GUEST_IRS_IPA 0x08010000
#define GUEST_NR_LPIS 65536
#define GUEST_LPI_ID_BITS 16

/* PPIs, INTIDs; the same on the machine and for the guest. */
#define PPI_MAINTENANCE 25
#define PPI_CNTHP 26
#define PPI_CNTV 27
#define PPI_CNTP 30

#define MAX_CPUS 64
#define MAX_VCPUS 512

#endif
