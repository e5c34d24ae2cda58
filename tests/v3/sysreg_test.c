/* SPDX-License-Identifier: BSD-2-Clause */
#include "regs/gicv3.h"
#include "regs/ich.h"
#include "tests/machine/test.h"

#define NR_VCPUS 20u

static struct machine *m;

static int set_up(void **state)
{
	(void)state;
	m = machine_create(
		CONFIG(.pri_bits = 5, .nr_vcpus = NR_VCPUS, .nr_spis = 32));
	machine_boot(m);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	machine_end(m);
	return 0;
}

static enum vgic_trap sysreg(uint32_t enc, bool write, uint64_t *value)
{
	return vgic_trap_sysreg(m->vcpu[0], enc, write, value);
}

/* Bit n: vCPU n has SGI `intid` pending.  Clears them. */
static uint32_t taken(uint32_t intid)
{
	uint32_t pending = 0;

	for (uint32_t i = 0; i < NR_VCPUS; i++) {
		if (info_of(m, i, intid).pending) {
			pending |= 1u << i;
		}
		guest_write32(m, 0, gicr(i, GICR_ICPENDR0), 1u << intid);
	}
	machine_serve_all(m);
	return pending;
}

static uint64_t sgi(uint32_t intid, uint32_t aff1, uint32_t list)
{
	return FIELD_PUT(ICC_SGIR_INTID, intid) |
	       FIELD_PUT(ICC_SGIR_Aff1, aff1) |
	       FIELD_PUT(ICC_SGIR_TargetList, list);
}

/* vCPUs 0 to 15 are in cluster 0, the others in cluster 1. */
static void target_list(void **state)
{
	(void)state;
	guest_write(m, 0, ICC_SGI1R_EL1, sgi(5, 0, 0x8002));
	assert_int_equal(taken(5), 0x8002);
	guest_write(m, 0, ICC_SGI1R_EL1, sgi(0, 1, 0x0009));
	assert_int_equal(taken(0), 0x90000);
	/* Oneself too; and whom there is not, in silence. */
	guest_write(m, 0, ICC_SGI1R_EL1, sgi(15, 0, 1));
	assert_int_equal(taken(15), 1);
	guest_write(m, 0, ICC_SGI1R_EL1, sgi(5, 1, 0xfff0));
	assert_int_equal(taken(5), 0);
	guest_write(m, 0, ICC_SGI1R_EL1, sgi(5, 2, 0xffff));
	assert_int_equal(taken(5), 0);
	guest_write(m, 0, ICC_SGI1R_EL1,
		    sgi(5, 0, 0xffff) | FIELD_PUT(ICC_SGIR_Aff2, 1));
	assert_int_equal(taken(5), 0);
	guest_write(m, 0, ICC_SGI1R_EL1,
		    sgi(5, 0, 0xffff) | FIELD_PUT(ICC_SGIR_Aff3, 1));
	assert_int_equal(taken(5), 0);
	guest_write(m, 0, ICC_SGI1R_EL1,
		    sgi(5, 0, 0xffff) | FIELD_PUT(ICC_SGIR_RS, 1));
	assert_int_equal(taken(5), 0);
	assert_int_equal(stats_of(m, 0).guest_errors, 0);
}

/* IRM: all but oneself, whatever the rest of the register says. */
static void all_but_self(void **state)
{
	(void)state;
	guest_write(m, 3, ICC_SGI1R_EL1,
		    sgi(7, 9, 0x8) | FIELD_PUT(ICC_SGIR_IRM, 1));
	assert_int_equal(taken(7), ((1u << NR_VCPUS) - 1) & ~(1u << 3));
}

/* Generated or not according to the group the *target* has it in. */
static void groups(void **state)
{
	(void)state;
	guest_write32(m, 0, gicr(1, GICR_IGROUPR0), ~(1u << 5));
	guest_write(m, 0, ICC_SGI1R_EL1, sgi(5, 0, 0x6));
	assert_int_equal(taken(5), 0x6);
	guest_write(m, 0, ICC_SGI0R_EL1, sgi(5, 0, 0x6));
	assert_int_equal(taken(5), 0x2);
	guest_write(m, 0, ICC_ASGI1R_EL1, sgi(5, 0, 0x6));
	assert_int_equal(taken(5), 0x2);
	guest_write(m, 0, ICC_SGI0R_EL1,
		    sgi(5, 0, 0) | FIELD_PUT(ICC_SGIR_IRM, 1));
	assert_int_equal(taken(5), 0x2);
}

/* Sent twice before it is taken, an SGI comes once; afterwards again. */
static void delivery(void **state)
{
	(void)state;
	guest_write(m, 0, ICC_SGI1R_EL1, sgi(1, 0, 0x4));
	guest_write(m, 1, ICC_SGI1R_EL1, sgi(1, 0, 0x4));
	assert_int_equal(guest_ack(m, 2), 1);
	guest_write(m, 1, ICC_SGI1R_EL1, sgi(1, 0, 0x4));
	assert_int_equal(guest_ack(m, 2), SPURIOUS);
	guest_eoi(m, 2, 1);
	assert_int_equal(guest_ack(m, 2), 1);
	guest_eoi(m, 2, 1);
	assert_int_equal(guest_ack(m, 2), SPURIOUS);
}

