/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv5 as the core sees it: PPIs in the CPU interface's registers, SPIs and
 * LPIs of IRSs in words and queues, and words that the guest's table gives to
 * LPIs as it grows.
 */
#include "core/arch.h"
#include "core/irq.h"
#include "core/route.h"
#include "core/side.h"
#include "mmio/mmio.h"
#include "v5/v5.h"

static uint32_t nr_lpis(const struct vgic_config *config)
{
	return config->v5.nr_lpis;
}

static bool config_valid(const struct vgic_config *config)
{
	const struct vgic_v5_config *v5 = &config->v5;
	const struct vgic_its_config *its = &config->its;

	return v5->nr_irs >= 1 && v5->nr_irs <= V5_MAX_IRS &&
	       config->nr_spis <= 65536 && config->nr_spis % v5->nr_irs == 0 &&
	       v5->lpi_id_bits >= VGIC_V5_MIN_LPI_ID_BITS &&
	       v5->lpi_id_bits <= 24 && v5->nr_lpis % V5_LPI_CHUNK == 0 &&
	       v5->nr_lpis <= 1u << v5->lpi_id_bits && !its->nr_its &&
	       !its->nr_lpis && !its->nr_events;
}

static bool ops_present(const struct vgic_config *config)
{
	return config->v5.cpuif;
}

/* Guests do not get at list registers. */
static bool is_safe(const struct vgic_config *config)
{
	(void)config;
	return true;
}

/* Where each part lies. */
struct layout {
	size_t vcpus, chunk_of, id_of, size;
};

static size_t aligned(size_t size)
{
	return (size + 63) & ~(size_t)63;
}

/* Entries of the directory from LPI IDs to the words they were given. */
static uint32_t nr_chunk_ids(const struct vgic_config *config)
{
	return (1u << config->v5.lpi_id_bits) / V5_LPI_CHUNK;
}

static struct layout lay_out(const struct vgic_config *config)
{
	struct layout at;

	at.vcpus = aligned(sizeof(struct vgic_v5));
	at.chunk_of = at.vcpus + aligned(config->nr_vcpus *
					 sizeof(struct vgic_v5_vcpu));
	at.id_of = at.chunk_of +
		   aligned(nr_chunk_ids(config) * sizeof(uint32_t));
	at.size = at.id_of + aligned(config->v5.nr_lpis / V5_LPI_CHUNK *
				     sizeof(uint32_t));
	return at;
}

static size_t memory_size(const struct vgic_config *config)
{
	return lay_out(config).size;
}

static void create(struct vgic *gic, void *memory)
{
	const struct vgic_config *config = &gic->config;
	struct layout at = lay_out(config);
	uint8_t *base = memory;
	struct vgic_v5_vcpu *vcpus = (struct vgic_v5_vcpu *)(base + at.vcpus);

	gic->private_ops = config->v5.cpuif->execute ?
				   &vgic_v5_soft_ppi_ops :
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
		gic->vcpus[i].v5 = &vcpus[i];
	}
}

/* The IAFFID. */
static bool affinity_valid(const struct vgic *gic, uint32_t mpidr)
{
	(void)gic;
	return !(mpidr >> 16);
}

static void vcpu_created(struct vgic_vcpu *vcpu)
{
	const struct vgic_v5_cpuif_ops *ops = vcpu->gic->config.v5.cpuif;

	if (ops->attach) {
		ops->attach(vcpu->hw, &vgic_v5_iri, vcpu, &vcpu->v5->ppi);
	}
}

static int reset_vcpu(struct vgic_vcpu *vcpu, bool redistributor)
{
	(void)redistributor;
	vgic_v5_note_enable(vcpu);
	return VGIC_OK;
}

/*
 * A PE opts out by IRS_PE_CR0.DPS, and one whose CPU interface is off could not
 * answer.
 */
static bool takes_1ofn(const struct vgic_vcpu *vcpu)
{
	return !vgic_load_seq(&vcpu->v5->away);
}

static enum vgic_change line(struct vgic *gic, uint32_t index, bool level)
{
	(void)level;
	return index < gic->first_lpi ? VGIC_SET_WIRE : VGIC_SET_EDGE;
}

const struct vgic_arch vgic_v5_arch = {
	.nr_private = V5_NR_PPIS,
	.max_vcpus = VGIC_MAX_VCPUS,
	.lpis_have_routes = true,
	.dist_size = GICD_FRAME_SIZE,
	.policy = &vgic_ppi_policy,
	.config_valid = config_valid,
	.nr_lpis = nr_lpis,
	.ops_present = ops_present,
	.is_safe = is_safe,
	.memory_size = memory_size,
	.create = create,
	.affinity_valid = affinity_valid,
	.vcpu_created = vcpu_created,
	.index = vgic_v5_index,
	.intid = vgic_v5_intid,
	.kind = vgic_v5_kind,
	.reset_word = vgic_v5_reset_word,
	.reset = vgic_v5_reset,
	.clear_vcpu = vgic_dist_clear_redist,
	.reset_vcpu = reset_vcpu,
	.route_target = vgic_find_mpidr,
	.takes_1ofn = takes_1ofn,
	.routed_end = vgic_v5_lpi_end,
	.line = line,
	.mmio = vgic_v5_mmio,
	.sysreg = vgic_v5_sysreg,
	.sysreg_entered = vgic_v5_sysreg_entered,
	.describe = vgic_v5_describe,
};
