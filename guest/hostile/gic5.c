/* SPDX-License-Identifier: BSD-2-Clause */
/* A GICv5, used wrongly and rightly. */
#include "guest/lib/gic5.h"
#include "guest/hostile/hostile.h"
#include "guest/lib/lib.h"
#include "guest/text.h"
#include "regs/a64.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"

#define LPI_ID_BITS 10
#define NR_LPIS (1u << LPI_ID_BITS)
#define PRIORITY 16
#define SELF GICV5_LPI(HOSTILE_SGI)

/* A linear table that is right; an L1 and an L2 table to be wrong with. */
static _Alignas(4096) uint32_t table[NR_LPIS];
static _Alignas(4096) uint64_t l1_table[NR_LPIS];
static _Alignas(4096) uint32_t l2_table[NR_LPIS];

static bool all_widths(void)
{
	static const struct hostile_frame frames[] = {
		{ IRS_BASE, 2 * IRS_FRAME_SIZE },
		{ 0, 0 },
	};

	return hostile_widths(frames);
}

/*
 * What EL1 has of CRn 12.  CRm 0 to 7 of op1 0 is left out: VBAR_EL1 and other
 * registers that have nothing to do with a GIC.
 */
static const struct {
	uint32_t first, count;
	bool read, write;
} known[] = {
	{ ICC_PPI_HMR0_EL1, 4, true, false },
	{ ICC_ICSR_EL1, 1, true, true },
	{ ICC_IAFFIDR_EL1, 1, true, false },
	{ ICC_PPI_ENABLER0_EL1, 2, true, true },
	{ ICC_PPI_CACTIVER0_EL1, 8, true, true },
	{ ICC_PPI_PRIORITYR0_EL1, 16, true, true },
	{ ICC_APR_EL1, 3, true, true },
	{ GIC_CDDIS, 6, false, true },
	{ GIC_CDEOI, 1, false, true },
	{ GIC_CDDI, 2, false, true },
	{ GICR_CDIA, 2, true, false },
};

static bool is_known(uint32_t enc, bool read)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (enc - known[i].first < known[i].count) {
			return read ? known[i].read : known[i].write;
		}
	}
	return false;
}

static bool executes_rightly(uint32_t enc, bool read)
{
	uint64_t esr;
	unsigned int n = hostile_execute(A64_SYSTEM_WORD(enc, read, 0), &esr);
	bool ok = is_known(enc, read) ? n == 0 :
					n == 1 && hostile_is_undefined(esr);

	/* QEMU gives EL1 this one though EL2 says no (seen in 7.2). */
	if (!ok && enc != ICC_SRE_EL1) {
		say("hostile: %s %x: %u faults, ESR %lx\n",
		    read ? "read" : "write", enc, n, (unsigned long)esr);
		return false;
	}
	return true;
}

/*
 * Every register and instruction around those of a GICv5.  The neighbours are
 * UNDEFINED, whether no one has them, or EL2, EL3 or a GICv3 does.
 */
static bool neighbours(void)
{
	static const struct {
		uint32_t op0, op1, crm;
	} classes[] = {
		{ 1, 0, 0 }, { 1, 4, 0 }, { 1, 6, 0 }, { 3, 0, 8 },
		{ 3, 1, 0 }, { 3, 4, 8 }, { 3, 6, 8 },
	};
	bool ok = true;

	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		for (uint32_t at = classes[i].crm * 8; at < 16 * 8; at++) {
			uint32_t enc = SYSREG_ENC(classes[i].op0,
						  classes[i].op1, 12, at / 8,
						  at % 8);

			ok &= executes_rightly(enc, true);
			ok &= executes_rightly(enc, false);
		}
	}
	/* The ID registers say that there is a GICv5, and no GICv3. */
	return ok &&
	       FIELD_GET(ID_AA64PFR2_EL1_GCIE, sysreg_read(S3_0_C0_C4_2)) ==
		       1 &&
	       FIELD_GET(ID_AA64PFR0_EL1_GIC, sysreg_read(id_aa64pfr0_el1)) ==
		       0;
}

