/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system registers of a GICv3's CPU interface, ICC_*_EL1.  IHI 0069 12.2
 *
 * A guest's access traps where the CPU interface cannot do it by itself.  On
 * hardware with list registers that is sending SGIs, deactivating an interrupt
 * apart from its EOI, and ICC_SRE_EL1; and on a host without ICH_HCR_EL2.TDIR,
 * which has to set TC to trap ICC_DIR_EL1, also the registers that TC traps
 * beside it.  With a software CPU interface every access comes here, and what
 * always traps is done here, too; the rest is handed to it.
 *
 * A VMM saves and restores the CPU interface by the same rows.  The state is in
 * the image of ICH_VMCR_EL2 and the active priorities registers that
 * vgic_exit() made; the next entry takes what was written.
 */
#include "core/enter.h"
#include "core/irq.h"
#include "cpuif/prio.h"
#include "v3/v3.h"

/*
 * ICC_DIR_EL1 deactivates an interrupt, whichever PE has it active.  To write
 * it while EOImode is 0 is CONSTRAINED UNPREDICTABLE; we ignore it and count a
 * mistake of the guest's.  LPIs have no active state, so for them there is
 * nothing to do.  IHI 0069 12.2.9
 */
static void write_dir(const struct vgic_sysop *op, uint64_t value)
{
	uint32_t intid = (uint32_t)value & ICC_IAR_INTID_MASK;
	uint32_t index = vgic_irq_index(op->vcpu->gic, op->vcpu->index, intid);

	if (intid >= GIC_LPI_BASE) {
		return;
	}
	if (!(op->vcpu->ich.vmcr & ICH_VMCR_EL2_VEOIM) || index == VGIC_NIL) {
		vgic_guest_error(op->vcpu);
		return;
	}
	vgic_irq_change(op->vcpu->gic, op->vcpu, index, VGIC_CLEAR_ACTIVE, 0);
}

/*
 * There are only system registers, no GICC frame: SRE, DIB and DFB are RAO/WI.
 */
static uint64_t read_sre(const struct vgic_sysop *op)
{
	(void)op;
	return ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB;
}

static void ignore(const struct vgic_sysop *op, uint64_t value)
{
	(void)op;
	(void)value;
}

/* A guest without system registers would be another machine. */
static bool allows_sre(const struct vgic_sysop *op, uint64_t value)
{
	return !op->write || (value & ICC_SRE_SRE);
}

/*
 * What the guest can configure is in VMCR; the rest says what the CPU interface
 * can do.  A VMM that restores a guest may have narrowed the latter.
 */
static uint64_t read_ctlr(const struct vgic_sysop *op)
{
	const struct vgic_cpuif_caps *caps = &op->vcpu->gic->config.caps;
	uint32_t vmcr = op->vcpu->ich.vmcr;

	return FIELD_PUT(ICC_CTLR_EL1_PRIbits, op->vcpu->pri_bits - 1u) |
	       FIELD_PUT(ICC_CTLR_EL1_IDbits, op->vcpu->id_bits > 16) |
	       (caps->seis ? ICC_CTLR_EL1_SEIS : 0) |
	       (caps->a3v ? ICC_CTLR_EL1_A3V : 0) |
	       (vmcr & ICH_VMCR_EL2_VCBPR ? ICC_CTLR_EL1_CBPR : 0) |
	       (vmcr & ICH_VMCR_EL2_VEOIM ? ICC_CTLR_EL1_EOImode : 0);
}

/* CBPR and EOImode are all that a guest can write. */
static void write_ctlr(const struct vgic_sysop *op, uint64_t value)
{
	uint32_t *vmcr = &op->vcpu->ich.vmcr;

	*vmcr &= ~(ICH_VMCR_EL2_VCBPR | ICH_VMCR_EL2_VEOIM);
	*vmcr |= value & ICC_CTLR_EL1_CBPR ? ICH_VMCR_EL2_VCBPR : 0;
	*vmcr |= value & ICC_CTLR_EL1_EOImode ? ICH_VMCR_EL2_VEOIM : 0;
}

