/* SPDX-License-Identifier: BSD-2-Clause */
/* src/v5/irs.c: the registers of the IRS, and what they do to SPIs. */
#include <vgic/uaccess.h>

#include "tests/v5/test.h"

#include "v5/v5.h"

/* What a register is after reset, and after ones and zeroes are written. */
struct row {
	const char *name;
	uint32_t offset;
	uint8_t width;
	uint64_t reset;
	/* Bits that stay; 0 with `mistake`: read-only. */
	uint64_t writable;
	bool mistake;
};

/* clang-format off */
#define RO(name, value) { #name, name, 4, value, 0, true }
#define RW(name, value, bits) { #name, name, 4, value, bits, false }
/* clang-format on */

static const struct row rows[] = {
	RO(IRS_IDR0, 0x295),
	RO(IRS_IDR1, 0x4f0002),
	RO(IRS_IDR2, 0x3eac),
	RO(IRS_IDR3, 0),
	RO(IRS_IDR4, 0),
	RO(IRS_IDR5, 32),
	RO(IRS_IDR6, 32),
	RO(IRS_IDR7, 0),
	RO(IRS_IIDR, 0x4b00043b),
	RO(IRS_AIDR, 0),
	RW(IRS_CR0, 2, 1),
	RW(IRS_CR1, 0, 0xffff),
	RO(IRS_SYNC_STATUSR, 1),
	RW(IRS_SPI_SELR, 0, 0xffffff),
	RO(IRS_SPI_STATUSR, 3),
	RW(IRS_PE_SELR, 0, 0xffff),
	RO(IRS_PE_STATUSR, 7),
	RW(IRS_PE_CR0, 0, 1),
	RW(IRS_IST_CFGR, 0, 0),
	RO(IRS_IST_STATUSR, 1),
	RO(IRS_DEVARCH, 0x47705a19),
	RO(IRS_PIDR4, 0x04),
	RO(IRS_PIDR0, 0x00),
	RO(IRS_PIDR1, 0xb0),
	RO(IRS_PIDR2, 0x0b),
	RO(IRS_PIDR3, 0x00),
	RO(IRS_CIDR0, 0x0d),
	RO(IRS_CIDR1, 0xf0),
	RO(IRS_CIDR2, 0x05),
	RO(IRS_CIDR3, 0xb1),
};

#define EACH(i) (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)

static struct machine *after_reset(uint32_t nr_vcpus)
{
	return machine_create(
		CONFIG(.backend = "soft-v5", .nr_vcpus = nr_vcpus));
}

TEST(every_register_after_reset)
{
	struct machine *m = after_reset(2);

	(void)state;
	for
		EACH(i)
		{
			uint64_t got = 0;

			assert_mistakes(
				m, 0, got = irs_read(m, 0, rows[i].offset, 4));
			if (got != rows[i].reset) {
				fail_msg("%s reads %llx", rows[i].name,
					 (unsigned long long)got);
			}
		}
	assert_hex(irs_read(m, 0, IRS_IST_BASER, 8), 0);
	machine_end(m);
}

/* Written from another vCPU than reads it: there is one for all. */
TEST(every_register_written)
{
	(void)state;
	for
		EACH(i)
		{
			const struct row *row = &rows[i];
			struct machine *m = after_reset(2);
			uint64_t got;

			if (row->offset == IRS_IST_CFGR) {
				machine_end(m);
				continue;
			}
			assert_mistakes(m, row->mistake,
					irs_write(m, 0, row->offset, 4, ONES));
			got = irs_read(m, 1, row->offset, 4);
			if (got != (row->reset | row->writable)) {
				fail_msg("%s reads %llx of ones", row->name,
					 (unsigned long long)got);
			}
			/* A selection of nothing has nothing to write to. */
			irs_write(m, 1, row->offset, 4, 0);
			got = irs_read(m, 0, row->offset, 4);
			if (got != (row->reset & ~row->writable)) {
				fail_msg("%s reads %llx of zeroes", row->name,
					 (unsigned long long)got);
			}
			machine_end(m);
		}
}

