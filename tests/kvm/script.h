/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests as scripts: each is a list of calls with what has to come of them,
 * run on a VM of its own.
 */
#ifndef TESTS_KVM_SCRIPT_H
#define TESTS_KVM_SCRIPT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <vgic/kvm.h>

#include "regs/a64.h"
#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "regs/gits.h"

enum op {
	OP_END,
	OP_MODELS,
	OP_NO_MEMORY,
	OP_CREATE,
	OP_TEST,
	OP_VCPU,
	OP_SET,
	OP_GET,
	OP_GET_ANY,
	OP_HAS,
	OP_FD,
	OP_LINE,
	OP_MSI,
	OP_RUN,
	OP_STOP,
	OP_GUEST,
	OP_PENDING,
	OP_LOADED,
	OP_MAP,
	OP_CPU_LINE,
	OP_ROUTES,
	OP_IRQFD,
	OP_IRQFD_NULL,
	OP_IRQFDS,
	OP_SIGNAL,
	OP_RESAMPLED,
	OP_AGAIN,
	OP_TAKE,
	OP_END_OF,
	OP_WRITE,
	OP_IST,
	OP_POKE,
	OP_PEEK,
	OP_RAM,
	OP_IRQCHIP,
	OP_DEVICE_ADDR,
	OP_CAP,
	OP_NULLS,
	OP_OWN,
	OP_RAM_IS,
	OP_PULL_RAM,
	OP_NO_GIC,
};

/* Where a GICv2's CPU interface is, for the guest to be reached. */
#define V2_CPU 0x20000u

/* addr that the VMM's memory is at, and one where nothing is. */
#define HERE 0x1000u
#define WILD 0xdead000000000000u

struct step {
	int line;
	enum op op;
	uint32_t group;
	uint64_t attr, value, addr;
	int err;
	const struct vgic_kvm_routing_entry *entries;
	/* How many bytes at addr SET and GET_ANY have to use; 0: any. */
	size_t width;
	/* Which ITS device, from 1 on; 0: the GIC. */
	uint32_t its;
};

/* clang-format off */
#define STEP(...) { .line = __LINE__, __VA_ARGS__ }
/* clang-format on */
#define CREATE(type, e) STEP(.op = OP_CREATE, .attr = (type), .err = (e))
#define TEST_CREATE(type, e) STEP(.op = OP_TEST, .attr = (type), .err = (e))
/* KVM_CREATE_IRQCHIP, KVM_ARM_SET_DEVICE_ADDR, KVM_CHECK_EXTENSION. */
#define IRQCHIP(e) STEP(.op = OP_IRQCHIP, .err = (e))
#define DEVICE_ADDR(i, at, e) \
	STEP(.op = OP_DEVICE_ADDR, .attr = (i), .value = (at), .err = (e))
#define CAP(name, n) STEP(.op = OP_CAP, .attr = VGIC_KVM_CAP_##name, .err = (n))
/* Only these models does the host have. */
#define MODELS(bits) STEP(.op = OP_MODELS, .attr = (bits))
/* A host of two ITSs and LPI_COUNT LPIs. */
#define WITH_ITS (1u << 29)
#define LPI_COUNT 1024u
/* A VMM that has a controller for messages, or does not resample. */
#define WITH_MSI (1u << 30)
#define NO_RESAMPLE (1u << 31)
/* So many side entries that no VM has as many interrupts. */
#define MANY_SIDES (1u << 28)
#define NO_MEMORY STEP(.op = OP_NO_MEMORY, .attr = 1)
/* There is no GIC, nor its part of this vCPU. */
#define NO_GIC(id) STEP(.op = OP_NO_GIC, .attr = (id))
/* vCPU with this id; its affinity is its id's two bytes. */
#define VCPU(id, e) STEP(.op = OP_VCPU, .attr = (id), .err = (e))
#define SET(g, a, v, e) \
	STEP(.op = OP_SET, .group = VGIC_KVM_GRP_##g, .attr = (a), \
	     .value = (v), .addr = HERE, .err = (e))
#define GET(g, a, v, e) \
	STEP(.op = OP_GET, .group = VGIC_KVM_GRP_##g, .attr = (a), \
	     .value = (v), .addr = HERE, .err = (e))
