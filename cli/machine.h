/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers that the command and the hypervisor have to agree on (docs/design.md,
 * section 8).  The machine is QEMU's `virt`.  The first 256 MiB of its RAM are
 * the hypervisor's; the rest is the guest's, and in its last 2 MiB the
 * hypervisor builds the guest's device tree.
 */
#ifndef CLI_MACHINE_H
#define CLI_MACHINE_H

#define MIB (1024ull * 1024)

#define HYP_MEMORY_MIB 256
#define GUEST_RAM_PA 0x50000000ull
#define GUEST_DTB_SIZE (2 * MIB)
/* Where a kernel without Image header goes, as in QEMU. */
#define GUEST_RAW_OFFSET 0x80000ull

/*
 * The hypervisor leaves the record of a run in the second flash bank, whose
 * file we give to QEMU.
 */
#define FLASH_SIZE (64 * MIB)

/* Of the hypervisor: hyp/options.c refuses more. */
#define MAX_VCPUS 512
#define MAX_CPUS 64
/* A GICv2 names CPUs by the bits of a byte: GICD_ITARGETSR, GICD_SGIR. */
#define MAX_GICV2_CPUS 8
#define MAX_LRS 16 /* ICH_VTR_EL2.ListRegs has no room for more */
/* RAM of `virt` ends below the high device memory, at 256 GiB. */
#define MAX_MEMORY_MIB (254u * 1024)

#endif
