/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv5: what the files of this room know of each other.  A VM has one virtual
 * IRS or several.  SPIs and LPIs are words in the core's queues; PPIs are in
 * registers of the CPU interface.
 *
 *   arch.c    the table by which the core asks this version
 *   ids.c     INTIDs and indices; reset
 *   irs.c     the IRS's frames of registers
 *   ist.c     the guest's Interrupt State Table: which LPIs have words
 *   sweep.c   changes of one register that concern many words
 *   cpu.c     the guest's instructions
 *   usual.c   the short way of what every interrupt needs
 *   ppi.c     PPIs: what the registers hold, and what of it can be taken
 *   state.c   a vCPU's registers
 *   uaccess.c an IRS's registers, as a VMM saves and restores them
 */
#ifndef VGIC_V5_V5_H
#define VGIC_V5_V5_H

#include "core/arch.h"
#include "regs/gicv5.h"

#define V5_NR_PPIS 128u
/*
 * LPIs get their words in chunks of this many: as many as the smallest L2 table
 * has entries (4 KiB of 16 bytes).
 */
#define V5_LPI_CHUNK 256u
#define V5_MAX_IRS 8u
/*
 * IRS_IDR2.MIN_LPI_ID_BITS: a table for fewer IDs is taken as one for so many.
 */
#define VGIC_V5_MIN_LPI_ID_BITS 10u

/*
 * What one trap does of a long task, in instructions by rough count.  After
 * that the guest has to make its access again (VGIC_TRAP_RETRY), and can take
 * its interrupts before it does.  Tests make it smaller.
 */
#ifndef V5_TRAP_WORK
#define V5_TRAP_WORK ((uint64_t)VGIC_EFFORT)
#endif
/* The VM is stopped and its VMM waits: nothing is cut. */
#define V5_ALL_WORK UINT64_MAX

/* Take `work` off what may still be done. */
static inline void v5_charge(uint64_t *left, uint64_t work)
{
	*left = *left > work ? *left - work : 0;
}

/*
 * A task that looks at many words, one after the other (sweep.c).  Any thread
 * may go on with it; what makes it necessary once more restarts it.
 */
struct vgic_v5_sweep {
	/*
	 * [any] How often it was restarted << 32 | the next word to look at,
	 * counted from the first one, or V5_SWEPT.
	 */
	_Atomic(uint64_t) at;
};
#define V5_SWEPT UINT32_MAX /* no word is left */

/* One IRS.  The registers are [any]: every vCPU of the VM may access them. */
struct vgic_irs {
	bool placed;
	uint64_t ipa;
	_Atomic(uint32_t) cr0;
	/* The sweep that makes W_GATE1 of this IRS's SPIs say what cr0 says. */
	struct vgic_v5_sweep forwarding;
	_Atomic(uint32_t) cr1;
	_Atomic(uint32_t) spi_sel;
	_Atomic(uint32_t) pe_sel;
	/*
	 * Features that a VMM keeps from the guest: bits of IRS_IDR0 and
	 * IRS_IDR2, out of IRS_IDR0_HIDEABLE and IRS_IDR2_HIDEABLE.  Written
	 * before the first run, constant after it.
	 */
	uint32_t idr0_hidden, idr2_hidden;
};

/*
 * What KVM's IRS does not have.  A guest that was started there and comes here
 * must not see more than it saw there.
 */
#define IRS_IDR0_HIDEABLE (IRS_IDR0_ONE_N | IRS_IDR0_SETLPI)
#define IRS_IDR2_HIDEABLE \
	(IRS_IDR2_IST_LEVELS | IRS_IDR2_IST_L2SZ_4K | IRS_IDR2_IST_L2SZ_16K | \
	 IRS_IDR2_IST_L2SZ_64K)

/*
 * A table that is being made or taken away, one chunk after the other (ist.c).
 * Only the holder of vgic_v5.ist_busy touches it, so it needs no atomics.
 */
struct vgic_v5_ist_job {
	/*
	 * How many jobs have begun and ended, this one included.  They differ
	 * while there is one.
	 */
	uint32_t begun, ended;
	/*
	 * True: takes all chunks away.  False: gives words to the chunks of IDs
	 * from `next` up to `end`, counted in chunks.
	 */
	bool drops;
	uint32_t next, end;
	/*
	 * Of the chunk that is being taken away or given out: may anybody have
	 * changed its words, and up to which of them are they reset?
	 */
	bool used;
	uint32_t word;
	/*
	 * What the registers say when the job is done: IST_BASER, and if
	 * `marks` the low byte of the L1 entry at `l1`.
	 */
	uint64_t baser;
	bool marks;
	uint64_t l1;
	uint8_t low;
};

