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
	uint64_t entry_ipa; /* guest_image_check() */
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
	uint64_t unscanned_xn;
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

#endif
