/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv2 as the core sees it: the members of struct vgic_arch for a GICv2.
 * There are at most eight CPUs, no redistributors and no LPIs.  SPIs have lists
 * of target CPUs, and SGIs have senders: one SGI may be pending as often as
 * there are CPUs (core/senders.h).  What GICv2 and GICv3 have in common is in
 * mmio/dist.c.  IHI 0048
 */
#include "core/arch.h"
#include "core/irq.h"
#include "v2/v2.h"

/* A GICv2 has no ITS, so none may be configured. */
static bool config_valid(const struct vgic_config *config,
			 struct vgic_config_fault *fault)
{
	return vgic_dist_config_valid(config, fault) &&
	       vgic_no_its(config, fault);
}

/*
 * A CPU that is turned off and on; its SGIs and PPIs are reset only if the VMM
 * says so.  SGIs that others have sent come first: what says that an SGI is
 * pending are its senders, not its word alone.
 */
static int reset_vcpu(struct vgic_vcpu *vcpu, bool redistributor)
{
	uint32_t first = vcpu->index * GIC_NR_PRIVATE;

	if (!redistributor) {
		return VGIC_OK;
	}
	vgic_dist_clear_redist(vcpu);
	for (uint32_t sgi = 0; sgi < GIC_NR_SGIS; sgi++) {
		vgic_sgi_unsend(vcpu->gic, vcpu, first + sgi, UINT32_MAX);
	}
	vgic_dist_reset_private(vcpu);
	return VGIC_OK;
}

/*
 * GICD_ITARGETSR is a list of CPUs.  A real GICv2 offers the interrupt to all
 * of them and the first to acknowledge it wins; here the lowest one gets it, as
 * in KVM.  With a single CPU the list does not matter.  IHI 0048 4.3.12
 */
static uint32_t route_target(const struct vgic *gic, uint32_t route)
{
	if (gic->config.nr_vcpus == 1) {
		return 0;
	}
	return route ? (uint32_t)__builtin_ctz(route) : VGIC_NOWHERE;
}

/* 1-of-N routing by IRM is GICv3's. */
static bool takes_1ofn(const struct vgic_vcpu *vcpu)
{
	(void)vcpu;
	return false;
}

/*
 * Asked for every interrupt, as line_end stays 0: SGIs are the first ones.  An
 * SGI that the embedder injects has no sender.  It is noted as such before
 * the core changes the word, since senders decide whether an SGI is pending.
 */
static enum vgic_change line(struct vgic *gic, uint32_t index, bool level)
{
	if (level && vgic_has_senders(gic, index)) {
		vgic_sgi_pend_unnamed(gic, index);
	}
	return VGIC_SET_LINE;
}

/* As an edge of its line, an SGI's pulse has no sender. */
static enum vgic_change pulse(struct vgic *gic, uint32_t index)
{
	(void)line(gic, index, true);
	return VGIC_SET_PENDING;
}

/*
 * A GICv2's CPU interface is in memory, so its guest has no system registers of
 * a GIC: they are UNDEFINED.
 */
static enum vgic_trap sysreg(struct vgic_vcpu *vcpu, uint32_t reg, bool write,
			     uint64_t *value)
{
	(void)vcpu;
	(void)write;
	(void)value;
	return vgic_is_gic_sysreg(reg) ? VGIC_TRAP_UNDEF : VGIC_TRAP_NOT_MINE;
}

/*
 * INTIDs in a GICv2's list registers have ten bits; above them is the sender of
 * an SGI.
 */
const struct vgic_arch vgic_gicv2 = {
	.model = VGIC_GICV2,
	.nr_private = GIC_NR_PRIVATE,
	.nr_sgis = GIC_NR_SGIS,
	.plain_ids = true,
	.has_senders = true,
	.max_vcpus = GICV2_MAX_CPUS,
	.holds_actives = true,
	.checks_pintid = true,
	.lr_intid_mask = (1u << 10) - 1,
	.dist_size = GICV2_DIST_SIZE,
	.cpu_size = GICV2_CPU_SIZE,
	.policy = &vgic_lr_policy,
	.trigger_bit = W_LEVEL,
	.config_valid = config_valid,
	.ops_present = vgic_dist_ops_present,
	.is_safe = vgic_dist_is_safe,
	.affinity_valid = vgic_dist_affinity_valid,
	.index = vgic_dist_index,
	.reset_word = vgic_dist_reset_word,
	.clear_vcpu = vgic_dist_clear_redist,
	.reset_vcpu = reset_vcpu,
	.route_target = route_target,
	.takes_1ofn = takes_1ofn,
	.line = line,
	.pulse = pulse,
	.mmio = vgic_v2_mmio,
	.mmio_entered = vgic_v2_mmio_entered,
	.sysreg = sysreg,
};
