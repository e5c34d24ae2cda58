/* SPDX-License-Identifier: BSD-2-Clause */
/* ITS devices: attributes, tables, and the messages that go there. */
#include "tests/kvm/script.h"

#define V3_ITS (VGIC_KVM_HAS_V2 | VGIC_KVM_HAS_V3 | WITH_ITS)
#define BASE 0x200000u
#define DOORBELL (BASE + GITS_TRANSLATER)
/* Guest memory. */
#define DEVICES (RAM + 0x10000u)
#define COLLECTIONS (RAM + 0x20000u)
#define QUEUE (RAM + 0x30000u)
#define PROPERTIES (RAM + 0x40000u)
#define PENDING_OF(vcpu) (RAM + 0x50000u + (vcpu)*0x10000u)
#define ITT(n) (RAM + 0x70000u + (n)*0x1000u)

/* A VM of two vCPUs and an ITS, up to its INIT. */
#define MACHINE \
	MODELS(V3_ITS), CREATE(VGIC_KVM_DEV_V3, 0), \
		CREATE(VGIC_KVM_DEV_ITS, 0), VCPU(0, 0), VCPU(1, 0), \
		SET(ADDR, VGIC_KVM_ADDR_V3_DIST, 0x10000, 0), \
		SET(ADDR, VGIC_KVM_ADDR_V3_REDIST, 0x100000, 0), \
		ITS_SET(1, ADDR, VGIC_KVM_ADDR_ITS, BASE, 0), \
		SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0)

/* What a VMM restores: redistributors, the ITS but for GITS_CTLR. */
#define LPIS_OF(vcpu) \
	SET(REDIST_REGS, REG(vcpu, GICR_PROPBASER), PROPERTIES | 15, 0), \
		SET(REDIST_REGS, REG(vcpu, GICR_PENDBASER), PENDING_OF(vcpu), \
		    0), \
		SET(REDIST_REGS, REG(vcpu, GICR_CTLR), GICR_CTLR_EnableLPIs, \
		    0)
#define LPI_REGISTERS LPIS_OF(0), LPIS_OF(1)
#define VALID (UINT64_C(1) << 63)
#define BASER_64K UINT64_C(0x200)
#define ITS_REGISTERS \
	ITS_SET(1, ITS_REGS, GITS_CBASER, VALID | QUEUE, 0), \
		ITS_SET(1, ITS_REGS, GITS_BASER, VALID | DEVICES | BASER_64K, \
			0), \
		ITS_SET(1, ITS_REGS, GITS_BASER + 8, \
			VALID | COLLECTIONS | BASER_64K, 0)
#define ENABLE ITS_SET(1, ITS_REGS, GITS_CTLR, 1, 0)
/* Everybody listens, and LPIs 8192 to 8199 are on, at 0xa0. */
#define LISTEN \
	RAM_POKE(PROPERTIES, UINT64_C(0xa1a1a1a1a1a1a1a1)), \
		SET(DIST_REGS, GICD_CTLR, GICD_CTLR_EnableGrp1, 0), \
		SET(CPU_SYSREGS, REG(0, ICC_PMR_EL1), 0xf0, 0), \
		SET(CPU_SYSREGS, REG(0, ICC_IGRPEN1_EL1), 1, 0), \
		SET(CPU_SYSREGS, REG(1, ICC_PMR_EL1), 0xf0, 0), \
		SET(CPU_SYSREGS, REG(1, ICC_IGRPEN1_EL1), 1, 0)

/* The n-th command of the queue. */
#define COMMAND(n, d0, d1, d2) \
	RAM_POKE(QUEUE + 32 * (n), d0), RAM_POKE(QUEUE + 32 * (n) + 8, d1), \
		RAM_POKE(QUEUE + 32 * (n) + 16, d2)
#define MAPD(n, device, itt) \
	COMMAND(n, UINT64_C(0x08) | (uint64_t)(device) << 32, 4, VALID | (itt))
#define MAPC(n, icid, vcpu) \
	COMMAND(n, UINT64_C(0x09), 0, VALID | (uint64_t)(vcpu) << 16 | (icid))
#define MAPTI(n, device, event, lpi, icid) \
	COMMAND(n, UINT64_C(0x0a) | (uint64_t)(device) << 32, \
		(uint64_t)(lpi) << 32 | (event), icid)
