/* SPDX-License-Identifier: BSD-2-Clause */
/* emu/emu.c with all vCPUs in one thread; each test for each model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <vgic/snapshot.h>

#include "regs/gicv5.h"
#include "tests/emu/rig.h"

static const enum vgic_model models[] = { VGIC_GICV2, VGIC_GICV3, VGIC_GICV5 };

#define FOR_EACH_MODEL(r) \
	for (uint32_t m = 0; m < 3; m++) \
		for (struct rig *r = rig_new(models[m]); r; \
		     rig_free(r), r = NULL)

#define TEST(name) static void name(void **state)

/* The input follows the line, and each access that changes it. */
TEST(level)
{
	(void)state;
	FOR_EACH_MODEL(r)
	{
		rig_enable(r, 0, 3, true, 1);
		assert_int_equal(r->changes[1], 0);
		rig_line(r, 3, true);
		assert_int_equal(r->pins[1], VGIC_VIRQ);
		assert_int_equal(vgic_emu_pins(r->emu, 1), VGIC_VIRQ);
		rig_line(r, 3, false);
		assert_int_equal(r->pins[1], 0);
		rig_line(r, 3, true);
		assert_int_equal(rig_ack(r, 1), rig_intid(r, 3));
		assert_int_equal(r->pins[1], 0);
		rig_end(r, 1, rig_intid(r, 3));
		/* The line is still up. */
		assert_int_equal(r->pins[1], VGIC_VIRQ);
		assert_int_equal(rig_ack(r, 1), rig_intid(r, 3));
		rig_line(r, 3, false);
		rig_end(r, 1, rig_intid(r, 3));
		assert_int_equal(r->pins[1], 0);
		assert_int_equal(r->changes[1], 6);
		assert_int_equal(rig_ack(r, 1), RIG_NONE);
		assert_int_equal(r->pins[0], 0);
		assert_int_equal(r->waits, 0);
	}
}

/* One vCPU's access changes another one's input. */
TEST(pended_by_another_vcpu)
{
	(void)state;
	FOR_EACH_MODEL(r)
	{
		rig_enable(r, 0, 5, false, 3);
		rig_pend(r, 0, 5);
		assert_int_equal(r->pins[3], VGIC_VIRQ);
		assert_int_equal(rig_ack(r, 3), rig_intid(r, 5));
		rig_end(r, 3, rig_intid(r, 5));
		assert_int_equal(r->pins[3], 0);
	}
}

static void ring(struct rig *r)
{
	rig_line(r, 7, true);
}

/*
 * While a thread has the vCPU, and reports that its input fell, another one
 * injects: it does not wait, and the first one looks again before it lets go.
 */
TEST(injected_while_taken)
{
	(void)state;
	FOR_EACH_MODEL(r)
	{
		rig_enable(r, 0, 6, true, 1);
		rig_enable(r, 0, 7, false, 1);
		rig_line(r, 6, true);
		r->meanwhile = ring;
		rig_line(r, 6, false);
		assert_null(r->meanwhile);
		assert_int_equal(r->pins[1], VGIC_VIRQ);
		assert_int_equal(r->changes[1], 3);
		assert_int_equal(r->waits, 0);
		assert_int_equal(rig_ack(r, 1), rig_intid(r, 7));
		rig_end(r, 1, rig_intid(r, 7));
	}
}

/* Disabled by another vCPU: the input falls. */
TEST(withdrawn_by_another_vcpu)
{
	(void)state;
	FOR_EACH_MODEL(r)
	{
		rig_enable(r, 0, 5, false, 3);
		rig_line(r, 5, true);
		assert_int_equal(r->pins[3], VGIC_VIRQ);
		rig_disable(r, 0, 5);
		assert_int_equal(r->pins[3], 0);
		assert_int_equal(r->changes[3], 2);
	}
}

/*
 * What another vCPU has in its list registers is read exactly, in one call: in
 * one thread nobody else could make that vCPU look.
 */
TEST(active_state_of_another_vcpu)
{
	(void)state;
	FOR_EACH_MODEL(r)
	{
		for (uint32_t v = 1; v < RIG_VCPUS; v++) {
			rig_enable(r, 0, v, false, v);
			rig_line(r, v, true);
			assert_false(rig_is_active(r, 0, v));
			assert_int_equal(rig_ack(r, v), rig_intid(r, v));
		}
		for (uint32_t v = 1; v < RIG_VCPUS; v++) {
			assert_true(rig_is_active(r, 0, v));
			rig_end(r, v, rig_intid(r, v));
			assert_false(rig_is_active(r, 0, v));
		}
	}
}

/* More than the CPU interface has list registers: each comes once. */
TEST(many)
{
	(void)state;
	FOR_EACH_MODEL(r)
	{
		uint32_t seen = 0;

		for (uint32_t i = 0; i < RIG_SPIS; i++) {
			rig_enable(r, 1, i, false, 2);
			rig_line(r, i, true);
		}
		for (uint32_t i = 0; i < RIG_SPIS; i++) {
			uint32_t intid = rig_ack(r, 2);

			assert_int_equal(r->pins[2], 0);
			seen ^= 1u << (intid - rig_intid(r, 0));
			rig_end(r, 2, intid);
		}
		assert_int_equal(seen, UINT32_MAX);
		assert_int_equal(r->pins[2], 0);
		assert_int_equal(r->changes[2], 2 * RIG_SPIS);
	}
}

