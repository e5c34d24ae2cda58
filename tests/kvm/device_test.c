/* SPDX-License-Identifier: BSD-2-Clause */
/* The device: how it is made, the small groups, and KVM_RUN. */
#include "tests/kvm/script.h"

#define REGION(count, base, index) \
	((uint64_t)(count) << 52 | (uint64_t)(base) | (index))

static const struct step create_each_model_once[] = {
	TEST_CREATE(VGIC_KVM_DEV_V2, 0),
	TEST_CREATE(VGIC_KVM_DEV_V5, 0),
	CREATE(VGIC_KVM_DEV_V3, 0),
	CREATE(VGIC_KVM_DEV_V3, ERR(EEXIST)),
	CREATE(VGIC_KVM_DEV_V2, ERR(EEXIST)),
	TEST_CREATE(VGIC_KVM_DEV_V2, 0),
	{ 0 },
};

static const struct step create_without_host_is_ENODEV[] = {
	MODELS(VGIC_KVM_HAS_V2),
	CREATE(VGIC_KVM_DEV_V3, ERR(ENODEV)),
	CREATE(VGIC_KVM_DEV_V5, ERR(ENODEV)),
	TEST_CREATE(VGIC_KVM_DEV_V5, ERR(ENODEV)),
	CREATE(VGIC_KVM_DEV_V2, 0),
	{ 0 },
};

static const struct step create_its_or_unknown_is_ENODEV[] = {
	CREATE(VGIC_KVM_DEV_ITS, ERR(ENODEV)),
	CREATE(0, ERR(ENODEV)),
	CREATE(6, ERR(ENODEV)),
	CREATE(UINT32_MAX, ERR(ENODEV)),
	{ 0 },
};

static const struct step irqchip[] = {
	MODELS(0),
	IRQCHIP(ERR(ENXIO)),
	MODELS(VGIC_KVM_HAS_V3),
	IRQCHIP(ERR(ENODEV)),
	MODELS(VGIC_KVM_HAS_V2 | VGIC_KVM_HAS_V3),
	IRQCHIP(0),
	IRQCHIP(ERR(EEXIST)),
	CREATE(VGIC_KVM_DEV_V2, ERR(EEXIST)),
	VCPU(0, 0),
	LINE(IRQ(1, 0, 32), 1, 0),
	{ 0 },
};

/* Device 0 is the only one, and GICv2's addresses are 0 and 1. */
static const struct step device_addr[] = {
	MODELS(0),
	DEVICE_ADDR(0, 0x10000, ERR(ENXIO)),
	MODELS(VGIC_KVM_HAS_V2),
	DEVICE_ADDR(0, 0x10000, ERR(ENODEV)),
	IRQCHIP(0),
	DEVICE_ADDR(2, 0x10000, ERR(ENODEV)),
	DEVICE_ADDR(0x10000, 0x10000, ERR(ENODEV)),
	DEVICE_ADDR(UINT64_C(1) << 32, 0x10000, ERR(ENODEV)),
	DEVICE_ADDR(0, 0x10001, ERR(EINVAL)),
	DEVICE_ADDR(0, UINT64_C(1) << 40, ERR(E2BIG)),
	DEVICE_ADDR(0, 0x10000, 0),
	DEVICE_ADDR(0, 0x10000, ERR(EEXIST)),
	DEVICE_ADDR(1, 0x20000, 0),
	GET(ADDR, VGIC_KVM_ADDR_V2_CPU, 0x20000, 0),
	VCPU(0, 0),
	RUN(0, 0),
	{ 0 },
};

static const struct step device_addr_of_others_is_ENODEV[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	DEVICE_ADDR(2, 0x10000, ERR(ENODEV)),
	{ 0 },
};

