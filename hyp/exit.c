/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the guest to EL2 and back.  Every exit comes through here, so the path
 * is short: vectors.S has saved the general registers alone, and the guest's
 * system registers stay in the CPU until another vCPU gets it.
 *
 * An exit is begun, handled, and finished: what the handling asked of the
 * scheduler is done, and the vGIC is entered for the vCPU that runs next.  The
 * vGIC takes in what the guest did with its interrupts before a synchronous
 * exception is handled, and after an interrupt is.
 */
#include "hyp/exit.h"

#include <vgic/trap.h>

#include "hyp/arch.h"
#include "hyp/console.h"
#include "hyp/cpu.h"
#include "hyp/el2.h"
#include "hyp/esr.h"
#include "hyp/exec.h"
#include "hyp/fault.h"
#include "hyp/irq.h"
#include "hyp/mmio.h"
#include "hyp/options.h"
#include "hyp/psci.h"
#include "hyp/sched.h"
#include "hyp/sysreg.h"
#include "hyp/vcpu.h"
#include "hyp/vectors.h"
#include "hyp/vm.h"

const char *const exit_names[NR_EXIT_CAUSES] = {
	[EXIT_HVC] = "hvc",
	[EXIT_SMC] = "smc",
	[EXIT_WFI] = "wfi",
	[EXIT_WFE] = "wfe",
	[EXIT_SYSREG] = "sysreg",
	[EXIT_SGI] = "sgi",
	[EXIT_MMIO_GIC] = "mmio_gic",
	[EXIT_MMIO_UART] = "mmio_uart",
	[EXIT_ABORT] = "abort",
	[EXIT_FP] = "fp",
	[EXIT_IRQ_MAINTENANCE] = "irq_maintenance",
	[EXIT_IRQ_VTIMER] = "irq_vtimer",
	[EXIT_IRQ_TIMER] = "irq_timer",
	[EXIT_IRQ_KICK] = "irq_kick",
	[EXIT_IRQ_UART] = "irq_uart",
	[EXIT_IRQ_DEVICE] = "irq_device",
	[EXIT_IRQ_OTHER] = "irq_other",
	[EXIT_PATCHED] = "patched",
	[EXIT_EXEC] = "exec",
	[EXIT_OTHER] = "other",
};

static inline void begin(struct vcpu *vcpu)
{
	if (options.icount) {
		this_cpu()->exit_start = read_sysreg(cntpct_el0);
	}
	if (vcpu->step.active) {
		exec_end_step(vcpu);
	}
}

/*
 * Under -icount the counter counts instructions; an ISB would be one, too.  The
 * ticks since the exit, the scheduler's among them, count for the vCPU that is
 * entered now.  Time in which the CPU slept counts for no vCPU.
 */
static void count_ticks(struct vcpu *vcpu)
{
	if (options.icount) {
		vcpu->counts.el2_ticks += read_sysreg(cntpct_el0) -
					  this_cpu()->exit_start;
	}
}

/* `signals`: HCR_EL2.VI and VF, as they are to be. */
static inline void raise_signals(uint64_t signals)
{
	change_hcr(this_cpu(), HCR_EL2_VI | HCR_EL2_VF, signals);
}

/*
 * With a CPU interface in software, the guest's IRQ and FIQ are HCR_EL2.VI and
 * VF: the CPU takes a virtual interrupt at the entry, if PSTATE lets it.
 */
void exit_raise_signals(struct vcpu *vcpu)
{
	static const uint64_t hcr[] = {
		[VGIC_VIRQ] = HCR_EL2_VI,
		[VGIC_VFIQ] = HCR_EL2_VF,
		[VGIC_VIRQ | VGIC_VFIQ] = HCR_EL2_VI | HCR_EL2_VF,
	};

	raise_signals(hcr[vgic_signals(vcpu->vgic)]);
}

/*
 * vgic_enter() kicks the vCPU that it enters when it leaves work for the next
 * entry (docs/design.md, section 4).  sched_kick() sends no IPI to its own CPU;
 * so it is sent here, pends while EL2 runs, and ends the guest's run at once.
 */
