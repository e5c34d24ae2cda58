/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv5: the records of IRSs, of the interrupt state table and of the CPU
 * interface with its PPIs, and what this model's snapshots have of their own.
 *
 * The words of LPIs are given out in chunks as the guest makes its table valid,
 * so the record of the table says which chunks there are, and has to come
 * before the interrupts' record.
 */
#include "core/arch.h"
#include "snapshot/snapshot.h"

#include "v5/v5.h"

/* One entry for each IRS, in their order. */
void vgic_snap_save_irs(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	(void)vcpu;
	vgic_snap_begin(w, VGIC_SNAPSHOT_IRS, SNAP_NO_VCPU);
	vgic_snap_write(w, 4,
			vgic_snap_irs_layout.size +
				vgic_snap_irs_hidden_layout.size);
	for (uint32_t i = 0; i < w->gic->config.v5.nr_irs; i++) {
		const struct vgic_irs *irs = &w->gic->v5->irs[i];
		struct snap_irs s = {
			.cr0 = vgic_load_relaxed(&irs->cr0),
			.cr1 = vgic_load_relaxed(&irs->cr1),
			.spi_sel = vgic_load_relaxed(&irs->spi_sel),
			.pe_sel = vgic_load_relaxed(&irs->pe_sel),
		};

		const struct snap_irs_hidden hidden = { irs->idr0_hidden,
							irs->idr2_hidden };

		vgic_snap_write_struct(w, &vgic_snap_irs_layout, &s);
		vgic_snap_write_struct(w, &vgic_snap_irs_hidden_layout,
				       &hidden);
	}
	vgic_snap_end(w);
}

/* Entries before version 1.2 are shorter: they have no hidden bits. */
int vgic_snap_check_irs(struct vgic_snap_check *c,
			const struct snap_record *record)
{
	struct snap_array array;
	struct snap_irs_hidden hidden;
	struct snap_irs irs;
	int error = vgic_snap_entries(&c->reader, record,
				      vgic_snap_irs_layout.size, &array);

	if (error) {
		return error;
	}
	if (array.count != c->gic->config.v5.nr_irs) {
		return snap_refuse(
			c, record, VGIC_E_FORMAT,
			"it has not as many entries as there are IRSs");
	}
	for (uint32_t i = 0; i < array.count; i++) {
		if (!vgic_snap_decode(&vgic_snap_irs_layout,
				      snap_entry(&array, i), &irs) ||
		    !vgic_snap_get_irs_hidden(&array, i, &hidden)) {
			return vgic_snap_fail_at(
				&c->reader, &array, i, VGIC_SNAPSHOT_NONE,
				VGIC_E_FORMAT,
				"a bit is set that does not exist");
		}
	}
	return VGIC_OK;
}

/*
 * An SPI is forwarded while the IRS that it is wired to is enabled; W_GATE1 of
 * its word says so.  That bit is not in a snapshot, so it is made from IRSEN.
 * SPIs are shared out evenly among the IRSs.
 */
static void forward_spis(struct vgic *gic, uint32_t irs, bool enabled)
{
	uint32_t n = gic->config.nr_spis / gic->config.v5.nr_irs;
	uint32_t first = gic->first_spi + irs * n;

	for (uint32_t i = first; i < first + n; i++) {
		uint64_t word = vgic_irq_word(gic, i) & ~W_GATE1;

		vgic_store_relaxed(&gic->irqs[i].word,
				   enabled ? word | W_GATE1 : word);
	}
}

