/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a vGIC and its vCPUs are made of.  What the files of this room do with
 * it is in a header of the same name as each.  Not installed.
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
/*
 * What a VM does once, or what is done to it while it stands still: compiled
 * for size, and away from what runs for each interrupt.
 */
#define VGIC_COLD __attribute__((cold))
#define VGIC_LINE 64 /* bytes that CPUs pass to each other at a time */

/* Parts of the memory begin on cache lines, which satisfies any alignment. */
static inline size_t vgic_aligned(size_t size)
{
	return (size + VGIC_LINE - 1) & ~(size_t)(VGIC_LINE - 1);
}

struct vgic_arch;
struct vgic_side;
struct vgic_v5;
struct vgic_v5_vcpu;
struct vgic_its;
struct its_records;

/* One interrupt: 16 bytes. */
struct vgic_irq {
	_Atomic(uint64_t) word;
	/* Next in the inbox, list or stack that it is in; the owner's. */
	uint32_t link;
	/*
	 * The route as the guest wrote it: GICD_IROUTER's affinity,
	 * GICD_ITARGETSR, IAFFID; a GICv2 SGI's senders; a GICv3 LPI's events,
	 * see its/its.h.
	 */
	_Atomic(uint32_t) route;
};

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
#define VGIC_EFFORT_LOOK 16    /* at a word that may need nothing */
#define VGIC_EFFORT_JUDGE 250  /* an interrupt, and move it where it belongs */
#define VGIC_EFFORT_PICK 1500  /* search a vCPU for 1 of N, three times */
#define VGIC_EFFORT_ROUND 5000 /* look at all registers and fill them again */

/* Why a vCPU has to look, [any] posts them, the owner takes them whole. */
#define ATTN_INBOX (1u << 0) /* something in the inbox */
#define ATTN_LISTS (1u << 1) /* `stale_lists` has to be sorted again */
#define ATTN_LRS (1u << 2)   /* a word in a list register changed */
#define ATTN_STACK (1u << 3) /* a word in the active stack changed */
#define ATTN_GATES (1u << 4) /* a group opened or closed */
#define ATTN_PPIS (1u << 6)  /* GICv5: a PPI's word changed */
#define ATTN_SYNC (1u << 5)  /* a vCPU waits for our words to be exact */
#define ATTN_AWAY (1u << 8)  /* this vCPU takes part in 1 of N no more */
#define ATTN_TRAPS (1u << 7) /* ICC_DIR_EL1 has to trap from now on */

struct vgic_vcpu {
	/* Set at creation, read by anybody. */
	struct vgic *gic;
	void *hw;
	struct vgic_v5_vcpu *v5;
	uint32_t index;
	/* GICR_TYPER.Processor_Number. */
	uint32_t number;
	uint32_t mpidr;
	bool created;

	/* [any] Posts to this vCPU, on a cache line of their own. */

	_Alignas(VGIC_LINE) _Atomic(uint32_t) attention;
	_Atomic(uint32_t) inbox;
	_Atomic(uint64_t) stale_lists;
	/* [any] reads these two, the own thread writes them. */
	/* Odd while in guest code; see vgic_enter(). */
	_Atomic(uint32_t) run_seq;
	/* vgic.sync_clock when our words were last exact. */
	_Atomic(uint32_t) exact_at;

	/* Own thread: the interrupts that it has in hand. */

	_Alignas(VGIC_LINE) bool resident;
	/* Candidates may be left in lists or stack though registers freed. */
	bool refill;
	/* ICC_CTLR_EL1, as a VMM may have narrowed it. */
	uint8_t pri_bits;
	uint8_t id_bits;
	/* What the call in progress may still do; see VGIC_EFFORT. */
	int32_t effort;
	/* VMCR's group enables at the last flush. */
	uint32_t open_groups;
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
	struct vgic_ich_image ich;
	/* Which interrupt each used list register holds, and its last value. */
	uint32_t lr_irq[VGIC_MAX_LRS];
	uint64_t lr_known[VGIC_MAX_LRS];
	/* The word of that interrupt when lr_known was made of it. */
	uint64_t lr_word[VGIC_MAX_LRS];
	/*
	 * A read that waits for another vCPU: what, since when, and how often
	 * it was repeated, which contract builds count.
	 */
	uint64_t sync_key;
	uint32_t sync_ticket;
	uint32_t sync_waits;
	/* The thread that has loaded it, in contract builds. */
	uintptr_t thread;

	/* [any] Redistributor, GICv3: other vCPUs reach its registers. */

	_Alignas(VGIC_LINE) _Atomic(uint32_t) gicr_ctlr;
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

