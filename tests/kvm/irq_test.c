/* SPDX-License-Identifier: BSD-2-Clause */
/* KVM_IRQ_LINE and KVM_SIGNAL_MSI. */
#include "tests/kvm/script.h"

static const struct step line_cpu_without_gic[] = {
	VCPU(0, 0),
	LINE(IRQ(0, 0, 0), 1, 0),
	CPU_LINE(0, 0, 1),
	CPU_LINE(0, 1, 0),
	LINE(IRQ(0, 0, 1), 2, 0),
	CPU_LINE(0, 1, 1),
	LINE(IRQ(0, 0, 0), 0, 0),
	CPU_LINE(0, 0, 0),
	LINE(IRQ(0, 0, 2), 1, ERR(EINVAL)),
	LINE(IRQ(0, 1, 0), 1, ERR(EINVAL)),
	{ 0 },
};

static const struct step line_cpu_with_gic_is_ENXIO[] = {
	VCPU(0, 0),
	CREATE(VGIC_KVM_DEV_V3, 0),
	LINE(IRQ(0, 0, 0), 1, ERR(ENXIO)),
	{ 0 },
};

static const struct step line_without_gic_is_ENXIO[] = {
	VCPU(0, 0),
	LINE(IRQ(1, 0, 32), 1, ERR(ENXIO)),
	LINE(IRQ(2, 0, 16), 1, ERR(ENXIO)),
	{ 0 },
};

static const struct step line_type_unknown_is_EINVAL[] = {
	VCPU(0, 0),
	CREATE(VGIC_KVM_DEV_V2, 0),
	LINE(IRQ(3u, 0, 40), 1, ERR(EINVAL)),
	LINE(IRQ(4u, 0, 40), 1, ERR(EINVAL)),
	LINE(IRQ(5u, 0, 40), 1, ERR(EINVAL)),
	LINE(IRQ(6u, 0, 40), 1, ERR(EINVAL)),
	LINE(IRQ(7u, 0, 40), 1, ERR(EINVAL)),
	LINE(IRQ(8u, 0, 40), 1, ERR(EINVAL)),
	LINE(IRQ(9u, 0, 40), 1, ERR(EINVAL)),
	LINE(IRQ(10u, 0, 40), 1, ERR(EINVAL)),
	LINE(IRQ(11u, 0, 40), 1, ERR(EINVAL)),
	LINE(IRQ(12u, 0, 40), 1, ERR(EINVAL)),
	LINE(IRQ(13u, 0, 40), 1, ERR(EINVAL)),
	LINE(IRQ(14u, 0, 40), 1, ERR(EINVAL)),
	LINE(IRQ(15u, 0, 40), 1, ERR(EINVAL)),
	{ 0 },
};

static const struct step line_before_init_is_EBUSY_v3[] = {
	VCPU(0, 0),
	CREATE(VGIC_KVM_DEV_V3, 0),
	LINE(IRQ(1, 0, 40), 1, ERR(EBUSY)),
	LINE(IRQ(2, 0, 16), 1, ERR(EBUSY)),
	LINE(IRQ(1, 0, 31), 1, ERR(EINVAL)),
	{ 0 },
};

static const struct step line_before_init_is_EBUSY_v5[] = {
	VCPU(0, 0),
	CREATE(VGIC_KVM_DEV_V5, 0),
	LINE(IRQ(1, 0, 40), 1, ERR(EBUSY)),
	LINE(IRQ(2, 0, 3), 1, ERR(EINVAL)),
	{ 0 },
};

