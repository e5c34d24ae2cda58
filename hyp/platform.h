/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of the machine and of the hypervisor's own memory.  Physical
 * addresses are those of QEMU's `virt` machine as the command starts it
 * (cli/launch.c); what can be read from the machine's device tree is read
 * there (host.h).  boot.S includes this: constants alone.
 */
#ifndef HYP_PLATFORM_H
#define HYP_PLATFORM_H

#define PAGE_SIZE 0x1000
/* What an entry at level 2 of a page table maps, as a block. */
#define BLOCK_SIZE 0x200000
#define MIB 0x100000

/*
 * The hypervisor's own memory, physical: first the image with stacks (hyp.lds
 * puts it at +2 MiB, QEMU loads it there), then the machine's device tree,
 * which QEMU puts somewhere behind the image, then the heap.
 */
#define HYP_RAM_BASE 0x40000000
#define HYP_RAM_SIZE 0x10000000
#define HYP_HEAP_BASE 0x49000000
#define HYP_HEAP_SIZE 0x07000000

/* For errors before the machine's device tree has named the UART. */
#define EARLY_UART_BASE 0x09000000

/* INTIDs of PPIs, on the machine and for the guest alike. */
#define PPI_MAINTENANCE 25
#define PPI_CNTHP 26 /* EL2's own timer */
#define PPI_CNTV 27
#define PPI_CNTPS 29
#define PPI_CNTP 30

#define MAX_CPUS 64
#define MAX_VCPUS 512

#endif
