/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library's insides: what a vGIC and its vCPUs are made of, and what the
 * rooms offer one another.  Not installed.
 *
 * Who may touch what.  An interrupt's word and the vCPU fields marked [any]
 * change atomically, from any context.  Everything else in a vCPU belongs to
 * its own thread.  There are no locks and so there is no lock order.
 */
#ifndef VGIC_CORE_GIC_H
#define VGIC_CORE_GIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "core/atomics.h"
#include "core/word.h"
#include "regs/gicv3.h"
#include "regs/ich.h"

#define VGIC_MAX_VCPUS 512
#define VGIC_NIL UINT32_MAX /* no interrupt, end of a list */
#define VGIC_NR_PRIOS 32    /* one list for each of five priority bits */
#define VGIC_PRIO_MASK 0xf8u

/* One interrupt: 16 bytes. */
struct vgic_irq {
	_Atomic(uint64_t) word;
	/* Next in the inbox, list or stack it stands in; owner's. */
	uint32_t link;
	/*
	 * The route as the guest wrote it: GICD_IROUTER's affinity,
	 * GICD_ITARGETSR, IAFFID; a GICv2 SGI's senders; a GICv3 LPI's events,
	 * see its/its.h.
	 */
	_Atomic(uint32_t) route;
};

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

/* Some interrupt's ops have, or once had, this one. */
#define OPS_QUEUE (1u << 0) /* queue_irq_unlock */
#define OPS_ACKED (1u << 1) /* irq_acked */

struct vgic_list {
	uint32_t head, tail;
};

/*
 * Interrupts on their way from the inbox, or from a list whose order is stale,
 * to the list that each belongs to.  One entry may not have the time for all of
 * them; the rest waits here.
 */
struct vgic_backlog {
	/* Taken from the inbox, the latest post first; still to be reversed. */
	uint32_t reversing;
	/* To be judged, in this order. */
	uint32_t judging;
	/* Lists to be sorted again, bits as in stale_lists. */
	uint64_t stale;
	/* The last entry has left some of it. */
	bool behind;
};

/*
 * The most that one vgic_enter(), vgic_pending() or trapped instruction does,
 * in instructions by rough count, and what its pieces cost.  What is left over
 * keeps its attention bit, and the vCPU is kicked to come back for it: without
 * this limit other vCPUs could keep one at EL2, interrupts masked, for as long
 * as they go on posting.
 */
#define VGIC_EFFORT 50000
#define VGIC_EFFORT_LOOK 16   /* at a word that may need nothing */
#define VGIC_EFFORT_JUDGE 250 /* an interrupt, and move it where it belongs */
#define VGIC_EFFORT_PICK 1500 /* look for somebody to take 1 of N, thrice */
#define VGIC_EFFORT_ROUND 5000 /* look at all registers and fill them again */

/* Why a vCPU has to look, [any] posts them, the owner takes them whole. */
#define ATTN_INBOX (1u << 0) /* something in the inbox */
#define ATTN_LISTS (1u << 1) /* `stale_lists` has to be sorted anew */
#define ATTN_LRS (1u << 2)   /* a word in a list register changed */
#define ATTN_STACK (1u << 3) /* a word in the active stack changed */
#define ATTN_GATES (1u << 4) /* a group opened or closed */
#define ATTN_PPIS (1u << 6)  /* GICv5: a PPI's word changed */
#define ATTN_SYNC (1u << 5)  /* somebody waits for our words to be exact */
#define ATTN_AWAY (1u << 8) /* it takes part in 1 of N no more */
#define ATTN_TRAPS (1u << 7) /* ICC_DIR_EL1 has to trap from now on */

struct vgic_vcpu {
	struct vgic *gic;
	void *hw;
	uint32_t index;
	/* GICR_TYPER.Processor_Number. */
	uint32_t number;
	uint32_t mpidr;
	/* ICC_CTLR_EL1, as a VMM may have narrowed it. */
	uint8_t pri_bits;
	uint8_t id_bits;
	bool created;
	bool resident;
	/* Candidates may be left in lists or stack though registers freed. */
	bool refill;

	/* [any] Posts to this vCPU. */
	_Atomic(uint32_t) attention;
	_Atomic(uint32_t) inbox;
	_Atomic(uint64_t) stale_lists;
	/* [any reads] Odd while in guest code; see vgic_enter(). */
	_Atomic(uint32_t) run_seq;
	/* [any reads] vgic.sync_clock when our words were last exact. */
	_Atomic(uint32_t) exact_at;

