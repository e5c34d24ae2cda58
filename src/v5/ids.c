/* SPDX-License-Identifier: BSD-2-Clause */
/* GICv5 interrupt numbers: the type is part of the INTID. */
#include "v5/v5.h"

#include "regs/gicv5.h"

/* Who asks for an LPI may change its word. */
static uint32_t lpi_index(const struct vgic *gic, uint32_t id)
{
	const struct vgic_v5 *v5 = gic->v5;
	_Atomic(uint32_t) *at;
	uint32_t chunk;

	if (id / V5_LPI_CHUNK >= v5->nr_chunk_ids) {
		return VGIC_NIL;
	}
	at = &v5->chunk_of[id / V5_LPI_CHUNK];
	chunk = vgic_load_acquire(at);
	while ((chunk & CHUNK_NEW) &&
	       !vgic_cas(at, &chunk, chunk & ~CHUNK_NEW)) {
	}
	chunk &= ~CHUNK_NEW;
	return chunk ? gic->first_lpi + (chunk - 1) * V5_LPI_CHUNK +
			       id % V5_LPI_CHUNK :
		       VGIC_NIL;
}

uint32_t vgic_v5_index(const struct vgic *gic, uint32_t vcpu_index,
		       uint32_t intid)
{
	uint32_t id = (uint32_t)FIELD_GET(GICV5_INTID_ID, intid);

	switch (FIELD_GET(GICV5_INTID_TYPE, intid)) {
	case GICV5_INTID_TYPE_PPI:
		return id < V5_NR_PPIS && vcpu_index < gic->config.nr_vcpus ?
			       vcpu_index * V5_NR_PPIS + id :
			       VGIC_NIL;
	case GICV5_INTID_TYPE_SPI:
		return id < gic->config.nr_spis ? gic->first_spi + id :
						  VGIC_NIL;
	case GICV5_INTID_TYPE_LPI:
		return lpi_index(gic, id);
	default:
		return VGIC_NIL;
	}
}

uint32_t vgic_v5_intid(const struct vgic *gic, uint32_t index)
{
	return index < gic->first_spi ? GICV5_PPI(index % V5_NR_PPIS) :
					vgic_v5_shared_intid(gic, index);
}

enum vgic_irq_kind vgic_v5_kind(uint32_t id)
{
	switch (FIELD_GET(GICV5_INTID_TYPE, id)) {
	case GICV5_INTID_TYPE_PPI:
		return VGIC_PPI;
	case GICV5_INTID_TYPE_SPI:
		return VGIC_SPI;
	default:
		return VGIC_LPI;
	}
}

/* PPIs are enabled in the CPU interface, not in their word. */
uint64_t vgic_v5_reset_word(const struct vgic *gic, uint32_t index)
{
	uint32_t ppi = index % V5_NR_PPIS;

	if (index >= gic->first_lpi) {
		return W_GATE1;
	}
	if (index >= gic->first_spi) {
		return 0;
	}
	return gic->config.v5.ppi_level[ppi / 64] >> (ppi % 64) & 1 ?
		       W_ENABLE | W_LEVEL :
		       W_ENABLE;
}

void vgic_v5_reset(struct vgic *gic)
{
	struct vgic_v5 *v5 = gic->v5;

	for (uint32_t i = 0; i < gic->config.v5.nr_irs; i++) {
		vgic_store_relaxed(&v5->irs[i].cr0, 0);
		vgic_store_relaxed(&v5->irs[i].cr1, 0);
		vgic_store_relaxed(&v5->irs[i].spi_sel, 0);
		vgic_store_relaxed(&v5->irs[i].pe_sel, 0);
		vgic_store_relaxed(&v5->irs[i].forwarding.at, V5_SWEPT);
	}
	vgic_store_relaxed(&v5->finding.at, V5_SWEPT);
	/* IRS_PE_CR0: not a vCPU's, that outlives its being turned off. */
	for (uint32_t i = 0; i < gic->config.nr_vcpus; i++) {
		vgic_store_relaxed(&gic->vcpus[i].v5->away,
				   gic->config.v5.cpuif->execute ? AWAY_OFF :
								   0);
	}
	for (uint32_t i = 0; i < v5->nr_chunk_ids; i++) {
		vgic_store_relaxed(&v5->chunk_of[i], 0);
	}
	for (uint32_t i = 0; i < v5->nr_chunks; i++) {
		vgic_store_relaxed(&v5->id_of[i], CHUNK_NEW);
	}
	vgic_store_relaxed(&v5->nr_used, 0);
	vgic_store_relaxed(&v5->ist_baser, 0);
	vgic_store_relaxed(&v5->ist_cfgr, 0);
	vgic_store_relaxed(&v5->ist_deferred, 0);
	vgic_store_relaxed(&v5->ist_busy, 0);
	v5->ist_job = (struct vgic_v5_ist_job){ .begun = 1, .ended = 1 };
}