#define COMMANDS(n) ITS_SET(1, ITS_REGS, GITS_CWRITER, 32 * (n), 0)

/* Devices 3 and 9, events of both, to both vCPUs. */
#define MAPPED \
	MAPC(0, 0, 0), MAPC(1, 1, 1), MAPD(2, 3, ITT(0)), MAPD(3, 9, ITT(1)), \
		MAPTI(4, 3, 0, 8192, 0), MAPTI(5, 3, 5, 8193, 1), \
		MAPTI(6, 9, 31, 8194, 0), COMMANDS(7)
#define ALL_ON MACHINE, LISTEN, LPI_REGISTERS, ITS_REGISTERS, ENABLE, MAPPED

/* What the guest's tables hold, and what KVM wants besides. */
#define DTE(next, itt) \
	(VALID | (uint64_t)(next) << 49 | (uint64_t)(itt) >> 8 << 5 | 4)
#define CTE(vcpu, icid) (VALID | (uint64_t)(vcpu) << 16 | (icid))
#define ITE(next, lpi, icid) \
	((uint64_t)(next) << 48 | (uint64_t)(lpi) << 16 | (icid))

static const struct step its_create[] = {
	CREATE(VGIC_KVM_DEV_ITS, ERR(ENODEV)),
	MODELS(VGIC_KVM_HAS_V2 | WITH_ITS),
	CREATE(VGIC_KVM_DEV_ITS, ERR(ENODEV)),
	MODELS(V3_ITS),
	TEST_CREATE(VGIC_KVM_DEV_ITS, 0),
	CAP(MSI_DEVID, 0),
	CREATE(VGIC_KVM_DEV_ITS, 0),
	CAP(MSI_DEVID, 1),
	CREATE(VGIC_KVM_DEV_V3, 0),
	CREATE(VGIC_KVM_DEV_ITS, 0),
	CREATE(VGIC_KVM_DEV_ITS, ERR(ENOMEM)),
	MODELS(V3_ITS),
	CREATE(VGIC_KVM_DEV_V2, 0),
	CREATE(VGIC_KVM_DEV_ITS, ERR(ENODEV)),
	{ 0 },
};

/* As QEMU does it; the guest sees LPIs once there is an ITS. */
static const struct step its_after_init[] = {
	MODELS(V3_ITS),
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_DIST, 0x10000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_REDIST, 0x100000, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	CREATE(VGIC_KVM_DEV_ITS, 0),
	ITS_SET(1, ADDR, VGIC_KVM_ADDR_ITS, BASE, 0),
	ITS_GET(1, ITS_REGS, GITS_CTLR, GITS_CTLR_Quiescent, 0),
	RUN(0, 0),
	CREATE(VGIC_KVM_DEV_ITS, ERR(EBUSY)),
	STOP(0),
	CREATE(VGIC_KVM_DEV_ITS, ERR(EBUSY)),
	{ 0 },
};

static const struct step its_addr[] = {
	MODELS(V3_ITS),
	CREATE(VGIC_KVM_DEV_ITS, 0),
	ITS_HAS(1, ADDR, VGIC_KVM_ADDR_ITS, 0),
	ITS_HAS(1, ADDR, VGIC_KVM_ADDR_V3_DIST, ERR(ENXIO)),
	ITS_SET(1, ADDR, VGIC_KVM_ADDR_V3_DIST, BASE, ERR(ENODEV)),
	ITS_GET(1, ADDR, VGIC_KVM_ADDR_V3_DIST, 0, ERR(ENODEV)),
	ITS_GET(1, ADDR, VGIC_KVM_ADDR_ITS, UINT64_MAX, 0),
	ITS_SET_AT(1, ADDR, VGIC_KVM_ADDR_ITS, WILD, ERR(EFAULT)),
	ITS_SET(1, ADDR, VGIC_KVM_ADDR_ITS, BASE + 0x1000, ERR(EINVAL)),
	ITS_SET(1, ADDR, VGIC_KVM_ADDR_ITS, UINT64_MAX - 0xffff, ERR(EINVAL)),
	ITS_SET(1, ADDR, VGIC_KVM_ADDR_ITS, UINT64_C(1) << 40, ERR(E2BIG)),
	ITS_SET(1, ADDR, VGIC_KVM_ADDR_ITS, (UINT64_C(1) << 40) - 0x10000,
		ERR(E2BIG)),
	ITS_SET(1, ADDR, VGIC_KVM_ADDR_ITS, BASE, 0),
	ITS_SET(1, ADDR, VGIC_KVM_ADDR_ITS, BASE, ERR(EEXIST)),
	ITS_GET(1, ADDR, VGIC_KVM_ADDR_ITS, BASE, 0),
	{ 0 },
};

