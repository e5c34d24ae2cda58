/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv5: what the guest sees.  A virtual IRS per VM or several, SPIs and LPIs
 * in the version-neutral words and queues, PPIs by ppi.c.
 */
#ifndef VGIC_V5_V5_H
#define VGIC_V5_V5_H

#include "core/arch.h"
#include "regs/gicv5.h"

#define V5_NR_PPIS 128u
/* LPIs that get their words at one go: those of the smallest L2 table. */
#define V5_LPI_CHUNK 256u
#define V5_MAX_IRS 8u
/* IRS_IDR2.MIN_LPI_ID_BITS. */
#define VGIC_V5_MIN_LPI_ID_BITS 10u

/*
 * What one trap does of a long task, in instructions by rough count.  The guest
 * then makes its access again (VGIC_TRAP_RETRY), and takes its interrupts
 * before.
 */
#ifndef V5_TRAP_WORK
#define V5_TRAP_WORK ((uint64_t)VGIC_EFFORT)
#endif
/* The VM is stopped and its host waits: all at one go. */
#define V5_ALL_WORK UINT64_MAX

/* So much has been done of what may be. */
static inline void v5_charge(uint64_t *left, uint64_t work)
{
	*left = *left > work ? *left - work : 0;
}

/*
 * A task that looks at many words, one after the other.  Whoever comes along
 * goes on with it; a new reason lets it begin again.
 */
struct vgic_v5_sweep {
	/* Reasons so far << 32 | the next word, counted from the first. */
	_Atomic(uint64_t) at;
};
#define V5_SWEPT UINT32_MAX /* no word is left */

/* One IRS. */
struct vgic_irs {
	bool placed;
	uint64_t ipa;
	_Atomic(uint32_t) cr0;
	/* Its SPIs' W_GATE1 follows cr0. */
	struct vgic_v5_sweep forwarding;
	_Atomic(uint32_t) cr1;
	_Atomic(uint32_t) spi_sel;
	_Atomic(uint32_t) pe_sel;
	/*
	 * Features that a VMM keeps from the guest: bits of IRS_IDR0 and
	 * IRS_IDR2, of IRS_IDR0_HIDEABLE and IRS_IDR2_HIDEABLE.  Written
	 * before the first run.
	 */
	uint32_t idr0_hidden, idr2_hidden;
};

/* What KVM's IRS does not have: a guest that came from there never saw it. */
#define IRS_IDR0_HIDEABLE (IRS_IDR0_ONE_N | IRS_IDR0_SETLPI)
#define IRS_IDR2_HIDEABLE                               \
	(IRS_IDR2_IST_LEVELS | IRS_IDR2_IST_L2SZ_4K |   \
	 IRS_IDR2_IST_L2SZ_16K | IRS_IDR2_IST_L2SZ_64K)

/*
 * A table is being made or taken away, one chunk after the other: by whoever
 * holds vgic_v5.ist_busy, and so without atomics.
 */
struct vgic_v5_ist_job {
	/* How many have begun and ended: not the same while there is one. */
	uint32_t begun, ended;
	/* Takes all chunks away; else those of IDs up to `end` get words. */
	bool drops;
	uint32_t next, end;
	/* Of the chunk at hand: was it used, and the next word to look at. */
	bool used;
	uint32_t word;
	/* In the end: IST_BASER, and an L1 entry's low byte, if `marks`. */
	uint64_t baser;
	bool marks;
	uint64_t l1;
	uint8_t low;
};

struct vgic_v5 {
	struct vgic_irs irs[V5_MAX_IRS];
	/* The IST: one for all IRSs of the VM. */
	_Atomic(uint64_t) ist_baser;
	_Atomic(uint32_t) ist_cfgr;
	/* A VMM wrote ist_baser: the table has yet to be made. */
	_Atomic(uint32_t) ist_deferred;
	/* Somebody is at the job.  Nobody waits for that: see ist.c. */
	_Atomic(uint32_t) ist_busy;
	struct vgic_v5_ist_job ist_job;
	/*
	 * LPI words: chunk of an LPI's ID / 256, plus 1, with CHUNK_NEW while
	 * nobody can have changed its words; and the ID of each chunk, with
	 * CHUNK_NEW unless it has yet to be taken back to its reset state.
	 */
	_Atomic(uint32_t) *chunk_of;
	_Atomic(uint32_t) *id_of;
	uint32_t nr_chunks;
	uint32_t nr_chunk_ids;
	/* These first ones are given out, to the last of them first back. */
	_Atomic(uint32_t) nr_used;
	/* 1-of-N interrupts that had nobody, when a PE takes part again. */
	struct vgic_v5_sweep finding;
	/*
	 * PPIs that guests get: implemented, and owned or software's, of the
	 * vCPU that runs first; its index + 1.
	 */
	_Atomic(uint32_t) decider;
	_Atomic(uint32_t) finalized;
	_Atomic(uint64_t) ppi_exposed[2];
};

