/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vCPU's registers.  vectors.S switches the general ones at every exit.  The
 * system registers of EL1 stay in the CPU over an exit, and FP registers even
 * while other vCPUs run: they are switched here, when the CPU goes to another
 * vCPU.  And what EL2 does to the guest's registers in place of the CPU:
 * advance over an instruction, take an exception to EL1.
 */
#include "hyp/vcpu.h"

#include "hyp/arch.h"
#include "hyp/cpu.h"
#include "hyp/debug.h"
#include "hyp/el2.h"
#include "hyp/esr.h"
#include "hyp/fp.h"
#include "hyp/pstate.h"
#include "hyp/vtimer.h"

/* Offsets from VBAR_EL1 of the vectors for synchronous exceptions. */
#define EL1_VECTOR_CURRENT_SP0 0x000
#define EL1_VECTOR_CURRENT_SPX 0x200
#define EL1_VECTOR_LOWER64 0x400
#define EL1_VECTOR_LOWER32 0x600

/* Field of struct vcpu_sysregs, register: all that is switched as it is. */
/* clang-format off */
#define EACH_SYSREG(x) \
	x(sctlr, sctlr_el1) x(cpacr, cpacr_el1) x(ttbr0, ttbr0_el1) \
	x(ttbr1, ttbr1_el1) x(tcr, tcr_el1) x(mair, mair_el1) \
	x(amair, amair_el1) x(vbar, vbar_el1) x(esr, esr_el1) \
	x(far, far_el1) x(afsr0, afsr0_el1) x(afsr1, afsr1_el1) \
	x(par, par_el1) x(contextidr, contextidr_el1) \
	x(csselr, csselr_el1) x(cntkctl, cntkctl_el1) \
	x(tpidr_el0, tpidr_el0) x(tpidrro_el0, tpidrro_el0) \
	x(tpidr_el1, tpidr_el1) x(sp_el0, sp_el0) x(sp_el1, sp_el1) \
	x(elr_el1, elr_el1) x(spsr_el1, spsr_el1) x(mdscr, mdscr_el1)
/* clang-format on */

/*
 * APIA, APIB, APDA, APDB and APGA keys, low and high half, by their encodings,
 * for the assembler may not know FEAT_PAuth.
 */
/* clang-format off */
#define EACH_KEY(x) \
	x(0, s3_0_c2_c1_0) x(1, s3_0_c2_c1_1) x(2, s3_0_c2_c1_2) \
	x(3, s3_0_c2_c1_3) x(4, s3_0_c2_c2_0) x(5, s3_0_c2_c2_1) \
	x(6, s3_0_c2_c2_2) x(7, s3_0_c2_c2_3) x(8, s3_0_c2_c3_0) \
	x(9, s3_0_c2_c3_1)
/* clang-format on */

/* The fields by which a CPU says that it has FEAT_PAuth, in any form. */
#define ID_AA64ISAR2_EL1 s3_0_c0_c6_2
#define ID_AA64ISAR1_APA_API UINT64_C(0x00000ff0)
#define ID_AA64ISAR1_GPA_GPI UINT64_C(0xff000000)
#define ID_AA64ISAR2_GPA3_APA3 UINT64_C(0xff00)

/* Without it the keys' registers are UNDEFINED, at EL2 as well. */
static bool has_pauth(void)
{
	return read_sysreg(id_aa64isar1_el1) &
		       (ID_AA64ISAR1_APA_API | ID_AA64ISAR1_GPA_GPI) ||
	       read_sysreg(ID_AA64ISAR2_EL1) & ID_AA64ISAR2_GPA3_APA3;
}

static void load_sysregs(struct vcpu *vcpu)
{
#define LOAD(field, name) write_sysreg(name, vcpu->sys.field);
#define LOAD_KEY(n, name) write_sysreg(name, vcpu->sys.pauth[n]);
	EACH_SYSREG(LOAD)
	if (has_pauth()) {
		EACH_KEY(LOAD_KEY)
	}
}

