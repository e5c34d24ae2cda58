/* SPDX-License-Identifier: BSD-2-Clause */
/* The groups of registers in memory, and of lines. */
#include "tests/kvm/script.h"

static const struct step dist_before_init_is_EBUSY[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	GET(DIST_REGS, GICD_CTLR, 0, ERR(EBUSY)),
	SET(DIST_REGS, GICD_CTLR, 1, ERR(EBUSY)),
	SET_AT(DIST_REGS, GICD_CTLR, 0, ERR(EFAULT)),
	GET(REDIST_REGS, REG(0, GICR_CTLR), 0, ERR(EBUSY)),
	GET(CPU_SYSREGS, REG(0, ICC_PMR_EL1), 0, ERR(EBUSY)),
	GET(LEVEL_INFO, 32, 0, ERR(EBUSY)),
	{ 0 },
};

static const struct step dist_without_vcpu_is_EINVAL[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	GET(DIST_REGS, GICD_CTLR, 0, ERR(EINVAL)),
	GET(REDIST_REGS, REG(0, GICR_CTLR), 0, ERR(EINVAL)),
	{ 0 },
};

static const struct step dist_v2_unknown_vcpu_is_EINVAL[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	GET(DIST_REGS, REG(2, GICD_CTLR), 0, ERR(EINVAL)),
	SET_AT(DIST_REGS, REG(2, GICD_CTLR), 0, ERR(EINVAL)),
	GET(CPU_REGS, REG(2, GICC_CTLR), 0, ERR(EINVAL)),
	{ 0 },
};

/* Before it is looked at which register that would be. */
static const struct step has_of_no_such_vcpu_is_EINVAL_v2[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	HAS(CPU_REGS, GICC_CTLR, ERR(EINVAL)),
	HAS(DIST_REGS, GICD_CTLR, ERR(EINVAL)),
	VCPU(0, 0),
	HAS(CPU_REGS, GICC_CTLR, 0),
	HAS(DIST_REGS, GICD_CTLR, 0),
	HAS(CPU_REGS, REG(1, GICC_CTLR), ERR(EINVAL)),
	HAS(DIST_REGS, REG(1, GICD_CTLR + 1), ERR(EINVAL)),
	{ 0 },
};

static const struct step has_of_no_such_vcpu_is_EINVAL_v3[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	HAS(DIST_REGS, GICD_CTLR, ERR(EINVAL)),
	HAS(REDIST_REGS, GICR_CTLR, ERR(EINVAL)),
	HAS(CPU_SYSREGS, ICC_PMR_EL1, ERR(EINVAL)),
	VCPU(0, 0),
	/* The distributor is one for all. */
	HAS(DIST_REGS, REG(7, GICD_CTLR), 0),
	HAS(REDIST_REGS, GICR_CTLR, 0),
	HAS(REDIST_REGS, REG(7, GICR_CTLR), ERR(EINVAL)),
	HAS(CPU_SYSREGS, ICC_PMR_EL1, 0),
	HAS(CPU_SYSREGS, REG(7, ICC_PMR_EL1), ERR(EINVAL)),
	HAS(CPU_SYSREGS, REG(7, ICC_IAR1_EL1), ERR(EINVAL)),
	/* Lines are no registers: KVM asks for the sort of information. */
	HAS(LEVEL_INFO, REG(7, 32), 0),
	{ 0 },
};

static const struct step has_of_no_such_vcpu_is_EINVAL_v5[] = {
	CREATE(VGIC_KVM_DEV_V5, 0),
	HAS(CPU_SYSREGS, ICC_PCR_EL1, ERR(EINVAL)),
	VCPU(0, 0),
	HAS(CPU_SYSREGS, ICC_PCR_EL1, 0),
	HAS(CPU_SYSREGS, REG(7, ICC_PCR_EL1), ERR(EINVAL)),
	HAS(IRS_REGS, IRS_CR0, 0),
	{ 0 },
};