/* What a VM has for GICv5. */
struct vgic_v5 {
	struct vgic_irs irs[V5_MAX_IRS];
	/*
	 * The IST.  All IRSs of a VM share one, so whichever IRS the guest
	 * writes, these are the registers.
	 */
	_Atomic(uint64_t) ist_baser;
	_Atomic(uint32_t) ist_cfgr;
	/* A VMM stored ist_baser, and nothing has been made of it yet. */
	_Atomic(uint32_t) ist_deferred;
	/*
	 * A try-lock: some thread works at the job.  Nobody waits for it, see
	 * ist.c.
	 */
	_Atomic(uint32_t) ist_busy;
	struct vgic_v5_ist_job ist_job;
	/*
	 * The directory of LPIs. chunk_of[ID / 256] is the number of the chunk
	 * of words that these IDs have, plus 1, or 0; with CHUNK_NEW as long as
	 * nobody asked for one of them, so that nobody can have changed a word.
	 *
	 * id_of[chunk] is the other direction, ID / 256; with CHUNK_NEW if the
	 * chunk's words are at their reset values.
	 */
	_Atomic(uint32_t) *chunk_of;
	_Atomic(uint32_t) *id_of;
	uint32_t nr_chunks;
	uint32_t nr_chunk_ids;
	/*
	 * Chunks below this number are given out.  They are taken back in the
	 * opposite order, so this is the only free list needed.
	 */
	_Atomic(uint32_t) nr_used;
	/*
	 * The sweep that looks for pending 1-of-N interrupts which found no PE,
	 * since some PE takes part again.
	 */
	struct vgic_v5_sweep finding;
	/*
	 * Which PPIs the guests get: implemented, and owned by a device or
	 * software's own.  The vCPU that runs first decides it by its own PPIs;
	 * `decider` is that vCPU's index + 1.  `finalized` is stored by release
	 * after ppi_exposed is complete.
	 */
	_Atomic(uint32_t) decider;
	_Atomic(uint32_t) finalized;
	_Atomic(uint64_t) ppi_exposed[2];
};

/* In chunk_of and id_of, see there. */
#define CHUNK_NEW (UINT32_C(1) << 31)

/* Bits of vgic_v5_vcpu.away. */
#define AWAY_DPS IRS_PE_CR0_DPS /* it has opted out */
#define AWAY_OFF (1u << 1)	/* its CPU interface is off */

/* A write of an IRS's register that was cut, and that the guest makes again. */
struct vgic_v5_repeat {
	/*
	 * Which register: (IRS << 16 | offset) + 1; 0: there is no such write.
	 */
	uint32_t where;
	uint64_t value;
	/*
	 * 0: the write has not had its effect yet.  Else it had, and this is
	 * vgic_v5_ist_job.begun of the job that it began, or 1.
	 */
	uint32_t job;
	/* It had its effect a second time, see vgic_v5_begins(). */
	bool twice;
};

/*
 * Is a write to have its effect now?  `complete`: what its effect began, if it
 * had it before, has come to its end.
 *
 * The first attempt has its effect, later ones only go on with the work.  When
 * the work is complete, another vCPU may have completed it, and that vCPU's own
 * write may have undone the effect since.  Or the guest never repeated the
 * write that is remembered, and this is a new one that looks the same.  So the
 * write has its effect once more, which changes nothing if the effect is still
 * there.  It has it no third time, because two vCPUs that write different
 * values would otherwise undo each other's writes without end.
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

/*
 * What a vCPU has for GICv5.  Its own thread's, but for what is marked [any].
 */
