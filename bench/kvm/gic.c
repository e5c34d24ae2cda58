/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's interrupt controllers by its device attributes: Linux,
 * Documentation/virt/kvm/devices/arm-vgic*.rst.
 */
#include "bench/kvm/vmm.h"

#include <linux/kvm.h>
#include <string.h>

static int make_device(int vm, uint32_t type)
{
	struct kvm_create_device device = { .type = type };

	vmm_ioctl(vm, "KVM_CREATE_DEVICE", KVM_CREATE_DEVICE, &device);
	return (int)device.fd;
}

static void set(int device, uint32_t group, uint64_t attribute,
		const void *value)
{
	const struct kvm_device_attr attr = {
		.group = group,
		.attr = attribute,
		.addr = (uint64_t)(uintptr_t)value,
	};

	vmm_ioctl(device, "KVM_SET_DEVICE_ATTR", KVM_SET_DEVICE_ATTR, &attr);
}

static void place(int device, uint64_t what, uint64_t address)
{
	set(device, KVM_DEV_ARM_VGIC_GRP_ADDR, what, &address);
}

static void finish(int device)
{
	set(device, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT,
	    NULL);
}

static void count_interrupts(int device)
{
	const uint32_t count = NR_INTERRUPTS;

	set(device, KVM_DEV_ARM_VGIC_GRP_NR_IRQS, 0, &count);
}

static void make_v2(int vm)
{
	int gic = make_device(vm, KVM_DEV_TYPE_ARM_VGIC_V2);

	count_interrupts(gic);
	place(gic, KVM_VGIC_V2_ADDR_TYPE_DIST, GICD_BASE);
	place(gic, KVM_VGIC_V2_ADDR_TYPE_CPU, GICC_BASE);
	finish(gic);
}

static void make_v3(int vm)
{
	int gic = make_device(vm, KVM_DEV_TYPE_ARM_VGIC_V3), its;

	count_interrupts(gic);
	place(gic, KVM_VGIC_V3_ADDR_TYPE_DIST, GICD_BASE);
	place(gic, KVM_VGIC_V3_ADDR_TYPE_REDIST, GICR_BASE);
	finish(gic);
	its = make_device(vm, KVM_DEV_TYPE_ARM_VGIC_ITS);
	place(its, KVM_VGIC_ITS_ADDR_TYPE, GITS_BASE);
	finish(its);
}

void vmm_make_gic(int vm, const char *version)
{
	if (strcmp(version, "v2")) {
		make_v3(vm);
	} else {
		make_v2(vm);
	}
}
