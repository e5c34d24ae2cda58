/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv3 guests on a GICv5: list registers through FEAT_GCIE_LEGACY, on a CPU
 * that GICv5 guests share.  The real back-ends run on the modelled registers
 * of one PE.
 */
#include "tests/v5/test.h"

#include "regs/gicv3.h"
#include "tests/el2/el2.h"

#define GICD UINT64_C(0x08000000)
#define GICR UINT64_C(0x080a0000)
#define NR_VCPUS 2u
#define ROUNDS 100u
#define SGI 5u
#define V3_TIMER 27u
#define V3_SPI 40u
#define PHYS_TIMER GICV5_PPI(27)
#define PHYS_SPI GICV5_SPI(7)

/* One CPU; a GICv3 guest and a GICv5 guest, of two vCPUs each. */
struct cpu {
	struct model_v5_cpuif pe;
	struct model_vcpuif legacy;
	struct vgic_cpuif_caps caps;
	struct vgic *v3, *v5;
	struct vgic_vcpu *vcpu3[NR_VCPUS], *vcpu5[NR_VCPUS];
	void *memory3, *memory5;
	/* PPIs that list registers deactivated, and what software did. */
	uint32_t by_hw, nr_by_hw;
	uint32_t by_software, nr_by_software;
};

static void ignore_kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	(void)vcpu;
}

static void on_hw(void *ctx, uint32_t pintid)
{
	struct cpu *c = ctx;

	c->by_hw = pintid;
	c->nr_by_hw++;
}

static void on_software(void *ctx, uint32_t pintid, bool active)
{
	struct cpu *c = ctx;

	assert_false(active);
	c->by_software = pintid;
	c->nr_by_software++;
}

static const struct vgic_host_ops host = {
	.kick = ignore_kick,
	.phys_set_active = on_software,
};

static void make_pe(struct cpu *c, bool legacy)
{
	const struct model_vcpuif_config v3 = {
		.nr_lrs = 4,
		.pri_bits = 5,
		.pre_bits = 5,
		.id_bits = 16,
		.tdir = true,
		.deactivate = on_hw,
		.ctx = c,
	};
	const struct model_v5_config v5 = {
		.ppi_implemented = { BIT(SW_PPI) | BIT(PPI_TIMER) },
		.ppi_level = { BIT(PPI_TIMER) },
		.pri_bits = 5,
		.id_bits = 16,
		.legacy = legacy ? &c->legacy : NULL,
	};

	assert_true(vgic_soft_vcpuif_init(&c->legacy, &v3));
	assert_true(vgic_soft_v5_reset(&c->pe, &v5));
}

static struct vgic *make_gic(struct cpu *c, const struct vgic_config *config,
			     void **memory, struct vgic_vcpu **vcpus)
{
	const size_t size = vgic_memory_size(config);
	struct vgic *gic;

	assert_int_not_equal(size, 0);
	*memory = aligned_alloc(64, size);
	assert_int_equal(vgic_create(config, *memory, size, &gic), VGIC_OK);
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		assert_int_equal(vgic_vcpu_create(gic, v, v, &c->pe, &vcpus[v]),
				 VGIC_OK);
	}
	return gic;
}

static void store(struct cpu *c, uint64_t ipa, uint64_t value)
{
	assert_int_equal(vgic_trap_mmio(c->vcpu3[0], ipa, 4, true, &value),
			 VGIC_TRAP_DONE);
}

static void make_v3(struct cpu *c)
{
	const struct vgic_config config = {
		.arch = &vgic_gicv3_its,
		.nr_vcpus = NR_VCPUS,
		.nr_spis = 32,
		.nr_redist_regions = 1,
		.nr_side_entries = 8,
		.caps = c->caps,
		.cpuif = &el2_legacy_backend,
		.host = &host,
		.host_ctx = c,
	};

	c->v3 = make_gic(c, &config, &c->memory3, c->vcpu3);
	assert_int_equal(vgic_set_dist_base(c->v3, GICD), VGIC_OK);
	assert_int_equal(vgic_add_redist_region(c->v3, GICR, NR_VCPUS),
			 VGIC_OK);
	store(c, GICD + GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_EnableGrp1);
	store(c, GICD + GICD_ISENABLER + V3_SPI / 32 * 4, 1u << V3_SPI % 32);
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		store(c, GICR + v * GICR_STRIDE + GICR_ISENABLER0,
		      1u << V3_TIMER);
	}
}

