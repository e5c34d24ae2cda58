/* SPDX-License-Identifier: BSD-2-Clause */
/* KVM_SET_GSI_ROUTING, KVM_IRQFD and what irqfds do. */
#include "tests/kvm/script.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define ASSIGN 0u
#define DEASSIGN VGIC_KVM_IRQFD_DEASSIGN
#define RESAMPLE VGIC_KVM_IRQFD_RESAMPLE

/* INTID of a GICv2's or GICv3's SPI with this pin. */
#define SPI(pin) (32u + (pin))

/* SPIs 33 and 34 are enabled, 33 is a level; the guest takes them. */
#define GUEST_V3 \
	CREATE(VGIC_KVM_DEV_V3, 0), VCPU(0, 0), \
		SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0), \
		SET(DIST_REGS, REG(0, GICD_CTLR), 2, 0), \
		SET(DIST_REGS, REG(0, GICD_IGROUPR + 4), 6, 0), \
		SET(DIST_REGS, REG(0, GICD_ISENABLER + 4), 6, 0), \
		SET(DIST_REGS, REG(0, GICD_ICFGR + 8), 0xaaaaaaa2, 0), \
		WRITE(0, ICC_PMR_EL1, 0xf0), WRITE(0, ICC_IGRPEN1_EL1, 1)

static const struct step routing_without_gic_is_EINVAL[] = {
	VCPU(0, 0),
	ROUTES_NULL(ERR(EINVAL)),
	ROUTES(NULL, 0, 0, ERR(EINVAL)),
	{ 0 },
};

static const struct vgic_kvm_routing_entry full[VGIC_KVM_ROUTING_MAX + 1] = {
	TO_PIN(0, 0, 0),
};

static const struct step routing_limits[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	ROUTES_NULL(ERR(EFAULT)),
	ROUTES(NULL, 0, 1, ERR(EINVAL)),
	ROUTES(full, VGIC_KVM_ROUTING_MAX + 1, 0, ERR(EINVAL)),
	ROUTES(full, 1, 0, 0),
	ROUTES(NULL, 0, 0, 0),
	{ 0 },
};

static const struct step routing_without_memory_is_ENOMEM[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	NO_MEMORY,
	ROUTES(full, 1, 1, ERR(EINVAL)),
	ROUTES(full, 1, 0, ERR(ENOMEM)),
	{ 0 },
};

static const struct vgic_kvm_routing_entry last_gsi[] = {
	TO_PIN(VGIC_KVM_ROUTING_MAX - 1, 0, 987),
};
static const struct vgic_kvm_routing_entry gsi_beyond[] = {
	TO_PIN(VGIC_KVM_ROUTING_MAX, 0, 0),
};
static const struct vgic_kvm_routing_entry pin_988[] = { TO_PIN(1, 0, 988) };
static const struct vgic_kvm_routing_entry pin_65535[] = {
	TO_PIN(1, 0, 65535),
};
static const struct vgic_kvm_routing_entry pin_65536[] = {
	TO_PIN(1, 0, 65536),
};
static const struct vgic_kvm_routing_entry chip_1[] = { TO_PIN(1, 1, 1) };
static const struct vgic_kvm_routing_entry type_0[] = { { .gsi = 1 } };
static const struct vgic_kvm_routing_entry type_3[] = {
	{ .gsi = 1, .type = 3 },
};
static const struct vgic_kvm_routing_entry pin_flags[] = {
	{ .gsi = 1, .type = VGIC_KVM_ROUTING_IRQCHIP, .flags = 1 },
};
static const struct vgic_kvm_routing_entry msi_flags[] = {
	{ .gsi = 1, .type = VGIC_KVM_ROUTING_MSI, .flags = 2 },
};
/* clang-format off */
static const struct vgic_kvm_routing_entry twice[] = {
	TO_PIN(1, 0, 1), TO_PIN(1, 0, 2),
};
/* clang-format on */
static const struct vgic_kvm_routing_entry mixed[] = {
	TO_PIN(1, 0, 1),
	TO_MSI(1, 7),
};
static const struct vgic_kvm_routing_entry messages[] = {
	TO_MSI(1, 7),
	TO_MSI(2, 0x70),
};
static const struct vgic_kvm_routing_entry message_twice[] = {
	TO_MSI(1, 7),
	TO_MSI(1, 7),
};