/* 8 and 16 bits, 64 where there are 32, and askew: nothing, and counted. */
TEST(every_register_in_every_width)
{
	struct machine *m = after_reset(2);
	static const uint8_t widths[] = { 1, 2, 8 };
	uint64_t got = 0;

	(void)state;
	for
		EACH(i)
		{
			for (size_t n = 0; n < sizeof(widths); n++) {
				assert_mistakes(m, 1,
						got = irs_read(m, 0,
							       rows[i].offset,
							       widths[n]));
				assert_hex(got, 0);
				assert_mistakes(m, 1,
						irs_write(m, 0, rows[i].offset,
							  widths[n], ONES));
			}
			for (uint32_t skew = 1; skew < 4; skew++) {
				assert_mistakes(
					m, 1,
					got = irs_read(m, 0,
						       rows[i].offset + skew,
						       4));
				assert_hex(got, 0);
			}
			assert_hex(irs_read(m, 0, rows[i].offset, 4),
				   rows[i].reset);
		}
	machine_end(m);
}

/* The only 64-bit register: whole, by halves, and not across its end. */
TEST(ist_baser_by_halves)
{
	struct machine *m = after_reset(1);

	(void)state;
	irs_write(m, 0, IRS_IST_BASER + 4, 4, UINT64_C(0xabffffffff));
	assert_hex(irs_read(m, 0, IRS_IST_BASER, 8),
		   UINT64_C(0x00ffffff00000000));
	irs_write(m, 0, IRS_IST_BASER, 4, 0xfffffffe);
	assert_hex(irs_read(m, 0, IRS_IST_BASER, 4), 0xffffffc0);
	assert_hex(irs_read(m, 0, IRS_IST_BASER + 4, 4), 0x00ffffff);
	assert_mistakes(m, 1, irs_write(m, 0, IRS_IST_BASER + 4, 8, 0));
	assert_mistakes(m, 1, irs_write(m, 0, IRS_IST_BASER + 2, 4, 0));
	assert_hex(irs_read(m, 0, IRS_IST_BASER, 8),
		   UINT64_C(0x00ffffffffffffc0));
	irs_write(m, 0, IRS_IST_BASER, 8, 0);
	assert_hex(irs_read(m, 0, IRS_IST_BASER, 8), 0);
	machine_end(m);
}

/* Write-only ones, and what is not there: virtualization, MPAM, errors. */
TEST(registers_that_read_as_nothing)
{
	/* clang-format off */
	static const uint32_t absent[] = {
		IRS_SPI_VMR, IRS_SPI_DOMAINR, IRS_VMT_BASER, IRS_VMT_CFGR,
		IRS_VMT_STATUSR, IRS_VPE_SELR, IRS_VPE_DBR, IRS_VM_DBR,
		IRS_VMAP_VMR, IRS_SAVE_VMR, IRS_MEC_IDR, IRS_MPAM_IDR,
		IRS_SWERR_STATUSR, 0x20, 0xffc, 0xffb8, 0xffc0,
	};
	/* clang-format on */
	static const uint32_t write_only[] = {
		IRS_SYNCR,	    IRS_SPI_RESAMPLER,
		IRS_MAP_L2_ISTR,    IRS_FRAME_SIZE + IRS_SETLPIR,
		IRS_FRAME_SIZE + 4,
	};
	struct machine *m = after_reset(1);
	uint64_t got = 1;

	(void)state;
	for (size_t n = 0; n < sizeof(absent) / sizeof(absent[0]); n++) {
		assert_mistakes(m, 1, got = irs_read(m, 0, absent[n], 4));
		assert_hex(got, 0);
		assert_mistakes(m, 1, irs_write(m, 0, absent[n], 4, ONES));
		assert_hex(irs_read(m, 0, absent[n], 4), 0);
	}
	for (size_t n = 0; n < sizeof(write_only) / sizeof(write_only[0]);
	     n++) {
		assert_mistakes(m, 1, got = irs_read(m, 0, write_only[n], 4));
		assert_hex(got, 0);
	}
	/* The barrier is none of a mistake, and done when it is asked for. */
	assert_mistakes(m, 0, irs_write(m, 0, IRS_SYNCR, 4, IRS_SYNCR_SYNC));
	assert_hex(irs_read(m, 0, IRS_SYNC_STATUSR, 4), IRS_SYNC_STATUSR_IDLE);
	machine_end(m);
}