static void make_v5(struct cpu *c)
{
	const struct vgic_config config = {
		.arch = &vgic_gicv5, .nr_vcpus = NR_VCPUS, .nr_spis = 32,
		.host = &host, .host_ctx = c,
		.v5 = {
			.cpuif = &el2_backend,
			.ppi_implemented = { BIT(SW_PPI) | BIT(PPI_TIMER) },
			.ppi_level = { BIT(PPI_TIMER) },
			.nr_irs = 1, .lpi_id_bits = 10,
		},
	};

	c->v5 = make_gic(c, &config, &c->memory5, c->vcpu5);
	assert_int_equal(vgic_set_irs_base(c->v5, 0, MACHINE_IRS), VGIC_OK);
}

static struct cpu *cpu_new(void)
{
	struct cpu *c = calloc(1, sizeof(*c));

	make_pe(c, true);
	assert_true(el2_legacy_probe(&c->pe, &c->caps));
	make_v3(c);
	make_v5(c);
	return c;
}

static void cpu_end(struct cpu *c)
{
	assert_int_equal(vgic_check_invariants(c->v3), 0);
	assert_int_equal(vgic_check_invariants(c->v5), 0);
	free(c->memory3);
	free(c->memory5);
	free(c);
}

static void on_cpu(struct vgic_vcpu *vcpu)
{
	vgic_load(vcpu);
	vgic_enter(vcpu);
}

static void off_cpu(struct vgic_vcpu *vcpu)
{
	vgic_exit(vcpu);
	vgic_put(vcpu);
}

static uint64_t get(struct cpu *c, uint32_t enc)
{
	uint64_t value = 0;

	assert_int_equal(vgic_soft_v5_read(&c->pe, enc, &value), MODEL_DONE);
	return value;
}

static void set(struct cpu *c, uint32_t enc, uint64_t value)
{
	assert_int_equal(vgic_soft_v5_write(&c->pe, enc, value), MODEL_DONE);
}

/* Each guest has its own mask, to know it by. */
static uint64_t mask_of(uint32_t v)
{
	return 0x80 + 0x40 * v;
}

static void first_slices(struct cpu *c)
{
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		uint64_t enable = BIT(SW_PPI);

		on_cpu(c->vcpu3[v]);
		set(c, ICC_PMR_EL1, mask_of(v));
		set(c, ICC_IGRPEN1_EL1, 1);
		off_cpu(c->vcpu3[v]);
		on_cpu(c->vcpu5[v]);
		set(c, ICC_PCR_EL1, 20 + v);
		set(c, ICC_CR0_EL1, ICC_CR0_EL1_EN);
		vgic_exit(c->vcpu5[v]);
		assert_int_equal(vgic_trap_sysreg(c->vcpu5[v],
						  ICC_PPI_ENABLER0_EL1, true,
						  &enable),
				 VGIC_TRAP_DONE);
		vgic_enter(c->vcpu5[v]);
		off_cpu(c->vcpu5[v]);
	}
}

/* One slice of a GICv3 vCPU: takes its SGI, and ends it in the next. */
static void slice3(struct cpu *c, uint32_t v, bool take)
{
	if (take) {
		assert_int_equal(vgic_inject_irq(c->v3, v, SGI + v, true, NULL),
				 VGIC_OK);
	}
	on_cpu(c->vcpu3[v]);
	assert_hex(get(c, ICC_PMR_EL1), mask_of(v));
	if (take) {
		assert_int_equal(vgic_model_v5_signals(&c->pe), VGIC_VIRQ);
		assert_hex(get(c, ICC_IAR1_EL1), SGI + v);
	}
	assert_int_equal(vgic_model_v5_signals(&c->pe), 0);
	assert_hex(get(c, ICC_RPR_EL1), 0);
	if (!take) {
		set(c, ICC_EOIR1_EL1, SGI + v);
		assert_hex(get(c, ICC_RPR_EL1), 0xff);
	}
	off_cpu(c->vcpu3[v]);
}