static const struct step capabilities[] = {
	CAP(IRQCHIP, 1),
	CAP(IRQ_ROUTING, 4096),
	CAP(IRQFD, 1),
	CAP(IRQFD_RESAMPLE, 1),
	CAP(SIGNAL_MSI, 1),
	CAP(MSI_DEVID, 0),
	CAP(DEVICE_CTRL, 1),
	CAP(ARM_SET_DEVICE_ADDR, 1),
	CAP(ARM_USER_IRQ, 1),
	CAP(ARM_IRQ_LINE_LAYOUT_2, 1),
	CAP(MAX_VCPUS, 512),
	STEP(.op = OP_CAP, .attr = 9, .err = 0),
	CREATE(VGIC_KVM_DEV_V2, 0),
	CAP(MAX_VCPUS, 8),
	MODELS(0),
	CAP(IRQCHIP, 0),
	CAP(IRQ_ROUTING, 0),
	CAP(IRQFD, 0),
	CAP(IRQFD_RESAMPLE, 0),
	MODELS(VGIC_KVM_HAS_V3 | NO_RESAMPLE),
	CAP(IRQFD_RESAMPLE, 0),
	CAP(ARM_SET_DEVICE_ADDR, 0),
	{ 0 },
};

/*
 * Sparse ids, out of order: redistributors come in order of creation, but
 * their processor numbers are the ids.
 */