static const struct step line_spi_v2[] = {
	VCPU(0, 0),
	CREATE(VGIC_KVM_DEV_V2, 0),
	SET(NR_IRQS, 0, 64, 0),
	LINE(IRQ(1, 0, 32), 1, 0),
	PENDING(0, 32, 1),
	LINE(IRQ(1, 0, 32), 0, 0),
	PENDING(0, 32, 1),
	LINE(IRQ(1, 0xfff, 63), UINT32_MAX, 0),
	PENDING(0, 63, 1),
	LINE(IRQ(1, 0, 64), 1, ERR(EINVAL)),
	LINE(IRQ(1, 0, 31), 1, ERR(EINVAL)),
	LINE(IRQ(1, 0, 0), 1, ERR(EINVAL)),
	LINE(IRQ(1, 0, 8192), 1, ERR(EINVAL)),
	LINE(IRQ(1, 0, 0xffff), 1, ERR(EINVAL)),
	{ 0 },
};

static const struct step line_ppi_v2[] = {
	VCPU(0, 0),
	VCPU(1, 0),
	CREATE(VGIC_KVM_DEV_V2, 0),
	LINE(IRQ(2, 1, 16), 1, 0),
	PENDING(1, 16, 1),
	PENDING(0, 16, 0),
	LINE(IRQ(2, 1, 16), 1, 0),
	LINE(IRQ(2, 1, 16), 0, 0),
	PENDING(1, 16, 0),
	LINE(IRQ(2, 0, 31), 1, 0),
	PENDING(0, 31, 1),
	LINE(IRQ(2, 0, 15), 1, ERR(EINVAL)),
	LINE(IRQ(2, 0, 32), 1, ERR(EINVAL)),
	LINE(IRQ(2, 2, 16), 1, ERR(EINVAL)),
	{ 0 },
};