void exit_follow_own_kick(struct vcpu *vcpu)
{
	if (atomic_load_explicit(&vcpu->sched.kicked, memory_order_relaxed)) {
		irq_send_ipi(this_cpu(), IPI_KICK);
	}
}

static inline void follow_enter(struct vcpu *vcpu)
{
	exit_follow_own_kick(vcpu);
	if (vm.soft_cpuif) {
		exit_raise_signals(vcpu);
	}
}

/*
 * `kicked` is cleared before vgic_enter() looks at posts.  A kick after the
 * store may be for a post that this vgic_enter() has not seen, and so `kicked`
 * has to stay set for it.
 */
static void exit_enter(struct vcpu *vcpu)
{
	atomic_store_explicit(&vcpu->sched.kicked, false, memory_order_relaxed);
	vgic_enter(vcpu->vgic);
	follow_enter(vcpu);
}

void exit_reenter(struct vcpu *vcpu)
{
	atomic_store_explicit(&vcpu->sched.kicked, false, memory_order_relaxed);
	vgic_reenter(vcpu->vgic);
	follow_enter(vcpu);
}

/*
 * exit_reenter() of a vCPU with a GICv5's CPU interface in software.  Most of
 * its interrupts are plain, and vgic_reenter_usual() takes those.
 */
static void reenter_gicv5(struct vcpu *vcpu)
{
	int signals;

	atomic_store_explicit(&vcpu->sched.kicked, false, memory_order_relaxed);
	signals = vgic_reenter_usual(vcpu->vgic);
	if (signals == VGIC_UNUSUAL) {
		exit_reenter(vcpu);
	} else {
		raise_signals(signals & VGIC_VIRQ ? HCR_EL2_VI : 0);
	}
}

/* Count the exit, do what the scheduler has to do, enter. */
static inline struct vcpu *finish(struct vcpu *vcpu, enum exit_cause cause)
{
	vcpu->counts.exits[cause]++;
	if (this_cpu()->action != ACTION_RUN) {
		vcpu = sched_act(vcpu);
	}
	exit_enter(vcpu);
	count_ticks(vcpu);
	return vcpu;
}

static enum exit_cause exit_wfx(struct vcpu *vcpu)
{
	vcpu_advance(vcpu);
	if (vcpu->esr & ESR_WFX_WFE) {
		this_cpu()->action = ACTION_YIELD;
		return EXIT_WFE;
	}
	this_cpu()->action = ACTION_WAIT;
	return EXIT_WFI;
}

static enum exit_cause exit_hvc(struct vcpu *vcpu)
{
	if (vm.patch && sysreg_patched(vcpu)) {
		return EXIT_PATCHED;
	}
	psci_call(vcpu);
	return EXIT_HVC;
}

static enum exit_cause exit_smc(struct vcpu *vcpu)
{
	/* A trapped SMC has not executed, an HVC has: DDI 0487 D1.3.3. */
	vcpu_advance(vcpu);
	psci_call(vcpu);
	return EXIT_SMC;
}

static enum exit_cause exit_fp(struct vcpu *vcpu)
{
	vcpu_load_fp(vcpu);
	return EXIT_FP;
}

/* The step that exec.c began is done; begin() has told exec.c. */
static enum exit_cause exit_step(struct vcpu *vcpu)
{
	(void)vcpu;
	return EXIT_EXEC;
}

static enum exit_cause exit_abort(struct vcpu *vcpu)
{
	vcpu->far = read_sysreg(far_el2);
	vcpu->hpfar = read_sysreg(hpfar_el2);
	return vm.unscanned_xn && exec_fault(vcpu) ? EXIT_EXEC :
						     mmio_abort(vcpu);
}

/* All others are instructions of features that idreg.c hides. */
static enum exit_cause exit_unknown(struct vcpu *vcpu)
{
	vcpu_inject_undef(vcpu);
	return EXIT_OTHER;
}

/*
 * With a GICv3's CPU interface in software nothing is injected while the vCPU
 * is entered: one entry afterwards does it all.
 */
static inline bool injects_later(void)
{
	return vm.soft_cpuif && options.gic != VGIC_GICV5;
}

