/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is the machine below what the hypervisor promises?  This guest looks at
 * everything but the GIC, which is what the demo looks at: PSCI, ID registers,
 * debug registers, timers, and whether vCPUs that share a CPU keep their
 * registers.
 */
#ifndef GUEST_CPU_CPU_H
#define GUEST_CPU_CPU_H

#include "guest/lib/gic.h"
#include "guest/lib/lib.h"

/* Note whether something holds; if it does not, print `what`. */
void check(bool holds, const char *what);

/* PSCI and SMCCC. */
void probe_calls(void);
/* Interrupts that a CPU leaves behind when it goes off. */
void probe_off(void);
/* ID registers, and that what they deny is UNDEFINED. */
void probe_registers(void);
/* A hardware breakpoint, and that it is private to its CPU. */
void probe_debug(void);
/* Both timers, by register and by interrupt, and waking from WFI. */
void probe_timers(void);
/* CPU registers, while vCPUs take turns on one CPU. */
void probe_switch(void);

/* Enable a PPI on this CPU and open its interface; PPIs add up. */
void open_ppi(uint32_t ppi);
/* Take one interrupt while they are masked; 1023 when there is none. */
uint32_t take(void);
/*
 * The same for the virtual timer, which is stopped before its interrupt is
 * ended: deactivated while the line is up, the interrupt would be pending in a
 * list register again, where a write of CNTV_CTL does not withdraw it.
 */
bool take_timer(void);

/*
 * Start another CPU in `entry`, as soon as it is off; false when it is not off
 * after a second.
 */
bool run_on(unsigned int cpu, void (*entry)(void));

/* ---- registers.S ------------------------------------------------------- */

/* ID register 3:0:0:CRm:op2; index (CRm - 1) * 8 + op2, 0 .. 55. */
uint64_t id_register(unsigned int index);
/* Put values into q0 to q31, FPSR and FPCR; do these still have them? */
void fp_fill(uint64_t seed);
bool fp_holds(uint64_t seed);
/* A function that does nothing, for a breakpoint. */
void landmark(void);

#endif
