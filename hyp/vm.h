/* SPDX-License-Identifier: BSD-2-Clause */
/* The one virtual machine of a run. */
#ifndef HYP_VM_H
#define HYP_VM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vgic/vgic.h>

#include "hyp/host.h"

struct vcpu;

/* A device of the machine that the guest drives itself.  (passthru.c) */
struct vm_device {
	uint64_t ipa, pa; /* its registers: within one page */
	uint32_t spi;	  /* its interrupt: the guest's, counted from SPI 0 */
	uint32_t pintid;  /* and the machine's, an INTID */
	/* A list register's HW bit deactivates `pintid`, on any CPU. */
	bool ended_by_lr;
	const struct host_virtio *virtio; /* null: it is the UART */
};

/* For the record of the run (result.c). */
struct vm_counts {
	atomic_ulong passed_through; /* interrupts of such devices; any CPU */
	atomic_uint invariant_failures; /* vgic_host_ops.bug; any CPU */
	/* One CPU, while the others do not run guests. */
	uint64_t invariant_checks;
	uint64_t snapshots; /* taken and restored by torture.c */
};

/*
 * The boot CPU fills this in before other CPUs run, and nothing changes any
 * more, but for the vGIC under torture.c and the counters.
 */
struct vm {
	/* Its vCPUs. */
	uint32_t nr_vcpus; /* 1 to MAX_VCPUS */
	struct vcpu *vcpus;

	/*
	 * Its vGIC, and what it is made of: torture.c destroys it and makes it
	 * again in the same memory, while all CPUs but one wait.
	 */
	struct vgic *gic;
	struct vgic_config gic_config;
	void *gic_memory;
	size_t gic_size;
	bool soft_cpuif; /* the CPU interface is the one in software */
	/* Physical address of GICV, which the guest has as its GICC; or 0. */
	uint64_t gicv_pa;

	/* Its RAM, contiguous in both address spaces; whole pages. */
	uint64_t ram_pa, ram_ipa, ram_size;
	uint64_t entry_ipa; /* of the kernel: guest_image_check() */
	uint64_t dtb_ipa;   /* of the device tree: guest_fdt_build() */

	/* VTTBR_EL2 and VTCR_EL2: stage2_init(). */
	uint64_t vttbr, vtcr;

	/*
	 * Instructions that are to be replaced before the guest executes them
	 * (patch.h); null where the CPU knows all that the guest has.
	 */
	const struct patch_set *patch;
	/*
	 * XN bits of a stage 2 descriptor of a page that has not been looked
	 * through for them (exec.c); 0 when nothing is to be replaced.
	 */
	uint64_t unscanned_xn;

	/* What is passed through to it. */
	struct vm_device devices[1 + HOST_MAX_VIRTIO];
	uint32_t nr_devices;
	const struct host_pci *pci; /* null: no PCIe host */

	struct vm_counts counts;
};

extern struct vm vm;

/*
 * The INTID that the guest's GIC has for a PPI or an SPI: `ppi` as a GICv3
 * numbers it, 16 to 31, `spi` counted from SPI 0.  GICv5 has other numbers.
 */
uint32_t vm_ppi(uint32_t ppi);
uint32_t vm_spi(uint32_t spi);

/*
 * Put the VM together from `host` and `options`: RAM, vCPUs, vGIC, devices.
 * What cannot be had ends the run (set_up_failed()).  Boot CPU, once.
 */
void vm_create(struct vm *v);

/*
 * The rest that a guest needs to start: checks its kernel, writes its device
 * tree, builds stage 2.  After vm_create(); errors as there.
 */
void vm_prepare_guest(struct vm *v);

/*
 * Create the vGIC in v->gic_memory and tell it all that it has to know of the
 * guest's machine; and leave nothing of it, nor of the CPU interfaces in
 * software.  No vCPU is resident, no other CPU in the guest.
 */
void vm_create_gic(struct vm *v);
void vm_destroy_gic(struct vm *v);

#endif