static void set_table(const void *at, uint32_t id_bits, bool two_levels)
{
	irs_write64(IRS_IST_BASER, 0);
	irs_wait(IRS_IST_STATUSR);
	irs_write(IRS_IST_CFGR,
		  (uint32_t)FIELD_PUT(IRS_IST_CFGR_LPI_ID_BITS, id_bits) |
			  (two_levels ? IRS_IST_CFGR_STRUCTURE : 0));
	irs_write64(IRS_IST_BASER,
		    (uint64_t)(uintptr_t)at | IRS_IST_BASER_VALID);
	irs_wait(IRS_IST_STATUSR);
}

static bool table_is_valid(void)
{
	return irs_read64(IRS_IST_BASER) & IRS_IST_BASER_VALID;
}

static bool lpi_exists(uint32_t lpi)
{
	return !(gic5_config(GICV5_LPI(lpi)) & ICC_ICSR_EL1_F);
}

static bool map_l2(uint32_t lpi)
{
	irs_write(IRS_MAP_L2_ISTR, lpi);
	irs_wait(IRS_IST_STATUSR);
	return ((volatile uint64_t *)l1_table)[lpi / NR_LPIS] & L1_ISTE_VALID;
}

/* Tables where there is no RAM. */
static bool tables_nowhere(void)
{
	/* clang-format off */
	static const uint64_t nowhere[] = {
		0, IRS_BASE, 0x09000000, 0xfffff000,
		UINT64_C(0x00fffffffffff000),
	};
	/* clang-format on */
	bool ok = true;

	for (size_t i = 0; i < sizeof(nowhere) / sizeof(*nowhere); i++) {
		for (uint32_t two_levels = 0; two_levels < 2; two_levels++) {
			set_table((void *)(uintptr_t)nowhere[i], 16,
				  two_levels);
			ok &= !table_is_valid() && !lpi_exists(1);
		}
		set_table(l1_table, 16, true);
		l1_table[0] = nowhere[i];
		ok &= table_is_valid() && !map_l2(1) && !lpi_exists(1);
	}
	return ok;
}

/* While a table is valid, writes that would move or resize it are ignored. */
static bool tables_that_move(void)
{
	uint64_t before;
	bool ok;

	set_table(table, LPI_ID_BITS, false);
	before = irs_read64(IRS_IST_BASER);
	irs_write64(IRS_IST_BASER,
		    (uint64_t)(uintptr_t)l2_table | IRS_IST_BASER_VALID);
	ok = irs_read64(IRS_IST_BASER) == before;
	irs_write(IRS_IST_CFGR, 0x100 | 16);
	ok &= irs_read(IRS_IST_CFGR) == LPI_ID_BITS;
	irs_write(IRS_MAP_L2_ISTR, 0xffffff);
	irs_wait(IRS_IST_STATUSR);
	return ok && lpi_exists(NR_LPIS - 1) && !lpi_exists(NR_LPIS) &&
	       !lpi_exists(0xffffff);
}

/* The same L2 table for two ranges of IDs, and the L1 table as its own L2. */
static bool tables_that_overlap(void)
{
	bool ok;

	set_table(l1_table, 16, true);
	l1_table[0] = (uint64_t)(uintptr_t)l2_table;
	l1_table[1] = (uint64_t)(uintptr_t)l2_table;
	l1_table[2] = (uint64_t)(uintptr_t)l1_table;
	ok = map_l2(0) && map_l2(NR_LPIS) && map_l2(2 * NR_LPIS);
	gic5_priority(GICV5_LPI(1), 3);
	ok &= !(gic5_config(GICV5_LPI(NR_LPIS + 1)) & ICC_ICSR_EL1_F);
	gic5_pend(GICV5_LPI(2 * NR_LPIS + 1), true);
	/* Without a table there are no LPIs. */
	irs_write64(IRS_IST_BASER, 0);
	irs_wait(IRS_IST_STATUSR);
	return ok && !lpi_exists(1) && !lpi_exists(2 * NR_LPIS + 1);
}

static bool bad_tables(void)
{
	bool ok = tables_nowhere();

	ok &= tables_that_move();
	return tables_that_overlap() && ok;
}