static const struct step processor_numbers[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(7, 0),
	VCPU(2, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	GET(REDIST_REGS, REG(7, GICR_TYPER), 7 << 8, 0),
	GET(REDIST_REGS, REG(7, GICR_TYPER + 4), 7, 0),
	GET(REDIST_REGS, REG(2, GICR_TYPER), 2 << 8, 0),
	GET(REDIST_REGS, REG(2, GICR_TYPER + 4), 2, 0),
	{ 0 },
};

static const struct step create_after_run_is_EBUSY[] = {
	VCPU(0, 0),
	RUN(0, 0),
	CREATE(VGIC_KVM_DEV_V3, ERR(EBUSY)),
	STOP(0),
	CREATE(VGIC_KVM_DEV_V3, ERR(EBUSY)),
	{ 0 },
};

static const struct step create_v2_with_nine_vcpus_is_E2BIG[] = {
	VCPU(0, 0),
	VCPU(1, 0),
	VCPU(2, 0),
	VCPU(3, 0),
	VCPU(4, 0),
	VCPU(5, 0),
	VCPU(6, 0),
	VCPU(7, 0),
	VCPU(8, 0),
	CREATE(VGIC_KVM_DEV_V2, ERR(E2BIG)),
	CREATE(VGIC_KVM_DEV_V3, 0),
	{ 0 },
};

static const struct step vcpu_errors[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	VCPU(2, 0),
	VCPU(3, 0),
	VCPU(4, 0),
	VCPU(5, 0),
	VCPU(6, 0),
	VCPU(7, 0),
	VCPU(3, ERR(EEXIST)),
	VCPU(512, ERR(EINVAL)),
	VCPU(8, ERR(E2BIG)),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	VCPU(9, ERR(EBUSY)),
	{ 0 },
};

static const struct step no_such_device_is_EBADF[] = {
	NO_SUCH_FD(0), NO_SUCH_FD(3),	       CREATE(VGIC_KVM_DEV_V3, 0),
	NO_SUCH_FD(0), NO_SUCH_FD(UINT32_MAX), { 0 },
};

static const struct step groups_of_others_are_ENXIO_v2[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	HAS(REDIST_REGS, 0, ERR(ENXIO)),
	GET(REDIST_REGS, 0, 0, ERR(ENXIO)),
	SET(REDIST_REGS, 0, 0, ERR(ENXIO)),
	HAS(CPU_SYSREGS, 0, ERR(ENXIO)),
	GET(CPU_SYSREGS, 0, 0, ERR(ENXIO)),
	SET(CPU_SYSREGS, 0, 0, ERR(ENXIO)),
	HAS(LEVEL_INFO, 0, ERR(ENXIO)),
	GET(LEVEL_INFO, 0, 0, ERR(ENXIO)),
	SET(LEVEL_INFO, 0, 0, ERR(ENXIO)),
	HAS(ITS_REGS, 0, ERR(ENXIO)),
	GET(ITS_REGS, 0, 0, ERR(ENXIO)),
	SET(ITS_REGS, 0, 0, ERR(ENXIO)),
	HAS(MAINT_IRQ, 0, ERR(ENXIO)),
	GET(MAINT_IRQ, 0, 0, ERR(ENXIO)),
	SET(MAINT_IRQ, 0, 0, ERR(ENXIO)),
	HAS(IRS_REGS, 0, ERR(ENXIO)),
	GET(IRS_REGS, 0, 0, ERR(ENXIO)),
	SET(IRS_REGS, 0, 0, ERR(ENXIO)),
	HAS(IST, 0, ERR(ENXIO)),
	GET(IST, 0, 0, ERR(ENXIO)),
	SET(IST, 0, 0, ERR(ENXIO)),
	STEP(.op = OP_HAS, .group = 12, .err = ERR(ENXIO)),
	STEP(.op = OP_SET, .group = UINT32_MAX, .err = ERR(ENXIO)),
	{ 0 },
};

static const struct step groups_of_others_are_ENXIO_v3[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	HAS(CPU_REGS, 0, ERR(ENXIO)),
	GET(CPU_REGS, 0, 0, ERR(ENXIO)),
	SET(CPU_REGS, 0, 0, ERR(ENXIO)),
	HAS(ITS_REGS, 0, ERR(ENXIO)),
	GET(ITS_REGS, 0, 0, ERR(ENXIO)),
	SET(ITS_REGS, 0, 0, ERR(ENXIO)),
	HAS(IRS_REGS, 0, ERR(ENXIO)),
	GET(IRS_REGS, 0, 0, ERR(ENXIO)),
	SET(IRS_REGS, 0, 0, ERR(ENXIO)),
	HAS(IST, 0, ERR(ENXIO)),
	GET(IST, 0, 0, ERR(ENXIO)),
	SET(IST, 0, 0, ERR(ENXIO)),
	STEP(.op = OP_HAS, .group = 12, .err = ERR(ENXIO)),
	STEP(.op = OP_SET, .group = UINT32_MAX, .err = ERR(ENXIO)),
	{ 0 },
};

static const struct step groups_of_others_are_ENXIO_v5[] = {
	CREATE(VGIC_KVM_DEV_V5, 0),
	HAS(DIST_REGS, 0, ERR(ENXIO)),
	GET(DIST_REGS, 0, 0, ERR(ENXIO)),
	SET(DIST_REGS, 0, 0, ERR(ENXIO)),
	HAS(CPU_REGS, 0, ERR(ENXIO)),
	GET(CPU_REGS, 0, 0, ERR(ENXIO)),
	SET(CPU_REGS, 0, 0, ERR(ENXIO)),
	HAS(REDIST_REGS, 0, ERR(ENXIO)),
	GET(REDIST_REGS, 0, 0, ERR(ENXIO)),
	SET(REDIST_REGS, 0, 0, ERR(ENXIO)),
	HAS(LEVEL_INFO, 0, ERR(ENXIO)),
	GET(LEVEL_INFO, 0, 0, ERR(ENXIO)),
	SET(LEVEL_INFO, 0, 0, ERR(ENXIO)),
	HAS(ITS_REGS, 0, ERR(ENXIO)),
	GET(ITS_REGS, 0, 0, ERR(ENXIO)),
	SET(ITS_REGS, 0, 0, ERR(ENXIO)),
	HAS(MAINT_IRQ, 0, ERR(ENXIO)),
	GET(MAINT_IRQ, 0, 0, ERR(ENXIO)),
	SET(MAINT_IRQ, 0, 0, ERR(ENXIO)),
	STEP(.op = OP_HAS, .group = 12, .err = ERR(ENXIO)),
	STEP(.op = OP_SET, .group = UINT32_MAX, .err = ERR(ENXIO)),
	{ 0 },
};

static const struct step groups_there_are[] = {
	CREATE(VGIC_KVM_DEV_V3, 0), HAS(ADDR, VGIC_KVM_ADDR_V3_DIST, 0),
	HAS(NR_IRQS, 0, 0),	    HAS(CTRL, VGIC_KVM_CTRL_INIT, 0),
	HAS(MAINT_IRQ, 0, 0),	    { 0 },
};

static const struct step init_without_vcpus_is_ENODEV[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, ERR(ENODEV)),
	{ 0 },
};

