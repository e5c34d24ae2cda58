/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's Interrupt State Table.  Its place and shape are the guest's,
 * its contents are kept in words of our own: the architecture lets an IRS
 * cache all of it, and software must not touch a valid table.  Words are
 * given out in chunks of 256 LPIs, as the guest makes tables valid.
 */
#include "v5/v5.h"

#include "regs/gicv5.h"

/* How the guest shaped its table. */
struct shape {
	bool two_level;
	uint32_t id_bits;
	uint32_t entry_shift; /* log2 of bytes per entry */
	uint32_t l2_bits;     /* IDs, log2, behind one L1 entry */
};

static struct shape get_shape(const struct vgic *gic)
{
	uint32_t cfgr = vgic_load_relaxed(&gic->v5->ist_cfgr);
	uint32_t istsz = (uint32_t)FIELD_GET(IRS_IST_CFGR_ISTSZ, cfgr);
	uint32_t l2sz = (uint32_t)FIELD_GET(IRS_IST_CFGR_L2SZ, cfgr);
	uint32_t max = gic->config.v5.lpi_id_bits;
	struct shape shape = {
		.two_level = (cfgr & IRS_IST_CFGR_STRUCTURE) != 0,
		.id_bits = (uint32_t)FIELD_GET(IRS_IST_CFGR_LPI_ID_BITS, cfgr),
		.entry_shift = 2 + istsz,
		.l2_bits = 10 - istsz + 2 * l2sz,
	};

	/* Out of range, the architecture lets us choose: the nearest. */
	if (shape.id_bits > max) {
		shape.id_bits = max;
	}
	if (shape.id_bits < VGIC_V5_MIN_LPI_ID_BITS) {
		shape.id_bits = VGIC_V5_MIN_LPI_ID_BITS;
	}
	return shape;
}

/* Does guest RAM cover this table?  Its ends tell: RAM has no holes. */
static bool in_ram(const struct vgic *gic, uint64_t ipa, uint64_t size)
{
	const struct vgic_host_ops *host = gic->config.host;
	uint8_t byte;

	return host->read_guest && ipa + size > ipa &&
	       !host->read_guest(gic->config.host_ctx, ipa, &byte, 1) &&
	       !host->read_guest(gic->config.host_ctx, ipa + size - 1, &byte,
				 1);
}

/*
 * Take an LPI back to its reset state.  Its word may still stand in some
 * vCPU's queue, so by the same changes that a guest would make.
 */
static void forget_lpi(struct vgic_vcpu *vcpu, uint32_t index)
{
	static const enum vgic_change changes[] = {
		VGIC_CLEAR_ENABLE, VGIC_CLEAR_PENDING, VGIC_CLEAR_ACTIVE,
		VGIC_SET_LEVEL, VGIC_SET_PRIORITY,
	};

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		vgic_irq_change(vcpu->gic, vcpu, index, changes[i], 0);
	}
	(void)vgic_set_route(vcpu->gic, vcpu, index, 0, false);
}

/* Most of them were never touched. */
static void forget_chunk(struct vgic_vcpu *vcpu, uint32_t slot)
{
	struct vgic *gic = vcpu->gic;
	uint32_t first = gic->first_lpi + slot * V5_LPI_CHUNK;
	uint64_t fresh = w_release(w_set_target(vgic_v5_reset_word(gic, first),
						vgic_find_mpidr(gic, 0)));

	for (uint32_t i = first; i < first + V5_LPI_CHUNK; i++) {
		if (vgic_irq_word(gic, i) != fresh || vgic_get_route(gic, i)) {
			forget_lpi(vcpu, i);
		}
	}
}

/*
 * Give the LPIs of the chunk their words.  Whoever looked an LPI up when its
 * chunk was being taken away may have changed its word since: once more.
 */
static bool add_chunk(struct vgic_vcpu *vcpu, uint32_t id_chunk)
{
	struct vgic_v5 *v5 = vcpu->gic->v5;

	if (vgic_load_relaxed(&v5->chunk_of[id_chunk])) {
		return true;
	}
	for (uint32_t slot = 0; slot < v5->nr_chunks; slot++) {
		if (vgic_load_relaxed(&v5->id_of[slot]) == V5_NO_CHUNK) {
			vgic_store_relaxed(&v5->id_of[slot], id_chunk);
			forget_chunk(vcpu, slot);
			vgic_store_release(&v5->chunk_of[id_chunk], slot + 1);
			return true;
		}
	}
	return false;
}

