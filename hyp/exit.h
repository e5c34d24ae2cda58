/* SPDX-License-Identifier: BSD-2-Clause */
/* From the guest to EL2 and back. */
#ifndef HYP_EXIT_H
#define HYP_EXIT_H

struct vcpu;

/* Why the guest stopped: what vcpu->counts.exits[] counts. */
enum exit_cause {
	EXIT_HVC, /* the guest's own, for PSCI and SMCCC */
	EXIT_SMC,
	EXIT_WFI,
	EXIT_WFE,    /* traps only while vCPUs wait for a CPU */
	EXIT_SYSREG, /* a register other than ICC_SGI1R_EL1 */
	EXIT_SGI,    /* ICC_SGI1R_EL1: an SGI is sent */
	EXIT_MMIO_GIC,
	EXIT_MMIO_UART,
	EXIT_ABORT,	      /* an access to where there is nothing */
	EXIT_FP,	      /* the first use of FP registers */
	EXIT_IRQ_MAINTENANCE, /* the virtual CPU interface wants an entry */
	EXIT_IRQ_VTIMER,      /* the guest's virtual timer fired */
	EXIT_IRQ_TIMER,	      /* EL2's own: time slice, emulated timer, ... */
	EXIT_IRQ_KICK,	      /* IPI_KICK, of another CPU or this one */
	EXIT_IRQ_UART,	      /* input for the emulated UART */
	EXIT_IRQ_DEVICE,      /* of a device passed through */
	EXIT_IRQ_OTHER,	      /* another IPI, spurious, or nobody's */
	EXIT_PATCHED,	      /* an instruction of the guest's GIC (patch.h) */
	EXIT_EXEC,	      /* exec.c: a page changed its rights, or a step */
	EXIT_OTHER,	      /* UNDEFINED instructions, cache maintenance */
	NR_EXIT_CAUSES
};

/* Their names in the record of the run ("exits"). */
extern const char *const exit_names[NR_EXIT_CAUSES];

/*
 * vectors.S calls these with the registers of the vCPU saved, on the CPU where
 * it is loaded, interrupts masked.  They handle the exit and return the vCPU to
 * run next, loaded and entered: the same one, or another that the scheduler
 * chose.
 *
 * guest_sync() takes synchronous exceptions that vcpu->quick did not handle
 * (quick.h), guest_irq() interrupts.
 */
struct vcpu *guest_sync(struct vcpu *vcpu);
struct vcpu *guest_irq(struct vcpu *vcpu);

/* An SError was taken from the guest: ends the run. */
_Noreturn void guest_serror(struct vcpu *vcpu);

/* For quick.c.  vgic_reenter(), and what has to be done with it. */
void exit_reenter(struct vcpu *vcpu);
/* The library may have kicked the vCPU that is on this CPU: come back soon. */
void exit_follow_own_kick(struct vcpu *vcpu);
/* With a CPU interface in software: what it signals to the guest. */
void exit_raise_signals(struct vcpu *vcpu);

/* This CPU is ready: run vCPUs on it from now on. */
_Noreturn void run_loop(void);

#endif
