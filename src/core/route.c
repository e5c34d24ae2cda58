/* SPDX-License-Identifier: BSD-2-Clause */
/* Affinities, GICD_IROUTER and 1-of-N targets.  IHI 0069 3.2, 12.9.22 */
#include "core/route.h"
#include "core/arch.h"
#include "core/irq.h"

uint32_t vgic_lower_mpidr(const struct vgic *gic, uint32_t mpidr)
{
	uint32_t low = 0, high = gic->nr_created;

	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (gic->vcpus[gic->by_mpidr[mid]].mpidr < mpidr) {
			low = mid + 1;
		} else {
			high = mid;
		}
	}
	return low;
}

uint32_t vgic_find_mpidr(const struct vgic *gic, uint32_t mpidr)
{
	uint32_t at = vgic_lower_mpidr(gic, mpidr);

	if (at < gic->nr_created &&
	    gic->vcpus[gic->by_mpidr[at]].mpidr == mpidr) {
		return gic->by_mpidr[at];
	}
	return VGIC_NOWHERE;
}

uint32_t vgic_find_processor(const struct vgic *gic, uint64_t number)
{
	return number < VGIC_MAX_VCPUS && gic->by_number[number] ?
		       gic->by_number[number] - 1u :
		       VGIC_NOWHERE;
}

void vgic_note_taker(struct vgic *gic, uint32_t vcpu)
{
	vgic_fetch_or(&gic->takers[vcpu / 64], UINT64_C(1) << vcpu % 64);
}

void vgic_note_all_takers(struct vgic *gic)
{
	for (uint32_t i = 0; i < gic->config.nr_vcpus; i++) {
		vgic_note_taker(gic, i);
	}
}

void vgic_leave_1ofn(struct vgic *gic, struct vgic_vcpu *self, uint32_t vcpu)
{
	vgic_fetch_or(&gic->vcpus[vcpu].stale_lists, UINT64_MAX);
	vgic_notify(gic, self, vcpu, ATTN_LISTS | ATTN_AWAY);
}

/*
 * A vCPU that takes part again stores that first and sets its bit here second;
 * vgic_pick_1ofn() clears the bit first and asks second.  So the bit of a vCPU
 * that takes part cannot stay clear.
 */
static void forget_taker(struct vgic *gic, uint32_t vcpu)
{
	_Atomic(uint64_t) *at = &gic->takers[vcpu / 64];
	uint64_t was = vgic_load_relaxed(at);

	while (!vgic_cas(at, &was, was & ~(UINT64_C(1) << vcpu % 64))) {
	}
	if (vgic_takes_1ofn(&gic->vcpus[vcpu])) {
		vgic_note_taker(gic, vcpu);
	}
}

/* The next one that may take part, from this on; VGIC_NOWHERE: none. */
static uint32_t next_taker(const struct vgic *gic, uint32_t from)
{
	uint64_t mask = UINT64_MAX << from % 64;

	for (uint32_t i = from / 64; i < VGIC_MAX_VCPUS / 64; i++) {
		uint64_t takers = vgic_load_seq(&gic->takers[i]) & mask;

		if (takers) {
			return i * 64 + (uint32_t)__builtin_ctzll(takers);
		}
		mask = UINT64_MAX;
	}
	return VGIC_NOWHERE;
}

/*
 * The first vCPU from `from` on that takes part.  A bit in gic->takers may be
 * stale: the vCPU itself is asked, and its bit cleared if it does not.
 */
static uint32_t pick_from(struct vgic *gic, uint32_t from)
{
	uint32_t pick;

	while ((pick = next_taker(gic, from)) != VGIC_NOWHERE) {
		if (vgic_takes_1ofn(&gic->vcpus[pick])) {
			break;
		}
		forget_taker(gic, pick);
		from = pick + 1;
	}
	return pick;
}

uint32_t vgic_pick_1ofn(struct vgic *gic)
{
	uint32_t from = vgic_load_relaxed(&gic->next_1ofn) % VGIC_MAX_VCPUS;
	uint32_t pick = pick_from(gic, from);

	if (pick == VGIC_NOWHERE) {
		pick = pick_from(gic, 0);
	}
	if (pick != VGIC_NOWHERE) {
		vgic_store_relaxed(&gic->next_1ofn, pick + 1);
	}
	return pick;
}

