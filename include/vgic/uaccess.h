/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file uaccess.h
 * A VMM's view of registers, to save and restore them.
 *
 * The VM is stopped: no vCPU is resident (vgic_put()) and no other call is
 * under way.  Registers mean what they mean to the guest, but for what a
 * restore needs: latch and line are apart, what the guest finds read-only is
 * ignored, and no mistake is counted as the guest's.
 *
 * All return VGIC_OK; VGIC_E_BUSY when the vCPU is resident; VGIC_E_NOTSUP
 * when the model has no such registers; VGIC_E_NOENT when there is no such
 * register; VGIC_E_INVAL when the value cannot be taken on.
 */
#ifndef VGIC_UACCESS_H
#define VGIC_UACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include <vgic/vgic.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup vgic_uaccess Registers, as a VMM sees them
 * @{
 */

/** Frames of 32-bit registers. */
enum vgic_uaccess_frame {
	/** The distributor; a GICv2's shows the vCPU its private bank. */
	VGIC_UACCESS_DIST,
	/** A GICv3 vCPU's redistributor, both frames: 128 KiB. */
	VGIC_UACCESS_REDIST,
	/** A GICv2 vCPU's CPU interface. */
	VGIC_UACCESS_CPU,
};

/**
 * Is there a register?  Needs no vGIC.  Of arrays, only those that stand for
 * interrupts below `nr_irqs`, which counts the private ones.
 */
bool vgic_uaccess_has(enum vgic_model model, enum vgic_uaccess_frame frame,
		      uint32_t nr_irqs, uint32_t offset);

/**
 * Read or write a 32-bit register, or half of a 64-bit one.
 *
 * ISPENDR is the latch of a GICv3's interrupts and a write replaces it;
 * ICPENDR is RAZ/WI.  A GICv2's ISPENDR reads what is pending, and ICPENDR
 * clears the latch.  Interrupts that are mapped keep their active state.
 * STATUSR takes what is written.  GICD_IIDR takes revisions 2 and 3.
 * GICC_PMR is VMPriMask, in the low five bits.
 *
 * Cost: O(interrupts named).
 * @param offset aligned to 4
 */
int vgic_uaccess_reg(struct vgic_vcpu *vcpu, enum vgic_uaccess_frame frame,
		     uint32_t offset, bool write, uint32_t *value);

/**
 * The lines of 32 interrupts, whatever latches say.  Reads as 1 for those
 * that are level-sensitive; writes take effect on all but SGIs and mapped
 * ones, whose devices will say.
 * @param intid first of them, a multiple of 32; beyond the last: RAZ/WI
 */
int vgic_uaccess_lines(struct vgic_vcpu *vcpu, uint32_t intid, bool write,
		       uint32_t *value);

/** Is there such a CPU interface register (VGIC_SYSREG())? */
bool vgic_uaccess_has_sysreg(enum vgic_model model, uint32_t sysreg);

/**
 * Read or write a CPU interface register of a GICv3 or GICv5.
 *
 * ICC_CTLR_EL1: PRIbits and IDbits may become less; VGIC_E_INVAL when more,
 * or when SEIS or A3V differ.  ICC_SRE_EL1: VGIC_E_INVAL unless SRE is 1.
 * ICC_AP<m>R<n>_EL1: VGIC_E_INVAL when so many priorities do not exist.
 * GICv5: as vgic_v5_set_sysreg() and vgic_v5_get_sysreg().
 */
int vgic_uaccess_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg, bool write,
			uint64_t *value);

/**
 * Read or write a register of an IRS's configuration frame.  Read-only ones
 * take what they read: VGIC_E_INVAL for anything else in IRS_IDR0..7, but
 * PE_CNT, and ONE_N, SETLPI, IST_LEVELS and IST_L2SZ: a VMM may hide these
 * features from its guest, and show them again.  Status registers, IIDR and
 * AIDR ignore writes; IRS_SPI_STATUSR and IRS_PE_STATUSR read as idle and no
 * more.  IRS_IST_BASER and IRS_IST_CFGR take anything in any order, but no
 * change of a table that is in use: VGIC_E_INVAL.  Registers of features that
 * no guest has (virtualisation, MEC, MPAM, software errors) read as zero and
 * are ignored.
 * @param value 32-bit registers: the low half, the rest reads as zero
 * @return also VGIC_E_BUSY for a write after any vCPU's first run
 */
int vgic_uaccess_irs(struct vgic_vcpu *vcpu, uint32_t irs, uint32_t offset,
		     bool write, uint64_t *value);
/**
 * Bytes of the register that stands at this offset, or around it: 4 or 8, and
 * it begins at a multiple of that; 0: there is none.
 */