const struct hostile_part hostile_gic_parts[] = {
	{ "hostile=widths", all_widths },
	{ "hostile=neighbours", neighbours },
	{ "hostile=tables", bad_tables },
	{ NULL, NULL },
};

/*
 * Not IRS_MAP_L2_ISTR: with the wild tables of this part, the IRS would write
 * into our own memory.
 */
void hostile_junk_mmio(uint32_t *seed)
{
	unsigned int width = hostile_random(seed) % HOSTILE_WIDTHS;
	uint32_t offset = hostile_random(seed) & 0x3ff & ~((1u << width) - 1);

	if (offset / 8 == IRS_MAP_L2_ISTR / 8) {
		offset = IRS_FRAME_SIZE + IRS_SETLPIR;
	}
	hostile_access(IRS_BASE + offset, width, seed);
}

void hostile_junk_cpuif(uint32_t *seed)
{
	/* clang-format off */
	static const uint32_t readable[] = {
		ICC_PPI_HMR0_EL1, ICC_IDR0_EL1, ICC_HPPIR_EL1, ICC_ICSR_EL1,
		ICC_IAFFIDR_EL1, ICC_PPI_ENABLER0_EL1, ICC_PPI_CACTIVER0_EL1,
		ICC_PPI_SACTIVER0_EL1, ICC_PPI_CPENDR0_EL1,
		ICC_PPI_SPENDR0_EL1, ICC_PPI_PRIORITYR0_EL1, ICC_APR_EL1,
		ICC_CR0_EL1, ICC_PCR_EL1, GICR_CDIA, GICR_CDNMIA,
	};
	/* clang-format on */
	/* clang-format off */
	static const uint32_t writable[] = {
		ICC_ICSR_EL1, ICC_PPI_ENABLER0_EL1, ICC_PPI_ENABLER1_EL1,
		ICC_PPI_CACTIVER0_EL1, ICC_PPI_SACTIVER0_EL1,
		ICC_PPI_CPENDR0_EL1, ICC_PPI_SPENDR0_EL1,
		ICC_PPI_PRIORITYR0_EL1, ICC_APR_EL1, ICC_CR0_EL1, ICC_PCR_EL1,
		GIC_CDDIS, GIC_CDEN, GIC_CDPRI, GIC_CDAFF, GIC_CDPEND,
		GIC_CDRCFG, GIC_CDEOI, GIC_CDDI, GIC_CDHM,
	};
	/* clang-format on */
	uint64_t value = hostile_random64(seed);
	unsigned int n;

	/* Every other number is an interrupt that exists. */
	if (hostile_random(seed) % 2 == 0) {
		value &= ~(uint64_t)FIELD_MASK(GICV5_INTID_ID) | 0x3f;
	}
	if (hostile_random(seed) % 2 == 0) {
		n = sizeof(readable) / sizeof(*readable);
		gic5_read(readable[hostile_random(seed) % n]);
	} else {
		n = sizeof(writable) / sizeof(*writable);
		gic5_write(writable[hostile_random(seed) % n], value);
	}
}

uint32_t hostile_take(void)
{
	uint64_t taken = gic5_acknowledge();

	if (taken & GICR_CDIA_VALID) {
		gic5_end(taken);
	}
	return taken == (GICR_CDIA_VALID | SELF) ? HOSTILE_SGI : UINT32_MAX;
}

/* Whatever was done, let one LPI reach this PE again. */
void hostile_reset_gic(void)
{
	uint32_t nr_spis = irs_read(IRS_IDR5);

	gic5_write(ICC_CR0_EL1, 0);
	gic5_write(ICC_APR_EL1, 0);
	for (uint32_t i = 0; i < nr_spis; i++) {
		gic5_write(GIC_CDDIS, GICV5_SPI(i));
		gic5_pend(GICV5_SPI(i), false);
		gic5_write(GIC_CDDI, GICV5_SPI(i));
	}
	irs_write(IRS_CR0, IRS_CR0_IRSEN);
	set_table(table, LPI_ID_BITS, false);
	gic5_open_irq(SELF, PRIORITY, (uint32_t)gic5_read(ICC_IAFFIDR_EL1));
	gic5_open();
}

void hostile_send_self(void)
{
	gic5_pend(SELF, true);
}
