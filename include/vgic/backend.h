/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file backend.h
 * What a virtual CPU interface provides: real registers (vgic_ich_backend),
 * the hardware model, or the embedder's own.
 *
 * The library decides *what* is in the list registers; a back-end moves
 * it there and brings back what the guest made of it.
 */
#ifndef VGIC_BACKEND_H
#define VGIC_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup vgic_backend Virtual CPU interfaces
 * @{
 */

/** The most list registers that a CPU interface has. */
#define VGIC_MAX_LRS 16

/** Virtual IRQ, a signal of a software CPU interface. */
#define VGIC_VIRQ (1u << 0)
/** Virtual FIQ, the other one. */
#define VGIC_VFIQ (1u << 1)

/**
 * What the CPU interface can do.  All of it is found out at run time, from
 * ICH_VTR_EL2 and the list of known errata.
 */
struct vgic_cpuif_caps {
	/** Number of list registers, 1 .. 16 (ICH_VTR_EL2.ListRegs + 1). */
	uint8_t nr_lrs;
	/**
	 * Priority bits, 5 .. 8 (ICH_VTR_EL2.PRIbits + 1).  Interrupts have
	 * five, whatever this says; ICC_PMR_EL1 has as many as there are.
	 */
	uint8_t pri_bits;
	/**
	 * Preemption bits, 5 .. 7 (ICH_VTR_EL2.PREbits + 1): the least
	 * ICC_BPR0_EL1 is 7 less these, and there are 2^(n - 5) APRs of each
	 * group.
	 */
	uint8_t pre_bits;
	/** INTID bits, 16 or 24 (ICH_VTR_EL2.IDbits). */
	uint8_t id_bits;
	/**
	 * ICH_HCR_EL2.TDIR traps writes of ICC_DIR_EL1.  Without it the
	 * library sets ICH_HCR_EL2.TC instead, while the guest might
	 * deactivate what is in none of this vCPU's list registers: its own
	 * beyond them, or an SPI that another vCPU has.  TC traps
	 * ICC_CTLR_EL1, ICC_PMR_EL1 and ICC_RPR_EL1, too; vgic_trap_sysreg()
	 * executes all four.
	 */
	bool tdir;
	/**
	 * A list register's HW bit deactivates the physical interrupt.
	 * Without it (Apple's CPUs; no register tells, clear it after
	 * vgic_ich_probe()) the library ends the physical interrupt by
	 * phys_set_active(), once the virtual one is neither active nor
	 * pending.
	 *
	 * AmpereOne's errata AC03_CPU_57 and AC04_CPU_29 need no flag: what
	 * the HW bit has ended is never ended by software as well.
	 */
	bool hw_deactivation;
	/**
	 * Accesses of the guest that the architecture does not define may
	 * raise an SError (ICH_VTR_EL2.SEIS): ICC_CTLR_EL1.SEIS says so.
	 */
	bool seis;
	/**
	 * Those SErrors reach the host: the guest must not get at the
	 * interface, and is not shown SEIS.  vgic_create() refuses list
	 * registers then; use vgic_soft_backend, and set
	 * ICH_HCR_EL2.{TC,TALL0,TALL1}.  vgic_ich_probe() knows Apple's M1
	 * and M2.
	 */
	bool broken_seis;
	/** Aff3 is supported (ICH_VTR_EL2.A3V). */
	bool a3v;
	/**
	 * The host's GIC is a GICv5: physical interrupts are named by its
	 * INTIDs, TYPE in bits 31:29.  Of a list register's HW bit only PPIs
	 * can make use; SPIs are deactivated by software.
	 */
	bool gicv5_intids;
};

/**
 * Image of one vCPU's GICv3 virtual CPU interface, IHI 0069 12.4.  The
 * library owns it; a back-end reads and writes it in the calls below.
 */
struct vgic_ich_image {
	/** ICH_LR<n>_EL2. */
	uint64_t lr[VGIC_MAX_LRS];
	/** ICH_AP0R<n>_EL2. */
	uint32_t ap0r[4];
	/** ICH_AP1R<n>_EL2. */
	uint32_t ap1r[4];
	/** ICH_VMCR_EL2. */
	uint32_t vmcr;
	/** ICH_HCR_EL2; EOIcount is valid between exit() and enter(). */
	uint32_t hcr;
	/** Bit n: list register n is not empty, exit() must read it. */
	uint16_t used;
	/** Bit n: lr[n] changed, enter() must write it. */
	uint16_t dirty;
	/** hcr changed, enter() must write it. */
	bool hcr_dirty;
	/** vmcr changed: the same. */
	bool vmcr_dirty;
};

/**
 * Back-end of a list-register CPU interface.  `hw` is what
 * vgic_vcpu_create() was given: for hardware a null pointer, since system
 * registers belong to the CPU at hand; for a model the model's CPU.
 */
struct vgic_cpuif_ops {
	/**
	 * Make a vCPU resident: write VMCR, AP0R, AP1R, HCR and the used list
	 * registers; clear list registers that are not used.
	 */
	void (*load)(void *hw, struct vgic_ich_image *image,
		     const struct vgic_cpuif_caps *caps);
	/**
	 * The vCPU leaves this CPU: read VMCR, AP0R and AP1R, then write HCR
	 * so that the interface is off (En = 0).
	 */
	void (*put)(void *hw, struct vgic_ich_image *image,
		    const struct vgic_cpuif_caps *caps);
	/**
	 * Write the `dirty` list registers, HCR when `hcr_dirty` and VMCR when
	 * `vmcr_dirty`.
	 */
	void (*enter)(void *hw, struct vgic_ich_image *image);
	/**
	 * Read VMCR and the `used` list registers, and HCR (for EOIcount)
	 * when image->hcr has LRENPIE set; otherwise leave hcr alone.
	 */
	void (*exit)(void *hw, struct vgic_ich_image *image);
	/**
	 * Software CPU interfaces only, else null: execute a trapped access
	 * of an ICC_* register.
	 * @return 0 done; 1 it traps further (ICC_DIR_EL1, ICC_SGI*R_EL1);
	 *         -1 UNDEFINED
	 */
	int (*execute)(void *hw, uint32_t sysreg, bool write, uint64_t *value);
	/**
	 * Software CPU interfaces only, else null: a GICv2 guest's access of
	 * its CPU interface, but of GICC_DIR.
	 * @return 0 done; -1 no such register
	 */
	int (*gicc)(void *hw, uint32_t offset, bool write, uint64_t *value);
	/**
	 * Software CPU interfaces only, else null: VGIC_VIRQ and VGIC_VFIQ,
	 * as they are asserted.
	 */
	unsigned int (*signals)(void *hw);
	/** Read AP0R and AP1R of a resident vCPU, for vgic_pending(). */
	void (*read_apr)(void *hw, struct vgic_ich_image *image,
			 const struct vgic_cpuif_caps *caps);
};

/**
 * ICH_*_EL2 of the CPU this runs on.  Only in libraries built for aarch64;
 * must be called at EL2, with interrupts masked.
 */
extern const struct vgic_cpuif_ops vgic_ich_backend;

/**
 * Read ICH_VTR_EL2 of this CPU into `caps`.  Call at EL2, on a CPU whose
 * ICC_SRE_EL2.SRE is 1; without that the register is UNDEFINED.  aarch64
 * only.  IHI 0069 12.4.9.
 */
void vgic_ich_probe(struct vgic_cpuif_caps *caps);

/**
 * The virtual interface control registers of a GICv2, for GICv2 guests who
 * have its GICV for their GICC.  `hw` of a vCPU is the address of GICH, the
 * same for all, since the frame is banked by CPU.  GICV's second page, which
 * holds GICV_DIR, must not be mapped into the guest but trap.
 */
extern const struct vgic_cpuif_ops vgic_gich_backend;

/**
 * Read GICH_VTR into `caps`.  IHI 0048 5.3.2.
 * @param gich address of GICH
 */
void vgic_gich_probe(void *gich, struct vgic_cpuif_caps *caps);

/**
 * Image of one vCPU's GICv5 virtual CPU interface: the ICH_PPI_* registers
 * and what goes with them.  The library owns it.
 */
struct vgic_ppi_image {
	/**
	 * ICH_PPI_ENABLER<n>_EL2.  This one, PENDR, ACTIVER and PRIORITYR are
	 * written by vgic_ppi_store().
	 */
	uint64_t enabler[2];
	/** ICH_PPI_PENDR<n>_EL2. */
	uint64_t pendr[2];
	/** ICH_PPI_ACTIVER<n>_EL2. */
	uint64_t activer[2];
	/** ICH_PPI_DVIR<n>_EL2. */
	uint64_t dvir[2];
	/**
	 * ICH_PPI_HVIR<n>_EL2, PPIs hidden from the guest.  Hardware whose
	 * register cannot be reached does without: the library keeps hidden
	 * PPIs from having any effect.
	 */
	uint64_t hvir[2];
	/** ICH_PPI_PRIORITYR<n>_EL2, one byte for each PPI. */
	uint64_t priorityr[16];
	/** ICC_ICSR_EL1, which host and guest share. */
	uint64_t icsr;
	/** ICH_CONTEXTR_EL2, for residency and the doorbell request. */
	uint64_t contextr;
	/** ICH_VMCR_EL2 in its GICv5 form: VPMR and EN. */
	uint32_t vmcr;
	/** ICH_APR_EL2: bit n: priority n is running. */
	uint32_t apr;
	/**
	 * The guest's GIC CDDI has to trap (ICH_HFGITR_EL2.GICCDDI = 0): a PPI
	 * is pending whose device has to be asked when the guest ends it.
	 */
	bool trap_cddi;
	/** The library changed something since the last enter(). */
	bool changed;
	/**
	 * What follows from the registers, kept by a CPU interface whose
	 * registers the image is, with priorities of five bits; the library
	 * then executes by itself what every interrupt needs
	 * (vgic_trap_usual()).  Others leave it as it is, all bits of
	 * `candidates` set.
	 *
	 * PPIs that are pending, enabled, not active and not hidden.
	 */
	uint64_t candidates[2];
	/**
	 * An interrupt is signalled if its priority is below this, 0 .. 32,
	 * while no priority is running.
	 */
	uint32_t mask;
	/** The same with the priorities that are running now. */
	uint32_t below;
};

/**
 * Write a word of the image that vgic_get_irq_info() may look at from another
 * thread meanwhile: enabler, pendr, activer or priorityr.  An ordinary store,
 * but whole.  Only the vCPU's thread writes them, which reads them as usual.
 */
static inline void vgic_ppi_store(uint64_t *word, uint64_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELAXED);
}