static bool add_chunks(struct vgic_vcpu *vcpu, uint32_t first_id,
		       uint32_t count)
{
	uint32_t chunk = first_id / V5_LPI_CHUNK;
	uint32_t last = (first_id + count - 1) / V5_LPI_CHUNK;

	for (; chunk <= last; chunk++) {
		if (!add_chunk(vcpu, chunk)) {
			return false;
		}
	}
	return true;
}

static void drop_chunks(struct vgic_vcpu *vcpu)
{
	struct vgic_v5 *v5 = vcpu->gic->v5;

	for (uint32_t slot = 0; slot < v5->nr_chunks; slot++) {
		uint32_t id = vgic_load_relaxed(&v5->id_of[slot]);

		if (id == V5_NO_CHUNK) {
			continue;
		}
		vgic_store_release(&v5->chunk_of[id], 0);
		forget_chunk(vcpu, slot);
		vgic_store_release(&v5->id_of[slot], V5_NO_CHUNK);
	}
}

static bool make_valid(struct vgic_vcpu *vcpu, uint64_t base)
{
	struct shape shape = get_shape(vcpu->gic);
	uint64_t entries = UINT64_C(1) << shape.id_bits;

	/* IRS_IDR2.LPI is 0: there is no IST. */
	if (vcpu->gic->v5->nr_chunks == 0) {
		return false;
	}
	if (!shape.two_level) {
		return in_ram(vcpu->gic, base, entries << shape.entry_shift) &&
		       add_chunks(vcpu, 0, (uint32_t)entries);
	}
	entries = shape.id_bits > shape.l2_bits ?
			  entries >> shape.l2_bits :
			  1;
	return in_ram(vcpu->gic, base, entries * sizeof(uint64_t));
}

void vgic_v5_ist_baser_write(struct vgic_vcpu *vcpu, uint64_t value)
{
	struct vgic_v5 *v5 = vcpu->gic->v5;
	uint64_t mask = IRS_IST_BASER_ADDR_MASK | IRS_IST_BASER_VALID;
	bool valid = value & IRS_IST_BASER_VALID;
	uint64_t now;

	if (vgic_exchange(&v5->ist_busy, 1)) {
		vgic_guest_error(vcpu);
		return;
	}
	now = vgic_load_relaxed(&v5->ist_baser);
	value &= mask;
	if (now & IRS_IST_BASER_VALID) {
		/* While valid, the address is fixed. */
		if (valid) {
			vgic_guest_error(vcpu);
			value = now;
		} else {
			drop_chunks(vcpu);
		}
	} else if (valid &&
		   !make_valid(vcpu, value & IRS_IST_BASER_ADDR_MASK)) {
		vgic_guest_error(vcpu);
		drop_chunks(vcpu);
		value &= ~IRS_IST_BASER_VALID;
	}
	vgic_store_release(&v5->ist_baser, value);
	vgic_store_release(&v5->ist_busy, 0);
}

void vgic_v5_ist_cfgr_write(struct vgic_vcpu *vcpu, uint32_t value)
{
	struct vgic_v5 *v5 = vcpu->gic->v5;

	/* A table that is being made has the shape it began with. */
	if (vgic_exchange(&v5->ist_busy, 1)) {
		vgic_guest_error(vcpu);
		return;
	}
	if ((vgic_load_relaxed(&v5->ist_baser) & IRS_IST_BASER_VALID) ||
	    FIELD_GET(IRS_IST_CFGR_ISTSZ, value) > 2 ||
	    FIELD_GET(IRS_IST_CFGR_L2SZ, value) > 2) {
		vgic_guest_error(vcpu);
	} else {
		vgic_store_relaxed(&v5->ist_cfgr,
				   value & VGIC_V5_IST_CFGR_FIELDS);
	}
	vgic_store_release(&v5->ist_busy, 0);
}

/* Where the L1 entry of an LPI is. */
static uint64_t l1_entry(const struct vgic *gic, const struct shape *shape,
			 uint32_t id)
{
	uint64_t base = vgic_load_relaxed(&gic->v5->ist_baser) &
			IRS_IST_BASER_ADDR_MASK;

	return base + sizeof(uint64_t) * (id >> shape->l2_bits);
}