	_Alignas(VGIC_LINE) _Atomic(uint64_t) injected[VGIC_NR_KINDS];
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
	/*
	 * After guest code: bring back what the registers say.  With `posted`
	 * do what refresh() would do, too, but for group gates.
	 */
	void (*fold)(struct vgic_vcpu *vcpu, bool posted);
	/* Words of loaded interrupts changed, or a group gate moved. */
	void (*refresh)(struct vgic_vcpu *vcpu);
	/*
	 * Take what came out of the inbox, place INBOX, into a register, if it
	 * can go there at once; or null.  False: nothing was done.
	 */
	bool (*take)(struct vgic_vcpu *vcpu, uint32_t index);
	/*
	 * While it is entered: an interrupt that a register holds is signalled
	 * again, by this request (W_NEW, W_FIRED).  If the guest has ended it
	 * meanwhile, the register can be loaded again at once; or null.  False:
	 * nothing was done.
	 */
	bool (*again)(struct vgic_vcpu *vcpu, uint32_t index, uint64_t word,
		      uint64_t request);
	/*
	 * While it is entered: the line of a mapped level of this vCPU is up,
	 * whose word is given; or null.  False: nothing was done.
	 */
	bool (*raise)(struct vgic_vcpu *vcpu, uint32_t index, uint64_t word);
	/* Could the CPU interface signal something now?  For WFI. */
	bool (*signals)(struct vgic_vcpu *vcpu);
	/* VGIC_VIRQ and VGIC_VFIQ that software has to raise. */
	unsigned int (*asserted)(struct vgic_vcpu *vcpu);
	/* Its CPU was turned on: everything as at reset. */
	void (*reset)(struct vgic_vcpu *vcpu);
};

extern const struct vgic_policy vgic_lr_policy;
extern const struct vgic_policy vgic_ppi_policy;

/* GICD_IIDR: Arm's KVM, and what of it changed last. */
#define VGIC_IIDR_IMPLEMENTER 0x43bu
#define VGIC_IIDR_PRODUCT 0x4bu
#define VGIC_IIDR_REVISION 3u

struct vgic_rdist_region {
	uint64_t ipa;
	uint32_t count;
	uint32_t first_vcpu;
};

struct vgic {
	/* Set at creation, and by a VMM while no vCPU runs. */

	struct vgic_config config;
	/* What the guest's version of the architecture means. */
	const struct vgic_arch *arch;
	/*
	 * As in `arch`, one load nearer, for what runs at each exit and entry:
	 * indirect calls for the INTIDs alone cost 40 instructions of a timer
	 * interrupt's 1,670.
	 */
	const struct vgic_policy *policy;
	bool holds_actives;
	bool plain_ids;
	bool has_senders;
	/* Without TDIR: any vCPU may deactivate what another one has. */
	bool counts_spis;
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
	/* What private interrupts do when they have no ops of their own. */
	const struct vgic_irq_ops *private_ops;
	struct vgic_side *sides;
	struct vgic_v5 *v5;
	struct vgic_its *its;
	/* What ITS commands made, and who may change it: its/engine.c. */
	struct its_records *records;
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

	/* [any] Written seldom, by guests and embedders. */

	/* OPS_*: what no ops ever asked for needs no look-up. */
	_Alignas(VGIC_LINE) _Atomic(uint32_t) ops_seen;
	_Atomic(uint32_t) gicd_ctlr;
	_Atomic(uint32_t) gicd_statusr;
	/* All redistributors': LPIs have one configuration table. */
	_Atomic(uint64_t) gicr_propbaser;
	/* vCPUs that may take part in 1-of-N selection. */
	_Atomic(uint64_t) takers[VGIC_MAX_VCPUS / 64];

	/* [any] Written as vCPUs run. */

	/* Ticks with each request for exact words; see core/sync.c. */
	_Alignas(VGIC_LINE) _Atomic(uint32_t) sync_clock;
	/* SPIs that are, or can become unseen, active; counts_spis. */
	_Atomic(uint32_t) spis_out;
	/* Where the next search for a 1-of-N target starts. */
	_Atomic(uint32_t) next_1ofn;
	/* A 1-of-N search found no vCPU since vgic_take_stranded() began. */
	_Atomic(uint32_t) stranded;
	/*
	 * GICv3: the search for SPIs that found no vCPU.  In the low half the
	 * next SPI to look at, in the upper half how often it has begun.
	 */
	_Atomic(uint64_t) finding;
	_Atomic(uint32_t) its_busy;
	/*
	 * GICv2, GICv3: LPIs from this index on are as after reset; the ITS
	 * engine's.
	 */
	uint32_t lpi_end;
};

/* Report a broken invariant to the embedder. */
void vgic_bug(const struct vgic *gic, const char *what, uint32_t vcpu,
	      uint32_t intid);

/* A guest's mistake: count it. */
static inline void vgic_guest_error(struct vgic_vcpu *vcpu)
{
	vgic_count(&vcpu->guest_errors);
}

#endif
