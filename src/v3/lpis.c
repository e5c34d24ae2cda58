/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What LPIs and ITSs add to a GICv3: members of struct vgic_arch, and writes of
 * the redistributors' registers for LPIs.  The rest is the room its/.  Nothing
 * but vgic_gicv3_its names what is here.  IHI 0069 5, 12.11
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
	return vgic_v3_config_valid(config, fault) && its_valid(config, fault);
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

static void clear_vcpu(struct vgic_vcpu *vcpu)
{
	vgic_dist_clear_redist(vcpu);
	vgic_its_clear_vcpu(vcpu);
}

/*
 * A CPU that is turned off and on.  Its redistributor is reset only if the VMM
 * says so.  Before that no LPI may be on its way from there: VGIC_E_BUSY as
 * long as the ITS engine has not brought that about, and the VMM calls again.
 */
static int reset_vcpu(struct vgic_vcpu *vcpu, bool redistributor)
{
	if (redistributor) {
		if (!vgic_its_quit(vcpu)) {
			return VGIC_E_BUSY;
		}
		vgic_its_clear_vcpu(vcpu);
	}
	return vgic_v3_reset_vcpu(vcpu, redistributor);
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

/*
 * EnableLPIs is 1; the pending table may not be read in full yet.  The load
 * pairs with the stores of gicr_ctlr in its/pending.c.
 */
static bool takes_lpis(const struct vgic_mmio *mmio)
{
	return vgic_load_seq(&vgic_v3_owner(mmio)->gicr_ctlr) &
	       GICR_CTLR_EnableLPIs;
}

/*
 * EnableLPIs changes.  That concerns every LPI of the redistributor and may be
 * more than one access can do; then the access is repeated.  A change that was
 * begun before, by any vCPU, comes to its end first.  A reset of that vCPU does
 * so in vgic_vcpu_reset(), which then clears the registers without the engine.
 */
static void enable(struct vgic_mmio *mmio, bool on)
{
	struct vgic_vcpu *vcpu = vgic_v3_owner(mmio);
	struct its_run run;
	bool done;

	if (lpi_job_of(vcpu) == LPI_IDLE &&
	    on == vgic_lpis_on(vcpu->gic, vcpu->index)) {
		return;
	}
	if (!vgic_its_begin_access(&run, mmio)) {
		return;
	}
	done = lpi_job_of(vcpu) != LPI_QUIT && vgic_lpi_go_on(&run, vcpu);
	if (done && on != vgic_lpis_on(vcpu->gic, vcpu->index)) {
		vgic_lpi_start(vcpu, on ? LPI_GO_ON : LPI_GO_OFF);
		done = vgic_lpi_go_on(&run, vcpu);
	}
	if (!done) {
		mmio->retry = true;
	}
	vgic_its_end_access(&run, mmio);
}

/*
 * PROPBASER and PENDBASER: change the bits that are written and that exist
 * (`fields`).  While EnableLPIs is 1 the tables are in use, and a write is
 * ignored, which the architecture allows.  Attributes that we do not support
 * are replaced by some that we do.  The engine, which this thread has, orders
 * the store before what its next holder does.
 */
static void write_base(struct vgic_mmio *mmio, _Atomic(uint64_t) *base,
		       uint64_t fields, uint64_t value)
{
	struct its_run run;

	if (!vgic_its_begin_access(&run, mmio)) {
		return;
	}
	if (lpi_job_of(vgic_v3_owner(mmio)) == LPI_QUIT ||
	    !vgic_lpi_go_on(&run, vgic_v3_owner(mmio))) {
		mmio->retry = true;
	} else if (!takes_lpis(mmio)) {
		uint64_t was = vgic_load_relaxed(base);

		value = (was & ~mmio->lanes) | (value & fields & mmio->lanes);
		vgic_store_seq(
			base, vgic_its_attributes(value,
						  GICR_BASER_Shareability_SHIFT,
						  GICR_BASER_InnerCache_SHIFT,
						  GICR_BASER_OuterCache_SHIFT));
	}
	vgic_its_end_access(&run, mmio);
}

/*
 * Read one LPI's configuration again.  The write is ignored while EnableLPIs is
 * 0.  If another thread has the ITS engine, the guest repeats its access.
 */
static void reload(struct vgic_mmio *mmio, uint32_t intid)
{
	struct vgic *gic = mmio->vcpu->gic;
	uint32_t index = gic->first_lpi + (intid - GIC_LPI_BASE);
	struct its_run run;

	if (takes_lpis(mmio) && lpi_exists(gic, intid) &&
	    vgic_its_begin_access(&run, mmio)) {
		/*
		 * LPIs from there on are as after reset.  Their configuration
		 * is read when they are first used, so there is nothing old to
		 * replace.
		 */
		if (index < gic->lpi_end) {
			vgic_lpi_reload(&run, index);
		}
		vgic_its_end_access(&run, mmio);
	}
}

/*
 * Read the configurations of all this redistributor's LPIs again, as many as
 * one access can; the guest repeats its write for the rest.
 */
static void reload_all(struct vgic_mmio *mmio)
{
	struct its_run run;

	if (takes_lpis(mmio) && vgic_its_begin_access(&run, mmio)) {
		if (!vgic_lpi_reload_all(&run, vgic_v3_owner(mmio),
					 mmio->ipa)) {
			mmio->retry = true;
		}
		vgic_its_end_access(&run, mmio);
	}
}

static const struct vgic_v3_lpis lpis = {
	.mmio = vgic_its_mmio,
	.enable = enable,
	.write_base = write_base,
	.reload = reload,
	.reload_all = reload_all,
};

/* Without a configured ITS it is what vgic_gicv3 is. */
const struct vgic_arch vgic_gicv3_its = {
	VGIC_V3_COMMON,
	.lpis = &lpis,
	.config_valid = config_valid,
	.nr_lpis = nr_lpis,
	.ops_present = ops_present,
	.memory_size = vgic_its_memory_size,
	.create = create,
	.frame = vgic_its_frame,
	.index = index_of,
	.intid = intid_of,
	.reset = vgic_its_reset,
	.clear_vcpu = clear_vcpu,
	.reset_vcpu = reset_vcpu,
	.line = line,
	.pulse = pulse,
	.wrong = vgic_its_wrong,
	.wrong_word = wrong_word,
	.describe = describe,
};
