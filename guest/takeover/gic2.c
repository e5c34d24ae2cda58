/* SPDX-License-Identifier: BSD-2-Clause */
/* On a GICv2: both CPUs leave something, and the second one goes off. */
#include "guest/lib/lib.h"
#include "guest/takeover/takeover.h"
#include "regs/gicv2.h"

#define GICC_BASE UINT64_C(0x08010000)
#define SECONDARY 1
#define AFFINITY_OFF 1

/* At EL2 firmware listens to SMC. */
static int64_t smc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	register uint64_t x0 __asm__("x0") = function;
	register uint64_t x1 __asm__("x1") = a1;
	register uint64_t x2 __asm__("x2") = a2;
	register uint64_t x3 __asm__("x3") = a3;

	__asm__ volatile("smc #0"
			 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
			 :
			 : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
			   "x12", "x13", "x14", "x15", "x16", "x17",
			   "memory");
	return (int64_t)x0;
}

/* This CPU's interface and SGIs; all but one are in Group 1. */
static void open_cpu(void)
{
	mmio_write32(GICD_BASE + GICD_IGROUPR, ~(1u << SGI_GROUP0));
	mmio_write8(GICD_BASE + GICD_IPRIORITYR + SGI_GROUP0, PRIORITY_GROUP0);
	mmio_write8(GICD_BASE + GICD_IPRIORITYR + SGI_GROUP1, PRIORITY_GROUP1);
	mmio_write8(GICD_BASE + GICD_IPRIORITYR + SGI_PENDING,
		    PRIORITY_PENDING);
	mmio_write32(GICD_BASE + GICD_ISENABLER, UINT32_MAX);
	mmio_write32(GICC_BASE + GICC_PMR, 0xff);
	mmio_write32(GICC_BASE + GICC_CTLR,
		     GICC_CTLR_EnableGrp0 | GICC_CTLR_EnableGrp1 |
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
	while (FIELD_GET(GICC_INTID, mmio_read32(GICC_BASE + GICC_IAR)) !=
	       intid) {
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
	while (smc(PSCI_AFFINITY_INFO, SECONDARY, 0, 0) != AFFINITY_OFF) {
	}
}
