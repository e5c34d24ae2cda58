/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CPU interfaces that lack something, or do it wrong: each is modelled as it
 * is, and vgic_cpuif_caps says so to the library.
 */
#include "core/irq.h"
#include "tests/machine/test.h"

#include "model/ich.h"
#include "soft/gicv.h"

/*
 * No TDIR: an SPI that another vCPU has is ended from here, in a list
 * register there or beyond.
 */
TEST(no_tdir_dir_elsewhere)
{
	for (unsigned int spilled = 0; spilled < 2; spilled++) {
		MACHINE(.nr_lrs = 1, .nr_vcpus = 3, .no_tdir = true);

		eoimode(m, 1);
		for (uint32_t v = 0; v < 3; v++) {
			run(m, v);
		}
		take(m, 0);
		guest_eoi(m, 0, 32);
		if (spilled) {
			take(m, 1);
			assert_place(m, 0, 32, "active");
		}
		guest_dir(m, 2, 32);
		assert_false(is_active(m, 32));
		machine_check(m);
		edge(m, 32);
		if (spilled) {
			guest_eoi(m, 0, 33);
			guest_dir(m, 0, 33);
		}
		assert_int_equal(guest_ack(m, 0), 32);
		machine_end(m);
	}
}

/* Nor is it to matter in which order it ends its own. */
TEST(no_tdir_dir_in_any_order)
{
	static const uint32_t order[] = { 34, 32, 35, 33 };
	MACHINE(.nr_lrs = 1, .no_tdir = true);

	eoimode(m, 1);
	run(m, 0);
	nest(m, 4);
	for (uint32_t n = 4; n-- > 0;) {
		guest_eoi(m, 0, 32 + n);
	}
	for (uint32_t n = 0; n < 4; n++) {
		guest_dir(m, 0, order[n]);
		slice(m, 0);
		for (uint32_t i = 0; i < 4; i++) {
			assert_int_equal(is_active(m, order[i]), i > n);
		}
	}
	machine_end(m);
}

/* A GIC that counts EOIs with EOImode 1 as well ends nothing by that. */
TEST(no_tdir_and_counted_eois)
{
	MACHINE(.nr_lrs = 1, .no_tdir = true);

	m->cpu[0].model.config.count_split_eoi = true;
	eoimode(m, 1);
	run(m, 0);
	take(m, 0);
	take(m, 1);
	guest_eoi(m, 0, 33);
	guest_eoi(m, 0, 32);
	slice(m, 0);
	assert_true(is_active(m, 32) && is_active(m, 33));
	machine_end(m);
}

static bool trapping(const struct machine *m, uint32_t v)
{
	return m->cpu[v].model.hcr & ICH_HCR_EL2_TC;
}

/* The trap is there while it is needed, where it is needed. */
TEST(no_tdir_traps_while_needed)
{
	MACHINE(.nr_lrs = 1, .nr_vcpus = 3, .no_tdir = true);
	uint32_t traps;

	for (uint32_t v = 0; v < 3; v++) {
		run(m, v);
		assert_false(trapping(m, v));
	}
	/* Private ones are nobody else's. */
	setup(m, 0, 20, 0xf8, false);
	assert_int_equal(vgic_inject_irq(m->gic, 0, 20, true, NULL), 0);
	slice(m, 0);
	assert_false(trapping(m, 0) || trapping(m, 1));
	assert_int_equal(guest_ack(m, 0), 20);
	setup(m, 0, 40, 0x80, false);
	edge(m, 40);
	assert_true(trapping(m, 1) && trapping(m, 2));
	assert_int_equal(guest_ack(m, 0), 40);
	guest_eoi(m, 0, 40);
	guest_eoi(m, 0, 20);
	slice(m, 0);
	assert_int_equal(guest_read(m, 0, ICC_RPR_EL1), 0xff);
	assert_false(trapping(m, 0));
	/* The others notice with the next trap, and no later. */
	traps = m->traps[1];
	(void)guest_read(m, 1, ICC_PMR_EL1);
	assert_int_equal(m->traps[1], traps + 1);
	(void)guest_read(m, 1, ICC_PMR_EL1);
	assert_int_equal(m->traps[1], traps + 1);
	assert_false(trapping(m, 1));
	machine_end(m);
}