static const struct step line_spi_v3[] = {
	VCPU(0, 0),
	CREATE(VGIC_KVM_DEV_V3, 0),
	SET(NR_IRQS, 0, 64, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	LINE(IRQ(1, 0, 32), 1, 0),
	PENDING(0, 32, 1),
	LINE(IRQ(1, 0, 32), 0, 0),
	PENDING(0, 32, 1),
	LINE(IRQ(1, 0xfff, 63), UINT32_MAX, 0),
	PENDING(0, 63, 1),
	LINE(IRQ(1, 0, 64), 1, ERR(EINVAL)),
	LINE(IRQ(1, 0, 31), 1, ERR(EINVAL)),
	LINE(IRQ(1, 0, 0), 1, ERR(EINVAL)),
	LINE(IRQ(1, 0, 8192), 1, ERR(EINVAL)),
	LINE(IRQ(1, 0, 0xffff), 1, ERR(EINVAL)),
	{ 0 },
};

static const struct step line_ppi_v3[] = {
	VCPU(0, 0),
	VCPU(1, 0),
	CREATE(VGIC_KVM_DEV_V3, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	LINE(IRQ(2, 1, 16), 1, 0),
	PENDING(1, 16, 1),
	PENDING(0, 16, 0),
	LINE(IRQ(2, 1, 16), 1, 0),
	LINE(IRQ(2, 1, 16), 0, 0),
	PENDING(1, 16, 0),
	LINE(IRQ(2, 0, 31), 1, 0),
	PENDING(0, 31, 1),
	LINE(IRQ(2, 0, 15), 1, ERR(EINVAL)),
	LINE(IRQ(2, 0, 32), 1, ERR(EINVAL)),
	LINE(IRQ(2, 2, 16), 1, ERR(EINVAL)),
	{ 0 },
};

static const struct step line_vcpu2[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(1, 0),
	VCPU(257, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	LINE(IRQ(2, 257, 20), 1, 0),
	PENDING(257, 20, 1),
	PENDING(1, 20, 0),
	LINE(IRQ(2, 513, 20), 1, ERR(EINVAL)),
	LINE(IRQ(2, 0, 20), 1, ERR(EINVAL)),
	{ 0 },
};

static const struct step line_v5_spis[] = {
	CREATE(VGIC_KVM_DEV_V5, 0),    VCPU(0, 0),
	SET(NR_IRQS, 0, 65536, 0),     SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	LINE(IRQ(1, 0, 0), 1, 0),      PENDING(0, GICV5_SPI(0), 1),
	LINE(IRQ(1, 0, 0xffff), 1, 0), PENDING(0, GICV5_SPI(0xffff), 1),
	PENDING(0, GICV5_SPI(1), 0),   { 0 },
};

static const struct step line_v5_spi_beyond_is_EINVAL[] = {
	CREATE(VGIC_KVM_DEV_V5, 0),	     VCPU(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0), LINE(IRQ(1, 0, 31), 1, 0),
	LINE(IRQ(1, 0, 32), 1, ERR(EINVAL)), { 0 },
};

/* All that there may be, and what the number's field can say besides. */
static void b11_drive_each_ppi(void **state)
{
	(void)state;
	for (uint32_t ppi = 0; ppi <= 130; ppi++) {
		const struct step steps[] = {
			CREATE(VGIC_KVM_DEV_V5, 0),
			VCPU(0, 0),
			LINE(IRQ(2, 0, ppi), 1, ERR(EINVAL)),
			SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
			LINE(IRQ(2, 0, ppi), 1, ppi == 3 ? 0 : ERR(EINVAL)),
			LINE(IRQ(2, 1, ppi), 1, ERR(EINVAL)),
			PENDING(0, GICV5_PPI(3), ppi == 3),
			{ 0 },
		};
		void *script = (void *)(uintptr_t)steps;

		run_script(&script);
	}
}

/* Nobody is told: the VMM's line does nothing. */
static const struct step line_of_a_device_in_the_host_is_ignored[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	OWN(27),
	OWN(40),
	LINE(IRQ(2, 0, 27), 1, 0),
	PENDING(0, 27, 0),
	LINE(IRQ(1, 0, 40), 1, 0),
	PENDING(0, 40, 0),
	LINE(IRQ(2, 0, 26), 1, 0),
	{ 0 },
};

static const struct step null_arguments_are_EFAULT[] = {
	NULLS,	    CREATE(VGIC_KVM_DEV_V2, 0),		 NULLS,
	VCPU(0, 0), SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0), NULLS,
	{ 0 },
};

static const struct step msi[] = {
	MSI(0, ERR(EINVAL)),
	VCPU(0, 0),
	CREATE(VGIC_KVM_DEV_V3, 0),
	MSI(2, ERR(EINVAL)),
	MSI(0, ERR(ENODEV)),
	MSI(VGIC_KVM_MSI_VALID_DEVID, ERR(ENODEV)),
	{ 0 },
};

static const struct step msi_without_its_is_ENODEV_v2[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	MSI(0, ERR(ENODEV)),
	{ 0 },
};

static const struct step msi_without_its_is_ENODEV_v5[] = {
	CREATE(VGIC_KVM_DEV_V5, 0),
	MSI(VGIC_KVM_MSI_VALID_DEVID, ERR(ENODEV)),
	MSI(2, ERR(EINVAL)),
	{ 0 },
};

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT(line_cpu_without_gic),
		SCRIPT(line_cpu_with_gic_is_ENXIO),
		SCRIPT(line_without_gic_is_ENXIO),
		SCRIPT(line_type_unknown_is_EINVAL),
		SCRIPT(line_before_init_is_EBUSY_v3),
		SCRIPT(line_before_init_is_EBUSY_v5),
		SCRIPT(line_spi_v2),
		SCRIPT(line_ppi_v2),
		SCRIPT(line_spi_v3),
		SCRIPT(line_ppi_v3),
		SCRIPT(line_vcpu2),
		SCRIPT(line_v5_spis),
		SCRIPT(line_v5_spi_beyond_is_EINVAL),
		cmocka_unit_test(b11_drive_each_ppi),
		SCRIPT(line_of_a_device_in_the_host_is_ignored),
		SCRIPT(null_arguments_are_EFAULT),
		SCRIPT(msi),
		SCRIPT(msi_without_its_is_ENODEV_v2),
		SCRIPT(msi_without_its_is_ENODEV_v5),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
