/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv2 as the guest sees it.  Interrupts have target lists, SGIs know their
 * sender: of one SGI there are as many pending states as CPUs.
 */
#ifndef VGIC_V2_V2_H
#define VGIC_V2_V2_H

#include "mmio/mmio.h"
#include "regs/gicv2.h"

extern const struct vgic_frame vgic_v2_dist;

enum vgic_trap vgic_v2_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			    unsigned int width, bool write, uint64_t *value);

/*
 * GICD_ITARGETSR of an SPI: target is the lowest CPU in the list.  False: the
 * guest has to make its access again, see vgic_set_route().
 */
bool vgic_v2_set_targets(struct vgic *gic, struct vgic_vcpu *self,
			 uint32_t index, uint32_t mask);
uint32_t vgic_v2_get_targets(const struct vgic *gic, uint32_t index);

/*
 * Senders of an SGI, in its `route`: [7:0] those whose SGI is pending and in
 * no list register, [10:8] the one whose SGI a list register holds, [11] that
 * one was taken back, [12] the embedder made it pending without a sender.
 *
 * They, and not W_PEND, say whether an SGI is pending: vgic_v2_send() writes
 * them before the word, so the vCPU may have taken the SGI before its word
 * says pending.
 */
#define V2_SOURCES 0xffu
#define V2_LOADED_SHIFT 8
#define V2_UNNAMED (1u << 12)
static inline bool vgic_v2_is_sgi(const struct vgic *gic, uint32_t index)
{
	return gic->config.model == VGIC_GICV2 && index < gic->first_spi &&
	       index % GIC_NR_PRIVATE < GIC_NR_SGIS;
}

/* An SGI is sent. */
void vgic_v2_send(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		  uint32_t source);
/* The embedder is about to make it pending, and names no sender. */
void vgic_v2_pend_unnamed(const struct vgic *gic, uint32_t index);
/* Does a list register hold it pending?  For its own vCPU's thread. */
bool vgic_v2_is_loaded(const struct vgic *gic, uint32_t index);
/* And taken back, as far as no list register holds it. */
void vgic_v2_unsend(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		    uint32_t sources);
static inline uint32_t vgic_v2_sources(const struct vgic *gic, uint32_t index)
{
	return vgic_load_seq(&gic->irqs[index].route) & V2_SOURCES;
}
/* Is it pending, beside what a list register holds? */
static inline bool vgic_v2_waits(const struct vgic *gic, uint32_t index)
{
	return vgic_load_seq(&gic->irqs[index].route) &
	       (V2_SOURCES | V2_UNNAMED);
}
/* The sender whose SGI is in a list register. */
static inline uint32_t vgic_v2_loaded(const struct vgic *gic, uint32_t index)
{
	return vgic_load_seq(&gic->irqs[index].route) >> V2_LOADED_SHIFT & 7;
}
/* Was that one taken back since? */
bool vgic_v2_taken_back(const struct vgic *gic, uint32_t index);
/* Choose the sender whose SGI goes into a list register next. */
void vgic_v2_load(struct vgic *gic, uint32_t index);
/* What a list register held was not taken: it is pending as before. */
void vgic_v2_unload(struct vgic *gic, uint32_t index);
/*
 * A list register holds an untaken SGI: what its sender sent meanwhile is the
 * same one.  True: it was taken back (vgic_v2_unsend()).
 */
bool vgic_v2_merge(struct vgic *gic, uint32_t index);


/* GICC_DIR, trapped or in software. */
void vgic_v2_dir(struct vgic_vcpu *vcpu, uint32_t value);

#endif
