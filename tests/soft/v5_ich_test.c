/* SPDX-License-Identifier: BSD-2-Clause */
/* EL2's side: traps, direct injection, residency, doorbells. */
#include "tests/soft/v5_cpu.h"

static void reset_traps_everything(void **state)
{
	struct model_v5_cpuif m;
	uint64_t value;

	(void)state;
	cpu_reset(&m);
	assert_int_equal(vgic_soft_v5_read(&m, GICR_CDIA, &value), MODEL_TRAP);
	assert_int_equal(vgic_soft_v5_write(&m, GIC_CDPEND, 0), MODEL_TRAP);
	assert_int_equal(vgic_soft_v5_read(&m, ICC_IDR0_EL1, &value),
			 MODEL_TRAP);
	assert_int_equal(vgic_soft_v5_write(&m, ICC_CR0_EL1, 1), MODEL_TRAP);
	assert_hex(m.en, 0);
	/* Barriers have no trap, and what is nothing is UNDEFINED. */
	assert_int_equal(vgic_soft_v5_write(&m, GSB_SYS, 0), MODEL_DONE);
	assert_int_equal(vgic_soft_v5_write(&m, ICC_HAPR_EL1, 0), MODEL_UNDEF);
	assert_int_equal(vgic_soft_v5_write(&m, ICC_IDR0_EL1, 0), MODEL_UNDEF);
	/* Once trapped, it is executed all the same. */
	value = ICC_CR0_EL1_EN;
	assert_int_equal(vgic_soft_v5_execute(&m, ICC_CR0_EL1, true, &value),
			 MODEL_DONE);
	assert_int_equal(vgic_soft_v5_execute(&m, ICC_CR0_EL1, false, &value),
			 MODEL_DONE);
	assert_hex(value, 7);
	assert_hex(el2_read(&m, ICH_HFGRTR_EL2), ICH_HFGRTR_EL2_RES1);
	assert_hex(el2_read(&m, ICH_HFGWTR_EL2), 0);
	assert_hex(el2_read(&m, ICH_HFGITR_EL2), 0);
}

/* Each bit lets exactly its own accesses through. */
static const struct trap {
	uint32_t el2;
	uint64_t bit;
	uint32_t first, last;
} traps[] = {
	{ ICH_HFGRTR_EL2, BIT(0), ICC_APR_EL1, ICC_APR_EL1 },
	{ ICH_HFGRTR_EL2, BIT(1), ICC_IDR0_EL1, ICC_IDR0_EL1 },
	{ ICH_HFGRTR_EL2, BIT(2), ICC_CR0_EL1, ICC_CR0_EL1 },
	{ ICH_HFGRTR_EL2, BIT(4), ICC_HPPIR_EL1, ICC_HPPIR_EL1 },
	{ ICH_HFGRTR_EL2, BIT(5), ICC_PCR_EL1, ICC_PCR_EL1 },
	{ ICH_HFGRTR_EL2, BIT(6), ICC_ICSR_EL1, ICC_ICSR_EL1 },
	{ ICH_HFGRTR_EL2, BIT(7), ICC_IAFFIDR_EL1, ICC_IAFFIDR_EL1 },
	{ ICH_HFGRTR_EL2, BIT(16), ICC_PPI_HMR0_EL1, ICC_PPI_HMR1_EL1 },
	{ ICH_HFGRTR_EL2, BIT(17), ICC_PPI_ENABLER0_EL1, ICC_PPI_ENABLER1_EL1 },
	{ ICH_HFGRTR_EL2, BIT(18), ICC_PPI_CPENDR0_EL1, ICC_PPI_SPENDR1_EL1 },
	{ ICH_HFGRTR_EL2, BIT(19), ICC_PPI_PRIORITYR_EL1(0),
	  ICC_PPI_PRIORITYR_EL1(15) },
	{ ICH_HFGRTR_EL2, BIT(20), ICC_PPI_CACTIVER0_EL1,
	  ICC_PPI_SACTIVER1_EL1 },
	{ ICH_HFGWTR_EL2, BIT(0), ICC_APR_EL1, ICC_APR_EL1 },
	{ ICH_HFGWTR_EL2, BIT(2), ICC_CR0_EL1, ICC_CR0_EL1 },
	{ ICH_HFGWTR_EL2, BIT(5), ICC_PCR_EL1, ICC_PCR_EL1 },
	{ ICH_HFGWTR_EL2, BIT(6), ICC_ICSR_EL1, ICC_ICSR_EL1 },
	{ ICH_HFGWTR_EL2, BIT(17), ICC_PPI_ENABLER0_EL1, ICC_PPI_ENABLER1_EL1 },
	{ ICH_HFGWTR_EL2, BIT(18), ICC_PPI_CPENDR0_EL1, ICC_PPI_SPENDR1_EL1 },
	{ ICH_HFGWTR_EL2, BIT(19), ICC_PPI_PRIORITYR_EL1(0),
	  ICC_PPI_PRIORITYR_EL1(15) },
	{ ICH_HFGWTR_EL2, BIT(20), ICC_PPI_CACTIVER0_EL1,
	  ICC_PPI_SACTIVER1_EL1 },
	{ ICH_HFGITR_EL2, BIT(0), GIC_CDEN, GIC_CDEN },
	{ ICH_HFGITR_EL2, BIT(1), GIC_CDDIS, GIC_CDDIS },
	{ ICH_HFGITR_EL2, BIT(2), GIC_CDPRI, GIC_CDPRI },
	{ ICH_HFGITR_EL2, BIT(3), GIC_CDAFF, GIC_CDAFF },
	{ ICH_HFGITR_EL2, BIT(4), GIC_CDPEND, GIC_CDPEND },
	{ ICH_HFGITR_EL2, BIT(5), GIC_CDRCFG, GIC_CDRCFG },
	{ ICH_HFGITR_EL2, BIT(6), GIC_CDHM, GIC_CDHM },
	{ ICH_HFGITR_EL2, BIT(7), GIC_CDEOI, GIC_CDEOI },
	{ ICH_HFGITR_EL2, BIT(8), GIC_CDDI, GIC_CDDI },
	{ ICH_HFGITR_EL2, BIT(9), GICR_CDIA, GICR_CDIA },
	{ ICH_HFGITR_EL2, BIT(10), GICR_CDNMIA, GICR_CDNMIA },
};

