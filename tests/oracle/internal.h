/* SPDX-License-Identifier: BSD-2-Clause */
/* What a GICv2 shares with a GICv3: which interrupt is the best. */
#ifndef VGIC_TESTS_ORACLE_INTERNAL_H
#define VGIC_TESTS_ORACLE_INTERNAL_H

#include "tests/oracle/oracle.h"

/* The architecture may leave it to the implementation. */
enum oracle_answer { NO, MAYBE, YES };

/* The best priority among the interrupts that must be offered to this PE. */
unsigned int oracle_best_priority(struct oracle *o, uint32_t pe);

/* Can `intid` be this PE's highest priority pending interrupt? */
bool oracle_may_be_hppi(struct oracle *o, uint32_t pe, uint32_t intid,
			unsigned int best);

/* Is its priority such that it is signalled? */
enum oracle_answer oracle_sufficient(const struct oracle *o, uint32_t pe,
				     const struct oracle_irq *irq);

/* v2.c: is an SPI this CPU's? */
enum oracle_answer oracle_v2_routed(const struct oracle *o, uint32_t pe,
				    const struct oracle_irq *irq);

#endif