struct vgic_v5_vcpu {
	const struct vgic_irs *irs; /* that it is connected to */
	/*
	 * The registers of PPIs: a copy of the hardware's, or in software the
	 * very registers (vgic/backend.h).
	 */
	struct vgic_ppi_image ppi;
	/*
	 * [any] PPIs whose word changed since the last flush.  Whoever changes
	 * a word sets the bit after it; flush() takes all bits by an exchange.
	 */
	_Atomic(uint64_t) ppi_stale[2];
	/*
	 * [any] PPIs that are to be injected directly. image.dvir follows at
	 * the next flush, since the image is the vCPU's own.
	 */
	_Atomic(uint64_t) ppi_direct[2];
	/* Level PPIs whose words say pending. */
	uint64_t ppi_up[2];
	/*
	 * Those in ppi_up whose device has to be asked at each exit: mapped,
	 * but not injected directly.
	 */
	uint64_t ppi_ask[2];
	/*
	 * The image does not say yet what ppi_up says: merge_levels() is due.
	 */
	bool ppi_merge;
	/*
	 * This vCPU has run, and so has scrubbed the PPIs that the guest does
	 * not get.
	 */
	bool ran;
	/*
	 * The write of an IRS's register that this vCPU was last told to
	 * repeat.
	 */
	struct vgic_v5_repeat repeat;
	/* The guest's instruction was cut: it has to execute it again. */
	bool again;
	/*
	 * [any] AWAY_*: why it does not take 1-of-N interrupts; 0: it takes
	 * them.
	 */
	_Atomic(uint32_t) away;
};

/* Is any PPI pending whose device has to be asked? */
static inline bool vgic_v5_asks(const struct vgic_v5_vcpu *v)
{
	return v->ppi_ask[0] | v->ppi_ask[1];
}

/*
 * ids.c: the core's index of an INTID, or VGIC_NIL, and back.  `vcpu_index`
 * counts for PPIs alone.
 */
uint32_t vgic_v5_index(const struct vgic *gic, uint32_t vcpu_index,
		       uint32_t intid);
uint32_t vgic_v5_intid(const struct vgic *gic, uint32_t index);

/*
 * The chunk of words that the LPIs from `id` * 256 on have, or VGIC_NIL.  Not a
 * use of the chunk (CHUNK_NEW stays): for saving.  The load pairs with the
 * release in add_chunk().
 */
static inline uint32_t vgic_v5_chunk(const struct vgic_v5 *v5, uint32_t id)
{
	return (vgic_load_acquire(&v5->chunk_of[id]) & ~CHUNK_NEW) - 1;
}

/*
 * One past the last index of an LPI that has a word now.  The load pairs with
 * the releases of nr_used in ist.c.
 */
static inline uint32_t vgic_v5_lpi_end(const struct vgic *gic)
{
	return gic->first_lpi +
	       vgic_load_acquire(&gic->v5->nr_used) * V5_LPI_CHUNK;
}

/* The INTID of an SPI. */
static inline uint32_t vgic_v5_spi_intid(const struct vgic *gic, uint32_t index)
{
	return GICV5_SPI(index - gic->first_spi);
}

/*
 * The INTID of an LPI.  One in some queue may belong to a chunk that was just
 * taken away; id_of keeps the IDs that it had.
 */
static inline uint32_t vgic_v5_lpi_intid(const struct vgic *gic, uint32_t index)
{
	uint32_t lpi = index - gic->first_lpi;

	lpi = vgic_load_relaxed(&gic->v5->id_of[lpi / V5_LPI_CHUNK]) *
		      V5_LPI_CHUNK +
	      lpi % V5_LPI_CHUNK;
	/* The mask takes CHUNK_NEW off as well. */
	return GICV5_LPI(lpi & (uint32_t)FIELD_MASK(GICV5_INTID_ID));
}

static inline uint32_t vgic_v5_shared_intid(const struct vgic *gic,
					    uint32_t index)
{
	return index < gic->first_lpi ? vgic_v5_spi_intid(gic, index) :
					vgic_v5_lpi_intid(gic, index);
}

/*
 * ids.c: the index of an LPI, which its caller may change, or VGIC_NIL.  Inline
 * is the usual case: the chunk has been used before.
 */
uint32_t vgic_v5_use_lpi(const struct vgic *gic, uint32_t id);
static inline uint32_t vgic_v5_lpi_index(const struct vgic *gic, uint32_t id)
{
	const struct vgic_v5 *v5 = gic->v5;
	uint32_t chunk;

	if (id / V5_LPI_CHUNK >= v5->nr_chunk_ids) {
		return VGIC_NIL;
	}
	/*
	 * Pairs with the release in add_chunk() of ist.c: the chunk's words are
	 * at their reset values, and id_of names the chunk's IDs.
	 */
	chunk = vgic_load_acquire(&v5->chunk_of[id / V5_LPI_CHUNK]) - 1;
	/* There is none, or CHUNK_NEW. */
	if (chunk >= CHUNK_NEW - 1) {
		return vgic_v5_use_lpi(gic, id);
	}
	return gic->first_lpi + chunk * V5_LPI_CHUNK + id % V5_LPI_CHUNK;
}

