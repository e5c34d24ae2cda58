/* SPDX-License-Identifier: BSD-2-Clause */
/* Group IST, and the table's place and shape in IRS_REGS. */
#include "tests/kvm/script.h"

#define SPIS (32u * 4)
#define LPIS (1024u * 4)
#define BASE (RAM | IRS_IST_BASER_VALID)
#define PRIO(n) ((uint32_t)(n) << L2_ISTE_PRIORITY_SHIFT)
#define TO(iaffid) ((uint32_t)(iaffid) << L2_ISTE_IAFFID_SHIFT)
#define ENABLED (L2_ISTE_ENABLE | PRIO(3))

#define READY \
	CREATE(VGIC_KVM_DEV_V5, 0), VCPU(0, 0), VCPU(1, 0), \
		SET(ADDR, VGIC_KVM_ADDR_V5_IRS, 0x10000, 0), \
		SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0), \
		SET(IRS_REGS, IRS_CR0, IRS_CR0_IRSEN, 0)
#define LINEAR \
	SET(IRS_REGS, IRS_IST_BASER, BASE, 0), \
		SET(IRS_REGS, IRS_IST_CFGR, 10, 0)
#define RUNS WRITE(0, ICC_CR0_EL1, 1), WRITE(0, ICC_PCR_EL1, 31)

