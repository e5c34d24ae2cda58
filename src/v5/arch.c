/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv5 as the core sees it: the members of struct vgic_arch for a GICv5.
 *
 * A GICv5 has no distributor.  PPIs live in registers of the CPU interface
 * (ppi.c), so their words say only whether they are pending.  SPIs and LPIs
 * belong to the Interrupt Routing Services (irs.c); they are words in the
 * core's queues, like GICv3's SPIs.  LPIs have their state in a table in guest
 * memory, the IST; we give them words as the guest makes parts of that table
 * valid (ist.c).  Arm IHI 0111701
 */
#include "core/arch.h"
#include "core/irq.h"
#include "core/route.h"
#include "core/side.h"
#include "mmio/mmio.h"
#include "v5/v5.h"

/*
 * How many LPIs can have words at the same time.  The guest's INTIDs may be
 * spread over more: lpi_id_bits says over how many.
 */
static uint32_t nr_lpis(const struct vgic_config *config)
{
	return config->v5.nr_lpis;
}

/*
 * IRSs share the SPIs in equal parts, and an INTID's ID has 24 bits.  A GICv5
 * has no use for the GICv3 ITS that `its` describes.
 */
static bool config_valid(const struct vgic_config *config,
			 struct vgic_config_fault *fault)
{
	const struct vgic_v5_config *v5 = &config->v5;
	const bool irs = v5->nr_irs >= 1 && v5->nr_irs <= V5_MAX_IRS;
	const bool bits = v5->lpi_id_bits >= VGIC_V5_MIN_LPI_ID_BITS &&
			  v5->lpi_id_bits <= 24;
	const struct vgic_config_rule rules[] = {
		{ irs, { "v5.nr_irs", "1 .. 8" } },
		{ config->nr_spis <= 65536 && irs &&
			  config->nr_spis % v5->nr_irs == 0,
		  { "nr_spis", "0 .. 65536, a multiple of v5.nr_irs" } },
		{ bits, { "v5.lpi_id_bits", "10 .. 24" } },
		{ bits && v5->nr_lpis % V5_LPI_CHUNK == 0 &&
			  v5->nr_lpis <= 1u << v5->lpi_id_bits,
		  { "v5.nr_lpis",
		    "a multiple of 256, at most 1 << v5.lpi_id_bits" } },
	};

	return VGIC_RULES_HOLD(rules, fault) && vgic_no_its(config, fault);
}

/* Every GICv5 instruction and PPI register goes through this back-end. */
static bool ops_present(const struct vgic_config *config,
			struct vgic_config_fault *fault)
{
	const struct vgic_config_rule rule = { config->v5.cpuif,
					       { "v5.cpuif", "not null" } };

	return vgic_rules_hold(&rule, 1, fault);
}

/*
 * A GICv5 guest has no list registers, so it cannot use them to raise an
 * SError, which is what this asks (struct vgic_arch).
 */
static bool is_safe(const struct vgic_config *config)
{
	(void)config;
	return true;
}

/*
 * Offsets of the parts of the memory that the core sets aside for this version.
 * struct vgic_v5 is at the start.
 */
struct layout {
	size_t vcpus, chunk_of, id_of, size;
};

/*
 * Entries of the directory that leads from an LPI's ID to its words: one for
 * each V5_LPI_CHUNK IDs that the guest may use.
 */
static uint32_t nr_chunk_ids(const struct vgic_config *config)
{
	return (1u << config->v5.lpi_id_bits) / V5_LPI_CHUNK;
}

/*
 * The one place that knows the order of the parts. memory_size() and create()
 * both take it from here, so that they cannot disagree.
 */
static struct layout lay_out(const struct vgic_config *config)
{
	struct layout at;

	at.vcpus = vgic_aligned(sizeof(struct vgic_v5));
	at.chunk_of = at.vcpus + vgic_aligned(config->nr_vcpus *
					      sizeof(struct vgic_v5_vcpu));
	at.id_of = at.chunk_of +
		   vgic_aligned(nr_chunk_ids(config) * sizeof(uint32_t));
	at.size = at.id_of + vgic_aligned(config->v5.nr_lpis / V5_LPI_CHUNK *
					  sizeof(uint32_t));
	return at;
}

static size_t memory_size(const struct vgic_config *config)
{
	return lay_out(config).size;
}

/*
 * PPIs without ops of their own get the defaults.  A software CPU interface has
 * no physical PPI that could drive a virtual one, so its defaults lack
 * set_direct_injection.
 */