/**
 * What `below` is with this `mask` and these priorities running.
 * @param mask 0 .. 32
 * @param apr  ICH_APR_EL2; 0: nothing is running
 */
static inline uint32_t vgic_ppi_below(uint32_t mask, uint32_t apr)
{
	uint32_t running = apr ? (uint32_t)__builtin_ctz(apr) : 32;

	return running < mask ? running : mask;
}

/**
 * An interrupt of this priority, which is below image->below, was acknowledged.
 */
static inline void vgic_ppi_run(struct vgic_ppi_image *image, uint32_t priority)
{
	image->apr |= UINT32_C(1) << priority;
	image->below = priority;
}

/**
 * The Interrupt Routing Service as a CPU interface sees it.  libvgic fills
 * it in for software CPU interfaces; `ctx` is the struct vgic_vcpu.
 */
struct vgic_iri_ops {
	/**
	 * Best SPI or LPI for this PE.
	 * @param intid receives it, with its TYPE field; 0: which one it is
	 *              takes longer to find than this call may
	 * @return its priority, 0 .. 31; 32 when there is none
	 */
	uint32_t (*hppi)(void *ctx, uint32_t *intid);
	/**
	 * Acknowledge that one, if it is more urgent than others: Active is
	 * set, Pending cleared if Edge.
	 * @param below nothing is done unless its priority is below, 0 .. 32
	 * @return its priority; 32 when nothing was acknowledged
	 */
	uint32_t (*acknowledge)(void *ctx, uint32_t below, uint32_t *intid);
	/** A PPI was acknowledged; for statistics.  May be null. */
	void (*took_ppi)(void *ctx);
	/**
	 * A GIC CD* instruction on an SPI or LPI, but CDRCFG.
	 * @param insn    VGIC_SYSREG() of the instruction
	 * @param operand its Xt
	 */
	void (*command)(void *ctx, uint32_t insn, uint64_t operand);
	/** GIC CDRCFG: what ICC_ICSR_EL1 is to read. */
	uint64_t (*rcfg)(void *ctx, uint32_t intid);
};