static const struct step init_twice_is_0_v2[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	GET(CTRL, VGIC_KVM_CTRL_INIT, 0, ERR(ENXIO)),
	{ 0 },
};

static const struct step init_twice_is_0_v3[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	GET(CTRL, VGIC_KVM_CTRL_INIT, 0, ERR(ENXIO)),
	{ 0 },
};

static const struct step init_twice_is_0_v5[] = {
	CREATE(VGIC_KVM_DEV_V5, 0),
	VCPU(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	GET(CTRL, VGIC_KVM_CTRL_INIT, 0, ERR(ENXIO)),
	{ 0 },
};

static const struct step init_while_running_is_EBUSY[] = {
	VCPU(0, 0),
	CREATE(VGIC_KVM_DEV_V2, 0),
	SET(ADDR, VGIC_KVM_ADDR_V2_DIST, 0x10000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V2_CPU, 0x20000, 0),
	RUN(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, ERR(EBUSY)),
	STOP(0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	{ 0 },
};

/* The GIC refuses its frames when its vCPUs are made: nobody has any. */
static const struct step init_that_fails_leaves_no_vcpus[] = {
	MODELS(VGIC_KVM_HAS_V3 | WITH_ITS),
	CREATE(VGIC_KVM_DEV_V3, 0),
	CREATE(VGIC_KVM_DEV_ITS, 0),
	VCPU(0, 0),
	VCPU(5, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_DIST, 0x10000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_REDIST, 0x100000, 0),
	ITS_SET(1, ADDR, VGIC_KVM_ADDR_ITS, 0x120000, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, ERR(EINVAL)),
	NO_GIC(0),
	NO_GIC(5),
	GET(NR_IRQS, 0, 32, 0),
	/* Not INITed, and so as free as before. */
	SET(NR_IRQS, 0, 64, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, ERR(EINVAL)),
	NO_GIC(1),
	{ 0 },
};

/* As many side entries as there are interrupts, whatever the VMM asked for. */
#define MANY_SIDES_OF(name, type) \
	static const struct step many_side_entries_##name[] = { \
		MODELS(VGIC_KVM_HAS_V2 | VGIC_KVM_HAS_V3 | VGIC_KVM_HAS_V5 | \
		       MANY_SIDES), \
		CREATE(type, 0), \
		VCPU(0, 0), \
		SET(NR_IRQS, 0, 64, 0), \
		SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0), \
		{ 0 }, \
	}
MANY_SIDES_OF(v2, VGIC_KVM_DEV_V2);
MANY_SIDES_OF(v3, VGIC_KVM_DEV_V3);
MANY_SIDES_OF(v5, VGIC_KVM_DEV_V5);

static const struct step many_side_entries_its[] = {
	MODELS(VGIC_KVM_HAS_V3 | WITH_ITS | MANY_SIDES),
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	{ 0 },
};

static const struct step init_without_memory_is_ENOMEM[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	NO_MEMORY,
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, ERR(ENOMEM)),
	GET(NR_IRQS, 0, 32, 0),
	{ 0 },
};

static const struct step ctrl_of_others_is_ENXIO[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	HAS(CTRL, VGIC_KVM_CTRL_ITS_SAVE_TABLES, ERR(ENXIO)),
	HAS(CTRL, VGIC_KVM_CTRL_ITS_RESTORE_TABLES, ERR(ENXIO)),
	HAS(CTRL, VGIC_KVM_CTRL_ITS_RESET, ERR(ENXIO)),
	HAS(CTRL, VGIC_KVM_CTRL_USERSPACE_PPIS, ERR(ENXIO)),
	SET(CTRL, 6, 0, ERR(ENXIO)),
	GET(CTRL, VGIC_KVM_CTRL_USERSPACE_PPIS, 0, ERR(ENXIO)),
	{ 0 },
};

