/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a guest program needs of the machine below it, and nothing else.
 *
 * guest/lib implements it on bare metal (aarch64, EL1); tests/demo implements
 * it on the host, on libvgic and the hardware model.  A program that includes
 * nothing else runs on both, and must print the same on both.
 */
#ifndef GUEST_PORT_H
#define GUEST_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "regs/gicv3.h"

#define PORT_MAX_CPUS 16
/* The virtual timer's PPI, level-sensitive. */
#define PORT_TIMER_INTID 27

/*
 * The program itself.  The boot CPU calls it, then the machine is turned off.
 * False: something was not right, and the program has said what.
 */
bool guest_main(void);

/* CPUs have numbers from 0 on; CPU 0 is the one that boots. */
unsigned int port_nr_cpus(void);
unsigned int port_cpu(void);
/* Aff3.Aff2.Aff1.Aff0, one byte each from bit 31 down. */
uint32_t port_affinity(unsigned int cpu);
/* Start another CPU in entry(), with interrupts masked. */
bool port_cpu_on(unsigned int cpu, void (*entry)(void));
/* Power this CPU off; port_cpu_on() can start it again. */
_Noreturn void port_cpu_off(void);
/* True once a CPU is powered off. */
bool port_cpu_is_off(unsigned int cpu);

/* One character to the console. */
void port_putc(char c);

/*
 * The time; a pause for a loop that waits for another CPU, and one of some
 * length.
 */
uint64_t port_now_us(void);
void port_relax(void);

static inline void port_pause_us(uint64_t us)
{
	uint64_t end = port_now_us() + us;

	while (port_now_us() < end) {
		port_relax();
	}
}

/* PSTATE.I and PSTATE.F together; CPUs start masked. */
void port_mask(void);
void port_unmask(void);
/* Sleep until an interrupt is pending, masked or not. */
void port_wfi(void);
/* Handlers for all CPUs.  They are entered with both masked. */
void port_set_handlers(void (*irq)(void), void (*fiq)(void));

/* This CPU's virtual timer: its line rises after `us` and stays up. */
void port_timer_start(unsigned int us);
void port_timer_stop(void);

/* The distributor; a GICv3's redistributor that belongs to `cpu`. */
uint8_t gicd_read8(uint32_t offset);
uint32_t gicd_read32(uint32_t offset);
uint64_t gicd_read64(uint32_t offset);
void gicd_write8(uint32_t offset, uint8_t value);
void gicd_write32(uint32_t offset, uint32_t value);
void gicd_write64(uint32_t offset, uint64_t value);
uint8_t gicr_read8(unsigned int cpu, uint32_t offset);
uint32_t gicr_read32(unsigned int cpu, uint32_t offset);
uint64_t gicr_read64(unsigned int cpu, uint32_t offset);
void gicr_write8(unsigned int cpu, uint32_t offset, uint8_t value);
void gicr_write32(unsigned int cpu, uint32_t offset, uint32_t value);
void gicr_write64(unsigned int cpu, uint32_t offset, uint64_t value);

/* A GICv3's ITS, and the address by which a GIC knows some memory. */
uint32_t gits_read32(uint32_t offset);
uint64_t gits_read64(uint32_t offset);
void gits_write32(uint32_t offset, uint32_t value);
void gits_write64(uint32_t offset, uint64_t value);
uint64_t port_address(const void *memory);

/* This CPU's CPU interface of a GICv2, by offsets of regs/gicv2.h. */
uint32_t gicc_read32(uint32_t offset);
void gicc_write32(uint32_t offset, uint32_t value);

/*
 * This CPU's CPU interface of a GICv3; `reg` is ICC_<name>_EL1 of regs/gicv3.h.
 * What a write causes has happened when the call returns (DSB, ISB).
 */
uint64_t icc_read(uint32_t reg);
void icc_write(uint32_t reg, uint64_t value);

#endif