static const struct step routing_entries[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	ROUTES(last_gsi, 1, 0, 0),
	ROUTES(gsi_beyond, 1, 0, ERR(EINVAL)),
	ROUTES(pin_988, 1, 0, ERR(EINVAL)),
	ROUTES(chip_1, 1, 0, ERR(EINVAL)),
	ROUTES(type_0, 1, 0, ERR(EINVAL)),
	ROUTES(type_3, 1, 0, ERR(EINVAL)),
	ROUTES(pin_flags, 1, 0, ERR(EINVAL)),
	ROUTES(msi_flags, 1, 0, ERR(EINVAL)),
	ROUTES(twice, 2, 0, ERR(EINVAL)),
	ROUTES(mixed, 2, 0, ERR(EINVAL)),
	ROUTES(message_twice, 2, 0, ERR(EINVAL)),
	ROUTES(messages, 2, 0, 0),
	{ 0 },
};

static const struct step routing_pins_v2[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	ROUTES(last_gsi, 1, 0, 0),
	ROUTES(pin_988, 1, 0, ERR(EINVAL)),
	{ 0 },
};

static const struct step routing_pins_v5[] = {
	CREATE(VGIC_KVM_DEV_V5, 0),
	ROUTES(pin_65535, 1, 0, 0),
	ROUTES(pin_65536, 1, 0, ERR(EINVAL)),
	{ 0 },
};

/* A GICv5 whose SPI 1 is a level, and enabled. */
#define GUEST_V5 \
	CREATE(VGIC_KVM_DEV_V5, 0), VCPU(0, 0), \
		SET(ADDR, VGIC_KVM_ADDR_V5_IRS, 0x10000, 0), \
		SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0), \
		SET(IRS_REGS, IRS_CR0, IRS_CR0_IRSEN, 0), \
		SET(IRS_REGS, IRS_SPI_SELR, 1, 0), \
		SET(IRS_REGS, IRS_SPI_CFGR, IRS_SPI_CFGR_TM, 0), \
		WRITE(0, ICC_CR0_EL1, 1), WRITE(0, ICC_PCR_EL1, 31), \
		WRITE(0, GIC_CDPRI, GICV5_SPI(1)), \
		WRITE(0, GIC_CDAFF, GICV5_SPI(1)), \
		WRITE(0, GIC_CDEN, GICV5_SPI(1))

/* The old table stays when the new one is no good. */
static const struct vgic_kvm_routing_entry to_2[] = {
	TO_PIN(5, 0, 2),
};
static const struct vgic_kvm_routing_entry to_1_then_bad[] = {
	TO_PIN(5, 0, 1),
	TO_PIN(6, 1, 0),
};

static const struct step routing_is_replaced_as_a_whole[] = {
	GUEST_V3,
	IRQFD(ASSIGN, 9, 5, 0),
	SIGNAL(9, 0),
	PENDING(0, SPI(5), 1),
	ROUTES(to_2, 1, 0, 0),
	SIGNAL(9, 0),
	PENDING(0, SPI(2), 1),
	TAKE(0, SPI(2)),
	END_OF(0, SPI(2)),
	ROUTES(to_1_then_bad, 2, 0, ERR(EINVAL)),
	SIGNAL(9, 0),
	PENDING(0, SPI(1), 0),
	TAKE(0, SPI(2)),
	END_OF(0, SPI(2)),
	ROUTES(NULL, 0, 0, 0),
	SIGNAL(9, ERR(EINVAL)),
	ROUTES(to_2, 1, 0, 0),
	SIGNAL(9, 0),
	TAKE(0, SPI(2)),
	END_OF(0, SPI(2)),
	TAKE(0, 1023),
	{ 0 },
};