static const struct step save_pending_tables[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	HAS(CTRL, VGIC_KVM_CTRL_SAVE_PENDING_TABLES, 0),
	SET(CTRL, VGIC_KVM_CTRL_SAVE_PENDING_TABLES, 0, ERR(ENXIO)),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(CTRL, VGIC_KVM_CTRL_SAVE_PENDING_TABLES, 0, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_DIST, 0x10000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_REDIST, 0x100000, 0),
	RUN(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_SAVE_PENDING_TABLES, 0, ERR(EBUSY)),
	{ 0 },
};

static const struct step b11_userspace_ppis[] = {
	CREATE(VGIC_KVM_DEV_V5, 0),
	VCPU(0, 0),
	HAS(CTRL, VGIC_KVM_CTRL_USERSPACE_PPIS, 0),
	GET(CTRL, VGIC_KVM_CTRL_USERSPACE_PPIS, 0, 0),
	GET_AT(CTRL, VGIC_KVM_CTRL_USERSPACE_PPIS, 0, ERR(EFAULT)),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	GET(CTRL, VGIC_KVM_CTRL_USERSPACE_PPIS, 8, 0),
	GET_AT(CTRL, VGIC_KVM_CTRL_USERSPACE_PPIS, WILD, ERR(EFAULT)),
	SET(CTRL, VGIC_KVM_CTRL_USERSPACE_PPIS, 8, ERR(ENXIO)),
	{ 0 },
};

/* So many, what comes of it, and how many there are then. */
#define NR_IRQS_IS(n, e, then) \
	static const struct step nr_irqs_##n[] = { \
		CREATE(VGIC_KVM_DEV_V3, 0), \
		GET(NR_IRQS, 0, 32, 0), \
		SET(NR_IRQS, 0, n##u, e), \
		GET(NR_IRQS, 0, then, 0), \
		{ 0 }, \
	}

NR_IRQS_IS(0, ERR(EINVAL), 32);
NR_IRQS_IS(32, ERR(EINVAL), 32);
NR_IRQS_IS(63, ERR(EINVAL), 32);
NR_IRQS_IS(64, 0, 64);
NR_IRQS_IS(96, 0, 96);
NR_IRQS_IS(992, 0, 992);
NR_IRQS_IS(993, ERR(EINVAL), 32);
NR_IRQS_IS(1019, ERR(EINVAL), 32);
NR_IRQS_IS(1020, 0, 1020);
NR_IRQS_IS(1023, ERR(EINVAL), 32);
NR_IRQS_IS(1056, ERR(EINVAL), 32);
NR_IRQS_IS(4294967264, ERR(EINVAL), 32);

static const struct step nr_irqs_1024_is_1020[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	SET(NR_IRQS, 0, 1024, 0),
	GET(NR_IRQS, 0, 1020, 0),
	LINE(IRQ(1, 0, 1019), 1, 0),
	PENDING(0, 1019, 1),
	LINE(IRQ(1, 0, 1020), 1, ERR(EINVAL)),
	{ 0 },
};

static const struct step nr_irqs_twice_is_EBUSY[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	SET(NR_IRQS, 0, 64, 0),
	SET(NR_IRQS, 0, 64, ERR(EBUSY)),
	SET(NR_IRQS, 0, 65, ERR(EINVAL)),
	{ 0 },
};

static const struct step nr_irqs_after_init_is_EBUSY[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),	     VCPU(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0), GET(NR_IRQS, 0, 256, 0),
	SET(NR_IRQS, 0, 256, ERR(EBUSY)),    { 0 },
};