/* The index of an SPI or LPI, which its caller may change; else VGIC_NIL. */
static inline uint32_t vgic_v5_shared_index(const struct vgic *gic,
					    uint32_t intid)
{
	uint32_t id = (uint32_t)FIELD_GET(GICV5_INTID_ID, intid);

	switch (FIELD_GET(GICV5_INTID_TYPE, intid)) {
	case GICV5_INTID_TYPE_LPI:
		return vgic_v5_lpi_index(gic, id);
	case GICV5_INTID_TYPE_SPI:
		return id < gic->config.nr_spis ? gic->first_spi + id :
						  VGIC_NIL;
	default:
		return VGIC_NIL;
	}
}

/* An interrupt's word at reset; the caller sets the target. */
uint64_t vgic_v5_reset_word(const struct vgic *gic, uint32_t index);
/* The registers of IRSs and the IST at reset; the core resets the words. */
void vgic_v5_reset(struct vgic *gic);

/*
 * Does the IRS of this vCPU forward SPIs and LPIs to it (IRS_CR0.IRSEN)?  A
 * relaxed load is enough: the writer of IRSEN sends ATTN_GATES to every vCPU,
 * which then asks again.
 */
static inline bool vgic_v5_forwards(const struct vgic_vcpu *vcpu)
{
	return vgic_load_relaxed(&vcpu->v5->irs->cr0) & IRS_CR0_IRSEN;
}
/*
 * Which IRS a vCPU is connected to.  Each IRS has a run of neighbours, as many
 * as the others within one.
 */
static inline uint32_t vgic_v5_irs_of_vcpu(const struct vgic *gic,
					   uint32_t vcpu)
{
	return vcpu * gic->config.v5.nr_irs / gic->config.nr_vcpus;
}

/* sweep.c */

/*
 * Restart a sweep: what the words are to follow has just been changed.  Any
 * thread.
 */
void vgic_v5_sweep_again(struct vgic_v5_sweep *sweep);
/*
 * Has the sweep looked at every word?  The load pairs with the
 * compare-and-swaps in sweep.c: then the changes are in the words.
 */
static inline bool vgic_v5_swept(struct vgic_v5_sweep *sweep)
{
	return (uint32_t)vgic_load_seq(&sweep->at) == V5_SWEPT;
}

/*
 * Go on with an IRS's `forwarding`, as far as `left` allows.  True: the gates
 * of all its SPIs say what IRS_CR0.IRSEN says.
 */
bool vgic_v5_sweep_spis(struct vgic_vcpu *self, uint32_t irs, uint64_t *left);
/*
 * Go on with `finding`.  True: for each pending 1-of-N interrupt a PE was
 * looked for since.
 */
bool vgic_v5_sweep_1ofn(struct vgic *gic, struct vgic_vcpu *self,
			uint64_t *left);
/*
 * A PE opts out of 1-of-N selection for the reason `why` (AWAY_*), and passes
 * on what it has at its next entry.  Or that reason is gone: if it was the last
 * one, the PE takes part again, and the caller has to call
 * vgic_v5_sweep_1ofn(), again and again until that is true.  Any thread.
 */
void vgic_v5_set_away(struct vgic_vcpu *self, struct vgic_vcpu *pe,
		      uint32_t why, bool away);
/*
 * AWAY_OFF if a CPU interface with this ICH_VMCR_EL2 is off, else 0.  Only of
 * one in software is that known: hardware's changes without a trap.
 */
static inline uint32_t vgic_v5_off(const struct vgic *gic, uint32_t vmcr)
{
	return gic->config.v5.cpuif->execute && !(vmcr & ICH_VMCR_EL2_V5_EN) ?
		       AWAY_OFF :
		       0;
}
/*
 * The guest may have switched its CPU interface on or off (ICC_CR0_EL1.EN).
 * Only of a software CPU interface is that known; with hardware this does
 * nothing.  The vCPU's thread, or the VM is stopped.
 */
void vgic_v5_note_enable(struct vgic_vcpu *vcpu);