/* How does the guest fare with this access? */
static enum model_access attempt(struct model_v5_cpuif *m,
				 const struct trap *trap, uint32_t enc)
{
	uint64_t value = 0;

	if (trap->el2 == ICH_HFGRTR_EL2 || enc == GICR_CDIA ||
	    enc == GICR_CDNMIA) {
		return vgic_soft_v5_read(m, enc, &value);
	}
	return vgic_soft_v5_write(m, enc, value);
}

static void each_trap_bit(void **state)
{
	const unsigned int nr = sizeof(traps) / sizeof(traps[0]);
	struct model_v5_cpuif m;
	unsigned int open, n;
	uint32_t enc;

	(void)state;
	for (open = 0; open < nr; open++) {
		cpu_reset(&m);
		el2_write(&m, traps[open].el2, traps[open].bit);
		for (n = 0; n < nr; n++) {
			for (enc = traps[n].first; enc <= traps[n].last;
			     enc++) {
				assert_int_equal(attempt(&m, &traps[n], enc),
						 n == open ? MODEL_DONE :
							     MODEL_TRAP);
			}
		}
	}
}

/* The physical PPI's state is the guest's; software's copy has no effect. */
static void direct_injection(void **state)
{
	struct model_v5_cpuif m;

	(void)state;
	cpu_init(&m);
	el1_write(&m, ICC_PCR_EL1, 31);
	el1_write(&m, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	el1_write(&m, ICC_PPI_ENABLER0_EL1, BIT(27) | BIT(3));
	vgic_model_v5_set_physical(&m, 27, true);
	assert_false(vgic_soft_v5_irq_asserted(&m));
	el2_write(&m, ICH_PPI_DVIR0_EL2, BIT(27) | BIT(3) | BIT(5));
	assert_hex(el2_read(&m, ICH_PPI_DVIR0_EL2), BIT(27) | BIT(3));
	el2_write(&m, ICH_PPI_PENDR0_EL2, BIT(3));
	assert_hex(el1_read(&m, GICR_CDIA), VALID | GICV5_PPI(27));
	assert_hex(el2_read(&m, ICH_PPI_PENDR0_EL2), BIT(27));
	vgic_model_v5_set_physical(&m, 27, false);
	el1_write(&m, GIC_CDEOI, 0);
	el1_write(&m, GIC_CDDI, GICV5_PPI(27));
	assert_hex(el1_read(&m, GICR_CDIA), 0);
	/* An Edge one is taken at its source. */
	vgic_model_v5_set_physical(&m, 3, true);
	vgic_model_v5_set_physical(&m, 3, false);
	assert_hex(el1_read(&m, GICR_CDIA), VALID | GICV5_PPI(3));
	assert_hex(el2_read(&m, ICH_PPI_PENDR0_EL2), 0);
	el1_write(&m, ICC_PPI_SPENDR0_EL1, BIT(3));
	assert_hex(m.physical[0], BIT(3));
	el1_write(&m, ICC_PPI_CPENDR0_EL1, BIT(3));
	assert_hex(m.physical[0], 0);
	/* Without DVI the guest sees software's copy again: there is none. */
	vgic_model_v5_set_physical(&m, 27, true);
	el2_write(&m, ICH_PPI_DVIR0_EL2, 0);
	assert_hex(el2_read(&m, ICH_PPI_PENDR0_EL2), 0);
	/* Physical PPIs that are not there cannot be pending. */
	vgic_model_v5_set_physical(&m, 5, true);
	assert_hex(m.physical[0], BIT(27));
}

static void hidden_ppis(void **state)
{
	struct model_v5_cpuif m;

	(void)state;
	cpu_init(&m);
	el1_write(&m, ICC_PCR_EL1, 31);
	el1_write(&m, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	el2_write(&m, ICH_PPI_ENABLER0_EL2, BIT(27) | BIT(3));
	el2_write(&m, ICH_PPI_PENDR0_EL2, BIT(27));
	vgic_soft_v5_set_hvir(&m, 0, ~BIT(3));
	assert_hex(el1_read(&m, GICR_CDIA), 0);
	el1_write(&m, ICC_PPI_ENABLER0_EL1, 0);
	el1_write(&m, ICC_PPI_SACTIVER0_EL1, UINT64_MAX);
	assert_hex(el1_read(&m, ICC_PPI_SACTIVER0_EL1), BIT(3));
	el1_write(&m, ICC_PPI_PRIORITYR_EL1(3), LOWEST);
	assert_hex(el2_read(&m, ICH_PPI_PRIORITYR_EL2(3)), 0);
	assert_hex(el1_read(&m, ICC_PPI_HMR0_EL1), 0);
	/* EL2 still has them. */
	assert_hex(el2_read(&m, ICH_PPI_ENABLER0_EL2), BIT(27));
	assert_hex(el2_read(&m, ICH_PPI_ACTIVER0_EL2), BIT(3));
	vgic_soft_v5_set_hvir(&m, 0, 0);
	assert_hex(el1_read(&m, ICC_HPPIR_EL1), VALID | GICV5_PPI(27));
}

static void el2_sees_what_the_guest_does(void **state)
{
	struct model_v5_cpuif m;
	unsigned int n;

	(void)state;
	cpu_init(&m);
	el1_write(&m, ICC_PCR_EL1, 21);
	el1_write(&m, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	el1_write(&m, ICC_APR_EL1, 0x80000001);
	assert_hex(el2_read(&m, ICH_VMCR_EL2), UINT64_C(21) << 27 | 1);
	assert_hex(el2_read(&m, ICH_APR_EL2), 0x80000001);
	el2_write(&m, ICH_APR_EL2, 0);
	el2_write(&m, ICH_VMCR_EL2, UINT64_C(3) << 27);
	assert_hex(el1_read(&m, ICC_PCR_EL1), 3);
	assert_hex(el1_read(&m, ICC_CR0_EL1), 6);
	el2_write(&m, ICH_VMCR_EL2, UINT64_C(31) << 27 | 1);
	for (n = 0; n < NR_PPI_REGS; n++) {
		const uint64_t imp = cpu_config.ppi_implemented[n];

		el2_write(&m, ICH_PPI_ENABLER0_EL2 + n, UINT64_MAX);
		assert_hex(el1_read(&m, ICC_PPI_ENABLER0_EL1 + n), imp);
		el2_write(&m, ICH_PPI_ACTIVER0_EL2 + n, UINT64_MAX);
		assert_hex(el1_read(&m, ICC_PPI_SACTIVER0_EL1 + n), imp);
		el2_write(&m, ICH_PPI_PENDR0_EL2 + n, UINT64_MAX);
		assert_hex(el1_read(&m, ICC_PPI_CPENDR0_EL1 + n), imp);
	}
	for (n = 0; n < 16; n++) {
		el2_write(&m, ICH_PPI_PRIORITYR_EL2(n), UINT64_MAX);
	}
	assert_hex(el1_read(&m, ICC_PPI_PRIORITYR_EL1(0)), 0x1f000000);
	el2_write(&m, ICC_ICSR_EL1, 0xf802);
	assert_hex(el1_read(&m, ICC_ICSR_EL1), 0xf802);
	el2_write(&m, ICH_PPI_ACTIVER0_EL2, 0);
	assert_hex(el2_read(&m, ICH_HPPIR_EL2), VALID | GICV5_PPI(3));
	assert_int_equal(vgic_model_v5_ich_write(&m, ICH_HPPIR_EL2, 0),
			 MODEL_UNDEF);
	assert_int_equal(vgic_model_v5_ich_write(&m, GIC_VDPEND, 0),
			 MODEL_UNDEF);
	assert_int_equal(
		vgic_model_v5_ich_read(&m, GIC_VDPEND, &(uint64_t){ 0 }),
		MODEL_UNDEF);
}

/* The interface is off, or a GICv3 guest's: nothing is signalled. */
static void virtual_control(void **state)
{
	struct model_v5_cpuif m;
	uint64_t value;

	(void)state;
	cpu_init(&m);
	el2_write(&m, ICH_VMCR_EL2, UINT64_C(31) << 27 | 1);
	el2_write(&m, ICH_PPI_ENABLER0_EL2, BIT(3));
	el2_write(&m, ICH_PPI_PENDR0_EL2, BIT(3));
	assert_true(vgic_soft_v5_irq_asserted(&m));
	el2_write(&m, ICH_VCTLR_EL2, 0);
	assert_false(vgic_soft_v5_irq_asserted(&m));
	assert_hex(el1_read(&m, GICR_CDIA), 0);
	el2_write(&m, ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN | ICH_VCTLR_EL2_V3);
	assert_false(vgic_soft_v5_irq_asserted(&m));
	assert_int_equal(vgic_soft_v5_read(&m, GICR_CDIA, &value), MODEL_UNDEF);
	assert_int_equal(vgic_soft_v5_write(&m, GIC_CDEOI, 0), MODEL_UNDEF);
	/* ICH_VMCR_EL2 has the other layout now, and another content. */
	el2_write(&m, ICH_VMCR_EL2, 0xff000001);
	assert_hex(FIELD_GET(ICH_VMCR_EL2_VPMR, el2_read(&m, ICH_VMCR_EL2)),
		   0xf8);
	el2_write(&m, ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN);
	assert_hex(el2_read(&m, ICH_VMCR_EL2), UINT64_C(31) << 27 | 1);
	assert_hex(el1_read(&m, GICR_CDIA), VALID | GICV5_PPI(3));
}

/* An SPI of priority 6 that waits for this PE. */
static void pend_spi(struct machine *m, uint32_t id)
{
	struct oracle5_irq *irq = oracle5_irq(&m->gic, GICV5_SPI(id));

	irq->enabled = true;
	irq->priority = 6;
	irq->iaffid = cpu_config.iaffid;
	oracle5_spi_wire(&m->gic, id, true);
}

static void residency(void **state)
{
	const uint64_t v = ICH_CONTEXTR_EL2_V |
			   FIELD_PUT(ICH_CONTEXTR_EL2_VM, 5) |
			   FIELD_PUT(ICH_CONTEXTR_EL2_VPE, 2);
	static struct machine m;
	struct model_v5_cpuif *cpu = &m.cpu;

	(void)state;
	machine_init(&m);
	el1_write(cpu, ICC_PCR_EL1, 31);
	el1_write(cpu, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	pend_spi(&m, 9);
	el2_write(cpu, ICH_CONTEXTR_EL2, v);
	assert_hex(el2_read(cpu, ICH_CONTEXTR_EL2), v);
	assert_hex(el1_read(cpu, ICC_HPPIR_EL1), VALID | GICV5_SPI(9));
	/* SPIs and LPIs can be kept from the guest; PPIs still come. */
	el2_write(cpu, ICH_CONTEXTR_EL2, v | ICH_CONTEXTR_EL2_IRICHPPIDIS);
	assert_hex(el1_read(cpu, GICR_CDIA), 0);
	el1_write(cpu, GIC_CDRCFG, GICV5_SPI(9));
	assert_hex(el1_read(cpu, ICC_ICSR_EL1) & ICC_ICSR_EL1_Pending,
		   ICC_ICSR_EL1_Pending);
	el2_write(cpu, ICH_PPI_ENABLER0_EL2, BIT(3));
	el2_write(cpu, ICH_PPI_PENDR0_EL2, BIT(3));
	assert_hex(el1_read(cpu, ICC_HPPIR_EL1), VALID | GICV5_PPI(3));
	el2_write(cpu, ICH_PPI_PENDR0_EL2, 0);
	/* Not resident: instructions on SPIs and LPIs are lost. */
	el2_write(cpu, ICH_CONTEXTR_EL2, 0);
	el1_write(cpu, GIC_CDDIS, GICV5_SPI(9));
	assert_true(oracle5_irq(&m.gic, GICV5_SPI(9))->enabled);
	el1_write(cpu, GIC_CDRCFG, GICV5_SPI(9));
	assert_hex(el1_read(cpu, ICC_ICSR_EL1), ICC_ICSR_EL1_F);
	assert_hex(el1_read(cpu, GICR_CDIA), 0);
	/* A VPE that the IRS does not know. */
	m.refuse_residency = true;
	el2_write(cpu, ICH_CONTEXTR_EL2, v);
	assert_hex(el2_read(cpu, ICH_CONTEXTR_EL2), v | ICH_CONTEXTR_EL2_F);
	assert_hex(el1_read(cpu, GICR_CDIA), 0);
	m.refuse_residency = false;
	el2_write(cpu, ICH_CONTEXTR_EL2, v);
	assert_hex(el2_read(cpu, ICH_CONTEXTR_EL2), v);
	assert_hex(el1_read(cpu, GICR_CDIA), VALID | GICV5_SPI(9));
	assert_int_equal(m.doorbells, 0);
}

static uint64_t request(unsigned int dbpm)
{
	return ICH_CONTEXTR_EL2_DB | FIELD_PUT(ICH_CONTEXTR_EL2_DBPM, dbpm);
}

static void doorbells(void **state)
{
	static struct machine m;
	struct model_v5_cpuif *cpu = &m.cpu;

	(void)state;
	machine_init(&m);
	/* Nobody asked. */
	el2_write(cpu, ICH_CONTEXTR_EL2, 0);
	pend_spi(&m, 9);
	vgic_model_v5_iri_changed(cpu);
	assert_int_equal(m.doorbells, 0);
	/* Something waits already; not urgent enough, then just enough. */
	el2_write(cpu, ICH_CONTEXTR_EL2, request(5));
	assert_int_equal(m.doorbells, 0);
	el2_write(cpu, ICH_CONTEXTR_EL2, request(6));
	assert_int_equal(m.doorbells, 1);
	/* One for each request. */
	pend_spi(&m, 10);
	vgic_model_v5_iri_changed(cpu);
	assert_int_equal(m.doorbells, 1);
	el2_write(cpu, ICH_CONTEXTR_EL2, ICH_CONTEXTR_EL2_V);
	assert_int_equal(m.doorbells, 1);
	/* The threshold 0 is a threshold too. */
	el2_write(cpu, ICH_CONTEXTR_EL2, request(0));
	assert_int_equal(m.doorbells, 1);
	oracle5_irq(&m.gic, GICV5_SPI(10))->priority = 0;
	vgic_model_v5_iri_changed(cpu);
	assert_int_equal(m.doorbells, 2);
	/* Back before it rang: the request is void. */
	oracle5_irq(&m.gic, GICV5_SPI(10))->enabled = false;
	el2_write(cpu, ICH_CONTEXTR_EL2, request(4));
	el2_write(cpu, ICH_CONTEXTR_EL2, ICH_CONTEXTR_EL2_V);
	oracle5_irq(&m.gic, GICV5_SPI(10))->enabled = true;
	vgic_model_v5_iri_changed(cpu);
	assert_int_equal(m.doorbells, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reset_traps_everything),
		cmocka_unit_test(each_trap_bit),
		cmocka_unit_test(direct_injection),
		cmocka_unit_test(hidden_ppis),
		cmocka_unit_test(el2_sees_what_the_guest_does),
		cmocka_unit_test(virtual_control),
		cmocka_unit_test(residency),
		cmocka_unit_test(doorbells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