static const struct step regs_while_running_are_EBUSY[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_DIST, 0x10000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_REDIST, 0x100000, 0),
	RUN(1, 0),
	GET(DIST_REGS, GICD_CTLR, 0, ERR(EBUSY)),
	GET(REDIST_REGS, REG(0, GICR_CTLR), 0, ERR(EBUSY)),
	GET(CPU_SYSREGS, REG(0, ICC_PMR_EL1), 0, ERR(EBUSY)),
	SET(CPU_SYSREGS, REG(0, ICC_PMR_EL1), 0, ERR(EBUSY)),
	SET(LEVEL_INFO, 32, 0, ERR(EBUSY)),
	STOP(1),
	GET(DIST_REGS, GICD_IIDR, 0x4b00343b, 0),
	{ 0 },
};

static const struct step dist_wild_is_EFAULT[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	GET_AT(DIST_REGS, GICD_CTLR, 0, ERR(EFAULT)),
	SET_AT(DIST_REGS, GICD_CTLR, WILD, ERR(EFAULT)),
	GET_AT(REDIST_REGS, REG(0, GICR_CTLR), WILD, ERR(EFAULT)),
	SET_AT(LEVEL_INFO, 32, 0, ERR(EFAULT)),
	GET_AT(LEVEL_INFO, 32, 0, ERR(EFAULT)),
	{ 0 },
};

static const struct step dist_has_what_there_is[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	HAS(DIST_REGS, GICD_CTLR, 0),
	HAS(DIST_REGS, GICD_ISENABLER + 4, 0),
	HAS(DIST_REGS, GICD_ISENABLER + 28, 0),
	HAS(DIST_REGS, GICD_ISENABLER + 32, ERR(ENXIO)),
	HAS(DIST_REGS, GICD_IPRIORITYR + 252, 0),
	HAS(DIST_REGS, GICD_IPRIORITYR + 256, ERR(ENXIO)),
	HAS(DIST_REGS, GICD_IROUTER + 255 * 8, 0),
	HAS(DIST_REGS, GICD_IROUTER + 256 * 8, ERR(ENXIO)),
	HAS(DIST_REGS, GICD_CTLR + 1, ERR(ENXIO)),
	HAS(DIST_REGS, 0x20, ERR(ENXIO)),
	HAS(DIST_REGS, 0x10000, ERR(ENXIO)),
	HAS(REDIST_REGS, GICR_WAKER, 0),
	HAS(REDIST_REGS, GICR_ISPENDR0, 0),
	HAS(REDIST_REGS, 0x20000, ERR(ENXIO)),
	{ 0 },
};

static const struct step dist_unknown_offset_reads_as_zero[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	GET(DIST_REGS, 0x20, 0, 0),
	SET(DIST_REGS, 0x20, 1, 0),
	GET(DIST_REGS, GICD_CTLR + 2, 0, 0),
	GET(DIST_REGS, 0x10000, 0, 0),
	GET(REDIST_REGS, REG(0, 0x20000), 0, 0),
	{ 0 },
};

static const struct step dist_read_only_ignores_writes[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	GET(DIST_REGS, GICD_TYPER, 0x4480007, 0),
	SET(DIST_REGS, GICD_TYPER, 0, 0),
	GET(DIST_REGS, GICD_TYPER, 0x4480007, 0),
	{ 0 },
};

static const struct step dist_ctlr[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(DIST_REGS, GICD_CTLR, 0x12, 0),
	GET(DIST_REGS, GICD_CTLR, 0x52, 0),
	{ 0 },
};

static const struct step iidr_revision_0[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	GET(DIST_REGS, GICD_IIDR, 0x4b00343b, 0),
	SET(DIST_REGS, GICD_IIDR, 0x4b00043b, ERR(EINVAL)),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	GET(DIST_REGS, GICD_IIDR, 0x4b00343b, 0),
	GET(REDIST_REGS, REG(0, GICR_CTLR), 0x6, 0),
	SET(DIST_REGS, GICD_IIDR, 0x4b00043b, ERR(EINVAL)),
	{ 0 },
};