/* The same of a GICv5 vCPU, with SW_PPI. */
static void slice5(struct cpu *c, uint32_t v, bool take)
{
	on_cpu(c->vcpu5[v]);
	assert_hex(get(c, ICC_PCR_EL1), 20 + v);
	if (take) {
		set(c, ICC_PPI_SPENDR0_EL1, BIT(SW_PPI));
		assert_int_equal(vgic_model_v5_signals(&c->pe), VGIC_VIRQ);
		assert_hex(get(c, GICR_CDIA), VALID | GICV5_PPI(SW_PPI));
	}
	assert_hex(get(c, ICC_PPI_SACTIVER0_EL1), BIT(SW_PPI));
	assert_hex(get(c, ICC_APR_EL1), 1);
	if (!take) {
		set(c, GIC_CDEOI, 0);
		set(c, GIC_CDDI, GICV5_PPI(SW_PPI));
		assert_hex(get(c, ICC_PPI_SACTIVER0_EL1), 0);
	}
	off_cpu(c->vcpu5[v]);
}

/* Four vCPUs of two kinds take turns on the CPU: none loses anything. */
TEST(b06_both_kinds_take_turns)
{
	struct cpu *c = cpu_new();

	(void)state;
	first_slices(c);
	for (uint32_t round = 0; round < ROUNDS; round++) {
		for (uint32_t v = 0; v < NR_VCPUS; v++) {
			slice3(c, v, round % 2 == 0);
			assert_true(c->pe.vctlr & ICH_VCTLR_EL2_V3);
			slice5(c, v, round % 2 == 0);
			assert_hex(c->pe.vctlr, ICH_VCTLR_EL2_EN);
		}
	}
	cpu_end(c);
}

/* Nothing is left standing in list registers for whoever comes next. */
TEST(b06_a_list_register_is_nobody_elses)
{
	struct cpu *c = cpu_new();

	(void)state;
	first_slices(c);
	vgic_inject_irq(c->v3, 0, SGI, true, NULL);
	on_cpu(c->vcpu3[0]);
	assert_int_equal(vgic_model_v5_signals(&c->pe), VGIC_VIRQ);
	off_cpu(c->vcpu3[0]);
	assert_int_equal(vgic_model_v5_signals(&c->pe), 0);
	on_cpu(c->vcpu5[0]);
	assert_int_equal(vgic_model_v5_signals(&c->pe), 0);
	off_cpu(c->vcpu5[0]);
	on_cpu(c->vcpu3[1]);
	assert_int_equal(vgic_model_v5_signals(&c->pe), 0);
	off_cpu(c->vcpu3[1]);
	on_cpu(c->vcpu3[0]);
	assert_hex(get(c, ICC_IAR1_EL1), SGI);
	set(c, ICC_EOIR1_EL1, SGI);
	off_cpu(c->vcpu3[0]);
	cpu_end(c);
}

/* V3 first, and in force before the registers that depend on it. */
TEST(b06_legacy_mode_is_entered)
{
	struct cpu *c = cpu_new();

	(void)state;
	vgic_load(c->vcpu3[0]);
	assert_hex(el2_log.access[0].enc, ICH_VCTLR_EL2);
	assert_hex(el2_log.access[0].value,
		   ICH_VCTLR_EL2_EN | ICH_VCTLR_EL2_V3);
	assert_hex(el2_log.access[1].enc, EL2_ISB);
	assert_hex(el2_log.access[el2_log.nr - 1].enc, ICH_HCR_EL2);
	vgic_put(c->vcpu3[0]);
	cpu_end(c);
}

/* A PPI goes by the list register's HW bit, which means a PPI there. */
TEST(v3_10_a_mapped_ppi_is_ended_by_hardware)
{
	struct cpu *c = cpu_new();

	(void)state;
	first_slices(c);
	assert_int_equal(vgic_map_irq(c->v3, 0, V3_TIMER, PHYS_TIMER), 0);
	vgic_inject_irq(c->v3, 0, V3_TIMER, true, NULL);
	on_cpu(c->vcpu3[0]);
	assert_true(c->legacy.lr[0] & ICH_LR_EL2_HW);
	assert_hex(FIELD_GET(ICH_LR_EL2_pINTID, c->legacy.lr[0]), 27);
	assert_hex(get(c, ICC_IAR1_EL1), V3_TIMER);
	set(c, ICC_EOIR1_EL1, V3_TIMER);
	assert_int_equal(c->nr_by_hw, 1);
	assert_hex(c->by_hw, 27);
	off_cpu(c->vcpu3[0]);
	assert_int_equal(c->nr_by_software, 0);
	cpu_end(c);
}

