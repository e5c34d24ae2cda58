/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What only few interrupts have: a physical interrupt, ops, an owner.  An
 * interrupt gets its side entry on first need and keeps it.  Mapping and ops
 * are independent of each other.
 */
#include "core/side.h"
#include "core/arch.h"
#include "core/irq.h"
#include "regs/gicv5.h"

/* The vCPU an op is told about: the private interrupt's, or the target. */
static uint32_t vcpu_of(const struct vgic *gic, uint32_t index, uint64_t word)
{
	return index < gic->first_spi ? index / gic->nr_private :
					w_target(word);
}

static void set_flags(struct vgic *gic, uint32_t index, uint64_t set,
		      uint64_t clear)
{
	_Atomic(uint64_t) *word = &gic->irqs[index].word;
	uint64_t was = vgic_load_relaxed(word);

	while (!vgic_cas(word, &was, (was & ~clear) | set)) {
	}
}

/* The entry of an interrupt, newly taken if need be; null: none left. */
VGIC_COLD static struct vgic_side *get_side(struct vgic *gic, uint32_t index)
{
	struct vgic_side *side = vgic_side_home(gic, index);

	for (uint32_t n = 0; n < gic->config.nr_side_entries; n++) {
		uint32_t key = vgic_load_relaxed(&side->key);

		while (key == 0 && !vgic_cas(&side->key, &key, index + 1)) {
		}
		if (key == 0 || key == index + 1) {
			set_flags(gic, index, W_SIDE, 0);
			return side;
		}
		side = vgic_side_next(gic, side);
	}
	return NULL;
}

static const struct vgic_side *find_side(const struct vgic *gic, uint32_t index,
					 uint64_t word)
{
	return word & W_SIDE ? vgic_side_of(gic, index) : NULL;
}

/*
 * The ops and the `opaque` that the same call of vgic_set_irq_ops() gave.  That
 * function changes `opaque` while `ops` is null, so `opaque` belongs to the ops
 * that are there before and after it is read.
 */
static const struct vgic_irq_ops *ops_of(const struct vgic_side *side,
					 void **opaque)
{
	const struct vgic_irq_ops *ops, *now = vgic_load_seq(&side->ops);

	do {
		ops = now;
		*opaque = vgic_load_seq(&side->opaque);
		now = vgic_load_seq(&side->ops);
	} while (now != ops);
	return ops;
}

/* An interrupt's own ops, or null. */
static const struct vgic_irq_ops *
own_ops(const struct vgic *gic, uint32_t index, uint64_t word, void **opaque)
{
	const struct vgic_side *side = find_side(gic, index, word);

	return side ? ops_of(side, opaque) : NULL;
}

/* What private interrupts of this vGIC do by default, or null. */
static const struct vgic_irq_ops *default_ops(const struct vgic *gic,
					      uint32_t index)
{
	return index < gic->first_spi ? gic->private_ops : NULL;
}

/*
 * The ops whose set_direct_injection turns on direct injection of an interrupt
 * that is mapped to `pintid`: its own or the default ones; null: it is not
 * injected directly.  Only PPIs can be, and only by a physical interrupt of the
 * same number, whose pending state then is the virtual one's: the hardware does
 * not translate numbers.  A device may decline by VGIC_IRQ_SW_RESAMPLE.
 */
static const struct vgic_irq_ops *direct_ops(struct vgic *gic, uint32_t index,
					     uint32_t pintid, void **opaque)
{
	const struct vgic_irq_ops *ops =
		own_ops(gic, index, vgic_irq_word(gic, index), opaque);

	if (index >= gic->first_spi || pintid != vgic_irq_intid(gic, index) ||
	    (ops && (ops->flags & VGIC_IRQ_SW_RESAMPLE))) {
		return NULL;
	}
	if (ops && ops->set_direct_injection) {
		return ops;
	}
	*opaque = gic;
	ops = default_ops(gic, index);
	return ops && ops->set_direct_injection ? ops : NULL;
}

/* Call the ops after the word has W_DVI, or has lost it. */
static void tell_direct(struct vgic *gic, uint32_t index,
			const struct vgic_side *side, bool on)
{
	side->direct_ops->set_direct_injection(side->direct_opaque,
					       index / gic->nr_private,
					       vgic_irq_intid(gic, index), on);
}