	/* Priority lists by group; bit n of summary: list n is not empty. */
	uint32_t summary[2];
	struct vgic_list list[2][VGIC_NR_PRIOS];
	/*
	 * Actives that are in no list register, a chain for each priority at
	 * which they became active; bit n of stacked: chain n is not empty.
	 */
	uint32_t stacked;
	uint32_t stack[VGIC_NR_PRIOS];
	/* What was posted and has not been sorted into the lists yet. */
	struct vgic_backlog backlog;
	/* What the call in progress may still do; see VGIC_EFFORT. */
	int32_t effort;

	struct vgic_v5_vcpu *v5;
	struct vgic_ich_image ich;
	/* Which interrupt each used list register holds, and its last value. */
	uint32_t lr_irq[VGIC_MAX_LRS];
	uint64_t lr_known[VGIC_MAX_LRS];
	/* VMCR's group enables at the last flush. */
	uint32_t open_groups;

	/* A read that waits for another vCPU: what, and since when. */
	uint64_t sync_key;
	uint32_t sync_ticket;

	/* Redistributor, GICv3. */
	_Atomic(uint32_t) gicr_ctlr;
	_Atomic(uint32_t) gicr_waker;
	_Atomic(uint32_t) gicr_statusr;
	_Atomic(uint64_t) gicr_pendbaser;
	/* How far EnableLPIs' change has come: its/its.h, enum lpi_job. */
	_Atomic(uint32_t) lpi_job;
	/* Configurations of LPIs that were read again for GICR_INVALLR. */
	uint64_t lpi_reads;
	uint64_t rdist_ipa;
	bool rdist_last;

	/* Counters: [any] for injected, own thread for the others. */
	_Atomic(uint64_t) injected[VGIC_NR_KINDS];
	_Atomic(uint64_t) delivered[VGIC_NR_KINDS];
	_Atomic(uint64_t) overflows;
	_Atomic(uint64_t) eoicount;
	_Atomic(uint64_t) guest_errors;
	_Atomic(uint32_t) lr_peak;
};

/*
 * How a kind of virtual CPU interface is kept: list registers (cpuif/lr.c) or
 * GICv5's PPI registers (v5/ppi.c).  All run on the vCPU's own thread.
 */
struct vgic_policy {
	void (*load)(struct vgic_vcpu *vcpu);
	void (*put)(struct vgic_vcpu *vcpu);
	/* Before guest code: give the registers what the words say. */
	void (*flush)(struct vgic_vcpu *vcpu);
	/* Hand to the back-end what flush() changed. */
	void (*enter)(struct vgic_vcpu *vcpu);
	/* After guest code: bring back what the registers say. */
	void (*fold)(struct vgic_vcpu *vcpu);
	/* Words of loaded interrupts changed, or a group gate moved. */
	void (*refresh)(struct vgic_vcpu *vcpu);
	/* Could the CPU interface signal something now?  For WFI. */
	bool (*signals)(struct vgic_vcpu *vcpu);
	/* VGIC_VIRQ and VGIC_VFIQ that software has to raise. */
	unsigned int (*asserted)(struct vgic_vcpu *vcpu);
	/* A CPU that is turned on anew. */
	void (*reset)(struct vgic_vcpu *vcpu);
};

extern const struct vgic_policy vgic_lr_policy;
extern const struct vgic_policy vgic_ppi_policy;

/* GICD_IIDR: Arm's KVM, and what of it changed last. */
#define VGIC_IIDR_IMPLEMENTER 0x43bu
#define VGIC_IIDR_PRODUCT 0x4bu
#define VGIC_IIDR_REVISION 3u

struct vgic_arch;
struct vgic_v5;
struct vgic_v5_vcpu;
struct vgic_its;
struct its_records;

struct vgic_rdist_region {
	uint64_t ipa;
	uint32_t count;
	uint32_t first_vcpu;
};