/* What software made active is to be seen to end, wherever it stands. */
TEST(no_tdir_activated_elsewhere)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2, .no_tdir = true);

	eoimode(m, 1);
	setup(m, 0, 40, 0x80, false);
	run(m, 1);
	change(m, 1, 40, VGIC_SET_ACTIVE, 0);
	assert_place(m, 0, 40, "inbox");
	guest_dir(m, 1, 40);
	assert_false(is_active(m, 40));
	machine_end(m);
}

/* One vCPU: nobody is there to deactivate what it has. */
TEST(no_tdir_alone)
{
	MACHINE(.nr_lrs = 2, .no_tdir = true);

	run(m, 0);
	take(m, 0);
	assert_false(trapping(m, 0));
	machine_end(m);
}

/* What TC traps reads and writes as the hardware has it. */
TEST(no_tdir_trapped_registers)
{
	MACHINE(.nr_lrs = 1, .nr_vcpus = 2, .no_tdir = true, .pri_bits = 5);
	struct machine *ref =
		machine_new(CONFIG(.nr_lrs = 1, .nr_vcpus = 2, .pri_bits = 5));
	static const uint32_t regs[] = { ICC_PMR_EL1, ICC_CTLR_EL1 };
	static const uint64_t values[] = { 0, 0x55, 0xff, UINT64_MAX, 1, 2 };
	struct machine *both[] = { m, ref };
	uint64_t value;

	for (uint32_t i = 0; i < 2; i++) {
		run(both[i], 0);
		run(both[i], 1);
		setup(both[i], 0, 40, 0x80, false);
		setup(both[i], 1, 41, 0x48, false);
		edge(both[i], 40);
		edge(both[i], 41);
		assert_int_equal(guest_read(both[i], 1, ICC_RPR_EL1), 0xff);
		assert_int_equal(guest_ack(both[i], 1), 41);
	}
	assert_true(trapping(m, 1) && !trapping(ref, 1));
	assert_int_equal(guest_read(m, 1, ICC_RPR_EL1), 0x48);
	assert_int_equal(guest_read(ref, 1, ICC_RPR_EL1), 0x48);
	for (uint32_t r = 0; r < 2; r++) {
		for (uint32_t n = 0; n < 6; n++) {
			guest_write(m, 1, regs[r], values[n]);
			guest_write(ref, 1, regs[r], values[n]);
			assert_true(guest_read(m, 1, regs[r]) ==
				    guest_read(ref, 1, regs[r]));
			assert_int_equal(m->cpu[1].model.vmcr,
					 ref->cpu[1].model.vmcr);
		}
	}
	/* It is not lost when the vCPU is put before it runs on. */
	guest_write(m, 1, ICC_CTLR_EL1, 0);
	stop(m, 1);
	value = 0xff;
	assert_int_equal(
		vgic_trap_sysreg(m->vcpu[1], ICC_PMR_EL1, true, &value),
		VGIC_TRAP_DONE);
	assert_int_equal(
		vgic_trap_sysreg(m->vcpu[1], ICC_PMR_EL1, false, &value),
		VGIC_TRAP_DONE);
	assert_int_equal(value, 0xf8);
	assert_int_equal(vgic_trap_sysreg(m->vcpu[1], ICC_PMR_EL1, true,
					  &(uint64_t){ 0x30 }),
			 VGIC_TRAP_DONE);
	vgic_put(m->vcpu[1]);
	run(m, 1);
	assert_int_equal(guest_read(m, 1, ICC_PMR_EL1), 0x30);
	assert_int_equal(m->cpu[1].model.vmcr >> ICH_VMCR_EL2_VPMR_SHIFT, 0x30);
	stop(m, 1);
	assert_int_equal(vgic_trap_sysreg(m->vcpu[1], ICC_RPR_EL1, true,
					  &(uint64_t){ 0 }),
			 VGIC_TRAP_UNDEF);
	guest_write(ref, 1, ICC_CTLR_EL1, 0);
	machine_end(ref);
	machine_end(m);
}

/*
 * A HW bit that does nothing.  If the library did not know, the device would
 * be heard once and never again.
 */
TEST(no_hw_deactivation)
{
	for (unsigned int known = 0; known < 2; known++) {
		MACHINE(.nr_lrs = 2, .broken_hw = true,
			.no_hw_deactivation = known);

		setup(m, 0, 40, 0x80, true);
		map(m, 0, 40);
		run(m, 0);
		for (uint32_t round = 0; round < 3; round++) {
			phys_line(m, 40, true);
			assert_int_equal(guest_ack(m, 0),
					 known || !round ? 40 : SPURIOUS);
			phys_line(m, 40, false);
			if (known || !round) {
				guest_eoi(m, 0, 40);
			}
			slice(m, 0);
			assert_int_equal(m->phys[40].active, !known);
		}
		machine_end(m);
	}
}