uint32_t vgic_uaccess_irs_width(uint32_t offset);

/** Is there such a register in an ITS's control frame, at its own start? */
bool vgic_uaccess_has_its(uint32_t offset);
/**
 * Read or write a register of an ITS's control frame, whole.  As the guest
 * does, but for GITS_CREADR, which takes a place in the queue while the ITS is
 * disabled (else VGIC_E_BUSY; VGIC_E_INVAL beyond it), and GITS_IIDR, whose
 * Revision is that of the tables: VGIC_E_INVAL unless 0.  Values that are
 * ignored if a guest writes them (GITS_CWRITER beyond the queue, GITS_BASER of
 * an ITS that is enabled) are ignored here too, as on KVM: VGIC_OK.  A write of
 * GITS_CWRITER carries out commands; so does one of GITS_CTLR.
 * @param vcpu any of the VM's
 * @param its  0 .. nr_its-1
 */
int vgic_uaccess_its(struct vgic_vcpu *vcpu, uint32_t its, uint32_t offset,
		     bool write, uint64_t *value);

/**
 * Write what an ITS maps to its tables in guest memory (KVM's ITS_SAVE_TABLES).
 * The running VM is as it was.  What a guest has seen to that nobody could
 * restore is left out: devices whose table of events is not in memory, or whose
 * second-level table it took away; events whose LPI has no configuration in
 * memory though its redistributor takes LPIs.  Entries that a restore would
 * come upon before the first right one are zero afterwards.
 *
 * Cost: O(devices + events), for each device O(entries before its first event).
 * @return VGIC_E_FAULT memory has gone that was there when commands named it
 */
int vgic_uaccess_save_its(struct vgic_vcpu *vcpu, uint32_t its);
/**
 * Take on what the tables in guest memory say, which KVM may have written;
 * base registers, redistributors and their memory have been restored before.
 * What the ITS mapped before is forgotten.  The configuration of each LPI is
 * read, and its pending bit where its redistributor takes LPIs.
 *
 * Cost: O(devices + events + entries of tables that have no event), of which
 * 16 million are looked at.
 * @return VGIC_E_FAULT a table is not in guest memory, or, of an LPI that a
 *         redistributor takes, the configuration or the pending bit (as when
 *         GICR_PROPBASER or GICR_PENDBASER was restored after
 *         GICR_CTLR.EnableLPIs); VGIC_E_FORMAT tables say what
 *         cannot be; VGIC_E_EXIST a collection is there twice; VGIC_E_NOMEM
 *         more than config.its.nr_events, or too much to look at; after any
 *         of these the ITS maps nothing
 */
int vgic_uaccess_restore_its(struct vgic_vcpu *vcpu, uint32_t its);
/** As a new one, but for where it is and how its tables are shaped. */
int vgic_uaccess_reset_its(struct vgic_vcpu *vcpu, uint32_t its);
/**
 * Write what LPIs are pending to the pending tables of redistributors that take
 * LPIs, and complete what a write of GICR_CTLR has begun.
 *
 * Cost: O(LPIs * vCPUs).
 * @return VGIC_E_FAULT a table is not in guest memory
 */
int vgic_uaccess_save_lpis(struct vgic_vcpu *vcpu);

/**
 * GICv5: state of an SPI or LPI as an L2_ISTE has it, HWU as zero.  An SPI's
 * HM is its trigger mode; one that is restored pending as a level has its
 * wire up until its device says else.
 * @param intid with its TYPE
 * @return VGIC_E_NOENT also for an LPI that no valid table has; VGIC_E_BUSY
 *         also for a write after the first run
 */
int vgic_uaccess_iste(struct vgic_vcpu *vcpu, uint32_t intid, bool write,
		      uint32_t *iste);

/**
 * GICv5: log2 of the number of LPIs that the guest's table is for, when
 * IRS_IST_BASER.VALID is set; else 0.
 */
uint32_t vgic_uaccess_ist_bits(const struct vgic_vcpu *vcpu);

/**
 * GICv5: make the guest's table, as IRS_IST_BASER and IRS_IST_CFGR were
 * restored and as its memory has it, so that its LPIs can be restored.  To be
 * called before the first run, also when none is: otherwise there is no table
 * then, and IRS_IST_BASER.VALID reads 0.
 *
 * Cost: O(LPIs that the table is for).
 * @return VGIC_E_BUSY also when there is one, or after the first run;
 *         VGIC_E_INVAL the guest's memory does not have it, or not enough
 *         LPIs are backed: it is as it was stored, and may be tried again
 */
int vgic_uaccess_make_ist(struct vgic_vcpu *vcpu);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