static const struct step iidr_revision_1[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	GET(DIST_REGS, GICD_IIDR, 0x4b00343b, 0),
	SET(DIST_REGS, GICD_IIDR, 0x4b00143b, ERR(EINVAL)),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	GET(DIST_REGS, GICD_IIDR, 0x4b00343b, 0),
	GET(REDIST_REGS, REG(0, GICR_CTLR), 0x6, 0),
	SET(DIST_REGS, GICD_IIDR, 0x4b00143b, ERR(EINVAL)),
	{ 0 },
};

static const struct step iidr_revision_2[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	GET(DIST_REGS, GICD_IIDR, 0x4b00343b, 0),
	SET(DIST_REGS, GICD_IIDR, 0x4b00243b, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	GET(DIST_REGS, GICD_IIDR, 0x4b00243b, 0),
	GET(REDIST_REGS, REG(0, GICR_CTLR), 0, 0),
	SET(DIST_REGS, GICD_IIDR, 0x4b00243b, 0),
	{ 0 },
};

static const struct step iidr_revision_3[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	GET(DIST_REGS, GICD_IIDR, 0x4b00343b, 0),
	SET(DIST_REGS, GICD_IIDR, 0x4b00343b, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	GET(DIST_REGS, GICD_IIDR, 0x4b00343b, 0),
	GET(REDIST_REGS, REG(0, GICR_CTLR), 0x6, 0),
	SET(DIST_REGS, GICD_IIDR, 0x4b00343b, 0),
	{ 0 },
};

static const struct step iidr_revision_4[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	GET(DIST_REGS, GICD_IIDR, 0x4b00343b, 0),
	SET(DIST_REGS, GICD_IIDR, 0x4b00443b, ERR(EINVAL)),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	GET(DIST_REGS, GICD_IIDR, 0x4b00343b, 0),
	GET(REDIST_REGS, REG(0, GICR_CTLR), 0x6, 0),
	SET(DIST_REGS, GICD_IIDR, 0x4b00443b, ERR(EINVAL)),
	{ 0 },
};

static const struct step iidr_other_fields_are_EINVAL[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	SET(DIST_REGS, GICD_IIDR, 0x4b00343a, ERR(EINVAL)),
	SET(DIST_REGS, GICD_IIDR, 0x4a00343b, ERR(EINVAL)),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(DIST_REGS, GICD_IIDR, 0x4b01343b, ERR(EINVAL)),
	{ 0 },
};

static const struct step typer2[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	GET(DIST_REGS, GICD_TYPER2, 0, 0),
	SET(DIST_REGS, GICD_TYPER2, 0, 0),
	SET(DIST_REGS, GICD_TYPER2, GICD_TYPER2_nASSGIcap, ERR(EINVAL)),
	SET(DIST_REGS, GICD_TYPER2, 1, ERR(EINVAL)),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(DIST_REGS, GICD_TYPER2, 0, 0),
	SET(DIST_REGS, GICD_TYPER2, GICD_TYPER2_nASSGIcap, ERR(EBUSY)),
	{ 0 },
};

static const struct step statusr_is_settable[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(DIST_REGS, GICD_STATUSR, 0x15, 0),
	GET(DIST_REGS, GICD_STATUSR, 0x5, 0),
	SET(DIST_REGS, GICD_STATUSR, 0, 0),
	GET(DIST_REGS, GICD_STATUSR, 0, 0),
	SET(REDIST_REGS, REG(1, GICR_STATUSR), 1, 0),
	GET(REDIST_REGS, REG(1, GICR_STATUSR), 1, 0),
	GET(REDIST_REGS, REG(0, GICR_STATUSR), 0, 0),
	{ 0 },
};

static const struct step b14_v3_ispendr_is_the_latch_and_replaces[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(DIST_REGS, GICD_ISPENDR + 4, 0x5, 0),
	GET(DIST_REGS, GICD_ISPENDR + 4, 0x5, 0),
	PENDING(0, 34, 1),
	SET(DIST_REGS, GICD_ISPENDR + 4, 0x2, 0),
	GET(DIST_REGS, GICD_ISPENDR + 4, 0x2, 0),
	PENDING(0, 34, 0),
	SET(DIST_REGS, GICD_ICPENDR + 4, 0x2, 0),
	GET(DIST_REGS, GICD_ICPENDR + 4, 0, 0),
	GET(DIST_REGS, GICD_ISPENDR + 4, 0x2, 0),
	{ 0 },
};

static const struct step b14_v3_ispendr_is_not_the_line[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	LINE(IRQ(2, 1, 20), 1, 0),
	PENDING(1, 20, 1),
	GET(REDIST_REGS, REG(1, GICR_ISPENDR0), 0, 0),
	GET(LEVEL_INFO, REG(1, 0), 0x100000, 0),
	SET(REDIST_REGS, REG(1, GICR_ISPENDR0), 0x100000, 0),
	GET(REDIST_REGS, REG(1, GICR_ISPENDR0), 0x100000, 0),
	SET(LEVEL_INFO, REG(1, 0), 0, 0),
	PENDING(1, 20, 1),
	SET(REDIST_REGS, REG(1, GICR_ISPENDR0), 0, 0),
	PENDING(1, 20, 0),
	{ 0 },
};

static const struct step v3_latch_survives_an_entry[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_DIST, 0x10000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_REDIST, 0x100000, 0),
	SET(DIST_REGS, GICD_ISENABLER + 4, 1, 0),
	SET(DIST_REGS, GICD_CTLR, 2, 0),
	SET(DIST_REGS, GICD_ISPENDR + 4, 1, 0),
	SET(CPU_SYSREGS, REG(0, ICC_IGRPEN1_EL1), 1, 0),
	RUN(0, 0),
	GUEST(0),
	STOP(0),
	GET(DIST_REGS, GICD_ISPENDR + 4, 1, 0),
	SET(DIST_REGS, GICD_ISPENDR + 4, 0, 0),
	GET(DIST_REGS, GICD_ISPENDR + 4, 0, 0),
	PENDING(0, 32, 0),
	{ 0 },
};

static const struct step b14_v2_ispendr_is_what_is_pending[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	LINE(IRQ(2, 1, 20), 1, 0),
	GET(DIST_REGS, REG(1, GICD_ISPENDR), 0x100000, 0),
	GET(DIST_REGS, REG(0, GICD_ISPENDR), 0, 0),
	SET(DIST_REGS, GICD_ISPENDR + 4, 1, 0),
	SET(DIST_REGS, GICD_ISPENDR + 4, 2, 0),
	GET(DIST_REGS, GICD_ISPENDR + 4, 3, 0),
	SET(DIST_REGS, GICD_ICPENDR + 4, 1, 0),
	GET(DIST_REGS, GICD_ISPENDR + 4, 2, 0),
	{ 0 },
};

static const struct step v2_sgi_keeps_its_senders[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(DIST_REGS, REG(1, GICD_ISPENDR), 4, 0),
	SET(DIST_REGS, REG(1, GICD_SPENDSGIR), 0x10000, 0),
	GET(DIST_REGS, REG(1, GICD_SPENDSGIR), 0x10000, 0),
	GET(DIST_REGS, REG(1, GICD_ISPENDR), 4, 0),
	GET(DIST_REGS, REG(0, GICD_ISPENDR), 0, 0),
	SET(DIST_REGS, REG(1, GICD_ICPENDR), 4, 0),
	GET(DIST_REGS, REG(1, GICD_SPENDSGIR), 0, 0),
	GET(DIST_REGS, REG(1, GICD_ISPENDR), 0, 0),
	{ 0 },
};

/*
 * What was active is ended by EOI, also when better ones take all the list
 * registers (the rig has four), and the nesting is that of the priorities,
 * whether those come before or after.
 */
#define ACTIVE_V3 \
	CREATE(VGIC_KVM_DEV_V3, 0), VCPU(0, 0), \
		SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0), \
		SET(DIST_REGS, REG(0, GICD_CTLR), 2, 0), \
		SET(DIST_REGS, REG(0, GICD_ISENABLER + 4), ~0u, 0), \
		SET(CPU_SYSREGS, ICC_PMR_EL1, 0xf8, 0), \
		SET(CPU_SYSREGS, ICC_IGRPEN1_EL1, 1, 0), \
		SET(CPU_SYSREGS, ICC_AP1R0_EL1, 1u << 20 | 1u << 18, 0)