#define CHUNK_NEW (UINT32_C(1) << 31)

#define AWAY_DPS IRS_PE_CR0_DPS /* it has opted out */
#define AWAY_OFF (1u << 1)	/* its CPU interface is off */

/* A write of an IRS's register that the guest is to make again. */
struct vgic_v5_repeat {
	/* IRS << 16 | offset, plus 1; 0: none. */
	uint32_t where;
	uint64_t value;
	/* It had its effect: the ist_job that this was, or 1; 0: not yet. */
	uint32_t job;
	/* It had its effect twice. */
	bool twice;
};

/*
 * Is a write to have its effect now?  `complete`: what it began before, if it
 * did, has come to its end.  When other vCPUs have seen to that, their own
 * writes may have undone it since; or the guest never repeated that write, and
 * this is another one.  So it has its effect again, which is nothing if it
 * still has it; but not a third time, lest two vCPUs that want different
 * things keep each other from going on.
 */
static inline bool vgic_v5_begins(struct vgic_v5_repeat *repeat, bool complete)
{
	if (repeat->job && (!complete || repeat->twice)) {
		return false;
	}
	repeat->twice = repeat->job != 0;
	repeat->job = 1;
	return true;
}

/* What a vCPU has besides, for GICv5. */
struct vgic_v5_vcpu {
	const struct vgic_irs *irs; /* that it is connected to */
	struct vgic_ppi_image ppi;
	/* [any] PPIs whose word changed since the last flush. */
	_Atomic(uint64_t) ppi_stale[2];
	/* [any] PPIs with direct injection; image.dvir follows at a flush. */
	_Atomic(uint64_t) ppi_direct[2];
	/* Level PPIs that are up, by their words. */
	uint64_t ppi_up[2];
	/* Of those, the ones whose device has to be asked at each exit. */
	uint64_t ppi_ask[2];
	/* The image does not follow ppi_up: merge_levels(). */
	bool ppi_merge;
	/* This vCPU has run: hidden PPIs are scrubbed. */
	bool ran;
	struct vgic_v5_repeat repeat;
	/* The guest's instruction is not complete: it executes it again. */
	bool again;
	/* [any] AWAY_*: why it does not take 1-of-N interrupts; 0: it does. */
	_Atomic(uint32_t) away;
};

/* Is there a device that has to be asked? */
static inline bool vgic_v5_asks(const struct vgic_v5_vcpu *v)
{
	return v->ppi_ask[0] | v->ppi_ask[1];
}

/* Interrupt numbers, core/irq.c asks. */
uint32_t vgic_v5_index(const struct vgic *gic, uint32_t vcpu_index,
		       uint32_t intid);
uint32_t vgic_v5_intid(const struct vgic *gic, uint32_t index);
enum vgic_irq_kind vgic_v5_kind(uint32_t intid);

/* The chunk of the LPIs with this ID / 256, or VGIC_NIL. */
static inline uint32_t vgic_v5_chunk(const struct vgic_v5 *v5, uint32_t id)
{
	return (vgic_load_acquire(&v5->chunk_of[id]) & ~CHUNK_NEW) - 1;
}

/* Past the last index of an LPI that there is. */
static inline uint32_t vgic_v5_lpi_end(const struct vgic *gic)
{
	return gic->first_lpi +
	       vgic_load_acquire(&gic->v5->nr_used) * V5_LPI_CHUNK;
}

/* The INTID of an SPI or LPI. */
static inline uint32_t vgic_v5_shared_intid(const struct vgic *gic,
					    uint32_t index)
{
	uint32_t lpi = index - gic->first_lpi;

	if (index < gic->first_lpi) {
		return GICV5_SPI(index - gic->first_spi);
	}
	lpi = vgic_load_relaxed(&gic->v5->id_of[lpi / V5_LPI_CHUNK]) *
		      V5_LPI_CHUNK +
	      lpi % V5_LPI_CHUNK;
	/* Without CHUNK_NEW.  A table that is gone leaves its IDs behind. */
	return GICV5_LPI(lpi & (uint32_t)FIELD_MASK(GICV5_INTID_ID));
}

/* What an interrupt's word is at reset, target aside. */
uint64_t vgic_v5_reset_word(const struct vgic *gic, uint32_t index);
/* IRSs and IST at reset; the words follow. */
void vgic_v5_reset(struct vgic *gic);

/* Does the IRS of this vCPU forward SPIs and LPIs (IRS_CR0.IRSEN)? */
static inline bool vgic_v5_forwards(const struct vgic_vcpu *vcpu)
{
	return vgic_load_relaxed(&vcpu->v5->irs->cr0) & IRS_CR0_IRSEN;
}
/* Which IRS a vCPU is connected to. */
static inline uint32_t vgic_v5_irs_of_vcpu(const struct vgic *gic,
					   uint32_t vcpu)
{
	return vcpu * gic->config.v5.nr_irs / gic->config.nr_vcpus;
}

