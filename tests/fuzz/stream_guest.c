/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest: accesses of frames and system registers, and what drivers do. */
#include <string.h>

#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "regs/gits.h"
#include "tests/fuzz/stream.h"
#include "tests/fuzz/stream_its.h"

/* Offsets of a distributor's registers that make or take pending state. */
static bool upsets_dist(uint64_t offset)
{
	return (offset >= GICD_SETSPI_NSR && offset < GICD_IGROUPR) ||
	       (offset >= GICD_ISPENDR && offset < GICD_ISACTIVER) ||
	       (offset >= GICD_ICFGR && offset < GICD_IGRPMODR);
}

static bool upsets_irs(uint64_t offset)
{
	return !(offset >= IRS_CR0 && offset < IRS_SYNCR) &&
	       !(offset >= IRS_PE_SELR && offset < IRS_IST_BASER) &&
	       offset != IRS_SPI_SELR;
}

/* Does this write change what is pending, but for what it delivers? */
static bool upsets(const struct machine *m, uint64_t ipa)
{
	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV5) {
		return upsets_irs((ipa - MACHINE_IRS) % 0x20000);
	}
	if (ipa >= MACHINE_GICR && ipa < MACHINE_GICR + VCPUS * GICR_STRIDE) {
		return (ipa - MACHINE_GICR) % GICR_STRIDE < GICR_SGI_BASE;
	}
	if (ipa >= MACHINE_ITS && ipa < MACHINE_ITS + GITS_SIZE) {
		return true;
	}
	return ipa - MACHINE_GICD < GICD_FRAME_SIZE &&
	       upsets_dist(ipa - MACHINE_GICD);
}

/* A GICv2's CPU interface as hardware has it: only GICC_DIR traps. */
static bool gicv_access(struct machine *m, uint32_t v, uint64_t ipa,
			unsigned int width, bool write, uint64_t *value)
{
	const uint64_t offset = ipa - MACHINE_GICC;

	if (vgic_arch_model(m->vgic.arch) != VGIC_GICV2 || m->backend->soft ||
	    offset >= GICC_DIR) {
		return false;
	}
	if (width == 4 && !(ipa & 3)) {
		*value = guest_gicc(m, v, (uint32_t)offset, write, *value);
	}
	return true;
}

uint64_t mmio(struct machine *m, uint32_t v, uint64_t ipa, unsigned int width,
	      bool write, uint64_t value)
{
	enum vgic_trap result = VGIC_TRAP_DONE;

	books(m)->upset |= write && upsets(m, ipa);
	if (!gicv_access(m, v, ipa, width, write, &value)) {
		run(m, v);
		machine_serve_all(m);
		stop(m, v);
		result = guest_mmio(m, v, ipa, width, write, &value);
	}
	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV2 && !write &&
	    width == 4 && result == VGIC_TRAP_DONE &&
	    (ipa == MACHINE_GICC + GICC_IAR ||
	     ipa == MACHINE_GICC + GICC_AIAR)) {
		account_taken(m, (uint32_t)FIELD_GET(GICC_INTID, value));
	}
	return value;
}

static void account_read(struct machine *m, uint32_t enc, uint64_t value)
{
	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV3 &&
	    (enc == ICC_IAR0_EL1 || enc == ICC_IAR1_EL1)) {
		account_taken(m, (uint32_t)value);
	}
	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV5 && enc == GICR_CDIA &&
	    (value & GICR_CDIA_VALID)) {
		account_taken(m, (uint32_t)value);
	}
}

uint64_t sysreg(struct machine *m, uint32_t v, uint32_t enc, bool write,
		uint64_t value)
{
	books(m)->upset |= enc == GIC_CDPEND || enc == GIC_CDHM;
	(void)guest_sysreg(m, v, enc, write, &value);
	if (!write) {
		account_read(m, enc, value);
	}
	return value;
}

uint32_t acknowledge(struct machine *m, uint32_t v)
{
	uint64_t intid;

	switch (vgic_arch_model(m->vgic.arch)) {
	case VGIC_GICV2:
		intid = mmio(m, v, MACHINE_GICC + GICC_IAR, 4, false, 0);
		if (FIELD_GET(GICC_INTID, intid) == GICC_INTID_OTHER_GROUP) {
			intid = mmio(m, v, MACHINE_GICC + GICC_AIAR, 4, false,
				     0);
		}
		return (uint32_t)intid;
	case VGIC_GICV3:
		intid = sysreg(m, v, ICC_IAR1_EL1, false, 0);
		return (uint32_t)(intid == GIC_INTID_SPURIOUS ?
					  sysreg(m, v, ICC_IAR0_EL1, false, 0) :
					  intid);
	default:
		return (uint32_t)sysreg(m, v, GICR_CDIA, false, 0);
	}
}