#define EOI_BY_COUNT \
	SET(DIST_REGS, REG(0, GICD_ISPENDR + 4), 0xff000, 0), \
		SET(CPU_SYSREGS, ICC_PMR_EL1, 0, 0), GUEST(0), \
		LOADED(0, 33, 0), LOADED(0, 34, 0), END_OF(0, 33), \
		GET(DIST_REGS, REG(0, GICD_ISACTIVER + 4), 4, 0), \
		END_OF(0, 34), \
		GET(DIST_REGS, REG(0, GICD_ISACTIVER + 4), 0, 0)

static const struct step restored_actives_end_by_eoi[] = {
	ACTIVE_V3,
	SET(DIST_REGS, REG(0, GICD_IPRIORITYR + 32), 0x00a09000, 0),
	SET(DIST_REGS, REG(0, GICD_ISACTIVER + 4), 6, 0),
	EOI_BY_COUNT,
	{ 0 },
};

static const struct step restored_actives_before_their_priorities[] = {
	ACTIVE_V3,
	SET(DIST_REGS, REG(0, GICD_IPRIORITYR + 32), 0x00909000, 0),
	SET(DIST_REGS, REG(0, GICD_ISACTIVER + 4), 6, 0),
	SET(DIST_REGS, REG(0, GICD_IPRIORITYR + 32), 0x00a09000, 0),
	EOI_BY_COUNT,
	{ 0 },
};

