/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SGIs and their senders.  The SGI of one sender is in a list register at
 * a time, the lowest first; the others wait in vgic_irq.route and make it
 * pending again when the first is taken.  IHI 0048 3.2.2, 4.3.16
 */
#include "core/senders.h"
#include "core/irq.h"

#define LOADED (7u << SGI_LOADED_SHIFT)
#define TAKEN_BACK (1u << 11)

static _Atomic(uint32_t) *senders(const struct vgic *gic, uint32_t index)
{
	return &gic->irqs[index].route;
}

void vgic_sgi_send(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		   uint32_t source)
{
	_Atomic(uint32_t) *at = senders(gic, index);
	uint32_t was = vgic_load_relaxed(at);

	while (!vgic_cas(at, &was, (was & ~SGI_UNNAMED) | 1u << source)) {
	}
	vgic_irq_change(gic, self, index, VGIC_SET_PENDING, 0);
}

void vgic_sgi_pend_unnamed(const struct vgic *gic, uint32_t index)
{
	_Atomic(uint32_t) *at = senders(gic, index);
	uint32_t was = vgic_load_relaxed(at);

	while (!(was & SGI_SOURCES) && !vgic_cas(at, &was, was | SGI_UNNAMED)) {
	}
}

/* While the SGI is active, what is pending are other senders' requests. */
bool vgic_sgi_is_loaded(const struct vgic *gic, uint32_t index)
{
	uint64_t word = vgic_irq_word(gic, index);

	return w_place(word) == PLACE_LR && w_pending(word) &&
	       !(word & W_ACTIVE);
}

void vgic_sgi_unsend(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		     uint32_t sources)
{
	_Atomic(uint32_t) *at = senders(gic, index);
	bool in_lr = vgic_sgi_is_loaded(gic, index);
	uint32_t was = vgic_load_relaxed(at), now;

	do {
		now = was & ~(sources & (SGI_SOURCES | SGI_UNNAMED));
		if (in_lr &&
		    (sources >> ((was & LOADED) >> SGI_LOADED_SHIFT) & 1)) {
			now |= TAKEN_BACK;
		}
	} while (!vgic_cas(at, &was, now));
	/* The vCPU takes the next sender when it looks at the list register. */
	if (in_lr ? now & TAKEN_BACK : !(now & (SGI_SOURCES | SGI_UNNAMED))) {
		vgic_irq_change(gic, self, index, VGIC_CLEAR_PENDING, 0);
	}
}

bool vgic_sgi_merge(struct vgic *gic, uint32_t index)
{
	_Atomic(uint32_t) *at = senders(gic, index);
	uint32_t was = vgic_load_relaxed(at), now;

	do {
		uint32_t loaded = (was & LOADED) >> SGI_LOADED_SHIFT;

		now = was & ~TAKEN_BACK;
		/* Sent again after it was taken back, the SGI is a new one. */
		if (!(was & TAKEN_BACK)) {
			now &= ~(1u << loaded);
		}
	} while (now != was && !vgic_cas(at, &was, now));
	return was & TAKEN_BACK;
}

bool vgic_sgi_taken_back(const struct vgic *gic, uint32_t index)
{
	return vgic_load_seq(senders(gic, index)) & TAKEN_BACK;
}

/* An SGI without a sender counts as sent by the CPU itself. */
void vgic_sgi_load(struct vgic *gic, uint32_t index)
{
	_Atomic(uint32_t) *at = senders(gic, index);
	uint32_t was = vgic_load_relaxed(at), now;

	do {
		uint32_t source = was & SGI_SOURCES ?
					  (uint32_t)__builtin_ctz(was) :
					  index / GIC_NR_PRIVATE;

		now = (was &
		       ~(LOADED | TAKEN_BACK | SGI_UNNAMED | 1u << source)) |
		      source << SGI_LOADED_SHIFT;
	} while (!vgic_cas(at, &was, now));
}

void vgic_sgi_unload(struct vgic *gic, uint32_t index)
{
	vgic_fetch_or(senders(gic, index), 1u << vgic_sgi_loaded(gic, index));
}