/*
 * A private interrupt was mapped, so its level is that of the physical one from
 * now on.  GICv5's default ops look at it again.
 */
static void tell_default(struct vgic *gic, uint32_t index)
{
	const struct vgic_irq_ops *ops = default_ops(gic, index);

	if (ops && ops->queue_irq_unlock) {
		(void)ops->queue_irq_unlock(gic, index / gic->nr_private,
					    vgic_irq_intid(gic, index));
	}
}

/* GICv5 names interrupts by type, the others by range; never an SGI or LPI. */
static bool is_physical(const struct vgic *gic, uint32_t pintid)
{
	if (!gic->config.caps.gicv5_intids) {
		return pintid >= GIC_NR_SGIS && pintid < GIC_SPI_END;
	}
	return FIELD_GET(GICV5_INTID_TYPE, pintid) == GICV5_INTID_TYPE_SPI ||
	       (FIELD_GET(GICV5_INTID_TYPE, pintid) == GICV5_INTID_TYPE_PPI &&
		FIELD_GET(GICV5_INTID_ID, pintid) < GICV5_NR_PPIS);
}

static bool mappable(const struct vgic *gic, uint32_t index, uint32_t pintid)
{
	enum vgic_irq_kind kind = vgic_kind_at(gic, index);

	return (kind == VGIC_PPI || kind == VGIC_SPI) &&
	       (!gic->arch->checks_pintid || is_physical(gic, pintid));
}

/* Of this word, what the guest configures and the host may want to know. */
static struct vgic_phys_config config_of(const struct vgic *gic, uint32_t index,
					 uint64_t word)
{
	uint32_t target = w_target(word);

	return (struct vgic_phys_config){
		.vcpu = index < gic->first_spi ? index / gic->nr_private : 0,
		.intid = vgic_irq_intid(gic, index),
		.enabled = word & W_ENABLE,
		.level = word & gic->arch->trigger_bit,
		.priority = (uint8_t)w_prio(word),
		.target = (word & W_IRM) || target == VGIC_NOWHERE ?
				  UINT32_MAX :
				  target,
	};
}

/*
 * Another vCPU may change the word while the host is told; then the host is
 * told again.  After this many rounds other vCPUs must be writing all the time,
 * and each of those writes tells the host as well.
 */
#define CONFIGURE_ROUNDS 16

void vgic_phys_configure(const struct vgic *gic, uint32_t index)
{
	const struct vgic_host_ops *host = gic->config.host;
	uint64_t was, word = vgic_irq_word(gic, index);

	/* A GICv5's PPIs are configured in the CPU interface. */
	if (!host->phys_configure ||
	    (index < gic->first_spi && gic->private_ops)) {
		return;
	}
	for (uint32_t round = 0; round < CONFIGURE_ROUNDS; round++) {
		struct vgic_phys_config config = config_of(gic, index, word);

		if (!(word & W_HW)) {
			return;
		}
		host->phys_configure(
			gic->config.host_ctx,
			vgic_load_relaxed(&vgic_side_of(gic, index)->pintid),
			&config);
		was = word;
		word = vgic_irq_word(gic, index);
		if (!vgic_phys_reconfigured(gic, was, word)) {
			return;
		}
	}
}

VGIC_COLD int vgic_map_irq(struct vgic *gic, uint32_t vcpu_index,
			   uint32_t intid, uint32_t pintid)
{
	uint32_t index = vgic_irq_index(gic, vcpu_index, intid);
	struct vgic_side *side;

	if (!gic->config.host->phys_set_active) {
		return VGIC_E_NOTSUP;
	}
	if (index == VGIC_NIL) {
		return VGIC_E_NOENT;
	}
	if (!mappable(gic, index, pintid)) {
		return VGIC_E_INVAL;
	}
	if (vgic_irq_word(gic, index) & W_HW) {
		return VGIC_E_EXIST;
	}
	side = get_side(gic, index);
	if (!side) {
		return VGIC_E_NOMEM;
	}
	vgic_store_relaxed(&side->pintid, pintid);
	side->direct_ops = direct_ops(gic, index, pintid, &side->direct_opaque);
	set_flags(gic, index, side->direct_ops ? W_HW | W_DVI : W_HW,
		  W_LINE | W_WIRE);
	if (side->direct_ops) {
		tell_direct(gic, index, side, true);
	}
	tell_default(gic, index);
	vgic_phys_configure(gic, index);
	return VGIC_OK;
}