/*
 * A guest that was saved on a machine with fewer priority or INTID bits keeps
 * the fewer ones.  More than this machine has, or another SEIS or A3V, cannot
 * be restored: the guest has read them.
 */
static bool allows_ctlr(const struct vgic_sysop *op, uint64_t value)
{
	const uint64_t must_match = ICC_CTLR_EL1_SEIS | ICC_CTLR_EL1_A3V;
	uint64_t now = read_ctlr(op);

	return !op->write || (FIELD_GET(ICC_CTLR_EL1_PRIbits, value) <=
				      FIELD_GET(ICC_CTLR_EL1_PRIbits, now) &&
			      FIELD_GET(ICC_CTLR_EL1_IDbits, value) <=
				      FIELD_GET(ICC_CTLR_EL1_IDbits, now) &&
			      !((value ^ now) & must_match));
}

static void set_ctlr(const struct vgic_sysop *op, uint64_t value)
{
	uint64_t pri = FIELD_GET(ICC_CTLR_EL1_PRIbits, value);

	op->vcpu->pri_bits = (uint8_t)(pri + 1);
	op->vcpu->id_bits = FIELD_GET(ICC_CTLR_EL1_IDbits, value) ? 24 : 16;
	write_ctlr(op, value);
}

/* The priority that is running, or the idle priority if none is. */
static uint64_t read_rpr(const struct vgic_sysop *op)
{
	uint32_t prio = vgic_prio_running(op->vcpu);

	return prio < GIC_PRIORITY_IDLE ? prio : GIC_PRIORITY_IDLE;
}

/* A register that is one field of ICH_VMCR_EL2. */
#define VMCR_FIELD(name, field) \
	static uint64_t get_##name(const struct vgic_sysop *op) \
	{ \
		return FIELD_GET(field, op->vcpu->ich.vmcr); \
	} \
	static void set_##name(const struct vgic_sysop *op, uint64_t value) \
	{ \
		op->vcpu->ich.vmcr &= ~(uint32_t)FIELD_MASK(field); \
		op->vcpu->ich.vmcr |= (uint32_t)FIELD_PUT(field, value); \
	}

/* The two group enables as fields: the constants have them as bits. */
#define VENG0_SHIFT 0
#define VENG0_WIDTH 1
#define VENG1_SHIFT 1
#define VENG1_WIDTH 1
VMCR_FIELD(pmr, ICH_VMCR_EL2_VPMR)
VMCR_FIELD(bpr0, ICH_VMCR_EL2_VBPR0)
VMCR_FIELD(own_bpr1, ICH_VMCR_EL2_VBPR1)
VMCR_FIELD(igrpen0, VENG0)
VMCR_FIELD(igrpen1, VENG1)

/* Priority bits that the hardware lacks are RAZ/WI. */
static void write_pmr(const struct vgic_sysop *op, uint64_t value)
{
	uint32_t lacks = 8u - op->vcpu->gic->config.caps.pri_bits;

	set_pmr(op, value & ~((UINT64_C(1) << lacks) - 1));
}

/*
 * With CBPR = 1 the binary point of Group 0 counts for both groups, and
 * ICC_BPR1_EL1 reads as that of Group 0 plus one, at most 7; writes are
 * ignored.  IHI 0069 12.2
 */
static uint64_t get_bpr1(const struct vgic_sysop *op)
{
	uint64_t bpr0 = get_bpr0(op);

	if (!(op->vcpu->ich.vmcr & ICH_VMCR_EL2_VCBPR)) {
		return get_own_bpr1(op);
	}
	return bpr0 < 7 ? bpr0 + 1 : 7;
}

/* See get_bpr1(). */
static void set_bpr1(const struct vgic_sysop *op, uint64_t value)
{
	if (!(op->vcpu->ich.vmcr & ICH_VMCR_EL2_VCBPR)) {
		set_own_bpr1(op, value);
	}
}

