/* SPDX-License-Identifier: BSD-2-Clause */
/* FEAT_GCIE_LEGACY: a GICv3 virtual CPU interface beside the GICv5's. */
#include "tests/soft/v5_cpu.h"

#include "regs/gicv3.h"

#define V3 (ICH_VCTLR_EL2_EN | ICH_VCTLR_EL2_V3)
#define OPEN 0xf8f00003 /* ICH_VMCR_EL2: VPMR, VENG0 and VENG1 */
#define LR(state, group, intid) \
	((state) | (group) | FIELD_PUT(ICH_LR_EL2_Priority, 0x80) | (intid))

static uint32_t deactivated;

static void on_deactivate(void *ctx, uint32_t pintid)
{
	(void)ctx;
	deactivated = pintid;
}

/* A PE that a GICv3 guest is on, with one interrupt pending. */
struct legacy_pe {
	struct model_v5_cpuif v5;
	struct model_vcpuif v3;
};

static void legacy_init(struct legacy_pe *pe, uint64_t lr)
{
	const struct model_vcpuif_config v3 = {
		.nr_lrs = 4,
		.pri_bits = 5,
		.pre_bits = 5,
		.id_bits = 16,
		.deactivate = on_deactivate,
	};
	struct model_v5_config v5 = cpu_config;

	v5.legacy = &pe->v3;
	assert_true(vgic_soft_vcpuif_init(&pe->v3, &v3));
	assert_true(vgic_soft_v5_reset(&pe->v5, &v5));
	el2_write(&pe->v5, ICH_VCTLR_EL2, V3);
	el2_write(&pe->v5, ICH_VMCR_EL2, OPEN);
	el2_write(&pe->v5, ICH_LR0_EL2, lr);
	el2_write(&pe->v5, ICH_HCR_EL2, ICH_HCR_EL2_En);
}

#define PE(lr) \
	struct legacy_pe pe; \
	struct model_v5_cpuif *m = &pe.v5; \
	(void)state; \
	legacy_init(&pe, lr)

static void a_gicv3_guest(void **state)
{
	uint64_t value;

	PE(LR(ICH_LR_EL2_Pending, ICH_LR_EL2_Group, 40));
	assert_int_equal(vgic_model_v5_signals(m), VGIC_VIRQ);
	assert_hex(el1_read(m, ICC_IAR1_EL1), 40);
	assert_int_equal(vgic_model_v5_signals(m), 0);
	assert_hex(el2_read(m, ICH_LR0_EL2) & ICH_LR_EL2_State,
		   ICH_LR_EL2_Active);
	el1_write(m, ICC_EOIR1_EL1, 40);
	assert_hex(el2_read(m, ICH_ELRSR_EL2), 0xf);
	/* A GICv5's registers and instructions are not there. */
	assert_int_equal(vgic_soft_v5_read(m, ICC_PCR_EL1, &value),
			 MODEL_UNDEF);
	assert_int_equal(vgic_soft_v5_write(m, GIC_CDEOI, 0), MODEL_UNDEF);
	el2_write(m, ICH_LR0_EL2, LR(ICH_LR_EL2_Pending, 0, 41));
	assert_int_equal(vgic_model_v5_signals(m), VGIC_VFIQ);
	/* EL2 traps as it does on a GICv3. */
	assert_int_equal(vgic_soft_v5_write(m, ICC_SGI1R_EL1, 0), MODEL_TRAP);
}

