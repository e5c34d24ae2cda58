/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What only few interrupts have (side.c): a physical interrupt behind them,
 * ops, an owner.
 */
#ifndef VGIC_CORE_SIDE_H
#define VGIC_CORE_SIDE_H

#include "core/arch.h"

/*
 * What only few interrupts have; W_SIDE says which.  A hash table: entries
 * are found by the interrupt's index and never given back.
 */
struct vgic_side {
	_Atomic(uint32_t) key; /* the interrupt's index + 1; 0: free */
	/* [any] Embedders may change these while vCPUs run; see side.c. */
	_Atomic(uint32_t) pintid;
	_Atomic(const struct vgic_irq_ops *) ops;
	_Atomic(void *) opaque;
	_Atomic(const void *) owner;
	/*
	 * Who turned direct injection on, and is to turn it off; or null.
	 * vgic_map_irq()'s and vgic_unmap_irq()'s alone.
	 */
	const struct vgic_irq_ops *direct_ops;
	void *direct_opaque;
};

/* Callbacks that the ops of some interrupt have, or once had. */
#define OPS_QUEUE (1u << 0) /* queue_irq_unlock */
#define OPS_ENDED (1u << 1) /* irq_ended */

/* OPS_* of these ops, which may be null. */
static inline uint32_t vgic_ops_bits(const struct vgic_irq_ops *ops)
{
	return (ops && ops->queue_irq_unlock ? OPS_QUEUE : 0) |
	       (ops && ops->irq_ended ? OPS_ENDED : 0);
}

/* Where an interrupt's side entry is, unless another one has that place. */
static inline struct vgic_side *vgic_side_home(const struct vgic *gic,
					       uint32_t index)
{
	uint32_t hash = index * UINT32_C(2654435769); /* Knuth 6.4 */

	return &gic->sides[(uint64_t)hash * gic->config.nr_side_entries >> 32];
}

/* The place to look at after this one. */
static inline struct vgic_side *vgic_side_next(const struct vgic *gic,
					       struct vgic_side *side)
{
	return ++side < gic->sides + gic->config.nr_side_entries ? side :
								   gic->sides;
}

/* The side entry of an interrupt whose word has W_SIDE. */
static inline struct vgic_side *vgic_side_of(const struct vgic *gic,
					     uint32_t index)
{
	struct vgic_side *side = vgic_side_home(gic, index);

	while (vgic_load_acquire(&side->key) != index + 1) {
		side = vgic_side_next(gic, side);
	}
	return side;
}

/*
 * Make the physical interrupt behind a mapped one active, or end it, by
 * software.  For a private interrupt only on the thread of its vCPU: its
 * physical interrupt is banked in the CPU on which that vCPU runs.
 */
void vgic_phys_activate(const struct vgic *gic, uint32_t index);
void vgic_phys_deactivate(const struct vgic *gic, uint32_t index);
/*
 * Did a change of its word reconfigure a mapped interrupt?  Mostly no bit of
 * these has changed, which is asked first.  A 1-of-N interrupt is given to one
 * vCPU after the other, which is no change of its route.
 */
static inline bool vgic_phys_reconfigured(const struct vgic *gic, uint64_t was,
					  uint64_t now)
{
	const uint64_t others = W_ENABLE | W_PRIO_MASK | W_IRM;
	uint64_t changed = (was ^ now) &
			   (others | W_LEVEL | W_TM | W_TARGET_MASK);

	if (!changed || !(now & W_HW)) {
		return false;
	}
	return changed & (others | gic->arch->trigger_bit |
			  (now & W_IRM ? 0 : W_TARGET_MASK));
}

/* Tell the host how the guest has configured a mapped interrupt. */
void vgic_phys_configure(const struct vgic *gic, uint32_t index);
/*
 * The guest clears an interrupt's pending state: clear that of the physical
 * interrupt behind it, too, if this vCPU's thread may touch it.  Otherwise a
 * physical interrupt that is active and pending again would interrupt the host
 * as soon as it is deactivated.
 */
void vgic_phys_forget(struct vgic_vcpu *vcpu, uint32_t index, uint64_t word);
/*
 * A mapped level is recorded as high until somebody looks: if it fell in the
 * meantime, and nobody is handling it, the physical interrupt is ended, so that
 * it can come again.
 */
void vgic_phys_resample(struct vgic_vcpu *vcpu, uint32_t index, uint64_t word);
/* May this vCPU's thread touch the physical interrupt behind a mapped one? */
bool vgic_phys_reachable(const struct vgic_vcpu *vcpu, uint32_t index,
			 uint64_t word);
/*
 * May the HW bit of a list register deactivate the physical interrupt?  The
 * side entry, which has its number; null: it may not.
 */
const struct vgic_side *vgic_phys_by_hw(const struct vgic *gic, uint32_t index,
					uint64_t word);
/* The device's own way of latching; true when it took the change. */
bool vgic_side_set_pending(struct vgic *gic, uint32_t index, uint64_t word,
			   bool pending);
/* May this device inject an interrupt whose word has W_SIDE? */
bool vgic_side_may_inject(const struct vgic *gic, uint32_t index,
			  const void *owner);
/* May a device have to hear that the guest ends this interrupt? */
static inline bool vgic_side_hears(const struct vgic *gic, uint64_t word)
{
	return (word & W_SIDE) &&
	       (vgic_load_relaxed(&gic->ops_seen) & OPS_ENDED);
}

/* The device hears that the guest has ended its interrupt. */
void vgic_side_ended(struct vgic *gic, uint32_t index, uint64_t word);
bool vgic_side_has_queue(const struct vgic *gic, uint32_t index, uint64_t word);

/* Does the device deliver this interrupt itself (queue_irq_unlock)? */
static inline bool vgic_side_queues(const struct vgic *gic, uint32_t index,
				    uint64_t word)
{
	return (vgic_load_relaxed(&gic->ops_seen) & OPS_QUEUE) &&
	       vgic_side_has_queue(gic, index, word);
}

/* Tell that device that the word changed; true: the device delivers it. */
bool vgic_side_queue(struct vgic *gic, uint32_t index, uint64_t word);
/*
 * Level of the line behind a mapped interrupt; what was injected last when
 * the device gives no way to ask.  `vcpu` is the caller's.
 */
bool vgic_phys_level(struct vgic_vcpu *vcpu, uint32_t index, uint64_t word);

#endif
