/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file describe.h
 * Telling a guest of its GIC: nodes of a device tree, or ACPI's MADT.  Neither
 * needs libvgic, nor a vGIC.  The MADT is in the library vgic_describe.  The
 * vgic_fdt_ functions are in none, since they need libfdt: compile the file
 * describe/fdt.c of the source tree with yours (-I the tree's root, and
 * libfdt's headers).
 *
 * The frames are those of vgic_mmio_region():
 *
 *     while (!vgic_mmio_region(gic, n, &frames[n])) {
 *             n++;
 *     }
 */
#ifndef VGIC_DESCRIBE_H
#define VGIC_DESCRIBE_H

#include <stddef.h>
#include <stdint.h>

#include <vgic/vgic.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup vgic_describe Telling a guest of its GIC
 * @{
 */

/** What is told. */
struct vgic_description {
	/** Which GIC it is. */
	enum vgic_model model;
	/** As in vgic_config. */
	uint32_t nr_vcpus;
	/** Where it is: GICD and GICC; GICD, GICR and GITS; IRS. */
	const struct vgic_mmio_region *frames;
	/** How many of them. */
	uint32_t nr_frames;
	/** MPIDR_EL1 of each vCPU, for the MADT: of it the affinity. */
	const uint64_t *mpidr;
	/** GICv5: the IAFFID of each vCPU; null: its index. */
	const uint16_t *iaffid;
};

/** How nodes of a device tree refer to the GIC's, and these to CPUs. */
struct vgic_fdt_handles {
	/** phandle of the GIC. */
	uint32_t gic;
	/** phandle of the first ITS; the next ones' follow. */
	uint32_t its;
	/** GICv5: phandle of vCPU 0's node; the next ones' follow. */
	uint32_t cpu;
};

/**
 * Write the GIC's node, with its ITSs or IRSs in it: "intc@...", of a GICv5
 * "intc".  The parent's address and size cells are 2; the GIC has
 * three cells for an interrupt.
 *
 * Context: any; libfdt's sequential writer is between fdt_begin_node() of the
 * parent and its end.  Cost: O(vCPUs).
 * @param fdt as fdt_create() made it
 * @return 0, or the first error of libfdt's, -FDT_ERR_*
 */
int vgic_fdt_add_gic(void *fdt, const struct vgic_description *d,
		     const struct vgic_fdt_handles *handles);

/**
 * The three cells of "interrupts" for an interrupt, before fdt32_st().
 *
 * Context: any.  Cost: constant.
 * @param intid as in vgic_inject_irq(): a PPI or an SPI
 * @param level level-sensitive, active high; else a rising edge
 */
void vgic_fdt_interrupt(const struct vgic_description *d, uint32_t intid,
			bool level, uint32_t cells[3]);

/**
 * Write a MADT, revision 6: GICC for each vCPU, whose ACPI processor UID is its
 * index; GICD, GICR and GIC ITS, or IRS.
 *
 * Context: any.  Cost: O(vCPUs).
 * @param buf  receives it, if it is large enough; else undefined
 * @param size bytes of buf; 0 to ask for the size
 * @return bytes of the table
 */
size_t vgic_madt(const struct vgic_description *d, void *buf, size_t size);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
