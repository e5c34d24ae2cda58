/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose is an address? */
#include "regs/gicv3.h"
#include "regs/ich.h"
#include "tests/machine/test.h"

static struct machine *m;

static int set_up(void **state)
{
	(void)state;
	m = machine_create(
		CONFIG(.pri_bits = 5, .nr_vcpus = 125, .nr_spis = 32));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	machine_end(m);
	return 0;
}

static enum vgic_trap try(uint64_t ipa)
{
	uint64_t value = 0;

	return vgic_trap_mmio(m->vcpu[0], ipa, 4, false, &value);
}

static void edges(void **state)
{
	const uint64_t end = MACHINE_GICR + MACHINE_FIRST_REGION * GICR_STRIDE;
	const uint64_t high = MACHINE_GICR_HIGH + 2 * GICR_STRIDE;

	(void)state;
	assert_int_equal(try(MACHINE_GICD - 4), VGIC_TRAP_NOT_MINE);
	assert_int_equal(try(MACHINE_GICD), VGIC_TRAP_DONE);
	assert_int_equal(try(MACHINE_GICD + GICD_FRAME_SIZE - 4),
			 VGIC_TRAP_DONE);
	assert_int_equal(try(MACHINE_GICD + GICD_FRAME_SIZE),
			 VGIC_TRAP_NOT_MINE);
	assert_int_equal(try(MACHINE_GICR - 4), VGIC_TRAP_NOT_MINE);
	assert_int_equal(try(MACHINE_GICR), VGIC_TRAP_DONE);
	assert_int_equal(try(end - 4), VGIC_TRAP_DONE);
	assert_int_equal(try(end), VGIC_TRAP_NOT_MINE);
	assert_int_equal(try(MACHINE_GICR_HIGH - 4), VGIC_TRAP_NOT_MINE);
	assert_int_equal(try(MACHINE_GICR_HIGH), VGIC_TRAP_DONE);
	/* Frames of the region that no vCPU fills are not there. */
	assert_int_equal(try(high - 4), VGIC_TRAP_DONE);
	assert_int_equal(try(high), VGIC_TRAP_NOT_MINE);
	assert_int_equal(try(0), VGIC_TRAP_NOT_MINE);
	assert_int_equal(try(UINT64_MAX - 3), VGIC_TRAP_NOT_MINE);
}

static void kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	(void)vcpu;
}

/* An unplaced distributor is not at address 0. */
static void unplaced(void **state)
{
	static _Alignas(64) uint8_t memory[16384];
	const struct vgic_host_ops host = { .kick = kick };
	struct vgic_config config = m->gic->config;
	struct vgic_vcpu *vcpu;
	struct vgic *gic;
	uint64_t value = 0;

	(void)state;
	config.host = &host;
	config.nr_vcpus = 1;
	assert_int_equal(vgic_create(&config, memory, sizeof(memory), &gic),
			 VGIC_OK);
	assert_int_equal(vgic_vcpu_create(gic, 0, 0, &m->cpu[0], &vcpu),
			 VGIC_OK);
	assert_int_equal(vgic_trap_mmio(vcpu, 0, 4, false, &value),
			 VGIC_TRAP_NOT_MINE);
	assert_int_equal(vgic_set_dist_base(gic, 0), VGIC_OK);
	assert_int_equal(vgic_trap_mmio(vcpu, 0, 4, false, &value),
			 VGIC_TRAP_DONE);
	assert_int_equal(value, GICD_CTLR_ARE | GICD_CTLR_DS);
}

int main(void)
{
	const struct CMUnitTest tests[] = { machine_test(edges),
					    machine_test(unplaced) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
