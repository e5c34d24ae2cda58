/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv5 interrupt numbers.  The upper bits of an INTID say its type, and each
 * type has a number space of its own: PPI 3, SPI 3 and LPI 3 are three
 * interrupts.
 *
 * The core knows interrupts by their index: all PPIs, vCPU after vCPU, then
 * SPIs, then LPIs.  For PPIs and SPIs the index follows from the INTID.  The
 * LPIs that have words are scattered over the guest's ID space, so a directory
 * leads from IDs to words: vgic_v5.chunk_of.
 */
#include "v5/v5.h"

#include "regs/gicv5.h"

/*
 * The caller may change the LPI's word, for which it asks the index.  So a
 * chunk that is looked up is marked as used (CHUNK_NEW is cleared): if the
 * guest drops the table later, ist.c has to reset its words.
 */
uint32_t vgic_v5_use_lpi(const struct vgic *gic, uint32_t id)
{
	_Atomic(uint32_t) *at = &gic->v5->chunk_of[id / V5_LPI_CHUNK];
	/* As in vgic_v5_lpi_index(). */
	uint32_t chunk = vgic_load_acquire(at);

	/*
	 * Against the exchange in drop_chunk(): either this comes first, and
	 * drop_chunk() sees that the chunk was used, or it fails and finds the
	 * entry empty.
	 */
	while ((chunk & CHUNK_NEW) &&
	       !vgic_cas(at, &chunk, chunk & ~CHUNK_NEW)) {
	}
	chunk &= ~CHUNK_NEW;
	return chunk ? gic->first_lpi + (chunk - 1) * V5_LPI_CHUNK +
			       id % V5_LPI_CHUNK :
		       VGIC_NIL;
}

/* Every PE has its own PPIs, so the vCPU matters for them alone. */
uint32_t vgic_v5_index(const struct vgic *gic, uint32_t vcpu_index,
		       uint32_t intid)
{
	uint32_t id = (uint32_t)FIELD_GET(GICV5_INTID_ID, intid);

	if (FIELD_GET(GICV5_INTID_TYPE, intid) != GICV5_INTID_TYPE_PPI) {
		return vgic_v5_shared_index(gic, intid);
	}
	return id < V5_NR_PPIS && vcpu_index < gic->config.nr_vcpus ?
		       vcpu_index * V5_NR_PPIS + id :
		       VGIC_NIL;
}

uint32_t vgic_v5_intid(const struct vgic *gic, uint32_t index)
{
	return index < gic->first_spi ? GICV5_PPI(index % V5_NR_PPIS) :
					vgic_v5_shared_intid(gic, index);
}

/*
 * A PPI is enabled and masked in the CPU interface's registers, which ppi.c
 * looks at, so its word always says enabled.  The configuration fixes whether a
 * PPI is a level.  SPIs are forwarded only once their IRS is enabled (W_GATE1
 * follows IRS_CR0.IRSEN); for LPIs the vCPU's IRS is asked at delivery.
 */
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

/*
 * No vCPU runs, and the core resets all words as well (vgic_reset()).  So
 * chunks of LPIs need not be taken back one by one: CHUNK_NEW in id_of says
 * that they are clean.
 */
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
	/*
	 * IRS_PE_CR0 belongs to the IRS, not to the PE: it survives a PE that
	 * is turned off, and so is not reset with the vCPU.  ICH_VMCR_EL2 is 0
	 * at reset.
	 */
	for (uint32_t i = 0; i < gic->config.nr_vcpus; i++) {
		vgic_store_relaxed(&gic->vcpus[i].v5->away,
				   vgic_v5_off(gic, 0));
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
