/* SPDX-License-Identifier: BSD-2-Clause */
/* The driver of a physical GICv2; for irq.c alone. */
#ifndef HYP_GICV2_H
#define HYP_GICV2_H

struct irqchip;

extern const struct irqchip gicv2_irqchip;

#endif