/* Found when the GIC hears of both, at the latest at the first run. */
static const struct step its_over_dist_is_EINVAL[] = {
	MACHINE,
	CREATE(VGIC_KVM_DEV_ITS, 0),
	ITS_SET(2, ADDR, VGIC_KVM_ADDR_ITS, BASE + 0x10000, ERR(EINVAL)),
	ITS_SET(2, ADDR, VGIC_KVM_ADDR_ITS, 0x100000, ERR(EINVAL)),
	ITS_GET(2, ADDR, VGIC_KVM_ADDR_ITS, UINT64_MAX, 0),
	ITS_SET(2, ADDR, VGIC_KVM_ADDR_ITS, 0x10000, 0),
	RUN(0, ERR(EINVAL)),
	{ 0 },
};

static const struct step its_groups[] = {
	MACHINE,
	ITS_HAS(1, CTRL, VGIC_KVM_CTRL_INIT, 0),
	ITS_HAS(1, CTRL, VGIC_KVM_CTRL_ITS_SAVE_TABLES, 0),
	ITS_HAS(1, CTRL, VGIC_KVM_CTRL_ITS_RESTORE_TABLES, 0),
	ITS_HAS(1, CTRL, VGIC_KVM_CTRL_ITS_RESET, 0),
	ITS_HAS(1, CTRL, VGIC_KVM_CTRL_SAVE_PENDING_TABLES, ERR(ENXIO)),
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_SAVE_PENDING_TABLES, 0, ERR(ENXIO)),
	ITS_SET(1, CTRL, 77, 0, ERR(ENXIO)),
	ITS_GET(1, CTRL, VGIC_KVM_CTRL_INIT, 0, ERR(ENXIO)),
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	ITS_SET(1, DIST_REGS, 0, 0, ERR(ENXIO)),
	ITS_HAS(1, NR_IRQS, 0, ERR(ENXIO)),
	ITS_GET(1, REDIST_REGS, 0, 0, ERR(ENXIO)),
	HAS(ITS_REGS, GITS_CTLR, ERR(ENXIO)),
	NO_SUCH_FD(5),
	{ 0 },
};