static void save_sysregs(struct vcpu *vcpu)
{
#define SAVE(field, name) vcpu->sys.field = read_sysreg(name);
#define SAVE_KEY(n, name) vcpu->sys.pauth[n] = read_sysreg(name);
	EACH_SYSREG(SAVE)
	if (has_pauth()) {
		EACH_KEY(SAVE_KEY)
	}
}

void vcpu_reset(struct vcpu *vcpu, uint64_t pc, uint64_t x0)
{
	unsigned int i;

	for (i = 0; i < 31; i++) {
		vcpu->x[i] = 0;
	}
	vcpu->x[0] = x0;
	vcpu->pc = pc;
	vcpu->pstate = PSTATE_DAIF | PSTATE_EL1H;
	vcpu->sys = (struct vcpu_sysregs){ .sctlr = SCTLR_EL1_RESET };
	vcpu->timers.cntv_ctl = 0;
	vcpu->timers.cntv_cval = 0;
	vcpu->fp.regs = (struct vcpu_fp_regs){ .fpcr = 0 };
	vcpu->fp.cpu = NULL;
	vcpu->reset_pending = true;
	debug_reset(vcpu);
}

/*
 * All vCPUs have one VMID.  A guest may give an ASID different meanings on two
 * of its CPUs for a while, and TLB entries do not say whose they are; so when
 * another vCPU ran here last, its entries go (DDI 0487 D8.14.1).
 */
static void claim_tlb(struct cpu *cpu, struct vcpu *vcpu)
{
	if (cpu->tlb_owner != vcpu) {
		__asm__ volatile("dsb nshst\n\ttlbi vmalle1\n\tic iallu\n\t"
				 "dsb nsh\n\tisb"
				 :
				 :
				 : "memory");
		cpu->tlb_owner = vcpu;
	}
}

void vcpu_load(struct vcpu *vcpu)
{
	struct cpu *cpu = this_cpu();
	/*
	 * The CPU's FP registers are this vCPU's when it loaded them here and
	 * neither used them on another CPU nor lost them to another vCPU since.
	 */
	bool fp_here = cpu->fp_owner == vcpu && vcpu->fp.cpu == cpu;

	cpu->vcpu = vcpu;
	if (vcpu->reset_pending) {
		vcpu->reset_pending = false;
		vgic_vcpu_reset(vcpu->vgic, false);
		ptimer_reset(vcpu);
	}
	claim_tlb(cpu, vcpu);
	write_sysreg(vmpidr_el2, vcpu->mpidr);
	load_sysregs(vcpu);
	debug_load(vcpu);
	write_sysreg(cptr_el2, CPTR_GUEST | (fp_here ? 0 : CPTR_EL2_TFP));
	vcpu->fp.live = fp_here;
	vtimer_load(vcpu);
	vgic_load(vcpu->vgic);
}

void vcpu_put(struct vcpu *vcpu)
{
	vgic_put(vcpu->vgic);
	vtimer_put(vcpu);
	if (vcpu->fp.live) {
		fp_save(&vcpu->fp.regs);
		vcpu->fp.live = false;
	}
	save_sysregs(vcpu);
}

void vcpu_load_fp(struct vcpu *vcpu)
{
	struct cpu *cpu = this_cpu();

	write_sysreg(cptr_el2, CPTR_GUEST);
	isb();
	fp_restore(&vcpu->fp.regs);
	cpu->fp_owner = vcpu;
	vcpu->fp.cpu = cpu;
	vcpu->fp.live = true;
}

/*
 * PSTATE.IT behind an instruction, DDI 0487 ITAdvance(): IT[7:5] is the base
 * condition, a shift of IT[4:0] brings up the next instruction's part, and the
 * block ends with it when IT[2:0] is 0.
 */
static uint64_t advance_it(uint64_t pstate)
{
	uint64_t it = (pstate >> 8 & 0xfc) | (pstate >> 25 & 3);

	it = it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
	pstate &= ~(PSTATE_IT_HIGH | PSTATE_IT_LOW);
	return pstate | (it & 0xfc) << 8 | (it & 3) << 25;
}