/* SPIs are selected where they are wired to. */
TEST(spi_select_by_irs)
{
	MACHINE(.backend = "soft-v5", .nr_vcpus = 4, .nr_irs = 2,
		.nr_spis = 64);

	for (uint32_t n = 0; n < 2; n++) {
		assert_hex(irs_read(m, 0, IRS(n) + IRS_IDR0, 4) >> 16, n);
		assert_hex(irs_read(m, 0, IRS(n) + IRS_IDR5, 4), 64);
		assert_hex(irs_read(m, 0, IRS(n) + IRS_IDR6, 4), 32);
		assert_hex(irs_read(m, 0, IRS(n) + IRS_IDR7, 4), 32 * n);
		for (uint32_t id = 0; id < 80; id++) {
			bool mine = id / 32 == n && id < 64;

			irs_write(m, 0, IRS(n) + IRS_SPI_SELR, 4, id);
			assert_hex(irs_read(m, 0, IRS(n) + IRS_SPI_STATUSR, 4),
				   IRS_SPI_STATUSR_IDLE |
					   (mine ? IRS_SPI_STATUSR_V : 0));
			assert_mistakes(
				m, !mine,
				irs_write(m, 0, IRS(n) + IRS_SPI_CFGR, 4, 1));
			assert_hex(irs_read(m, 0, IRS(n) + IRS_SPI_CFGR, 4),
				   mine);
		}
	}
	/* Nobody selected anything for the other one. */
	irs_write(m, 0, IRS(0) + IRS_SPI_SELR, 4, 3);
	irs_write(m, 0, IRS(1) + IRS_SPI_SELR, 4, 0xffffff);
	assert_hex(irs_read(m, 0, IRS(0) + IRS_SPI_SELR, 4), 3);
	assert_hex(irs_read(m, 0, IRS(1) + IRS_SPI_SELR, 4), 0xffffff);
	machine_end(m);
}

/* PEs too; one that nobody knows is not valid. */
TEST(pe_select_by_irs)
{
	MACHINE(.backend = "soft-v5", .nr_vcpus = 4, .nr_irs = 2,
		.nr_spis = 64);
	uint32_t pe;

	for (uint32_t n = 0; n < 2; n++) {
		assert_hex(irs_read(m, 0, IRS(n) + IRS_IDR1, 4) & 0xffff, 4);
		for (uint32_t v = 0; v < 6; v++) {
			bool mine = v / 2 == n;

			pe = v == 5 ? 0xffff : iaffid(v);
			irs_write(m, 0, IRS(n) + IRS_PE_SELR, 4, pe);
			assert_hex(
				irs_read(m, 0, IRS(n) + IRS_PE_STATUSR, 4),
				IRS_PE_STATUSR_IDLE |
					(mine ? IRS_PE_STATUSR_V |
							 IRS_PE_STATUSR_ONLINE :
						0));
			assert_mistakes(
				m, !mine,
				irs_write(m, 0, IRS(n) + IRS_PE_CR0, 4, 1));
			assert_hex(irs_read(m, 0, IRS(n) + IRS_PE_CR0, 4),
				   mine);
		}
	}
	machine_end(m);
}

