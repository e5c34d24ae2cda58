/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's side of the GICv5 CPU interface. */
#include "tests/soft/v5_cpu.h"

/* Enable these PPIs at priority `priority`, with the mask open. */
static void arm(struct model_v5_cpuif *m, uint64_t ppis0, uint64_t priority)
{
	unsigned int n;

	for (n = 0; n < 16; n++) {
		el1_write(m, ICC_PPI_PRIORITYR_EL1(n),
			  priority * UINT64_C(0x0101010101010101));
	}
	el1_write(m, ICC_PPI_ENABLER0_EL1, ppis0);
	el1_write(m, ICC_PCR_EL1, 31);
	el1_write(m, ICC_CR0_EL1, ICC_CR0_EL1_EN);
}

/* The facts sheet's worked example of SW_PPI, as QEMU runs it. */
static void sw_ppi_from_set_to_deactivate(void **state)
{
	const uint64_t sw = VALID | GICV5_PPI(GICV5_PPI_SW_PPI);
	struct model_v5_cpuif m;

	(void)state;
	cpu_init(&m);
	arm(&m, BIT(3), 31);
	el1_write(&m, ICC_PPI_SPENDR0_EL1, BIT(3));
	el1_write(&m, ICC_PCR_EL1, 0);
	assert_hex(el1_read(&m, GICR_CDIA), 0);
	assert_hex(el1_read(&m, ICC_PPI_SPENDR0_EL1), BIT(3));
	el1_write(&m, ICC_PCR_EL1, 31);
	assert_hex(sw, UINT64_C(0x120000003));
	assert_hex(el1_read(&m, ICC_HPPIR_EL1), sw);
	assert_true(vgic_soft_v5_irq_asserted(&m));
	assert_hex(el1_read(&m, GICR_CDIA), sw);
	assert_hex(el1_read(&m, ICC_PPI_CPENDR0_EL1), 0);
	assert_hex(el1_read(&m, ICC_PPI_CACTIVER0_EL1), BIT(3));
	assert_hex(el1_read(&m, ICC_APR_EL1), 0x80000000);
	assert_false(vgic_soft_v5_irq_asserted(&m));
	el1_write(&m, GIC_CDEOI, 0);
	assert_hex(el1_read(&m, ICC_APR_EL1), 0);
	assert_hex(el1_read(&m, ICC_PPI_SACTIVER0_EL1), BIT(3));
	el1_write(&m, GIC_CDDI, sw);
	assert_hex(el1_read(&m, ICC_PPI_SACTIVER0_EL1), 0);
}