#define HAS(g, a, e) \
	STEP(.op = OP_HAS, .group = VGIC_KVM_GRP_##g, .attr = (a), .err = (e))
#define SET_AT(g, a, at, e) \
	STEP(.op = OP_SET, .group = VGIC_KVM_GRP_##g, .attr = (a), \
	     .addr = (at), .err = (e))
#define GET_AT(g, a, at, e) \
	STEP(.op = OP_GET, .group = VGIC_KVM_GRP_##g, .attr = (a), \
	     .addr = (at), .err = (e))
/* All three calls on a device that is not there. */
#define NO_SUCH_FD(n) STEP(.op = OP_FD, .attr = (n))
#define LINE(irq, level, e) \
	STEP(.op = OP_LINE, .attr = (irq), .value = (level), .err = (e))
#define MSI(flags, e) STEP(.op = OP_MSI, .attr = (flags), .err = (e))
/* The same to an address, with a DeviceID and an EventID. */
#define MSI_TO(at, device, event, e) \
	STEP(.op = OP_MSI, .attr = VGIC_KVM_MSI_VALID_DEVID, .value = (at), \
	     .group = (device), .addr = (event), .err = (e))
#define RUN(id, e) STEP(.op = OP_RUN, .attr = (id), .err = (e))
#define STOP(id) STEP(.op = OP_STOP, .attr = (id))
/* Load, enter, exit: what a vCPU without guest code does. */
#define GUEST(id) STEP(.op = OP_GUEST, .attr = (id))
/* An interrupt of a vCPU is pending, or not. */
#define PENDING(id, intid, v) \
	STEP(.op = OP_PENDING, .group = (id), .attr = (intid), .value = (v))
/* It stands in a list register, or not. */
#define LOADED(id, intid, v) \
	STEP(.op = OP_LOADED, .group = (id), .attr = (intid), .value = (v))
/* Every call whose argument is a pointer, with a null one. */
#define NULLS STEP(.op = OP_NULLS)
/* A device in the host owns this interrupt of vCPU 0. */
#define OWN(intid) STEP(.op = OP_OWN, .attr = (intid))
/* An SPI is mapped to a physical interrupt. */
#define MAP(intid) STEP(.op = OP_MAP, .attr = (intid))
/* The last level of this CPU's IRQ (0) or FIQ (1). */
#define CPU_LINE(id, fiq, v) \
	STEP(.op = OP_CPU_LINE, .group = (id), .attr = (fiq), .value = (v))

/* KVM_SET_GSI_ROUTING with the first n of these; and a null pointer. */
#define ROUTES(list, n, flag, e) \
	STEP(.op = OP_ROUTES, .entries = (list), .attr = (n), \
	     .value = 1u + (flag), .err = (e))
#define ROUTES_NULL(e) STEP(.op = OP_ROUTES, .err = (e))
/* clang-format off */
#define TO_PIN(g, chip, p)                                           \
	{ .gsi = (g), .type = VGIC_KVM_ROUTING_IRQCHIP,             \
	  .u.irqchip = { .irqchip = (chip), .pin = (p) } }
/* A message whose parts follow from one number, see on_msi(). */
#define TO_MSI(g, n)                                                 \
	{ .gsi = (g), .type = VGIC_KVM_ROUTING_MSI,                 \
	  .flags = VGIC_KVM_MSI_VALID_DEVID,                         \
	  .u.msi = { .address_lo = (n), .address_hi = (n) + 1,      \
		     .data = (n) + 2, .devid = (n) + 3 } }
/* clang-format on */
/* Descriptors: `fd`, and fd + 100 to resample. */
#define IRQFD(flag, fd, g, e) \
	STEP(.op = OP_IRQFD, .group = (fd), .attr = (flag), .value = (g), \
	     .err = (e))
#define SIGNAL(fd, e) STEP(.op = OP_SIGNAL, .attr = (fd), .err = (e))
/* How often resample descriptors were told so far, all together. */
#define RESAMPLED(n) STEP(.op = OP_RESAMPLED, .attr = (n))
/* The next n times, the device behind signals at once. */
#define AGAIN(n) STEP(.op = OP_AGAIN, .attr = (n))
/* The guest acknowledges, and gets; it ends (EOI, and on GICv5 CDDI). */
#define TAKE(id, intid) STEP(.op = OP_TAKE, .group = (id), .attr = (intid))
#define END_OF(id, intid) STEP(.op = OP_END_OF, .group = (id), .attr = (intid))
/* The guest writes a system register. */
#define WRITE(id, sysreg, v) \
	STEP(.op = OP_WRITE, .group = (id), .attr = (sysreg), .value = (v))

/*
 * Group IST with images of these sizes, at SPI_IMAGE and LPI_IMAGE, or as the
 * flags say.  POKE and PEEK at an entry: of an SPI, or LPI(n).
 */
#define IST_SET 1u
#define IST_NO_LPI 2u	/* a null address */
#define IST_WILD_LPI 4u /* nothing is there */
#define IST_STRUCT(flag, spis, lpis, at, e) \
	STEP(.op = OP_IST, .group = (flag), .attr = (spis), .value = (lpis), \
	     .addr = (at), .err = (e))
#define IST_SAVE(spis, lpis, e) IST_STRUCT(0, spis, lpis, SPI_IMAGE, e)
#define IST_RESTORE(spis, lpis, e) IST_STRUCT(IST_SET, spis, lpis, SPI_IMAGE, e)
#define POKE(n, v) STEP(.op = OP_POKE, .attr = (n), .value = (v))
#define PEEK(n, v) STEP(.op = OP_PEEK, .attr = (n), .value = (v))
#define SPI_IMAGE (HERE + 0x100u)
#define LPI_IMAGE (HERE + 0x800u)
#define LPI(n) ((LPI_IMAGE - SPI_IMAGE) / 4 + (n))
/* Guest RAM, and 64 bits written there. */
#define RAM UINT64_C(0x40000000)
#define RAM_POKE(at, v) STEP(.op = OP_RAM, .attr = (at), .value = (v))
#define RAM_IS(at, v) STEP(.op = OP_RAM_IS, .attr = (at), .value = (v))
/* No guest memory from here on can be reached. */
#define PULL_RAM(at) STEP(.op = OP_PULL_RAM, .attr = (at))

/* Attributes of an ITS device. */
#define ITS_SET(n, g, a, v, e) \
	STEP(.op = OP_SET, .group = VGIC_KVM_GRP_##g, .attr = (a), \
	     .value = (v), .addr = HERE, .err = (e), .its = (n))
#define ITS_GET(n, g, a, v, e) \
	STEP(.op = OP_GET, .group = VGIC_KVM_GRP_##g, .attr = (a), \
	     .value = (v), .addr = HERE, .err = (e), .its = (n))
#define ITS_SET_AT(n, g, a, at, e) \
	STEP(.op = OP_SET, .group = VGIC_KVM_GRP_##g, .attr = (a), \
	     .addr = (at), .err = (e), .its = (n))
#define ITS_GET_AT(n, g, a, at, e) \
	STEP(.op = OP_GET, .group = VGIC_KVM_GRP_##g, .attr = (a), \
	     .addr = (at), .err = (e), .its = (n))
#define ITS_HAS(n, g, a, e) \
	STEP(.op = OP_HAS, .group = VGIC_KVM_GRP_##g, .attr = (a), .err = (e), \
	     .its = (n))

#define ERR(name) (-VGIC_KVM_##name)
#define REG(vcpu, offset) ((uint64_t)(vcpu) << 32 | (offset))
#define IRQ(type, vcpu, num) \
	((uint32_t)((vcpu) >> 8) << 28 | (type) << 24 | \
	 ((uint32_t)(vcpu)&0xff) << 16 | (num))

void run_script(void **state);

#define SCRIPT(name) \
	{ \
#name, run_script, NULL, NULL, (void *)(uintptr_t)name \
	}

/* Of each test's VMs: a GICv5 that has SW_PPI and the virtual timer's PPI. */
extern const struct vgic_v5_config script_v5;
/* The model of a device's type. */
static inline enum vgic_model script_model(uint32_t type)
{
	return type == VGIC_KVM_DEV_V2 ? VGIC_GICV2 :
	       type == VGIC_KVM_DEV_V5 ? VGIC_GICV5 :
					 VGIC_GICV3;
}
/* A kick that nobody needs: no vCPU is in a guest. */
void script_kick(void *ctx, uint32_t vcpu);

#endif