static void create(struct vgic *gic, void *memory)
{
	const struct vgic_config *config = &gic->config;
	struct layout at = lay_out(config);
	uint8_t *base = memory;
	struct vgic_v5_vcpu *vcpus = (struct vgic_v5_vcpu *)(base + at.vcpus);

	gic->private_ops = config->v5.cpuif->execute ? &vgic_v5_soft_ppi_ops :
						       &vgic_v5_ppi_ops;
	gic->ops_seen = vgic_ops_bits(gic->private_ops);
	gic->line_end = gic->first_spi;
	gic->v5 = memory;
	gic->v5->chunk_of = (_Atomic(uint32_t) *)(base + at.chunk_of);
	gic->v5->id_of = (_Atomic(uint32_t) *)(base + at.id_of);
	gic->v5->nr_chunks = config->v5.nr_lpis / V5_LPI_CHUNK;
	gic->v5->nr_chunk_ids = nr_chunk_ids(config);
	for (uint32_t i = 0; i < config->nr_vcpus; i++) {
		vcpus[i].irs = &gic->v5->irs[vgic_v5_irs_of_vcpu(gic, i)];
		/* See struct vgic_ppi_image. */
		vcpus[i].ppi.candidates[0] = UINT64_MAX;
		vcpus[i].ppi.candidates[1] = UINT64_MAX;
		gic->vcpus[i].v5 = &vcpus[i];
	}
}

/* `mpidr` is the PE's IAFFID here, which has 16 bits. */
static bool affinity_valid(const struct vgic *gic, uint32_t mpidr)
{
	(void)gic;
	return !(mpidr >> 16);
}

/*
 * A software CPU interface asks its IRS by a table of functions, as hardware
 * does by messages, and works in the image of the PPI registers that ppi.c
 * reads.  Both are made known to it here.
 */
static void vcpu_created(struct vgic_vcpu *vcpu)
{
	const struct vgic_v5_cpuif_ops *ops = vcpu->gic->config.v5.cpuif;

	if (ops->attach) {
		ops->attach(vcpu->hw, &vgic_v5_iri, vcpu, &vcpu->v5->ppi);
	}
}

/*
 * What the CPU interface holds was reset by the policy.  One in software is off
 * now, so the PE is no candidate for 1-of-N interrupts.  GICv5 has no
 * redistributor.
 */
static int reset_vcpu(struct vgic_vcpu *vcpu, bool redistributor)
{
	(void)redistributor;
	vgic_v5_note_enable(vcpu);
	return VGIC_OK;
}

/*
 * A PE opts out of 1-of-N selection by IRS_PE_CR0.DPS.  One whose CPU interface
 * is off cannot acknowledge anything, so it is not chosen either.  The load
 * pairs with the compare-and-swap in vgic_v5_set_away().
 */
static bool takes_1ofn(const struct vgic_vcpu *vcpu)
{
	return !vgic_load_seq(&vcpu->v5->away);
}

/*
 * An SPI's line is a wire into its IRS.  An LPI has no line: an injection of
 * its INTID counts as a message, which is an edge.
 */
static enum vgic_change line(struct vgic *gic, uint32_t index, bool level)
{
	(void)level;
	return index < gic->first_lpi ? VGIC_SET_WIRE : VGIC_SET_EDGE;
}

/*
 * A PPI is a level or an edge by the implementation's choice.  An SPI is made
 * pending as by a message, and so handled as an edge.
 */
static enum vgic_change pulse(struct vgic *gic, uint32_t index)
{
	if (index >= gic->first_spi) {
		return VGIC_SET_EDGE;
	}
	return vgic_irq_word(gic, index) & W_LEVEL ? VGIC_NO_CHANGE :
						     VGIC_SET_PENDING;
}

const struct vgic_arch vgic_gicv5 = {
	.model = VGIC_GICV5,
	.nr_private = V5_NR_PPIS,
	.max_vcpus = VGIC_MAX_VCPUS,
	.lpis_have_routes = true,
	.policy = &vgic_ppi_policy,
	.trigger_bit = W_TM,
	.config_valid = config_valid,
	.nr_lpis = nr_lpis,
	.ops_present = ops_present,
	.is_safe = is_safe,
	.memory_size = memory_size,
	.create = create,
	.affinity_valid = affinity_valid,
	.frame = vgic_v5_frame,
	.vcpu_created = vcpu_created,
	.index = vgic_v5_index,
	.intid = vgic_v5_intid,
	.reset_word = vgic_v5_reset_word,
	.reset = vgic_v5_reset,
	.clear_vcpu = vgic_dist_clear_redist,
	.reset_vcpu = reset_vcpu,
	.route_target = vgic_find_mpidr,
	.takes_1ofn = takes_1ofn,
	.routed_end = vgic_v5_lpi_end,
	.line = line,
	.pulse = pulse,
	.mmio = vgic_v5_mmio,
	.sysreg = vgic_v5_sysreg,
	.sysreg_entered = vgic_v5_sysreg_entered,
	.describe = vgic_v5_describe,
};