/* EN and V3 both have to be set for list registers to have any effect. */
static void only_while_v3(void **state)
{
	static const uint64_t without[] = {
		ICH_VCTLR_EL2_EN,
		ICH_VCTLR_EL2_V3,
		0,
	};
	uint64_t value;

	PE(LR(ICH_LR_EL2_Pending, ICH_LR_EL2_Group, 40));
	el2_write(m, ICH_HCR_EL2, ICH_HCR_EL2_En | ICH_HCR_EL2_UIE);
	assert_true(vgic_model_v5_maintenance(m));
	for (unsigned int i = 0; i < 3; i++) {
		el2_write(m, ICH_VCTLR_EL2, without[i]);
		assert_int_equal(vgic_model_v5_signals(m), 0);
		assert_false(vgic_model_v5_maintenance(m));
	}
	assert_int_equal(vgic_soft_v5_read(m, ICC_IAR1_EL1, &value),
			 MODEL_UNDEF);
	assert_int_equal(vgic_soft_v5_write(m, ICC_SGI1R_EL1, 0), MODEL_UNDEF);
	assert_hex(el2_read(m, ICH_LR0_EL2) & ICH_LR_EL2_State,
		   ICH_LR_EL2_Pending);
	el2_write(m, ICH_VCTLR_EL2, V3);
	assert_hex(el1_read(m, ICC_IAR1_EL1), 40);
}

/* Neither interface's state shows in the other, nor is it lost. */
static void each_keeps_its_state(void **state)
{
	PE(LR(ICH_LR_EL2_Pending, ICH_LR_EL2_Group, 40));
	(void)el1_read(m, ICC_IAR1_EL1);
	el2_write(m, ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN);
	assert_hex(el2_read(m, ICH_VMCR_EL2), 0);
	assert_hex(el2_read(m, ICH_APR_EL2), 0);
	el2_write(m, ICH_VMCR_EL2, UINT64_C(31) << 27 | 1);
	el2_write(m, ICH_APR_EL2, 4);
	el2_write(m, ICH_VCTLR_EL2, V3);
	assert_hex(el2_read(m, ICH_VMCR_EL2) & 0xff000003, 0xf8000003);
	assert_hex(el2_read(m, ICH_AP1R0_EL2), 1u << 16);
	assert_hex(el1_read(m, ICC_RPR_EL1), 0x80);
	el2_write(m, ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN);
	assert_hex(el2_read(m, ICH_VMCR_EL2), UINT64_C(31) << 27 | 1);
	assert_hex(el2_read(m, ICH_APR_EL2), 4);
}

/* HW names a PPI of the GICv5 by its ID. */
static void hardware_deactivation(void **state)
{
	PE(LR(ICH_LR_EL2_Pending, ICH_LR_EL2_Group, 27) | ICH_LR_EL2_HW |
	   FIELD_PUT(ICH_LR_EL2_pINTID, 27));
	deactivated = 0;
	(void)el1_read(m, ICC_IAR1_EL1);
	assert_int_equal(deactivated, 0);
	el1_write(m, ICC_EOIR1_EL1, 27);
	assert_int_equal(deactivated, 27);
}

static void without_the_feature(void **state)
{
	struct model_v5_config config = cpu_config;
	struct model_v5_cpuif m;
	uint64_t value;

	(void)state;
	config.legacy = NULL;
	assert_true(vgic_soft_v5_reset(&m, &config));
	el2_write(&m, ICH_HFGRTR_EL2, UINT64_MAX);
	assert_hex(
		FIELD_GET(ICC_IDR0_EL1_GCIE_LEGACY, el1_read(&m, ICC_IDR0_EL1)),
		0);
	el2_write(&m, ICH_VCTLR_EL2, V3);
	assert_hex(el2_read(&m, ICH_VCTLR_EL2), ICH_VCTLR_EL2_EN);
	assert_int_equal(vgic_model_v5_ich_read(&m, ICH_LR0_EL2, &value),
			 MODEL_UNDEF);
	assert_int_equal(vgic_model_v5_ich_write(&m, ICH_HCR_EL2, 0),
			 MODEL_UNDEF);
	assert_false(vgic_model_v5_maintenance(&m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_gicv3_guest),
		cmocka_unit_test(only_while_v3),
		cmocka_unit_test(each_keeps_its_state),
		cmocka_unit_test(hardware_deactivation),
		cmocka_unit_test(without_the_feature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