/* Which of several errors comes first. */
static const struct step its_regs_errors[] = {
	MODELS(V3_ITS),
	CREATE(VGIC_KVM_DEV_ITS, 0),
	CREATE(VGIC_KVM_DEV_V3, 0),
	VCPU(0, 0),
	ITS_SET_AT(1, ITS_REGS, 1, WILD, ERR(EFAULT)),
	ITS_SET(1, ITS_REGS, 1, 0, ERR(EINVAL)),
	ITS_SET(1, ITS_REGS, GITS_CTLR, 0, ERR(ENXIO)),
	ITS_SET(1, ADDR, VGIC_KVM_ADDR_ITS, BASE, 0),
	ITS_SET(1, ITS_REGS, 0x40, 0, ERR(ENXIO)),
	ITS_GET(1, ITS_REGS, 0x40, 0, ERR(ENXIO)),
	ITS_SET(1, ITS_REGS, GITS_CTLR, 0, ERR(EBUSY)),
	ITS_GET_AT(1, ITS_REGS, GITS_CTLR, WILD, ERR(EBUSY)),
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_ITS_SAVE_TABLES, 0, ERR(EBUSY)),
	SET(ADDR, VGIC_KVM_ADDR_V3_DIST, 0x10000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_REDIST, 0x100000, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	ITS_SET(1, ITS_REGS, GITS_CTLR, 0, 0),
	ITS_GET_AT(1, ITS_REGS, GITS_CTLR, WILD, ERR(EFAULT)),
	/* 64-bit ones as a whole, and what there is. */
	ITS_HAS(1, ITS_REGS, GITS_CTLR, 0),
	ITS_HAS(1, ITS_REGS, GITS_IIDR, 0),
	ITS_HAS(1, ITS_REGS, GITS_TYPER, 0),
	ITS_HAS(1, ITS_REGS, GITS_TYPER + 4, ERR(EINVAL)),
	ITS_HAS(1, ITS_REGS, GITS_CBASER, 0),
	ITS_HAS(1, ITS_REGS, GITS_CBASER + 4, ERR(EINVAL)),
	ITS_HAS(1, ITS_REGS, GITS_CWRITER, 0),
	ITS_HAS(1, ITS_REGS, GITS_CREADR, 0),
	ITS_HAS(1, ITS_REGS, GITS_BASER, 0),
	ITS_HAS(1, ITS_REGS, GITS_BASER + 0x38, 0),
	ITS_HAS(1, ITS_REGS, GITS_BASER + 0x40, ERR(ENXIO)),
	ITS_HAS(1, ITS_REGS, 0xffe8, 0),
	ITS_HAS(1, ITS_REGS, 0xfffc, 0),
	ITS_HAS(1, ITS_REGS, 0x10040, ERR(ENXIO)),
	ITS_HAS(1, ITS_REGS, UINT64_C(1) << 32, ERR(ENXIO)),
	ITS_SET(1, ITS_REGS, GITS_CWRITER + 4, 0, ERR(EINVAL)),
	RUN(0, 0),
	ITS_SET(1, ITS_REGS, GITS_CTLR, 0, ERR(EBUSY)),
	ITS_GET(1, ITS_REGS, GITS_CTLR, 0, ERR(EBUSY)),
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_ITS_SAVE_TABLES, 0, ERR(EBUSY)),
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_ITS_RESTORE_TABLES, 0, ERR(EBUSY)),
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_ITS_RESET, 0, ERR(EBUSY)),
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	{ 0 },
};

#define QUIESCENT GITS_CTLR_Quiescent

static const struct step its_registers[] = {
	MACHINE,
	ITS_GET(1, ITS_REGS, GITS_TYPER, 0x1ef71, 0),
	ITS_SET(1, ITS_REGS, GITS_TYPER, 0, 0),
	ITS_GET(1, ITS_REGS, GITS_TYPER, 0x1ef71, 0),
	ITS_GET(1, ITS_REGS, GITS_IIDR, 0x4b00043b, 0),
	ITS_GET(1, ITS_REGS, 0xffe8, 0x3b, 0),
	/* The only ABI of the tables that there is. */
	ITS_SET(1, ITS_REGS, GITS_IIDR, 0x4b00043b, 0),
	ITS_SET(1, ITS_REGS, GITS_IIDR, 0x4b00143b, ERR(EINVAL)),
	/* No tables, and so not on. */
	ENABLE,
	ITS_GET(1, ITS_REGS, GITS_CTLR, QUIESCENT, 0),
	ITS_SET(1, ITS_REGS, GITS_BASER + 16, UINT64_MAX, 0),
	ITS_GET(1, ITS_REGS, GITS_BASER + 16, 0, 0),
	ITS_REGISTERS,
	/* CREADR can be restored, within the queue. */
	ITS_SET(1, ITS_REGS, GITS_CREADR, 64, 0),
	ITS_GET(1, ITS_REGS, GITS_CREADR, 64, 0),
	ITS_SET(1, ITS_REGS, GITS_CREADR, 4096, ERR(EINVAL)),
	ITS_GET(1, ITS_REGS, GITS_CREADR, 64, 0),
	ITS_SET(1, ITS_REGS, GITS_CWRITER, 4096, 0),
	ITS_GET(1, ITS_REGS, GITS_CWRITER, 0, 0),
	ITS_SET(1, ITS_REGS, GITS_CWRITER, 64, 0),
	ITS_GET(1, ITS_REGS, GITS_CTLR, QUIESCENT, 0),
	/* CBASER takes both back. */
	ITS_SET(1, ITS_REGS, GITS_CBASER, VALID | QUEUE, 0),
	ITS_GET(1, ITS_REGS, GITS_CREADR, 0, 0),
	ITS_GET(1, ITS_REGS, GITS_CWRITER, 0, 0),
	ENABLE,
	ITS_GET(1, ITS_REGS, GITS_CTLR, QUIESCENT | 1u, 0),
	/* Now they stay as they are. */
	ITS_SET(1, ITS_REGS, GITS_CREADR, 0, ERR(EBUSY)),
	ITS_SET(1, ITS_REGS, GITS_CBASER, 0, 0),
	ITS_SET(1, ITS_REGS, GITS_BASER, 0, 0),
	ITS_SET(1, ITS_REGS, GITS_CTLR, 0, 0),
	ENABLE,
	ITS_GET(1, ITS_REGS, GITS_CTLR, QUIESCENT | 1u, 0),
	{ 0 },
};