/* GSI n is pin n, for as many SPIs as there are, whatever was before. */
static const struct step init_makes_gsis_spis[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	SET(NR_IRQS, 0, 64, 0),
	ROUTES(to_2, 1, 0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	IRQFD(ASSIGN, 9, 5, 0),
	IRQFD(ASSIGN, 10, 31, 0),
	IRQFD(ASSIGN, 11, 32, 0),
	SIGNAL(9, 0),
	PENDING(0, SPI(5), 1),
	SIGNAL(10, 0),
	PENDING(0, SPI(31), 1),
	SIGNAL(11, ERR(EINVAL)),
	{ 0 },
};

static const struct step init_makes_gsis_spis_v5[] = {
	CREATE(VGIC_KVM_DEV_V5, 0),
	VCPU(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	IRQFD(ASSIGN, 9, 0, 0),
	IRQFD(ASSIGN, 10, 31, 0),
	IRQFD(ASSIGN, 11, 32, 0),
	SIGNAL(9, 0),
	PENDING(0, GICV5_SPI(0), 1),
	SIGNAL(10, 0),
	PENDING(0, GICV5_SPI(31), 1),
	SIGNAL(11, ERR(EINVAL)),
	{ 0 },
};

/* The pin is there for the architecture, but not for this VM. */
static const struct step signal_of_no_spi_is_EINVAL[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	ROUTES(last_gsi, 1, 0, 0),
	IRQFD(RESAMPLE, 9, VGIC_KVM_ROUTING_MAX - 1, 0),
	SIGNAL(9, ERR(EINVAL)),
	{ 0 },
};

static const struct step irqfd_errors[] = {
	IRQFD(ASSIGN, 9, 1, ERR(EAGAIN)),
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	IRQFD(4, 9, 1, ERR(EINVAL)),
	IRQFD(ASSIGN, 9, VGIC_KVM_ROUTING_MAX, ERR(EAGAIN)),
	IRQFD(ASSIGN, UINT32_MAX, 1, ERR(EAGAIN)),
	SIGNAL(9, ERR(ENOENT)),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	IRQFD(ASSIGN, UINT32_MAX, 1, ERR(EBADF)),
	IRQFD(RESAMPLE, INT32_MAX, 1, ERR(EBADF)),
	IRQFD(DEASSIGN, UINT32_MAX, 1, ERR(EBADF)),
	IRQFD(ASSIGN, 9, 1, 0),
	IRQFD(ASSIGN, 9, 2, ERR(EBUSY)),
	IRQFD(RESAMPLE, 9, 1, ERR(EBUSY)),
	SIGNAL(10, ERR(ENOENT)),
	SIGNAL(9 + 1024, ERR(ENOENT)),
	/* Another GSI's is not taken away, which is no error. */
	IRQFD(DEASSIGN, 9, 2, 0),
	SIGNAL(9, 0),
	IRQFD(DEASSIGN, 9, 1, 0),
	SIGNAL(9, ERR(ENOENT)),
	IRQFD(DEASSIGN, 9, 1, 0),
	{ 0 },
};

/* No table has these GSIs: their signals go nowhere. */
static const struct step irqfd_of_any_gsi[] = {
	GUEST_V3,
	IRQFD(ASSIGN, 9, VGIC_KVM_ROUTING_MAX, 0),
	IRQFD(RESAMPLE, 10, UINT32_MAX, 0),
	SIGNAL(9, ERR(EINVAL)),
	SIGNAL(10, ERR(EINVAL)),
	ROUTES(to_2, 1, 0, 0),
	RESAMPLED(0),
	IRQFD(DEASSIGN, 9, 0, 0),
	SIGNAL(9, ERR(EINVAL)),
	IRQFD(DEASSIGN, 9, VGIC_KVM_ROUTING_MAX, 0),
	SIGNAL(9, ERR(ENOENT)),
	IRQFD(DEASSIGN, 10, UINT32_MAX, 0),
	SIGNAL(10, ERR(ENOENT)),
	{ 0 },
};

/* As many GSIs as the table may have, though there are more SPIs. */
static const struct step irqfd_of_any_gsi_v5[] = {
	CREATE(VGIC_KVM_DEV_V5, 0),
	VCPU(0, 0),
	SET(NR_IRQS, 0, 65536, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	IRQFD(ASSIGN, 9, VGIC_KVM_ROUTING_MAX - 1, 0),
	IRQFD(ASSIGN, 10, VGIC_KVM_ROUTING_MAX, 0),
	SIGNAL(9, 0),
	SIGNAL(10, ERR(EINVAL)),
	{ 0 },
};

static const struct step irqfd_null_is_EFAULT[] = {
	STEP(.op = OP_IRQFD_NULL, .err = ERR(EFAULT)),
	{ 0 },
};

static const struct step irqfd_without_memory_is_ENOMEM[] = {
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	NO_MEMORY,
	IRQFD(ASSIGN, 9, 1, ERR(ENOMEM)),
	SIGNAL(9, ERR(ENOENT)),
	{ 0 },
};

/* The rig's GIC has four side entries. */
static const struct step irqfd_resamplers_run_out_is_ENOMEM[] = {
	GUEST_V3,
	IRQFD(RESAMPLE, 1, 1, 0),
	IRQFD(RESAMPLE, 2, 2, 0),
	IRQFD(RESAMPLE, 3, 3, 0),
	IRQFD(RESAMPLE, 4, 4, 0),
	IRQFD(RESAMPLE, 5, 5, ERR(ENOMEM)),
	IRQFD(RESAMPLE, 6, 1, 0),
	IRQFD(ASSIGN, 5, 5, 0),
	{ 0 },
};

static const struct step irqfd_1025th_is_ENOMEM[] = {
	GUEST_V3,
	STEP(.op = OP_IRQFDS, .attr = 1024),
	IRQFD(ASSIGN, 5000, 1, ERR(ENOMEM)),
	SIGNAL(1023 + 1024, 0),
	IRQFD(DEASSIGN, 1024, 1, 0),
	IRQFD(ASSIGN, 5000, 1, 0),
	SIGNAL(5000, 0),
	{ 0 },
};

static const struct step irqfd_resample_needs_the_vmm[] = {
	MODELS(VGIC_KVM_HAS_V3 | NO_RESAMPLE),
	GUEST_V3,
	IRQFD(RESAMPLE, 9, 1, ERR(EINVAL)),
	IRQFD(ASSIGN, 9, 1, 0),
	{ 0 },
};

/* The line stays up, whatever the guest does, until it is lowered. */
static const struct step signal_raises_a_level[] = {
	GUEST_V3,
	IRQFD(ASSIGN, 10, 1, 0),
	SIGNAL(10, 0),
	GET(LEVEL_INFO, REG(0, 32), 1u << (SPI(1) - 32), 0),
	TAKE(0, SPI(1)),
	END_OF(0, SPI(1)),
	TAKE(0, SPI(1)),
	END_OF(0, SPI(1)),
	SIGNAL(10, 0),
	LINE(IRQ(1, 0, SPI(1)), 0, 0),
	GET(LEVEL_INFO, REG(0, 32), 0, 0),
	TAKE(0, 1023),
	/* Taken away while up: it is up still. */
	SIGNAL(10, 0),
	IRQFD(DEASSIGN, 10, 1, 0),
	TAKE(0, SPI(1)),
	END_OF(0, SPI(1)),
	PENDING(0, SPI(1), 1),
	LINE(IRQ(1, 0, SPI(1)), 0, 0),
	PENDING(0, SPI(1), 0),
	{ 0 },
};

/* One line for all: any of two raises it, and it falls once. */
static const struct step signal_of_a_shared_level[] = {
	GUEST_V3,
	IRQFD(ASSIGN, 9, 1, 0),
	IRQFD(ASSIGN, 10, 1, 0),
	SIGNAL(9, 0),
	SIGNAL(10, 0),
	IRQFD(DEASSIGN, 9, 1, 0),
	TAKE(0, SPI(1)),
	END_OF(0, SPI(1)),
	PENDING(0, SPI(1), 1),
	LINE(IRQ(1, 0, SPI(1)), 0, 0),
	TAKE(0, 1023),
	/* One that resamples lowers it for both. */
	IRQFD(RESAMPLE, 11, 1, 0),
	SIGNAL(10, 0),
	TAKE(0, SPI(1)),
	END_OF(0, SPI(1)),
	RESAMPLED(1),
	TAKE(0, 1023),
	{ 0 },
};

/*
 * An edge is latched each time, also while active; no line is left behind that
 * the guest could turn into a level.
 */
static const struct step signal_latches_an_edge[] = {
	GUEST_V3,	 IRQFD(ASSIGN, 9, 2, 0),
	SIGNAL(9, 0),	 TAKE(0, SPI(2)),
	SIGNAL(9, 0),	 END_OF(0, SPI(2)),
	TAKE(0, SPI(2)), END_OF(0, SPI(2)),
	TAKE(0, 1023),	 SET(DIST_REGS, GICD_ICFGR + 8, 0, 0),
	TAKE(0, 1023),	 { 0 },
};

static const struct step signal_v5[] = {
	GUEST_V5,
	IRQFD(ASSIGN, 9, 1, 0),
	IRQFD(ASSIGN, 10, 2, 0),
	SIGNAL(9, 0),
	TAKE(0, GICV5_SPI(1)),
	END_OF(0, GICV5_SPI(1)),
	PENDING(0, GICV5_SPI(1), 1),
	LINE(IRQ(1, 0, 1), 0, 0),
	PENDING(0, GICV5_SPI(1), 0),
	SIGNAL(10, 0),
	PENDING(0, GICV5_SPI(2), 1),
	TAKE(0, 0),
	{ 0 },
};

/* Up until the guest ends it; then who asked is asked. */
static const struct step resample_v3[] = {
	GUEST_V3,
	IRQFD(RESAMPLE, 9, 1, 0),
	SIGNAL(9, 0),
	PENDING(0, SPI(1), 1),
	TAKE(0, SPI(1)),
	RESAMPLED(0),
	END_OF(0, SPI(1)),
	RESAMPLED(1),
	TAKE(0, 1023),
	AGAIN(2),
	SIGNAL(9, 0),
	TAKE(0, SPI(1)),
	END_OF(0, SPI(1)),
	RESAMPLED(2),
	TAKE(0, SPI(1)),
	END_OF(0, SPI(1)),
	TAKE(0, SPI(1)),
	END_OF(0, SPI(1)),
	RESAMPLED(4),
	TAKE(0, 1023),
	{ 0 },
};

static const struct step resample_eoimode_1[] = {
	GUEST_V3,
	WRITE(0, ICC_CTLR_EL1, 2),
	IRQFD(RESAMPLE, 9, 1, 0),
	AGAIN(1),
	SIGNAL(9, 0),
	TAKE(0, SPI(1)),
	END_OF(0, SPI(1)),
	RESAMPLED(0),
	WRITE(0, ICC_DIR_EL1, SPI(1)),
	RESAMPLED(1),
	TAKE(0, SPI(1)),
	END_OF(0, SPI(1)),
	WRITE(0, ICC_DIR_EL1, SPI(1)),
	RESAMPLED(2),
	TAKE(0, 1023),
	{ 0 },
};

static const struct step resample_v2[] = {
	CREATE(VGIC_KVM_DEV_V2, 0),
	VCPU(0, 0),
	SET(ADDR, VGIC_KVM_ADDR_V2_DIST, 0x10000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V2_CPU, V2_CPU, 0),
	RUN(0, 0),
	STOP(0),
	SET(DIST_REGS, REG(0, GICD_CTLR), 1, 0),
	SET(DIST_REGS, REG(0, GICD_ISENABLER + 4), 6, 0),
	SET(DIST_REGS, REG(0, GICD_ITARGETSR + 32), 0x01010101, 0),
	SET(CPU_REGS, REG(0, GICC_CTLR), 1, 0),
	SET(CPU_REGS, REG(0, GICC_PMR), 0x1f, 0),
	IRQFD(RESAMPLE, 9, 1, 0),
	AGAIN(1),
	SIGNAL(9, 0),
	TAKE(0, SPI(1)),
	RESAMPLED(0),
	END_OF(0, SPI(1)),
	RESAMPLED(1),
	TAKE(0, SPI(1)),
	END_OF(0, SPI(1)),
	RESAMPLED(2),
	TAKE(0, 1023),
	{ 0 },
};

/* KVM hears of no GICv5 SPI's end. */
static const struct step resample_v5[] = {
	GUEST_V5,
	IRQFD(RESAMPLE, 9, 1, 0),
	AGAIN(1),
	SIGNAL(9, 0),
	TAKE(0, GICV5_SPI(1)),
	RESAMPLED(0),
	END_OF(0, GICV5_SPI(1)),
	RESAMPLED(1),
	TAKE(0, GICV5_SPI(1)),
	END_OF(0, GICV5_SPI(1)),
	RESAMPLED(2),
	TAKE(0, 0),
	{ 0 },
};

/* One line for all: it falls once, and all are asked. */
static const struct vgic_kvm_routing_entry both_to_1[] = {
	TO_PIN(7, 0, 1),
	TO_PIN(8, 0, 1),
	TO_PIN(6, 0, 2),
};

static const struct step resample_shared_line[] = {
	GUEST_V3,
	ROUTES(both_to_1, 3, 0, 0),
	IRQFD(RESAMPLE, 9, 7, 0),
	IRQFD(RESAMPLE, 10, 8, 0),
	IRQFD(RESAMPLE, 12, 6, 0),
	SIGNAL(9, 0),
	SIGNAL(10, 0),
	TAKE(0, SPI(1)),
	AGAIN(1),
	END_OF(0, SPI(1)),
	RESAMPLED(2),
	TAKE(0, SPI(1)),
	END_OF(0, SPI(1)),
	RESAMPLED(4),
	TAKE(0, 1023),
	{ 0 },
};

/* The line stays while somebody else may hold it up. */
static const struct step resample_last_one_lowers[] = {
	GUEST_V3,
	ROUTES(both_to_1, 3, 0, 0),
	IRQFD(RESAMPLE, 9, 7, 0),
	IRQFD(RESAMPLE, 10, 8, 0),
	IRQFD(ASSIGN, 11, 8, 0),
	SIGNAL(9, 0),
	IRQFD(DEASSIGN, 9, 7, 0),
	PENDING(0, SPI(1), 1),
	IRQFD(DEASSIGN, 10, 8, 0),
	PENDING(0, SPI(1), 0),
	SIGNAL(10, ERR(ENOENT)),
	{ 0 },
};

/* A resampler follows its GSI to another SPI. */
static const struct vgic_kvm_routing_entry gsi_5_to_1[] = {
	TO_PIN(5, 0, 1),
};

static const struct step resample_follows_the_route[] = {
	GUEST_V3,
	IRQFD(RESAMPLE, 9, 5, 0),
	ROUTES(gsi_5_to_1, 1, 0, 0),
	RESAMPLED(1),
	SIGNAL(9, 0),
	TAKE(0, SPI(1)),
	END_OF(0, SPI(1)),
	RESAMPLED(2),
	TAKE(0, 1023),
	/* From now on nobody resamples SPI 1. */
	ROUTES(to_2, 1, 0, 0),
	RESAMPLED(3),
	LINE(IRQ(1, 0, SPI(1)), 1, 0),
	TAKE(0, SPI(1)),
	END_OF(0, SPI(1)),
	RESAMPLED(3),
	TAKE(0, SPI(1)),
	{ 0 },
};

/* What it holds up at the old SPI falls; its device may raise the new one. */
static const struct vgic_kvm_routing_entry gsi_5_to_3[] = {
	TO_PIN(5, 0, 3),
};
static const struct vgic_kvm_routing_entry gsi_5_to_msi[] = {
	TO_MSI(5, 7),
};
static const struct vgic_kvm_routing_entry gsi_5_and_7_to_1[] = {
	TO_PIN(5, 0, 1),
	TO_PIN(7, 0, 1),
};
static const struct vgic_kvm_routing_entry gsi_5_to_3_and_7_to_1[] = {
	TO_PIN(5, 0, 3),
	TO_PIN(7, 0, 1),
};

static const struct step resample_leaves_its_old_line[] = {
	GUEST_V3,
	SET(DIST_REGS, GICD_ICFGR + 8, 0, 0),
	ROUTES(gsi_5_to_1, 1, 0, 0),
	IRQFD(RESAMPLE, 9, 5, 0),
	SIGNAL(9, 0),
	PENDING(0, SPI(1), 1),
	/* The same again changes nothing. */
	ROUTES(gsi_5_to_1, 1, 0, 0),
	RESAMPLED(0),
	PENDING(0, SPI(1), 1),
	AGAIN(1),
	ROUTES(gsi_5_to_3, 1, 0, 0),
	RESAMPLED(1),
	PENDING(0, SPI(1), 0),
	PENDING(0, SPI(3), 1),
	/* Nowhere, or to a message: nothing that could be raised. */
	ROUTES(gsi_5_to_msi, 1, 0, 0),
	PENDING(0, SPI(3), 0),
	RESAMPLED(1),
	/* Another one still leads to the old SPI: it is up still. */
	ROUTES(gsi_5_and_7_to_1, 2, 0, 0),
	RESAMPLED(1),
	IRQFD(RESAMPLE, 10, 7, 0),
	SIGNAL(10, 0),
	ROUTES(gsi_5_to_3_and_7_to_1, 2, 0, 0),
	RESAMPLED(2),
	PENDING(0, SPI(1), 1),
	PENDING(0, SPI(3), 0),
	ROUTES(NULL, 0, 0, 0),
	PENDING(0, SPI(1), 0),
	RESAMPLED(2),
	{ 0 },
};

static const struct step msi_by_irqfd[] = {
	MODELS(VGIC_KVM_HAS_V3 | WITH_MSI),
	GUEST_V3,
	ROUTES(messages, 2, 0, 0),
	IRQFD(ASSIGN, 9, 1, 0),
	IRQFD(RESAMPLE, 10, 2, 0),
	SIGNAL(9, 7),
	SIGNAL(10, 0x70),
	IRQFD(DEASSIGN, 10, 2, 0),
	{ 0 },
};

static const struct step msi_by_irqfd_without_its_is_ENODEV[] = {
	GUEST_V3,
	ROUTES(messages, 2, 0, 0),
	IRQFD(ASSIGN, 9, 1, 0),
	SIGNAL(9, ERR(ENODEV)),
	{ 0 },
};

/* A VM without guest, whose routes change while its irqfds are signalled. */
struct race {
	struct vgic_kvm *vm;
	atomic_bool stop;
	atomic_uint torn, signals;
};

static void *get_memory(void *ctx, size_t size)
{
	(void)ctx;
	return aligned_alloc(64, (size + 63) / 64 * 64);
}

static void give_back(void *ctx, void *memory)
{
	(void)ctx;
	free(memory);
}

static int nothing_in(void *ctx, void *to, uint64_t addr, size_t size)
{
	(void)ctx;
	(void)to;
	(void)addr;
	(void)size;
	return 0;
}

static int nothing_out(void *ctx, uint64_t addr, const void *from, size_t size)
{
	return nothing_in(ctx, (void *)(uintptr_t)from, addr, size);
}

static void no_kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	(void)vcpu;
}

/* Both routes' messages have parts that belong together. */
static int check_msi(void *ctx, const struct vgic_kvm_msi *m)
{
	struct race *race = ctx;

	atomic_fetch_add(&race->signals, 1);
	if (m->address_hi != m->address_lo + 1 ||
	    m->data != m->address_lo + 2 || m->devid != m->address_lo + 3) {
		atomic_fetch_add(&race->torn, 1);
	}
	return 0;
}

static void *signal_all_the_time(void *arg)
{
	struct race *race = arg;

	while (!atomic_load(&race->stop)) {
		/* There is always a route, the old one or the new one. */
		if (vgic_kvm_irqfd_signal(race->vm, 9)) {
			atomic_fetch_add(&race->torn, 1);
		}
	}
	return NULL;
}

static void routes_change_while_signalled(void **state)
{
	const struct vgic_host_ops host = { .kick = no_kick };
	struct race race = { .vm = NULL };
	const struct vgic_kvm_config config = {
		.models = VGIC_KVM_HAS_V3,
		.ipa_bits = 40,
		.alloc = get_memory,
		.release = give_back,
		.copy_in = nothing_in,
		.copy_out = nothing_out,
		.msi = check_msi,
		.ctx = &race,
		.gic = { .caps = { .nr_lrs = 4,
				   .pri_bits = 5,
				   .pre_bits = 5,
				   .id_bits = 16 },
			 .cpuif = &vgic_soft_backend,
			 .host = &host },
	};
	struct vgic_kvm_create_device create = { .type = VGIC_KVM_DEV_V3 };
	const struct vgic_kvm_device_attr init = {
		.group = VGIC_KVM_GRP_CTRL,
	};
	const struct vgic_kvm_irqfd irqfd = { .fd = 9, .gsi = 1 };
	struct {
		struct vgic_kvm_routing header;
		struct vgic_kvm_routing_entry entry;
	} tables[] = { { { 1, 0 }, TO_MSI(1, 7) },
		       { { 1, 0 }, TO_MSI(1, 0x70) } };
	pthread_t thread;

	(void)state;
	assert_int_equal(vgic_kvm_create(&config, &race.vm), 0);
	assert_int_equal(vgic_kvm_add_vcpu(race.vm, 0, 0, NULL), 0);
	assert_int_equal(vgic_kvm_create_device(race.vm, &create), 0);
	assert_int_equal(vgic_kvm_set_attr(race.vm, create.fd, &init), 0);
	assert_int_equal(vgic_kvm_set_gsi_routing(race.vm, &tables[0].header),
			 0);
	assert_int_equal(vgic_kvm_irqfd(race.vm, &irqfd), 0);
	assert_int_equal(
		pthread_create(&thread, NULL, signal_all_the_time, &race), 0);
	for (uint32_t n = 0;
	     n < 3000 || (atomic_load(&race.signals) < 1000 && n < 3000000);
	     n++) {
		assert_int_equal(vgic_kvm_set_gsi_routing(
					 race.vm, &tables[n % 2].header),
				 0);
	}
	atomic_store(&race.stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(race.signals > 0);
	assert_int_equal(race.torn, 0);
	vgic_kvm_destroy(race.vm);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT(routing_without_gic_is_EINVAL),
		SCRIPT(routing_limits),
		SCRIPT(routing_without_memory_is_ENOMEM),
		SCRIPT(routing_entries),
		SCRIPT(routing_pins_v2),
		SCRIPT(routing_pins_v5),
		SCRIPT(routing_is_replaced_as_a_whole),
		SCRIPT(init_makes_gsis_spis),
		SCRIPT(init_makes_gsis_spis_v5),
		SCRIPT(signal_of_no_spi_is_EINVAL),
		SCRIPT(irqfd_errors),
		SCRIPT(irqfd_of_any_gsi),
		SCRIPT(irqfd_of_any_gsi_v5),
		SCRIPT(irqfd_null_is_EFAULT),
		SCRIPT(irqfd_without_memory_is_ENOMEM),
		SCRIPT(irqfd_resamplers_run_out_is_ENOMEM),
		SCRIPT(irqfd_1025th_is_ENOMEM),
		SCRIPT(irqfd_resample_needs_the_vmm),
		SCRIPT(signal_raises_a_level),
		SCRIPT(signal_of_a_shared_level),
		SCRIPT(signal_latches_an_edge),
		SCRIPT(signal_v5),
		SCRIPT(resample_v3),
		SCRIPT(resample_eoimode_1),
		SCRIPT(resample_v2),
		SCRIPT(resample_v5),
		SCRIPT(resample_shared_line),
		SCRIPT(resample_last_one_lowers),
		SCRIPT(resample_follows_the_route),
		SCRIPT(resample_leaves_its_old_line),
		SCRIPT(msi_by_irqfd),
		cmocka_unit_test(routes_change_while_signalled),
		SCRIPT(msi_by_irqfd_without_its_is_ENODEV),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