void vcpu_advance(struct vcpu *vcpu)
{
	if (vcpu->pstate & PSTATE_AARCH32) {
		/* T32 instructions have 16 bits or 32. */
		vcpu->pc += vcpu->esr & ESR_IL ? 4 : 2;
		vcpu->pstate = advance_it(vcpu->pstate);
	} else {
		vcpu->pc += 4;
		vcpu->pstate &= ~PSTATE_BTYPE;
	}
	vcpu->pstate &= ~PSTATE_SS;
}

/* From where the guest takes a synchronous exception to EL1. */
static uint64_t vector_offset(uint64_t pstate)
{
	if (pstate & PSTATE_AARCH32) {
		return EL1_VECTOR_LOWER32;
	}
	switch (pstate & PSTATE_MODE) {
	case PSTATE_EL1H:
		return EL1_VECTOR_CURRENT_SPX;
	case PSTATE_EL1T:
		return EL1_VECTOR_CURRENT_SP0;
	default:
		return EL1_VECTOR_LOWER64;
	}
}

/*
 * What the CPU does for an exception to EL1: AArch64.TakeException(), DDI 0487
 * J1.1.2.  The vCPU is loaded: EL1's registers are in the CPU, PC and PSTATE in
 * struct vcpu.
 */
static void take_exception(struct vcpu *vcpu, uint64_t esr)
{
	uint64_t sctlr = read_sysreg(sctlr_el1);
	uint64_t old = vcpu->pstate;
	uint64_t pstate = PSTATE_EL1H | PSTATE_DAIF;

	pstate |= old & (PSTATE_NZCV | PSTATE_PAN);
	if (!(old & PSTATE_AARCH32)) {
		pstate |= old & PSTATE_DIT;
	}
	if (!(sctlr & SCTLR_EL1_SPAN)) {
		pstate |= PSTATE_PAN;
	}
	if (sctlr & SCTLR_EL1_DSSBS) {
		pstate |= PSTATE_SSBS;
	}
	write_sysreg(elr_el1, vcpu->pc);
	write_sysreg(spsr_el1, old);
	write_sysreg(esr_el1, esr);
	vcpu->pc = read_sysreg(vbar_el1) + vector_offset(old);
	vcpu->pstate = pstate;
}

void vcpu_inject_undef(struct vcpu *vcpu)
{
	take_exception(vcpu, (uint64_t)EC_UNKNOWN << ESR_EC_SHIFT | ESR_IL);
}

void vcpu_inject_abort(struct vcpu *vcpu, uint64_t far, bool fetch)
{
	uint64_t ec = fetch ? EC_IABT_LOWER : EC_DABT_LOWER;

	if (vector_offset(vcpu->pstate) < EL1_VECTOR_LOWER64) {
		ec++; /* from the current exception level */
	}
	write_sysreg(far_el1, far);
	take_exception(vcpu, ec << ESR_EC_SHIFT | FSC_EXTERNAL |
				     (vcpu->esr & (ESR_IL | ISS_WnR)));
}

#define AT(operation, va) __asm__ volatile("at " operation ", %0" : : "r"(va))

/* AT has left its outcome in PAR_EL1, which the guest may be using itself. */
static bool take_par(uint64_t saved, uint64_t *page)
{
	uint64_t par;

	isb();
	par = read_sysreg(par_el1);
	write_sysreg(par_el1, saved);
	*page = par & PAR_PA;
	return !(par & PAR_F);
}

bool vcpu_va_to_ipa(const struct vcpu *vcpu, uint64_t va, uint64_t *page)
{
	uint64_t saved = read_sysreg(par_el1);

	if (vcpu_at_el0(vcpu)) {
		AT("s1e0r", va);
	} else {
		AT("s1e1r", va);
	}
	return take_par(saved, page);
}

bool vcpu_va_to_pa(const struct vcpu *vcpu, uint64_t va, uint64_t *page)
{
	uint64_t saved = read_sysreg(par_el1);

	if (vcpu_at_el0(vcpu)) {
		AT("s12e0r", va);
	} else {
		AT("s12e1r", va);
	}
	return take_par(saved, page);
}