/*
 * Each of these registers has the bits of 32 levels; how many levels there are
 * follows from the priority bits.  IHI 0069 12.2.3
 */
static bool apr_exists(const struct vgic_sysop *op, uint64_t value)
{
	uint32_t bits = op->vcpu->pri_bits;

	(void)value;
	return op->n < (bits > 5 ? 1u << (bits > 7 ? 2 : bits - 5) : 1u);
}

/* Group 0 and Group 1 have active priorities of their own. */
static uint64_t get_ap0r(const struct vgic_sysop *op)
{
	return op->vcpu->ich.ap0r[op->n];
}

static void set_ap0r(const struct vgic_sysop *op, uint64_t value)
{
	op->vcpu->ich.ap0r[op->n] = (uint32_t)value;
}

static uint64_t get_ap1r(const struct vgic_sysop *op)
{
	return op->vcpu->ich.ap1r[op->n];
}

static void set_ap1r(const struct vgic_sysop *op, uint64_t value)
{
	op->vcpu->ich.ap1r[op->n] = (uint32_t)value;
}

static const struct vgic_sysreg always[] = {
	{ ICC_SGI1R_EL1, 1, .write = vgic_v3_write_sgi1r },
	{ ICC_DIR_EL1, 1, .write = write_dir },
	{ ICC_SGI0R_EL1, 1, .write = vgic_v3_write_sgi0r },
	{ ICC_ASGI1R_EL1, 1, .write = vgic_v3_write_sgi0r },
	{ ICC_SRE_EL1, 1, read_sre, ignore, allows_sre, read_sre, ignore },
};

/* What ICH_HCR_EL2.TC traps beside ICC_DIR_EL1. */
static const struct vgic_sysreg of_hardware[] = {
	{ ICC_CTLR_EL1, 1, read_ctlr, write_ctlr, allows_ctlr, read_ctlr,
	  set_ctlr },
	{ ICC_PMR_EL1, 1, get_pmr, write_pmr, NULL, get_pmr, set_pmr },
	{ ICC_RPR_EL1, 1, .read = read_rpr },
};

/*
 * Other registers that are orders or answers (ICC_IAR, ICC_EOIR) have no state
 * of their own.
 */
static const struct vgic_sysreg never[] = {
	{ ICC_BPR0_EL1, 1, .get = get_bpr0, .set = set_bpr0 },
	{ ICC_AP0R0_EL1, 4, .allows = apr_exists, .get = get_ap0r,
	  .set = set_ap0r },
	{ ICC_AP1R0_EL1, 4, .allows = apr_exists, .get = get_ap1r,
	  .set = set_ap1r },
	{ ICC_BPR1_EL1, 1, .get = get_bpr1, .set = set_bpr1 },
	{ ICC_IGRPEN0_EL1, 1, .get = get_igrpen0, .set = set_igrpen0 },
	{ ICC_IGRPEN1_EL1, 1, .get = get_igrpen1, .set = set_igrpen1 },
};

const struct vgic_sysregs vgic_v3_sysregs = { {
	[VGIC_TRAPS_ALWAYS] = VGIC_SYSREG_PART(always),
	[VGIC_TRAPS_OF_HARDWARE] = VGIC_SYSREG_PART(of_hardware),
	[VGIC_TRAPS_NEVER] = VGIC_SYSREG_PART(never),
} };

/*
 * Have the software CPU interface execute the access, on its own list
 * registers.  At the last vgic_exit() the library may have taken something out
 * of the image of them that the guest must not find any more; enter() makes
 * them agree.  What the guest's access did to them is brought back at once, as
 * at an exit.  False: the register does not exist.
 */
static bool execute(struct vgic_vcpu *vcpu, uint32_t sysreg, bool write,
		    uint64_t *value)
{
	vcpu->gic->policy->enter(vcpu);
	if (vcpu->gic->config.cpuif->execute(vcpu->hw, sysreg, write, value)) {
		return false;
	}
	vcpu->gic->policy->fold(vcpu, false);
	return true;
}