struct vgic {
	struct vgic_config config;
	/* What the guest's version of the architecture means. */
	const struct vgic_arch *arch;
	struct vgic_vcpu *vcpus;
	/* Those of each vCPU, then the SPIs, then the LPIs. */
	struct vgic_irq *irqs;
	uint32_t nr_irqs;
	/* Private interrupts of each vCPU, and where the shared ones begin. */
	uint32_t nr_private;
	uint32_t first_spi;
	uint32_t first_lpi;
	/* Below this index a device's line is a line, see vgic_arch.line. */
	uint32_t line_end;
	/*
	 * As in `arch`, one load nearer, for what runs at each exit and entry:
	 * indirect calls for the INTIDs alone cost 40 instructions of a timer
	 * interrupt's 1,670.
	 */
	const struct vgic_policy *policy;
	bool holds_actives;
	bool plain_ids;
	bool has_senders;
	/* What private interrupts do when they have no ops of their own. */
	const struct vgic_irq_ops *private_ops;
	/* Without TDIR: any vCPU may deactivate what another one has. */
	bool counts_spis;
	struct vgic_v5 *v5;
	struct vgic_its *its;
	/* What ITS commands made, and who may change it: its/engine.c. */
	struct its_records *records;
	/* [any] */
	_Atomic(uint32_t) its_busy;
	/* LPIs from this index on are as after reset; the engine's. */
	uint32_t lpi_end;
	struct vgic_side *sides;
	/* [any] OPS_*: what no ops ever asked for needs no look-up. */
	_Atomic(uint32_t) ops_seen;
	/* vCPU indices in order of affinity, for SGIs and IROUTER. */
	uint16_t *by_mpidr;
	/* Index + 1 of the vCPU with each processor number; 0: none. */
	uint16_t *by_number;
	uint32_t nr_created;
	/* GICD_IIDR.Revision: a VMM may restore an older one. */
	uint32_t revision;

	bool dist_placed;
	uint64_t dist_ipa;
	/* GICv2: the CPU interface, where software or DIR is behind it. */
	bool cpu_placed;
	uint64_t cpu_ipa;
	struct vgic_rdist_region *regions;
	uint32_t nr_regions;

	/* [any] Distributor. */
	_Atomic(uint32_t) gicd_ctlr;
	_Atomic(uint32_t) gicd_statusr;
	/* [any] All redistributors': LPIs have one configuration table. */
	_Atomic(uint64_t) gicr_propbaser;
	/* [any] Ticks with each request for exact words; see core/sync.c. */
	_Atomic(uint32_t) sync_clock;
	/* [any] SPIs that are, or can become unseen, active; counts_spis. */
	_Atomic(uint32_t) spis_out;
	/* [any] Where the next search for a 1-of-N target starts. */
	_Atomic(uint32_t) next_1ofn;
	/* [any] vCPUs that may take part in 1-of-N selection. */
	_Atomic(uint64_t) takers[VGIC_MAX_VCPUS / 64];
	/* [any] A search found nobody since somebody last looked for such. */
	_Atomic(uint32_t) stranded;
	/*
	 * [any] GICv3: who looks for those: in the low half the next SPI to
	 * look at, in the upper half how often it has begun.
	 */
	_Atomic(uint64_t) finding;
};

/* What can be done to an interrupt; `arg` where noted. */
enum vgic_change {
	VGIC_SET_PENDING, /* arg: HOLD_*, the physical one follows */
	VGIC_CLEAR_PENDING,
	VGIC_SET_LINE, /* arg: level of the line; latches edges */
	VGIC_SET_ACTIVE, /* arg: likewise */
	VGIC_CLEAR_ACTIVE,
	VGIC_SET_ENABLE,
	VGIC_CLEAR_ENABLE,
	VGIC_SET_GROUP,	   /* arg: 0 or 1 */
	VGIC_SET_PRIORITY, /* arg: priority, 8 bits */
	VGIC_SET_LEVEL,	   /* arg: true for level-sensitive */
	VGIC_SET_TARGET,   /* arg: vCPU index or VGIC_NOWHERE */
	VGIC_RETARGET,	   /* the same, unless it is 1 of N */
	VGIC_SET_1OFN,	   /* target any; arg unused */
	VGIC_RESTORE_ACTIVE, /* as if acknowledged at its priority */
	/* GICv5, SPIs and LPIs. */
	VGIC_SET_WIRE,	  /* arg: level of the wire */
	VGIC_SET_TRIGGER, /* arg: IRS_SPI_CFGR.TM, 1 for level */
	VGIC_RESAMPLE,	  /* look at the wire anew */
	VGIC_SET_EDGE,	  /* a message arrived */
	VGIC_FORGET,	  /* an LPI as at reset; arg: its target then */
	VGIC_REVIEW, /* none: who is to have it? */
};

