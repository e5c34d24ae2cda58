/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guests that do what they must not: ignored as the architecture says,
 * counted, UNDEFINED where it is, and nobody else is harmed.  Tables in
 * memory have their own test.
 */
#include "tests/v5/test.h"

#include "v5/v5.h"

/* The neighbour: an interrupt on another vCPU works as ever. */
static void check_neighbour(struct machine *m)
{
	ppi(m, 1, SW_PPI, true);
	assert_hex(guest_ack(m, 1), VALID | GICV5_PPI(SW_PPI));
	guest_end(m, 1, GICV5_PPI(SW_PPI));
	assert_hex(guest_ack(m, 1), 0);
	assert_int_equal(m->bugs, 0);
}

RULE(acknowledge_of_nothing, 2)
{
	for (uint32_t n = 0; n < 3; n++) {
		assert_hex(guest_ack(m, 0), 0);
		assert_hex(guest_read(m, 0, GICR_CDNMIA), 0);
	}
	assert_hex(guest_read(m, 0, ICC_APR_EL1), 0);
	/* Ends of what never began. */
	guest_write(m, 0, GIC_CDEOI, ONES);
	guest_write(m, 0, GIC_CDDI, GICV5_PPI(PPI_PMU));
	guest_write(m, 0, GIC_CDDI, GICV5_SPI(3));
	assert_hex(guest_read(m, 0, ICC_APR_EL1), 0);
	check_neighbour(m);
}

/* Forged: it masks what it says, and CDEOI takes it bit by bit. */
RULE(forged_apr, 2)
{
	guest_write(m, 0, ICC_APR_EL1, ONES);
	assert_hex(guest_read(m, 0, ICC_APR_EL1), 0xffffffff);
	ppi(m, 0, SW_PPI, true);
	assert_hex(guest_ack(m, 0), 0);
	for (uint32_t n = 0; n < 32; n++) {
		assert_hex(guest_read(m, 0, ICC_APR_EL1),
			   0xffffffff & ~(BIT(n) - 1));
		guest_write(m, 0, GIC_CDEOI, 0);
	}
	guest_write(m, 0, GIC_CDEOI, 0);
	assert_hex(guest_read(m, 0, ICC_APR_EL1), 0);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(SW_PPI));
	guest_write(m, 0, ICC_APR_EL1, 0);
	guest_write(m, 0, GIC_CDDI, GICV5_PPI(SW_PPI));
	check_neighbour(m);
}

/* A PPI is its PE's: another one cannot end it. */
RULE(end_of_anothers_ppi, 2)
{
	ppi(m, 1, PPI_PMU, true);
	assert_hex(guest_ack(m, 1), VALID | GICV5_PPI(PPI_PMU));
	guest_write(m, 0, GIC_CDDI, GICV5_PPI(PPI_PMU));
	guest_write(m, 0, ICC_PPI_CACTIVER0_EL1, ONES);
	assert_hex(guest_read(m, 1, ICC_PPI_SACTIVER0_EL1), BIT(PPI_PMU));
	guest_end(m, 1, GICV5_PPI(PPI_PMU));
	assert_hex(guest_read(m, 1, ICC_PPI_SACTIVER0_EL1), 0);
	ppi(m, 1, PPI_PMU, false);
	check_neighbour(m);
}

