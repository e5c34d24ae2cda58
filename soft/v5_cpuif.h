/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file v5_cpuif.h
 * The virtual CPU interface of a PE with FEAT_GCIE: what a guest's ICC_*
 * accesses and GIC instructions do, and what EL2 sees through ICH_*.
 * Arm IHI 0111701.
 *
 * It is the test double of a GICv5 PE, and the CPU interface itself on hosts
 * without one.  SPIs and LPIs come from an IRS behind struct vgic_iri_ops.
 * No globals, no libc: one struct is one PE's interface, and nothing here is
 * thread-safe.
 *
 * What the architecture leaves open, and is chosen here:
 *  - between equal priorities a PPI goes before an SPI or LPI, and a PPI with a
 *    lower ID before one with a higher ID;
 *  - ICC_CR0_EL1.LINK and LINK_IDLE always read 1, IPPT and PID 0;
 *  - ICH_HPPIR_EL2 reads as ICV_HPPIR_EL1: what an acknowledge would return;
 *  - a doorbell is due when the priority of the best SPI or LPI is not a
 *    greater number than ICH_CONTEXTR_EL2.DBPM;
 *  - ICH_PPI_PENDR<n>_EL2 reads the physical state where DVI is set;
 *  - a CDRCFG that finds no resident VPE sets ICC_ICSR_EL1.F;
 *  - with FEAT_GCIE_LEGACY the list registers and what stands beside them can
 *    be read and written whatever V3 is, and do nothing while it is 0; the
 *    two interfaces have an ICH_VMCR_EL2 each, of which V3 selects one;
 *  - ICH_LR<n>_EL2.pINTID names a physical PPI by its ID: nothing else fits.
 */
#ifndef VGIC_SOFT_V5_CPUIF_H
#define VGIC_SOFT_V5_CPUIF_H

#include <stdbool.h>
#include <stdint.h>

#include <vgic/backend.h>

#include "soft/vcpuif.h"

/** No candidate: lower than any priority. */
#define MODEL_V5_NO_PRIORITY 32u

/** The implementation's choices, constant after vgic_soft_v5_reset(). */
struct model_v5_config {
	/** PPIs that exist, bit n of [n / 64]; the others are RAZ/WI. */
	uint64_t ppi_implemented[2];
	/** Of those, the level-sensitive ones: ICC_PPI_HMR<n>_EL1. */
	uint64_t ppi_level[2];
	/** ICC_IAFFIDR_EL1. */
	uint16_t iaffid;
	/** Priority bits, 4 or 5. */
	uint8_t pri_bits;
	/** INTID bits, 16 or 24. */
	uint8_t id_bits;
	/**
	 * FEAT_GCIE_LEGACY: the GICv3 virtual CPU interface that the guest
	 * has while ICH_VCTLR_EL2.V3 is 1.  Null: V3 cannot be set.
	 */
	struct model_vcpuif *legacy;
	/**
	 * ICV_PPI_SPENDR and CPENDR also change the virtual pending bit of
	 * Level PPIs, which no wire drives.
	 */
	bool level_is_storage;
	/**
	 * The IRS is asked to make a VPE resident.  False: it cannot, and
	 * ICH_CONTEXTR_EL2.F says so.  Null: it always can.
	 */
	bool (*resident)(void *ctx, uint32_t vm, uint32_t vpe);
	/** The IRS raises the doorbell asked for.  Null: it is dropped. */
	void (*doorbell)(void *ctx);
	/** Handed to these two. */
	void *ctx;
};

/** One PE's virtual CPU interface. */
struct model_v5_cpuif {
	/**
	 * ICH_PPI_ENABLER<n>, PENDR<n>, ACTIVER<n>, DVIR<n> and
	 * PRIORITYR<n>_EL2, of which the bits that exist are there,
	 * ICH_APR_EL2, ICC_ICSR_EL1, which has no virtual counterpart, and
	 * what follows from them: `own`, or the image of a library that they
	 * are shared with.
	 */
	struct vgic_ppi_image *regs;
	struct vgic_ppi_image own;
	/** Implemented, and not hidden by ICH_PPI_HVIR<n>_EL2. */
	uint64_t visible[2];
	/** Pending state of the physical PPIs, which DVI shows the guest. */
	uint64_t physical[2];
	/** Priorities that the implemented bits can hold. */
	uint32_t pri_mask;
	/** Which bits ICH_PPI_PRIORITYR<n>_EL2 has: one byte for each PPI. */
	uint64_t priority_bits[16];
	/** ICH_VMCR_EL2 taken apart. */
	uint8_t pcr;
	bool en;
	/** Enabled, not in legacy mode: the guest can be signalled to. */
	bool signalling;
	/** A VPE is resident; and its SPIs and LPIs are candidates. */
	bool resident;
	bool iri_candidates;

	const struct vgic_iri_ops *iri;
	void *iri_ctx;

	uint64_t contextr;
	uint64_t vctlr;
	uint64_t hfgrtr;
	uint64_t hfgwtr;
	uint64_t hfgitr;
	/** A doorbell is asked for, at priorities up to this. */
	bool doorbell_armed;
	uint8_t doorbell_mask;
	struct model_v5_config config;
};

/**
 * Reset: everything zero, so all accesses trap and no VPE is resident.
 * @return false when the configuration is out of range
 */
bool vgic_soft_v5_reset(struct model_v5_cpuif *m,
			const struct model_v5_config *config);

/** Connect the PE to its IRS; until then there are no SPIs and LPIs. */
void vgic_soft_v5_attach(struct model_v5_cpuif *m,
			 const struct vgic_iri_ops *iri, void *ctx);

/**
 * The guest at EL1 executes MRS or SYSL (read), MSR or SYS (write), with
 * HCR_EL2.IMO set.
 * @param enc   SYSREG_ENC() of the register or instruction
 * @param value read: receives the value when MODEL_DONE
 */
enum model_access vgic_soft_v5_read(struct model_v5_cpuif *m, uint32_t enc,
				    uint64_t *value);
enum model_access vgic_soft_v5_write(struct model_v5_cpuif *m, uint32_t enc,
				     uint64_t value);

/** The same with no regard to ICH_HFG*TR_EL2: it has been trapped already. */
enum model_access vgic_soft_v5_execute(struct model_v5_cpuif *m, uint32_t enc,
				       bool write, uint64_t *value);

/** ICH_PPI_HVIR<n>_EL2, whose encoding is not known: 1 hides a PPI. */
void vgic_soft_v5_set_hvir(struct model_v5_cpuif *m, unsigned int n,
			   uint64_t value);

/** The virtual IRQ signal to the PE: an acknowledge would return something. */
bool vgic_soft_v5_irq_asserted(const struct model_v5_cpuif *m);

#endif