static const struct step its_msi[] = {
	ALL_ON,
	ITS_GET(1, ITS_REGS, GITS_CREADR, 7 * 32, 0),
	MSI_TO(DOORBELL, 3, 0, 1),
	PENDING(0, 8192, 1),
	TAKE(0, 8192),
	END_OF(0, 8192),
	PENDING(0, 8192, 0),
	TAKE(0, 1023),
	MSI_TO(DOORBELL, 3, 5, 1),
	TAKE(0, 1023),
	TAKE(1, 8193),
	/* Anywhere in the frames, but in one's own. */
	MSI_TO(BASE, 9, 31, 1),
	TAKE(0, 8194),
	MSI_TO(BASE + 0x20000, 9, 31, ERR(EINVAL)),
	MSI_TO(BASE - 1, 9, 31, ERR(EINVAL)),
	MSI(0, ERR(EINVAL)),
	MSI(2, ERR(EINVAL)),
	/* The guest has not mapped these. */
	MSI_TO(DOORBELL, 3, 1, 0),
	MSI_TO(DOORBELL, 3, 32, 0),
	MSI_TO(DOORBELL, 4, 0, 0),
	MSI_TO(DOORBELL, 0x10003, 0, 0),
	{ 0 },
};

static const struct step its_msi_is_EBUSY[] = {
	MODELS(V3_ITS),
	CREATE(VGIC_KVM_DEV_ITS, 0),
	MSI_TO(DOORBELL, 3, 0, ERR(EINVAL)),
	ALL_ON,
	ITS_SET(1, ITS_REGS, GITS_CTLR, 0, 0),
	MSI_TO(DOORBELL, 3, 0, ERR(EBUSY)),
	ENABLE,
	MSI_TO(DOORBELL, 3, 0, 1),
	SET(REDIST_REGS, REG(0, GICR_CTLR), 0, 0),
	MSI_TO(DOORBELL, 3, 0, ERR(EBUSY)),
	MSI_TO(DOORBELL, 3, 5, 1),
	{ 0 },
};

/*
 * vCPU 1 was made before vCPU 0.  MAPC means the ids, as do the saved
 * collections, and a guest that is restored finds them again.
 */
static const struct step its_ids_are_processors[] = {
	MODELS(V3_ITS),
	CREATE(VGIC_KVM_DEV_V3, 0),
	CREATE(VGIC_KVM_DEV_ITS, 0),
	VCPU(1, 0),
	VCPU(0, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_DIST, 0x10000, 0),
	SET(ADDR, VGIC_KVM_ADDR_V3_REDIST, 0x100000, 0),
	ITS_SET(1, ADDR, VGIC_KVM_ADDR_ITS, BASE, 0),
	SET(CTRL, VGIC_KVM_CTRL_INIT, 0, 0),
	LISTEN,
	LPI_REGISTERS,
	ITS_REGISTERS,
	ENABLE,
	MAPPED,
	MSI_TO(DOORBELL, 3, 0, 1),
	TAKE(1, 1023),
	TAKE(0, 8192),
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_ITS_SAVE_TABLES, 0, 0),
	RAM_IS(COLLECTIONS, CTE(0, 0)),
	RAM_IS(COLLECTIONS + 8, CTE(1, 1)),
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_ITS_RESET, 0, 0),
	ITS_REGISTERS,
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_ITS_RESTORE_TABLES, 0, 0),
	ENABLE,
	MSI_TO(DOORBELL, 3, 5, 1),
	TAKE(0, 1023),
	TAKE(1, 8193),
	{ 0 },
};