/* Save, lose everything, restore: the input and what is active come back. */
TEST(snapshot)
{
	static unsigned char bytes[1 << 16];

	(void)state;
	FOR_EACH_MODEL(r)
	{
		struct vgic *gic = vgic_emu_gic(r->emu);
		int64_t size;

		rig_enable(r, 0, 1, false, 1);
		rig_enable(r, 0, 2, true, 2);
		rig_line(r, 1, true);
		rig_line(r, 2, true);
		assert_int_equal(rig_ack(r, 2), rig_intid(r, 2));
		vgic_emu_stop(r->emu);
		size = vgic_snapshot_save(gic, bytes, sizeof(bytes));
		assert_true(size > 0);
		vgic_reset(gic);
		vgic_emu_start(r->emu);
		assert_int_equal(r->pins[1], 0);
		assert_false(rig_is_active(r, 0, 2));
		vgic_emu_stop(r->emu);
		assert_int_equal(
			vgic_snapshot_restore(gic, bytes, (size_t)size, NULL),
			VGIC_OK);
		vgic_emu_start(r->emu);
		assert_int_equal(r->pins[1], VGIC_VIRQ);
		assert_int_equal(r->pins[2], 0);
		assert_true(rig_is_active(r, 0, 2));
		rig_end(r, 2, rig_intid(r, 2));
		assert_int_equal(r->pins[2], VGIC_VIRQ);
	}
}

/* PSCI turns a vCPU off and on: its CPU interface is as at reset. */
TEST(reset_of_a_vcpu)
{
	(void)state;
	FOR_EACH_MODEL(r)
	{
		rig_enable(r, 0, 1, false, 1);
		rig_line(r, 1, true);
		assert_int_equal(r->pins[1], VGIC_VIRQ);
		assert_int_equal(vgic_emu_vcpu_reset(r->emu, 1, true), VGIC_OK);
		assert_int_equal(r->pins[1], 0);
		assert_int_equal(vgic_emu_vcpu_reset(r->emu, RIG_VCPUS, true),
				 VGIC_E_NOENT);
	}
}

/* What is not the GIC's, and vCPUs that do not exist. */
TEST(not_mine)
{
	uint64_t value = 7;

	(void)state;
	FOR_EACH_MODEL(r)
	{
		assert_int_equal(
			vgic_emu_mmio(r->emu, 0, 0x40000000, 4, false, &value),
			VGIC_TRAP_NOT_MINE);
		assert_int_equal(vgic_emu_mmio(r->emu, RIG_VCPUS, 0x08000000, 4,
					       false, &value),
				 VGIC_TRAP_NOT_MINE);
		/* MIDR_EL1. */
		assert_int_equal(
			vgic_emu_sysreg(r->emu, 0, 3u << 14, false, &value),
			VGIC_TRAP_NOT_MINE);
		assert_int_equal(vgic_emu_pins(r->emu, RIG_VCPUS), 0);
		assert_int_equal(
			vgic_emu_inject_irq(r->emu, 0, 999, true, NULL),
			VGIC_E_NOENT);
		assert_int_equal(value, 7);
	}
}

/* A doorbell: pending once, whatever the guest takes it for. */
TEST(pulse)
{
	(void)state;
	FOR_EACH_MODEL(r)
	{
		struct vgic *gic = vgic_emu_gic(r->emu);

		for (uint32_t level = 0; level < 2; level++) {
			uint32_t intid = rig_intid(r, 4);

			rig_enable(r, 0, 4, level, 1);
			/* A GICv5 handles it as its line has come last. */
			rig_line(r, 4, level);
			rig_line(r, 4, false);
			assert_int_equal(vgic_pulse_irq(gic, 0, intid, NULL),
					 VGIC_OK);
			vgic_emu_update(r->emu);
			assert_int_equal(r->pins[1], VGIC_VIRQ);
			assert_int_equal(rig_ack(r, 1), intid);
			rig_end(r, 1, intid);
			assert_int_equal(r->pins[1], 0);
			assert_int_equal(rig_ack(r, 1), RIG_NONE);
		}
		assert_int_equal(vgic_pulse_irq(gic, 0, 999, NULL),
				 VGIC_E_NOENT);
		assert_int_equal(vgic_set_owner(gic, 0, rig_intid(r, 4), r),
				 VGIC_OK);
		assert_int_equal(vgic_pulse_irq(gic, 0, rig_intid(r, 4), NULL),
				 VGIC_E_PERM);
		assert_int_equal(vgic_pulse_irq(gic, 0, rig_intid(r, 4), r),
				 VGIC_OK);
		vgic_emu_update(r->emu);
		assert_int_equal(rig_ack(r, 1), rig_intid(r, 4));
		rig_end(r, 1, rig_intid(r, 4));
	}
}