/* IRSEN of the IRS that an SPI is wired to, and of the PE's. */
TEST(irsen_gates_each_irs)
{
	MACHINE(.backend = "soft-v5", .nr_vcpus = 2, .nr_irs = 2,
		.nr_spis = 64);

	guest_setup(m, 0, GICV5_SPI(3), 0, 4);
	guest_setup(m, 0, GICV5_SPI(40), 0, 5);
	irs_write(m, 0, IRS(1) + IRS_CR0, 4, 0);
	assert_hex(irs_read(m, 0, IRS(1) + IRS_CR0, 4), IRS_CR0_IDLE);
	spi(m, 40, true);
	assert_false(guest_irq(m, 0));
	spi(m, 3, true);
	assert_hex(guest_ack(m, 0), VALID | GICV5_SPI(3));
	guest_end(m, 0, GICV5_SPI(3));
	/* What came meanwhile comes now. */
	irs_write(m, 1, IRS(1) + IRS_CR0, 4, IRS_CR0_IRSEN);
	assert_hex(irs_read(m, 0, IRS(1) + IRS_CR0, 4), 3);
	assert_hex(guest_ack(m, 0), VALID | GICV5_SPI(40));
	guest_end(m, 0, GICV5_SPI(40));
	/* And the PE's own IRS. */
	spi(m, 40, false);
	spi(m, 40, true);
	irs_write(m, 1, IRS(0) + IRS_CR0, 4, 0);
	assert_hex(guest_ack(m, 0), 0);
	irs_write(m, 1, IRS(0) + IRS_CR0, 4, IRS_CR0_IRSEN);
	assert_hex(guest_ack(m, 0), VALID | GICV5_SPI(40));
	guest_end(m, 0, GICV5_SPI(40));
	machine_end(m);
}

static void set_tm(struct machine *m, uint32_t id, bool level)
{
	irs_write(m, 0, IRS_SPI_SELR, 4, id);
	irs_write(m, 0, IRS_SPI_CFGR, 4, level ? IRS_SPI_CFGR_TM : 0);
}

/* An edge: the rise alone, and the acknowledge takes it. */
RULE(edge_triggered_spi, 1)
{
	const uint32_t intid = GICV5_SPI(6);

	guest_setup(m, 0, intid, 0, 4);
	guest_write(m, 0, GIC_CDHM, intid | GIC_CDHM_HM);
	spi(m, 6, true);
	/* The event set the handling mode. */
	assert_hex(guest_rcfg(m, 0, intid) &
			   (ICC_ICSR_EL1_HM | ICC_ICSR_EL1_Pending),
		   ICC_ICSR_EL1_Pending);
	spi(m, 6, false);
	assert_true(info_of(m, 0, intid).pending);
	assert_hex(guest_ack(m, 0), VALID | intid);
	assert_hex(guest_rcfg(m, 0, intid) &
			   (ICC_ICSR_EL1_Active | ICC_ICSR_EL1_Pending),
		   ICC_ICSR_EL1_Active);
	/* A second one while it is active waits for its end. */
	spi(m, 6, true);
	guest_write(m, 0, GIC_CDEOI, 0);
	assert_hex(guest_ack(m, 0), 0);
	guest_write(m, 0, GIC_CDDI, intid);
	assert_hex(guest_ack(m, 0), VALID | intid);
	guest_end(m, 0, intid);
	assert_hex(guest_ack(m, 0), 0);
}

/* A level: pending until the source lets go. */
RULE(level_triggered_spi, 1)
{
	const uint32_t intid = GICV5_SPI(6);

	set_tm(m, 6, true);
	guest_setup(m, 0, intid, 0, 4);
	spi(m, 6, true);
	assert_hex(guest_rcfg(m, 0, intid) &
			   (ICC_ICSR_EL1_HM | ICC_ICSR_EL1_Pending),
		   ICC_ICSR_EL1_HM | ICC_ICSR_EL1_Pending);
	assert_hex(guest_ack(m, 0), VALID | intid);
	assert_true(info_of(m, 0, intid).pending);
	guest_end(m, 0, intid);
	assert_hex(guest_ack(m, 0), VALID | intid);
	spi(m, 6, false);
	guest_end(m, 0, intid);
	assert_hex(guest_ack(m, 0), 0);
	/* Software may clear it; the wire's next word counts. */
	spi(m, 6, true);
	guest_write(m, 0, GIC_CDPEND, intid);
	assert_false(guest_irq(m, 0));
	irs_write(m, 0, IRS_SPI_RESAMPLER, 4, 6);
	assert_true(guest_irq(m, 0));
	spi(m, 6, false);
	assert_false(guest_irq(m, 0));
}

