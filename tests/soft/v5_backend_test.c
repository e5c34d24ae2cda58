/* SPDX-License-Identifier: BSD-2-Clause */
/* The model as a library's GICv5 CPU interface. */
#include "tests/soft/v5_cpu.h"

static struct vgic_ppi_image some_image(void)
{
	struct vgic_ppi_image image = {
		.enabler = { BIT(27) | BIT(3), BIT(0) },
		.pendr = { BIT(27) | BIT(26), BIT(63) },
		.activer = { BIT(30), BIT(0) },
		.dvir = { BIT(26), 0 },
		.icsr = 0xf802,
		.contextr = ICH_CONTEXTR_EL2_V |
			    FIELD_PUT(ICH_CONTEXTR_EL2_VPE, 1),
		.vmcr = (uint32_t)(FIELD_PUT(ICH_VMCR_EL2_V5_VPMR, 31) |
				   ICH_VMCR_EL2_V5_EN),
		.apr = 0x80000000,
		.changed = true,
	};

	image.priorityr[3] = LOWEST;
	image.priorityr[15] = LOWEST;
	return image;
}

static void there_and_back(void **state)
{
	struct vgic_ppi_image image = some_image(), back = { 0 };
	struct model_v5_cpuif m;

	(void)state;
	cpu_reset(&m);
	/* A GICv3 guest was here. */
	el2_write(&m, ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN | ICH_VCTLR_EL2_V3);
	vgic_model_v5_backend.load(&m, &image);
	vgic_model_v5_backend.enter(&m, &image);
	assert_hex(el2_read(&m, ICH_VCTLR_EL2), ICH_VCTLR_EL2_EN);
	assert_hex(el2_read(&m, ICH_CONTEXTR_EL2), image.contextr);
	assert_hex(el2_read(&m, ICH_PPI_DVIR0_EL2), BIT(26));
	/* What DVI drives is not software's to write. */
	assert_hex(el2_read(&m, ICH_PPI_PENDR0_EL2), BIT(27));
	assert_hex(el1_read(&m, ICC_APR_EL1), 0x80000000);
	assert_hex(el1_read(&m, ICC_ICSR_EL1), 0xf802);
	assert_false(vgic_soft_v5_irq_asserted(&m));
	el1_write(&m, GIC_CDEOI, 0);
	assert_true(vgic_soft_v5_irq_asserted(&m));
	assert_hex(el1_read(&m, GICR_CDIA), VALID | GICV5_PPI(27));
	el1_write(&m, ICC_PPI_PRIORITYR_EL1(0), 0);
	el1_write(&m, ICC_PPI_PRIORITYR_EL1(15), 0);
	el1_write(&m, ICC_PPI_SPENDR0_EL1, BIT(3));
	el1_write(&m, ICC_PCR_EL1, 5);
	el1_write(&m, ICC_ICSR_EL1, 1);
	back.vmcr = 1;
	vgic_model_v5_backend.exit(&m, &back);
	assert_hex(back.activer[0], BIT(27) | BIT(30));
	assert_hex(back.activer[1], BIT(0));
	assert_hex(back.pendr[0], BIT(27) | BIT(3));
	assert_hex(back.pendr[1], BIT(63));
	assert_hex(back.enabler[0], BIT(27) | BIT(3));
	assert_hex(back.enabler[1], BIT(0));
	assert_hex(back.priorityr[15], 0);
	/* Of PPIs 24 .. 31 there are 26, 27, 28 and 30. */
	assert_hex(back.priorityr[3], UINT64_C(0x001f001f1f1f0000));
	assert_hex(back.icsr, 1);
	assert_hex(el2_read(&m, ICH_PPI_DVIR0_EL2), 0);
	/* VMCR and APR: only when asked for, or at the end. */
	assert_hex(back.vmcr, 1);
	vgic_model_v5_backend.sync_wfi(&m, &back);
	assert_hex(back.vmcr, UINT64_C(5) << 27 | 1);
	assert_hex(back.apr, BIT(31));
	el2_write(&m, ICH_APR_EL2, 2);
	back.contextr = ICH_CONTEXTR_EL2_V | ICH_CONTEXTR_EL2_DB;
	vgic_model_v5_backend.put(&m, &back);
	assert_hex(back.apr, 2);
	assert_hex(el2_read(&m, ICH_CONTEXTR_EL2), ICH_CONTEXTR_EL2_DB);
}

