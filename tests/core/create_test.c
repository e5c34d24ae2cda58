/* SPDX-License-Identifier: BSD-2-Clause */
/* src/core/create.c: memory, creation, reset. */
#include "core/irq.h"
#include "core/route.h"
#include "model/ich.h"
#include "tests/machine/test.h"

static void no_kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	(void)vcpu;
}

static const struct vgic_host_ops host_ops = { .kick = no_kick };

static struct vgic_config good_config(void)
{
	return (struct vgic_config){
		.arch = &vgic_gicv3_its,
		.nr_vcpus = 2,
		.nr_spis = 32,
		.nr_redist_regions = 1,
		.nr_side_entries = 1,
		.caps = { .nr_lrs = 4,
			  .pri_bits = 5,
			  .pre_bits = 5,
			  .id_bits = 16 },
		.cpuif = &vgic_model_vcpuif_backend,
		.host = &host_ops,
	};
}

TEST(configurations_out_of_range)
{
	struct vgic_config c = good_config();
	struct vgic_config_fault fault;

	(void)state;
	assert_true(vgic_memory_size(&c) > 0);
	assert_int_equal(vgic_memory_size(NULL), 0);
	assert_int_equal(vgic_config_check(&c, &fault), VGIC_OK);
	assert_null(fault.field);
	assert_int_equal(vgic_config_check(NULL, NULL), VGIC_E_INVAL);
#define REFUSE(member, value) \
	do { \
		c = good_config(); \
		c.member = value; \
		assert_int_equal(vgic_memory_size(&c), 0); \
		assert_int_equal(vgic_config_check(&c, &fault), VGIC_E_INVAL); \
		assert_string_equal(fault.field, #member); \
		assert_non_null(fault.rule); \
	} while (0)
	REFUSE(arch, NULL);
	REFUSE(arch, vgic_arch_of((enum vgic_model)4));
	REFUSE(nr_vcpus, 0);
	REFUSE(nr_vcpus, 513);
	REFUSE(nr_spis, 989);
	REFUSE(nr_redist_regions, 0);
	REFUSE(nr_redist_regions, 65);
	REFUSE(nr_side_entries, 97);
	REFUSE(caps.nr_lrs, 0);
	REFUSE(caps.nr_lrs, 17);
	REFUSE(caps.pri_bits, 4);
	REFUSE(caps.pri_bits, 9);
	REFUSE(caps.pre_bits, 4);
	REFUSE(caps.pre_bits, 8);
	REFUSE(caps.pre_bits, 6);
#undef REFUSE
	/* A GICv2 has eight CPUs at most. */
	c = good_config();
	c.arch = &vgic_gicv2;
	c.nr_vcpus = 8;
	assert_true(vgic_memory_size(&c) > 0);
	c.nr_vcpus = 9;
	assert_int_equal(vgic_memory_size(&c), 0);
}

/* What vgic_memory_size() does not need, and vgic_create() does. */
TEST(callbacks_that_are_missing)
{
	static const struct vgic_host_ops deaf = { .kick = NULL };
	struct vgic_config c = good_config();
	struct vgic_config_fault fault;

	(void)state;
#define WANT(result, name) \
	do { \
		assert_true(vgic_memory_size(&c) > 0); \
		assert_int_equal(vgic_config_check(&c, NULL), result); \
		assert_int_equal(vgic_config_check(&c, &fault), result); \
		assert_string_equal(fault.field, name); \
		c = good_config(); \
	} while (0)
	c.host = NULL;
	WANT(VGIC_E_INVAL, "host");
	c.host = &deaf;
	WANT(VGIC_E_INVAL, "host->kick");
	c.cpuif = NULL;
	WANT(VGIC_E_INVAL, "cpuif");
	c.arch = &vgic_gicv2;
	c.cpuif = NULL;
	WANT(VGIC_E_INVAL, "cpuif");
	c.caps.broken_seis = true;
	WANT(VGIC_E_NOTSUP, "caps.broken_seis");
	c.its = (struct vgic_its_config){ .nr_its = 1, .nr_lpis = 64 };
	WANT(VGIC_E_INVAL, "host->read_guest and write_guest");
	c.arch = &vgic_gicv5;
	c.v5 = (struct vgic_v5_config){ .nr_irs = 1, .lpi_id_bits = 10 };
	WANT(VGIC_E_INVAL, "v5.cpuif");
#undef WANT
}

/* Of each part of a configuration that only some models have. */
TEST(parts_out_of_range)
{
	struct vgic_config c;
	struct vgic_config_fault fault;

	(void)state;
#define REFUSE(version, set, name) \
	do { \
		c = good_config(); \
		c.arch = version; \
		c.v5 = (struct vgic_v5_config){ .nr_irs = 1, \
						.lpi_id_bits = 10 }; \
		set; \
		assert_int_equal(vgic_config_check(&c, &fault), VGIC_E_INVAL); \
		assert_string_equal(fault.field, name); \
	} while (0)
	REFUSE(&vgic_gicv5, c.v5.nr_irs = 0, "v5.nr_irs");
	REFUSE(&vgic_gicv5, c.v5.nr_irs = 9, "v5.nr_irs");
	REFUSE(&vgic_gicv5, c.v5.nr_irs = 3, "nr_spis");
	REFUSE(&vgic_gicv5, c.nr_spis = 65537, "nr_spis");
	REFUSE(&vgic_gicv5, c.v5.lpi_id_bits = 9, "v5.lpi_id_bits");
	REFUSE(&vgic_gicv5, c.v5.lpi_id_bits = 25, "v5.lpi_id_bits");
	REFUSE(&vgic_gicv5, c.v5.nr_lpis = 255, "v5.nr_lpis");
	REFUSE(&vgic_gicv5, c.v5.nr_lpis = 2048, "v5.nr_lpis");
	REFUSE(&vgic_gicv5, c.its.nr_its = 1, "its");
	REFUSE(&vgic_gicv2, c.its.nr_lpis = 64, "its");
	REFUSE(&vgic_gicv2, c.nr_vcpus = 9, "nr_vcpus");
	REFUSE(&vgic_gicv3_its, c.its.nr_events = 1, "its");
	REFUSE(&vgic_gicv3_its, c.its.nr_its = 9, "its.nr_its");
	REFUSE(&vgic_gicv3_its, c.its.nr_its = 1, "its.nr_lpis");
	REFUSE(&vgic_gicv3_its, c.its = ((struct vgic_its_config){ 1, 64, 65 }),
	       "its.nr_events");
#undef REFUSE
}

/* By its number, the GICv3 is the one that may have LPIs. */
TEST(architectures)
{
	struct vgic_config c = good_config(), its = c;
	size_t size = vgic_memory_size(&c);

	(void)state;
	its.its = (struct vgic_its_config){ .nr_its = 1, .nr_lpis = 16 };
	assert_true(vgic_memory_size(&its) > size);
	its.arch = &vgic_gicv3;
	assert_int_equal(vgic_memory_size(&its), 0);
	c.arch = &vgic_gicv3;
	assert_int_equal(vgic_memory_size(&c), size);
	assert_ptr_equal(vgic_arch_of(VGIC_GICV2), &vgic_gicv2);
	assert_ptr_equal(vgic_arch_of(VGIC_GICV3), &vgic_gicv3_its);
	assert_ptr_equal(vgic_arch_of(VGIC_GICV5), &vgic_gicv5);
	assert_int_equal(vgic_arch_model(&vgic_gicv2), VGIC_GICV2);
	assert_int_equal(vgic_arch_model(&vgic_gicv3), VGIC_GICV3);
	assert_int_equal(vgic_arch_model(&vgic_gicv3_its), VGIC_GICV3);
	assert_int_equal(vgic_arch_model(&vgic_gicv5), VGIC_GICV5);
}

TEST(creation_mistakes)
{
	struct vgic_config c = good_config();
	size_t size = vgic_memory_size(&c);
	uint8_t *memory = aligned_alloc(64, size + 64);
	struct vgic *gic;

	(void)state;
	assert_non_null(memory);
	assert_int_equal(vgic_create(NULL, memory, size, &gic), VGIC_E_INVAL);
	assert_int_equal(vgic_create(&c, NULL, size, &gic), VGIC_E_INVAL);
	assert_int_equal(vgic_create(&c, memory, size, NULL), VGIC_E_INVAL);
	assert_int_equal(vgic_create(&c, memory + 8, size, &gic), VGIC_E_INVAL);
	assert_int_equal(vgic_create(&c, memory, size - 1, &gic), VGIC_E_NOMEM);
	c.host = NULL;
	assert_int_equal(vgic_create(&c, memory, size, &gic), VGIC_E_INVAL);
	c = good_config();
	c.cpuif = NULL;
	assert_int_equal(vgic_create(&c, memory, size, &gic), VGIC_E_INVAL);
	free(memory);
}

/* Nothing beyond the size asked for is touched, whatever was in it. */
TEST(memory_is_enough_and_need_not_be_clear)
{
	struct vgic_config c = good_config();
	size_t size = vgic_memory_size(&c);
	uint8_t *memory = aligned_alloc(64, size);
	struct vgic_irq_info info;
	struct vgic *gic;

	(void)state;
	assert_non_null(memory);
	assert_int_equal(size % 64, 0);
	for (size_t i = 0; i < size; i++) {
		memory[i] = 0xa5;
	}
	assert_int_equal(vgic_create(&c, memory, size, &gic), VGIC_OK);
	assert_int_equal(vgic_check_invariants(gic), 0);
	assert_int_equal(vgic_get_irq_info(gic, 1, 63, &info), VGIC_OK);
	assert_false(info.pending || info.active || info.enabled);
	free(memory);
}

TEST(vcpus)
{
	struct vgic_config c = good_config();
	size_t size = vgic_memory_size(&c);
	void *memory = aligned_alloc(64, size);
	struct vgic_vcpu *v[2];
	struct vgic *gic;

	(void)state;
	assert_int_equal(vgic_create(&c, memory, size, &gic), VGIC_OK);
	assert_null(vgic_vcpu_get(gic, 0));
	assert_int_equal(vgic_vcpu_create(gic, 2, 5, NULL, &v[0]),
			 VGIC_E_INVAL);
	/* Aff3 without A3V; and bits that are RES0 in MPIDR_EL1. */
	assert_int_equal(
		vgic_vcpu_create(gic, 0, UINT64_C(1) << 32, NULL, &v[0]),
		VGIC_E_INVAL);
	for (uint32_t bit = 25; bit < 64; bit++) {
		uint64_t mpidr = UINT64_C(1) << bit | 0x0100;

		if (bit == 30) {
			bit = 39;
			continue;
		}
		assert_int_equal(vgic_vcpu_create(gic, 0, mpidr, NULL, &v[0]),
				 VGIC_E_INVAL);
	}
	/* RES1, U and MT say nothing of the affinity. */
	assert_int_equal(vgic_vcpu_create(gic, 0, 0xc1000100, NULL, &v[0]),
			 VGIC_OK);
	assert_int_equal(v[0]->mpidr, 0x0100);
	assert_int_equal(vgic_vcpu_create(gic, 0, 0x0200, NULL, &v[1]),
			 VGIC_E_EXIST);
	assert_int_equal(vgic_vcpu_create(gic, 1, 0x0100, NULL, &v[1]),
			 VGIC_E_EXIST);
	assert_int_equal(vgic_vcpu_create(gic, 1, 0, NULL, &v[1]), VGIC_OK);
	assert_ptr_equal(vgic_vcpu_get(gic, 1), v[1]);
	assert_null(vgic_vcpu_get(gic, 2));
	assert_int_equal(vgic_vcpu_index(v[1]), 1);
	/* SPIs reset to affinity 0, whoever has it and whenever it came. */
	assert_int_equal(w_target(vgic_irq_word(gic, gic->first_spi)), 1);
	free(memory);
}

/* Numbers are unique among the vCPUs that there are, and below 512. */
TEST(processor_numbers)
{
	struct vgic_config c = good_config();
	size_t size = vgic_memory_size(&c);
	void *memory = aligned_alloc(64, size);
	struct vgic_vcpu *v[2];
	struct vgic *gic;

	(void)state;
	assert_int_equal(vgic_create(&c, memory, size, &gic), VGIC_OK);
	assert_int_equal(vgic_find_processor(gic, 0), VGIC_NOWHERE);
	assert_int_equal(vgic_vcpu_create_numbered(gic, 0, 512, 0, NULL, &v[0]),
			 VGIC_E_INVAL);
	assert_int_equal(vgic_vcpu_create_numbered(gic, 0, 1, 0, NULL, &v[0]),
			 VGIC_OK);
	/* Without a number of its own it would get 1. */
	assert_int_equal(vgic_vcpu_create(gic, 1, 1, NULL, &v[1]),
			 VGIC_E_EXIST);
	assert_int_equal(vgic_vcpu_create_numbered(gic, 1, 511, 1, NULL, &v[1]),
			 VGIC_OK);
	assert_int_equal(vgic_find_processor(gic, 0), VGIC_NOWHERE);
	assert_int_equal(vgic_find_processor(gic, 1), 0);
	assert_int_equal(vgic_find_processor(gic, 511), 1);
	assert_int_equal(vgic_find_processor(gic, 512), VGIC_NOWHERE);
	assert_int_equal(vgic_find_processor(gic, UINT64_C(0x100000001)),
			 VGIC_NOWHERE);
	free(memory);
}

/* Interrupts in every place; a system reset takes them all away. */
TEST(reset_takes_all)
{
	MACHINE(.nr_lrs = 1, .nr_vcpus = 2);

	setup(m, 0, 40, 0xf8, false);
	setup(m, 0, 41, 0x80, false);
	setup(m, 0, 42, 0xf0, false);
	setup(m, 1, 43, 0x80, false);
	setup(m, 0, 44, 0x80, true);
	run(m, 0);
	edge(m, 40);
	assert_int_equal(guest_ack(m, 0), 40);
	edge(m, 41);
	edge(m, 42);
	edge(m, 43);
	line(m, 44, true);
	stop(m, 0);
	vgic_put(m->vcpu[0]);
	assert_place(m, 0, 40, "active");
	assert_place(m, 0, 41, "lr");
	assert_place(m, 0, 42, "queue");
	assert_place(m, 0, 43, "inbox");
	vgic_reset(m->gic);
	for (uint32_t intid = 40; intid < 45; intid++) {
		struct vgic_irq_info info = info_of(m, 0, intid);

		assert_string_equal(info.place, "-");
		assert_false(info.pending || info.active || info.enabled);
		assert_int_equal(info.priority, 0);
		assert_int_equal(info.target, 0);
		/* Lines are the devices'. */
		assert_int_equal(info.line, intid == 44);
	}
	machine_check(m);
	run(m, 0);
	for (uint32_t n = 0; n < m->cpu[0].model.config.nr_lrs; n++) {
		assert_int_equal(m->cpu[0].model.lr[n] & ICH_LR_EL2_State, 0);
	}
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	/* And it all works anew. */
	dist_groups(m, 0, 2);
	guest_write(m, 0, ICC_PMR_EL1, 0xff);
	guest_write(m, 0, ICC_IGRPEN1_EL1, 1);
	setup(m, 0, 41, 0x80, false);
	edge(m, 41);
	assert_int_equal(guest_ack(m, 0), 41);
	machine_end(m);
}

/* What was mapped must be able to come again after the reset. */
TEST(reset_ends_physical_interrupts)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

	setup(m, 0, 27, 0x80, true);
	map(m, 0, 27);
	setup(m, 1, 40, 0x80, true);
	map(m, 1, 40);
	run(m, 0);
	run(m, 1);
	phys_line(m, 27, true);
	phys_line(m, 40, true);
	assert_int_equal(guest_ack(m, 0), 27);
	m->phys[27].line = false;
	m->phys[40].line = false;
	stop(m, 0);
	stop(m, 1);
	vgic_put(m->vcpu[0]);
	vgic_put(m->vcpu[1]);
	m->thread = 99;
	vgic_reset(m->gic);
	assert_false(m->phys[40].active);
	/* A PPI's is ended by its own vCPU's thread. */
	run(m, 0);
	assert_false(m->phys[27].active);
	assert_int_equal(m->phys[27].thread, 0);
	stop(m, 0);
	assert_place(m, 0, 27, "-");
	machine_end(m);
}