/*
 * Enter the vGIC again, if that is needed for what was posted, or because the
 * virtual CPU interface asks for it.
 */
static inline void follow_irq(struct vcpu *vcpu, enum exit_cause cause)
{
	if (!vm.soft_cpuif) {
		if (cause == EXIT_IRQ_MAINTENANCE ||
		    sched_was_kicked(vcpu, cause)) {
			exit_reenter(vcpu);
		}
	} else if (injects_later()) {
		exit_reenter(vcpu);
	} else if (sched_was_kicked(vcpu, cause)) {
		reenter_gicv5(vcpu);
	} else {
		exit_raise_signals(vcpu);
	}
}

/*
 * The end of an exit whose vCPU has stayed entered, while an interrupt was
 * taken, of this cause.
 */
static inline __attribute__((always_inline)) struct vcpu *
go_on(struct vcpu *vcpu, enum exit_cause counted, enum exit_cause interrupt)
{
	if (this_cpu()->action != ACTION_RUN) {
		vgic_exit(vcpu->vgic);
		return finish(vcpu, counted);
	}
	vcpu->counts.exits[counted]++;
	follow_irq(vcpu, interrupt);
	count_ticks(vcpu);
	return vcpu;
}

/*
 * WFI while no other vCPU wants this CPU: the vCPU stays entered, so what ends
 * the sleep is injected as if the guest ran.  The CPU does not trap WFI while
 * the virtual CPU interface signals an interrupt.  A kick or a maintenance
 * interrupt ends the guest's WFI, too, whether or not it brings the guest an
 * interrupt: WFI may end at any time (DDI 0487 D1.6.2).  So a maintenance
 * interrupt is taken only once: the entry after it does what it asks for.
 */
static bool dozes(struct vcpu *vcpu, enum exit_cause *interrupt)
{
	if (FIELD_GET(ESR_EC, vcpu->esr) != EC_WFX ||
	    (vcpu->esr & ESR_WFX_WFE) || injects_later()) {
		return false;
	}
	if (!sched_doze(vcpu, interrupt)) {
		return false;
	}
	vcpu_advance(vcpu);
	return true;
}

struct vcpu *guest_sync(struct vcpu *vcpu)
{
	static enum exit_cause (*const handlers[NR_EC])(struct vcpu * vcpu) = {
		[EC_WFX] = exit_wfx,	      [EC_FP] = exit_fp,
		[EC_HVC64] = exit_hvc,	      [EC_SMC64] = exit_smc,
		[EC_SYSREG] = sysreg_trap,    [EC_IABT_LOWER] = exit_abort,
		[EC_DABT_LOWER] = exit_abort, [EC_STEP_LOWER] = exit_step,
	};
	enum exit_cause (*handler)(struct vcpu * vcpu), interrupt;

	begin(vcpu);
	vcpu->esr = read_sysreg(esr_el2);
	if (dozes(vcpu, &interrupt)) {
		return go_on(vcpu, EXIT_WFI, interrupt);
	}
	vgic_exit(vcpu->vgic);
	handler = handlers[FIELD_GET(ESR_EC, vcpu->esr)];
	return finish(vcpu, handler ? handler(vcpu) : exit_unknown(vcpu));
}

/*
 * The interrupt is handled while the vCPU stays entered: what it injects finds
 * what the guest has ended still in its list register, and need not go out and
 * in again.
 */
struct vcpu *guest_irq(struct vcpu *vcpu)
{
	enum exit_cause cause;

	begin(vcpu);
	cause = irq_handle(injects_later() ? NULL : vcpu);
	return go_on(vcpu, cause, cause);
}

/*
 * An SError says neither which access failed nor whose it was, so neither the
 * guest nor EL2 can go on.
 */
_Noreturn void guest_serror(struct vcpu *vcpu)
{
	console_msg("SError while vCPU %u ran, at %lx", vcpu->index,
		    (unsigned long)vcpu->pc);
	hyp_panic();
}

_Noreturn void run_loop(void)
{
	struct vcpu *vcpu = sched_next();

	exit_enter(vcpu);
	guest_start(vcpu);
}