/* A change by the guest takes the physical interrupt along, if it is mapped. */
#define HOLD_MAPPED 1u
/* The same of a GICv5's SPI, whose W_TM stands where others have W_DVI. */
#define HOLD_SPI 2u

/* core/irq.c: the state word and who has to hear of its changes. */

static inline uint64_t vgic_irq_word(const struct vgic *gic, uint32_t index)
{
	return vgic_load_seq(&gic->irqs[index].word);
}

/*
 * Apply one change and let whoever holds the interrupt, or is now to have
 * it, know.  `self` is the vCPU whose thread this is, or null: it is not
 * kicked, since it passes through vgic_enter() anyway.  Any context.
 */
void vgic_irq_change(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		     enum vgic_change change, uint32_t arg);
/*
 * Turn the word of an LPI from `*was` into `now`, and let everybody know; one
 * compare-and-swap, also where both are equal.  False: `*was` is the word as it
 * is instead, or as it was before if the attempt failed for no reason.
 */
bool vgic_irq_swap(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		   uint64_t *was, uint64_t now);

/*
 * VGIC_SET_PENDING for an SGI.  The usual one is enabled, has a target and is
 * held by no vCPU: then one compare-and-swap does it, so that one write of
 * ICC_SGI1R_EL1 can reach 511 vCPUs within 100 us.
 */
void vgic_irq_send(struct vgic *gic, struct vgic_vcpu *self, uint32_t index);
/* Claim an interrupt for a vCPU's inbox if its word now asks for it. */
uint64_t vgic_irq_claim(struct vgic *gic, uint64_t word);
/*
 * A 1-of-N interrupt has just been left with nobody to take it.  Whoever took
 * part since has not seen it: look again.
 */
void vgic_irq_stranded(struct vgic *gic, struct vgic_vcpu *self,
		       uint32_t index);
/* Push on a vCPU's inbox what the caller claimed, and have it look. */
void vgic_irq_post(struct vgic *gic, struct vgic_vcpu *self, uint32_t owner,
		   uint32_t index);
/* Ask a vCPU to look at itself for the reasons in `bits` (ATTN_*). */
void vgic_notify(struct vgic *gic, struct vgic_vcpu *self, uint32_t vcpu,
		 uint32_t bits);
/* Every vCPU has to look. */
void vgic_notify_all(struct vgic *gic, struct vgic_vcpu *self, uint32_t bits);

/* core/route.c */

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
 * GICD_IROUTER<n>: `route` is affinity, `irm` the routing mode bit.  False:
 * other vCPUs kept writing it, the guest has to make its access again.
 */
bool vgic_set_route(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		    uint32_t route, bool irm);
/* Write the bits in `mask` alone; `change`: VGIC_SET_TARGET or _RETARGET. */
bool vgic_set_route_bits(struct vgic *gic, struct vgic_vcpu *self,
			 uint32_t index, uint32_t mask, uint32_t route,
			 enum vgic_change change);
/* The route, while it is not 1 of N; then 0. */
uint32_t vgic_get_route(const struct vgic *gic, uint32_t index);
/* A VM that is stopped: place what found nobody before. */
void vgic_reroute_1ofn(struct vgic *gic, struct vgic_vcpu *self);
/*
 * GICv3: a vCPU takes part again, which may take what found nobody; and the
 * search for that goes on, as far as one access's effort goes.  True: it is
 * complete.
 */
void vgic_take_stranded(struct vgic *gic);
bool vgic_find_takers(struct vgic *gic, struct vgic_vcpu *self);

/* core/queue.c: own thread only. */

/* Take in everything posted.  True when list registers may be affected. */
bool vgic_queue_attend(struct vgic_vcpu *vcpu);
/* Re-judge an interrupt that was just taken out of every structure. */
void vgic_queue_judge(struct vgic_vcpu *vcpu, uint32_t index);
/* The same for what a list register gives up: it goes before its equals. */
void vgic_queue_return(struct vgic_vcpu *vcpu, uint32_t index);
/*
 * Take the best candidate of the groups in `open` (bit n: group n) whose
 * priority value is below `below`; VGIC_NIL when there is none.  Dead
 * entries met on the way are dropped.
 */