void end(struct machine *m, uint32_t v, uint32_t intid)
{
	switch (vgic_arch_model(m->vgic.arch)) {
	case VGIC_GICV2:
		(void)mmio(m, v, MACHINE_GICC + GICC_EOIR, 4, true, intid);
		(void)mmio(m, v, MACHINE_GICC + GICC_AEOIR, 4, true, intid);
		break;
	case VGIC_GICV3:
		(void)sysreg(m, v, ICC_EOIR1_EL1, true, intid);
		break;
	default:
		(void)sysreg(m, v, GIC_CDEOI, true, 0);
		(void)sysreg(m, v, GIC_CDDI, true, intid);
		break;
	}
}

static void deactivate(struct machine *m, uint32_t v, uint32_t intid)
{
	switch (vgic_arch_model(m->vgic.arch)) {
	case VGIC_GICV2:
		(void)mmio(m, v, MACHINE_GICC + GICC_DIR, 4, true, intid);
		break;
	case VGIC_GICV3:
		(void)sysreg(m, v, ICC_DIR_EL1, true, intid);
		break;
	default:
		(void)sysreg(m, v, GIC_CDDI, true, intid);
		break;
	}
}

/* The registers of each frame, each with room for 32 bits of an array. */
static const uint16_t dist_regs[] = {
	GICD_CTLR,
	GICD_TYPER,
	GICD_STATUSR,
	GICD_IGROUPR + 4,
	GICD_IGROUPR + 8,
	GICD_ISENABLER,
	GICD_ISENABLER + 4,
	GICD_ISENABLER + 8,
	GICD_ICENABLER + 4,
	GICD_ICENABLER + 8,
	GICD_ISPENDR + 4,
	GICD_ISPENDR + 8,
	GICD_ICPENDR + 4,
	GICD_ICPENDR + 8,
	GICD_ISACTIVER + 4,
	GICD_ISACTIVER + 8,
	GICD_ICACTIVER + 4,
	GICD_ICACTIVER + 8,
	GICD_IPRIORITYR + 32,
	GICD_IPRIORITYR + 36,
	GICD_IPRIORITYR + 40,
	GICD_ITARGETSR + 32,
	GICD_ITARGETSR + 36,
	GICD_ICFGR + 8,
	GICD_ICFGR + 12,
	GICD_SGIR,
	GICD_CPENDSGIR,
	GICD_SPENDSGIR,
	GICD_IROUTER + 256,
	GICD_IROUTER + 264,
	GICD_IROUTER + 272,
	GICD_IROUTER + 280,
};
static const uint32_t redist_regs[] = {
	GICR_CTLR,	GICR_TYPER,	 GICR_WAKER,	  GICR_PROPBASER,
	GICR_PENDBASER, GICR_INVLPIR,	 GICR_INVALLR,	  GICR_SYNCR,
	GICR_IGROUPR0,	GICR_ISENABLER0, GICR_ICENABLER0, GICR_ISPENDR0,
	GICR_ICPENDR0,	GICR_ISACTIVER0, GICR_ICACTIVER0, GICR_IPRIORITYR0,
	GICR_ICFGR1,
};
static const uint16_t its_regs[] = {
	GITS_CTLR,   GITS_TYPER, GITS_CBASER,	 GITS_CWRITER,
	GITS_CREADR, GITS_BASER, GITS_BASER + 8, GITS_IIDR,
};
static const uint16_t irs_regs[] = {
	IRS_CR0,	   IRS_CR1,	    IRS_SYNCR,	     IRS_SPI_SELR,
	IRS_SPI_RESAMPLER, IRS_SPI_CFGR,    IRS_SPI_STATUSR, IRS_PE_SELR,
	IRS_PE_STATUSR,	   IRS_PE_CR0,	    IRS_IST_BASER,   IRS_IST_CFGR,
	IRS_IST_STATUSR,   IRS_MAP_L2_ISTR, IRS_IDR0,	     IRS_IDR2,
};
static const uint16_t gicc_regs[] = {
	GICC_CTLR,  GICC_PMR,  GICC_BPR,  GICC_IAR,   GICC_EOIR, GICC_RPR,
	GICC_HPPIR, GICC_ABPR, GICC_AIAR, GICC_AEOIR, GICC_APR,	 GICC_DIR,
};

#define OF(table, byte) ((table)[(byte) % (sizeof(table) / sizeof(*(table)))])