/* The affinity of a 1-of-N interrupt is UNKNOWN.  IHI 0069 12.9.22 */
uint32_t vgic_get_route(const struct vgic *gic, uint32_t index)
{
	return vgic_irq_word(gic, index) & W_IRM ?
		       0 :
		       vgic_load_seq(&gic->irqs[index].route);
}

/* Times that a write of a route gives way to writes by other vCPUs. */
#define ROUTE_ROUNDS 16

/*
 * The affinity as written and the target that it means are two words.  When two
 * vCPUs write them at once, the one that comes last makes them agree.  Other
 * vCPUs can go on writing without end: after some rounds this write is to be
 * made again, by the guest's next attempt at its access.
 */
bool vgic_set_route_bits(struct vgic *gic, struct vgic_vcpu *self,
			 uint32_t index, uint32_t mask, uint32_t route,
			 enum vgic_change change)
{
	_Atomic(uint32_t) *stored = &gic->irqs[index].route;
	uint32_t was = vgic_load_relaxed(stored), now;

	do {
		now = (was & ~mask) | (route & mask);
	} while (!vgic_cas(stored, &was, now));
	for (unsigned int round = 0; round < ROUTE_ROUNDS; round++) {
		vgic_irq_change(gic, self, index, change,
				vgic_route_target(gic, now));
		was = now;
		now = vgic_load_seq(stored);
		if (now == was) {
			return true;
		}
		/* The other vCPU's write may have made it 1 of N since. */
		change = VGIC_RETARGET;
	}
	return false;
}

/*
 * Writing IRM = 1 keeps the stored affinity.  Otherwise two concurrent writes
 * could leave the mode of one with the affinity of the other.
 */
bool vgic_set_route(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		    uint32_t route, bool irm)
{
	if (irm) {
		vgic_irq_change(gic, self, index, VGIC_SET_1OFN, 0);
		return true;
	}
	return vgic_set_route_bits(gic, self, index, UINT32_MAX, route,
				   VGIC_SET_TARGET);
}

void vgic_reroute_1ofn(struct vgic *gic, struct vgic_vcpu *self)
{
	uint32_t index = gic->first_spi;
	uint32_t end = gic->arch->routed_end ? gic->arch->routed_end(gic) :
					       gic->first_lpi;

	for (; index < end; index++) {
		uint64_t word = vgic_irq_word(gic, index);

		if ((word & W_IRM) && w_place(word) == PLACE_NONE &&
		    w_pending(word)) {
			vgic_irq_change(gic, self, index, VGIC_SET_1OFN, 0);
		}
	}
}

/* Words that are looked at between two looks whether to begin again. */
#define STRIDE 16u

void vgic_take_stranded(struct vgic *gic)
{
	uint64_t was = vgic_load_relaxed(&gic->finding);

	if (!vgic_exchange(&gic->stranded, 0)) {
		return;
	}
	while (!vgic_cas(&gic->finding, &was, ((was >> 32) + 1) << 32)) {
	}
}

/* Find a vCPU for this interrupt if it is stranded; returns the effort. */
static int32_t find_taker(struct vgic *gic, struct vgic_vcpu *self,
			  uint32_t index)
{
	uint64_t word = vgic_irq_word(gic, index);

	if (!w_stranded(word) || w_place(word) != PLACE_NONE) {
		return VGIC_EFFORT_LOOK;
	}
	vgic_irq_change(gic, self, index, VGIC_SET_1OFN, 0);
	return VGIC_EFFORT_JUDGE + VGIC_EFFORT_PICK;
}

bool vgic_find_takers(struct vgic *gic, struct vgic_vcpu *self)
{
	uint32_t nr = gic->first_lpi - gic->first_spi;
	uint64_t at = vgic_load_seq(&gic->finding);
	int32_t effort = VGIC_EFFORT;

	while ((uint32_t)at < nr) {
		uint32_t i = (uint32_t)at, end = i + STRIDE;

		for (; i < end && i < nr && effort > 0; i++) {
			effort -= find_taker(gic, self, gic->first_spi + i);
		}
		if (vgic_cas(&gic->finding, &at, (at >> 32) << 32 | i)) {
			at = (at >> 32) << 32 | i;
		}
		if (effort <= 0) {
			return (uint32_t)at >= nr;
		}
	}
	return true;
}
