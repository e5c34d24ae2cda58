/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What GICv2 and GICv3 have in common beside registers: how interrupts are
 * numbered, what they are at reset, and what a configuration may ask for.
 * Members of struct vgic_arch, or called by them.  IHI 0048 2.2.1, IHI 0069 2.2
 */
#include "core/arch.h"
#include "core/irq.h"
#include "mmio/mmio.h"

bool vgic_dist_affinity_valid(const struct vgic *gic, uint32_t mpidr)
{
	return !(mpidr >> 24) || gic->config.caps.a3v;
}

/*
 * SGIs are edges and enabled; PPIs are levels, as KVM has them; SPIs are edges
 * until the guest configures them.
 */
uint64_t vgic_dist_reset_word(const struct vgic *gic, uint32_t index)
{
	if (index >= gic->first_spi) {
		return 0;
	}
	return index % GIC_NR_PRIVATE < GIC_NR_SGIS ? W_ENABLE : W_LEVEL;
}

/*
 * Other vCPUs run and may send SGIs, and the vCPU itself may have its
 * interrupts in list registers.  So the words are not stored: the changes that
 * a guest could make by registers lead to the reset state as well.  Pending and
 * active go first, so that nothing is delivered in between.
 */
VGIC_COLD void vgic_dist_reset_private(struct vgic_vcpu *vcpu)
{
	struct vgic *gic = vcpu->gic;
	uint32_t first = vcpu->index * GIC_NR_PRIVATE;

	for (uint32_t i = first; i < first + GIC_NR_PRIVATE; i++) {
		uint64_t word = vgic_irq_reset_word(gic, i);

		vgic_irq_change(gic, vcpu, i, VGIC_CLEAR_PENDING, 0);
		vgic_irq_change(gic, vcpu, i, VGIC_CLEAR_ACTIVE, 0);
		vgic_irq_change(gic, vcpu, i,
				word & W_ENABLE ? VGIC_SET_ENABLE :
						  VGIC_CLEAR_ENABLE,
				0);
		vgic_irq_change(gic, vcpu, i, VGIC_SET_GROUP,
				(word & W_GATE1) != 0);
		vgic_irq_change(gic, vcpu, i, VGIC_SET_PRIORITY, 0);
		vgic_irq_change(gic, vcpu, i, VGIC_SET_LEVEL,
				(word & W_LEVEL) != 0);
	}
}

/*
 * A redistributor starts asleep.  A GICv2 has no GICR_WAKER, and its vCPUs
 * never ask for it.
 */
void vgic_dist_clear_redist(struct vgic_vcpu *vcpu)
{
	vgic_store_relaxed(&vcpu->gicr_ctlr, 0);
	vgic_store_relaxed(&vcpu->gicr_waker,
			   GICR_WAKER_ProcessorSleep |
				   GICR_WAKER_ChildrenAsleep);
	vgic_store_relaxed(&vcpu->gicr_statusr, 0);
	vgic_store_relaxed(&vcpu->gicr_pendbaser, 0);
	/* Pairs with lpi_job_of(): who sees no job sees what is cleared. */
	vgic_store_release(&vcpu->lpi_job, 0);
}

/*
 * Priorities have five bits at least, which is what the lists of the delivery
 * queue are made for.  A virtual CPU interface with list registers has at least
 * as many.
 */
VGIC_COLD bool vgic_dist_config_valid(const struct vgic_config *config,
				      struct vgic_config_fault *fault)
{
	const struct vgic_cpuif_caps *caps = &config->caps;
	const struct vgic_config_rule rules[] = {
		{ config->nr_spis <= GIC_SPI_END - GIC_SPI_BASE,
		  { "nr_spis", "0 .. 988" } },
		{ config->nr_redist_regions <= 64,
		  { "nr_redist_regions", "1 .. 64" } },
		{ caps->nr_lrs >= 1 && caps->nr_lrs <= VGIC_MAX_LRS,
		  { "caps.nr_lrs", "1 .. 16" } },
		{ caps->pri_bits >= 5 && caps->pri_bits <= 8,
		  { "caps.pri_bits", "5 .. 8" } },
		{ caps->pre_bits >= 5 && caps->pre_bits <= 7 &&
			  caps->pre_bits <= caps->pri_bits,
		  { "caps.pre_bits", "5 .. 7, at most caps.pri_bits" } },
	};

	return VGIC_RULES_HOLD(rules, fault);
}

bool vgic_dist_ops_present(const struct vgic_config *config,
			   struct vgic_config_fault *fault)
{
	const struct vgic_config_rule rule = { config->cpuif,
					       { "cpuif", "not null" } };

	return vgic_rules_hold(&rule, 1, fault);
}

uint32_t vgic_dist_index(const struct vgic *gic, uint32_t vcpu_index,
			 uint32_t intid)
{
	(void)gic;
	(void)vcpu_index;
	(void)intid;
	return VGIC_NIL;
}

/*
 * On hardware whose SEIS is broken, a guest can raise an SError in the host by
 * its CPU interface; a software CPU interface cannot.
 */
bool vgic_dist_is_safe(const struct vgic_config *config)
{
	return !config->caps.broken_seis || config->cpuif->execute;
}