/* Every instruction on every kind of INTID that does not exist. */
RULE(ids_out_of_range, 2)
{
	/* clang-format off */
	static const uint32_t insns[] = {
		GIC_CDEN, GIC_CDDIS, GIC_CDPRI, GIC_CDAFF, GIC_CDPEND,
		GIC_CDHM, GIC_CDDI,
	};
	/* clang-format on */
	/* clang-format off */
	static const uint32_t unreachable[] = {
		GICV5_SPI(32), GICV5_SPI(0xffffff), GICV5_LPI(0),
		GICV5_LPI(0xffffff),
	};
	/* clang-format on */
	static const uint32_t others[] = {
		0,
		27,
		GICV5_PPI(127),
		GICV5_PPI(128),
		GICV5_PPI(0xffffff),
		0x80000001,
		0xa0000001,
		0xffffffff,
	};

	for (size_t i = 0; i < sizeof(insns) / sizeof(insns[0]); i++) {
		for (size_t n = 0; n < 4; n++) {
			assert_mistakes(
				m, 1,
				guest_write(m, 0, insns[i], unreachable[n]));
			assert_mistakes(m, 1,
					guest_write(m, 0, insns[i],
						    unreachable[n] |
							    UINT64_C(0xffffffff)
								    << 32));
		}
		for (size_t n = 0; n < 8; n++) {
			guest_write(m, 0, insns[i], others[n]);
			guest_write(m, 0, insns[i],
				    others[n] | UINT64_C(0xffffffff) << 32);
		}
	}
	for (size_t n = 0; n < 4; n++) {
		assert_hex(guest_rcfg(m, 0, unreachable[n]), ICC_ICSR_EL1_F);
	}
	for (size_t n = 0; n < 8; n++) {
		assert_hex(guest_rcfg(m, 0, others[n]), ICC_ICSR_EL1_F);
	}
	check_neighbour(m);
}

/* To PEs that do not exist: kept, and delivered to nobody. */
RULE(unknown_affinities, 2)
{
	const uint32_t intid = GICV5_SPI(3);

	guest_setup(m, 0, intid, 0, 3);
	for (uint32_t aff = 0; aff < 0x10000; aff += 0x7f) {
		if (aff == iaffid(0) || aff == iaffid(1)) {
			continue;
		}
		guest_write(m, 0, GIC_CDAFF,
			    intid | FIELD_PUT(GIC_CDAFF_IAFFID, aff));
		guest_write(m, 0, GIC_CDPEND, intid | GIC_CDPEND_PENDING);
		assert_false(guest_irq(m, 0));
		assert_false(guest_irq(m, 1));
	}
	assert_int_equal(vgic_check_invariants(m->gic), 0);
	check_neighbour(m);
}

/* Reserved bits of PCR, CR0, ICSR, PRIORITYR and APR. */
RULE(reserved_bits, 2)
{
	guest_write(m, 0, ICC_PCR_EL1, ONES);
	assert_hex(guest_read(m, 0, ICC_PCR_EL1), 0x1f);
	guest_write(m, 0, ICC_CR0_EL1, ONES);
	assert_hex(guest_read(m, 0, ICC_CR0_EL1), 7);
	guest_write(m, 0, ICC_CR0_EL1, 0);
	assert_hex(guest_read(m, 0, ICC_CR0_EL1), 6);
	guest_write(m, 0, ICC_PPI_PRIORITYR_EL1(2), ONES);
	assert_hex(guest_read(m, 0, ICC_PPI_PRIORITYR_EL1(2)), UINT64_C(0x1f)
								       << 56);
	guest_write(m, 0, ICC_PPI_PRIORITYR_EL1(5), ONES);
	assert_hex(guest_read(m, 0, ICC_PPI_PRIORITYR_EL1(5)), 0);
	guest_write(m, 0, ICC_ICSR_EL1, ONES);
	assert_hex(guest_read(m, 0, ICC_ICSR_EL1), UINT64_C(0xffff0000f83f));
	check_neighbour(m);
}

/* Is this one of the registers and instructions that a guest has? */
static bool is_known(uint32_t enc, bool write)
{
	static const struct {
		uint32_t first, count;
		bool read, write;
	} known[] = {
		{ ICC_PPI_HMR0_EL1, 2, true, false },
		{ ICC_IDR0_EL1, 2, true, false },
		{ ICC_ICSR_EL1, 1, true, true },
		{ ICC_IAFFIDR_EL1, 1, true, false },
		{ ICC_PPI_ENABLER0_EL1, 2, true, true },
		{ ICC_PPI_CACTIVER0_EL1, 8, true, true },
		{ ICC_PPI_PRIORITYR0_EL1, 16, true, true },
		{ ICC_APR_EL1, 3, true, true },
		{ GSB_SYS, 2, false, true },
		{ GIC_CDDIS, 6, false, true },
		{ GIC_CDEOI, 1, false, true },
		{ GIC_CDDI, 2, false, true },
		{ GICR_CDIA, 2, true, false },
	};

	for (size_t n = 0; n < sizeof(known) / sizeof(known[0]); n++) {
		if (enc - known[n].first < known[n].count) {
			return write ? known[n].write : known[n].read;
		}
	}
	return false;
}