/* Some frame of the model's, and some register of it. */
static uint64_t some_register(const struct machine *m, uint32_t v, uint8_t a,
			      uint8_t b)
{
	switch (vgic_arch_model(m->vgic.arch)) {
	case VGIC_GICV2:
		return a & 1 ? MACHINE_GICC + OF(gicc_regs, b) :
			       MACHINE_GICD + OF(dist_regs, b);
	case VGIC_GICV3:
		return a & 1 ? MACHINE_GICD + OF(dist_regs, b) :
		       a & 2 ? MACHINE_ITS + OF(its_regs, b) :
			       MACHINE_GICR + OF(redist_regs, b) +
				       GICR_STRIDE * (v ^ (a >> 2 & 1));
	default:
		return a & 0xe ? MACHINE_IRS + OF(irs_regs, b) +
					 MACHINE_IRS_STRIDE * (a >> 7) :
				 MACHINE_IRS + IRS_FRAME_SIZE + IRS_SETLPIR;
	}
}

/* Any address of a frame, of any width. */
static uint64_t some_address(const struct machine *m, uint64_t offset)
{
	switch (vgic_arch_model(m->vgic.arch)) {
	case VGIC_GICV2:
		return offset >> 19 & 1 ?
			       MACHINE_GICC + offset % GICV2_CPU_SIZE :
			       MACHINE_GICD + offset % GICV2_DIST_SIZE;
	case VGIC_GICV3:
		return offset >> 19 & 1 ?
			       MACHINE_GICD + offset % GICD_FRAME_SIZE :
		       offset >> 18 & 1 ?
			       MACHINE_ITS + offset % GITS_SIZE :
			       MACHINE_GICR + offset % (2 * GICR_STRIDE);
	default:
		return MACHINE_IRS + offset % 0x40000;
	}
}

static const uint32_t icc_regs[] = {
	ICC_PMR_EL1,  ICC_IAR0_EL1,  ICC_EOIR0_EL1,   ICC_HPPIR0_EL1,
	ICC_BPR0_EL1, ICC_AP0R0_EL1, ICC_AP1R0_EL1,   ICC_DIR_EL1,
	ICC_RPR_EL1,  ICC_SGI1R_EL1, ICC_ASGI1R_EL1,  ICC_SGI0R_EL1,
	ICC_IAR1_EL1, ICC_EOIR1_EL1, ICC_HPPIR1_EL1,  ICC_BPR1_EL1,
	ICC_CTLR_EL1, ICC_SRE_EL1,   ICC_IGRPEN0_EL1, ICC_IGRPEN1_EL1,
};
static const uint32_t v5_regs[] = {
	GICR_CDIA,
	GIC_CDEOI,
	GIC_CDDI,
	GIC_CDDIS,
	GIC_CDEN,
	GIC_CDPRI,
	GIC_CDAFF,
	GIC_CDPEND,
	GIC_CDRCFG,
	GIC_CDHM,
	GICR_CDNMIA,
	ICC_PPI_HMR0_EL1,
	ICC_IDR0_EL1,
	ICC_HPPIR_EL1,
	ICC_ICSR_EL1,
	ICC_IAFFIDR_EL1,
	ICC_PPI_ENABLER0_EL1,
	ICC_PPI_ENABLER1_EL1,
	ICC_PPI_CACTIVER0_EL1,
	ICC_PPI_SACTIVER0_EL1,
	ICC_PPI_SACTIVER1_EL1,
	ICC_PPI_CPENDR0_EL1,
	ICC_PPI_SPENDR0_EL1,
	ICC_PPI_SPENDR1_EL1,
	ICC_PPI_PRIORITYR_EL1(0),
	ICC_PPI_PRIORITYR_EL1(3),
	ICC_APR_EL1,
	ICC_CR0_EL1,
	ICC_PCR_EL1,
};

static void some_sysreg(struct machine *m, uint32_t v, struct bytes *in)
{
	uint8_t which = take8(in), how = take8(in);
	uint64_t value = how & 2 ? take(in, 8) : take(in, 2);
	uint32_t enc = vgic_arch_model(m->vgic.arch) == VGIC_GICV5 ?
			       OF(v5_regs, which) :
			       OF(icc_regs, which);

	(void)sysreg(m, v, enc, how & 1, value);
}