static const struct step nr_irqs_wild_is_EFAULT[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	SET_AT(NR_IRQS, 0, 0, ERR(EFAULT)),
	SET_AT(NR_IRQS, 0, WILD, ERR(EFAULT)),
	GET_AT(NR_IRQS, 0, 0, ERR(EFAULT)),
	{ 0 },
};

static const struct step nr_irqs_v5_counts_spis[] = {
	CREATE(VGIC_KVM_DEV_V5, 0),
	VCPU(0, 0),
	GET(NR_IRQS, 0, 0, 0),
	SET(NR_IRQS, 0, 31, ERR(EINVAL)),
	SET(NR_IRQS, 0, 65568, ERR(EINVAL)),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	GET(NR_IRQS, 0, 32, 0),
	SET(NR_IRQS, 0, 64, ERR(EBUSY)),
	{ 0 },
};

static const struct step maint_irq[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	GET(MAINT_IRQ, 0, 0, 0),
	SET_AT(MAINT_IRQ, 0, 0, ERR(EFAULT)),
	SET(MAINT_IRQ, 0, 15, ERR(EINVAL)),
	SET(MAINT_IRQ, 0, 32, ERR(EINVAL)),
	SET(MAINT_IRQ, 0, 25, 0),
	GET(MAINT_IRQ, 0, 25, 0),
	GET_AT(MAINT_IRQ, 0, WILD, ERR(EFAULT)),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(MAINT_IRQ, 0, 25, ERR(EBUSY)),
	{ 0 },
};

static const struct step run_without_init_is_EBUSY_and_kills[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_DIST, 0x10000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_REDIST, 0x100000, 0),
	RUN(0, ERR(EBUSY)),
	RUN(0, ERR(EIO)),
	GET(NR_IRQS, 0, 0, ERR(EIO)),
	HAS(NR_IRQS, 0, ERR(EIO)),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, ERR(EIO)),
	{ 0 },
};

static const struct step run_without_init_is_EBUSY_v5[] = {
	CREATE(VGIC_KVM_DEV_V5, 0),
	VCPU(0, 0),
	SET(ADDR, VGIC_KVM_ADDR_V5_IRS, 0x10000, 0),
	RUN(0, ERR(EBUSY)),
	{ 0 },
};

static const struct step run_v2_initialises[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	SET(ADDR, VGIC_KVM_ADDR_V2_DIST, 0x10000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V2_CPU, 0x20000, 0),
	RUN(0, 0),
	RUN(0, ERR(EBUSY)),
	RUN(7, ERR(EINVAL)),
	GUEST(0),
	STOP(0),
	RUN(0, 0),
	STOP(0),
	{ 0 },
};

static const struct step run_without_v2_dist_is_ENXIO[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(ADDR, VGIC_KVM_ADDR_V2_CPU, 0x20000, 0),
	RUN(0, ERR(ENXIO)),
	{ 0 },
};

static const struct step run_without_v2_cpu_is_ENXIO[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(ADDR, VGIC_KVM_ADDR_V2_DIST, 0x20000, 0),
	RUN(0, ERR(ENXIO)),
	{ 0 },
};

static const struct step run_without_v3_dist_is_ENXIO[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_REDIST, 0x100000, 0),
	RUN(0, ERR(ENXIO)),
	{ 0 },
};

static const struct step run_without_v3_redist_is_ENXIO[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_DIST, 0x100000, 0),
	RUN(0, ERR(ENXIO)),
	{ 0 },
};

