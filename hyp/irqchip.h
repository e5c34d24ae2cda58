/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine's interrupt controller, as irq.c uses it: the operations in which
 * a GICv2 and a GICv3 differ.  gicv2.c and gicv3.c each fill one of these.
 */
#ifndef HYP_IRQCHIP_H
#define HYP_IRQCHIP_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/irq.h"
#include "hyp/platform.h"

/*
 * Every interrupt has the same priority, and the mask lets it pass: interrupts
 * are masked while EL2 handles one, so priorities would not be of use.
 */
#define IRQ_PRIORITY 0xa0
#define IRQ_PRIORITY_MASK 0xff
/* A register with four priorities in it. */
#define IRQ_PRIORITY_X4 (IRQ_PRIORITY * 0x01010101u)

/* Private interrupts that are enabled: all SGIs, and these PPIs. */
#define IRQ_SGIS 0xffffu
#define IRQ_PPIS_USED (1u << PPI_MAINTENANCE | 1u << PPI_CNTHP | 1u << PPI_CNTV)

struct cpu;

struct irqchip {
	/*
	 * Take over the distributor (boot CPU, once), and what each CPU has of
	 * its own (that CPU, once): nothing is enabled, pending or active any
	 * more, whatever ran here before; then SGIs and IRQ_PPIS_USED are on.
	 * Null, or a constant text that says why that cannot be.
	 */
	const char *(*init)(void);
	const char *(*init_cpu)(void);
	/* Route an SPI to the boot CPU and enable it. */
	void (*enable_spi)(uint32_t intid);
	/* Send SGI `ipi` to another CPU, or to this one. */
	void (*send_ipi)(const struct cpu *to, enum ipi ipi);
	/*
	 * The frame, a physical address, in which an interrupt has its enable,
	 * pending, active and trigger bits, at the offsets that GICD has them.
	 * For private interrupts it is the frame of this CPU.
	 */
	uint64_t (*frame)(uint32_t intid);
	/*
	 * Acknowledge the highest pending interrupt.  `intid_mask` has the
	 * bits of the result that are the INTID; 1020 and above: none.  drop()
	 * lowers the running priority, and then deactivate() makes the
	 * interrupt inactive (EOImode 1); both take all of the result.
	 */
	uint32_t (*acknowledge)(void);
	uint32_t intid_mask;
	void (*drop)(uint32_t acknowledged);
	void (*deactivate)(uint32_t acknowledged);
	/*
	 * Does a list register with HW set deactivate this SPI, also when
	 * another CPU has acknowledged it?  Null: it does.  Tries it out, so
	 * the SPI is not enabled yet and no vCPU is resident on this CPU.
	 */
	bool (*ended_by_lr)(uint32_t intid);
	/*
	 * Have the GIC look at the lines of level-sensitive interrupts again.
	 * Null: it does so by itself.
	 */
	void (*recheck)(void);
};

#endif
