/* SPDX-License-Identifier: BSD-2-Clause */
/* With a GICv2, both CPUs leave interrupts behind, and CPU 1 goes off. */
#include "guest/lib/direct.h"
#include "guest/takeover/takeover.h"

#define SECONDARY 1

/* A program at EL2 reaches firmware, which has PSCI, by SMC. */
static SMCCC_CALL(smc)

	/* This CPU's interface and SGIs; all but one are in Group 1. */
	static void open_cpu(void)
{
	mmio_write32(GICD_BASE + GICD_IGROUPR, ~(1u << SGI_GROUP0));
	mmio_write8(GICD_BASE + GICD_IPRIORITYR + SGI_GROUP0, PRIORITY_GROUP0);
	mmio_write8(GICD_BASE + GICD_IPRIORITYR + SGI_GROUP1, PRIORITY_GROUP1);
	mmio_write8(GICD_BASE + GICD_IPRIORITYR + SGI_PENDING,
		    PRIORITY_PENDING);
	mmio_write32(GICD_BASE + GICD_ISENABLER, UINT32_MAX);
	gicc_write(GICC_PMR, 0xff);
	gicc_write(GICC_CTLR, GICC_CTLR_EnableGrp0 | GICC_CTLR_EnableGrp1 |
				      GICC_CTLR_AckCtl);
}

static void send(uint32_t intid)
{
	mmio_write32(GICD_BASE + GICD_SGIR,
		     (uint32_t)(FIELD_PUT(GICD_SGIR_SGIINTID, intid) |
				FIELD_PUT(GICD_SGIR_TargetListFilter,
					  GICD_SGIR_FILTER_SELF)));
}

static void take(uint32_t intid)
{
	send(intid);
	while (FIELD_GET(GICC_INTID, gicc_read(GICC_IAR)) != intid) {
	}
}

static void leave(void)
{
	open_cpu();
	take(SGI_GROUP1);
	take(SGI_GROUP0);
	send(SGI_PENDING);
}

_Noreturn void takeover_secondary(void)
{
	leave();
	smc(PSCI_CPU_OFF, 0, 0, 0);
	while (true) {
	}
}

void takeover_leave(void)
{
	mmio_write32(GICD_BASE + GICD_CTLR,
		     GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1);
	leave();
	mmio_write32(GICD_BASE + GICD_ISPENDR + SPI_PENDING / 32 * 4,
		     1u << SPI_PENDING % 32);
	smc(PSCI_CPU_ON, SECONDARY, (uint64_t)takeover_secondary_entry, 0);
	while (smc(PSCI_AFFINITY_INFO, SECONDARY, 0, 0) != PSCI_AFFINITY_OFF) {
	}
}