static const struct step run_without_v5_irs_is_ENXIO[] = {
	CREATE(VGIC_KVM_DEV_V5, 0),
	VCPU(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	RUN(0, ERR(ENXIO)),
	{ 0 },
};

static const struct step run_with_a_vcpu_without_redist_is_ENXIO[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_DIST, 0x10000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_REDIST_REGION, REGION(1, 0x100000, 0), 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	RUN(0, ERR(ENXIO)),
	{ 0 },
};

static const struct step run_with_dist_over_redist_is_EINVAL[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_REDIST, 0x100000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_DIST, 0x110000, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	RUN(0, ERR(EINVAL)),
	{ 0 },
};

static const struct step run_with_redists_beyond_ipa_is_EINVAL[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_DIST, 0x10000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_REDIST, 0xfffffe0000, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	RUN(0, ERR(EINVAL)),
	{ 0 },
};

static const struct step run_with_dist_over_cpu_is_EINVAL[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	SET(ADDR, VGIC_KVM_ADDR_V2_DIST, 0x11000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V2_CPU, 0x10000, 0),
	RUN(0, ERR(EINVAL)),
	{ 0 },
};

static const struct CMUnitTest tests[] = {
	SCRIPT(create_each_model_once),
	SCRIPT(create_without_host_is_ENODEV),
	SCRIPT(create_its_or_unknown_is_ENODEV),
	SCRIPT(irqchip),
	SCRIPT(device_addr),
	SCRIPT(device_addr_of_others_is_ENODEV),
	SCRIPT(capabilities),
	SCRIPT(processor_numbers),
	SCRIPT(create_after_run_is_EBUSY),
	SCRIPT(create_v2_with_nine_vcpus_is_E2BIG),
	SCRIPT(vcpu_errors),
	SCRIPT(no_such_device_is_EBADF),
	SCRIPT(groups_of_others_are_ENXIO_v2),
	SCRIPT(groups_of_others_are_ENXIO_v3),
	SCRIPT(groups_of_others_are_ENXIO_v5),
	SCRIPT(groups_there_are),
	SCRIPT(init_without_vcpus_is_ENODEV),
	SCRIPT(init_twice_is_0_v2),
	SCRIPT(init_twice_is_0_v3),
	SCRIPT(init_twice_is_0_v5),
	SCRIPT(init_while_running_is_EBUSY),
	SCRIPT(init_that_fails_leaves_no_vcpus),
	SCRIPT(many_side_entries_v2),
	SCRIPT(many_side_entries_v3),
	SCRIPT(many_side_entries_v5),
	SCRIPT(many_side_entries_its),
	SCRIPT(init_without_memory_is_ENOMEM),
	SCRIPT(ctrl_of_others_is_ENXIO),
	SCRIPT(save_pending_tables),
	SCRIPT(b11_userspace_ppis),
	SCRIPT(nr_irqs_0),
	SCRIPT(nr_irqs_32),
	SCRIPT(nr_irqs_63),
	SCRIPT(nr_irqs_64),
	SCRIPT(nr_irqs_96),
	SCRIPT(nr_irqs_992),
	SCRIPT(nr_irqs_993),
	SCRIPT(nr_irqs_1019),
	SCRIPT(nr_irqs_1020),
	SCRIPT(nr_irqs_1023),
	SCRIPT(nr_irqs_1056),
	SCRIPT(nr_irqs_4294967264),
	SCRIPT(nr_irqs_1024_is_1020),
	SCRIPT(nr_irqs_twice_is_EBUSY),
	SCRIPT(nr_irqs_after_init_is_EBUSY),
	SCRIPT(nr_irqs_wild_is_EFAULT),
	SCRIPT(nr_irqs_v5_counts_spis),
	SCRIPT(maint_irq),
	SCRIPT(run_without_init_is_EBUSY_and_kills),
	SCRIPT(run_without_init_is_EBUSY_v5),
	SCRIPT(run_v2_initialises),
	SCRIPT(run_without_v2_dist_is_ENXIO),
	SCRIPT(run_without_v2_cpu_is_ENXIO),
	SCRIPT(run_without_v3_dist_is_ENXIO),
	SCRIPT(run_without_v3_redist_is_ENXIO),
	SCRIPT(run_without_v5_irs_is_ENXIO),
	SCRIPT(run_with_a_vcpu_without_redist_is_ENXIO),
	SCRIPT(run_with_dist_over_redist_is_EINVAL),
	SCRIPT(run_with_redists_beyond_ipa_is_EINVAL),
	SCRIPT(run_with_dist_over_cpu_is_EINVAL),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