/* A CPU that is turned on anew: its interface, and its redistributor. */
TEST(vcpu_reset)
{
	MACHINE(.nr_lrs = 1, .nr_vcpus = 2);

	setup(m, 0, 20, 0x80, false);
	setup(m, 0, 21, 0x40, false);
	setup(m, 0, 40, 0x20, false);
	run(m, 0);
	change(m, 0, 20, VGIC_SET_PENDING, 0);
	assert_int_equal(guest_ack(m, 0), 20);
	change(m, 0, 21, VGIC_SET_PENDING, 0);
	assert_int_equal(guest_ack(m, 0), 21);
	change(m, 0, 21, VGIC_SET_PENDING, 0);
	edge(m, 40);
	stop(m, 0);
	vgic_put(m->vcpu[0]);
	vgic_vcpu_reset(m->vcpu[0], true);
	assert_int_equal(m->vcpu[0]->ich.ap1r[0], 0);
	assert_false(info_of(m, 0, 20).active || info_of(m, 0, 21).active);
	assert_false(info_of(m, 0, 21).pending || info_of(m, 0, 21).enabled);
	assert_int_equal(info_of(m, 0, 21).priority, 0);
	machine_check(m);
	/* The SPI that was on its way is not the redistributor's. */
	run(m, 0);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	guest_write(m, 0, ICC_PMR_EL1, 0xff);
	guest_write(m, 0, ICC_IGRPEN1_EL1, 1);
	assert_int_equal(guest_ack(m, 0), 40);
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(configurations_out_of_range),
		cmocka_unit_test(callbacks_that_are_missing),
		cmocka_unit_test(parts_out_of_range),
		cmocka_unit_test(architectures),
		cmocka_unit_test(creation_mistakes),
		cmocka_unit_test(memory_is_enough_and_need_not_be_clear),
		cmocka_unit_test(vcpus),
		cmocka_unit_test(processor_numbers),
		cmocka_unit_test(reset_takes_all),
		cmocka_unit_test(reset_ends_physical_interrupts),
		cmocka_unit_test(vcpu_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