/* What the guest does when it is not let alone with its interface. */
static void traps_of_a_loaded_guest(void **state)
{
	struct vgic_ppi_image image = some_image();
	struct model_v5_cpuif m;
	uint64_t value = BIT(3);

	(void)state;
	cpu_reset(&m);
	vgic_model_v5_backend.load(&m, &image);
	vgic_model_v5_backend.enter(&m, &image);
	assert_int_equal(vgic_soft_v5_read(&m, ICC_IDR0_EL1, &value),
			 MODEL_TRAP);
	assert_int_equal(vgic_soft_v5_read(&m, ICC_IAFFIDR_EL1, &value),
			 MODEL_TRAP);
	assert_int_equal(vgic_soft_v5_write(&m, ICC_PPI_ENABLER1_EL1, 0),
			 MODEL_TRAP);
	assert_hex(el1_read(&m, ICC_PPI_ENABLER1_EL1), BIT(0));
	(void)el1_read(&m, GICR_CDIA);
}

/*
 * In software: what traps is executed, on registers that are the library's
 * image all the time.
 */
static void registers_in_place(void **state)
{
	const struct vgic_v5_cpuif_ops *soft = &vgic_soft_v5_backend;
	struct vgic_ppi_image image = some_image();
	struct model_v5_cpuif m;
	uint64_t value = BIT(3);

	(void)state;
	cpu_reset(&m);
	image.dvir[0] = 0;
	soft->attach(&m, &machine_iri, NULL, &image);
	image.contextr = 0;
	soft->load(&m, &image);
	soft->enter(&m, &image);
	image.changed = false;
	assert_false(soft->signals(&m));
	assert_int_equal(soft->execute(&m, GIC_CDEOI, true, &value), 0);
	assert_true(soft->signals(&m));
	assert_int_equal(soft->execute(&m, GICR_CDIA, false, &value), 0);
	assert_hex(value, VALID | GICV5_PPI(27));
	assert_hex(image.activer[0], BIT(27) | BIT(30));
	assert_hex(image.priorityr[15], LOWEST);
	/* Only what is said to have changed is looked at. */
	image.activer[0] = 0;
	image.apr = 0;
	soft->enter(&m, &image);
	assert_false(soft->signals(&m));
	image.changed = true;
	soft->load(&m, &image);
	soft->enter(&m, &image);
	assert_true(soft->signals(&m));
	image.hvir[0] = BIT(27);
	soft->enter(&m, &image);
	assert_false(soft->signals(&m));
	value = BIT(3);
	assert_int_equal(soft->execute(&m, ICC_PPI_ENABLER0_EL1, true, &value),
			 0);
	assert_hex(image.enabler[0], BIT(27) | BIT(3));
	assert_int_equal(soft->execute(&m, ICC_PPI_ENABLER0_EL1, false, &value),
			 0);
	assert_hex(value, BIT(3));
	assert_int_not_equal(soft->execute(&m, ICC_HAPR_EL1, false, &value), 0);
	assert_null(soft->exit);
}

/* SPIs and LPIs through the port. */
static void attached(void **state)
{
	struct vgic_ppi_image image = some_image();
	static struct machine m;

	(void)state;
	machine_init(&m);
	assert_true(vgic_soft_v5_reset(&m.cpu, &cpu_config));
	vgic_model_v5_backend.attach(&m.cpu, &machine_iri, &m, &image);
	image.apr = 0;
	image.pendr[0] = 0;
	vgic_model_v5_backend.load(&m.cpu, &image);
	vgic_model_v5_backend.enter(&m.cpu, &image);
	assert_false(vgic_soft_v5_irq_asserted(&m.cpu));
	el1_write(&m.cpu, GIC_CDEN, GICV5_SPI(1));
	el1_write(&m.cpu, GIC_CDAFF,
		  GICV5_SPI(1) |
			  FIELD_PUT(GIC_CDAFF_IAFFID, cpu_config.iaffid));
	oracle5_spi_wire(&m.gic, 1, true);
	assert_true(vgic_soft_v5_irq_asserted(&m.cpu));
	assert_hex(el1_read(&m.cpu, GICR_CDIA), VALID | GICV5_SPI(1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(traps_of_a_loaded_guest),
		cmocka_unit_test(registers_in_place),
		cmocka_unit_test(attached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