/* Changing how the wire is sampled samples it anew, or forgets it. */
RULE(trigger_mode_changes, 1)
{
	const uint32_t intid = GICV5_SPI(6);

	spi(m, 6, true);
	guest_write(m, 0, GIC_CDPEND, intid);
	set_tm(m, 6, true);
	assert_true(info_of(m, 0, intid).pending);
	assert_true(info_of(m, 0, intid).level);
	/* The same again is no change. */
	guest_write(m, 0, GIC_CDPEND, intid);
	set_tm(m, 6, true);
	assert_false(info_of(m, 0, intid).pending);
	guest_write(m, 0, GIC_CDPEND, intid | GIC_CDPEND_PENDING);
	set_tm(m, 6, false);
	assert_false(info_of(m, 0, intid).pending);
	spi(m, 6, false);
	guest_write(m, 0, GIC_CDPEND, intid | GIC_CDPEND_PENDING);
	set_tm(m, 6, true);
	assert_false(info_of(m, 0, intid).pending);
	guest_write(m, 0, GIC_CDPEND, intid | GIC_CDPEND_PENDING);
	set_tm(m, 6, false);
	assert_true(info_of(m, 0, intid).pending);
	/* An edge's wire is not sampled at all. */
	guest_write(m, 0, GIC_CDPEND, intid);
	spi(m, 6, true);
	guest_write(m, 0, GIC_CDPEND, intid);
	irs_write(m, 0, IRS_SPI_RESAMPLER, 4, 6);
	assert_false(info_of(m, 0, intid).pending);
}

/* What a guest makes of SPIs: CDPRI, CDAFF, CDDIS, CDRCFG. */
RULE(configuration_by_instructions, 2)
{
	const uint32_t intid = GICV5_SPI(9);

	assert_hex(guest_rcfg(m, 0, intid), 0);
	guest_setup(m, 0, intid, 1, 31);
	assert_hex(guest_rcfg(m, 0, intid),
		   ICC_ICSR_EL1_Enabled | FIELD_PUT(ICC_ICSR_EL1_Priority, 31) |
			   FIELD_PUT(ICC_ICSR_EL1_IAFFID, iaffid(1)));
	spi(m, 9, true);
	assert_false(guest_irq(m, 0));
	assert_true(guest_irq(m, 1));
	/* It moves while it is pending. */
	guest_write(m, 0, GIC_CDAFF, intid);
	assert_true(guest_irq(m, 0));
	assert_false(guest_irq(m, 1));
	guest_write(m, 1, GIC_CDDIS, intid);
	assert_false(guest_irq(m, 0));
	assert_true(info_of(m, 0, intid).pending);
	/* A more urgent one overtakes it when it is made so. */
	guest_setup(m, 0, GICV5_SPI(10), 0, 8);
	guest_write(m, 1, GIC_CDEN, intid);
	spi(m, 10, true);
	guest_write(m, 1, GIC_CDPRI, intid | FIELD_PUT(GIC_CDPRI_PRIORITY, 7));
	assert_hex(guest_read(m, 0, ICC_HPPIR_EL1),
		   ICC_HPPIR_EL1_HPPIV | intid);
	assert_hex(guest_ack(m, 0), VALID | intid);
	/* Deactivated by whoever says so. */
	guest_write(m, 0, GIC_CDEOI, 0);
	guest_write(m, 1, GIC_CDDI, intid);
	assert_false(info_of(m, 0, intid).active);
	/* To nobody: kept as written, and never delivered. */
	guest_write(m, 0, GIC_CDPEND, GICV5_SPI(10));
	guest_write(m, 0, GIC_CDAFF,
		    intid | FIELD_PUT(GIC_CDAFF_IAFFID, 0xabcd));
	guest_write(m, 0, GIC_CDPEND, intid | GIC_CDPEND_PENDING);
	assert_hex(FIELD_GET(ICC_ICSR_EL1_IAFFID, guest_rcfg(m, 0, intid)),
		   0xabcd);
	assert_false(guest_irq(m, 0));
	assert_false(guest_irq(m, 1));
	guest_write(m, 0, GIC_CDAFF,
		    intid | FIELD_PUT(GIC_CDAFF_IAFFID, iaffid(1)));
	assert_true(guest_irq(m, 1));
	/* All of the above by PPIs' numbers: nothing, and F. */
	guest_write(m, 0, GIC_CDPRI,
		    GICV5_PPI(PPI_PMU) | FIELD_PUT(GIC_CDPRI_PRIORITY, 3));
	assert_hex(guest_rcfg(m, 0, GICV5_PPI(PPI_PMU)), ICC_ICSR_EL1_F);
	assert_hex(guest_read(m, 0, ICC_PPI_PRIORITYR_EL1(PPI_PMU / 8)), 0);
}

