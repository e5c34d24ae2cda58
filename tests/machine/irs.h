/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest does with a GICv5, and its devices, in verbs. */
#ifndef VGIC_TESTS_MACHINE_IRS_H
#define VGIC_TESTS_MACHINE_IRS_H

#include "regs/gicv5.h"
#include "tests/machine/machine.h"

#define SW_PPI GICV5_PPI_SW_PPI
/* Where the guest has its IST. */
#define GUEST_IST (MACHINE_RAM + 0x10000)
/* The physical interrupts that have no number of their own. */
#define PINT 100u

/* machine_affinity() of a GICv5's vCPU. */
#define iaffid(v) ((uint16_t)((v)*0x100))

/* CDRCFG's result. */
uint64_t guest_rcfg(struct machine *m, uint32_t v, uint32_t intid);
/* Enabled, at this priority, for vCPU `to`. */
void guest_setup(struct machine *m, uint32_t v, uint32_t intid, uint32_t to,
		 uint32_t prio);
/* IST_CFGR and IST_BASER. */
void guest_ist(struct machine *m, bool two_level, uint32_t id_bits,
	       uint32_t istsz, uint32_t l2sz);

/*
 * Loads and stores to frames of the first IRS, or of another by its offset.
 * The vCPU is in guest code afterwards.
 */
#define IRS(n) ((uint32_t)(n) * (uint32_t)MACHINE_IRS_STRIDE)
uint64_t irs_read(struct machine *m, uint32_t v, uint32_t offset,
		  unsigned int width);
void irs_write(struct machine *m, uint32_t v, uint32_t offset,
	       unsigned int width, uint64_t value);
/* The same but once; false: it has to be made again. */
bool irs_once(struct machine *m, uint32_t v, uint32_t offset,
	      unsigned int width, bool write, uint64_t *value);

/* Lines of devices, by the interrupt's ID; an LPI's message. */
void ppi(struct machine *m, uint32_t v, uint32_t n, bool level);
void spi(struct machine *m, uint32_t n, bool level);
int message(struct machine *m, uint32_t lpi);
/*
 * The timer of vCPU v is mapped to a physical interrupt of the same number, in
 * software to PINT + v, with ops that sample its line: phys[v].
 */
void map_timer(struct machine *m, uint32_t v);
void timer_line(struct machine *m, uint32_t v, bool level);

#endif
