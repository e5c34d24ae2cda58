/* SPDX-License-Identifier: BSD-2-Clause */
/* Affinities, GICD_IROUTER and 1-of-N targets.  IHI 0069 3.2, 12.9.22 */
#include "core/gic.h"
#include "v2/v2.h"
#include "v5/v5.h"

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

/*
 * A GICv3 vCPU takes part in 1-of-N selection unless its redistributor sleeps:
 * there are no DPG bits.  IHI 0069 12.11.2.  A GICv5 PE opts out by
 * IRS_PE_CR0.DPS, and one whose CPU interface is off could not answer.
 */
bool vgic_takes_1ofn(const struct vgic_vcpu *vcpu)
{
	if (vcpu->v5) {
		return vcpu->created && !vgic_load_seq(&vcpu->v5->away);
	}
	return vcpu->created && !(vgic_load_seq(&vcpu->gicr_waker) &
				  GICR_WAKER_ProcessorSleep);
}

uint32_t vgic_pick_1ofn(struct vgic *gic)
{
	uint32_t n = gic->config.nr_vcpus;
	uint32_t start = vgic_load_relaxed(&gic->next_1ofn) % n;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t pick = (start + i) % n;

		if (vgic_takes_1ofn(&gic->vcpus[pick])) {
			vgic_store_relaxed(&gic->next_1ofn, pick + 1);
			return pick;
		}
	}
	return VGIC_NOWHERE;
}

/*
 * The vCPU that a route means: a GICv2's is a list of CPUs, of which the
 * lowest gets the interrupt; else it is an affinity.
 */
uint32_t vgic_route_target(const struct vgic *gic, uint32_t route)
{
	/* A single CPU need not be listed.  IHI 0048 4.3.12 */
	if (gic->config.model == VGIC_GICV2 && gic->config.nr_vcpus == 1) {
		return 0;
	}
	if (gic->config.model == VGIC_GICV2) {
		return route ? (uint32_t)__builtin_ctz(route) : VGIC_NOWHERE;
	}
	return vgic_find_mpidr(gic, route);
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
	uint32_t end = gic->v5 ? vgic_v5_lpi_end(gic) : gic->first_lpi;

	for (; index < end; index++) {
		uint64_t word = vgic_irq_word(gic, index);

		if ((word & W_IRM) && w_place(word) == PLACE_NONE &&
		    w_pending(word)) {
			vgic_irq_change(gic, self, index, VGIC_SET_1OFN, 0);
		}
	}
}