/* ITS, IRS: what else vgic_mmio_region() finds. */
TEST(regions)
{
	(void)state;
	FOR_EACH_MODEL(r)
	{
		struct vgic *gic = vgic_emu_gic(r->emu);
		struct vgic_mmio_region region;
		uint64_t value;
		uint32_t n = 0;

		while (vgic_mmio_region(gic, n, &region) == VGIC_OK) {
			uint64_t end = region.ipa + region.size - 4;

			assert_int_equal(vgic_emu_mmio(r->emu, 0, region.ipa, 4,
						       false, &value),
					 VGIC_TRAP_DONE);
			assert_int_equal(
				vgic_emu_mmio(r->emu, 0, end, 4, false, &value),
				VGIC_TRAP_DONE);
			n++;
		}
		assert_int_equal(n, r->model == VGIC_GICV5 ? 1 : 2);
	}
}

/* Functions of other headers, and vgic_emu_update(). */
TEST(update)
{
	(void)state;
	FOR_EACH_MODEL(r)
	{
		rig_enable(r, 0, 9, false, 2);
		assert_int_equal(vgic_inject_irq(vgic_emu_gic(r->emu), 0,
						 rig_intid(r, 9), true, NULL),
				 VGIC_OK);
		assert_int_equal(r->pins[2], 0);
		vgic_emu_update(r->emu);
		assert_int_equal(r->pins[2], VGIC_VIRQ);
	}
}

static void no_pins(void *ctx, uint32_t vcpu, unsigned int pins)
{
	(void)ctx;
	(void)vcpu;
	(void)pins;
}

/*
 * What the library has the guest repeat, for it takes longer than a trap may,
 * is one call here: an IRS is enabled with 65536 SPIs.
 */
TEST(in_one_call)
{
	static const struct vgic_emu_ops ops = { .set_pins = no_pins };
	const struct vgic_emu_config c = {
		.gic = { .arch = &vgic_gicv5,
			 .nr_vcpus = 1,
			 .nr_spis = 65536,
			 .v5 = { .nr_irs = 1, .lpi_id_bits = 10 } },
		.ops = &ops,
	};
	size_t size = vgic_emu_memory_size(&c);
	void *memory = aligned_alloc(64, size);
	uint64_t value = IRS_CR0_IRSEN;
	struct vgic_emu *emu;

	(void)state;
	assert_int_equal(vgic_emu_create(&c, memory, size, &emu), VGIC_OK);
	assert_int_equal(vgic_set_irs_base(vgic_emu_gic(emu), 0, 0), VGIC_OK);
	assert_int_equal(vgic_emu_mmio(emu, 0, IRS_CR0, 4, true, &value),
			 VGIC_TRAP_DONE);
	assert_int_equal(vgic_emu_mmio(emu, 0, IRS_CR0, 4, false, &value),
			 VGIC_TRAP_DONE);
	assert_int_equal(value, IRS_CR0_IRSEN | IRS_CR0_IDLE);
	free(memory);
}

TEST(creation)
{
	static const struct vgic_emu_ops ops = { .set_pins = no_pins }, none;
	static const uint64_t same[] = { 0x80000001, 1 };
	struct vgic_emu_config c = { .gic = { .arch = &vgic_gicv3,
					      .nr_vcpus = 2,
					      .nr_redist_regions = 1 },
				     .ops = &ops };
	size_t size = vgic_emu_memory_size(&c);
	unsigned char *memory = aligned_alloc(64, size);
	struct vgic_emu *emu;

	(void)state;
	assert_int_equal(size % 64, 0);
	assert_int_equal(vgic_emu_create(&c, memory, size, &emu), VGIC_OK);
	assert_int_equal(vgic_emu_create(&c, memory, size - 1, &emu),
			 VGIC_E_NOMEM);
	assert_int_equal(vgic_emu_create(&c, memory + 8, size, &emu),
			 VGIC_E_INVAL);
	c.mpidr = same;
	assert_int_equal(vgic_emu_create(&c, memory, size, &emu), VGIC_E_EXIST);
	c.gic.nr_vcpus = 0;
	assert_int_equal(vgic_emu_memory_size(&c), 0);
	assert_int_equal(vgic_emu_create(&c, memory, size, &emu), VGIC_E_INVAL);
	c.gic.nr_vcpus = 1;
	c.ops = &none;
	assert_int_equal(vgic_emu_memory_size(&c), 0);
	free(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(level),
		cmocka_unit_test(pended_by_another_vcpu),
		cmocka_unit_test(injected_while_taken),
		cmocka_unit_test(withdrawn_by_another_vcpu),
		cmocka_unit_test(active_state_of_another_vcpu),
		cmocka_unit_test(many),
		cmocka_unit_test(snapshot),
		cmocka_unit_test(reset_of_a_vcpu),
		cmocka_unit_test(not_mine),
		cmocka_unit_test(pulse),
		cmocka_unit_test(regions),
		cmocka_unit_test(update),
		cmocka_unit_test(in_one_call),
		cmocka_unit_test(creation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
