/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mistakes that other virtual GICs made in register accesses, as their
 * trackers tell them.  field_NN: the number of the report in our collection.
 */
#include "regs/gicv3.h"
#include "regs/ich.h"
#include "tests/machine/test.h"

#define SPI 40u
#define IROUTER (MACHINE_GICD + GICD_IROUTER + 8 * SPI)

static uint32_t frame(struct machine *m, uint32_t vcpu, uint32_t offset)
{
	return guest_read32(m, 0, gicr(vcpu, offset));
}

/* 4: registers of one vCPU's redistributor were applied to vCPU 0. */
static void field_04_redistributor_of_another(void **state)
{
	static const struct {
		uint32_t set, clear;
	} pairs[] = {
		{ GICR_ISENABLER0, GICR_ICENABLER0 },
		{ GICR_ISPENDR0, GICR_ICPENDR0 },
		{ GICR_ISACTIVER0, GICR_ICACTIVER0 },
	};
	struct machine *m = machine_create(
		CONFIG(.pri_bits = 5, .nr_vcpus = 3, .nr_spis = 32));

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		for (uint32_t v = 0; v < 3; v++) {
			guest_write32(m, 0, gicr(v, pairs[i].clear),
				      0xffffffff);
		}
		guest_write32(m, 0, gicr(2, pairs[i].set), 0xa0b0);
		guest_write32(m, 1, gicr(1, pairs[i].set), 0x1);
		guest_write32(m, 2, gicr(0, pairs[i].set), 0x6);
		guest_write32(m, 1, gicr(0, pairs[i].clear), 0x4);
		assert_int_equal(frame(m, 0, pairs[i].set), 0x2);
		assert_int_equal(frame(m, 1, pairs[i].set), 0x1);
		assert_int_equal(frame(m, 2, pairs[i].set), 0xa0b0);
		guest_write32(m, 0, gicr(2, pairs[i].clear), 0xa000);
		assert_int_equal(frame(m, 2, pairs[i].clear), 0xb0);
		for (uint32_t v = 0; v < 3; v++) {
			guest_write32(m, 0, gicr(v, pairs[i].clear),
				      0xffffffff);
		}
	}
	mmio_write(m, 0, gicr(1, GICR_IPRIORITYR0 + 27), 1, 0x58);
	assert_int_equal(info_of(m, 0, 27).priority, 0);
	assert_int_equal(info_of(m, 1, 27).priority, 0x58);
	machine_end(m);
}

static uint32_t by_clusters(uint32_t index)
{
	return index << 24 | (3 - index) << 8 | index;
}

/* 4, R5: the second half of a split write of IROUTER was lost. */
static void field_04_irouter_in_halves(void **state)
{
	struct machine *m =
		machine_create(CONFIG(.pri_bits = 5, .nr_vcpus = 4,
				      .nr_spis = 32, .affinity = by_clusters));

	(void)state;
	for (uint32_t i = 0; i < 8; i++) {
		uint32_t target = i / 2;
		uint32_t low = by_clusters(target) & 0xffffff;
		uint32_t high = by_clusters(target) >> 24;

		if (i % 2) {
			guest_write32(m, 0, IROUTER, low);
			guest_write32(m, 0, IROUTER + 4, high);
		} else {
			guest_write32(m, 0, IROUTER + 4, high);
			guest_write32(m, 0, IROUTER, low);
		}
		assert_int_equal(info_of(m, 0, SPI).target, target);
		assert_true(mmio_read(m, 1, IROUTER, 8) ==
			    ((uint64_t)high << 32 | low));
	}
	/* The routing mode is in the lower half alone. */
	guest_write32(m, 0, IROUTER, (uint32_t)GICD_IROUTER_IRM | 5);
	assert_true(mmio_read(m, 0, IROUTER, 8) == GICD_IROUTER_IRM);
	assert_int_equal(info_of(m, 0, SPI).target, UINT32_MAX);
	guest_write32(m, 0, IROUTER + 4, 1);
	assert_true(mmio_read(m, 0, IROUTER, 8) == GICD_IROUTER_IRM);
	guest_write32(m, 0, IROUTER, by_clusters(1) & 0xffffff);
	assert_int_equal(info_of(m, 0, SPI).target, 1);
	machine_end(m);
}

