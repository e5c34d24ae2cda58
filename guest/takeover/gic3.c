/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * With a GICv3, PSCI CPU_OFF ends what a CPU has acknowledged, so only the boot
 * CPU leaves interrupts behind.
 */
#include "guest/lib/direct.h"
#include "guest/takeover/takeover.h"

#define GROUP0_BIT (1u << SGI_GROUP0)
#define EL2_SRE 7 /* SRE, DFB, DIB */

static void wake(void)
{
	uint32_t waker = mmio_read32(GICR_BASE + GICR_WAKER);

	mmio_write32(GICR_BASE + GICR_WAKER,
		     waker & ~GICR_WAKER_ProcessorSleep);
	while (mmio_read32(GICR_BASE + GICR_WAKER) &
	       GICR_WAKER_ChildrenAsleep) {
	}
}

/* Open both groups and all SGIs of this CPU, one of them in Group 0. */
static void open_gic(void)
{
	mmio_write32(GICD_BASE + GICD_CTLR, GICD_CTLR_ARE);
	mmio_write32(GICD_BASE + GICD_CTLR, GICD_CTLR_ARE |
						    GICD_CTLR_EnableGrp0 |
						    GICD_CTLR_EnableGrp1);
	wake();
	mmio_write32(GICR_BASE + GICR_IGROUPR0, ~GROUP0_BIT);
	mmio_write8(GICR_BASE + GICR_IPRIORITYR0 + SGI_GROUP0, PRIORITY_GROUP0);
	mmio_write8(GICR_BASE + GICR_IPRIORITYR0 + SGI_GROUP1, PRIORITY_GROUP1);
	mmio_write8(GICR_BASE + GICR_IPRIORITYR0 + SGI_PENDING,
		    PRIORITY_PENDING);
	mmio_write32(GICR_BASE + GICR_ISENABLER0, UINT32_MAX);
	sysreg_write(s3_4_c12_c9_5, EL2_SRE); /* ICC_SRE_EL2 */
	__asm__ volatile("isb");
	sysreg_write(s3_0_c4_c6_0, 0xff); /* ICC_PMR_EL1 */
	sysreg_write(s3_0_c12_c12_6, 1);  /* ICC_IGRPEN0_EL1 */
	sysreg_write(s3_0_c12_c12_7, 1);  /* ICC_IGRPEN1_EL1 */
	__asm__ volatile("isb");
}

static void send(uint32_t intid, bool group0)
{
	uint64_t value = FIELD_PUT(ICC_SGIR_TargetList, 1) |
			 FIELD_PUT(ICC_SGIR_INTID, intid);

	if (group0) {
		sysreg_write(s3_0_c12_c11_7, value); /* ICC_SGI0R_EL1 */
	} else {
		sysreg_write(s3_0_c12_c11_5, value); /* ICC_SGI1R_EL1 */
	}
	__asm__ volatile("dsb sy; isb");
}

static uint64_t iar0(void)
{
	return sysreg_read(s3_0_c12_c8_0); /* ICC_IAR0_EL1 */
}

static uint64_t iar1(void)
{
	return sysreg_read(s3_0_c12_c12_0); /* ICC_IAR1_EL1 */
}

void takeover_leave(void)
{
	open_gic();
	send(SGI_GROUP1, false);
	while (iar1() != SGI_GROUP1) {
	}
	send(SGI_GROUP0, true);
	while (iar0() != SGI_GROUP0) {
	}
	send(SGI_PENDING, false);
	mmio_write32(GICD_BASE + GICD_ISPENDR + SPI_PENDING / 32 * 4,
		     1u << SPI_PENDING % 32);
}

/* start.S wants it; here it is never called. */
_Noreturn void takeover_secondary(void)
{
	while (true) {
	}
}