/* CRn 12 in full: what is not there is UNDEFINED, and nothing else is. */
TEST(every_encoding)
{
	MACHINE(.backend = "soft-v5", .nr_vcpus = 2);
	static const uint32_t op0s[] = { 1, 3 };

	for (uint32_t n = 0; n < 2 * 8 * 16 * 8 * 2; n++) {
		uint32_t enc = SYSREG_ENC(op0s[n / 2048 % 2], n / 256 % 8, 12,
					  n / 16 % 16, n / 2 % 8);
		uint64_t value = 0;
		enum vgic_trap result;

		run(m, 0);
		stop(m, 0);
		result = vgic_trap_sysreg(m->vcpu[0], enc, n & 1, &value);
		if (result == VGIC_TRAP_NOT_MINE) {
			/* VBAR, RMR, ISR and their like. */
			assert_int_equal(n / 2048 % 2, 1);
			assert_true((n / 16 % 16) < 8);
			continue;
		}
		if ((result == VGIC_TRAP_DONE) != is_known(enc, n & 1)) {
			fail_msg("%s of %x: %d", n & 1 ? "write" : "read", enc,
				 result);
		}
	}
	guest_write(m, 0, ICC_APR_EL1, 0);
	check_neighbour(m);
	machine_end(m);
}

/* Not a GIC's: other people's registers. */
RULE(not_mine, 1)
{
	uint64_t value = 0;

	run(m, 0);
	stop(m, 0);
	assert_int_equal(vgic_trap_sysreg(m->vcpu[0],
					  SYSREG_ENC(3, 0, 12, 0, 0), true,
					  &value),
			 VGIC_TRAP_NOT_MINE);
	assert_int_equal(
		vgic_trap_sysreg(m->vcpu[0], ID_AA64PFR2_EL1, false, &value),
		VGIC_TRAP_NOT_MINE);
	assert_int_equal(
		vgic_trap_mmio(m->vcpu[0], 0x9000000, 4, false, &value),
		VGIC_TRAP_NOT_MINE);
	assert_int_equal(vgic_trap_mmio(m->vcpu[0],
					MACHINE_IRS + 2 * IRS_FRAME_SIZE - 1, 2,
					true, &value),
			 VGIC_TRAP_DONE);
	assert_int_equal(
		vgic_trap_mmio(m->vcpu[0], MACHINE_IRS - 1, 8, true, &value),
		VGIC_TRAP_NOT_MINE);
}

/* Writes of it trap.  A host that traps reads as well is answered. */
TEST(a_trapped_read_of_enables)
{
	MACHINE(.backend = "ich5");
	uint64_t value = 0;

	guest_write(m, 0, ICC_PPI_ENABLER0_EL1, BIT(SW_PPI));
	stop(m, 0);
	assert_int_equal(vgic_trap_sysreg(m->vcpu[0], ICC_PPI_ENABLER0_EL1,
					  false, &value),
			 VGIC_TRAP_DONE);
	assert_hex(value, BIT(SW_PPI));
	machine_end(m);
}

/* Junk to every byte of both frames, in every width. */
TEST(junk_to_every_register)
{
	MACHINE(.backend = "soft-v5", .nr_vcpus = 2);
	static const uint64_t junk[] = { 0, UINT64_MAX, 0x5a5a5a5a5a5a5a5a };
	uint64_t value;

	for (uint32_t at = 0; at < 2 * IRS_FRAME_SIZE; at++) {
		/* A few hundred bytes are registers. */
		if (at % IRS_FRAME_SIZE > 0x400 &&
		    at % IRS_FRAME_SIZE < 0xff00) {
			continue;
		}
		for (uint32_t n = 0; n < 12; n++) {
			value = junk[n % 3];
			assert_int_equal(
				vgic_trap_mmio(m->vcpu[0], MACHINE_IRS + at,
					       1u << n / 3, true, &value),
				VGIC_TRAP_DONE);
			assert_int_equal(
				vgic_trap_mmio(m->vcpu[1], MACHINE_IRS + at,
					       1u << n / 3, false, &value),
				VGIC_TRAP_DONE);
		}
	}
	irs_write(m, 0, IRS_CR0, 4, IRS_CR0_IRSEN);
	check_neighbour(m);
	assert_int_equal(vgic_check_invariants(m->gic), 0);
	machine_end(m);
}