/**
 * Back-end of a GICv5 CPU interface.  `hw` as in vgic_cpuif_ops.
 */
struct vgic_v5_cpuif_ops {
	/** Make a vCPU resident: VCTLR, VMCR, APR and CONTEXTR. */
	void (*load)(void *hw, struct vgic_ppi_image *image);
	/** It leaves: read VMCR and APR, and clear residency. */
	void (*put)(void *hw, struct vgic_ppi_image *image);
	/**
	 * Write ICSR, DVIR first, then ACTIVER, ENABLER, PENDR (without the
	 * bits in DVIR) and PRIORITYR, and HFGITR by `trap_cddi`.  Where the
	 * image is the registers, it is called only if they `changed`, and
	 * nothing is to be written.
	 */
	void (*enter)(void *hw, const struct vgic_ppi_image *image);
	/**
	 * Read ICSR, ACTIVER, PENDR, ENABLER and PRIORITYR, all of which the
	 * next enter() may write, and store them by vgic_ppi_store() but for
	 * ICSR; then write DVIR = 0.  Null where the image
	 * is the registers, as software CPU interfaces have it.
	 */
	void (*exit)(void *hw, struct vgic_ppi_image *image);
	/** Read VMCR and APR: only when the vCPU is to block. */
	void (*sync_wfi)(void *hw, struct vgic_ppi_image *image);
	/**
	 * Software CPU interfaces only, else null: connect the PE to its IRS.
	 * From now on `image` holds the registers that enter() and exit() of
	 * hardware move: there is nothing to copy.  The library sets `changed`
	 * when it changes one; the PE leaves the pending bits of Level PPIs,
	 * which are their devices', alone.  Called by vgic_vcpu_create().
	 */
	void (*attach)(void *hw, const struct vgic_iri_ops *iri, void *ctx,
		       struct vgic_ppi_image *image);
	/**
	 * Software CPU interfaces only, else null: execute a trapped GICv5
	 * instruction or register access.
	 * @return 0 done, non-zero UNDEFINED
	 */
	int (*execute)(void *hw, uint32_t sysreg, bool write, uint64_t *value);
	/**
	 * Software CPU interfaces only, else null: VGIC_VIRQ if it is
	 * asserted, or 0.
	 */
	unsigned int (*signals)(void *hw);
};

