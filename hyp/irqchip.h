/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine's interrupt controller: what a GICv2 and a GICv3 do apart. */
#ifndef HYP_IRQCHIP_H
#define HYP_IRQCHIP_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/irq.h"
#include "hyp/platform.h"

/* Of all interrupts; priorities play no part at EL2. */
#define IRQ_PRIORITY 0xa0
#define IRQ_PRIORITY_MASK 0xff
#define IRQ_PPIS_USED \
	(1u << PPI_MAINTENANCE | 1u << PPI_CNTHP | 1u << PPI_CNTV)

struct cpu;

struct irqchip {
	/* Distributor, once, and this CPU's part; null or a text. */
	const char *(*init)(void);
	const char *(*init_cpu)(void);
	/* Route an SPI to the boot CPU and enable it. */
	void (*enable_spi)(uint32_t intid);
	void (*send_ipi)(const struct cpu *to, enum ipi ipi);
	/*
	 * Where an interrupt's enable, pending, active and trigger bits are:
	 * a frame laid out as GICD, this CPU's when the interrupt is private.
	 */
	uint64_t (*frame)(uint32_t intid);
	/*
	 * Acknowledge: the INTID, and more in higher bits.  Drop the
	 * priority, then deactivate: both want all of it back.
	 */
	uint32_t (*acknowledge)(void);
	uint32_t intid_mask;
	void (*drop)(uint32_t acknowledged);
	void (*deactivate)(uint32_t acknowledged);
	/*
	 * Does a list register's HW bit end this SPI, whichever CPU took it?
	 * Null: it does.  Before the SPI is enabled, on a CPU without guest.
	 */
	bool (*ended_by_lr)(uint32_t intid);
	/* Look again whether a line is high; null: needs no telling. */
	void (*recheck)(void);
};

#endif