static void set_dps(struct machine *m, uint32_t v, bool dps)
{
	irs_write(m, 0, IRS_PE_SELR, 4, iaffid(v));
	irs_write(m, 0, IRS_PE_CR0, 4, dps ? IRS_PE_CR0_DPS : 0);
}

/* How many of them signal, and which one does. */
static uint32_t takers(struct machine *m, uint32_t *who)
{
	uint32_t n = 0;

	for (uint32_t v = 0; v < m->config.nr_vcpus; v++) {
		if (guest_irq(m, v)) {
			*who = v;
			n++;
		}
	}
	return n;
}

RULE(one_of_n, 3)
{
	const uint32_t intid = GICV5_SPI(2);
	uint32_t who = 9, seen = 0;

	guest_setup(m, 0, intid, 0, 4);
	guest_write(m, 0, GIC_CDAFF, intid | GIC_CDAFF_IRM);
	assert_true(guest_rcfg(m, 0, intid) & ICC_ICSR_EL1_IRM);
	for (uint32_t n = 0; n < 6; n++) {
		guest_write(m, 0, GIC_CDPEND, intid | GIC_CDPEND_PENDING);
		assert_int_equal(takers(m, &who), 1);
		seen |= 1u << who;
		assert_hex(guest_ack(m, who), VALID | intid);
		guest_end(m, who, intid);
	}
	assert_hex(seen, 7);
	/* Those that opt out do not get any, nor keep what they had. */
	set_dps(m, 1, true);
	set_dps(m, 2, true);
	for (uint32_t n = 0; n < 4; n++) {
		guest_write(m, 0, GIC_CDPEND, intid | GIC_CDPEND_PENDING);
		assert_int_equal(takers(m, &who), 1);
		assert_int_equal(who, 0);
		assert_hex(guest_ack(m, 0), VALID | intid);
		guest_end(m, 0, intid);
	}
	guest_write(m, 0, GIC_CDPEND, intid | GIC_CDPEND_PENDING);
	set_dps(m, 0, true);
	assert_int_equal(takers(m, &who), 0);
	/* It waits for somebody. */
	set_dps(m, 2, false);
	assert_int_equal(takers(m, &who), 1);
	assert_int_equal(who, 2);
	/* Targeted ones do not care. */
	guest_write(m, 0, GIC_CDAFF, intid);
	assert_int_equal(takers(m, &who), 1);
	assert_int_equal(who, 0);
}

