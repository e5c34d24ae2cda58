/* SPDX-License-Identifier: BSD-2-Clause */
/* What the steps of the GICv5 demo share. */
#ifndef GUEST_DEMO5_DEMO5_H
#define GUEST_DEMO5_DEMO5_H

#include <stdatomic.h>
#include <stddef.h>

#include "guest/lib/gic5.h"
#include "guest/lib/tasks.h"
#include "guest/port.h"
#include "guest/text.h"

#define LOG_SIZE 64
#define SW_PPI GICV5_PPI_SW_PPI
#define TIMER_PPI 27
/* SPIs without a device, on QEMU's `virt` machine as on ours. */
#define SPI_FIRST 160

/* What a CPU has acknowledged, in order. */
struct log {
	uint32_t intid[LOG_SIZE];
	atomic_uint count; /* acknowledged */
	atomic_uint done;  /* and its handler returned */
};

/* One step.  False when something is not as it should be. */
struct step5 {
	const char *name;
	bool (*run)(void);
};

/* In the order of the tour; each ends with a null name. */
extern const struct step5 ppi_steps5[];
extern const struct step5 lpi_steps5[];
extern const struct step5 smp_steps5[];

struct log *demo5_log(unsigned int cpu);
/*
 * Called by the handler after the acknowledge; returns whether the handler is
 * to drop the priority and deactivate.  Null: it always does.
 */
void demo5_hook(bool (*handler)(uint32_t intid));
/* Wait until a CPU has handled n interrupts; false: it does not. */
bool demo5_wait(unsigned int cpu, unsigned int n);
/* Forget what was logged, and the hook. */
void demo5_quiet(void);

#endif
