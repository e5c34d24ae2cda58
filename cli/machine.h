/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the command and the hypervisor agree on: docs/design.md, section 8.
 * QEMU's `virt` machine; the first 256 MiB of RAM are the hypervisor's, the
 * rest is guest RAM, whose last 2 MiB take the guest's device tree.
 */
#ifndef CLI_MACHINE_H
#define CLI_MACHINE_H

#define MIB (1024ull * 1024)

#define HYP_MEMORY_MIB 256
#define GUEST_RAM_PA 0x50000000ull
#define GUEST_DTB_SIZE (2 * MIB)
/* Where a kernel without Image header goes, as in QEMU. */
#define GUEST_RAW_OFFSET 0x80000ull

/* The hypervisor leaves its result record in the second flash bank. */
#define FLASH_SIZE (64 * MIB)

#define MAX_VCPUS 512
#define MAX_CPUS 64
/* A GICv2 names CPUs by the bits of a byte. */
#define MAX_GICV2_CPUS 8
#define MAX_LRS 16
/* RAM of `virt` ends below the high device memory, at 256 GiB. */
#define MAX_MEMORY_MIB (254u * 1024)

#endif
