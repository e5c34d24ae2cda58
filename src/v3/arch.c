/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv3 without LPIs as the core sees it: the members of struct vgic_arch, some
 * of which a GICv3 with LPIs has as well (lpis.c).  Interrupts are routed by
 * affinity (GICD_CTLR.ARE = 1 for good), every vCPU has a redistributor.  What
 * GICv2 and GICv3 have in common is in mmio/dist.c.  IHI 0069
 */
#include "core/arch.h"
#include "core/irq.h"
#include "core/route.h"
#include "v3/v3.h"

bool vgic_v3_config_valid(const struct vgic_config *config,
			  struct vgic_config_fault *fault)
{
	const struct vgic_config_rule regions = {
		config->nr_redist_regions >= 1,
		{ "nr_redist_regions", "1 .. 64" },
	};

	return vgic_dist_config_valid(config, fault) &&
	       vgic_rules_hold(&regions, 1, fault);
}

static bool config_valid(const struct vgic_config *config,
			 struct vgic_config_fault *fault)
{
	return vgic_v3_config_valid(config, fault) &&
	       vgic_no_its(config, fault);
}

/* A line of an SGI, PPI or SPI means what it says, for each of them. */
static void create(struct vgic *gic, void *memory)
{
	gic->line_end = gic->first_lpi;
	(void)memory;
}

/*
 * Interrupts start in Group 1, as they do in KVM: a guest that was written for
 * KVM may rely on that.
 */
uint64_t vgic_v3_reset_word(const struct vgic *gic, uint32_t index)
{
	return vgic_dist_reset_word(gic, index) | W_GATE1;
}

/*
 * A vCPU takes part in 1-of-N selection unless its redistributor sleeps: there
 * are no DPG bits.  The load pairs with the exchange in write_waker() of
 * redist.c.  IHI 0069 12.11.2
 */
bool vgic_v3_takes_1ofn(const struct vgic_vcpu *vcpu)
{
	return !(vgic_load_seq(&vcpu->gicr_waker) & GICR_WAKER_ProcessorSleep);
}

/* A CPU that is turned off and on: its redistributor, if the VMM says so. */
VGIC_COLD int vgic_v3_reset_vcpu(struct vgic_vcpu *vcpu, bool redistributor)
{
	bool awake = vgic_v3_takes_1ofn(vcpu);

	if (!redistributor) {
		return VGIC_OK;
	}
	vgic_dist_clear_redist(vcpu);
	vgic_dist_reset_private(vcpu);
	/* At reset the redistributor sleeps. */
	if (awake) {
		vgic_leave_1ofn(vcpu->gic, vcpu, vcpu->index);
	}
	return VGIC_OK;
}

static enum vgic_change pulse(struct vgic *gic, uint32_t index)
{
	(void)gic;
	(void)index;
	return VGIC_SET_PENDING;
}

const struct vgic_arch vgic_gicv3 = {
	VGIC_V3_COMMON,
	.config_valid = config_valid,
	.ops_present = vgic_dist_ops_present,
	.create = create,
	.index = vgic_dist_index,
	.clear_vcpu = vgic_dist_clear_redist,
	.reset_vcpu = vgic_v3_reset_vcpu,
	.pulse = pulse,
};
