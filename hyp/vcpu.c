/* SPDX-License-Identifier: BSD-2-Clause */
/* A vCPU's registers: reset, load, put, exceptions. */
#include "hyp/vcpu.h"

#include "hyp/arch.h"
#include "hyp/cpu.h"
#include "hyp/debug.h"
#include "hyp/el2.h"
#include "hyp/esr.h"
#include "hyp/fp.h"
#include "hyp/pstate.h"
#include "hyp/vtimer.h"

#define EL1_VECTOR_CURRENT_SP0 0x000
#define EL1_VECTOR_CURRENT_SPX 0x200
#define EL1_VECTOR_LOWER64 0x400
#define EL1_VECTOR_LOWER32 0x600

/* Every register that only needs to be read here and written there. */
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

/* AP{IA,IB,DA,DB,GA}Key{Lo,Hi}_EL1; names the assembler may not know. */
#define EACH_KEY(x) \
	x(0, s3_0_c2_c1_0) x(1, s3_0_c2_c1_1) x(2, s3_0_c2_c1_2) \
	x(3, s3_0_c2_c1_3) x(4, s3_0_c2_c2_0) x(5, s3_0_c2_c2_1) \
	x(6, s3_0_c2_c2_2) x(7, s3_0_c2_c2_3) x(8, s3_0_c2_c3_0) \
	x(9, s3_0_c2_c3_1)

static bool has_pauth(void)
{
	/* APA, API, GPA, GPI; GPA3, APA3 */
	return read_sysreg(id_aa64isar1_el1) & 0xff000ff0 ||
	       read_sysreg(s3_0_c0_c6_2) & 0xff00;
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
 * Two vCPUs share a VMID, and a guest may use an ASID differently on each of
 * its CPUs for a while; who ran here last must not leave entries behind
 * (DDI 0487 D8.14.1).
 */
static void claim_tlb(struct cpu *cpu, struct vcpu *vcpu)
{
	if (cpu->tlb_owner != vcpu) {
		__asm__ volatile("dsb nshst\n\ttlbi vmalle1\n\tic iallu\n\t"
				 "dsb nsh\n\tisb" : : : "memory");
		cpu->tlb_owner = vcpu;
	}
}

void vcpu_load(struct vcpu *vcpu)
{
	struct cpu *cpu = this_cpu();
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

/* An IT block goes on with its next instruction, DDI 0487 G1.8. */
static uint64_t advance_it(uint64_t pstate)
{
	uint64_t it = (pstate >> 8 & 0xfc) | (pstate >> 25 & 3);

	it = it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
	pstate &= ~(UINT64_C(0xfc) << 8 | UINT64_C(3) << 25);
	return pstate | (it & 0xfc) << 8 | (it & 3) << 25;
}

void vcpu_advance(struct vcpu *vcpu)
{
	if (vcpu->pstate & PSTATE_AARCH32) {
		vcpu->pc += vcpu->esr & ESR_IL ? 4 : 2;
		vcpu->pstate = advance_it(vcpu->pstate);
	} else {
		vcpu->pc += 4;
		vcpu->pstate &= ~PSTATE_BTYPE;
	}
	vcpu->pstate &= ~PSTATE_SS;
}

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

/* AArch64.TakeException() to EL1, DDI 0487 J1.1.2. */
static void take_exception(struct vcpu *vcpu, uint64_t esr)
{
	uint64_t sctlr = read_sysreg(sctlr_el1);
	uint64_t old = vcpu->pstate;
	uint64_t new = PSTATE_EL1H | PSTATE_DAIF;

	new |= old & (PSTATE_NZCV | PSTATE_PAN);
	if (!(old & PSTATE_AARCH32)) {
		new |= old & PSTATE_DIT;
	}
	if (!(sctlr & SCTLR_EL1_SPAN)) {
		new |= PSTATE_PAN;
	}
	if (sctlr & SCTLR_EL1_DSSBS) {
		new |= PSTATE_SSBS;
	}
	write_sysreg(elr_el1, vcpu->pc);
	write_sysreg(spsr_el1, old);
	write_sysreg(esr_el1, esr);
	vcpu->pc = read_sysreg(vbar_el1) + vector_offset(old);
	vcpu->pstate = new;
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