/**
 * The CPU interface in software, with list registers: for GICv2 and GICv3
 * guests on hosts without theirs, or to compare with.  In the library
 * vgic_model, as the next.
 */
extern const struct vgic_cpuif_ops vgic_soft_backend;

/** Bytes of one such object, one per vCPU; align it to 16. */
size_t vgic_soft_size(void);

/** What one can do, before there is any: vgic_soft_init() gives the same. */
void vgic_soft_caps(struct vgic_cpuif_caps *caps);

/**
 * Set one up, with four list registers and five priority bits.
 * @param memory of vgic_soft_size() bytes
 * @param gicv2  for a GICv2 guest, which drives GICC; else for a GICv3's
 * @param deactivate called with the physical INTID that a list register's HW
 *                   bit deactivates, on a GICv5 host a PPI's ID without its
 *                   TYPE; may be null
 * @param caps   receives what it can do; what it does not know is the host's
 *               GIC: add `gicv5_intids` on a GICv5
 */
void vgic_soft_init(void *memory, bool gicv2,
		    void (*deactivate)(void *ctx, uint32_t), void *ctx,
		    struct vgic_cpuif_caps *caps);

/**
 * ICH_*_EL2 of a CPU with FEAT_GCIE.  Only in libraries built for aarch64;
 * must be called at EL2, with interrupts masked and HCR_EL2.IMO set.
 *
 * PPIs only: SPIs and LPIs on such a machine are its IRS's, whose tables and
 * virtual interrupts the embedder looks after.  It has run on the model of
 * such a CPU and its instruction words are checked, but it has not met
 * silicon.  ICH_PPI_HVIR<n>_EL2 is left alone, see struct vgic_ppi_image.
 */
extern const struct vgic_v5_cpuif_ops vgic_ich5_backend;

/**
 * List registers of a CPU with FEAT_GCIE_LEGACY, for GICv3 guests on a GICv5:
 * as vgic_ich_backend, but ICH_VCTLR_EL2.V3 is set when a vCPU is loaded, and
 * vgic_ich5_backend clears it.  vCPUs of both may share a CPU; after
 * vgic_put() V3 is still set, which concerns EL1 alone.  The maintenance
 * interrupt is PPI 25 (GICMNT).  What is said there of silicon holds here.
 */
extern const struct vgic_cpuif_ops vgic_ich5_legacy_backend;

/**
 * Read ICH_VTR_EL2 of a CPU with FEAT_GCIE into `caps`.  Call at EL2.
 * aarch64 only.
 * @return false, with `caps` left alone: the CPU has no FEAT_GCIE_LEGACY
 *         (ICC_IDR0_EL1), and GICv3 guests need vgic_soft_backend
 */
bool vgic_ich5_legacy_probe(struct vgic_cpuif_caps *caps);

struct vgic_v5_config;

/**
 * The GICv5 CPU interface in software, for hosts without FEAT_GCIE: the
 * library vgic_model.  One object per vCPU, its address is `hw`.
 */
extern const struct vgic_v5_cpuif_ops vgic_soft_v5_backend;

/** Bytes of one such object; align it to 16. */
size_t vgic_soft_v5_size(void);

/**
 * Set one up.
 * @param memory of vgic_soft_v5_size() bytes
 * @param config the PPIs are taken from it
 * @param iaffid what ICC_IAFFIDR_EL1 reads
 * @return 0; non-zero when the configuration is out of range
 */
int vgic_soft_v5_init(void *memory, const struct vgic_v5_config *config,
		      uint16_t iaffid);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