VGIC_COLD int vgic_unmap_irq(struct vgic *gic, uint32_t vcpu_index,
			     uint32_t intid)
{
	uint32_t index = vgic_irq_index(gic, vcpu_index, intid);
	struct vgic_side *side;

	if (index == VGIC_NIL || !(vgic_irq_word(gic, index) & W_HW)) {
		return VGIC_E_NOENT;
	}
	side = vgic_side_of(gic, index);
	set_flags(gic, index, 0, W_HW | W_PHYS | W_FIRED | W_HOLD);
	/* The ops that turned it on, even if the interrupt has others now. */
	if (side->direct_ops) {
		set_flags(gic, index, 0, W_DVI);
		tell_direct(gic, index, side, false);
		side->direct_ops = NULL;
	}
	return VGIC_OK;
}

int vgic_set_irq_ops(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		     const struct vgic_irq_ops *ops, void *opaque)
{
	uint32_t index = vgic_irq_index(gic, vcpu_index, intid);
	struct vgic_side *side;

	if (index == VGIC_NIL) {
		return VGIC_E_NOENT;
	}
	/* The guest's tables decide which LPIs there are. */
	if (vgic_kind_at(gic, index) == VGIC_LPI) {
		return VGIC_E_INVAL;
	}
	side = get_side(gic, index);
	if (!side) {
		return VGIC_E_NOMEM;
	}
	vgic_fetch_or(&gic->ops_seen, vgic_ops_bits(ops));
	vgic_store_seq(&side->ops, NULL);
	vgic_store_seq(&side->opaque, opaque);
	vgic_store_seq(&side->ops, ops);
	return VGIC_OK;
}

int vgic_set_owner(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		   const void *owner)
{
	uint32_t index = vgic_irq_index(gic, vcpu_index, intid);
	struct vgic_side *side;
	const void *now;

	if (index == VGIC_NIL) {
		return VGIC_E_NOENT;
	}
	if (vgic_kind_at(gic, index) == VGIC_SGI ||
	    vgic_kind_at(gic, index) == VGIC_LPI) {
		return VGIC_E_INVAL;
	}
	side = get_side(gic, index);
	if (!side) {
		return VGIC_E_NOMEM;
	}
	now = vgic_load_relaxed(&side->owner);
	if (owner && now && now != owner) {
		return VGIC_E_EXIST;
	}
	vgic_store_relaxed(&side->owner, owner);
	return VGIC_OK;
}

bool vgic_side_may_inject(const struct vgic *gic, uint32_t index,
			  const void *owner)
{
	const void *now = vgic_load_relaxed(&vgic_side_of(gic, index)->owner);

	return !now || now == owner;
}

/*
 * Call the host's function, if it has one, for the physical interrupt.  It may
 * have been unmapped since the caller looked at the word.
 */
static void set_phys(const struct vgic *gic, uint32_t index,
		     void (*set)(void *ctx, uint32_t pintid, bool on), bool on)
{
	if ((vgic_irq_word(gic, index) & W_HW) && set) {
		set(gic->config.host_ctx,
		    vgic_load_relaxed(&vgic_side_of(gic, index)->pintid), on);
	}
}

void vgic_phys_activate(const struct vgic *gic, uint32_t index)
{
	set_phys(gic, index, gic->config.host->phys_set_active, true);
}

void vgic_phys_deactivate(const struct vgic *gic, uint32_t index)
{
	set_phys(gic, index, gic->config.host->phys_set_active, false);
}

bool vgic_phys_reachable(const struct vgic_vcpu *vcpu, uint32_t index,
			 uint64_t word)
{
	const struct vgic *gic = vcpu->gic;

	return w_holds_phys(word) && (index >= gic->first_spi ||
				      index / gic->nr_private == vcpu->index);
}