/* An SGI that is active again from another sender. */
static const struct step v2_sgi_active_and_pending[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(ADDR, VGIC_KVM_ADDR_V2_DIST, 0x10000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V2_CPU, V2_CPU, 0),
	RUN(0, 0),
	STOP(0),
	SET(DIST_REGS, REG(0, GICD_CTLR), 1, 0),
	SET(CPU_REGS, REG(0, GICC_CTLR), 1, 0),
	SET(CPU_REGS, REG(0, GICC_PMR), 0x1f, 0),
	SET(DIST_REGS, REG(0, GICD_SPENDSGIR), 3, 0),
	TAKE(0, 0),
	GET(DIST_REGS, REG(0, GICD_SPENDSGIR), 2, 0),
	END_OF(0, 0),
	TAKE(0, 1u << 10),
	{ 0 },
};

static const struct step v2_groups_need_iidr[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(DIST_REGS, GICD_IGROUPR + 4, 1, 0),
	GET(DIST_REGS, GICD_IGROUPR + 4, 0, 0),
	SET(DIST_REGS, GICD_IIDR, 0x4b00143b, ERR(EINVAL)),
	SET(DIST_REGS, GICD_IIDR, 0x4b00243b, 0),
	SET(DIST_REGS, GICD_IGROUPR + 4, 1, 0),
	GET(DIST_REGS, GICD_IGROUPR + 4, 1, 0),
	GET(DIST_REGS, GICD_IIDR, 0x4b00243b, 0),
	{ 0 },
};

