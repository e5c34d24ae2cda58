/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv3 as the core sees it: the members of struct vgic_arch for VGIC_GICV3.
 * Interrupts are routed by affinity (GICD_CTLR.ARE = 1 for good), every vCPU
 * has a redistributor, and there are LPIs if the configuration has ITSs; those
 * are the room its/.  What GICv2 and GICv3 have in common is in mmio/dist.c.
 * IHI 0069
 */
#include "core/arch.h"
#include "core/irq.h"
#include "core/route.h"
#include "its/its.h"
#include "v3/v3.h"

/* LPIs are only reached by an ITS; without one there are none. */
static uint32_t nr_lpis(const struct vgic_config *config)
{
	return config->its.nr_lpis;
}

/*
 * GICD_TYPER.num_LPIs cannot say fewer than VGIC_MIN_LPIS, see lpi_fields() in
 * dist.c.  An event that no LPI is left for would be useless.
 */
static bool its_valid(const struct vgic_config *config,
		      struct vgic_config_fault *fault)
{
	const struct vgic_its_config *its = &config->its;
	const struct vgic_config_rule rules[] = {
		{ its->nr_its <= VGIC_MAX_ITS, { "its.nr_its", "0 .. 8" } },
		{ its->nr_lpis >= VGIC_MIN_LPIS &&
			  its->nr_lpis <= VGIC_MAX_LPIS,
		  { "its.nr_lpis", "4 .. 57344; 0 without ITSs" } },
		{ its->nr_events <= its->nr_lpis,
		  { "its.nr_events", "at most its.nr_lpis" } },
	};

	return its->nr_its ? VGIC_RULES_HOLD(rules, fault) :
			     vgic_no_its(config, fault);
}

static bool config_valid(const struct vgic_config *config,
			 struct vgic_config_fault *fault)
{
	const struct vgic_config_rule regions = {
		config->nr_redist_regions >= 1,
		{ "nr_redist_regions", "1 .. 64" },
	};

	return vgic_dist_config_valid(config, fault) &&
	       vgic_rules_hold(&regions, 1, fault) && its_valid(config, fault);
}

/* An ITS has its commands and tables in guest memory. */
static bool ops_present(const struct vgic_config *config,
			struct vgic_config_fault *fault)
{
	const struct vgic_config_rule rules[] = {
		{ config->cpuif, { "cpuif", "not null" } },
		{ !config->its.nr_its || (config->host->read_guest &&
					  config->host->write_guest),
		  { "host->read_guest and write_guest",
		    "not null if there are ITSs" } },
	};

	return VGIC_RULES_HOLD(rules, fault);
}

/* Nothing but the ITS part's. */
static size_t memory_size(const struct vgic_config *config)
{
	return vgic_its_memory_size(config);
}

/*
 * A line of an SGI, PPI or SPI means what it says for each of them; only LPIs
 * have to be asked for (line()).
 */
static void create(struct vgic *gic, void *memory)
{
	gic->line_end = gic->first_lpi;
	vgic_its_create(gic, memory);
}

/*
 * The core numbers SGIs, PPIs and SPIs itself (plain_ids) and asks for LPIs
 * only.  All vCPUs share them.
 */
static uint32_t index_of(const struct vgic *gic, uint32_t vcpu_index,
			 uint32_t intid)
{
	uint32_t lpi = intid - GIC_LPI_BASE;

	(void)vcpu_index;
	return intid >= GIC_LPI_BASE && lpi < gic->config.its.nr_lpis ?
		       gic->first_lpi + lpi :
		       VGIC_NIL;
}

static uint32_t intid_of(const struct vgic *gic, uint32_t index)
{
	return index - gic->first_lpi + GIC_LPI_BASE;
}

/*
 * Interrupts start in Group 1, as they do in KVM: a guest that was written for
 * KVM may rely on that.
 */
static uint64_t reset_word(const struct vgic *gic, uint32_t index)
{
	return vgic_dist_reset_word(gic, index) | W_GATE1;
}

static void clear_vcpu(struct vgic_vcpu *vcpu)
{
	vgic_dist_clear_redist(vcpu);
	vgic_its_clear_vcpu(vcpu);
}