/* sweep.c */

/* Let a sweep begin again: what the words are to follow has changed. */
void vgic_v5_sweep_again(struct vgic_v5_sweep *sweep);
/* Is every word looked at? */
static inline bool vgic_v5_swept(struct vgic_v5_sweep *sweep)
{
	return (uint32_t)vgic_load_seq(&sweep->at) == V5_SWEPT;
}

/* Go on with an IRS's `forwarding`.  True: its SPIs follow IRS_CR0.IRSEN. */
bool vgic_v5_sweep_spis(struct vgic_vcpu *self, uint32_t irs, uint64_t *left);
/* Go on with `finding`.  True: each pending one has a PE that takes it. */
bool vgic_v5_sweep_1ofn(struct vgic *gic, struct vgic_vcpu *self,
			uint64_t *left);
/*
 * A PE opts out of 1-of-N interrupts (AWAY_*): it passes on what it has when
 * it next looks.  Or it takes part again, which has to be followed by
 * vgic_v5_sweep_1ofn() until that is true.
 */
void vgic_v5_set_away(struct vgic_vcpu *self, struct vgic_vcpu *pe,
		      uint32_t why, bool away);
/*
 * The guest may have switched its CPU interface on or off: software's is
 * asked, of hardware's it is not known.
 */
void vgic_v5_note_enable(struct vgic_vcpu *vcpu);

/* The port that a software CPU interface sees the IRS through. */
extern const struct vgic_iri_ops vgic_v5_iri;
/*
 * Default ops of every PPI: on hardware, and in software, where no physical
 * PPI can drive a virtual one.
 */
extern const struct vgic_irq_ops vgic_v5_ppi_ops;
extern const struct vgic_irq_ops vgic_v5_soft_ppi_ops;

/* ist.c */
#define VGIC_V5_IST_CFGR_FIELDS                                 \
	((uint32_t)(FIELD_MASK(IRS_IST_CFGR_LPI_ID_BITS) |      \
		    FIELD_MASK(IRS_IST_CFGR_L2SZ) |             \
		    FIELD_MASK(IRS_IST_CFGR_ISTSZ) |            \
		    IRS_IST_CFGR_STRUCTURE))
/*
 * Writes of IRS_IST_BASER, IRS_IST_CFGR and IRS_MAP_L2_ISTR.  True: complete.
 * False: there is more to do than `left` allows, or another thread is at the
 * table; once more, with the same `repeat`.
 */
bool vgic_v5_ist_baser_write(struct vgic_vcpu *vcpu, uint64_t value,
			     struct vgic_v5_repeat *repeat, uint64_t *left);
bool vgic_v5_ist_cfgr_write(struct vgic_vcpu *vcpu, uint64_t value,
			    struct vgic_v5_repeat *repeat, uint64_t *left);
bool vgic_v5_map_l2(struct vgic_vcpu *vcpu, uint64_t value,
		    struct vgic_v5_repeat *repeat, uint64_t *left);
/* IRS_IST_STATUSR.IDLE: is no table in the making, also with our help? */
bool vgic_v5_ist_idle(struct vgic *gic, struct vgic_vcpu *self,
		      uint64_t *left);
/* What a VMM writes, in any order: nothing is made of it yet. */
void vgic_v5_ist_store(struct vgic *gic, uint64_t baser);
/*
 * Make the table of which the guest's memory tells, with those of the second
 * level that are valid there.  False: that memory is no good, and there is
 * none now.  The VM is stopped.
 */
bool vgic_v5_ist_adopt(struct vgic *gic);
/* The first run begins without it: the VMM has not asked for that table. */
void vgic_v5_ist_abandon(struct vgic *gic);
/* What a vCPU has begun to do to the table comes to its end: VM stopped. */
void vgic_v5_ist_finish(struct vgic *gic);
/* IDs of LPIs, log2, that a valid table has; 0: none is valid. */
uint32_t vgic_v5_ist_bits(const struct vgic *gic);

/* state.c: what of a PPI stands in the image, not in its word. */
void vgic_v5_describe(const struct vgic *gic, uint32_t vcpu_index,
		      uint32_t index, struct vgic_irq_info *info);

/* irs.c: bytes of the register that stands at this offset, or around it. */
uint32_t vgic_v5_irs_width(uint32_t offset);
/* A whole register of an IRS, as a VMM accesses it. */
bool vgic_v5_irs_access(struct vgic_vcpu *vcpu, uint32_t irs, uint32_t offset,
			bool write, uint64_t *value);

enum vgic_trap vgic_v5_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			    unsigned int width, bool write, uint64_t *value);
enum vgic_trap vgic_v5_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
			      bool write, uint64_t *value);
/* Where the image is the registers: while the vCPU stays entered. */
enum vgic_trap vgic_v5_sysreg_entered(struct vgic_vcpu *vcpu, uint32_t sysreg,
				      bool write, uint64_t *value);

#endif