/* EOImode 1: the DIR traps, and what it ends has a GICv5's INTID. */
TEST(v3_10_a_trapped_dir_ends_a_gicv5_intid)
{
	struct cpu *c = cpu_new();
	uint64_t intid = V3_TIMER;

	(void)state;
	first_slices(c);
	assert_int_equal(vgic_map_irq(c->v3, 0, V3_TIMER, PHYS_TIMER), 0);
	vgic_inject_irq(c->v3, 0, V3_TIMER, true, NULL);
	on_cpu(c->vcpu3[0]);
	set(c, ICC_CTLR_EL1, ICC_CTLR_EL1_EOImode);
	assert_hex(get(c, ICC_IAR1_EL1), V3_TIMER);
	set(c, ICC_EOIR1_EL1, V3_TIMER);
	assert_int_equal(c->nr_by_hw + c->nr_by_software, 0);
	assert_int_equal(vgic_soft_v5_write(&c->pe, ICC_DIR_EL1, intid),
			 MODEL_TRAP);
	vgic_exit(c->vcpu3[0]);
	assert_int_equal(
		vgic_trap_sysreg(c->vcpu3[0], ICC_DIR_EL1, true, &intid),
		VGIC_TRAP_DONE);
	vgic_enter(c->vcpu3[0]);
	assert_int_equal(c->nr_by_hw, 0);
	assert_int_equal(c->nr_by_software, 1);
	assert_hex(c->by_software, PHYS_TIMER);
	off_cpu(c->vcpu3[0]);
	cpu_end(c);
}

/* An SPI has no place there: software ends it, by its GICv5 INTID. */
TEST(v3_10_a_mapped_spi_is_ended_by_software)
{
	struct cpu *c = cpu_new();

	(void)state;
	first_slices(c);
	assert_int_equal(vgic_map_irq(c->v3, 0, V3_SPI, PHYS_SPI), VGIC_OK);
	vgic_inject_irq(c->v3, 0, V3_SPI, true, NULL);
	on_cpu(c->vcpu3[0]);
	assert_hex(get(c, ICC_IAR1_EL1), V3_SPI);
	assert_false(c->legacy.lr[0] & ICH_LR_EL2_HW);
	set(c, ICC_EOIR1_EL1, V3_SPI);
	assert_true(vgic_model_v5_maintenance(&c->pe));
	off_cpu(c->vcpu3[0]);
	assert_int_equal(c->nr_by_hw, 0);
	assert_int_equal(c->nr_by_software, 1);
	assert_hex(c->by_software, PHYS_SPI);
	cpu_end(c);
}

TEST(v3_10_physical_intids_have_a_type)
{
	static const uint32_t wrong[] = {
		27, 40, GICV5_PPI(128), GICV5_LPI(5), GICV5_INTID(0u, 5),
	};
	struct cpu *c = cpu_new();

	(void)state;
	for (unsigned int i = 0; i < 5; i++) {
		assert_int_equal(vgic_map_irq(c->v3, 0, V3_TIMER, wrong[i]),
				 VGIC_E_INVAL);
	}
	assert_int_equal(vgic_map_irq(c->v3, 0, V3_TIMER, GICV5_PPI(127)),
			 VGIC_OK);
	cpu_end(c);
}

TEST(v3_10_the_feature_is_looked_for)
{
	struct vgic_cpuif_caps caps = { 0 };
	struct cpu *c = calloc(1, sizeof(*c));

	(void)state;
	make_pe(c, false);
	assert_false(el2_legacy_probe(&c->pe, &caps));
	assert_int_equal(caps.nr_lrs, 0);
	make_pe(c, true);
	assert_true(el2_legacy_probe(&c->pe, &caps));
	assert_int_equal(caps.nr_lrs, 4);
	assert_true(caps.gicv5_intids && caps.tdir && caps.hw_deactivation);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(b06_both_kinds_take_turns),
		cmocka_unit_test(b06_a_list_register_is_nobody_elses),
		cmocka_unit_test(b06_legacy_mode_is_entered),
		cmocka_unit_test(v3_10_a_mapped_ppi_is_ended_by_hardware),
		cmocka_unit_test(v3_10_a_trapped_dir_ends_a_gicv5_intid),
		cmocka_unit_test(v3_10_a_mapped_spi_is_ended_by_software),
		cmocka_unit_test(v3_10_physical_intids_have_a_type),
		cmocka_unit_test(v3_10_the_feature_is_looked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
