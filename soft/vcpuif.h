/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file vcpuif.h
 * One GICv3 virtual CPU interface: what a guest's ICC_* accesses do to the list
 * registers.  Arm IHI 0069, chapter 4.8 and section 12.2 (ICV_*).
 *
 * vgic_soft_backend (vgic/backend.h) offers it to vCPUs whose hardware has
 * none.  With EL2's side of it (model/ich.h) it is a CPU with list registers.
 * No globals, no libc: one struct is one PE's interface, and nothing here is
 * thread-safe.
 */
#ifndef VGIC_SOFT_VCPUIF_H
#define VGIC_SOFT_VCPUIF_H

#include <stdbool.h>
#include <stdint.h>

#include <vgic/backend.h>

#define MODEL_MAX_APRS 4

/** What became of a system register access. */
enum model_access {
	/** Done; a read's value is in *value. */
	MODEL_DONE = 0,
	/** ICH_HCR_EL2 traps it, or it always belongs to EL2: EC 0x18. */
	MODEL_TRAP = 1,
	/** No such register, or not for reading or writing. */
	MODEL_UNDEF = 2,
};

/** The implementation's choices, constant after vgic_soft_vcpuif_init(). */
struct model_vcpuif_config {
	/** List registers, 1 .. 16. */
	uint8_t nr_lrs;
	/** Priority bits, 5 .. 8. */
	uint8_t pri_bits;
	/** Preemption bits, 5 .. 7, not more than pri_bits. */
	uint8_t pre_bits;
	/** INTID bits, 16 or 24. */
	uint8_t id_bits;
	/** ICH_VTR_EL2.A3V. */
	bool a3v;
	/** The guest's ICC_SRE_EL1.SRE is 0: it drives GICV (gicv.h). */
	bool gicv2;
	/** ICH_HCR_EL2.TDIR is implemented (ICH_VTR_EL2.TDS). */
	bool tdir;
	/**
	 * An EOI deactivates only when the list register found has the group
	 * of the register written and the priority that was dropped, as some
	 * implementations check.  The architecture only says that anything
	 * else is CONSTRAINED UNPREDICTABLE.
	 */
	bool strict_eoi;
	/**
	 * An EOI that finds no active priority to drop still counts in
	 * EOIcount.  CONSTRAINED UNPREDICTABLE, IHI 0069 12.4.8.
	 */
	bool count_idle_eoi;
	/**
	 * An EOI that finds no list register counts with EOImode 1 too, as
	 * QEMU has it.  Against the architecture, IHI 0069 12.4.8.
	 */
	bool count_split_eoi;
	/**
	 * ICH_VTR_EL2.SEIS: accesses whose effect is UNPREDICTABLE raise
	 * SErrors.  Here: an end of what is not active.
	 */
	bool seis;
	/** A list register with HW = 1 was deactivated.  May be null. */
	void (*deactivate)(void *ctx, uint32_t pintid);
	/** Handed to `deactivate`. */
	void *ctx;
};

/** One virtual CPU interface. */
struct model_vcpuif {
	struct model_vcpuif_config config;
	/** ICH_LR<n>_EL2, ICH_AP0R<n>_EL2, ICH_AP1R<n>_EL2. */
	uint64_t lr[VGIC_MAX_LRS];
	uint32_t ap0r[MODEL_MAX_APRS];
	uint32_t ap1r[MODEL_MAX_APRS];
	/** ICH_VMCR_EL2 and ICH_HCR_EL2. */
	uint32_t vmcr;
	uint32_t hcr;
	/** SErrors that the guest has raised. */
	uint32_t serrors;
};

/**
 * Reset: interface off, list registers empty, binary points at their minimum.
 * @return false when the configuration is out of range
 */
bool vgic_soft_vcpuif_init(struct model_vcpuif *m,
			   const struct model_vcpuif_config *config);

/** What a library for this interface is to be told. */
void vgic_soft_vcpuif_caps(const struct model_vcpuif *m,
			   struct vgic_cpuif_caps *caps);

/**
 * The guest at EL1 executes MRS or MSR of an ICC_* register, with
 * HCR_EL2.IMO and FMO set: so ICC_SGI*R_EL1 always trap.
 * @param enc   SYSREG_ENC() of the register
 * @param value read: receives the value when MODEL_DONE
 */
enum model_access vgic_soft_icv_read(struct model_vcpuif *m, uint32_t enc,
				     uint64_t *value);
enum model_access vgic_soft_icv_write(struct model_vcpuif *m, uint32_t enc,
				      uint64_t value);

/**
 * The group of the interrupt that is signalled to the PE, or -1.  Group 0 is
 * the virtual FIQ, Group 1 the virtual IRQ.
 */
int vgic_soft_vcpuif_signalled(const struct model_vcpuif *m);

#endif