static const struct step ist_errors[] = {
	CREATE(VGIC_KVM_DEV_V5, 0),
	VCPU(0, 0),
	HAS(IST, 0, 0),
	HAS(IST, 1, ERR(ENXIO)),
	SET(IST, 1, 0, ERR(ENXIO)),
	GET(IST, UINT64_MAX, 0, ERR(ENXIO)),
	SET_AT(IST, 0, 0, ERR(EINVAL)),
	GET_AT(IST, 0, 0, ERR(EINVAL)),
	SET_AT(IST, 0, WILD, ERR(EBUSY)),
	SET(ADDR, VGIC_KVM_ADDR_V5_IRS, 0x10000, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET_AT(IST, 0, WILD, ERR(EFAULT)),
	GET_AT(IST, 0, WILD, ERR(EFAULT)),
	IST_SAVE(SPIS, 0, 0),
	IST_SAVE(SPIS - 4, 0, ERR(EINVAL)),
	IST_SAVE(SPIS + 4, 0, ERR(EINVAL)),
	IST_SAVE(0, 0, ERR(EINVAL)),
	IST_RESTORE(SPIS - 4, 0, ERR(EINVAL)),
	IST_STRUCT(0, SPIS, 0, 0, ERR(EINVAL)),
	IST_STRUCT(0, SPIS, 0, WILD, ERR(EFAULT)),
	IST_STRUCT(IST_SET, SPIS, 0, WILD, ERR(EFAULT)),
	IST_STRUCT(IST_SET, SPIS, 0, HERE + 0x2000 - SPIS + 4, ERR(EFAULT)),
	/* There is no table for LPIs. */
	IST_SAVE(SPIS, LPIS, ERR(EINVAL)),
	IST_STRUCT(IST_WILD_LPI, SPIS, 0, SPI_IMAGE, ERR(EINVAL)),
	LINEAR,
	IST_SAVE(SPIS, 0, ERR(EINVAL)),
	IST_SAVE(SPIS, LPIS / 2, ERR(EINVAL)),
	IST_SAVE(SPIS, LPIS * 2, ERR(EINVAL)),
	IST_STRUCT(0, SPIS, LPIS, SPI_IMAGE, 0),
	IST_STRUCT(IST_NO_LPI, SPIS, LPIS, SPI_IMAGE, ERR(EINVAL)),
	IST_STRUCT(IST_WILD_LPI, SPIS, LPIS, SPI_IMAGE, ERR(EFAULT)),
	IST_STRUCT(IST_WILD_LPI | IST_SET, SPIS, LPIS, SPI_IMAGE, ERR(EFAULT)),
	IST_RESTORE(SPIS, LPIS, 0),
	IST_RESTORE(SPIS, LPIS, ERR(EBUSY)),
	RUN(0, 0),
	IST_SAVE(SPIS, LPIS, ERR(EBUSY)),
	STOP(0),
	IST_SAVE(SPIS, LPIS, 0),
	IST_RESTORE(SPIS, LPIS, ERR(EBUSY)),
	{ 0 },
};

/* Nothing of the SPIs is restored when the LPIs cannot be read. */
static const struct step ist_is_restored_whole_or_not[] = {
	READY,
	LINEAR,
	POKE(5, L2_ISTE_PENDING | ENABLED),
	IST_STRUCT(IST_WILD_LPI | IST_SET, SPIS, LPIS, SPI_IMAGE, ERR(EFAULT)),
	PENDING(0, GICV5_SPI(5), 0),
	IST_RESTORE(SPIS, LPIS, 0),
	PENDING(0, GICV5_SPI(5), 1),
	{ 0 },
};

static const struct step ist_spis[] = {
	READY,
	POKE(0, L2_ISTE_PENDING | ENABLED | 3u << L2_ISTE_HWU_SHIFT | 0xe0),
	POKE(1, ENABLED | L2_ISTE_ACTIVE | TO(1)),
	POKE(2, L2_ISTE_HM | PRIO(31)),
	POKE(3, L2_ISTE_HM | L2_ISTE_PENDING | ENABLED),
	POKE(4, L2_ISTE_IRM | ENABLED),
	POKE(31, PRIO(1) | TO(7)),
	IST_RESTORE(SPIS, 0, 0),
	POKE(0, 0),
	POKE(1, 0),
	POKE(2, 0),
	POKE(3, 0),
	POKE(4, 0),
	POKE(31, 0),
	IST_SAVE(SPIS, 0, 0),
	PEEK(0, L2_ISTE_PENDING | ENABLED),
	PEEK(1, ENABLED | L2_ISTE_ACTIVE | TO(1)),
	PEEK(2, L2_ISTE_HM | PRIO(31)),
	PEEK(3, L2_ISTE_HM | L2_ISTE_PENDING | ENABLED),
	PEEK(4, L2_ISTE_IRM | ENABLED),
	PEEK(31, PRIO(1) | TO(7)),
	PEEK(6, 0),
	/* The trigger mode goes with the handling mode. */
	SET(IRS_REGS, IRS_SPI_SELR, 3, 0),
	GET(IRS_REGS, IRS_SPI_CFGR, IRS_SPI_CFGR_TM, 0),
	SET(IRS_REGS, IRS_SPI_SELR, 1, 0),
	GET(IRS_REGS, IRS_SPI_CFGR, 0, 0),
	/* The guest takes what was pending; the level stays. */
	RUNS,
	TAKE(0, GICV5_SPI(0)),
	END_OF(0, GICV5_SPI(0)),
	TAKE(0, GICV5_SPI(3)),
	END_OF(0, GICV5_SPI(3)),
	TAKE(0, GICV5_SPI(3)),
	LINE(IRQ(1, 0, 3), 0, 0),
	END_OF(0, GICV5_SPI(3)),
	TAKE(0, 0),
	{ 0 },
};

/* Before its wire has moved for the first time. */
static const struct step ist_hm_is_the_trigger_mode[] = {
	READY,
	SET(IRS_REGS, IRS_SPI_SELR, 7, 0),
	SET(IRS_REGS, IRS_SPI_CFGR, IRS_SPI_CFGR_TM, 0),
	IST_SAVE(SPIS, 0, 0),
	PEEK(7, L2_ISTE_HM),
	PEEK(8, 0),
	{ 0 },
};

static const struct step ist_lpis[] = {
	READY,
	LINEAR,
	POKE(LPI(0), L2_ISTE_PENDING | ENABLED),
	POKE(LPI(700), ENABLED | L2_ISTE_ACTIVE | TO(1)),
	POKE(LPI(1023), L2_ISTE_HM | PRIO(9)),
	IST_RESTORE(SPIS, LPIS, 0),
	POKE(LPI(0), 0),
	POKE(LPI(700), 0),
	POKE(LPI(1023), 0),
	IST_SAVE(SPIS, LPIS, 0),
	PEEK(LPI(0), L2_ISTE_PENDING | ENABLED),
	PEEK(LPI(700), ENABLED | L2_ISTE_ACTIVE | TO(1)),
	PEEK(LPI(1023), L2_ISTE_HM | PRIO(9)),
	RUNS,
	TAKE(0, GICV5_LPI(0)),
	END_OF(0, GICV5_LPI(0)),
	TAKE(0, 0),
	{ 0 },
};

/* Two levels: the guest's memory says which LPIs there are. */
static const struct step ist_two_levels[] = {
	READY,
	RAM_POKE(RAM + 8 * 2, (RAM + 0x1000) | L1_ISTE_VALID),
	SET(IRS_REGS, IRS_IST_CFGR,
	    10 | 2u << IRS_IST_CFGR_ISTSZ_SHIFT | IRS_IST_CFGR_STRUCTURE, 0),
	SET(IRS_REGS, IRS_IST_BASER, BASE, 0),
	POKE(LPI(2 * 256), L2_ISTE_PENDING | ENABLED),
	POKE(LPI(3 * 256), L2_ISTE_PENDING | ENABLED),
	IST_RESTORE(SPIS, LPIS, 0),
	IST_SAVE(SPIS, LPIS, 0),
	PEEK(LPI(2 * 256), L2_ISTE_PENDING | ENABLED),
	PEEK(LPI(3 * 256), 0),
	RUNS,
	TAKE(0, GICV5_LPI(2 * 256)),
	END_OF(0, GICV5_LPI(2 * 256)),
	TAKE(0, 0),
	{ 0 },
};

/* A table that is not in the guest's memory is none. */
static const struct step ist_outside_ram_is_EINVAL[] = {
	READY,
	SET(IRS_REGS, IRS_IST_CFGR, 10, 0),
	SET(IRS_REGS, IRS_IST_BASER, 0x1000 | IRS_IST_BASER_VALID, 0),
	POKE(5, L2_ISTE_PENDING | ENABLED),
	IST_RESTORE(SPIS, LPIS, ERR(EINVAL)),
	PENDING(0, GICV5_SPI(5), 0),
	/* As it was stored: it may be there the next time. */
	GET(IRS_REGS, IRS_IST_BASER, 0x1000 | IRS_IST_BASER_VALID, 0),
	IST_RESTORE(SPIS, LPIS, ERR(EINVAL)),
	SET(IRS_REGS, IRS_IST_BASER, 0, 0),
	IST_RESTORE(SPIS, 0, 0),
	PENDING(0, GICV5_SPI(5), 1),
	{ 0 },
};

/* The registers come in any order, and again; then there is a table. */
static const struct step ist_registers_before_and_after[] = {
	READY,
	SET(IRS_REGS, IRS_IST_CFGR, 3u << IRS_IST_CFGR_ISTSZ_SHIFT,
	    ERR(EINVAL)),
	SET(IRS_REGS, IRS_IST_CFGR, 3u << IRS_IST_CFGR_L2SZ_SHIFT, ERR(EINVAL)),
	SET(IRS_REGS, IRS_IST_BASER, (RAM + 0x8000) | IRS_IST_BASER_VALID, 0),
	SET(IRS_REGS, IRS_IST_CFGR, 12, 0),
	LINEAR,
	GET(IRS_REGS, IRS_IST_BASER, BASE, 0),
	GET(IRS_REGS, IRS_IST_CFGR, 10, 0),
	IST_RESTORE(SPIS, LPIS, 0),
	SET(IRS_REGS, IRS_IST_BASER, BASE, 0),
	SET(IRS_REGS, IRS_IST_CFGR, 10, 0),
	SET(IRS_REGS, IRS_IST_BASER, RAM, ERR(EINVAL)),
	SET(IRS_REGS, IRS_IST_BASER, BASE + 0x1000, ERR(EINVAL)),
	SET(IRS_REGS, IRS_IST_CFGR, 11, ERR(EINVAL)),
	GET(IRS_REGS, IRS_IST_BASER, BASE, 0),
	{ 0 },
};

/* An address without VALID is kept, and nothing is made of it. */
static const struct step ist_stored_invalid_is_none[] = {
	READY,
	LINEAR,
	SET(IRS_REGS, IRS_IST_BASER, RAM + 0x8000, 0),
	GET(IRS_REGS, IRS_IST_BASER, RAM + 0x8000, 0),
	IST_RESTORE(SPIS, LPIS, ERR(EINVAL)),
	IST_RESTORE(SPIS, 0, 0),
	RUNS,
	GET(IRS_REGS, IRS_IST_BASER, RAM + 0x8000, 0),
	WRITE(0, GIC_CDEN, GICV5_LPI(1023)),
	WRITE(0, GIC_CDPEND, GICV5_LPI(1023) | GIC_CDPEND_PENDING),
	TAKE(0, 0),
	{ 0 },
};

/* Its contents were not restored: the LPIs are there all the same. */
static const struct step ist_made_at_the_first_run[] = {
	READY,
	LINEAR,
	RUN(0, 0),
	RUNS,
	WRITE(0, GIC_CDEN, GICV5_LPI(1023)),
	WRITE(0, GIC_CDPEND, GICV5_LPI(1023) | GIC_CDPEND_PENDING),
	TAKE(0, GICV5_LPI(1023)),
	{ 0 },
};

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT(ist_errors),
		SCRIPT(ist_is_restored_whole_or_not),
		SCRIPT(ist_spis),
		SCRIPT(ist_hm_is_the_trigger_mode),
		SCRIPT(ist_lpis),
		SCRIPT(ist_two_levels),
		SCRIPT(ist_outside_ram_is_EINVAL),
		SCRIPT(ist_registers_before_and_after),
		SCRIPT(ist_made_at_the_first_run),
		SCRIPT(ist_stored_invalid_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