/* 5: GICR_ISACTIVER0 and ICACTIVER0 led to the handlers of others. */
static void field_05_active_registers(void **state)
{
	struct machine *m = machine_create(
		CONFIG(.pri_bits = 5, .nr_vcpus = 2, .nr_spis = 32));
	const uint32_t others[] = { GICR_ISENABLER0, GICR_ISPENDR0,
				    GICR_IGROUPR0 };
	uint32_t before[3];

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		before[i] = frame(m, 1, others[i]);
	}
	guest_write32(m, 1, gicr(1, GICR_ISACTIVER0), 0x88008001);
	assert_int_equal(frame(m, 1, GICR_ISACTIVER0), 0x88008001);
	assert_int_equal(frame(m, 1, GICR_ICACTIVER0), 0x88008001);
	assert_true(info_of(m, 1, 31).active);
	guest_write32(m, 1, gicr(1, GICR_ICACTIVER0), 0x80000001);
	assert_int_equal(frame(m, 1, GICR_ISACTIVER0), 0x08008000);
	assert_false(info_of(m, 1, 31).active);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(frame(m, 1, others[i]), before[i]);
	}
	machine_end(m);
}

/* Aff0 0 .. 255 in each cluster, and every affinity level in use. */
static uint32_t wide_mpidr(uint32_t index)
{
	return 0x03000000u | (index / 256) << 16 | 0x0500u | index % 256;
}

static bool gets_sgi(struct machine *m, uint32_t vcpu)
{
	uint32_t intid = guest_ack(m, vcpu);

	if (intid == 9) {
		guest_eoi(m, vcpu, 9);
		stop(m, vcpu);
		run(m, vcpu);
	}
	return intid == 9;
}

/* 6, R7: CPU masks of eight bits, shifts by a whole MPIDR. */
static void field_06_many_vcpus_sgi(void **state)
{
	const uint32_t targets[] = { 0,	 7,   8,   15,	16,  31, 32,
				     64, 255, 256, 271, 500, 511 };
	struct machine *m =
		machine_create(CONFIG(.pri_bits = 5, .nr_vcpus = 512,
				      .nr_spis = 32, .affinity = wide_mpidr));

	(void)state;
	machine_boot(m);
	for (unsigned int i = 0; i < sizeof(targets) / 4; i++) {
		uint32_t mpidr = wide_mpidr(targets[i]);
		uint64_t sgi = FIELD_PUT(ICC_SGIR_INTID, 9) |
			       FIELD_PUT(ICC_SGIR_Aff3, mpidr >> 24) |
			       FIELD_PUT(ICC_SGIR_Aff2, mpidr >> 16) |
			       FIELD_PUT(ICC_SGIR_Aff1, mpidr >> 8) |
			       FIELD_PUT(ICC_SGIR_RS, (mpidr & 0xff) / 16) |
			       FIELD_PUT(ICC_SGIR_TargetList, 1u << mpidr % 16);
		uint32_t got = 0;

		guest_write(m, 100, ICC_SGI1R_EL1, sgi);
		assert_true(gets_sgi(m, targets[i]));
		for (uint32_t v = 0; v < 512; v++) {
			got += info_of(m, v, 9).pending;
		}
		assert_int_equal(got, 0);
	}
	machine_end(m);
}

static void field_06_many_vcpus_irouter(void **state)
{
	struct machine *m =
		machine_create(CONFIG(.pri_bits = 5, .nr_vcpus = 512,
				      .nr_spis = 32, .affinity = wide_mpidr));

	(void)state;
	for (uint32_t v = 0; v < 512; v++) {
		uint32_t mpidr = wide_mpidr(v);

		mmio_write(m, v, IROUTER, 8,
			   (uint64_t)(mpidr >> 24) << 32 | (mpidr & 0xffffff));
		assert_int_equal(info_of(m, 0, SPI).target, v);
		/* One Aff3 further there is nobody. */
		guest_write32(m, 0, IROUTER + 4, 4);
		assert_int_equal(info_of(m, 0, SPI).target, UINT32_MAX);
	}
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(field_04_redistributor_of_another),
		cmocka_unit_test(field_04_irouter_in_halves),
		cmocka_unit_test(field_05_active_registers),
		cmocka_unit_test(field_06_many_vcpus_sgi),
		cmocka_unit_test(field_06_many_vcpus_irouter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