static const struct step dist_banks[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(DIST_REGS, GICD_ISENABLER + 4, 0xf, 0),
	SET(DIST_REGS, GICD_ICENABLER + 4, 0x3, 0),
	GET(DIST_REGS, GICD_ISENABLER + 4, 0xc, 0),
	SET(DIST_REGS, GICD_ISACTIVER + 4, 0xf, 0),
	SET(DIST_REGS, GICD_ICACTIVER + 4, 0x3, 0),
	GET(DIST_REGS, GICD_ISACTIVER + 4, 0xc, 0),
	SET(DIST_REGS, GICD_IGROUPR + 4, 0xa, 0),
	GET(DIST_REGS, GICD_IGROUPR + 4, 0xa, 0),
	SET(DIST_REGS, GICD_IPRIORITYR + 32, 0xf8a05000, 0),
	GET(DIST_REGS, GICD_IPRIORITYR + 32, 0xf8a05000, 0),
	GET(DIST_REGS, GICD_ICFGR + 8, 0xaaaaaaaa, 0),
	SET(DIST_REGS, GICD_ICFGR + 8, 0x8, 0),
	GET(DIST_REGS, GICD_ICFGR + 8, 0x8, 0),
	SET(DIST_REGS, GICD_IROUTER + 8 * 40, 1, 0),
	GET(DIST_REGS, GICD_IROUTER + 8 * 40, 1, 0),
	SET(DIST_REGS, GICD_IROUTER + 8 * 40 + 4, 0, 0),
	GET(DIST_REGS, GICD_IROUTER + 8 * 40, 1, 0),
	SET(DIST_REGS, GICD_IGRPMODR + 4, 1, 0),
	GET(DIST_REGS, GICD_IGRPMODR + 4, 0, 0),
	{ 0 },
};

static const struct step v2_targets[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(DIST_REGS, GICD_ITARGETSR + 32, 0xff020301, 0),
	GET(DIST_REGS, GICD_ITARGETSR + 32, 0x03020301, 0),
	{ 0 },
};

static const struct step redist_unknown_affinity_is_EINVAL[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	GET(REDIST_REGS, REG(2, GICR_TYPER), 0, ERR(EINVAL)),
	GET(REDIST_REGS, REG(0x100, GICR_TYPER), 0, ERR(EINVAL)),
	GET(CPU_SYSREGS, REG(2, ICC_PMR_EL1), 0, ERR(EINVAL)),
	GET(LEVEL_INFO, REG(2, 32), 0, ERR(EINVAL)),
	{ 0 },
};

static const struct step redist_registers[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(REDIST_REGS, REG(1, GICR_TYPER), UINT32_MAX, 0),
	GET(REDIST_REGS, REG(1, GICR_TYPER + 4), 1, 0),
	SET(REDIST_REGS, REG(1, GICR_WAKER), 0, 0),
	GET(REDIST_REGS, REG(1, GICR_WAKER), 0, 0),
	GET(REDIST_REGS, REG(0, GICR_WAKER), 6, 0),
	GET(REDIST_REGS, REG(1, GICR_ISENABLER0), 0xffff, 0),
	SET(REDIST_REGS, REG(1, GICR_ISENABLER0), 0xf0000, 0),
	SET(REDIST_REGS, REG(1, GICR_ICENABLER0), 0xffff, 0),
	GET(REDIST_REGS, REG(1, GICR_ISENABLER0), 0xf0000, 0),
	SET(REDIST_REGS, REG(1, GICR_ISACTIVER0), 0x10001, 0),
	GET(REDIST_REGS, REG(1, GICR_ISACTIVER0), 0x10001, 0),
	GET(REDIST_REGS, REG(0, GICR_ISACTIVER0), 0, 0),
	SET(REDIST_REGS, REG(1, GICR_ICACTIVER0), 0x1, 0),
	GET(REDIST_REGS, REG(1, GICR_ISACTIVER0), 0x10000, 0),
	SET(REDIST_REGS, REG(1, GICR_ICPENDR0), 0x1, 0),
	GET(REDIST_REGS, REG(1, GICR_ICPENDR0), 0, 0),
	{ 0 },
};