/* Before the interrupts' record, which leaves W_GATE1 as it is. */
void vgic_snap_apply_irs(struct vgic_snap_check *c, const struct snap_record *r)
{
	struct snap_irs_hidden hidden;
	struct snap_array array;
	struct snap_irs s;

	(void)vgic_snap_entries(&c->reader, r, vgic_snap_irs_layout.size,
				&array);
	for (uint32_t i = 0; i < array.count; i++) {
		struct vgic_irs *irs = &c->gic->v5->irs[i];

		(void)vgic_snap_decode(&vgic_snap_irs_layout,
				       snap_entry(&array, i), &s);
		(void)vgic_snap_get_irs_hidden(&array, i, &hidden);
		irs->idr0_hidden = hidden.idr0;
		irs->idr2_hidden = hidden.idr2;
		vgic_store_relaxed(&irs->cr0, s.cr0);
		vgic_store_relaxed(&irs->cr1, s.cr1);
		vgic_store_relaxed(&irs->spi_sel, s.spi_sel);
		vgic_store_relaxed(&irs->pe_sel, s.pe_sel);
		forward_spis(c->gic, i, s.cr0 & IRS_CR0_IRSEN);
	}
}

/* The registers, and the numbers of the chunks in use, ascending. */
void vgic_snap_save_ist(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	const struct vgic_v5 *v5 = w->gic->v5;
	struct snap_ist ist = {
		.baser = vgic_load_relaxed(&v5->ist_baser),
		.cfgr = vgic_load_relaxed(&v5->ist_cfgr),
		.deferred = vgic_load_relaxed(&v5->ist_deferred),
	};

	(void)vcpu;
	vgic_snap_begin(w, VGIC_SNAPSHOT_IST, SNAP_NO_VCPU);
	vgic_snap_write_struct(w, &vgic_snap_ist_layout, &ist);
	for (uint32_t id = 0; id < v5->nr_chunk_ids; id++) {
		if (vgic_v5_chunk(v5, id) != VGIC_NIL) {
			vgic_snap_write(w, 4, id);
		}
	}
	vgic_snap_end(w);
}

/* Each chunk number exists, none is there twice, and there is room for all. */
static int check_chunks(struct vgic_snap_check *c,
			const struct snap_record *record)
{
	const struct vgic_v5 *v5 = c->gic->v5;

	if (c->nr_chunks > v5->nr_chunks) {
		return snap_refuse(c, record, VGIC_E_NOMEM,
				   "this vGIC has room for fewer LPIs");
	}
	for (uint32_t i = 0; i < c->nr_chunks; i++) {
		const uint8_t *at = c->chunks + (size_t)i * 4;

		if (snap_get(at, 4) >= v5->nr_chunk_ids ||
		    (i && snap_get(at, 4) <= snap_get(at - 4, 4))) {
			return snap_refuse(
				c, record, VGIC_E_FORMAT,
				"its LPIs are out of range or order");
		}
	}
	return VGIC_OK;
}

/* Chunks exist only behind a valid table that has been made. */
int vgic_snap_check_ist(struct vgic_snap_check *c,
			const struct snap_record *record)
{
	struct snap_ist ist;
	int error =
		vgic_snap_one(&c->reader, record, &vgic_snap_ist_layout, &ist);

	if (error) {
		return error;
	}
	c->chunks = record->data + vgic_snap_ist_layout.size;
	c->nr_chunks = (record->length - vgic_snap_ist_layout.size) / 4;
	if (record->length % 4 || FIELD_GET(IRS_IST_CFGR_ISTSZ, ist.cfgr) > 2 ||
	    FIELD_GET(IRS_IST_CFGR_L2SZ, ist.cfgr) > 2) {
		return snap_refuse(c, record, VGIC_E_FORMAT,
				   "a size does not exist");
	}
	if (c->nr_chunks &&
	    (ist.deferred || !(ist.baser & IRS_IST_BASER_VALID))) {
		return snap_refuse(c, record, VGIC_E_FORMAT,
				   "there are LPIs, but no table of them");
	}
	return check_chunks(c, record);
}

/*
 * Chunks get new slots, in their order: which slot a chunk's words are in is
 * the library's own matter.  The release pairs with the acquire of
 * vgic_v5_index(), for the first thread that looks the LPI up.
 */