/* The worked example of LPI 5. */
static void lpi_5_from_set_to_deactivate(void **state)
{
	const uint64_t lpi = GICV5_LPI(5);
	static struct machine m;
	struct oracle5_irq *irq;

	(void)state;
	machine_init(&m);
	irq = oracle5_irq(&m.gic, (uint32_t)lpi);
	el1_write(&m.cpu, ICC_PCR_EL1, 31);
	el1_write(&m.cpu, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	el1_write(&m.cpu, GIC_CDPRI, lpi | FIELD_PUT(GIC_CDPRI_PRIORITY, 31));
	el1_write(&m.cpu, GIC_CDRCFG, lpi);
	assert_hex(el1_read(&m.cpu, ICC_ICSR_EL1), 0xf800);
	el1_write(&m.cpu, GIC_CDPEND, lpi | GIC_CDPEND_PENDING);
	el1_write(&m.cpu, GIC_CDRCFG, lpi);
	assert_hex(el1_read(&m.cpu, ICC_ICSR_EL1), 0xf804);
	el1_write(&m.cpu, GIC_CDPEND, lpi);
	el1_write(&m.cpu, GIC_CDEN, lpi);
	el1_write(&m.cpu, GIC_CDRCFG, lpi);
	assert_hex(el1_read(&m.cpu, ICC_ICSR_EL1), 0xf802);
	el1_write(&m.cpu, GIC_CDAFF,
		  lpi | FIELD_PUT(GIC_CDAFF_IAFFID, cpu_config.iaffid));
	el1_write(&m.cpu, GIC_CDPEND, lpi | GIC_CDPEND_PENDING);
	assert_hex(el1_read(&m.cpu, GICR_CDIA), VALID | lpi);
	el1_write(&m.cpu, GIC_CDRCFG, lpi);
	assert_hex(el1_read(&m.cpu, ICC_ICSR_EL1),
		   0xf812 | (uint64_t)cpu_config.iaffid << 32);
	assert_true(irq->active && !irq->pending && irq->enabled);
	el1_write(&m.cpu, GIC_CDEOI, 0);
	el1_write(&m.cpu, GIC_CDDI, VALID | lpi);
	el1_write(&m.cpu, GIC_CDRCFG, lpi);
	assert_hex(el1_read(&m.cpu, ICC_ICSR_EL1),
		   0xf802 | (uint64_t)cpu_config.iaffid << 32);
}

/* Of the handling mode an acknowledge asks, of pending the source. */
static void level_stays_pending(void **state)
{
	struct model_v5_cpuif m;

	(void)state;
	cpu_init(&m);
	arm(&m, BIT(27), 4);
	el2_write(&m, ICH_PPI_PENDR0_EL2, BIT(27));
	assert_hex(el1_read(&m, GICR_CDIA), VALID | GICV5_PPI(27));
	assert_hex(el1_read(&m, ICC_PPI_SPENDR0_EL1), BIT(27));
	el1_write(&m, GIC_CDEOI, 0);
	/* Active: no candidate, though pending. */
	assert_hex(el1_read(&m, GICR_CDIA), 0);
	el1_write(&m, GIC_CDDI, GICV5_PPI(27));
	assert_hex(el1_read(&m, GICR_CDIA), VALID | GICV5_PPI(27));
	/* Software neither sets nor clears it. */
	el1_write(&m, ICC_PPI_CPENDR0_EL1, BIT(27));
	el1_write(&m, ICC_PPI_SPENDR0_EL1, BIT(26));
	assert_hex(el1_read(&m, ICC_PPI_SPENDR0_EL1), BIT(27));
}

static void level_as_storage(void **state)
{
	struct model_v5_config config = cpu_config;
	struct model_v5_cpuif m;

	(void)state;
	config.level_is_storage = true;
	assert_true(vgic_soft_v5_reset(&m, &config));
	el2_write(&m, ICH_HFGRTR_EL2, UINT64_MAX);
	el2_write(&m, ICH_HFGWTR_EL2, UINT64_MAX);
	el2_write(&m, ICH_PPI_PENDR0_EL2, BIT(27));
	el1_write(&m, ICC_PPI_CPENDR0_EL1, BIT(27));
	el1_write(&m, ICC_PPI_SPENDR0_EL1, BIT(26));
	assert_hex(el1_read(&m, ICC_PPI_SPENDR0_EL1), BIT(26));
}

/* Equality passes the mask, but does not preempt. */
static void mask_and_running_priority(void **state)
{
	struct model_v5_cpuif m;

	(void)state;
	cpu_init(&m);
	arm(&m, BIT(3), 9);
	el1_write(&m, ICC_PPI_SPENDR0_EL1, BIT(3));
	el1_write(&m, ICC_PCR_EL1, 8);
	assert_hex(el1_read(&m, ICC_HPPIR_EL1), 0);
	el1_write(&m, ICC_PCR_EL1, 9);
	assert_hex(el1_read(&m, ICC_HPPIR_EL1), VALID | GICV5_PPI(3));
	el1_write(&m, ICC_APR_EL1, BIT(9));
	assert_hex(el1_read(&m, ICC_HPPIR_EL1), 0);
	el1_write(&m, ICC_APR_EL1, BIT(10));
	assert_hex(el1_read(&m, ICC_HPPIR_EL1), VALID | GICV5_PPI(3));
	el1_write(&m, ICC_APR_EL1, BIT(0) | BIT(10));
	assert_hex(el1_read(&m, GICR_CDIA), 0);
	/* EOI drops the most urgent priority; with none it does nothing. */
	el1_write(&m, GIC_CDEOI, 0);
	assert_hex(el1_read(&m, ICC_APR_EL1), BIT(10));
	el1_write(&m, GIC_CDEOI, UINT64_MAX);
	el1_write(&m, GIC_CDEOI, 0);
	assert_hex(el1_read(&m, ICC_APR_EL1), 0);
	el1_write(&m, ICC_CR0_EL1, 0);
	assert_hex(el1_read(&m, GICR_CDIA), 0);
	assert_hex(el1_read(&m, ICC_HPPIR_EL1), 0);
	assert_false(vgic_soft_v5_irq_asserted(&m));
}

static void best_priority_of_all_banks(void **state)
{
	struct model_v5_cpuif m;

	(void)state;
	cpu_init(&m);
	arm(&m, UINT64_MAX, 16);
	el1_write(&m, ICC_PPI_ENABLER1_EL1, UINT64_MAX);
	el1_write(&m, ICC_PPI_SPENDR0_EL1, BIT(3));
	el2_write(&m, ICH_PPI_PENDR0_EL2, BIT(63) | BIT(30) | BIT(3));
	el1_write(&m, ICC_PPI_SPENDR1_EL1, BIT(0));
	el2_write(&m, ICH_PPI_PENDR1_EL2, BIT(63) | BIT(0));
	/* Priorities: 127 has 1, 64 has 2, 63 has 3, the others 16. */
	el1_write(&m, ICC_PPI_PRIORITYR_EL1(15), UINT64_C(1) << 56);
	el1_write(&m, ICC_PPI_PRIORITYR_EL1(8), 2);
	el1_write(&m, ICC_PPI_PRIORITYR_EL1(7), UINT64_C(3) << 56);
	assert_hex(el1_read(&m, GICR_CDIA), VALID | GICV5_PPI(127));
	assert_hex(el1_read(&m, GICR_CDIA), 0);
	el1_write(&m, GIC_CDEOI, 0);
	assert_hex(el1_read(&m, GICR_CDIA), VALID | GICV5_PPI(64));
	el1_write(&m, GIC_CDEOI, 0);
	assert_hex(el1_read(&m, GICR_CDIA), VALID | GICV5_PPI(63));
	el1_write(&m, GIC_CDEOI, 0);
	/* Equals: the lower first. */
	assert_hex(el1_read(&m, GICR_CDIA), VALID | GICV5_PPI(3));
	el1_write(&m, GIC_CDEOI, 0);
	assert_hex(el1_read(&m, GICR_CDIA), VALID | GICV5_PPI(30));
	el1_write(&m, GIC_CDEOI, 0);
	assert_hex(el1_read(&m, GICR_CDIA), 0);
	assert_hex(el1_read(&m, ICC_PPI_CACTIVER1_EL1), BIT(63) | BIT(0));
}

/* Between equals a PPI goes before what the IRS has. */
static void ppi_wins_ties(void **state)
{
	const uint64_t spi = GICV5_SPI(33);
	static struct machine m;

	(void)state;
	machine_init(&m);
	arm(&m.cpu, BIT(3), 5);
	el1_write(&m.cpu, GIC_CDEN, spi);
	el1_write(&m.cpu, GIC_CDPRI, spi | FIELD_PUT(GIC_CDPRI_PRIORITY, 5));
	el1_write(&m.cpu, GIC_CDAFF,
		  spi | FIELD_PUT(GIC_CDAFF_IAFFID, cpu_config.iaffid));
	oracle5_spi_wire(&m.gic, 33, true);
	assert_hex(el1_read(&m.cpu, ICC_HPPIR_EL1), VALID | spi);
	el1_write(&m.cpu, ICC_PPI_SPENDR0_EL1, BIT(3));
	assert_hex(el1_read(&m.cpu, ICC_HPPIR_EL1), VALID | GICV5_PPI(3));
	el1_write(&m.cpu, GIC_CDPRI, spi | FIELD_PUT(GIC_CDPRI_PRIORITY, 4));
	assert_hex(el1_read(&m.cpu, GICR_CDIA), VALID | spi);
	assert_hex(el1_read(&m.cpu, ICC_APR_EL1), BIT(4));
}

static void what_no_register_is(void **state)
{
	/* clang-format off */
	static const uint32_t sys[] = {
		SYSREG_ENC(1, 0, 12, 1, 6), SYSREG_ENC(1, 0, 12, 2, 2),
		SYSREG_ENC(1, 0, 12, 3, 2), SYSREG_ENC(1, 0, 12, 0, 2),
		SYSREG_ENC(1, 0, 12, 4, 0), GIC_VDPEND, GIC_LDEN,
		ICC_HAPR_EL1, SYSREG_ENC(3, 1, 12, 0, 4), ICH_APR_EL2,
		ICC_CR0_EL3, SYSREG_ENC(3, 0, 12, 8, 0),
	};
	/* clang-format on */
	/* Wrong direction. */
	static const uint32_t read_only[] = {
		GICR_CDIA,    GICR_CDNMIA,   ICC_PPI_HMR0_EL1, ICC_PPI_HMR1_EL1,
		ICC_IDR0_EL1, ICC_HPPIR_EL1, ICC_IAFFIDR_EL1,
	};
	static const uint32_t write_only[] = {
		GIC_CDEN,   GIC_CDDIS,	GIC_CDPRI, GIC_CDAFF,
		GIC_CDPEND, GIC_CDRCFG, GIC_CDEOI, GIC_CDDI,
		GIC_CDHM,   GSB_SYS,	GSB_ACK,
	};
	struct model_v5_cpuif m;
	uint64_t value = 0;
	size_t n;

	(void)state;
	cpu_init(&m);
	for (n = 0; n < sizeof(sys) / sizeof(sys[0]); n++) {
		assert_int_equal(vgic_soft_v5_read(&m, sys[n], &value),
				 MODEL_UNDEF);
		assert_int_equal(vgic_soft_v5_write(&m, sys[n], 0),
				 MODEL_UNDEF);
		assert_int_equal(vgic_soft_v5_execute(&m, sys[n], true, &value),
				 MODEL_UNDEF);
	}
	for (n = 0; n < sizeof(read_only) / sizeof(read_only[0]); n++) {
		assert_int_equal(vgic_soft_v5_write(&m, read_only[n], 0),
				 MODEL_UNDEF);
		(void)el1_read(&m, read_only[n]);
	}
	for (n = 0; n < sizeof(write_only) / sizeof(write_only[0]); n++) {
		assert_int_equal(vgic_soft_v5_read(&m, write_only[n], &value),
				 MODEL_UNDEF);
		el1_write(&m, write_only[n], 0);
	}
}

/* Every register at once: what sticks of all ones, and of zeros. */
static void reserved_bits(void **state)
{
	const uint64_t imp0 = cpu_config.ppi_implemented[0];
	struct model_v5_cpuif m;
	unsigned int n;

	(void)state;
	cpu_init(&m);
	assert_hex(el1_read(&m, ICC_CR0_EL1), 6);
	el1_write(&m, ICC_CR0_EL1, UINT64_MAX);
	assert_hex(el1_read(&m, ICC_CR0_EL1), 7);
	el1_write(&m, ICC_PCR_EL1, UINT64_MAX);
	assert_hex(el1_read(&m, ICC_PCR_EL1), 0x1f);
	el1_write(&m, ICC_APR_EL1, UINT64_MAX);
	assert_hex(el1_read(&m, ICC_APR_EL1), 0xffffffff);
	el1_write(&m, ICC_ICSR_EL1, UINT64_MAX);
	assert_hex(el1_read(&m, ICC_ICSR_EL1), UINT64_C(0xffff0000f83f));
	el1_write(&m, ICC_PPI_ENABLER0_EL1, UINT64_MAX);
	assert_hex(el1_read(&m, ICC_PPI_ENABLER0_EL1), imp0);
	el1_write(&m, ICC_PPI_SACTIVER0_EL1, UINT64_MAX);
	assert_hex(el1_read(&m, ICC_PPI_SACTIVER0_EL1), imp0);
	el1_write(&m, ICC_PPI_CACTIVER0_EL1, BIT(3));
	assert_hex(el1_read(&m, ICC_PPI_CACTIVER0_EL1), imp0 & ~BIT(3));
	el1_write(&m, ICC_PPI_SPENDR0_EL1, UINT64_MAX);
	assert_hex(el1_read(&m, ICC_PPI_SPENDR0_EL1), BIT(3));
	el1_write(&m, ICC_PPI_CPENDR0_EL1, UINT64_MAX);
	assert_hex(el1_read(&m, ICC_PPI_CPENDR0_EL1), 0);
	for (n = 0; n < 16; n++) {
		el1_write(&m, ICC_PPI_PRIORITYR_EL1(n), UINT64_MAX);
	}
	assert_hex(el1_read(&m, ICC_PPI_PRIORITYR_EL1(0)), 0x1f000000);
	assert_hex(el1_read(&m, ICC_PPI_PRIORITYR_EL1(1)), 0);
	assert_hex(el1_read(&m, ICC_PPI_PRIORITYR_EL1(8)), 0x1f);
	assert_hex(el1_read(&m, ICC_PPI_HMR0_EL1), imp0 & ~BIT(3));
	assert_hex(el1_read(&m, ICC_PPI_HMR1_EL1), BIT(63));
	assert_hex(el1_read(&m, ICC_IDR0_EL1), 0x141);
	assert_hex(el1_read(&m, ICC_IAFFIDR_EL1), 0x123);
}

static void four_priority_bits(void **state)
{
	struct model_v5_config config = cpu_config;
	struct model_v5_cpuif m;

	(void)state;
	config.pri_bits = 4;
	config.id_bits = 16;
	config.legacy = NULL;
	assert_true(vgic_soft_v5_reset(&m, &config));
	el2_write(&m, ICH_HFGRTR_EL2, UINT64_MAX);
	el2_write(&m, ICH_HFGWTR_EL2, UINT64_MAX);
	assert_hex(el1_read(&m, ICC_IDR0_EL1), 0x30);
	el1_write(&m, ICC_PCR_EL1, 31);
	assert_hex(el1_read(&m, ICC_PCR_EL1), 30);
	el1_write(&m, ICC_PPI_PRIORITYR_EL1(0), UINT64_MAX);
	assert_hex(el1_read(&m, ICC_PPI_PRIORITYR_EL1(0)), 0x1e000000);
	el1_write(&m, ICC_APR_EL1, UINT64_MAX);
	assert_hex(el1_read(&m, ICC_APR_EL1), 0x55555555);
	config.pri_bits = 6;
	assert_false(vgic_soft_v5_reset(&m, &config));
	config.pri_bits = 5;
	config.id_bits = 20;
	assert_false(vgic_soft_v5_reset(&m, &config));
}

/* On PPIs, on no type at all and without an IRS these do nothing. */
static void commands_to_nowhere(void **state)
{
	static const uint32_t insns[] = {
		GIC_CDEN,   GIC_CDDIS, GIC_CDPRI, GIC_CDAFF,
		GIC_CDPEND, GIC_CDHM,  GIC_CDDI,
	};
	struct model_v5_cpuif m;
	uint32_t type;
	size_t n;

	(void)state;
	cpu_init(&m);
	for (type = 0; type < 8; type++) {
		const uint64_t x = GICV5_INTID(type, 27u) | BIT(32);

		for (n = 0; n < sizeof(insns) / sizeof(insns[0]); n++) {
			el1_write(&m, insns[n], x);
		}
		el1_write(&m, ICC_ICSR_EL1, 0);
		el1_write(&m, GIC_CDRCFG, x);
		assert_hex(el1_read(&m, ICC_ICSR_EL1), ICC_ICSR_EL1_F);
	}
	assert_hex(el1_read(&m, ICC_PPI_ENABLER0_EL1), 0);
	assert_hex(el1_read(&m, ICC_PPI_SPENDR0_EL1), 0);
	/* CDDI of PPIs that are not there, or far beyond. */
	el1_write(&m, ICC_PPI_SACTIVER0_EL1, UINT64_MAX);
	el1_write(&m, GIC_CDDI, GICV5_PPI(128));
	el1_write(&m, GIC_CDDI, GICV5_PPI(0xffffff));
	el1_write(&m, GIC_CDDI, GICV5_PPI(4));
	assert_hex(el1_read(&m, ICC_PPI_SACTIVER0_EL1),
		   cpu_config.ppi_implemented[0]);
	assert_hex(el1_read(&m, GICR_CDNMIA), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sw_ppi_from_set_to_deactivate),
		cmocka_unit_test(lpi_5_from_set_to_deactivate),
		cmocka_unit_test(level_stays_pending),
		cmocka_unit_test(level_as_storage),
		cmocka_unit_test(mask_and_running_priority),
		cmocka_unit_test(best_priority_of_all_banks),
		cmocka_unit_test(ppi_wins_ties),
		cmocka_unit_test(what_no_register_is),
		cmocka_unit_test(reserved_bits),
		cmocka_unit_test(four_priority_bits),
		cmocka_unit_test(commands_to_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