static const struct vgic_kvm_routing_entry to_its[] = {
	{ .gsi = 4,
	  .type = VGIC_KVM_ROUTING_MSI,
	  .flags = VGIC_KVM_MSI_VALID_DEVID,
	  .u.msi = { .address_lo = DOORBELL, .data = 5, .devid = 3 } },
	{ .gsi = 5,
	  .type = VGIC_KVM_ROUTING_MSI,
	  .flags = VGIC_KVM_MSI_VALID_DEVID,
	  .u.msi = { .address_lo = DOORBELL, .data = 6, .devid = 3 } },
};

static const struct step its_msi_by_irqfd[] = {
	ALL_ON,
	ROUTES(to_its, 2, 0, 0),
	IRQFD(0, 7, 4, 0),
	IRQFD(0, 8, 5, 0),
	SIGNAL(7, 1),
	TAKE(1, 8193),
	TAKE(1, 1023),
	SIGNAL(8, 0),
	{ 0 },
};

static const struct step its_saves_tables[] = {
	ALL_ON,
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_ITS_SAVE_TABLES, 0, 0),
	RAM_IS(DEVICES + 8 * 3, DTE(6, ITT(0))),
	RAM_IS(DEVICES + 8 * 9, DTE(0, ITT(1))),
	RAM_IS(DEVICES, 0),
	RAM_IS(ITT(0), ITE(5, 8192, 0)),
	RAM_IS(ITT(0) + 8 * 5, ITE(0, 8193, 1)),
	RAM_IS(ITT(1) + 8 * 31, ITE(0, 8194, 0)),
	RAM_IS(COLLECTIONS, CTE(0, 0)),
	RAM_IS(COLLECTIONS + 8, CTE(1, 1)),
	RAM_IS(COLLECTIONS + 16, 0),
	/* And it works on. */
	MSI_TO(DOORBELL, 3, 5, 1),
	TAKE(1, 8193),
	PULL_RAM(DEVICES),
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_ITS_SAVE_TABLES, 0, ERR(EFAULT)),
	{ 0 },
};

/* As a VMM moves it: the memory, and then the registers. */
static const struct step its_moves[] = {
	ALL_ON,
	MSI_TO(DOORBELL, 3, 0, 1),
	MSI_TO(DOORBELL, 3, 5, 1),
	GUEST(1),
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_ITS_SAVE_TABLES, 0, 0),
	SET(CTRL, VGIC_KVM_CTRL_SAVE_PENDING_TABLES, 0, 0),
	RAM_IS(PENDING_OF(0) + 1024, 1),
	RAM_IS(PENDING_OF(1) + 1024, 2),
	MACHINE,
	LISTEN,
	LPI_REGISTERS,
	ITS_REGISTERS,
	ITS_SET(1, ITS_REGS, GITS_CREADR, 7 * 32, 0),
	ITS_SET(1, ITS_REGS, GITS_CWRITER, 7 * 32, 0),
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_ITS_RESTORE_TABLES, 0, 0),
	ENABLE,
	TAKE(0, 8192),
	TAKE(0, 1023),
	END_OF(0, 8192),
	TAKE(0, 1023),
	TAKE(1, 8193),
	TAKE(1, 1023),
	MSI_TO(DOORBELL, 9, 31, 1),
	TAKE(0, 8194),
	{ 0 },
};

#define BEFORE_RESTORE MACHINE, LISTEN, LPI_REGISTERS, ITS_REGISTERS
#define RESTORE(e) ITS_SET(1, CTRL, VGIC_KVM_CTRL_ITS_RESTORE_TABLES, 0, e)

