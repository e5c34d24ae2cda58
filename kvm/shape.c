/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the three models are to KVM's interface: how many interrupts and vCPUs
 * there may be, and how an interrupt of the interface is named to the library.
 * Other files ask here and not which model a VM has, as far as numbers go.
 */
#include "kvm.h"

#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"

/*
 * A GICv2's interrupts and a GICv3's, numbered through from 0.  KVM's documents
 * allow NR_IRQS to be 1024, but the last four are no interrupts.
 */
#define NUMBERED_THROUGH \
	.private_irqs = GIC_NR_PRIVATE, .counted_irqs = GIC_NR_PRIVATE, \
	.default_irqs = 256, .min_irqs = 64, .documented_irqs = 1024, \
	.max_irqs = GIC_SPI_END, .spi_base = GIC_SPI_BASE, \
	.has_distributor = true

/* KVM's limits for NR_IRQS, and what CTRL_INIT chooses without it. */
static const struct kvm_shape shapes[] = {
	[VGIC_GICV2] = {
		.bit = KVM_V2,
		.max_vcpus = GICV2_MAX_CPUS,
		.made_at_first_use = true,
		NUMBERED_THROUGH,
	},
	[VGIC_GICV3] = {
		.bit = KVM_V3,
		.max_vcpus = KVM_MAX_VCPUS,
		NUMBERED_THROUGH,
	},
	/* A GICv5 counts SPIs alone, and an INTID has its type in it. */
	[VGIC_GICV5] = {
		.bit = KVM_V5,
		.max_vcpus = KVM_MAX_VCPUS,
		.private_irqs = GICV5_NR_PPIS,
		.default_irqs = 32,
		.min_irqs = 32,
		.documented_irqs = 65536,
		.max_irqs = 65536,
		.spi_base = GICV5_SPI(0),
		.ppi_base = GICV5_PPI(0),
		.has_iaffids = true,
	},
};

/* Before a GIC is created, routes may have the pins of a GICv3. */
const struct kvm_shape *vgic_kvm_shape_of(enum vgic_model model)
{
	return &shapes[shapes[model].bit ? model : VGIC_GICV3];
}
