/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is the machine below what the hypervisor promises?  This guest looks at all
 * but the GIC, which is the demo's matter: PSCI, ID registers, debug registers,
 * timers, and whether CPUs that share one below keep their registers.
 */
#ifndef GUEST_CPU_CPU_H
#define GUEST_CPU_CPU_H

#include "guest/lib/gic.h"
#include "guest/lib/lib.h"

/* Count it, and say so when it does not hold. */
void check(bool holds, const char *what);

/* PSCI and SMCCC. */
void probe_calls(void);
/* What a CPU that went off has left behind. */
void probe_off(void);
/* ID registers, and registers that are not there. */
void probe_registers(void);
/* A hardware breakpoint, and that it is one CPU's alone. */
void probe_debug(void);
/* The physical timer, and waking from WFI. */
void probe_timers(void);
/* Registers survive while CPUs take turns. */
void probe_switch(void);

/* Open this CPU's interface and one of its PPIs, beside what is open. */
void open_ppi(uint32_t ppi);
/* Take one interrupt without leaving masked code; 1023 when there is none. */
uint32_t take(void);
/*
 * Take the virtual timer's, and stop the timer before its interrupt is ended:
 * deactivated while the line is up, it would be pending in a list register once
 * more, where writing CNTV_CTL cannot withdraw it.
 */
bool take_timer(void);

/* A secondary CPU for `entry`; false when it is not off after a second. */
bool run_on(unsigned int cpu, void (*entry)(void));

/* ---- registers.S ------------------------------------------------------- */

/* ID register 3:0:0:CRm:op2; index (CRm - 1) * 8 + op2, 0 .. 55. */
uint64_t id_register(unsigned int index);
/* q0 to q31, FPSR and FPCR from a seed; are they still that? */
void fp_fill(uint64_t seed);
bool fp_holds(uint64_t seed);
/* Where the breakpoint is put; does nothing. */
void landmark(void);

#endif