/*
 * What hardware has ended is not ended again: the device may have come again
 * in the meantime, and would be lost.
 */
TEST(ended_once)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

	setup(m, 0, 40, 0x80, true);
	map(m, 0, 40);
	run(m, 0);
	for (uint32_t round = 1; round < 4; round++) {
		phys_line(m, 40, true);
		m->late[0] = true;
		assert_int_equal(guest_ack(m, 0), 40);
		/* By its HW bit; the device comes, and nobody exits. */
		guest_eoi(m, 0, 40);
		assert_int_equal(m->phys[40].by_hardware, 2 * round - 1);
		assert_true(m->phys[40].active);
		change(m, 1, 40, VGIC_CLEAR_ACTIVE, 0);
		m->late[0] = false;
		slice(m, 0);
		assert_true(m->phys[40].active);
		assert_int_equal(guest_ack(m, 0), 40);
		m->phys[40].line = false;
		guest_eoi(m, 0, 40);
		slice(m, 0);
		assert_false(m->phys[40].active);
		assert_int_equal(m->phys[40].by_software, 0);
		assert_int_equal(m->phys[40].by_hardware, 2 * round);
	}
	machine_end(m);
}

/* Accesses that no architecture defines. */
static const struct {
	uint32_t sysreg;
	uint64_t value;
} wrong[] = {
	{ ICC_EOIR1_EL1, 40 },
	{ ICC_EOIR0_EL1, 40 },
	{ ICC_DIR_EL1, 40 },
};

#define NR_WRONG (sizeof(wrong) / sizeof(wrong[0]))

static void no_kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	(void)vcpu;
}

/* A vGIC on `cpuif`, or the error that vgic_create() gives. */
static int make(const struct vgic_cpuif_ops *cpuif, void *hw,
		const struct vgic_cpuif_caps *caps, struct vgic **gic)
{
	static uint8_t memory[64 * 1024] __attribute__((aligned(64)));
	static const struct vgic_host_ops host = { .kick = no_kick };
	const struct vgic_config config = {
		.arch = &vgic_gicv3_its,
		.nr_vcpus = 1,
		.nr_spis = 32,
		.nr_redist_regions = 1,
		.cpuif = cpuif,
		.caps = *caps,
		.host = &host,
	};
	struct vgic_vcpu *vcpu;
	int error = vgic_create(&config, memory, sizeof(memory), gic);

	return error ? error : vgic_vcpu_create(*gic, 0, 0, hw, &vcpu);
}

/*
 * SErrors that the guest's mistakes raise and the host gets: no access
 * reaches the CPU interface, and software stands in for it.
 */
TEST(broken_seis)
{
	struct model_vcpuif_config config = { .nr_lrs = 4,
					      .pri_bits = 5,
					      .pre_bits = 5,
					      .id_bits = 16,
					      .seis = true };
	struct model_vcpuif cpu;
	struct vgic_cpuif_caps caps;
	struct vgic *gic;
	void *soft = aligned_alloc(16, (vgic_soft_size() + 15) & ~15u);
	uint64_t value = 0;

	(void)state;
	assert_true(vgic_soft_vcpuif_init(&cpu, &config));
	vgic_soft_vcpuif_caps(&cpu, &caps);
	assert_int_equal(make(&vgic_model_vcpuif_backend, &cpu, &caps, &gic),
			 0);
	for (size_t i = 0; i < NR_WRONG; i++) {
		(void)vgic_soft_icv_write(&cpu, wrong[i].sysreg,
					  wrong[i].value);
	}
	assert_int_equal(cpu.serrors, NR_WRONG);
	caps.broken_seis = true;
	assert_int_equal(make(&vgic_model_vcpuif_backend, &cpu, &caps, &gic),
			 VGIC_E_NOTSUP);

	cpu.serrors = 0;
	cpu.hcr = ICH_HCR_EL2_TC | ICH_HCR_EL2_TALL0 | ICH_HCR_EL2_TALL1;
	vgic_soft_init(soft, false, NULL, NULL, &caps);
	assert_false(caps.broken_seis || caps.seis);
	assert_int_equal(make(&vgic_soft_backend, soft, &caps, &gic), 0);
	vgic_load(vgic_vcpu_get(gic, 0));
	vgic_enter(vgic_vcpu_get(gic, 0));
	vgic_exit(vgic_vcpu_get(gic, 0));
	for (size_t i = 0; i < NR_WRONG; i++) {
		value = wrong[i].value;
		assert_int_equal(
			vgic_soft_icv_write(&cpu, wrong[i].sysreg, value),
			MODEL_TRAP);
		assert_int_equal(vgic_trap_sysreg(vgic_vcpu_get(gic, 0),
						  wrong[i].sysreg, true,
						  &value),
				 VGIC_TRAP_DONE);
	}
	assert_int_equal(cpu.serrors, 0);
	assert_int_equal(vgic_soft_icv_read(&cpu, ICC_CTLR_EL1, &value),
			 MODEL_TRAP);
	assert_int_equal(vgic_trap_sysreg(vgic_vcpu_get(gic, 0), ICC_CTLR_EL1,
					  false, &value),
			 VGIC_TRAP_DONE);
	assert_false(value & ICC_CTLR_EL1_SEIS);
	free(soft);
}