/* A PE that is off could not answer: it is left out, too. */
TEST(one_of_n_and_a_pe_that_is_off)
{
	MACHINE(.backend = "soft-v5", .nr_vcpus = 2);
	const uint32_t intid = GICV5_SPI(2);
	uint32_t who = 9;

	guest_setup(m, 0, intid, 0, 4);
	guest_write(m, 0, GIC_CDAFF, intid | GIC_CDAFF_IRM);
	guest_write(m, 1, ICC_CR0_EL1, 0);
	for (uint32_t n = 0; n < 4; n++) {
		guest_write(m, 0, GIC_CDPEND, intid | GIC_CDPEND_PENDING);
		assert_int_equal(takers(m, &who), 1);
		assert_int_equal(who, 0);
		assert_hex(guest_ack(m, 0), VALID | intid);
		guest_end(m, 0, intid);
	}
	/* It goes off with one at hand; and comes back on as the only one. */
	guest_write(m, 0, GIC_CDPEND, intid | GIC_CDPEND_PENDING);
	guest_write(m, 0, ICC_CR0_EL1, 0);
	assert_int_equal(takers(m, &who), 0);
	guest_write(m, 1, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	assert_int_equal(takers(m, &who), 1);
	assert_int_equal(who, 1);
	/* Turned off and on by PSCI: what it had at hand is passed on. */
	leave(m, 1);
	vgic_vcpu_reset(m->vcpu[1], true);
	guest_write(m, 0, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	run(m, 1);
	assert_int_equal(takers(m, &who), 1);
	assert_int_equal(who, 0);
	guest_write(m, 1, ICC_PCR_EL1, 31);
	guest_write(m, 1, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	guest_write(m, 0, ICC_CR0_EL1, 0);
	assert_int_equal(takers(m, &who), 1);
	assert_int_equal(who, 1);
	/* Both reasons have to go. */
	set_dps(m, 1, true);
	set_dps(m, 0, true);
	guest_write(m, 0, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	assert_int_equal(takers(m, &who), 0);
	set_dps(m, 0, false);
	assert_int_equal(takers(m, &who), 1);
	assert_int_equal(who, 0);
	machine_end(m);
}

/* As restored, before the guest writes any register. */
TEST(one_of_n_on_a_restored_vcpu)
{
	struct machine *m = machine_create(CONFIG(.backend = "soft-v5"));
	const uint32_t intid = GICV5_SPI(2);

	(void)state;
	assert_int_equal(vgic_v5_set_sysreg(m->vcpu[0], ICC_CR0_EL1, 1), 0);
	assert_int_equal(vgic_v5_set_sysreg(m->vcpu[0], ICC_PCR_EL1, 31), 0);
	irs_write(m, 0, IRS_CR0, 4, IRS_CR0_IRSEN);
	guest_setup(m, 0, intid, 0, 4);
	guest_write(m, 0, GIC_CDAFF, intid | GIC_CDAFF_IRM);
	spi(m, 2, true);
	assert_hex(guest_ack(m, 0), VALID | intid);
	guest_end(m, 0, intid);
	machine_end(m);
}

/* A message makes an LPI pending, and an edge. */
RULE(setlpi_frame, 1)
{
	const uint32_t at = IRS_FRAME_SIZE + IRS_SETLPIR;

	guest_ist(m, false, 10, 0, 0);
	guest_setup(m, 0, GICV5_LPI(77), 0, 4);
	guest_write(m, 0, GIC_CDHM, GICV5_LPI(77) | GIC_CDHM_HM);
	assert_mistakes(m, 0, irs_write(m, 0, at, 4, 77));
	assert_hex(guest_rcfg(m, 0, GICV5_LPI(77)) &
			   (ICC_ICSR_EL1_HM | ICC_ICSR_EL1_Pending),
		   ICC_ICSR_EL1_Pending);
	assert_hex(guest_ack(m, 0), VALID | GICV5_LPI(77));
	guest_end(m, 0, GICV5_LPI(77));
	/* No such LPI; not 32 bits; not there. */
	assert_mistakes(m, 1, irs_write(m, 0, at, 4, 1024));
	assert_mistakes(m, 1, irs_write(m, 0, at, 4, ONES));
	assert_mistakes(m, 1, irs_write(m, 0, at, 2, 77));
	assert_mistakes(m, 1, irs_write(m, 0, at, 8, 77));
	assert_mistakes(m, 1, irs_write(m, 0, at + 4, 4, 77));
	assert_false(guest_irq(m, 0));
	/* 24 bits are the ID, the others are ignored. */
	assert_mistakes(m, 0, irs_write(m, 0, at, 4, 0xab00004d));
	assert_hex(guest_ack(m, 0), VALID | GICV5_LPI(77));
	guest_end(m, 0, GICV5_LPI(77));
}

/* What a VMM hides before the first run the guest does not find. */
TEST(hidden_features)
{
	struct machine *m =
		machine_create(CONFIG(.backend = "soft-v5", .nr_irs = 1));
	const uint32_t at = IRS_FRAME_SIZE + IRS_SETLPIR;
	uint64_t idr0;

	(void)state;
	assert_int_equal(
		vgic_uaccess_irs(m->vcpu[0], 0, IRS_IDR0, false, &idr0), 0);
	assert_true(idr0 & IRS_IDR0_SETLPI);
	/* Of an IRS that is not there. */
	assert_int_equal(
		vgic_uaccess_irs(m->vcpu[0], 1, IRS_IDR0, false, &idr0),
		VGIC_E_NOENT);
	idr0 &= ~(uint64_t)(IRS_IDR0_SETLPI | IRS_IDR0_ONE_N);
	assert_int_equal(vgic_uaccess_irs(m->vcpu[0], 0, IRS_IDR0, true, &idr0),
			 0);
	assert_hex(irs_read(m, 0, IRS_IDR0, 4), idr0);
	irs_write(m, 0, IRS_CR0, 4, IRS_CR0_IRSEN);
	guest_write(m, 0, ICC_PCR_EL1, 31);
	guest_write(m, 0, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	guest_ist(m, false, 10, 0, 0);
	guest_setup(m, 0, GICV5_LPI(77), 0, 4);
	assert_mistakes(m, 1, irs_write(m, 0, at, 4, 77));
	assert_false(guest_irq(m, 0));
	machine_end(m);
}

/* Frames are where the embedder puts them, and nowhere else. */
TEST(places)
{
	struct machine *m = machine_create(
		CONFIG(.backend = "soft-v5", .nr_irs = 2, .nr_vcpus = 2));
	uint64_t value = 0;
	int err;

	(void)state;
	err = vgic_set_dist_base(m->gic, 0x10000000);
	assert_int_equal(err, VGIC_E_NOTSUP);
	err = vgic_set_irs_base(m->gic, 0, 0x10000000);
	assert_int_equal(err, VGIC_E_EXIST);
	err = vgic_set_irs_base(m->gic, 2, 0x10000000);
	assert_int_equal(err, VGIC_E_NOENT);
	m->gic->v5->irs[1].placed = false;
	assert_int_equal(vgic_trap_mmio(m->vcpu[0], MACHINE_IRS + IRS(1), 4,
					false, &value),
			 VGIC_TRAP_NOT_MINE);
	err = vgic_set_irs_base(m->gic, 1, 0x10001000);
	assert_int_equal(err, VGIC_E_INVAL);
	err = vgic_set_irs_base(m->gic, 1, MACHINE_IRS + IRS_FRAME_SIZE);
	assert_int_equal(err, VGIC_E_OVERLAP);
	err = vgic_set_irs_base(m->gic, 1, MACHINE_IRS - IRS_FRAME_SIZE);
	assert_int_equal(err, VGIC_E_OVERLAP);
	err = vgic_set_irs_base(m->gic, 1, UINT64_C(0xffffffffffff0000));
	assert_int_equal(err, VGIC_E_OVERLAP);
	err = vgic_set_irs_base(m->gic, 1, MACHINE_IRS - 2 * IRS_FRAME_SIZE);
	assert_int_equal(err, VGIC_OK);
	assert_int_equal(vgic_trap_mmio(m->vcpu[0],
					MACHINE_IRS - 2 * IRS_FRAME_SIZE, 4,
					false, &value),
			 VGIC_TRAP_DONE);
	assert_hex(value >> 16, 1);
	assert_int_equal(vgic_trap_mmio(m->vcpu[0],
					MACHINE_IRS + 2 * IRS_FRAME_SIZE, 4,
					false, &value),
			 VGIC_TRAP_NOT_MINE);
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_register_after_reset),
		cmocka_unit_test(every_register_written),
		cmocka_unit_test(every_register_in_every_width),
		cmocka_unit_test(ist_baser_by_halves),
		cmocka_unit_test(registers_that_read_as_nothing),
		cmocka_unit_test(spi_select_by_irs),
		cmocka_unit_test(pe_select_by_irs),
		cmocka_unit_test(irsen_gates_each_irs),
		rule(edge_triggered_spi),
		rule(level_triggered_spi),
		rule(trigger_mode_changes),
		rule(configuration_by_instructions),
		rule(one_of_n),
		cmocka_unit_test(one_of_n_and_a_pe_that_is_off),
		cmocka_unit_test(one_of_n_on_a_restored_vcpu),
		rule(setlpi_frame),
		cmocka_unit_test(hidden_features),
		cmocka_unit_test(places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