static const struct step its_restore_errors[] = {
	BEFORE_RESTORE,
	RESTORE(0),
	RAM_POKE(COLLECTIONS, CTE(2, 0)),
	RESTORE(ERR(EINVAL)),
	RAM_POKE(COLLECTIONS, CTE(0, 0)),
	RAM_POKE(COLLECTIONS + 8, CTE(1, 0)),
	RESTORE(ERR(EEXIST)),
	/* Mapped nowhere, as KVM writes it. */
	RAM_POKE(COLLECTIONS + 8, CTE(UINT32_MAX, 1)),
	RESTORE(0),
	/* The last collection that the table has, and one more. */
	RAM_POKE(COLLECTIONS + 8, CTE(1, 8191)),
	RESTORE(0),
	RAM_POKE(COLLECTIONS + 8, CTE(1, 8192)),
	RESTORE(ERR(EINVAL)),
	RAM_POKE(COLLECTIONS + 8, CTE(UINT32_MAX, 1)),
	RAM_POKE(DEVICES + 8, DTE(0, ITT(0)) | 0x1f),
	RESTORE(ERR(EINVAL)),
	RAM_POKE(DEVICES + 8, DTE(0, ITT(0))),
	RAM_POKE(ITT(0), ITE(0, 8191, 0)),
	RESTORE(ERR(EINVAL)),
	RAM_POKE(ITT(0), ITE(0, 8192, 7)),
	RESTORE(ERR(EINVAL)),
	RAM_POKE(ITT(0), ITE(32, 8192, 0)),
	RESTORE(ERR(EINVAL)),
	RAM_POKE(ITT(0), ITE(1, 8192, 0)),
	RESTORE(0),
	PULL_RAM(ITT(0)),
	RESTORE(ERR(EFAULT)),
	PULL_RAM(COLLECTIONS),
	RESTORE(ERR(EFAULT)),
	{ 0 },
};

/* MAPTI into a collection that MAPC has yet to name, and one that is gone. */
static const struct step its_saves_what_lives[] = {
	ALL_ON,
	MAPTI(7, 9, 2, 8195, 7),
	COMMAND(8, UINT64_C(0x0f) | UINT64_C(3) << 32, 0, 0),
	COMMANDS(9),
	/* What the guest wrote there itself does not get in the way. */
	RAM_POKE(ITT(1) + 8, ITE(0, 8199, 0)),
	RAM_POKE(ITT(1) + 24, ITE(0, 8199, 0)),
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_ITS_SAVE_TABLES, 0, 0),
	RAM_IS(ITT(0), 0),
	RAM_IS(ITT(1) + 8, 0),
	RAM_IS(ITT(1) + 24, ITE(0, 8199, 0)),
	RAM_IS(ITT(1) + 8 * 2, ITE(29, 8195, 7)),
	RAM_IS(COLLECTIONS + 16, CTE(UINT32_MAX, 7)),
	RAM_IS(COLLECTIONS + 24, 0),
	MSI_TO(DOORBELL, 9, 2, 0),
	/* It is named now. */
	MAPC(9, 7, 1),
	COMMANDS(10),
	RAM_IS(COLLECTIONS + 16, CTE(UINT32_MAX, 7)),
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_ITS_SAVE_TABLES, 0, 0),
	RAM_IS(COLLECTIONS + 16, CTE(1, 7)),
	MSI_TO(DOORBELL, 9, 2, 1),
	TAKE(1, 8195),
	{ 0 },
};

/* KVM leaves old entries between those that it writes. */
static const struct step its_restores_by_distance[] = {
	BEFORE_RESTORE,
	RAM_POKE(COLLECTIONS, CTE(0, 0)),
	RAM_POKE(DEVICES + 8, DTE(2, ITT(0))),
	RAM_POKE(DEVICES + 16, DTE(0, ITT(1))),
	RAM_POKE(DEVICES + 24, DTE(0, ITT(2))),
	RAM_POKE(DEVICES + 40, DTE(0, ITT(1))),
	RAM_POKE(ITT(0), ITE(3, 8192, 0)),
	RAM_POKE(ITT(0) + 8, ITE(0, 8193, 0)),
	RAM_POKE(ITT(0) + 24, ITE(0, 8194, 0)),
	RAM_POKE(ITT(0) + 32, ITE(0, 8195, 0)),
	RAM_POKE(ITT(2), ITE(1, 8192, 0)),
	RAM_POKE(ITT(2) + 8, ITE(0, 8196, 0)),
	RESTORE(0),
	ENABLE,
	MSI_TO(DOORBELL, 1, 0, 1),
	MSI_TO(DOORBELL, 1, 1, 0),
	MSI_TO(DOORBELL, 1, 3, 1),
	MSI_TO(DOORBELL, 1, 4, 0),
	MSI_TO(DOORBELL, 2, 0, 0),
	/* The first event of an LPI has it. */
	MSI_TO(DOORBELL, 3, 0, 0),
	MSI_TO(DOORBELL, 3, 1, 1),
	/* A restore writes nothing. */
	RAM_IS(DEVICES + 16, DTE(0, ITT(1))),
	RAM_IS(ITT(0) + 8, ITE(0, 8193, 0)),
	RAM_IS(ITT(2), ITE(1, 8192, 0)),
	{ 0 },
};