/* The IRS as a software CPU interface sees it (vgic/backend.h): cpu.c. */
extern const struct vgic_iri_ops vgic_v5_iri;
/*
 * Default ops of every PPI: with hardware, and with a software CPU interface,
 * where no physical PPI can drive a virtual one.
 */
extern const struct vgic_irq_ops vgic_v5_ppi_ops;
extern const struct vgic_irq_ops vgic_v5_soft_ppi_ops;

/*
 * ist.c
 *
 * Fields of IRS_IST_CFGR that exist.
 */
#define VGIC_V5_IST_CFGR_FIELDS \
	((uint32_t)(FIELD_MASK(IRS_IST_CFGR_LPI_ID_BITS) | \
		    FIELD_MASK(IRS_IST_CFGR_L2SZ) | \
		    FIELD_MASK(IRS_IST_CFGR_ISTSZ) | IRS_IST_CFGR_STRUCTURE))
/*
 * The guest's writes of IRS_IST_BASER, IRS_IST_CFGR and IRS_MAP_L2_ISTR.  True:
 * complete.  False: there is more to do than `left` allows, or another thread
 * is working at the table; call it again with the same `value` and `repeat`.
 */
bool vgic_v5_ist_baser_write(struct vgic_vcpu *vcpu, uint64_t value,
			     struct vgic_v5_repeat *repeat, uint64_t *left);
bool vgic_v5_ist_cfgr_write(struct vgic_vcpu *vcpu, uint64_t value,
			    struct vgic_v5_repeat *repeat, uint64_t *left);
bool vgic_v5_map_l2(struct vgic_vcpu *vcpu, uint64_t value,
		    struct vgic_v5_repeat *repeat, uint64_t *left);
/*
 * IRS_IST_STATUSR.IDLE: is no table being made or taken away?  Goes on with
 * that work before it answers.
 */
bool vgic_v5_ist_idle(struct vgic *gic, struct vgic_vcpu *self, uint64_t *left);
/*
 * A VMM stores IRS_IST_BASER, in any order with IRS_IST_CFGR: nothing is made
 * of them before vgic_v5_ist_adopt().  The VM is stopped.
 */
void vgic_v5_ist_store(struct vgic *gic, uint64_t baser);
/*
 * Make the table that was stored, with the second-level tables that are valid
 * in the guest's memory.  False: that memory cannot be read or the table does
 * not fit, and there is no table now.  The VM is stopped.
 */
bool vgic_v5_ist_adopt(struct vgic *gic);
/*
 * The first run begins: a table that the VMM stored and did not ask to be made
 * is not valid.
 */
void vgic_v5_ist_abandon(struct vgic *gic);
/*
 * Bring to its end what a vCPU has begun to do to the table.  The VM is
 * stopped.
 */
void vgic_v5_ist_finish(struct vgic *gic);
/* How many IDs a valid table has, as a power of two; 0: no table is valid. */
uint32_t vgic_v5_ist_bits(const struct vgic *gic);

/* state.c: the registers of the CPU interface. */
extern const struct vgic_sysregs vgic_v5_sysregs;
/* What of a PPI is in the image and not in its word.  Any thread. */
void vgic_v5_describe(const struct vgic *gic, uint32_t vcpu_index,
		      uint32_t index, struct vgic_irq_info *info);

/* irs.c: the registers of an IRS's configuration frame. */
extern const struct vgic_frame vgic_v5_irs_config;
/*
 * Access a whole register of an IRS for a VMM, of a VM that is stopped.  One
 * that does not exist, or not for this direction, is left alone, and *value.
 */
void vgic_v5_irs_access(struct vgic_vcpu *vcpu, uint32_t irs, uint32_t offset,
			bool write, uint64_t *value);

/* Member of struct vgic_arch: the IRSs. */
bool vgic_v5_frame(const struct vgic *gic, uint32_t n,
		   struct vgic_mmio_region *region);
/* Results as in vgic/trap.h. */
enum vgic_trap vgic_v5_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			    unsigned int width, bool write, uint64_t *value);
enum vgic_trap vgic_v5_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
			      bool write, uint64_t *value);
/* The same while the vCPU stays entered, where the image is the registers. */
enum vgic_trap vgic_v5_sysreg_entered(struct vgic_vcpu *vcpu, uint32_t sysreg,
				      bool write, uint64_t *value);

#endif
