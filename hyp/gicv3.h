/* SPDX-License-Identifier: BSD-2-Clause */
/* The driver of a physical GICv3; for irq.c alone. */
#ifndef HYP_GICV3_H
#define HYP_GICV3_H

struct irqchip;

extern const struct irqchip gicv3_irqchip;

#endif