/* Holes in the first level, and further apart than a distance can say. */
static const struct step its_two_levels[] = {
	MACHINE,
	LISTEN,
	LPIS_OF(0),
	ITS_SET(1, ITS_REGS, GITS_CBASER, VALID | QUEUE, 0),
	ITS_SET(1, ITS_REGS, GITS_BASER,
		VALID | GITS_BASER_Indirect | DEVICES | BASER_64K, 0),
	ITS_SET(1, ITS_REGS, GITS_BASER + 8, VALID | COLLECTIONS | BASER_64K,
		0),
	ENABLE,
	RAM_POKE(DEVICES + 8, VALID | RAM),
	RAM_POKE(DEVICES + 8 * 4, VALID | PENDING_OF(1)),
	MAPC(0, 0, 0),
	MAPD(1, 8192 + 3, ITT(0)),
	MAPD(2, 4 * 8192 + 3, ITT(1)),
	MAPTI(3, 8192 + 3, 1, 8192, 0),
	MAPTI(4, 4 * 8192 + 3, 2, 8193, 0),
	COMMANDS(5),
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_ITS_SAVE_TABLES, 0, 0),
	RAM_IS(RAM + 8 * 3, DTE(0x3fff, ITT(0))),
	RAM_IS(PENDING_OF(1) + 8 * 3, DTE(0, ITT(1))),
	RESTORE(0),
	MSI_TO(DOORBELL, 8192 + 3, 1, 1),
	MSI_TO(DOORBELL, 4 * 8192 + 3, 2, 1),
	MSI_TO(DOORBELL, 3, 1, 0),
	{ 0 },
};

static const struct step its_reset[] = {
	ALL_ON,
	ITS_SET(1, CTRL, VGIC_KVM_CTRL_ITS_RESET, 0, 0),
	ITS_GET(1, ITS_REGS, GITS_CTLR, QUIESCENT, 0),
	ITS_GET(1, ITS_REGS, GITS_CBASER, 0, 0),
	ITS_GET(1, ITS_REGS, GITS_CREADR, 0, 0),
	ITS_GET(1, ITS_REGS, GITS_CWRITER, 0, 0),
	ENABLE,
	MSI_TO(DOORBELL, 3, 0, ERR(EBUSY)),
	{ 0 },
};

static const struct step save_pending_needs_memory[] = {
	ALL_ON,
	MSI_TO(DOORBELL, 3, 0, 1),
	/*
	 * Bits of what is not pending there are taken back, wherever it is
	 * mapped; those of LPIs that nobody has used stay.
	 */
	RAM_POKE(PENDING_OF(0), UINT64_MAX),
	RAM_POKE(PENDING_OF(0) + 1024, 0x1e),
	SET(CTRL, VGIC_KVM_CTRL_SAVE_PENDING_TABLES, 0, 0),
	RAM_IS(PENDING_OF(0), UINT64_MAX),
	RAM_IS(PENDING_OF(0) + 1024, 0x19),
	PULL_RAM(PENDING_OF(0)),
	SET(CTRL, VGIC_KVM_CTRL_SAVE_PENDING_TABLES, 0, ERR(EFAULT)),
	{ 0 },
};

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT(its_create),
		SCRIPT(its_after_init),
		SCRIPT(its_addr),
		SCRIPT(its_over_dist_is_EINVAL),
		SCRIPT(its_groups),
		SCRIPT(its_regs_errors),
		SCRIPT(its_registers),
		SCRIPT(its_ids_are_processors),
		SCRIPT(its_msi),
		SCRIPT(its_msi_is_EBUSY),
		SCRIPT(its_msi_by_irqfd),
		SCRIPT(its_saves_tables),
		SCRIPT(its_moves),
		SCRIPT(its_restore_errors),
		SCRIPT(its_saves_what_lives),
		SCRIPT(its_restores_by_distance),
		SCRIPT(its_two_levels),
		SCRIPT(its_reset),
		SCRIPT(save_pending_needs_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
