/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which vCPU an interrupt goes to (route.c).
 */
#ifndef VGIC_CORE_ROUTE_H
#define VGIC_CORE_ROUTE_H

#include "core/irq.h"

/* vCPU with this affinity (Aff3.Aff2.Aff1.Aff0), or VGIC_NOWHERE. */
uint32_t vgic_find_mpidr(const struct vgic *gic, uint32_t mpidr);
/*
 * Index of the vCPU with this GICR_TYPER.Processor_Number, or VGIC_NOWHERE.
 * ITS commands and collection tables name redistributors by it.
 */
uint32_t vgic_find_processor(const struct vgic *gic, uint64_t number);
/* Position in by_mpidr of the first affinity >= mpidr. */
uint32_t vgic_lower_mpidr(const struct vgic *gic, uint32_t mpidr);
/* A vCPU to take a 1-of-N interrupt, or VGIC_NOWHERE. */
uint32_t vgic_pick_1ofn(struct vgic *gic);
/*
 * This vCPU has begun to take part; or all may, as far as is known.  A bit of
 * vgic.takers that is not set says that its vCPU does not.
 */
void vgic_note_taker(struct vgic *gic, uint32_t vcpu);
void vgic_note_all_takers(struct vgic *gic);
/*
 * This vCPU takes part no more, which vgic_may_stay() says already.  Only its
 * own thread can touch its lists and list registers, so it is told to look at
 * all of them.  There it finds what was chosen for it and passes that on, as
 * far as one entry's effort goes.  What is active stays with it until its end;
 * the same interrupt goes to another vCPU the next time.  IHI 0069 3.2.3
 */
void vgic_leave_1ofn(struct vgic *gic, struct vgic_vcpu *self, uint32_t vcpu);
/*
 * GICD_IROUTER<n>: `route` is affinity, `irm` the routing mode bit.  False:
 * other vCPUs kept writing it, the guest has to make its access again.
 */
bool vgic_set_route(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		    uint32_t route, bool irm);
/* Write the bits in `mask` alone; `change`: VGIC_SET_TARGET or _RETARGET. */
bool vgic_set_route_bits(struct vgic *gic, struct vgic_vcpu *self,
			 uint32_t index, uint32_t mask, uint32_t route,
			 enum vgic_change change);
/* The route as the guest wrote it; 0 while the interrupt is 1 of N. */
uint32_t vgic_get_route(const struct vgic *gic, uint32_t index);
/* For a stopped VM: find a vCPU for 1-of-N interrupts that have none. */
void vgic_reroute_1ofn(struct vgic *gic, struct vgic_vcpu *self);
/*
 * GICv3: a vCPU takes part again, and may take 1-of-N interrupts that found no
 * vCPU.  The first function begins a search for them.  The second one goes on
 * with it, as far as one access's effort goes; true: it is complete.
 */
void vgic_take_stranded(struct vgic *gic);
bool vgic_find_takers(struct vgic *gic, struct vgic_vcpu *self);

#endif