static bool read_l1(const struct vgic *gic, uint64_t at, uint64_t *l1)
{
	uint8_t entry[sizeof(uint64_t)];

	if (gic->config.host->read_guest(gic->config.host_ctx, at, entry,
					 sizeof(entry))) {
		return false;
	}
	*l1 = 0;
	for (uint32_t i = 0; i < sizeof(entry); i++) {
		*l1 |= (uint64_t)entry[i] << (8 * i);
	}
	return true;
}

/* Check the table that an L1 entry names, and give its LPIs their words. */
static bool add_l2(struct vgic_vcpu *vcpu, const struct shape *shape,
		   uint32_t id, uint64_t l1)
{
	uint64_t size = UINT64_C(1) << (shape->l2_bits + shape->entry_shift);
	uint32_t first = id >> shape->l2_bits << shape->l2_bits;
	uint32_t count = 1u << shape->l2_bits;

	/* A table may have room for more IDs than there are. */
	if (count > (1u << shape->id_bits) - first) {
		count = (1u << shape->id_bits) - first;
	}
	return in_ram(vcpu->gic, l1 & L1_ISTE_L2_ADDR_MASK, size) &&
	       add_chunks(vcpu, first, count);
}

/* Read the L1 entry, check the table that it names, set its VALID. */
static bool validate_l1(struct vgic_vcpu *vcpu, const struct shape *shape,
			uint32_t id)
{
	struct vgic *gic = vcpu->gic;
	const struct vgic_host_ops *host = gic->config.host;
	uint64_t at = l1_entry(gic, shape, id), l1;
	uint8_t low;

	if (!host->write_guest || !read_l1(gic, at, &l1) ||
	    !add_l2(vcpu, shape, id, l1)) {
		return false;
	}
	/* The byte that VALID is in: the rest of the entry is the guest's. */
	low = (uint8_t)l1 | L1_ISTE_VALID;
	return !host->write_guest(gic->config.host_ctx, at, &low, 1);
}

void vgic_v5_map_l2(struct vgic_vcpu *vcpu, uint32_t id)
{
	struct vgic_v5 *v5 = vcpu->gic->v5;
	struct shape shape;

	if (vgic_exchange(&v5->ist_busy, 1)) {
		vgic_guest_error(vcpu);
		return;
	}
	shape = get_shape(vcpu->gic);
	if (!(vgic_load_relaxed(&v5->ist_baser) & IRS_IST_BASER_VALID) ||
	    !shape.two_level || id >> shape.id_bits ||
	    !validate_l1(vcpu, &shape, id)) {
		vgic_guest_error(vcpu);
	}
	vgic_store_release(&v5->ist_busy, 0);
}

void vgic_v5_ist_store(struct vgic *gic, uint64_t baser)
{
	baser &= IRS_IST_BASER_ADDR_MASK | IRS_IST_BASER_VALID;
	vgic_store_relaxed(&gic->v5->ist_baser, baser);
	vgic_store_relaxed(&gic->v5->ist_deferred,
			   (baser & IRS_IST_BASER_VALID) != 0);
}

/* All L1 entries that were valid when the guest was saved. */
static bool adopt_l2(struct vgic_vcpu *vcpu, const struct shape *shape)
{
	uint32_t step = 1u << shape->l2_bits, end = 1u << shape->id_bits;
	uint64_t l1;

	for (uint32_t id = 0; id < end; id += step) {
		if (!read_l1(vcpu->gic, l1_entry(vcpu->gic, shape, id),
			     &l1) ||
		    ((l1 & L1_ISTE_VALID) &&
		     !add_l2(vcpu, shape, id, l1))) {
			return false;
		}
	}
	return true;
}

bool vgic_v5_ist_adopt(struct vgic_vcpu *vcpu)
{
	struct vgic_v5 *v5 = vcpu->gic->v5;
	struct shape shape = get_shape(vcpu->gic);
	uint64_t baser = vgic_load_relaxed(&v5->ist_baser);

	if (!vgic_exchange(&v5->ist_deferred, 0)) {
		return true;
	}
	if (make_valid(vcpu, baser & IRS_IST_BASER_ADDR_MASK) &&
	    (!shape.two_level || adopt_l2(vcpu, &shape))) {
		return true;
	}
	drop_chunks(vcpu);
	vgic_store_relaxed(&v5->ist_baser, baser & ~IRS_IST_BASER_VALID);
	return false;
}

uint32_t vgic_v5_ist_bits(const struct vgic *gic)
{
	return vgic_load_relaxed(&gic->v5->ist_baser) & IRS_IST_BASER_VALID ?
		       get_shape(gic).id_bits :
		       0;
}
