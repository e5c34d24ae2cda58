/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SGIs that have senders, a GICv2's (struct vgic_arch).  Of one SGI there are
 * as many pending states as CPUs.  IHI 0048 3.2.2
 */
#ifndef VGIC_CORE_SENDERS_H
#define VGIC_CORE_SENDERS_H

#include "core/arch.h"

/*
 * Senders of an SGI, in its `route`: [7:0] those whose SGI is pending and in
 * no list register, [10:8] the one whose SGI a list register holds, [11] that
 * one was taken back, [12] the embedder made it pending without a sender.
 *
 * They, and not W_PEND, say whether an SGI is pending: vgic_sgi_send() writes
 * them before the word, so the vCPU may have taken the SGI before its word
 * says pending.
 */
#define SGI_SOURCES 0xffu
#define SGI_LOADED_SHIFT 8
#define SGI_UNNAMED (1u << 12)

/* An SGI is sent. */
void vgic_sgi_send(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		   uint32_t source);
/* The embedder is about to make it pending, and names no sender. */
void vgic_sgi_pend_unnamed(const struct vgic *gic, uint32_t index);
/* Does a list register hold it pending?  For its own vCPU's thread. */
bool vgic_sgi_is_loaded(const struct vgic *gic, uint32_t index);
/* And taken back, as far as no list register holds it. */
void vgic_sgi_unsend(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		     uint32_t sources);
static inline uint32_t vgic_sgi_sources(const struct vgic *gic, uint32_t index)
{
	return vgic_load_seq(&gic->irqs[index].route) & SGI_SOURCES;
}
/* Is it pending, beside what a list register holds? */
static inline bool vgic_sgi_waits(const struct vgic *gic, uint32_t index)
{
	return vgic_load_seq(&gic->irqs[index].route) &
	       (SGI_SOURCES | SGI_UNNAMED);
}
/* The sender whose SGI is in a list register. */
static inline uint32_t vgic_sgi_loaded(const struct vgic *gic, uint32_t index)
{
	return vgic_load_seq(&gic->irqs[index].route) >> SGI_LOADED_SHIFT & 7;
}
/* Has that sender's SGI been made not pending since it was loaded? */
bool vgic_sgi_taken_back(const struct vgic *gic, uint32_t index);
/* Choose the sender whose SGI goes into a list register next. */
void vgic_sgi_load(struct vgic *gic, uint32_t index);
/* What a list register held was not taken: it is pending as before. */
void vgic_sgi_unload(struct vgic *gic, uint32_t index);
/*
 * A list register holds an untaken SGI: what its sender sent meanwhile is the
 * same one.  True: it was taken back (vgic_sgi_unsend()).
 */
bool vgic_sgi_merge(struct vgic *gic, uint32_t index);

#endif
