/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What programs do with a GICv5, above its registers: the interrupt state table
 * (IST) that LPIs need, this PE's interface, and one interrupt at a time.
 */
#include "guest/lib/gic5.h"

#define LPI_ID_BITS 16
#define L2_TABLE_SIZE 4096
#define L2_TABLE_LPIS (L2_TABLE_SIZE / 4)
#define NR_L2_TABLES (1u << LPI_ID_BITS) / L2_TABLE_LPIS
#define L2_TABLES_OWNED 4
#define PRIORITY_LOWEST UINT64_C(0x1f1f1f1f1f1f1f1f)
#define PCR_OPEN 0x1f

static _Alignas(4096) uint64_t l1_table[NR_L2_TABLES];
static _Alignas(4096) uint8_t l2_tables[L2_TABLES_OWNED][L2_TABLE_SIZE];
static unsigned int l2_tables_used;

void irs_wait(uint32_t status)
{
	while (!(irs_read(status) & 1)) {
	}
}

bool gic5_make_ist(void)
{
	irs_write(IRS_CR0, IRS_CR0_IRSEN);
	while (!(irs_read(IRS_CR0) & IRS_CR0_IDLE)) {
	}
	irs_write(IRS_IST_CFGR,
		  (uint32_t)(FIELD_PUT(IRS_IST_CFGR_LPI_ID_BITS, LPI_ID_BITS) |
			     IRS_IST_CFGR_STRUCTURE));
	irs_write64(IRS_IST_BASER,
		    (uint64_t)(uintptr_t)l1_table | IRS_IST_BASER_VALID);
	irs_wait(IRS_IST_STATUSR);
	return irs_read64(IRS_IST_BASER) & IRS_IST_BASER_VALID;
}

bool gic5_add_lpis(uint32_t lpi)
{
	volatile uint64_t *entry = &l1_table[lpi / L2_TABLE_LPIS];

	if (*entry & L1_ISTE_VALID) {
		return true;
	}
	if (l2_tables_used == L2_TABLES_OWNED) {
		return false;
	}
	*entry = (uint64_t)(uintptr_t)l2_tables[l2_tables_used++];
	irs_write(IRS_MAP_L2_ISTR, lpi);
	irs_wait(IRS_IST_STATUSR);
	/* The IRS has made the entry valid, in our memory, if it took it. */
	return *entry & L1_ISTE_VALID;
}

void gic5_open(void)
{
	gic5_write(ICC_PPI_ENABLER0_EL1, 0);
	gic5_write(ICC_PPI_ENABLER1_EL1, 0);
	gic5_write(ICC_PPI_PRIORITYR0_EL1, PRIORITY_LOWEST);
	gic5_write(ICC_PPI_PRIORITYR0_EL1 + 3, PRIORITY_LOWEST);
	gic5_write(ICC_PCR_EL1, PCR_OPEN);
	gic5_write(ICC_CR0_EL1, gic5_read(ICC_CR0_EL1) | ICC_CR0_EL1_EN);
}

void gic5_pend(uint32_t intid, bool pending)
{
	gic5_write(GIC_CDPEND, intid | (pending ? GIC_CDPEND_PENDING : 0));
}

void gic5_priority(uint32_t intid, uint32_t priority)
{
	gic5_write(GIC_CDPRI, intid | FIELD_PUT(GIC_CDPRI_PRIORITY, priority));
}

void gic5_affinity(uint32_t intid, uint32_t iaffid)
{
	gic5_write(GIC_CDAFF, intid | FIELD_PUT(GIC_CDAFF_IAFFID, iaffid));
}

void gic5_handling(uint32_t intid, bool level)
{
	gic5_write(GIC_CDHM, intid | (level ? GIC_CDHM_HM : 0));
}

uint64_t gic5_config(uint32_t intid)
{
	gic5_write(GIC_CDRCFG, intid);
	return gic5_read(ICC_ICSR_EL1);
}

void gic5_open_irq(uint32_t intid, uint32_t priority, uint32_t iaffid)
{
	gic5_priority(intid, priority);
	gic5_affinity(intid, iaffid);
	gic5_handling(intid, false);
	gic5_write(GIC_CDEN, intid);
}

uint64_t gic5_acknowledge(void)
{
	return gic5_read(GICR_CDIA);
}

void gic5_end(uint64_t intid)
{
	gic5_write(GIC_CDEOI, 0);
	gic5_write(GIC_CDDI, intid);
}