/*
 * Whatever is not in the table belongs to the CPU interface.  A software one
 * may take an LPI out of a list register here, while other threads change
 * EnableLPIs and need to know exactly who has the LPI (its/pending.c).  So with
 * ITSs the access counts as guest code: vgic_step_in().
 */
static enum vgic_trap cpuif_access(struct vgic_vcpu *vcpu, uint32_t sysreg,
				   bool write, uint64_t *value)
{
	bool done;

	if (!vgic_is_gic_sysreg(sysreg)) {
		return VGIC_TRAP_NOT_MINE;
	}
	if (!vcpu->gic->config.its.nr_its) {
		return execute(vcpu, sysreg, write, value) ? VGIC_TRAP_DONE :
							     VGIC_TRAP_UNDEF;
	}
	vgic_step_in(vcpu);
	done = execute(vcpu, sysreg, write, value);
	vgic_step_out(vcpu);
	return done ? VGIC_TRAP_DONE : VGIC_TRAP_UNDEF;
}

/*
 * What the host traps beside the registers that always trap.  The reason may be
 * gone: the next entry decides that again, even if nothing else happens.  It
 * writes VMCR to the hardware only where the library has changed it.
 */
static enum vgic_trap hardware_access(struct vgic_vcpu *vcpu, uint32_t sysreg,
				      bool write, uint64_t *value)
{
	const struct vgic_sysreg *reg = vgic_sysreg_find(
		&vgic_v3_sysregs, VGIC_TRAPS_OF_HARDWARE, sysreg);
	enum vgic_trap result;

	if (!reg) {
		return VGIC_TRAP_NOT_MINE;
	}
	result = vgic_sysreg_access(reg, vcpu, sysreg, write, value);
	vcpu->refill = true;
	vcpu->ich.vmcr_dirty |= write && result == VGIC_TRAP_DONE;
	return result;
}

enum vgic_trap vgic_v3_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
			      bool write, uint64_t *value)
{
	const struct vgic_sysreg *reg =
		vgic_sysreg_find(&vgic_v3_sysregs, VGIC_TRAPS_ALWAYS, sysreg);

	if (reg) {
		return vgic_sysreg_access(reg, vcpu, sysreg, write, value);
	}
	return vcpu->gic->config.cpuif->execute ?
		       cpuif_access(vcpu, sysreg, write, value) :
		       hardware_access(vcpu, sysreg, write, value);
}

/*
 * A CPU interface in software executes it as hardware would, and nobody looks
 * before the next exit.
 */
static __attribute__((noinline)) enum vgic_trap
cpuif_access_entered(struct vgic_vcpu *vcpu, uint32_t sysreg, bool write,
		     uint64_t *value)
{
	const struct vgic_cpuif_ops *ops = vcpu->gic->config.cpuif;

	if (!ops->execute || !vgic_is_gic_sysreg(sysreg)) {
		return VGIC_TRAP_NOT_MINE;
	}
	if (ops->execute(vcpu->hw, sysreg, write, value)) {
		return VGIC_TRAP_UNDEF;
	}
	vgic_executed(vcpu);
	return VGIC_TRAP_DONE;
}

/*
 * Of the registers that always trap ICC_DIR_EL1 alone depends on what
 * vgic_exit() brings back: EOImode.
 */
enum vgic_trap vgic_v3_sysreg_entered(struct vgic_vcpu *vcpu, uint32_t sysreg,
				      bool write, uint64_t *value)
{
	const struct vgic_sysreg *reg =
		vgic_sysreg_find(&vgic_v3_sysregs, VGIC_TRAPS_ALWAYS, sysreg);

	enum vgic_trap result;

	if (!reg) {
		return cpuif_access_entered(vcpu, sysreg, write, value);
	}
	if (sysreg == ICC_DIR_EL1) {
		return VGIC_TRAP_NOT_MINE;
	}
	result = vgic_sysreg_access(reg, vcpu, sysreg, write, value);
	vgic_take_own_posts(vcpu);
	return result;
}