static void write_only(void **state)
{
	const uint32_t encs[] = { ICC_SGI1R_EL1, ICC_ASGI1R_EL1, ICC_SGI0R_EL1,
				  ICC_DIR_EL1 };
	uint64_t value = 0;

	(void)state;
	stop(m, 0);
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(sysreg(encs[i], false, &value),
				 VGIC_TRAP_UNDEF);
	}
}

static void sre(void **state)
{
	uint64_t value = 0;

	(void)state;
	stop(m, 0);
	assert_int_equal(sysreg(ICC_SRE_EL1, true, &value), VGIC_TRAP_DONE);
	assert_int_equal(sysreg(ICC_SRE_EL1, false, &value), VGIC_TRAP_DONE);
	assert_int_equal(value, 7);
	assert_int_equal(sysreg(ICC_SRE_EL2, false, &value),
			 VGIC_TRAP_NOT_MINE);
	assert_int_equal(sysreg(SYSREG_ENC(3, 0, 1, 0, 1), true, &value),
			 VGIC_TRAP_NOT_MINE);
}

static void split_eoi(uint32_t vcpu, bool split)
{
	guest_write(m, vcpu, ICC_CTLR_EL1, split ? ICC_CTLR_EL1_EOImode : 0);
}

/* EOI drops the priority, DIR deactivates, from any vCPU. */
static void dir(void **state)
{
	(void)state;
	split_eoi(1, true);
	split_eoi(2, true);
	setup(m, 1, 40, 0x80, false);
	for (uint32_t by = 1; by <= 2; by++) {
		vgic_inject_irq(m->gic, 0, 40, true, NULL);
		assert_int_equal(guest_ack(m, 1), 40);
		vgic_inject_irq(m->gic, 0, 40, true, NULL);
		guest_eoi(m, 1, 40);
		assert_int_equal(guest_ack(m, 1), SPURIOUS);
		guest_write(m, by, ICC_DIR_EL1, 40);
		assert_int_equal(guest_ack(m, 1), 40);
		guest_eoi(m, 1, 40);
		guest_write(m, by, ICC_DIR_EL1, 40);
		assert_int_equal(guest_ack(m, 1), SPURIOUS);
		assert_false(info_of(m, 1, 40).active);
	}
}

/* A private interrupt is the writer's own. */
static void dir_private(void **state)
{
	(void)state;
	split_eoi(1, true);
	split_eoi(2, true);
	guest_write(m, 0, ICC_SGI1R_EL1, sgi(4, 0, 0x6));
	assert_int_equal(guest_ack(m, 1), 4);
	assert_int_equal(guest_ack(m, 2), 4);
	guest_eoi(m, 1, 4);
	guest_eoi(m, 2, 4);
	guest_write(m, 2, ICC_DIR_EL1, 4);
	machine_serve_all(m);
	stop(m, 1);
	stop(m, 2);
	assert_true(info_of(m, 1, 4).active);
	assert_false(info_of(m, 2, 4).active);
	run(m, 1);
	guest_write(m, 1, ICC_DIR_EL1, 4);
	machine_serve_all(m);
	assert_false(info_of(m, 1, 4).active);
}

/* Without EOImode, and for what does not exist, it does nothing. */
static void dir_ignored(void **state)
{
	const uint64_t none[] = { 64, 1019, 1020, 1023, 1024, 8191 };

	(void)state;
	setup(m, 1, 40, 0x80, false);
	vgic_inject_irq(m->gic, 0, 40, true, NULL);
	assert_int_equal(guest_ack(m, 1), 40);
	guest_write(m, 1, ICC_DIR_EL1, 40);
	assert_true(info_of(m, 1, 40).active);
	assert_int_equal(stats_of(m, 1).guest_errors, 1);
	guest_eoi(m, 1, 40);
	split_eoi(1, true);
	for (unsigned int i = 0; i < 6; i++) {
		guest_write(m, 1, ICC_DIR_EL1, none[i]);
		assert_int_equal(stats_of(m, 1).guest_errors, 2 + i);
	}
	/* LPIs have no active state: no mistake. */
	guest_write(m, 1, ICC_DIR_EL1, GIC_LPI_BASE);
	assert_int_equal(stats_of(m, 1).guest_errors, 7);
	/* Twice is once. */
	vgic_inject_irq(m->gic, 0, 40, true, NULL);
	assert_int_equal(guest_ack(m, 1), 40);
	guest_eoi(m, 1, 40);
	guest_write(m, 1, ICC_DIR_EL1, 40);
	guest_write(m, 1, ICC_DIR_EL1, 40);
	assert_false(info_of(m, 1, 40).active);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		machine_test(target_list), machine_test(all_but_self),
		machine_test(groups),	   machine_test(delivery),
		machine_test(write_only),  machine_test(sre),
		machine_test(dir),	   machine_test(dir_private),
		machine_test(dir_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