uint32_t vgic_queue_pop(struct vgic_vcpu *vcpu, uint32_t open, uint32_t below);
/* Priority value of the best candidate, or 256. */
uint32_t vgic_queue_best(struct vgic_vcpu *vcpu, uint32_t open);
/* The head of this list is no longer wanted there: judge it anew. */
void vgic_queue_drop(struct vgic_vcpu *vcpu, uint32_t group, uint32_t level);
/* Makes the physical interrupt of a word with W_HOLD active. */
uint64_t vgic_queue_activate(struct vgic_vcpu *vcpu, uint32_t index,
			     uint64_t word);
/*
 * What a word becomes whose physical interrupt has yet to be made active:
 * that is done here, before anybody can rely on it.
 */
static inline uint64_t vgic_queue_hold(struct vgic_vcpu *vcpu, uint32_t index,
				       uint64_t word)
{
	return word & W_HOLD ? vgic_queue_activate(vcpu, index, word) : word;
}

/* An SPI is now one that a vCPU may have to deactivate, or no longer. */
void vgic_queue_count(struct vgic *gic, struct vgic_vcpu *self, uint64_t was,
		      uint64_t now);

/* A word changed: its place, or whether it is active. */
static inline void vgic_queue_moved(struct vgic *gic, struct vgic_vcpu *self,
				    uint32_t index, uint64_t was,
				    uint64_t now)
{
	if (gic->counts_spis &&
	    index - gic->first_spi < gic->config.nr_spis) {
		vgic_queue_count(gic, self, was, now);
	}
}

/* core/stack.c: actives outside list registers; own thread only. */

void vgic_stack_push(struct vgic_vcpu *vcpu, uint32_t index);
/* The top, or VGIC_NIL; what is active no more is judged on the way. */
uint32_t vgic_stack_pop(struct vgic_vcpu *vcpu);
/* Take this one out; false: it is not in the stack. */
bool vgic_stack_remove(struct vgic_vcpu *vcpu, uint32_t index);
/*
 * A walk from the top: what is below `index`, or the top for VGIC_NIL, or
 * VGIC_NIL at the end.  `level` belongs to the walk.
 */
uint32_t vgic_stack_next(const struct vgic_vcpu *vcpu, uint32_t index,
			 uint32_t *level);
/* Judge what other vCPUs have deactivated or moved. */
void vgic_stack_sweep(struct vgic_vcpu *vcpu);
/*
 * Deactivate what the guest ended, at most `count`.  EOIcount says how many
 * EOIs found their interrupt in no list register, not which these were, and
 * some of them may end nothing: another vCPU deactivated that interrupt before.
 * So the guest ended the most urgent ones among those that an acknowledge
 * activated and that do not run any more, which runs(ctx, word) tells.
 * IHI 0069 12.4.5
 */
void vgic_stack_credit(struct vgic_vcpu *vcpu, uint32_t count,
		       bool (*runs)(const void *ctx, uint64_t word),
		       const void *ctx);

/* core/side.c */

/* OPS_* of these ops, which may be null. */
static inline uint32_t vgic_ops_bits(const struct vgic_irq_ops *ops)
{
	return (ops && ops->queue_irq_unlock ? OPS_QUEUE : 0) |
	       (ops && ops->irq_acked ? OPS_ACKED : 0);
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
 * software.  A private one's on its own vCPU's thread alone.
 */
void vgic_phys_activate(const struct vgic *gic, uint32_t index);
void vgic_phys_deactivate(const struct vgic *gic, uint32_t index);
/*
 * The guest clears an interrupt's pending state: so is the physical one's, if
 * this vCPU's thread may touch it.  Else what is pending behind an active one
 * would come as soon as that ends.
 */
void vgic_phys_forget(struct vgic_vcpu *vcpu, uint32_t index, uint64_t word);
/*
 * A mapped level is recorded as high until somebody looks: if it fell in the
 * meantime, and nobody is handling it, the physical interrupt is ended, so that
 * it can come again.
 */
void vgic_phys_resample(struct vgic_vcpu *vcpu, uint32_t index,
			uint64_t word);
/* May this vCPU's thread touch the physical interrupt behind a mapped one? */
bool vgic_phys_reachable(const struct vgic_vcpu *vcpu, uint32_t index,
			 uint64_t word);
/* The same by a list register's HW bit: its side entry, null if it may not. */
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
	       (vgic_load_relaxed(&gic->ops_seen) & OPS_ACKED);
}