static const struct step v2_cpu_registers[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	HAS(CPU_REGS, GICC_CTLR, 0),
	HAS(CPU_REGS, GICC_DIR, 0),
	HAS(CPU_REGS, GICC_IAR, ERR(ENXIO)),
	HAS(CPU_REGS, GICC_CTLR + 1, ERR(ENXIO)),
	SET(CPU_REGS, REG(1, GICC_CTLR), 0x3ff, 0),
	GET(CPU_REGS, REG(1, GICC_CTLR), 0x21f, 0),
	SET(CPU_REGS, REG(1, GICC_PMR), 0x3e, 0),
	GET(CPU_REGS, REG(1, GICC_PMR), 0x1e, 0),
	SET(CPU_REGS, REG(1, GICC_BPR), 3, 0),
	GET(CPU_REGS, REG(1, GICC_BPR), 3, 0),
	SET(CPU_REGS, REG(1, GICC_ABPR), 4, 0),
	GET(CPU_REGS, REG(1, GICC_ABPR), 4, 0),
	SET(CPU_REGS, REG(1, GICC_APR), 0x80000001, 0),
	GET(CPU_REGS, REG(1, GICC_APR), 0x80000001, 0),
	SET(CPU_REGS, REG(1, GICC_APR + 4), 1, 0),
	GET(CPU_REGS, REG(1, GICC_APR + 4), 0, 0),
	GET(CPU_REGS, REG(1, GICC_IIDR), 0x4b2043b, 0),
	SET(CPU_REGS, REG(1, GICC_IIDR), 0, 0),
	SET(CPU_REGS, REG(1, GICC_DIR), 32, 0),
	GET(CPU_REGS, REG(0, GICC_CTLR), 0, 0),
	SET_AT(CPU_REGS, GICC_CTLR, 0, ERR(EFAULT)),
	{ 0 },
};

static const struct step v2_cpu_registers_reach_the_cpu[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(ADDR, VGIC_KVM_ADDR_V2_DIST, 0x10000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V2_CPU, 0x20000, 0),
	SET(CPU_REGS, REG(1, GICC_PMR), 0x1e, 0),
	SET(CPU_REGS, REG(1, GICC_APR), 0x100, 0),
	RUN(1, 0),
	GUEST(1),
	GET(CPU_REGS, REG(1, GICC_PMR), 0, ERR(EBUSY)),
	STOP(1),
	GET(CPU_REGS, REG(1, GICC_PMR), 0x1e, 0),
	GET(CPU_REGS, REG(1, GICC_APR), 0x100, 0),
	{ 0 },
};

static const struct step b14_lines_before_configuration[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(LEVEL_INFO, 32, 0x3, 0),
	GET(LEVEL_INFO, 32, 0, 0),
	PENDING(0, 32, 0),
	SET(DIST_REGS, GICD_ICFGR + 8, 0xaaaaaaa8, 0),
	GET(LEVEL_INFO, 32, 1, 0),
	PENDING(0, 32, 1),
	PENDING(0, 33, 0),
	{ 0 },
};

static const struct step lines_errors[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	HAS(LEVEL_INFO, 32, 0),
	HAS(LEVEL_INFO, 32 | 1 << 10, ERR(ENXIO)),
	GET(LEVEL_INFO, 33, 0, ERR(EINVAL)),
	SET(LEVEL_INFO, 1, 0, ERR(EINVAL)),
	GET(LEVEL_INFO, 32 | 1 << 10, 0, ERR(EINVAL)),
	SET(LEVEL_INFO, 32 | 1 << 31, 0, ERR(EINVAL)),
	{ 0 },
};