/* An instruction about an SPI or LPI that there is, near enough to meet. */
static void v5_insn(struct machine *m, uint32_t v, struct bytes *in)
{
	static const uint32_t insns[] = { GIC_CDEN,  GIC_CDDIS,	 GIC_CDPRI,
					  GIC_CDAFF, GIC_CDPEND, GIC_CDHM,
					  GIC_CDDI,  GIC_CDRCFG };
	uint8_t which = take8(in), id = take8(in), how = take8(in);
	uint64_t operand = id & 0x80 ? GICV5_LPI(id & 0x3fu) :
				       GICV5_SPI(id & 0x3fu);

	operand |= FIELD_PUT(GIC_CDPRI_PRIORITY, how);
	operand |= (uint64_t)(how & 1) << 32;
	operand |= how & 2 ? GIC_CDAFF_IRM : 0;
	(void)sysreg(m, v, OF(insns, which), true, operand);
}

static void send_sgi(struct machine *m, uint32_t v, struct bytes *in)
{
	uint8_t how = take8(in);
	uint64_t intid = how & 0xf, list = how >> 4 & 3;

	switch (vgic_arch_model(m->vgic.arch)) {
	case VGIC_GICV2:
		(void)mmio(m, v, MACHINE_GICD + GICD_SGIR, 4, true,
			   intid | list << 16 | (uint64_t)(how >> 6) << 24);
		break;
	case VGIC_GICV3:
		(void)sysreg(
			m, v, how & 0x80 ? ICC_SGI0R_EL1 : ICC_SGI1R_EL1, true,
			intid << 24 | list | (uint64_t)(how >> 6 & 1) << 40);
		break;
	default:
		v5_insn(m, v, in);
		break;
	}
}

static void set_mask(struct machine *m, uint32_t v, uint8_t value)
{
	switch (vgic_arch_model(m->vgic.arch)) {
	case VGIC_GICV2:
		(void)mmio(m, v, MACHINE_GICC + GICC_PMR, 4, true, value);
		break;
	case VGIC_GICV3:
		(void)sysreg(m, v, ICC_PMR_EL1, true, value);
		break;
	default:
		(void)sysreg(m, v, ICC_PCR_EL1, true, value & 0x1f);
		break;
	}
}

/* Wait for an interrupt, off the CPU if there is none. */
static void wait(struct machine *m, uint32_t v)
{
	stop(m, v);
	if (!vgic_pending(m->vcpu[v])) {
		vgic_put_wfi(m->vcpu[v]);
	}
}

static void take_one(struct machine *m, uint32_t v, struct bytes *in)
{
	uint32_t intid = acknowledge(m, v);

	/* Of what it has the guest ends some at once. */
	if (take8(in) & 1) {
		end(m, v, intid);
	}
}

static void end_some(struct machine *m, uint32_t v, struct bytes *in)
{
	uint8_t how = take8(in);
	uint32_t n = how & 0x7f;
	uint32_t intid = tracked_intid(m, n % NR_TRACKED);

	(how & 0x80 ? deactivate : end)(m, v, intid);
}

static void access_register(struct machine *m, uint32_t v, struct bytes *in)
{
	uint8_t a = take8(in), b = take8(in);
	uint64_t ipa = some_register(m, v, a, b);
	unsigned int width = a & 0x10 ? 8 : 4;

	(void)mmio(m, v, ipa, width, a & 0x20,
		   a & 0x20 ? take(in, a & 0x40 ? 8 : 4) : 0);
}

static void access_address(struct machine *m, uint32_t v, struct bytes *in)
{
	uint8_t how = take8(in);
	uint64_t ipa = some_address(m, take(in, 3));

	(void)mmio(m, v, ipa, 1u << (how & 3), how & 4,
		   how & 4 ? take(in, how & 8 ? 8 : 2) : 0);
}

static void poke(struct machine *m, uint32_t v, struct bytes *in)
{
	uint32_t at = (uint32_t)take(in, 3) % (RAM_SIZE - 8) & ~7u;
	uint64_t value = take(in, 8);

	(void)v;
	memcpy(m->ram + at, &value, sizeof(value));
	books(m)->upset = true;
}

void guest_step(struct machine *m, uint32_t v, struct bytes *in)
{
	static void (*const acts[])(struct machine * m, uint32_t v,
				    struct bytes * in) = {
		take_one,	 take_one,
		end_some,	 send_sgi,
		access_register, access_register,
		access_address,	 some_sysreg,
		v5_insn,	 poke,
		its_command,	 its_command,
		its_raw_command, its_configure,
	};
	uint8_t act = take8(in);

	if (act == 0xff) {
		guest_init(m);
	} else if (act >= 0xf0) {
		wait(m, v);
	} else if (act >= 0xe0) {
		set_mask(m, v, (uint8_t)(act << 4 | 8));
	} else {
		OF(acts, act)(m, v, in);
	}
}
