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

static uint32_t nr_lpis(const struct vgic_config *config)
{
	(void)config;
	return 0;
}

static bool config_valid(const struct vgic_config *config,
			 struct vgic_config_fault *fault)
{
	return vgic_v3_config_valid(config, fault) &&
	       vgic_no_its(config, fault);
}

static bool ops_present(const struct vgic_config *config,
			struct vgic_config_fault *fault)
{
	const struct vgic_config_rule rule = { config->cpuif,
					       { "cpuif", "not null" } };

	return vgic_rules_hold(&rule, 1, fault);
}

/* A line of an SGI, PPI or SPI means what it says, for each of them. */
static void create(struct vgic *gic, void *memory)
{
	gic->line_end = gic->first_lpi;
	(void)memory;
}

/*
 * The core numbers SGIs, PPIs and SPIs itself (plain_ids), and here are no
 * others.
 */
static uint32_t index_of(const struct vgic *gic, uint32_t vcpu_index,
			 uint32_t intid)
{
	(void)gic;
	(void)vcpu_index;
	(void)intid;
	return VGIC_NIL;
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
int vgic_v3_reset_vcpu(struct vgic_vcpu *vcpu, bool redistributor)
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
	.nr_lpis = nr_lpis,
	.ops_present = ops_present,
	.create = create,
	.index = index_of,
	.clear_vcpu = vgic_dist_clear_redist,
	.reset_vcpu = vgic_v3_reset_vcpu,
	.pulse = pulse,
};
