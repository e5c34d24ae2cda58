/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file kvm.h
 * KVM/arm64's interface to interrupt controllers, over libvgic: structures,
 * numbers and errors are those that a VMM finds behind /dev/kvm.
 *
 * Functions return 0 or more, or a negative errno as Linux numbers them:
 * EFAULT for an argument that is a null pointer, what else each one says.
 * docs/kvm.md lists every attribute and every error.
 *
 * Threads.  vgic_kvm_run_begin() and _end(), vgic_kvm_irq_line(),
 * vgic_kvm_signal_msi() and vgic_kvm_irqfd_signal() may come from any thread at
 * any time.  All others change what the VM is made of, or look at it: they come
 * one at a time, beside those.  KVM has a lock for that, here the VMM has one.
 * Nobody waits in here: what needs vCPUs to stand still is EBUSY while one
 * runs, and a vCPU that begins to run meanwhile is told to come again.
 */
#ifndef VGIC_KVM_H
#define VGIC_KVM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vgic/vgic.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup vgic_kvm KVM's interface
 * @{
 */

/** Errors, by Linux's numbers: a freestanding host has no <errno.h>. */
enum vgic_kvm_errno {
	VGIC_KVM_EPERM = 1,
	VGIC_KVM_ENOENT = 2,
	VGIC_KVM_EIO = 5,
	VGIC_KVM_ENXIO = 6,
	VGIC_KVM_E2BIG = 7,
	VGIC_KVM_EBADF = 9,
	VGIC_KVM_EAGAIN = 11,
	VGIC_KVM_ENOMEM = 12,
	VGIC_KVM_EFAULT = 14,
	VGIC_KVM_EBUSY = 16,
	VGIC_KVM_EEXIST = 17,
	VGIC_KVM_ENODEV = 19,
	VGIC_KVM_EINVAL = 22,
};

/** KVM_CREATE_DEVICE's type of a device. */
#define VGIC_KVM_DEV_V2 5u
#define VGIC_KVM_DEV_V3 7u
#define VGIC_KVM_DEV_ITS 8u
#define VGIC_KVM_DEV_V5 16u
/** KVM_CREATE_DEVICE flag: only ask whether it could be created. */
#define VGIC_KVM_CREATE_TEST 1u

/** KVM_CREATE_DEVICE's argument. */
struct vgic_kvm_create_device {
	uint32_t type;	/**< VGIC_KVM_DEV_V3 and so on. */
	uint32_t fd;	/**< Receives what names the device from then on. */
	uint32_t flags; /**< 0, or VGIC_KVM_CREATE_TEST. */
};

/** {SET,GET,HAS}_DEVICE_ATTR's argument. */
struct vgic_kvm_device_attr {
	uint32_t flags; /**< Not looked at. */
	uint32_t group; /**< enum vgic_kvm_group. */
	uint64_t attr;	/**< Which one of the group. */
	uint64_t addr;	/**< Where its value is, in the VMM's memory. */
};

/** KVM_ARM_SET_DEVICE_ADDR's argument: enum vgic_kvm_addr of a GICv2. */
struct vgic_kvm_device_addr {
	/** Attribute in 15:0, device in 31:16, which is 0. */
	uint64_t id;
	uint64_t addr; /**< Guest physical address. */
};

/** KVM_IRQ_LINE's argument. */
struct vgic_kvm_irq_level {
	uint32_t irq;	/**< Fields VGIC_KVM_IRQ_TYPE and so on. */
	uint32_t level; /**< 1 or 0. */
};

/** KVM_SIGNAL_MSI's argument. */
struct vgic_kvm_msi {
	/** Address that the message is written to, low half. */
	uint32_t address_lo;
	uint32_t address_hi; /**< High half. */
	uint32_t data;	     /**< What is written: the EventID. */
	uint32_t flags;	     /**< 0, or VGIC_KVM_MSI_VALID_DEVID. */
	uint32_t devid;	     /**< DeviceID. */
	uint8_t pad[12];     /**< Not looked at. */
};

/** Flag of a message: devid has a DeviceID. */
#define VGIC_KVM_MSI_VALID_DEVID 1u

/** KVM_SET_GSI_ROUTING's entries: irqchip and pin, or a message. */
struct vgic_kvm_routing_entry {
	uint32_t gsi; /**< Number of the GSI. */
	/** VGIC_KVM_ROUTING_IRQCHIP or VGIC_KVM_ROUTING_MSI. */
	uint32_t type;
	/** 0; of a message perhaps VGIC_KVM_MSI_VALID_DEVID. */
	uint32_t flags;
	uint32_t pad; /**< Not looked at. */
	/** Where the GSI leads, by `type`. */
	union {
		/** A pin of the GIC's. */
		struct {
			uint32_t irqchip; /**< 0. */
			/** Number of the SPI, from 0 on. */
			uint32_t pin;
		} irqchip;
		/** As in vgic_kvm_msi. */
		struct {
			uint32_t address_lo; /**< Address, low half. */
			uint32_t address_hi; /**< High half. */
			uint32_t data;	     /**< EventID. */
			uint32_t devid;	     /**< DeviceID. */
		} msi;
		uint32_t pad[8]; /**< As large as Linux has it. */
	} u;
};

/** KVM_SET_GSI_ROUTING's argument; `nr` entries follow it in memory. */
struct vgic_kvm_routing {
	uint32_t nr;	/**< How many entries. */
	uint32_t flags; /**< 0. */
};

/** vgic_kvm_routing_entry.type: a pin. */
#define VGIC_KVM_ROUTING_IRQCHIP 1u
/** And a message. */
#define VGIC_KVM_ROUTING_MSI 2u
/** GSIs from 0 up to this one can be routed. */
#define VGIC_KVM_ROUTING_MAX 4096u

/**
 * KVM_IRQFD's argument.  Descriptors are names that the VMM gives; nobody
 * opens or reads them.
 */
struct vgic_kvm_irqfd {
	uint32_t fd;  /**< A name for the descriptor, not negative. */
	uint32_t gsi; /**< The GSI that it signals. */
	/** VGIC_KVM_IRQFD_DEASSIGN, VGIC_KVM_IRQFD_RESAMPLE. */
	uint32_t flags;
	/** With RESAMPLE: what config.resample gets at the interrupt's end. */
	uint32_t resamplefd;
	uint8_t pad[16]; /**< Not looked at. */
};

/** Flag of an irqfd: take it away. */
#define VGIC_KVM_IRQFD_DEASSIGN 1u
/** Flag of an irqfd: its line stays up until the interrupt's end. */
#define VGIC_KVM_IRQFD_RESAMPLE 2u

/** KVM_CHECK_EXTENSION's capabilities that concern interrupts. */
enum vgic_kvm_cap {
	VGIC_KVM_CAP_IRQCHIP = 0,
	VGIC_KVM_CAP_IRQ_ROUTING = 25,
	VGIC_KVM_CAP_IRQFD = 32,
	VGIC_KVM_CAP_MAX_VCPUS = 66,
	VGIC_KVM_CAP_SIGNAL_MSI = 77,
	VGIC_KVM_CAP_IRQFD_RESAMPLE = 82,
	VGIC_KVM_CAP_ARM_SET_DEVICE_ADDR = 88,
	VGIC_KVM_CAP_DEVICE_CTRL = 89,
	VGIC_KVM_CAP_MSI_DEVID = 131,
	VGIC_KVM_CAP_ARM_USER_IRQ = 144,
	VGIC_KVM_CAP_ARM_IRQ_LINE_LAYOUT_2 = 174,
};

/** vgic_kvm_device_attr.group */
enum vgic_kvm_group {
	VGIC_KVM_GRP_ADDR = 0,
	VGIC_KVM_GRP_DIST_REGS = 1,
	VGIC_KVM_GRP_CPU_REGS = 2,
	VGIC_KVM_GRP_NR_IRQS = 3,
	VGIC_KVM_GRP_CTRL = 4,
	VGIC_KVM_GRP_REDIST_REGS = 5,
	VGIC_KVM_GRP_CPU_SYSREGS = 6,
	VGIC_KVM_GRP_LEVEL_INFO = 7,
	VGIC_KVM_GRP_ITS_REGS = 8,
	VGIC_KVM_GRP_MAINT_IRQ = 9,
	VGIC_KVM_GRP_IRS_REGS = 10,
	VGIC_KVM_GRP_IST = 11,
};

/** Group ADDR. */
enum vgic_kvm_addr {
	VGIC_KVM_ADDR_V2_DIST = 0,
	VGIC_KVM_ADDR_V2_CPU = 1,
	VGIC_KVM_ADDR_V3_DIST = 2,
	VGIC_KVM_ADDR_V3_REDIST = 3,
	VGIC_KVM_ADDR_ITS = 4,
	VGIC_KVM_ADDR_V3_REDIST_REGION = 5,
	VGIC_KVM_ADDR_V5_IRS = 6,
};

/** A field of VGIC_KVM_ADDR_V3_REDIST_REGION's value. */
#define VGIC_KVM_REGION_COUNT_SHIFT 52
#define VGIC_KVM_REGION_COUNT_WIDTH 12
#define VGIC_KVM_REGION_BASE UINT64_C(0x000fffffffff0000)
#define VGIC_KVM_REGION_FLAGS_SHIFT 12
#define VGIC_KVM_REGION_FLAGS_WIDTH 4
#define VGIC_KVM_REGION_INDEX_SHIFT 0
#define VGIC_KVM_REGION_INDEX_WIDTH 12

/** Group CTRL. */
enum vgic_kvm_ctrl {
	VGIC_KVM_CTRL_INIT = 0,
	VGIC_KVM_CTRL_ITS_SAVE_TABLES = 1,
	VGIC_KVM_CTRL_ITS_RESTORE_TABLES = 2,
	VGIC_KVM_CTRL_SAVE_PENDING_TABLES = 3,
	VGIC_KVM_CTRL_ITS_RESET = 4,
	VGIC_KVM_CTRL_USERSPACE_PPIS = 5,
};

/** What group IST's addr points to: images of 32-bit little-endian ISTEs. */
struct vgic_kvm_ist {
	/** One for each SPI. */
	uint64_t spi_ist_addr;
	/** Bytes of it. */
	uint64_t spi_ist_size;
	/** One for each ID of the guest's LPI table; both 0 without one. */
	uint64_t lpi_ist_addr;
	/** Bytes of it. */
	uint64_t lpi_ist_size;
};

/** A field of attr in the groups of registers. */
#define VGIC_KVM_ATTR_CPUID_SHIFT 32 /* GICv2 */
#define VGIC_KVM_ATTR_CPUID_WIDTH 8
#define VGIC_KVM_ATTR_MPIDR_SHIFT 32 /* GICv3 and GICv5 */
#define VGIC_KVM_ATTR_MPIDR_WIDTH 32
#define VGIC_KVM_ATTR_OFFSET_SHIFT 0
#define VGIC_KVM_ATTR_OFFSET_WIDTH 32
#define VGIC_KVM_ATTR_SYSREG_SHIFT 0
#define VGIC_KVM_ATTR_SYSREG_WIDTH 16
#define VGIC_KVM_LEVEL_INFO_SHIFT 10
#define VGIC_KVM_LEVEL_INFO_WIDTH 22
#define VGIC_KVM_LEVEL_INTID_SHIFT 0
#define VGIC_KVM_LEVEL_INTID_WIDTH 10
#define VGIC_KVM_LEVEL_INFO_LINE 0u

/** A field of vgic_kvm_irq_level.irq, or a value of its type. */
#define VGIC_KVM_IRQ_VCPU2_SHIFT 28
#define VGIC_KVM_IRQ_VCPU2_WIDTH 4
#define VGIC_KVM_IRQ_TYPE_SHIFT 24
#define VGIC_KVM_IRQ_TYPE_WIDTH 4
#define VGIC_KVM_IRQ_VCPU_SHIFT 16
#define VGIC_KVM_IRQ_VCPU_WIDTH 8
#define VGIC_KVM_IRQ_NUM_SHIFT 0
#define VGIC_KVM_IRQ_NUM_WIDTH 16
#define VGIC_KVM_IRQ_TYPE_CPU 0u
#define VGIC_KVM_IRQ_TYPE_SPI 1u
#define VGIC_KVM_IRQ_TYPE_PPI 2u

/** A virtual machine as KVM sees it: at most one GIC. */
struct vgic_kvm;

/** A model that a host offers, vgic_kvm_config.models. */
#define VGIC_KVM_HAS_V2 (1u << 0)
#define VGIC_KVM_HAS_V3 (1u << 1)
#define VGIC_KVM_HAS_V5 (1u << 2)

/** What is fixed for the life of a VM. */
struct vgic_kvm_config {
	/** VGIC_KVM_HAS_*: other device types are ENODEV. */
	uint32_t models;
	/** Bits of a guest physical address: beyond is E2BIG. */
	uint32_t ipa_bits;
	/**
	 * Memory, aligned to 64 bytes; null when there is none (ENOMEM).
	 * Called at vgic_kvm_create(), when a GIC is initialised (a GICv2 is
	 * at its first use, on that thread), and for the first routing or
	 * irqfd.
	 */
	void *(*alloc)(void *ctx, size_t size);
	/** Give back what `alloc` gave. */
	void (*release)(void *ctx, void *memory);
	/**
	 * Read the VMM's memory, behind vgic_kvm_device_attr.addr.  Non-zero:
	 * it cannot be reached (EFAULT).
	 */
	int (*copy_in)(void *ctx, void *to, uint64_t addr, size_t size);
	/** The same to write it. */
	int (*copy_out)(void *ctx, uint64_t addr, const void *from,
			size_t size);
	/**
	 * KVM_IRQ_LINE of a CPU's IRQ or FIQ input, of a VM without GIC.
	 * Null: the host has no such.
	 */
	void (*cpu_line)(void *ctx, uint32_t id, bool fiq, bool level);
	/**
	 * The line of an SPI that an irqfd with RESAMPLE raised is low again:
	 * the guest has ended the interrupt, or the irqfd's GSI leads to
	 * another SPI now.  Whoever is behind `resamplefd` signals the irqfd
	 * again if its device still asks; from this call, if it likes.  Asked
	 * once too often, it does nothing.
	 *
	 * From a vCPU's thread, from vgic_kvm_set_gsi_routing(), and, where
	 * irqfds share an SPI, from vgic_kvm_irqfd() and
	 * vgic_kvm_irqfd_signal().  While an irqfd is taken away a call for it
	 * may be under way on another thread, and end after vgic_kvm_irqfd()
	 * has returned: a descriptor that the VMM does not know any more is to
	 * be ignored.  Must not call vgic_kvm_irqfd() or
	 * vgic_kvm_set_gsi_routing().  Null: irqfds with RESAMPLE are EINVAL.
	 */
	void (*resample)(void *ctx, uint32_t resamplefd);
	/**
	 * A message, by KVM_SIGNAL_MSI or an irqfd, for VMMs that have a
	 * controller for them; they may vgic_inject_irq() the LPI of a GICv5.
	 * Returns what KVM_SIGNAL_MSI is to return.  Null: ENODEV.
	 */
	int (*msi)(void *ctx, const struct vgic_kvm_msi *msi);
	/** What these callbacks get. */
	void *ctx;
	/**
	 * The rest of what vgic_create() needs: caps, cpuif of GICv2 and
	 * GICv3, v5, host, host_ctx, nr_side_entries (one for each SPI with
	 * an irqfd that resamples among them; more than there are interrupts
	 * are as many), its (as many ITS devices as there may be, and LPIs).
	 * Others are set here.
	 */
	struct vgic_config gic;
	/** GICv2's CPU interface, when it is not gic.cpuif. */
	const struct vgic_cpuif_ops *v2_cpuif;
};

/**
 * Make a VM without vCPUs and without a GIC.
 * @return 0; EINVAL a missing callback; ENOMEM
 */
int vgic_kvm_create(const struct vgic_kvm_config *config, struct vgic_kvm **vm);
/** Give everything back. */
void vgic_kvm_destroy(struct vgic_kvm *vm);

/**
 * KVM_CHECK_EXTENSION of a VM.
 * @param cap enum vgic_kvm_cap
 * @return 0: no such; else 1, or how many
 */
int vgic_kvm_check_extension(const struct vgic_kvm *vm, uint32_t cap);

/**
 * KVM_CREATE_VCPU.  vCPUs get indices and redistributors in this order.
 * @param id    0 .. 511, the VMM's number; GICR_TYPER.Processor_Number of a
 *              GICv3, IAFFID of a GICv5
 * @param mpidr affinity, packed Aff3.Aff2.Aff1.Aff0, as attributes have it
 * @param hw    as in vgic_vcpu_create()
 * @return 0; EINVAL id; EEXIST id or affinity is taken; E2BIG more than the
 *         GIC's model can have; EBUSY the GIC is initialised, or will be soon
 *         by another thread
 */
int vgic_kvm_add_vcpu(struct vgic_kvm *vm, uint32_t id, uint32_t mpidr,
		      void *hw);

/**
 * KVM_CREATE_DEVICE.
 * @return 0 and create->fd; ENODEV unknown, or the host has none; EEXIST there
 *         is a GIC; EBUSY a vCPU runs or has run; E2BIG more vCPUs than the
 *         model can have; ENOMEM more ITSs than config.gic.its.nr_its
 */
int vgic_kvm_create_device(struct vgic_kvm *vm,
			   struct vgic_kvm_create_device *create);

/**
 * KVM_CREATE_IRQCHIP: a GICv2.
 * @return 0; ENXIO the host has no GIC at all; ENODEV none of that model;
 *         EEXIST, EBUSY, E2BIG as vgic_kvm_create_device()
 */
int vgic_kvm_create_irqchip(struct vgic_kvm *vm);
/**
 * KVM_ARM_SET_DEVICE_ADDR.
 * @return 0; ENXIO the host has no GIC at all; ENODEV another device, another
 *         address, no GICv2; EINVAL, E2BIG, EEXIST as group ADDR
 */
int vgic_kvm_set_device_addr(struct vgic_kvm *vm,
			     const struct vgic_kvm_device_addr *addr);

/** KVM_SET_DEVICE_ATTR.  What each attribute returns is in docs/kvm.md. */
int vgic_kvm_set_attr(struct vgic_kvm *vm, uint32_t fd,
		      const struct vgic_kvm_device_attr *attr);
/** KVM_GET_DEVICE_ATTR. */
int vgic_kvm_get_attr(struct vgic_kvm *vm, uint32_t fd,
		      const struct vgic_kvm_device_attr *attr);
/** KVM_HAS_DEVICE_ATTR. */
int vgic_kvm_has_attr(struct vgic_kvm *vm, uint32_t fd,
		      const struct vgic_kvm_device_attr *attr);

/**
 * KVM_IRQ_LINE.  Context: any.
 * @return 0; ENXIO no GIC, or for a CPU's line that there is one; EINVAL type,
 *         vCPU or interrupt; EBUSY not initialised.  A GICv2, which its first
 *         use initialises: ENODEV no vCPU, ENOMEM, EINVAL as CTRL_INIT; EAGAIN
 *         another thread does so, or looks at registers: nothing was done
 */
int vgic_kvm_irq_line(struct vgic_kvm *vm,
		      const struct vgic_kvm_irq_level *level);

/**
 * KVM_SIGNAL_MSI.  Context: any.
 * @return 1 delivered; 0 the guest has not mapped it; EINVAL no GIC, bad
 *         flags, no DeviceID, no ITS at that address; EBUSY not initialised,
 *         the ITS or the redistributor's LPIs are off.  Without ITS devices:
 *         what vgic_kvm_config.msi does; ENODEV there is no such callback
 */
int vgic_kvm_signal_msi(struct vgic_kvm *vm, const struct vgic_kvm_msi *msi);

/**
 * KVM_SET_GSI_ROUTING: what the GSIs of irqfds mean from now on, all others
 * nothing.  Checked in full before anything changes.  CTRL_INIT makes GSI n
 * SPI n again, for each SPI (INTID n + 32, of a GICv5 n).
 *
 * Irqfds may be signalled meanwhile, and go by the old table or the new one.
 * Where an irqfd with RESAMPLE now leads to another SPI, the old one's line
 * falls and config.resample is called, so that the device raises the new one.
 * @return 0; EINVAL no GIC, more than VGIC_KVM_ROUTING_MAX entries or a GSI
 *         beyond, flags, type, irqchip, pin, a GSI twice; EFAULT a null
 *         pointer; ENOMEM no memory, or no side entry left; EBUSY before
 *         CTRL_INIT, while a GICv2 is initialised by its first use
 */
int vgic_kvm_set_gsi_routing(struct vgic_kvm *vm,
			     const struct vgic_kvm_routing *routing);

/**
 * KVM_IRQFD: give a descriptor a GSI, or take it away.  With RESAMPLE the SPI
 * takes ops of ours (vgic_set_irq_ops()): it must not have others.
 *
 * When it is taken away, its line falls if it resampled and no other irqfd with
 * RESAMPLE leads there; without RESAMPLE the line stays as it is, as on KVM.
 * @return 0, also when there was nothing to take away, and for a GSI from
 *         VGIC_KVM_ROUTING_MAX on, which leads nowhere; EINVAL flags, no
 *         config.resample; EFAULT a null pointer; EAGAIN the GIC is not
 *         initialised; EBADF fd or resamplefd is negative; EBUSY fd has a
 *         GSI already; ENOMEM no memory, no side entry left, or 1024 irqfds
 */
int vgic_kvm_irqfd(struct vgic_kvm *vm, const struct vgic_kvm_irqfd *irqfd);

/**
 * An irqfd's descriptor was written to: an edge-triggered SPI takes an edge; a
 * level-sensitive one has its line raised, which stays up until KVM_IRQ_LINE
 * lowers it, or with RESAMPLE until the guest ends the interrupt; or its
 * message is sent.
 *
 * Context: any; takes no lock.  Cost: constant, but for descriptors whose
 * numbers collide modulo 1024.
 * @return 0; ENOENT no such irqfd; EINVAL its GSI has no route, or to an
 *         interrupt that is not there; for messages as vgic_kvm_signal_msi()
 */
int vgic_kvm_irqfd_signal(struct vgic_kvm *vm, uint32_t fd);

/**
 * KVM_RUN begins: the first one checks that the VM is complete, and a VM that
 * is not is dead from then on (EIO).  Until vgic_kvm_run_end() registers
 * cannot be accessed (EBUSY).
 * @return 0; EINVAL no such vCPU or regions overlap; ENXIO an address is
 *         missing; EBUSY not initialised, or this vCPU runs already; EIO the
 *         VM is dead; EAGAIN another thread looks at registers just now, or
 *         makes the first run: come again
 */
int vgic_kvm_run_begin(struct vgic_kvm *vm, uint32_t id);
/** KVM_RUN returns to the VMM.  The vCPU is put (vgic_put()). */
void vgic_kvm_run_end(struct vgic_kvm *vm, uint32_t id);

/** What to run, for vgic_enter() and vgic_inject_irq(); null before INIT. */
struct vgic *vgic_kvm_gic(struct vgic_kvm *vm);
/** A vCPU by its id; null before INIT. */
struct vgic_vcpu *vgic_kvm_vcpu(struct vgic_kvm *vm, uint32_t id);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