void vgic_phys_resample(struct vgic_vcpu *vcpu, uint32_t index, uint64_t word)
{
	const uint64_t up = W_LEVEL | W_LINE;

	if ((word & up) == up && !w_active(word) &&
	    vgic_phys_reachable(vcpu, index, word) &&
	    !vgic_phys_level(vcpu, index, word)) {
		vgic_irq_change(vcpu->gic, vcpu, index, VGIC_SET_LINE, false);
	}
}

VGIC_COLD void vgic_phys_forget(struct vgic_vcpu *vcpu, uint32_t index,
				uint64_t word)
{
	const struct vgic *gic = vcpu->gic;

	if (vgic_phys_reachable(vcpu, index, word)) {
		set_phys(gic, index, gic->config.host->phys_set_pending, false);
		vgic_phys_resample(vcpu, index, word);
	}
}

const struct vgic_side *vgic_phys_by_hw(const struct vgic *gic, uint32_t index,
					uint64_t word)
{
	const struct vgic_irq_ops *ops;
	const struct vgic_side *side;

	if (!(word & W_HW) || !gic->config.caps.hw_deactivation) {
		return NULL;
	}
	side = vgic_side_of(gic, index);
	ops = vgic_load_relaxed(&side->ops);
	/* FEAT_GCIE_LEGACY: pINTID has no room for a TYPE, PPIs are meant. */
	if (gic->config.caps.gicv5_intids &&
	    FIELD_GET(GICV5_INTID_TYPE, vgic_load_relaxed(&side->pintid)) !=
		    GICV5_INTID_TYPE_PPI) {
		return NULL;
	}
	return ops && (ops->flags & VGIC_IRQ_SW_RESAMPLE) ? NULL : side;
}

bool vgic_phys_level(struct vgic_vcpu *vcpu, uint32_t index, uint64_t word)
{
	void *opaque;
	const struct vgic_irq_ops *ops =
		ops_of(vgic_side_of(vcpu->gic, index), &opaque);

	if (!ops || !ops->get_input_level) {
		return word & (W_LINE | W_FIRED);
	}
	return ops->get_input_level(opaque, vcpu->index,
				    vgic_irq_intid(vcpu->gic, index));
}

bool vgic_side_set_pending(struct vgic *gic, uint32_t index, uint64_t word,
			   bool pending)
{
	void *opaque;
	const struct vgic_irq_ops *ops = own_ops(gic, index, word, &opaque);

	return ops && ops->set_pending_state &&
	       ops->set_pending_state(opaque, vcpu_of(gic, index, word),
				      vgic_irq_intid(gic, index), pending);
}

void vgic_side_ended(struct vgic *gic, uint32_t index, uint64_t word)
{
	void *opaque;
	const struct vgic_irq_ops *ops = own_ops(gic, index, word, &opaque);

	if (ops && ops->irq_ended) {
		ops->irq_ended(opaque, vcpu_of(gic, index, word),
			       vgic_irq_intid(gic, index));
	}
}

bool vgic_side_has_queue(const struct vgic *gic, uint32_t index, uint64_t word)
{
	void *opaque;
	const struct vgic_irq_ops *ops = own_ops(gic, index, word, &opaque);
	const struct vgic_irq_ops *fallback = default_ops(gic, index);

	return (ops && ops->queue_irq_unlock) ||
	       (fallback && fallback->queue_irq_unlock);
}

bool vgic_side_queue(struct vgic *gic, uint32_t index, uint64_t word)
{
	void *opaque;
	const struct vgic_irq_ops *ops = own_ops(gic, index, word, &opaque);
	const struct vgic_irq_ops *fallback = default_ops(gic, index);
	uint32_t vcpu = vcpu_of(gic, index, word);
	uint32_t intid = vgic_irq_intid(gic, index);
	bool own = ops && ops->queue_irq_unlock;

	if (own && w_wanted(word) &&
	    ops->queue_irq_unlock(opaque, vcpu, intid)) {
		return true;
	}
	if (fallback && fallback->queue_irq_unlock) {
		return fallback->queue_irq_unlock(gic, vcpu, intid);
	}
	/* If nothing is to be delivered, the core need not queue it, either. */
	return own && !w_wanted(word);
}
