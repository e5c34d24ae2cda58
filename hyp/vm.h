/* SPDX-License-Identifier: BSD-2-Clause */
/* The one virtual machine, and the pieces it is put together from. */
#ifndef HYP_VM_H
#define HYP_VM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vgic/vgic.h>

#include "hyp/host.h"
#include "hyp/vcpu.h"

/* A device of the machine's that is the guest's own.  (passthru.c) */
struct vm_device {
	uint64_t ipa, pa; /* its registers */
	uint32_t spi; /* of its interrupt: the guest's number */
	uint32_t pintid; /* and the machine's INTID */
	const struct host_virtio *virtio; /* null: the UART */
};

struct vm {
	struct vgic *gic;
	/* What it is made of, for it to be made again. */
	struct vgic_config gic_config;
	void *gic_memory;
	size_t gic_size;
	struct vm_device devices[1 + HOST_MAX_VIRTIO];
	uint32_t nr_devices;
	const struct host_pci *pci; /* which is the guest's, too; or null */
	atomic_ulong passed_through; /* interrupts of theirs */
	uint32_t nr_vcpus;
	struct vcpu *vcpus;
	uint64_t ram_pa, ram_ipa, ram_size;
	uint64_t entry_ipa; /* guest_load_check() */
	uint64_t dtb_ipa; /* guest_fdt_build() */
	uint64_t vttbr, vtcr; /* stage2_init() */
	bool soft_cpuif; /* the CPU interface is the model */
	/* GICV of the machine, which the guest has as its GICC; 0: not. */
	uint64_t gicv_pa;
	/* Words that the guest must not execute (patch.h); may be null. */
	const struct patch_set *patch;
	/*
	 * The XN bits of RAM that has not been looked through for those
	 * words (exec.c); 0 when the guest may execute everything.
	 */
	uint64_t never_executed;
	atomic_uint invariant_failures; /* vgic_host_ops.bug */
	uint64_t invariant_checks;
	uint64_t snapshots; /* taken and restored by torture.c */
};

extern struct vm vm;

/* INTIDs as the guest's GIC has them, of PPIs (GICv3 numbers) and SPIs. */
uint32_t vm_ppi(uint32_t ppi);
uint32_t vm_spi(uint32_t spi);

/*
 * The vGIC, with all that is ours to tell it; and forget it, with what its
 * memory and software CPU interfaces held.  No vCPU is resident.  (vm.c)
 */
void vm_create_gic(struct vm *v);
void vm_destroy_gic(struct vm *v);
/* Memory, vCPUs, vGIC, devices, from `host` and `options`.  (vm.c) */
void vm_create(struct vm *v);
/* Kernel and device tree are in place, or the run ends.  (vm.c) */
void vm_load_guest(struct vm *v);

/* How a run ends; the record's "exit". */
enum run_exit {
	RUN_GUEST_OFF = 0,
	RUN_GUEST_FAILED = 1, /* it said so: guest/lib */
	RUN_TIMEOUT = 3,
	RUN_EL2_FAULT = 4,
	RUN_BAD_GUEST = 5,
};

/*
 * End the run: stop the other CPUs, write the record, power off (or reset
 * when `reset`).  `reason` may be null.  (main.c)
 */
_Noreturn void run_end(enum run_exit how, const char *reason, bool reset);
/* Has run_end() been called?  (main.c) */
bool run_ending(void);

/* ---- guest half -------------------------------------------------------- */

/*
 * Kernel and initrd lie whole in guest RAM and make sense: sets
 * vm.entry_ipa.  Null, or a text for RUN_BAD_GUEST.  (guest_image.c)
 */
const char *guest_load_check(struct vm *v);

/*
 * Build the guest's device tree at the top of its RAM, clean it to memory,
 * set vm.dtb_ipa.  Null or a text.  (guest_fdt.c)
 */
const char *guest_fdt_build(struct vm *v);

/*
 * Build the stage 2 tables for vm.ram_*, set vm.vttbr and vm.vtcr;
 * `pa_range` is ID_AA64MMFR0_EL1.PARange of the machine's least capable CPU.
 * Null or a text.  (stage2.c)
 */
const char *stage2_init(struct vm *v, unsigned int pa_range);

/* Guest RAM as EL2 sees it; null when [ipa, ipa + len) is not all RAM. */
void *guest_ptr(struct vm *v, uint64_t ipa, uint64_t len);

/*
 * A stage 2 data or instruction abort, vcpu->{esr,far,hpfar}.  Emulates the
 * access (vGIC, PL011) and advances, or injects an external abort into the
 * guest and counts it.  Returns the cause to count.  (mmio.c)
 */
enum exit_cause guest_abort(struct vcpu *vcpu);

/* The guest's PL011; listens to the console from now on.  (pl011.c) */
void pl011_init(struct vm *v);
/* The handler of the physical UART's interrupt, host.uart_intid. */
bool pl011_irq(uint32_t intid);
uint32_t pl011_read(uint32_t offset);
void pl011_write(uint32_t offset, uint32_t value);

/* Write the result record to the flash.  (result.c) */
void result_write(enum run_exit how, const char *reason, bool reset);

/* Say on the console which vCPU waits where.  (report.c) */
void timeout_report(struct vm *v);

#endif
