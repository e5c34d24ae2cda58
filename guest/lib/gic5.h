/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of a guest's GICv5.  regs5.c has its registers and instructions on
 * bare metal, tests/demo on a modelled machine; gic5.c, above them, what all
 * programs do with it.
 */
#ifndef GUEST_LIB_GIC5_H
#define GUEST_LIB_GIC5_H

#include <stdbool.h>
#include <stdint.h>

#include "regs/gicv5.h"

/*
 * Registers and instructions, by their names in regs/gicv5.h; SYSL reads, SYS
 * writes.  What a write causes is in force when the call returns.
 */
uint64_t gic5_read(uint32_t name);
void gic5_write(uint32_t name, uint64_t value);

/* The IRS's configuration frame; the frame of SETLPI comes next. */
#define IRS_BASE UINT64_C(0x08010000)

uint32_t irs_read(uint32_t offset);
uint64_t irs_read64(uint32_t offset);
void irs_write(uint32_t offset, uint32_t value);
void irs_write64(uint32_t offset, uint64_t value);

/*
 * Two-level interrupt state table of our own memory, entries of 4 bytes and
 * L2 tables of 4 KiB.  False when the IRS does not take it.
 */
bool gic5_make_ist(void);
/* Give LPIs their L2 table: the 1024 around `lpi`.  False: not taken. */
bool gic5_add_lpis(uint32_t lpi);

/* Wait for IDLE in this status register of the IRS. */
void irs_wait(uint32_t status);

/* This PE: PPIs off at the lowest priority, mask open, interface on. */
void gic5_open(void);

/* One SPI or LPI. */
void gic5_pend(uint32_t intid, bool pending);
void gic5_priority(uint32_t intid, uint32_t priority);
void gic5_affinity(uint32_t intid, uint32_t iaffid);
void gic5_handling(uint32_t intid, bool level);
/* Its configuration: ICC_ICSR_EL1 after CDRCFG. */
uint64_t gic5_config(uint32_t intid);
/* As most programs want it: edge, enabled, with a priority, for a PE. */
void gic5_open_irq(uint32_t intid, uint32_t priority, uint32_t iaffid);

/* Acknowledge: GICR CDIA.  Then drop the running priority and deactivate. */
uint64_t gic5_acknowledge(void);
void gic5_end(uint64_t intid);

#endif
