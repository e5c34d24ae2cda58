/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of guest/lib call in one another. */
#ifndef GUEST_LIB_MACHINE_H
#define GUEST_LIB_MACHINE_H

#include "guest/lib/lib.h"

/* Called by start.S and vectors.S. */
void machine_main(uint64_t dtb);
void machine_secondary(uint64_t cpu);
void secondary_start(void);
void exception(struct frame *frame, unsigned int kind);

/*
 * regs2.c, regs3.c or regs5.c: make registers accessible, on each CPU before
 * anything else, and on CPU 0 once the CPUs are known.
 */
void gic_init_cpu(void);
void gic_init(void);

/*
 * Before a write to a GIC that may cause an interrupt: what was stored until
 * now is seen by its handler, on whatever CPU that runs.
 */
static inline void publish(void)
{
	__asm__ volatile("dsb sy" : : : "memory");
}

/*
 * NAME_readWIDTH() and NAME_writeWIDTH() of guest/port.h, with the parameters
 * that an address is made of.
 */
#define REGISTER_ACCESSORS(name, width, address, ...) \
	uint##width##_t name##_read##width(__VA_ARGS__) \
	{ \
		return mmio_read##width(address); \
	} \
	void name##_write##width(__VA_ARGS__, uint##width##_t value) \
	{ \
		publish(); \
		mmio_write##width(address, value); \
	}

#endif
