/* SPDX-License-Identifier: BSD-2-Clause */
/* Physical interrupts at EL2.  (irq.c) */
#ifndef HYP_IRQ_H
#define HYP_IRQ_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/vcpu.h"

/* SGIs between physical CPUs. */
enum ipi { IPI_KICK, IPI_RESCHED, IPI_STOP, IPI_MEET };

/* Distributor, once; null or a text. */
const char *irq_init(void);
/* What this CPU has of its own; null or a text. */
const char *irq_init_cpu(void);

/*
 * Route a physical SPI, edge or level, to the boot CPU, and enable it.  When
 * the handler returns true the guest is to deactivate it: it stays active.
 */
void irq_enable_spi(uint32_t intid, bool edge, bool (*handler)(uint32_t intid));

struct cpu;
void irq_send_ipi(const struct cpu *to, enum ipi ipi);

/* Take one pending physical interrupt; its cause. */
enum exit_cause irq_handle(void);

/*
 * The guest may have deactivated an interrupt whose line is still high.  Where
 * the machine does not see to it, do so: before sleeping.
 */
void irq_recheck(void);

/*
 * Does the guest's end of an interrupt in a list register end this SPI, too?
 * Before it is enabled and before any guest runs.
 */
bool irq_ended_by_lr(uint32_t intid);

/* State of an interrupt; this CPU's, when it is private. */
void irq_set_active(uint32_t intid, bool active);
void irq_set_pending(uint32_t intid, bool pending);
bool irq_is_pending(uint32_t intid);

#endif