/* SEIS as such is shown, where the access traps and where it does not. */
TEST(seis_is_shown)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2, .no_tdir = true);

	m->cpu[1].model.config.seis = true;
	m->gic->config.caps.seis = true;
	run(m, 0);
	run(m, 1);
	assert_true(guest_read(m, 1, ICC_CTLR_EL1) & ICC_CTLR_EL1_SEIS);
	setup(m, 0, 40, 0x80, false);
	edge(m, 40);
	assert_true(trapping(m, 1));
	assert_true(guest_read(m, 1, ICC_CTLR_EL1) & ICC_CTLR_EL1_SEIS);
	machine_end(m);
}

/*
 * Nested as deep as the preemption bits allow, the vCPU leaves its CPU and
 * comes back: the active priorities of all the APRs do, too.
 */
static void nest_and_leave(struct machine *m)
{
	uint32_t prio = 0xf0, n = 0;

	for (; n < 8; n++, prio -= 0x18) {
		setup(m, 0, 40 + n, prio, false);
		edge(m, 40 + n);
		assert_int_equal(guest_ack(m, 0), 40 + n);
		assert_int_equal(guest_read(m, 0, ICC_RPR_EL1), prio);
		stop(m, 0);
		vgic_put(m->vcpu[0]);
		for (uint32_t i = 0; i < 4; i++) {
			m->cpu[0].model.ap1r[i] = 0;
		}
		run(m, 0);
		assert_int_equal(guest_read(m, 0, ICC_RPR_EL1), prio);
	}
	while (n-- > 0) {
		guest_eoi(m, 0, 40 + n);
	}
	slice(m, 0);
	assert_int_equal(guest_read(m, 0, ICC_RPR_EL1), 0xff);
}

/* Five to eight priority bits, five to seven preemption bits. */
TEST(priority_bits)
{
	for (uint8_t pri = 5; pri <= 8; pri++) {
		for (uint8_t pre = 5; pre <= 7 && pre <= pri; pre++) {
			MACHINE(.nr_lrs = 4, .pri_bits = pri, .pre_bits = pre);

			run(m, 0);
			assert_int_equal(guest_read(m, 0, ICC_BPR0_EL1),
					 7 - pre);
			assert_int_equal(guest_read(m, 0, ICC_BPR1_EL1),
					 8 - pre);
			guest_write(m, 0, ICC_PMR_EL1, 0xff);
			assert_int_equal(guest_read(m, 0, ICC_PMR_EL1),
					 0xff << (8 - pri) & 0xff);
			/* Interrupts have five, rounded towards urgency. */
			setup(m, 0, 90, 0xa7, false);
			assert_int_equal(info_of(m, 0, 90).priority, 0xa0);
			nest_and_leave(m);
			machine_end(m);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_tdir_dir_elsewhere),
		cmocka_unit_test(no_tdir_dir_in_any_order),
		cmocka_unit_test(no_tdir_and_counted_eois),
		cmocka_unit_test(no_tdir_traps_while_needed),
		cmocka_unit_test(no_tdir_activated_elsewhere),
		cmocka_unit_test(no_tdir_alone),
		cmocka_unit_test(no_tdir_trapped_registers),
		cmocka_unit_test(no_hw_deactivation),
		cmocka_unit_test(ended_once),
		cmocka_unit_test(broken_seis),
		cmocka_unit_test(seis_is_shown),
		cmocka_unit_test(priority_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
