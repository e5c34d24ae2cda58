/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Physical interrupts.  All of them are taken to EL2, on a GICv2 or a GICv3
 * (irqchip.h).
 */
#ifndef HYP_IRQ_H
#define HYP_IRQ_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/exit.h"

struct cpu;
struct vcpu;

/* SGIs between physical CPUs; the value is the INTID. */
enum ipi {
	IPI_KICK,    /* leave the guest and enter it again: vgic_enter() */
	IPI_RESCHED, /* a vCPU waits for a CPU: sched_resched() */
	IPI_STOP,    /* the run ends: run_stop_cpu() */
	IPI_MEET,    /* come to torture_meet() */
};

/*
 * Take over the distributor: boot CPU, once.  Then each CPU takes over its own
 * part.  Null, or a constant text that says why that cannot be.
 */
const char *irq_init(void);
const char *irq_init_cpu(void);

/*
 * Call `handler` for this SPI, INTID 32 to 1019, edge-triggered or level-
 * sensitive; route it to the boot CPU and enable it.  The handler runs there,
 * with a vCPU entered or none loaded, after the priority drop.  If it returns
 * true, the interrupt stays active: the guest is to deactivate it.  Boot CPU,
 * before guests run.
 */
void irq_enable_spi(uint32_t intid, bool edge, bool (*handler)(uint32_t intid));

/*
 * Send `ipi` to a CPU that is on line, this one included.  What this CPU stored
 * before is seen by the handler.  Any CPU and context.
 */
void irq_send_ipi(const struct cpu *to, enum ipi ipi);

/*
 * Acknowledge and handle one physical interrupt, if one is pending.  Returns
 * the cause to count.  An exit from the guest of `entered`, the loaded vCPU,
 * whose vGIC has not been left; or null: a CPU that slept.  No lock held.
 */
enum exit_cause irq_handle(struct vcpu *entered);

/*
 * QEMU's GICv2 does not notice that the line of an interrupt is still high
 * when a list register has deactivated it (gicv2.c).  Make it look, before this
 * CPU sleeps.  On other machines this does nothing.
 */
void irq_recheck(void);

/*
 * Does the guest's deactivation, through a list register with HW set,
 * deactivate this SPI as well?  Tries it out where that is in doubt: before the
 * SPI is enabled, with no vCPU resident on this CPU.
 */
bool irq_ended_by_lr(uint32_t intid);

/*
 * The state of a physical interrupt, for libvgic: of this CPU when it is a
 * PPI.  Any CPU and context; each call is one access to the GIC.
 */
void irq_set_active(uint32_t intid, bool active);
void irq_set_pending(uint32_t intid, bool pending);
bool irq_is_pending(uint32_t intid);

#endif
