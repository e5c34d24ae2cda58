/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv2 as the core sees it.  IHI 0048: eight CPUs at most, no redistributors,
 * no LPIs, and SGIs that have senders.
 */
#include "core/arch.h"
#include "core/irq.h"
#include "v2/v2.h"

static uint32_t nr_lpis(const struct vgic_config *config)
{
	(void)config;
	return 0;
}

static bool config_valid(const struct vgic_config *config)
{
	const struct vgic_its_config *its = &config->its;

	return vgic_dist_config_valid(config) && !its->nr_its &&
	       !its->nr_lpis && !its->nr_events;
}

static bool ops_present(const struct vgic_config *config)
{
	return config->cpuif;
}

static size_t memory_size(const struct vgic_config *config)
{
	(void)config;
	return 0;
}

/* Each line is asked for: an SGI's has no sender. */
static void create(struct vgic *gic, void *memory)
{
	gic->line_end = 0;
	(void)memory;
}

static bool affinity_valid(const struct vgic *gic, uint32_t mpidr)
{
	return !(mpidr >> 24) || gic->config.caps.a3v;
}

static void reset(struct vgic *gic)
{
	(void)gic;
}

/* All its INTIDs are plain: there is no other. */
static uint32_t index_of(const struct vgic *gic, uint32_t vcpu_index,
			 uint32_t intid)
{
	(void)gic;
	(void)vcpu_index;
	(void)intid;
	return VGIC_NIL;
}

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
 * GICD_ITARGETSR is a list of CPUs, of which the lowest gets the interrupt.  A
 * single CPU need not be listed.  IHI 0048 4.3.12
 */
static uint32_t route_target(const struct vgic *gic, uint32_t route)
{
	if (gic->config.nr_vcpus == 1) {
		return 0;
	}
	return route ? (uint32_t)__builtin_ctz(route) : VGIC_NOWHERE;
}

/* 1-of-N routing is GICv3's. */
static bool takes_1ofn(const struct vgic_vcpu *vcpu)
{
	(void)vcpu;
	return false;
}

static uint32_t routed_end(const struct vgic *gic)
{
	return gic->first_lpi;
}

/* The embedder names no sender. */
static enum vgic_change line(struct vgic *gic, uint32_t index, bool level)
{
	if (level && vgic_has_senders(gic, index)) {
		vgic_sgi_pend_unnamed(gic, index);
	}
	return VGIC_SET_LINE;
}

/* Its CPU interface is in memory alone. */
static enum vgic_trap sysreg(struct vgic_vcpu *vcpu, uint32_t reg, bool write,
			     uint64_t *value)
{
	(void)vcpu;
	(void)write;
	(void)value;
	return vgic_is_gic_sysreg(reg) ? VGIC_TRAP_UNDEF : VGIC_TRAP_NOT_MINE;
}

const struct vgic_arch vgic_v2_arch = {
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
	.config_valid = config_valid,
	.nr_lpis = nr_lpis,
	.ops_present = ops_present,
	.is_safe = vgic_dist_is_safe,
	.memory_size = memory_size,
	.create = create,
	.affinity_valid = affinity_valid,
	.index = index_of,
	.kind = vgic_dist_kind,
	.reset_word = vgic_dist_reset_word,
	.reset = reset,
	.clear_vcpu = vgic_dist_clear_redist,
	.reset_vcpu = reset_vcpu,
	.route_target = route_target,
	.takes_1ofn = takes_1ofn,
	.routed_end = routed_end,
	.line = line,
	.mmio = vgic_v2_mmio,
	.sysreg = sysreg,
};
