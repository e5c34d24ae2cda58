/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LPIs: where their configuration comes from and where their pending state
 * goes to, both tables in guest memory.  IHI 0069 5.1
 */
#include "its/its.h"

#define BLOCK 256u

/* A piece of the configuration table. */
struct config {
	uint32_t first; /* LPI, from 0; VGIC_NIL: nothing has been read */
	uint8_t byte[BLOCK];
};

/* LPIs that the configuration table has, of those that exist. */
static uint32_t nr_configured(const struct vgic *gic)
{
	uint64_t base = vgic_load_relaxed(&gic->gicr_propbaser);
	uint32_t bits = (uint32_t)FIELD_GET(GICR_PROPBASER_IDbits, base) + 1;
	uint32_t most = gic->config.its.nr_lpis, n;

	if (bits > 16) {
		return most;
	}
	n = 1u << bits;
	n = n > GIC_LPI_BASE ? n - GIC_LPI_BASE : 0;
	return n < most ? n : most;
}

/* Bytes `first` and on.  What cannot be read is not enabled. */
static void read_config(const struct vgic *gic, uint32_t first, uint8_t *byte,
			uint32_t count)
{
	uint64_t base = vgic_load_relaxed(&gic->gicr_propbaser) &
			GICR_PROPBASER_PhysAddr_MASK;
	uint32_t n = nr_configured(gic);

	n = n > first ? n - first : 0;
	n = n < count ? n : count;
	if (n && gic->config.host->read_guest(gic->config.host_ctx,
					      base + first, byte, n)) {
		n = 0;
	}
	for (; n < count; n++) {
		byte[n] = 0;
	}
}

/* Of many LPIs in order, the bytes are read by the block. */
static uint8_t config_of(const struct vgic *gic, struct config *config,
			 uint32_t index)
{
	uint32_t lpi = index - gic->first_lpi;

	if (config->first != lpi - lpi % BLOCK) {
		config->first = lpi - lpi % BLOCK;
		read_config(gic, config->first, config->byte, BLOCK);
	}
	return config->byte[lpi % BLOCK];
}

/*
 * Who enables LPIs on a redistributor, or maps this one elsewhere, changes
 * that first and comes to the word then: of two, the later one sees both.
 */
static void configure(struct vgic *gic, struct vgic_vcpu *self,
		      uint32_t index, uint8_t config)
{
	uint32_t target, now = w_target(vgic_irq_word(gic, index));
	bool on;

	vgic_irq_change(gic, self, index, VGIC_SET_PRIORITY,
			config & LPI_CONFIG_Priority_MASK);
	do {
		target = now;
		on = lpis_on(gic, target);
		vgic_irq_change(gic, self, index,
				on && (config & LPI_CONFIG_Enable) ?
					VGIC_SET_ENABLE :
					VGIC_CLEAR_ENABLE,
				0);
		now = w_target(vgic_irq_word(gic, index));
	} while (now != target || lpis_on(gic, now) != on);
}

static void retarget(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		     uint32_t target)
{
	if (!lpis_on(gic, target)) {
		vgic_irq_change(gic, self, index, VGIC_CLEAR_ENABLE, 0);
	}
	vgic_irq_change(gic, self, index, VGIC_SET_TARGET, target);
}

/* The byte of an LPI in a redistributor's pending table, and its bit. */
static uint64_t pending_byte(const struct vgic *gic, uint32_t vcpu,
			     uint32_t index, uint8_t *bit)
{
	uint64_t base = vgic_load_relaxed(&gic->vcpus[vcpu].gicr_pendbaser);
	uint32_t intid = vgic_irq_intid(gic, index);

	*bit = (uint8_t)(1u << intid % 8);
	return (base & GICR_PENDBASER_PhysAddr_MASK) + intid / 8;
}

/* Take an LPI's pending state out of the table. */
static bool take_pending(const struct vgic *gic, uint32_t vcpu,
			 uint32_t index)
{
	const struct vgic_host_ops *host = gic->config.host;
	void *ctx = gic->config.host_ctx;
	uint8_t bit, byte;
	uint64_t at = pending_byte(gic, vcpu, index, &bit);

	if ((vgic_load_relaxed(&gic->vcpus[vcpu].gicr_pendbaser) &
	     GICR_PENDBASER_PTZ) ||
	    host->read_guest(ctx, at, &byte, 1) || !(byte & bit)) {
		return false;
	}
	byte &= (uint8_t)~bit;
	return !host->write_guest(ctx, at, &byte, 1);
}

/* The table says so of it now; written only if it did not. */
static bool give_pending(const struct vgic *gic, uint32_t vcpu,
			 uint32_t index, bool pending)
{
	const struct vgic_host_ops *host = gic->config.host;
	void *ctx = gic->config.host_ctx;
	uint8_t bit, byte, now;
	uint64_t at = pending_byte(gic, vcpu, index, &bit);

	if (host->read_guest(ctx, at, &byte, 1)) {
		return false;
	}
	now = pending ? byte | bit : byte & (uint8_t)~bit;
	return now == byte || !host->write_guest(ctx, at, &now, 1);
}