/* The device hears that the guest has ended its interrupt. */
void vgic_side_acked(struct vgic *gic, uint32_t index, uint64_t word);
bool vgic_side_has_queue(const struct vgic *gic, uint32_t index,
			 uint64_t word);

/* Does the device deliver this interrupt itself (queue_irq_unlock)? */
static inline bool vgic_side_queues(const struct vgic *gic, uint32_t index,
				    uint64_t word)
{
	return (vgic_load_relaxed(&gic->ops_seen) & OPS_QUEUE) &&
	       vgic_side_has_queue(gic, index, word);
}

/* Tell it that the word changed; true when it takes charge of delivery. */
bool vgic_side_queue(struct vgic *gic, uint32_t index, uint64_t word);
/*
 * Level of the line behind a mapped interrupt; what was injected last when
 * the device gives no way to ask.  `vcpu` is the caller's.
 */
bool vgic_phys_level(struct vgic_vcpu *vcpu, uint32_t index, uint64_t word);

/* core/sync.c: exact reads of what is in another vCPU's list registers. */

/* Begin a read named by `key` (non-zero). */
void vgic_sync_begin(struct vgic_vcpu *vcpu, uint64_t key);
/*
 * Read an interrupt's word such that pending and active are exact.  False:
 * the vCPU that holds it was asked, and the access must be retried.
 */
bool vgic_sync_word(struct vgic_vcpu *vcpu, uint32_t index, uint64_t *word);
/* The read is complete. */
void vgic_sync_end(struct vgic_vcpu *vcpu);
/* All words that this vCPU holds are exact now. */
void vgic_sync_mark(struct vgic_vcpu *vcpu);

/* cpuif/lr.c */

/* Groups that can signal: bit n for group n.  Own thread only. */
uint32_t vgic_lr_open_groups(const struct vgic_vcpu *vcpu);
/* ICC_RPR_EL1, or 256 when nothing is active.  Own thread only. */
uint32_t vgic_lr_running_prio(struct vgic_vcpu *vcpu);

/*
 * core/enter.c: in guest code, take in what changed.  Only where the registers
 * are the image, and so need not be brought back before.
 */
void vgic_take_news(struct vgic_vcpu *vcpu);
/*
 * An instruction of the guest that is executed while the vCPU is out of guest
 * code counts as guest code for others (run_seq is odd), and sees what they
 * have posted.
 */
void vgic_step_in(struct vgic_vcpu *vcpu);
void vgic_step_out(struct vgic_vcpu *vcpu);

/* Is there anything to take in?  Others' posts kick, and so are not missed. */
static inline bool vgic_has_news(const struct vgic_vcpu *vcpu)
{
	return vgic_load_relaxed(&vcpu->attention) || vcpu->refill;
}

/* core/create.c */

/*
 * Reset values of one interrupt's word, which is nobody's then; its mapping is
 * kept, and what is held physically is yet to be released.
 */
void vgic_irq_clear(struct vgic *gic, uint32_t index, bool keep_lines);
/* All of the vGIC in this way: for it to be reset, or restored. */
void vgic_clear(struct vgic *gic, bool keep_lines);
/*
 * A vCPU's registers at reset, with nothing in its hands, whatever it had;
 * the words of the interrupts follow.
 */
void vgic_vcpu_clear(struct vgic_vcpu *vcpu);

/* core/place.c: is this range of guest addresses free, and no wrap? */
bool vgic_frame_fits(const struct vgic *gic, uint64_t ipa, uint64_t size);

/* trap.c: a register or instruction of some GIC architecture. */
bool vgic_is_gic_sysreg(uint32_t sysreg);

/* The embedder hears of a broken invariant. */
void vgic_bug(const struct vgic *gic, const char *what, uint32_t vcpu,
	      uint32_t intid);

/* A guest's mistake: count it. */
static inline void vgic_guest_error(struct vgic_vcpu *vcpu)
{
	vgic_count(&vcpu->guest_errors);
}

#endif