static const struct step lines_of_sgis_and_beyond[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	VCPU(1, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	SET(LEVEL_INFO, 0, 0xffffffff, 0),
	GET(LEVEL_INFO, 0, 0xffff0000, 0),
	PENDING(0, 3, 0),
	SET(LEVEL_INFO, 256, 1, 0),
	GET(LEVEL_INFO, 256, 0, 0),
	GET(LEVEL_INFO, 992, 0, 0),
	{ 0 },
};

static const struct step v2_cpu_ctlr_opens_a_group[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	SET(ADDR, VGIC_KVM_ADDR_V2_DIST, 0x10000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V2_CPU, 0x20000, 0),
	SET(DIST_REGS, GICD_CTLR, 1, 0),
	SET(DIST_REGS, GICD_ISENABLER + 4, 1, 0),
	SET(DIST_REGS, GICD_ITARGETSR + 32, 1, 0),
	SET(DIST_REGS, GICD_ISPENDR + 4, 1, 0),
	RUN(0, 0),
	GUEST(0),
	STOP(0),
	LOADED(0, 32, 0),
	SET(CPU_REGS, GICC_CTLR, 1, 0),
	RUN(0, 0),
	GUEST(0),
	STOP(0),
	LOADED(0, 32, 1),
	{ 0 },
};

static const struct step mapped_keeps_active_and_line[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	MAP(33),
	SET(DIST_REGS, GICD_ISACTIVER + 4, 7, 0),
	GET(DIST_REGS, GICD_ISACTIVER + 4, 5, 0),
	SET(DIST_REGS, GICD_ICFGR + 8, 0, 0),
	SET(LEVEL_INFO, 32, 7, 0),
	GET(LEVEL_INFO, 32, 5, 0),
	{ 0 },
};

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT(dist_before_init_is_EBUSY),
		SCRIPT(dist_without_vcpu_is_EINVAL),
		SCRIPT(dist_v2_unknown_vcpu_is_EINVAL),
		SCRIPT(has_of_no_such_vcpu_is_EINVAL_v2),
		SCRIPT(has_of_no_such_vcpu_is_EINVAL_v3),
		SCRIPT(has_of_no_such_vcpu_is_EINVAL_v5),
		SCRIPT(regs_while_running_are_EBUSY),
		SCRIPT(dist_wild_is_EFAULT),
		SCRIPT(dist_has_what_there_is),
		SCRIPT(dist_unknown_offset_reads_as_zero),
		SCRIPT(dist_read_only_ignores_writes),
		SCRIPT(dist_ctlr),
		SCRIPT(iidr_revision_0),
		SCRIPT(iidr_revision_1),
		SCRIPT(iidr_revision_2),
		SCRIPT(iidr_revision_3),
		SCRIPT(iidr_revision_4),
		SCRIPT(iidr_other_fields_are_EINVAL),
		SCRIPT(typer2),
		SCRIPT(statusr_is_settable),
		SCRIPT(b14_v3_ispendr_is_the_latch_and_replaces),
		SCRIPT(b14_v3_ispendr_is_not_the_line),
		SCRIPT(v3_latch_survives_an_entry),
		SCRIPT(b14_v2_ispendr_is_what_is_pending),
		SCRIPT(v2_sgi_keeps_its_senders),
		SCRIPT(restored_actives_end_by_eoi),
		SCRIPT(restored_actives_before_their_priorities),
		SCRIPT(v2_sgi_active_and_pending),
		SCRIPT(v2_groups_need_iidr),
		SCRIPT(dist_banks),
		SCRIPT(v2_targets),
		SCRIPT(redist_unknown_affinity_is_EINVAL),
		SCRIPT(redist_registers),
		SCRIPT(v2_cpu_registers),
		SCRIPT(v2_cpu_registers_reach_the_cpu),
		SCRIPT(b14_lines_before_configuration),
		SCRIPT(lines_errors),
		SCRIPT(lines_of_sgis_and_beyond),
		SCRIPT(v2_cpu_ctlr_opens_a_group),
		SCRIPT(mapped_keeps_active_and_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