/* Trapped on hardware, but written by a guest that should not. */
TEST(traps_that_hardware_has_not)
{
	MACHINE(.backend = "ich5", .nr_vcpus = 2);
	uint64_t value = ONES;

	stop(m, 0);
	for (uint32_t enc = 0; enc < 0x10000; enc++) {
		enum vgic_trap result =
			vgic_trap_sysreg(m->vcpu[0], enc, true, &value);

		assert_true(result == VGIC_TRAP_NOT_MINE ||
			    result == VGIC_TRAP_UNDEF ||
			    enc == ICC_PPI_ENABLER0_EL1 ||
			    enc == ICC_PPI_ENABLER1_EL1);
	}
	slice(m, 0);
	assert_hex(m->cpu[0].pe.regs->enabler[0],
		   BIT(SW_PPI) | BIT(PPI_PMU) | BIT(PPI_TIMER));
	check_neighbour(m);
	machine_end(m);
}

/* An embedder that is wrong is told so. */
TEST(embedders_mistakes)
{
	MACHINE(.backend = "soft-v5", .nr_vcpus = 2);
	struct vgic_config config = m->gic->config;
	struct vgic_vcpu *vcpu;
	struct vgic *gic;
	void *memory;
	size_t size;

	config.v5.lpi_id_bits = 9;
	assert_int_equal(vgic_memory_size(&config), 0);
	config.v5.lpi_id_bits = 25;
	assert_int_equal(vgic_memory_size(&config), 0);
	config.v5.lpi_id_bits = 10;
	config.v5.nr_lpis = 2048;
	assert_int_equal(vgic_memory_size(&config), 0);
	config.v5.nr_lpis = 1000;
	assert_int_equal(vgic_memory_size(&config), 0);
	config.v5.nr_lpis = 1024;
	config.nr_spis = 65537;
	assert_int_equal(vgic_memory_size(&config), 0);
	config.nr_spis = 33;
	config.v5.nr_irs = 2;
	assert_int_equal(vgic_memory_size(&config), 0);
	config.v5.nr_irs = 9;
	assert_int_equal(vgic_memory_size(&config), 0);
	config.v5.nr_irs = 0;
	assert_int_equal(vgic_memory_size(&config), 0);
	config.v5.nr_irs = 1;
	size = vgic_memory_size(&config);
	assert_int_not_equal(size, 0);
	memory = aligned_alloc(64, size);
	assert_int_equal(vgic_create(&config, memory, size, &gic), 0);
	/* An IAFFID has 16 bits, and is one vCPU's. */
	assert_int_equal(
		vgic_vcpu_create(gic, 0, 0x10000, &m->cpu[0].pe, &vcpu),
		VGIC_E_INVAL);
	assert_int_equal(vgic_vcpu_create(gic, 0, 0xffff, &m->cpu[0].pe, &vcpu),
			 VGIC_OK);
	assert_int_equal(vgic_vcpu_create(gic, 1, 0xffff, &m->cpu[1].pe, &vcpu),
			 VGIC_E_EXIST);
	free(memory);
	config.v5.cpuif = NULL;
	memory = aligned_alloc(64, size);
	assert_int_equal(vgic_create(&config, memory, size, &gic),
			 VGIC_E_INVAL);
	free(memory);
	/* The vCPUs of `m` still have their own CPU interfaces' IRS. */
	vgic_soft_v5_attach(&m->cpu[0].pe, m->cpu[1].pe.iri, m->vcpu[0]);
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rule(acknowledge_of_nothing),
		rule(forged_apr),
		rule(end_of_anothers_ppi),
		rule(ids_out_of_range),
		rule(unknown_affinities),
		rule(reserved_bits),
		cmocka_unit_test(every_encoding),
		rule(not_mine),
		cmocka_unit_test(a_trapped_read_of_enables),
		cmocka_unit_test(junk_to_every_register),
		cmocka_unit_test(traps_that_hardware_has_not),
		cmocka_unit_test(embedders_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