void vgic_snap_apply_ist(struct vgic_snap_check *c, const struct snap_record *r)
{
	struct vgic_v5 *v5 = c->gic->v5;
	struct snap_ist ist;

	(void)vgic_snap_decode(&vgic_snap_ist_layout, r->data, &ist);
	vgic_store_relaxed(&v5->ist_baser, ist.baser);
	vgic_store_relaxed(&v5->ist_cfgr, ist.cfgr);
	vgic_store_relaxed(&v5->ist_deferred, ist.deferred);
	for (uint32_t slot = 0; slot < c->nr_chunks; slot++) {
		uint32_t id =
			(uint32_t)snap_get(c->chunks + (size_t)slot * 4, 4);

		vgic_store_relaxed(&v5->id_of[slot], id);
		vgic_store_release(&v5->chunk_of[id], slot + 1);
	}
	vgic_store_relaxed(&v5->nr_used, c->nr_chunks);
}

/*
 * Only pending edges are in this record.  A level's pending state is in its
 * word, and that of a PPI with DVI is in its physical PPI.
 */
void vgic_snap_save_cpuif5(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	const struct vgic_ppi_image *image = &vcpu->v5->ppi;
	struct snap_cpuif5 c = {
		.icsr = image->icsr,
		.vmcr = image->vmcr,
		.apr = image->apr,
		.pe_cr0 = vgic_load_relaxed(&vcpu->v5->away),
	};

	for (uint32_t b = 0; b < 2; b++) {
		c.enabler[b] = image->enabler[b];
		c.activer[b] = image->activer[b];
		c.pendr[b] = image->pendr[b] & ~image->dvir[b] &
			     ~w->gic->config.v5.ppi_level[b];
	}
	for (uint32_t i = 0; i < 16; i++) {
		c.priorityr[i] = image->priorityr[i];
	}
	vgic_snap_save_one(w, VGIC_SNAPSHOT_CPUIF5, vcpu->index,
			   &vgic_snap_cpuif5_layout, &c);
}

/* The layout's bits are all that there is to check. */
int vgic_snap_check_cpuif5(struct vgic_snap_check *c,
			   const struct snap_record *record)
{
	struct snap_cpuif5 s;

	return vgic_snap_one(&c->reader, record, &vgic_snap_cpuif5_layout, &s);
}

/*
 * A level PPI's pending bit follows its word at the next entry.  The stores are
 * those of vgic_ppi_store() since vgic_get_irq_info() may read the image on any
 * thread.
 */
void vgic_snap_apply_cpuif5(struct vgic_snap_check *c,
			    const struct snap_record *r)
{
	struct vgic_vcpu *vcpu = &c->gic->vcpus[r->vcpu];
	struct vgic_ppi_image *image = &vcpu->v5->ppi;
	struct snap_cpuif5 s;

	(void)vgic_snap_decode(&vgic_snap_cpuif5_layout, r->data, &s);
	for (uint32_t b = 0; b < 2; b++) {
		vgic_ppi_store(&image->enabler[b], s.enabler[b]);
		vgic_ppi_store(&image->activer[b], s.activer[b]);
		vgic_ppi_store(&image->pendr[b], s.pendr[b]);
	}
	for (uint32_t i = 0; i < 16; i++) {
		vgic_ppi_store(&image->priorityr[i], s.priorityr[i]);
	}
	image->icsr = s.icsr;
	image->vmcr = s.vmcr;
	image->apr = s.apr;
	vgic_store_relaxed(&vcpu->v5->away,
			   s.pe_cr0 | vgic_v5_off(c->gic, s.vmcr));
}

/*
 * INTIDs of LPIs are below those of SPIs, since the type in their upper bits is
 * smaller.
 */
static uint32_t put_shared(struct snap_writer *w)
{
	const struct vgic_v5 *v5 = w->gic->v5;
	uint32_t n = 0;

	for (uint32_t id = 0; id < v5->nr_chunk_ids; id++) {
		uint32_t chunk = vgic_v5_chunk(v5, id);

		if (chunk != VGIC_NIL) {
			n += vgic_snap_put_irqs(
				w, w->gic->first_lpi + chunk * V5_LPI_CHUNK,
				V5_LPI_CHUNK);
		}
	}
	return n +
	       vgic_snap_put_irqs(w, w->gic->first_spi, w->gic->config.nr_spis);
}

