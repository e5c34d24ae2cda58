/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The modelled CPU interface, with an IRS behind it, beside a whole physical
 * GICv5: random accesses to both, and what they return must agree.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/soft/v5_cpu.h"

#define STEPS 100000u

struct pair {
	struct machine m;
	struct oracle5 o;
	uint64_t state;
	unsigned int acks;
};

/* SplitMix64. */
static uint64_t draw(struct pair *p)
{
	uint64_t z = p->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static uint32_t below(struct pair *p, uint32_t n)
{
	return (uint32_t)(draw(p) >> 32) % n;
}

static const uint32_t registers[] = {
	ICC_PPI_HMR0_EL1,      ICC_PPI_HMR1_EL1,      ICC_ICSR_EL1,
	ICC_IAFFIDR_EL1,       ICC_PPI_ENABLER0_EL1,  ICC_PPI_ENABLER1_EL1,
	ICC_PPI_CACTIVER0_EL1, ICC_PPI_CACTIVER1_EL1, ICC_PPI_SACTIVER0_EL1,
	ICC_PPI_SACTIVER1_EL1, ICC_PPI_CPENDR0_EL1,   ICC_PPI_CPENDR1_EL1,
	ICC_PPI_SPENDR0_EL1,   ICC_PPI_SPENDR1_EL1,   ICC_APR_EL1,
	ICC_CR0_EL1,	       ICC_PCR_EL1,
};

static const uint32_t commands[] = {
	GIC_CDEN,   GIC_CDEN,	GIC_CDDIS,  GIC_CDPRI, GIC_CDAFF,
	GIC_CDPEND, GIC_CDPEND, GIC_CDRCFG, GIC_CDDI,  GIC_CDDI,
	GIC_CDHM,   GIC_CDEOI,	GIC_CDEOI,  GIC_CDEOI, GSB_SYS,
};

static const uint32_t ppis[] = { 3, 4, 23, 27, 30, 63, 64, 127 };

static uint64_t draw_operand(struct pair *p, uint32_t enc)
{
	const uint32_t id = below(p, 6);
	const uint64_t high = draw(p) & UINT64_C(0xff00000000);
	uint64_t operand;

	switch (below(p, 8)) {
	case 0:
		return GICV5_PPI(ppis[below(p, 8)]) | high;
	case 1:
		return draw(p);
	case 2:
	case 3:
	case 4:
		operand = GICV5_LPI(id) | high;
		break;
	default:
		operand = GICV5_SPI(id) | high;
		break;
	}
	if (enc == GIC_CDAFF) {
		operand &= FIELD_MASK(GICV5_INTID_TYPE) |
			   FIELD_MASK(GICV5_INTID_ID);
		operand |= FIELD_PUT(GIC_CDAFF_IAFFID,
				     below(p, 4) ? cpu_config.iaffid : 7);
	}
	return operand;
}

static void write_both(struct pair *p, uint32_t enc, uint64_t value)
{
	el1_write(&p->m.cpu, enc, value);
	assert_true(oracle5_write(&p->o, 0, enc, value));
}

static void read_both(struct pair *p, uint32_t enc)
{
	uint64_t value = 0;

	assert_true(oracle5_read(&p->o, 0, enc, &value));
	assert_hex(el1_read(&p->m.cpu, enc), value);
}

static void step_register(struct pair *p)
{
	const uint32_t enc =
		registers[below(p, sizeof(registers) / sizeof(registers[0]))];
	const bool read_only = enc == ICC_IAFFIDR_EL1 ||
			       enc <= ICC_PPI_HMR1_EL1;

	if (below(p, 2) || read_only) {
		read_both(p, enc);
	} else if (enc == ICC_PCR_EL1 || enc == ICC_CR0_EL1) {
		/* Mostly open, or nothing much happens. */
		write_both(p, enc, below(p, 4) ? 31 : draw(p));
	} else {
		write_both(p, enc, draw(p) & draw(p) & draw(p));
	}
}

static void step_ack(struct pair *p)
{
	const uint64_t hppir = el1_read(&p->m.cpu, ICC_HPPIR_EL1);
	const uint64_t got = el1_read(&p->m.cpu, GICR_CDIA);

	assert_hex(hppir, got);
	assert_true(oracle5_may_ack(&p->o, 0, got));
	oracle5_ack(&p->o, 0, got);
	p->acks += got != 0;
	/* Mostly the guest is well-behaved, or all would soon be active. */
	if (got && below(p, 4)) {
		write_both(p, GIC_CDEOI, 0);
		write_both(p, GIC_CDDI, got);
	}
}

static void step_wire(struct pair *p)
{
	const bool level = below(p, 2);
	const uint32_t spi = below(p, 6), ppi = ppis[below(p, 8)];

	if (below(p, 2)) {
		oracle5_spi_wire(&p->o, spi, level);
		oracle5_spi_wire(&p->m.gic, spi, level);
	} else {
		oracle5_ppi_wire(&p->o, 0, ppi, level);
		vgic_model_v5_set_physical(&p->m.cpu, ppi, level);
	}
}

static void step_irs(struct pair *p)
{
	static const uint32_t offsets[] = { IRS_SPI_SELR, IRS_SPI_CFGR,
					    IRS_CR0 };
	const uint32_t offset = offsets[below(p, 3)];
	const uint32_t value = offset == IRS_CR0 ?
				       (below(p, 8) ? IRS_CR0_IRSEN : 0) :
				       below(p, 6);

	oracle5_irs_write(&p->o, 0, offset, 4, value);
	oracle5_irs_write(&p->m.gic, 0, offset, 4, value);
}

static void step(struct pair *p)
{
	const uint32_t what = below(p, 16);
	const uint32_t enc =
		commands[below(p, sizeof(commands) / sizeof(commands[0]))];

	if (what < 4) {
		step_register(p);
	} else if (what < 8) {
		write_both(p, enc, draw_operand(p, enc));
	} else if (what < 11) {
		step_ack(p);
	} else if (what < 13) {
		step_wire(p);
	} else if (what < 14) {
		step_irs(p);
	} else if (what < 15) {
		read_both(p, ICC_PPI_PRIORITYR_EL1(below(p, 16)));
	} else {
		write_both(p, ICC_PPI_PRIORITYR_EL1(below(p, 16)), draw(p));
	}
	assert_true(vgic_soft_v5_irq_asserted(&p->m.cpu) ?
			    oracle5_can_signal(&p->o, 0) :
			    !oracle5_must_signal(&p->o, 0));
}

/* All PPIs by direct injection, so that the wires are the guest's. */
static void model_and_oracle_agree(void **state)
{
	static struct pair p;
	unsigned int n;

	(void)state;
	p.state = 1;
	machine_init(&p.m);
	p.o = p.m.gic;
	el2_write(&p.m.cpu, ICH_PPI_DVIR0_EL2, UINT64_MAX);
	el2_write(&p.m.cpu, ICH_PPI_DVIR1_EL2, UINT64_MAX);
	for (n = 0; n < STEPS; n++) {
		step(&p);
	}
	assert_in_range(p.acks, STEPS / 100, STEPS);
	printf("%u steps agree, %u interrupts acknowledged\n", STEPS, p.acks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(model_and_oracle_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