bool lpi_save_pending(struct vgic *gic)
{
	bool there = true;

	for (uint32_t i = gic->first_lpi; i < gic->nr_irqs; i++) {
		uint64_t word = vgic_irq_word(gic, i);

		if (lpis_on(gic, w_target(word))) {
			there &= give_pending(gic, w_target(word), i,
					      w_pending(word));
		}
	}
	return there;
}

void lpi_reload(struct vgic *gic, struct vgic_vcpu *self, uint32_t index)
{
	uint8_t byte;

	read_config(gic, index - gic->first_lpi, &byte, 1);
	configure(gic, self, index, byte);
}

/*
 * Twice the same LPI is UNPREDICTABLE: the last one has it.  It stays pending
 * then, as it does when an event is mapped to it again.
 */
void lpi_map(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
	     uint32_t route, uint32_t target)
{
	bool anew = !(vgic_exchange(&gic->irqs[index].route, route) &
		      LPI_MAPPED);

	/* A message may have come just when it was unmapped. */
	if (anew) {
		vgic_irq_change(gic, self, index, VGIC_CLEAR_PENDING, 0);
	}
	retarget(gic, self, index, target);
	lpi_reload(gic, self, index);
	if (anew && lpis_on(gic, target) && take_pending(gic, target, index)) {
		vgic_irq_change(gic, self, index, VGIC_SET_PENDING, 0);
	}
}

void lpi_unmap(struct vgic *gic, struct vgic_vcpu *self, uint32_t index)
{
	vgic_store_seq(&gic->irqs[index].route, 0);
	retarget(gic, self, index, VGIC_NOWHERE);
	vgic_irq_change(gic, self, index, VGIC_CLEAR_PENDING, 0);
}

static bool matches(const struct vgic *gic, uint32_t index,
		    const struct lpi_match *match)
{
	return (vgic_load_relaxed(&gic->irqs[index].route) & match->mask) ==
		       match->route &&
	       (match->target == VGIC_NIL ||
		w_target(vgic_irq_word(gic, index)) == match->target);
}

void lpi_reload_all(struct vgic *gic, struct vgic_vcpu *self,
		    const struct lpi_match *match, uint32_t target)
{
	struct config config = { .first = VGIC_NIL };

	for (uint32_t i = gic->first_lpi; i < gic->nr_irqs; i++) {
		if (!matches(gic, i, match)) {
			continue;
		}
		if (target != VGIC_NIL) {
			retarget(gic, self, i, target);
		}
		configure(gic, self, i, config_of(gic, &config, i));
	}
}

void lpi_unmap_all(struct vgic *gic, struct vgic_vcpu *self,
		   const struct lpi_match *match)
{
	for (uint32_t i = gic->first_lpi; i < gic->nr_irqs; i++) {
		if (matches(gic, i, match)) {
			lpi_unmap(gic, self, i);
		}
	}
}

void lpi_move_pending(struct vgic *gic, struct vgic_vcpu *self, uint32_t from,
		      uint32_t to)
{
	const struct lpi_match match = { LPI_MAPPED, LPI_MAPPED, from };

	for (uint32_t i = gic->first_lpi; i < gic->nr_irqs; i++) {
		if (matches(gic, i, &match) &&
		    w_pending(vgic_irq_word(gic, i))) {
			retarget(gic, self, i, to);
			lpi_reload(gic, self, i);
		}
	}
}

void lpi_enabled(struct vgic *gic, struct vgic_vcpu *self, uint32_t vcpu)
{
	const struct lpi_match match = { LPI_MAPPED, LPI_MAPPED, vcpu };

	for (uint32_t i = gic->first_lpi; i < gic->nr_irqs; i++) {
		if (matches(gic, i, &match) && take_pending(gic, vcpu, i)) {
			vgic_irq_change(gic, self, i, VGIC_SET_PENDING, 0);
		}
	}
	lpi_reload_all(gic, self, &match, VGIC_NIL);
}

/* The table is not all zeros from here on, whatever the guest said of it. */
void lpi_disabled(struct vgic *gic, struct vgic_vcpu *self, uint32_t vcpu)
{
	_Atomic(uint64_t) *base = &gic->vcpus[vcpu].gicr_pendbaser;
	uint64_t was = vgic_load_relaxed(base);

	while (!vgic_cas(base, &was, was & ~GICR_PENDBASER_PTZ)) {
	}
	for (uint32_t i = gic->first_lpi; i < gic->nr_irqs; i++) {
		if (w_target(vgic_irq_word(gic, i)) != vcpu) {
			continue;
		}
		lpi_reload(gic, self, i);
		if (w_pending(vgic_irq_word(gic, i))) {
			(void)give_pending(gic, vcpu, i, true);
			vgic_irq_change(gic, self, i, VGIC_CLEAR_PENDING, 0);
		}
	}
}

void vgic_its_quit(struct vgic_vcpu *vcpu)
{
	struct vgic *gic = vcpu->gic;

	for (uint32_t i = gic->first_lpi; i < gic->nr_irqs; i++) {
		if (w_target(vgic_irq_word(gic, i)) == vcpu->index) {
			vgic_irq_change(gic, vcpu, i, VGIC_CLEAR_ENABLE, 0);
			vgic_irq_change(gic, vcpu, i, VGIC_CLEAR_PENDING, 0);
		}
	}
}