/*
 * A vCPU takes part in 1-of-N selection unless its redistributor sleeps: there
 * are no DPG bits.  The load pairs with the exchange in write_waker() of
 * redist.c.  IHI 0069 12.11.2
 */
static bool takes_1ofn(const struct vgic_vcpu *vcpu)
{
	return !(vgic_load_seq(&vcpu->gicr_waker) & GICR_WAKER_ProcessorSleep);
}

/*
 * A CPU that is turned off and on.  Its redistributor is reset only if the VMM
 * says so.  Before that no LPI may be on its way from there: VGIC_E_BUSY as
 * long as the ITS engine has not brought that about, and the VMM calls again.
 */
static int reset_vcpu(struct vgic_vcpu *vcpu, bool redistributor)
{
	bool awake = takes_1ofn(vcpu);

	if (!redistributor) {
		return VGIC_OK;
	}
	if (!vgic_its_quit(vcpu)) {
		return VGIC_E_BUSY;
	}
	clear_vcpu(vcpu);
	vgic_dist_reset_private(vcpu);
	/* At reset the redistributor sleeps. */
	if (awake) {
		vgic_leave_1ofn(vcpu->gic, vcpu, vcpu->index);
	}
	return VGIC_OK;
}

/*
 * A device makes an LPI pending by the message of an event that is mapped to
 * it, never by its number.
 */
static enum vgic_change line(struct vgic *gic, uint32_t index, bool level)
{
	(void)gic;
	(void)index;
	(void)level;
	return VGIC_NO_CHANGE;
}

/* LPIs come by messages alone. */
static enum vgic_change pulse(struct vgic *gic, uint32_t index)
{
	return index < gic->first_lpi ? VGIC_SET_PENDING : VGIC_NO_CHANGE;
}

/* Only of LPIs this version knows more than the core does. */
static const char *wrong_word(const struct vgic *gic, uint32_t index)
{
	return index < gic->first_lpi ? NULL : vgic_its_wrong_lpi(gic, index);
}

/*
 * An LPI's word says where it is pending.  What enables it is its byte in the
 * configuration table (W_CONF), and where it goes is its event's collection.
 */
static void describe(const struct vgic *gic, uint32_t vcpu_index,
		     uint32_t index, struct vgic_irq_info *info)
{
	uint32_t target;

	(void)vcpu_index;
	if (index < gic->first_lpi) {
		return;
	}
	target = vgic_its_target(gic, index);
	info->enabled = vgic_irq_word(gic, index) & W_CONF;
	info->target = target == VGIC_NOWHERE ? UINT32_MAX : target;
}

const struct vgic_arch vgic_v3_arch = {
	.nr_private = GIC_NR_PRIVATE,
	.nr_sgis = GIC_NR_SGIS,
	.plain_ids = true,
	.max_vcpus = VGIC_MAX_VCPUS,
	.holds_actives = true,
	.checks_pintid = true,
	.lr_intid_mask = UINT32_MAX,
	.dist_size = GICD_FRAME_SIZE,
	.policy = &vgic_lr_policy,
	.trigger_bit = W_LEVEL,
	.config_valid = config_valid,
	.nr_lpis = nr_lpis,
	.ops_present = ops_present,
	.is_safe = vgic_dist_is_safe,
	.memory_size = memory_size,
	.create = create,
	.affinity_valid = vgic_dist_affinity_valid,
	.frame = vgic_its_frame,
	.index = index_of,
	.intid = intid_of,
	.reset_word = reset_word,
	.reset = vgic_its_reset,
	.clear_vcpu = clear_vcpu,
	.reset_vcpu = reset_vcpu,
	.route_target = vgic_find_mpidr,
	.takes_1ofn = takes_1ofn,
	.line = line,
	.pulse = pulse,
	.mmio = vgic_v3_mmio,
	.mmio_entered = vgic_v3_mmio_entered,
	.sysreg = vgic_v3_sysreg,
	.sysreg_entered = vgic_v3_sysreg_entered,
	.wrong = vgic_its_wrong,
	.wrong_word = wrong_word,
	.describe = describe,
};