/*
 * A PPI's enable, priority and active state are in the CPU interface's record.
 * W_GATE1 is not carried: it follows from the SPI's IRS.
 */
static uint64_t carried(const struct vgic *gic, uint32_t index)
{
	const uint64_t both = W_PEND | W_ACTIVE | W_ENABLE | W_LEVEL | W_IRM;

	if (index < gic->first_spi) {
		return W_PEND | W_LINE | W_PHYS | W_HOLD;
	}
	return index < gic->first_lpi ? both | W_TM | W_WIRE | W_PHYS | W_HOLD :
					both;
}

/* Does the snapshot's table have the chunk of this LPI? */
static bool has_chunk(const struct vgic_snap_check *c, uint32_t lpi)
{
	return vgic_snap_find_irq(c->chunks, 4, c->nr_chunks,
				  lpi / V5_LPI_CHUNK) != NULL;
}

/*
 * An LPI may get its word only by this restore.  All LPIs carry the same bits,
 * so the first one stands for them in a check.
 */
static uint32_t find(const struct vgic_snap_check *c, uint32_t vcpu,
		     uint32_t intid)
{
	const uint32_t bits = (uint32_t)(FIELD_MASK(GICV5_INTID_TYPE) |
					 FIELD_MASK(GICV5_INTID_ID));

	if (intid & ~bits) {
		return VGIC_NIL;
	}
	if (FIELD_GET(GICV5_INTID_TYPE, intid) != GICV5_INTID_TYPE_LPI) {
		return vgic_irq_index(c->gic, vcpu, intid);
	}
	return has_chunk(c, (uint32_t)FIELD_GET(GICV5_INTID_ID, intid)) ?
		       c->gic->first_lpi :
		       VGIC_NIL;
}

/* An SPI or LPI goes to an IAFFID. */
static uint32_t route_bits(const struct vgic_snap_check *c,
			   enum vgic_irq_kind kind)
{
	(void)c;
	return kind == VGIC_SPI || kind == VGIC_LPI ? UINT16_MAX : 0;
}

/* PPIs depend on the CPU interface that the VM was created with. */
static void save_machine(const struct vgic_config *config,
			 struct snap_machine *m)
{
	m->lpi_id_bits = config->v5.lpi_id_bits;
	m->nr_irs = config->v5.nr_irs;
	for (uint32_t b = 0; b < 2; b++) {
		m->ppi_implemented[b] = config->v5.ppi_implemented[b];
		m->ppi_level[b] = config->v5.ppi_level[b];
	}
}

/* Those PPIs that the guest found have to be here, and no others. */
static int check_machine(struct vgic_snap_check *c,
			 const struct snap_record *record)
{
	const struct vgic_config *config = &c->gic->config;
	const struct snap_machine *m = &c->machine;

	if (m->lpi_id_bits != config->v5.lpi_id_bits ||
	    m->nr_irs != config->v5.nr_irs) {
		return snap_refuse(c, record, VGIC_E_NOTSUP,
				   "it has other IRSs or bits of LPI IDs");
	}
	for (uint32_t b = 0; b < 2; b++) {
		if (m->ppi_implemented[b] != config->v5.ppi_implemented[b] ||
		    m->ppi_level[b] != config->v5.ppi_level[b]) {
			return snap_refuse(c, record, VGIC_E_NOTSUP,
					   "it has other PPIs");
		}
	}
	return VGIC_OK;
}

/* The next entry counts as the vCPU's first one, which looks at all PPIs. */
static void awaken(struct vgic_vcpu *vcpu)
{
	vcpu->v5->ran = false;
}

/*
 * Only SPIs and LPIs are delivered by their words.  Before a save an access
 * that has begun to change the interrupt state table is completed.
 */
const struct vgic_snap_model vgic_snap_v5 = {
	.save_machine = save_machine,
	.check_machine = check_machine,
	.settle = vgic_v5_ist_finish,
	.put_shared = put_shared,
	.carried = carried,
	.find = find,
	.route_bits = route_bits,
	.end = vgic_v5_lpi_end,
	.awaken = awaken,
};
